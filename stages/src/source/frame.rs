//! Cuts a stream of bytes into pages at form feeds, or into lines when the input is pages written as JSON.
//!
//! Pure and fed by slices: how the input is cut into chunks never changes what comes out. Decoding is left to `decode`, except
//! that UTF-16 is turned into UTF-8 first, because a byte of it may look like a form feed.

use encoding_rs::Encoding;
use schemars::JsonSchema;
use serde::Deserialize;

use super::wide::Widener;

/// How pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// NDJSON when the name ends in `.ndjson` or `.jsonl` or the input begins with `{"` or `[{`, else text.
    #[default]
    Auto,
    /// Plain text, a form feed after each page.
    Text,
    /// One page a line: `{"text": …, "page_id"?, "doc_id"?, "page_no"?, "page_label"?, "paper"?, "issue_date"?}`.
    Ndjson,
}

/// One page of text or one line of NDJSON, as it stands in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Whether it is a line of NDJSON.
    pub(super) is_line: bool,
    /// Counted from 1; pages with nothing on them count too.
    pub(super) number: u32,
    /// Byte offset in the decompressed input.
    pub(super) offset: u64,
    /// UTF-16 when the bytes were that; they are UTF-8 now.
    pub(super) widened: Option<&'static Encoding>,
    /// What is in it.
    pub(super) body: Body,
}

/// What is in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// It was so many bytes long and they were not kept.
    TooLarge(u64),
}

/// The cutter.
pub(super) struct Framer {
    widener: Widener,
    limit: u64,
    /// Bytes of input before the page in hand.
    offset: u64,
    /// Bytes of input in the page in hand.
    length: u64,
    number: u32,
    held: Vec<u8>,
    stage: Stage,
    narrow: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Stage {
    /// `scanned` bytes of `held` have been looked at; `opening` is the one of them that was not blank.
    Choosing {
        scanned: usize,
        opening: Option<u8>,
    },
    Cutting {
        delimiter: u8,
    },
    Skipping {
        delimiter: u8,
    },
}

const FORM_FEED: u8 = 0xc;

impl Format {
    /// The format of an input of this name. A name that says NDJSON is believed, so that not even a first line that is cut off
    /// makes one long page of text of it.
    pub(super) fn of(self, name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
        match self {
            Self::Auto if [".ndjson", ".jsonl"].iter().any(|ending| name.ends_with(ending)) => Self::Ndjson,
            format => format,
        }
    }

    fn stage(self) -> Stage {
        match self {
            Self::Auto => Stage::Choosing { scanned: 0, opening: None },
            Self::Text => Stage::Cutting { delimiter: FORM_FEED },
            Self::Ndjson => Stage::Cutting { delimiter: b'\n' },
        }
    }
}

impl Framer {
    /// At the beginning of an input; pages of more than `limit` bytes are not kept.
    pub(super) fn new(format: Format, limit: u64) -> Self {
        Self {
            widener: Widener::new(),
            limit,
            offset: 0,
            length: 0,
            number: 1,
            held: Vec::new(),
            stage: format.stage(),
            narrow: Vec::new(),
        }
    }

    /// Whether the input is NDJSON, as far as that is decided.
    pub(super) fn is_lines(&self) -> bool {
        matches!(self.stage, Stage::Cutting { delimiter: b'\n' } | Stage::Skipping { delimiter: b'\n' })
    }

    /// Where the page in hand begins, in bytes of the decompressed input.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes a chunk and appends the frames that are complete with it.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<Frame>) {
        let mut narrow = std::mem::take(&mut self.narrow);
        narrow.clear();
        self.offset += self.widener.push(chunk, &mut narrow);
        self.advance(&narrow, out);
        self.narrow = narrow;
    }

    /// The input is over. A rest that is blank is no page: pdftotext ends with a form feed, mutool with one and a line feed.
    pub(super) fn finish(&mut self, out: &mut Vec<Frame>) {
        let mut narrow = Vec::new();
        self.offset += self.widener.finish(&mut narrow);
        self.advance(&narrow, out);
        if let Stage::Choosing { .. } = self.stage {
            self.choose(Format::Text, out);
        }
        let blank = matches!(self.stage, Stage::Cutting { .. }) && self.held.trim_ascii().is_empty();
        if !blank {
            self.cut(0, out);
        }
    }

    fn advance(&mut self, mut bytes: &[u8], out: &mut Vec<Frame>) {
        while !bytes.is_empty() {
            let (delimiter, skipping) = match self.stage {
                Stage::Choosing { .. } => {
                    self.hold(bytes);
                    self.look(out);
                    return;
                }
                Stage::Cutting { delimiter } => (delimiter, false),
                Stage::Skipping { delimiter } => (delimiter, true),
            };
            let end = bytes.iter().position(|byte| *byte == delimiter);
            let (part, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            self.length += self.measure(part);
            if !skipping {
                self.held.extend_from_slice(part);
                if self.held.len() as u64 > self.limit {
                    self.held = Vec::new();
                    self.stage = Stage::Skipping { delimiter };
                }
            }
            bytes = rest;
            if let Some((feed, rest)) = bytes.split_first() {
                self.cut(self.measure(&[*feed]), out);
                bytes = rest;
            }
        }
    }

    fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// Looks for the first two bytes that are not blank, each byte once. What they begin is JSON, whatever is wrong with it further
    /// on: a line that is no page is a bad page, and must not turn all others into text.
    fn look(&mut self, out: &mut Vec<Frame>) {
        while let Stage::Choosing { scanned, opening } = &mut self.stage {
            let Some(byte) = self.held.get(*scanned) else { break };
            *scanned += 1;
            let format = match (*opening, byte) {
                _ if *scanned as u64 > self.limit => Format::Text,
                (_, b' ' | b'\t' | b'\r' | b'\n') => continue,
                (None, b'{' | b'[') => {
                    *opening = Some(*byte);
                    continue;
                }
                (Some(b'{'), b'"') | (Some(b'['), b'{') => Format::Ndjson,
                _ => Format::Text,
            };
            self.choose(format, out);
        }
    }

    fn choose(&mut self, format: Format, out: &mut Vec<Frame>) {
        self.stage = format.stage();
        let held = std::mem::take(&mut self.held);
        self.advance(&held, out);
    }

    /// Ends the page in hand, which a delimiter of `feed` bytes follows.
    fn cut(&mut self, feed: u64, out: &mut Vec<Frame>) {
        let (delimiter, body) = match self.stage {
            Stage::Skipping { delimiter } => (delimiter, Body::TooLarge(self.length)),
            Stage::Cutting { delimiter } => (delimiter, Body::Whole(std::mem::take(&mut self.held))),
            Stage::Choosing { .. } => return,
        };
        let mut frame =
            Frame { is_line: delimiter == b'\n', number: self.number, offset: self.offset, widened: self.widener.encoding(), body };
        if let Body::Whole(bytes) = &mut frame.body
            && !frame.is_line
            && frame.number > 1
        {
            // mutool puts a line feed behind every form feed.
            let stray = if bytes.starts_with(b"\r\n") { 2 } else { usize::from(bytes.starts_with(b"\n")) };
            frame.offset += self.measure(&bytes[..stray]);
            bytes.drain(..stray);
        }
        out.push(frame);
        self.offset += self.length + feed;
        self.length = 0;
        self.number = self.number.saturating_add(1);
        self.stage = Stage::Cutting { delimiter };
    }

    /// How many bytes of input these bytes were.
    fn measure(&self, bytes: &[u8]) -> u64 {
        if self.widener.encoding().is_none() {
            return bytes.len() as u64;
        }
        let units = bytes.iter().map(|byte| u64::from(byte & 0xc0 != 0x80) + u64::from(*byte >= 0xf0)).sum::<u64>();
        units * 2
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames(format: Format, limit: u64, bytes: &[u8], chunk: usize) -> Vec<Frame> {
        let (mut framer, mut out) = (Framer::new(format, limit), Vec::new());
        for part in bytes.chunks(chunk) {
            framer.push(part, &mut out);
        }
        framer.finish(&mut out);
        out
    }

    fn pages(text: &str) -> Vec<(u32, u64, String)> {
        let page = |frame: Frame| match frame.body {
            Body::Whole(bytes) => (frame.number, frame.offset, String::from_utf8(bytes).unwrap()),
            Body::TooLarge(bytes) => (frame.number, frame.offset, format!("{bytes} bytes")),
        };
        frames(Format::Auto, 100, text.as_bytes(), 3).into_iter().map(page).collect()
    }

    fn page(number: u32, offset: u64, text: &str) -> (u32, u64, String) {
        (number, offset, text.to_owned())
    }

    #[test]
    fn a_page_ends_at_each_form_feed() {
        assert_eq!(pages("甲\n\n\x0c"), [page(1, 0, "甲\n\n")]);
        assert_eq!(pages("甲\x0c乙"), [page(1, 0, "甲"), page(2, 4, "乙")]);
        assert_eq!(pages("甲\x0c\x0c丙\x0c"), [page(1, 0, "甲"), page(2, 4, ""), page(3, 5, "丙")]);
        assert_eq!(pages("\x0c\x0c\x0c").len(), 3);
        assert_eq!(pages("甲\x0c\n乙\x0c\n"), [page(1, 0, "甲"), page(2, 5, "乙")]);
        assert_eq!(pages("\u{feff}甲\x0c乙"), [page(1, 3, "甲"), page(2, 7, "乙")]);
        assert_eq!(pages(&"\x0c".repeat(10_000)).len(), 10_000);
        assert!(pages("").is_empty() && pages(" \n\n").is_empty());
    }

    #[test]
    fn a_page_over_the_limit_is_counted_and_passed_over() {
        let long = "x".repeat(1000);
        assert_eq!(pages(&format!("甲\x0c{long}\x0c丙")), [page(1, 0, "甲"), page(2, 4, "1000 bytes"), page(3, 1005, "丙")]);
        assert_eq!(pages(&long), [page(1, 0, "1000 bytes")]);
        assert_eq!(pages(&"x".repeat(100)).len(), 1);
        let line = format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"a\"}}\n");
        assert_eq!(pages(&line), [page(1, 0, "1011 bytes"), page(2, 1012, "{\"text\":\"a\"}")]);
    }

    #[test]
    fn tells_json_from_text_by_how_it_begins() {
        let is_lines = |text: &str| frames(Format::Auto, 1000, text.as_bytes(), 1).first().is_some_and(|frame| frame.is_line);
        for text in [
            "{\"text\":\"a\"}",
            "\u{feff}\r\n {\"page_id\":\"p\",\"text\":\"a\\fb\"}\r\n",
            "{\"text\":5}\n{",
            "{\"meta\":1}\n{\"text\":\"a\"}\n",
            "{ \"content\":\"a\"}\n",
            "{\"text\":\"cut of\n{\"text\":\"a\"}\n",
            "{\"text\":\"a\x0cb\"}",
            "[{\"text\":\"a\"}]",
            "[\n  {\n    \"text\": \"a\"\n  }\n]\n",
        ] {
            assert!(is_lines(text), "{text}");
        }
        for text in ["{", "[", "{报眼}", "{a\"", "[1]", "[\"", "甲\n{\"text\":\"a\"}", "\x0c{\"text\":\"a\"}", "{\x0c\"text\":\"a\"}"] {
            assert!(!is_lines(text), "{text}");
        }
    }

    #[test]
    fn believes_a_name_that_says_ndjson() {
        for name in ["a.ndjson", "d/A.JSONL", "a.jsonl.gz", "a.ndjson.ZST"] {
            assert_eq!((Format::Auto.of(name), Format::Text.of(name)), (Format::Ndjson, Format::Text), "{name}");
        }
        for name in ["a.txt", "a.json", "ndjson", "stdin", "a.ndjson.txt"] {
            assert_eq!(Format::Auto.of(name), Format::Auto, "{name}");
        }
    }

    #[test]
    fn utf_16_is_framed_as_text_and_measured_as_bytes() {
        let wide: Vec<u8> = "\u{feff}上\u{40c}𠀀\n\x0c\n乙".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let seen = frames(Format::Auto, 100, &wide, 1);
        let texts: Vec<_> = seen.iter().map(|f| (f.offset, f.body.clone())).collect();
        assert_eq!(texts, [(2, Body::Whole("上\u{40c}𠀀\n".into())), (16, Body::Whole("乙".into()))]);
    }

    /// The same rules, written down for a text that is all there.
    fn reference(text: &str) -> Vec<(u32, String)> {
        let mut parts: Vec<&str> = text.split('\x0c').collect();
        if parts.last().is_some_and(|rest| rest.trim_ascii().is_empty()) {
            parts.pop();
        }
        let strip = |n: usize, part: &str| {
            if n == 0 { part.to_owned() } else { part.strip_prefix("\r\n").or(part.strip_prefix('\n')).unwrap_or(part).to_owned() }
        };
        parts.iter().enumerate().map(|(n, part)| (n as u32 + 1, strip(n, part))).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_the_reference(text in "[\\x0c\\x0c\\n\\r 甲a{\"]{0,40}", chunk in 1_usize..9) {
            let begun = text.trim_ascii_start().starts_with('{');
            let seen = frames(if begun { Format::Text } else { Format::Auto }, 1000, text.as_bytes(), chunk);
            let seen: Vec<_> = seen.into_iter().map(|f| (f.number, match f.body { Body::Whole(b) => String::from_utf8(b).unwrap(), Body::TooLarge(_) => unreachable!() })).collect();
            prop_assert_eq!(seen, reference(&text));
        }

        #[test]
        fn chunks_never_matter(bytes in proptest::collection::vec(prop_oneof![Just(0xc_u8), Just(b'\n'), Just(0), Just(b'{'), any::<u8>()], 0..200), chunk in 1_usize..50, limit in 1_u64..60) {
            prop_assert_eq!(frames(Format::Auto, limit, &bytes, chunk), frames(Format::Auto, limit, &bytes, 1 << 20));
        }
    }
}
