//! `after`: takes files away whose records are all on the disk, and whose documents have ended there. Nothing is written over.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use pipeline::sheet::DocId;
use pipeline::state::{make_folder, sync_folder};

use super::super::file_id::same_folder;
use super::forward::Stopped;
use super::known::{File, State};
use super::ready::Look;
use super::work::Worker;

/// A file to be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// Its number among those that were read.
    pub(super) n: u64,
    pub(super) path: PathBuf,
    /// As it was when it was read.
    pub(super) look: Look,
}

/// Files that wait for the disk.
#[derive(Debug, Default)]
pub(super) struct Aftermath {
    marks: HashMap<u64, Vec<Job>>,
    issues: HashMap<DocId, Vec<Job>>,
}

impl Aftermath {
    /// `mark` says that the document of a file has ended.
    pub(super) fn after_file(&mut self, mark: u64, job: Job) {
        self.marks.entry(mark).or_default().push(job);
    }

    /// The file waits for the end of its issue.
    pub(super) fn in_issue(&mut self, doc_id: &DocId, job: Job) {
        self.issues.entry(DocId::clone(doc_id)).or_default().push(job);
    }

    /// `mark` says that the issue has ended.
    pub(super) fn after_issue(&mut self, doc_id: &DocId, mark: u64) {
        if let Some(jobs) = self.issues.remove(doc_id) {
            self.marks.entry(mark).or_default().extend(jobs);
        }
    }

    /// These marks are on the disk: the files that can go.
    pub(super) fn acknowledge(&mut self, marks: &[u64]) -> Vec<Job> {
        marks.iter().filter_map(|mark| self.marks.remove(mark)).flatten().collect()
    }

    /// Whether no file waits for the disk.
    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }
}

impl Worker {
    pub(super) fn take_away_all(&mut self, marks: &[u64]) -> Result<(), Stopped> {
        for job in self.aftermath.acknowledge(marks) {
            self.desk.in_flight.remove(&job.n);
            self.take_away(&job.path, &job.look)?;
        }
        Ok(())
    }

    /// Files that were there already when all their records were on the disk.
    pub(super) fn take_away_left_over(&mut self) -> Result<(), Stopped> {
        for (path, look) in std::mem::take(&mut self.desk.left_over) {
            let Some(name) = self.settings.name(&path) else { continue };
            let Some(file) = self.desk.known.get(&name.key) else { continue };
            let open = file.issue.as_deref().is_some_and(|issue| self.issues.is_open(issue));
            // Meanwhile it may have been read with other bytes.
            if !open && self.desk.can_go(file) {
                self.take_away(&path, &look)?;
            }
        }
        Ok(())
    }

    /// Takes away what looked so when it was read.
    fn take_away(&mut self, path: &Path, look: &Look) -> Result<(), Stopped> {
        let (Ok(data), Some(name)) = (fs::metadata(path), self.settings.name(path)) else { return Ok(()) };
        if !Look::of(&data).same_bytes(look) {
            tracing::debug!(code = "changed_file", "{} has changed since it was read and stays", name.shown);
            return Ok(());
        }
        // The marker first: one that was left behind would say that another file of that name is complete.
        let marker = self.settings.complete_when.marker_of(path).and_then(|marker| Some((Look::of(&fs::metadata(&marker).ok()?), marker)));
        let marker_gone = marker.map_or(Ok(()), |(look, marker)| self.take_away_path(&marker, &look));
        if let Err(error) = marker_gone.and_then(|()| self.take_away_path(path, look)) {
            tracing::warn!(code = "not_taken_away", "{}: {error}; it is tried again now and then", name.shown);
            return Ok(());
        }
        let Some(file) = self.desk.known.get(&name.key).cloned() else { return Ok(()) };
        let mut rows = vec![self.desk.known.set(&name.key, &name.stem, File { state: State::Gone, ..file })];
        rows.extend(self.desk.known.forget_gone(self.settings.remember));
        self.outlet.mark(rows)?;
        Ok(())
    }

    fn take_away_path(&self, path: &Path, look: &Look) -> io::Result<()> {
        match self.settings.below(path).and_then(|(root, below)| Some(root.moved.as_ref()?.join(below))) {
            Some(target) => move_to(path, look, &target).map(drop),
            None => fs::remove_file(path),
        }
    }
}

/// Moves a file that looks like `look` to `target`, or beside it when that name is taken. Gives where it is. Another file that takes
/// its name meanwhile stays.
///
/// # Errors
/// The system's; then the file is where it was.
pub(super) fn move_to(path: &Path, look: &Look, target: &Path) -> io::Result<PathBuf> {
    if let Some(folder) = target.parent() {
        make_folder(target)?;
        if path.parent().is_some_and(|from| same_folder(from, folder)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the folder it is to be moved to is the one it is in"));
        }
    }
    for number in 0..u32::MAX {
        let mut free = target.as_os_str().to_owned();
        if number > 0 {
            free.push(format!(".{number}"));
        }
        let free = PathBuf::from(free);
        match place(path, look, &free) {
            Ok(()) => sync_folder(&free)?,
            // An earlier run was ended after it had given the file its new name and before it took the old one away.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && same_bytes(path, &free)? => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
        if is_still(path, look) {
            fs::remove_file(path)?;
        }
        return Ok(free);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn is_still(path: &Path, look: &Look) -> bool {
    fs::metadata(path).is_ok_and(|data| Look::of(&data).same_bytes(look))
}

fn same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    if fs::metadata(one)?.len() != fs::metadata(other)?.len() {
        return Ok(false);
    }
    let mut other = io::BufReader::new(fs::File::open(other)?).bytes();
    for byte in io::BufReader::new(fs::File::open(one)?).bytes() {
        if other.next().transpose()? != Some(byte?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives the bytes at `path` another name, which nobody has.
fn place(path: &Path, look: &Look, target: &Path) -> io::Result<()> {
    // A link would be given another name instead of what it leads to.
    let linked =
        if fs::symlink_metadata(path)?.is_symlink() { Err(io::ErrorKind::Unsupported.into()) } else { fs::hard_link(path, target) };
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && error.kind() != io::ErrorKind::NotFound => {}
        linked => return linked,
    }
    // Another file system, or one without links: the copy is on the disk before it has its name.
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let copied = copy(path, &part).and_then(|()| {
        if fs::symlink_metadata(target).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !is_still(path, look) {
            return Err(io::Error::other("it changed while it was copied"));
        }
        fs::rename(&part, target)
    });
    if copied.is_err() {
        fs::remove_file(&part).ok();
    }
    copied
}

fn copy(path: &Path, part: &Path) -> io::Result<()> {
    let mut from = fs::File::open(path)?;
    let mut to = fs::File::create(part)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn move_away(path: &Path, target: &Path) -> io::Result<PathBuf> {
        move_to(path, &Look::of(&fs::metadata(path)?), target)
    }

    #[test]
    fn a_move_that_was_cut_off_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("done")).unwrap();
        for done in [fs::hard_link as fn(PathBuf, PathBuf) -> io::Result<()>, |from, to| fs::copy(from, to).map(drop)] {
            fs::write(at("a.txt"), "甲").unwrap();
            done(at("a.txt"), at("done/moved.txt")).unwrap();
            assert_eq!(move_away(&at("a.txt"), &at("done/moved.txt")).unwrap(), at("done/moved.txt"));
            assert!(!at("a.txt").exists() && !at("done/moved.txt.1").exists());
            fs::remove_file(at("done/moved.txt")).unwrap();
        }
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for text in ["甲", "乙", "丙"] {
            fs::write(at("a.txt"), text).unwrap();
            move_away(&at("a.txt"), &at("done/d/a.txt")).unwrap();
        }
        let read = |name: &str| fs::read_to_string(at(name)).unwrap();
        assert_eq!((read("done/d/a.txt"), read("done/d/a.txt.1"), read("done/d/a.txt.2")), ("甲".into(), "乙".into(), "丙".into()));
        assert!(!at("a.txt").exists());
        assert!(move_away(&at("a.txt"), &at("b")).is_err() && !at("b").exists() && !at("b.part").exists());
    }

    #[test]
    fn another_file_that_takes_the_name_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "甲").unwrap();
        fs::write(&other, "乙").unwrap();
        let before = Look::of(&fs::metadata(&other).unwrap());
        move_to(&path, &before, &folder.path().join("done/a")).unwrap();
        assert!(path.exists());
    }

    #[test]
    fn a_copy_is_as_good_as_a_link() {
        let other = Path::new("/dev/shm");
        let Ok(there) = tempfile::tempdir_in(other) else { return };
        let here = tempfile::tempdir().unwrap();
        fs::write(here.path().join("a"), "甲").unwrap();
        let moved = move_away(&here.path().join("a"), &there.path().join("a")).unwrap();
        assert_eq!(fs::read_to_string(moved).unwrap(), "甲");
        assert!(!here.path().join("a").exists() && !there.path().join("a.part").exists());
    }

    #[test]
    fn a_file_goes_when_its_document_has_ended_on_the_disk() {
        let job = |path: &str| Job { n: 1, path: path.into(), look: Look::default() };
        let mut aftermath = Aftermath::default();
        let issue: DocId = "i".into();
        aftermath.after_file(1, job("a"));
        aftermath.in_issue(&issue, job("b"));
        assert_eq!(aftermath.acknowledge(&[1, 2]), [job("a")]);
        aftermath.after_issue(&issue, 3);
        aftermath.in_issue(&issue, job("c"));
        assert!(!aftermath.is_empty());
        assert_eq!(aftermath.acknowledge(&[3]), [job("b")]);
    }
}
