//! From decisions to drafts: every line of the page goes into exactly one.

use pipeline::{Draft, Fragment, Glue, Kind, Page, Permille, Person, Span};

use crate::layout::Layout;
use crate::layout::grammar;
use crate::layout::joint;
use crate::layout::jump;

use super::briefs;
use super::bylines::{self, Inside};
use super::headline;
use super::stories::Story;
use super::units::{self, Unit};

/// The draft of a story.
pub(super) fn of_story(page: &Page, layout: &Layout, units: &[Unit], story: &Story, min_confidence: i32) -> Draft {
    let inside = bylines::inside(page, layout, units, story);
    let mut draft = Draft::new(Kind::Article);
    body(page, layout, units, story, &inside, &mut draft);
    heads(page, layout, units, story, min_confidence, &mut draft);
    for unit in &story.bylines {
        draft.apart.extend(spans(page, &units[*unit]));
        draft.byline.extend(bylines::of_unit(page, &units[*unit]));
    }
    // Who is named as reporter in the text itself is sure, and a byline beside it that has other names is another article's.
    let is_anothers = |person: &Person| !is_pictured(person) && inside.people.iter().all(|own| own.name != person.name);
    if inside.reported && draft.byline.iter().all(is_anothers) {
        draft.byline.clear();
    }
    let alone = !draft.byline.is_empty();
    if !alone || inside.credit.is_some() {
        draft.byline.extend(inside.people);
    }
    unique(&mut draft.byline);
    let sure = if alone { story.byline_sure } else { 950 };
    draft.confidence.byline = thousandths(if draft.byline.is_empty() { 0 } else { sure });
    draft.dateline = inside.dateline;
    if let Some(unit) = story.jump_to {
        draft.apart.extend(spans(page, &units[unit]));
        draft.jump_to = label(page, &units[unit]);
        draft.complete = false;
    }
    if let Some(unit) = story.jump_from {
        draft.apart.extend(spans(page, &units[unit]));
        draft.jump_from = label(page, &units[unit]);
        draft.complete = false;
    }
    if story.open && story.jump_to.is_none() {
        draft.warnings.push("ends_in_mid_sentence");
        draft.complete = false;
    }
    draft.confidence.boundary = story.boundary_sure;
    draft.kind = kind(story, &draft);
    draft
}

/// Whether somebody is named for a picture.
fn is_pictured(person: &Person) -> bool {
    person.role.as_deref().is_some_and(|role| role.contains(['摄', '攝']))
}

fn kind(story: &Story, draft: &Draft) -> Kind {
    let caption = draft.body.len() <= 4 && draft.byline.iter().any(is_pictured);
    let only_credits = draft.body.len() <= 8 && !draft.byline.is_empty() && draft.byline.iter().all(is_pictured);
    if story.photo || caption || only_credits {
        Kind::Photo
    } else if story.brief {
        Kind::Brief
    } else if draft.dateline.is_none()
        && !draft.byline.is_empty()
        && draft.byline.iter().all(|person| person.role.is_none() && person.org.is_none())
    {
        Kind::Commentary
    } else {
        Kind::Article
    }
}

fn body(page: &Page, layout: &Layout, units: &[Unit], story: &Story, inside: &Inside, draft: &mut Draft) {
    for (at, unit) in story.bodies.iter().enumerate() {
        let lines = units[*unit].lines.clone();
        if at > 0
            && let Some(last) = draft.body.last_mut()
        {
            let before = units[story.bodies[at - 1]].lines.end - 1;
            let goes_on = layout.goes_on(before, lines.start);
            last.glue = if goes_on { joint::glue_lines(&layout.lines[before], &layout.lines[lines.start]) } else { Glue::Break };
        }
        draft.body.extend(lines.map(|line| Fragment { span: page.lines[line].span, glue: page.lines[line].glue }));
    }
    let Some(credit) = inside.credit else { return };
    while let Some(last) = draft.body.last_mut().filter(|last| last.span.end > credit.start) {
        let cut = last.span.start.max(credit.start);
        draft.apart.push(Span::new(cut, last.span.end));
        last.span = Span::new(last.span.start, cut).trimmed(page.text());
        if !last.span.is_empty() {
            break;
        }
        draft.body.pop();
    }
}

fn heads(page: &Page, layout: &Layout, units: &[Unit], story: &Story, min_confidence: i32, draft: &mut Draft) {
    if story.heads.is_empty() {
        draft.warnings.push("no_headline");
        return;
    }
    let parts = headline::split(layout, units, &story.heads);
    if i32::from(story.head_sure.get()) < min_confidence {
        draft.warnings.push("headline_uncertain");
        draft.apart.extend(story.heads.iter().flat_map(|head| spans(page, &units[*head])));
        return;
    }
    draft.confidence.title = story.head_sure;
    let fragments = |lines: &[usize]| {
        let glue = |at: usize, line: usize| match lines.get(at + 1) {
            None => Glue::Break,
            // A hyphen between them may have been left out.
            Some(next) if *next == line + 1 && page.lines[line].glue != Glue::Break => page.lines[line].glue,
            Some(next) => joint::glue_lines(&layout.lines[line], &layout.lines[*next]),
        };
        lines.iter().enumerate().map(|(at, line)| Fragment { span: page.lines[*line].span, glue: glue(at, *line) }).collect()
    };
    draft.kicker = fragments(&parts.kicker);
    draft.title = fragments(&parts.title);
    draft.subtitle = fragments(&parts.subtitle);
}

/// A draft of lines that belong to no story.
pub(super) fn of_unit(page: &Page, layout: &Layout, unit: &Unit) -> Draft {
    let fragments = || unit.lines.clone().map(|line| Fragment { span: page.lines[line].span, glue: page.lines[line].glue });
    match unit.kind {
        units::Kind::Brief => briefs::draft(page, layout, unit),
        units::Kind::Notice => {
            let mut draft = Draft::new(Kind::Notice);
            draft.title = fragments().take(1).collect();
            draft.body = fragments().skip(1).collect();
            draft
        }
        units::Kind::Display if unit.lines.clone().any(|line| layout.lines[line].chars > 6) => {
            let mut draft = Draft::new(Kind::Article);
            draft.title = fragments().collect();
            draft.warnings.push("headline_without_text");
            draft
        }
        _ => {
            let mut draft = Draft::new(Kind::Furniture);
            draft.body = fragments().collect();
            draft
        }
    }
}

fn spans(page: &Page, unit: &Unit) -> Vec<Span> {
    unit.lines.clone().map(|line| page.lines[line].span).collect()
}

fn label(page: &Page, unit: &Unit) -> Option<String> {
    let text: String = unit.lines.clone().map(|line| page.line_text(line).into_owned()).collect();
    jump::jump(&grammar::squeezed(&text)).map(|jump| jump.page)
}

fn unique(people: &mut Vec<Person>) {
    let mut seen: Vec<String> = Vec::new();
    people.retain(|person| {
        let new = !seen.contains(&person.name);
        seen.push(person.name.clone());
        new
    });
}

fn thousandths(value: i32) -> Permille {
    Permille::new(value.clamp(0, 1000) as u16)
}
