//! `files`: pages from files, directories and globs, each file a document.
//!
//! ```yaml
//! source:
//!   files:
//!     paths: [pages/, "more/*.txt.gz"]
//!     glob: "*.txt"
//!     key: '(?P<paper>[^/]+)/(?P<issue_date>\d{8})_(?P<page>\w+)'
//! ```
//!
//! Order: the paths as they are listed; inside a directory or a glob by name. Hidden files are left out of directories. A file is
//! read as standard input is (see `jianbao stages stdin`). Names: the document is the file's stem, or its whole path when two
//! inputs share a stem; a page is `stem:1` …, or just the stem when the file has one page. With a `key` that names a paper or a
//! date, neighbouring files of one issue are one document.
//!
//! A file that cannot be read costs only itself. A path that is not there ends the run with code 66 after all others were read.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use globset::{GlobBuilder, GlobMatcher};
use pipeline::{Acks, BuildResult, Failure, Feed, OptionError, Place, Resources, SheetIdentity, Source, SourceDef, SourceError, Stop};
use schemars::JsonSchema;
use serde::Deserialize;
use walkdir::WalkDir;

use super::frame::Format;
use super::intake::{Event, Intake, Manner, Who, stem};
use super::key::{Key, Named};
use super::open::open;
use super::pump::Pump;
use super::{Bytes, MAX_PAGE, MAX_REPLACED, encodings, issue_day, stdin};

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "files",
    about: "pages from files, directories and globs, each file a document",
    source: include_str!("files.rs"),
    schema: || schemars::schema_for!(Config),
    build: |options, resources| Ok(Box::new(options.read::<Config>()?.build(resources)?)),
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Files, directories and globs; `-` is standard input.
    paths: Vec<String>,
    /// Which files of a directory are read, by name.
    glob: String,
    /// Whether directories inside directories are read.
    recursive: bool,
    /// How pages are divided.
    format: Format,
    /// Encodings to try, in order, on pages that are not UTF-8, before one is guessed from the text.
    encodings: Vec<String>,
    /// A regular expression on the path with the named groups `paper`, `issue_date` and `page`.
    key: Option<String>,
    /// Name of the paper, for all pages whose path does not say otherwise.
    paper: Option<String>,
    /// Date of the issue, for all pages whose path does not say otherwise.
    issue_date: Option<String>,
    /// A longer page becomes a dead letter.
    max_page: Bytes,
    /// Share of replaced characters above which a page becomes a dead letter.
    max_replaced: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            glob: "*".to_owned(),
            recursive: true,
            format: Format::Auto,
            encodings: Vec::new(),
            key: None,
            paper: None,
            issue_date: None,
            max_page: MAX_PAGE,
            max_replaced: MAX_REPLACED,
        }
    }
}

impl Config {
    fn build(self, resources: &dyn Resources) -> BuildResult<Files> {
        let mut errors = Vec::new();
        if self.paths.is_empty() {
            errors.push(OptionError::new("paths", "no_paths", "no path to read; name files, directories or globs"));
        }
        let glob = glob("glob", &self.glob).map_err(|error| errors.push(error)).ok();
        let key = self.key.as_deref().map(Key::new).transpose().map_err(|error| errors.push(error)).ok();
        let issue_date = issue_day(self.issue_date.as_deref()).map_err(|error| errors.push(error)).ok();
        let encodings = encodings(&self.encodings).map_err(|more| errors.extend(more)).ok();
        let (Some(glob), Some(key), Some(issue_date), Some(encodings), true) = (glob, key, issue_date, encodings, errors.is_empty()) else {
            return Err(errors);
        };
        let paths =
            self.paths.iter().map(|path| (path.clone(), if path == "-" { PathBuf::new() } else { resources.resolve(path) })).collect();
        let manner = Manner { format: self.format, encodings, max_page: self.max_page.0 as usize, max_replaced: self.max_replaced };
        Ok(Files {
            paths,
            glob,
            recursive: self.recursive,
            key,
            named: Named { paper: self.paper.map(Arc::from), issue_date, ..Named::default() },
            manner,
        })
    }
}

fn glob(option: &str, pattern: &str) -> Result<GlobMatcher, OptionError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| OptionError::new(option, "bad_pattern", error.to_string()))
}

struct Files {
    /// As written, and as opened.
    paths: Vec<(String, PathBuf)>,
    glob: GlobMatcher,
    recursive: bool,
    key: Option<Key>,
    named: Named,
    manner: Manner,
}

/// One input found.
enum Found {
    Stdin,
    File(PathBuf),
    Unreadable(PathBuf, String),
    Missing(String),
}

#[async_trait]
impl Source for Files {
    async fn run(self: Box<Self>, feed: Feed, _acks: Acks, stop: Stop) -> Result<(), SourceError> {
        let mut pump = Pump::new(feed, stop);
        let mut missing = Vec::new();
        let mut stems: HashMap<String, u32> = HashMap::new();
        for (written, path) in &self.paths {
            for found in self.find(written, path) {
                if pump.stopped() {
                    break;
                }
                match found {
                    Found::Stdin => stdin::drain(&mut pump, stdin::who("files", self.named.clone()), self.manner.clone()).await?,
                    Found::Missing(message) => missing.push(message),
                    Found::Unreadable(path, cause) => pump.give(self.unreadable(&path, cause)).await?,
                    Found::File(path) => {
                        let stem = stem(&path);
                        let seen = stems.entry(stem.clone()).or_default();
                        *seen += 1;
                        let doc_id = if *seen > 1 { path.to_string_lossy().into_owned() } else { stem };
                        let who = self.who(&path, doc_id);
                        pump.drain(move || open(File::open(path)?), Intake::new(who, self.manner.clone())).await?;
                    }
                }
            }
        }
        pump.finish().await?;
        if missing.is_empty() { Ok(()) } else { Err(SourceError::Missing { message: missing.join("; ") }) }
    }
}

impl Files {
    fn who(&self, path: &Path, doc_id: String) -> Who {
        let shown = path.to_string_lossy();
        let named = self.key.as_ref().map_or_else(|| self.named.clone(), |key| key.read(&shown, &self.named));
        Who { source: "files", path: shown.into(), doc_id: doc_id.into(), named, finite: true }
    }

    fn unreadable(&self, path: &Path, cause: String) -> Event {
        let who = self.who(path, stem(path));
        let identity = SheetIdentity { doc_id: Arc::clone(&who.doc_id), page_id: Arc::clone(&who.doc_id), ..SheetIdentity::default() };
        let place = Place { path: who.path, offset: 0 };
        Event::Failed(Box::new(Failure { code: "unreadable", stage: "files", cause, span: None, identity, place, text: None }))
    }

    /// What one entry of `paths` stands for, in order.
    fn find(&self, written: &str, path: &Path) -> Vec<Found> {
        if written == "-" {
            return vec![Found::Stdin];
        }
        if path.is_dir() {
            return walk(path, &self.glob, self.recursive, path);
        }
        if path.exists() {
            return vec![Found::File(path.to_owned())];
        }
        if written.contains(['*', '?', '[', '{'])
            && let Ok(matcher) = glob("paths", &path.to_string_lossy())
        {
            let found = walk(&fixed_part(path), &matcher, true, Path::new(""));
            return if found.is_empty() { vec![Found::Missing(format!("nothing matches {written}"))] } else { found };
        }
        vec![Found::Missing(format!("{written} is not there"))]
    }
}

/// The files below `folder` whose path below `base` (or name) matches, by path.
fn walk(folder: &Path, matcher: &GlobMatcher, recursive: bool, base: &Path) -> Vec<Found> {
    let depth = if recursive { usize::MAX } else { 1 };
    let visible = |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).max_depth(depth).sort_by_file_name().into_iter().filter_entry(visible) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = entry.path();
                let below = path.strip_prefix(base).unwrap_or(path);
                let below = below.strip_prefix(".").unwrap_or(below);
                if matcher.is_match(below) || (!base.as_os_str().is_empty() && matcher.is_match(entry.file_name())) {
                    found.push(Found::File(path.to_owned()));
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let wanted = matcher.is_match(path.strip_prefix(base).unwrap_or(&path))
                    || path.file_name().is_some_and(|name| matcher.is_match(name));
                if wanted || path.is_dir() {
                    found.push(Found::Unreadable(path, error.to_string()));
                }
            }
        }
    }
    found
}

/// The folder that a glob cannot change.
fn fixed_part(pattern: &Path) -> PathBuf {
    let fixed: PathBuf =
        pattern.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{'])).collect();
    if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed }
}
