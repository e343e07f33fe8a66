//! `emit_ndjson`: writes one JSON object a line.
//!
//! ```yaml
//! - emit_ndjson: {}
//! ```

use async_trait::async_trait;
use pipeline::record::{Record, Words};
use pipeline::sheet::DocId;
use pipeline::{Article, Built, BuiltSink, Flow, Kind, Render, Rendered, Sink, SinkError, StageDef, StageError, json};
use schemars::JsonSchema;
use serde::Deserialize;
use std::io::Write;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "emit_ndjson",
    about: "writes one JSON object a line",
    source: include_str!("emit_ndjson.rs"),
    takes: Flow::Articles,
    gives: Flow::Nothing,
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let Config {} = options.read()?;
        Ok(Built::Sink(BuiltSink { render: Box::new(Lines), sink: Box::new(Stdout) }))
    },
};

/// Options.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {}

struct Lines;

impl Render for Lines {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        if article.kind == Kind::Furniture {
            return Ok(Rendered::Filtered);
        }
        json::write_line(line, &Record::new(article, Words::Array))
            .map_err(|error| StageError::new("not_serialised", error.to_string()))?;
        Ok(Rendered::Line)
    }
}

struct Stdout;

#[async_trait]
impl Sink for Stdout {
    async fn write(&mut self, records: &[u8]) -> Result<(), SinkError> {
        std::io::stdout().write_all(records).map_err(|error| SinkError::from_io("stdout", error))
    }
    async fn flush(&mut self) -> Result<(), SinkError> {
        std::io::stdout().flush().map_err(|error| SinkError::from_io("stdout", error))
    }
    async fn settle(&mut self, _: &DocId) -> Result<(), SinkError> {
        Ok(())
    }
    async fn close(&mut self) -> Result<(), SinkError> {
        self.flush().await
    }
}
