//! What each line is: body, display (headlines), byline, jump, furniture; and where one body ends and the next begins.

use pipeline::{Glue, Page};

use crate::layout::byline::{self, Name};
use crate::layout::patterns::{self, Jump};
use crate::layout::{Row, is_han};

/// A run of lines, by index.
pub(super) type Lines = std::ops::Range<usize>;

/// A part of the page, in reading order.
#[derive(Clone, Debug)]
pub(super) enum Element {
    /// Running text of one article, or of a part of one.
    Body(Lines),
    /// Display lines, one range for each block of them.
    Display(Vec<Lines>),
    /// A byline.
    Byline(Lines, Vec<Name>),
    /// A jump line.
    Jump(usize, Jump),
    /// Furniture.
    Furniture(usize),
}

/// A headline has at most this many lines.
const MOST_DISPLAY_LINES: usize = 5;

/// Cuts the page's lines into elements.
pub(super) fn find(page: &Page, rows: &[Row]) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    for block in blocks(rows) {
        if let [index] = [block.start]
            && block.len() == 1
            && let Some(single) = single(rows, index, elements.last())
        {
            push(&mut elements, single);
            continue;
        }
        push(&mut elements, Element::Body(block));
    }
    let elements = label_displays(rows, &elements);
    split_bodies(page, rows, join_bodies(rows, elements))
}

/// A line with a grammar of its own.
fn single(rows: &[Row], index: usize, last: Option<&Element>) -> Option<Element> {
    let row = rows.get(index)?;
    if let Some(jump) = patterns::jump(&row.text) {
        return Some(Element::Jump(index, jump));
    }
    let continuing = matches!(last, Some(Element::Byline(..)));
    if let Some(names) = byline::parse(&row.text, continuing) {
        return Some(Element::Byline(index..index + 1, names));
    }
    (patterns::is_furniture(&row.text) || row.characters == 0 || !row.text.chars().any(|c| is_han(c) || c.is_alphanumeric()))
        .then_some(Element::Furniture(index))
}

fn push(elements: &mut Vec<Element>, element: Element) {
    if let (Some(Element::Byline(lines, names)), Element::Byline(more, others)) = (elements.last_mut(), &element)
        && lines.end == more.start
        && others.iter().all(|name| name.role.is_none() || name.role.as_deref() == Some("通讯员"))
    {
        let role = names.last().and_then(|name| name.role.clone());
        lines.end = more.end;
        names.extend(others.iter().cloned().map(|mut name| {
            name.role = name.role.or_else(|| role.clone());
            name
        }));
        return;
    }
    elements.push(element);
}

/// Runs of lines that belong together: divided by blank lines, by lines with a grammar of their own, and around lines that look like
/// display where blank lines do not divide it.
fn blocks(rows: &[Row]) -> Vec<Lines> {
    let mut cuts = vec![false; rows.len() + 1];
    let mut continuing = false;
    for (index, row) in rows.iter().enumerate() {
        let own = patterns::jump(&row.text).is_some() || patterns::is_furniture(&row.text) || row.characters == 0;
        let byline = !own
            && byline::parse(&row.text, continuing)
                .is_some_and(|names| continuing || names.iter().any(|n| n.role.is_some()) || !is_han(row.first));
        continuing = byline;
        cuts[index] |= row.blanks > 0 || own || byline;
        cuts[index + 1] |= own || byline;
    }
    let sparse = rows.iter().filter(|row| row.blanks > 0).count() * 12 <= rows.len();
    for index in 0..rows.len() {
        let run = (index..rows.len().min(index + MOST_DISPLAY_LINES)).take_while(|i| rows.get(*i).is_some_and(looks_like_display)).count();
        let after = index + run;
        if run == 0 || index > 0 && rows.get(index - 1).is_some_and(looks_like_display) && !cuts[index] {
            continue;
        }
        let before_ends = index == 0 || cuts[index] || rows.get(index - 1).is_some_and(|row| row.ends_sentence() || sparse && !row.full());
        let opens_article =
            rows.get(after).is_some_and(|row| patterns::dateline(&row.text).is_some()) || cuts.get(after).copied().unwrap_or(true);
        if before_ends && (opens_article || sparse) {
            cuts[index] = true;
            cuts[after.min(rows.len())] = true;
        }
    }
    let mut blocks = Vec::new();
    let mut start = 0;
    for (end, cut) in cuts.iter().enumerate().skip(1) {
        if end == rows.len() || *cut {
            blocks.push(start..end);
            start = end;
        }
    }
    blocks
}

/// Whether a line, by itself, can be a line of a headline: no full line of its box, no end of a sentence.
fn looks_like_display(row: &Row) -> bool {
    !row.text.contains('。')
        && !matches!(row.last, '，' | '、' | '；' | '：' | '。')
        && !row.begins_inside()
        && !row.full()
        && !row.indented()
        && row.han >= 2
        && row.characters <= 40
}

/// Turns bodies that are no running text into display, and joins neighbouring display blocks.
fn label_displays(rows: &[Row], elements: &[Element]) -> Vec<Element> {
    let mut out: Vec<Element> = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        let Element::Body(lines) = element else {
            out.push(element.clone());
            continue;
        };
        if display_score(rows, lines, out.last(), elements.get(index + 1)) <= 0 {
            out.push(element.clone());
        } else if lines.len() == 1 && rows.get(lines.start).is_some_and(|row| patterns::is_section_label(&row.text)) {
            out.push(Element::Furniture(lines.start));
        } else if let Some(Element::Display(blocks)) = out.last_mut() {
            blocks.push(lines.clone());
        } else {
            out.push(Element::Display(vec![lines.clone()]));
        }
    }
    out
}

/// How much speaks for display; running text is zero or less.
fn display_score(rows: &[Row], lines: &Lines, before: Option<&Element>, after: Option<&Element>) -> i32 {
    let block = rows.get(lines.clone()).unwrap_or_default();
    let (Some(first), Some(last)) = (block.first(), block.last()) else { return 0 };
    if block.len() > MOST_DISPLAY_LINES || block.iter().any(|row| row.text.contains('。') || row.han == 0 && row.characters < 3) {
        return -10;
    }
    if first.begins_inside() || matches!(last.last, '，' | '、' | '；') || patterns::dateline(&first.text).is_some() {
        return -10;
    }
    if block.iter().map(Row::open_marks).sum::<i32>() != 0 {
        return -10;
    }
    let next_row = rows.get(lines.end);
    let previous = lines.start.checked_sub(1).and_then(|i| rows.get(i));
    let mut score = 1;
    let full = block.iter().filter(|row| row.full()).count();
    let set_in_box = block.iter().filter(|row| row.full() || row.indented()).count();
    let bound = matches!(after, Some(Element::Byline(..))) || next_row.is_some_and(|next| patterns::dateline(&next.text).is_some());
    if full > 0 && set_in_box + 1 >= block.len() && block.len() >= 2 && !bound {
        score -= if block.iter().any(|row| row.text.contains('，')) { 6 } else { 3 };
    }
    score -= (if block.len() >= 2 { 3 * full / block.len() } else { full * 2 }) as i32;
    if block.iter().any(|row| row.width.least > row.measure + 1.0 && row.measure > 0.0) {
        score += 2;
    }
    if block.iter().all(|row| row.short_by(3.2)) {
        score += 2;
    }
    match after {
        Some(Element::Byline(..)) => score += 4,
        Some(Element::Jump(..) | Element::Furniture(_)) | None => score += 1,
        _ => {}
    }
    if matches!(before, Some(Element::Byline(..))) {
        score += 1;
    }
    if matches!(before, Some(Element::Display(_))) {
        score += 1;
    }
    if let Some(next) = next_row {
        if patterns::dateline(&next.text).is_some() {
            score += 3;
        }
        // The rest of a sentence that a column break cut off: `水。疫情还没有结束`.
        if next.begins_inside() || next.text.chars().take(4).any(|c| matches!(c, '。' | '，' | '、')) && !next.indented() {
            score -= 4;
        }
    }
    if let Some(previous) = previous
        && matches!(before, Some(Element::Body(_)))
    {
        if previous.ends_sentence() {
            score += 1;
            if block.len() == 1
                && first.indented()
                && next_row.is_some_and(|next| next.full() || next.begins_inside())
                && matches!(after, Some(Element::Body(_)))
            {
                score -= 3;
            }
        } else {
            score -= 3;
        }
    }
    if last.ends_sentence() && !matches!(last.last, '”' | '）' | '！' | '？') {
        score -= 3;
    }
    if block.iter().filter(|row| row.text.contains('，')).count() * 2 > block.len() && full > 0 {
        score -= 1;
    }
    score
}

/// Joins the parts of one body: what a jump line, furniture or a subhead stands inside of.
fn join_bodies(rows: &[Row], elements: Vec<Element>) -> Vec<Element> {
    let mut out: Vec<Element> = Vec::new();
    let mut elements = elements.into_iter().peekable();
    while let Some(element) = elements.next() {
        match element {
            Element::Body(lines) => match out.last_mut() {
                Some(Element::Body(last)) if last.end == lines.start => last.end = lines.end,
                _ => out.push(Element::Body(lines)),
            },
            Element::Display(blocks) => {
                let inside = match (out.last_mut(), elements.peek(), &blocks[..]) {
                    (Some(Element::Body(body)), Some(Element::Body(next)), [block]) if is_subhead(rows, body, block, next) => Some(body),
                    _ => None,
                };
                match (inside, blocks.last()) {
                    (Some(body), Some(last)) => body.end = last.end,
                    _ => out.push(Element::Display(blocks)),
                }
            }
            other => out.push(other),
        }
    }
    out
}

/// Whether a display block between two bodies is a subhead of one article: same measure on both sides, set inside it, and a plain
/// paragraph after it.
fn is_subhead(rows: &[Row], body: &Lines, block: &Lines, next: &Lines) -> bool {
    let (Some(before), Some(after)) = (rows.get(body.end - 1), rows.get(next.start)) else { return false };
    let own = rows.get(block.clone()).unwrap_or_default();
    let measure = side_measure(rows, body.start.max(body.end.saturating_sub(10))..body.end);
    let next_measure = side_measure(rows, next.start..next.end.min(next.start + 10));
    let same = measure > 0.0 && (measure - next_measure).abs() < 0.6;
    let inside = own.len() <= 2 && own.iter().all(|row| row.width.least <= measure + 0.3);
    same && inside
        && before.ends_sentence()
        && after.indented()
        && patterns::dateline(&after.text).is_none()
        && body.len() >= 3
        && next.len() >= 2
}

/// The measure of one side alone: what most of its lines fit.
fn side_measure(rows: &[Row], lines: Lines) -> f32 {
    let rows = rows.get(lines).unwrap_or_default();
    let mut best = (0, 0.0);
    for half in 8..160_u16 {
        let measure = f32::from(half) / 2.0;
        let fitting = rows.iter().filter(|row| row.width.fits(measure)).count();
        if fitting >= best.0 && fitting > 0 {
            best = (fitting, measure);
        }
    }
    if best.0 >= 3 { best.1 } else { 0.0 }
}

/// Divides bodies that run on without display between them: at a dateline, or where the measure changes at a paragraph.
fn split_bodies(page: &Page, rows: &[Row], elements: Vec<Element>) -> Vec<Element> {
    let mut out = Vec::new();
    for element in elements {
        let Element::Body(lines) = element else {
            out.push(element);
            continue;
        };
        let mut start = lines.start;
        for index in lines.start + 1..lines.end {
            let breaks = page.lines.get(index - 1).is_some_and(|line| line.glue == Glue::Break);
            if !breaks || index - start < 2 && rows.get(index).is_none_or(|row| patterns::dateline(&row.text).is_none()) {
                continue;
            }
            let begins = rows.get(index).is_some_and(|row| patterns::dateline(&row.text).is_some());
            if begins || measure_changes(rows, start.max(index.saturating_sub(10))..index, index..lines.end.min(index + 10)) {
                out.push(Element::Body(start..index));
                start = index;
            }
        }
        out.push(Element::Body(start..lines.end));
    }
    out
}

fn measure_changes(rows: &[Row], before: Lines, after: Lines) -> bool {
    // A line wider than the box could not have been set in it.
    let wider = |lines: &Lines, measure: f32| {
        measure > 0.0 && rows.get(lines.clone()).unwrap_or_default().iter().take(2).any(|row| row.width.least > measure + 2.0)
    };
    let last_lines = before.end.saturating_sub(3).max(before.start)..before.end;
    if wider(&after, side_measure(rows, before.clone())) || wider(&last_lines, side_measure(rows, after.clone())) {
        return true;
    }
    if before.len() < 3 || after.len() < 3 {
        return false;
    }
    let share = |lines: &Lines, measure: f32| {
        let rows = rows.get(lines.clone()).unwrap_or_default();
        rows.iter().filter(|row| row.width.fits(measure)).count() as f32 / rows.len().max(1) as f32
    };
    let (old, new) = (side_measure(rows, before.clone()), side_measure(rows, after.clone()));
    old > 0.0
        && new > 0.0
        && (old - new).abs() >= 1.0
        && share(&before, old) >= 0.5
        && share(&after, new) >= 0.5
        && share(&before, new) <= 0.34
        && share(&after, old) <= 0.34
}
