//! Mistakes in files that a configuration names, with the stages as they are shipped.

use std::path::Path;

use serde_json::Value as Json;

use crate::{Diagnostics, Origin, Overrides, load};

/// What is said of a configuration that names these topic files.
fn mistakes_of(files: &[(&str, &[u8])]) -> Diagnostics {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let text = format!("version: 1\nstages:\n- detect_articles\n- tag_topics: {{ topics: [{}] }}\n- emit_ndjson\n", names.join(", "));
    let origin = Origin::Text { name: "jb.yaml".to_owned(), text, base: folder.path().to_owned() };
    load(&origin, &Overrides::default(), &|_| None).err().unwrap_or_else(|| panic!("loads, but should not"))
}

/// `file:line:column code`, the file without its folder.
fn shown(diagnostics: &Diagnostics) -> Vec<String> {
    let show = |mistake: &Json| {
        let file = Path::new(mistake["file"].as_str().unwrap()).file_name().unwrap().to_str().unwrap();
        format!("{file}:{}:{} {}", mistake["line"], mistake["column"], mistake["code"].as_str().unwrap())
    };
    diagnostics.to_json().as_array().unwrap().iter().map(show).collect()
}

const TOPICS: &str = "\
schema: jianbao/topics/2
namespace: Mine
topic: []
suppress: { before: [没有], witin: 6 }
topics:
  - id: silk
    label: 丝绸
    description: [蚕桑]
    broader: farm
    terms:
      - 蚕桑
      - 120
      - { term: 丝绸产业, wieght: 2 }
      - { term: 茧, weight: 9 }
      - { term: 茧丝, weight: heavy, zone: titel }
      - 蠶桑
      - ' 丝'
    patterns: [{ pattern: '茧(丝' }]
    exclude: 丝绸之路
    implies: [farms]
  - id: silk
    lable: 绸
    terms: []
  - id: farming
    label: 农业
    broader: trade
    terms: [农业, 丰收]
    exclude: [丰收]
  - { id: trade, label: 外贸, broader: farming, terms: [外贸] }
";

#[test]
fn every_mistake_of_a_topic_file_stands_at_its_place() {
    let diagnostics = mistakes_of(&[("t.yaml", TOPICS.as_bytes())]);
    let expected = [
        "t.yaml:1:9 unknown_value",
        "t.yaml:2:12 invalid_id",
        "t.yaml:3:1 unknown_key",
        "t.yaml:4:27 unknown_key",
        "t.yaml:8:18 wrong_type",
        "t.yaml:9:14 no_such_topic",
        "t.yaml:12:9 wrong_type",
        "t.yaml:13:23 unknown_key",
        "t.yaml:14:28 invalid_weight",
        "t.yaml:15:29 wrong_type",
        "t.yaml:15:42 unknown_value",
        "t.yaml:16:9 duplicate_term",
        "t.yaml:17:9 invalid_term",
        "t.yaml:18:27 invalid_pattern",
        "t.yaml:19:14 wrong_type",
        "t.yaml:20:15 no_such_topic",
        "t.yaml:21:5 missing_key",
        "t.yaml:21:5 empty_topic",
        "t.yaml:21:9 duplicate_topic",
        "t.yaml:22:5 unknown_key",
        "t.yaml:26:14 topic_cycle",
        "t.yaml:28:15 hidden_term",
    ];
    assert_eq!(shown(&diagnostics), expected, "{diagnostics}");
    let text = diagnostics.render(false);
    for words in [
        "13 |       - { term: 丝绸产业, wieght: 2 }",
        "did you mean `weight`?",
        "did you mean `within`?",
        "did you mean `label`?",
        "did you mean `title`?",
        "did you mean `farming`?",
        "put quotes around it: \"120\"",
        "write a list: [丝绸之路]",
        "`silk` is the id of an earlier topic or group too",
        "9 is not between 0.01 and 5",
        "no regular expression: unclosed group",
        "this runs in a circle: farming -> trade -> farming",
    ] {
        assert!(text.contains(words), "{words}:\n{text}");
    }
    assert!(text.contains("22 mistakes in ") && text.trim_end().ends_with("t.yaml"), "{text}");
}

#[test]
fn what_is_no_yaml_or_no_text_is_said_in_its_file() {
    let good = "schema: jianbao/topics/1\nnamespace: good\ntopics: [{ id: a, label: 甲, terms: [重] }]\n";
    let twice = "schema: jianbao/topics/1\nschema: jianbao/topics/1\nnamespace: b\ntopics: [{ id: a, label: 甲, terms: [重] }]\n";
    let files: &[(&str, &[u8])] = &[
        ("open.yaml", b"version: 1\ntopics: [\n"),
        ("good.yaml", good.as_bytes()),
        ("empty.yaml", b"# nothing yet\n"),
        ("list.yaml", b"- id: a\n"),
        ("twice.yaml", twice.as_bytes()),
        ("gbk.yaml", b"version: 1\nnamespace: \xb2\xdd\n"),
    ];
    let expected = [
        "open.yaml:2:9 yaml_syntax",
        "empty.yaml:1:1 empty_document",
        "list.yaml:1:1 wrong_type",
        "twice.yaml:2:1 duplicate_key",
        "gbk.yaml:2:12 not_utf8",
    ];
    let diagnostics = mistakes_of(files);
    assert_eq!(shown(&diagnostics), expected, "{diagnostics}");
}

#[test]
fn mistakes_of_both_files_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.yaml"), "schema: jianbao/topics/1\nnamespace: mine\nwords: [x]\nlabel: x\n").unwrap();
    let text = "version: 1\nstages:\n- detect_articles\n- tag_topics: { topics: [t.yaml, none.yaml], min_score: high }\n- emit_ndjsn\n";
    let origin = Origin::Text { name: "jb.yaml".to_owned(), text: text.to_owned(), base: folder.path().to_owned() };
    let diagnostics = load(&origin, &Overrides::default(), &|_| None).err().unwrap();
    let expected = ["jb.yaml:4:34 unreadable_file", "jb.yaml:4:57 wrong_type", "jb.yaml:5:3 unknown_stage", "t.yaml:4:1 unknown_key"];
    assert_eq!(shown(&diagnostics), expected, "{diagnostics}");
    assert!(diagnostics.render(false).contains("4 mistakes in jb.yaml and "), "{diagnostics}");
}
