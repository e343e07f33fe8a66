//! How a page was set, read from its text alone: the measure of each box and the part each line plays.
//!
//! `dehyphenate` and `detect_articles` both stand on it. It decides nothing about articles.

pub(crate) mod facts;
mod family_names;
pub(crate) mod follow;
mod glance;
pub(crate) mod grammar;
pub(crate) mod joint;
pub(crate) mod lexicon;
mod marks;
mod measure;
mod names;
pub(crate) mod page_label;
pub(crate) mod pairs;
pub(crate) mod people;
mod quotes;
pub(crate) mod roles;
pub(crate) mod signatures;
pub(crate) mod signs;
mod small_print;
pub(crate) mod vocabulary;
pub(crate) mod weights;
pub(crate) mod width;
mod wording;
mod words;

use std::sync::Arc;

use pipeline::{Line, Page, Span};

use facts::Facts;
use grammar::Fixed;
use marks::Must;
use roles::{Blanks, Parts, Role};
use signs::View;

/// A paragraph starts behind an unfinished sentence when more than this speaks for it, in thousandths of a nat.
const SURELY_STARTS: i32 = 1000;

/// A page read as print; the lists are as long as [`Page::lines`].
pub(crate) struct Layout {
    pub(crate) lines: Vec<Facts>,
    /// In hundredths of an em.
    pub(crate) measures: Vec<u32>,
    pub(crate) roles: Vec<Role>,
    pub(crate) blanks: Blanks,
    /// How much speaks for an article that opens with the line: see [`roles::Parts::opening`].
    pub(crate) opening: Vec<i32>,
    /// How much speaks for a paragraph that starts with the line: see [`roles::Parts::starting`].
    starting: Vec<i32>,
}

/// The lines of a page as parts of print.
#[derive(Clone)]
struct Reading {
    /// The lines that were read.
    of: Vec<Known>,
    measures: Vec<u32>,
    blanks: Blanks,
    parts: Parts,
}

/// What of a line decides which part it plays.
#[derive(Clone)]
struct Known {
    span: Span,
    blank: bool,
    fixed: Option<Fixed>,
    must: Option<Must>,
    text: Arc<str>,
}

impl Reading {
    fn of(page: &Page, lines: &[Facts]) -> Self {
        let measures = measure::measures(lines);
        let blanks = roles::blanks(lines, &measures);
        let parts = roles::roles(&View::new(lines, &measures, blanks));
        let known = |(line, facts): (&Line, &Facts)| Known {
            span: line.span,
            blank: facts.blank,
            fixed: facts.fixed,
            must: facts.must,
            text: Arc::clone(&facts.text),
        };
        Self { of: page.lines.iter().zip(lines).map(known).collect(), measures, blanks, parts }
    }

    /// Whether the lines are still those that were read. Spaces that were left out of running text meanwhile change nothing.
    fn is_of(&self, page: &Page, lines: &[Facts]) -> bool {
        let same = |(((known, role), line), facts): (((&Known, &Role), &Line), &Facts)| {
            (known.span, known.blank, known.fixed, known.must) == (line.span, facts.blank, facts.fixed, facts.must)
                && (role.is_text() || known.text == facts.text)
        };
        self.of.len() == lines.len() && self.of.iter().zip(&self.parts.roles).zip(&page.lines).zip(lines).all(same)
    }
}

impl Layout {
    /// Reads `page`, in time linear in its length; what an earlier stage has noted of it is not read again.
    pub(crate) fn of(page: &Page) -> Self {
        let lines = facts::facts(page);
        let reading = match facts::noted_reading(page) {
            Some(noted) if noted.is_of(page, &lines) => noted.clone(),
            _ => Reading::of(page, &lines),
        };
        Self::with(lines, reading)
    }

    /// Reads `page` and notes what was read for later stages.
    pub(crate) fn noted(page: &mut Page) -> Self {
        facts::note(page);
        let lines = facts::facts(page);
        let reading = Reading::of(page, &lines);
        facts::note_reading(page, reading.clone());
        Self::with(lines, reading)
    }

    fn with(lines: Vec<Facts>, reading: Reading) -> Self {
        let Reading { measures, blanks, parts: Parts { roles, opening, starting }, .. } = reading;
        Self { lines, measures, roles, blanks, opening, starting }
    }

    /// Whether the paragraph that body line `above` is of goes on with body line `below`: hardly a paragraph ends within a sentence at
    /// the end of a full line, so that much must speak for one that starts there.
    pub(crate) fn goes_on(&self, above: usize, below: usize) -> bool {
        let line = &self.lines[above];
        let cut_off = (width::is_han(line.last) || matches!(line.last, '，' | '、')) && !line.stops() && self.is_full(above);
        match self.roles[below] {
            Role::Start => {
                cut_off && self.starting[below] < SURELY_STARTS && self.roles[above].is_text() && self.lines[below].must.is_none()
            }
            role => role.goes_on(),
        }
    }

    /// Whether line `index` fills its column, set in or not.
    pub(crate) fn is_full(&self, index: usize) -> bool {
        let (width, measure) = (self.lines[index].width, self.measures[index]);
        width.fits(measure) || width.fits(measure.saturating_sub(weights::INDENT))
    }
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
