//! How far a replay has come: rows in the state of the run whose output it adds to, so that one that was killed goes on where it was
//! and no record comes twice.
//!
//! | row | says |
//! |---|---|
//! | `replay/<letters>/page/<key>` | as which revision a page was last fed, and whether all that came of it is delivered |
//! | `replay/<letters>/begun/<unit>` | which pages were being fed together |
//! | `replay/<letters>/ended/<unit>` | how many documents of a file are concluded |
//!
//! They are forgotten when the letters have been written anew. One stays: `replayed/<path>` says what revision a page of a file has
//! had, so that the file is not read with the same number when it changes.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use pipeline::{Change, Feed, Memory, StateError, Store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::index::{Index, Noted};
use super::letter::Key;

/// What the keys of all rows begin with, of a replay of `letters` under the state at `state`: the runner's own rows, too.
pub(crate) fn rows(state: &Path, letters: &Path) -> String {
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder =
        state.parent().map_or_else(PathBuf::new, |folder| whole(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }));
    let letters = whole(letters);
    format!("replay/{}/", letters.strip_prefix(&folder).unwrap_or(&letters).display())
}

/// What the keys of rows begin with that say how often the pages of a file were replayed.
pub(crate) const REPLAYED: &str = "replayed/";

/// A page's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fed {
    pub(crate) rev: u32,
    pub(crate) done: bool,
}

/// All rows of pages, by their keys.
pub(crate) fn pages(store: &Store, rows: &str) -> Result<HashMap<String, Fed>, StateError> {
    let mut pages = HashMap::new();
    store.each(&format!("{rows}page/"), &mut |key, row| {
        let fed = serde_json::from_value(row).map_err(|error| {
            let reason = format!("the row {key} is not what this version writes ({error})");
            StateError::Foreign { path: store.path().to_owned(), reason }
        })?;
        pages.insert(key.to_owned(), fed);
        Ok(())
    })?;
    Ok(pages)
}

/// The key of the row of a page.
pub(crate) fn page_row(rows: &str, key: &Key) -> String {
    format!("{rows}page/{:032x}", u128::from_be_bytes(*key))
}

/// See the module. In a run without a state everything is new.
pub(super) struct Progress {
    memory: Option<Memory>,
    rows: String,
    /// As they were when the replay began.
    pages: HashMap<String, Fed>,
}

/// What there is to do of a unit.
pub(super) struct Begun {
    /// Letters, each with the revision that its page gets.
    pub(super) pages: Vec<(usize, u32)>,
    /// Whether the same pages were fed before, in part, and are fed again.
    pub(super) again: bool,
    /// To be recorded before the first page.
    pub(super) changes: Vec<Change>,
}

impl Progress {
    pub(super) fn new(feed: &Feed, letters: &Path) -> Result<Self, StateError> {
        let memory = feed.memory().cloned();
        let rows = memory.as_ref().map(|memory| rows(memory.store.path(), letters)).unwrap_or_default();
        let pages = memory.as_ref().map(|memory| pages(&memory.store, &rows)).transpose()?.unwrap_or_default();
        Ok(Self { memory, rows, pages })
    }

    /// What of `letters` is not done.
    pub(super) fn begin(&self, unit: &str, letters: Vec<(usize, &Noted)>) -> Result<Begun, StateError> {
        let Some(memory) = &self.memory else {
            let pages = letters.into_iter().map(|(at, letter)| (at, letter.revision.saturating_add(1))).collect();
            return Ok(Begun { pages, again: false, changes: Vec::new() });
        };
        let mut left = Vec::new();
        let mut names = blake3::Hasher::new();
        for (at, letter) in letters {
            let fed = self.pages.get(&page_row(&self.rows, &letter.key)).copied();
            if fed.is_none_or(|fed| !fed.done || fed.rev <= letter.revision) {
                names.update(&letter.key);
                left.push((at, letter, fed));
            }
        }
        let names: String = names.finalize().to_hex().chars().take(16).collect();
        let begun_row = format!("{}begun/{unit}", self.rows);
        let begun = memory.store.get(&begun_row)?;
        let same = begun.as_ref().and_then(|row| row.as_str()) == Some(&names) && !memory.config_changed;
        let again = same && left.iter().all(|(_, letter, fed)| fed.is_some_and(|fed| !fed.done && fed.rev > letter.revision));
        let mut changes = vec![Change::set(begun_row, names), Change::forget(self.ended_row(unit))];
        let mut pages = Vec::new();
        for (at, letter, fed) in left {
            let fed = fed.map_or(0, |fed| fed.rev);
            // What came of an earlier attempt keeps its number.
            let rev = if again { fed } else { fed.max(letter.revision).saturating_add(1) };
            changes.push(Change::set(page_row(&self.rows, &letter.key), json!(Fed { rev, done: false })));
            pages.push((at, rev));
        }
        Ok(Begun { pages, again, changes: if again { Vec::new() } else { changes } })
    }

    /// The rows that say that a unit is done.
    pub(super) fn done(&self, unit: &str, index: &Index, pages: &[(usize, u32)]) -> Vec<Change> {
        let Some(memory) = &self.memory else { return Vec::new() };
        let done = pages.iter().filter_map(|(at, rev)| {
            let letter = index.letters.get(*at)?;
            Some(Change::set(page_row(&self.rows, &letter.key), json!(Fed { rev: *rev, done: true })))
        });
        let mut changes: Vec<Change> = done.collect();
        let mut files: BTreeMap<&str, u32> = BTreeMap::new();
        for (at, rev) in pages {
            if let Some(letter) = index.letters.get(*at) {
                let highest = files.entry(&letter.path).or_default();
                *highest = (*highest).max(*rev);
            }
        }
        for (path, rev) in files {
            let key = format!("{REPLAYED}{path}");
            // What cannot be read any more ends the run when it is read next.
            let before = memory.store.get(&key).ok().flatten().and_then(|row| row.as_u64()).unwrap_or(0);
            changes.push(Change::set(key, before.max(u64::from(rev))));
        }
        changes.extend([Change::forget(format!("{}begun/{unit}", self.rows)), Change::forget(self.ended_row(unit))]);
        changes
    }

    /// How many ends of documents of a file have been concluded.
    pub(super) fn ended(&self, unit: &str) -> Result<u64, StateError> {
        let Some(memory) = &self.memory else { return Ok(0) };
        Ok(memory.store.get(&self.ended_row(unit))?.and_then(|row| row.as_u64()).unwrap_or(0))
    }

    pub(super) fn set_ended(&self, unit: &str, ends: u64) -> Change {
        Change::set(self.ended_row(unit), ends)
    }

    fn ended_row(&self, unit: &str) -> String {
        format!("{}ended/{unit}", self.rows)
    }
}
