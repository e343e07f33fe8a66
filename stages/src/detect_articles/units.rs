//! A page as a sequence of units: stretches of body, headline blocks, bylines, jump lines, furniture.

use std::ops::Range;

use pipeline::Page;

use crate::layout::Layout;
use crate::layout::blanks::Blanks;
use crate::layout::grammar::{Fixed, placed};
use crate::layout::people;
use crate::layout::roles::Role;
use crate::layout::vocabulary::{Part, Vocabulary};

use super::briefs;
use super::notices;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Body of one article, or a part of it.
    Body,
    /// A block of display lines.
    Display,
    /// Names and roles.
    Byline,
    /// 下转
    JumpTo,
    /// 上接
    JumpFrom,
    /// Belongs to the page.
    Furniture,
    /// A notice with its heading.
    Notice,
    /// An item of a column of briefs.
    Brief,
}

/// Neighbouring lines that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) kind: Kind,
    /// Indices into `Page::lines`.
    pub(crate) lines: Range<usize>,
}

/// Cuts the page into units.
pub(super) fn cut(page: &Page, layout: &Layout) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut index = 0;
    // Up to here items were looked for that have their label behind them.
    let mut without_label = 0;
    while index < page.lines.len() {
        if index >= without_label {
            let (items, labelled) = briefs::items_over_label(layout, index);
            let end = items.last().map_or(index, |last| last.end);
            if labelled {
                index = end;
                units.extend(items.into_iter().map(|lines| Unit { kind: Kind::Brief, lines }));
                continue;
            }
            without_label = end;
        }
        let kind = match layout.roles[index] {
            Role::Opening | Role::Start | Role::Flow | Role::Resume | Role::Subhead => Kind::Body,
            Role::Display => Kind::Display,
            Role::Apart => match layout.lines[index].fixed {
                Some(Fixed::Byline) => Kind::Byline,
                Some(Fixed::JumpTo) => Kind::JumpTo,
                Some(Fixed::JumpFrom) => Kind::JumpFrom,
                Some(Fixed::NoticeHead) => {
                    let end = notices::end(layout, index);
                    units.push(Unit { kind: Kind::Notice, lines: index..end });
                    index = end;
                    continue;
                }
                Some(Fixed::SmallPrint) => Kind::Notice,
                _ => Kind::Furniture,
            },
        };
        let apart = match units.last() {
            Some(last) if last.kind == kind && last.lines.end == index => match kind {
                Kind::Body => is_apart(layout, index),
                Kind::Display => layout.lines[index].blank || opens_headline(layout, index),
                Kind::Byline => !continues_byline(layout, last.lines.start, index),
                Kind::Furniture => false,
                Kind::Notice => layout.lines[index].blank || layout.lines[index - 1].fixed != Some(Fixed::SmallPrint),
                _ => true,
            },
            _ => true,
        };
        match units.last_mut() {
            Some(last) if !apart => last.lines.end = index + 1,
            _ => {
                if kind == Kind::Body && layout.opening[index] > -LIKELY {
                    free_subheads(layout, &mut units);
                }
                units.push(Unit { kind, lines: index..index + 1 });
            }
        }
        let items = briefs::items(layout, index);
        if let Some(last) = units.last_mut().filter(|unit| unit.kind != Kind::Furniture && !items.is_empty()) {
            last.lines.end = index;
            if last.lines.is_empty() {
                units.pop();
            }
            units.push(Unit { kind: Kind::Furniture, lines: index..index + 1 });
        }
        index = items.last().map_or(index + 1, |last| last.end);
        units.extend(items.into_iter().map(|lines| Unit { kind: Kind::Brief, lines }));
    }
    units
}

/// An article that is more likely than this may well open here, in thousandths of a nat.
const LIKELY: i32 = 300;

/// Makes the subheads that end the last unit a headline block: a subhead has text of its article below it.
fn free_subheads(layout: &Layout, units: &mut Vec<Unit>) {
    let Some(last) = units.last_mut().filter(|last| last.kind == Kind::Body) else { return };
    let end = last.lines.end;
    let count = last.lines.clone().rev().take_while(|line| layout.roles[*line] == Role::Subhead).count();
    if count == 0 {
        return;
    }
    last.lines.end -= count;
    if last.lines.is_empty() {
        units.pop();
    }
    units.push(Unit { kind: Kind::Display, lines: end - count..end });
}

/// The words of the units.
pub(super) fn vocabulary(page: &Page, layout: &Layout, units: &[Unit]) -> Vocabulary {
    let part = |kind: Kind| match kind {
        Kind::Body => Part::Body,
        Kind::Display => Part::Headline,
        _ => Part::Other,
    };
    let stretches: Vec<(Range<usize>, Part)> = units.iter().map(|unit| (unit.lines.clone(), part(unit.kind))).collect();
    Vocabulary::of(page, &layout.lines, &stretches)
}

/// Whether another stretch of body starts at line `index` right behind body: an article, or a text that was broken off above.
fn is_apart(layout: &Layout, index: usize) -> bool {
    matches!(layout.roles[index], Role::Opening | Role::Resume) || layout.roles[index] == Role::Start && layout.opening[index] > -DOUBT
}

/// Whether another headline may begin at display line `index` without a blank line before it: behind the label of a series, where
/// the lines are of another length, and anywhere on a page that has no blank lines.
fn opens_headline(layout: &Layout, index: usize) -> bool {
    if layout.blanks == Blanks::Absent {
        return true;
    }
    let (above, line) = (&layout.lines[index - 1], &layout.lines[index]);
    let label = matches!(above.last, '）' | ')') && !line.text.trim_start().starts_with("——");
    let ends_block = layout.lines.get(index + 1).is_none_or(|next| next.blank) || layout.roles.get(index + 1) != Some(&Role::Display);
    label || line.chars > above.chars + ALIKE || line.chars + ALIKE < above.chars && !ends_block
}

/// Lines of one headline differ by no more than so many characters, but for the last.
const ALIKE: usize = 2;

/// An article that is less likely than this does not open here, in thousandths of a nat.
const DOUBT: i32 = 5000;

/// The byline that begins on line `start` goes on: its line above ended within a name, or this one holds names alone. Who says
/// 本报记者 again begins another.
fn continues_byline(layout: &Layout, start: usize, index: usize) -> bool {
    let read = |line: usize| people::read(&placed(&layout.lines[line].text));
    let next = read(index);
    if read(start).zip(next.as_ref()).is_some_and(|(first, next)| next.begins_as(&first)) {
        return false;
    }
    let marked = |line: usize| layout.lines[line].text.trim_start().starts_with(people::is_bullet);
    let names_more = next.is_none_or(|credits| credits.is_names_only() || credits.goes_on());
    let apart = layout.lines[index].blank && marked(index - 1) && !names_more;
    !marked(index) && !apart
}
