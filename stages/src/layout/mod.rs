//! How a page was set, read from its text alone: the measure of each box and the part each line plays.
//!
//! `dehyphenate` and `detect_articles` both stand on it. It decides nothing about articles.

pub(crate) mod facts;
pub(crate) mod follow;
pub(crate) mod grammar;
pub(crate) mod joint;
mod measure;
pub(crate) mod page_label;
pub(crate) mod pairs;
pub(crate) mod people;
pub(crate) mod roles;
pub(crate) mod signs;
pub(crate) mod weights;
pub(crate) mod width;

use pipeline::Page;

use facts::Facts;
use roles::{Blanks, Role};
use signs::View;

/// A page read as print; the lists are as long as [`Page::lines`].
pub(crate) struct Layout {
    pub(crate) lines: Vec<Facts>,
    /// In hundredths of an em.
    pub(crate) measures: Vec<u32>,
    pub(crate) roles: Vec<Role>,
    pub(crate) blanks: Blanks,
    /// How much speaks for an article that opens with the line: see [`roles::Parts::opening`].
    pub(crate) opening: Vec<i32>,
}

impl Layout {
    /// Reads `page`, in time linear in its length.
    pub(crate) fn of(page: &Page) -> Self {
        let lines = facts::facts(page);
        let measures = measure::measures(&lines);
        let blanks = roles::blanks(&lines, &measures);
        let parts = roles::roles(&View { lines: &lines, measures: &measures, blanks });
        Self { lines, measures, roles: parts.roles, blanks, opening: parts.opening }
    }

    /// Whether line `index` fills its column, set in or not.
    pub(crate) fn is_full(&self, index: usize) -> bool {
        let (width, measure) = (self.lines[index].width, self.measures[index]);
        width.fits(measure) || width.fits(measure.saturating_sub(weights::INDENT))
    }
}
