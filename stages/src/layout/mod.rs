//! How a page was set, read from its text alone: the measure of each box and the part each line plays.
//!
//! `dehyphenate` and `detect_articles` both stand on it. It decides nothing about articles.

pub(crate) mod blanks;
mod byline_words;
mod captions;
pub(crate) mod combined;
mod contents;
pub(crate) mod dateline;
pub(crate) mod facts;
pub(crate) mod family_names;
pub(crate) mod follow;
mod furniture;
mod furniture_around;
mod furniture_parts;
mod glance;
pub(crate) mod grammar;
pub(crate) mod joint;
pub(crate) mod jump;
pub(crate) mod languages;
pub(crate) mod lexicon;
mod line_text;
pub(crate) mod marks;
mod measure;
mod names;
mod names_alone;
pub(crate) mod names_at_end;
mod names_over_lines;
pub(crate) mod noted;
pub(crate) mod notices;
mod numbers;
pub(crate) mod page_label;
mod pair_table;
pub(crate) mod pairs;
pub(crate) mod patterns;
pub(crate) mod people;
mod quotes;
pub(crate) mod roles;
pub(crate) mod signatures;
pub(crate) mod signs;
pub(crate) mod small_print;
pub(crate) mod vocabulary;
pub(crate) mod weights;
mod whole_paragraphs;
pub(crate) mod width;
mod wording;
mod words;

use std::sync::Arc;

use pipeline::Page;

use blanks::Blanks;
use facts::Facts;
use roles::{Parts, Role};
use signs::View;

/// A paragraph starts behind an unfinished sentence when more than this speaks for it, in thousandths of a nat.
const SURELY_STARTS: i32 = 1000;

/// The same of a line that fills its column right below a full line with a stop at its end, where a first line would be set in. In
/// the pages that the table of weights was learned from, 9 of 3,000 such lines start a paragraph, and 24 of 270 where marks and
/// digits leave it open whether the line is full or set in.
const SURELY_STARTS_FULL: i32 = 2000;

/// A page read as print; the lists are as long as [`Page::lines`].
pub(crate) struct Layout {
    pub(crate) lines: Arc<Vec<Facts>>,
    /// In hundredths of an em.
    pub(crate) measures: Vec<u32>,
    pub(crate) roles: Vec<Role>,
    pub(crate) blanks: Blanks,
    /// Each paragraph stands on one line: see [`whole_paragraphs`].
    pub(crate) whole_paragraphs: bool,
    /// How much speaks for an article that opens with the line: see [`roles::Parts::opening`].
    pub(crate) opening: Vec<i32>,
    /// How much speaks for a paragraph that starts with the line: see [`roles::Parts::starting`].
    starting: Vec<i32>,
}

/// The lines of a page as parts of print.
struct Reading {
    measures: Vec<u32>,
    blanks: Blanks,
    whole_paragraphs: bool,
    parts: Parts,
}

impl Reading {
    fn of(lines: &[Facts]) -> Self {
        Self::with(lines, measure::measures(lines))
    }

    fn with(lines: &[Facts], measures: Vec<u32>) -> Self {
        let whole_paragraphs = whole_paragraphs::are_set(lines);
        let blanks = if whole_paragraphs { Blanks::between_paragraphs(lines) } else { Blanks::in_print(lines, &measures) };
        let parts = roles::roles(&View::new(lines, &measures, blanks, whole_paragraphs));
        Self { measures, blanks, whole_paragraphs, parts }
    }

    /// Whether this reading of the lines `before` is one of `lines`, too: nothing in them has changed that it looked at. Spaces that
    /// were left out of running text meanwhile change nothing.
    fn holds_for(&self, before: &[Facts], lines: &[Facts]) -> bool {
        let pairs = || before.iter().zip(lines);
        let same = |(before, line): (&Facts, &Facts)| {
            (before.span, before.blank, before.fixed, before.must) == (line.span, line.blank, line.fixed, line.must)
        };
        let same_text = |((before, line), role): ((&Facts, &Facts), &Role)| role.is_text() || before.text == line.text;
        pairs().all(same) && (pairs().zip(&self.parts.roles).all(same_text) || pairs().all(|(before, line)| before.looks_like(line)))
    }
}

impl Layout {
    /// Reads `page`, in time linear in its length; what an earlier stage has noted of it is not read again.
    pub(crate) fn of(page: &Page) -> Self {
        let lines = noted::facts(page);
        let Some((reading, before)) = noted::noted_reading(page).filter(|(_, before)| before.len() == lines.len()) else {
            return Self::with(Arc::clone(&lines), &Reading::of(&lines));
        };
        if Arc::ptr_eq(before, &lines) || reading.holds_for(before, &lines) {
            return Self::with(lines, reading);
        }
        let as_wide = before.iter().zip(lines.iter()).all(|(before, line)| before.is_as_wide(line));
        let reading = if as_wide { Reading::with(&lines, reading.measures.clone()) } else { Reading::of(&lines) };
        Self::with(lines, &reading)
    }

    /// Reads `page` and notes what was read for later stages.
    pub(crate) fn noted(page: &mut Page) -> Self {
        let lines = noted::facts(page);
        let reading = Arc::new(Reading::of(&lines));
        noted::note_reading(page, &lines, Arc::clone(&reading));
        Self::with(lines, &reading)
    }

    fn with(lines: Arc<Vec<Facts>>, reading: &Reading) -> Self {
        let Parts { roles, opening, starting } = reading.parts.clone();
        let Reading { blanks, whole_paragraphs, .. } = *reading;
        Self { lines, measures: reading.measures.clone(), roles, blanks, whole_paragraphs, opening, starting }
    }

    /// The page as the signs of the parts of lines see it.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.lines, &self.measures, self.blanks, self.whole_paragraphs)
    }

    /// Whether lines of neighbouring columns may have been read across each other, so that a text may go on behind another one.
    pub(crate) fn is_read_across(&self) -> bool {
        self.blanks == Blanks::BetweenBlocks && !self.whole_paragraphs
    }

    /// Whether the paragraph that body line `above` is of goes on with body line `below`: hardly a paragraph ends within a sentence at
    /// the end of a full line, or starts with a line that fills the column like the one above, so that much must speak for one that
    /// starts there.
    pub(crate) fn goes_on(&self, above: usize, below: usize) -> bool {
        let line = &self.lines[above];
        let cut_off = (width::is_han(line.last) || matches!(line.last, '，' | '、')) && !line.stops() && self.is_full(above);
        let may_go_on = || self.roles[above].is_text() && self.lines[below].must.is_none_or(|must| must.allows(Role::Flow));
        match self.roles[below] {
            Role::Opening => self.fills_on(above, below) && self.opening[below] < SURELY_STARTS_FULL && may_go_on(),
            Role::Start => {
                let fills_on = self.fills_on(above, below) && self.starting[below] < SURELY_STARTS_FULL;
                (fills_on || cut_off && self.starting[below] < SURELY_STARTS) && may_go_on()
            }
            role => role.goes_on(),
        }
    }

    /// Whether line `below` fills the column right under line `above`, which fills it, too, and ends a sentence or with a credit, or
    /// divides a number.
    fn fills_on(&self, above: usize, below: usize) -> bool {
        let (line, next, measure) = (&self.lines[above], &self.lines[below], self.measures[above]);
        let ends = line.stops() || line.last.is_ascii_digit() && next.first.is_ascii_digit();
        ends && !next.blank && measure == self.measures[below] && line.width.fits(measure) && next.width.fits(measure)
    }

    /// Whether line `index` fills its column, set in or not.
    pub(crate) fn is_full(&self, index: usize) -> bool {
        let (width, measure) = (self.lines[index].width, self.measures[index]);
        width.fits(measure) || width.fits(measure.saturating_sub(weights::INDENT))
    }
}

/// The lines of a page that are `fixed`.
#[cfg(test)]
fn lines_that_are(fixed: grammar::Fixed, page: &str) -> Vec<String> {
    let layout = Layout::of(&Page::new(pipeline::laws::sheet(page).into()));
    layout.lines.iter().filter(|line| line.fixed == Some(fixed)).map(|line| line.text.to_string()).collect()
}

/// The pages of `tests/fixtures/special`.
#[cfg(test)]
fn special_pages() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/special");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}
