//! Combinations: several strings in one sentence, near each other.

use pipeline::Span;

use super::clause::Sentences;
use super::find::Slot;
use super::topics::Combination;

/// A part of a combination, found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) rule: u32,
    pub(super) span: Span,
    pub(super) slot: Slot,
}

/// The stretches of `text` that hold `combination`, the closest one of each sentence. `parts` are those of this rule in this text,
/// by their places.
pub(super) fn stretches(text: &str, sentences: &Sentences, combination: &Combination, parts: &[Part]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut rest = parts;
    while let Some(first) = rest.first() {
        let sentence = sentences.around(first.span.start);
        let inside = rest.iter().take_while(|part| part.span.start < sentence.end).count().max(1);
        let (here, later) = rest.split_at(inside);
        rest = later;
        // What runs over the end of a sentence is in none.
        if here.iter().any(|part| part.slot == Slot::None) || here.len() < 2 {
            continue;
        }
        found.extend(closest(text, sentence, combination, here));
    }
    found
}

/// The shortest stretch of `sentence` with all that is needed, the first of several.
fn closest(text: &str, sentence: Span, combination: &Combination, parts: &[Part]) -> Option<Span> {
    let needed = combination.all.len();
    let wants_any = !combination.any.is_empty();
    let index = |slot: Slot| match slot {
        Slot::All(index) => index as usize,
        Slot::Any | Slot::None => needed,
    };
    let mut counts = vec![0_u32; needed + 1];
    let mut missing = needed + usize::from(wants_any);
    let characters = characters_before(text, sentence, parts);
    let mut best: Option<(u32, &[Part])> = None;
    let mut left = 0;
    for (right, part) in parts.iter().enumerate() {
        let slot = index(part.slot);
        counts[slot] += 1;
        if counts[slot] == 1 && (slot < needed || wants_any) {
            missing -= 1;
        }
        while missing == 0 {
            let window = parts.get(left..=right).unwrap_or_default();
            let (Some((first, first_end)), Some((last, _))) = (characters.get(left), characters.get(right)) else { break };
            let gap = last.saturating_sub(*first_end);
            let length = last - first;
            let near = combination.near.is_none_or(|near| gap <= near);
            if near && window.len() >= 2 && best.is_none_or(|(shortest, _)| length < shortest) {
                best = Some((length, window));
            }
            let slot = index(parts[left].slot);
            counts[slot] -= 1;
            if counts[slot] == 0 && (slot < needed || wants_any) {
                missing += 1;
            }
            left += 1;
        }
    }
    let (_, window) = best?;
    let end = window.iter().map(|part| part.span.end).max()?;
    Some(Span::new(window.first()?.span.start, end))
}

/// Of each part, how many characters of the sentence stand before it and before its end.
fn characters_before(text: &str, sentence: Span, parts: &[Part]) -> Vec<(u32, u32)> {
    let (mut at, mut count) = (sentence.start, 0);
    let characters = |from: u32, to: u32| Span::new(from, to.max(from)).get(text).map_or(0, |piece| piece.chars().count() as u32);
    let places = parts.iter().map(|part| {
        count += characters(at, part.span.start);
        at = part.span.start;
        (count, count + characters(part.span.start, part.span.end))
    });
    places.collect()
}
