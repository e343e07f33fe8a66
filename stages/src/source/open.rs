//! Opens what may be compressed: gzip and Zstandard are known by their first bytes, whatever the name says, and a name that says
//! so must keep its word. Members that follow each other are read as one.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;

/// Anything to read from.
pub(super) type Bytes = Box<dyn Read + Send>;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The last three bytes of a frame that `pzstd` begins with.
const ZSTD_SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];

/// Puts the right decoder in front of `input`, reading no more of it than the decision takes.
///
/// # Errors
/// When reading fails or the content is not what `name` says.
pub(super) fn open(mut input: Bytes, name: &str) -> io::Result<Bytes> {
    let (head, ended) = head_of(&mut input)?;
    if ended {
        // A terminal whose end was read would be asked for more.
        input = Box::new(io::empty());
    }
    let gzip = head.starts_with(&GZIP);
    let zstd = head == ZSTD || (matches!(head.first(), Some(0x50..=0x5f)) && head.get(1..) == Some(&ZSTD_SKIPPABLE));
    let input = Cursor::new(head).chain(input);
    let name = name.to_ascii_lowercase();
    if gzip {
        Ok(Box::new(MultiGzDecoder::new(input)))
    } else if zstd {
        Ok(Box::new(zstd::stream::read::Decoder::new(input)?))
    } else if let Some(suffix) = [".gz", ".zst"].into_iter().find(|suffix| name.ends_with(suffix)) {
        Err(io::Error::new(io::ErrorKind::InvalidData, format!("is named {suffix} but does not begin like one")))
    } else {
        Ok(Box::new(input))
    }
}

/// Up to four bytes, and fewer when those are no beginning of a compressed file: a live reader must not wait for the rest. Says,
/// too, whether the input ended with them.
fn head_of(input: &mut Bytes) -> io::Result<(Vec<u8>, bool)> {
    let mut head = Vec::new();
    while head.len() < 4 {
        let mut byte = [0];
        match input.read(&mut byte) {
            Ok(0) => return Ok((head, true)),
            Ok(_) => head.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        let goes_on = ZSTD.starts_with(&head)
            || (GZIP.starts_with(&head) && head.len() < 2)
            || (matches!(head.first(), Some(0x50..=0x5f)) && head.get(1..).is_some_and(|rest| ZSTD_SKIPPABLE.starts_with(rest)));
        if !goes_on {
            break;
        }
    }
    Ok((head, false))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8], name: &str) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        open(Box::new(Cursor::new(bytes.to_vec())), name)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn opens_by_the_first_bytes_and_joins_members() {
        let [one, two] = ["甲\x0c".as_bytes(), "乙".as_bytes()];
        let zstd = |bytes| zstd::encode_all(bytes, 1).unwrap();
        for name in ["a.txt", "a.txt.gz", "a.zst", "stdin"] {
            assert_eq!(read(&[gzip(one), gzip(two)].concat(), name).unwrap(), "甲\x0c乙".as_bytes());
            assert_eq!(read(&[zstd(one), zstd(two)].concat(), name).unwrap(), "甲\x0c乙".as_bytes());
        }
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9][..], &zstd(one)].concat();
        assert_eq!(read(&skippable, "a.zst").unwrap(), one);
        for plain in [&b""[..], b"P", b"P*M", b"(", b"\x1f", "甲".as_bytes()] {
            assert_eq!(read(plain, "a.txt").unwrap(), plain);
        }
    }

    #[test]
    fn the_end_of_a_terminal_is_asked_for_once() {
        struct Terminal(Option<u8>, bool);
        impl Read for Terminal {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let Some(byte) = self.0.take() else {
                    assert!(!std::mem::replace(&mut self.1, true), "would wait for a second ctrl-d");
                    return Ok(0);
                };
                buffer[0] = byte;
                Ok(1)
            }
        }
        for typed in [None, Some(0x1f), Some(b'x')] {
            let mut input = open(Box::new(Terminal(typed, false)), "stdin").unwrap();
            let mut buffer = [0; 8];
            while input.read(&mut buffer).unwrap() > 0 {}
        }
    }

    #[test]
    fn a_name_must_keep_its_word() {
        assert_eq!(read(b"plain", "a.GZ").unwrap_err().to_string(), "is named .gz but does not begin like one");
        assert!(read(b"", "a.zst").is_err());
        let whole = gzip(&[b'x'; 1000]);
        assert!(read(&whole[..whole.len() - 3], "a.gz").is_err());
    }
}
