//! How a page was set, read from its text alone: the measure of each box and the part each line plays.
//!
//! `dehyphenate` and `detect_articles` both stand on it. It decides nothing about articles.

pub(crate) mod facts;
pub(crate) mod grammar;
pub(crate) mod joint;
mod measure;
pub(crate) mod people;
pub(crate) mod roles;
mod weights;
pub(crate) mod width;

use pipeline::Page;

use facts::Facts;
use roles::{Blanks, Role};

/// A page read as print; the three lists are as long as [`Page::lines`].
pub(crate) struct Layout {
    pub(crate) lines: Vec<Facts>,
    /// In hundredths of an em.
    pub(crate) measures: Vec<u32>,
    pub(crate) roles: Vec<Role>,
    pub(crate) blanks: Blanks,
}

impl Layout {
    /// Reads `page`, in time linear in its length.
    pub(crate) fn of(page: &Page) -> Self {
        let lines = facts::facts(page);
        let measures = measure::measures(&lines);
        let blanks = roles::blanks(&lines, &measures);
        let roles = roles::roles(&lines, &measures, blanks);
        Self { lines, measures, roles, blanks }
    }
}
