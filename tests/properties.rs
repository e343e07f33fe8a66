//! What holds for any page, through the real stages: nothing lost and nothing twice, lines joined as they were cut, evidence
//! where it says it is.
//!
//! `laws::check_chain` does the checking; here are the pages. Cutting into articles may be right or wrong on a random page, and
//! neither is asked.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use pipeline::laws::{self, NoFiles};
use pipeline::record::{Record, Words};
use pipeline::stage::Body;
use pipeline::{Article, Built, Draft, Fragment, Glue, Kind, Options, Passage, Permille, Resources, assemble};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use stages::topics::folded;

fn chain(names: &[&'static str]) -> Vec<(&'static str, Built)> {
    let build = |name: &&'static str| {
        let def = stages::STAGES.iter().find(|def| def.name == *name).unwrap();
        (*name, (def.build)(Options::default(), &NoFiles).unwrap())
    };
    names.iter().map(build).collect()
}

const TO_PAGES: &[&str] = &["normalize", "untangle_columns", "dehyphenate"];
const TO_ARTICLES: &[&str] = &["normalize", "untangle_columns", "dehyphenate", "detect_articles"];

/// Lines as they stand on pages, and some that stand on none.
const LINES: &[&str] = &[
    "东港日报",
    "2023年5月9日 星期二",
    "责任编辑 周 明 电话 0000-1234",
    "本报讯 昨天上午，东港镇的护河队员清",
    "本报讯（记者 周 明 通讯员 李 娜）",
    "新华社北京5月9日电",
    "理了两公里河道，捞出水草和垃圾约三吨",
    "队长说，这条河流过六个村子。",
    "“我们每天都来，”他说，“",
    "下一步，镇里将在河边种上柳树，修一条",
    "东港镇护河队清理河道",
    "——写在护河队成立十周年之际",
    "护河护河护河护河队队队队",
    "振兴乡村振兴乡村““新步伐新步伐””",
    "■记者 周 明",
    "■记 者 周 明 通讯员 李小娜",
    "（周 明 摄）",
    "图为队员在清理河道。 周明 摄",
    "下转3版",
    "（上接第1版）",
    "▲下转A03版",
    "遗失声明",
    "张建国遗失身份证，声明作废。",
    "时评",
    "5月 9日，共有 1.5 万人次 参 加 了 活 动",
    "臺灣的報紙用繁體字，標點也不同",
    "The council met on Monday to hear the state-",
    "ment of the mayor, a well-",
    "known woman.",
    "⼈⺠⽇报︽５Ｇ︾",
    "soft\u{ad}",
    "\u{feff}\u{200b}",
    "\u{0}",
    "　",
    "",
];

fn page() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        6 => prop::sample::select(LINES).prop_map(str::to_owned),
        2 => "[的一是在了有和人这中大为上个国，。、：“”（）《》 0-9A-Za-z-]{0,24}",
        1 => "\\PC{0,12}",
        1 => any::<String>(),
    ];
    let end = prop::sample::select(&["\n", "\n", "\n\n", "\r\n", "\n \n\n", "", " ", "\u{c}", "\u{2028}"][..]);
    prop::collection::vec((line, end), 0..40).prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.to_owned()]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_character_is_in_exactly_one_article(text in page()) {
        laws::check_chain(&chain(TO_ARTICLES), &text);
    }

    #[test]
    fn gluing_loses_nothing_and_adds_only_white_space(text in page()) {
        let joined = joined(&text);
        let page = through_pages(&text);
        let lines: String = (0..page.lines.len()).map(|line| page.line_text(line).into_owned()).collect();
        prop_assert_eq!(without_white_space(&joined), without_white_space(&lines));
    }
}

/// Pages of real papers, where they are at hand.
#[test]
fn every_character_of_every_page_at_hand_is_in_exactly_one_article() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("examples/pinghu-2022-03-28.txt")];
    let folder = root.join("../shared/eval/dev/raw");
    match std::fs::read_dir(&folder) {
        Ok(entries) => pages.extend(entries.map(|entry| entry.unwrap().path())),
        Err(error) => eprintln!("only the sample is checked; {}: {error}", folder.display()),
    }
    pages.sort();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let articles = laws::check_chain(&chain(TO_ARTICLES), &text);
        assert!(!articles.is_empty(), "{}", page.display());
    }
}

fn through_pages(text: &str) -> pipeline::Page {
    match laws::check_chain(&chain(TO_PAGES), text).pop() {
        Some(Body::Page(page)) => *page,
        other => panic!("a page comes out, not {other:?}"),
    }
}

/// The whole page as one text, paragraphs divided by `\n`.
fn joined(text: &str) -> String {
    let page = through_pages(text);
    let fragments: Vec<Fragment> = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue }).collect();
    Passage::copy(&page, &fragments).text().to_owned()
}

fn without_white_space(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Words of a paragraph that nobody takes for a headline, a name or a dateline.
const HAN_WORDS: &[&str] = &[
    "河道",
    "清理",
    "村里的",
    "春天",
    "孩子们",
    "学校",
    "食堂",
    "车间里",
    "工人",
    "柳树",
    "散步",
    "菜地",
    "雨水",
    "丰收",
    "机器",
    "慢慢",
    "正在",
    "已经",
    "把",
    "一起",
    "很多",
    "路上",
    "明亮",
    "5G",
    "300",
    "AI",
    "屋檐下",
    "编着",
    "竹篮",
    "笑声",
];
const LATIN_WORDS: &[&str] = &[
    "the",
    "council",
    "river",
    "and",
    "a",
    "volunteers",
    "of",
    "afternoon",
    "government",
    "was",
    "reservoir",
    "to",
    "residents",
    "in",
    "bridge",
    "said",
    "committee",
    "village",
    "that",
    "years",
];

fn chinese() -> impl Strategy<Value = String> {
    let clause = prop::collection::vec(prop::sample::select(HAN_WORDS), 3..7).prop_map(|words| words.concat());
    let sentence = prop::collection::vec(clause, 2..5).prop_map(|clauses| clauses.join("，") + "。");
    prop::collection::vec(sentence, 4..9).prop_map(|sentences| sentences.concat())
}

/// Cut at `measure` ems, the first line two shorter; a mark never begins a line.
fn set_in_chinese(text: &str, measure: usize) -> String {
    let (mut lines, mut line, mut width) = (Vec::new(), String::new(), 4);
    for c in text.chars() {
        let own = if c.is_ascii() { 1 } else { 2 };
        if width + own > measure * 2 && !matches!(c, '，' | '。') {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        line.push(c);
        width += own;
    }
    lines.push(line);
    lines.join("\n")
}

fn latin() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(LATIN_WORDS), 60..120).prop_map(|words| format!("The {}.", words.join(" ")))
}

/// Cut at `measure` letters, long words divided by a hyphen.
fn set_in_latin(text: &str, measure: usize) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ') {
        let room = measure.saturating_sub(line.len() + 1);
        if word.len() <= room {
            line.extend((!line.is_empty()).then_some(' '));
            line.push_str(word);
        } else if word.len() >= 8 && (4..word.len() - 2).contains(&room) {
            let (before, after) = word.split_at(room - 1);
            lines.push(format!("{line} {before}-"));
            line = String::from(after);
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    lines.push(line);
    lines.join("\n")
}

proptest! {
    // Joining is a judgement: the same paragraphs each time, so that a worse one shows where it was made.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(28), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chinese_lines_become_their_paragraph(text in chinese(), measure in 12_usize..25) {
        let lines = set_in_chinese(&text, measure);
        // That is how a paragraph of one line looks.
        prop_assume!(!lines.lines().next().unwrap().ends_with('。'));
        let joined = joined(&lines);
        prop_assert_eq!(without_white_space(&joined), text);
        prop_assert!(!joined.contains('\n'), "{}", joined);
    }

    #[test]
    fn latin_lines_become_their_paragraph(text in latin(), measure in 28_usize..60) {
        prop_assert_eq!(joined(&set_in_latin(&text, measure)), text);
    }
}

/// Rules of every kind, with terms inside one another, of one character, beyond the first plane, Latin, and written in several ways.
struct Topics;

impl Resources for Topics {
    fn text(&self, path: &str) -> Result<String, String> {
        NoFiles.text(path)
    }
    fn document(&self, _: &str, _: &schemars::Schema) -> Result<Value, String> {
        Ok(json!({ "schema": "jianbao/topics/1", "namespace": "test", "topics": [
            { "id": "river", "label": "河", "parallel": ["护河"], "patterns": [{ "pattern": "河[。，]+的" }],
              "terms": ["护河队", "河", "𠀀河", { "term": "护河", "variants": ["的的"] }] },
            { "id": "work", "label": "工", "terms": ["复工", "复工复产", "AI"], "combinations": [{ "all": ["复工", "5"], "near": 30 }] },
            { "id": "odd", "label": "怪", "terms": ["𠀀", "é"], "patterns": [{ "pattern": "[a-z]{2,}" }], "exclude": ["é é"] },
        ]}))
    }
    fn resolve(&self, path: &str) -> std::path::PathBuf {
        NoFiles.resolve(path)
    }
}

/// Whether `found` is what a hit of the rule `term` may be.
fn is_hit(rule: &str, term: &str, found: &str) -> bool {
    let found = folded(found);
    match rule {
        "term" if term == "护河" => found == term || found == "的的",
        "term" | "parallel" => found == folded(term),
        "pattern" if term.starts_with('河') => found.starts_with('河') && found.ends_with('的'),
        "pattern" => found.bytes().all(|byte| byte.is_ascii_lowercase()),
        "combination" => found.starts_with("复工") && found.ends_with('5') || found.starts_with('5') && found.ends_with("复工"),
        _ => false,
    }
}

/// An article whose first line is its title.
fn article(text: &str) -> Article {
    let page = through_pages(text);
    let mut draft = Draft::new(Kind::Article);
    let mut fragments = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue });
    draft.title = fragments.next().into_iter().collect();
    draft.body = fragments.collect();
    assemble(&page, vec![draft]).unwrap().remove(0)
}

#[test]
fn evidence_is_where_it_says_in_unicode_characters() {
    let tag_topics = stages::STAGES.iter().find(|def| def.name == "tag_topics").unwrap();
    let options = Options(json!({ "topics": ["test"], "min_score": 0.0 }));
    let Built::Each(tag) = (tag_topics.build)(options, &Topics).unwrap() else { panic!("tag_topics has no memory") };
    let line = "(护河队?|護河|复工(复产)?|復工|𠀀河?|é|ＡＩ|ai|\u{1f600}|⼈|５|的|[a-z ,。])\
                (护河|護|复工|𠀀|一手抓|，的|[，一5 \n]|3月 26日){0,12}";
    let seen: RefCell<BTreeMap<String, usize>> = RefCell::default();
    proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() },
              |(title in line, twice in any::<bool>(), text in line, more in line, part in line)| {
        let title = title.replace('\n', "");
        let title = if twice { format!("{title}{title}") } else { title };
        let mut whole = article(&format!("{title}\n{text}\n{more}"));
        whole.go_on_with(&article(&format!("题\n{part}")), Glue::Join, Permille::ONE);
        let tagged = tag.apply_body(Body::Article(Box::new(whole))).unwrap();
        let [Body::Article(article)] = tagged.as_slice() else { panic!("one article comes out") };
        let record = serde_json::to_value(Record::new(article, Words::None)).unwrap();
        for hit in record["topics"].as_array().unwrap().iter().flat_map(|topic| topic["evidence"].as_array().unwrap()) {
            let [zone, rule, term] = ["zone", "rule", "term"].map(|key| hit[key].as_str().unwrap());
            let [start, end] = ["start", "end"].map(|key| hit[key].as_u64().unwrap() as usize);
            let there: String = record[zone].as_str().unwrap().chars().skip(start).take(end - start).collect();
            prop_assert!(is_hit(rule, term, &there), "{} stands where {} says", there, hit);
            let stitched = article.continuations[0].start as usize <= record["text"].as_str().unwrap().char_indices().nth(start).map_or(0, |(at, _)| at);
            for kind in [zone, rule, if zone == "text" && stitched { "stitched" } else { "own" }, if there == term { "as written" } else { "otherwise" }] {
                *seen.borrow_mut().entry(kind.to_owned()).or_default() += 1;
            }
        }
    });
    for kind in ["title", "text", "term", "pattern", "combination", "parallel", "stitched", "as written", "otherwise"] {
        let times = seen.borrow().get(kind).copied().unwrap_or_default();
        assert!(times > 20, "the texts must have hits of every kind: {kind} {times}");
    }
}

/// `article` after the stage `name`, with its words cut before.
fn extracted(name: &str, options: &Value, article: Article) -> Value {
    let bodies = ["segment", name].iter().fold(vec![Body::Article(Box::new(article))], |bodies, stage| {
        let def = stages::STAGES.iter().find(|def| def.name == *stage).unwrap();
        let options = if *stage == name { options.clone() } else { Value::Null };
        let Built::Each(stage) = (def.build)(Options(options), &NoFiles).unwrap() else { panic!("{stage} has no memory") };
        bodies.into_iter().flat_map(|body| stage.apply_body(body).unwrap()).collect()
    });
    let [Body::Article(article)] = bodies.as_slice() else { panic!("one article comes out") };
    serde_json::to_value(Record::new(article, Words::None)).unwrap()
}

/// What stands where `found` says.
fn there(record: &Value, found: &Value) -> String {
    let [start, end] = ["start", "end"].map(|key| found[key].as_u64().unwrap() as usize);
    record[found["zone"].as_str().unwrap()].as_str().unwrap().chars().skip(start).take(end - start).collect()
}

#[test]
fn people_places_and_days_are_where_they_are_said_to_be() {
    let line = "(市委书记谢文柏|記者 謝文柏|洪波说，|浙江碧螺春华科技有限公司|碧螺春华|寧波市|宁波|青溪镇|市教育局|谢书记|\
        3月 ?26日上午|去年底|二〇二一年|２０２１年５月|昨日|近日|GDP|\u{1f600}|𠀀|é|[在，。的 a]|\n){0,14}";
    let seen = Cell::new([0; 3]);
    proptest!(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() }, |(title in line, text in line)| {
        let made = || article(&format!("{}\n{text}", title.replace('\n', "")));
        let record = extracted("extract_entities", &json!({}), made());
        let entities = record["entities"].as_array().unwrap();
        for entity in entities {
            let mentions: Vec<String> = entity["mentions"].as_array().unwrap().iter().map(|mention| there(&record, mention)).collect();
            prop_assert_eq!(mentions.len() as u64, entity["count"].as_u64().unwrap());
            prop_assert!(mentions.iter().any(|mention| *mention == entity["name"]), "{} is nowhere: {:?}", entity, mentions);
        }
        let dated = extracted("resolve_dates", &json!({ "issue_date": "2022-03-28" }), made());
        let found = dated["dates"].as_array().unwrap();
        for date in found {
            prop_assert_eq!(&there(&dated, date), date["text"].as_str().unwrap());
        }
        let ranked = extracted("extract_keywords", &json!({ "count": 3 }), made());
        let keywords = ranked["keywords"].as_array().unwrap();
        for keyword in keywords {
            let word = keyword["word"].as_str().unwrap();
            let count = ranked["text"].as_str().unwrap().matches(word).count() as u64;
            prop_assert!((1..=count).contains(&keyword["count"].as_u64().unwrap()), "{} stands {count} times", keyword);
        }
        let [e, d, k] = seen.get();
        seen.set([e + entities.len(), d + found.len(), k + keywords.len()]);
    });
    assert!(seen.get().iter().all(|count| *count > 100), "the texts must have all of them: {seen:?}");
}
