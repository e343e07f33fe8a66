//! Reads from a damaged state what can still be read.

use std::path::Path;

use serde_json::{Map, Value};

use super::StateError;
use super::log::{HEADER, Log, Next, read_record};

/// What a state file holds, damaged or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Salvage {
    /// The newest of each row that can be read.
    pub rows: Map<String, Value>,
    /// Transactions that can be read.
    pub transactions: u64,
    /// Transactions that were done but cannot be read: rows may be missing, or older than they were.
    pub lost: u64,
    /// Stretches of the file that are no records, in bytes: from, to.
    pub unreadable: Vec<(u64, u64)>,
}

/// Reads all records of the state at `path` that are whole, also behind damaged ones. The file is not changed.
///
/// # Errors
/// When not even the header can be read.
pub fn salvage(path: &Path) -> Result<Salvage, StateError> {
    let (log, seal) = Log::open_unchecked(path, true)?;
    let bytes = std::fs::read(path).map_err(|cause| StateError::Io { path: path.to_owned(), cause })?;
    let length = bytes.len() as u64;
    let mut found = Salvage::default();
    let (mut first, mut last, mut sealed) = (None, None, 0_u64);
    let mut bad_from = None;
    let mut at = HEADER;
    let mut buffer = Vec::new();
    while at < length {
        let mut rest = bytes.get(at as usize..).unwrap_or_default();
        // Of what begins like no record the checksum is not worth working out.
        let next = if rest.get(12) == Some(&b'{') { read_record(&mut rest, &log.id(), at, length, &mut buffer).ok() } else { None };
        let record = match next {
            Some(Next::Record { sequence, rows, end, .. }) if last.is_none_or(|last| sequence > last) => {
                serde_json::from_slice::<Map<String, Value>>(rows).ok().map(|rows| (sequence, rows, end))
            }
            _ => None,
        };
        let Some((sequence, rows, end)) = record else {
            bad_from.get_or_insert(at);
            at += 1;
            continue;
        };
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
