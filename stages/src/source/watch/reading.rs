//! Reads one file, twice when it is large: once for its hash, once for its pages. Never a file that changes meanwhile.

use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::open::Bytes;
use super::known::Hash;
use super::ready::Look;

/// Files up to this size are kept in memory from the first reading to the second.
const KEPT: u64 = 4 << 20;

/// What the first reading gives.
#[derive(Debug)]
pub(super) enum First {
    Read(Whole),
    /// It is not what it was when it was found complete.
    Changed(Look),
    /// It is not there.
    Gone,
    Unreadable(io::Error),
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) hash: Hash,
    pub(super) look: Look,
    bytes: Option<Vec<u8>>,
}

/// Reads all of a file, which looked like `before` when it was found complete.
pub(super) fn first(path: &Path, before: &Look) -> First {
    match read(path, before) {
        Ok(read) => read,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => First::Gone,
        Err(error) => First::Unreadable(error),
    }
}

fn read(path: &Path, before: &Look) -> io::Result<First> {
    let mut file = fs::File::open(path)?;
    let look = Look::of(&file.metadata()?);
    if !look.same_bytes(before) {
        return Ok(First::Changed(look));
    }
    // A byte more would tell that it grows.
    let limit = look.size + 1;
    let mut hasher = blake3::Hasher::new();
    let mut kept = None;
    if look.size <= KEPT {
        let bytes = kept.insert(Vec::with_capacity(usize::try_from(limit).unwrap_or_default()));
        (&mut file).take(limit).read_to_end(bytes)?;
        hasher.update(bytes);
    } else {
        hasher.update_reader((&mut file).take(limit))?;
    }
    let after = Look::of(&file.metadata()?);
    if hasher.count() != look.size || !after.same_bytes(&look) {
        return Ok(First::Changed(after));
    }
    Ok(First::Read(Whole { hash: Hash::of(&hasher.finalize()), look, bytes: kept }))
}

impl Whole {
    /// Opens it for the second reading; of a file that was not kept, with what watches over it.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<(Bytes, Option<Witness>)> {
        if let Some(bytes) = self.bytes.take() {
            return Ok((Box::new(Cursor::new(bytes)), None));
        }
        let file = fs::File::open(path)?;
        let seen: Arc<Mutex<(blake3::Hasher, u64)>> = Arc::default();
        Ok((Box::new(Hashing { file, seen: Arc::clone(&seen) }), Some(Witness { path: path.to_owned(), seen })))
    }
}

/// Knows what was read of a file the second time.
pub(super) struct Witness {
    path: PathBuf,
    seen: Arc<Mutex<(blake3::Hasher, u64)>>,
}

impl Witness {
    /// Whether it was what had been read the first time. A decoder may leave bytes behind the end of an archive unread.
    pub(super) fn confirms(&self, whole: &Whole) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let same = seen.1 < whole.look.size || Hash::of(&seen.0.finalize()) == whole.hash;
        same && fs::metadata(&self.path).is_ok_and(|data| Look::of(&data).same_bytes(&whole.look))
    }
}

/// Hashes what is read through it.
struct Hashing {
    file: fs::File,
    seen: Arc<Mutex<(blake3::Hasher, u64)>>,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.0.update(buffer.get(..read).unwrap_or_default());
        seen.1 += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_complete_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(matches!(first(&path, &Look::default()), First::Gone));
        for size in [0, 10, KEPT as usize + 1] {
            let bytes = vec![b'x'; size];
            fs::write(&path, &bytes).unwrap();
            let look = Look::of(&fs::metadata(&path).unwrap());
            let First::Read(mut whole) = first(&path, &look) else { panic!("it is there") };
            assert_eq!(whole.hash, Hash::of(&blake3::hash(&bytes)));
            let (mut again, witness) = whole.open(&path).unwrap();
            let mut read = Vec::new();
            again.read_to_end(&mut read).unwrap();
            assert!(read == bytes && witness.is_some() == (size > KEPT as usize));
            assert!(witness.is_none_or(|witness| witness.confirms(&whole)));
            let other = Look { size: look.size + 1, ..look };
            assert!(matches!(first(&path, &other), First::Changed(now) if now == look));
        }
        assert!(matches!(first(folder.path(), &Look::of(&fs::metadata(folder.path()).unwrap())), First::Unreadable(_)));
    }
}
