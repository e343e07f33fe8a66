//! Reads from a damaged state what can still be read, and writes a state from rows.

use std::path::Path;

use serde_json::{Map, Value};

use super::log::{HEADER, Log, Next, foreign, id_of, is_foreign, read_record, seal_of};
use super::{StateError, real};

/// What a state file holds, damaged or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Salvage {
    /// The newest of each row that can be read.
    pub rows: Map<String, Value>,
    /// Transactions that can be read.
    pub transactions: u64,
    /// Transactions that were done but cannot be read: rows may be missing, or older than they were.
    pub lost: u64,
    /// Whether `lost` is known: the seals could be read.
    pub certain: bool,
    /// Whether some of them were lost before others that can be read, so that the rows are not those of any one moment.
    pub gap: bool,
    /// Whether there is no way to tell damaged rows from others, since the id of the file is lost.
    pub unproven: bool,
    /// Stretches of the file that are no records, in bytes: from, to.
    pub unreadable: Vec<(u64, u64)>,
}

/// Reads all records of the state at `path` that are whole, also behind damaged ones. The file is not changed.
///
/// # Errors
/// When it cannot be opened, or never was a state.
pub fn salvage(path: &Path) -> Result<Salvage, StateError> {
    let bytes = std::fs::read(path).map_err(|cause| StateError::Io { path: path.to_owned(), cause })?;
    let length = bytes.len() as u64;
    let id = id_of(&bytes);
    if id.is_none() && is_foreign(&bytes) {
        return Err(foreign(path));
    }
    let seal = id.and_then(|id| seal_of(&bytes, &id));
    let mut found = Salvage { certain: seal.is_some(), unproven: id.is_none(), ..Salvage::default() };
    let seal = seal.unwrap_or_default();
    if length < HEADER {
        found.unreadable.push((0, length));
    }
    let (mut first, mut last, mut sealed) = (None, None::<u64>, 0_u64);
    let mut bad_from = None;
    let mut at = HEADER;
    let mut buffer = Vec::new();
    while at < length {
        let rest = bytes.get(at as usize..).unwrap_or_default();
        // Of what begins like no record the checksum is not worth working out.
        let next = if rest.get(12) == Some(&b'{') { record(rest, id.as_ref(), at, length, &mut buffer) } else { None };
        let fits = |sequence: u64| last.is_none_or(|last| if id.is_some() { sequence > last } else { sequence == last + 1 });
        let Some((sequence, rows, end)) = next.filter(|(sequence, ..)| fits(*sequence)) else {
            bad_from.get_or_insert(at);
            at += 1;
            continue;
        };
        found.gap |= last.map_or(bad_from.is_some(), |last| sequence > last + 1);
        found.unreadable.extend(bad_from.take().map(|from| (from, at)));
        first.get_or_insert(sequence);
        (last, at) = (Some(sequence), end);
        found.transactions += 1;
        sealed += u64::from(sequence <= seal.sequence);
        for (key, value) in rows {
            found.rows.shift_remove(&key);
            if !value.is_null() {
                found.rows.insert(key, value);
            }
        }
    }
    found.unreadable.extend(bad_from.map(|from| (from, length)));
    // A file that was written anew does not begin with the first transaction: what came before its first record is not missed,
    // unless that is not where records begin.
    found.lost = match first {
        Some(first) if found.unreadable.first().is_none_or(|(from, _)| *from > HEADER) => {
            (seal.sequence + 1).saturating_sub(first + sealed)
        }
        _ if seal.end > HEADER => seal.sequence.saturating_sub(sealed).max(1),
        _ => 0,
    };
    Ok(found)
}

type Rows = Map<String, Value>;

/// The record that `rest` begins with; without an `id` by its form alone.
fn record(rest: &[u8], id: Option<&[u8; 16]>, at: u64, length: u64, buffer: &mut Vec<u8>) -> Option<(u64, Rows, u64)> {
    if let Some(id) = id {
        let mut input = rest;
        let Ok(Next::Record { sequence, rows, end, .. }) = read_record(&mut input, id, at, length, buffer) else { return None };
        return Some((sequence, serde_json::from_slice(rows).ok()?, end));
    }
    let bytes = u64::from(u32::from_le_bytes(*rest.first_chunk()?));
    let sequence = u64::from_le_bytes(*rest.get(4..)?.first_chunk()?);
    let rows = rest.get(12..12 + usize::try_from(bytes).ok()?)?;
    rest.get(12 + rows.len()..12 + rows.len() + 16)?;
    Some((sequence, serde_json::from_slice(rows).ok()?, at + 12 + bytes + 16))
}

/// So many rows make a transaction when a state is written from rows.
const TOGETHER: usize = 1000;

/// Puts a state with these rows in the place of the one at `path`, if there is one. Whoever calls this has its lock.
///
/// # Errors
/// When the system refuses; the old one is as it was then.
pub fn write_anew(path: &Path, rows: &Map<String, Value>) -> Result<(), StateError> {
    let mut log = Log::begin(&real(path), 0)?;
    let rows: Vec<_> = rows.iter().collect();
    for some in rows.chunks(TOGETHER) {
        log.append_unsealed(&some.iter().map(|(key, value)| ((*key).clone(), (*value).clone())).collect::<Map<String, Value>>())?;
    }
    log.publish()
}
