//! Bytes of a page to text: strict UTF-8, then the declared encodings, then evidence.
//!
//! GB18030 and Big5 can each read most of what the other wrote; read wrongly, text is made of rare characters. So the share of
//! frequent characters decides, and a page that no encoding makes plausible is refused instead of becoming mojibake.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use encoding_rs::{BIG5, Encoding, GB18030};

/// The few hundred most frequent characters of modern Chinese, simplified and traditional.
static FREQUENT: LazyLock<HashSet<char>> = LazyLock::new(|| {
    include_str!("../../data/frequent_characters.txt").lines().filter(|line| !line.starts_with('#')).flat_map(str::chars).collect()
});

/// A decoded page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text, without a byte order mark.
    pub(crate) text: String,
    /// WHATWG name, lower case.
    pub(crate) encoding: &'static str,
    /// Malformed sequences that became U+FFFD.
    pub(crate) replaced: u32,
}

/// Decodes one page. `declared` are tried in order before anything is guessed.
///
/// # Errors
/// What was tried, when nothing fits within `max_replaced` (a share of all characters).
pub(crate) fn decode(bytes: &[u8], declared: &[&'static Encoding], max_replaced: f64) -> Result<Decoded, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: text.to_owned(), encoding: "utf-8", replaced: 0 });
    }
    for encoding in declared {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return Ok(Decoded { text: text.into_owned(), encoding: name_of(encoding), replaced: 0 });
        }
    }
    let utf8 = with_replacement("utf-8", String::from_utf8_lossy(bytes));
    let sound = utf8.text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    // In GB18030 or Big5 text hardly two characters in a row happen to be sound UTF-8.
    let looks_like_utf8 = sound >= 20 * utf8.replaced as usize;
    let mut candidates: Vec<(f64, Decoded)> = Vec::new();
    for encoding in [GB18030, BIG5] {
        let decoded = with_replacement(name_of(encoding), encoding.decode_without_bom_handling(bytes).0);
        candidates.push((frequent_share(&decoded.text), decoded));
    }
    let best = candidates.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best });
    let chosen = match best {
        Some((share, decoded)) if !looks_like_utf8 && share >= 0.12 => decoded,
        _ => utf8,
    };
    let allowed = (chosen.text.chars().count() as f64 * max_replaced).max(1.0);
    if f64::from(chosen.replaced) <= allowed {
        return Ok(chosen);
    }
    Err("not UTF-8, GB18030 or Big5 text; declare its encoding with `encodings`, or check that the file is text at all".to_owned())
}

fn with_replacement(encoding: &'static str, text: Cow<'_, str>) -> Decoded {
    let replaced = text.chars().filter(|c| *c == '\u{fffd}').count() as u32;
    Decoded { text: text.into_owned(), encoding, replaced }
}

fn name_of(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "GBK" | "gb18030" => "gb18030",
        "Big5" => "big5",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "UTF-8" => "utf-8",
        other => other,
    }
}

/// How much of the text's Han is frequent; replacement characters count against it.
fn frequent_share(text: &str) -> f64 {
    let (mut frequent, mut all) = (0_u32, 0_u32);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        frequent += u32::from(FREQUENT.contains(&c));
    }
    f64::from(frequent) / f64::from(all.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLIFIED: &str = "本报讯 3月26日上午，市委书记主持召开会议，研究部署疫情防控和经济社会发展工作。会议强调，要进一步统一思想。";
    const TRADITIONAL: &str = "本報訊 三月二十六日上午，市政府召開會議，研究經濟社會發展的問題。會議指出，我們要進一步統一思想。";

    fn guess(bytes: &[u8]) -> Decoded {
        decode(bytes, &[], 0.01).unwrap()
    }

    #[test]
    fn tells_the_chinese_encodings_apart() {
        for (encoding, text, name) in [(GB18030, SIMPLIFIED, "gb18030"), (GB18030, TRADITIONAL, "gb18030"), (BIG5, TRADITIONAL, "big5")] {
            let bytes = encoding.encode(text).0;
            assert_eq!(guess(&bytes), Decoded { text: text.to_owned(), encoding: name, replaced: 0 }, "{name}");
        }
    }

    #[test]
    fn a_cut_character_at_the_end_does_not_change_the_encoding() {
        for (bytes, name) in [(SIMPLIFIED.as_bytes().to_vec(), "utf-8"), (GB18030.encode(SIMPLIFIED).0.into_owned(), "gb18030")] {
            let cut = guess(bytes.get(..bytes.len() - 1).unwrap());
            assert_eq!((cut.encoding, cut.replaced), (name, 1));
        }
    }

    #[test]
    fn declared_encodings_come_first_and_noise_is_refused() {
        let big5 = BIG5.encode("測試").0;
        assert_eq!(decode(&big5, &[BIG5], 0.01).unwrap().text, "測試");
        let noise: Vec<u8> = (0..3000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
        assert!(decode(&noise, &[], 0.01).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(guess("\u{feff}好".as_bytes()).text, "好");
    }
}
