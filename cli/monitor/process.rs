//! What the system says of this process, from `/proc`; nothing where there is none.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// Figures under the names that Prometheus' own libraries use.
pub(super) struct Process {
    pub(super) resident_bytes: Option<u64>,
    pub(super) open_fds: Option<u64>,
    pub(super) max_fds: Option<u64>,
}

impl Process {
    pub(super) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let open = fs::read_dir("/proc/self/fd").ok().map(Iterator::count);
        Self {
            resident_bytes: number(&status, "VmRSS:").map(|kib| kib * 1024),
            // Counting them takes one more.
            open_fds: open.map(|count| (count as u64).saturating_sub(1)),
            max_fds: number(&limits, "Max open files"),
        }
    }
}

/// The first number in the line that begins with `name`.
fn number(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Seconds since 1970.
pub(super) fn unix_time(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_linux_writes() {
        assert_eq!(number("Name:\tx\nVmRSS:\t  1234 kB\n", "VmRSS:"), Some(1234));
        assert_eq!(number("Max open files            1024                 524288  files\n", "Max open files"), Some(1024));
        assert_eq!(number("Max open files            unlimited\n", "Max open files"), None);
        if cfg!(target_os = "linux") {
            let process = Process::now();
            assert!(process.resident_bytes.is_some_and(|bytes| bytes > 1 << 20) && process.open_fds.is_some_and(|count| count > 2));
        }
    }
}
