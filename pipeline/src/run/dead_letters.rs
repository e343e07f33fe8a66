//! The dead-letter file: tried when the run begins, opened when the first letter comes, on disk before its document is
//! acknowledged.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::OnError;
use crate::failure::{DeadLetter, Failure};
use crate::json;
use crate::sink::SinkError;
use crate::state::{Change, Store, make_folder, sync_folder};

pub(super) struct DeadLetters {
    /// `None` when failures are not kept.
    path: Option<PathBuf>,
    file: Option<Arc<File>>,
    /// Whether something was written since it was last brought to the disk.
    dirty: bool,
    /// In a run that keeps a state, the length that only whole letters have.
    length: Option<u64>,
    /// In such a run, the key of the row that says so.
    row: String,
}

impl DeadLetters {
    /// Makes sure that letters can be written, without leaving a file behind: a run without failures has none.
    ///
    /// # Errors
    /// When they cannot.
    pub(super) fn new(on_error: &OnError) -> Result<Self, SinkError> {
        let path = if let OnError::DeadLetter(path) = on_error { Some(path.clone()) } else { None };
        let letters = Self { path, file: None, dirty: false, length: None, row: String::new() };
        letters.path.as_deref().map_or(Ok(()), attempt).map_err(|cause| letters.failed(cause))?;
        Ok(letters)
    }

    /// Goes on with the letters of earlier runs: those that were not recorded are cut off, because their pages come again.
    ///
    /// # Errors
    /// When another run writes to the same file.
    pub(super) fn resume(&mut self, state: &Store) -> Result<(), SinkError> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        self.row = state.key_of("dead", &path);
        let recorded = state.get(&self.row)?.and_then(|row| row.get("length").and_then(Value::as_u64));
        let is_file = fs::metadata(&path).is_ok_and(|data| data.is_file());
        let opened = if is_file { open(&path).and_then(|file| cut(file, &path, recorded)).map(Some) } else { Ok(None) };
        let (file, length) = opened.map_err(|cause| self.failed(cause))?.map_or((None, 0), |(file, length)| (Some(Arc::new(file)), length));
        // Before the first letter of this run, so that it can be told from those that were there.
        if recorded != Some(length) {
            state.commit(&[Change::set(&self.row, json!({ "length": length }))])?;
        }
        (self.file, self.length) = (file, Some(length));
        Ok(())
    }

    pub(super) fn write(&mut self, failure: &Failure, config_hash: &str) -> Result<(), SinkError> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut line = Vec::new();
        let written = json::write_line(&mut line, &DeadLetter::new(failure, config_hash)).map_err(io::Error::from).and_then(|()| {
            let file = match &self.file {
                Some(file) => file,
                None => {
                    let file = open(path)?;
                    if self.length.is_some() {
                        lock(&file, path)?;
                    }
                    self.file.insert(Arc::new(file))
                }
            };
            self.dirty = true;
            let written = (&**file).write_all(&line);
            match (&mut self.length, &written) {
                (Some(length), Ok(())) => *length += line.len() as u64,
                // A letter that was torn by a full disk is written again.
                (Some(length), Err(_)) => file.set_len(*length)?,
                (None, _) => {}
            }
            written
        });
        written.map_err(|cause| self.failed(cause))
    }

    /// The next letter opens the file anew: it may have been moved away. Gives the row that says how much is in it now.
    pub(super) async fn reopen(&mut self) -> Result<Vec<Change>, SinkError> {
        self.flush().await?;
        self.file = None;
        let (Some(path), Some(length)) = (&self.path, &mut self.length) else { return Ok(Vec::new()) };
        *length = fs::metadata(path).map_or(0, |data| data.len());
        Ok(vec![Change::set(&self.row, json!({ "length": *length }))])
    }

    /// Brings what was written to the disk, and gives the row that says how much that is.
    pub(super) async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        let (Some(path), true) = (self.path.clone(), self.dirty) else { return Ok(Vec::new()) };
        self.flush().await?;
        sync_folder(&path).map_err(|cause| self.failed(cause))?;
        Ok(vec![Change::set(&self.row, json!({ "length": self.length }))])
    }

    /// Brings what was written to the disk, on a thread that may block.
    pub(super) async fn flush(&mut self) -> Result<(), SinkError> {
        let Some(file) = self.file.as_ref().filter(|_| self.dirty).map(Arc::clone) else { return Ok(()) };
        let synced = tokio::task::spawn_blocking(move || file.sync_data()).await.unwrap_or_else(|error| Err(io::Error::other(error)));
        synced.map_err(|cause| self.failed(cause))?;
        self.dirty = false;
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> SinkError {
        SinkError::Io { place: self.path.as_deref().unwrap_or(Path::new("dead letters")).display().to_string(), cause }
    }
}

/// Locks the file and cuts off what was not recorded. Letters that were replayed have been taken out, and then it is shorter.
fn cut(file: File, path: &Path, recorded: Option<u64>) -> io::Result<(File, u64)> {
    lock(&file, path)?;
    let length = file.metadata()?.len();
    let kept = recorded.map_or(length, |recorded| recorded.min(length));
    if kept < length {
        file.set_len(kept)?;
    }
    Ok((file, kept))
}

/// Two runs that cut their letters off at the end could not share a file.
fn lock(file: &File, path: &Path) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => io::Error::new(ErrorKind::ResourceBusy, format!("another run writes letters to {}", path.display())),
        TryLockError::Error(error) => error,
    })
}

fn open(path: &Path) -> io::Result<File> {
    make_folder(path)?;
    File::options().create(true).append(true).open(path)
}

fn attempt(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        // To open a pipe would wait for its reader.
        Ok(data) if !data.is_file() && !data.is_dir() => Ok(()),
        Ok(_) => File::options().append(true).open(path).map(drop),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = path.ancestors().skip(1).find(|above| above.exists()).unwrap_or(Path::new("."));
            // Under a name of its own, because another run may be writing letters to the same file.
            let own = folder.join(format!(".jianbao-{}", std::process::id()));
            File::create(&own)?;
            fs::remove_file(own)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::StageError;
    use crate::laws;

    #[tokio::test]
    async fn what_is_on_disk_is_not_brought_there_again() {
        let path = std::env::temp_dir().join(format!("jianbao-letters-{}.ndjson", std::process::id()));
        let mut letters = DeadLetters::new(&OnError::DeadLetter(path.clone())).unwrap();
        letters.flush().await.unwrap();
        assert!(!path.exists(), "no failure, no file");
        for count in 1..=2 {
            letters.write(&Failure::of_sheet("cut", &laws::sheet("甲"), StageError::new("bad", "bad")), "c").unwrap();
            assert!(letters.dirty);
            letters.flush().await.unwrap();
            assert!(!letters.dirty);
            assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), count);
        }
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_path_that_cannot_be_written_is_known_at_once() {
        let folder = std::env::temp_dir().join(format!("jianbao-attempt-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("file"), "").unwrap();
        let attempt = |name: &str| DeadLetters::new(&OnError::DeadLetter(folder.join(name))).map(drop);
        assert!(matches!(attempt("file/dead.ndjson"), Err(SinkError::Io { place, .. }) if place.ends_with("file/dead.ndjson")));
        assert!(attempt("").is_err(), "a folder is no file");
        attempt("file").unwrap();
        attempt("new/deep/dead.ndjson").unwrap();
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(left, ["file"], "trying leaves nothing behind");
    }
}
