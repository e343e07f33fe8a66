//! `stdin`: pages from standard input, each fed as soon as it is complete.
//!
//! ```yaml
//! source:
//!   stdin: { issue_date: 2022-03-28, paper: 平湖 }
//! ```
//!
//! Pages are text divided by form feeds, as pdftotext writes them, or one JSON object a line:
//! `{"text": "…", "page_id": "…", "doc_id": "…", "page_no": 1, "page_label": "C2", "paper": "…", "issue_date": "2022-03-28"}`
//! of which only `text` must be there; other keys are left alone. gzip, zstd and UTF-16 are known by their first bytes, UTF-8,
//! GB18030 and Big5 by what the text looks like. An empty page keeps its number. Names: document `stdin`, pages `stdin:1` …
//!
//! A stop signal feeds what was read of the last page: stdin cannot be read again.

use std::sync::Arc;

use async_trait::async_trait;
use pipeline::{Acks, BuildResult, Feed, Source, SourceDef, SourceError, Stop};
use schemars::JsonSchema;
use serde::Deserialize;

use super::frame::Format;
use super::intake::{Intake, Manner, Who};
use super::key::Named;
use super::open::open;
use super::pump::Pump;
use super::{Bytes, MAX_PAGE, MAX_REPLACED, encodings, issue_day};

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "stdin",
    about: "pages from standard input, each fed as soon as it is complete",
    source: include_str!("stdin.rs"),
    schema: || schemars::schema_for!(Config),
    build: |options, _| Ok(Box::new(options.read::<Config>()?.build()?)),
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// How pages are divided.
    format: Format,
    /// Encodings to try, in order, on pages that are not UTF-8, before one is guessed from the text.
    encodings: Vec<String>,
    /// Name of the paper, for all pages.
    paper: Option<String>,
    /// Date of the issue, for all pages.
    issue_date: Option<String>,
    /// A longer page becomes a dead letter.
    max_page: Bytes,
    /// Share of replaced characters above which a page becomes a dead letter.
    max_replaced: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { format: Format::Auto, encodings: Vec::new(), paper: None, issue_date: None, max_page: MAX_PAGE, max_replaced: MAX_REPLACED }
    }
}

impl Config {
    fn build(self) -> BuildResult<Stdin> {
        let issue_date = issue_day(self.issue_date.as_deref()).map_err(|error| vec![error])?;
        let named = Named { paper: self.paper.map(Arc::from), issue_date, ..Named::default() };
        let manner = Manner {
            format: self.format,
            encodings: encodings(&self.encodings)?,
            max_page: self.max_page.0 as usize,
            max_replaced: self.max_replaced,
        };
        Ok(Stdin { named, manner })
    }
}

struct Stdin {
    named: Named,
    manner: Manner,
}

/// Who standard input is, for `source`.
pub(crate) fn who(source: &'static str, named: Named) -> Who {
    Who { source, path: "stdin".into(), doc_id: "stdin".into(), named, finite: false }
}

#[async_trait]
impl Source for Stdin {
    async fn run(self: Box<Self>, feed: Feed, _acks: Acks, stop: Stop) -> Result<(), SourceError> {
        let mut pump = Pump::new(feed, stop);
        drain(&mut pump, who("stdin", self.named), self.manner).await?;
        Ok(pump.finish().await?)
    }
}

/// Reads all of standard input.
///
/// # Errors
/// When nobody takes pages any more.
pub(crate) async fn drain(pump: &mut Pump, who: Who, manner: Manner) -> Result<(), SourceError> {
    Ok(pump.drain(|| open(std::io::stdin()), Intake::new(who, manner)).await?)
}
