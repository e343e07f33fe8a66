//! The dead-letter file: tried when the run begins, opened when the first letter comes, on disk before its document is
//! acknowledged.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::OnError;
use crate::failure::{DeadLetter, Failure};
use crate::json;
use crate::sink::SinkError;

pub(super) struct DeadLetters {
    /// `None` when failures are not kept.
    path: Option<PathBuf>,
    file: Option<Arc<File>>,
    /// Whether something was written since it was last brought to the disk.
    dirty: bool,
}

impl DeadLetters {
    /// Makes sure that letters can be written, without leaving a file behind: a run without failures has none.
    ///
    /// # Errors
    /// When they cannot.
    pub(super) fn new(on_error: &OnError) -> Result<Self, SinkError> {
        let path = if let OnError::DeadLetter(path) = on_error { Some(path.clone()) } else { None };
        let letters = Self { path, file: None, dirty: false };
        letters.path.as_deref().map_or(Ok(()), attempt).map_err(|cause| letters.failed(cause))?;
        Ok(letters)
    }

    pub(super) fn write(&mut self, failure: &Failure, config_hash: &str) -> Result<(), SinkError> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut line = Vec::new();
        let written = json::write_line(&mut line, &DeadLetter::new(failure, config_hash)).map_err(io::Error::from).and_then(|()| {
            let file = match &self.file {
                Some(file) => file,
                None => self.file.insert(Arc::new(open(path)?)),
            };
            self.dirty = true;
            (&**file).write_all(&line)
        });
        written.map_err(|cause| self.failed(cause))
    }

    /// The next letter opens the file anew: it may have been moved away.
    pub(super) async fn reopen(&mut self) -> Result<(), SinkError> {
        self.flush().await?;
        self.file = None;
        Ok(())
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

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
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
