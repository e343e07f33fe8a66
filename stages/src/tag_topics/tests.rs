//! Tests of `tag_topics`.

use super::explanation::{ExplainedLack, Refused};
use super::*;
use pipeline::{Draft, Fragment, Rule, Topic, assemble, laws};
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
fn what_opens_a_topic_is_not_taken_from_an_excluded_phrase() {
    let tagger = tagger(json!([{ "terms": ["商队"], "any": ["丝绸"], "exclude": ["丝绸之路"], "none": ["丝绸之都"] }]));
    let given = |text: &str| tagger.tag(&Zones { text, ..Zones::default() }).len();
    assert_eq!((given("商队走在丝绸之路上。"), given("商队运丝绸。"), given("商队运丝绸到丝绸之都。")), (0, 1, 0));
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
        (
            topic(
                json!({"id": "a", "label": "甲", "combinations": [{"all": ["一", "二", "三", "四", "五", "六", "七", "八"], "any": ["九"]}]}),
            ),
            "at most 8 things",
        ),
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

/// What of a topic's rules is found in `text`: kind, rule and what stands there; nothing when the topic is not given.
fn hits(topic: Value, text: &str) -> Vec<(&'static str, String, String)> {
    let tagger = tagger(Value::Array(vec![topic]));
    let zones = zones(text);
    let given = tagger.tag(&zones);
    let evidence = given.iter().flat_map(|topic| &topic.evidence).map(|hit| {
        let rule = match hit.rule {
            Rule::Term => "term",
            Rule::Pattern => "pattern",
            Rule::Combination => "combination",
            Rule::Parallel => "parallel",
            Rule::Implies => "implies",
        };
        let zone = if hit.zone == Zone::Title { zones.title } else { zones.text };
        (rule, hit.term.to_string(), hit.span.slice(zone).to_owned())
    });
    evidence.collect()
}

/// A text whose first line is its title.
fn zones(text: &str) -> Zones<'_> {
    let (title, text) = text.split_once('\n').unwrap_or_default();
    Zones { title, text, ..Zones::default() }
}

fn tagger(topics: Value) -> Tagger {
    let Value::Array(topics) = topics else { panic!("a list of topics") };
    let topics: Vec<Value> = topics.into_iter().map(complete).collect();
    let files = Documents(json!({ "t": { "schema": "jianbao/topics/1", "namespace": "t", "topics": topics,
        "suppress": { "before": ["未", "没有", "停", "不"], "unless": ["不松懈", "两不误", "少不了", "因疫情停"] } } }));
    let topics = topics::load(&["t".to_owned()], "topics", &files).unwrap_or_else(|errors| panic!("{errors:?}"));
    Tagger::new(&topics, Permille::ZERO, 50).unwrap()
}

/// With what every topic must have.
fn complete(mut topic: Value) -> Value {
    let entries = topic.as_object_mut().unwrap();
    for (key, value) in [("id", json!("a")), ("label", json!("甲")), ("min_evidence", json!(1))] {
        entries.entry(key).or_insert(value);
    }
    topic
}

fn found(topic: Value, text: &str) -> Vec<String> {
    hits(topic, text).into_iter().map(|(_, _, found)| found).collect()
}

#[test]
fn every_way_to_write_a_term_is_found() {
    let topic = json!({ "terms": [{ "term": "复工复产", "variants": ["返岗复工"] }, "5G", "里程"] });
    let all = hits(topic, "題\n復工復產、返崗復工、５ｇ、5G，裡程裏程里程。");
    let seen: Vec<(&str, &str)> = all.iter().map(|(_, term, found)| (term.as_str(), found.as_str())).collect();
    let expected = [
        ("复工复产", "復工復產"),
        ("复工复产", "返崗復工"),
        ("5G", "５ｇ"),
        ("5G", "5G"),
        ("里程", "裡程"),
        ("里程", "裏程"),
        ("里程", "里程"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn variants_share_the_saturation_of_their_term() {
    let score = |topic: Value, text: &str| tagger(json!([topic])).tag(&zones(text))[0].score;
    let text = "题\n复工，返岗。";
    let one = score(json!({ "terms": [{ "term": "复工", "variants": ["返岗"] }] }), text);
    assert!(one < score(json!({ "terms": ["复工", "返岗"] }), text));
    assert_eq!(one, score(json!({ "terms": ["复工"] }), "题\n复工，复工。"));
}

#[test]
fn a_term_counts_only_in_its_zone() {
    let text = "复工\n复工。\n复工。";
    for (zone, expected) in [("any", 3), ("title", 1), ("lead", 1), ("body", 2)] {
        assert_eq!(found(json!({ "terms": [{ "term": "复工", "zone": zone }] }), text).len(), expected, "{zone}");
    }
}

#[test]
fn a_word_of_denial_in_the_same_clause_suppresses_a_hit() {
    let topic = json!({ "terms": ["复工", "企业", "生产线", "防疫"] });
    for (text, expected) in [
        ("企业没有复工", vec!["企业"]),
        ("没有，复工", vec!["复工"]),
        ("没有想到春节后就能复工", vec!["复工"]),
        ("未有一家复工、生产线", vec!["生产线"]),
        // What a plain search for such words takes for denial and is none.
        ("抗疫少不了企业的支持", vec!["企业"]),
        ("因疫情停工的生产线已经重新运转", vec!["生产线"]),
        ("两不误复工", vec!["复工"]),
        ("防控不松懈复工", vec!["复工"]),
    ] {
        assert_eq!(found(topic.clone(), &format!("题\n{text}")), expected, "{text}");
    }
    let own = |suppress: Value| found(json!({ "terms": ["复工"], "suppress": suppress }), "题\n没有复工，暂缓复工");
    assert_eq!(own(json!("none")).len(), 2);
    assert_eq!(own(json!({ "before": ["暂缓"] })), ["复工"]);
    assert_eq!(own(json!({ "before": ["暂缓", "没有"] })), [""; 0]);
}

#[test]
fn combinations_stand_close_together_in_one_sentence() {
    let near = json!({ "combinations": [{ "all": ["企业"], "any": ["生产", "产能"], "none": ["交通"], "near": 4 }] });
    for (text, expected) in [
        ("企业恢复生产。", vec!["企业恢复生产"]),
        ("产能，企业，企业恢复生产。", vec!["产能，企业"]),
        ("企业已经全面恢复生产。", vec![]),
        ("企业。生产。", vec![]),
        ("企业恢复生产，交通恢复。", vec![]),
        ("企业生产。企业產能！", vec!["企业生产", "企业產能"]),
    ] {
        assert_eq!(found(near.clone(), &format!("题\n{text}")), expected, "{text}");
    }
    let sentence = json!({ "combinations": [{ "all": ["停工", "复工"], "same_sentence": true }] });
    assert_eq!(hits(sentence, "题\n停工一个月后，厂里的人都回来复工了。")[0].1, "停工+复工");
}

#[test]
fn a_combination_counts_where_nothing_denies_it() {
    let topic = json!({ "combinations": [{ "all": ["企业", "复工"], "near": 6 }] });
    let seen = found(topic.clone(), "题\n企业全部复工了，今年春天以来在这里，没有企业复工。");
    assert_eq!(seen, ["企业全部复工"]);
    assert_eq!(found(topic, "题\n今年春天以来在这里，没有企业复工。"), [""; 0]);
}

#[test]
fn each_thing_of_a_combination_is_a_place_of_its_own() {
    let found_of = |all: &[&str], any: &[&str], near: Option<u32>, text: &str| {
        let combination = json!({ "all": all, "any": any, "near": near });
        found(json!({ "combinations": [combination] }), &format!("题\n{text}"))
    };
    let none = [""; 0];
    assert_eq!(found_of(&["企业复工"], &["复工", "生产"], None, "企业复工。"), none);
    assert_eq!(found_of(&["企业复工"], &["复工", "生产"], None, "企业复工，生产正常。"), ["企业复工，生产"]);
    assert_eq!(found_of(&["企业复工"], &["复工"], None, "复工了，企业复工了。"), ["复工了，企业复工"]);
    assert_eq!(
        found_of(&["企业", "业复"], &["复工"], None, "企业复工，业复。"),
        ["企业复工，业复"],
        "the first is not always the one to take"
    );
    assert_eq!(found_of(&["企业", "业复"], &[], Some(1), "企业复工。"), none);
    assert_eq!(found_of(&["表彰"], &["疫情防控工作", "防控"], Some(3), "疫情防控工作将受表彰。"), ["疫情防控工作将受表彰"]);
    assert_eq!(found_of(&["甲", "乙", "丙"], &[], None, "丙甲乙甲丙。"), ["丙甲乙"]);
}

#[test]
fn patterns_see_the_text_as_it_is() {
    let topic =
        json!({ "patterns": [{ "pattern": "产能(利用率)?(恢复|达到)\\d+(\\.\\d+)?[%％]" }], "terms": ["产能"], "exclude": ["产能达到9"] });
    let expected = [("pattern", "产能利用率恢复95.5%"), ("term", "产能")];
    let seen = hits(topic, "题\n产能利用率恢复95.5%，产能过剩，产能达到9%。");
    let seen: Vec<(&str, &str)> = seen.iter().map(|(rule, _, found)| (*rule, found.as_str())).collect();
    assert_eq!(seen, [expected[0], expected[1], ("pattern", "产能达到9%")], "what a phrase does not hold whole it does not hide");
    assert_eq!(found(json!({ "patterns": [{ "pattern": "[0-9]{3,}" }] }), "题\n共1234人"), ["1234"], "needs no word");
}

#[test]
fn one_hand_for_each_gives_both() {
    let topics = json!([
        { "id": "epidemic", "label": "疫", "terms": ["疫情"], "parallel": ["疫情防控", "防控"] },
        { "id": "resumption", "label": "工", "terms": ["复工复产"], "parallel": ["复工复产", "复工", "经济发展"] },
    ]);
    let tagger = tagger(topics);
    for (text, expected) in [
        ("统筹力量，坚持一手抓疫情防控，一手抓复工复产，确保两不误", ["复工复产", "疫情防控"]),
        ("一手抓防控，一手抓复工。连日来", ["复工", "防控"]),
        ("平湖一手抓疫情防控、一手抓经济发展，奋力", ["疫情防控", "经济发展"]),
        ("疫情防控和复工复产“两手抓”，严格落实", ["复工复产", "疫情防控"]),
    ] {
        let text = format!("题\n{text}。");
        let mut seen: Vec<(Rule, String)> = Vec::new();
        for topic in tagger.tag(&zones(&text)) {
            seen.extend(topic.evidence.iter().map(|hit| (hit.rule, hit.term.to_string())));
        }
        seen.sort();
        let mut expected = expected.map(|term| (Rule::Parallel, term.to_owned()));
        expected.sort();
        assert_eq!(seen, expected, "{text}");
    }
    assert_eq!(tagger.tag(&zones("题\n一手抓防控。")), [], "one hand is no parallel");
}

#[test]
fn conditions_of_the_whole_article() {
    let given = |conditions: Value, text: &str| {
        let mut topic = json!({ "terms": ["疫情"] });
        topic.as_object_mut().unwrap().extend(conditions.as_object().unwrap().clone());
        !found(topic, text).is_empty()
    };
    for (conditions, yes, no) in [
        (json!({ "all": ["新冠", "核酸"] }), "核酸\n疫情，新冠", "新冠\n疫情"),
        (json!({ "any": ["新冠", "核酸"] }), "新冠\n疫情", "题\n疫情"),
        (json!({ "none": ["非洲猪瘟"] }), "题\n疫情", "非洲豬瘟\n疫情"),
        (json!({ "none": ["非洲猪瘟"], "unless": ["新冠"] }), "非洲豬瘟\n疫情，新冠", "非洲豬瘟\n疫情"),
        (json!({ "min_score": 0.3 }), "疫情\n", "题\n。\n疫情"),
        (json!({ "min_evidence": 2 }), "疫情\n", "题\n疫情"),
    ] {
        assert!(given(conditions.clone(), yes), "{conditions} {yes}");
        assert!(!given(conditions.clone(), no), "{conditions} {no}");
    }
}

#[test]
fn implied_topics_come_with_no_more_than_the_score() {
    let tagger = tagger(json!([
        { "id": "a", "label": "甲", "terms": ["复工"], "implies": ["b"] },
        { "id": "b", "label": "乙", "broader": "c", "terms": ["经济"], "implies": ["c"] },
        { "id": "c", "label": "丙", "terms": ["天气"] },
    ]));
    let terms = |topic: &Topic| -> Vec<(Rule, String)> { topic.evidence.iter().map(|hit| (hit.rule, hit.term.to_string())).collect() };
    let all = tagger.tag(&zones("题\n复工。"));
    assert_eq!(all.iter().map(|topic| &*topic.id).collect::<Vec<_>>(), ["t:a", "t:b", "t:c"]);
    assert!(all.iter().all(|topic| topic.score == all[0].score), "{all:?}");
    assert_eq!(terms(&all[1]), [(Rule::Implies, "t:a".to_owned())]);
    let anyway = tagger.tag(&zones("经济\n复工。"));
    assert_eq!(terms(&anyway[0]), [(Rule::Term, "经济".to_owned())], "what is given anyway stays as it is");
    let explained = tagger.explain(&zones("题\n复工。"));
    assert_eq!(explained[1].implied_by, ["t:a"]);
}

#[test]
fn lexicons_add_terms_to_topics_of_other_files() {
    let lexicon = |topic: &str| {
        json!({ "schema": "jianbao/topics/1", "namespace": "local", "words": ["独山港"],
                "adds": [{ "topic": topic, "terms": ["嘉行码", "疫情"] }] })
    };
    let file = json!({ "schema": "jianbao/topics/1", "namespace": "m", "lexicons": ["l.yaml"],
                       "topics": [{ "id": "e", "label": "疫", "terms": ["疫情"] }] });
    let load = |topic: &str| {
        let files = Documents(json!({ "f.yaml": file, "l.yaml": lexicon(topic), "d/f.yaml": file, "d/l.yaml": lexicon(topic) }));
        topics::load(&["d/f.yaml".to_owned()], "topics", &files)
    };
    let topics = load("m:e").unwrap();
    let terms: Vec<_> = topics.topics[0].terms.iter().map(|term| (&*term.text, term.lexicon.as_deref())).collect();
    assert_eq!(terms, [("疫情", None), ("嘉行码", Some("d/l.yaml"))]);
    assert_eq!(topics.words.iter().map(|word| &**word).collect::<Vec<_>>(), ["独山港"]);
    let errors = load("m:f").unwrap_err();
    assert_eq!((errors[0].code, errors[0].path.as_str()), ("no_such_topic", "adds[0].topic"));
    assert_eq!(errors[0].document.as_deref(), Some("d/l.yaml"));
}

#[test]
fn an_explanation_shows_what_does_not_count_and_why() {
    let tagger = tagger(json!([{ "terms": [{ "term": "复工", "weight": 2 }, { "term": "企业", "zone": "title" }], "exclude": ["复工险"],
                                 "none": ["猪瘟"], "min_evidence": 2 }]));
    let text = "题\n企业没有复工，复工险，复工。猪瘟。";
    let explained = tagger.explain_one(&zones(text), "t:a").unwrap();
    let refused: Vec<_> = explained.hits.iter().map(|hit| (hit.found.as_str(), hit.times, hit.refused.as_ref())).collect();
    let [elsewhere, denied, hidden, counts] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!(elsewhere, &("企业", 0, Some(&Refused::Elsewhere)));
    assert!(matches!(denied, ("复工", 0, Some(Refused::Suppressed { word, .. })) if word == "没有"), "{denied:?}");
    assert!(matches!(hidden, ("复工", 0, Some(Refused::Excluded { phrase, .. })) if phrase == "复工险"), "{hidden:?}");
    assert_eq!(counts, &("复工", 2, None));
    let share = &explained.shares[0];
    assert_eq!((share.term.as_str(), share.weight, share.times, explained.shares.len()), ("复工", 2.0, 2, 1));
    assert_eq!(explained.lacks, [ExplainedLack::None { phrase: "猪瘟".to_owned() }, ExplainedLack::Evidence { rules: 1, needed: 2 }]);
    assert!(!explained.given && tagger.tag(&zones(text)).is_empty());
    assert!(tagger.explain_one(&zones(text), "t:b").is_none());
}
