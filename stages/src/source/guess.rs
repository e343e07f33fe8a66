//! Tells the legacy encodings of Chinese apart by the text they would give.
//!
//! GB18030 and Big5 each accept nearly every page of the other, so that it decodes without an error proves nothing. What tells
//! them apart is that a third of all newspaper text is a few hundred characters, and that a page read in the wrong encoding has
//! hardly any of them.

use std::collections::HashSet;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK};

use super::decode::lossy;

/// So many bytes of a page are looked at.
const SAMPLE: usize = 64 << 10;
/// Share of frequent characters among those that are not ASCII, in thousandths, above which a reading is believed.
const BELIEVED: u64 = 300;
/// And below which it is not even considered.
const ABSURD: u64 = 120;

static FREQUENT: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let lines = include_str!("../../data/frequent_hanzi.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::chars).collect()
});

/// The best reading of a page that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    /// Which.
    pub(super) encoding: &'static Encoding,
    /// Whether the evidence leaves no doubt.
    pub(super) sure: bool,
}

struct Reading {
    encoding: &'static Encoding,
    /// In thousandths of the characters that are not ASCII; every malformed sequence counts against it.
    frequent: u64,
    /// Characters that are not ASCII.
    seen: u64,
}

/// What `bytes` are read as; `before` is what the page before in the same document was read as, which settles doubts.
pub(super) fn guess(bytes: &[u8], before: Option<&'static Encoding>) -> Option<Guess> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let mut readings = [GB18030, BIG5].map(|encoding| read(sample, encoding));
    readings.sort_by_key(|reading| std::cmp::Reverse(reading.frequent));
    let [best, other] = &readings;
    if best.frequent >= BELIEVED && best.frequent >= other.frequent * 2 {
        return Some(Guess { encoding: best.encoding, sure: best.seen >= 8 || before == Some(best.encoding) });
    }
    let doubtful = |encoding| Some(Guess { encoding, sure: false });
    if let Some(reading) = readings.iter().find(|reading| Some(reading.encoding) == before && reading.frequent >= ABSURD) {
        return doubtful(reading.encoding);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    let second = detector.guess(None, Utf8Detection::Deny);
    let second = if second == GBK { GB18030 } else { second };
    if let Some(reading) = readings.iter().find(|reading| reading.encoding == second) {
        return if reading.frequent >= ABSURD { doubtful(second) } else { None };
    }
    if best.frequent >= BELIEVED {
        return doubtful(best.encoding);
    }
    let (text, broken) = lossy(sample, second);
    let strange = broken + text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count() as u64;
    if strange * 100 <= text.chars().count() as u64 { doubtful(second) } else { None }
}

fn read(sample: &[u8], encoding: &'static Encoding) -> Reading {
    let (text, broken) = lossy(sample, encoding);
    let (mut seen, mut frequent) = (0_u64, 0_u64);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        seen += 1;
        frequent += u64::from(FREQUENT.contains(&c));
    }
    let score = (frequent * 1000).saturating_sub(broken * 2000) / seen.max(1);
    Reading { encoding, frequent: score, seen }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, encoding: &'static Encoding, sure: bool) {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text}");
        assert_eq!(guess(&bytes, None), Some(Guess { encoding, sure }), "{text}");
    }

    #[test]
    fn tells_gb18030_from_big5() {
        let simplified = "今天上午，全市召开疫情防控工作会议，部署复工复产。会议指出，要坚持人民至上，抓好项目建设。";
        let traditional = "今天上午，全市召開會議，部署各項工作。會議指出，要堅持以人為本，做好經濟發展的準備。";
        check(simplified, GB18030, true);
        check(traditional, BIG5, true);
        check(traditional, GB18030, true);
        check("全市工作会议", GB18030, false);
        check("中國", BIG5, false);
    }

    #[test]
    fn a_few_bad_bytes_change_nothing() {
        let text = "今天上午，全市召开疫情防控工作会议，部署复工复产。会议指出，要坚持人民至上。\n".repeat(20);
        let mut bytes = GB18030.encode(&text).0.into_owned();
        bytes[301] = 0xff;
        assert_eq!(guess(&bytes, None), Some(Guess { encoding: GB18030, sure: true }));
    }

    #[test]
    fn other_encodings_are_doubtful_and_noise_is_nothing() {
        let western = "The council said “no” to the plan – for now. ".repeat(10);
        let bytes = encoding_rs::WINDOWS_1252.encode(&western).0.into_owned();
        assert_eq!(guess(&bytes, None), Some(Guess { encoding: encoding_rs::WINDOWS_1252, sure: false }));
        let noise: Vec<u8> = (0_u32..5000).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(guess(&noise, None), None);
    }

    #[test]
    fn the_page_before_settles_a_doubt() {
        let (bytes, _, _) = BIG5.encode("中國");
        assert_eq!(guess(&bytes, Some(BIG5)), Some(Guess { encoding: BIG5, sure: true }));
    }
}
