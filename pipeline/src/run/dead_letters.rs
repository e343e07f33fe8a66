//! The dead-letter file: tried when the run begins, opened when the first letter comes, on disk before its document is
//! acknowledged.
//!
//! A file of letters is locked as long as it is written to. Runs that only append share it; a run that keeps a state, which cuts it
//! back to what was recorded, has it alone, and so has a replay, which writes it anew ([`take_letters`]).

use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::OnError;
use crate::failure::{DeadLetter, Failure};
use crate::json;
use crate::sink::SinkError;
use crate::state::{Change, Store, digest_of_end, end_of, extend_end, lasting, make_folder, sync_folder};

pub(super) struct DeadLetters {
    /// `None` when failures are not kept.
    path: Option<PathBuf>,
    file: Option<Arc<File>>,
    /// Whether something was written since it was last brought to the disk.
    dirty: bool,
    /// In a run that keeps a state, the length that only whole letters have.
    length: Option<u64>,
    /// The last bytes of that.
    end: Vec<u8>,
    /// In such a run, the state, and the key of the row that says so.
    state: Option<(Arc<Store>, String)>,
    /// Whether that row says that letters are being written.
    announced: bool,
}

impl DeadLetters {
    /// Makes sure that letters can be written, without leaving a file behind: a run without failures has none.
    ///
    /// # Errors
    /// When they cannot.
    pub(super) fn new(on_error: &OnError) -> Result<Self, SinkError> {
        let path = if let OnError::DeadLetter(path) = on_error { Some(path.clone()) } else { None };
        let letters = Self { path, file: None, dirty: false, length: None, end: Vec::new(), state: None, announced: false };
        letters.path.as_deref().map_or(Ok(()), attempt).map_err(|cause| letters.failed(cause))?;
        Ok(letters)
    }

    /// Takes its share of a file that is there, in a run that only appends.
    ///
    /// # Errors
    /// When another process has the file alone.
    pub(super) fn share(&mut self) -> Result<(), SinkError> {
        let Some(path) = self.path.as_deref().filter(|path| is_file(path)) else { return Ok(()) };
        let file = open_to_write(path, false).map_err(|cause| self.failed(cause))?;
        self.file = Some(Arc::new(file));
        Ok(())
    }

    /// Goes on with the letters of earlier runs: those that were not recorded are cut off, because their pages come again.
    ///
    /// # Errors
    /// When another run writes to the same file.
    pub(super) fn resume(&mut self, state: &Arc<Store>) -> Result<(), SinkError> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        self.file = None; // It would be locked against a second attempt, when there was no room to note it.
        let row = state.key_of("dead", &path);
        let recorded = state.get(&row)?;
        let work = |path: &Path| {
            let file = open_locked(path, true)?;
            let length = cut(&file, path, recorded.as_ref())?;
            let length = end_line(&file, length)?;
            let end = end_of(&file, length)?;
            Ok((Some(Arc::new(file)), length, end))
        };
        let opened = if is_file(&path) { work(&path) } else { Ok((None, 0, Vec::new())) };
        let (file, length, end) = opened.map_err(|cause| self.failed(cause))?;
        (self.file, self.length, self.end) = (file, Some(length), end);
        // Before the first letter of this run, so that it can be told from those that were there.
        let said = self.recorded();
        if recorded.as_ref() != Some(&said) {
            state.commit(&[Change::set(&row, said)])?;
        }
        self.state = Some((Arc::clone(state), row));
        Ok(())
    }

    /// Notes in the state, before the first letter since all was recorded, that letters are written under this configuration: only
    /// those are cut off when the run is ended before they are recorded, and none that others wrote while no run had the file.
    pub(super) async fn announce(&mut self, config_hash: &str) -> Result<(), SinkError> {
        let Some((state, row)) = self.state.as_ref().filter(|_| !self.announced) else { return Ok(()) };
        let mut said = self.recorded();
        said["written_under"] = config_hash.into();
        let (state, change) = (Arc::clone(state), Change::set(row, said));
        let noted = tokio::task::spawn_blocking(move || state.commit(&[change])).await;
        noted.map_err(|error| self.failed(io::Error::other(error)))??;
        self.announced = true;
        Ok(())
    }

    /// The row that says how much is in the file.
    fn row(&mut self) -> Vec<Change> {
        self.announced = false;
        self.state.iter().map(|(_, row)| Change::set(row, self.recorded())).collect()
    }

    fn recorded(&self) -> Value {
        json!({ "length": self.length, "end": digest_of_end(&self.end) })
    }

    pub(super) fn write(&mut self, failure: &Failure, config_hash: &str) -> Result<(), SinkError> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut line = Vec::new();
        let written = json::write_line(&mut line, &DeadLetter::new(failure, config_hash)).map_err(io::Error::from).and_then(|()| {
            let file = if let Some(file) = &self.file {
                file
            } else {
                let file = open_to_write(path, self.length.is_some())?;
                if let Some(length) = self.length.as_mut().filter(|_| is_file(path)) {
                    // Since the last look its last line may have been ended, or another be there.
                    (*length, self.end) = measured(&file)?;
                }
                self.file.insert(Arc::new(file))
            };
            self.dirty = true;
            let written = (&**file).write_all(&line);
            match (&mut self.length, &written) {
                (Some(length), Ok(())) => {
                    *length += line.len() as u64;
                    extend_end(&mut self.end, &line);
                }
                // A letter that was torn by a full disk is written again.
                (Some(length), Err(_)) => file.set_len(*length)?,
                (None, _) => {}
            }
            written
        });
        written.map_err(|cause| self.failed(cause))
    }

    /// Takes the file that is there now: the one before may have been moved away. Where there is none, or another process has it, the
    /// next letter takes it. Gives the row that says how much is in it.
    pub(super) async fn reopen(&mut self) -> Result<Vec<Change>, SinkError> {
        self.flush().await?;
        let Some(path) = self.path.clone() else { return Ok(Vec::new()) };
        // Of a pipe there is no other, and to open it anew would wait for somebody who reads it.
        if path.exists() && !is_file(&path) {
            return Ok(Vec::new());
        }
        // One that is where it was stays locked all the time.
        let is_there = |file: &Arc<File>| is_at(file, &path).unwrap_or(false);
        self.file = self.file.take().filter(is_there);
        if self.file.is_none() && is_file(&path) {
            match open_to_write(&path, self.length.is_some()) {
                Ok(file) => self.file = Some(Arc::new(file)),
                Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                    tracing::warn!(code = "letters_locked", "{error}; the next letter tries again, and ends the run if that fails");
                }
                Err(cause) => return Err(self.failed(cause)),
            }
        }
        if self.length.is_none() {
            return Ok(Vec::new());
        }
        let there = if is_file(&path) { File::open(&path).and_then(|file| measured(&file)) } else { Ok((0, Vec::new())) };
        let (length, end) = there.map_err(|cause| self.failed(cause))?;
        (self.length, self.end) = (Some(length), end);
        Ok(self.row())
    }

    /// Brings what was written to the disk, and gives the row that says how much that is.
    pub(super) async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        let (Some(path), true) = (self.path.clone(), self.dirty) else { return Ok(Vec::new()) };
        self.flush().await?;
        if is_file(&path) {
            sync_folder(&path).map_err(|cause| self.failed(lasting(&cause)))?;
        }
        Ok(self.row())
    }

    /// Brings what was written to the disk, on a thread that may block.
    pub(super) async fn flush(&mut self) -> Result<(), SinkError> {
        let Some(file) = self.file.as_ref().filter(|_| self.dirty).map(Arc::clone) else { return Ok(()) };
        // A pipe has no disk.
        let sync = move || if file.metadata()?.is_file() { file.sync_data() } else { Ok(()) };
        let synced = tokio::task::spawn_blocking(sync).await.unwrap_or_else(|error| Err(io::Error::other(error)));
        synced.map_err(|cause| self.failed(lasting(&cause)))?;
        self.dirty = false;
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> SinkError {
        SinkError::Io { place: self.path.as_deref().unwrap_or(Path::new("dead letters")).display().to_string(), cause }
    }
}

/// Cuts off what a run wrote and did not record, and gives the length that is left. A file that is not the one that was recorded,
/// because letters were replayed or somebody has edited it, is left as it is, and so is one with letters of others in it.
fn cut(file: &File, path: &Path, recorded: Option<&Value>) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let text = |name: &str| recorded?.get(name)?.as_str();
    let kept = recorded.and_then(|row| row.get("length")?.as_u64());
    let (Some(kept), Some(end), Some(config_hash)) = (kept, text("end"), text("written_under")) else { return Ok(length) };
    if kept >= length || digest_of_end(&end_of(file, kept)?) != end {
        return Ok(length);
    }
    let path = path.display();
    if are_of(file, kept, config_hash)? {
        tracing::info!(code = "letters_cut", "{path} is cut back from {length} to {kept} bytes: the pages of the last letters come again");
        file.set_len(kept)?;
        // Before the state says that nothing is to be cut off any more.
        file.sync_all().map_err(|cause| lasting(&cause))?;
        return Ok(kept);
    }
    tracing::warn!(code = "letters_kept", "{path} holds letters of others behind byte {kept}: nothing is cut off, and some may come twice");
    Ok(length)
}

/// Whether all whole letters from byte `from` on were written under the configuration with this hash.
fn are_of(mut file: &File, from: u64, config_hash: &str) -> io::Result<bool> {
    file.seek(SeekFrom::Start(from))?;
    let mut letters = io::BufReader::new(file);
    let mut line = Vec::new();
    while letters.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        let letter: Option<Value> = serde_json::from_slice(&line).ok();
        if letter.is_none_or(|letter| letter.get("config_hash").and_then(Value::as_str) != Some(config_hash)) {
            return Ok(false);
        }
        line.clear();
    }
    Ok(true)
}

/// How long a file is, and its last bytes.
fn measured(file: &File) -> io::Result<(u64, Vec<u8>)> {
    let length = file.metadata()?.len();
    Ok((length, end_of(file, length)?))
}

/// Ends a line that was torn, so that the next letter is not a part of it, and gives the length with that.
fn end_line(mut file: &File, length: u64) -> io::Result<u64> {
    if length == 0 || end_of(file, length)?.ends_with(b"\n") {
        return Ok(length);
    }
    file.write_all(b"\n")?;
    Ok(length + 1)
}

fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file())
}

/// Opens the letters at `path`, which are there, and keeps everybody else from them until the file is dropped. Those that a run
/// wrote but did not record, by the row of its state, are cut off first: their pages come again.
///
/// # Errors
/// With [`ErrorKind::ResourceBusy`] when somebody is writing to them.
pub fn take_letters(path: &Path, recorded: Option<&Value>) -> io::Result<File> {
    // Opening would create them.
    fs::metadata(path)?;
    let file = open_locked(path, true)?;
    cut(&file, path, recorded)?;
    Ok(file)
}

/// Opens and locks a file of letters to append to it.
fn open_to_write(path: &Path, alone: bool) -> io::Result<File> {
    let file = open_locked(path, alone)?;
    let data = file.metadata()?;
    if data.is_file() {
        end_line(&file, data.len())?;
    }
    Ok(file)
}

/// Opens and locks a file of letters, alone or with others who append.
fn open_locked(path: &Path, alone: bool) -> io::Result<File> {
    loop {
        let file = open(path)?;
        if !is_file(path) {
            return Ok(file);
        }
        let locked = if alone { file.try_lock() } else { file.try_lock_shared() };
        locked.map_err(|error| match error {
            TryLockError::WouldBlock => {
                let message = format!("another jianbao writes letters to {} or replays them", path.display());
                io::Error::new(ErrorKind::ResourceBusy, message)
            }
            TryLockError::Error(error) => error,
        })?;
        // While it was opened a replay may have put another in its place.
        if is_at(&file, path)? {
            return Ok(file);
        }
    }
}

/// Whether an open file is the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((open.dev(), open.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

fn open(path: &Path) -> io::Result<File> {
    make_folder(path)?;
    match fs::metadata(path) {
        // A pipe is opened for writing alone.
        Ok(data) if !data.is_file() => File::options().append(true).open(path),
        _ => File::options().create(true).read(true).append(true).open(path),
    }
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

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("jianbao-letters-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn open_state(folder: &Path) -> Arc<Store> {
        Arc::new(Store::open(&folder.join("state")).unwrap())
    }

    async fn write(letters: &mut DeadLetters, code: &'static str, config_hash: &str) {
        letters.announce(config_hash).await.unwrap();
        letters.write(&Failure::of_sheet("cut", &laws::sheet("甲"), StageError::new(code, "bad")), config_hash).unwrap();
    }

    #[tokio::test]
    async fn letters_that_were_not_recorded_are_cut_off_unless_the_file_is_another() {
        let folder = folder("cut");
        let (path, state) = (folder.join("dead.ndjson"), open_state(&folder));
        let on_error = OnError::DeadLetter(path.clone());
        let mut first = DeadLetters::new(&on_error).unwrap();
        first.resume(&state).unwrap();
        write(&mut first, "one", "c").await;
        state.commit(&first.commit().await.unwrap()).unwrap();
        let whole = fs::read(&path).unwrap();
        write(&mut first, "two", "c").await;
        let mut other = DeadLetters::new(&on_error).unwrap();
        assert!(matches!(other.share(), Err(SinkError::Io { cause, .. }) if cause.kind() == ErrorKind::ResourceBusy));
        assert!(take_letters(&path, None).is_err());
        drop(first);
        other.share().unwrap();
        let mut again = DeadLetters::new(&on_error).unwrap();
        again.share().unwrap();
        assert!(DeadLetters::new(&on_error).unwrap().resume(&state).is_err(), "who cuts has it alone");
        drop((other, again));
        drop(take_letters(&path, state.get(&state.key_of("dead", &path)).unwrap().as_ref()).unwrap());
        assert_eq!(fs::read(&path).unwrap(), whole);
        fs::write(&path, [&b"rewritten\n"[..], &whole, &whole].concat()).unwrap();
        let mut last = DeadLetters::new(&on_error).unwrap();
        last.resume(&state).and_then(|()| last.resume(&state)).expect("it is tried again while the disk is full");
        assert_eq!(fs::metadata(&path).unwrap().len() as usize, 10 + 2 * whole.len(), "another file is left whole");
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn letters_stay_locked_when_files_are_opened_anew() {
        let folder = folder("anew");
        let (path, state) = (folder.join("dead.ndjson"), open_state(&folder));
        let mut letters = DeadLetters::new(&OnError::DeadLetter(path.clone())).unwrap();
        letters.resume(&state).unwrap();
        assert!(letters.reopen().await.is_ok() && !path.exists(), "no failure, no file");
        write(&mut letters, "one", "c").await;
        let is_free = || take_letters(&path, None).is_ok();
        letters.reopen().await.unwrap();
        assert!(!is_free(), "the same file");
        fs::rename(&path, folder.join("x")).unwrap();
        fs::write(&path, "of another\n").unwrap();
        assert!(is_free());
        state.commit(&letters.reopen().await.unwrap()).unwrap();
        assert!(!is_free(), "another file");
        write(&mut letters, "two", "c").await;
        state.commit(&letters.commit().await.unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
        fs::rename(&path, folder.join("y")).unwrap();
        fs::write(&path, "of another\n").unwrap();
        let held = take_letters(&path, None).unwrap();
        letters.reopen().await.expect("the next letter is the one that needs it");
        letters.announce("c").await.ok();
        let failure = Failure::of_sheet("cut", &laws::sheet("甲"), StageError::new("three", "bad"));
        let busy = letters.write(&failure, "c").unwrap_err();
        assert!(matches!(busy, SinkError::Io { cause, .. } if cause.kind() == ErrorKind::ResourceBusy));
        drop(held);
        write(&mut letters, "three", "c").await;
        state.commit(&letters.commit().await.unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn letters_of_others_are_never_cut_off() {
        let folder = folder("others");
        let (path, state) = (folder.join("dead.ndjson"), open_state(&folder));
        let on_error = OnError::DeadLetter(path.clone());
        let letters = || fs::read_to_string(&path).unwrap().lines().count();
        let resumed = || {
            let mut letters = DeadLetters::new(&on_error).unwrap();
            letters.resume(&state).unwrap();
            letters
        };
        for (recorded, torn) in [(true, 0), (false, 1)] {
            let mut own = resumed();
            let before = if path.exists() { letters() } else { 0 };
            if recorded {
                write(&mut own, "own", "c").await;
                state.commit(&own.commit().await.unwrap()).unwrap();
            } else {
                write(&mut own, "torn", "c").await;
            }
            drop(own);
            let mut others = DeadLetters::new(&on_error).unwrap();
            others.share().unwrap();
            write(&mut others, "other", "another").await;
            drop(others);
            drop(resumed());
            assert_eq!(letters(), before + 2, "{torn} of them may come twice");
        }
        // Moved away, and back when a run has begun without it.
        fs::rename(&path, folder.join("x")).unwrap();
        drop(resumed());
        fs::rename(folder.join("x"), &path).unwrap();
        drop(resumed());
        assert_eq!(letters(), 4);
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn letters_go_to_a_pipe_that_is_kept_open() {
        let folder = folder("pipe");
        let (path, state) = (folder.join("pipe"), open_state(&folder));
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
        // With both ends, so that opening waits for nobody.
        let mut reader = File::options().read(true).write(true).open(&path).unwrap();
        let mut letters = DeadLetters::new(&OnError::DeadLetter(path)).unwrap();
        letters.resume(&state).unwrap();
        write(&mut letters, "one", "c").await;
        letters.flush().await.unwrap();
        letters.commit().await.unwrap();
        letters.reopen().await.unwrap();
        assert!(letters.file.is_some());
        write(&mut letters, "two", "c").await;
        letters.commit().await.unwrap();
        let mut read = [0; 4096];
        let length = io::Read::read(&mut reader, &mut read).unwrap();
        assert_eq!(String::from_utf8_lossy(&read[..length]).lines().count(), 2);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_torn_letter_does_not_swallow_the_next() {
        let folder = std::env::temp_dir().join(format!("jianbao-torn-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("dead.ndjson");
        let on_error = OnError::DeadLetter(path.clone());
        let failure = Failure::of_sheet("cut", &laws::sheet("甲"), StageError::new("bad", "bad"));
        let lines = || fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
        for keeps_a_state in [false, true] {
            fs::write(&path, "{\"torn").unwrap();
            let state = open_state(&folder);
            let mut letters = DeadLetters::new(&on_error).unwrap();
            if keeps_a_state {
                letters.resume(&state).unwrap();
            } else {
                letters.share().unwrap();
            }
            letters.write(&failure, "c").unwrap();
            letters.write(&failure, "c").unwrap();
            let lines = lines();
            assert!(lines.len() == 3 && lines[0] == "{\"torn" && lines[1] == lines[2], "{lines:?}");
            assert!(letters.length.is_none_or(|length| length == fs::metadata(&path).unwrap().len()));
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn what_others_left_behind_a_reopen_is_counted() {
        let folder = std::env::temp_dir().join(format!("jianbao-reopened-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("dead.ndjson");
        let state = open_state(&folder);
        let mut letters = DeadLetters::new(&OnError::DeadLetter(path.clone())).unwrap();
        letters.resume(&state).unwrap();
        let failure = Failure::of_sheet("cut", &laws::sheet("甲"), StageError::new("bad", "bad"));
        letters.write(&failure, "c").unwrap();
        fs::write(&path, "{\"torn").unwrap();
        letters.reopen().await.unwrap();
        letters.write(&failure, "c").unwrap();
        let written = fs::read(&path).unwrap();
        assert_eq!(letters.length, Some(written.len() as u64));
        assert_eq!(letters.end, written, "or a restart would not know the file");
        fs::remove_dir_all(folder).unwrap();
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
