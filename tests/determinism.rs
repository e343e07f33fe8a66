//! The same bytes out for any number of workers, any chunk size and any kind of source.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::{code, feed, jianbao, records, run, said, sample};

/// Several documents' worth of pages, of very different sizes, made from the sample.
fn pages() -> Vec<u8> {
    let text = std::fs::read_to_string(sample()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut pages = Vec::new();
    for take in [lines.len(), 70, 1, 200, 0, 330] {
        pages.push(lines.iter().rev().take(take).rev().copied().collect::<Vec<_>>().join("\n"));
    }
    pages.join("\u{c}").into_bytes()
}

#[test]
fn workers_do_not_change_a_byte() {
    let input = pages();
    let expected = run(["run", "--workers", "1", "-"], &input);
    assert_eq!(code(&expected), 0, "{}", said(&expected));
    assert!(expected.stdout.len() > 10_000);
    for workers in ["2", "8"] {
        let output = run(["run", "--workers", workers, "-"], &input);
        assert!(output.stdout == expected.stdout, "{workers} workers");
    }
}

#[test]
fn chunks_do_not_change_a_byte() {
    let input = pages();
    let expected = run(["run", "-"], &input);
    for chunk in [1, 7, 1 << 20] {
        let output = feed(jianbao(["run", "-"]).spawn().unwrap(), &input, chunk);
        assert!(output.stdout == expected.stdout, "chunks of {chunk} bytes");
    }
}

#[test]
fn stdin_and_a_file_of_the_same_pages_differ_in_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stdin.txt");
    std::fs::write(&path, pages()).unwrap();
    let from_file = run(["run", path.to_str().unwrap()], b"");
    let from_stdin = run(["run", "-"], &pages());
    assert_eq!(said(&from_file), "");
    assert!(from_file.stdout == from_stdin.stdout);
}

#[test]
fn pages_with_the_same_text_share_no_id_and_keep_their_own() {
    let page = "本报讯 市里召开安全生产会议，部署下一步工作。";
    let ids = || -> Vec<String> {
        let output = run(["run", "-"], [page, page].join("\u{c}").as_bytes());
        records(&output).iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = ids();
    assert!(first.len() == 2 && first[0] != first[1], "{first:?}");
    assert_eq!(first, ids());
}
