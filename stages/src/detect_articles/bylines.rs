//! Who wrote it: bylines printed apart, names behind a dateline, names at the end of the body.

use std::ops::Range;

use pipeline::{Glue, Page, Person, Span};

use crate::layout::Layout;
use crate::layout::dateline::{self, Dateline};
use crate::layout::facts::{self, Facts};
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
    /// Whether a dateline of the paper's own names them, and one as its reporter: 本报讯（记者 王强）.
    pub(super) reported: bool,
    /// A photographer's credit behind the last sentence: not part of the text.
    pub(super) credit: Option<Span>,
}

/// Most lines at either end of a body that are searched.
const EDGE: usize = 4;
/// Most lines above a dateline that belong to the text: 核心阅读, 来源 青溪晚报.
const ABOVE: usize = 3;

/// Reads the names at both ends of a story's body.
pub(super) fn inside(page: &Page, layout: &Layout, units: &[Unit], story: &Story) -> Inside {
    let Some((first, last)) = ends(story) else { return Inside::default() };
    match &story.read {
        Some((from, to, inside)) if (*from, *to) == (first, last) => inside.clone(),
        _ => {
            let second = story.bodies.get(1).map(|unit| units[*unit].lines.clone());
            between(page, layout, opening(page, layout, units[first].lines.clone(), second), units[last].lines.clone())
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

/// Whether a dateline says that the paper itself reports, and no agency: 本报讯, 本报北京2月3日电.
fn is_own_report(dateline: &str) -> bool {
    let own = ["本报", "本報", "本刊", "本台", "本臺"].iter().any(|paper| dateline.starts_with(paper));
    own && !dateline.contains(['据', '據', '社', '网', '網'])
}

/// Whether a dateline is the bracket with the reporter and names no agency before: 〔記者王強／台北報導〕.
fn is_reporters_bracket(dateline: &str) -> bool {
    dateline.trim_start_matches(dateline::opens_bracket).starts_with(['记', '記'])
}

/// The first and the last unit of its body.
fn ends(story: &Story) -> Option<(usize, usize)> {
    story.bodies.first().copied().zip(story.bodies.last().copied())
}

/// Reads the names at both ends of the text on `lines`.
pub(super) fn at_edges(page: &Page, layout: &Layout, lines: Range<usize>) -> Inside {
    between(page, layout, opening(page, layout, lines.clone(), None), lines)
}

/// Where a text may open: its `first` lines, or those from a dateline on that begins a paragraph below lines that are no sentences,
/// there or on the `next` lines.
fn opening(page: &Page, layout: &Layout, first: Range<usize>, next: Option<Range<usize>>) -> Range<usize> {
    let above = first.clone().take(ABOVE).take_while(|line| {
        let facts = &layout.lines[*line];
        !facts.dateline && !facts.stops() && page.lines[*line].glue == Glue::Break
    });
    let below = first.start + above.count()..first.end;
    let lines = if below.is_empty() { next } else { Some(below) };
    lines.filter(|lines| layout.lines[lines.start].dateline).unwrap_or(first)
}

/// Reads the names at the ends of a text: where it opens on the lines `first`, and where it ends on the lines `last`.
fn between(page: &Page, layout: &Layout, first: Range<usize>, last: Range<usize>) -> Inside {
    let mut out = Inside::default();
    let first = first.start..first.end.min(first.start + EDGE);
    let is_dateline = layout.lines[first.clone()].iter().any(Facts::may_hold_dateline);
    let head = if is_dateline { characters(page, first) } else { Vec::new() };
    // A dateline may be divided at the end of a line; between names a line end is kept.
    let joined: Vec<(u32, char)> = head.iter().copied().filter(|(_, c)| *c != '\n').collect();
    let text: String = joined.iter().map(|(_, c)| c).collect();
    if let Some(Dateline { end, people: part }) = dateline::dateline(&text) {
        let at = |byte: usize| text.get(..byte).map_or(0, |before| before.chars().count());
        let start = joined.first().map_or(0, |(at, _)| *at);
        if let Some((at, c)) = joined.get(at(end).saturating_sub(1)).filter(|(at, _)| end > 0 && *at >= start) {
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
                let dateline = out.dateline.map_or("", |dateline| dateline.slice(page.text()));
                let reporter = |person: &Person| person.org.is_none() && person.role.as_deref().is_some_and(is_reporter);
                out.reported = (is_own_report(dateline) || is_reporters_bracket(dateline)) && out.people.iter().any(reporter);
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
            out.reported = false;
        }
    }
    out
}

fn is_reporter(role: &str) -> bool {
    role.contains("记者") || role.contains("記者")
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
    let reader = || Some((vec![signatures::letter_writer(&text)?], "读者"));
    let author = || Some((signatures::author_and_office(&text).or_else(|| signatures::english_authors(&text))?, "作者"));
    if let Some((names, role)) = reader().or_else(author) {
        return names.into_iter().map(|name| named(&text, &chars, name, role)).collect();
    }
    people::read(&chars).map_or_else(Vec::new, |credits| credits.people)
}

/// The person whose name is the part `name` of `text`, which is made of `chars`.
fn named(text: &str, chars: &[(u32, char)], name: &str, role: &str) -> Person {
    let within = Span::of(text, name).expect("the name was read in the text");
    let place = |byte: u32| text.get(..byte as usize).map_or(0, |before| before.chars().count());
    let span = |(at, c): &(u32, char)| Span::new(*at, at + c.len_utf8() as u32);
    let name_chars = chars.get(place(within.start)..place(within.end)).unwrap_or_default();
    let spans = name_chars.first().zip(name_chars.last()).map(|(first, last)| Span::new(span(first).start, span(last).end));
    Person { name: name.to_owned(), role: Some(role.to_owned()), org: None, spans: spans.into_iter().collect() }
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
