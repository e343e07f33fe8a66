//! A watched folder through the real binary: files dropped, dripped, changed, renamed and taken away while it runs, and what stands
//! in the output.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A run that follows an inbox.
struct Run {
    folder: TempDir,
    child: Option<Child>,
}

fn text(number: usize) -> String {
    format!("第{number}次会议召开\n\n本报讯 3月26日上午，第{number}次会议在市里召开，研究部署有关工作。会议要求各部门抓好落实。\n")
}

impl Run {
    fn new(watch: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inbox")).unwrap();
        let config = format!(
            "version: 1\nsource:\n  watch: {{ path: inbox, rescan: 100ms, {watch} }}\nstages:\n  - normalize: {{}}\n  - dehyphenate: {{}}\n  \
             - detect_articles: {{}}\n  - emit_ndjson: {{ path: out.ndjson, words: none }}\nerrors: {{ dead_letter: dead.letters }}\n"
        );
        fs::write(folder.path().join("jianbao.yaml"), config).unwrap();
        Self { folder, child: None }
    }

    fn begun(watch: &str) -> Self {
        let mut run = Self::new(watch);
        run.begin();
        run
    }

    fn command(&self) -> Command {
        let mut command = support::jianbao(["run", "-c"]);
        command.arg(self.folder.path().join("jianbao.yaml")).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn begin(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        self.child = Some(self.command().stderr(log).spawn().unwrap());
    }

    /// Stops it as a service manager would.
    fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(20), "does not stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn inside(&self, name: &str) -> PathBuf {
        self.folder.path().join("inbox").join(name)
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let part = self.folder.path().join(".part");
        fs::write(&part, text).unwrap();
        fs::create_dir_all(self.inside(name).parent().unwrap()).unwrap();
        fs::rename(part, self.inside(name)).unwrap();
    }

    fn output(&self) -> String {
        fs::read_to_string(self.folder.path().join("out.ndjson")).unwrap_or_default()
    }

    /// Page and revision of each record, in order.
    fn pages(&self) -> Vec<String> {
        let show = |line: &str| {
            let record: Value = serde_json::from_str(line).unwrap();
            format!("{} {}", record["page_id"].as_str().unwrap(), record["page_rev"])
        };
        let output = self.output();
        let mut pages: Vec<String> = output.lines().filter(|line| line.ends_with('}')).map(show).collect();
        pages.dedup();
        pages
    }

    /// Waits until records of so many pages stand in the output.
    fn reach(&self, count: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let pages = self.pages();
            if pages.len() >= count {
                return pages;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{count} pages are expected and not {}: {}", pages.len(), self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// Writes a byte at a time.
fn drip(path: &Path, text: &str) {
    let mut file = fs::File::create(path).unwrap();
    for byte in text.bytes() {
        file.write_all(&[byte]).unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_dripping_writer_is_waited_for() {
    let rules = ["rename", "close_write", "{ quiet: 1s }", "{ marker: .done }"];
    std::thread::scope(|scope| {
        for rule in rules {
            scope.spawn(move || {
                let run = Run::begun(&format!("glob: '*.txt', complete_when: {rule}"));
                let started = Instant::now();
                while !run.folder.path().join("out.ndjson.state").exists() {
                    assert!(started.elapsed() < Duration::from_secs(30), "{}", run.log());
                    std::thread::sleep(Duration::from_millis(10));
                }
                let page = text(1);
                let name = if rule == "rename" { "a.txt.part" } else { "a.txt" };
                drip(&run.inside(name), &page);
                if rule == "rename" {
                    fs::rename(run.inside(name), run.inside("a.txt")).unwrap();
                }
                fs::write(run.inside("a.txt.done"), "").unwrap();
                assert_eq!(run.reach(1), ["a 0"], "{rule}");
                std::thread::sleep(Duration::from_millis(300));
                assert_eq!(run.pages(), ["a 0"], "{rule}: it was read half");
                assert!(run.output().contains("会议要求各部门抓好落实。"), "{rule}");
            });
        }
    });
}

#[test]
fn dropped_or_found_the_output_is_the_same() {
    let mut outputs = Vec::new();
    for (late, watch) in [(true, "complete_when: rename"), (true, "complete_when: rename, poll: true"), (false, "complete_when: rename")] {
        let mut run = Run::new(watch);
        if late {
            run.begin();
            std::thread::sleep(Duration::from_millis(300));
        }
        for number in 0..300 {
            run.put(&format!("{}/{number:03}.txt", number / 50), text(number));
        }
        if !late {
            run.begin();
        }
        run.reach(300);
        run.stop();
        assert!(!run.output().is_empty());
        outputs.push(run.output());
    }
    assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2]);
}

#[test]
fn a_restart_reads_what_is_new_and_nothing_twice() {
    let mut run = Run::new("complete_when: rename, after: { move: done }");
    for round in 0..4 {
        run.begin();
        for number in 0..25 {
            run.put(&format!("{round}-{number:02}.txt"), text(100 * round + number));
        }
        run.reach(25 * (round + 1) - 3);
        run.stop();
    }
    run.begin();
    let pages = run.reach(100);
    let mut unique = pages.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((pages.len(), unique.len()), (100, 100));
    let begun = Instant::now();
    while fs::read_dir(run.inside("done")).map_or(0, Iterator::count) < 100 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{}", run.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    run.stop();
}

#[test]
fn a_change_comes_again_as_a_revision_and_a_rename_does_not() {
    let run = Run::begun("complete_when: rename");
    run.put("a.txt", text(1));
    run.put("b.txt", text(1));
    run.reach(2);
    fs::rename(run.inside("a.txt"), run.inside("c.txt")).unwrap();
    run.put("b.txt", text(2));
    let pages = run.reach(3);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(
        (run.pages(), pages),
        (vec!["a 0".to_owned(), "b 0".into(), "b 1".into()], vec!["a 0".to_owned(), "b 0".into(), "b 1".into()])
    );
}

#[test]
fn a_change_that_is_an_error_is_a_dead_letter() {
    let mut run = Run::begun("complete_when: rename, on_change: error");
    run.put("a.txt", text(1));
    run.reach(1);
    run.put("a.txt", text(2));
    run.put("b.txt", text(3));
    run.reach(2);
    run.stop();
    let letters = fs::read_to_string(run.folder.path().join("dead.letters")).unwrap();
    assert!(letters.contains("changed_file") && letters.lines().count() == 1, "{letters}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_said_once_and_read_when_it_may() {
    use std::os::unix::fs::PermissionsExt;
    let run = Run::new("complete_when: rename");
    run.put("a.txt", text(1));
    let allow = |mode| fs::set_permissions(run.inside("a.txt"), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o000);
    let mut run = run;
    if fs::read(run.inside("a.txt")).is_ok() {
        // Whoever may read anything lets somebody run it who may not.
        let mut open = fs::set_permissions(run.folder.path(), fs::Permissions::from_mode(0o777)).is_ok();
        let log = fs::File::create(run.folder.path().join("log")).unwrap();
        let mut other = Command::new("setpriv");
        other.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--", env!("CARGO_BIN_EXE_jianbao"), "run", "-c"]);
        match other.arg(run.folder.path().join("jianbao.yaml")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn() {
            Ok(child) => run.child = Some(child),
            Err(_) => open = false,
        }
        if !open {
            return;
        }
    } else {
        run.begin();
    }
    let begun = Instant::now();
    while !run.log().contains("unreadable") {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", run.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(run.log().matches("unreadable").count(), 1, "{}", run.log());
    fs::set_permissions(run.inside("a.txt"), fs::Permissions::from_mode(0o644)).unwrap();
    run.reach(1);
}

#[test]
fn a_growing_file_gives_its_pages_as_they_are_complete() {
    let mut run = Run::begun("grow: true");
    let mut file = fs::File::create(run.inside("a.txt")).unwrap();
    for number in 0..3 {
        file.write_all(format!("{}\x0c", text(number)).as_bytes()).unwrap();
        run.reach(number + 1);
    }
    file.write_all("半".as_bytes()).unwrap();
    run.stop();
    file.write_all(format!("{}\x0c", text(3)).as_bytes()).unwrap();
    run.begin();
    assert_eq!(run.reach(4), ["a:1 0", "a:2 0", "a:3 0", "a:4 0"]);
    fs::write(run.inside("a.txt"), format!("{}\x0c", text(9))).unwrap();
    assert_eq!(run.reach(5)[4], "a:1 1");
    run.stop();
}
