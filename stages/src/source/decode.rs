//! Bytes of one page to text: strict UTF-8, then the declared encodings, then a guess that says how sure it is.
//!
//! A page of UTF-8 with a few bad bytes stays UTF-8, because the same bytes would often pass as GB18030 without an error; and a
//! character cut off at the end of a page never makes it something else.

use encoding_rs::{DecoderResult, Encoding, UTF_8};
use pipeline::OptionError;

use super::guess::guess;

/// How pages are decoded.
#[derive(Clone, Debug)]
pub(super) struct Decoding {
    declared: Vec<&'static Encoding>,
    max_replaced: f64,
}

/// A page as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Without a byte order mark.
    pub(super) text: String,
    /// What it was read as.
    pub(super) encoding: &'static Encoding,
    /// How many malformed sequences became U+FFFD.
    pub(super) replaced: u64,
    /// Whether the encoding may be another.
    pub(super) doubtful: bool,
}

impl Decoding {
    /// Checks the options `encodings` and `max_replaced`.
    ///
    /// # Errors
    /// `unknown_encoding` and `invalid_option`.
    pub(super) fn new(labels: &[String], max_replaced: f64) -> Result<Self, Vec<OptionError>> {
        let mut errors = Vec::new();
        let mut declared = Vec::new();
        for (index, label) in labels.iter().enumerate() {
            match Encoding::for_label_no_replacement(label.as_bytes()) {
                Some(encoding) if encoding.is_ascii_compatible() => declared.push(encoding),
                Some(_) => errors.push(
                    OptionError::new(format!("encodings[{index}]"), "unknown_encoding", format!("{label} cannot be declared"))
                        .with_help("UTF-16 is found by its byte order mark or its zero bytes; leave it out"),
                ),
                None => errors.push(
                    OptionError::new(format!("encodings[{index}]"), "unknown_encoding", format!("no encoding `{label}`"))
                        .with_help("write a WHATWG label: utf-8, gb18030, gbk, big5, …"),
                ),
            }
        }
        if !(0.0..=1.0).contains(&max_replaced) {
            errors.push(OptionError::new("max_replaced", "invalid_option", "must be a share between 0 and 1, such as 0.01"));
        }
        if errors.is_empty() { Ok(Self { declared, max_replaced }) } else { Err(errors) }
    }

    /// Decodes a page; `before` is the encoding of the page before in the same input.
    ///
    /// # Errors
    /// In words, when no encoding fits or too much would be replaced.
    pub(super) fn decode(&self, bytes: Vec<u8>, before: Option<&'static Encoding>) -> Result<Decoded, String> {
        let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => rest.to_vec(),
            None => bytes,
        };
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => return Ok(Decoded { text, encoding: UTF_8, replaced: 0, doubtful: false }),
            Err(error) => error.into_bytes(),
        };
        if mostly_utf8(&bytes) {
            return self.settle(&bytes, UTF_8, false);
        }
        if let Some(text) = self.declared.iter().find_map(|encoding| strict(&bytes, encoding)) {
            return self.limited(text);
        }
        if let Some(guess) = guess(&bytes, before) {
            return self.settle(&bytes, guess.encoding, !guess.sure);
        }
        Err("in no encoding that fits; name it in `encodings`, or check that the input is text and not a PDF or an image".to_owned())
    }

    /// A page that was UTF-16 and has been turned into UTF-8.
    ///
    /// # Errors
    /// In words, when too much was replaced.
    pub(super) fn widened(&self, bytes: Vec<u8>, encoding: &'static Encoding) -> Result<Decoded, String> {
        let text = String::from_utf8(bytes).expect("a decoder writes UTF-8 and form feeds do not cut characters");
        let replaced = text.chars().filter(|c| *c == '\u{fffd}').count() as u64;
        self.limited(Decoded { text, encoding, replaced, doubtful: false })
    }

    fn settle(&self, bytes: &[u8], encoding: &'static Encoding, doubtful: bool) -> Result<Decoded, String> {
        let (text, replaced) = lossy(bytes, encoding);
        self.limited(Decoded { text, encoding, replaced, doubtful })
    }

    /// One broken character, which is up to three malformed sequences, is always let through unless none may be.
    fn limited(&self, decoded: Decoded) -> Result<Decoded, String> {
        let characters = decoded.text.chars().count();
        let allowed = (characters as f64 * self.max_replaced) as u64;
        let allowed = if self.max_replaced > 0.0 { allowed.max(3) } else { 0 };
        if decoded.replaced <= allowed {
            return Ok(decoded);
        }
        let name = decoded.encoding.name();
        Err(format!(
            "{} of {characters} characters are malformed as {name}, more than max_replaced ({}) allows; name the encoding in `encodings`",
            decoded.replaced, self.max_replaced
        ))
    }
}

/// Whether there are so many well-formed characters beyond ASCII that the bad bytes must be damage. Chinese legacy text has
/// well-formed pairs by chance, but fewer than malformed ones.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad * 4 <= good
}

/// Decodes without an error, or with only the last character cut off.
fn strict(bytes: &[u8], encoding: &'static Encoding) -> Option<Decoded> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Some(Decoded { text: text.into_owned(), encoding, replaced: 0, doubtful: false });
    }
    let (text, replaced) = lossy(bytes, encoding);
    let at_end = replaced == 1 && text.trim_ascii_end().ends_with('\u{fffd}');
    at_end.then_some(Decoded { text, encoding, replaced, doubtful: false })
}

/// Decodes with U+FFFD for each malformed sequence, and counts them.
pub(super) fn lossy(bytes: &[u8], encoding: &'static Encoding) -> (String, u64) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len()) + 4);
    let (mut at, mut replaced) = (0, 0);
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return (text, replaced),
            DecoderResult::OutputFull => text.reserve(bytes.len() - at + 16),
            DecoderResult::Malformed(..) => {
                replaced += 1;
                text.push('\u{fffd}');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030, UTF_16LE};

    use super::*;

    const TEXT: &str = "今天上午，全市召开疫情防控工作会议，部署复工复产。会议指出，要坚持人民至上。";
    const TRADITIONAL: &str = "今天上午，全市召開會議，部署各項工作。會議指出，要堅持以人為本。";

    fn decoding(labels: &[&str]) -> Decoding {
        Decoding::new(&labels.iter().map(ToString::to_string).collect::<Vec<_>>(), 0.01).unwrap()
    }

    fn decode(labels: &[&str], bytes: &[u8]) -> (String, &'static str, u64, bool) {
        let decoded = decoding(labels).decode(bytes.to_vec(), None).unwrap();
        (decoded.text, decoded.encoding.name(), decoded.replaced, decoded.doubtful)
    }

    #[test]
    fn finds_each_encoding() {
        assert_eq!(decode(&[], "\u{feff}页".as_bytes()), ("页".to_owned(), "UTF-8", 0, false));
        assert_eq!(decode(&["big5"], TEXT.as_bytes()), (TEXT.to_owned(), "UTF-8", 0, false));
        assert_eq!(decode(&[], &GB18030.encode(TEXT).0), (TEXT.to_owned(), "gb18030", 0, false));
        assert_eq!(decode(&[], &BIG5.encode(TRADITIONAL).0), (TRADITIONAL.to_owned(), "Big5", 0, false));
        assert_eq!(decode(&["gbk"], &GB18030.encode(TEXT).0), (TEXT.to_owned(), "GBK", 0, false));
        assert_eq!(decode(&[], b"a\0b\x01"), ("a\0b\x01".to_owned(), "UTF-8", 0, false));
    }

    #[test]
    fn damage_does_not_change_the_encoding() {
        let mut bytes = TEXT.repeat(10).into_bytes();
        bytes.insert(99, 0xff);
        let (text, name, replaced, _) = decode(&["gb18030"], &bytes);
        assert_eq!((name, replaced), ("UTF-8", 1), "{text}");
    }

    #[test]
    fn a_cut_last_character_does_not_change_the_encoding() {
        let four_bytes = "㐀今天上午全市召开疫情防控工作会议𠀀";
        for (text, encoding) in [(TEXT, UTF_8), (TEXT, GB18030), (four_bytes, GB18030), (TRADITIONAL, BIG5)] {
            let bytes = encoding.encode(text).0.into_owned();
            for cut in 1..4 {
                let cut = &bytes[..bytes.len() - cut];
                for labels in [&[][..], &["big5", "gb18030"][..], &["gb18030", "big5"][..]] {
                    if labels.first() != Some(&"gb18030") && encoding == GB18030 && !labels.is_empty() {
                        continue;
                    }
                    if labels.first() == Some(&"gb18030") && encoding == BIG5 {
                        continue;
                    }
                    let decoded = decoding(labels).decode(cut.to_vec(), None).unwrap();
                    assert_eq!(decoded.encoding, encoding, "{cut:?} as {labels:?}");
                    assert!(decoded.replaced <= 1);
                }
            }
        }
    }

    #[test]
    fn too_much_damage_is_no_page() {
        let mut bytes = TEXT.as_bytes().to_vec();
        for at in [90, 60, 30, 3] {
            bytes.insert(at, 0xff);
        }
        let cause = decoding(&[]).decode(bytes, None).unwrap_err();
        assert!(cause.starts_with("4 of ") && cause.contains("max_replaced"), "{cause}");
        let none = Decoding::new(&[], 0.0).unwrap();
        assert!(none.decode(TEXT.as_bytes()[..TEXT.len() - 1].to_vec(), None).is_err());
        assert!(decoding(&[]).widened("\u{fffd}".repeat(4).into(), UTF_16LE).is_err());
    }

    #[test]
    fn refuses_what_cannot_be_declared() {
        let errors = Decoding::new(&["utf-16".to_owned(), "gb18030".to_owned(), "klingon".to_owned()], 2.0).unwrap_err();
        let seen: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
        assert_eq!(seen, [("encodings[0]", "unknown_encoding"), ("encodings[2]", "unknown_encoding"), ("max_replaced", "invalid_option")]);
    }
}
