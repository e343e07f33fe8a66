//! Tests of `extract_keywords`.

use super::*;
use pipeline::laws::{self, NoFiles};
use serde_json::{Value, json};

struct Files(&'static [(&'static str, &'static str)]);

impl Resources for Files {
    fn text(&self, path: &str) -> Result<String, String> {
        self.0.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned()).ok_or_else(|| format!("{path}: no such file"))
    }
    fn document(&self, reference: &str, _: &schemars::Schema) -> Result<Value, String> {
        Err(reference.to_owned())
    }
    fn resolve(&self, path: &str) -> std::path::PathBuf {
        path.into()
    }
}

const SAMPLE: &str = include_str!("../../../examples/pinghu-2022-03-28.txt");
const RIVER: &str = "护河队清理河道。护河队的队员说，河道里的水草最难清理，水草一多河道就堵。\n水草捞上来，堆在岸边。";

fn stage(options: Value, resources: &dyn Resources) -> Stage {
    Stage::new(serde_json::from_value(options).unwrap(), resources).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn keywords_with(options: Value, resources: &dyn Resources, article: Article) -> Vec<(String, u16, u32)> {
    let mut out = Vec::new();
    stage(options, resources).apply(article, &mut out).unwrap();
    let article = out.remove(0);
    let text = article.text.text();
    article.keywords.iter().map(|keyword| (keyword.first.slice(text).to_owned(), keyword.score.get(), keyword.count)).collect()
}

fn keywords(options: Value, text: &str) -> Vec<(String, u16, u32)> {
    keywords_with(options, &NoFiles, laws::article(text))
}

fn words(options: Value, text: &str) -> Vec<String> {
    keywords(options, text).into_iter().map(|(word, ..)| word).collect()
}

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, json!({}), &NoFiles, &[SAMPLE, RIVER]);
    laws::check(&DEF, json!({"method": "text_rank", "pos": ["n", "v"], "count": 3, "min_length": 1}), &NoFiles, &[SAMPLE, RIVER]);
}

#[test]
fn the_words_said_often_and_rare_elsewhere_come_first() {
    let found = keywords(json!({"count": 3}), RIVER);
    assert_eq!(found.iter().map(|(word, ..)| word.as_str()).collect::<Vec<_>>(), ["水草", "护河队", "河道"], "{found:?}");
    assert_eq!((found[0].1, found[0].2), (1000, 3), "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
}

#[test]
fn text_rank_prefers_what_stands_near_much() {
    let found = words(json!({"method": "text_rank", "count": 2}), RIVER);
    assert_eq!(found, ["河道", "护河队"]);
}

#[test]
fn words_of_equal_worth_stand_in_the_order_of_the_text() {
    let found = words(json!({}), "独角兽、鲛人、麒麟");
    let again = words(json!({}), "麒麟、鲛人、独角兽");
    assert_eq!(found.len(), again.len());
    let (score, _) = keywords(json!({}), "茶壶，茶壶").first().map(|(_, score, count)| (*score, *count)).unwrap();
    assert_eq!(score, 1000);
    let own = Files(&[("idf.txt", "苹果 5\n橘子 5\n香蕉 5\n")]);
    let order =
        |text: &str| keywords_with(json!({"idf": ["idf.txt"]}), &own, laws::article(text)).into_iter().map(|(w, ..)| w).collect::<Vec<_>>();
    assert_eq!(order("橘子，苹果，香蕉"), ["橘子", "苹果", "香蕉"]);
    assert_eq!(order("香蕉，橘子，苹果"), ["香蕉", "橘子", "苹果"]);
}

#[test]
fn stop_words_figures_and_short_words_are_none() {
    let text = "The weather 2022 95% 的 我们 但是 水 天气 a of";
    assert_eq!(words(json!({}), text), ["weather", "天气"]);
    assert!(words(json!({"min_length": 1}), text).contains(&"水".to_owned()));
    let own = Files(&[("stop.txt", "\u{feff}天气\nWeather 水")]);
    assert_eq!(keywords_with(json!({"stop_words": ["stop.txt"]}), &own, laws::article("天气 气候 Weather")).len(), 1);
}

#[test]
fn files_say_how_rare_words_are() {
    let own = Files(&[("idf.txt", "岸边 90\n水草 0.001\n")]);
    let found = keywords_with(json!({"idf": ["idf.txt"], "count": 20}), &own, laws::article(RIVER));
    assert_eq!(found[0].0, "岸边");
    assert_eq!(found.last().unwrap().0, "水草");
}

#[test]
fn parts_of_speech_are_asked_for_where_they_are_wanted() {
    let nouns = words(json!({"pos": ["n"], "count": 50}), "工人们迅速修理机器");
    assert!(nouns.contains(&"机器".to_owned()) && !nouns.contains(&"修理".to_owned()), "{nouns:?}");
    let all = words(json!({"count": 50}), "工人们迅速修理机器");
    assert!(all.contains(&"修理".to_owned()), "{all:?}");
}

#[test]
fn the_words_of_segment_are_not_cut_again() {
    let mut article = laws::article("复工复产进行时");
    article.tokens = vec![Token { start: 0, end: 12, pos: pipeline::Pos::default() }];
    assert_eq!(keywords_with(json!({}), &NoFiles, article), [("复工复产".to_owned(), 1000, 1)]);
}

#[test]
fn furniture_has_none() {
    let mut article = laws::article("今日天气晴朗");
    article.kind = Kind::Furniture;
    assert!(keywords_with(json!({}), &NoFiles, article).is_empty());
}

#[test]
fn all_mistakes_are_reported() {
    let own = Files(&[("idf.txt", "水\n水 五\n水 -1\n水 5 6\n水 5")]);
    let config = json!({"count": 0, "stop_words": ["none.txt"], "idf": ["idf.txt", "none.txt"], "method": "text_rank"});
    let Err(errors) = Stage::new(serde_json::from_value(config).unwrap(), &own) else { panic!("must be refused") };
    let seen: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
    let expected = [
        ("count", "invalid_option"),
        ("idf", "unused_option"),
        ("stop_words[0]", "unreadable_file"),
        ("idf[0]", "bad_idf_line"),
        ("idf[0]", "bad_idf_line"),
        ("idf[0]", "bad_idf_line"),
        ("idf[0]", "bad_idf_line"),
        ("idf[1]", "unreadable_file"),
    ];
    assert_eq!(seen, expected);
}
