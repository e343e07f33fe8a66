//! One file that grows: reads on where it was left, and knows whether that is still there.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::super::document::{Document, Found};
use super::known::File;
use super::ready::Look;
use super::settings::Name;

const CHUNK: usize = 64 << 10;
/// So much before the end of what was read is compared, to see whether it is still the same file.
const TAIL: usize = 4 << 10;

/// One of the files that grow.
pub(super) struct Grown {
    pub(super) name: Name,
    pub(super) path: PathBuf,
    pub(super) handle: Option<fs::File>,
    pub(super) document: Document,
    pub(super) hasher: blake3::Hasher,
    /// The last bytes that were read.
    pub(super) tail: Vec<u8>,
    /// How it stands in the state; `offset` is how far it was read, `from` the pages that are fed.
    pub(super) file: File,
    /// Pages found in what was read.
    pub(super) found: u32,
    /// When it was last seen to become longer after its name was gone.
    pub(super) lost: Option<Instant>,
}

impl Grown {
    /// Whether it is open and has its name no more.
    pub(super) fn is_only_open(&self) -> bool {
        self.handle.is_some() && fs::metadata(&self.path).map_or(true, |data| Look::of(&data).inode != self.file.inode)
    }

    /// Whether what was read of it is still there before `offset`.
    pub(super) fn is_same(&mut self, look: &Look) -> bool {
        let length = self.tail.len() as u64;
        if look.size < self.file.offset {
            return false;
        }
        let mut tail = vec![0; self.tail.len()];
        let read = self.at(self.file.offset - length).and_then(|handle| handle.read_exact(&mut tail));
        read.is_ok() && tail == self.tail
    }

    fn at(&mut self, offset: u64) -> io::Result<&mut fs::File> {
        let handle = match self.handle.take() {
            Some(handle) => handle,
            None => fs::File::open(&self.path)?,
        };
        let handle = self.handle.insert(handle);
        handle.seek(SeekFrom::Start(offset))?;
        Ok(handle)
    }

    /// Reads on, up to `end` if there is one, and gives what has become complete.
    pub(super) fn read(&mut self, end: Option<u64>) -> io::Result<Vec<Found>> {
        let mut out = Vec::new();
        let mut chunk = vec![0; CHUNK];
        let rest = end.map_or(u64::MAX, |end| end.saturating_sub(self.file.offset));
        let want = usize::try_from(rest).unwrap_or(usize::MAX).min(CHUNK);
        let handle = self.at(self.file.offset)?;
        let read = handle.read(chunk.get_mut(..want).unwrap_or_default())?;
        let bytes = chunk.get(..read).unwrap_or_default();
        self.file.offset += read as u64;
        self.hasher.update(bytes);
        self.tail.extend_from_slice(bytes);
        let spare = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..spare);
        self.document.push(bytes, &mut out);
        out.retain(|found| !matches!(found, Found::End(_)));
        Ok(out)
    }
}

/// The file with this inode in the folder of `path`.
pub(super) fn beside(path: &Path, inode: u64) -> Option<PathBuf> {
    let mut files = fs::read_dir(path.parent()?).ok()?.flatten();
    let is_it = |data: &fs::Metadata| data.is_file() && Look::of(data).inode == inode;
    files.find(|file| file.metadata().is_ok_and(|data| is_it(&data))).map(|file| file.path())
}
