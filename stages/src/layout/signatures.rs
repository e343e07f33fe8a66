//! Authors who are named in other ways than the reporters of a paper: below letters to the editor, with the place where they work, and
//! in English.

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

/// The name, in bytes, before a bracket that says what an author is, and which may stand alone on its line: 谢文柏（作者单位：青溪县第一中学）
pub(crate) fn author_and_office(text: &str) -> Option<Range<usize>> {
    const SAYS: [&str; 9] = ["作者单位", "作者單位", "作者系", "作者係", "作者为", "作者為", "作者是", "作者：", "作者均"];
    let (name, inside) = text.trim_end().strip_suffix(['）', ')'])?.split_once(['（', '('])?;
    let start = name.len() - name.trim_start().len();
    let name = name.trim();
    let is_office = SAYS.iter().any(|begin| inside.trim_start().starts_with(begin)) && !inside.contains(['（', '(', '。']);
    (is_office && (name.is_empty() || is_full_name(name))).then(|| start..start + name.len())
}

/// Whether an English byline may begin with `c`.
pub(super) fn begins_english(c: char) -> bool {
    matches!(c, 'B' | '—' | '–')
}

/// The names in an English byline, in bytes: By Lin Kexin and Zhang San in Hong Kong; or the one that signs a text: — LIN KEXIN.
pub(crate) fn english_authors(text: &str) -> Option<Vec<Range<usize>>> {
    let line = text.trim();
    if line.len() > LONGEST {
        return None;
    }
    if let Some(names) = line.strip_prefix("By ").or_else(|| line.strip_prefix("BY ")) {
        let names = [" in ", " IN "].iter().find_map(|place| names.split_once(place)).map_or(names, |(names, _)| names);
        return english_names(text, names);
    }
    let name = line.strip_prefix(['—', '–'])?.trim_start_matches(['—', '–', ' ']);
    let is_signed = name.split(' ').count() <= SIGNED;
    if is_signed { english_names(text, name) } else { None }
}

/// Most words of a name that signs a text.
const SIGNED: usize = 3;

/// Each name in the part `names` of `text`, where nothing but names and offices stand in it.
fn english_names(text: &str, names: &str) -> Option<Vec<Range<usize>>> {
    let is_between = |c: char| matches!(c, ',' | '&' | ' ');
    let mut out = Vec::new();
    for part in names.split([',', '&']).flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" AND ")) {
        let part = part.trim_matches(is_between);
        let part = part.strip_prefix("and ").unwrap_or(part);
        // What somebody is at the paper follows the name.
        let is_office = |word: &&str| OFFICES.contains(&word.to_lowercase().as_str());
        let words: Vec<&str> = part.split(' ').collect();
        let words = words.get(..words.iter().position(is_office).unwrap_or(words.len())).unwrap_or_default();
        let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
        if first.is_empty() {
            continue;
        }
        if !(2..=4).contains(&words.len()) || !words.iter().all(|word| is_name_word(word)) {
            return None;
        }
        let at = |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
        out.push(at(first)..at(last) + last.len());
    }
    (!out.is_empty()).then_some(out)
}

/// A capital, and letters.
fn is_name_word(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
}

/// What follows the name of an English author.
const OFFICES: [&str; 10] =
    ["reporter", "reporters", "writer", "writers", "correspondent", "correspondents", "editor", "columnist", "staff", "special"];

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
        assert_eq!(names("BY LIN KEXIN AND ZHANG SAN Staff Reporters"), Some(vec!["LIN KEXIN", "ZHANG SAN"]));
        assert_eq!(names("By Lin Kexin in Hong Kong"), Some(vec!["Lin Kexin"]));
        assert_eq!(names("By Ruth O’Neill"), Some(vec!["Ruth O’Neill"]));
        assert_eq!(names("— LIN KEXIN"), Some(vec!["LIN KEXIN"]));
        assert_eq!(names("By the river"), None);
        assert_eq!(names("From Rural China in Pictures"), None, "a headline");
        assert_eq!(names("— the river"), None);
        assert_eq!(names("— But Nobody Came Back"), None);
        assert_eq!(names("By Lin"), None);
    }

    #[test]
    fn authors_say_what_they_are() {
        let name = |text: &'static str| author_and_office(text).map(|name| text.get(name).unwrap());
        assert_eq!(name("谢文柏（作者单位：青溪县第一中学）"), Some("谢文柏"));
        assert_eq!(name(" 谢文柏 (作者系青溪县作协会员)"), Some("谢文柏"));
        assert_eq!(name("（作者单位：青溪县中医院）"), Some(""));
        assert_eq!(name("下雪了。（作者单位：青溪县中医院）"), None, "the end of a text");
        assert_eq!(name("谢文柏（青溪县作协）"), None);
        assert_eq!(name("谢文柏（作者请与本报联系）"), None);
    }

    #[test]
    fn letters_end_with_a_place_and_a_name() {
        let name = |text: &'static str| letter_writer(text).map(|name| text.get(name).unwrap());
        assert_eq!(name("（青溪县 读者 陶大年）"), Some("陶大年"));
        assert_eq!(name("青溪县 退休教师 陶大年"), Some("陶大年"));
        assert_eq!(name("建设美丽乡村 安居乐业"), None, "a headline");
    }
}
