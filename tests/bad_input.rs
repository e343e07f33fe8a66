//! Bad input, through the real binary: each case works or says clearly what is wrong, with the right exit code, and other pages go
//! through.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::time::{Duration, Instant};

use support::{EVERYTHING, check_conservation, code, records, run, said, sample, texts};

const GOOD: &str = "本报讯 3月26日上午，市里召开会议，研究部署安全生产工作。会议要求各地抓好落实。\n";

fn everything() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("everything.yaml");
    std::fs::write(&path, EVERYTHING).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// Runs one page through the stages that touch text, expects success and full conservation.
fn survives(text: &str) {
    let (_folder, config) = everything();
    let output = run(["run", "-c", &config, "-"], text.as_bytes());
    assert_eq!(code(&output), 0, "{}", said(&output));
    check_conservation(text, &records(&output));
}

#[test]
fn nothing_and_only_blanks_give_nothing() {
    for input in ["", "\n", "   \n\t\n\u{3000}\n\n"] {
        let output = run(["run", "-"], input.as_bytes());
        assert_eq!((code(&output), output.stdout.len()), (0, 0), "{input:?}: {}", said(&output));
    }
}

#[test]
fn a_last_line_without_newline_is_read() {
    let output = run(["run", "-"], GOOD.trim_end().as_bytes());
    assert_eq!(code(&output), 0);
    assert!(texts(&records(&output)).ends_with("抓好落实。"));
}

#[test]
fn nul_bytes_and_controls_are_repaired_and_accounted_for() {
    let text = "本报讯 会\0议\u{1}召开，研究部署安全生产工作。\n";
    survives(text);
    let output = run(["run", "-"], text.as_bytes());
    assert!(texts(&records(&output)).contains("会议召开"), "{}", texts(&records(&output)));
    assert!(!output.stdout.windows(6).any(|six| six == b"\\u0000"));
}

#[test]
fn a_few_invalid_bytes_are_replaced_and_flagged() {
    let mut bytes = GOOD.repeat(20).into_bytes();
    bytes.splice(4..4, [0xff]);
    let output = run(["run", "-"], &bytes);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let records = records(&output);
    assert!(records.iter().any(|r| r["warnings"].as_array().unwrap().iter().any(|w| w == "replaced_characters")), "{records:?}");
}

#[test]
fn bytes_that_are_no_text_become_a_dead_letter_and_the_next_page_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join("dead.ndjson");
    let mut bytes: Vec<u8> =
        (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).filter(|byte| *byte != 0x0c).collect();
    bytes.push(0x0c);
    bytes.extend_from_slice(GOOD.as_bytes());
    let output = run(["run", "--dead-letter", dead.to_str().unwrap(), "-"], &bytes);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(texts(&records(&output)).contains("安全生产"));
    let letter: serde_json::Value = serde_json::from_str(std::fs::read_to_string(&dead).unwrap().lines().next().unwrap()).unwrap();
    assert_eq!(letter["code"], "undecodable");
}

#[test]
fn a_line_of_50_mb_is_a_dead_letter_and_the_next_page_goes_on() {
    let mut text = "字".repeat(50_000_000 / 3);
    text.push('\u{c}');
    text.push_str(GOOD);
    let begun = Instant::now();
    let output = run(["run", "-"], text.as_bytes());
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("page_too_large"), "{}", said(&output));
    assert!(texts(&records(&output)).contains("安全生产"));
    assert!(begun.elapsed() < Duration::from_secs(60), "took {:?}", begun.elapsed());
}

#[test]
fn two_hundred_thousand_lines_without_a_blank_are_read_in_time() {
    let begun = Instant::now();
    survives(&"会议要求各地抓好安全生产\n".repeat(200_000));
    assert!(begun.elapsed() < Duration::from_secs(120), "took {:?}", begun.elapsed());
}

#[test]
fn ten_thousand_form_feeds_keep_their_numbers() {
    let mut text = "\u{c}".repeat(10_000);
    text.push_str(GOOD);
    let output = run(["run", "-"], text.as_bytes());
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(records(&output)[0]["page_no"], 10_001);
}

#[test]
fn strange_scripts_and_marks_lose_nothing() {
    survives("，。！？……——“”‘’（）《》\n、、、\n。。\n");
    survives("The quick brown fox jumps over the lazy dog and goes on for a state-\nment that is well-\nknown to all.\n");
    survives("\u{202e}שלום עולם\u{202c}\nمرحبا بالعالم، هذا نص من اليمين\n");
    survives("“他说：‘我们要\n坚持到底。\n（未完的括号\n《书名\n");
    survives("下转\n■\n■记者\n本报讯\n上接1版\n");
    survives("甲\u{feff}\u{200b}\u{2060}\u{ad}\n\u{1f600}𠀀\u{e000}\n");
}

#[test]
fn a_json_page_with_wrong_types_is_a_dead_letter_and_the_others_go_on() {
    let good = serde_json::json!({"page_id": "p1", "text": GOOD}).to_string();
    let last = serde_json::json!({"page_id": "p3", "text": GOOD, "issue_date": "2022-03-28", "paper": "某报"}).to_string();
    let input = format!("{good}\n{{\"page_id\": 7, \"text\": [1]}}\n{last}\n");
    let output = run(["run", "-"], input.as_bytes());
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("bad_page_json"), "{}", said(&output));
    let records = records(&output);
    let pages: Vec<&str> = records.iter().map(|r| r["page_id"].as_str().unwrap()).collect();
    assert!(pages.contains(&"p1") && pages.contains(&"p3"), "{pages:?}");
    assert!(records.iter().any(|r| r["issue_date"] == "2022-03-28" && r["paper"] == "某报"));
}

#[test]
fn a_bad_first_line_costs_only_itself() {
    let good = serde_json::json!({"page_id": "p2", "text": GOOD}).to_string();
    let content = serde_json::json!({"page_id": "p1", "content": GOOD}).to_string();
    let cut: String = content.chars().take(40).collect();
    let twice = format!("{{\"text\": \"\", {}", good.trim_start_matches('{'));
    let said_of = |first: &str, input: &str, name: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, input).unwrap();
        let output = run(["run", path.to_str().unwrap()], b"");
        assert_eq!(code(&output), 1, "{first}: {}", said(&output));
        let pages: Vec<String> = records(&output).iter().map(|r| r["page_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(pages, ["p2"], "{first}");
        said(&output)
    };
    for (first, expected) in [
        (cut.as_str(), "line 1: not JSON"),
        (r#"{"meta": {"version": 1}}"#, "line 1: text is missing"),
        (&content, "did you mean `content`?"),
        (&twice, "text stands there twice"),
    ] {
        let seen = said_of(first, &format!("{first}\n{good}\n"), "pages.txt");
        assert!(seen.contains(expected), "{first}: {seen}");
    }
    let tail = r#"本报讯"}"#;
    let seen = said_of(tail, &format!("{tail}\n{good}\n"), "pages.ndjson");
    assert!(seen.contains("line 1: not JSON"), "{seen}");
}

#[test]
fn a_missing_file_is_66_after_the_others_have_been_read() {
    let output = run(["run", "/no/such/page.txt", sample().to_str().unwrap()], b"");
    assert_eq!(code(&output), 66, "{}", said(&output));
    assert!(said(&output).contains("/no/such/page.txt"));
    assert!(!records(&output).is_empty());
}

#[test]
fn where_nothing_is_to_be_read_it_says_what_was_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = run(["run", path], b"");
    assert_eq!(code(&output), 66, "{}", said(&output));
    assert!(said(&output).contains(&format!("no file in {path}")), "{}", said(&output));
    let beside = run(["run", path, sample().to_str().unwrap()], b"");
    assert_eq!(code(&beside), 0, "{}", said(&beside));
    assert!(said(&beside).contains("no_files"), "{}", said(&beside));
    let config = folder.path().join("c.yaml");
    std::fs::write(&config, "version: 1\nsource: { files: { paths: [.], glob: \"*.text\" } }\nstages: [detect_articles, emit_ndjson]\n")
        .unwrap();
    let output = run(["run", "-c", config.to_str().unwrap()], b"");
    assert_eq!(code(&output), 66, "{}", said(&output));
    assert!(said(&output).contains("no file in . matches `glob` (*.text)"), "{}", said(&output));
    let output = run(["run", "-"], b"");
    assert!(said(&output).contains("nothing is written in stdin") && !said(&output).contains("scan"), "{}", said(&output));
}

#[test]
fn a_binary_file_is_one_failure() {
    let program = [b"\x7fELF".as_slice(), &[0; 60], &b"\x0c\xff\x01\0\0\xfe".repeat(200)].concat();
    let output = run(["run", "-"], &program);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert_eq!((said(&output).lines().count(), output.stdout.len()), (1, 0), "{}", said(&output));
    assert!(said(&output).contains("binary_input"), "{}", said(&output));
}

#[test]
fn pages_of_documents_that_come_back_have_numbers_of_their_own() {
    let page = |doc_id: &str| serde_json::json!({"doc_id": doc_id, "text": GOOD}).to_string();
    let input = [page("A"), page("B"), page("A"), page("B")].join("\n");
    let output = run(["run", "-"], input.as_bytes());
    let pages: Vec<String> = records(&output).iter().map(|r| r["page_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!((code(&output), pages.join(" ").as_str()), (0, "A:1 B:1 A:2 B:2"), "{}", said(&output));
    assert_eq!(said(&output).matches("scattered_document").count(), 1, "{}", said(&output));
}

#[test]
fn an_unreadable_directory_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/no/such/place", folder.path().join("a-dangling.txt")).unwrap();
    std::fs::write(folder.path().join("b.txt"), GOOD).unwrap();
    let output = run(["run", folder.path().to_str().unwrap()], b"");
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("unreadable"), "{}", said(&output));
    assert!(texts(&records(&output)).contains("安全生产"));
}

#[test]
fn configurations_with_mistakes_are_78_and_say_where() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("words.txt"), "新词 10 n\n坏行 many words here\n").unwrap();
    let cases = [
        ("unknown stage", "version: 1\nstages:\n  - normalise: {}\n  - detect_articles: {}\n  - emit_ndjson: {}\n", "normalize"),
        (
            "same stage twice",
            "version: 1\nstages:\n  - normalize: {}\n  - normalize: {}\n  - detect_articles: {}\n  - emit_ndjson: {}\n",
            "4:",
        ),
        (
            "bad dictionary",
            "version: 1\nstages:\n  - detect_articles: {}\n  - segment: { dictionaries: [words.txt] }\n  - emit_ndjson: {}\n",
            "words.txt",
        ),
        ("wrong order", "version: 1\nstages:\n  - segment: {}\n  - emit_ndjson: {}\n", "takes Articles but gets Pages"),
        ("unknown option", "version: 1\nstages:\n  - detect_articles: {}\n  - segment: { hmmm: true }\n  - emit_ndjson: {}\n", "hmm"),
    ];
    for (name, yaml, expected) in cases {
        let path = folder.path().join("pipeline.yaml");
        std::fs::write(&path, yaml).unwrap();
        for command in ["run -c", "check"] {
            let arguments: Vec<&str> = command.split(' ').chain([path.to_str().unwrap()]).collect();
            let output = run(arguments, GOOD.as_bytes());
            assert_eq!(code(&output), 78, "{name}: {}", said(&output));
            assert!(said(&output).contains(expected), "{name}: {}", said(&output));
            assert!(output.stdout.is_empty());
        }
    }
}
