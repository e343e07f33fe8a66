//! The signs by which a line follows another in the same column, whatever was printed in between.

use std::sync::LazyLock;

use super::facts::Facts;
use super::lexicon::{self, Edges};
use super::signs::{self, END, END_KIND, Family, LENGTH, START, pair};
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

/// What the signs are worth, in thousandths of a nat, family by family.
struct Worth {
    widths: &'static [i32],
    starts: &'static [i32],
    pairs: &'static [i32],
    lengths: &'static [i32],
    words: &'static [i32],
    /// The most that a pair can say, behind a line that stops and one that does not.
    most_pair: [i32; END_KIND.len()],
    /// The most that words can say, for each answer to whether they stand whole at both line ends.
    most_words: [i32; WHOLE.len() * WHOLE.len()],
}

static WORTH: LazyLock<Worth> = LazyLock::new(|| {
    let mut rest = weights::follow();
    let [widths, starts, pairs, lengths, words] = std::array::from_fn(|family| {
        let (own, behind) = rest.split_at(signs::rows(&FOLLOW[family..=family]));
        rest = behind;
        own
    });
    let most = |list: &[i32], every: usize, at: usize| list.iter().skip(at).step_by(every).copied().fold(i32::MIN, i32::max);
    let most_pair = std::array::from_fn(|open| most(pairs, END_KIND.len(), open));
    let most_words = std::array::from_fn(|whole| most(words, WHOLE.len() * WHOLE.len(), whole));
    Worth { widths, starts, pairs, lengths, words, most_pair, most_words }
});

impl Worth {
    /// What is seen of two lines without the characters that meet.
    #[inline]
    fn of_forms(&self, a: &Facts, b: &Facts) -> i32 {
        let end = usize::from(a.shape.end);
        let lengths = usize::from(a.shape.length) * LENGTH.len() + usize::from(b.shape.length);
        self.widths[end * WIDTHS.len() + usize::from(widths(a.width, b.width))]
            + self.starts[end * START.len() + usize::from(b.shape.start)]
            + self.lengths[lengths]
    }

    #[inline]
    fn of_pair(&self, pair: u8, is_open: bool) -> i32 {
        self.pairs[usize::from(pair) * END_KIND.len() + usize::from(is_open)]
    }
}

/// How much speaks for `b` as the line that follows `a`, in thousandths of a nat, but for what [`words`] say.
pub(crate) fn worth(a: &Facts, b: &Facts) -> i32 {
    let worth = &*WORTH;
    worth.of_forms(a, b) + worth.of_pair(pair(a.last, b.first), !a.stops())
}

/// The same for a line `b` that stands right behind `a`.
pub(crate) fn worth_as_next(a: &Facts, b: &Facts) -> i32 {
    let worth = &*WORTH;
    worth.of_forms(a, b) + worth.of_pair(b.pair, !a.stops())
}

/// The greater of `best` and of what speaks for `b` behind `a`, words and all. What meets is only looked up where it may matter.
pub(crate) fn better(best: i32, (a, above): (&Facts, &Edges), (b, below): (&Facts, &Edges)) -> i32 {
    let worth = &*WORTH;
    let is_open = !a.stops();
    let forms = worth.of_forms(a, b);
    let (left, right) = above.whole(below);
    let most_words = if above.meets(below) { worth.most_words[usize::from(left) * 2 + usize::from(right)] } else { 0 };
    if forms + worth.most_pair[usize::from(is_open)] + most_words <= best {
        return best;
    }
    let plain = forms + worth.of_pair(pair(a.last, b.first), is_open);
    if plain + most_words <= best { best } else { best.max(plain + words(above, below)) }
}

/// How much the words at the line end speak for it.
pub(crate) fn words(a: &Edges, b: &Edges) -> i32 {
    words_place(a, b).map_or(0, |place| WORTH.words[place])
}

/// The row of what the words say, where Chinese characters meet.
#[cfg(any(test, feature = "learning"))]
pub(crate) fn words_row(a: &Edges, b: &Edges) -> Option<u16> {
    words_place(a, b).map(|place| (signs::rows(&FOLLOW[..PLAIN]) + place) as u16)
}

/// The place of this row in its family.
fn words_place(a: &Edges, b: &Edges) -> Option<usize> {
    let meeting = lexicon::meeting(a, b)?;
    let (left, right) = meeting.whole;
    Some(meeting.saved.min(2) * 4 + usize::from(left) * 2 + usize::from(right))
}

/// How many families of [`FOLLOW`] ask nothing of the words of the language.
#[cfg(any(test, feature = "learning"))]
const PLAIN: usize = FOLLOW.len() - 1;

/// The rows of `b` as the line that follows `a`, one for each family of [`FOLLOW`] but that of the words.
#[cfg(any(test, feature = "learning"))]
pub(crate) fn rows(a: &Facts, b: &Facts) -> [u16; PLAIN] {
    let mut rows = signs::Rows::new();
    rows.add(&FOLLOW[0], &[a.shape.end, widths(a.width, b.width)]);
    rows.add(&FOLLOW[1], &[a.shape.end, b.shape.start]);
    rows.add(&FOLLOW[2], &[pair(a.last, b.first), u8::from(!a.stops())]);
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

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;
    use crate::layout::{noted, special_pages};

    #[test]
    fn bounds_leave_nothing_out() {
        let table = weights::follow();
        for text in special_pages() {
            let lines = noted::facts(&laws::page(&text));
            let edges: Vec<Edges> = lines.iter().map(|line| Edges::of(&line.text)).collect();
            for (at, b) in lines.iter().enumerate() {
                let mut best = i32::MIN;
                for (above, a) in lines.iter().enumerate().take(60) {
                    let all = rows(a, b).into_iter().chain(words_row(&edges[above], &edges[at]));
                    let each: i32 = all.map(|row| table[usize::from(row)]).sum();
                    assert_eq!(worth(a, b) + words(&edges[above], &edges[at]), each);
                    let before = best;
                    best = better(best, (a, &edges[above]), (b, &edges[at]));
                    assert_eq!(best, before.max(each));
                }
            }
            assert!(lines.windows(2).all(|pair| worth_as_next(&pair[0], &pair[1]) == worth(&pair[0], &pair[1])));
        }
    }
}
