//! Keeps the memory of a run that goes on for months from growing, where glibc's allocator is what gives it.
//!
//! By itself that allocator makes eight arenas for each core, and what threads let go stays in them, in ever smaller pieces. It is
//! held to one arena for each core, and whole pages that nothing is on go back to the system once a minute. What was measured is in
//! `docs/reliability.md`. How much a run may hold at all is `runtime.memory`'s to say.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::thread;
    use std::time::Duration;

    /// How often memory goes back. It takes a few milliseconds.
    const EVERY: Duration = Duration::from_secs(60);

    #[expect(unsafe_code, reason = "glibc takes a setting of its allocator from a program in no other way")]
    pub(crate) fn one_arena_for_each_core() {
        if std::env::var_os("MALLOC_ARENA_MAX").is_none() && std::env::var_os("GLIBC_TUNABLES").is_none() {
            let cores = thread::available_parallelism().map_or(1, usize::from);
            let most = i32::try_from(cores.max(2)).unwrap_or(i32::MAX);
            // SAFETY: mallopt(3) may be called at any time before the first thread begins; a value it does not take changes nothing.
            unsafe { libc::mallopt(libc::M_ARENA_MAX, most) };
        }
    }

    #[expect(unsafe_code, reason = "glibc gives memory back on request in no other way")]
    pub(crate) fn give_back_every_minute() {
        let give_back = || loop {
            thread::sleep(EVERY);
            // SAFETY: malloc_trim(3) may be called at any time by any thread.
            unsafe { libc::malloc_trim(0) };
        };
        // Without the thread all works, with some more memory.
        thread::Builder::new().name("memory".to_owned()).spawn(give_back).ok();
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod glibc {
    pub(crate) fn one_arena_for_each_core() {}
    pub(crate) fn give_back_every_minute() {}
}

pub(crate) use glibc::{give_back_every_minute, one_arena_for_each_core};
