//! The last bytes before the recorded end of a file: by them it is known to be the one that was recorded, whatever its name and its
//! number, which a copy or a backup changes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// So many bytes at most.
const END: usize = 4096;

/// The last bytes before `length`.
///
/// # Errors
/// The system's, also when there are not so many.
pub fn end_of(mut file: &File, length: u64) -> io::Result<Vec<u8>> {
    let mut end = vec![0; END.min(usize::try_from(length).unwrap_or(END))];
    file.seek(SeekFrom::Start(length - end.len() as u64))?;
    file.read_exact(&mut end)?;
    Ok(end)
}

/// What a row says of the last bytes before `length` of the file at `path`.
///
/// # Errors
/// The system's, also when there are not so many.
pub fn digest_at(path: &Path, length: u64) -> io::Result<String> {
    Ok(digest_of_end(&end_of(&File::open(path)?, length)?))
}

/// What they are when `more` was written behind them.
pub fn extend_end(end: &mut Vec<u8>, more: &[u8]) {
    end.extend_from_slice(more.get(more.len().saturating_sub(END)..).unwrap_or_default());
    end.drain(..end.len().saturating_sub(END));
}

/// What a row says of them.
pub fn digest_of_end(end: &[u8]) -> String {
    blake3::hash(end).to_hex().chars().take(16).collect()
}
