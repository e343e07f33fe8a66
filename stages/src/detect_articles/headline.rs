//! Kicker, main headline and subtitle of one headline group.

use std::ops::Range;

use crate::layout::facts::Facts;
use crate::layout::{Layout, pairs};

use super::units::Unit;

/// Line indices of the three parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) kicker: Vec<usize>,
    pub(super) title: Vec<usize>,
    pub(super) subtitle: Vec<usize>,
}

/// Splits the headline blocks `heads`, in their order.
pub(super) fn split(layout: &Layout, units: &[Unit], heads: &[usize]) -> Parts {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for head in heads {
        let lines: Range<usize> = units[*head].lines.clone();
        match blocks.last_mut() {
            Some(above) if is_rest(layout, above, &lines) || is_below(layout, above, &lines) || goes_on(layout, above, lines.start) => {
                above.extend(lines);
            }
            _ => blocks.push(lines.collect()),
        }
    }
    regroup(layout, &mut blocks);
    let mut parts = Parts { subtitle: subtitle_before(layout, &mut blocks), ..Parts::default() };
    match blocks.as_slice() {
        [first, second] if !starts_with(layout, second, "（") && !is_title_over(layout, first, second) && first.len() <= 2 => {
            parts.kicker = blocks.remove(0);
        }
        [first, second, _, ..] if !starts_with(layout, second, "——") && !starts_with(layout, second, "（") && first.len() <= 2 => {
            parts.kicker = blocks.remove(0);
        }
        _ => {}
    }
    if parts.subtitle.is_empty()
        && let [first, .., last] = blocks.as_slice()
    {
        // A subtitle is set smaller, so more of it goes on a line.
        let widest = |block: &[usize]| block.iter().map(|line| layout.lines[*line].chars).max().unwrap_or(0);
        if starts_with(layout, last, "——") || widest(last) > widest(first) {
            parts.subtitle = blocks.pop().unwrap_or_default();
        }
    }
    parts.title = blocks.concat();
    // What ends with a dash speaks for the headline below it: 全国人大代表某某——.
    let ends_with_dash = |lines: &[usize]| lines.last().is_some_and(|line| layout.lines[*line].last == '—');
    if ends_with_dash(&parts.title) && !parts.subtitle.is_empty() {
        let title = std::mem::replace(&mut parts.title, std::mem::take(&mut parts.subtitle));
        parts.kicker.extend(title);
    }
    // A dash opens a subtitle also without a blank before it.
    if parts.subtitle.is_empty()
        && let Some(at) = parts.title.iter().skip(1).position(|line| starts_with(layout, &[*line], "——"))
    {
        parts.subtitle = parts.title.split_off(at + 1);
    }
    parts
}

/// Puts the title together where a blank line stands inside it and none around it: its lines, which are set larger, are shorter than
/// the kicker above and the subtitle below.
fn regroup(layout: &Layout, blocks: &mut Vec<Vec<usize>>) {
    let chars = |line: usize| layout.lines[line].chars;
    if let [first, second] = blocks.as_slice()
        && let ([kicker, above], [below, subtitle]) = (first.as_slice(), second.as_slice())
        && chars(*kicker).min(chars(*subtitle)) > chars(*above).max(chars(*below))
    {
        *blocks = vec![vec![*kicker], vec![*above, *below], vec![*subtitle]];
    }
}

/// Takes a subtitle, which begins with a dash, from before the title: it was drawn first.
fn subtitle_before(layout: &Layout, blocks: &mut Vec<Vec<usize>>) -> Vec<usize> {
    let Some(first) = blocks.first_mut().filter(|first| starts_with(layout, first, "——")) else { return Vec::new() };
    if first.len() > 1 {
        let title = first.split_off(1);
        return std::mem::replace(first, title);
    }
    if blocks.len() > 1 { blocks.remove(0) } else { Vec::new() }
}

/// Whether of two blocks the first is the title and the second its subtitle, not the first a kicker: the subtitle begins with a
/// dash, or the label of a series （…） closes the title, or the title, which is set larger, needs more and shorter lines.
fn is_title_over(layout: &Layout, first: &[usize], second: &[usize]) -> bool {
    let labelled = first.last().is_some_and(|line| matches!(layout.lines[*line].last, '）' | ')'));
    let widest = |block: &[usize]| block.iter().map(|line| layout.lines[*line].chars).max().unwrap_or(0);
    let larger = first.len() >= 2 && second.len() == 1 && widest(second) > widest(first) + 1;
    starts_with(layout, second, "——") || labelled || larger
}

fn starts_with(layout: &Layout, block: &[usize], mark: &str) -> bool {
    block.first().is_some_and(|line| layout.lines[*line].text.trim_start().starts_with(mark))
}

/// Whether the headline `above` goes on with line `below`: no kicker is broken off.
fn goes_on(layout: &Layout, above: &[usize], below: usize) -> bool {
    let above: Vec<&Facts> = above.iter().map(|line| &layout.lines[*line]).collect();
    is_broken_off(&above, &layout.lines[below])
}

/// Whether the headline `above` stops within a bracket, a quotation, a phrase or a word, before the line `below`.
pub(super) fn is_broken_off(above: &[&Facts], below: &Facts) -> bool {
    let Some(last) = above.last().map(|line| line.last) else { return false };
    matches!(last, '，' | '、' | '·')
        || below.first.is_ascii_lowercase()
        || pairs::strength(last, below.first) == pairs::USUAL
        || PAIRS.into_iter().any(|pair| depth(above, pair) > 0)
}

/// Marks that open and close.
const PAIRS: [(char, char); 4] = [('（', '）'), ('(', ')'), ('“', '”'), ('《', '》')];

/// How often `open` is not closed in `lines`.
fn depth(lines: &[&Facts], (open, close): (char, char)) -> i32 {
    lines.iter().flat_map(|line| line.text.chars()).fold(0, |depth, c| {
        if c == open {
            depth + 1
        } else if c == close {
            (depth - 1).max(0)
        } else {
            depth
        }
    })
}

/// Whether what is opened in `lines` is closed in them, and nothing else is.
pub(super) fn is_balanced(lines: &[&Facts]) -> bool {
    let count = |mark: char| lines.iter().flat_map(|line| line.text.chars()).filter(|c| *c == mark).count();
    PAIRS.into_iter().all(|(open, close)| count(open) == count(close))
}

/// Whether `below` stands directly under `above` without a blank line between, and no label closes that.
fn is_below(layout: &Layout, above: &[usize], below: &Range<usize>) -> bool {
    let last = above.last().copied().unwrap_or(below.start);
    last + 1 == below.start && !layout.lines[below.start].blank && !matches!(layout.lines[last].last, '）' | ')')
}

/// Whether `below` is the rest of the headline `above` that was centred: one line, shorter than the lines above, which are of
/// one length.
fn is_rest(layout: &Layout, above: &[usize], below: &Range<usize>) -> bool {
    let chars = |line: usize| layout.lines[line].chars;
    let shortest = above.iter().map(|line| chars(*line)).min().unwrap_or(0);
    let longest = above.iter().map(|line| chars(*line)).max().unwrap_or(0);
    let last = above.last().map_or(' ', |line| layout.lines[*line].last);
    let narrowest = above.iter().map(|line| layout.lines[*line].width.lo).min();
    let shorter = chars(below.start) < shortest || narrowest.is_some_and(|narrowest| layout.lines[below.start].width.short_of(narrowest));
    below.len() == 1 && above.len() >= 2 && longest - shortest <= 1 && shorter && last != '—'
}
