//! Authors who are named in other ways than the reporters of a paper: below letters to the editor, with the place where they work, and
//! in English.

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

/// The name in the signature of a letter.
pub(crate) fn letter_writer(text: &str) -> Option<&str> {
    // Nearly every line with a space fails here.
    let place = text.trim_start().split(char::is_whitespace).next()?;
    if !place.ends_with(['省', '市', '县', '区', '乡', '镇', '村', '州', '旗', '縣', '區', '鄉', '鎮']) {
        return None;
    }
    Some(LETTER.captures(text)?.name("name")?.as_str()).filter(|name| is_full_name(name))
}

/// The author before a bracket that says what he is, 谢文柏（作者单位：青溪县第一中学）; nobody where the bracket stands alone.
pub(crate) fn author_and_office(text: &str) -> Option<Vec<&str>> {
    const SAYS: [&str; 9] = ["作者单位", "作者單位", "作者系", "作者係", "作者为", "作者為", "作者是", "作者：", "作者均"];
    let (name, inside) = text.trim_end().strip_suffix(['）', ')'])?.split_once(['（', '('])?;
    let name = name.trim();
    let is_office = SAYS.iter().any(|begin| inside.trim_start().starts_with(begin)) && !inside.contains(['（', '(', '。']);
    if !is_office {
        return None;
    }
    if name.is_empty() { Some(Vec::new()) } else { is_full_name(name).then(|| vec![name]) }
}

/// Whether [`english_authors`] may find somebody in a line that begins with `c`.
pub(super) fn begins_english(c: char) -> bool {
    matches!(c, 'B' | '—' | '–')
}

/// The authors in an English byline, By Lin Kexin and Zhang San in Hong Kong; or who signs a text: — LIN KEXIN.
pub(crate) fn english_authors(text: &str) -> Option<Vec<&str>> {
    let line = text.trim();
    if line.len() > LONGEST {
        return None;
    }
    if let Some(names) = line.strip_prefix("By ").or_else(|| line.strip_prefix("BY ")) {
        let names = [" in ", " IN "].iter().find_map(|place| names.split_once(place)).map_or(names, |(names, _)| names);
        return english_names(names);
    }
    let name = line.strip_prefix(['—', '–'])?.trim_start_matches(['—', '–', ' ']);
    if name.split(' ').count() > SIGNED { None } else { english_names(name) }
}

/// Most words of a name that signs a text.
const SIGNED: usize = 3;

/// Each name in `names`, where nothing but names and offices stand in it.
fn english_names(names: &str) -> Option<Vec<&str>> {
    let mut out = Vec::new();
    for (place, part) in names.split([',', '&']).enumerate() {
        let pieces = part.split(" and ").flat_map(|piece| piece.split(" AND ")).map(str::trim).filter(|piece| !piece.is_empty());
        let pieces: Vec<&str> = pieces.collect();
        // What somebody is at the paper follows the name behind a comma, or right behind it.
        if place > 0 && matches!(pieces[..], [office] if is_office(office)) {
            continue;
        }
        let names = pieces.into_iter().map(before_office).filter(|name| !name.is_empty());
        for name in names {
            if !(2..=4).contains(&name.split(' ').count()) || !name.split(' ').all(is_name_word) {
                return None;
            }
            out.push(name);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Whether `part` ends with a word for what somebody is at the paper: Sub-Editor, Qingxi Daily staff.
fn is_office(part: &str) -> bool {
    let part = part.to_lowercase();
    OFFICES.iter().any(|office| part.ends_with(office))
}

/// What of `piece` stands before such a word.
fn before_office(piece: &str) -> &str {
    let is_name = |word: &&str| !OFFICES.contains(&word.trim_end().to_lowercase().as_str());
    let length = piece.split_inclusive(' ').take_while(is_name).map(str::len).sum();
    piece.get(..length).unwrap_or_default().trim_end()
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
        let names = english_authors;
        assert_eq!(names("By Lin Kexin, Zhang San, and Wang Wu"), Some(vec!["Lin Kexin", "Zhang San", "Wang Wu"]));
        assert_eq!(names("By José Pérez & Wang Wu"), Some(vec!["José Pérez", "Wang Wu"]));
        assert_eq!(names("By LIN KEXIN, Staff Reporter"), Some(vec!["LIN KEXIN"]));
        assert_eq!(names("By Lin Kexin, Senior Staff Writer"), Some(vec!["Lin Kexin"]));
        assert_eq!(names("By Lin Kexin, Qingxi Daily staff"), Some(vec!["Lin Kexin"]));
        assert_eq!(names("By Lin Kexin, Sub-Editor, and Zhang San"), Some(vec!["Lin Kexin", "Zhang San"]));
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
        let name = |text: &'static str| author_and_office(text).map(|names| names.first().copied().unwrap_or_default());
        assert_eq!(name("谢文柏（作者单位：青溪县第一中学）"), Some("谢文柏"));
        assert_eq!(name(" 谢文柏 (作者系青溪县作协会员)"), Some("谢文柏"));
        assert_eq!(name("（作者单位：青溪县中医院）"), Some(""));
        assert_eq!(name("下雪了。（作者单位：青溪县中医院）"), None, "the end of a text");
        assert_eq!(name("谢文柏（青溪县作协）"), None);
        assert_eq!(name("谢文柏（作者请与本报联系）"), None);
    }

    #[test]
    fn letters_end_with_a_place_and_a_name() {
        let name = letter_writer;
        assert_eq!(name("（青溪县 读者 陶大年）"), Some("陶大年"));
        assert_eq!(name("青溪县 退休教师 陶大年"), Some("陶大年"));
        assert_eq!(name("建设美丽乡村 安居乐业"), None, "a headline");
    }
}
