//! Spaces that no author wrote: gaps that extraction made beside digits, letter-spacing of justified lines, padding of names.

use pipeline::{Edit, Page, Repair, Span};

use crate::layout::{is_han, patterns};

/// The spaces of a line to leave out.
pub(super) fn synthetic(page: &Page, line: Span) -> Vec<Edit> {
    let characters: Vec<(u32, char)> = page.chars(line).collect();
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\u{a0}' | '\u{3000}');
    let text: String = characters.iter().map(|(_, c)| *c).collect();
    let dateline = patterns::dateline(&text).map_or(0, |found| found.chars().count());
    let spaces = characters.iter().filter(|(_, c)| is_space(*c)).count();
    let letters = characters.len() - spaces;
    // A justified line with a gap after every character says nothing with its gaps.
    let letter_spaced = letters >= 5 && spaces * 10 >= letters * 6;
    let mut edits = Vec::new();
    let mut padding = None;
    for (index, (at, c)) in characters.iter().enumerate().filter(|(_, (_, c))| is_space(*c)) {
        let before = index.checked_sub(1).and_then(|i| characters.get(i)).map_or(' ', |(_, c)| *c);
        let after = characters.get(index + 1).map_or(' ', |(_, c)| *c);
        if is_space(before) || is_space(after) || index == dateline && dateline > 0 {
            continue;
        }
        let wide = |c: char| is_han(c) || is_mark(c);
        let beside_digit = (wide(before) && after.is_ascii_digit())
            || (before.is_ascii_digit() && wide(after))
            || (is_mark(before) && wide(after))
            || (wide(before) && is_mark(after));
        let name = is_han(before) && is_han(after) && pads(&characters, index, padding);
        padding = if name { Some(index) } else { padding };
        let why = if name && !letter_spaced { Repair::NamePadding } else { Repair::SyntheticSpace };
        if beside_digit || name || letter_spaced && wide(before) && wide(after) {
            edits.push(Edit { span: Span::new(*at, at + c.len_utf8() as u32), with: None, why });
        }
    }
    edits
}

/// Whether the space at `index` pads a two-character word to three columns: `王 强`, `记 者`. The character before it stands alone,
/// and is not itself the second half of a padded word, whose space is at `last`.
fn pads(characters: &[(u32, char)], index: usize, last: Option<usize>) -> bool {
    let outside = index.checked_sub(2);
    let alone = outside.and_then(|at| characters.get(at)).is_none_or(|(_, c)| !is_han(*c) && !c.is_ascii_digit());
    alone && (outside.is_none() || outside != last)
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '（'
            | '）'
            | '《'
            | '》'
            | '「'
            | '」'
            | '『'
            | '』'
            | '％'
            | '%'
            | '—'
    )
}
