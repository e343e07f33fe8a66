//! What the system says of this process, from `/proc`; nothing where there is none.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// Figures under the names that Prometheus' own libraries use.
pub(crate) struct Process {
    pub(super) resident_bytes: Option<u64>,
    /// The most that was resident at any time.
    pub(crate) peak_resident_bytes: Option<u64>,
    /// User and system time.
    pub(crate) cpu_seconds: Option<f64>,
    pub(super) open_fds: Option<u64>,
    pub(super) max_fds: Option<u64>,
}

/// In which Linux counts CPU time for programs, on every machine.
const TICKS_A_SECOND: f64 = 100.0;

impl Process {
    pub(crate) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let open = fs::read_dir("/proc/self/fd").ok().map(Iterator::count);
        Self {
            resident_bytes: number(&status, "VmRSS:").map(|kib| kib * 1024),
            peak_resident_bytes: number(&status, "VmHWM:").map(|kib| kib * 1024),
            cpu_seconds: ticks(&stat).map(|ticks| ticks as f64 / TICKS_A_SECOND),
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

/// User and system time in `/proc/self/stat`: the fourteenth and fifteenth field, of which the second may hold anything in its
/// brackets.
fn ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut times = rest.split_whitespace().skip(11);
    Some(times.next()?.parse::<u64>().ok()? + times.next()?.parse::<u64>().ok()?)
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
        assert_eq!(ticks("7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 25 8 0 0 20 0"), Some(33));
        if cfg!(target_os = "linux") {
            let process = Process::now();
            assert!(process.resident_bytes.is_some_and(|bytes| bytes > 1 << 20) && process.open_fds.is_some_and(|count| count > 2));
            assert!(process.peak_resident_bytes >= process.resident_bytes && process.cpu_seconds.is_some());
        }
    }
}
