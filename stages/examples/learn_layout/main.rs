//! Learns what the layout of pages is worth from pages with known answers: the data files `line-roles.txt`, `pairs.txt`,
//! `columns.txt`, `attribution.txt`, `jump-lines.txt`, `confidence.txt` and `jumps.txt` in
//! `stages/data`.
//!
//! ```sh
//! cargo run --release -p jianbao-stages --features learning --example learn_layout -- WHAT FOLDER > FILE
//! ```
//!
//! `WHAT` is `pairs`, `columns`, `lines [--without FAMILY]`, `attribution [--without FAMILY]`, `jump-lines`, `confidence` or `jumps`, in
//! the order in which they must be learned, since each stands on those before it. `FOLDER` has `raw/*.txt` and `gold/*.json`.
//! `--without` leaves out one family of pages and says on standard error how much of that family is read right, which shows what
//! the weights are worth on pages of another kind.
//!
//! `words DICTIONARY` prints `words.txt`, the commonest words of a dictionary in jieba's format; `idf IDF DICTIONARY` prints `idf.txt`,
//! how rare words are, from a table in jieba's format.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer's tool that prints what it has learned")]

mod attribution;
mod columns;
mod confidence;
mod fit;
mod gold;
mod idf;
mod jump_lines;
mod jumps;
mod lines;
mod pairs;
mod words;

use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// The pages of a folder, each with its answers.
fn answers(folder: &Path) -> Vec<(String, Value)> {
    let mut names: Vec<_> =
        fs::read_dir(folder.join("gold")).expect("FOLDER/gold can be read").flatten().map(|entry| entry.path()).collect();
    names.sort();
    let both = names.iter().filter_map(|gold| {
        let raw = folder.join("raw").join(gold.file_stem()?).with_extension("txt");
        Some((fs::read_to_string(raw).ok()?, serde_json::from_str(&fs::read_to_string(gold).ok()?).ok()?))
    });
    both.collect()
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["idf", table, dictionary] => idf::print(Path::new(table), Path::new(dictionary)),
        ["words", dictionary] => words::print(Path::new(dictionary)),
        ["pairs", folder] => pairs::print(Path::new(folder)),
        ["columns", folder] => columns::print(Path::new(folder)),
        ["lines", folder] => lines::print(Path::new(folder), None),
        ["lines", folder, "--without", family] => lines::print(Path::new(folder), Some(family)),
        ["jump-lines", folder] => jump_lines::print(Path::new(folder)),
        ["jumps", folder] => jumps::print(Path::new(folder)),
        ["confidence", folder] => confidence::print(Path::new(folder)),
        ["attribution", folder] => attribution::print(Path::new(folder), include_str!("../../data/attribution.txt"), None),
        ["attribution", folder, "--without", family] => {
            attribution::print(Path::new(folder), include_str!("../../data/attribution.txt"), Some(family));
        }
        _ => eprintln!(
            "usage: learn_layout pairs|columns|lines|attribution|jump-lines|confidence|jumps FOLDER [--without FAMILY]\n\
             \x20      learn_layout words DICTIONARY\n\
             \x20      learn_layout idf IDF DICTIONARY"
        ),
    }
}
