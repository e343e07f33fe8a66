//! `detect_articles`: cuts a page into articles with headline, byline, dateline and jump.
//!
//! ```yaml
//! - detect_articles: { min_title_confidence: 0.3 }
//! ```
//!
//! Works on text alone: on the measure of the boxes, the marks at line ends, the grammar of bylines, datelines and jump lines, and on
//! which words a headline shares with the bodies beside it. Headlines may stand before or after their article; which of the two is
//! usual on the page is found from the page. A headline that fits no article well enough is left out of `title` (warning
//! `no_headline` on the article, a record of kind `notice` for the headline) rather than linked wrongly.
//!
//! Photo captions become records of kind `photo`, signed opinion `commentary`; mastheads, folios and section labels become
//! `furniture`, which `emit_ndjson` leaves out unless asked. Every character of the page is in exactly one record.
//!
//! It leaves alone how lines are joined (`dehyphenate`) and what jumps to other pages (a later stage stitches them).

mod attribute;
mod draft;
mod elements;

use pipeline::def::each;
use pipeline::{Article, Each, Flow, Page, StageDef, StageError, assemble};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::layout::rows;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "detect_articles",
    about: "cuts a page into articles with headline, byline and jump",
    source: include_str!("detect_articles.rs"),
    takes: Flow::Pages,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, _| Ok(each(DetectArticles(options.read()?))),
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// A headline that is less sure than this (0 to 1) is not given to an article.
    #[schemars(range(min = 0.0, max = 1.0))]
    min_title_confidence: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { min_title_confidence: 0.2 }
    }
}

struct DetectArticles(Config);

impl Each for DetectArticles {
    type In = Page;
    type Out = Article;

    fn apply(&self, page: Page, out: &mut Vec<Article>) -> Result<(), StageError> {
        let rows = rows(&page);
        let elements = elements::find(&page, &rows);
        let plan = attribute::plan(&page, &rows, &elements, self.0.min_title_confidence);
        out.extend(assemble(&page, draft::drafts(&page, &rows, &elements, plan))?);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
