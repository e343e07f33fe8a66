//! `watch`: reads the files of a folder, and goes on with those that come, for as long as it runs.
//!
//! ```yaml
//! source:
//!   watch:
//!     path: inbox
//!     glob: "*.txt"
//!     key: "(?P<paper>[^/]+)/(?P<issue_date>\\d{8})_(?P<page>\\w+)"
//!     idle_timeout: 10m
//!     complete_when: rename
//!     after: { move: done }
//! ```
//!
//! **Which files.** Those below `path` (or several `paths`) that `glob` chooses, on their names, or on their paths below the folder
//! if it has a slash; links are followed, a folder is entered once, by its own name before those of links. What `ignore` names is
//! left out (by default hidden files and what is on its way: `.*`, `*.tmp`, `*.part`, `*.partial`, `*.crdownload`, `*~`, `*.swp`,
//! `#*#`), and so are the files that this run writes, pipes and devices. Why a file is not read is said once, with a code, at the
//! level `debug` or `info`, and `warn` where only its name says that an output may go there (`own_output`).
//!
//! **When.** A file is read when it is complete: `complete_when: rename`, where whoever writes it gives it its name last;
//! `close_write` (the default), when it is closed or moved in; `{ quiet: 2s }`, when it has not changed for so long;
//! `{ marker: .done }`, when `a.txt.done` is there (or a name made of `{name}` or `{stem}`). A file found without a word from the
//! system counts as closed when it was left alone for 2 s; with `rename` its name is enough, unless the system tells that somebody
//! writes it. How long is counted here, because a file's time may be by the clock of another machine; only one that was written
//! more than an hour ago is not waited for. A file that changes while it is read is read again. The system's events are only hints:
//! every `rescan` folders that have changed are listed, and now and then every file is looked at. Where there are no events
//! (`poll: true`, a network file system, or no watches left, which is said with the limit to raise) that is all there is, and all
//! that is needed.
//!
//! **Order.** Files that are there at the same time are read in the order of their names, byte by byte (or `order: mtime`); others
//! as they come. So files put in one after the other by name give the same output whether they were found one by one or together.
//! A run that goes on reads what is new first, and then looks whether known files have changed.
//!
//! **What counts as the same.** A file is its bytes: one that is touched or renamed is not read again. Two files with the same
//! bytes are both read, unless `duplicates: skip`, and what was not read for that is not read later under `emit`. When a file that
//! was read gets other bytes, its pages come again with a higher `page_rev` (`on_change: revise`), or not (`ignore`), or it becomes
//! a dead letter (`error`, code `changed_file`).
//!
//! **Names.** The document is the file's path below the folder without `.gz`, `.zst`, `.txt`, `.text`, `.ndjson` and `.jsonl`, as it
//! was when it was read first; of two files that would share a name the later one keeps its ending, and a third gets a number. Pages
//! are named as `files` names them. Where `key` finds a day in the path, the document is the issue, its files are numbered on, and
//! it ends when no page has come for `idle_timeout` (10m) and none is waiting. A page that comes later opens the issue again, with a
//! warning (`late_page`). A document of another file that has the name of an issue ends it.
//!
//! **After.** `after: delete`, or `{ move: FOLDER }` (below the watched folder unless it begins with `/`), takes a file away when
//! all its records and its document's end are on the disk. Nothing is written over: a name that is taken gets a number. Of files
//! that were taken away the last 100,000 are remembered (`remember`); an older one that is put in again is read again.
//!
//! **Starting again.** In a run that keeps a state every file is remembered. What was complete is not read again; what was cut off
//! goes on where the output stands. Pages of an issue that is open are read again for that; where one is gone by then or has other
//! bytes, the issue begins anew as a revision, with what is there, whatever `on_change` says. With `once: true` the run ends when
//! nothing more is to be done, and can be started again.
//!
//! **Files that grow.** With `grow: true` each page goes on as soon as a form feed or the end of a line of NDJSON has completed it,
//! and is a document's end: articles are not joined across the pages of such a file. A file that becomes shorter or gets another
//! beginning is read anew, as a revision; one that is renamed and replaced is read to its end first, also when that happened while
//! no run was there. A copy of it (`copytruncate`) is another file: let `glob` leave it out.
//!
//! What cannot be read is said once (`unreadable`) and tried again; what is in a file is judged as `files` does.

use std::sync::Arc;

use async_trait::async_trait;
use pipeline::{Acks, Feed, Period, Size, Source, SourceDef, SourceError, Stop};
use schemars::JsonSchema;
use serde::Deserialize;

use super::document::{MAX_PAGE, MAX_REPLACED};
use super::frame::Format;
use ready::CompleteWhen;
use settings::Settings;

mod aftermath;
mod desk;
mod feeding;
mod forward;
mod growing;
mod grown;
mod hints;
mod issues;
mod known;
mod mailbox;
mod reading;
mod ready;
mod renamed;
mod replay;
mod scan;
mod settings;
mod work;

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "watch",
    about: "reads the files of a folder, and those that come",
    source: include_str!("watch.rs"),
    schema: || schemars::schema_for!(Config),
    resumes: true,
    build: |options, resources| {
        let config: Config = options.read()?;
        Ok(Box::new(Watch(Arc::new(Settings::new(config, resources)?))))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "they are options, each with a name of its own")]
pub(crate) struct Config {
    /// The folder, relative to the configuration file.
    path: Option<String>,
    /// Several folders.
    paths: Vec<String>,
    /// Which files are read; all by default.
    glob: Option<String>,
    /// Whether folders inside the folder are read.
    recursive: bool,
    /// Globs of names, or of paths if they have a slash, of what is left out, folders too.
    ignore: Vec<String>,
    /// What a path says about its pages: a regular expression with groups named `paper`, `issue_date` or `page`.
    key: Option<String>,
    /// An issue ends when no page of it has come for so long; only with `key`.
    idle_timeout: Option<Period>,
    /// When a file may be read.
    complete_when: CompleteWhen,
    /// What happens when a file that was read has other bytes.
    on_change: OnChange,
    /// What happens to a file with the bytes of another one.
    duplicates: Duplicates,
    /// What becomes of a file when all of it is on the disk.
    after: After,
    /// How many files that were taken away are remembered, so that one that comes again is not read again.
    #[schemars(range(min = 0, max = 100_000_000))]
    remember: usize,
    /// Whether files grow: each page is read as it is completed.
    grow: bool,
    /// The order of files that are there at the same time.
    order: Order,
    /// How often folders that have changed are listed.
    rescan: Period,
    /// Whether the run ends when all that is there has been read.
    once: bool,
    /// Whether to do without the system's events.
    poll: bool,
    /// How pages are written: `text`, `ndjson`, or `auto` to go by the name and the beginning.
    format: Format,
    /// Encodings to try, in order, on a page that is not UTF-8: `gb18030`, `big5` … Without one that fits, the page decides.
    encodings: Vec<String>,
    /// The largest share of a page's characters that may be malformed.
    max_replaced: f64,
    /// The largest page, in bytes or as `8MiB`; a larger one becomes a dead letter.
    max_page: Size,
    /// Name of the paper, for pages that do not give their own.
    paper: Option<String>,
    /// Day of the issue, for pages that do not give their own.
    issue_date: Option<String>,
}

/// What happens when a file that was read has other bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OnChange {
    /// Its pages come again, as a revision.
    Revise,
    /// Nothing; it is said once.
    Ignore,
    /// It becomes a dead letter.
    Error,
}

/// What happens to a file with the bytes of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Duplicates {
    /// It is read like any other.
    Emit,
    /// It is not read, which is said.
    Skip,
}

/// What becomes of a file when all of it is on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum After {
    /// It stays.
    Keep,
    /// It is removed.
    Delete,
    /// It is moved into this folder, under its path below the watched one.
    Move(String),
}

/// The order of files that are there at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// By the bytes of their paths.
    Name,
    /// By the time of their last change, then by name.
    Mtime,
}

/// Hidden files, and what is on its way: unfinished downloads and copies, files of editors.
const IGNORED: &[&str] = &[".*", "*.tmp", "*.part", "*.partial", "*.crdownload", "*~", "*.swp", "#*#"];

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            paths: Vec::new(),
            glob: None,
            recursive: true,
            ignore: IGNORED.iter().map(|&glob| glob.to_owned()).collect(),
            key: None,
            idle_timeout: None,
            remember: 100_000,
            complete_when: CompleteWhen::CloseWrite,
            on_change: OnChange::Revise,
            duplicates: Duplicates::Emit,
            after: After::Keep,
            grow: false,
            order: Order::Name,
            rescan: Period::seconds(5),
            once: false,
            poll: false,
            format: Format::Auto,
            encodings: Vec::new(),
            max_replaced: MAX_REPLACED,
            max_page: MAX_PAGE,
            paper: None,
            issue_date: None,
        }
    }
}

struct Watch(Arc<Settings>);

#[async_trait]
impl Source for Watch {
    async fn run(self: Box<Self>, feed: Feed, acks: Acks, stop: Stop) -> Result<(), SourceError> {
        forward::run(self.0, feed, acks, stop).await
    }
}

#[cfg(test)]
mod tests;
