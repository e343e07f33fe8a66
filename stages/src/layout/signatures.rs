//! Authors who are named in other ways than the reporters of a paper: below letters to the editor, and in English.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::family_names::is_full_name;

/// The signature of a letter: where the writer lives, and the name.
static LETTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*[（(]?\p{Han}{1,8}[省市县区乡镇村州旗縣區鄉鎮]\s+(?:(?:读者|市民|居民|村民|讀者)\s*)?(?P<name>\p{Han}{2,4})[）)]?\s*$")
        .expect("the pattern is valid")
});

/// The name in the signature of a letter, in bytes.
pub(crate) fn letter_writer(text: &str) -> Option<Range<usize>> {
    let name = LETTER.captures(text)?.name("name")?;
    is_full_name(name.as_str()).then(|| name.range())
}

/// The names in an English byline, in bytes: By Lin Kexin and Zhang San.
pub(crate) fn english_authors(text: &str) -> Option<Vec<Range<usize>>> {
    let line = text.trim();
    let names = line.strip_prefix("By ").or_else(|| line.strip_prefix("BY "))?;
    if line.len() > LONGEST {
        return None;
    }
    let start = text.len() - text.trim_start().len() + line.len() - names.len();
    let mut out = Vec::new();
    let mut at = 0;
    for part in names.split_inclusive([',', '&']).flat_map(|part| part.split_inclusive(" and ")) {
        let name = part.trim_end_matches(" and ").trim_end_matches([',', '&']).trim();
        let words: Vec<&str> = name.split(' ').collect();
        let capital = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '-' | '\''))
        };
        if !(2..=4).contains(&words.len()) || !words.iter().all(capital) {
            return None;
        }
        let from = start + at + part.find(name)?;
        out.push(from..from + name.len());
        at += part.len();
    }
    (!out.is_empty()).then_some(out)
}

/// More characters than this are no byline.
const LONGEST: usize = 100;
