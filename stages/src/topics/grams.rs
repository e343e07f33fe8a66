//! The words and phrases that stand in a text, for whoever learns or suggests terms: runs of two to six Han characters that begin
//! and end where words do, and Latin words. All are folded as the tagger folds, so that what is learned is what is found.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use pipeline::Span;

use crate::segment;
use crate::tag_topics::fold::fold;
use crate::tag_topics::score::Measure;
use crate::tag_topics::tagger::Zones;

/// The longest phrase, in characters.
const LONGEST: usize = 6;
/// The longest Latin word, in characters.
const LONGEST_LATIN: usize = 20;
/// With these no term begins or ends; see `stages/data/README.md`.
static EDGES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("../../data/term-edges.txt").split_whitespace().collect());

/// Calls `each` with every phrase of `text`, folded, and its place in bytes of `text`.
pub(super) fn each_gram(text: &str, mut each: impl FnMut(&str, Range<usize>)) {
    let folded: String = text.chars().map(fold).collect();
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let words = segment::words(&folded);
    let mut at = 0;
    // Each word with its place in characters, which folding keeps.
    let words: Vec<(&str, Range<usize>)> = words
        .into_iter()
        .map(|word| {
            let from = at;
            at += word.chars().count();
            (word, from..at)
        })
        .collect();
    let mut phrase = String::new();
    for (first, (word, place)) in words.iter().enumerate() {
        if is_latin(word) {
            each(word, starts[place.start]..starts[place.end]);
            continue;
        }
        if !is_han(word) || EDGES.contains(word) {
            continue;
        }
        phrase.clear();
        for (word, end) in &words[first..] {
            if !is_han(word) || end.end - place.start > LONGEST {
                break;
            }
            phrase.push_str(word);
            if end.end - place.start >= 2 && !EDGES.contains(word) {
                each(&phrase, starts[place.start]..starts[end.end]);
            }
        }
    }
}

fn is_latin(word: &str) -> bool {
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    letters >= 2 && word.chars().count() <= LONGEST_LATIN && word.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_han(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}'))
}

/// The phrases of many texts, each known by a number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: BTreeMap<String, u32>,
}

impl Vocabulary {
    /// The phrases by their numbers.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = vec![""; self.numbers.len()];
        for (name, number) in &self.numbers {
            names[*number as usize] = name;
        }
        names
    }

    /// The phrases of a piece, each with how many times its hits count, by number.
    pub(super) fn count(&mut self, zones: &Zones<'_>) -> Vec<(u32, u32)> {
        let measure = Measure::new(zones.text);
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for (zone, text) in zones.each() {
            each_gram(text, |phrase, place| {
                let new = self.numbers.len() as u32;
                let number = if let Some(known) = self.numbers.get(phrase) {
                    *known
                } else {
                    self.numbers.insert(phrase.to_owned(), new);
                    new
                };
                let times = measure.factor(zone, Span::new(place.start as u32, place.end as u32));
                *counts.entry(number).or_default() += times as u32;
            });
        }
        counts.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each_gram(text, |phrase, place| {
            assert_eq!(text.get(place).unwrap().chars().map(fold).collect::<String>(), phrase);
            all.push(phrase.to_owned());
        });
        all
    }

    #[test]
    fn phrases_begin_and_end_where_words_do() {
        let grams = grams("企業復工復產的進度，ＡＩ 5");
        for phrase in ["企业", "复工", "复产", "复工复产", "企业复工", "企业复工复产", "进度", "ai"] {
            assert!(grams.iter().any(|gram| gram == phrase), "{phrase}: {grams:?}");
        }
        assert!(grams.iter().all(|gram| !gram.starts_with('的') && !gram.ends_with('的') && gram != "工复"), "{grams:?}");
    }

    #[test]
    fn what_stands_in_the_title_counts_three_times() {
        let mut vocabulary = Vocabulary::default();
        let counts = vocabulary.count(&Zones { title: "丝绸", text: "蚕桑\n丝绸", ..Zones::default() });
        let names = vocabulary.names();
        let seen: Vec<_> = counts.iter().map(|(number, times)| (names[*number as usize], *times)).collect();
        assert_eq!(seen, [("丝绸", 4), ("蚕桑", 2)]);
    }
}
