//! Good files: what is built, what the command line and the environment change, what the hash names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::OnError;
use serde_json::json;

use super::{OPENED, TABLES, load_text, loaded, mistakes_of};
use crate::{Diagnostics, Origin, Overrides, PRESETS, load, load_with, preset};

const GOOD: &str = "version: 1\nsource: { files: { paths: [in, \"-\"], encodings: [big5] } }\nstages:\n- detect_articles\n- segment: {}\n- emit_ndjson: { path: out/a.ndjson }\n";

fn opened(text: &str, overrides: &Overrides) -> Vec<PathBuf> {
    OPENED.take();
    loaded(text, overrides);
    OPENED.take()
}

fn inputs(paths: &[&str]) -> Overrides {
    Overrides { inputs: paths.iter().map(|path| (*path).to_owned()).collect(), ..Overrides::default() }
}

fn paths(list: &[&str]) -> Vec<PathBuf> {
    list.iter().map(PathBuf::from).collect()
}

#[test]
fn builds_the_chain() {
    let loaded = loaded(GOOD, &Overrides::default());
    let names: Vec<_> = loaded.pipeline.stages.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["detect_articles", "segment", "emit_ndjson"]);
    assert_eq!(loaded.pipeline.config_hash, loaded.hash);
    assert_eq!(loaded.pipeline.on_error, OnError::Skip);
    assert_eq!((loaded.pipeline.runtime.memory, loaded.pipeline.runtime.queue), (512 << 20, 16));
    assert!(loaded.pipeline.runtime.workers >= 1);
    assert_eq!(loaded.effective["stages"][1]["segment"]["width"], 8, "a stated default");
    assert_eq!(loaded.effective["errors"], json!({"on_error": "skip", "dead_letter": null}));
    assert!(loaded.warnings.is_empty());
}

#[test]
fn relative_paths_start_from_the_file_unless_typed() {
    // The source is built last.
    let config_paths = ["conf/out/a.ndjson", "conf/in", "-"];
    assert_eq!(opened(GOOD, &Overrides::default()), paths(&config_paths));
    assert_eq!(opened(GOOD, &inputs(&["a.txt", "dir/", "-"])), paths(&["conf/out/a.ndjson", "a.txt", "dir/", "-"]));
    assert_eq!(opened(GOOD, &inputs(&["-"])), paths(&["conf/out/a.ndjson", "-"]));
    let output = Overrides { output: Some("o.ndjson".to_owned()), ..Overrides::default() };
    assert_eq!(opened(GOOD, &output), paths(&["o.ndjson", "conf/in", "-"]));
    let absolute = GOOD.replace("out/a", "/tmp/a");
    assert_eq!(opened(&absolute, &inputs(&["-"])), paths(&["/tmp/a.ndjson", "-"]));

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("c.yaml");
    std::fs::write(&file, GOOD).unwrap();
    OPENED.take();
    load_with(TABLES, crate::Files::default(), &Origin::File(file), &Overrides::default(), &|_| None)
        .map_err(|d| d.to_string())
        .map(drop)
        .unwrap();
    assert_eq!(OPENED.take()[1], dir.path().join("in"));
}

#[test]
fn inputs_stand_in_for_the_source_and_keep_its_options() {
    let source = |text: &str, overrides: &Overrides| loaded(text, overrides).effective["source"].clone();
    let kept = source(GOOD, &inputs(&["a.txt"]));
    assert_eq!(kept["files"]["paths"], json!(["a.txt"]));
    assert_eq!(kept["files"]["encodings"], json!(["big5"]));
    let stdin = source(GOOD, &inputs(&["-"]));
    assert_eq!(stdin, json!({"stdin": {}}), "what stdin does not know is dropped");
    let none = GOOD.replace("source: { files: { paths: [in, \"-\"], encodings: [big5] } }\n", "");
    assert_eq!(source(&none, &Overrides::default()), json!({"stdin": {}}));
    assert_eq!(source(&none, &inputs(&["x"]))["files"]["paths"], json!(["x"]));
    assert_eq!(source(&none.replace("stages:", "source:\nstages:"), &Overrides::default()), json!({"stdin": {}}));
    assert_eq!(source(&none.replace("stages:", "source: stdin\nstages:"), &Overrides::default()), json!({"stdin": {}}));
}

#[test]
fn dead_letters_are_meant_when_a_file_is_named() {
    let on_error = |errors: &str, overrides: &Overrides| {
        let loaded = loaded(&format!("{GOOD}errors: {errors}\n"), overrides);
        (loaded.pipeline.on_error, loaded.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>())
    };
    let none = Overrides::default();
    assert_eq!(on_error("{ dead_letter: d }", &none), (OnError::DeadLetter("conf/d".into()), vec![]));
    assert_eq!(on_error("{ on_error: dead_letter, dead_letter: d }", &none), (OnError::DeadLetter("conf/d".into()), vec![]));
    assert_eq!(on_error("{ on_error: stop, dead_letter: d }", &none), (OnError::Stop, vec!["unused_dead_letter"]));
    assert_eq!(on_error("{ dead_letter: \"${NONE:-}\" }", &none), (OnError::Skip, vec![]));
    assert_eq!(on_error("{}", &none), (OnError::Skip, vec![]));
    assert_eq!(on_error("", &none), (OnError::Skip, vec![]));
    let typed = Overrides { dead_letter: Some("t".into()), ..Overrides::default() };
    assert_eq!(on_error("{ on_error: dead_letter }", &typed), (OnError::DeadLetter("t".into()), vec![]));
}

#[test]
fn runtime_has_limits() {
    let text = format!("{GOOD}runtime: {{ workers: 3, memory: 2 GiB, queue: 5 }}\n");
    let runtime = loaded(&text, &Overrides::default()).pipeline.runtime;
    assert_eq!((runtime.workers, runtime.memory, runtime.queue), (3, 2 << 30, 5));
    let typed = Overrides { workers: Some(7), ..Overrides::default() };
    assert_eq!(loaded(&text, &typed).pipeline.runtime.workers, 7);
    assert_eq!(loaded(&text, &typed).shutdown_timeout, Duration::from_secs(10));
    let patient = loaded(&text.replace("queue: 5", "shutdown_timeout: 1.5m"), &Overrides::default());
    assert_eq!((patient.shutdown_timeout.as_secs(), &patient.effective["runtime"]["shutdown_timeout"]), (90, &"90s".into()));
    let auto = std::thread::available_parallelism().unwrap().get();
    assert_eq!(loaded(&text.replace('3', "auto"), &Overrides::default()).pipeline.runtime.workers, auto);
}

#[test]
fn the_environment_changes_values_never_structure() {
    let text = GOOD.replace("segment: {}", "segment:\n    hmm: ${HMM}").replace("out/a.ndjson", "\"${EVIL}\"");
    let effective = loaded(&text, &Overrides::default()).effective;
    assert_eq!(effective["stages"][1]["segment"]["hmm"], true);
    assert_eq!(effective["stages"][2]["emit_ndjson"]["path"], "x\n- normalize: {}\n#: ${OUT} [{\"'");
    assert_eq!(effective["stages"].as_array().map(Vec::len), Some(3));
    let numbers =
        format!("{}runtime: {{ workers: \"${{N:-2}}\", queue: '${{QUEUE:-7}}' }}\n", GOOD.replace("paths: [in", "paths: [\"${YEAR}\""));
    let loaded = loaded(&numbers, &Overrides::default());
    assert_eq!((loaded.pipeline.runtime.workers, loaded.pipeline.runtime.queue), (2, 7));
    assert_eq!(loaded.effective["source"]["files"]["paths"][0], "2022", "a path is text, whatever it looks like");
    let written = mistakes_of(&format!("{GOOD}runtime: {{ workers: \"2\" }}\n"));
    assert_eq!(written.to_json()[0]["code"], "unknown_value", "what is written in quotes is text");
    let key = GOOD.replace("segment: {}", "\"${HMM}\": {}");
    assert!(load_text(&key, &Overrides::default()).is_err(), "keys are not substituted");
}

#[test]
fn the_hash_names_what_is_done() {
    let hash = |text: &str| loaded(text, &Overrides::default()).hash;
    let good = hash(GOOD);
    assert_eq!(good.len(), 16);
    for same in [
        format!("# a comment\n{GOOD}\n"),
        format!("{GOOD}runtime: {{ workers: 2 }}\n"),
        GOOD.replace("paths: [in, \"-\"], encodings: [big5]", "encodings: [\"big5\"], paths: ['in', '-']"),
        GOOD.replace("segment: {}", "segment"),
        GOOD.replace("segment: {}", "segment: { width: 8 }"),
        GOOD.replace("out/a.ndjson", "\"${NONE:-out/a.ndjson}\""),
        GOOD.replace("big5", "&x big5"),
    ] {
        assert_eq!(hash(&same), good, "{same}");
    }
    assert_ne!(hash(&GOOD.replace("big5", "gbk")), good);
    assert_ne!(hash(&GOOD.replace("- segment: {}\n", "")), good);

    let dir = tempfile::tempdir().unwrap();
    let words = dir.path().join("words.txt");
    let with = GOOD.replace("segment: {}", &format!("segment: {{ dictionaries: ['{}'] }}", words.display()));
    std::fs::write(&words, "复工\n").unwrap();
    let before = hash(&with);
    std::fs::write(&words, "复产\n").unwrap();
    assert_ne!(hash(&with), before, "another dictionary under the same name");
}

#[test]
fn files_that_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let of = |path: &Path| -> Diagnostics {
        load_with(TABLES, crate::Files::default(), &Origin::File(path.to_owned()), &Overrides::default(), &|_| None).err().unwrap()
    };
    let absent = of(&dir.path().join("none.yaml"));
    assert_eq!(absent.to_json()[0]["code"], "unreadable_config");
    assert_eq!(of(dir.path()).to_json()[0]["code"], "unreadable_config", "a folder");
    let gbk = dir.path().join("gbk.yaml");
    for bytes in [b"version: 1\n# \xb1\xa8\n".as_slice(), b"\xef\xbb\xbfversion: 1\n# \xb1\xa8\n"] {
        std::fs::write(&gbk, bytes).unwrap();
        let json = of(&gbk).to_json();
        assert_eq!((&json[0]["code"], &json[0]["line"], &json[0]["column"]), (&json!("not_utf8"), &json!(2), &json!(3)));
    }
    assert_eq!(load(&Origin::Preset("defualt"), &Overrides::default(), &|_| None).err().unwrap().to_json()[0]["suggestion"], "default");
}

#[test]
fn presets_load() {
    for preset in PRESETS {
        let loaded = load(&Origin::Preset(preset.name), &Overrides::default(), &|_| None).unwrap_or_else(|error| panic!("{error}"));
        assert!(loaded.warnings.is_empty(), "{}", preset.name);
        assert!(!preset.about.is_empty());
    }
    assert_eq!(PRESETS[0].name, "default");
    assert!(preset("corpus").is_some());
}

#[test]
fn commented_options_can_be_uncommented() {
    let mut changed = Vec::new();
    for preset in PRESETS {
        let uncommented = preset.text.lines().map(|line| match line.trim_start().strip_prefix("# ") {
            Some(option) if line.starts_with(' ') && option.split(' ').next().is_some_and(|word| word.ends_with(':')) => {
                line.replacen("# ", "", 1)
            }
            _ => line.to_owned(),
        });
        let text = uncommented.collect::<Vec<_>>().join("\n");
        if text != preset.text.trim_end() {
            changed.push(preset.name);
        }
        let mut mistakes = Vec::new();
        crate::tree::parse(&text, &mut mistakes);
        assert_eq!(mistakes, [], "{text}");
    }
    assert!(changed.contains(&"default"), "only {changed:?} have options to uncomment");
}

#[test]
fn mutilated_files_never_panic() {
    let pieces = [
        "\n", " ", "\t", ":", "- ", "{", "}", "[", "]", "\"", "'", "#", "&a ", "*a", "!t ", "|", ">", "?", "${", "$", "报", "\u{feff}",
        "\0", "---", "~", "%", "\r", "\r\n",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    for round in 0..3000 {
        let mut characters: Vec<char> = PRESETS[round % PRESETS.len()].text.chars().collect();
        for _ in 0..=random(4) {
            let at = random(characters.len());
            match random(3) {
                0 => drop(characters.drain(at..(at + 1 + random(8)).min(characters.len()))),
                1 => drop(characters.splice(at..at, pieces[random(pieces.len())].chars())),
                _ => {
                    let other = random(characters.len());
                    characters.swap(at, other);
                }
            }
        }
        let text: String = characters.into_iter().collect();
        if let Err(diagnostics) = load_text(&text, &Overrides::default()) {
            assert!(diagnostics.iter().next().is_some(), "refused without a reason:\n{text}");
            assert!(!diagnostics.render(round % 2 == 0).is_empty());
            assert!(diagnostics.to_json().is_array());
        }
    }
}
