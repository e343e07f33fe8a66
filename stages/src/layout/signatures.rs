//! Authors who are named in other ways than the reporters of a paper: below letters to the editor, and in English.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::family_names::is_full_name;
use super::patterns::pattern;

/// The signature of a letter: where the writer lives, and the name.
static LETTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*[（(]?\p{Han}{1,8}[省市县区乡镇村州旗縣區鄉鎮]\s+(?:(?:读者|市民|居民|村民|讀者)\s*|\p{Han}{2,5}\s+)?(?P<name>\p{Han}{2,4})[）)]?\s*$",
    )
});

/// The name in the signature of a letter, in bytes.
pub(crate) fn letter_writer(text: &str) -> Option<Range<usize>> {
    // Nearly every line with a space fails here.
    let place = text.trim_start().split(char::is_whitespace).next()?;
    if !place.ends_with(['省', '市', '县', '区', '乡', '镇', '村', '州', '旗', '縣', '區', '鄉', '鎮']) {
        return None;
    }
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
        let part_at = start + at;
        at += part.len();
        let name = part.trim().trim_end_matches([',', '&']).trim_end_matches(" and").trim();
        // What somebody is at the paper follows the name.
        let is_role = ROLES.iter().any(|role| name.to_lowercase().ends_with(role));
        if name.is_empty() || name == "and" || is_role {
            continue;
        }
        let words: Vec<&str> = name.split(' ').collect();
        let capital =
            |word: &&str| word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\''));
        if !(2..=4).contains(&words.len()) || !words.iter().all(capital) {
            return None;
        }
        let from = part_at + part.find(name)?;
        out.push(from..from + name.len());
    }
    (!out.is_empty()).then_some(out)
}

/// What follows the name of an English author.
const ROLES: [&str; 6] = ["reporter", "writer", "correspondent", "editor", "columnist", "staff"];

/// More characters than this are no byline.
const LONGEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_bylines_name_their_authors() {
        let names = |text: &'static str| {
            english_authors(text).map(|names| names.into_iter().map(|name| text.get(name).unwrap()).collect::<Vec<_>>())
        };
        assert_eq!(names("By Lin Kexin, Zhang San, and Wang Wu"), Some(vec!["Lin Kexin", "Zhang San", "Wang Wu"]));
        assert_eq!(names("By José Pérez & Wang Wu"), Some(vec!["José Pérez", "Wang Wu"]));
        assert_eq!(names("By LIN KEXIN, Staff Reporter"), Some(vec!["LIN KEXIN"]));
        assert_eq!(names("By the river"), None);
        assert_eq!(names("By Lin"), None);
    }

    #[test]
    fn letters_end_with_a_place_and_a_name() {
        let name = |text: &'static str| letter_writer(text).map(|name| text.get(name).unwrap());
        assert_eq!(name("（青溪县 读者 陶大年）"), Some("陶大年"));
        assert_eq!(name("青溪县 退休教师 陶大年"), Some("陶大年"));
        assert_eq!(name("建设美丽乡村 安居乐业"), None, "a headline");
    }
}
