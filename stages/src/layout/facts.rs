//! What can be said about a line by itself.
//!
//! Several stages ask for it, and read again only what was changed since: see [`super::noted`].

use std::ops::Range;

use pipeline::{Page, Span};

use super::contents;
use super::dateline;
use super::furniture_around;
use super::glance::{Glance, Marks};
use super::grammar::{self, Fixed};
use super::line_text::LineText;
use super::marks::{self, Must};
use super::names_alone;
use super::names_over_lines;
use super::people;
use super::quotes;
use super::signs::{self, Shape};
use super::small_print;
use super::width::{self, Width};
use super::wording::Wording;

/// A line on its own.
#[expect(clippy::struct_excessive_bools, reason = "independent observations, not states")]
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(super) span: Span,
    /// As read after all repairs; of overlong lines only the beginning and the end.
    pub(crate) text: LineText,
    pub(crate) width: Width,
    /// Its number of non-blank characters, at most [`width::LONGEST`] or so.
    pub(crate) chars: usize,
    pub(crate) first: char,
    pub(crate) last: char,
    /// What its characters may mean, taken together.
    pub(super) marks: Marks,
    /// The length in bytes of the name that it begins with, when somebody speaks on it: 问：…
    pub(super) speaker: Option<u8>,
    /// Ends with a full stop, also inside a quotation or bracket that closes here.
    pub(crate) full_stop: bool,
    /// A blank line stands before it.
    pub(crate) blank: bool,
    /// What its form says that it must be.
    pub(crate) must: Option<Must>,
    /// What it is by its wording alone: byline, jump line, furniture.
    pub(crate) fixed: Option<Fixed>,
    /// The line before it is such a line.
    pub(crate) fixed_before: bool,
    pub(crate) dateline: bool,
    /// Ends with a credit: （王强 摄）.
    pub(crate) credit: bool,
    /// Where the names begin that end a text with this line, or with the next; in bytes of `text`.
    pub(crate) names: Option<usize>,
    /// The part of `text`, in bytes, that stands in a bracket of reporters: （记者 王强）. It may begin on a line above.
    pub(crate) bracket: Option<Range<usize>>,
    pub(super) wording: Wording,
    /// Taken when all else of the line is known.
    pub(super) shape: Shape,
    /// How usual it is that it follows the line before it: [`signs::pair`].
    pub(super) pair: u8,
    alone: Alone,
}

/// What a line is whatever its neighbours are.
#[derive(Clone, Copy, Debug)]
struct Alone {
    fixed: Option<Fixed>,
    credit: bool,
    names: Option<usize>,
    dateline: bool,
    wording: Wording,
}

impl Facts {
    /// The same line without what its neighbours said of it.
    pub(super) fn by_itself(&self) -> Self {
        let Alone { fixed, credit, names, dateline, wording } = self.alone;
        let text = self.text.clone();
        Self { fixed, credit, names, dateline, wording, must: None, fixed_before: false, bracket: None, text, ..*self }
    }

    /// Whether the line looks like `other`, which is the same with other repairs: the two show the same signs of their part.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        let ends = |line: &Self| (line.first, line.last, line.credit, line.shape, line.fixed_before);
        let inside = |line: &Self| (line.stops_in_text(), line.chars, line.width);
        // What is no text by its wording is not weighed by it.
        let reads_alike = self.wording == other.wording || self.fixed.is_some();
        self.text.is_same(&other.text) && ends(self) == ends(other)
            || ends(self) == ends(other) && inside(self) == inside(other) && reads_alike
    }

    /// Whether the line says the same of the measure of its box as `other`, which is the same with other repairs.
    pub(super) fn is_as_wide(&self, other: &Self) -> bool {
        let of = |line: &Self| (line.width, line.blank, line.credit, line.fixed.is_some(), line.fixed_before);
        of(self) == of(other) && (self.text.is_same(&other.text) || self.stops_in_text() == other.stops_in_text())
    }

    /// Holds the end of a sentence, as no scrap of a headline does.
    pub(super) fn stops_in_text(&self) -> bool {
        self.credit || self.marks.has(Marks::FULL_STOP) || self.last == '.' || self.text.contains(". ")
    }

    /// Whether one of the characters may stand on it that every credit has.
    pub(crate) fn may_be_credit(&self) -> bool {
        self.marks.has(Marks::CREDIT) || !self.is_whole()
    }

    /// Whether there is white space in it.
    pub(crate) fn is_spaced(&self) -> bool {
        self.marks.has(Marks::SPACE) || !self.is_whole()
    }

    /// Whether it has letters, and no characters or marks but those of Latin script.
    pub(crate) fn is_latin(&self) -> bool {
        !self.text.contains(width::is_wide) && self.text.contains(|c: char| c.is_ascii_alphabetic())
    }

    /// Whether a jump label and something else may stand on it.
    pub(crate) fn may_hold_label(&self) -> bool {
        let is_labelled = || matches!(self.last, '版' | '页' | '頁' | '）' | ')' | '】') || matches!(self.first, '（' | '(' | '【');
        self.marks.has(Marks::NUMERAL) && self.fixed.is_none() && self.is_whole() && is_labelled()
    }

    /// Whether it is a row of a list of names: 王建强 李明 张丽.
    pub(crate) fn lists_names(&self) -> bool {
        self.marks.has(Marks::SPACE) && !self.marks.has(Marks::NO_NAME) && names_alone::are_listed(&self.text)
    }

    /// Whether one of the characters may stand on it that every Chinese dateline has, and every bracket with reporters,
    /// or it may begin with an English one.
    pub(crate) fn may_hold_dateline(&self) -> bool {
        self.marks.has(Marks::OPENING) || self.first.is_uppercase() || !self.is_whole()
    }

    /// Whether `text` is all of the line.
    pub(super) fn is_whole(&self) -> bool {
        !is_overlong(self.span)
    }

    /// A text may end with this line.
    pub(crate) fn stops(&self) -> bool {
        is_stop(self.last) || self.credit
    }

    /// Ends with a full stop or a comma, as lines of text do.
    pub(super) fn stops_or_closes(&self) -> bool {
        self.full_stop || matches!(self.last, '，' | '、' | '；')
    }
}

/// What the lines of a page are beside each other, once each was read by itself.
pub(super) fn settle(lines: &mut [Facts]) {
    find_brackets(lines);
    furniture_around::settle(lines);
    contents::find(lines);
    settle_neighbours(lines);
    small_print::find(lines);
    quotes::find(lines);
    marks::find(lines);
    let mut above: Option<(char, Wording)> = None;
    for line in lines {
        line.shape = Shape::of(line);
        line.pair = above.map_or(signs::NO_PAIR, |(last, _)| signs::pair(last, line.first));
        if let Some((_, wording)) = above.filter(|(last, _)| signs::is_hyphen(*last)) {
            line.wording = line.wording.behind_hyphen(wording, &line.text);
        }
        above = Some((line.last, line.wording));
    }
}

/// Whether a text may end with names on its last `lines`.
pub(crate) fn may_end_in_names(lines: &[Facts]) -> bool {
    let marks = lines.iter().fold(Marks::default(), |marks, line| marks | line.marks);
    let last = lines.iter().rev().find(|line| line.chars > 0).map_or(' ', |line| line.last);
    lines.iter().any(|line| !line.is_whole()) || marks.may_end_in_names(last)
}

fn is_overlong(span: Span) -> bool {
    span.len() > width::LONGEST * 4
}

/// Reads a line by itself, whatever its neighbours are.
pub(super) fn read_line(page: &Page, span: Span) -> Facts {
    let whole = span.slice(page.text());
    let is_as_printed = !is_overlong(span) && page.edits_in(span).is_empty();
    let text: LineText = if is_as_printed {
        LineText::printed(page, span)
    } else if is_overlong(span) {
        let head = whole.chars().take(width::LONGEST);
        let tail: Vec<char> = whole.chars().rev().take(40).collect();
        head.chain(tail.into_iter().rev()).collect::<String>().into()
    } else {
        page.clean(span).into_owned().into()
    };
    let glance = Glance::at(&text);
    let short = glance.visible <= 80;
    let signature = if glance.may_end_in_names() { grammar::signature(&text) } else { None };
    let alone = Alone {
        fixed: if short { grammar::fixed(&text, &glance) } else { None },
        credit: signature.is_some_and(|signature| signature.credit),
        names: signature.map(|signature| signature.start),
        dateline: (glance.marks.has(Marks::OPENING) || glance.first.is_uppercase()) && dateline::has_dateline(&text),
        wording: Wording::of(&text, &glance),
    };
    Facts {
        span,
        width: if is_as_printed { glance.width } else { width::measure_line(page, span) },
        chars: glance.visible,
        first: glance.first,
        last: glance.last,
        marks: glance.marks,
        speaker: if glance.marks.has(Marks::COLON) { marks::speaker(&text) } else { None },
        full_stop: ends_with_full_stop(&text),
        blank: false,
        must: None,
        fixed: alone.fixed,
        fixed_before: false,
        dateline: alone.dateline,
        credit: alone.credit,
        names: alone.names,
        bracket: None,
        wording: alone.wording,
        shape: Shape::default(),
        pair: signs::NO_PAIR,
        alone,
        text,
    }
}

/// Most lines that a bracket of reporters goes on.
const BRACKET_LINES: usize = 4;

/// Finds the brackets with reporters, which may go on in the next lines.
fn find_brackets(lines: &mut [Facts]) {
    for index in 0..lines.len() {
        let text = &lines[index].text;
        if lines[index].bracket.is_some() || text.len() > width::LONGEST || !lines[index].marks.has(Marks::BRACKET) {
            continue;
        }
        let opening = text.char_indices().filter(|(_, c)| matches!(c, '（' | '(' | '【' | '〔')).map(|(at, _)| at).take(4);
        let found = opening.collect::<Vec<_>>().into_iter().find_map(|at| Some((at, bracket(lines, index, at)?)));
        let Some((at, parts)) = found else { continue };
        for (place, end) in parts.into_iter().enumerate() {
            let from = if place == 0 { at } else { 0 };
            lines[index + place].bracket = Some(from..end);
        }
    }
}

/// Where the bracket that opens at `at` ends on line `index` and on those after it, if it holds people with their roles.
fn bracket(lines: &[Facts], index: usize, at: usize) -> Option<Vec<usize>> {
    let mut chars: Vec<(u32, char)> = Vec::new();
    let mut ends = Vec::new();
    // Behind a sentence or a dateline names need no role: 喜获丰收。（王强 李明）
    let before = lines[index].text.get(..at).unwrap_or_default().trim_end().chars().next_back();
    let may_be_plain = before.is_some_and(|c| is_stop(c) || matches!(c, '讯' | '訊' | '电' | '電'));
    for (place, line) in lines.iter().skip(index).take(BRACKET_LINES).enumerate() {
        let from = if place == 0 { at } else { 0 };
        if place > 0 {
            chars.push((0, '\n'));
        }
        for (offset, c) in line.text.char_indices().skip_while(|(offset, _)| *offset < from) {
            chars.push((0, c));
            if chars.len() > 100 || !people::may_stand_by_names(c) {
                return None;
            }
            if matches!(c, '）' | ')' | '】' | '〕') {
                ends.push(offset + c.len_utf8());
                return people::read(&chars)
                    .filter(|credits| credits.names_roles() || may_be_plain && credits.is_names_only())
                    .map(|_| ends);
            }
        }
        ends.push(line.text.len());
    }
    None
}

/// Some lines are only what they seem beside others of their kind.
fn settle_neighbours(lines: &mut [Facts]) {
    for index in 0..lines.len() {
        // A bracket that goes on where a dateline ended above opens nothing.
        let above = &lines[index.saturating_sub(BRACKET_LINES)..index];
        let ends_as_dateline = |line: &Facts| matches!(line.last, '讯' | '訊' | '电' | '電');
        let is_late = above.last().is_some_and(ends_as_dateline) || above.iter().any(|line| line.dateline && ends_as_dateline(line));
        if is_late && matches!(lines[index].first, '（' | '(') {
            lines[index].dateline = false;
        }
        // A bracket that goes on is no line of names.
        let in_bracket = lines[index].bracket.as_ref().is_some_and(|bracket| bracket.start == 0)
            && lines[index].fixed.is_some()
            && !lines[index].text.trim_start().starts_with(['（', '(', '【', '〔']);
        let line = &lines[index];
        let fixed = match line.fixed {
            Some(Fixed::MaybeNames) => {
                let before = index.checked_sub(1).map(|before| lines[before].fixed);
                let before = matches!(before, Some(Some(Fixed::Byline | Fixed::MaybeNames)));
                // （王强 李明） closes a text.
                let closes = line.last == '）' && index.checked_sub(1).is_some_and(|before| lines[before].full_stop);
                (before && line.last != '）' || closes || names_alone::is_byline(lines, index)).then_some(Fixed::Byline)
            }
            _ if in_bracket => None,
            // 〔記者王強／台北報導〕 opens the text on the next line.
            Some(Fixed::Byline) if line.dateline && lines.get(index + 1).is_some_and(|next| !next.blank && next.fixed.is_none()) => None,
            None if names_over_lines::goes_on(lines, index) => Some(Fixed::Byline),
            other => other,
        };
        lines[index].fixed = fixed;
        let over = names_over_lines::runs_over(lines, index);
        if over.is_some() {
            lines[index].names = over;
        }
        if let Some(next) = lines.get_mut(index + 1) {
            next.fixed_before = fixed.is_some();
            if over.is_some() {
                next.credit = true;
                next.names = Some(0);
                next.fixed = None;
            }
        }
    }
}

fn ends_with_full_stop(text: &str) -> bool {
    let inner = text.trim_end().trim_end_matches(['”', '’', '）', '】', '」', '』', '"', ')', '\'']);
    inner.ends_with(['。', '！', '？', '…', '.', '!', '?'])
}

/// Ends a sentence.
pub(crate) fn is_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '…' | '”' | '’' | '）' | '】' | '」' | '』' | '.' | '!' | '?' | ')' | '"' | '．')
}

/// Ends a clause that a list, a letter or a quotation may follow in a paragraph of its own.
pub(crate) fn is_half_stop(c: char) -> bool {
    matches!(c, '：' | '；' | '》' | '—' | ':' | ';' | ']' | '〕')
}

/// May not begin a line: it closes what stands on the line before.
pub(crate) fn is_closing(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '”'
            | '’'
            | '）'
            | '》'
            | '〉'
            | '】'
            | '」'
            | '』'
            | '〕'
            | ','
            | '.'
            | ')'
            | '%'
            | '％'
    )
}

/// Hangs to the left of its line or is set narrow, so that the line seems to begin elsewhere.
pub(crate) fn is_opening(c: char) -> bool {
    matches!(c, '“' | '‘' | '（' | '《' | '〈' | '【' | '「' | '『' | '〔' | '(')
}
