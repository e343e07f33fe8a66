//! Bytes to frames: one page of text between form feeds, or one NDJSON page a line. Pure; chunk sizes do not matter.
//!
//! Decoding is `decode`'s work: `\f` and `\n` cannot be part of another character in UTF-8, GB18030 and Big5, and UTF-16 has become
//! UTF-8 before it gets here.

/// How pages are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// NDJSON when the first line is a JSON object with a `text`, else text.
    #[default]
    Auto,
    /// Text; pages are divided by form feeds.
    Text,
    /// One JSON object a line.
    Ndjson,
}

/// One page as it was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A page of text; `no` is counted from 1.
    Text { no: u32, offset: u64, bytes: Vec<u8> },
    /// A page with nothing on it.
    Empty { no: u32 },
    /// A line of NDJSON; `line` is counted from 1.
    Json { line: u32, offset: u64, bytes: Vec<u8> },
    /// A page of more than the allowed bytes, skipped.
    TooLarge { no: u32, offset: u64, bytes: u64 },
}

/// Cuts a byte stream into frames.
pub(crate) struct Framer {
    format: Format,
    max_page: usize,
    buffer: Vec<u8>,
    /// Bytes of the current frame that were thrown away because it is too large.
    skipped: u64,
    /// Where the current frame begins.
    offset: u64,
    /// Bytes taken so far.
    taken: u64,
    /// Frames ended so far.
    count: u32,
}

impl Framer {
    /// A framer that skips pages of more than `max_page` bytes.
    pub(crate) fn new(format: Format, max_page: usize) -> Self {
        Self { format, max_page, buffer: Vec::new(), skipped: 0, offset: 0, taken: 0, count: 0 }
    }

    /// How many pages have ended.
    pub(crate) fn pages(&self) -> u32 {
        self.count
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8], out: &mut Vec<Frame>) {
        while !bytes.is_empty() {
            let end = bytes.iter().position(|byte| self.ends(*byte));
            let (part, rest) = bytes.split_at(end.map_or(bytes.len(), |end| end + 1));
            self.taken += part.len() as u64;
            self.keep(if end.is_some() { part.split_last().map_or(part, |(_, kept)| kept) } else { part });
            if let (Some(_), Some(delimiter)) = (end, part.last()) {
                self.delimiter(*delimiter, out);
            }
            bytes = rest;
        }
    }

    /// The input has ended.
    pub(crate) fn finish(&mut self, out: &mut Vec<Frame>) {
        if self.format == Format::Auto {
            self.decide();
        }
        if self.skipped > 0 || !is_blank(&self.buffer) {
            self.end_frame(out);
        }
        self.buffer.clear();
    }

    /// Whether `byte` may end a frame. Undecided, a line feed is where the first line can be judged.
    fn ends(&self, byte: u8) -> bool {
        match self.format {
            Format::Text => byte == 0x0c,
            Format::Ndjson => byte == b'\n',
            Format::Auto => byte == 0x0c || byte == b'\n',
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.skipped == 0 && self.buffer.len() + part.len() <= self.max_page {
            self.buffer.extend_from_slice(part);
        } else {
            self.skipped += (self.buffer.len() + part.len()) as u64;
            self.buffer = Vec::new();
        }
    }

    fn delimiter(&mut self, delimiter: u8, out: &mut Vec<Frame>) {
        if self.format == Format::Auto {
            if delimiter == b'\n' && is_blank(&self.buffer) && self.skipped == 0 {
                self.buffer.push(delimiter);
                return;
            }
            self.decide();
            if delimiter == b'\n' && self.format == Format::Text {
                self.keep(b"\n");
                return;
            }
        }
        self.end_frame(out);
    }

    fn decide(&mut self) {
        let first = self.buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.buffer).trim_ascii_start();
        let is_page = first.first() == Some(&b'{')
            && serde_json::from_slice::<serde_json::Value>(first).is_ok_and(|value| value.get("text").is_some());
        self.format = if is_page { Format::Ndjson } else { Format::Text };
    }

    fn end_frame(&mut self, out: &mut Vec<Frame>) {
        self.count += 1;
        let (no, offset, mut bytes) = (self.count, self.offset, std::mem::take(&mut self.buffer));
        let skipped = std::mem::take(&mut self.skipped);
        self.offset = self.taken;
        out.push(if skipped > 0 {
            Frame::TooLarge { no, offset, bytes: skipped }
        } else if is_blank(&bytes) {
            Frame::Empty { no }
        } else if self.format == Format::Ndjson {
            Frame::Json { line: no, offset, bytes }
        } else {
            // mutool writes a line feed after every form feed.
            if no > 1 && bytes.first() == Some(&b'\n') {
                bytes.remove(0);
            }
            Frame::Text { no, offset, bytes }
        });
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x0b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames(format: Format, input: &[u8], chunk: usize) -> Vec<Frame> {
        let mut framer = Framer::new(format, 64);
        let mut out = Vec::new();
        for piece in input.chunks(chunk.max(1)) {
            framer.push(piece, &mut out);
        }
        framer.finish(&mut out);
        out
    }

    fn text(no: u32, offset: u64, text: &str) -> Frame {
        Frame::Text { no, offset, bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn a_form_feed_after_the_last_page_makes_no_page() {
        assert_eq!(frames(Format::Auto, b"a\n\x0c\x0c\nb\n\x0c\n", 9), [text(1, 0, "a\n"), Frame::Empty { no: 2 }, text(3, 4, "b\n")]);
        assert_eq!(frames(Format::Auto, b"\x0c\x0c\x0c", 1).len(), 3);
        assert_eq!(frames(Format::Auto, b" \n\t", 1), []);
    }

    #[test]
    fn json_lines_are_known_by_the_first() {
        let seen = frames(Format::Auto, b"\n{\"text\":\"x\"}\n\n{bad\n", 3);
        assert!(matches!(&seen[..], [Frame::Json { .. }, Frame::Empty { .. }, Frame::Json { line: 3, .. }]), "{seen:?}");
        assert!(matches!(&frames(Format::Auto, b"{not json\nmore", 4)[..], [Frame::Text { .. }]));
    }

    #[test]
    fn a_page_too_large_is_skipped_and_the_next_is_read() {
        let mut input = vec![b'x'; 1000];
        input.extend_from_slice(b"\x0cnext");
        assert_eq!(frames(Format::Auto, &input, 10), [Frame::TooLarge { no: 1, offset: 0, bytes: 1000 }, text(2, 1001, "next")]);
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(input in proptest::collection::vec(prop_oneof![Just(0x0c_u8), Just(b'\n'), Just(b'{'), any::<u8>()], 0..200), chunk in 1_usize..50) {
            prop_assert_eq!(frames(Format::Auto, &input, chunk), frames(Format::Auto, &input, input.len()));
        }
    }
}
