//! Output files that are there: what a run does with those of earlier runs, and with those that somebody has moved away.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use pipeline::state::digest_at;
use pipeline::{Change, Memory, SinkError, StateError, Store};
use serde_json::{Value, json};

use super::shelf::{Appending, Shelf};
use super::whole::whole_length;

/// What the keys of rows begin with.
const OUTPUT: &str = "output/";
/// In the row of a file that another configuration wrote: since then nobody writes there.
const LEFT: &str = "left";
/// In the row of a file that was empty, from its first byte on until that is recorded: what stands in it is of the run that was ended
/// before.
const BEGUN: &str = "begun";

/// What is known of a file that was brought to the disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Committed {
    pub(super) length: u64,
    /// Of the last bytes before that, so that it is told from another file; none in a row that is written by hand.
    pub(super) end: Option<String>,
}

impl Committed {
    fn of(row: &Value) -> Option<Self> {
        Some(Self { length: row.get("length")?.as_u64()?, end: row.get("end").and_then(Value::as_str).map(str::to_owned) })
    }

    /// Its row, without what leads there.
    pub(super) fn row(&self) -> Value {
        match &self.end {
            Some(end) => json!({ "length": self.length, "end": end }),
            None => json!({ "length": self.length }),
        }
    }

    /// Makes sure that the file at `path`, of which so many bytes are `found`, is the one that was written.
    pub(super) fn check(&self, path: &Path, found: u64) -> Result<(), SinkError> {
        if found < self.length {
            let help = "bring the rest back, or move it away to begin anew behind what was written";
            let reason = format!("it holds {found} bytes, but {} had been brought to the disk; {help}", self.length);
            return Err(StateError::Foreign { path: path.to_owned(), reason }.into());
        }
        if found == 0 || (self.length > 0 && self.ends_so(path)?) { Ok(()) } else { Err(unknown(path)) }
    }

    fn ends_so(&self, path: &Path) -> Result<bool, SinkError> {
        let Some(end) = &self.end else { return Ok(true) };
        let found = digest_at(path, self.length).map_err(|cause| SinkError::from_io(path.display().to_string(), cause))?;
        Ok(found == *end)
    }
}

impl Shelf {
    /// Goes on with the files of earlier runs. See [`pipeline::Sink::resume`].
    pub(super) fn resume(&mut self, memory: &Memory) -> Result<(), SinkError> {
        let store = &memory.store;
        let folder = store.folder();
        let mut appending = Appending { committed: HashMap::new(), gone: Vec::new(), store: Arc::clone(store) };
        let mut rows = Vec::new();
        store.each(OUTPUT, &mut |key, row| {
            rows.push((key.to_owned(), row));
            Ok(())
        })?;
        // It may be tried again when there is room.
        self.current.clear();
        self.before.clear();
        let gives = self.names.given();
        for (key, mut row) in rows {
            let path = folder.join(key.strip_prefix(OUTPUT).unwrap_or(&key));
            let Some(mut committed) = Committed::of(&row) else {
                let reason = format!("the row {key} of the state beside it does not say how long it is");
                return Err(StateError::Foreign { path, reason }.into());
            };
            let was_left = is_left(&row);
            if !gives(&path) {
                if !was_left {
                    // Whatever is there, it is no reason not to begin.
                    match leave(&path, &committed, &row) {
                        Ok(()) => {
                            row[LEFT] = json!(true);
                            store.commit(&[Change::set(&key, row)])?;
                        }
                        Err(error) => tracing::warn!(code = "output_left", "{error}; it is left as it is"),
                    }
                }
                continue;
            }
            let found = length_of(&path)?;
            if was_left {
                committed = taken_up(store, &key, row.clone(), &path, found)?;
            }
            if found == 0 && committed.length > 0 {
                committed = taken(store, &path, committed.length)?;
            }
            if committed.length > 0 || row.get(BEGUN).is_none() {
                committed.check(&path, found)?;
            }
            cut(&path, found, committed.length)?;
            if committed.length == 0 && row.get(BEGUN).is_some() {
                store.commit(&[Change::set(&key, with(row.clone(), &committed))])?;
            }
            if let Some(route) = row.get("route").and_then(Value::as_str) {
                let number = row.get("n").and_then(Value::as_u64);
                let route: Arc<str> = folder.join(route).display().to_string().into();
                // The row that was set last is of the latest day.
                if let Some(before) = self.current.insert(Arc::clone(&route), (path.clone(), number.unwrap_or(1) as u32)) {
                    self.before.insert(route, before);
                }
            }
            appending.committed.insert(path, committed);
        }
        self.appending = Some(appending);
        if self.names.is_one() {
            let path = self.names.real().to_owned();
            self.open(&path)?;
        }
        Ok(())
    }

    /// Opens all files by their names again: one that was moved away is left to whoever did it, and a new one begins.
    pub(super) fn reopen(&mut self) -> Result<(), SinkError> {
        let Some(appending) = &mut self.appending else { return Ok(()) };
        appending.committed.extend(self.parts.iter().map(|(path, part)| (path.clone(), part.committed())));
        // Those that are not open count, too. Another file in the place of one is known by its end when that is opened.
        for (path, committed) in &mut appending.committed {
            if committed.length > 0 && length_of(path)? == 0 {
                note_moved(&appending.store, path)?;
                *committed = Committed::default();
            }
        }
        self.parts.clear();
        self.opened.clear();
        self.links.clear();
        Ok(())
    }
}

/// Whether a row of the state is of an output that another configuration wrote, to which nothing is written any more: what is there
/// now is not the state's business.
pub fn is_left(row: &Value) -> bool {
    row.get(LEFT).is_some()
}

/// Whether the file at `path`, of which a row of the state is, could be gone on with: there may be more in it than was recorded, and it
/// may be gone.
///
/// # Errors
/// The reason why not.
pub fn is_as_recorded(path: &Path, row: &Value) -> Result<(), String> {
    let said = |error: SinkError| error.to_string();
    let Some(committed) = Committed::of(row).filter(|_| !is_left(row)) else { return Ok(()) };
    let found = length_of(path).map_err(said)?;
    if found == 0 || (committed.length == 0 && row.get(BEGUN).is_some()) { Ok(()) } else { committed.check(path, found).map_err(said) }
}

/// How long a file is; one that is not there has no length.
pub(super) fn length_of(path: &Path) -> Result<u64, SinkError> {
    let found = data_of(path).map_err(|cause| SinkError::from_io(path.display().to_string(), cause))?;
    Ok(found.map_or(0, |data| data.len()))
}

/// What the system says of a file, if it is there.
///
/// # Errors
/// The system's, and when it is a folder or a pipe, of which an output divided among files can make nothing.
pub(super) fn data_of(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::metadata(path) {
        Ok(data) if data.is_file() => Ok(Some(data)),
        Ok(_) => Err(io::Error::other("something that is no file is there; move it away, or name another output")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// Of a file with `length` bytes nothing is there though nobody has said that files are opened anew. Gives what is written of the
/// next of that name.
pub(super) fn taken(store: &Store, path: &Path, length: u64) -> Result<Committed, SinkError> {
    let shown = path.display();
    tracing::warn!(code = "output_taken", "{shown} is gone with {length} bytes that were written; it begins anew");
    note_moved(store, path).map(|()| Committed::default())
}

/// Says in the state that a file was moved away, before anything is written to the next of that name, which is shorter.
fn note_moved(store: &Store, path: &Path) -> Result<(), SinkError> {
    let key = store.key_of("output", path);
    // One that nothing is written to any more has no row.
    if let Some(row) = store.get(&key)? {
        store.commit(&[Change::set(key, with(row, &Committed::default()))])?;
    }
    Ok(())
}

/// Says in the state that a file is begun, right before there is anything in it, so that what is never recorded is known to be cut
/// off.
pub(super) fn note_begun(store: &Store, path: &Path) -> Result<(), SinkError> {
    let key = store.key_of("output", path);
    let mut row = with(store.get(&key)?.unwrap_or_else(|| json!({})), &Committed::default());
    row[BEGUN] = json!(true);
    Ok(store.commit(&[Change::set(key, row)])?)
}

/// Makes sure that a file to which something is written again has a row: one that was full had lost it.
pub(super) fn note_again(store: &Store, path: &Path, committed: &Committed) -> Result<(), SinkError> {
    let key = store.key_of("output", path);
    if committed.length > 0 && store.get(&key)?.is_none() {
        store.commit(&[Change::set(key, committed.row())])?;
    }
    Ok(())
}

/// A row that says no more of the file than this, and where it leads.
fn with(mut row: Value, committed: &Committed) -> Value {
    let mut new = committed.row();
    for name in ["route", "n"] {
        if let Some(value) = row.get_mut(name) {
            new[name] = value.take();
        }
    }
    new
}

/// Cuts off what another configuration wrote to a file and did not record.
fn leave(path: &Path, committed: &Committed, row: &Value) -> Result<(), SinkError> {
    let found = length_of(path)?;
    let is_ours = match committed.length {
        0 => row.get(BEGUN).is_some(),
        length => found >= length && committed.end.is_some() && committed.ends_so(path)?,
    };
    if is_ours { cut(path, found, committed.length) } else { Ok(()) }
}

/// A file that another configuration left is written to again: what stands there was put there by somebody, or is what was left.
fn taken_up(store: &Store, key: &str, row: Value, path: &Path, found: u64) -> Result<Committed, SinkError> {
    let left = Committed::of(&row).unwrap_or_default();
    let failed = |cause| SinkError::from_io(path.display().to_string(), cause);
    let committed =
        if found > left.length { Committed { length: found, end: Some(digest_at(path, found).map_err(failed)?) } } else { left };
    if found > 0 {
        let whole = whole_length(path).map_err(failed)?;
        if whole < found {
            let reason = "it does not end with a whole record; end its last line, or move it away".to_owned();
            return Err(StateError::Foreign { path: path.to_owned(), reason }.into());
        }
    }
    store.commit(&[Change::set(key, with(row, &committed))])?;
    Ok(committed)
}

/// Cuts a file back to what was recorded of it.
fn cut(path: &Path, found: u64, length: u64) -> Result<(), SinkError> {
    if found <= length {
        return Ok(());
    }
    tracing::info!(code = "output_cut", "{} is cut back from {found} to {length} bytes, which are what was committed", path.display());
    let file = fs::File::options().write(true).open(path);
    let cut = file.and_then(|file| file.set_len(length).and_then(|()| file.sync_all()));
    cut.map_err(|cause| SinkError::from_io(path.display().to_string(), cause))
}

/// The same in a run that goes on, which has written nothing there that it does not know of.
pub(super) fn cut_others(path: &Path, found: u64, length: u64) -> Result<(), SinkError> {
    if found > length {
        tracing::warn!(code = "output_cut", "{} holds {} bytes that somebody has added; they are cut off", path.display(), found - length);
    }
    cut(path, found, length)
}

fn unknown(path: &Path) -> SinkError {
    let reason = "it holds records that the state of this run does not know of; move it away, or name another output";
    StateError::Foreign { path: path.to_owned(), reason: reason.to_owned() }.into()
}
