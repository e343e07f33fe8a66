//! Columns of briefs: under a label (简讯), short items, each behind a mark (▲ ◆ ·), with a bracket that says what it is about (【…】) or
//! with a dateline of its own. The label may be drawn behind them. What is called otherwise (身边事) is such a label if three items alike
//! stand right below it.
//!
//! Items that have a headline and no mark are cut as articles are, and only called briefs; see [`under_labels`].

use std::ops::Range;

use pipeline::{Draft, Fragment, Glue, Kind, Page, Permille, Span};

use crate::layout::Layout;
use crate::layout::blanks::Blanks;
use crate::layout::grammar::{self, Fixed};
use crate::layout::pairs;
use crate::layout::people;
use crate::layout::roles::Role;
use crate::layout::weights::INDENT;
use crate::layout::width::is_han;

use super::bylines;
use super::stories::Story;
use super::units::{self, Unit};

/// Most lines of one item.
const LONGEST: usize = 24;
/// Most characters of a brief that was cut as an article.
const SHORT: usize = 220;

/// Measures of one column differ by no more, in hundredths of an em: columns differ by whole characters, and the mark at the end of a
/// line may be set half as wide.
const SAME_COLUMN: u32 = 50;
/// A line that ends so far from the edge, in hundredths of an em, was not broken off there: one character more had room.
const FAR: u32 = 100;

/// Marks before items, bullets and others that are no mark of a byline.
fn is_mark(c: char) -> bool {
    people::is_bullet(c) || matches!(c, '·' | '•' | '・' | '▼' | '▶' | '►' | '※' | '◈')
}

/// Whether line `index` is the label of a column of briefs.
fn is_label(layout: &Layout, index: usize) -> bool {
    layout.lines.get(index).is_some_and(|line| line.fixed == Some(Fixed::Label) && grammar::is_briefs_label(&line.text))
}

/// Whether line `index` may be a label by another name: a few characters that stand alone.
fn may_be_label(layout: &Layout, index: usize) -> bool {
    let line = &layout.lines[index];
    let alone = line.blank || index.checked_sub(1).is_none_or(|before| layout.roles[before] != Role::Display);
    let named = line.fixed == Some(Fixed::Label) || line.fixed.is_none() && !layout.roles[index].goes_on();
    named && alone && line.chars <= LABEL && !is_mark(line.first) && line.text.chars().all(|c| is_han(c) || c.is_whitespace())
}

/// The items under the label on line `label`; none when there are too few.
pub(super) fn items(layout: &Layout, label: usize) -> Vec<Range<usize>> {
    let first = label + 1;
    let Some(kind) = opening(layout, first) else { return Vec::new() };
    let least = if is_label(layout, label) {
        2
    } else if kind != DATELINE && may_be_label(layout, label) {
        3
    } else {
        return Vec::new();
    };
    let items = alike(layout, first, kind);
    if items.len() < least { Vec::new() } else { items }
}

/// The items behind marks from line `first` on, and whether the label of their column is drawn behind them.
pub(super) fn items_over_label(layout: &Layout, first: usize) -> (Vec<Range<usize>>, bool) {
    let Some(kind) = opening(layout, first).filter(|kind| *kind != DATELINE) else { return (Vec::new(), false) };
    let items = alike(layout, first, kind);
    let labelled = items.len() >= 2 && items.last().is_some_and(|last| is_label(layout, last.end));
    (items, labelled)
}

/// The items of one column from line `first` on that all open as `kind` says.
fn alike(layout: &Layout, first: usize, kind: char) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut start = first;
    while opening(layout, start) == Some(kind) && layout.measures[start].abs_diff(layout.measures[first]) <= SAME_COLUMN {
        let end = end_of_item(layout, start);
        // An article has more paragraphs than one.
        if opening(layout, end) != Some(kind) && layout.roles.get(end) == Some(&Role::Start) {
            break;
        }
        items.push(start..end);
        start = end;
    }
    items
}

/// Most characters of a label.
const LABEL: usize = 8;

/// What stands for an item that opens with a dateline.
const DATELINE: char = '讯';

/// How an item opens on line `index`: behind a mark, with a bracket, or with a dateline.
fn opening(layout: &Layout, index: usize) -> Option<char> {
    let line = layout.lines.get(index)?;
    let byline = matches!(line.fixed, Some(Fixed::Byline | Fixed::JumpTo | Fixed::JumpFrom));
    if is_mark(line.first) && !byline {
        Some(line.first)
    } else if line.dateline {
        Some(DATELINE)
    } else {
        opens_in_brackets(&line.text).then_some('【')
    }
}

/// Whether `text` says in brackets what it is about, and goes on: 【柳湖公园】近日，…
fn opens_in_brackets(text: &str) -> bool {
    let Some(inside) = text.trim_start().strip_prefix('【') else { return false };
    inside.chars().take(MOST_IN_BRACKETS + 1).position(|c| c == '】').is_some_and(|length| length > 0)
}

/// Most characters of such a bracket.
const MOST_IN_BRACKETS: usize = 16;

/// The line behind the item that begins on line `start`: its headline, if it has one, and one paragraph.
fn end_of_item(layout: &Layout, start: usize) -> usize {
    let mut end = start + 1;
    let mut titled = has_title(layout, start);
    while let Some(line) = layout.lines.get(end) {
        let before = &layout.lines[end - 1];
        let paragraph = !layout.roles[end].goes_on() && before.stops();
        // （王强）
        let signature = line.fixed == Some(Fixed::Byline) && before.full_stop && matches!(line.last, '）' | ')');
        let other = line.fixed.is_some() || opening(layout, end).is_some() || before.stops() && !layout.roles[end].is_text();
        if end - start >= LONGEST || !signature && (other || paragraph && !titled) {
            break;
        }
        titled = false;
        end += 1;
    }
    end
}

/// Whether the first line of an item is its headline: it ends without a mark, far from the edge or before a blank.
fn has_title(layout: &Layout, start: usize) -> bool {
    let line = &layout.lines[start];
    let parted = layout.lines.get(start + 1).is_some_and(|next| next.blank && next.fixed.is_none() && opening(layout, start + 1).is_none());
    let measure = layout.measures[start];
    let short = line.width.short_of(measure.saturating_sub(FAR));
    // Where blanks mark edges one stands behind every first line that is indented.
    if layout.blanks == Blanks::MarkEdges && parted && line.width.fits(measure.saturating_sub(INDENT)) {
        return false;
    }
    let goes_on = layout.lines.get(start + 1).is_some_and(|next| pairs::strength(line.last, next.first) == pairs::USUAL);
    let in_sentence = goes_on || line.text.contains('。');
    !in_sentence && !line.dateline && !line.stops() && !matches!(line.last, '，' | '、' | '；' | '：') && (parted || short)
}

/// The draft of an item.
pub(super) fn draft(page: &Page, layout: &Layout, unit: &Unit) -> Draft {
    let mut draft = Draft::new(Kind::Brief);
    let mut fragments: Vec<Fragment> =
        unit.lines.clone().map(|line| Fragment { span: page.lines[line].span, glue: page.lines[line].glue }).collect();
    if let Some(first) = fragments.first_mut() {
        let text = first.span.slice(page.text());
        let mark: usize = text.chars().take_while(|c| is_mark(*c) || c.is_whitespace()).map(char::len_utf8).sum();
        if mark > 0 {
            let cut = first.span.start + mark as u32;
            draft.apart.push(Span::new(first.span.start, cut));
            first.span = Span::new(cut, first.span.end);
        }
    }
    let titled = has_title(layout, unit.lines.start);
    if titled && fragments.len() > 1 {
        let mut title = fragments.remove(0);
        title.glue = Glue::Break;
        draft.title.push(title);
        draft.confidence.title = SURE;
    }
    let edges = bylines::at_edges(page, layout, unit.lines.start + usize::from(titled)..unit.lines.end);
    draft.dateline = edges.dateline;
    draft.confidence.byline = if edges.people.is_empty() { Permille::ZERO } else { SURE };
    draft.byline = edges.people;
    draft.confidence.boundary = SURE;
    draft.body = fragments;
    draft
}

/// A column of briefs says plainly where its items begin.
const SURE: Permille = Permille::new(900);

/// Calls the short articles that stand under a label of briefs, in the column of the first of them, briefs.
pub(super) fn under_labels(layout: &Layout, units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story]) {
    let mut column: Option<Option<u32>> = None;
    for (unit, story) in units.iter().zip(of_unit) {
        match unit.kind {
            units::Kind::Furniture if unit.lines.clone().any(|line| is_label(layout, line)) => column = Some(None),
            units::Kind::Body => {
                let (Some(measure), Some(story)) = (column, *story) else { continue };
                let own = layout.measures[unit.lines.end - 1];
                let lines = stories[story].bodies.iter().flat_map(|body| units[*body].lines.clone());
                let length: usize = lines.map(|line| layout.lines[line].chars).sum();
                let same = measure.is_none_or(|measure| measure.abs_diff(own) <= SAME_COLUMN);
                let brief = same && length <= SHORT && stories[story].jump_from.is_none() && !stories[story].photo;
                stories[story].brief |= brief;
                column = brief.then_some(Some(own));
            }
            units::Kind::Notice | units::Kind::Brief => column = None,
            _ => {}
        }
    }
}
