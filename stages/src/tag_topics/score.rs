//! How strongly an article is about a topic. The formula stands in the head of `tag_topics`.

use pipeline::{Permille, Span, Zone};

use super::file::Where;

/// How far the lead may reach when the first paragraph does not end, in bytes: about 200 Chinese characters.
const LEAD_BYTES: usize = 600;
/// k of the formula, in tenths: the smaller, the sooner a term that is repeated adds nothing more.
const SATURATION: u64 = 12;
/// a, in thousandths: the part of k that is there however short the text.
const BASE: u64 = 250;
/// b, in thousandths, for a text of `TYPICAL` length.
const SLOPE: u64 = 750;
/// Length of the text to which others are compared, in bytes: 500 Chinese characters.
const TYPICAL: u64 = 1500;
/// h, in hundredths: the sum that makes one half.
pub(crate) const HALF: u64 = 400;

/// How long the text is and where its lead ends: what scores depend on beside hits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(super) lead: u32,
    /// k (a + b n / 500), in thousandths.
    damping: u64,
    /// No less than what a hit that counts 0, 1, 2, 3 times adds by itself to a rule of weight 1, in `FINE` parts.
    most: [u64; 4],
}

/// Parts of one in which an upper bound is reckoned.
const FINE: u64 = 1 << 16;

impl Measure {
    pub(crate) fn new(text: &str) -> Self {
        let longest = text.as_bytes().get(..LEAD_BYTES).unwrap_or(text.as_bytes());
        let lead = longest.iter().position(|byte| *byte == b'\n').unwrap_or(longest.len()) as u32;
        let damping = SATURATION * (BASE + SLOPE * text.len() as u64 / TYPICAL) / 10;
        let most = [0, 1, 2, 3].map(|times| FINE * times * 100 * (10 + SATURATION) / (times * 1000 + damping) + 1);
        Self { lead, damping, most }
    }

    /// How many times a hit counts.
    pub(crate) fn factor(self, zone: Zone, span: Span) -> u64 {
        match zone {
            Zone::Title => 3,
            Zone::Kicker | Zone::Subtitle => 2,
            Zone::Text => 1 + u64::from(span.start < self.lead),
        }
    }

    /// No less than what a hit adds by itself to a rule of `weight`, in `FINE` parts of a hundredth.
    pub(super) fn most(self, weight: u16, zone: Zone, span: Span) -> u64 {
        u64::from(weight) * self.most[self.factor(zone, span) as usize]
    }

    /// Whether a rule that looks at `wanted` counts there.
    pub(super) fn allows(self, wanted: Where, zone: Zone, span: Span) -> bool {
        match wanted {
            Where::Any => true,
            Where::Title => zone != Zone::Text,
            Where::Lead => zone == Zone::Text && span.start < self.lead,
            Where::Body => zone == Zone::Text,
        }
    }

    /// What a rule of `weight` (in hundredths) adds whose hits count `times` in all, in hundredths.
    pub(crate) fn points(self, weight: u16, times: u64) -> u64 {
        let counted = times * 1000;
        u64::from(weight) * counted * (10 + SATURATION) / (10 * (counted + self.damping))
    }
}

/// The least points (in hundredths) whose score is at least `score`, which is less than one.
pub(crate) fn least_points(score: Permille) -> u64 {
    let share = u64::from(score.get()).min(999);
    (HALF * share).div_ceil(1000 - share)
}

/// No less than what any number of hits adds to a rule of `weight`, in `FINE` parts of a hundredth.
pub(super) fn utmost(weight: u16) -> u64 {
    u64::from(weight) * (FINE * (10 + SATURATION) / 10 + 1)
}

/// The least bound, in `FINE` parts of a hundredth, under which a score may reach `score`.
pub(super) fn least_parts(score: Permille) -> u64 {
    least_points(score).saturating_sub(1) * FINE
}

/// The score of `points` (in hundredths).
pub(super) fn score(points: u64) -> Permille {
    Permille::new((points * 1000 / (points + HALF)) as u16)
}
