//! The lists behind keywords: words that never are one, and how rare the others are.
//!
//! What is built in stands in `stages/data/stop-words.txt` and `idf.txt`; files of users add to it.

use std::sync::LazyLock;

use pipeline::{OptionError, Resources};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::layout::grammar::entries;

/// A file that is no list at all has mistakes in every line; these are enough to see that.
const REPORTED_LINES: usize = 20;
/// What a word is worth that no list knows, in thousandths of a nat.
const UNKNOWN: u32 = 11_900;
/// No word of a text of ten thousand million documents is rarer, in nats.
const RAREST: f64 = 100.0;

static STOP_WORDS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| entries(include_str!("../../data/stop-words.txt")).flat_map(str::split_whitespace).collect());

/// In thousandths of a nat. Takes 6 MB and 10 ms, so all pipelines of a process share it.
static RARITY: LazyLock<FxHashMap<&str, u32>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    words.reserve(1 << 17);
    for (tenths, list) in entries(include_str!("../../data/idf.txt")).filter_map(|line| line.split_once('\t')) {
        let tenths: u32 = tenths.parse().expect("the shipped list has figures");
        words.extend(list.split(' ').map(|word| (word, tenths * 100)));
    }
    words
});

/// Words that are no keywords.
pub(super) struct StopWords {
    own: FxHashSet<String>,
}

impl StopWords {
    /// Those built in and those of `files`; what cannot be read goes to `mistakes`.
    pub(super) fn with(files: &[String], resources: &dyn Resources, mistakes: &mut Vec<OptionError>) -> Self {
        let mut own = FxHashSet::default();
        for (index, file) in files.iter().enumerate() {
            match resources.text_at(&format!("stop_words[{index}]"), file) {
                Ok(text) => own.extend(text.trim_start_matches('\u{feff}').split_whitespace().map(str::to_owned)),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        Self { own }
    }

    /// Whether `word` is one of them; Latin words are whatever their case.
    pub(super) fn contains(&self, word: &str) -> bool {
        let listed = |word: &str| STOP_WORDS.contains(word) || self.own.contains(word);
        listed(word) || word.is_ascii() && listed(&word.to_ascii_lowercase())
    }
}

/// How rare words are.
pub(super) struct Rarity {
    own: FxHashMap<String, u32>,
}

impl Rarity {
    /// The table built in with what `files` say instead; what cannot be read goes to `mistakes`.
    pub(super) fn with(files: &[String], resources: &dyn Resources, mistakes: &mut Vec<OptionError>) -> Self {
        let mut own = FxHashMap::default();
        for (index, file) in files.iter().enumerate() {
            let path = format!("idf[{index}]");
            match resources.text_at(&path, file) {
                Ok(text) => read(&path, file, &text, &mut own, mistakes),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        Self { own }
    }

    /// In thousandths of a nat.
    pub(super) fn of(&self, word: &str) -> u32 {
        self.own.get(word).or_else(|| RARITY.get(word)).copied().unwrap_or(UNKNOWN)
    }
}

fn read(path: &str, file: &str, text: &str, own: &mut FxHashMap<String, u32>, mistakes: &mut Vec<OptionError>) {
    let mut reported = 0;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let entry = match *fields.as_slice() {
            [word, idf] => idf.parse::<f64>().ok().filter(|idf| (0.0..=RAREST).contains(idf)).map(|idf| (word, idf)),
            _ => None,
        };
        if let Some((word, idf)) = entry {
            own.insert(word.to_owned(), (idf * 1000.0).round() as u32);
        } else if reported < REPORTED_LINES {
            reported += 1;
            let message = format!("{file}, line {}: expected a word and a figure from 0 to {RAREST}", index + 1);
            mistakes.push(OptionError::new(path, "bad_idf_line", message).with_help("a line is `word idf`, divided by a space"));
        }
    }
}
