//! What becomes of files: an output is complete or stays what it was, and nothing the user has is written over or read by mistake.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use support::{code, jianbao, run, said};

const PAGE: &str = "本报讯 3月26日上午，市里召开会议，研究部署安全生产工作。会议要求各地抓好落实。\n";

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_missing_input_leaves_the_old_output() {
    let folder = tempfile::tempdir().unwrap();
    let [old, page] = ["o.ndjson", "a.txt"].map(|name| folder.path().join(name));
    std::fs::write(&old, "old").unwrap();
    std::fs::write(&page, PAGE).unwrap();
    let in_folder = |arguments: &[&str]| jianbao(arguments).current_dir(folder.path()).output().unwrap();

    let output = in_folder(&["run", "nope.txt", "-o", "o.ndjson"]);
    assert_eq!((code(&output), text(&old).as_str()), (66, "old"), "{}", said(&output));
    assert_eq!(names(folder.path()), ["a.txt", "o.ndjson"]);

    let output = in_folder(&["run", "a.txt", "nope.txt", "-o", "o.ndjson"]);
    assert_eq!((code(&output), text(&old).as_str()), (66, "old"), "{}", said(&output));
    assert!(text(&folder.path().join("o.ndjson.partial")).contains("安全生产"));
    assert!(said(&output).contains("o.ndjson.partial"), "{}", said(&output));
}

#[test]
fn a_page_that_stops_the_run_leaves_the_old_output() {
    let folder = tempfile::tempdir().unwrap();
    let config = "version: 1\nstages:\n  - detect_articles: {}\n  - emit_ndjson: { path: o.ndjson }\nerrors: { on_error: stop }\n";
    std::fs::write(folder.path().join("c.yaml"), config).unwrap();
    std::fs::write(folder.path().join("o.ndjson"), "old").unwrap();
    let input = [serde_json::json!({ "text": PAGE }).to_string(), "{\"text\": 1}\n".to_owned()].join("\n");
    let output = run(["run", "-c", folder.path().join("c.yaml").to_str().unwrap()], input.as_bytes());
    assert_eq!((code(&output), text(&folder.path().join("o.ndjson")).as_str()), (65, "old"), "{}", said(&output));
    assert!(text(&folder.path().join("o.ndjson.partial")).contains("安全生产"));
}

/// Runs with one page and an input that does not end, and sends the signal when the page is written.
fn interrupted(folder: &Path, signal: &str) -> Output {
    let mut child = jianbao(["run", "-", "-o", "o.ndjson"]).current_dir(folder).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{PAGE}\u{c}").as_bytes()).unwrap();
    stdin.flush().unwrap();
    let written = folder.join(format!(".o.ndjson.partial-{}", child.id()));
    while std::fs::metadata(&written).map_or(0, |data| data.len()) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it waits for the rest of its input");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    output
}

#[test]
fn a_signal_leaves_the_old_output_and_keeps_what_was_written() {
    for (signal, expected) in [("-INT", 130), ("-TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("o.ndjson"), "old").unwrap();
        let output = interrupted(folder.path(), signal);
        assert_eq!(code(&output), expected, "{}", said(&output));
        assert_eq!(names(folder.path()), ["o.ndjson", "o.ndjson.partial"]);
        assert_eq!(text(&folder.path().join("o.ndjson")), "old");
        assert!(text(&folder.path().join("o.ndjson.partial")).contains("安全生产"));
        assert!(said(&output).contains("o.ndjson.partial"), "{}", said(&output));
    }
}

#[test]
fn a_document_that_was_not_read_to_its_end_is_not_judged() {
    let mut child = jianbao(["run", "-"]).spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    // Gives it time to listen for signals.
    std::thread::sleep(Duration::from_millis(1500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(code(&output), 130, "{}", said(&output));
    assert!(!said(&output).contains("no text"), "{}", said(&output));
}
