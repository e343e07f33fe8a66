//! `jianbao bench` through the real binary: its figures agree with the run, and nothing is written.

mod support;

use serde_json::Value;
use support::{code, records, run, said, sample};

#[test]
fn json_counts_what_a_run_gives() {
    let page = std::fs::read(sample()).unwrap();
    let pages = [&page[..], b"\x0c", &page].concat();
    let output = run(["bench", "default", "-", "--format", "json"], &pages);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let measured: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of_a_run = records(&run(["run"], &pages)).len();
    assert_eq!(measured["articles"], of_a_run);
    assert_eq!((measured["pages"].as_u64(), measured["failures"].as_u64()), (Some(2), Some(0)));
    assert_eq!(measured["bytes"].as_u64(), Some(2 * page.len() as u64));
    let seconds = measured["seconds"].as_f64().unwrap();
    let close = |figure: &str, count: &str, unit: f64| {
        let (speed, count) = (measured[figure].as_f64().unwrap(), measured[count].as_f64().unwrap());
        assert!((speed - count / unit / seconds).abs() < 1e-6 * speed, "{figure}: {measured}");
    };
    close("mb_per_second", "bytes", 1e6);
    close("pages_per_second", "pages", 1.0);
    close("articles_per_second", "articles", 1.0);
    let stages = measured["stages"].as_array().unwrap();
    assert_eq!(stages.first().unwrap()["name"], "normalize");
    assert_eq!(stages.last().unwrap()["name"], "emit_ndjson");
    let whole: f64 = stages.iter().map(|stage| stage["share"].as_f64().unwrap()).sum();
    assert!((whole - 1.0).abs() < 1e-6 && stages.iter().all(|stage| stage["seconds"].as_f64().unwrap() > 0.0), "{measured}");
    if cfg!(target_os = "linux") {
        assert!(measured["cpu_seconds"].as_f64().unwrap() > 0.0);
        assert!(measured["peak_memory_bytes"].as_u64().unwrap() > 10 << 20);
    }
}

#[test]
fn the_table_names_every_stage() {
    let output = run(["bench", "articles-only", "-", "--workers", "1"], "春耕\n备耕\n\u{c}".as_bytes());
    assert_eq!(code(&output), 0, "{}", said(&output));
    let table = String::from_utf8(output.stdout).unwrap();
    for name in ["input", "workers", "time", "MB/s", "pages/s", "articles/s", "  normalize", "  detect_articles", "  emit_ndjson"] {
        assert_eq!(table.lines().filter(|line| line.starts_with(name)).count(), 1, "{name}\n{table}");
    }
}

#[test]
fn nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("c.yaml");
    let text = "version: 1\nstages:\n  - normalize: {}\n  - detect_articles: {}\n  - emit_ndjson: { path: \"out/{paper}.ndjson\", rotate: { by: day } }\n\
                errors: { dead_letter: dead.ndjson }\n";
    std::fs::write(&config, text).unwrap();
    let output = run(["bench", config.to_str().unwrap(), "-"], b"{\"text\":\"a\"}\n{\"text\":1}\n");
    assert_eq!(code(&output), 1, "one page fails: {}", said(&output));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["c.yaml"]);
}

#[test]
fn mistakes_end_it_as_they_end_a_run() {
    let page = sample();
    assert_eq!(code(&run(["bench", "no-such.yaml", page.to_str().unwrap()], b"")), 78);
    assert_eq!(code(&run(["bench", "default", "no-such-page.txt"], b"")), 66);
    assert_eq!(code(&run(["bench", "default"], b"")), 2);
}
