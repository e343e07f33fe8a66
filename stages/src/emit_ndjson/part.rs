//! One output file. Either it takes its place when the run has ended well, or it is in its place from the beginning and grows, and
//! what was not committed is cut off when the next run begins.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::write::GzEncoder;
use pipeline::state::{digest_of_end, end_of, extend_end, make_folder, sync_folder};

use super::earlier::{Committed, data_of};

/// How a file is compressed, which its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
    Zstd,
}

impl Coding {
    /// That of a file of this name; `None` for one that is not written here.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            "bz2" | "xz" => None,
            _ => Some(Self::Plain),
        }
    }

    /// Whole members or frames: whatever stands before and behind them, they can be read.
    fn encode(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain => Ok(bytes.to_vec()),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Zstd => zstd::encode_all(bytes, 0),
        }
    }
}

/// See the module.
pub(super) struct Part {
    target: PathBuf,
    /// Under which name it is written.
    name: PathBuf,
    /// `None` while too many others are open.
    file: Option<File>,
    /// Its last bytes, of one that is in its place.
    end: Vec<u8>,
    coding: Coding,
    /// Whole records that are not in the file yet.
    pending: Vec<u8>,
    /// Of the file, in bytes; whole records, whole members.
    length: u64,
    /// Whether something was written since it was last brought to the disk.
    unsynced: bool,
    place: Place,
    /// Whether it is on the list of files that something was written to.
    pub(super) listed: bool,
    /// Whether the state says that it is begun, of one that was empty.
    pub(super) begun: bool,
    /// By which records come to it, when there is more than one way.
    pub(super) route: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It still has to take its place.
    Beside,
    /// It is in its place; whether its name is on the disk.
    There { named: bool },
}

impl Part {
    /// Begins a file that will replace `target`, where a link has led to, in a folder that is there.
    pub(super) fn replacing(target: PathBuf, coding: Coding) -> io::Result<Self> {
        let old = data_of(&target)?;
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?);
        name.push(format!("{KEPT}-{}", std::process::id()));
        let name = target.with_file_name(name);
        let file = Some(create(&name, old.as_ref())?);
        Ok(Self {
            target,
            name,
            file,
            end: Vec::new(),
            coding,
            pending: Vec::new(),
            length: 0,
            unsynced: true,
            place: Place::Beside,
            listed: false,
            begun: false,
            route: None,
        })
    }

    /// Goes on with `target`, of which the first `length` bytes were committed; cuts off what stands behind.
    pub(super) fn appending(target: &Path, coding: Coding, length: u64) -> io::Result<Self> {
        make_folder(target)?;
        let file = File::options().create(true).read(true).append(true).open(target)?;
        let found = file.metadata()?.len();
        if found > length {
            file.set_len(length)?;
        }
        let place = Place::There { named: length > 0 };
        let (target, name) = (target.to_owned(), target.to_owned());
        Ok(Self {
            end: end_of(&file, length)?,
            target,
            name,
            file: Some(file),
            coding,
            pending: Vec::new(),
            length,
            unsynced: found > length,
            place,
            listed: false,
            begun: false,
            route: None,
        })
    }

    /// Where it is, or will be.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Takes whole records.
    pub(super) fn take(&mut self, records: &[u8]) {
        self.pending.extend_from_slice(records);
    }

    /// Bytes that are not in the file yet.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Bytes of the file, those that are not written yet as they are before they are compressed.
    pub(super) fn size(&self) -> u64 {
        self.length + self.pending.len() as u64
    }

    /// Bytes of the file that hold whole records.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What is to be recorded of it when it was brought to the disk.
    pub(super) fn committed(&self) -> Committed {
        Committed { length: self.length, end: Some(digest_of_end(&self.end)) }
    }

    /// Whether readers see each record at once.
    pub(super) fn is_plain(&self) -> bool {
        self.coding == Coding::Plain
    }

    /// Whether its first bytes are about to be written.
    pub(super) fn is_to_begin(&self) -> bool {
        self.length == 0 && !self.pending.is_empty() && !self.begun
    }

    /// Begins with a new file, which is empty, in place of one that was moved away.
    pub(super) fn begin_again(&mut self) -> io::Result<()> {
        let mut new = Self::appending(&self.name, self.coding, 0)?;
        new.pending = std::mem::take(&mut self.pending);
        (new.listed, new.route) = (self.listed, self.route.take());
        *self = new;
        Ok(())
    }

    /// Writes what is pending. After an error it is pending still, and the file ends with a whole record.
    pub(super) fn write_out(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let length = self.length;
        let encoded;
        let bytes = if self.is_plain() {
            &self.pending
        } else {
            encoded = self.coding.encode(&self.pending)?;
            &encoded
        };
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(File::options().append(true).open(&self.name)?),
        };
        (&*file).write_all(bytes).inspect_err(|_| {
            // Whatever this gives, the first error is the one to tell.
            file.set_len(length).ok();
        })?;
        self.length += bytes.len() as u64;
        if self.place != Place::Beside {
            extend_end(&mut self.end, bytes);
        }
        self.unsynced = true;
        self.pending = Vec::new();
        Ok(())
    }

    /// Writes what is pending, and brings all to the disk. Gives whether anything was new.
    pub(super) fn sync(&mut self) -> io::Result<bool> {
        self.write_out()?;
        self.sync_written()
    }

    fn sync_written(&mut self) -> io::Result<bool> {
        if !self.unsynced {
            return Ok(false);
        }
        match &self.file {
            Some(file) => file.sync_data()?,
            None => File::open(&self.name)?.sync_data()?,
        }
        if self.place == (Place::There { named: false }) {
            sync_folder(&self.name)?;
            self.place = Place::There { named: true };
        }
        self.unsynced = false;
        Ok(true)
    }

    /// Closes the file for now. What was written is on the disk then: when it is opened again another may have its name.
    pub(super) fn close(&mut self) -> io::Result<()> {
        if self.place != Place::Beside {
            self.sync_written()?;
        }
        self.file = None;
        Ok(())
    }

    /// Whether it is open.
    pub(super) fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Makes it final: one that was written beside its place takes it.
    pub(super) fn complete(&mut self) -> io::Result<()> {
        self.write_out()?;
        if self.place == Place::Beside {
            match &self.file {
                Some(file) => file.sync_all()?,
                None => File::open(&self.name)?.sync_all()?,
            }
            fs::rename(&self.name, &self.target)?;
            self.place = Place::There { named: true };
            sync_folder(&self.target)?;
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.place != Place::Beside {
            return;
        }
        // The run has failed already; a file left behind is not worth another error.
        if fs::metadata(&self.name).is_ok_and(|data| data.len() == 0) {
            fs::remove_file(&self.name).ok();
            return;
        }
        let kept = kept_name(&self.target);
        let kept = if fs::rename(&self.name, &kept).is_ok() { &kept } else { &self.name };
        let old = if self.target.exists() { "is as it was before" } else { "was not written" };
        tracing::warn!("{} {old}; the records of this run, which are not all, are in {}", self.target.display(), kept.display());
    }
}

/// What is added to the name of a file that is not complete.
pub(super) const KEPT: &str = ".partial";

/// Where the records of a run that did not end well are kept, beside `target`.
pub fn kept_name(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(KEPT);
    name.into()
}

/// Creates a file that only those may read who may read the one it replaces.
#[cfg(unix)]
fn create(path: &Path, old: Option<&fs::Metadata>) -> io::Result<File> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
    let Some(old) = old else { return File::create(path) };
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // Only root may give a file away; whoever else replaces another's file owns it from then on.
    fchown(&file, Some(old.uid()), Some(old.gid())).ok();
    file.set_permissions(old.permissions())?;
    Ok(file)
}

#[cfg(not(unix))]
fn create(path: &Path, _: Option<&fs::Metadata>) -> io::Result<File> {
    File::create(path)
}
