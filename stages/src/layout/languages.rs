//! Texts in two languages: what is printed below a text in another language is another text, and no headline is of one.

use super::facts::Facts;
use super::marks::Must;
use super::width::is_han;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Chinese,
    English,
}

/// Lines of English in a row that are a text of its own; fewer may be quoted.
const ENGLISH: usize = 6;
/// Lines of Chinese in a row that are none of the names and titles beside an English text.
const CHINESE: usize = 2;
/// Fewest ideographs on a line that is Chinese.
const IDEOGRAPHS: usize = 4;

/// Parts texts from those in another language right above them.
pub(super) fn part(lines: &mut [Facts]) {
    let languages: Vec<Option<Language>> = lines.iter().map(language).collect();
    let runs: Vec<&[Option<Language>]> = languages.chunk_by(|a, b| a == b).collect();
    let is_text = |run: &[Option<Language>]| match run.first() {
        Some(Some(Language::Chinese)) => run.len() >= CHINESE,
        Some(Some(Language::English)) => run.len() >= ENGLISH,
        _ => false,
    };
    let mut at = 0;
    for pair in runs.windows(2) {
        at += pair[0].len();
        let line = &mut lines[at];
        if is_text(pair[0]) && is_text(pair[1]) && line.must.is_none() {
            line.must = Some(Must::Another);
        }
    }
}

/// Letters of an English headline; a Chinese one may be a foreign name.
const LETTERS: usize = 12;
/// Lines of a text that tell its language.
const OPENING: usize = 3;

/// Whether of a headline on the lines `head` and a `text` one is English and the other is not.
pub(crate) fn differ(head: &[Facts], text: &[Facts]) -> bool {
    let has_han = |lines: &[Facts]| lines.iter().any(|line| line.text.chars().any(is_han));
    let is_english = |lines: &[Facts]| !has_han(lines) && lines.iter().any(|line| line.chars >= LETTERS && line.is_spaced());
    let opening = text.get(..text.len().min(OPENING)).unwrap_or_default();
    if has_han(opening) { is_english(head) } else { is_english(opening) && has_han(head) }
}

/// The language of a line that may be one of a text.
fn language(line: &Facts) -> Option<Language> {
    let ideographs = line.text.chars().filter(|c| is_han(*c)).take(IDEOGRAPHS).count();
    match ideographs {
        _ if line.fixed.is_some() => None,
        0 => line.text.contains(|c: char| c.is_ascii_alphabetic()).then_some(Language::English),
        IDEOGRAPHS => Some(Language::Chinese),
        _ => None,
    }
}
