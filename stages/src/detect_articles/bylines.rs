//! Who wrote it: bylines printed apart, names behind a dateline, names at the end of the body.

use std::ops::Range;

use pipeline::{Glue, Page, Person, Span};

use crate::layout::Layout;
use crate::layout::dateline::{self, Dateline};
use crate::layout::facts;
use crate::layout::names_at_end;
use crate::layout::people;
use crate::layout::signatures;

use super::stories::Story;
use super::units::{Kind, Unit};

/// Names found in a story's own text.
#[derive(Clone, Debug, Default)]
pub(super) struct Inside {
    /// The dateline, in bytes of the sheet.
    pub(super) dateline: Option<Span>,
    /// In the bracket behind the dateline, or behind the last sentence.
    pub(super) people: Vec<Person>,
    /// Whether a dateline of the paper's own names them: 本报讯（记者 王强）.
    pub(super) reported: bool,
    /// A photographer's credit behind the last sentence: not part of the text.
    pub(super) credit: Option<Span>,
}

/// Most lines at either end of a body that are searched.
const EDGE: usize = 4;
/// Most lines above a dateline that belong to the text: 核心阅读 and what it sums up, 来源 青溪晚报.
const ABOVE: usize = 3;

/// Reads the names at both ends of a story's body.
pub(super) fn inside(page: &Page, layout: &Layout, units: &[Unit], story: &Story) -> Inside {
    let Some((first, last)) = ends(story) else { return Inside::default() };
    match &story.read {
        Some((from, to, inside)) if (*from, *to) == (first, last) => inside.clone(),
        _ => {
            let lines: Vec<usize> = story.bodies.iter().flat_map(|unit| units[*unit].lines.clone()).take(ABOVE + EDGE).collect();
            between(page, layout, &lines, units[last].lines.clone())
        }
    }
}

/// Reads them for the first time; others ask for them again.
pub(super) fn sign(page: &Page, layout: &Layout, units: &[Unit], story: &mut Story) {
    let inside = inside(page, layout, units, story);
    story.signed = !inside.people.is_empty();
    let own = inside.dateline.is_some_and(|dateline| is_own_report(dateline.slice(page.text())));
    (story.unsigned_report, story.signed_report) = (own && !story.signed, inside.reported);
    story.read = ends(story).map(|(first, last)| (first, last, inside));
}

/// Whether a dateline says that the paper itself reports, and no agency: 本报讯, 本报北京2月3日电, 〔記者王強／台北報導〕.
fn is_own_report(dateline: &str) -> bool {
    let own = |inner: &str| inner.starts_with(['本', '记', '記', '通']);
    own(dateline.trim_start_matches(dateline::opens_bracket)) && !dateline.contains(['据', '據', '社', '网', '網'])
}

/// The first and the last unit of its body.
fn ends(story: &Story) -> Option<(usize, usize)> {
    story.bodies.first().copied().zip(story.bodies.last().copied())
}

/// Reads the names at both ends of the text on `lines`.
pub(super) fn at_edges(page: &Page, layout: &Layout, lines: Range<usize>) -> Inside {
    let first: Vec<usize> = lines.clone().take(ABOVE + EDGE).collect();
    between(page, layout, &first, lines)
}

/// Of the first lines of a text, those that may open it: the first few, or those from a dateline on that begins a paragraph below
/// lines that are no sentences.
fn opening<'a>(page: &Page, layout: &Layout, lines: &'a [usize]) -> &'a [usize] {
    let above = lines.iter().take(ABOVE).take_while(|line| {
        let facts = &layout.lines[**line];
        !facts.dateline && !facts.stops() && page.lines[**line].glue == Glue::Break
    });
    let above = above.count();
    let dated = lines.get(above).is_some_and(|line| layout.lines[*line].dateline);
    let lines = if dated { lines.get(above..).unwrap_or_default() } else { lines };
    lines.get(..EDGE).unwrap_or(lines)
}

/// Reads the names at the ends of a text: of its beginning the lines `first`, and `last`, which ends it.
fn between(page: &Page, layout: &Layout, first: &[usize], last: Range<usize>) -> Inside {
    let mut out = Inside::default();
    let first = opening(page, layout, first);
    let is_dateline = first.iter().any(|line| layout.lines[*line].may_hold_dateline());
    let head = if is_dateline { characters(page, first.iter().copied()) } else { Vec::new() };
    // A dateline may be divided at the end of a line; between names a line end is kept.
    let joined: Vec<(u32, char)> = head.iter().copied().filter(|(_, c)| *c != '\n').collect();
    let text: String = joined.iter().map(|(_, c)| c).collect();
    if let Some(Dateline { end, people: part }) = dateline::dateline(&text) {
        let at = |byte: usize| text.get(..byte).map_or(0, |before| before.chars().count());
        let start = joined.first().map_or(0, |(at, _)| *at);
        if let Some((at, c)) = joined.get(at(end).saturating_sub(1)).filter(|_| end > 0) {
            out.dateline = Some(Span::new(start, at + c.len_utf8() as u32));
        }
        let place = |byte: usize| joined.get(at(byte)).map_or(u32::MAX, |(place, _)| *place);
        let named = part.map(|part| {
            let (from, to) = (place(part.start), place(part.end));
            let from = head.partition_point(|(at, _)| *at < from);
            head.get(from..).unwrap_or_default().iter().take_while(|(at, _)| *at < to).copied().collect::<Vec<_>>()
        });
        if let Some(credits) = named.and_then(|named| people::read_reporters(&named)) {
            // 【本報訊】 names nobody.
            if !credits.open {
                out.people = credits.people;
                let own = out.dateline.is_some_and(|dateline| is_own_report(dateline.slice(page.text())));
                out.reported = own && !out.people.is_empty();
            }
        }
    }
    let end = last.start.max(last.end.saturating_sub(EDGE))..last.end;
    let named = facts::may_end_in_names(&layout.lines[end.clone()]);
    if let Some((start, credits)) = named.then(|| names_at_end::read(&characters(page, end))).flatten() {
        if credits.is_photo() {
            out.credit = Some(Span::new(start, page.lines[last.end - 1].span.end));
        }
        if out.people.is_empty() || credits.is_photo() {
            out.people = credits.people;
        }
    }
    out
}

fn characters(page: &Page, lines: impl Iterator<Item = usize>) -> Vec<(u32, char)> {
    // Room for lines of print.
    let mut out: Vec<(u32, char)> = Vec::with_capacity(EDGE * 40);
    for line in lines {
        let span = page.lines[line].span;
        // A line of print is short; of anything else the ends are enough.
        let text = span.slice(page.text());
        let skip = text.len().saturating_sub(4000);
        let cut = text.char_indices().map(|(at, _)| at).find(|at| *at >= skip).unwrap_or(0);
        if !out.is_empty() {
            out.push((span.start, '\n'));
        }
        out.extend(page.chars(Span::new(span.start + cut as u32, span.end)));
    }
    out
}

/// The people of a byline unit; the lines are read as one.
pub(super) fn of_unit(page: &Page, unit: &Unit) -> Vec<Person> {
    let mut chars: Vec<(u32, char)> = Vec::new();
    for line in unit.lines.clone() {
        let span = page.lines[line].span;
        if !chars.is_empty() {
            chars.push((span.start, '\n'));
        }
        chars.extend(page.chars(span));
    }
    let text: String = chars.iter().map(|(_, c)| c).collect();
    let reader = signatures::letter_writer(&text).map(|name| (vec![name], "读者"));
    if let Some((names, role)) = reader.or_else(|| Some((signatures::english_authors(&text)?, "作者"))) {
        return names.into_iter().map(|name| named(&text, &chars, name, role)).collect();
    }
    people::read(&chars).map_or_else(Vec::new, |credits| credits.people)
}

/// The person whose name is the part `name` of `text`, which is made of `chars`.
fn named(text: &str, chars: &[(u32, char)], name: Range<usize>, role: &str) -> Person {
    let place = |byte: usize| text.get(..byte).map_or(0, |before| before.chars().count());
    let span = |(at, c): &(u32, char)| Span::new(*at, at + c.len_utf8() as u32);
    let name_chars = chars.get(place(name.start)..place(name.end)).unwrap_or_default();
    let spans = name_chars.first().zip(name_chars.last()).map(|(first, last)| Span::new(span(first).start, span(last).end));
    Person {
        name: text.get(name).unwrap_or_default().to_owned(),
        role: Some(role.to_owned()),
        org: None,
        spans: spans.into_iter().collect(),
    }
}

/// How far from its story, in units, a byline that stands alone may be.
const FAR: usize = 12;

/// Gives bylines that stand alone to stories that have none, keeping their order. `of_unit` has the story of each body. Who took a
/// picture is named where that is: behind a text, and not for another.
pub(super) fn settle(layout: &Layout, units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story], strays: &mut Vec<usize>) {
    let is_credit = |stray: usize| {
        let behind_body = stray.checked_sub(1).is_some_and(|before| units[before].kind == Kind::Body);
        behind_body && layout.lines[units[stray].lines.end - 1].text.ends_with(people::is_photo_mark)
    };
    let author = |stray: &usize| units[*stray].kind == Kind::Byline && !is_credit(*stray);
    let (bylines, rest): (Vec<usize>, Vec<usize>) = strays.iter().copied().partition(author);
    *strays = rest;
    let is_bare = |story: &Story| story.bylines.is_empty() && !story.signed && story.jump_from.is_none();
    let bare: Vec<usize> = (0..stories.len()).filter(|story| is_bare(&stories[*story])).collect();
    let sure = if bare.len() == 1 { 600 } else { 400 };
    let unsigned: Vec<usize> = bare.iter().copied().filter(|story| stories[*story].unsigned_report).collect();
    if let Some(theirs) = [unsigned, bare].into_iter().find(|theirs| theirs.len() == bylines.len()) {
        for (story, byline) in theirs.into_iter().zip(bylines) {
            stories[story].bylines.push(byline);
            stories[story].byline_sure = sure;
        }
        return;
    }
    for byline in bylines {
        let from = byline.saturating_sub(FAR);
        let near = of_unit.get(from..of_unit.len().min(byline + FAR + 1)).unwrap_or_default();
        let owned = near.iter().enumerate().filter_map(|(at, story)| Some(((from + at).abs_diff(byline), (*story)?)));
        let owned = owned.filter(|(_, story)| is_bare(&stories[*story]));
        if let Some((.., story)) = owned.map(|(away, story)| (!stories[story].unsigned_report, away, story)).min() {
            stories[story].bylines.push(byline);
            stories[story].byline_sure = sure - 100;
        } else {
            strays.push(byline);
        }
    }
}
