//! Joins characters to words that are in no dictionary, by jieba's hidden Markov model of where words begin and end.

use super::agreed::is_joined;
use super::prepared::{Letter, table};

static STEPS: &[[u8; 8]] = table!("join-steps");
static ROWS: &[[u8; 8]] = table!("join-rows");
static PLACES: &[[u8; 2]] = table!("join-places");

/// What a character is in its word: its states are begin, end, middle and single, by these numbers.
const BEGIN: usize = 0;
const END: usize = 1;
const MIDDLE: usize = 2;
const SINGLE: usize = 3;
const STATES: usize = 4;
/// The two states that may stand before each. Of two that are as likely the second counts.
const BEFORE: [[usize; 2]; STATES] = [[END, SINGLE], [BEGIN, MIDDLE], [BEGIN, MIDDLE], [END, SINGLE]];

/// Calls `found` with the first and the one after the last letter of every word of `letters`; `choices` is room.
pub(super) fn join(letters: &[Letter], choices: &mut Vec<u8>, mut found: impl FnMut(usize, usize)) {
    let mut at = 0;
    for run in letters.chunk_by(|a, b| is_joined(a.character) == is_joined(b.character)) {
        let mut found = |from, to| found(at + from, at + to);
        if !is_joined(run[0].character) {
            join_letters(run, found);
        } else if run.len() == 1 {
            found(0, 1);
        } else {
            join_characters(run, choices, found);
        }
        at += run.len();
    }
}

/// Words and numbers of ASCII, with `.`, `_` and `-` inside and `%` behind; what stands between them stays together.
fn join_letters(run: &[Letter], mut found: impl FnMut(usize, usize)) {
    let is = |at: usize, wanted: fn(char) -> bool| run.get(at).is_some_and(|letter| wanted(letter.character));
    let alphanumeric = |c: char| c.is_ascii_alphanumeric();
    let mut at = 0;
    while at < run.len() {
        let mut end = at;
        while end < run.len() && !is(end, alphanumeric) {
            end += 1;
        }
        if end > at {
            found(at, end);
            at = end;
            continue;
        }
        loop {
            while is(end, alphanumeric) {
                end += 1;
            }
            if is(end, |c| matches!(c, '.' | '_' | '-')) && is(end + 1, alphanumeric) {
                end += 1;
            } else {
                break;
            }
        }
        end += usize::from(is(end, |c| c == '%'));
        found(at, end);
        at = end;
    }
}

/// The likeliest states of the characters, by Viterbi's algorithm, and the words that these make.
fn join_characters(run: &[Letter], choices: &mut Vec<u8>, mut found: impl FnMut(usize, usize)) {
    let mut row = emissions(run[0]);
    let mut scores: [f64; STATES] = std::array::from_fn(|state| start(state) + row[state]);
    // For each character a bit for each state: whether the second of those before it was the likelier.
    choices.clear();
    choices.push(0);
    for letter in &run[1..] {
        row = emissions(*letter);
        let mut second = 0;
        scores = std::array::from_fn(|state| {
            let [one, other] = BEFORE[state].map(|before| scores[before] + step(before, state) + row[state]);
            if one > other {
                one
            } else {
                second |= 1 << state;
                other
            }
        });
        choices.push(second);
    }
    // From the last character to the first, each choice becomes the state.
    let mut state = if scores[END] > scores[SINGLE] { END } else { SINGLE };
    for choice in choices.iter_mut().rev() {
        let before = BEFORE[state][usize::from(*choice >> state & 1)];
        *choice = state as u8;
        state = before;
    }
    let (mut begin, mut done) = (0, 0);
    for (at, state) in choices.iter().enumerate() {
        match usize::from(*state) {
            BEGIN => begin = at,
            END => {
                found(begin, at + 1);
                done = at + 1;
            }
            SINGLE => {
                found(at, at + 1);
                done = at + 1;
            }
            _ => {}
        }
    }
    if done < run.len() {
        found(done, run.len());
    }
}

#[inline]
fn start(state: usize) -> f64 {
    f64::from_le_bytes(STEPS[state])
}

#[inline]
fn step(from: usize, to: usize) -> f64 {
    f64::from_le_bytes(STEPS[STATES + from * STATES + to])
}

#[inline]
fn emissions(letter: Letter) -> [f64; STATES] {
    let place = PLACES.get(letter.character as usize).map_or(0, |bytes| u16::from_le_bytes(*bytes));
    let row = ROWS.as_chunks::<STATES>().0[place as usize];
    row.map(f64::from_le_bytes)
}
