//! Tells whether two names lead to one file, be it by links, by `..` or because standard input or output was redirected to it.

use std::fs::{self, Metadata};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a regular file is, whatever it is called. It holds as long as the file is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileId(Key);

#[cfg(unix)]
type Key = (u64, u64);
#[cfg(not(unix))]
type Key = PathBuf;

impl FileId {
    /// `None` when nothing of that name is there, or no regular file: nothing is lost when a terminal is read and written.
    pub fn of(path: &Path) -> Option<Self> {
        Self::of_data(path, &fs::metadata(path).ok()?)
    }

    /// The same where what the system says of `path` is known.
    pub(super) fn of_data(path: &Path, data: &Metadata) -> Option<Self> {
        if data.is_file() { key_of(path, data).map(Self) } else { None }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere the system has to be asked")]
fn key_of(_: &Path, data: &Metadata) -> Option<Key> {
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn key_of(path: &Path, _: &Metadata) -> Option<Key> {
    fs::canonicalize(path).ok()
}

/// Whether both paths lead to one folder that is there.
pub(super) fn same_folder(one: &Path, other: &Path) -> bool {
    let key = |path: &Path| key_of(path, &fs::metadata(path).ok().filter(Metadata::is_dir)?);
    key(one).is_some_and(|one| key(other) == Some(one))
}

/// Whether both paths are one regular file, or would be when they are created.
pub fn same_file(one: &Path, other: &Path) -> bool {
    match (FileId::of(one), FileId::of(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => !one.exists() && !other.exists() && future(one) == future(other),
        _ => false,
    }
}

/// Where a file that is not there yet would be: what there is of its folders in their own names, and the rest as written.
fn future(path: &Path) -> PathBuf {
    let above = path.parent().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    match (above, path.file_name()) {
        (Some(above), Some(name)) => fs::canonicalize(above).unwrap_or_else(|_| future(above)).join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_file_by_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("d")).unwrap();
        for name in ["a", "b"] {
            fs::write(at(name), "").unwrap();
        }
        assert!(same_file(&at("a"), &at("d/../a")));
        assert!(!same_file(&at("a"), &at("b")));
        assert!(!same_file(&at("a"), &at("new")));
        assert!(same_file(&at("new"), &at("d/../new")) && same_file(&at("x/y/new"), &at("d/../x/y/new")));
        assert!(!same_file(&at("new"), &at("d/new")));
        assert!(!same_file(&at("d"), &at("d")), "a folder is no file");
        assert!(same_folder(&at("d"), &at("d/../d")) && !same_folder(&at("d"), &at("new")) && !same_folder(&at("new"), &at("new")));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("a", at("link")).unwrap();
            fs::hard_link(at("a"), at("hard")).unwrap();
            assert!(same_file(&at("a"), &at("link")) && same_file(&at("hard"), &at("link")));
            assert!(!same_file(Path::new("/dev/null"), Path::new("/dev/null")));
        }
    }
}
