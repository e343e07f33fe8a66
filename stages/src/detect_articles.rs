//! `detect_articles`: cuts a page into articles
//!
//! ```yaml
//! - detect_articles: {}
//! ```

use pipeline::def::each;
use pipeline::{Article, Draft, Each, Flow, Fragment, Kind, Page, StageDef, StageError, assemble};
use schemars::JsonSchema;
use serde::Deserialize;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "detect_articles",
    about: "cuts a page into articles",
    source: include_str!("detect_articles.rs"),
    takes: Flow::Pages,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let Config {} = options.read()?;
        Ok(each(Stage))
    },
};

/// Options.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {}

struct Stage;

impl Each for Stage {
    type In = Page;
    type Out = Article;

    fn apply(&self, item: Page, out: &mut Vec<Article>) -> Result<(), StageError> {
        let mut draft = Draft::new(Kind::Article);
        draft.body = item.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue }).collect();
        out.extend(assemble(&item, vec![draft])?);
        Ok(())
    }
}
