//! `stdin`: reads pages.
//!
//! ```yaml
//! source:
//!   stdin: {}
//! ```

use async_trait::async_trait;
use pipeline::{Acks, Feed, Place, Sheet, SheetIdentity, Source, SourceDef, SourceError, Stop};
use schemars::JsonSchema;
use serde::Deserialize;
use std::io::Read;

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "stdin",
    about: "reads pages",
    source: include_str!("stdin.rs"),
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let config: Config = options.read()?;
        Ok(Box::new(Reader(config)))
    },
};

/// Options.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    paths: Vec<String>,
}

struct Reader(Config);

#[async_trait]
impl Source for Reader {
    async fn run(self: Box<Self>, feed: Feed, _acks: Acks, _stop: Stop) -> Result<(), SourceError> {
        let mut text = String::new();
        match self.0.paths.first() {
            Some(path) => text = std::fs::read_to_string(path).unwrap_or_default(),
            None => {
                std::io::stdin().read_to_string(&mut text).ok();
            }
        }
        let identity = SheetIdentity { doc_id: "d".into(), page_id: "d".into(), page_no: 1, ..SheetIdentity::default() };
        if let Ok(sheet) = Sheet::new(identity, Place::default(), "utf-8", 0, text) {
            feed.page(sheet).await?;
        }
        feed.end("d".into()).await?;
        Ok(())
    }
}
