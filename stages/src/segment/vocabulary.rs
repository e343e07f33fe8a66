//! The words that a segmenter knows: those of jieba's dictionary and those that are added, which lie beside it.
//!
//! What an added word does to the others is what it does in jieba: it has a count, its own or just enough to be kept whole, and the
//! sum of all counts grows by it.

use pipeline::Pos;
use rustc_hash::FxHashMap;

use super::cutter::{self, How};
use super::pos_of;
use super::prepared::{self, Letter};
use super::unit::{Unit, Word};

/// Words with their counts.
#[derive(Debug)]
pub(super) struct Vocabulary {
    added: Option<Added>,
    total: u64,
    log_total: f64,
}

/// Words in a tree of characters; a node is a number, 0 the root.
#[derive(Debug)]
struct Added {
    children: FxHashMap<(u32, char), u32>,
    /// The word that ends at each node.
    ends: Vec<Word>,
    words: Vec<Entry>,
    /// By the last bits of a character, whether a word may begin with it.
    beginnings: Vec<bool>,
}

#[derive(Debug)]
struct Entry {
    count: u64,
    log: f64,
    tag: Pos,
}

const BEGINNINGS: usize = 1 << 12;

impl Vocabulary {
    /// jieba's dictionary.
    pub(super) fn new() -> Self {
        let total = prepared::total();
        Self { added: None, total, log_total: (total as f64).ln() }
    }

    pub(super) fn log_total(&self) -> f64 {
        self.log_total
    }

    /// Calls `found` with each word that begins with letter `at`, the shortest first, and the letter after it. Behind the last letter
    /// must stand an end.
    #[inline]
    pub(super) fn each_word_at(&self, letters: &[Letter], at: usize, mut found: impl FnMut(usize, Word)) {
        let first = letters[at];
        if let Some(added) = self.added.as_ref().filter(|added| added.may_begin_with(first.character)) {
            return added.each_of_both(letters, at, &mut found);
        }
        let mut unit = prepared::first(first);
        let mut end = at + 1;
        loop {
            let word = unit.word();
            if word != Word::NONE {
                found(end, word);
            }
            let Some(next) = prepared::next(unit, letters[end]) else { break };
            unit = next;
            end += 1;
        }
    }

    /// The word that `letters` are.
    pub(super) fn find(&self, letters: impl IntoIterator<Item = Letter>) -> Word {
        let mut letters = letters.into_iter();
        let Some(first) = letters.next() else { return Word::NONE };
        let mut unit = Some(prepared::first(first));
        let mut node = self.added.as_ref().and_then(|added| added.child(0, first.character));
        for letter in letters {
            unit = unit.and_then(|unit| prepared::next(unit, letter));
            node = node.and_then(|node| self.added.as_ref()?.child(node, letter.character));
            if unit.is_none() && node.is_none() {
                return Word::NONE;
            }
        }
        let word = unit.map_or(Word::NONE, Unit::word);
        self.added.as_ref().map_or(word, |added| added.word_or(node, word))
    }

    fn find_text(&self, text: &str) -> Word {
        self.find(text.chars().map(|character| Letter::new(0, character)))
    }

    /// Whether it has `word`.
    pub(super) fn has(&self, word: &str) -> bool {
        self.find_text(word) != Word::NONE
    }

    /// What was added for `word`, if it was.
    #[inline]
    fn entry(&self, word: Word) -> Option<&Entry> {
        let index = word.index()?;
        Some(&self.added.as_ref()?.words[index])
    }

    /// The logarithm of the count of `word`; `logs` are those of the dictionary.
    #[inline]
    pub(super) fn log(&self, word: Word, logs: &[f64]) -> f64 {
        self.entry(word).map_or_else(|| logs[word.count()], |entry| entry.log)
    }

    /// The part of speech of `word`, which is one.
    #[inline]
    pub(super) fn tag(&self, word: Word) -> Pos {
        self.entry(word).map_or_else(|| prepared::tag(word), |entry| entry.tag)
    }

    /// The count of `word`; nothing where it is none.
    fn count(&self, word: Word) -> Option<u64> {
        let known = || self.entry(word).map_or_else(|| prepared::count(word), |entry| entry.count);
        (word != Word::NONE).then(known)
    }

    /// The count with which `phrase` is kept whole: more than if its parts met by chance, and at least what it has.
    pub(super) fn suggested_count(&self, phrase: &str) -> u64 {
        let count = |text: &str| self.count(self.find_text(text)).unwrap_or(1);
        let mut by_chance = 0.0;
        cutter::cut(self, How { joins: false, tags: false }, phrase, |piece| {
            by_chance += (count(piece.span().slice(phrase)) as f64).ln() - self.log_total;
        });
        ((by_chance + self.log_total).exp() as u64 + 1).max(count(phrase))
    }

    /// Adds `word`; one that it has takes the new count and keeps its tag. Without a count it gets the one suggested.
    pub(super) fn add(&mut self, word: &str, count: Option<u64>, tag: Option<&str>) {
        if word.is_empty() {
            return;
        }
        let count = count.unwrap_or_else(|| self.suggested_count(word));
        let known = self.find_text(word);
        let before = self.count(known).unwrap_or(0);
        let tag = if known == Word::NONE { pos_of(tag.unwrap_or_default()) } else { self.tag(known) };
        self.added.get_or_insert_with(Added::new).set(word, Entry { count, log: (count as f64).ln(), tag });
        self.total = self.total + count - before;
        self.log_total = (self.total as f64).ln();
    }
}

impl Added {
    fn new() -> Self {
        Self { children: FxHashMap::default(), ends: vec![Word::NONE], words: Vec::new(), beginnings: vec![false; BEGINNINGS] }
    }

    #[inline]
    fn may_begin_with(&self, character: char) -> bool {
        self.beginnings[character as usize % BEGINNINGS]
    }

    fn child(&self, node: u32, character: char) -> Option<u32> {
        self.children.get(&(node, character)).copied()
    }

    /// The word that ends at `node`, or `otherwise`.
    #[inline]
    fn word_or(&self, node: Option<u32>, otherwise: Word) -> Word {
        node.map(|node| self.ends[node as usize]).filter(|word| *word != Word::NONE).unwrap_or(otherwise)
    }

    fn set(&mut self, word: &str, entry: Entry) {
        let first = word.chars().next().expect("a word has a character");
        self.beginnings[first as usize % BEGINNINGS] = true;
        let mut node = 0;
        for character in word.chars() {
            let new = self.ends.len() as u32;
            node = *self.children.entry((node, character)).or_insert(new);
            if node == new {
                self.ends.push(Word::NONE);
            }
        }
        let end = &mut self.ends[node as usize];
        if let Some(index) = end.index() {
            self.words[index] = entry;
        } else {
            *end = Word::added(self.words.len());
            self.words.push(entry);
        }
    }

    /// As [`Vocabulary::each_word_at`]; an added word stands for that of the dictionary.
    fn each_of_both(&self, letters: &[Letter], at: usize, found: &mut impl FnMut(usize, Word)) {
        let mut unit = Some(prepared::first(letters[at]));
        let mut node = self.child(0, letters[at].character);
        let mut end = at + 1;
        while unit.is_some() || node.is_some() {
            let word = self.word_or(node, unit.map_or(Word::NONE, Unit::word));
            if word != Word::NONE {
                found(end, word);
            }
            let Some(letter) = letters.get(end) else { break };
            unit = unit.and_then(|unit| prepared::next(unit, *letter));
            node = node.and_then(|node| self.child(node, letter.character));
            end += 1;
        }
    }
}
