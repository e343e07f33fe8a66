//! An article over two pages of one issue, through the real program: pages in files of their own, as NDJSON, in any order.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use support::{EVERYTHING, code, records, repository, run, said};

const PAGES: [&str; 2] = ["20240506_01", "20240506_03"];

fn text(page: &str) -> String {
    std::fs::read_to_string(repository("examples/issue").join(format!("{page}.txt"))).unwrap()
}

fn ndjson(order: [&str; 2]) -> String {
    let line = |page: &str| json!({ "page_id": page, "doc_id": "2024-05-06", "page_label": page[9..], "text": text(page) }).to_string();
    format!("{}\n{}\n", line(order[0]), line(order[1]))
}

/// Runs all stages, with `source` and the options of `stitch_jumps` written into the configuration.
fn stitched(folder: &Path, source: &str, options: &str, input: &str) -> Vec<Value> {
    let config =
        EVERYTHING.replace("stitch_jumps: {}", &format!("stitch_jumps: {options}")).replace("stages:", &format!("{source}stages:"));
    let path = folder.join("pipeline.yaml");
    std::fs::write(&path, config).unwrap();
    let output = run(["run", "-c", path.to_str().unwrap()], input.as_bytes());
    assert_eq!(code(&output), 0, "{}", said(&output));
    records(&output)
}

/// The last revision of each article, by id, without what names the pages.
fn last(records: &[Value]) -> BTreeMap<String, (String, usize, bool)> {
    let says = |record: &Value| {
        let parts = record["continuations"].as_array().unwrap().len();
        (record["text"].as_str().unwrap().to_owned(), parts, record["part_of"].is_null())
    };
    let all: BTreeMap<_, _> = records.iter().map(|record| (record["id"].as_str().unwrap().to_owned(), says(record))).collect();
    all.into_iter().filter(|(_, (.., whole))| *whole).collect()
}

fn heron(records: &[Value]) -> &Value {
    records.iter().rfind(|record| record["title"] == "苍鹭回到柳湾湿地" && record["part_of"].is_null()).unwrap()
}

/// Every non-blank character of both pages is in exactly one of the last revisions.
fn check_conservation(records: &[Value]) {
    let last: BTreeMap<&str, &Value> = records.iter().map(|record| (record["id"].as_str().unwrap(), record)).collect();
    for page in PAGES {
        let text = text(page);
        let mut times = vec![0; text.len()];
        let parts = last.values().flat_map(|record| record["continuations"].as_array().unwrap().iter().chain([*record]));
        for span in parts.filter(|part| part["page_id"] == page).flat_map(|part| part["spans"].as_array().unwrap()) {
            let at = |end: usize| span[end].as_u64().unwrap() as usize;
            times[at(0)..at(1)].iter_mut().for_each(|times| *times += 1);
        }
        for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            assert_eq!(times[at], 1, "{c:?} at byte {at} of {page}");
        }
    }
}

#[test]
fn files_of_one_issue_are_one_document() {
    let folder = tempfile::tempdir().unwrap();
    let source = format!(
        "source:\n  files:\n    paths: ['{}']\n    key: '(?P<issue_date>\\d{{8}})_(?P<page>\\w+)'\n",
        repository("examples/issue").display()
    );
    let records = stitched(folder.path(), &source, "{}", "");
    check_conservation(&records);
    let article = heron(&records);
    assert!(article["text"].as_str().unwrap().contains("把护鸟的记录写进本子，六年来已经写满了十四本。"), "{article}");
    assert_eq!((&article["doc_id"], &article["page_id"], &article["complete"]), (&json!("2024-05-06"), &json!(PAGES[0]), &json!(true)));
    let part = &article["continuations"][0];
    assert_eq!((&part["page_id"], &part["page_label"]), (&json!(PAGES[1]), &json!("03")));
    let from: String = article["text"].as_str().unwrap().chars().skip(part["start"].as_u64().unwrap() as usize).collect();
    assert!(from.starts_with("六年来"), "{from}");
}

#[test]
fn files_without_a_key_are_documents_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let source = format!("source:\n  files:\n    paths: ['{}']\n", repository("examples/issue").display());
    let records = stitched(folder.path(), &source, "{}", "");
    check_conservation(&records);
    assert!(records.iter().all(|record| record["continuations"] == json!([])));
    assert_eq!(heron(&records)["warnings"], json!(["jump_unresolved"]));
}

#[test]
fn neither_the_order_of_the_pages_nor_the_mode_changes_the_articles() {
    let folder = tempfile::tempdir().unwrap();
    let expected = last(&stitched(folder.path(), "", "{}", &ndjson(PAGES)));
    assert_eq!(expected.values().filter(|(_, parts, _)| *parts > 0).count(), 1);
    for order in [PAGES, [PAGES[1], PAGES[0]]] {
        for options in ["{ unresolved: hold }", "{ unresolved: emit_partial }"] {
            let records = stitched(folder.path(), "", options, &ndjson(order));
            check_conservation(&records);
            assert_eq!(last(&records), expected, "{order:?} {options}");
            let revisions = records.iter().map(|record| record["rev"].as_u64().unwrap()).max();
            assert_eq!(revisions, Some(u64::from(options.contains("partial"))));
        }
    }
}
