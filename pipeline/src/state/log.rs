//! The file of a state: a header of 4 KiB, then one record for each transaction, or for many once it was written anew.
//!
//! ```text
//! header   16 bytes  "jianbao/state/1\n"
//!          16        id of this file
//!          16        checksum of those two
//!          at 512 and at 1024, a seal each: sequence number (8), length of the file (8), checksum (16)
//! record    4        length of the rows, little endian like all numbers
//!           8        sequence number, one more than that of the record before
//!           …        the rows: a JSON object, where null forgets a key
//!          16        checksum of all that, after the file's id
//! ```
//!
//! Checksums are the first 128 bits of BLAKE3. The two seals are written in turn, each in a sector of its own, so that a torn one
//! leaves the other.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use super::folders::sync_folder;
use super::{Rows, StateError, is_full, lasting, with_ending};

const MAGIC: &[u8; 16] = b"jianbao/state/1\n";
const SEALS: [u64; 2] = [512, 1024];
pub(super) const HEADER: u64 = 4096;
/// Of a record, besides its rows.
const FRAME: u64 = 4 + 8 + 16;

type Checksum = [u8; 16];

/// An open file.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    id: [u8; 16],
    /// Of the last record.
    sequence: u64,
    /// Where the next record goes.
    end: u64,
    /// Whether it still has to take its place.
    unpublished: bool,
}

/// What a seal says was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seal {
    pub(super) sequence: u64,
    pub(super) end: u64,
}

/// A record, or what stands in its place.
pub(super) enum Next<'a> {
    /// `rows` are as they stand in the file.
    Record { at: u64, sequence: u64, rows: &'a [u8], end: u64 },
    /// The file ends here, at a record's end.
    End,
    /// No whole record begins here.
    Bad,
}

impl Log {
    /// Begins a file where none is.
    pub(super) fn create(path: &Path) -> Result<Self, StateError> {
        let mut log = Self::begin(path, 0)?;
        log.publish()?;
        Ok(log)
    }

    /// Begins a file that will take the place of the one at `path`, if there is one, by [`Log::publish`].
    pub(super) fn begin(path: &Path, sequence: u64) -> Result<Self, StateError> {
        let new = with_ending(path, ".new");
        let io = |cause| StateError::Io { path: path.to_owned(), cause };
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&new).map_err(io)?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let id = checksum(&[&now.as_nanos().to_le_bytes(), &std::process::id().to_le_bytes(), path.as_os_str().as_encoded_bytes()]);
        let mut head = vec![0; HEADER as usize];
        let parts = [&MAGIC[..], &id, &checksum(&[MAGIC, &id])];
        (&mut head[..]).write_all(&parts.concat()).map_err(io)?;
        let mut log = Self { path: path.to_owned(), file, id, sequence, end: HEADER, unpublished: true };
        log.write_at(0, &head).map_err(io)?;
        Ok(log)
    }

    /// Seals a new file and lets it take its place.
    pub(super) fn publish(&mut self) -> Result<(), StateError> {
        let work = |log: &mut Self| {
            log.file.sync_all()?;
            for seal in SEALS {
                log.write_seal(seal)?;
            }
            log.file.sync_all()?;
            fs::rename(with_ending(&log.path, ".new"), &log.path)?;
            // From here on the old file has no name: whatever goes wrong, there is no going on with it.
            sync_folder(&log.path).map_err(|cause| lasting(&cause))
        };
        work(self).map_err(|cause| self.failed(cause))?;
        self.unpublished = false;
        Ok(())
    }

    /// Opens a file, visits its records and cuts off what was torn behind its seal.
    pub(super) fn open(path: &Path, visit: &mut dyn FnMut(u64, &[u8]) -> io::Result<()>) -> Result<Self, StateError> {
        let (mut log, seal) = Self::open_unchecked(path, false)?;
        log.check(seal, visit)?;
        if log.behind()? > 0 {
            log.file.set_len(log.end).map_err(|cause| log.failed(cause))?;
        }
        if seal != (Seal { sequence: log.sequence, end: log.end }) {
            log.seal()?;
        }
        Ok(log)
    }

    /// Visits the records, and makes sure that all that were sealed are there.
    pub(super) fn check(&mut self, seal: Seal, visit: &mut dyn FnMut(u64, &[u8]) -> io::Result<()>) -> Result<(), StateError> {
        let path = self.path.clone();
        let damaged = |reason: String| StateError::Damaged { path: path.clone(), reason };
        let (mut sequence, mut end) = (None, HEADER);
        self.walk(HEADER, &mut |next| match next {
            Next::Record { at, sequence: found, rows, end: after } if sequence.is_none_or(|before: u64| found == before + 1) => {
                (sequence, end) = (Some(found), after);
                visit(at, rows).map_err(|error| damaged(error.to_string()))?;
                Ok(true)
            }
            _ => Ok(false),
        })?;
        // A file that was written anew and has no row left holds no record, and goes on numbering all the same.
        let sequence = sequence.unwrap_or(if seal.end == HEADER { seal.sequence } else { 0 });
        if sequence < seal.sequence || end < seal.end {
            return Err(damaged(format!("{} bytes of it were brought to the disk, but only {end} of them can be read", seal.end)));
        }
        (self.sequence, self.end) = (sequence, end);
        Ok(())
    }

    /// Bytes behind the last record.
    pub(super) fn behind(&self) -> Result<u64, StateError> {
        let length = self.file.metadata().map_err(|cause| self.failed(cause))?.len();
        Ok(length.saturating_sub(self.end))
    }

    /// Where the next record goes.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Opens a file as far as its header is whole, whatever comes behind.
    pub(super) fn open_unchecked(path: &Path, read_only: bool) -> Result<(Self, Seal), StateError> {
        let io = |cause| StateError::Io { path: path.to_owned(), cause };
        let damaged = |reason: &str| StateError::Damaged { path: path.to_owned(), reason: reason.to_owned() };
        let mut file = File::options().read(true).write(!read_only).open(path).map_err(io)?;
        let mut head = Vec::new();
        (&mut file).take(HEADER).read_to_end(&mut head).map_err(io)?;
        if head.is_empty() {
            return Err(damaged("it is empty"));
        }
        if is_foreign(&head) {
            return Err(foreign(path));
        }
        if head.len() < HEADER as usize {
            return Err(damaged("it ends within its header"));
        }
        let part = |at: u64, length: usize| &head[at as usize..][..length];
        let mut id = [0; 16];
        id.copy_from_slice(part(16, 16));
        if part(32, 16) != checksum(&[MAGIC, &id]) || part(0, 16) != MAGIC {
            return Err(damaged("its header is not what was written"));
        }
        let seal = seal_of(&head, &id).ok_or_else(|| damaged("neither of its seals can be read"))?;
        Ok((Self { path: path.to_owned(), file, id, sequence: 0, end: HEADER, unpublished: false }, seal))
    }

    /// The file itself, and no link to it.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The sequence number of the last record.
    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Appends a record, and gives where it stands when it is on the disk and sealed.
    pub(super) fn append(&mut self, rows: &impl Serialize) -> Result<u64, StateError> {
        let before = (self.sequence, self.end);
        let appended = self.append_unsealed(rows).and_then(|at| {
            self.file.sync_data().map_err(|cause| self.failed(lasting(&cause)))?;
            self.seal()?;
            Ok(at)
        });
        if matches!(&appended, Err(StateError::Io { cause, .. }) if is_full(cause)) {
            self.take_back(before);
        }
        appended
    }

    /// Takes back a record that was not sealed for want of room: the next is written over it.
    pub(super) fn take_back(&mut self, (sequence, end): (u64, u64)) {
        (self.sequence, self.end) = (sequence, end);
        // A record that stays where it is has its checksum, and is done after all if nothing is written over it.
        self.file.set_len(end).ok();
    }

    /// The same without bringing it to the disk.
    pub(super) fn append_unsealed(&mut self, rows: &impl Serialize) -> Result<u64, StateError> {
        let rows = serde_json::to_vec(rows).map_err(|error| self.failed(error.into()))?;
        let length = u32::try_from(rows.len()).map_err(|_| self.failed(io::Error::other("a transaction is larger than 4 GiB")))?;
        let sequence = self.sequence + 1;
        let head = [&length.to_le_bytes()[..], &sequence.to_le_bytes()].concat();
        let sum = checksum(&[&self.id, &head, &rows]);
        let at = self.end;
        self.write_at(at, &[&head[..], &rows, &sum].concat()).map_err(|cause| self.failed(cause))?;
        (self.sequence, self.end) = (sequence, at + FRAME + u64::from(length));
        Ok(at)
    }

    fn seal(&mut self) -> Result<(), StateError> {
        let at = SEALS[(self.sequence % 2) as usize];
        self.write_seal(at).map_err(|cause| self.failed(cause))?;
        self.file.sync_data().map_err(|cause| self.failed(lasting(&cause)))
    }

    fn write_seal(&mut self, at: u64) -> io::Result<()> {
        let said = [self.sequence.to_le_bytes(), self.end.to_le_bytes()].concat();
        let sum = checksum(&[&self.id, &said]);
        self.write_at(at, &[&said[..], &sum].concat())
    }

    /// The rows of the record at `at`.
    pub(super) fn read(&mut self, at: u64) -> Result<Map<String, Value>, StateError> {
        let mut rows = None;
        self.walk(at, &mut |next| {
            if let Next::Record { rows: found, .. } = next {
                rows = serde_json::from_slice(found).ok();
            }
            Ok(false)
        })?;
        rows.ok_or_else(|| self.unreadable(at))
    }

    /// Visits all records in order.
    pub(super) fn each(&mut self, visit: &mut dyn FnMut(u64, Rows<'_>) -> Result<(), StateError>) -> Result<(), StateError> {
        let end = self.end;
        let mut reached = HEADER;
        self.walk(HEADER, &mut |next| match next {
            Next::Record { at, rows, end: after, .. } if after <= end => {
                let Ok(rows) = serde_json::from_slice(rows) else { return Ok(false) };
                reached = after;
                visit(at, rows)?;
                Ok(after < end)
            }
            _ => Ok(false),
        })?;
        if reached < end { Err(self.unreadable(reached)) } else { Ok(()) }
    }

    /// Reads records from byte `at` on, as long as `visit` says so and there are any.
    fn walk(&mut self, at: u64, visit: &mut dyn FnMut(Next<'_>) -> Result<bool, StateError>) -> Result<(), StateError> {
        let io = |cause| StateError::Io { path: self.path.clone(), cause };
        let length = self.file.metadata().map_err(io)?.len();
        self.file.seek(SeekFrom::Start(at)).map_err(io)?;
        let mut input = BufReader::with_capacity(64 << 10, &self.file);
        let mut at = at;
        let mut buffer = Vec::new();
        loop {
            let next = read_record(&mut input, &self.id, at, length, &mut buffer).map_err(io)?;
            let after = if let Next::Record { end, .. } = &next { Some(*end) } else { None };
            let more = visit(next)?;
            match after {
                Some(after) if more => at = after,
                _ => return Ok(()),
            }
        }
    }

    fn unreadable(&self, at: u64) -> StateError {
        StateError::Damaged { path: self.path.clone(), reason: format!("the record at byte {at} cannot be read any more") }
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)
    }

    fn failed(&self, cause: io::Error) -> StateError {
        StateError::Io { path: self.path.clone(), cause }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if self.unpublished {
            // It was not needed after all; the next attempt writes over it.
            fs::remove_file(with_ending(&self.path, ".new")).ok();
        }
    }
}

/// Reads what begins at byte `at`, where `input` stands.
pub(super) fn read_record<'a>(
    input: &mut impl Read,
    id: &[u8; 16],
    at: u64,
    file_length: u64,
    buffer: &'a mut Vec<u8>,
) -> io::Result<Next<'a>> {
    let left = file_length.saturating_sub(at);
    if left == 0 {
        return Ok(Next::End);
    }
    if left < FRAME {
        return Ok(Next::Bad);
    }
    // All that the checksum is of lies together: BLAKE3 takes several times as long over pieces.
    buffer.clear();
    buffer.extend_from_slice(id);
    buffer.resize(id.len() + 12, 0);
    input.read_exact(&mut buffer[id.len()..])?;
    let length = u32::from_le_bytes(*buffer[id.len()..].first_chunk().expect("12 bytes are more than 4"));
    if u64::from(length) > left - FRAME {
        return Ok(Next::Bad);
    }
    let sequence = u64::from_le_bytes(*buffer[id.len() + 4..].first_chunk().expect("12 bytes are 4 and 8"));
    let rows = buffer.len();
    buffer.resize(rows + length as usize + 16, 0);
    input.read_exact(&mut buffer[rows..])?;
    let (summed, sum) = buffer.split_at(rows + length as usize);
    if checksum(&[summed]) != sum {
        return Ok(Next::Bad);
    }
    Ok(Next::Record { at, sequence, rows: &summed[rows..], end: at + FRAME + u64::from(length) })
}

fn checksum(parts: &[&[u8]]) -> Checksum {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes().first_chunk().expect("a BLAKE3 hash has 32 bytes")
}

/// The newer of the seals that can be read.
pub(super) fn seal_of(head: &[u8], id: &[u8; 16]) -> Option<Seal> {
    let seals = SEALS.iter().filter_map(|at| {
        let (said, sum) = head.get(*at as usize..*at as usize + 32)?.split_at(16);
        let number = |from: usize| said.get(from..).and_then(|rest| rest.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes));
        (sum == checksum(&[id, said])).then(|| Seal { sequence: number(0).unwrap_or(0), end: number(8).unwrap_or(0) })
    });
    seals.max_by_key(|seal| seal.sequence)
}

/// The id of a file whose header may be damaged: as it stands there, or with one byte put right. Whether it is the right one is
/// known by its checksum, or by the first record.
pub(super) fn id_of(bytes: &[u8]) -> Option<[u8; 16]> {
    let id = *bytes.get(16..)?.first_chunk::<16>()?;
    let sum = bytes.get(32..48)?;
    if sum == checksum(&[MAGIC, &id]) {
        return Some(id);
    }
    let mut first = bytes.get(HEADER as usize..).unwrap_or_default();
    if matches!(read_record(&mut first, &id, HEADER, bytes.len() as u64, &mut Vec::new()), Ok(Next::Record { .. })) {
        return Some(id);
    }
    let variants = (0..16).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte)));
    let mut variants = variants.map(|(at, byte)| {
        let mut other = id;
        if let Some(place) = other.get_mut(at) {
            *place = byte;
        }
        other
    });
    variants.find(|other| sum == checksum(&[MAGIC, other]))
}

/// Whether a file with these first bytes never was a state.
pub(super) fn is_foreign(head: &[u8]) -> bool {
    !head.starts_with(MAGIC) && !MAGIC.starts_with(head) && !near(head)
}

pub(super) fn foreign(path: &Path) -> StateError {
    let reason = "this is no state of jianbao; move it away, or name another file under `checkpoint: path`".to_owned();
    StateError::Foreign { path: path.to_owned(), reason }
}

/// Whether the first bytes are ours but for a few: then the file is damaged, not somebody else's.
fn near(head: &[u8]) -> bool {
    head.len() >= MAGIC.len() && head.iter().zip(MAGIC).filter(|(one, other)| one == other).count() >= MAGIC.len() / 2
}
