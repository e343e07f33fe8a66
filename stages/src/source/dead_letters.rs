//! `dead_letters`: runs pages again that failed, from a file of dead letters.
//!
//! It stands behind `jianbao replay`, which also takes out of the file what works now; written into a configuration it only reads.
//!
//! ```yaml
//! source:
//!   dead_letters: { path: out/dead.ndjson }
//! ```
//!
//! Each page comes once, however many of its articles failed, with the names, the place and the text that its letter gives, and
//! with the next `page_rev`: what had come of it before is superseded by what comes of it now, so of a page take the records of the
//! highest `page_rev`. The pages of a document come together, in the order of their numbers.
//!
//! A letter without a text (`undecodable`, `page_too_large`, `unreadable` …) is about bytes that could not be read: its page is read
//! again from the file it names, as the options say, when that file is still there; after `unreadable` and `corrupt_archive` so
//! is all that stands behind. When there is no such file or page, the letter fails as `not_read_again`. A line that is no letter
//! fails as `bad_dead_letter`.
//!
//! Left alone: the file itself.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use pipeline::sheet::DocId;
use pipeline::{
    Acks, BuildResult, Closed, Failure, Feed, OptionError, Place, Resources, SheetIdentity, Size, Source, SourceDef, SourceError,
    StateError, Stop,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::document::{Found, MAX_PAGE, MAX_REPLACED, Reading};
use super::frame::Format;
use again::Pass;
use index::{Index, Unit, line_of};
use letter::Letter;
use progress::Progress;

mod again;
pub(crate) mod index;
pub(crate) mod letter;
pub(crate) mod progress;

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "dead_letters",
    about: "runs pages again that failed; `jianbao replay` uses it",
    source: include_str!("dead_letters.rs"),
    schema: || schemars::schema_for!(Config),
    resumes: true,
    build: |options, resources| {
        let config: Config = options.read()?;
        Ok(Box::new(DeadLetters::new(&config, resources)?))
    },
};

/// Codes of letters that stay as they are, because nothing was tried.
pub(crate) const UNTRIED: [&str; 2] = ["not_read_again", "bad_dead_letter"];

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The file, relative to the configuration file.
    path: String,
    /// How pages are written: `text`, `ndjson`, or `auto` to go by the name and the beginning.
    format: Format,
    /// Encodings to try, in order, on a page that is not UTF-8: `gb18030`, `big5` … Without one that fits, the page decides.
    encodings: Vec<String>,
    /// The largest share of a page's characters that may be malformed.
    max_replaced: f64,
    /// The largest page, in bytes or as `8MiB`; a larger one becomes a dead letter.
    max_page: Size,
}

impl Default for Config {
    fn default() -> Self {
        Self { path: String::new(), format: Format::Auto, encodings: Vec::new(), max_replaced: MAX_REPLACED, max_page: MAX_PAGE }
    }
}

struct DeadLetters {
    path: PathBuf,
    reading: Arc<Reading>,
    /// Where the paths in letters may start from.
    folders: Vec<PathBuf>,
}

impl DeadLetters {
    fn new(config: &Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut errors = Vec::new();
        if config.path.is_empty() {
            errors.push(OptionError::new("path", "invalid_option", "name the file of dead letters"));
        }
        let path = resources.resolve(&config.path);
        let reading = Reading::new("dead_letters", config.format, &config.encodings, config.max_replaced, config.max_page);
        match reading {
            Ok(reading) if errors.is_empty() => {
                let beside = path.parent().map(Path::to_owned).unwrap_or_default();
                let folders = vec![resources.resolve("."), PathBuf::new(), beside];
                Ok(Self { path, reading: Arc::new(reading), folders })
            }
            Ok(_) => Err(errors),
            Err(more) => {
                errors.extend(more);
                Err(errors)
            }
        }
    }
}

#[async_trait]
impl Source for DeadLetters {
    async fn run(self: Box<Self>, feed: Feed, _acks: Acks, stop: Stop) -> Result<(), SourceError> {
        let Self { path, reading, folders } = *self;
        let place = path.display().to_string();
        let io = |cause| SourceError::Io { place: place.clone(), cause };
        let file = Arc::new(File::open(&path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => SourceError::Missing { message: format!("no file {place}") },
            _ => io(cause),
        })?);
        let opened = Arc::clone(&file);
        let index = blocking(move || Index::read(&opened)).await.map_err(io)?;
        let progress = Progress::new(&feed, &path).map_err(|error| io(io::Error::other(error)))?;
        let mut replay = Replay { feed, file, index, reading, folders, progress, marks: 0 };
        replay.bad_lines(&place.as_str().into()).await?;
        for unit in replay.index.units() {
            if stop.is_set() {
                return Err(SourceError::Interrupted);
            }
            match unit {
                Unit::Document(doc_id, letters) => replay.document(doc_id, letters).await.map_err(|error| error.at(&place))?,
                Unit::File(path, letters) => replay.file(path, letters, &stop).await.map_err(|error| error.at(&place))?,
            }
        }
        Ok(())
    }
}

struct Replay {
    feed: Feed,
    file: Arc<File>,
    index: Index,
    reading: Arc<Reading>,
    folders: Vec<PathBuf>,
    progress: Progress,
    marks: u64,
}

/// Why it does not go on.
enum Halt {
    Source(SourceError),
    /// The letters cannot be read.
    Io(io::Error),
}

impl Halt {
    fn at(self, place: &str) -> SourceError {
        match self {
            Self::Source(error) => error,
            Self::Io(cause) => SourceError::Io { place: place.to_owned(), cause },
        }
    }
}

impl From<Closed> for Halt {
    fn from(closed: Closed) -> Self {
        Self::Source(closed.into())
    }
}

impl From<StateError> for Halt {
    fn from(error: StateError) -> Self {
        Self::Io(io::Error::other(error))
    }
}

impl Replay {
    async fn bad_lines(&mut self, place: &Arc<str>) -> Result<(), SourceError> {
        let bad = std::mem::take(&mut self.index.bad);
        for line in &bad {
            let page_id = format!("{place}:{}", line.number).into();
            let identity = SheetIdentity { doc_id: Arc::clone(place), page_id, ..SheetIdentity::default() };
            let place = Place { path: Arc::clone(place), offset: line.at };
            let cause = format!("line {}: {}", line.number, line.cause);
            self.feed.fail(Failure::of_place("dead_letters", "bad_dead_letter", cause, identity, place)).await?;
        }
        if !bad.is_empty() {
            self.feed.end(Arc::clone(place)).await?;
        }
        Ok(())
    }

    fn mark(&mut self) -> u64 {
        self.marks += 1;
        self.marks
    }

    async fn letter(&self, at: usize) -> Result<Letter, Halt> {
        let noted = self.index.letters.get(at).ok_or_else(|| Halt::Io(io::Error::other("a letter is gone")))?;
        let (file, at, length, key) = (Arc::clone(&self.file), noted.at, noted.length, noted.key);
        let line = blocking(move || line_of(&file, at, length)).await.map_err(Halt::Io)?;
        let letter = Letter::read(&line).ok().filter(|letter| letter.key() == key);
        letter.ok_or_else(|| Halt::Io(io::Error::other("it has changed while it was replayed")))
    }

    /// The letters that are not done, and the revision of each page.
    async fn begin(&mut self, unit: &str, docs: &[DocId], letters: Vec<usize>) -> Result<(Vec<(usize, u32)>, bool), Halt> {
        let noted: Vec<_> = letters.into_iter().filter_map(|at| Some((at, self.index.letters.get(at)?))).collect();
        let begun = self.progress.begin(unit, noted)?;
        if begun.pages.is_empty() {
            return Ok((Vec::new(), false));
        }
        if !begun.again {
            for doc_id in docs {
                self.feed.forget(Arc::clone(doc_id)).await?;
            }
        }
        let mark = self.mark();
        self.feed.mark(mark, begun.changes).await?;
        Ok((begun.pages, begun.again))
    }

    async fn document(&mut self, doc_id: DocId, letters: Vec<usize>) -> Result<(), Halt> {
        let unit = format!("document/{doc_id}");
        let (pages, _) = self.begin(&unit, std::slice::from_ref(&doc_id), letters).await?;
        if pages.is_empty() {
            return Ok(());
        }
        for (at, revision) in &pages {
            let letter = self.letter(*at).await?;
            let untried = untried(&letter, "its text is longer than a page can be");
            match letter.sheet(*revision) {
                Some(sheet) => self.feed.page(sheet).await?,
                None => self.feed.fail(untried).await?,
            }
        }
        let mark = self.mark();
        let changes = self.progress.done(&unit, &self.index, &pages);
        self.feed.conclude(doc_id, mark, changes).await?;
        Ok(())
    }

    async fn file(&mut self, path: Arc<str>, letters: Vec<usize>, stop: &Stop) -> Result<(), Halt> {
        let unit = format!("file/{path}");
        let docs: BTreeSet<DocId> = letters.iter().filter_map(|at| Some(Arc::clone(&self.index.letters.get(*at)?.doc_id))).collect();
        let docs: Vec<DocId> = docs.into_iter().collect();
        let (pages, again) = self.begin(&unit, &docs, letters).await?;
        if pages.is_empty() {
            return Ok(());
        }
        let mut wanted = Vec::new();
        for (at, revision) in &pages {
            wanted.push((self.letter(*at).await?, *revision));
        }
        let opened = match again::find(&path, &self.folders) {
            Ok(file) => {
                let (path, reading, wanted) = (Arc::clone(&path), Arc::clone(&self.reading), wanted.clone());
                blocking(move || Ok(Pass::open(&file, &path, &reading, wanted))).await.map_err(Halt::Io)?
            }
            Err(cause) => Err(cause),
        };
        let untried = match opened {
            Ok(pass) => self.pass(&unit, pass, again, stop).await?,
            Err(cause) => wanted.iter().map(|(letter, _)| untried(letter, &cause)).collect(),
        };
        let docs: BTreeSet<DocId> = untried.iter().map(|failure| Arc::clone(&failure.identity.doc_id)).collect();
        for failure in untried {
            self.feed.fail(failure).await?;
        }
        for doc_id in docs {
            self.feed.end(doc_id).await?;
        }
        let mark = self.mark();
        let changes = self.progress.done(&unit, &self.index, &pages);
        self.feed.mark(mark, changes).await?;
        Ok(())
    }

    /// Feeds what is found in a file, and gives what was not.
    async fn pass(&mut self, unit: &str, mut pass: Pass, again: bool, stop: &Stop) -> Result<Vec<Failure>, Halt> {
        // Documents that were concluded are not fed again; they are counted by their ends.
        let mut over = if again { self.progress.ended(unit)? } else { 0 };
        let mut ends = 0;
        let mut open: Vec<DocId> = Vec::new();
        loop {
            if stop.is_set() {
                return Err(Halt::Source(SourceError::Interrupted));
            }
            let (read, found, more) = blocking(move || {
                let mut found = Vec::new();
                let more = pass.read(&mut found);
                Ok((pass, found, more))
            })
            .await
            .map_err(Halt::Io)?;
            pass = read;
            for found in found {
                let doc_id = match &found {
                    Found::Page(sheet) => Some(Arc::clone(&sheet.identity.doc_id)),
                    Found::Failure(failure) => Some(Arc::clone(&failure.identity.doc_id)),
                    Found::End(_) => None,
                };
                if over > 0 {
                    over -= u64::from(doc_id.is_none());
                    ends += u64::from(doc_id.is_none());
                    continue;
                }
                if let Some(doc_id) = doc_id.filter(|doc_id| !open.contains(doc_id)) {
                    if !again {
                        self.feed.forget(Arc::clone(&doc_id)).await?;
                    }
                    open.push(doc_id);
                }
                match found {
                    Found::Page(sheet) => self.feed.page(sheet).await?,
                    Found::Failure(failure) => self.feed.fail(*failure).await?,
                    Found::End(_) => {
                        ends += 1;
                        let last = open.pop();
                        for doc_id in open.drain(..) {
                            self.feed.end(doc_id).await?;
                        }
                        if let Some(doc_id) = last {
                            let (mark, changes) = (self.mark(), vec![self.progress.set_ended(unit, ends)]);
                            self.feed.conclude(doc_id, mark, changes).await?;
                        }
                    }
                }
            }
            if !more {
                let missed = |letter| untried(letter, "no page begins at that byte of the file any more");
                return Ok(pass.missed().map(missed).collect());
            }
        }
    }
}

/// A letter that nothing could be tried with.
fn untried(letter: &Letter, cause: &str) -> Failure {
    let (identity, place) = (letter.identity.clone(), letter.place.clone());
    let cause = format!("{cause}; it had failed as `{}`", letter.code);
    Failure { revision: letter.revision, ..Failure::of_place("dead_letters", "not_read_again", cause, identity, place) }
}

/// Does what waits for a disk.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
