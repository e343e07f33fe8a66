//! Learns what the layout of pages is worth from pages with known answers: the data files `line-roles.txt`,
//! `whole-paragraph-roles.txt`, `pairs.txt`, `columns.txt`, `attribution.txt`, `jump-lines.txt`, `confidence.txt` and `jumps.txt` in
//! `stages/data`.
//!
//! ```sh
//! cargo run --release -p jianbao-stages --features learning --example learn_layout -- WHAT FOLDER… > FILE
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

/// The pages of some folders, each with its answers.
fn answers(folders: &[&Path]) -> Vec<(String, Value)> {
    let of_folder = |folder: &&Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder.join("gold")).expect("FOLDER/gold can be read").flatten().map(|entry| entry.path()).collect();
        names.sort();
        let both = names.into_iter().filter_map(|gold| {
            let raw = folder.join("raw").join(gold.file_stem()?).with_extension("txt");
            Some((fs::read_to_string(raw).ok()?, serde_json::from_str(&fs::read_to_string(gold).ok()?).ok()?))
        });
        both.collect::<Vec<_>>()
    };
    folders.iter().flat_map(of_folder).collect()
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["idf", table, dictionary] => idf::print(Path::new(table), Path::new(dictionary)),
        ["words", dictionary] => words::print(Path::new(dictionary)),
        [what, folders @ .., "--without", family] => learn(what, folders, Some(family)),
        [what, folders @ ..] => learn(what, folders, None),
        [] => help(),
    }
}

/// Prints the data file `what`, learned from the pages of `folders` but for those of the family `without`.
fn learn(what: &str, folders: &[&str], without: Option<&str>) {
    let folders: Vec<&Path> = folders.iter().map(Path::new).collect();
    match (what, without) {
        _ if folders.is_empty() => help(),
        ("lines", without) => lines::print(&folders, without),
        ("attribution", without) => attribution::print(&folders, include_str!("../../data/attribution.txt"), without),
        ("pairs", None) => pairs::print(&folders),
        ("columns", None) => columns::print(&folders),
        ("jump-lines", None) => jump_lines::print(&folders),
        ("jumps", None) => jumps::print(&folders),
        ("confidence", None) => confidence::print(&folders),
        _ => help(),
    }
}

fn help() {
    eprintln!(
        "usage: learn_layout pairs|columns|lines|attribution|jump-lines|confidence|jumps FOLDER… [--without FAMILY]\n\
         \x20      learn_layout words DICTIONARY\n\
         \x20      learn_layout idf IDF DICTIONARY"
    );
}
