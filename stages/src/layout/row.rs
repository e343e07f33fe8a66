//! A line with what later decisions ask of it.

use pipeline::Page;

use super::width::{Interval, is_han};

/// A line as it is read.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// After all repairs.
    pub(crate) text: String,
    /// How wide it was set.
    pub(crate) width: Interval,
    /// Measure of the box around it, in em; 0 when too little is around to tell.
    pub(crate) measure: f32,
    /// Blank lines before it.
    pub(crate) blanks: u32,
    /// First character.
    pub(crate) first: char,
    /// Last character.
    pub(crate) last: char,
    /// Chinese characters.
    pub(crate) han: usize,
    /// All characters but spaces.
    pub(crate) characters: usize,
}

/// How many lines on either side are asked for the measure: enough for a majority inside a paragraph or two, few enough to stay in
/// one box.
const AROUND: usize = 8;

/// Wider than any box: longer lines were never set in one.
const WIDEST: usize = 80;

/// Looks at all lines of a page.
pub(crate) fn rows(page: &Page) -> Vec<Row> {
    let mut rows: Vec<Row> = page
        .lines
        .iter()
        .map(|line| {
            let text = page.clean(line.span).into_owned();
            Row {
                width: Interval::of(&text),
                measure: 0.0,
                blanks: line.blanks_before,
                first: text.chars().find(|c| !c.is_whitespace()).unwrap_or(' '),
                last: text.chars().rev().find(|c| !c.is_whitespace()).unwrap_or(' '),
                han: text.chars().filter(|c| is_han(*c)).count(),
                characters: text.chars().filter(|c| !c.is_whitespace()).count(),
                text,
            }
        })
        .collect();
    let widths: Vec<Interval> = rows.iter().map(|row| row.width).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        row.measure = measure_around(&widths, index);
    }
    rows
}

/// The width, in half em, that most of the lines around can have been set to; the wider one of two that tie.
fn measure_around(widths: &[Interval], index: usize) -> f32 {
    let from = index.saturating_sub(AROUND);
    let until = (index + AROUND + 1).min(widths.len());
    let mut votes = [0_u32; 2 * WIDEST];
    for (distance, width) in
        widths.get(from..until).unwrap_or_default().iter().enumerate().map(|(i, width)| ((from + i).abs_diff(index), width))
    {
        if width.least < 4.0 || width.most > WIDEST as f32 - 1.0 {
            continue;
        }
        // Near lines are likelier to be of the same box.
        let weight = if distance <= 3 { 3 } else { 2 };
        let first = ((width.least - 0.3) * 2.0).ceil().max(0.0) as usize;
        let last = ((width.most + 0.3) * 2.0).floor() as usize;
        for vote in votes.iter_mut().take(last + 1).skip(first) {
            *vote += weight;
        }
    }
    let best = votes.iter().enumerate().max_by_key(|(half, votes)| (**votes, *half));
    best.filter(|(_, votes)| **votes >= 6).map_or(0.0, |(half, _)| half as f32 / 2.0)
}

impl Row {
    /// Whether it can be a full line of the box around it.
    pub(crate) fn full(&self) -> bool {
        self.measure > 0.0 && self.width.fits(self.measure)
    }

    /// Whether it ends clearly before the measure.
    pub(crate) fn short_by(&self, em: f32) -> bool {
        self.measure > 0.0 && self.width.most < self.measure - em
    }

    /// Whether it can be the first line of an indented paragraph of the box around it: two em short, three at most.
    pub(crate) fn indented(&self) -> bool {
        let rest = self.measure - 2.0;
        self.measure > 0.0 && self.width.most < self.measure - 0.7 && self.width.least - 0.4 <= rest && rest <= self.width.most + 1.6
    }

    /// Whether a sentence, or the credit of a photo, can end with it.
    pub(crate) fn ends_sentence(&self) -> bool {
        let credit = ["摄", "攝", "摄影", "攝影", "摄影报道"].iter().any(|end| self.text.ends_with(end));
        credit || matches!(self.last, '。' | '！' | '？' | '…' | '”' | '’' | '」' | '』' | '）' | '.' | '!' | '?' | '"' | ')')
    }

    /// Whether it begins with a mark that cannot begin a line by GB/T 15834: it goes on with what was before.
    pub(crate) fn begins_inside(&self) -> bool {
        matches!(self.first, '，' | '。' | '、' | '；' | '：' | '！' | '？' | '”' | '’' | '）' | '》' | '〉' | '」' | '』' | '】' | '…')
    }

    /// Opening minus closing quotes and brackets.
    pub(crate) fn open_marks(&self) -> i32 {
        let mark = |c: char| match c {
            '“' | '（' | '《' | '「' | '『' | '【' | '‘' => 1,
            '”' | '）' | '》' | '」' | '』' | '】' | '’' => -1,
            _ => 0,
        };
        self.text.chars().map(mark).sum()
    }
}
