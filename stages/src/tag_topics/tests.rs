//! Tests of `tag_topics`.

use super::*;
use pipeline::{Draft, Fragment, Topic, assemble, laws};
use serde_json::{Value, json};

struct Documents(Value);

impl Resources for Documents {
    fn text(&self, path: &str) -> Result<String, String> {
        Err(path.to_owned())
    }
    fn document(&self, reference: &str, _: &schemars::Schema) -> Result<Value, String> {
        self.0.get(reference).cloned().ok_or_else(|| format!("{reference}: no such file"))
    }
    fn resolve(&self, path: &str) -> std::path::PathBuf {
        path.into()
    }
}

fn topics() -> Documents {
    Documents(json!({
        "builtin:gov-cn": { "schema": "jianbao/topics/1", "namespace": "gov-cn", "topics": [
            { "id": "epidemic-control", "label": "疫情防控", "terms": ["疫情防控", "疫情", "防控", {"term": "核酸检测", "weight": 2}] },
            { "id": "education", "label": "教育", "terms": ["教育", "学校"], "exclude": ["党史教育"] },
        ]},
        "mine.yaml": { "schema": "jianbao/topics/1", "namespace": "mine", "topics": [
            { "id": "resumption", "label": "复工复产", "description": "企业恢复生产", "terms": ["复工复产", "复工"] },
        ]},
    }))
}

/// An article whose first line is the title.
fn article(text: &str) -> Article {
    let page = laws::page(text);
    let mut draft = Draft::new(Kind::Article);
    let mut fragments = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue });
    draft.title = fragments.next().into_iter().collect();
    draft.body = fragments.collect();
    assemble(&page, vec![draft]).unwrap().remove(0)
}

fn tag(options: Value, text: &str) -> Vec<Topic> {
    let config: Config = serde_json::from_value(options).unwrap();
    let stage = Stage::new(&config, &topics()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut out = Vec::new();
    stage.apply(article(text), &mut out).unwrap();
    out.remove(0).topics
}

/// Code, place inside the file and message of each mistake.
fn errors_of(document: &Value) -> Vec<(&'static str, String, String)> {
    let config = Config { topics: vec!["bad.yaml".to_owned()], ..Config::default() };
    let Err(errors) = Stage::new(&config, &Documents(json!({"bad.yaml": document}))) else { panic!("must be refused") };
    assert!(errors.iter().all(|error| error.document.as_deref() == Some("bad.yaml")), "{errors:?}");
    errors.into_iter().map(|error| (error.code, error.path, error.message)).collect()
}

#[test]
fn keeps_the_laws() {
    let sample = include_str!("../../../examples/pinghu-2022-03-28.txt");
    laws::check(&DEF, json!({}), &topics(), &[sample]);
    laws::check(&DEF, json!({"topics": ["mine.yaml"], "min_score": 0.0, "max_evidence": 2}), &topics(), &[sample]);
}

#[test]
fn finds_topics_of_all_files_with_evidence() {
    let found = tag(json!({"topics": ["builtin:gov-cn", "mine.yaml"]}), "新仓复工复产\n本报讯 疫情防控和复工一起抓。\n核酸检测完成。");
    let seen: Vec<_> = found.iter().map(|topic| (&*topic.id, &*topic.label)).collect();
    assert_eq!(seen, [("gov-cn:epidemic-control", "疫情防控"), ("mine:resumption", "复工复产")]);
    let evidence: Vec<_> = found[1].evidence.iter().map(|hit| (&*hit.term, hit.zone, hit.span.start)).collect();
    assert_eq!(evidence, [("复工复产", Zone::Title, 6), ("复工", Zone::Text, 25)]);
}

#[test]
fn the_longest_term_counts_once() {
    let found = tag(json!({"min_score": 0.0}), "疫情防控\n疫情防控。疫情。");
    let terms: Vec<_> = found[0].evidence.iter().map(|hit| &*hit.term).collect();
    assert_eq!(terms, ["疫情防控", "疫情防控", "疫情"]);
}

#[test]
fn a_topic_needs_two_terms_or_the_title() {
    assert!(tag(json!({"min_score": 0.0}), "无题\n疫情。疫情。疫情。").is_empty());
    assert_eq!(tag(json!({"min_score": 0.0}), "疫情\n无。").len(), 1);
    assert_eq!(tag(json!({"min_score": 0.0}), "无题\n疫情。核酸检测。").len(), 1);
}

#[test]
fn excluded_phrases_hide_the_terms_inside_them() {
    assert!(tag(json!({"min_score": 0.0}), "党史教育\n党史教育。").is_empty());
    assert_eq!(tag(json!({"min_score": 0.0}), "教育\n党史教育。")[0].evidence.len(), 1);
}

#[test]
fn scores_by_zone_weight_repetition_and_length() {
    let score = |text: &str| tag(json!({"min_score": 0.0}), text).first().map_or(0, |topic| topic.score.get());
    let base = score("无题\n疫情。防控。");
    assert!(score("疫情\n防控。") > base, "a title counts more than the lead");
    assert!(score("无题\n开头。\n疫情。防控。") < base, "the body counts less than the lead");
    assert!(score("无题\n疫情。核酸检测。") > base, "a heavier term counts more");
    let repeated = score(&format!("无题\n{}防控。", "疫情。".repeat(50)));
    assert!(base < repeated && repeated < 600, "repetition saturates: {base} {repeated}");
    assert!(score(&format!("无题\n疫情。防控。\n{}", "别的事情。".repeat(100))) < base, "a longer text needs more");
    assert!(tag(json!({"min_score": 1.0}), "疫情防控\n疫情").is_empty());
}

#[test]
fn evidence_is_capped_and_the_score_is_not() {
    let text = "疫情\n疫情，防控，核酸检测。";
    let (all, capped) = (tag(json!({}), text), tag(json!({"max_evidence": 2}), text));
    assert_eq!((all[0].evidence.len(), capped[0].evidence.len()), (4, 2));
    assert_eq!(all[0].score, capped[0].score);
}

#[test]
fn furniture_has_no_topics() {
    let mut furniture = article("疫情防控\n疫情防控，核酸检测。");
    furniture.kind = Kind::Furniture;
    let stage = Stage::new(&Config::default(), &topics()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut out = Vec::new();
    stage.apply(furniture, &mut out).unwrap();
    assert!(out[0].topics.is_empty());
}

#[test]
fn every_mistake_in_a_file_is_reported_with_its_place() {
    let seen = errors_of(&json!({ "schema": "jianbao/topics/1", "namespace": "Gov:",
        "suppress": { "before": [""], "within": 0 },
        "groups": [{ "id": "b", "label": "乙" }],
        "topics": [
            { "id": "a", "label": "甲", "terms": ["重", "重", "", { "term": "輕", "weight": 9 }, " 空", "轻"], "implies": ["c", "a"] },
            { "id": "a", "label": " ", "terms": [] },
            { "id": "d", "label": "丁", "broader": "e", "patterns": [{ "pattern": "(" }], "none": ["x"], "exclude": ["ax"],
              "terms": ["ＡＸ"], "combinations": [{ "all": ["x"] }, { "all": ["x", "y"], "near": 1000, "weight": 0 }],
              "min_score": 2, "min_evidence": 0, "examples": { "positive": [""] } },
            { "id": "f", "label": "己", "broader": "g", "terms": ["己"] },
            { "id": "g", "label": "庚", "broader": "f", "terms": ["庚"] },
        ],
    }));
    let places: Vec<_> = seen.iter().map(|(code, place, _)| (*code, place.as_str())).collect();
    let expected = [
        ("invalid_id", "namespace"),
        ("invalid_term", "suppress.before[0]"),
        ("out_of_range", "suppress.within"),
        ("duplicate_topic", "topics[1].id"),
        ("empty_label", "topics[1].label"),
        ("duplicate_term", "topics[0].terms[1]"),
        ("invalid_term", "topics[0].terms[2]"),
        ("invalid_weight", "topics[0].terms[3].weight"),
        ("invalid_term", "topics[0].terms[4]"),
        ("duplicate_term", "topics[0].terms[5]"),
        ("empty_topic", "topics[1]"),
        ("invalid_pattern", "topics[2].patterns[0].pattern"),
        ("invalid_combination", "topics[2].combinations[0]"),
        ("invalid_weight", "topics[2].combinations[1].weight"),
        ("out_of_range", "topics[2].combinations[1].near"),
        ("hidden_term", "topics[2].exclude[0]"),
        ("hidden_term", "topics[2].none[0]"),
        ("out_of_range", "topics[2].min_score"),
        ("out_of_range", "topics[2].min_evidence"),
        ("empty_example", "topics[2].examples.positive[0]"),
        ("no_such_topic", "topics[0].implies[0]"),
        ("no_such_topic", "topics[2].broader"),
        ("topic_cycle", "topics[3].broader"),
        ("topic_cycle", "topics[0].implies"),
    ];
    assert_eq!(places, expected);
    assert!(seen[22].2.ends_with("f -> g -> f"), "{seen:?}");
}

#[test]
fn unknown_keys_and_wrong_types_are_refused() {
    let topic = |topic: Value| json!({"schema": "jianbao/topics/1", "namespace": "x", "topics": [topic]});
    let cases = [
        (topic(json!({"id": "a", "label": "甲", "terms": ["重"], "some": []})), "unknown field `some`"),
        (topic(json!({"id": "a", "label": "甲", "terms": [{"term": "重", "wieght": 1}]})), "unknown field `wieght`"),
        (topic(json!({"id": "a", "label": "甲", "terms": [120]})), "figures need quotes"),
        (topic(json!({"id": "a", "label": "甲", "terms": ["重"], "suppress": "all"})), "expected `none`, or {before: …}"),
        (json!({"schema": "jianbao/topics/1", "namespace": "x", "topics": []}), "there is no topic"),
        (json!({"version": 1, "namespace": "x", "words": ["重"]}), "unknown field `version`"),
    ];
    for (document, message) in cases {
        let errors = errors_of(&document);
        assert!(errors[0].2.contains(message), "{errors:?}");
    }
}

#[test]
fn lists_without_topics_and_topics_given_twice_are_refused() {
    let code = |topics_option: &[&str]| {
        let config = Config { topics: topics_option.iter().map(|name| (*name).to_owned()).collect(), ..Config::default() };
        Stage::new(&config, &topics()).err().map(|errors| errors[0].code)
    };
    assert_eq!(code(&[]), Some("empty_topics"));
    assert_eq!(code(&["mine.yaml", "mine.yaml"]), Some("duplicate_file"));
    assert_eq!(code(&["nothing.yaml"]), Some("unreadable_file"));
    let config = Config { min_score: f64::NAN, ..Config::default() };
    assert_eq!(Stage::new(&config, &topics()).err().unwrap()[0].path, "min_score");
}
