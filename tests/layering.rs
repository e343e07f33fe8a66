//! What holds the folders apart: which crate may use which, which files are stages, how long a file may be.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file before its tests.
const LONGEST_FILE: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All `.rs` files below those of `folders` that exist, with their text; paths are relative to the repository and use `/`.
fn sources(folders: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                open.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                let name = entry.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(&entry).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folders:?}");
    found
}

/// What ships: everything but tests, and of each file what stands before its tests.
fn code() -> BTreeMap<String, String> {
    let all = sources(&["pipeline/src", "stages/src", "config/src", "cli"]);
    let shipped = all.into_iter().filter(|(name, _)| !name.ends_with("/tests.rs") && !name.contains("/tests/"));
    shipped.map(|(name, text)| (name, text.split("\n#[cfg(test)]\n").next().unwrap().to_owned())).collect()
}

/// The `jianbao-*` crates that a manifest names as dependencies.
fn own_dependencies(manifest: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(manifest)).unwrap();
    let mut section = "";
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && section != "[workspace.dependencies]" {
            let name = line.split(['.', ' ', '=']).next().unwrap();
            found.extend(name.starts_with("jianbao-").then(|| name.to_owned()));
        }
    }
    found
}

#[test]
fn dependencies_point_one_way() {
    let allowed: [(&str, &[&str]); 3] = [
        ("pipeline/Cargo.toml", &[]),
        ("stages/Cargo.toml", &["jianbao-pipeline"]),
        ("config/Cargo.toml", &["jianbao-pipeline", "jianbao-stages"]),
    ];
    for (manifest, allowed) in allowed {
        assert_eq!(own_dependencies(manifest), allowed.iter().map(|name| (*name).to_owned()).collect(), "{manifest}");
    }
    assert!(own_dependencies("Cargo.toml").contains("jianbao-config"), "the manifest reader finds what is there");
}

#[test]
fn every_stage_file_is_a_row_and_every_row_a_file() {
    let tables = [
        ("stages/src/", ": StageDef = StageDef {", stages::STAGES.iter().map(|def| def.name).collect::<BTreeSet<_>>()),
        ("stages/src/source/", ": SourceDef = SourceDef {", stages::SOURCES.iter().map(|def| def.name).collect()),
    ];
    let code = code();
    for (folder, row, table) in tables {
        let files = code.iter().filter(|(name, text)| name.starts_with(folder) && text.contains(row));
        let mut names = BTreeSet::new();
        for (file, text) in files {
            let name = file.strip_prefix(folder).unwrap().trim_end_matches(".rs");
            assert!(text.starts_with(&format!("//! `{name}`: ")), "{file}: its head must begin with //! `{name}`: and say what it does");
            assert!(text.contains("```yaml\n"), "{file}: its head must show a YAML sample");
            names.insert(name);
        }
        assert_eq!(names, table, "{folder}: files with a row, and the table");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let all = sources(&["pipeline", "stages", "config", "cli", "tests", "benches"]);
    let silent: Vec<_> = all.iter().filter(|(_, text)| !text.starts_with("//!")).map(|(name, _)| name).collect();
    assert!(silent.is_empty(), "no //! head: {silent:?}");
}

#[test]
fn files_stay_short_enough_to_read() {
    let long: Vec<_> =
        code().into_iter().map(|(name, text)| (text.lines().count(), name)).filter(|(lines, _)| *lines > LONGEST_FILE).collect();
    assert!(long.is_empty(), "over {LONGEST_FILE} lines without tests, divide by purpose: {long:?}");
}

#[test]
fn nothing_unwraps_outside_tests() {
    for (name, text) in code() {
        let at = text.lines().position(|line| !line.trim_start().starts_with("//") && line.contains(".unwrap()"));
        assert_eq!(at.map(|line| line + 1), None, "{name}: say with expect what must hold");
    }
}

#[test]
fn every_data_file_says_where_it_is_from() {
    let folder = root().join("stages/data");
    let table = fs::read_to_string(folder.join("README.md")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "README.md" || table.contains(&format!("`{name}`")),
            "stages/data/README.md must say where {name} is from and under which licence it is"
        );
    }
}

#[test]
fn papers_name_what_is_there() {
    let machine: String = sources(&["pipeline/src"]).into_values().collect();
    for paper in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(paper)).unwrap();
        for word in text.split('`').skip(1).step_by(2).filter(|word| !word.contains(char::is_whitespace)) {
            let place = word.split('/').next().filter(|top| *top != word);
            if place.is_some_and(|top| {
                [".ci", "benches", "cli", "config", "contrib", "examples", "pipeline", "schemas", "stages", "tests"].contains(&top)
            }) {
                assert!(root().join(word).exists() || word == "stages/src/keep_long.rs", "{paper} names {word}, which is not there");
            }
            let is_type = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
            if paper == "ARCHITECTURE.md" && is_type && word.chars().all(char::is_alphanumeric) {
                assert!(machine.contains(word), "{paper} names {word}, which pipeline does not have");
            }
        }
    }
}
