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

/// The stretches of `sentence` with all that is needed, each thing at a place of its own, and nothing before or after it: of those
/// that end with the same part the one with the least between the first and the last. Those whose first and last part begin nearest
/// to each other come first.
fn of_sentence(text: &str, sentence: Span, combination: &Combination, parts: &[Part]) -> Vec<Span> {
    let needed = combination.all.len();
    let all = (1_usize << (needed + usize::from(!combination.any.is_empty()))) - 1;
    let characters = characters_before(text, sentence, parts);
    // Things in a row, none over another, by which of the needed they are (a bit for each): the first part of the row whose first
    // part ends last, from where `near` is measured. Rows that end before the part that is looked at, and those that end later.
    let mut rows: Vec<Option<usize>> = vec![None; all];
    let mut later: Vec<(u32, usize, usize)> = Vec::new();
    let mut found: Vec<(u32, Span)> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        later.retain(|(end, things, first)| {
            let ended = *end <= part.span.start;
            if ended {
                rows[*things] = rows[*things].into_iter().chain([*first]).max_by_key(|first| (parts[*first].span.end, *first));
            }
            !ended
        });
        let thing = match part.slot {
            Slot::All(index) => 1 << index,
            Slot::Any | Slot::None => 1 << needed,
        };
        later.push((part.span.end, thing, index));
        let with_this = rows.iter().enumerate().filter(|(things, _)| things & thing == 0);
        for (things, first) in with_this.filter_map(|(things, first)| first.map(|first| (things | thing, first))) {
            if things != all {
                later.push((part.span.end, things, first));
                continue;
            }
            let ((start, start_end), (last, _)) = (characters[first], characters[index]);
            if combination.near.is_none_or(|near| last - start_end <= near) {
                found.push((last - start, Span::new(parts[first].span.start, part.span.end)));
            }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::file::Where;
    use super::*;

    /// What `of_sentence` must find, by trying everything.
    fn tried(parts: &[Part], slots: &[Slot], near: Option<u32>) -> Vec<Span> {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new()];
        for slot in slots {
            let fitting = |row: &Vec<usize>| {
                let free = |part: &Part| row.iter().all(|other| !parts[*other].span.meets(part.span));
                let row = row.clone();
                let found: Vec<usize> = (0..parts.len()).filter(|index| parts[*index].slot == *slot && free(&parts[*index])).collect();
                found.into_iter().map(move |index| row.iter().copied().chain([index]).collect())
            };
            rows = rows.iter().flat_map(fitting).collect();
        }
        let ends = |row: &Vec<usize>| (*row.iter().max().unwrap(), *row.iter().min().unwrap());
        let is_near = |(last, first): &(usize, usize)| near.is_none_or(|near| parts[*last].span.start - parts[*first].span.end <= near);
        let mut closest: Vec<(usize, usize)> = rows.iter().map(ends).filter(is_near).collect();
        closest.sort_by_key(|(last, first)| (*last, std::cmp::Reverse((parts[*first].span.end, *first))));
        closest.dedup_by_key(|(last, _)| *last);
        let mut near: Vec<(Span, Span)> = closest.into_iter().map(|(last, first)| (parts[first].span, parts[last].span)).collect();
        near.sort_by_key(|(first, last)| last.start - first.start);
        near.into_iter().map(|(first, last)| Span::new(first.start, last.end)).collect()
    }

    proptest! {
        #[test]
        fn finds_what_trying_everything_finds(
            places in prop::collection::vec((0_u32..12, 1_u32..4, 0_u32..4), 0..9),
            all in 1_usize..4,
            any in any::<bool>(),
            near in prop::option::of(0_u32..8),
        ) {
            let any = any || all < 2;
            let slots: Vec<Slot> = (0..all as u32).map(Slot::All).chain(any.then_some(Slot::Any)).collect();
            let part = |(start, len, slot): (u32, u32, u32)| {
                let slot = slots[slot as usize % slots.len()];
                Part { rule: 0, span: Span::new(start, start + len), slot }
            };
            let mut parts: Vec<Part> = places.into_iter().map(part).collect();
            parts.sort_unstable();
            let combination = Combination {
                name: "".into(), all: vec!["".into(); all], any: vec!["".into(); usize::from(any)], none: Vec::new(),
                near, weight: 100, zone: Where::Any,
            };
            let text = "x".repeat(20);
            let found = of_sentence(&text, Span::new(0, 20), &combination, &parts);
            prop_assert_eq!(found, tried(&parts, &slots, near));
        }
    }
}
