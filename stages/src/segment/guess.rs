//! Guesses which part of speech a word is that is in no dictionary, by jieba's hidden Markov model of words and their tags.
//!
//! The model may read the word as several; then the tag of the longest counts, of the last of those as long.

use std::sync::LazyLock;

use pipeline::Pos;

use super::agreed::{NEVER, TAGS};
use super::pos_of;
use super::prepared::{Letter, is_han, table, tags};

static STARTS: &[[u8; 8]] = table!("guess-starts");
static BETWEEN: &[[u8; 8]] = table!("guess-between");
static WITHIN: &[[u8; 8]] = table!("guess-within");
static PLACES: &[[u8; 2]] = table!("guess-places");
static BOUNDS: &[[u8; 4]] = table!("guess-bounds");
static STATES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guess-states"));
static VALUES: &[[u8; 8]] = table!("guess-values");
static NAMES: LazyLock<Vec<Pos>> = LazyLock::new(|| tags(include_str!(concat!(env!("OUT_DIR"), "/guess-tags"))));

/// What a character is in its word. A state is a position times the number of tags, plus the tag.
const BEGIN: usize = 0;
const MIDDLE: usize = 1;
const END: usize = 2;
const SINGLE: usize = 3;

/// Room for the search.
#[derive(Default)]
pub(super) struct Search {
    /// The states that the last character may be in and the best score of each; ascending, so that those of a position are together.
    live: Vec<(u8, f64)>,
    next: Vec<(u8, f64)>,
    /// For each character the states that it may be in, each with the best one before it, and where those of a character begin.
    chosen: Vec<(u8, u8)>,
    begins: Vec<u32>,
}

/// The part of speech of `word`.
pub(super) fn guess(word: &[Letter], search: &mut Search) -> Pos {
    let alphanumeric = || word.iter().filter(|letter| letter.character.is_ascii_alphanumeric());
    if alphanumeric().next().is_some() {
        return pos_of(if alphanumeric().all(|letter| letter.character.is_ascii_digit()) { "m" } else { "eng" });
    }
    let tag = match word {
        _ if !word.iter().any(|letter| is_han(letter.character)) => None,
        [letter] => guess_single(*letter),
        _ => search.run(word).and_then(|last| search.longest(word, last)),
    };
    tag.map_or_else(|| pos_of("x"), |tag| NAMES[tag])
}

fn guess_single(letter: Letter) -> Option<usize> {
    let scores = states(letter, SINGLE).map(|(tag, value)| (tag, number(STARTS, SINGLE * TAGS + tag) + value));
    // Of those as likely the last.
    let best = scores.filter(|(_, score)| *score > NEVER).reduce(|best, other| if other.1 >= best.1 { other } else { best });
    best.map(|(tag, _)| tag)
}

impl Search {
    /// Finds the likeliest states; gives that of the last character, if there is one.
    fn run(&mut self, word: &[Letter]) -> Option<usize> {
        self.live.clear();
        self.chosen.clear();
        self.begins.clear();
        for position in [BEGIN, SINGLE] {
            for (tag, value) in states(word[0], position) {
                let state = position * TAGS + tag;
                let score = number(STARTS, state) + value;
                if score > NEVER {
                    self.live.push((state as u8, score));
                }
            }
        }
        for (index, letter) in word.iter().enumerate().skip(1) {
            // What only begins with the last character leads nowhere.
            let positions: &[usize] = if index + 1 == word.len() { &[END, SINGLE] } else { &[BEGIN, MIDDLE, END, SINGLE] };
            self.begins.push(self.chosen.len() as u32);
            self.next.clear();
            for position in positions {
                for (tag, value) in states(*letter, *position) {
                    let (before, score) = if matches!(*position, MIDDLE | END) {
                        self.best_within(*position, tag, value)
                    } else {
                        self.best_between(*position, tag, value)
                    };
                    if score > NEVER {
                        let state = (position * TAGS + tag) as u8;
                        self.next.push((state, score));
                        self.chosen.push((state, before));
                    }
                }
            }
            std::mem::swap(&mut self.live, &mut self.next);
        }
        let ends = self.live.iter().filter(|(state, _)| usize::from(*state) >= END * TAGS);
        let best = ends.copied().reduce(|best, other| if other.1 > best.1 { other } else { best });
        best.map(|(state, _)| usize::from(state))
    }

    /// The best state before one that goes on with a word, and its score: begin or middle with the same tag.
    fn best_within(&self, position: usize, tag: usize, value: f64) -> (u8, f64) {
        let mut best = (0, NEVER);
        for before in [BEGIN, MIDDLE] {
            let state = (before * TAGS + tag) as u8;
            let step = number(WITHIN, ((position - MIDDLE) * TAGS + tag) * 2 + before);
            if step <= NEVER {
                continue;
            }
            if let Ok(at) = self.live.binary_search_by_key(&state, |live| live.0) {
                let score = self.live[at].1 + step + value;
                if score > best.1 {
                    best = (state, score);
                }
            }
        }
        best
    }

    /// The best state before one that begins a word, and its score: any that ends one.
    fn best_between(&self, position: usize, tag: usize, value: f64) -> (u8, f64) {
        let row = (position / SINGLE * TAGS + tag) * 2 * TAGS;
        let row = &BETWEEN[row..row + 2 * TAGS];
        let mut best = (0, NEVER);
        let ends = self.live.partition_point(|live| usize::from(live.0) < END * TAGS);
        for (state, before) in &self.live[ends..] {
            let step = number(row, usize::from(*state) - END * TAGS);
            let score = before + step + value;
            if step > NEVER && score > best.1 {
                best = (*state, score);
            }
        }
        best
    }

    /// The tag of the longest word of the path to `last`.
    fn longest(&self, word: &[Letter], last: usize) -> Option<usize> {
        let mut state = last;
        let mut best: Option<(usize, usize)> = None;
        let mut length = 0;
        let mut tag = state % TAGS;
        for (index, letter) in word.iter().enumerate().rev() {
            if state / TAGS >= END {
                (length, tag) = (0, state % TAGS);
            }
            length += letter.character.len_utf8();
            if matches!(state / TAGS, BEGIN | SINGLE) && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, tag));
            }
            if index > 0 {
                let chosen = &self.chosen[self.begins[index - 1] as usize..];
                let found = chosen.iter().find(|chosen| usize::from(chosen.0) == state);
                state = usize::from(found.expect("a state that was reached has one before it").1);
            }
        }
        best.map(|(_, tag)| tag)
    }
}

/// The tags with which `letter` may be at `position`, ascending, and the logarithm of how likely it is there.
fn states(letter: Letter, position: usize) -> impl Iterator<Item = (usize, f64)> {
    let row = PLACES.get(letter.character as usize).map_or(0, |bytes| usize::from(u16::from_le_bytes(*bytes)));
    let bound = |at: usize| u32::from_le_bytes(BOUNDS[at]) as usize;
    let range = bound(row * 4 + position)..bound(row * 4 + position + 1);
    STATES[range.clone()].iter().map(|tag| usize::from(*tag)).zip(VALUES[range].iter().map(|bytes| f64::from_le_bytes(*bytes)))
}

#[inline]
fn number(table: &[[u8; 8]], at: usize) -> f64 {
    f64::from_le_bytes(table[at])
}
