//! `jianbao topics` through the real binary, and every command of `docs/topics.md`.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::{code, repository, run, said};

fn topics(arguments: &[&str], input: &str) -> Output {
    run(["topics"].iter().chain(arguments), input.as_bytes())
}

fn fixture(name: &str) -> String {
    repository("tests/fixtures/topics").join(name).to_str().unwrap().to_owned()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn value(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", text(output), said(output)))
}

/// Code, line and column of each, in order.
fn places(output: &Output) -> Vec<(String, u64, u64)> {
    let value = value(output);
    let place = |at: &Value| (at["code"].as_str().unwrap().to_owned(), at["line"].as_u64().unwrap(), at["column"].as_u64().unwrap());
    value.as_array().unwrap().iter().map(place).collect()
}

/// Articles about silk, and about other things, of which some share words with silk. Written for this test.
fn labelled(silk: usize, others: usize) -> String {
    let about = ["蚕农抢抓时节养蚕", "缫丝车间机器轰鸣", "丝绸面料销往海外", "桑园春管全面铺开", "真丝服装新品发布"];
    let more = ["今年春蚕饲养量稳中有升，桑叶长势良好。", "工人们把蚕茧送进缫丝机。", "这批真丝绸缎下月交货。", "蚕桑专家到桑园指导修剪。"];
    let else_ = ["中学举行运动会", "医院开展义诊", "公路改建工程开工", "图书馆延长开放时间", "渔船出海捕捞", "消防队员走进社区"];
    let filler = ["记者在现场看到，大家都很忙碌。", "这项工作得到了群众的好评。", "下一步，相关部门将继续做好服务。", "活动持续了一整天。"];
    let article = |title: &str, text: String, topics: &[&str]| {
        serde_json::to_string(&json!({ "title": title, "text": text, "topics": topics })).unwrap() + "\n"
    };
    let mut out = String::new();
    for n in 0..silk {
        let body = format!("{}{}{}", more[n % 4], filler[n % 3], more[(n / 4 + n + 1) % 4]);
        out += &article(about[n % 5], body, &["silk"]);
    }
    for n in 0..others {
        let body = format!("{}{}{}", else_[(n / 6) % 6], filler[n % 4], filler[(n / 4) % 4]);
        out += &article(else_[n % 6], body, &[]);
    }
    out
}

#[test]
fn ten_kinds_of_mistakes_are_shown_at_once_at_their_places() {
    let output = topics(&["check", &fixture("broken.yaml"), "--format", "json"], "");
    assert_eq!(code(&output), 78);
    let found = places(&output);
    let expected = [
        ("invalid_id", 2),
        ("unknown_key", 6),
        ("duplicate_term", 9),
        ("invalid_weight", 10),
        ("unknown_value", 11),
        ("hidden_term", 12),
        ("no_such_topic", 13),
        ("duplicate_topic", 14),
        ("missing_key", 14),
        ("invalid_pattern", 17),
        ("invalid_pattern", 18),
    ];
    for (code, line) in expected {
        assert!(found.iter().any(|(found, at, _)| found == code && *at == line), "{code} in line {line}: {found:?}");
    }
    assert!(found.contains(&("invalid_id".to_owned(), 2, 12)), "{found:?}");
    let shown = said(&topics(&["check", &fixture("broken.yaml")], ""));
    assert!(shown.contains("broken.yaml:11:") && shown.contains("error[invalid_weight]"), "{shown}");
}

#[test]
fn rules_that_do_nothing_are_warned_of() {
    let output = topics(&["check", &fixture("odd.yaml"), "--format", "json"], "");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let mut found: Vec<(String, u64)> = places(&output).into_iter().map(|(code, line, _)| (code, line)).collect();
    found.sort_by_key(|(_, line)| *line);
    let expected = [
        ("useless_excuse", 6),
        ("lighter_than_part", 12),
        ("never_found", 13),
        ("never_found", 14),
        ("never_found", 15),
        ("dead_rule", 17),
        ("useless_exclude", 18),
        ("dead_topic", 19),
        ("dead_topic", 22),
        ("title_only", 26),
        ("useless_excuse", 29),
        ("several_in_one", 32),
    ];
    assert_eq!(found.iter().map(|(code, line)| (code.as_str(), *line)).collect::<Vec<_>>(), expected);
    assert!(value(&output).as_array().unwrap().iter().all(|warning| warning["severity"] == "warning"));
    assert_eq!(code(&topics(&["check", &fixture("odd.yaml"), "--strict"], "")), 78);
    assert_eq!(code(&topics(&["check", "builtin:gov-cn"], "")), 0);
    assert_eq!(code(&topics(&["check", "nowhere.yaml"], "")), 78);
}

/// A folder with a topic file and labelled articles.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = "schema: jianbao/topics/1\nnamespace: mine\n# 手写\ntopics:\n  - id: school   # 校园\n    label: 校园\n    terms: [中学, 运动会]\n    \
        examples:\n      positive: [\"中学举行运动会。\"]\n      negative: [\"渔船出海。\"]\n";
    fs::write(folder.path().join("mine.yaml"), file).unwrap();
    fs::write(folder.path().join("labelled.ndjson"), labelled(20, 40)).unwrap();
    folder
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_topic_is_learned_alike_each_time_and_found_by_what_was_learned() {
    let folder = folder();
    let (articles, learned) = (path(&folder, "labelled.ndjson"), path(&folder, "learned.yaml"));
    let output = topics(&["learn", "--labelled", &articles], "");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let file = text(&output);
    assert!(said(&output).contains("mine:silk") && said(&output).contains("held out"), "{}", said(&output));
    assert!(file.contains("origin: learned") && file.lines().filter(|line| line.contains("- { term:")).count() <= 40, "{file}");
    assert_eq!(text(&topics(&["learn", "--labelled", "-"], &labelled(20, 40))), file);
    fs::write(&learned, &file).unwrap();
    assert_eq!(code(&topics(&["check", &learned], "")), 0);
    let measured = value(&topics(&["test", &learned, "--labelled", &articles, "--format", "json"], ""));
    let f1 = measured["labelled"]["topics"][0]["f1"].as_f64().unwrap();
    assert!(f1 > 0.9, "{measured:#}");
}

#[test]
fn what_somebody_wrote_stays_byte_by_byte() {
    let folder = folder();
    let (articles, mine) = (path(&folder, "labelled.ndjson"), path(&folder, "mine.yaml"));
    let before = fs::read_to_string(&mine).unwrap();
    let output = topics(&["learn", "--labelled", &articles, "--topics", &mine, "-o", &mine], "");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let after = fs::read_to_string(&mine).unwrap();
    assert!(after.starts_with(&before) && after.contains("  - id: silk\n"), "{after}");
    assert_eq!(code(&topics(&["test", &mine], "")), 0);
    // Learned anew in its place, also between others, with what was written about it.
    let tail = "\n  # 码头\n  - id: port\n    label: 港口\n    terms: [渔船, 码头]\n";
    let described = after.replace("    label: silk\n", "    label: 丝绸\n").replace("    label: \"silk\"\n", "    label: 丝绸\n") + tail;
    fs::write(&mine, &described).unwrap();
    let output = topics(&["learn", "--labelled", &articles, "--topics", &mine], "");
    assert_eq!(text(&output), described, "{}", said(&output));
    // A label that is somebody's topic is left alone.
    let school = labelled(20, 40).replace("\"silk\"", "\"school\"");
    let output = topics(&["learn", "--labelled", "-", "--topics", &mine], &school);
    assert_eq!(code(&output), 65);
    assert!(said(&output).contains("mine:school: left as it is"), "{}", said(&output));
}

#[test]
fn what_was_learned_before_is_learned_anew_without_its_rules() {
    let folder = folder();
    let (articles, mine) = (path(&folder, "labelled.ndjson"), path(&folder, "mine.yaml"));
    let rules = "suppress: { before: [没有], within: 6 }\ntopics:\n  - id: silk\n    label: 丝绸\n    origin: learned\n    terms: [谷子]\n    \
        all: [谷子]\n    none: [蚕茧]\n    patterns: [{ pattern: 桑叶|桑园 }]\n    combinations: [{ all: [工人, 蚕茧] }]\n    \
        suppress: { before: [蚕农], within: 9 }\n";
    fs::write(&mine, format!("schema: jianbao/topics/1\nnamespace: mine\n{rules}")).unwrap();
    let learn = || topics(&["learn", "--labelled", &articles, "--topics", &mine, "-o", &mine], "");
    let output = learn();
    assert_eq!(code(&output), 0, "{}", said(&output));
    let once = fs::read_to_string(&mine).unwrap();
    assert!(
        once.contains("label: 丝绸") && !once.contains("pattern") && !once.contains("all:") && !once.contains("蚕农, within"),
        "{once}"
    );
    assert_eq!(code(&learn()), 0);
    assert_eq!(fs::read_to_string(&mine).unwrap(), once);
}

#[test]
fn nothing_is_written_that_could_not_be_read_again() {
    let folder = folder();
    let (articles, mine) = (path(&folder, "labelled.ndjson"), path(&folder, "mine.yaml"));
    let before = fs::read_to_string(&mine).unwrap().replace("topics:\n", "groups: [{ id: silk, label: 丝 }]\ntopics:\n");
    fs::write(&mine, &before).unwrap();
    let output = topics(&["learn", "--labelled", &articles, "--topics", &mine, "-o", &mine], "");
    assert_eq!(code(&output), 65);
    assert!(said(&output).contains("does not go with the rest of it: `silk`"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&mine).unwrap(), before);
}

#[test]
fn an_article_printed_twice_does_not_vouch_for_itself() {
    let mut dice = 12_345_u64;
    let mut word = || {
        dice = (dice * 1_103_515_245 + 12_345) % (1 << 31);
        let number = dice / 65_536 % 1200;
        let character = |number: u64| char::from_u32(0x4e00 + (number % 20_000) as u32).unwrap();
        format!("{}{}，", character(number * 7919), character(number * 3571 + 13))
    };
    let mut article = |n: usize| {
        let text: String = (0..40).map(|_| word()).collect();
        serde_json::to_string(&json!({ "text": text, "topics": if n.is_multiple_of(3) { vec!["x"] } else { vec![] } })).unwrap() + "\n"
    };
    let twice: String = (0..60).map(|n| article(n).repeat(2)).collect();
    let output = topics(&["learn", "--labelled", "-"], &twice);
    let figures = said(&output);
    let f1 = figures.lines().find(|line| line.starts_with("mine:x")).and_then(|line| line.split_whitespace().nth(6)?.parse::<f64>().ok());
    assert!(f1.is_some_and(|f1| f1 < 0.6), "{figures}");
    let same = article(0).repeat(4) + &(0..8).map(|n| article(n * 3 + 1)).collect::<String>();
    assert!([0, 65].contains(&code(&topics(&["learn", "--labelled", "-"], &same))));
}

#[test]
fn references_with_the_own_namespace_are_checked_as_those_without() {
    let folder = folder();
    let mine = path(&folder, "mine.yaml");
    let topic = |id: &str, more: &str| format!("  - {{ id: {id}, label: 校, min_evidence: 1, terms: [中学{id}], {more} }}\n");
    let file = |topics: &str| fs::write(&mine, format!("schema: jianbao/topics/1\nnamespace: mine\ntopics:\n{topics}")).unwrap();
    let codes =
        || -> Vec<String> { places(&topics(&["check", &mine, "--format", "json"], "")).into_iter().map(|(code, ..)| code).collect() };
    file(&(topic("a", "implies: [mine:tpyo]") + &topic("b", "broader: mine:nowhere") + &topic("c", "implies: [tpyo]")));
    assert_eq!(codes(), ["no_such_topic", "no_such_topic", "no_such_topic"]);
    file(&(topic("a", "implies: [mine:b]") + &topic("b", "implies: [mine:a]")));
    assert_eq!(codes(), ["topic_cycle"]);
    file(&(topic("a", "implies: [mine:b]") + &topic("b", "broader: mine:a")));
    assert_eq!(codes(), Vec::<String>::new());
}

#[test]
fn a_failed_example_is_shown_with_its_evidence() {
    let folder = folder();
    let mine = path(&folder, "mine.yaml");
    let broken =
        fs::read_to_string(&mine).unwrap().replace("渔船出海。", "没有中学的运动会。").replace("positive: [", "positive: [\"没有\", ");
    fs::write(&mine, broken).unwrap();
    let output = topics(&["test", &mine], "");
    assert_eq!(code(&output), 1);
    let shown = text(&output);
    assert!(shown.contains("FAILED mine:school") && shown.contains("term 运动会") && shown.contains("2 failed"), "{shown}");
    let value = value(&topics(&["test", &mine, "--format", "json"], ""));
    let passed: Vec<_> = value["examples"].as_array().unwrap().iter().map(|example| example["passed"].as_bool().unwrap()).collect();
    assert_eq!(passed, [false, true, false]);
}

#[test]
fn figures_are_those_of_labelled_articles() {
    let folder = folder();
    let mine = path(&folder, "mine.yaml");
    let articles = "{\"title\":\"中学运动会\",\"text\":\"开幕。\",\"topics\":[\"school\"]}\n\
        {\"title\":\"义诊\",\"text\":\"医生到中学，参加运动会。\",\"topics\":[]}\n\
        {\"title\":\"放学\",\"text\":\"学生回家。\",\"topics\":[\"mine:school\",\"other\"]}\n\
        {\"title\":\"无关\",\"text\":\"渔船。\",\"topics\":[{\"id\":\"x:y\"}],\"labels\":[]}\n";
    let measured = value(&topics(&["test", &mine, "--labelled", "-", "--format", "json"], articles))["labelled"].clone();
    assert_eq!(measured["articles"], 4);
    assert_eq!(
        measured["topics"][0],
        json!({"id": "mine:school", "label": "校园", "wanted": 2, "given": 2, "right": 1, "precision": 0.5, "recall": 0.5, "f1": 0.5})
    );
    assert_eq!(measured["confusion"], json!([{"missed": "mine:school", "instead": null, "articles": 1}]));
    assert_eq!(measured["unknown"], json!({"other": 1}));
    let wrong: Vec<_> = measured["wrong"].as_array().unwrap().iter().map(|wrong| (wrong["line"].clone(), wrong["kind"].clone())).collect();
    assert_eq!(wrong, [(json!(2), json!("wrong")), (json!(3), json!("missed"))]);
    let bad = topics(&["test", &mine, "--labelled", "-"], "{\"title\":\"好\"}\n{\"title\":坏}\n");
    assert_eq!(code(&bad), 65);
    assert!(said(&bad).contains("-:2:"), "{}", said(&bad));
    assert_eq!(code(&topics(&["test", &mine, "--labelled", "-"], "{\"title\":\"好\"}\n")), 65);
    assert_eq!(code(&topics(&["test", &mine, "--labelled", "nowhere.ndjson"], "")), 66);
}

#[test]
fn an_article_is_explained_with_what_it_lacks() {
    let folder = folder();
    let mine = path(&folder, "mine.yaml");
    let article = "{\"title\":\"😀校园\",\"text\":\"😀中学今日停课。\"}\n";
    let all = value(&topics(&["explain", &mine, "-", "--format", "json"], article));
    let topic = &all[0]["topics"][0];
    assert_eq!((&topic["given"], &topic["lacks"][0]), (&json!(false), &json!({"lack": "evidence", "rules": 1, "needed": 2})));
    let hit = &topic["hits"][0];
    assert_eq!([&hit["zone"], &hit["start"], &hit["end"], &hit["found"]], [&json!("text"), &json!(1), &json!(3), &json!("中学")]);
    let shown = text(&topics(&["explain", &mine, "-", "--topic", "school"], article));
    assert!(shown.contains("not given") && shown.contains("1 of 2 different rules") && shown.contains("text 1–3"), "{shown}");
    let nothing = text(&topics(&["explain", &mine, "-", "--topic", "school"], "{\"text\":\"渔船\"}\n"));
    assert!(nothing.contains("none of its 2 rules is found"), "{nothing}");
    assert_eq!(code(&topics(&["explain", &mine, "-", "--topic", "nothing"], article)), 2);
}

#[test]
fn a_corpus_is_counted_and_terms_are_suggested() {
    let folder = folder();
    let mine = path(&folder, "mine.yaml");
    let port = "\n  - id: sport\n    label: 体育\n    terms: [{ term: 运动会, weight: 2 }, 捕捞大赛]\n";
    fs::write(&mine, fs::read_to_string(&mine).unwrap() + port).unwrap();
    let articles = path(&folder, "labelled.ndjson");
    let counted = value(&topics(&["stats", &mine, &articles, "--format", "json"], ""));
    assert_eq!((&counted["articles"], counted["covered"].as_u64().unwrap() > 0), (&json!(60), true));
    let rules = counted["topics"][1]["rules"].as_array().unwrap();
    assert!(rules[0]["hits"].as_u64().unwrap() > 0 && rules[1]["hits"] == 0, "{counted:#}");
    let pair = &counted["pairs"][0];
    assert_eq!((&pair["a"], &pair["b"], &pair["both"]), (&json!("mine:school"), &json!("mine:sport"), &pair["on_the_same_words"]));
    let shown = text(&topics(&["stats", &mine, &articles], ""));
    assert!(shown.contains("never fired: 捕捞大赛"), "{shown}");
    fs::write(&mine, "schema: jianbao/topics/1\nnamespace: mine\ntopics:\n  - { id: silk, label: 丝绸, terms: [缫丝, 桑园] }\n").unwrap();
    let suggested = value(&topics(&["suggest", &mine, &articles, "--topic", "silk", "--format", "json"], ""));
    let terms: Vec<&str> = suggested["terms"].as_array().unwrap().iter().map(|term| term["term"].as_str().unwrap()).collect();
    assert!(terms.iter().any(|term| term.contains("蚕")) && terms.iter().all(|term| !term.contains("缫丝")), "{terms:?}");
    assert!(suggested["terms"][0]["example"].as_str().unwrap().contains('【'), "{suggested}");
}

/// The files and commands of the manual: a block below `<!-- file: NAME -->` is a file, one below `<!-- run -->` is run by a shell.
#[test]
fn every_command_of_the_manual_runs() {
    let manual = fs::read_to_string(repository("docs/topics.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("labelled.ndjson"), labelled(20, 40)).unwrap();
    fs::copy(support::sample(), folder.path().join("page.txt")).unwrap();
    let program = std::env::var_os("JIANBAO").unwrap_or_else(|| env!("CARGO_BIN_EXE_jianbao").into());
    let bin = Path::new(&program).parent().unwrap().to_str().unwrap().to_owned();
    let places = format!("{bin}:{}", std::env::var("PATH").unwrap());
    let mut ran = 0;
    for block in manual.split("\n<!-- ").skip(1) {
        let (mark, rest) = block.split_once(" -->\n").unwrap();
        let body =
            rest.split_once("```").and_then(|(_, rest)| rest.split_once('\n')).and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
        if let Some(name) = mark.strip_prefix("file: ") {
            fs::write(folder.path().join(name), body).unwrap();
            continue;
        }
        let output = Command::new("bash").args(["-euc", body]).current_dir(folder.path()).env("PATH", &places).output().unwrap();
        assert_eq!(code(&output), 0, "{body}\n{}\n{}", text(&output), said(&output));
        ran += 1;
    }
    assert_eq!(ran, manual.matches("```sh").count(), "a command of the manual has no mark");
    assert!(ran >= 8);
}
