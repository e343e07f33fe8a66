//! Small broken files, and what is said about each.

use super::{load_text, mistakes_of};
use crate::{Diagnostics, Overrides};

/// `code line:column` and, where one is made, ` -> suggestion`.
fn shown(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.place.map_or("-".to_owned(), |(start, _)| format!("{}:{}", start.line, start.column));
            let suggestion = diagnostic.suggestion.as_ref().map_or(String::new(), |suggestion| format!(" -> {suggestion}"));
            format!("{} {place}{suggestion}", diagnostic.code)
        })
        .collect()
}

/// The head with the table of codes.
const TABLE: &str = include_str!("../diagnostics.rs");
/// Codes that the test's own stages and sources make.
const OF_STAGES: &[&str] = &["empty_name", "no_such_input", "unreadable_dictionary", "unreadable_topics"];

/// A good head, so that the body under test begins on line 4.
const HEAD: &str = "version: 1\nstages:\n- detect_articles\n";

#[test]
fn whole_files() {
    let emit = "- emit_ndjson\n";
    let good = format!("stages:\n- detect_articles\n{emit}");
    let cases: &[(String, &[&str])] = &[
        (String::new(), &["empty_config 1:1"]),
        ("# only a comment\n".to_owned(), &["empty_config 1:1"]),
        ("\u{feff}".to_owned(), &["empty_config 1:1"]),
        ("~\n".to_owned(), &["empty_config 1:1"]),
        ("just text\n".to_owned(), &["wrong_type 1:1"]),
        ("- version: 1\n- stages: []\n".to_owned(), &["wrong_type 1:1"]),
        (good.clone(), &["missing_version 1:1"]),
        (format!("version: 2\n{good}"), &["unsupported_version 1:10"]),
        (format!("version: '1'\n{good}"), &["unsupported_version 1:10"]),
        (format!("version:\n{good}"), &["unsupported_version 1:1"]),
        (format!("version: 1.0\n{good}"), &["unsupported_version 1:10"]),
        (format!("verson: 1\n{good}"), &["unknown_key 1:1 -> version", "missing_version 1:1"]),
        ("version: 1\n".to_owned(), &["no_stages 1:1"]),
        ("version: 1\nstages:\n".to_owned(), &["no_stages 2:1"]),
        ("version: 1\nstages: []\n".to_owned(), &["no_stages 2:1"]),
        ("version: 1\nstages: normalize\n".to_owned(), &["wrong_type 2:9"]),
        ("version: 1\nstages: { normalize: {} }\n".to_owned(), &["wrong_type 2:9"]),
        (format!("version: 1\nstage: 1\n{good}"), &["unknown_key 2:1 -> stages"]),
        (format!("version: 1\n晚报: 1\n{good}"), &["unknown_key 2:1"]),
        (format!("version: 1\nversion: 1\n{good}"), &["duplicate_key 2:1"]),
        (format!("version: 1\n? [a]\n: 1\n{good}"), &["bad_key 2:3", "unknown_key 2:3"]),
        (format!("version: 1\n{good}---\nversion: 1\n"), &["several_documents 5:1"]),
        (format!("version: 1\n{good}errors: !mine {{}}\n"), &["unknown_tag 5:15"]),
        ("version: 1\nstages:\n\t- normalize\n".to_owned(), &["tab_indentation 3:1"]),
        ("version: 1\nstages: [normalize\n".to_owned(), &["yaml_syntax 2:9"]),
        ("version: 1\n  stages: []\n".to_owned(), &["yaml_syntax 2:9"]),
        ("version: 1\nstages: \"open\n".to_owned(), &["yaml_syntax 2:9"]),
        ("version: 1\nstages: *none\n".to_owned(), &["yaml_syntax 2:9"]),
        (format!("version: 1\nsource: {{ files: {{ paths: [${{X}}] }} }}\n{good}"), &["yaml_syntax 2:29"]),
    ];
    check(cases.iter().map(|(text, expected)| (text.clone(), *expected)));
}

#[test]
fn stages_and_their_order() {
    let cases: &[(&str, &[&str])] = &[
        ("- segmnt: {}\n- emit_ndjson", &["unknown_stage 4:3 -> segment"]),
        ("- Segment\n- emit_ndjson", &["unknown_stage 4:3 -> segment"]),
        ("- kafka\n- emit_ndjson", &["unknown_stage 4:3"]),
        ("- emit", &["unknown_stage 4:3 -> emit_ndjson"]),
        ("- segment", &["no_sink 4:3"]),
        ("- emit_ndjson\n- segment", &["sink_not_last 4:3"]),
        ("- segment\n- segment\n- emit_ndjson", &["duplicate_stage 5:3"]),
        ("- detect_articles\n- emit_ndjson", &["duplicate_stage 4:3"]),
        ("- segment\n- detect_articles", &["duplicate_stage 5:3", "no_sink 5:3"]),
        (
            "- sgment\n- normalize\n- emit_ndjson\n- emit_ndjson",
            &["unknown_stage 4:3 -> segment", "kind_mismatch 6:3", "sink_not_last 6:3"],
        ),
        ("- normalize\n- emit_ndjson", &["kind_mismatch 4:3"]),
        ("- { segment: {}, normalize: {} }\n- emit_ndjson", &["not_one_key 4:18"]),
        ("- segment:\n  hmm: true\n- emit_ndjson", &["not_one_key 5:3"]),
        ("- type: segment\n- emit_ndjson", &["not_one_key 4:3"]),
        ("- {}\n- emit_ndjson", &["not_one_key 4:3"]),
        ("- 5\n- emit_ndjson", &["not_one_key 4:3"]),
        ("- [segment]\n- emit_ndjson", &["not_one_key 4:3"]),
        ("-\n- emit_ndjson", &["not_one_key 4:2"]),
    ];
    check(cases.iter().map(|(body, expected)| (format!("{HEAD}{body}\n"), *expected)));
    let mismatch = mistakes_of("version: 1\nstages:\n- segment\n- emit_ndjson\n");
    assert!(mismatch.render(false).contains("`segment` takes Articles but gets Pages\n"), "{mismatch}");
    assert!(mismatch.render(false).contains("help: put `detect_articles` before it\n"), "{mismatch}");
    let late = mistakes_of(&format!("{HEAD}- normalize\n- detect_articles\n- emit_ndjson\n"));
    assert!(late.render(false).contains("help: move it before `detect_articles`\n"), "{late}");
    let behind_unknown = mistakes_of("version: 1\nstages:\n- cut\n- segment\n- normalize\n- emit_ndjson\n");
    assert!(behind_unknown.render(false).contains("help: move it before `segment`\n"), "{behind_unknown}");
}

#[test]
fn options() {
    let cases: &[(&str, &[&str])] = &[
        ("- segment: { hm: true }", &["unknown_key 4:14 -> hmm"]),
        ("- segment: { dictionary: [] }", &["unknown_key 4:14 -> dictionaries"]),
        ("- segment: { colour: red }", &["unknown_key 4:14"]),
        ("- normalize: { x: 1 }", &["kind_mismatch 4:3", "unknown_key 4:16"]),
        ("- segment: []", &["wrong_type 4:12"]),
        ("- segment: true", &["wrong_type 4:12"]),
        ("- segment: { hmm: yes }", &["wrong_type 4:19 -> true"]),
        ("- segment: { hmm: 'true' }", &["wrong_type 4:19"]),
        ("- segment: { hmm: 1 }", &["wrong_type 4:19"]),
        ("- segment: { dictionaries: words.txt }", &["wrong_type 4:28"]),
        ("- segment: { dictionaries: [a, 5, [b]] }", &["wrong_type 4:32", "wrong_type 4:35"]),
        ("- segment: { least: 1.5 }", &["out_of_range 4:21"]),
        ("- segment: { least: high }", &["wrong_type 4:21"]),
        ("- segment: { width: 256 }", &["out_of_range 4:21"]),
        ("- segment: { width: -1 }", &["out_of_range 4:21"]),
        ("- segment: { width: 1.5 }", &["wrong_type 4:21"]),
        ("- segment: { hmm: true, hmm: false }", &["duplicate_key 4:25"]),
        ("- segment:\n    hmm:\n    width: 1", &["wrong_type 5:5"]),
        ("- segment:\n    hmm: true\n    晚: 1", &["unknown_key 6:5"]),
        ("- tag_topics: { rule: { kind: any_term } }", &["missing_key 4:17"]),
        ("- tag_topics: { rule: { name: a, kind: any_terms } }", &["unknown_value 4:40 -> any_term"]),
        ("- tag_topics: { rule: { name: a, kind: { patern: x } } }", &["missing_key 4:34", "unknown_key 4:42 -> pattern"]),
        ("- tag_topics: { rule: { name: a, kind: { pattern: 4 } } }", &["wrong_type 4:51"]),
        ("- tag_topics: { rules: [{ name: a }, { nme: b }] }", &["missing_key 4:38", "unknown_key 4:40 -> name"]),
        ("- tag_topics: { rules: [{ name: a }, { name: '' }] }", &["empty_name 4:46"]),
        ("- segment: { dictionaries: [none.txt, nor.txt] }", &["unreadable_dictionary 4:29", "unreadable_dictionary 4:39"]),
        ("- segment: { hmm: 1, dictionaries: [none.txt] }", &["wrong_type 4:19", "unreadable_dictionary 4:37"]),
        ("- tag_topics: { topics: ['builtin:gov-ch'] }", &["unreadable_topics 4:26"]),
        ("- segment: { hmm: \"${NOT}\" }", &["missing_variable 4:20"]),
    ];
    check(cases.iter().map(|(body, expected)| (format!("{HEAD}{body}\n- emit_ndjson\n"), *expected)));
    check([(format!("{HEAD}- emit_ndjson: {{ words: txt }}\n"), ["unknown_value 4:25 -> text"].as_slice())]);
}

#[test]
fn sources_and_settings() {
    let cases: &[(&str, &[&str])] = &[
        ("source: { fles: {} }", &["unknown_source 5:11 -> files"]),
        ("source: kafka", &["unknown_source 5:9"]),
        ("source: { files: {}, stdin: {} }", &["not_one_key 5:22"]),
        ("source: { type: files }", &["not_one_key 5:11"]),
        ("source: { files: { path: a } }", &["unknown_key 5:20 -> paths"]),
        ("source: { files: { paths: a.txt } }", &["wrong_type 5:27"]),
        ("source: { files: { paths: [a, absent] } }", &["no_such_input 5:31"]),
        ("source: [files]", &["not_one_key 5:9"]),
        ("errors: { on_error: dead_letters }", &["unknown_value 5:21 -> dead_letter"]),
        ("errors: { on_error: dead_letter }", &["missing_dead_letter 5:21"]),
        ("errors: { dead_letter: '-' }", &["bad_dead_letter 5:24"]),
        ("errors: { onerror: stop }", &["unknown_key 5:11 -> on_error"]),
        ("errors: stop", &["wrong_type 5:9"]),
        ("errors: { dead_letter: 5 }", &["wrong_type 5:24"]),
        ("runtime: { workers: atuo }", &["unknown_value 5:21 -> auto"]),
        ("runtime: { workers: 0 }", &["out_of_range 5:21"]),
        ("runtime: { workers: 1.5 }", &["wrong_type 5:21"]),
        ("runtime: { memory: 512MB, memory: 1GB }", &["duplicate_key 5:27"]),
        ("runtime: { memory: lots }", &["bad_size 5:20"]),
        ("runtime: { memory: 10KiB }", &["out_of_range 5:20"]),
        ("runtime: { memory: 10 }", &["out_of_range 5:20"]),
        ("runtime: { queue: 0 }", &["out_of_range 5:19"]),
        ("runtime: { threads: 4 }", &["unknown_key 5:12"]),
        ("runtime: { shutdown_timeout: soon }", &["bad_period 5:30"]),
        ("runtime: { shutdown_timeout: -1 }", &["out_of_range 5:30"]),
    ];
    check(cases.iter().map(|(body, expected)| (format!("{HEAD}- emit_ndjson\n{body}\n"), *expected)));
}

fn check<'a>(cases: impl IntoIterator<Item = (String, &'a [&'a str])>) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let diagnostics = mistakes_of(&text);
        let said = shown(&diagnostics);
        if said != expected {
            wrong.push(format!("{text}expected {expected:?}\nsaid     {said:?}\n{diagnostics}\n"));
        }
        for diagnostic in &diagnostics {
            let listed = TABLE.contains(&format!("`{}`", diagnostic.code)) || OF_STAGES.contains(&diagnostic.code);
            assert!(listed, "{} is missing in the table of codes", diagnostic.code);
            assert!(!diagnostic.message.starts_with(char::is_uppercase), "{}", diagnostic.message);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn everything_is_said_at_once_in_the_order_of_the_file() {
    let text = "\
version: 1
sources: { stdin: {} }
stages:
- detect_articles
- segment: { hmm: \"yes\", dictionaries: [none.txt] }
- tag_topic: {}
- emit_ndjson: { words: list, path: \"${MISSING}\" }
errors: { on_error: dead_letter }
runtime: { memory: lots }
";
    let diagnostics = mistakes_of(text);
    let expected = [
        "unknown_key 2:1 -> source",
        "wrong_type 5:19 -> true",
        "unreadable_dictionary 5:41",
        "unknown_stage 6:3 -> tag_topics",
        "unknown_value 7:25",
        "missing_variable 7:38",
        "missing_dead_letter 8:21",
        "bad_size 9:20",
    ];
    assert_eq!(shown(&diagnostics), expected, "{diagnostics}");
    assert!(diagnostics.render(false).ends_with("\n8 mistakes in jb.yaml\n"));
}

#[test]
fn says_it_in_peoples_words() {
    for (body, words) in [
        ("- segment: { dictionaries: 5 }", "expected a list of text, found a number"),
        ("- segment: { dictionaries: words.txt }", "help: write a list: [words.txt]"),
        ("- segment: { hmm: 'true' }", "help: remove the quotes: true"),
        ("- emit_ndjson: { path: 5 }", "help: put quotes around it: \"5\""),
        ("- emit_ndjson: { path: }", "expected text, found nothing"),
        ("- emit_ndjson: { words: txt }", "expected `array`, `text` or `none`, found `txt`"),
        ("- segment: { least: 2 }", "expected at most 1, found 2"),
        ("- segment:\n  hmm: true", "help: indent it, so that it stands under `segment`"),
        ("- type: segment", "help: write `- segment: {}`"),
        ("- kafka: {}", "help: known: normalize, detect_articles, segment, tag_topics, emit_ndjson"),
    ] {
        let shown = mistakes_of(&format!("{HEAD}{body}\n")).render(false);
        assert!(shown.contains(words), "{words}:\n{shown}");
    }
    let workers = mistakes_of(&format!("{HEAD}- emit_ndjson\nruntime: {{ workers: many }}\n")).render(false);
    assert!(workers.contains("expected `auto` or a whole number, found `many`"), "{workers}");
}

#[test]
fn json_is_for_editors() {
    let json = mistakes_of(&format!("{HEAD}- 报: {{}}\n- emit_ndjson: {{ words: 报, wrods: text }}\n")).to_json();
    let second = serde_json::json!({
        "code": "unknown_value", "message": "expected `array`, `text` or `none`, found `报`", "file": "jb.yaml",
        "line": 5, "column": 25, "end_line": 5, "end_column": 26, "help": null, "suggestion": null,
    });
    assert_eq!(json[1], second);
    assert_eq!(json[2]["suggestion"], "words");
    assert_eq!(json.as_array().map(Vec::len), Some(3));
}

#[test]
fn the_command_line_has_mistakes_too() {
    let text = "version: 1\nstages: [detect_articles, segment]\n";
    let overrides = Overrides { output: Some("o".to_owned()), inputs: vec!["absent".to_owned()], ..Overrides::default() };
    let diagnostics = load_text(text, &overrides).err().unwrap();
    assert_eq!(shown(&diagnostics), ["no_sink 2:27", "no_output_path -", "no_such_input -"]);
    assert_eq!(diagnostics.to_json()[1]["file"], "command line");
}
