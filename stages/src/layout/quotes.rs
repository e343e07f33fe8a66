//! Pull quotes: a sentence of an article that is printed a second time, large, in the middle of its text. One that breaks off a
//! sentence stands apart; one between two paragraphs is a heading inside the article, as some subheads are quotations, too.

use std::ops::Range;

use super::facts::Facts;
use super::grammar::Fixed;
use super::marks::Must;

/// Fewest characters of a pull quote.
const SHORTEST: usize = 10;
/// Most characters on a line of one.
const LONGEST: usize = 40;
/// Most lines of one.
const LINES: usize = 5;
/// Most lines between a pull quote and the sentence it repeats.
const FAR: usize = 40;

/// Marks the lines of pull quotes.
pub(super) fn find(lines: &mut [Facts]) {
    let signed = lines.iter().filter(|line| line.dateline || line.fixed == Some(Fixed::Byline)).take(2).count() == 2;
    let mut start = 0;
    while start < lines.len() {
        let end = end_of_quote(lines, start);
        let found = end.filter(|end| interrupts(lines, start, *end, signed) && is_repeated(lines, start, *end));
        if let Some(end) = sentence(lines, start).filter(|end| found.is_none_or(|found| found < *end)) {
            lines[start..end].iter_mut().for_each(|line| line.fixed = Some(Fixed::PullQuote));
            start = end;
            continue;
        }
        if let Some(end) = found {
            let broken_off = !lines[start - 1].stops();
            for line in &mut lines[start..end] {
                if broken_off {
                    line.fixed = Some(Fixed::PullQuote);
                } else {
                    line.must = Some(Must::Subhead);
                }
            }
            // The article goes on behind it.
            lines[end].must = Some(if broken_off { Must::Resume } else { Must::Start });
        }
        start = found.unwrap_or(start + 1);
    }
}

/// The line behind a block that opens and closes with quotation marks.
fn end_of_quote(lines: &[Facts], start: usize) -> Option<usize> {
    let quoted = |line: &Facts| line.fixed.is_none() && line.must.is_none() && line.chars <= LONGEST;
    if !matches!(lines[start].first, '“' | '「' | '『') || !lines[start].blank || !quoted(&lines[start]) {
        return None;
    }
    let block = lines.get(start..lines.len().min(start + LINES)).unwrap_or_default();
    let last = block.iter().position(|line| matches!(line.last, '”' | '」' | '』'))?;
    let whole = block.iter().take(last + 1).skip(1).all(|line| quoted(line) && !line.blank);
    let parted = lines.get(start + last + 1).is_some_and(|next| next.blank);
    (whole && parted).then_some(start + last + 1)
}

/// Whether text stands before and behind it: broken off, or on a page that signs its articles, which this one would be.
fn interrupts(lines: &[Facts], start: usize, end: usize, signed: bool) -> bool {
    let Some((before, next)) = start.checked_sub(1).map(|before| &lines[before]).zip(lines.get(end)) else { return false };
    let text = before.fixed.is_none() && next.fixed.is_none() && !next.dateline;
    let broken_off = !before.stops() && before.chars >= 4 && next.chars > 0 && next.full_stop;
    // One line may as well be a subhead, and between two columns of unlike measure it is a headline.
    let longest = |range: Range<usize>| {
        lines.get(range.start..range.end.min(lines.len())).unwrap_or_default().iter().map(|line| line.chars).max().unwrap_or(0)
    };
    let same_column = longest(start.saturating_sub(6)..start).abs_diff(longest(end..end + 6)) <= 1;
    text && (broken_off || signed && before.full_stop && end - start >= 2 && same_column)
}

/// Fewest characters of a sentence that no headline says word for word.
const SENTENCE: usize = 15;
/// A block differs by so many characters at least from the column in which its sentence stands.
const OTHER_MEASURE: usize = 3;

/// The line behind a block, from line `start` on, that is set in another measure than the text around it and says one of its sentences
/// word for word, with quotation marks or without.
fn sentence(lines: &[Facts], start: usize) -> Option<usize> {
    let is_free = |line: &Facts| line.fixed.is_none() && !line.dateline && line.chars <= LONGEST;
    let before = start.checked_sub(1).map(|before| &lines[before])?;
    if !lines[start].blank || before.fixed.is_some() {
        return None;
    }
    let block = lines.get(start..lines.len().min(start + LINES)).unwrap_or_default();
    let free = block.iter().take_while(|line| is_free(line)).count();
    let column = lines[start.saturating_sub(COLUMN)..start].iter().map(|line| line.chars).max()?;
    let longest = |end: usize| lines[start..end].iter().map(|line| line.chars).max().unwrap_or(0);
    (start + 1..=start + free).rev().filter(|end| lines.get(*end).is_none_or(|next| next.blank)).find(|end| {
        let count: usize = lines[start..*end].iter().map(|line| line.chars).sum();
        count >= SENTENCE && longest(*end).abs_diff(column) >= OTHER_MEASURE && is_sentence_nearby(lines, start, *end)
    })
}

/// Lines that show how wide a column is.
const COLUMN: usize = 6;

/// Whether what the block says is said in the text nearby, too: where the block breaks off a sentence, between any marks, elsewhere as
/// a whole sentence with several clauses, as no headline is.
fn is_sentence_nearby(lines: &[Facts], start: usize, end: usize) -> bool {
    let quote = words(lines, start..end);
    let quote = quote.trim_matches(is_around_quote);
    // A line alone may be another of the headline.
    let breaks_off = !lines[start - 1].stops() && !lines[start - 1].blank;
    let ends_sentence = |c: char| matches!(c, '。' | '！' | '？' | '“' | '”' | '…');
    let ends = |c: char| ends_sentence(c) || breaks_off && matches!(c, '；' | '：' | '，' | '‘' | '’' | '—');
    let is_whole = |text: &str| {
        let around: Vec<&str> = text.split(quote).collect();
        let parted = |pair: &[&str]| pair[0].chars().next_back().is_none_or(ends) && pair[1].chars().next().is_none_or(ends);
        around.windows(2).any(parted)
    };
    if quote.chars().count() < SENTENCE || !breaks_off && !quote.contains('，') {
        return false;
    }
    // The block may stand in the middle of the sentence that it repeats.
    is_whole(&(words(lines, start.saturating_sub(FAR)..start) + &words(lines, end..lines.len().min(end + FAR))))
}

/// The words of `lines`, without white space.
fn words(lines: &[Facts], range: Range<usize>) -> String {
    let lines = lines.get(range).unwrap_or_default();
    let mut words = String::with_capacity(lines.iter().map(|line| line.text.len()).sum());
    for line in lines {
        words.extend(line.text.split_whitespace());
    }
    words
}

fn is_around_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '「' | '」' | '『' | '』' | '。' | '！' | '？')
}

/// Whether the words between the marks are said in the text nearby, too.
fn is_repeated(lines: &[Facts], start: usize, end: usize) -> bool {
    let quote = words(lines, start..end);
    let quote = quote.trim_matches(is_around_quote);
    if quote.chars().count() < SHORTEST {
        return false;
    }
    words(lines, start.saturating_sub(FAR)..start).contains(quote) || words(lines, end..lines.len().min(end + FAR)).contains(quote)
}
