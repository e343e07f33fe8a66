//! The signs of a step, combined: those that look at the same few facts are one sign here, worth what they are worth together.
//!
//! So a step is the sum of ten rows instead of twenty-two. What blank lines mean is the same for a whole page and is settled
//! beforehand. What each sign is worth by itself stands in [`super::weights`].

use std::sync::OnceLock;

use super::blanks::Blanks;
use super::roles::BEFORE;
use super::signs::{self, BLANK, BOX, CASE, COUNT, END, END_KIND, FIT, Family, KIND, LENGTH, LINE, PACE, RUN, SEAM, START, View, YES};
use super::weights::{Columns, Table};

/// For each part before a column for each part after.
pub(super) type Rows = [Columns; BEFORE.len()];

/// The combined signs of pages where blank lines mean one thing.
pub(crate) struct Combined {
    /// How wide the line is, how it ends, whether a blank stands before it.
    form: Vec<Columns>,
    /// How long it is, and its words.
    words: Vec<Columns>,
    start: Vec<Columns>,
    next: Vec<Columns>,
    next_fit: Vec<Columns>,
    /// How the line above is and whether a blank stands behind it.
    above: Vec<Rows>,
    /// How the line below begins, behind the end of the line above and perhaps a blank.
    below: Vec<Rows>,
    /// The blanks around both, and how their boxes and lengths differ.
    change: Vec<Rows>,
    fits: Vec<Rows>,
    kinds: Vec<Rows>,
}

/// The values of the signs that are combined, for each combined sign.
const FORM: [&[&str]; 3] = [FIT, END, BLANK];
const WORDS: [&[&str]; 5] = [LENGTH, PACE, COUNT, YES, CASE];
const FIRST: [&[&str]; 1] = [START];
const NEXT: [&[&str]; 3] = [BLANK, KIND, START];
const NEXT_FIT: [&[&str]; 2] = [FIT, FIT];
const ABOVE: [&[&str]; 3] = [END, FIT, BLANK];
const BELOW: [&[&str]; 3] = [START, END, BLANK];
const CHANGE: [&[&str]; 5] = [BLANK, BLANK, BLANK, BOX, RUN];
const FITS: [&[&str]; 4] = [FIT, FIT, signs::PAIR, END_KIND];
const KINDS: [&[&str]; 2] = [KIND, KIND];

impl Combined {
    /// The signs of pages such as `view`.
    pub(crate) fn of(view: &View<'_>) -> &'static Self {
        static ALL: [[OnceLock<Combined>; 3]; 2] = [const { [const { OnceLock::new() }; 3] }; 2];
        let combined = &ALL[usize::from(view.whole_paragraphs)][usize::from(signs::mode(view.blanks))];
        combined.get_or_init(|| Self::with(view.table(), view.blanks))
    }

    fn with(table: &Table, blanks: Blanks) -> Self {
        let mode = signs::mode(blanks);
        let line = |family: usize, picks: &[u8]| table.line[row(LINE, family, picks)];
        let seam = |family: usize, picks: &[u8]| table.seam[row(SEAM, family, picks)];
        Self {
            form: all(FORM, |[fit, end, blank]| sum([line(1, &[fit, end, blank]), line(2, &[fit, mode])])),
            words: all(WORDS, |[length, pace, small, latin, case]| {
                sum([
                    line(0, &[length, mode]),
                    line(3, &[pace, length]),
                    line(5, &[small, length]),
                    line(9, &[latin, length]),
                    line(10, &[case, length]),
                ])
            }),
            start: all(FIRST, |[start]| line(4, &[start])),
            next: all(NEXT, |[blank, kind, start]| sum([line(6, &[mode, blank, kind]), line(7, &[start, blank])])),
            next_fit: all(NEXT_FIT, |[own, next]| line(8, &[own, next])),
            above: all(ABOVE, |[end, fit, blank]| sums([seam(0, &[end, fit]), seam(3, &[mode, blank, fit]), seam(5, &[mode, end, blank])])),
            below: all(BELOW, |[start, end, blank]| sums([seam(1, &[end, start]), seam(4, &[mode, blank, start])])),
            change: all(CHANGE, |[above, blank, below, boxes, run]| {
                sums([seam(2, &[mode, above, blank, below]), seam(6, &[boxes, mode, blank]), seam(9, &[run, blank])])
            }),
            fits: all(FITS, |[above, below, pair, open]| sums([seam(7, &[above, below]), seam(10, &[pair, open])])),
            kinds: all(KINDS, |[above, below]| seam(8, &[above, below])),
        }
    }

    /// What speaks for each part of line `index` of a page behind each part of the line above.
    #[inline]
    pub(super) fn worth(&self, view: &View<'_>, index: usize) -> Rows {
        let above = index.checked_sub(1);
        let (a, b, c) = (view.seen(above), view.seen(Some(index)), view.seen(Some(index + 1)));
        let mut line = Columns::default();
        if let Some(own) = view.lines.get(index) {
            let wording = own.wording;
            let form = &self.form[at(FORM, [b.fit, b.end, b.blank])];
            let words = &self.words[at(WORDS, [b.length, wording.pace, wording.small_words, u8::from(wording.latin), wording.case])];
            let start = &self.start[at(FIRST, [b.start])];
            let next = &self.next[at(NEXT, [c.blank, c.kind, c.start])];
            let fits = &self.next_fit[at(NEXT_FIT, [b.fit, c.fit])];
            for (column, sum) in line.iter_mut().enumerate() {
                *sum = form[column] + words[column] + start[column] + next[column] + fits[column];
            }
        }
        let above = above.and_then(|above| view.lines.get(above));
        let open = u8::from(above.is_some_and(|above| !above.stops()));
        let (boxes, run) = (view.box_change(index), signs::run(above, view.lines.get(index)));
        let above = &self.above[at(ABOVE, [a.end, a.fit, b.blank])];
        let below = &self.below[at(BELOW, [b.start, a.end, b.blank])];
        let change = &self.change[at(CHANGE, [a.blank, b.blank, c.blank, boxes, run])];
        let fits = &self.fits[at(FITS, [a.fit, b.fit, b.pair, open])];
        let kinds = &self.kinds[at(KINDS, [a.kind, b.kind])];
        let mut worth = [line; BEFORE.len()];
        let ways = above.as_flattened().iter().zip(below.as_flattened());
        let rest = change.as_flattened().iter().zip(fits.as_flattened()).zip(kinds.as_flattened());
        for (sum, ((above, below), ((change, fits), kinds))) in worth.as_flattened_mut().iter_mut().zip(ways.zip(rest)) {
            *sum += above + below + change + fits + kinds;
        }
        worth
    }
}

/// The row of the combination `picks` of the values of sign `family`.
fn row(families: &[Family], family: usize, picks: &[u8]) -> usize {
    let place = families[family].values.iter().zip(picks).fold(0, |at, (values, pick)| at * values.len() + usize::from(*pick));
    signs::rows(&families[..family]) + place
}

/// Where the combination `picks` stands among all of `values`.
#[inline]
fn at<const COUNT: usize>(values: [&[&str]; COUNT], picks: [u8; COUNT]) -> usize {
    values.iter().zip(picks).fold(0, |at, (values, pick)| at * values.len() + usize::from(pick))
}

/// What `of` gives for each combination of `values`, in the order of [`at`].
fn all<T, const COUNT: usize>(values: [&[&str]; COUNT], of: impl Fn([u8; COUNT]) -> T) -> Vec<T> {
    let count = values.iter().map(|values| values.len()).product();
    let of_place = |mut place: usize| {
        let mut picks = [0; COUNT];
        for (pick, values) in picks.iter_mut().zip(values).rev() {
            *pick = (place % values.len()) as u8;
            place /= values.len();
        }
        of(picks)
    };
    (0..count).map(of_place).collect()
}

fn sum<const COUNT: usize>(rows: [Columns; COUNT]) -> Columns {
    std::array::from_fn(|column| rows.iter().map(|row| row[column]).sum())
}

fn sums<const COUNT: usize>(rows: [Rows; COUNT]) -> Rows {
    std::array::from_fn(|before| sum(std::array::from_fn::<_, COUNT, _>(|row| rows[row][before])))
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;
    use crate::layout::Layout;

    #[test]
    fn combined_signs_are_worth_what_each_is_worth() {
        let sample = include_str!("../../../examples/pinghu-2022-03-28.txt").to_owned();
        for text in crate::layout::special_pages().into_iter().chain([sample]) {
            let layout = Layout::of(&laws::page(&text));
            let ways = [Blanks::MarkEdges, Blanks::BetweenBlocks, Blanks::Absent].map(|blanks| [(blanks, false), (blanks, true)]);
            for (blanks, whole_paragraphs) in ways.into_iter().flatten() {
                let view = View::new(&layout.lines, &layout.measures, blanks, whole_paragraphs);
                for index in 0..=layout.lines.len() {
                    let seams = view.seam(index).map(|row| view.table().seam[usize::from(row)]);
                    let own = layout.lines.get(index).map(|_| view.line(index).map(|row| view.table().line[usize::from(row)]));
                    let line = own.map_or_else(Columns::default, sum);
                    let each = sums(seams).map(|row| sum([row, line]));
                    assert_eq!(Combined::of(&view).worth(&view, index), each, "line {index}");
                }
            }
        }
    }
}
