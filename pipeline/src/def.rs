//! What a table row says about a stage or a source, and how it is built from options.
//!
//! Options arrive as parsed values; nothing here knows YAML. Whoever parsed them finds the place of an [`OptionError`] by its path.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sink::{Render, Sink};
use crate::source::Source;
use crate::stage::{Each, EachStage, PerDocument, PerDocumentFactory};

/// What flows between two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Pages.
    Pages,
    /// Articles.
    Articles,
    /// Nothing: a sink.
    Nothing,
}

impl Flow {
    /// As written in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pages => "Pages",
            Self::Articles => "Articles",
            Self::Nothing => "nothing",
        }
    }
}

/// A mistake in one option, or in a document that an option names.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}{path}: {message}", document.as_ref().map(|reference| format!("{reference}: ")).unwrap_or_default())]
pub struct OptionError {
    /// The document that `path` leads into, by its reference; `None` for the options themselves.
    pub document: Option<String>,
    /// Where below the stage's name or in the document: `dictionaries[0]`, `topics[2].terms[0]`; empty for the whole.
    pub path: String,
    /// Stable, `snake_case`.
    pub code: &'static str,
    /// Lower-case fragment.
    pub message: String,
    /// What to do, when there is something to say beyond the message.
    pub help: Option<String>,
    /// The word at `path` that is not known, and those that are, for whoever says which was meant.
    pub unknown: Option<Box<(String, Vec<String>)>>,
}

impl OptionError {
    /// A mistake at `path`.
    pub fn new(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { document: None, path: path.into(), code, message: message.into(), help: None, unknown: None }
    }

    /// The same in the document `reference`, where the path begins anew.
    #[must_use]
    pub fn inside(mut self, reference: &str) -> Self {
        self.document = Some(reference.to_owned());
        self
    }

    /// The same about the word `written` that is none of `known`.
    #[must_use]
    pub fn with_known(mut self, written: &str, known: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.unknown = Some(Box::new((written.to_owned(), known.into_iter().map(Into::into).collect())));
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The options written under a stage's name.
#[derive(Clone, Debug, Default)]
pub struct Options(pub Value);

impl Options {
    /// Reads them as the stage's `Config`. No options at all are an empty map.
    ///
    /// # Errors
    /// `invalid_option` with the path of the first field that does not fit.
    pub fn read<T: DeserializeOwned>(self) -> BuildResult<T> {
        let value = if self.0.is_null() { Value::Object(serde_json::Map::new()) } else { self.0 };
        serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { String::new() } else { path };
            vec![OptionError::new(path, "invalid_option", error.into_inner().to_string())]
        })
    }
}

/// What a stage may ask for while it is built: the files its options name. Paths are relative to the configuration file.
pub trait Resources {
    /// The text of a file.
    ///
    /// # Errors
    /// A message that names the file and the reason.
    fn text(&self, path: &str) -> Result<String, String>;

    /// The text of a file that stands at `place` among the options.
    ///
    /// # Errors
    /// `unreadable_file`, at that place.
    fn text_at(&self, place: &str, path: &str) -> Result<String, OptionError> {
        self.text(path).map_err(|message| OptionError::new(place, "unreadable_file", message))
    }

    /// A structured document: a file, or something shipped under `builtin:NAME`. Where it does not fit `schema` is found out by
    /// whoever reads it; the stage looks at what it can use for mistakes of its own ([`OptionError::inside`]), so that all come at
    /// once, and refuses it in the end.
    ///
    /// # Errors
    /// A message that names the file and the reason, when there is no document.
    fn document(&self, reference: &str, schema: &schemars::Schema) -> Result<Value, String>;

    /// The path as the process must open it.
    fn resolve(&self, path: &str) -> std::path::PathBuf;

    /// What this run writes. A source leaves it out where it looks for files itself.
    fn written(&self) -> Written {
        Written::default()
    }
}

/// The files that a run writes.
#[derive(Clone, Default)]
pub struct Written {
    /// Those whose names are known.
    pub files: Vec<std::path::PathBuf>,
    /// Where names depend on what is written: each tells whether a path may be one of them.
    pub among: Vec<Arc<IsWritten>>,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").field("files", &self.files).finish_non_exhaustive()
    }
}

/// Tells whether a path may be written to.
pub type IsWritten = dyn Fn(&std::path::Path) -> bool + Send + Sync;

/// A built sink.
pub struct BuiltSink {
    /// The CPU half.
    pub render: Box<dyn Render>,
    /// The waiting half.
    pub sink: Box<dyn Sink>,
}

/// What a stage definition builds.
pub enum Built {
    /// A stage without memory.
    Each(Box<dyn EachStage>),
    /// A stage with memory inside one document.
    PerDocument(PerDocumentFactory),
    /// The end of the chain.
    Sink(BuiltSink),
}

/// One row of the table of stages.
pub struct StageDef {
    /// Verb first, as in YAML and in the file's name.
    pub name: &'static str,
    /// One line for lists.
    pub about: &'static str,
    /// The stage's own source: its head is the manual.
    pub source: &'static str,
    /// What it takes.
    pub takes: Flow,
    /// What it gives.
    pub gives: Flow,
    /// JSON Schema of its options.
    pub schema: fn() -> schemars::Schema,
    /// Checks the options and builds the stage.
    pub build: fn(Options, &dyn Resources) -> BuildResult<Built>,
}

impl StageDef {
    /// The `//!` head of the stage's file.
    pub fn manual(&self) -> String {
        head_of(self.source)
    }
}

/// What building a `T` from options gives: the thing, or all mistakes in its options.
pub type BuildResult<T> = Result<T, Vec<OptionError>>;

/// One row of the table of sources.
pub struct SourceDef {
    /// As in YAML and in the file's name.
    pub name: &'static str,
    /// One line for lists.
    pub about: &'static str,
    /// The source's own source text: its head is the manual.
    pub source: &'static str,
    /// JSON Schema of its options.
    pub schema: fn() -> schemars::Schema,
    /// Whether it goes on where an earlier run was, given a state.
    pub resumes: bool,
    /// Checks the options and builds the source.
    pub build: fn(Options, &dyn Resources) -> BuildResult<Box<dyn Source>>,
}

impl SourceDef {
    /// The `//!` head of the source's file.
    pub fn manual(&self) -> String {
        head_of(self.source)
    }
}

fn head_of(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Wraps a stage without memory.
pub fn each<T: Each>(stage: T) -> Built {
    Built::Each(Box::new(stage))
}

/// Wraps a maker of stages with memory.
pub fn per_document<T: PerDocument>(make: impl Fn() -> T + Send + Sync + 'static) -> Built {
    Built::PerDocument(Box::new(move || Box::new(make())))
}
