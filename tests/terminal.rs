//! What is said to somebody at a terminal. Python lends the terminal; it is needed for the gate anyway.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::Write;
use std::process::{Command, Stdio};

mod support;

use support::sample;

/// Runs `jianbao` with all three streams on a terminal where `typed` is typed; gives what is shown and the exit code.
fn at_a_terminal(arguments: &[&str], typed: &[u8]) -> (String, i32) {
    let program = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let mut child = Command::new("python3")
        .args(["-c", program, env!("CARGO_BIN_EXE_jianbao")])
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code().unwrap_or(-1))
}

const END_OF_INPUT: &[u8] = b"\x04";

#[test]
fn who_starts_it_without_input_learns_what_it_waits_for() {
    let (shown, code) = at_a_terminal(&["run"], END_OF_INPUT);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("reading pages from standard input") && shown.contains("jianbao run --help"), "{shown}");
    let (quiet, _) = at_a_terminal(&["run", "--quiet"], END_OF_INPUT);
    assert!(!quiet.contains("standard input"), "{quiet}");
    let (file, _) = at_a_terminal(&["run", sample().to_str().unwrap()], END_OF_INPUT);
    assert!(!file.contains("standard input"), "{file}");
}

#[test]
fn a_run_that_fails_has_a_summary_too() {
    let (shown, code) = at_a_terminal(&["run", "/no/such/page.txt", sample().to_str().unwrap()], b"");
    assert_eq!(code, 66, "{shown}");
    assert!(shown.contains("ended early: 1 of 1 pages"), "{shown}");
    assert!(shown.contains("error: no file or directory /no/such/page.txt"), "{shown}");
}
