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

/// The stretches of `text` that hold `combination`, for each sentence that has any: the shortest first, of equals the first. `parts`
/// are those of this rule in this text, by their places.
pub(super) fn stretches(text: &str, sentences: &Sentences, combination: &Combination, parts: &[Part]) -> Vec<Vec<Span>> {
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
        let stretches = of_sentence(text, sentence, combination, here);
        if !stretches.is_empty() {
            found.push(stretches);
        }
    }
    found
}

/// The stretches of `sentence` with all that is needed and nothing before or after it.
fn of_sentence(text: &str, sentence: Span, combination: &Combination, parts: &[Part]) -> Vec<Span> {
    let needed = combination.all.len();
    let wants_any = !combination.any.is_empty();
    let index = |slot: Slot| match slot {
        Slot::All(index) => index as usize,
        Slot::Any | Slot::None => needed,
    };
    let mut counts = vec![0_u32; needed + 1];
    let mut missing = needed + usize::from(wants_any);
    let characters = characters_before(text, sentence, parts);
    let mut found: Vec<(u32, Span)> = Vec::new();
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
            let near = combination.near.is_none_or(|near| gap <= near);
            let ends = window.iter().map(|part| part.span.end).max();
            if near
                && window.len() >= 2
                && let Some(end) = ends
            {
                found.push((last - first, Span::new(window[0].span.start, end)));
            }
            let slot = index(parts[left].slot);
            counts[slot] -= 1;
            if counts[slot] == 0 && (slot < needed || wants_any) {
                missing += 1;
            }
            left += 1;
        }
    }
    found.sort_by_key(|(length, _)| *length);
    found.into_iter().map(|(_, span)| span).collect()
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
