//! What newspapers have besides plain articles: briefs, subheads, interviews, letters, tables, drop caps, downward headlines …
//!
//! A page is two files in `tests/fixtures/special/`: `NAME.txt` as a newspaper would print it and an extractor would give it, and
//! `NAME.json` with what must hold:
//!
//! - `about`: what the page is for.
//! - `pieces`: every article, commentary, brief and photo of the page. `with` is a phrase of its text by which it is found; the
//!   other keys are what must hold of it: `kind`, `title`, `kicker`, `subtitle`, `byline` (names in order), `starts` and `ends` (of
//!   its text), `holds` (parts of the text, line breaks included).
//! - `apart`: texts that must stand in no piece but in a notice or in the furniture.
//! - `open`, of the page or of a piece: keys that do not hold yet, each with the reason. They are not checked.
//!
//! White space is compared in `holds` alone. That no character of the page is lost is checked for every page.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use support::{EVERYTHING, check_conservation, code, records, repository, run, said};

#[test]
fn pages_with_special_things_are_read_as_their_papers_meant_them() {
    let mut pages: Vec<PathBuf> = fs::read_dir(repository("tests/fixtures/special")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    pages.sort();
    assert!(!pages.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("everything.yaml");
    fs::write(&config, EVERYTHING).unwrap();
    let arguments = ["run".as_ref(), "-c".as_ref(), config.as_path()].into_iter().chain(pages.iter().map(PathBuf::as_path));
    let output = run(arguments.map(Path::as_os_str), b"");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let all = records(&output);
    let mut faults = Vec::new();
    for page in &pages {
        let name = page.file_stem().unwrap().to_string_lossy().into_owned();
        let own: Vec<Value> = all.iter().filter(|record| record["page_id"] == name.as_str()).cloned().collect();
        check_conservation(&fs::read_to_string(page).unwrap(), &own);
        let expected: Value = serde_json::from_str(&fs::read_to_string(page.with_extension("json")).unwrap()).unwrap();
        faults.extend(check(&expected, &own).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{} things do not hold:\n{}", faults.len(), faults.join("\n"));
}

/// What does not hold of a page.
fn check(expected: &Value, records: &[Value]) -> Vec<String> {
    let is_piece = |record: &&Value| !matches!(text(&record["kind"]), "notice" | "furniture");
    let pieces: Vec<&Value> = records.iter().filter(is_piece).collect();
    let wanted = expected["pieces"].as_array().expect("`pieces` is a list");
    let mut faults = Vec::new();
    if pieces.len() != wanted.len() && !is_open(expected, "pieces") {
        faults.push(format!("{} pieces instead of {}", pieces.len(), wanted.len()));
    }
    let mut taken: Vec<*const Value> = Vec::new();
    for piece in wanted {
        let with = text(&piece["with"]);
        let Some(record) = pieces.iter().find(|record| tight(&record["text"]).contains(&squeezed(with))) else {
            if !is_open(piece, "with") {
                faults.push(format!("no piece has {with:?}"));
            }
            continue;
        };
        let record: &Value = record;
        if taken.contains(&std::ptr::from_ref(record)) && !is_open(piece, "with") {
            faults.push(format!("{with:?} is no piece of its own"));
        }
        taken.push(std::ptr::from_ref(record));
        for (key, value) in piece.as_object().expect("a piece is an object").iter().filter(|(key, _)| !is_open(piece, key)) {
            if let Some(seen) = differs(key, value, record.as_object().expect("a record is an object")) {
                faults.push(format!("{with:?}: {key} is {seen} and not {value}"));
            }
        }
    }
    for apart in expected["apart"].as_array().into_iter().flatten().filter(|_| !is_open(expected, "apart")) {
        let apart = squeezed(text(apart));
        if pieces.iter().any(|piece| tight(&piece["text"]).contains(&apart) || tight(&piece["title"]).contains(&apart)) {
            faults.push(format!("{apart:?} stands in a piece"));
        }
    }
    faults
}

/// What `record` has instead of `value` under `key`.
fn differs(key: &str, value: &Value, record: &Map<String, Value>) -> Option<String> {
    let body = || tight(&record["text"]);
    let (same, seen) = match key {
        "kind" => (record["kind"] == *value, record["kind"].to_string()),
        "title" | "kicker" | "subtitle" => (tight(&record[key]) == tight(value), record[key].to_string()),
        "byline" => {
            let names: Value =
                record["byline"].as_array().expect("`byline` is a list").iter().map(|person| person["name"].clone()).collect();
            (names == *value, names.to_string())
        }
        "starts" => (body().starts_with(&tight(value)), body().chars().take(20).collect()),
        "ends" => (body().ends_with(&tight(value)), body().chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect()),
        "holds" => {
            let body = text(&record["text"]);
            let missing = value.as_array().expect("`holds` is a list").iter().find(|part| !body.contains(text(part)));
            (missing.is_none(), missing.map_or_else(String::new, |part| format!("without {part}")))
        }
        _ => (matches!(key, "with" | "open"), "unknown".to_owned()),
    };
    (!same).then_some(seen)
}

fn is_open(of: &Value, key: &str) -> bool {
    of["open"].get(key).is_some()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn tight(value: &Value) -> String {
    squeezed(text(value))
}
