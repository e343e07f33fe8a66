//! `emit_ndjson`: writes one JSON object a line, the record `jianbao/article/1`.
//!
//! ```yaml
//! - emit_ndjson: { path: out/articles.ndjson, words: text, kinds: [article, brief] }
//! ```
//!
//! On stdout (`path: "-"`) and on pipes, the records of a page are there for a reader as soon as the page is done.
//!
//! A run that ends (`stdin`, `files`) writes a file under a temporary name beside it (`.articles.ndjson.partial-4711`), which takes
//! its place when the run has ended well, so nobody ever reads half of one; folders are made. When the run does not end well (an
//! input is missing, a page fails and `on_error` is `stop`, the disk is full, ctrl-c) the old file, if there was one, stays as it
//! is, and the records written until then are kept beside it as `articles.ndjson.partial`. Only a run that was killed leaves its
//! temporary file behind, which can be deleted. A run without articles gives an empty file. A file that is replaced keeps its
//! permissions.
//!
//! A run with a `checkpoint` (`watch` has one) appends to the file itself, and after a crash cuts it back to what was committed:
//! a reader that follows the file sees whole lines in one order, and what it saw beyond the last commit comes again, the same.
//!
//! A path that ends in `.gz` or `.zst` is compressed, as members or frames that follow each other; whatever was committed can be
//! read. Records come to readers of such a file with each commit, or when there are enough of them.
//!
//! ```yaml
//! - emit_ndjson:
//!     path: "out/{paper}/articles.ndjson.gz"
//!     split_by: topic
//!     rotate: { by: day, size: 256MiB }
//! ```
//!
//! A path may have fields, filled in for each article: `{topic}` (the id; an article with several topics goes to several files),
//! `{paper}`, `{issue_date}`, `{doc}` (the issue or file), `{day}` (on which it is written, by the clock of this machine), `{n}` (a
//! number; a file of more than `rotate: size` is followed by the next). `split_by` and `rotate` put their field before the ending
//! of the name when it is not there: `articles.epidemic-control.000001.ndjson`. What an article does not have is `none`. Of a value
//! that is too long for the name of a file its beginning and a digest are taken, `~` between them.
//!
//! A line is kept under 1 MiB, the block of many readers: of a longer one `words`, `words_text` and `pos` are left out, and the
//! record warns `words_omitted`. Text is never cut.
//!
//! Left alone: furniture (name it in `kinds` to get it), and deleting old files.

mod divided;
mod earlier;
mod names;
mod output;
mod part;
mod shelf;
mod whole;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use pipeline::record::{Record, Words};
use pipeline::state::absolute;
use pipeline::{
    Article, BuildResult, Built, BuiltSink, Change, Flow, Kind, Memory, OptionError, Records, Render, Rendered, Resources, Sink, SinkError,
    Size, StageDef, StageError, json,
};
use schemars::JsonSchema;
use serde::Deserialize;

pub use divided::{Divided, later_files};
pub use earlier::{is_as_recorded, is_left};
use names::Names;
use output::Output;
use part::Coding;
pub use part::kept_name;
use shelf::Shelf;
pub use whole::whole_length;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "emit_ndjson",
    about: "writes one JSON object a line",
    source: include_str!("emit_ndjson.rs"),
    takes: Flow::Articles,
    gives: Flow::Nothing,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| {
        let config: Config = options.read()?;
        let (names, output) = checked(&config, resources)?;
        let Config { words, kinds, .. } = config;
        Ok(Built::Sink(BuiltSink { render: Box::new(Lines { words, kinds, names }), sink: Box::new(Writer(output)) }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The file, relative to the configuration file, or `-` for stdout. `{paper}` and other fields are filled in; `.gz` and `.zst`
    /// are compressed.
    path: String,
    /// What articles are divided by, over as many files.
    split_by: Option<SplitBy>,
    /// When another file begins.
    rotate: Rotate,
    /// How words are written: `array`, `text` (one string, a space between words), `both` or `none`.
    words: Words,
    /// The kinds of pieces that are written; all but `furniture` by default.
    kinds: Vec<Kind>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "-".to_owned(),
            split_by: None,
            rotate: Rotate::default(),
            words: Words::Array,
            kinds: vec![Kind::Article, Kind::Commentary, Kind::Brief, Kind::Photo, Kind::Notice],
        }
    }
}

/// What articles are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum SplitBy {
    /// Each topic has a file with all its articles.
    Topic,
    /// Each paper has a file.
    Paper,
    /// Each day on which papers appeared has a file.
    IssueDate,
}

/// When another file begins.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Rotate {
    /// When one has reached this size, in bytes or as `256MiB`.
    size: Option<Size>,
    /// With each day, or each issue.
    by: Option<By>,
}

/// What a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum By {
    /// The day on which records are written.
    Day,
    /// The issue, or the file where pages say nothing of their issue.
    Issue,
}

fn checked(config: &Config, resources: &dyn Resources) -> BuildResult<(Names, Output)> {
    let path = config.path.as_str();
    let refuse = |code, message: String, help: &str| Err(vec![OptionError::new("path", code, message).with_help(help)]);
    if matches!(path, "-" | "/dev/stdout") {
        let Some(option) = config.split_by.map(|_| "split_by").or(config.rotate.is_wanted().then_some("rotate")) else {
            let names = Names::new("-", Path::new("-"), None, &Rotate::default()).map_err(|error| vec![error])?;
            return Ok((names, Output::stdout()));
        };
        let error = OptionError::new(option, "needs_files", "standard output cannot be divided into files");
        return Err(vec![error.with_help("name a file under `path`")]);
    }
    if path.is_empty() {
        return refuse("invalid_option", "must not be empty".to_owned(), "`-` is stdout");
    }
    let Some(coding) = Coding::of(path) else {
        let help = "end it in .gz or .zst, or write to stdout and compress that";
        return refuse("compression_not_supported", format!("{path}: compression of this kind is not written"), help);
    };
    let real = resources.resolve(path);
    if real.is_dir() || path.ends_with('/') {
        return refuse("path_is_directory", format!("{path} is a directory"), "name a file in it");
    }
    if let Some(file) = real.ancestors().skip(1).find(|above| above.exists()).filter(|above| !above.is_dir()) {
        return refuse("path_below_file", format!("{path}: {} is a file, not a directory", file.display()), "choose another folder");
    }
    let real = absolute(&real);
    let names = Names::new(path, &real, config.split_by, &config.rotate).map_err(|error| vec![error])?;
    let shelf = Shelf::new(names.clone(), coding, config.rotate.size.map(|size| size.0));
    Ok((names, Output::at(path, shelf)))
}

impl Rotate {
    fn is_wanted(&self) -> bool {
        self.size.is_some() || self.by.is_some()
    }
}

/// Where the state of a run that writes to `path`, opened as `real`, is kept when nobody says where: beside the file, or in the
/// folder of all files. `None` for a stream.
pub fn state_beside(path: &str, real: &Path) -> Option<PathBuf> {
    if matches!(path, "-" | "/dev/stdout") {
        return None;
    }
    if !path.contains('{') {
        return Some(pipeline::state::path_beside(real));
    }
    // So that `{n}` may stand in it.
    let any_size = Rotate { size: Some(Size(u64::MAX)), by: None };
    let names = Names::new(path, real, None, &any_size).ok()?;
    Some(names.folder().join("articles.state"))
}

/// The files among which an output with these options, opened as `real`, divides its articles; nothing when all go to one, or when the
/// options are wrong.
pub fn divided_output(options: &serde_json::Value, real: &Path) -> Option<Divided> {
    let config: Config = serde_json::from_value(options.clone()).ok()?;
    Names::new(&config.path, real, config.split_by, &config.rotate).ok()?.divided()
}

/// Lines shorter than this can be read by everybody.
const LINE_LIMIT: usize = 1 << 20;

struct Lines {
    words: Words,
    kinds: Vec<Kind>,
    names: Names,
}

impl Render for Lines {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        if !self.kinds.contains(&article.kind) {
            return Ok(Rendered::Filtered);
        }
        let refused = |error: serde_json::Error| StageError::new("not_serialised", error.to_string());
        let begin = line.len();
        json::write_line(line, &Record::new(article, self.words)).map_err(refused)?;
        if line.len() - begin >= LINE_LIMIT && self.words != Words::None && !article.tokens.is_empty() {
            line.truncate(begin);
            let mut record = Record::new(article, Words::None);
            record.warnings.push("words_omitted");
            json::write_line(line, &record).map_err(refused)?;
        }
        Ok(Rendered::Line)
    }

    fn routes(&self, article: &Article) -> Vec<Arc<str>> {
        self.names.routes(article)
    }
}

struct Writer(Output);

#[async_trait]
impl Sink for Writer {
    async fn resume(&mut self, memory: &Memory) -> Result<(), SinkError> {
        self.0.resume(memory.clone()).await
    }

    async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        self.0.commit().await
    }

    async fn write(&mut self, records: Records) -> Result<(), SinkError> {
        self.0.take(records).await
    }

    async fn flush(&mut self) -> Result<(), SinkError> {
        self.0.flush().await
    }

    async fn reopen(&mut self) -> Result<(), SinkError> {
        self.0.reopen().await
    }

    async fn close(&mut self) -> Result<(), SinkError> {
        self.0.complete().await
    }
}

#[cfg(test)]
mod tests;
