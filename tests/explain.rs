//! `jianbao explain` through the real binary: what it says of a page, how it ends when there is nothing to say.
//!
//! `UPDATE_GOLDEN=1 cargo test --test explain` writes the expected files anew. What moves with every weight (margins, signs,
//! confidences, reasons with numbers in them) is checked to be there and left out of what is compared.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use support::{code, repository, run, said, sample};

const PAGE: &str = "tests/fixtures/explain/page.txt";

fn explain(more: &[&str], input: &[u8]) -> Output {
    run(["explain"].iter().chain(more), input)
}

fn shown(output: &Output) -> String {
    assert_eq!(code(output), 0, "{}", said(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn reports(output: &Output) -> Vec<Value> {
    shown(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn page() -> String {
    repository(PAGE).to_str().unwrap().to_owned()
}

fn compare(file: &str, seen: &str) {
    let path = repository("tests/fixtures/explain").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, seen).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == seen, "{file} is explained differently; if that is right, run with UPDATE_GOLDEN=1\nexpected\n{kept}\ngot\n{seen}");
}

#[test]
fn json_says_what_became_of_every_line() {
    let mut reports = reports(&explain(&[&page(), "--format", "json"], b""));
    assert_eq!(reports.len(), 1);
    let report = &mut reports[0];
    for line in report["lines"].as_array_mut().unwrap() {
        let settled = line["wording"].is_string();
        assert_eq!(line["rival"].is_null(), settled, "{line}");
        assert_eq!(line["speaks_for"].as_array().unwrap().is_empty(), settled, "{line}");
        assert!(!line["reasons"].as_array().unwrap().is_empty(), "{line}");
        for key in ["speaks_for", "rival", "doubtful", "reasons"] {
            line.as_object_mut().unwrap().shift_remove(key).unwrap();
        }
    }
    for article in report["articles"].as_array_mut().unwrap() {
        assert!(!article["reasons"].as_array().unwrap().is_empty(), "{article}");
        if let Some(headline) = article["headline"].as_object_mut() {
            assert!(headline["share"].as_f64().unwrap() > 0.0);
            headline.shift_remove("next_best").unwrap();
            headline.shift_remove("share").unwrap();
        }
        for key in ["confidence", "reasons"] {
            article.as_object_mut().unwrap().shift_remove(key).unwrap();
        }
        for topic in article["topics"].as_array_mut().unwrap() {
            topic.as_object_mut().unwrap().shift_remove("score").unwrap();
        }
    }
    compare("expected.json", &format!("{report:#}\n"));
}

#[test]
fn text_has_a_row_for_every_line_and_no_colours_in_a_pipe() {
    let text = shown(&explain(&[&page()], b""));
    assert!(!text.contains('\u{1b}'));
    assert!(text.contains("beats") && text.contains("habit of the page") && text.contains("directly behind the headline"), "{text}");
    let is_row = |row: &&str| {
        row.trim_start().starts_with(|c: char| c.is_ascii_digit()) && row.get(..10).is_some_and(|head| !head.trim().is_empty())
    };
    let rows: Vec<&str> = text.lines().skip_while(|row| !row.contains("as read")).filter(is_row).collect();
    compare("expected.txt", &(rows.join("\n") + "\n"));
}

#[test]
fn the_same_page_gives_the_same_bytes() {
    for format in ["json", "html", "text"] {
        let once = explain(&[sample().to_str().unwrap(), "--format", format], b"");
        let again = explain(&[sample().to_str().unwrap(), "--format", format], b"");
        assert_eq!(code(&once), 0, "{}", said(&once));
        assert!(once.stdout == again.stdout && once.stdout.len() > 10_000, "{format}");
    }
}

/// Explaining watches the chain and decides nothing: `run` says the same.
#[test]
fn it_tells_of_the_articles_that_run_writes() {
    let report = &reports(&explain(&[sample().to_str().unwrap(), "--format", "json"], b""))[0];
    let records = support::records(&run(["run", sample().to_str().unwrap()], b""));
    let keys =
        ["id", "kind", "kicker", "title", "subtitle", "dateline", "text", "jump_to", "jump_from", "complete", "confidence", "warnings"];
    let explained: Vec<_> = report["articles"].as_array().unwrap().iter().filter(|article| !article["number"].is_null()).collect();
    assert_eq!(explained.len(), records.len());
    for record in &records {
        // A later stage may write them in another order.
        let article = explained.iter().find(|article| article["id"] == record["id"]).unwrap();
        for key in keys {
            assert_eq!(article[key], record[key], "{key} of {}", record["title"]);
        }
        let labels = |value: &Value| value["topics"].as_array().unwrap().iter().map(|topic| topic["label"].clone()).collect::<Vec<_>>();
        assert_eq!(labels(article), labels(record));
    }
    let text = fs::read_to_string(sample()).unwrap();
    let printed: Vec<&str> = text.lines().collect();
    for line in report["lines"].as_array().unwrap() {
        let number = usize::try_from(line["line"].as_u64().unwrap()).unwrap();
        assert_eq!(line["printed"], printed[number - 1].trim());
    }
}

#[test]
fn it_names_the_parts_on_other_pages() {
    let pages = "甲报\n\n本报讯 昨天，西渡镇的小麦收割工作全面开始，二十多台收割机排成一列，农机手们正忙着把收下\n\n\
                 西渡小麦提前开镰\n\n下转2版\n\u{c}上接1版\n\n的小麦送进烘干房。西渡镇的收割工作预计一周完成。\n\n西渡小麦提前开镰\n";
    let all = reports(&explain(&["-", "--format", "json"], pages.as_bytes()));
    let article = |report: &Value| report["articles"][0].clone();
    let (first, second) = (article(&all[0]), article(&all[1]));
    assert_eq!((&first["comes_out"], &second["comes_out"]), (&json!(true), &json!(false)), "{first} {second}");
    assert_eq!((&first["continuations"][0]["id"], &second["part_of"]["id"]), (&second["id"], &first["id"]));
    assert_eq!(second["part_of"]["page_id"], all[0]["page_id"]);
    let alone = reports(&explain(&["-", "--format", "json", "--page", "2"], pages.as_bytes()));
    assert_eq!(alone, [all[1].clone()], "the other pages are read all the same");
}

#[test]
fn nothing_of_a_page_is_markup_in_html() {
    let hostile = "本报讯 <script>alert(1)</script>和</script><!--，会议强调“&amp;”要\u{1b}[31m打好攻坚战。\n\n<img src=x onerror=alert(2)>提前开镰\n{{script}}\n";
    let html = shown(&explain(&["-", "--format", "html"], hostile.as_bytes()));
    assert!(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("<!--"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && html.contains("&amp;amp;"));
    assert!(html.contains("\\u003cscript>alert(1)\\u003c/script>") && html.contains("{{script}}"));
    assert_eq!(html.matches("<script").count(), 2, "the data and the program");
    assert_eq!(html.matches("</script").count(), 2);
    assert!(!html.contains('\u{1b}'));
    let data = html.split_once("id=\"lines\">").unwrap().1.split_once("</script>").unwrap().0;
    let lines: Value = serde_json::from_str(data).unwrap();
    assert!(lines[0][0]["printed"].as_str().unwrap().contains("</script><!--"));
    let text = shown(&explain(&["-"], hostile.as_bytes()));
    assert!(!text.contains('\u{1b}'), "a page cannot command the terminal");
}

#[test]
fn html_is_one_file_that_fetches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    let output = explain(&[&page(), "--format", "html", "--output", path.to_str().unwrap()], b"");
    assert_eq!((shown(&output).as_str(), fs::read_dir(folder.path()).unwrap().count()), ("", 1));
    let html = fs::read_to_string(path).unwrap();
    assert!(html.starts_with("<!doctype html>"));
    for outside in ["http:", "https:", "url(", "@import", " src=", " href="] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("default-src 'none'"), "nor may a browser fetch anything for it");
    for line in fs::read_to_string(page()).unwrap().lines().filter(|line| line.contains("收割机")) {
        assert!(html.contains(line));
    }
}

#[test]
fn pages_are_chosen_by_their_number() {
    let first = "本报讯 会议强调，要打好攻坚战。\n";
    let second = "本报讯 河滨社区的老年食堂开张。\n";
    let input = format!("{first}\u{c}\u{c}{second}");
    let all = reports(&explain(&["-", "--format", "json"], input.as_bytes()));
    assert_eq!(all.iter().map(|report| report["page_no"].clone()).collect::<Vec<_>>(), [json!(1), json!(3)]);
    let one = reports(&explain(&["-", "--format", "json", "--page", "3"], input.as_bytes()));
    assert_eq!(one, [all[1].clone()]);
    let blank = explain(&["-", "--page", "2"], input.as_bytes());
    assert_eq!((code(&blank), said(&blank).trim()), (2, "error: there is nothing on page 2 of -"));
    let beyond = explain(&["-", "--page", "4"], input.as_bytes());
    assert_eq!((code(&beyond), said(&beyond).trim()), (2, "error: there is no page 4: - has 3 pages"));
    let beyond = explain(&[&page(), "--page", "2"], b"");
    assert_eq!((code(&beyond), beyond.stdout.len()), (2, 0));
    assert!(said(&beyond).contains("has 1 page"), "{}", said(&beyond));
    assert_eq!(code(&explain(&[&page(), "--page", "0"], b"")), 2);
}

#[test]
fn it_ends_with_the_code_of_what_is_wrong() {
    assert_eq!(code(&explain(&["no/such/page.txt"], b"")), 66);
    assert_eq!(code(&explain(&[&page(), "--format", "pdf"], b"")), 2);
    assert_eq!(code(&explain(&[&page(), "--output", "no/such/folder/page.html"], b"")), 74);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("broken.yaml");
    fs::write(&config, "version: 1\nstages:\n  - normalise: {}\n").unwrap();
    assert_eq!(code(&explain(&[&page(), "--config", config.to_str().unwrap()], b"")), 78);
}

/// The sink of the configuration is not run, and neither are its dead letters.
#[test]
fn nothing_is_written_where_the_configuration_says() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("chain.yaml");
    let yaml = "version: 1\nstages:\n  - normalize: { doubled_runs: false }\n  - detect_articles: {}\n  - emit_ndjson: { path: out.ndjson }\n\
                errors: { on_error: dead_letter, dead_letter: dead.ndjson }\n";
    fs::write(&config, yaml).unwrap();
    let output = explain(&[&page(), "-c", config.to_str().unwrap(), "--format", "json"], b"");
    let report = &reports(&output)[0];
    assert_eq!(fs::read_dir(Path::new(folder.path())).unwrap().count(), 1);
    let stages: Vec<_> = report["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].clone()).collect();
    assert_eq!(stages, [json!("normalize")], "the chain of the configuration");
    assert!(report["lines"].as_array().unwrap().iter().all(|line| line["repairs"].as_array().unwrap().is_empty()));
    assert!(report["articles"].as_array().unwrap().iter().all(|article| article["topics"].as_array().unwrap().is_empty()));
}

#[test]
fn help_says_what_json_holds() {
    let help = shown(&explain(&["--help"], b""));
    let report = &reports(&explain(&[sample().to_str().unwrap(), "--format", "json"], b""))[0];
    let line = report["lines"][0].as_object().unwrap();
    let article = report["articles"][0].as_object().unwrap();
    for key in report.as_object().unwrap().keys().chain(line.keys()).chain(article.keys()) {
        assert!(help.contains(key.as_str()), "{key} is not in --help");
    }
}
