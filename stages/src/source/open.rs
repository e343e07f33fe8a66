//! Opens what a path or stdin holds: gzip and zstd are unpacked, UTF-16 becomes UTF-8, all by their first bytes.

use std::io::{self, Chain, Cursor, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};

/// A stream of bytes in which line feeds and form feeds can be looked for.
pub(crate) struct Opened {
    /// The bytes.
    pub(crate) bytes: Box<dyn Read + Send>,
    /// Set when the stream was not in the encoding its bytes are in now.
    pub(crate) encoding: Option<&'static str>,
}

/// Looks at the first bytes of `input` and unpacks it.
///
/// # Errors
/// When reading fails or an archive's head is damaged.
pub(crate) fn open(input: impl Read + Send + 'static) -> io::Result<Opened> {
    let (head, input) = peek(input)?;
    if head.starts_with(&[0x1f, 0x8b]) {
        return decode(flate2::read::MultiGzDecoder::new(input));
    }
    if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return decode(zstd::stream::read::Decoder::new(input)?);
    }
    Ok(decode_peeked(&head, input))
}

fn decode(input: impl Read + Send + 'static) -> io::Result<Opened> {
    let (head, input) = peek(input)?;
    Ok(decode_peeked(&head, input))
}

fn decode_peeked(head: &[u8], input: impl Read + Send + 'static) -> Opened {
    // Without a mark, UTF-16 shows by the zero half of an ASCII character: pages begin with a blank, a digit or a letter more often
    // than not, and no text in another encoding has a NUL there.
    let utf16: Option<&'static Encoding> = match head {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        [low, 0, _, high] if *low != 0 && *high < 0xd8 && (*high == 0 || *high > 0x20) => Some(UTF_16LE),
        [0, low, high, _] if *low != 0 && *high < 0xd8 && (*high == 0 || *high > 0x20) => Some(UTF_16BE),
        _ => None,
    };
    match utf16 {
        None => Opened { bytes: Box::new(input), encoding: None },
        Some(encoding) => {
            let name = if encoding == UTF_16LE { "utf-16le" } else { "utf-16be" };
            let bytes =
                Transcoder { input, decoder: encoding.new_decoder_with_bom_removal(), ready: Cursor::new(Vec::new()), ended: false };
            Opened { bytes: Box::new(bytes), encoding: Some(name) }
        }
    }
}

type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first four bytes (fewer when there are fewer), and the whole stream again.
fn peek<R: Read>(mut input: R) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut head = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}

/// Reads one encoding as UTF-8.
struct Transcoder<R> {
    input: R,
    decoder: Decoder,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let given = self.ready.read(out)?;
            if given > 0 || self.ended || out.is_empty() {
                return Ok(given);
            }
            let mut raw = [0; 8192];
            let count = self.input.read(&mut raw)?;
            self.ended = count == 0;
            let raw = raw.get(..count).unwrap_or_default();
            let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(count * 3 + 16);
            let mut text = vec![0; room];
            let (result, _, written, _) = self.decoder.decode_to_utf8(raw, &mut text, self.ended);
            debug_assert_eq!(result, CoderResult::InputEmpty, "the buffer has room for all");
            text.truncate(written);
            self.ready = Cursor::new(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const TEXT: &str = "2版 平湖新闻\n会议召开。\u{c}𠀀";

    /// Gives one byte at a time.
    struct Drip(Cursor<Vec<u8>>);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let one = out.len().min(1);
            self.0.read(out.get_mut(..one).unwrap_or_default())
        }
    }

    fn read(bytes: Vec<u8>) -> (String, Option<&'static str>) {
        let mut opened = open(Drip(Cursor::new(bytes))).unwrap();
        let mut text = String::new();
        opened.bytes.read_to_string(&mut text).unwrap();
        (text, opened.encoding)
    }

    fn utf16(text: &str, mark: bool, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn reads_utf_16_with_and_without_mark() {
        for mark in [true, false] {
            assert_eq!(read(utf16(TEXT, mark, u16::to_le_bytes)), (TEXT.to_owned(), Some("utf-16le")));
            assert_eq!(read(utf16(TEXT, mark, u16::to_be_bytes)), (TEXT.to_owned(), Some("utf-16be")));
        }
        assert_eq!(read(TEXT.into()), (TEXT.to_owned(), None));
        assert_eq!(read(Vec::new()), (String::new(), None));
    }

    #[test]
    fn unpacks_members_one_after_the_other() {
        let pack = |text: &str| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(read([pack("一二三"), pack("四")].concat()).0, "一二三四");
        let zst = |text: &str| zstd::stream::encode_all(text.as_bytes(), 1).unwrap();
        assert_eq!(read([zst("一二三"), zst("四")].concat()).0, "一二三四");
    }
}
