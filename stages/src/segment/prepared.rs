//! jieba's dictionary as the build script lays it out: read where it lies in the program, so that nothing is loaded.
//!
//! Words that are added to it are `vocabulary`'s.

use std::sync::LazyLock;

use pipeline::Pos;

use super::agreed::{JOINS_WORDS, is_basic_han};
use super::pos_of;
use super::unit::{CODE_BITS, Unit, Word};

/// One of the files that the build script writes, as numbers of so many bytes.
macro_rules! table {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name)).as_chunks().0
    };
}
pub(super) use table;

/// So that no node lies across two cache lines.
#[repr(align(64))]
struct Aligned<T>(T);

static NODES: &[[u8; 8]] = {
    static BYTES: Aligned<[u8; include_bytes!(concat!(env!("OUT_DIR"), "/units")).len()]> =
        Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/units")));
    BYTES.0.as_chunks().0
};
static CODES: &[[u8; 2]] = table!("codes");
static COUNTS: &[[u8; 4]] = table!("counts");
static TOTAL: &[[u8; 8]] = table!("total");

/// The logarithms of the counts, by their numbers.
static LOGS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let counts = COUNTS.iter().map(|count| f64::from(u32::from_le_bytes(*count)).ln());
    std::iter::once(0.0).chain(counts).collect()
});

static TAGS: LazyLock<Vec<Pos>> = LazyLock::new(|| tags(include_str!(concat!(env!("OUT_DIR"), "/tags"))));

/// Tags, one a line.
pub(super) fn tags(lines: &str) -> Vec<Pos> {
    lines.split('\n').map(pos_of).collect()
}

/// The sum of the counts of all words.
pub(super) fn total() -> u64 {
    u64::from_le_bytes(TOTAL[0])
}

/// The logarithms of the counts, by their numbers.
pub(super) fn logs() -> &'static [f64] {
    &LOGS
}

pub(super) fn count(word: Word) -> u64 {
    u64::from(u32::from_le_bytes(COUNTS[word.count() - 1]))
}

pub(super) fn tag(word: Word) -> Pos {
    TAGS[word.tag()]
}

/// A character of a text.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    /// Its first byte.
    pub(super) start: u32,
    pub(super) character: char,
    /// Its number in the dictionary, 0 if no word has it.
    pub(super) code: u16,
}

impl Letter {
    /// The end of a text, where no word goes on.
    pub(super) fn end(start: u32) -> Self {
        Self { start, character: '\0', code: 0 }
    }

    pub(super) fn new(start: u32, character: char) -> Self {
        Self { start, character, code: entry(character) & ((1 << CODE_BITS) - 1) }
    }

    /// The character, if it is of a kind that words are looked for among: Chinese characters, letters and digits of ASCII and a few
    /// marks between them.
    #[inline]
    pub(super) fn of_word(start: u32, character: char) -> Option<Self> {
        let entry = entry(character);
        let joins = entry & JOINS_WORDS != 0 || character > '\u{FFFF}' && is_far_han(character);
        joins.then_some(Self { start, character, code: entry & ((1 << CODE_BITS) - 1) })
    }
}

#[inline]
fn entry(character: char) -> u16 {
    CODES.get(character as usize).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

/// The Chinese characters outside of the basic plane that jieba knows.
#[inline]
fn is_far_han(c: char) -> bool {
    matches!(
        c,
        '\u{20000}'..='\u{2A6DF}'
            | '\u{2A700}'..='\u{2B73F}'
            | '\u{2B740}'..='\u{2B81F}'
            | '\u{2B820}'..='\u{2CEAF}'
            | '\u{2CEB0}'..='\u{2EBEF}'
            | '\u{2F800}'..='\u{2FA1F}'
    )
}

/// Whether jieba takes it for a Chinese character.
pub(super) fn is_han(c: char) -> bool {
    is_basic_han(c) || is_far_han(c)
}

/// The node of the words that begin with `letter`.
#[inline]
pub(super) fn first(letter: Letter) -> Unit {
    node(letter.code as usize)
}

/// The node of the words of `unit` that go on with `letter`.
#[inline]
pub(super) fn next(unit: Unit, letter: Letter) -> Option<Unit> {
    if !unit.may_be_followed_by(letter.code) {
        return None;
    }
    let child = node(unit.child(letter.code));
    child.is_by(letter.code).then_some(child)
}

#[inline]
fn node(place: usize) -> Unit {
    Unit(u64::from_le_bytes(NODES[place]))
}
