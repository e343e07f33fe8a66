//! The glue of every line end, by the width of the lines, the marks around it and the blank lines between.

use pipeline::{Edit, Glue, Page, Repair, Span};

use crate::layout::{Row, patterns};

/// How much each piece of evidence says for the end of a paragraph (above zero) or against it. Set by hand on training pages; read as
/// tenths.
mod weight {
    pub(super) const ENDS_SENTENCE: i32 = 30;
    pub(super) const ENDS_WITH_COLON: i32 = 0;
    pub(super) const MID_SENTENCE: i32 = -45;
    pub(super) const SHORT: i32 = 30;
    pub(super) const VERY_SHORT: i32 = 20;
    pub(super) const FULL: i32 = -10;
    pub(super) const NEXT_INDENTED: i32 = 25;
    pub(super) const NEXT_FULL: i32 = -30;
    pub(super) const BLANK: i32 = 10;
    pub(super) const SAME_EDGE: i32 = -35;
    pub(super) const DATELINE: i32 = 80;
    pub(super) const BEGINS_INSIDE: i32 = -100;
}

/// Sets the glue of all lines; gives the hyphens that only divided a word.
pub(super) fn decide(page: &mut Page, rows: &[Row]) -> Vec<Edit> {
    let mut hyphens = Vec::new();
    // Where an extractor marks a change of the left edge by a blank line, its absence says something too.
    let marks_edges = rows.iter().filter(|row| row.blanks > 0).count() * 12 > rows.len();
    for index in 0..rows.len().saturating_sub(1) {
        let (Some(row), Some(next)) = (rows.get(index), rows.get(index + 1)) else { continue };
        let glue = if is_latin(row.last) && is_latin(next.first) {
            latin(page, index, row, next, &mut hyphens)
        } else if score(row, next, marks_edges) > 0 {
            Glue::Break
        } else {
            Glue::Join
        };
        if let Some(line) = page.lines.get_mut(index) {
            line.glue = glue;
        }
    }
    hyphens
}

fn is_latin(c: char) -> bool {
    c.is_ascii_graphic() || matches!(c, '\u{ad}' | '\u{2010}'..='\u{2019}' | '\u{c0}'..='\u{24f}')
}

fn score(row: &Row, next: &Row, marks_edges: bool) -> i32 {
    if next.begins_inside() {
        return weight::BEGINS_INSIDE;
    }
    let mut score = match row.last {
        _ if row.ends_sentence() => weight::ENDS_SENTENCE,
        '：' | ':' | '；' => weight::ENDS_WITH_COLON,
        _ => weight::MID_SENTENCE,
    };
    // The first line of a paragraph is as short as the last line of one; in mid-sentence it is the first.
    if row.indented() && !row.ends_sentence() {
        score += weight::FULL;
    } else if row.short_by(3.0) {
        score += weight::SHORT + weight::VERY_SHORT;
    } else if row.short_by(0.9) {
        score += weight::SHORT;
    } else if row.full() {
        score += weight::FULL;
    }
    if next.indented() {
        score += weight::NEXT_INDENTED;
    } else if next.full() {
        score += weight::NEXT_FULL;
    }
    if next.blanks > 0 {
        score += weight::BLANK;
    } else if marks_edges && row.blanks == 0 {
        score += weight::SAME_EDGE;
    }
    if patterns::dateline(&next.text).is_some() {
        score += weight::DATELINE;
    }
    score
}

/// Latin after Latin: words are divided by a space, and a hyphen at the end is looked at.
fn latin(page: &Page, index: usize, row: &Row, next: &Row, hyphens: &mut Vec<Edit>) -> Glue {
    let ends = row.ends_sentence() && (next.blanks > 0 || row.short_by(6.0));
    if ends {
        return Glue::Break;
    }
    let Some(line) = page.lines.get(index) else { return Glue::Space };
    let drop_last = |hyphens: &mut Vec<Edit>| {
        let at = page.chars(line.span).filter(|(_, c)| !c.is_whitespace()).last();
        hyphens.extend(at.map(|(at, c)| Edit { span: Span::new(at, at + c.len_utf8() as u32), with: None, why: Repair::Hyphen }));
    };
    match row.last {
        '\u{ad}' => {
            drop_last(hyphens);
            Glue::Join
        }
        '-' | '\u{2010}' => {
            let head = last_word(&row.text);
            let tail = first_word(&next.text);
            if divides(&head, &tail) {
                drop_last(hyphens);
            }
            Glue::Join
        }
        '/' | '\u{2011}' | '\u{2013}' | '\u{2014}' => Glue::Join,
        _ if row.last.is_ascii_digit() && next.first.is_ascii_digit() && row.han > 0 => Glue::Join,
        _ => Glue::Space,
    }
}

/// Whether a hyphen between `head` and `tail` only divides one word: both are lower-case letters, and `head` is not a word that
/// makes compounds.
fn divides(head: &str, tail: &str) -> bool {
    let letters = |word: &str| !word.is_empty() && word.chars().all(char::is_alphabetic);
    letters(head)
        && letters(tail)
        && tail.chars().next().is_some_and(char::is_lowercase)
        && !COMPOUND_HEADS.contains(&head.to_lowercase().as_str())
        && !COMPOUND_TAILS.contains(&tail.to_lowercase().as_str())
}

/// First parts of compounds that keep their hyphen.
const COMPOUND_HEADS: &[&str] = &[
    "well", "self", "non", "high", "low", "long", "short", "ill", "ex", "all", "half", "cross", "so", "much", "full", "part", "one", "two",
    "three", "four", "five", "six", "ten", "first", "second", "third", "large", "small", "co", "world", "east", "west", "north", "south",
    "hard", "old", "new", "year", "post", "pre", "semi", "vice",
];

/// Last parts of compounds that keep their hyphen.
const COMPOUND_TAILS: &[&str] = &[
    "old", "year", "term", "level", "quality", "known", "based", "wide", "class", "time", "called", "speed", "in", "up", "off", "of", "to",
    "the", "scale", "style", "owned", "led", "made", "free",
];

fn last_word(text: &str) -> String {
    let text = text.trim_end().trim_end_matches(['-', '\u{2010}']);
    text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

fn first_word(text: &str) -> String {
    text.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
