//! Prepares the dictionary and the models of jieba, so that the program finds them ready to be read where they lie.
//!
//! What is written is read by `src/segment`: little-endian numbers, one after the other.

#[path = "../src/segment/agreed.rs"]
mod agreed;
mod models;
#[allow(dead_code, reason = "the segmenter reads what is only written here")]
#[path = "../src/segment/unit.rs"]
mod unit;
mod words;

use std::io::Read;
use std::path::Path;
use std::{env, fs};

use flate2::read::GzDecoder;

fn main() {
    let dictionary = read("jieba-dict.txt.gz");
    words::prepare(&dictionary);
    models::prepare_joins(&read("jieba-hmm.model.gz"));
    models::prepare_guesses(&read("jieba-posseg.txt.gz"));
    say("cargo::rerun-if-changed=build");
    say("cargo::rerun-if-changed=src/segment/agreed.rs");
    say("cargo::rerun-if-changed=src/segment/unit.rs");
}

/// The text of a file in `data`.
fn read(name: &str) -> String {
    let path = Path::new("data").join(name);
    say(&format!("cargo::rerun-if-changed={}", path.display()));
    let packed = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    GzDecoder::new(&*packed).read_to_string(&mut text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text
}

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn say(line: &str) {
    println!("{line}");
}

/// Writes `bytes` where the program includes them from.
fn write(name: &str, bytes: impl IntoIterator<Item = u8>) {
    let folder = env::var_os("OUT_DIR").expect("cargo says where to");
    let bytes: Vec<u8> = bytes.into_iter().collect();
    fs::write(Path::new(&folder).join(name), bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
}
