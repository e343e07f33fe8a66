//! The reports on lines: what was read differently and by which stage, how they are glued, where they went.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pipeline::{Edit, Glue, Kind, Page, Span};

use crate::layout::grammar::Fixed;
use crate::layout::roles::Role;
use crate::layout::width;

use super::articles::Context;
use super::report::{ArticleReport, LineRepair, LineReport, RepairCount, RivalReport, StageReport};
use super::roles::Why;
use super::watch::Seen;

/// A rival that is beaten by less, in thousandths of a nat, is nearly as likely: odds of 6 to 4.
const DOUBT: i64 = 405;

/// Where a line went: the article, and the parts it plays there.
pub(super) type Went = Option<(usize, Vec<Option<&'static str>>)>;

/// The number of each line as printed, blank lines counted.
pub(super) fn printed_numbers(page: &Page) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.lines.len()).collect();
    order.sort_unstable_by_key(|line| page.lines[*line].span);
    let mut numbers = vec![0; page.lines.len()];
    let original = Page::new(Arc::clone(&page.sheet));
    let mut number = 0;
    // A stage may put lines into another order, and leaves none out.
    for (line, printed) in order.into_iter().zip(&original.lines) {
        number += printed.blanks_before as usize + 1;
        numbers[line] = number;
    }
    numbers
}

/// What the stages before the cut did.
pub(super) fn stages(seen: &Seen) -> Vec<StageReport> {
    let pairs = seen.snapshots.windows(2).filter_map(|pair| pair.first().zip(pair.last()));
    let report = pairs.map(|(before, after)| {
        let mut repairs: Vec<RepairCount> = Vec::new();
        for edit in new_edits(&before.page, &after.page) {
            match repairs.iter_mut().find(|repair| repair.why == edit.why.name()) {
                Some(repair) => repair.count += 1,
                None => repairs.push(RepairCount { why: edit.why.name(), count: 1 }),
            }
        }
        let joined = |page: &Page| page.lines.iter().filter(|line| line.glue != Glue::Break).count();
        StageReport {
            stage: after.stage,
            repairs,
            moved: moved(&before.page, &after.page).len(),
            joined: joined(&after.page).saturating_sub(joined(&before.page)),
        }
    });
    report.collect()
}

fn new_edits<'a>(before: &'a Page, after: &'a Page) -> impl Iterator<Item = &'a Edit> {
    after.edits().iter().filter(|edit| !before.edits_in(edit.span).contains(edit))
}

/// The lines of `after` that stand where another line stood before.
fn moved(before: &Page, after: &Page) -> HashSet<Span> {
    let pairs = before.lines.iter().zip(&after.lines);
    pairs.filter(|(before, after)| before.span != after.span).map(|(_, after)| after.span).collect()
}

/// The reports on all lines, in the order in which they are read.
pub(super) fn reports(seen: &Seen, context: &Context<'_>, articles: &[ArticleReport], why: Vec<Why>, went: &[Went]) -> Vec<LineReport> {
    let original = Page::new(Arc::clone(&context.page.sheet));
    let moved = moved(&original, context.page);
    let authors = authors(seen);
    let cut: HashMap<&str, &ArticleReport> = articles.iter().map(|article| (article.id.as_str(), article)).collect();
    let each = why.into_iter().zip(went).enumerate();
    let each = each.map(|(index, (why, went))| {
        let mut line = report(context, &authors, index, why, went.as_ref());
        line.moved = moved.contains(&context.page.lines[index].span);
        line.reasons = reasons(context, index, &line);
        if let Some(article) = line.article_id.as_deref().and_then(|id| cut.get(id)) {
            line.reasons.extend(why_there(article, &line));
        }
        line
    });
    each.collect()
}

/// What the article says of a line that is no body.
fn why_there(article: &ArticleReport, line: &LineReport) -> Option<String> {
    let here = |reason: &&String| {
        line.parts.iter().any(|part| match *part {
            "kicker" | "title" | "subtitle" | "left_out" => reason.starts_with("headline: "),
            "byline" => reason.starts_with("byline: "),
            _ => false,
        })
    };
    article.reasons.iter().find(here).cloned()
}

/// The stage that made each repair.
fn authors(seen: &Seen) -> HashMap<Span, &'static str> {
    let pairs = seen.snapshots.windows(2).filter_map(|pair| pair.first().zip(pair.last()));
    pairs.flat_map(|(before, after)| new_edits(&before.page, &after.page).map(|edit| (edit.span, after.stage))).collect()
}

fn report(
    context: &Context<'_>,
    authors: &HashMap<Span, &'static str>,
    index: usize,
    why: Why,
    went: Option<&(usize, Vec<Option<&'static str>>)>,
) -> LineReport {
    let (page, layout) = (context.page, &context.read.layout);
    let (line, facts) = (page.lines[index], &layout.lines[index]);
    let ems = |hundredths: u32| f64::from(hundredths) / 100.0;
    let repairs = page.edits_in(line.span).iter().map(|edit| LineRepair {
        stage: authors.get(&edit.span).copied().unwrap_or_default(),
        why: edit.why.name(),
        printed: edit.span.slice(page.text()).to_owned(),
        read_as: edit.with.map(String::from).unwrap_or_default(),
    });
    let doubtful = why.rival.as_ref().is_some_and(|rival| rival.margin < DOUBT);
    LineReport {
        line: context.printed[index],
        printed: line.span.slice(page.text()).to_owned(),
        text: page.line_text(index).into_owned(),
        blanks_before: line.blanks_before,
        moved: false,
        width: (facts.chars <= width::LONGEST).then(|| [ems(facts.width.lo), ems(facts.width.hi)]),
        measure: ems(layout.measures[index]),
        role: layout.roles[index].name(),
        wording: facts.fixed.map(wording),
        speaks_for: why.speaks_for,
        rival: why.rival.map(|rival| RivalReport {
            role: rival.role.name(),
            margin: rival.margin as f64 / 1000.0,
            speaks_for: rival.speaks_for,
        }),
        doubtful,
        glue: match line.glue {
            Glue::Break => "break",
            Glue::Join => "join",
            Glue::Space => "space",
        },
        repairs: repairs.collect(),
        article: went.and_then(|(article, _)| context.numbers[*article]),
        article_id: went.map(|(article, _)| context.seen.articles[*article].id()),
        parts: went.map_or_else(Vec::new, |(article, parts)| names(context, *article, index, parts)),
        reasons: Vec::new(),
    }
}

/// The parts of a line, named.
fn names(context: &Context<'_>, article: usize, line: usize, parts: &[Option<&'static str>]) -> Vec<&'static str> {
    let layout = &context.read.layout;
    match context.seen.articles[article].kind {
        Kind::Furniture => return vec!["furniture"],
        Kind::Notice => return vec!["notice"],
        _ => {}
    }
    let apart = || match layout.lines[line].fixed {
        Some(Fixed::Byline) => "byline",
        Some(Fixed::JumpTo | Fixed::JumpFrom) => "jump",
        _ if layout.roles[line] == Role::Display => "left_out",
        _ => "credit",
    };
    parts.iter().map(|part| part.unwrap_or_else(apart)).collect()
}

fn wording(fixed: Fixed) -> &'static str {
    match fixed {
        Fixed::Byline | Fixed::MaybeNames => "byline",
        Fixed::JumpTo => "jump_to",
        Fixed::JumpFrom => "jump_from",
        Fixed::Furniture | Fixed::MaybeFurniture | Fixed::Weather | Fixed::PullQuote => "furniture",
        Fixed::Label => "label",
        Fixed::NoticeHead | Fixed::SmallPrint => "notice",
    }
}

fn reasons(context: &Context<'_>, index: usize, line: &LineReport) -> Vec<String> {
    let mut out = Vec::new();
    match (&line.rival, line.wording) {
        (Some(rival), _) => {
            let signs = line.speaks_for.iter().map(|sign| format!("{} {:+.1}", sign.says, sign.weight));
            let signs: Vec<String> = signs.collect();
            let because = if signs.is_empty() { "the lines around it leave nothing better".to_owned() } else { signs.join("; ") };
            let why = if context.read.parted.contains(&index) {
                format!("{} by the headlines, though {} fits better by {:.1} nats: {because}", line.role, rival.role, -rival.margin)
            } else {
                format!("{} beats {} by {:.1} nats: {because}", line.role, rival.role, rival.margin)
            };
            out.push(why);
            if let Some(sign) = rival.speaks_for.first() {
                out.push(format!("for {} speaks: {} {:+.1}", rival.role, sign.says, sign.weight));
            }
        }
        (None, Some(wording)) => out.push(by_its_words(wording).to_owned()),
        (None, None) => {}
    }
    if line.moved {
        out.push("read in another place than printed: it goes on with the column above it here".to_owned());
    }
    let layout = &context.read.layout;
    let next = layout.roles.get(index + 1).zip(layout.lines.get(index + 1));
    let next = next.map(|(role, facts)| facts.fixed.map_or_else(|| role.name().to_owned(), |fixed| wording(fixed).replace('_', " ")));
    out.push(match (line.glue, next.as_deref()) {
        ("break", Some(next)) => format!("not joined to the next line, {next}"),
        ("break", None) => "the last line of the page".to_owned(),
        (glue, Some(next)) => {
            format!("{} to the next line, {next}", if glue == "join" { "joined" } else { "joined with a space" })
        }
        (_, None) => "joined to nothing".to_owned(),
    });
    out
}

fn by_its_words(wording: &str) -> &'static str {
    match wording {
        "byline" => "names with their roles and nothing else (stages/data/bylines.txt)",
        "jump_to" => "says that a text goes on on another page",
        "jump_from" => "says that a text comes from another page",
        "furniture" => "masthead, date, folio, editors or weather (stages/data/furniture-parts.txt)",
        "label" => "the label of a section (stages/data/labels.txt)",
        _ => "the heading of a notice (stages/data/notices.txt)",
    }
}
