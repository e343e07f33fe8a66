//! What an earlier run left: the rows of the state, and the documents that had not ended, which are fed again from their first page.
//! The runner leaves out what had been delivered. Where the bytes or the configuration are not the same any more, the document
//! begins anew, as a revision.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use pipeline::sheet::DocId;
use pipeline::state::{Change, StateError, Store};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::dead_letters::progress::REPLAYED;
use super::super::naming;
use super::desk::Desk;
use super::forward::{Message, Stopped};
use super::issues::{self, ISSUE, Issue};
use super::known::{FILE, File, Known, State};
use super::reading::{self, First, Whole};
use super::ready::Look;
use super::settings::Name;
use super::work::{Halt, Worker};
use super::{After, OnChange};

/// What an earlier run had not brought to its end.
#[derive(Default)]
pub(super) struct Left {
    /// In the order in which they were read.
    files: Vec<(String, File)>,
    issues: HashMap<DocId, Issue>,
    /// Documents of which something was delivered.
    documents: Vec<DocId>,
}

impl Left {
    /// Where its files were.
    pub(super) fn paths(&self, desk: &Desk) -> impl Iterator<Item = PathBuf> {
        self.files.iter().filter_map(|(key, _)| desk.path_of(key))
    }
}

fn row<T: DeserializeOwned>(store: &Store, key: &str, value: Value) -> Result<T, StateError> {
    serde_json::from_value(value).map_err(|error| unreadable(store, key, &error))
}

fn unreadable(store: &Store, key: &str, error: &serde_json::Error) -> StateError {
    let reason = format!("the row {key} is not what this version writes ({error})");
    StateError::Foreign { path: store.path().to_owned(), reason }
}

/// Reads the rows of files. One thread reads the state, one the rows, and this one takes them in: of a million each takes a second.
fn load_files(store: &Store, known: &mut Known) -> Result<(), StateError> {
    /// So many bytes are given from one thread to the next at once.
    const BATCH: usize = 256 << 10;
    // Nearly all rows are files.
    known.reserve(store.len());
    // Keys and rows in turn, one behind the other, and how long each of the two is.
    let (give_rows, rows) = mpsc::sync_channel::<(String, Vec<(usize, usize)>)>(4);
    let (give_files, files) = mpsc::sync_channel(4);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let (mut text, mut lengths) = (String::new(), Vec::new());
            store.each_json(FILE, &mut |key, row| {
                let key = key.strip_prefix(FILE).unwrap_or(key);
                text.extend([key, row]);
                lengths.push((key.len(), row.len()));
                if text.len() >= BATCH {
                    // Who takes them ends before this thread only with an error of its own.
                    give_rows.send((std::mem::take(&mut text), std::mem::take(&mut lengths))).ok();
                }
                Ok(())
            })?;
            give_rows.send((text, lengths)).ok();
            Ok(())
        });
        scope.spawn(move || {
            for (text, lengths) in rows {
                if give_files.send(read_files(store, &text, &lengths)).is_err() {
                    break;
                }
            }
        });
        for files in files {
            files?.into_iter().for_each(|(key, file)| known.load(&key, naming::without_endings(&key), file));
        }
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The files whose keys and rows stand in `text` in turn, each as long as `lengths` says.
fn read_files(store: &Store, text: &str, lengths: &[(usize, usize)]) -> Result<Vec<(Arc<str>, File)>, StateError> {
    let mut rest = text;
    let mut next = |length: usize| {
        let (part, behind) = rest.split_at(length);
        rest = behind;
        part
    };
    let read = |(key, row): &(usize, usize)| {
        let (key, row) = (next(*key), next(*row));
        let file = serde_json::from_str(row).map_err(|error| unreadable(store, key, &error))?;
        Ok((key.into(), file))
    };
    lengths.iter().map(read).collect()
}

fn say_begun_anew(issue: &str) {
    tracing::info!(code = "begun_anew", "{issue} begins anew as a revision: what was read of it is not the same any more");
}

impl Worker {
    /// Reads the state.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn load(&mut self) -> Result<Left, Halt> {
        let Some(memory) = self.memory.clone() else { return Ok(Left::default()) };
        let store = &memory.store;
        let mut left = Left::default();
        load_files(store, &mut self.desk.known)?;
        let issues = &mut self.issues;
        store.each(ISSUE, &mut |key, value| {
            let issue: Issue = row(store, key, value)?;
            let doc_id = key.strip_prefix(ISSUE).unwrap_or(key);
            issues.load(doc_id, &issue);
            if issue.open {
                left.issues.insert(doc_id.into(), issue);
            }
            Ok(())
        })?;
        store.each("document/", &mut |key, _| {
            left.documents.extend(key.strip_prefix("document/").map(DocId::from));
            Ok(())
        })?;
        let mut broken = HashSet::new();
        for (key, file) in self.desk.known.each() {
            let part_of = file.issue.as_ref().and_then(|issue| left.issues.get(&**issue)).filter(|issue| file.n >= issue.n);
            if let Some(issue) = file.issue.as_ref().filter(|_| file.state == State::Lost && part_of.is_some()) {
                // What was delivered of it is counted, and does not come again.
                broken.insert(DocId::from(&**issue));
            }
            let is_left = match (&file.issue, file.state) {
                (None, State::Begun) => true,
                (Some(_), State::Begun | State::Done) => part_of.is_some(),
                _ => false,
            };
            if is_left {
                left.files.push((key.to_string(), file.clone()));
            }
        }
        for issue in broken {
            left.issues.entry(issue).and_modify(|issue| issue.revised = true);
        }
        left.files.sort_by_key(|(_, file)| file.n);
        self.count_replays(store)?;
        if self.settings.after != After::Keep {
            self.desk.in_flight.extend(left.files.iter().map(|(_, file)| file.n));
        }
        tracing::debug!(code = "state_read", "{} files are known, {} are to be gone on with", self.desk.known.len(), left.files.len());
        Ok(left)
    }

    /// The last run may have been ended after it had taken a file away and before that was noted: what comes under its name is new.
    /// Where files are is known only when their folders were listed.
    pub(super) fn note_what_was_taken_away(&mut self) -> Result<(), Stopped> {
        if self.settings.after == After::Keep || self.settings.on_change == OnChange::Revise {
            return Ok(());
        }
        let Desk { known, in_flight, pending, .. } = &self.desk;
        // One that has another name now is not gone.
        let renamed: HashSet<(u64, i64)> = pending.looks().map(|(_, look)| (look.inode, look.mtime)).collect();
        let was_read = |file: &File| file.state == State::Done && !in_flight.contains(&file.n);
        let done = known.each().filter(|(_, file)| was_read(file) && !renamed.contains(&(file.inode, file.mtime)));
        let root_is_there = |path: &Path| self.settings.below(path).is_some_and(|(root, _)| root.real.is_dir());
        let is_gone = |key: &str| self.desk.path_of(key).is_some_and(|path| matches!(fs::exists(&path), Ok(false)) && root_is_there(&path));
        let gone: Vec<_> = done.filter(|(key, _)| is_gone(key)).map(|(key, file)| (Arc::clone(key), file.clone())).collect();
        for (key, file) in gone {
            let row = self.desk.known.set(&key, naming::without_endings(&key), File { state: State::Gone, ..file });
            self.outlet.mark(vec![row])?;
        }
        Ok(())
    }

    /// Pages that were replayed have had a revision that their files do not know of; the next one must be higher.
    fn count_replays(&mut self, store: &Store) -> Result<(), StateError> {
        let mut replayed = Vec::new();
        store.each(REPLAYED, &mut |key, row| {
            let path = key.strip_prefix(REPLAYED).unwrap_or(key).to_owned();
            replayed.extend(row.as_u64().and_then(|revision| u32::try_from(revision).ok()).map(|revision| (path, revision)));
            Ok(())
        })?;
        for (path, revision) in replayed {
            let below = |given: &str| Some(Path::new(&path).strip_prefix(given).ok()?.to_str()?.to_owned());
            let mut keys = std::iter::once(path.clone()).chain(self.settings.roots.iter().filter_map(|root| below(&root.given)));
            let known = keys.find_map(|key| Some((self.desk.known.get(&key)?.clone(), key)));
            if let Some((file, key)) = known.filter(|(file, _)| file.state != State::Growing && file.revision < revision) {
                self.desk.known.load(&key.as_str().into(), naming::without_endings(&key), File { revision, ..file });
            }
        }
        Ok(())
    }

    /// Feeds again what was left.
    ///
    /// # Errors
    /// When the run is stopped.
    pub(super) fn replay(&mut self, left: Left) -> Result<(), Stopped> {
        let Left { files, issues, documents } = left;
        let looks = self.desk.pending.looks().filter(|_| !files.is_empty());
        let elsewhere: HashMap<u64, PathBuf> = looks.map(|(path, look)| (look.inode, path.clone())).collect();
        let config_changed = self.memory.as_ref().is_some_and(|memory| memory.config_changed);
        let broken_by_run = |row: &Issue| row.revised || config_changed;
        let mut broken: HashSet<DocId> =
            issues.iter().filter(|(_, row)| broken_by_run(row)).map(|(doc_id, _)| DocId::clone(doc_id)).collect();
        let mut as_it_was = false;
        for (key, file) in &files {
            match &file.issue {
                Some(issue) if !broken.contains(&**issue) && self.again(key, file, &elsewhere).is_none() => {
                    broken.insert(DocId::from(&**issue));
                }
                Some(_) => {}
                None => as_it_was |= !config_changed && self.again(key, file, &elsewhere).is_some(),
            }
        }
        as_it_was |= issues.len() > broken.len();
        let (mut anew, rest): (Vec<DocId>, Vec<DocId>) = documents.into_iter().partition(|doc_id| broken.contains(doc_id));
        if !as_it_was {
            // Whatever their names: nothing comes as it was.
            anew.extend(rest);
        }
        // Before what was counted is forgotten: if this is cut off, the next run begins anew, too.
        let revised = issues.iter().filter(|(doc_id, _)| broken.contains(*doc_id));
        let rows: Vec<Change> = revised.map(|(doc_id, row)| issues::row(doc_id, &Issue { revised: true, ..row.clone() })).collect();
        if !rows.is_empty() {
            self.outlet.mark(rows)?;
        }
        for doc_id in anew {
            self.outlet.send(Message::Forget(doc_id))?;
        }
        for (doc_id, row) in issues {
            let revised = broken.contains(&doc_id);
            if revised {
                say_begun_anew(&doc_id);
            }
            self.issues.resume(&doc_id, Issue { revised: row.revised || revised, ..row }, Instant::now());
        }
        for (nth, (key, file)) in files.iter().enumerate() {
            let anew = file.issue.as_ref().map_or(config_changed, |issue| broken.contains(&**issue));
            let again = self.again(key, file, &elsewhere);
            let whole = self.replay_file(key, file.clone(), again, anew)?;
            if let Some(issue) = file.issue.as_deref().filter(|_| !whole && !anew) {
                // It has changed since it was looked at.
                broken.insert(DocId::from(issue));
                self.begin_issue_anew(&DocId::from(issue), files.iter().take(nth), &elsewhere)?;
            }
        }
        Ok(())
    }

    /// Of an issue one page cannot be fed as it was, and those in `fed` have been: it ends here, and they come again, as revisions.
    fn begin_issue_anew<'f>(
        &mut self,
        issue: &DocId,
        fed: impl Iterator<Item = &'f (String, File)>,
        elsewhere: &HashMap<u64, PathBuf>,
    ) -> Result<(), Stopped> {
        say_begun_anew(issue);
        let Some(row) = self.issues.revise(issue) else { return Ok(()) };
        self.outlet.end(issue, vec![row])?;
        for (key, _) in fed.filter(|(_, file)| file.issue.as_deref() == Some(&**issue)) {
            if let Some(file) = self.desk.known.get(key).filter(|file| file.state == State::Done).cloned() {
                let again = self.again(key, &file, elsewhere);
                self.replay_file(key, file, again, true)?;
            }
        }
        Ok(())
    }

    /// The file of a row, if it has still the bytes that were fed: under its name, or under another that was not known, by the files
    /// that are `elsewhere`.
    fn again(&self, key: &str, file: &File, elsewhere: &HashMap<u64, PathBuf>) -> Option<(PathBuf, Name, Whole)> {
        let moved = elsewhere.get(&file.inode).cloned();
        self.desk.path_of(key).into_iter().chain(moved).find_map(|path| {
            let name = self.settings.name(&path)?;
            let is_free = name.key == key || self.desk.known.get(&name.key).is_none();
            let data = fs::metadata(&path).ok().filter(|data| is_free && data.is_file())?;
            match reading::first(&path, &Look::of(&data)) {
                First::Read(whole) if whole.hash == file.fed() => Some((path, name, whole)),
                _ => None,
            }
        })
    }

    /// Feeds a file as it was, or `anew` as a revision, if there is one to be fed `again`. Says whether all of it was fed.
    fn replay_file(&mut self, key: &str, file: File, again: Option<(PathBuf, Name, Whole)>, anew: bool) -> Result<bool, Stopped> {
        let Some((path, name, whole)) = again else {
            tracing::warn!(
                code = "lost_file",
                "{key} is gone or has changed before all of it was written; what is there is read as a revision"
            );
            self.desk.in_flight.remove(&file.n);
            let row = self.desk.known.set(key, naming::without_endings(key), File { state: State::Lost, ..file });
            self.outlet.mark(vec![row])?;
            return Ok(false);
        };
        self.desk.pending.remove(&path);
        let file = if name.key == key {
            file
        } else {
            let rows = self.desk.rename(key, &name, &whole.look);
            self.outlet.mark(rows)?;
            self.desk.known.get(&name.key).cloned().unwrap_or(file)
        };
        if anew && file.issue.is_none() {
            tracing::info!(code = "begun_anew", "{key} begins anew as a revision: the configuration has changed");
        }
        let revision = file.revision.saturating_add(u32::from(anew));
        let from = if anew { 0 } else { file.from };
        let refused = if anew { 0 } else { file.refused };
        let fed = self.feed(&path, &name, whole, File { revision, from, ..file })?;
        for _ in 0..refused {
            self.refuse_change(&name, Vec::new())?;
        }
        self.outlet.pass()?;
        Ok(fed)
    }
}
