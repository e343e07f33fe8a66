//! What the whole-program tests share: the real binary, fed and watched.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "each test file uses the part it needs, and a test may fail loudly"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A folder in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sample page.
pub(crate) fn sample() -> PathBuf {
    repository("examples/pinghu-2022-03-28.txt")
}

/// `jianbao` with arguments, pipes on all sides. `JIANBAO` names another binary, for long tests beside which one builds.
pub(crate) fn jianbao<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(std::env::var_os("JIANBAO").unwrap_or_else(|| env!("CARGO_BIN_EXE_jianbao").into()));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("RUST_LOG");
    command
}

/// Runs to the end with `input` on stdin.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Output {
    feed(jianbao(arguments).spawn().unwrap(), input, input.len().max(1))
}

/// Writes `input` in pieces of `chunk` bytes from a thread of its own, so that a full pipe cannot block the test.
pub(crate) fn feed(mut child: Child, input: &[u8], chunk: usize) -> Output {
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        for piece in input.chunks(chunk) {
            if stdin.write_all(piece).and_then(|()| stdin.flush()).is_err() {
                break;
            }
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The exit code; -1 for a signal.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// The records on stdout, each line checked to be one JSON object.
pub(crate) fn records(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("records are UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole");
    text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// What was said on stderr.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The bodies of all records, one after the other.
pub(crate) fn texts(records: &[Value]) -> String {
    records.iter().map(|record| record["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

/// A configuration that writes every kind, furniture too, so that nothing is filtered.
pub(crate) const EVERYTHING: &str = "\
version: 1
stages:
  - normalize: {}
  - untangle_columns: {}
  - dehyphenate: {}
  - detect_articles: {}
  - stitch_jumps: {}
  - emit_ndjson: { kinds: [article, commentary, brief, photo, notice, furniture], words: none }
";

/// Checks that every non-blank character of `text` is in exactly one record of the page.
pub(crate) fn check_conservation(text: &str, records: &[Value]) {
    let mut times = vec![0_u32; text.len()];
    for record in records {
        for span in record["spans"].as_array().unwrap() {
            let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
            assert!(text.get(start..end).is_some(), "span {start}..{end} cuts a character");
            times[start..end].iter_mut().for_each(|count| *count += 1);
        }
    }
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        assert_eq!(times[at], 1, "{c:?} at byte {at} must be in exactly one record");
    }
}
