//! `dehyphenate`: decides how each line is glued to the next
//!
//! ```yaml
//! - dehyphenate: {}
//! ```

use pipeline::def::each;
use pipeline::{Each, Flow, Page, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "dehyphenate",
    about: "decides how each line is glued to the next",
    source: include_str!("dehyphenate.rs"),
    takes: Flow::Pages,
    gives: Flow::Pages,
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
    type Out = Page;

    fn apply(&self, item: Page, out: &mut Vec<Page>) -> Result<(), StageError> {
        out.push(item);
        Ok(())
    }
}
