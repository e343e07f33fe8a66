//! The sections beside source and stages: what happens to failures, and how much may be used.

use std::path::PathBuf;

use pipeline::{OnError, Resources, Runtime};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::diagnostics::Mistake;
use crate::tree::Node;

/// `errors`: what happens to a page that fails.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Errors {
    /// What happens to it. Without this, `dead_letter` when a file is named, else `skip`.
    on_error: Option<Policy>,
    /// The file that failed pages are appended to.
    dead_letter: Option<String>,
}

/// What happens to a page that fails.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Policy {
    /// The run ends.
    Stop,
    /// It is logged and counted, and the run goes on.
    Skip,
    /// It is appended to the dead-letter file, and the run goes on.
    DeadLetter,
}

impl Errors {
    /// The runner's policy; `node` is where the section stands.
    pub(crate) fn policy(&self, node: &Node, resources: &dyn Resources) -> Result<OnError, Mistake> {
        let letters = self.dead_letter.as_deref().map(|path| OnError::DeadLetter(resources.resolve(path)));
        match (self.on_error, letters) {
            (Some(Policy::Stop), _) => Ok(OnError::Stop),
            (Some(Policy::Skip), _) | (None, None) => Ok(OnError::Skip),
            (_, Some(letters)) => Ok(letters),
            (Some(Policy::DeadLetter), None) => {
                let mistake =
                    Mistake::new("no_dead_letter_file", "dead letters need a file to go to", node.follow("on_error").place.clone());
                Err(mistake.help("add `dead_letter: out/dead.ndjson`"))
            }
        }
    }
}

/// `runtime`: how much may be used. The output does not depend on it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Pages worked on at once; `auto` is one for every core.
    workers: Workers,
    /// Memory for the pages that are on their way, as bytes or with a unit: 512MiB.
    memory: Amount,
    /// Pages that may wait between two tasks.
    #[schemars(range(min = 1))]
    queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { workers: Workers(None), memory: Amount(512 << 20), queue: 16 }
    }
}

impl Limits {
    /// The runner's limits; `workers` from the command line comes first.
    pub(crate) fn runtime(&self, workers: Option<usize>) -> Runtime {
        let auto = || std::thread::available_parallelism().map_or(1, usize::from);
        Runtime { workers: workers.or(self.workers.0).unwrap_or_else(auto).max(1), memory: self.memory.0, queue: self.queue }
    }
}

/// A number, or `auto`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Value")]
#[schemars(with = "Value", extend("anyOf" = [{ "type": "integer", "minimum": 1 }, { "const": "auto" }]))]
struct Workers(Option<usize>);

impl TryFrom<Value> for Workers {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match &value {
            Value::String(text) if text == "auto" => Ok(Self(None)),
            Value::Number(number) if number.as_u64().is_some_and(|n| n > 0) => Ok(Self(number.as_u64().map(|n| n as usize))),
            _ => Err(format!("expected `auto` or a number of at least 1, found {value}")),
        }
    }
}

/// Bytes, as a number or with a unit.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Value")]
#[schemars(with = "Value", extend("anyOf" = [{ "type": "integer", "minimum": 1 }, { "type": "string" }]))]
struct Amount(u64);

impl TryFrom<Value> for Amount {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        pipeline::def::bytes_of(&value).map(Self)
    }
}

/// Where the dead letters of the command line go.
pub(crate) fn letters(path: Option<&PathBuf>) -> Option<OnError> {
    path.cloned().map(OnError::DeadLetter)
}
