//! 一手抓X、一手抓Y and its relatives: which stretches of a text name one of the two things that are both done.
//!
//! ```text
//! 一手抓疫情防控，一手抓复工复产     a comma or 、 between
//! 疫情防控和复工复产两手抓           what is done before it
//! 两手抓：疫情防控、复工复产         or behind it
//! ```

use pipeline::Span;
use pipeline::span::melt;

use super::clause::{clause_end, clause_start};
use crate::layout::grammar::entries;

/// How the two things are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Opening {
    /// 一手抓, once for each.
    Each,
    /// 两手抓, once for both.
    Both,
}

/// How far the next 一手抓 may be from the last one, and the things from 两手抓, in bytes: about 40 characters.
const REACH: u32 = 120;

/// The words that open such a stretch.
pub(super) fn openings() -> impl Iterator<Item = (&'static str, Opening)> {
    entries(include_str!("../../data/parallel.txt")).filter_map(|line| match line.split_once(' ')? {
        ("each", word) => Some((word, Opening::Each)),
        ("both", word) => Some((word, Opening::Both)),
        _ => None,
    })
}

/// The stretches of `text` that name a thing, in their order and without overlap. `openings` are by their ends.
pub(super) fn stretches(text: &str, openings: &[(Opening, Span)]) -> Vec<Span> {
    let mut found = Vec::new();
    let each: Vec<Span> = openings.iter().filter(|(opening, _)| *opening == Opening::Each).map(|(_, span)| *span).collect();
    let mut before: Option<Span> = None;
    for (index, here) in each.iter().enumerate() {
        let next = each.get(index + 1).filter(|next| next.start >= here.end && next.start - here.end <= REACH);
        let next = next.filter(|next| {
            !text.get(here.end as usize..next.start as usize).is_none_or(|between| between.contains(['。', '！', '？', '\n']))
        });
        if next.is_some() || before.is_some() {
            // Before another one, 、 divides things of one hand: 一手抓复工、复产，一手抓防疫.
            let end = next
                .map_or_else(|| clause_end(text, here.end, REACH, true), |next| clause_end(text, here.end, next.start - here.end, false));
            let thing = text.get(here.end as usize..end as usize).unwrap_or_default().trim_end_matches('、');
            found.push(Span::new(here.end, here.end + thing.len() as u32));
        }
        before = next.map(|_| *here);
    }
    for (_, here) in openings.iter().filter(|(opening, _)| *opening == Opening::Both) {
        found.push(Span::new(clause_start(text, here.start, REACH), here.start));
        let behind = text.get(here.end as usize..).unwrap_or_default();
        if let Some(colon) = behind.chars().next().filter(|c| matches!(c, '：' | ':')) {
            let start = here.end + colon.len_utf8() as u32;
            found.push(Span::new(start, clause_end(text, start, REACH, false)));
        }
    }
    melt(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<&str> {
        let mut all: Vec<(Opening, Span)> = Vec::new();
        for (word, opening) in openings() {
            all.extend(text.match_indices(word).map(|(at, word)| (opening, Span::new(at as u32, (at + word.len()) as u32))));
        }
        all.sort_by_key(|(_, span)| span.end);
        stretches(text, &all).into_iter().map(|span| span.slice(text)).collect()
    }

    #[test]
    fn both_things_are_found_in_every_form() {
        for (text, expected) in [
            ("坚持一手抓疫情防控，一手抓复工复产，确保两不误。", vec!["疫情防控", "复工复产"]),
            ("一手抓防控，一手抓复工。连日来", vec!["防控", "复工"]),
            ("平湖一手抓疫情防控、一手抓经济发展，奋力", vec!["疫情防控", "经济发展"]),
            ("一手抓企业复工、复产，一手抓防疫、消杀。", vec!["企业复工、复产", "防疫"]),
            ("一手抓防疫；一手抓春耕", vec!["防疫", "春耕"]),
            ("做到防疫和春耕两手抓、两不误", vec!["做到防疫和春耕"]),
            ("坚持两手抓：防疫、春耕，都要好", vec!["坚持", "防疫、春耕"]),
            ("一手抓防疫。春耕也要抓。", vec![]),
            ("一手抓防疫。\n一手抓春耕", vec![]),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
    }
}
