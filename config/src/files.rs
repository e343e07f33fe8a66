//! The files a configuration was read from, and whether they have changed since.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The configuration file and the files it names, each with what was read; `None` when it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    read: Read,
    /// What is read instead of what is written there by now.
    kept: Read,
}

type Read = BTreeMap<PathBuf, Option<Arc<[u8]>>>;

/// What a look at the files shows without reading them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look(Vec<Option<(u64, Option<SystemTime>, Inode)>>);

/// Device, number and time of the last change of status, which a program that sets the time of a file back does not touch.
type Inode = (u64, u64, i64, i64);

impl Files {
    /// Files that say what they said in `earlier`.
    pub(crate) fn as_in(earlier: &Self) -> Self {
        Self { read: Read::default(), kept: earlier.read.clone() }
    }

    /// Files of which the one at `path` says `bytes`, whatever is written there.
    pub(crate) fn instead(path: &Path, bytes: &[u8]) -> Self {
        Self { read: Read::default(), kept: Read::from([(path.to_owned(), Some(Arc::from(bytes)))]) }
    }

    /// Reads a file and remembers what was read.
    pub(crate) fn read(&mut self, path: &Path) -> io::Result<Arc<[u8]>> {
        let bytes = match self.kept.get(path) {
            Some(kept) => kept.clone().ok_or_else(|| io::ErrorKind::NotFound.into()),
            None => fs::read(path).map(Arc::from),
        };
        self.read.insert(path.to_owned(), bytes.as_ref().ok().cloned());
        bytes
    }

    /// Adds those of `other`.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.read.extend(other.read.clone());
    }

    /// Where they are.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.read.keys().map(PathBuf::as_path)
    }

    /// A cheap look: when two of them are equal, nothing has happened to the files in between.
    pub fn look(&self) -> Look {
        let one = |path: &Path| fs::metadata(path).ok().map(|data| (data.len(), data.modified().ok(), inode(&data)));
        Look(self.paths().map(one).collect())
    }

    /// Whether what is written in one of them is no longer what was read. A pipe can be read but once, so it has not changed.
    pub fn have_changed(&self) -> bool {
        self.read.iter().any(|(path, read)| {
            let is_stream = fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir());
            !is_stream && fs::read(path).ok().as_deref() != read.as_deref()
        })
    }
}

#[cfg(unix)]
fn inode(data: &fs::Metadata) -> Inode {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino(), data.ctime(), data.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> Inode {
    Inode::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_seen_by_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let [there, missing] = ["a", "b"].map(|name| folder.path().join(name));
        fs::write(&there, "one").unwrap();
        let mut files = Files::default();
        assert!(files.read(&there).is_ok() && files.read(&missing).is_err());
        let before = files.look();
        assert!(!files.have_changed() && before == files.look());
        fs::write(folder.path().join("c"), "one").unwrap();
        fs::rename(folder.path().join("c"), &there).unwrap();
        assert!(!files.have_changed() && before != files.look(), "another file with the same in it");
        fs::write(&there, "two").unwrap();
        assert!(files.have_changed());
        fs::write(&there, "one").unwrap();
        fs::write(&missing, "").unwrap();
        assert!(files.have_changed(), "one that was missing has come");
        fs::remove_file(&missing).unwrap();
        assert!(!files.have_changed());
        fs::remove_file(&there).unwrap();
        assert!(files.have_changed());
    }
}
