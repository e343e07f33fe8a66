//! What is said on stderr: one JSON object a line when it is for machines, errors alone when it should be quiet.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use serde_json::Value;
use support::{code, feed, jianbao, run, said};

/// Runs `arguments` with logs for machines; every line is one object, with a level and a message. Gives the codes.
fn codes(arguments: &[&str], input: &[u8], expected: i32) -> Vec<String> {
    let arguments = [&["--log-format", "json"], arguments].concat();
    let output = run(&arguments, input);
    assert_eq!(code(&output), expected, "{arguments:?}: {}", said(&output));
    let said = said(&output);
    let lines = said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    let code = |line: Value| {
        assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
        assert!(!line["fields"]["message"].as_str().unwrap().is_empty(), "{line}");
        line["fields"]["code"].as_str().unwrap_or("-").to_owned()
    };
    lines.map(code).collect()
}

#[test]
fn every_line_is_json_for_machines() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (bad, odd, good) = (path("bad.yaml"), path("odd.yaml"), path("good.yaml"));
    std::fs::write(&bad, "version: 2\nstages:\n- normalise\n- emit_ndjson\n").unwrap();
    let stages = "version: 1\nstages: [detect_articles, emit_ndjson]\n";
    std::fs::write(&odd, format!("{stages}errors: {{ on_error: stop, dead_letter: dead.ndjson }}\n")).unwrap();
    std::fs::write(&good, stages).unwrap();
    assert_eq!(codes(&["run", "/no/such/page.txt"], b"", 66), ["missing_input"]);
    assert_eq!(codes(&["run", "-c", &bad], b"", 78), ["unsupported_version", "unknown_stage"]);
    assert_eq!(codes(&["check", &bad], b"", 78), ["unsupported_version", "unknown_stage"]);
    assert_eq!(codes(&["check", &good], b"", 0), ["-"]);
    assert_eq!(codes(&["run", "-c", &odd, "-"], b"{\"text\": 5}\n", 65), ["unused_dead_letter", "bad_page_json", "bad_page_json"]);
    assert_eq!(codes(&["run", "-"], b"", 0), ["empty_input"]);
    assert_eq!(codes(&["run", "--preset", "none"], b"", 2), ["unknown_preset"]);
    assert_eq!(codes(&["run", "--no-such-option"], b"", 2), ["usage"]);
    assert_eq!(codes(&["stages", "none"], b"", 2), ["unknown_stage"]);
    assert_eq!(codes(&["init", &good], b"", 2), ["file_exists"]);
    assert_eq!(codes(&["run", "-o", "/dev/full", "-"], "本报讯 市里召开会议。\n".as_bytes(), 74), ["write_failed"]);
}

#[test]
fn a_mistake_says_where_it_is_to_machines_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.yaml");
    std::fs::write(&path, "version: 1\nstages:\n- normalise\n- emit_ndjson\n").unwrap();
    let output = run(["--log-format=json", "check", path.to_str().unwrap()], b"");
    let line: Value = serde_json::from_str(said(&output).lines().next().unwrap()).unwrap();
    let fields = &line["fields"];
    assert_eq!((&fields["line"], &fields["column"], &fields["suggestion"]), (&3.into(), &3.into(), &"normalize".into()), "{line}");
    assert!(fields["file"].as_str().unwrap().ends_with("bad.yaml"), "{line}");
}

#[test]
fn the_environment_does_not_make_a_quiet_run_talk() {
    for (arguments, talks) in [(["run", "-"].as_slice(), true), (&["run", "--quiet", "-"], false)] {
        let mut command = jianbao(arguments);
        command.env("RUST_LOG", "debug");
        let output = feed(command.spawn().unwrap(), b"", 1);
        assert_eq!((code(&output), !output.stderr.is_empty()), (0, talks), "{}", said(&output));
    }
    let mut command = jianbao(["run", "--quiet", "/no/such/page.txt"]);
    command.env("RUST_LOG", "off");
    let output = feed(command.spawn().unwrap(), b"", 1);
    assert!(said(&output).contains("no file or directory"), "errors are said: {}", said(&output));
}

#[test]
fn what_cannot_be_meant_is_refused_before_a_page_is_read() {
    for (arguments, words) in
        [(["run", "-w", "0", "-"].as_slice(), "1..=4096"), (&["run", "--dead-letter", "-", "-"], "only records go to standard output")]
    {
        let output = run(arguments, b"");
        assert_eq!(code(&output), 2, "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}
