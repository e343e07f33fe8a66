//! The signs by which a line follows another in the same column, whatever was printed in between.

use super::facts::Facts;
use super::lexicon::{self, Edges};
use super::signs::{self, END, END_KIND, Family, LENGTH, Rows, START, pair};
use super::weights::{self, INDENT};
use super::width::Width;

const WIDTHS: &[&str] = &["equal", "first-then-full", "full-then-first", "much-narrower", "narrower", "wider", "much-wider"];

/// Signs of a line as the one that follows another in the same column.
pub(crate) const FOLLOW: &[Family] = &[
    Family { name: "follow-end-widths", values: &[END, WIDTHS] },
    Family { name: "follow-end-start", values: &[END, START] },
    Family { name: "follow-pair", values: &[&["strange", "seen", "usual", "none"], END_KIND] },
    Family { name: "follow-lengths", values: &[LENGTH, LENGTH] },
    Family { name: "follow-words", values: &[&["apart", "one", "more"], WHOLE, WHOLE] },
];

/// Whether a word stands at the line end.
const WHOLE: &[&str] = &["part", "whole"];

/// How much speaks for `b` as the line that follows `a`, in thousandths of a nat, but for what [`words`] say.
pub(crate) fn worth(a: &Facts, b: &Facts) -> i32 {
    let table = weights::follow();
    rows(a, b).iter().map(|row| table[*row as usize]).sum()
}

/// How much the words at the line end speak for it.
pub(crate) fn words(a: &Edges, b: &Edges) -> i32 {
    words_row(a, b).map_or(0, |row| weights::follow()[usize::from(row)])
}

/// The most that [`words`] can say for it.
pub(crate) fn most_words() -> i32 {
    weights::follow().iter().skip(signs::rows(&FOLLOW[..PLAIN])).copied().max().unwrap_or(0).max(0)
}

/// The row of what the words say, where Chinese characters meet.
pub(crate) fn words_row(a: &Edges, b: &Edges) -> Option<u16> {
    let meeting = lexicon::meeting(a, b)?;
    let (left, right) = meeting.whole;
    Some((signs::rows(&FOLLOW[..PLAIN]) + meeting.saved.min(2) * 4 + usize::from(left) * 2 + usize::from(right)) as u16)
}

/// How many families of [`FOLLOW`] ask nothing of the words of the language.
const PLAIN: usize = FOLLOW.len() - 1;

/// The rows of `b` as the line that follows `a`, one for each family of [`FOLLOW`] but that of the words.
pub(crate) fn rows(a: &Facts, b: &Facts) -> [u16; PLAIN] {
    let mut rows = Rows::new();
    rows.add(&FOLLOW[0], &[a.shape.end, widths(a.width, b.width)]);
    rows.add(&FOLLOW[1], &[a.shape.end, b.shape.start]);
    rows.add(&FOLLOW[2], &[pair(a, b), u8::from(!a.stops())]);
    rows.add(&FOLLOW[3], &[a.shape.length, b.shape.length]);
    rows.out
}

/// How the width of a line stands to that of the line before it.
fn widths(a: Width, b: Width) -> u8 {
    let wider = |a: Width, b: Width, by: u32| a.lo >= b.hi + by;
    let shifted = |width: Width| Width { lo: width.lo + INDENT, hi: width.hi + INDENT };
    let meets = |a: Width, b: Width| a.lo <= b.hi + 50 && b.lo <= a.hi + 50;
    if meets(a, b) {
        0
    } else if meets(shifted(a), b) {
        1
    } else if meets(a, shifted(b)) {
        2
    } else if wider(a, b, 600) {
        3
    } else if wider(a, b, 0) {
        4
    } else if wider(b, a, 600) {
        6
    } else {
        5
    }
}
