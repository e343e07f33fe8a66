//! Spaces that nobody typed: from justification, from the extractor's guess at a gap, from the padding of short names.

use std::ops::Range;

use pipeline::{Edit, Page, Repair, Span};

use crate::layout::dateline;
use crate::layout::facts::Facts;
use crate::layout::grammar::Fixed;
use crate::layout::people;
use crate::layout::width::{is_han, is_mark, is_wide};

/// Adds the spaces inside `span` that are to be left out.
pub(super) fn find(page: &Page, span: Span, facts: &Facts, edits: &mut Vec<Edit>) {
    if facts.fixed == Some(Fixed::Byline) || facts.fixed.is_none() && facts.lists_names() {
        padding(page, span, edits);
        return;
    }
    if facts.fixed.is_some() || !facts.is_spaced() && page.edits_in(span).is_empty() {
        return;
    }
    let text = span.slice(page.text());
    let dateline = if facts.dateline { dateline::dateline(&facts.text) } else { None };
    let authored = dateline.as_ref().map_or(0, |dateline| dateline.end);
    let tail = facts.names;
    // The names in a bracket of reporters, or in the one behind a dateline; an unclosed bracket goes on in the next line.
    let behind_dateline =
        || dateline.and_then(|dateline| dateline.people.or_else(|| facts.text.find(['（', '(']).map(|at| at..facts.text.len())));
    let head = facts.bracket.clone().or_else(behind_dateline);
    let (spread, latin) = (is_spread(facts), facts.is_latin());
    let mut last = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !c.is_whitespace() {
            last = c;
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, c)) = chars.next_if(|(_, c)| c.is_whitespace()) {
            end = next + c.len_utf8();
        }
        let Some((_, next)) = chars.peek().copied() else { break };
        // The gap behind a dateline was typed, and those between names and other words divide them.
        let kept = at == authored && authored > 0
            || tail.is_some_and(|from| at >= from.saturating_sub(1))
            || head.as_ref().is_some_and(|part| part.contains(&at))
            || parts_words(text, at, end);
        if !kept && is_synthetic(last, next, spread, latin) {
            let why = Repair::SyntheticSpace;
            edits.push(Edit { span: Span::new(span.start + at as u32, span.start + end as u32), with: None, why });
        }
    }
}

/// Whether the gap from `at` to `end` has an ideographic space, which neither a program nor justification puts there, and words of
/// two characters and more on both sides: 县教育局　县公安局.
fn parts_words(text: &str, at: usize, end: usize) -> bool {
    let piece = |range: Range<usize>| text.get(range).unwrap_or_default();
    let (before, gap, behind) = (piece(0..at), piece(at..end), piece(end..text.len()));
    let is_typed = gap.contains('\u{3000}');
    is_typed
        && before.chars().rev().take(2).filter(|c| is_han(*c)).count() == 2
        && behind.chars().take(2).filter(|c| is_han(*c)).count() == 2
}

/// Justified by spaces between all characters.
fn is_spread(facts: &Facts) -> bool {
    let spaces = facts.text.chars().filter(|c| c.is_whitespace()).count();
    spaces >= 3 && spaces * 2 >= facts.chars
}

/// Whether no writer put the space between `last` and `next` on a line that may be `spread` by justification, or may be `latin`.
pub(super) fn is_synthetic(last: char, next: char, spread: bool, latin: bool) -> bool {
    // Korean is as wide, but its words are divided by spaces.
    let korean = |c: char| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}');
    // Dashes and quotation marks are the same in Latin lines, and stand beside blanks there; but no blank is inside of quotation marks.
    let inside = matches!(last, '“' | '‘') || matches!(next, '”' | '’');
    let cjk = |c: char| (is_wide(c) || is_mark(c) && (inside || !latin)) && !korean(c);
    match (cjk(last), cjk(next)) {
        (true, true) => true,
        (true, false) | (false, true) => {
            let other = if cjk(last) { next } else { last };
            other.is_ascii_digit() || other.is_ascii_punctuation() || other.is_alphabetic()
        }
        (false, false) => spread && last.is_alphanumeric() && next.is_alphanumeric() && (last.is_ascii_digit() && next.is_ascii_digit()),
    }
}

/// `王 强` → 王强, `■记 者` → ■记者: inside a name or a role, never between names.
fn padding(page: &Page, span: Span, edits: &mut Vec<Edit>) {
    let chars: Vec<(u32, char)> = page.chars(span).collect();
    let Some(credits) = people::read(&chars) else { return };
    let inside_name =
        |at: u32| credits.people.iter().any(|person| person.spans.windows(2).any(|pair| pair[0].end <= at && at < pair[1].start));
    for (index, (at, c)) in chars.iter().enumerate() {
        if !c.is_whitespace() {
            continue;
        }
        let before = chars.get(..index).unwrap_or_default().iter().rev().find(|(_, c)| !c.is_whitespace()).map(|(_, c)| *c);
        let after = chars.get(index..).unwrap_or_default().iter().find(|(_, c)| !c.is_whitespace()).map(|(_, c)| *c);
        let (Some(before), Some(after)) = (before, after) else { continue };
        let inside_role =
            matches!((before, after), ('记' | '記', '者') | ('摄' | '攝', '影') | ('通', '讯' | '訊') | ('讯' | '訊', '员' | '員'));
        if inside_name(*at) || (inside_role && is_han(before)) {
            edits.push(Edit { span: Span::new(*at, at + c.len_utf8() as u32), with: None, why: Repair::NamePadding });
        }
    }
}
