//! Memory is bounded in bytes, also by pages made to cost as much as they can: resident memory, as the kernel counts it, of the
//! real binary with eight workers.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use support::jianbao;

const MIB: u64 = 1 << 20;

/// `runtime: { memory: … }` of these runs.
const MEMORY: u64 = 64 * MIB;

/// What the program takes without a page: the automata, the page that is being read, what the allocator keeps.
const BESIDES: u64 = 48 * MIB;

const CONFIG: &str = "\
version: 1
stages:
  - normalize: {}
  - untangle_columns: {}
  - dehyphenate: {}
  - detect_articles: {}
  - segment: { pos: true }
  - tag_topics: {}
  - emit_ndjson: { words: both, kinds: [article, commentary, brief, photo, notice, furniture] }
runtime: { memory: 64MiB, workers: 8 }
";

/// The most that was resident at any time of a run over `pages`.
fn most_resident(pages: &[String]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("c.yaml");
    std::fs::write(&config, CONFIG).unwrap();
    let mut command = jianbao(["run", "-c", config.to_str().unwrap(), "-"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = pages.join("\u{c}");
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let mut most = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let kernel = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = kernel.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kib.unwrap_or_default() << 10);
        std::thread::sleep(Duration::from_millis(5));
    };
    writer.join().unwrap();
    assert!(status.success(), "{status}");
    assert!(most > 10 * MIB, "the kernel was not asked in time");
    most
}

/// Pages of one thing over and over, each as long as `bytes`.
fn pages(of: &str, bytes: usize, count: usize) -> Vec<String> {
    vec![of.repeat(bytes / of.len()); count]
}

#[test]
fn pages_made_to_cost_much_stay_within_the_memory_set() {
    for of in ["下转C2版\n", "■记者 王强\n", "⼀⼆", "a "] {
        let most = most_resident(&pages(of, 60_000, 40));
        assert!(most <= MEMORY + BESIDES, "{of:?}: {} MiB", most / MIB);
    }
}

#[test]
fn pages_that_cost_more_than_the_memory_set_go_through_one_by_one() {
    let one = most_resident(&pages("下转C2版\n", 1 << 20, 1));
    let eight = most_resident(&pages("下转C2版\n", 1 << 20, 8));
    assert!(one > MEMORY, "the page is too cheap to show anything: {} MiB", one / MIB);
    assert!(eight <= one + MEMORY + BESIDES, "one takes {} MiB, eight take {} MiB", one / MIB, eight / MIB);
}
