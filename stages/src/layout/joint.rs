//! What stands where two lines of one paragraph meet.

use pipeline::Glue;

use super::facts::Facts;
use super::width::{is_mark, is_wide};

/// How line `above` is glued to line `below`, hyphens apart.
pub(crate) fn glue_lines(above: &Facts, below: &Facts) -> Glue {
    let may_differ = |c: char| is_mark(c) && !is_wide(c) || c == '–';
    if !(may_differ(above.last) || may_differ(below.first)) || !above.is_latin() || !below.is_latin() {
        return glue(above.last, below.first);
    }
    // Dashes stand as they do on their line: with a blank on the other side or without.
    let is_dash = |c: char| matches!(c, '—' | '–');
    let is_set_off = |beside: Option<char>| beside.is_some_and(char::is_whitespace);
    match (above.last, below.first) {
        (last, _) if is_dash(last) && is_set_off(above.text.trim_end().chars().rev().nth(1)) => Glue::Space,
        (_, first) if is_dash(first) && is_set_off(below.text.trim_start().chars().nth(1)) => Glue::Space,
        ('“' | '‘' | '—', _) | (_, '”' | '’' | '—') => Glue::Join,
        ('”' | '’' | '…', _) | (_, '“' | '‘' | '…') => Glue::Space,
        (last, first) => glue(last, first),
    }
}

/// How a line that ends in `last` is glued to one that begins with `first`, hyphens apart; dashes and quotation marks as in Chinese.
pub(crate) fn glue(last: char, first: char) -> Glue {
    let tight = |c: char| is_wide(c) || is_mark(c);
    if tight(last) || tight(first) || last.is_ascii_digit() && first.is_ascii_digit() {
        return Glue::Join;
    }
    if matches!(last, '-' | '–' | '/' | '@' | '_' | '(' | '[' | '"') && first.is_alphanumeric() && last != '"' {
        return Glue::Join;
    }
    Glue::Space
}

/// What becomes of a hyphen at a line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hyphen {
    /// It only divided a word: leave it out.
    Drop,
    /// It belongs to the word or number.
    Keep,
}

/// Beginnings of words that keep their hyphen when the other half is a word of its own.
const FIRST_HALVES: &[&str] = &[
    "well", "self", "non", "half", "long", "short", "high", "low", "so", "two", "three", "four", "five", "six", "first", "second", "third",
    "full", "part", "old", "new", "mid", "ex", "anti", "pro", "co", "e", "all", "cross", "multi", "vice", "hard", "world", "state", "ill",
    "best", "better", "left", "right", "one", "post", "pre", "semi", "much", "ever", "day", "year", "open", "free", "far", "off", "on",
    "up",
];

/// Word endings: a second half made of one of them is no word of its own.
const ENDINGS: &[&str] =
    &["ment", "ments", "tion", "tions", "ing", "ed", "er", "ers", "ness", "ly", "ity", "able", "ible", "al", "ous", "ive", "ence", "ance"];

/// Judges the hyphen between `before` (the letters in front of it) and `after` (the letters on the next line).
pub(crate) fn hyphen(before: &str, after: &str) -> Hyphen {
    let Some(next) = after.chars().next() else { return Hyphen::Keep };
    let letters = !before.is_empty() && before.chars().all(char::is_alphabetic);
    // Numbers, capitals and chains of hyphens are never divided words: 2018-2020, non-GAAP.
    if !letters || !next.is_lowercase() {
        return Hyphen::Keep;
    }
    let word = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let compound = FIRST_HALVES.contains(&before.to_lowercase().as_str()) && !ENDINGS.contains(&word);
    if compound { Hyphen::Keep } else { Hyphen::Drop }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_joins_and_latin_words_take_a_space() {
        assert_eq!(glue('会', '议'), Glue::Join);
        assert_eq!(glue('会', 'A'), Glue::Join);
        assert_eq!(glue('7', '月'), Glue::Join);
        assert_eq!(glue('1', '9'), Glue::Join);
        assert_eq!(glue('s', 'a'), Glue::Space);
        assert_eq!(glue('.', 'T'), Glue::Space);
    }

    #[test]
    fn hyphens_go_where_they_only_divided_a_word() {
        assert_eq!(hyphen("state", "ment of"), Hyphen::Drop);
        assert_eq!(hyphen("govern", "ment"), Hyphen::Drop);
        assert_eq!(hyphen("well", "known"), Hyphen::Keep);
        assert_eq!(hyphen("2018", "2020"), Hyphen::Keep);
        assert_eq!(hyphen("non", "GAAP"), Hyphen::Keep);
    }
}
