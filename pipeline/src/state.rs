//! What a run remembers from one start to the next: rows of JSON by key, each transaction on the disk whole or not at all.
//!
//! One file, which grows at its end (see `state/log.rs`) and is written anew when a third of it is out of date, and a lock file beside it.
//! A transaction is brought to the disk first and sealed afterwards, and only then it counts as done. Opening therefore knows two
//! cases apart: what is torn behind the last seal was never done and is cut off; what is missing or damaged before it is a loss,
//! and nothing starts from a state with a loss in it ([`StateError::Damaged`]). No checksum of a row alone can tell that.
//!
//! Why no database: the embedded ones that were looked at go back to the transaction before when the newest is damaged, without a
//! word, and with `after: delete` that would lose pages. What is needed here is little: to append, and to read all at the start.
//!
//! What the rows mean is their owners' business. Only where they lie in the file is kept in memory.

mod ends;
mod folders;
mod index;
mod log;
mod repair;

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub use ends::{digest_at, digest_of_end, end_of, extend_end};
pub use folders::{make_folder, sync_folder};
use index::{InOrder, Index, Rows};
use log::Log;
pub use repair::{Salvage, salvage, write_anew};

/// One row that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which; by convention `kind/name`.
    pub key: String,
    /// What it says from now on; `None` forgets it.
    pub value: Option<Value>,
}

impl Change {
    /// Sets a row. A row cannot be null.
    pub fn set(key: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { key: key.into(), value: Some(value.into()) }
    }

    /// Forgets a row.
    pub fn forget(key: impl Into<String>) -> Self {
        Self { key: key.into(), value: None }
    }
}

/// Why there is no state to go on from.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another process has it.
    #[error("{} is in use by another jianbao; stop that one first, or give this run a state of its own", .path.display())]
    Locked {
        /// The state.
        path: PathBuf,
    },
    /// Something that was done is not there any more.
    #[error("{} is damaged: {reason}; nothing was changed. `jianbao state verify` says more, `jianbao state repair` keeps what can be read", .path.display())]
    Damaged {
        /// The state.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// It is no state of ours, or does not belong to what it lies beside.
    #[error("{}: {reason}", .path.display())]
    Foreign {
        /// What was found.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// The system refused.
    #[error("failed to keep {}: {cause}", .path.display())]
    Io {
        /// The state.
        path: PathBuf,
        /// The system's reason.
        #[source]
        cause: io::Error,
    },
}

/// Rows of a run's state. One process has it at a time.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// Held for its lock; none where nothing can be written, to look only.
    _lock: Option<File>,
    inner: Mutex<Inner>,
}

/// How a state lies in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Records.
    pub transactions: u64,
    /// The number of the last transaction there was; a file that was written anew does not begin with the first.
    pub last: u64,
    /// Where its record begins.
    pub last_at: Option<u64>,
    /// Where the last record ends.
    pub bytes: u64,
    /// Bytes behind that, of something that was never done.
    pub torn: u64,
    /// Rows that others have taken the place of.
    pub out_of_date: u64,
}

#[derive(Debug)]
struct Inner {
    log: Log,
    index: Index,
    /// An earlier write was not brought to the disk: what is there is not known any more.
    broken: bool,
}

/// A file with fewer rows than this is not worth writing anew.
const FEW_ROWS: usize = 20_000;

/// The state of a run that writes `output`: beside it, under its name.
pub fn path_beside(output: &Path) -> PathBuf {
    with_ending(output, ".state")
}

/// All files of the state at `path`: itself, its lock, and what it is written anew to.
pub fn files_of(path: &Path) -> [PathBuf; 3] {
    [path.to_owned(), with_ending(path, ".lock"), with_ending(path, ".new")]
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Takes the lock of the state at `path`; it is given back when the file is dropped.
///
/// # Errors
/// [`StateError::Locked`] when another process has it.
pub fn lock(path: &Path) -> Result<File, StateError> {
    let io = |cause| StateError::Io { path: path.to_owned(), cause };
    make_folder(path).map_err(io)?;
    let lock = File::options().create(true).append(true).open(with_ending(&real(path), ".lock")).map_err(io)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StateError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(io(cause)),
    }
}

impl Store {
    /// Opens the state at `path`, or begins one where there is none.
    ///
    /// # Errors
    /// See [`StateError`]. The file is not changed then.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let lock = lock(path)?;
        let mut index = Index::default();
        let file = real(path);
        let there = file.try_exists().map_err(|cause| StateError::Io { path: path.to_owned(), cause })?;
        let log = if there { Log::open(&file, &mut |at, rows| Ok(index.note_all(at, rows)?))? } else { Log::create(&file)? };
        let inner = Inner { log, index, broken: false };
        Ok(Self { path: path.to_owned(), _lock: Some(lock), inner: Mutex::new(inner) })
    }

    /// Opens the state at `path` to look at it: nothing is changed, and nothing can be.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn look(path: &Path) -> Result<(Self, Extent), StateError> {
        std::fs::metadata(path).map_err(|cause| StateError::Io { path: path.to_owned(), cause })?;
        let lock = match lock(path) {
            Err(StateError::Io { cause, .. })
                if matches!(cause.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied) =>
            {
                None
            }
            lock => Some(lock?),
        };
        let (mut log, seal) = Log::open_unchecked(&real(path), true)?;
        let (mut index, mut extent) = (Index::default(), Extent::default());
        log.check(seal, &mut |at, rows| {
            index.note_all(at, rows)?;
            extent.transactions += 1;
            extent.last_at = Some(at);
            Ok(())
        })?;
        let out_of_date = (index.written() - index.len()) as u64;
        extent = Extent { last: log.sequence(), bytes: log.end(), torn: log.behind()?, out_of_date, ..extent };
        let inner = Inner { log, index, broken: true };
        Ok((Self { path: path.to_owned(), _lock: lock, inner: Mutex::new(inner) }, extent))
    }

    /// Writes the file anew without rows that are out of date.
    ///
    /// # Errors
    /// When the system refuses; it is as it was before then.
    pub fn compact(&self) -> Result<(), StateError> {
        self.inner().rewrite()
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that it lies in, from the root on: names in rows begin there.
    pub fn folder(&self) -> PathBuf {
        absolute(&self.path).parent().map(Path::to_owned).unwrap_or_default()
    }

    /// The key of a row about the file at `path`: by its name from the state's folder, when it is below, so that both can be
    /// moved together, else from the root on. However `path` is written, it is the same.
    pub fn key_of(&self, kind: &str, path: &Path) -> String {
        let path = absolute(path);
        format!("{kind}/{}", path.strip_prefix(self.folder()).unwrap_or(&path).display())
    }

    /// The row of `key`.
    ///
    /// # Errors
    /// When it cannot be read any more.
    pub fn get(&self, key: &str) -> Result<Option<Value>, StateError> {
        let mut inner = self.inner();
        let Some(at) = inner.index.place(key) else { return Ok(None) };
        Ok(inner.log.read(at)?.remove(key))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.inner().index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Visits all rows whose keys begin with `prefix`, in the order in which they were set.
    ///
    /// # Errors
    /// When they cannot be read any more, and what `visit` gives.
    pub fn each(&self, prefix: &str, visit: &mut dyn FnMut(&str, Value) -> Result<(), StateError>) -> Result<(), StateError> {
        self.each_json(prefix, &mut |key, row| {
            let value = serde_json::from_str(row).map_err(|error| StateError::Damaged {
                path: self.path.clone(),
                reason: format!("the row {key} cannot be read: {error}"),
            })?;
            visit(key, value)
        })
    }

    /// The same with rows as they stand in the file, as JSON.
    ///
    /// # Errors
    /// When they cannot be read any more, and what `visit` gives.
    pub fn each_json(&self, prefix: &str, visit: &mut dyn FnMut(&str, &str) -> Result<(), StateError>) -> Result<(), StateError> {
        let inner = &mut *self.inner();
        let index = &inner.index;
        if let Some(few) = index.few(prefix) {
            // Neighbours often stand in one record.
            let mut read = (0, Map::new());
            for (at, key) in few {
                if at != read.0 {
                    read = (at, inner.log.read(at)?);
                }
                if let Some(row) = read.1.get(key) {
                    visit(key, &row.to_string())?;
                }
            }
            return Ok(());
        }
        // To look each of a million keys up takes as long as to read them.
        let mut numbers = 0..;
        inner.log.each(&mut |_, Rows(rows)| {
            for ((key, row), nth) in rows.into_iter().zip(&mut numbers) {
                if let Some(row) = row.filter(|_| index.holds(nth) && key.starts_with(prefix)) {
                    visit(&key, row.get())?;
                }
            }
            Ok(())
        })
    }

    /// Brings `changes` to the disk, all or none. Later ones go before earlier ones with the same key.
    ///
    /// # Errors
    /// When the disk is full nothing has changed, and it may be tried again. After any other error the state takes no more.
    pub fn commit(&self, changes: &[Change]) -> Result<(), StateError> {
        let inner = &mut *self.inner();
        if inner.broken {
            let cause = io::Error::other("an earlier write was not brought to the disk");
            return Err(StateError::Io { path: self.path.clone(), cause });
        }
        let rows: Map<String, Value> =
            changes.iter().map(|change| (change.key.clone(), change.value.clone().unwrap_or(Value::Null))).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let appended = inner.log.append(&rows);
        inner.broken = matches!(&appended, Err(StateError::Io { cause, .. }) if !is_full(cause));
        let at = appended?;
        rows.iter().for_each(|(key, value)| inner.index.note(at, key, !value.is_null()));
        if inner.index.written() > FEW_ROWS.max(inner.index.len() / 2 * 3) {
            // Without room for a second copy the file is as good as before, only longer.
            match inner.rewrite() {
                Err(StateError::Io { cause, .. }) if is_full(&cause) => {}
                rewritten => {
                    inner.broken = rewritten.is_err();
                    rewritten?;
                }
            }
        }
        Ok(())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Writes the rows that hold into a new file, which takes the place of the old one when it is complete.
    fn rewrite(&mut self) -> Result<(), StateError> {
        /// So many bytes make a record: a start reads a few large ones faster than many small ones.
        const RECORD: usize = 64 << 10;
        let mut new = Log::begin(self.log.path(), self.log.sequence())?;
        let mut index = Index::default();
        let mut add = |rows: &mut Vec<(String, Box<RawValue>)>| -> Result<(), StateError> {
            if !rows.is_empty() {
                let at = new.append_unsealed(&InOrder(rows))?;
                rows.drain(..).for_each(|(key, _)| index.note(at, &key, true));
            }
            Ok(())
        };
        let (old, mut numbers) = (&self.index, 0..);
        let (mut rows, mut bytes) = (Vec::new(), 0);
        self.log.each(&mut |_, Rows(all)| {
            let hold = all.into_iter().zip(&mut numbers).filter(|(_, nth)| old.holds(*nth));
            for (key, row) in hold.filter_map(|((key, row), _)| Some((key, row?))) {
                bytes += key.len() + row.get().len();
                rows.push((key.into_owned(), row.to_owned()));
            }
            if bytes >= RECORD {
                bytes = 0;
                add(&mut rows)?;
            }
            Ok(())
        })?;
        add(&mut rows)?;
        new.publish()?;
        (self.log, self.index) = (new, index);
        Ok(())
    }
}

/// The file that `path` leads to: when it is a link, what takes the file's place must take it there.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().ok().or_else(|| Some(path.parent()?.join(path.read_link().ok()?))).unwrap_or_else(|| path.to_owned())
}

/// A path from the root on, without `..` as far as its folders are there: what `a/../b` is cannot be told from its name when `a` is a
/// link. One that is empty has none.
pub fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if path.components().any(|part| part == Component::ParentDir) { without_parents(&path) } else { path }
}

fn without_parents(path: &Path) -> PathBuf {
    match (path.parent(), path.components().next_back()) {
        (Some(_), Some(Component::ParentDir)) => path.canonicalize().unwrap_or_else(|_| path.to_owned()),
        (Some(folder), Some(name)) => without_parents(folder).join(name),
        _ => path.to_owned(),
    }
}

/// What a failed sync amounts to. Nobody knows what is on the disk then, be it full or not: trying again could succeed without a byte
/// written.
pub fn lasting(cause: &io::Error) -> io::Error {
    io::Error::other(format!("could not be brought to the disk: {cause}"))
}

/// Whether there is no room, which may pass.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests;
