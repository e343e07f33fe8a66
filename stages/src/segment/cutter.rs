//! Cuts a text into words exactly as jieba-rs 0.11 does, token for token and tag for tag.
//!
//! Runs of characters that words are made of are cut along the likeliest way through the words of the vocabulary; sums are made in
//! jieba's order, so that they are equal to the last bit and ties fall as there. Single characters that are left beside each other
//! are joined by `joins`, parts of speech that the vocabulary does not tell come from `guess`. The rest of the text is tokens of one
//! character each.

use std::cell::RefCell;

use pipeline::{Pos, Span};

use super::guess::{self, Search};
use super::joins;
use super::pos_of;
use super::prepared::{self, Letter};
use super::unit::Word;
use super::vocabulary::Vocabulary;

/// What is wanted of a text.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// Also words that are in no dictionary.
    pub(super) joins: bool,
    /// Parts of speech.
    pub(super) tags: bool,
}

/// A word or another token, white space too.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Empty if it was not asked for.
    pub(super) pos: Pos,
    /// Whether it is white space.
    pub(super) blank: bool,
}

impl Piece {
    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// One step of the way through a run of characters.
#[derive(Clone, Copy)]
struct Step {
    /// The logarithm of how likely the rest of the run is.
    score: f64,
    /// The letter after the word.
    end: u32,
    word: Word,
}

/// Room that every text needs again, one for each thread.
#[derive(Default)]
struct Room {
    letters: Vec<Letter>,
    steps: Vec<Step>,
    choices: Vec<u8>,
    search: Search,
}

/// Letters for which room is kept; more are an exception.
const KEPT: usize = 1 << 17;

thread_local! {
    static ROOM: RefCell<Room> = RefCell::new(Room::default());
}

/// Calls `found` with each token of `text` in order. `found` must not cut anything itself.
pub(super) fn cut(vocabulary: &Vocabulary, how: How, text: &str, mut found: impl FnMut(Piece)) {
    ROOM.with_borrow_mut(|room| {
        room.letters.clear();
        let mut characters = text.char_indices();
        while let Some((start, character)) = characters.next() {
            let start = start as u32;
            if let Some(letter) = Letter::of_word(start, character) {
                room.letters.push(letter);
                continue;
            }
            room.cut_run(vocabulary, how, start, &mut found);
            let mut end = start + character.len_utf8() as u32;
            if character == '\r' && characters.as_str().starts_with('\n') {
                characters.next();
                end += 1;
            }
            let blank = character.is_whitespace();
            let word = if how.tags && !blank { vocabulary.find([Letter::new(start, character)]) } else { Word::NONE };
            let pos = match word {
                _ if !how.tags => Pos::default(),
                Word::NONE => pos_of("x"),
                word => vocabulary.tag(word),
            };
            found(Piece { start, end, pos, blank });
        }
        room.cut_run(vocabulary, how, text.len() as u32, &mut found);
        if room.letters.capacity() > KEPT {
            *room = Room::default();
        }
    });
}

impl Room {
    /// Cuts the letters, which end at byte `end`, and forgets them.
    fn cut_run(&mut self, vocabulary: &Vocabulary, how: How, end: u32, found: &mut impl FnMut(Piece)) {
        let count = self.letters.len();
        if count == 0 {
            return;
        }
        self.letters.push(Letter::end(end));
        find_way(vocabulary, &self.letters, &mut self.steps);
        let mut run = Run { vocabulary, letters: &self.letters, search: &mut self.search, tags: how.tags, found };
        let mut at = 0;
        // Where single characters begin that may have to be joined.
        let mut singles = 0;
        while at < count {
            let Step { end, word, .. } = self.steps[at];
            let end = end as usize;
            if end - at > 1 || !how.joins && !self.letters[at].character.is_ascii_alphanumeric() {
                run.singles(how.joins, &self.steps, singles, at, &mut self.choices);
                run.give(at, end, word);
                singles = end;
            }
            at = end;
        }
        run.singles(how.joins, &self.steps, singles, count, &mut self.choices);
        self.letters.clear();
    }
}

/// Fills `steps` with the likeliest way through `letters`, from the last to the first; behind the letters stands an end.
fn find_way(vocabulary: &Vocabulary, letters: &[Letter], steps: &mut Vec<Step>) {
    let count = letters.len() - 1;
    let nothing = Step { score: 0.0, end: count as u32, word: Word::NONE };
    if steps.len() < letters.len() {
        steps.resize(letters.len(), nothing);
    }
    steps[count] = nothing;
    let log_total = vocabulary.log_total();
    let logs = prepared::logs();
    for at in (0..count).rev() {
        let mut best: Option<Step> = None;
        vocabulary.each_word_at(letters, at, |end, word| {
            let score = vocabulary.log(word, logs) - log_total + steps[end].score;
            // Of two ways as likely the one with the longer word, which comes later.
            if best.is_none_or(|best| score >= best.score) {
                best = Some(Step { score, end: end as u32, word });
            }
        });
        steps[at] = best.unwrap_or_else(|| Step { score: 0.0 - log_total + steps[at + 1].score, end: at as u32 + 1, word: Word::NONE });
    }
}

/// A run of letters whose words are given out.
struct Run<'a, F> {
    vocabulary: &'a Vocabulary,
    letters: &'a [Letter],
    search: &'a mut Search,
    tags: bool,
    found: &'a mut F,
}

impl<F: FnMut(Piece)> Run<'_, F> {
    /// Gives the letters `from..to`, each of which is a step of the way. With `joins` they become words by the model, unless all of
    /// them are one in the vocabulary; without they are letters and digits and one word.
    fn singles(&mut self, joins: bool, steps: &[Step], from: usize, to: usize, choices: &mut Vec<u8>) {
        let letters = self.letters;
        match to - from {
            0 => {}
            1 => self.give(from, to, steps[from].word),
            _ if !joins => self.give(from, to, Word::NONE),
            _ if self.vocabulary.find(letters[from..to].iter().copied()) != Word::NONE => {
                (from..to).for_each(|at| self.give(at, at + 1, steps[at].word));
            }
            _ => joins::join(&letters[from..to], choices, |start, end| self.give(from + start, from + end, Word::NONE)),
        }
    }

    #[inline]
    fn give(&mut self, from: usize, to: usize, word: Word) {
        let pos = if self.tags { self.tag(from, to, word) } else { Pos::default() };
        (self.found)(Piece { start: self.letters[from].start, end: self.letters[to].start, pos, blank: false });
    }

    fn tag(&mut self, from: usize, to: usize, word: Word) -> Pos {
        let letters = &self.letters[from..to];
        let word = if word == Word::NONE { self.vocabulary.find(letters.iter().copied()) } else { word };
        if word == Word::NONE { guess::guess(letters, self.search) } else { self.vocabulary.tag(word) }
    }
}

#[cfg(test)]
mod tests;
