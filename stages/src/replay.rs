//! What `jianbao replay` does with a file of dead letters besides running its pages (which the source `dead_letters` does): keeping
//! others from it, saying what is in it, and writing it anew without what works now.
//!
//! Failures of a replay go to a journal. The letters themselves stay as they are until the end; then those of pages that were run are
//! replaced by what the journal says of them, all at once. Whenever it is killed, the letters are those from before or those from
//! after.

mod watched;

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use pipeline::state::sync_folder;
use pipeline::{Change, Checkpoint, StateError, Store};
use serde_json::Value;

use crate::source::dead_letters::UNTRIED;
use crate::source::dead_letters::index::{Index, Noted, line_of};
use crate::source::dead_letters::letter::Key;
use crate::source::dead_letters::progress::{page_row, pages, rows};
use crate::source::file_id::same_file;
pub use watched::watched;

/// What the keys of a replay's rows begin with, in the state at `state`.
pub fn rows_of(state: &Path, letters: &Path) -> String {
    rows(state, letters)
}

/// Where the failures of a replay go: beside the state of the run that it adds to, or beside the letters when it is on its own.
pub fn journal_of(state: Option<&Path>, letters: &Path) -> PathBuf {
    let (base, ending) = match state {
        Some(state) => {
            let hash = blake3::hash(rows(state, letters).as_bytes()).to_hex();
            (state, format!(".replay-{}", hash.get(..8).unwrap_or_default()))
        }
        None => (letters, ".replay".to_owned()),
    };
    let mut name = base.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file of dead letters that nobody else writes to.
pub struct Letters {
    path: PathBuf,
    file: File,
    index: Index,
}

/// Letters with one code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// How many there are.
    pub letters: usize,
    /// Pages that they are about.
    pub pages: usize,
    /// Of the letters, those without a text, whose pages are read again from their files.
    pub without_text: usize,
}

/// What became of the letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many there were.
    pub letters: usize,
    /// Those of pages that came through.
    pub acknowledged: usize,
    /// Lines that are in the file now, but for those that came to it meanwhile.
    pub remain: usize,
}

impl Letters {
    /// Takes the file, of a run whose state is `state` if it has one. What the journal holds of a replay that is over is removed.
    ///
    /// # Errors
    /// With [`io::ErrorKind::ResourceBusy`] when somebody is writing to it.
    pub fn take(path: &Path, state: Option<&Store>, journal: &Path) -> Result<Self, io::Error> {
        let recorded = state.map(|store| recorded(store, path)).transpose().map_err(io::Error::other)?.flatten();
        let file = pipeline::run::take_letters(path, recorded.as_ref().map(|(_, row)| row))?;
        // What a replay has left that was killed on its own, or when all was done but that.
        let goes_on = state.map(|store| store.get(&store.key_of("dead", journal))).transpose().map_err(io::Error::other)?.flatten();
        if goes_on.is_none() {
            remove(journal)?;
        }
        let index = Index::read(&file)?;
        Ok(Self { path: path.to_owned(), file, index })
    }

    /// What is in the file at `path`, by code, and how many of its lines are no letters.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn look(path: &Path) -> io::Result<(BTreeMap<String, Group>, usize)> {
        let index = Index::read(&File::open(path)?)?;
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let mut seen: HashSet<(&str, Key)> = HashSet::new();
        for letter in &index.letters {
            let group = groups.entry(letter.code.to_string()).or_default();
            group.letters += 1;
            group.pages += usize::from(seen.insert((&letter.code, letter.key)));
            group.without_text += usize::from(!letter.has_text);
        }
        Ok((groups, index.bad.len()))
    }

    /// Writes the file anew after a replay on its own that came to its end: all its pages were run.
    ///
    /// # Errors
    /// When the letters are still those from before.
    pub fn acknowledge(&self, journal: &Path) -> io::Result<Outcome> {
        let outcome = self.rewrite(journal, &|_| true, &|_| false)?;
        remove(journal)?;
        Ok(outcome)
    }

    /// The same after a replay under the state `store`, be it to its end or not: the rows say which pages were run. When a document is
    /// still open nothing is done, and `None` given: the next replay goes on.
    ///
    /// # Errors
    /// When the letters are still those from before, or the rows of the replay could not be forgotten, which does not matter.
    pub fn acknowledge_with(&self, store: &Store, checkpoint: &Checkpoint, journal: &Path) -> Result<Option<Outcome>, StateError> {
        let failed = |cause| StateError::Io { path: self.path.clone(), cause };
        let mut open = false;
        store.each(&checkpoint.document_rows(), &mut |_, _| {
            open = true;
            Ok(())
        })?;
        if open {
            return Ok(None);
        }
        let pages = pages(store, &checkpoint.rows)?;
        let unfinished = pages.values().any(|fed| !fed.done);
        let mut changes = Vec::new();
        store.each(&checkpoint.rows, &mut |key, _| {
            // Of what is not done the revision is remembered, and how far it has come.
            if pages.get(key).map_or(!unfinished, |fed| fed.done) {
                changes.push(Change::forget(key));
            }
            Ok(())
        })?;
        // The length that a run has recorded is that of the file from before.
        if let Some((key, _)) = recorded(store, &self.path)? {
            store.commit(&[Change::forget(key)])?;
        }
        let run = |letter: &Noted| {
            let fed = pages.get(&page_row(&checkpoint.rows, &letter.key));
            fed.is_some_and(|fed| fed.done && fed.rev > letter.revision)
        };
        // What the journal says of a page is out of date, too, when the page was run again after that.
        let outcome = self.rewrite(journal, &run, &run).map_err(failed)?;
        changes.push(Change::forget(store.key_of("dead", journal)));
        store.commit(&changes)?;
        remove(journal).map_err(failed)?;
        Ok(Some(outcome))
    }

    /// Replaces the letters of pages that were `run` by those of the journal that are not `out_of_date`.
    fn rewrite(&self, journal: &Path, run: &Judge<'_>, out_of_date: &Judge<'_>) -> io::Result<Outcome> {
        let failures = match File::open(journal) {
            Ok(file) => Some((Index::read(&file)?, file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let failed = failures.as_ref().map(|(index, _)| index.letters.as_slice()).unwrap_or_default();
        let untried = |letter: &Noted| UNTRIED.contains(&&*letter.code);
        let kept: HashSet<Key> = failed.iter().filter(|letter| untried(letter)).map(|letter| letter.key).collect();
        let again: HashSet<(&str, &str)> = failed.iter().map(|letter| (&*letter.doc_id, &*letter.page_id)).collect();

        let mut stays = Vec::new();
        let mut outcome = Outcome { letters: self.index.letters.len() + self.index.bad.len(), ..Outcome::default() };
        for letter in &self.index.letters {
            if kept.contains(&letter.key) || !run(letter) {
                stays.push((letter.at, letter.length));
            } else if !again.contains(&(&*letter.doc_id, &*letter.page_id)) {
                outcome.acknowledged += 1;
            }
        }
        stays.extend(self.index.bad.iter().map(|bad| (bad.at, bad.length)));
        stays.sort_unstable();

        let mut new = Replacement::of(&self.path)?;
        for (at, length) in stays {
            new.line(&line_of(&self.file, at, length)?, true)?;
        }
        if let Some((index, file)) = &failures {
            for letter in index.letters.iter().filter(|letter| !untried(letter)) {
                if !out_of_date(letter) {
                    new.line(&line_of(file, letter.at, letter.length)?, false)?;
                }
            }
        }
        outcome.remain = new.lines;
        new.take_place(&self.file, self.index.length, &self.path)?;
        Ok(outcome)
    }
}

type Judge<'a> = dyn Fn(&Noted) -> bool + 'a;

/// The row that says how long the letters at `path` are, and its key.
fn recorded(store: &Store, path: &Path) -> Result<Option<(String, Value)>, StateError> {
    let folder = store.path().parent().map(Path::to_owned).unwrap_or_default();
    let mut found = None;
    store.each("dead/", &mut |key, row| {
        let name = Path::new(key.strip_prefix("dead/").unwrap_or(key));
        if same_file(&folder.join(name), path) || same_file(name, path) {
            found = Some((key.to_owned(), row));
        }
        Ok(())
    })?;
    Ok(found)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The file that takes the place of another.
struct Replacement {
    name: PathBuf,
    file: BufWriter<File>,
    lines: usize,
    /// Of the lines that stay, so that none of the journal comes to them twice.
    seen: HashSet<[u8; 32]>,
}

impl Replacement {
    fn of(path: &Path) -> io::Result<Self> {
        let real = fs::canonicalize(path)?;
        let mut name = std::ffi::OsString::from(".");
        name.push(real.file_name().unwrap_or_default());
        // Nobody else replays them, so what a killed replay has left is written over.
        name.push(".replayed");
        let name = real.with_file_name(name);
        let file = File::create(&name)?;
        file.set_permissions(fs::metadata(&real)?.permissions())?;
        Ok(Self { name, file: BufWriter::with_capacity(256 << 10, file), lines: 0, seen: HashSet::new() })
    }

    fn line(&mut self, line: &[u8], stays: bool) -> io::Result<()> {
        if !self.seen.insert(*blake3::hash(line.trim_ascii_end()).as_bytes()) && !stays {
            return Ok(());
        }
        self.lines += 1;
        self.file.write_all(line)?;
        if line.ends_with(b"\n") { Ok(()) } else { self.file.write_all(b"\n") }
    }

    /// Adds what came to the `old` file behind `length`, and takes its place.
    fn take_place(mut self, mut old: &File, length: u64, path: &Path) -> io::Result<()> {
        old.seek(SeekFrom::Start(length))?;
        io::copy(&mut old, &mut self.file)?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let real = fs::canonicalize(path)?;
        fs::rename(&self.name, &real)?;
        sync_folder(&real)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // It is gone when it has taken its place.
        fs::remove_file(&self.name).ok();
    }
}

#[cfg(test)]
mod tests;
