//! How much of an output file holds whole records: all up to the last line feed, or up to the end of the last member or frame.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::part::Coding;

const CHUNK: u64 = 64 << 10;

/// The length of what is whole at the beginning of the file at `path`.
///
/// # Errors
/// When it cannot be read.
pub fn whole_length(path: &Path) -> io::Result<u64> {
    let file = File::open(path)?;
    match Coding::of(&path.to_string_lossy()).unwrap_or(Coding::Plain) {
        Coding::Plain => last_line(file),
        Coding::Gzip => members(file, |input| io::copy(&mut flate2::bufread::GzDecoder::new(input), &mut io::sink())),
        Coding::Zstd => members(file, |input| {
            let decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            io::copy(&mut decoder.single_frame(), &mut io::sink())
        }),
    }
}

fn last_line(mut file: File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut chunk = Vec::new();
    while end > 0 {
        let from = end.saturating_sub(CHUNK);
        file.seek(SeekFrom::Start(from))?;
        chunk.clear();
        (&mut file).take(end - from).read_to_end(&mut chunk)?;
        if let Some(at) = chunk.iter().rposition(|byte| *byte == b'\n') {
            return Ok(from + at as u64 + 1);
        }
        end = from;
    }
    Ok(0)
}

/// Counts the bytes that were taken out of a buffer.
struct Counting {
    input: BufReader<File>,
    taken: u64,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.taken += read as u64;
        Ok(read)
    }
}

impl BufRead for Counting {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount as u64;
        self.input.consume(amount);
    }
}

fn members(file: File, mut decode: impl FnMut(&mut Counting) -> io::Result<u64>) -> io::Result<u64> {
    let mut input = Counting { input: BufReader::with_capacity(CHUNK as usize, file), taken: 0 };
    let mut whole = 0;
    // What cannot be decoded is no member, be it torn or something else.
    while !input.fill_buf()?.is_empty() && decode(&mut input).is_ok() && input.taken > whole {
        whole = input.taken;
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn whole_records_are_found_in_every_coding() {
        let folder = tempfile::tempdir().unwrap();
        let length = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            whole_length(&path).unwrap() as usize
        };
        for (bytes, expected) in [(&b""[..], 0), (b"torn", 0), (b"a\nb\n", 4), (b"a\nb\nto", 4), (b"a\n", 2)] {
            assert_eq!(length("a.ndjson", bytes), expected);
        }
        let long = [&b"a\n"[..], &vec![b'x'; 200_000]].concat();
        assert_eq!(length("a.ndjson", &long), 2);
        let gzip = |text: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        };
        let zstd = |text: &[u8]| zstd::encode_all(text, 0).unwrap();
        for (name, encode) in [("a.gz", &gzip as &dyn Fn(&[u8]) -> Vec<u8>), ("a.zst", &zstd)] {
            let (one, two) = (encode(b"a\n"), encode(&[b'b'; 5000]));
            let both = [&one[..], &two].concat();
            assert_eq!(length(name, &both), both.len(), "{name}");
            for cut in one.len()..both.len() {
                assert_eq!(length(name, &both[..cut]), one.len(), "{name} {cut}");
            }
            assert_eq!(length(name, &one[..one.len() - 1]), 0, "{name}");
            assert_eq!(length(name, &[&one[..], b"something else"].concat()), one.len(), "{name}");
        }
    }
}
