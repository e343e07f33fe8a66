//! What was read of the lines of a page, noted on it for later stages.
//!
//! The first stage that reads lines notes them; the others take the same list as long as the page is as it was, and else read
//! again only the lines that were repaired since. What a line is by itself is [`super::facts`]'s business.

use std::sync::Arc;

use pipeline::{Edit, Line, Page, Span};

use super::Reading;
use super::facts::{self, Facts};

/// Reads every line of `page`; what an earlier stage has noted of a line is not read again.
pub(crate) fn facts(page: &Page) -> Arc<Vec<Facts>> {
    let noted = page.noted::<Noted>();
    if let Some(noted) = noted.filter(|noted| noted.is_of(page)) {
        return Arc::clone(&noted.lines);
    }
    let mut lines = alone(page, noted);
    facts::settle(&mut lines);
    Arc::new(lines)
}

/// Reads every line of `page` and notes that for this stage and later ones.
pub(crate) fn note(page: &mut Page) -> Arc<Vec<Facts>> {
    let lines = facts(page);
    let noted = Noted { lines: Arc::clone(&lines), edits: page.edits().into(), reading: None };
    page.note(noted);
    lines
}

/// Notes how the `lines` of `page` are read as print.
pub(super) fn note_reading(page: &mut Page, lines: &Arc<Vec<Facts>>, reading: Arc<Reading>) {
    let noted = Noted { lines: Arc::clone(lines), edits: page.edits().into(), reading: Some(reading) };
    page.note(noted);
}

/// What was noted by [`note_reading`], and of which lines.
pub(super) fn noted_reading(page: &Page) -> Option<(&Reading, &Arc<Vec<Facts>>)> {
    let noted = page.noted::<Noted>()?;
    Some((noted.reading.as_deref()?, &noted.lines))
}

struct Noted {
    lines: Arc<Vec<Facts>>,
    /// The repairs of the page when its lines were read.
    edits: Box<[Edit]>,
    reading: Option<Arc<Reading>>,
}

impl Noted {
    /// Whether `page` is still as it was read.
    fn is_of(&self, page: &Page) -> bool {
        let same = |(facts, line): (&Facts, &Line)| facts.span == line.span && facts.blank == (line.blanks_before > 0);
        *self.edits == *page.edits() && self.lines.len() == page.lines.len() && self.lines.iter().zip(&page.lines).all(same)
    }
}

/// The stretches of a page that are repaired in another way than before, in order.
fn changes(before: &[Edit], now: &[Edit]) -> Vec<Span> {
    let mut changed: Vec<Span> = Vec::new();
    let mut add = |span: Span| match changed.last_mut() {
        Some(last) if span.start < last.end => last.end = last.end.max(span.end),
        _ => changed.push(span),
    };
    let mut before = before.iter().peekable();
    for edit in now {
        while let Some(old) = before.next_if(|old| old.span < edit.span) {
            add(old.span);
        }
        if before.next_if(|old| *old == edit).is_none() {
            add(edit.span);
        }
    }
    before.for_each(|old| add(old.span));
    changed
}

/// Reads every line by itself, whatever its neighbours are.
fn alone(page: &Page, noted: Option<&Noted>) -> Vec<Facts> {
    let (lines, edits) = noted.map_or((&[][..], &[][..]), |noted| (&**noted.lines, &*noted.edits));
    let changed = changes(edits, page.edits());
    let is_changed = |span: Span| {
        let next = changed.partition_point(|changed| changed.end <= span.start);
        changed.get(next).is_some_and(|changed| changed.start < span.end)
    };
    // Most lines stand behind the same line as before.
    let mut next = 0;
    let mut noted_line = |span: Span| {
        if lines.get(next).is_none_or(|line| line.span != span) {
            next = lines.partition_point(|line| line.span < span);
        }
        let line = lines.get(next).filter(|line| line.span == span)?;
        next += 1;
        (!is_changed(span)).then(|| line.by_itself())
    };
    let read = |line: &Line| {
        let mut facts = noted_line(line.span).unwrap_or_else(|| facts::read_line(page, line.span));
        facts.blank = line.blanks_before > 0;
        facts
    };
    page.lines.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use pipeline::{Repair, laws};

    use super::*;

    #[test]
    fn what_was_noted_is_read_as_if_it_were_new() {
        let mut page = laws::page("东港日报\n\n南山镇护河队\n本报讯 昨天 上午\n孩子们来到河边。\n■记者 周 明\n（周明\n 摄）");
        note(&mut page);
        page.lines.swap(2, 3);
        page.lines[1].blanks_before = 0;
        page.lines.remove(0);
        let at = page.text().find(" 上午").map_or(0, |at| at as u32);
        page.add_edits(vec![Edit { span: Span::new(at, at + 1), with: None, why: Repair::SyntheticSpace }]);
        let taken_up = format!("{:?}", facts(&page));
        page.note(());
        assert_eq!(taken_up, format!("{:?}", facts(&page)));
        assert!(taken_up.contains("本报讯 昨天上午"));
    }
}
