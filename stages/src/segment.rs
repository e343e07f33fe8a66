//! `segment`: cuts text into words
//!
//! ```yaml
//! - segment: {}
//! ```

use pipeline::def::each;
use pipeline::{Article, Each, Flow, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "segment",
    about: "cuts text into words",
    source: include_str!("segment.rs"),
    takes: Flow::Articles,
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
    type In = Article;
    type Out = Article;

    fn apply(&self, item: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        out.push(item);
        Ok(())
    }
}
