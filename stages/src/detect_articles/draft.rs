//! Elements and their links to drafts, in reading order.

use std::collections::HashSet;

use pipeline::{Draft, Fragment, Glue, Kind, Page, Permille, Person, Repair, Span};

use super::attribute::{Attached, Plan};
use super::elements::{Element, Lines};
use crate::layout::byline::{self, Name};
use crate::layout::patterns::{self, Jump};
use crate::layout::{Row, is_han};

/// One draft for every body, and one for everything that belongs to none.
pub(super) fn drafts(page: &Page, rows: &[Row], elements: &[Element], mut plan: Plan) -> Vec<Draft> {
    let mut used: HashSet<usize> = HashSet::new();
    let mut drafts = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        if let (Element::Body(lines), Some(attached)) = (element, plan.remove(&index)) {
            used.extend(attached.headline.iter().map(|(display, _)| *display));
            used.extend(attached.bylines.iter().chain(&attached.jumps));
            used.insert(index);
            drafts.push((lines.start, article(page, rows, elements, lines, &attached)));
        }
    }
    for (index, element) in elements.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
        let (kind, lines): (Kind, Vec<usize>) = match element {
            Element::Furniture(line) | Element::Jump(line, _) => (Kind::Furniture, vec![*line]),
            Element::Byline(lines, _) | Element::Body(lines) => (Kind::Notice, lines.clone().collect()),
            Element::Display(blocks) => (Kind::Notice, blocks.iter().cloned().flatten().collect()),
        };
        let mut draft = Draft::new(kind);
        draft.body =
            lines.iter().filter_map(|line| page.lines.get(*line)).map(|line| Fragment { span: line.span, glue: Glue::Break }).collect();
        if kind == Kind::Notice {
            draft.warnings.push(if matches!(element, Element::Byline(..)) { "byline_unassigned" } else { "headline_unassigned" });
        }
        drafts.push((lines.first().copied().unwrap_or(index), draft));
    }
    drafts.sort_by_key(|(line, _)| *line);
    drafts.into_iter().map(|(_, draft)| draft).collect()
}

fn article(page: &Page, rows: &[Row], elements: &[Element], lines: &Lines, attached: &Attached) -> Draft {
    let mut draft = Draft::new(if attached.credit.is_some() { Kind::Photo } else { Kind::Article });
    draft.body = lines.clone().filter_map(|line| page.lines.get(line)).map(|line| Fragment { span: line.span, glue: line.glue }).collect();
    let ends = rows.get(lines.end - 1).is_some_and(Row::ends_sentence);
    if let Some(credit) = &attached.credit {
        let cut = page.lines.get(credit.line).and_then(|line| {
            page.chars(line.span)
                .map(|(at, c)| (at, c.len_utf8()))
                .scan(0, |read, (at, len)| {
                    let here = *read;
                    *read += len;
                    Some((here, at))
                })
                .find(|(read, _)| *read >= credit.byte)
                .map(|(_, at)| at)
        });
        let cut = cut.or_else(|| page.lines.get(credit.line).map(|line| line.span.end));
        cut_off(&mut draft, cut.unwrap_or(u32::MAX), page);
        draft.byline = persons(page, &credit.names, &draft.apart);
        draft.confidence.byline = Permille::new(900);
    }
    if let Some(first) = rows.get(lines.start) {
        dateline(page, rows, lines, first, &mut draft);
    }
    match attached.headline.and_then(|(display, sure)| elements.get(display).map(|element| (element, sure))) {
        Some((Element::Display(blocks), sure)) => {
            headline(page, rows, blocks, &mut draft);
            draft.confidence.title = Permille::from_share(sure);
            let doubled =
                draft.title.iter().any(|fragment| page.edits_in(fragment.span).iter().any(|edit| edit.why == Repair::DuplicateRun));
            draft.warnings.extend(doubled.then_some("deduplicated_headline"));
        }
        _ => draft.warnings.push("no_headline"),
    }
    for element in attached.bylines.iter().filter_map(|index| elements.get(*index)) {
        if let Element::Byline(lines, names) = element {
            let spans: Vec<Span> = lines.clone().filter_map(|line| page.lines.get(line)).map(|line| line.span).collect();
            draft.byline = persons(page, names, &spans);
            draft.apart.extend(spans);
            draft.confidence.byline = Permille::from_share(attached.byline_sure);
            if draft.kind == Kind::Article && !names.is_empty() && names.iter().all(|name| name.role.is_none()) && draft.dateline.is_none()
            {
                draft.kind = Kind::Commentary;
            }
        }
    }
    for element in attached.jumps.iter().filter_map(|index| elements.get(*index)) {
        if let Element::Jump(line, jump) = element {
            draft.apart.extend(page.lines.get(*line).map(|line| line.span));
            match jump {
                Jump::To(label) => draft.jump_to = Some(label.clone()),
                Jump::From(label) => draft.jump_from = Some(label.clone()),
            }
        }
    }
    draft.complete = (ends || draft.kind == Kind::Photo) && draft.jump_to.is_none() && draft.jump_from.is_none();
    if !ends && draft.jump_to.is_none() && draft.kind != Kind::Photo {
        draft.warnings.push("unfinished");
    }
    draft.confidence.boundary = boundary(rows, lines, &draft);
    draft
}

/// How sure the two cuts are: a dateline or a headline on the outside, the end of a sentence on the inside.
fn boundary(rows: &[Row], lines: &Lines, draft: &Draft) -> Permille {
    let mut sure: u16 = 500;
    sure += if draft.dateline.is_some() { 200 } else { 100 * u16::from(rows.get(lines.start).is_some_and(Row::indented)) };
    sure += if draft.complete || draft.jump_to.is_some() { 200 } else { 0 };
    sure += if draft.title.is_empty() { 0 } else { 80 };
    Permille::new(sure)
}

/// Takes everything from byte `at` of the sheet out of the body.
fn cut_off(draft: &mut Draft, at: u32, page: &Page) {
    let mut body = Vec::new();
    for fragment in draft.body.drain(..) {
        if fragment.span.end <= at {
            body.push(fragment);
        } else if fragment.span.start >= at {
            draft.apart.push(fragment.span);
        } else {
            body.push(Fragment { span: Span::new(fragment.span.start, at).trimmed(page.text()), glue: fragment.glue });
            draft.apart.push(Span::new(at, fragment.span.end).trimmed(page.text()));
        }
    }
    draft.body = body;
}

/// The dateline of the first line, and the byline in brackets after it; both stay in the text.
fn dateline(page: &Page, rows: &[Row], lines: &Lines, first: &Row, draft: &mut Draft) {
    let Some(found) = patterns::dateline(&first.text) else { return };
    let count = found.chars().count();
    let span = page.lines.get(lines.start).and_then(|line| {
        let characters: Vec<(u32, char)> = page.chars(line.span).take(count).collect();
        let (start, _) = characters.first()?;
        let (last, c) = characters.last()?;
        Some(Span::new(*start, last + c.len_utf8() as u32))
    });
    draft.dateline = span;
    let opening: String =
        rows.get(lines.start..lines.end.min(lines.start + 4)).unwrap_or_default().iter().map(|row| row.text.as_str()).collect();
    let names = opening.get(found.len()..).and_then(patterns::bracketed).and_then(|inside| byline::parse(inside, false));
    if let Some(names) = names {
        let spans: Vec<Span> =
            page.lines.get(lines.start..lines.end.min(lines.start + 4)).unwrap_or_default().iter().map(|line| line.span).collect();
        draft.byline = persons(page, &names, &spans);
        draft.confidence.byline = Permille::new(950);
    }
}

/// Kicker, title and subtitle of a headline's blocks.
fn headline(page: &Page, rows: &[Row], blocks: &[Lines], draft: &mut Draft) {
    let fragments = |lines: &Lines| -> Vec<Fragment> {
        let latin = |line: usize| {
            rows.get(line)
                .zip(rows.get(line + 1))
                .is_some_and(|(a, b)| !is_han(a.last) && !is_han(b.first) && a.last.is_ascii_alphanumeric())
        };
        lines
            .clone()
            .filter_map(|line| {
                page.lines.get(line).map(|l| Fragment { span: l.span, glue: if latin(line) { Glue::Space } else { Glue::Join } })
            })
            .collect()
    };
    let introduces = |lines: &Lines| {
        rows.get(lines.end - 1)
            .is_some_and(|row| ["强调", "強調", "指出", "要求", "表示", "时", "：", "——"].iter().any(|end| row.text.ends_with(end)))
    };
    let explains = |lines: &Lines| rows.get(lines.start).is_some_and(|row| row.text.starts_with("——") || row.text.starts_with('—'));
    for (index, lines) in blocks.iter().enumerate() {
        if index + 1 < blocks.len() && draft.title.is_empty() && introduces(lines) {
            draft.kicker.extend(fragments(lines));
        } else if !draft.title.is_empty() && explains(lines) {
            draft.subtitle.extend(fragments(lines));
        } else {
            draft.title.extend(fragments(lines));
        }
    }
}

/// Names with the place where each stands in `spans`, padding and all.
fn persons(page: &Page, names: &[Name], spans: &[Span]) -> Vec<Person> {
    let characters: Vec<(u32, char)> = spans.iter().flat_map(|span| page.chars(*span)).filter(|(_, c)| !c.is_whitespace()).collect();
    let mut from = 0;
    let mut persons = Vec::new();
    for name in names {
        let wanted: Vec<char> = name.name.chars().collect();
        let rest = characters.get(from..).unwrap_or_default();
        let found = rest.windows(wanted.len().max(1)).position(|window| window.iter().map(|(_, c)| *c).eq(wanted.iter().copied()));
        let mut spans = Vec::new();
        if let Some(at) = found {
            spans.extend(rest.iter().skip(at).take(wanted.len()).map(|(start, c)| Span::new(*start, start + c.len_utf8() as u32)));
            from += at + wanted.len();
        }
        persons.push(Person {
            name: name.name.clone(),
            role: name.role.clone(),
            org: name.org.clone(),
            spans: pipeline::span::melt(spans),
        });
    }
    persons
}
