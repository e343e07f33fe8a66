//! Output files that are there: what a run does with those of earlier runs, and with those that somebody has moved away.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use pipeline::{Change, Memory, SinkError, StateError, Store};
use serde_json::{Value, json};

use super::shelf::{Appending, Shelf};
use super::whole::whole_length;

/// What the keys of rows begin with.
const OUTPUT: &str = "output/";
/// In the row of a file that another configuration wrote: since then nobody writes there.
const LEFT: &str = "left";
/// In the row of a file in whose place somebody has put another, until that one is gone.
const REPLACED: &str = "replaced";

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
            let number = |name: &str| row.get(name).and_then(Value::as_u64);
            let Some(length) = number("length") else {
                let reason = format!("the row {key} of the state beside it does not say how long it is");
                return Err(StateError::Foreign { path, reason }.into());
            };
            let was_left = is_left(&row);
            if !gives(&path) {
                if !was_left {
                    // Whatever is there, it is no reason not to begin.
                    if let Err(error) = length_of(&path).and_then(|found| cut(&path, found, length)) {
                        tracing::warn!(code = "output_left", "{error}; it is left as it is");
                    }
                    row[LEFT] = json!(true);
                    store.commit(&[Change::set(&key, row)])?;
                }
                continue;
            }
            let found = length_of(&path)?;
            if is_replaced(Some(&row)) && found > 0 {
                return Err(unknown(&path));
            }
            let length = if was_left { taken_up(store, &key, row.clone(), &path, found)? } else { length };
            let length = if found == 0 && length > 0 { taken(store, &path, length)? } else { length };
            if found < length {
                return Err(too_short(&path, found, length));
            }
            cut(&path, found, length)?;
            if let Some(route) = row.get("route").and_then(Value::as_str) {
                let route: Arc<str> = folder.join(route).display().to_string().into();
                // The row that was set last is of the latest day.
                if let Some(before) = self.current.insert(Arc::clone(&route), (path.clone(), number("n").unwrap_or(1) as u32)) {
                    self.before.insert(route, before);
                }
            }
            appending.committed.insert(path, length);
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
        appending.committed.extend(self.parts.iter().map(|(path, part)| (path.clone(), part.length())));
        // Those that are not open count, too.
        for (path, length) in &mut appending.committed {
            let found = length_of(path)?;
            if *length > 0 && found == 0 {
                note_moved(&appending.store, path)?;
                *length = 0;
            } else if found > 0 && self.parts.get(path).is_some_and(|part| !part.is_at_its_name()) {
                note_replaced(&appending.store, path)?;
            }
        }
        self.parts.clear();
        self.opened.clear();
        Ok(())
    }
}

/// Whether a row of the state is of an output that another configuration wrote, to which nothing is written any more: what is there
/// now is not the state's business.
pub fn is_left(row: &Value) -> bool {
    row.get(LEFT).is_some()
}

/// Whether somebody has put another file in the place of an output.
pub(super) fn is_replaced(row: Option<&Value>) -> bool {
    row.is_some_and(|row| row.get(REPLACED).is_some())
}

/// How long a file is; one that is not there has no length.
pub(super) fn length_of(path: &Path) -> Result<u64, SinkError> {
    match fs::metadata(path) {
        Ok(data) => Ok(data.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(cause) => Err(SinkError::from_io(path.display().to_string(), cause)),
    }
}

/// Of a file with `length` bytes nothing is there though nobody has said that files are opened anew. Gives what is written of the
/// next of that name.
pub(super) fn taken(store: &Store, path: &Path, length: u64) -> Result<u64, SinkError> {
    let shown = path.display();
    tracing::warn!(code = "output_taken", "{shown} is gone with {length} bytes that were written; it begins anew");
    note_moved(store, path).map(|()| 0)
}

/// Says in the state that a file was moved away, before anything is written to the next of that name, which is shorter.
fn note_moved(store: &Store, path: &Path) -> Result<(), SinkError> {
    let key = store.key_of("output", path);
    // One that nothing is written to any more has no row.
    if let Some(mut row) = store.get(&key)? {
        row["length"] = json!(0);
        if let Some(row) = row.as_object_mut() {
            row.remove(REPLACED);
        }
        store.commit(&[Change::set(key, row)])?;
    }
    Ok(())
}

/// Says in the state that another file stands in the place of an output, so that no start takes it for what was written.
pub(super) fn note_replaced(store: &Store, path: &Path) -> Result<(), SinkError> {
    let key = store.key_of("output", path);
    if let Some(mut row) = store.get(&key)? {
        row[REPLACED] = json!(true);
        store.commit(&[Change::set(key, row)])?;
    }
    Ok(())
}

/// A file that another configuration left is written to again: what stands there was put there by somebody, or is what was left.
fn taken_up(store: &Store, key: &str, mut row: Value, path: &Path, found: u64) -> Result<u64, SinkError> {
    let length = row["length"].as_u64().unwrap_or(0);
    let length = if found > length { found } else { length };
    if found > 0 {
        let whole = whole_length(path).map_err(|cause| SinkError::from_io(path.display().to_string(), cause))?;
        if whole < found {
            let reason = "it does not end with a whole record; end its last line, or move it away".to_owned();
            return Err(StateError::Foreign { path: path.to_owned(), reason }.into());
        }
    }
    if let Some(row) = row.as_object_mut() {
        row.remove(LEFT);
        row.insert("length".to_owned(), json!(length));
    }
    store.commit(&[Change::set(key, row)])?;
    Ok(length)
}

fn cut(path: &Path, found: u64, length: u64) -> Result<(), SinkError> {
    if found <= length {
        return Ok(());
    }
    tracing::info!(code = "output_cut", "{} is cut back from {found} to {length} bytes, which are what was committed", path.display());
    let file = fs::File::options().write(true).open(path);
    let cut = file.and_then(|file| file.set_len(length).and_then(|()| file.sync_all()));
    cut.map_err(|cause| SinkError::from_io(path.display().to_string(), cause))
}

pub(super) fn too_short(path: &Path, found: u64, committed: u64) -> SinkError {
    let help = "bring the rest back, or move it away to begin anew behind what was written";
    let reason = format!("it holds {found} bytes, but {committed} had been brought to the disk; {help}");
    StateError::Foreign { path: path.to_owned(), reason }.into()
}

pub(super) fn unknown(path: &Path) -> SinkError {
    let reason = "it holds records that the state of this run does not know of; move it away, or name another output";
    StateError::Foreign { path: path.to_owned(), reason: reason.to_owned() }.into()
}
