//! The names of people: where one begins and ends.
//!
//! What says that somebody is named is [`super::people`]'s; here it is only asked how far the name goes, and rather nothing is
//! answered than the wrong thing.

use super::chars::{Chars, is_ordinary, is_word};
use super::lists::{NAME, TITLE};
use crate::layout::family_names::is_surname;
use crate::layout::pairs;
use crate::layout::width::is_han;

/// How well a name may end before what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// It may go on.
    Unclear,
    /// A word of the language begins.
    Word,
    /// A short word that often follows names.
    Short,
    /// A mark, or a longer word that follows names.
    Sure,
}

fn end_at(chars: &Chars<'_>, end: usize) -> End {
    match chars.get(end) {
        None => End::Sure,
        Some('·' | '•') => End::Unclear,
        Some(c) if !is_han(c) => End::Sure,
        Some(_) => match NAME.follows.at_start(chars, end) {
            Some(1) => End::Short,
            Some(_) => End::Sure,
            None if chars.longest_word(end) >= 2 => End::Word,
            None => End::Unclear,
        },
    }
}

/// How many characters the family name has that begins at `at`.
fn surname(chars: &Chars<'_>, at: usize) -> Option<usize> {
    [2, 1].into_iter().find(|len| at + len <= chars.len() && is_surname(chars.range(at, at + len).iter().copied()))
}

/// Where the name ends that begins at `at`, behind a title or a name in a list.
pub(super) fn end_of(chars: &Chars<'_>, at: usize) -> Option<usize> {
    if let Some(len) = NAME.known.at_start(chars, at) {
        return Some(at + len);
    }
    if let Some(end) = foreign(chars, at) {
        return Some(end);
    }
    let sounds = (at..at + LONGEST_SOUNDS).take_while(|at| chars.get(*at).is_some_and(|c| NAME.sounds.contains(&c))).count();
    if sounds >= 4 && end_at(chars, at + sounds) >= if sounds > 4 { End::Word } else { End::Short } {
        return Some(at + sounds);
    }
    if chars.get(at).is_some_and(|c| NAME.joins.contains(&c)) {
        return None;
    }
    if NAME.not.at_start(chars, at).is_some() {
        return None;
    }
    let family = surname(chars, at)?;
    let hardly = family == 1 && chars.get(at).is_some_and(|c| NAME.hardly.contains(&c));
    let ends = |given: usize| {
        let end = at + family + given;
        let name = chars.range(at, end);
        let own = chars.range(at + family, end);
        let fits = name.len() == family + given
            && own.iter().all(|c| is_han(*c) && !NAME.never.contains(c))
            && !is_ordinary(name)
            && !TITLE.all.contains(name);
        // 代表|时|强调 is nobody, 张建国 is somebody.
        let verb = given == 2 && is_ordinary(own) && (hardly || !own.iter().all(|c| NAME.given.contains(c)));
        let fits = fits && !verb;
        fits.then(|| (end, end_at(chars, end)))
    };
    let usual = |end: usize| chars.range(at + family, end).iter().all(|c| NAME.given.contains(c));
    let some_usual = |end: usize| chars.range(at + family, end).iter().any(|c| NAME.given.contains(c));
    let (short, long) = (ends(1).filter(|(end, _)| !hardly || usual(*end)), ends(2).filter(|(end, _)| !hardly || some_usual(*end)));
    let chosen = match (short, long) {
        (Some((short, s)), Some((long, l))) if s >= End::Short && l >= End::Short => {
            // 王强说明 and 王强明: the longer name is the commoner one, if its last character is one of names.
            let last = chars.range(long - 1, long).iter().all(|c| NAME.given.contains(c));
            match (l, s, last) {
                (End::Sure, _, _) | (_, End::Short, true) => Some(long),
                (_, End::Sure, _) => Some(short),
                _ => None,
            }
        }
        // 陈鹏|忘不了
        (Some((_, End::Word)), Some((long, l))) if l == End::Short && !chars.before(long).is_some_and(|c| NAME.given.contains(&c)) => None,
        (_, Some((long, l))) if l >= End::Short => Some(long),
        (Some((short, s)), None) if s >= End::Short => Some(short),
        (Some((short, End::Sure)), Some((_, End::Unclear | End::Word))) => Some(short),
        (Some((short, End::Short)), Some((_, End::Unclear))) if usual(short) => Some(short),
        (short, Some((long, End::Word))) if short.is_none_or(|(_, s)| s <= End::Word) => {
            let seam = chars.get(long).zip(chars.before(long)).map_or(0, |(next, last)| pairs::strength(last, next));
            (usual(long) && seam < pairs::USUAL && !begins_word(chars, at)).then_some(long)
        }
        _ => None,
    }?;
    // Inside words there are no names: 高度重视.
    (!begins_word(chars, at) || usual(chosen) && end_at(chars, chosen) == End::Sure && chosen - at > 2).then_some(chosen)
}

fn begins_word(chars: &Chars<'_>, at: usize) -> bool {
    chars.longest_word(at) >= 2
}

/// Most characters of a foreign name without a dot: 施泰因迈尔.
const LONGEST_SOUNDS: usize = 8;

/// A name in parts, 阿依古丽·买买提.
fn foreign(chars: &Chars<'_>, at: usize) -> Option<usize> {
    let of_name = |at: usize| chars.is_han(at) && !chars.get(at).is_some_and(|c| NAME.never.contains(&c));
    let part = |from: usize| (1..=6).take_while(|len| of_name(from + len - 1)).max();
    let dot = |at: usize| matches!(chars.get(at), Some('·' | '•'));
    let first = part(at)?;
    let titled = || (at..at + first).any(|at| TITLE.all.at_start(chars, at).is_some());
    if !dot(at + first) || titled() {
        return None;
    }
    let mut from = at + first + 1;
    for _ in 0..4 {
        let longest = part(from)?;
        if dot(from + longest) {
            from += longest + 1;
            continue;
        }
        let sounds = (from..from + longest).take_while(|at| chars.get(*at).is_some_and(|c| NAME.sounds.contains(&c))).count();
        let by_sound = (1..=sounds).rev().map(|len| from + len).find(|end| end_at(chars, *end) >= End::Word);
        if by_sound.is_some() {
            return by_sound;
        }
        let end = (1..=longest).map(|len| from + len).find(|end| end - from >= 2 && end_at(chars, *end) >= End::Short);
        return end.or_else(|| (end_at(chars, from + longest) == End::Sure).then_some(from + longest));
    }
    None
}

/// Where the name begins that ends at `end` before a title or a word of speaking, with nothing before it that could be of it.
pub(super) fn start_of(chars: &Chars<'_>, end: usize) -> Option<usize> {
    if let Some(len) = NAME.known.at_end(chars, end) {
        return Some(end - len);
    }
    [3, 2, 4].into_iter().find_map(|len| {
        let start = end.checked_sub(len)?;
        let family = surname(chars, start).filter(|_| !chars.get(start).is_some_and(|c| NAME.joins.contains(&c)))?;
        let own = chars.range(start + family, end);
        let shape = (1..=2).contains(&own.len()) && own.iter().all(|c| NAME.given.contains(c) && !NAME.never.contains(c));
        let name = chars.range(start, end);
        let foreign = matches!(chars.before(start), Some('·' | '•' | '—' | '-'));
        let clear = !foreign && (start == 0 || !chars.is_han(start - 1) || NAME.leads.at_end(chars, start).is_some());
        let word = is_ordinary(name) || begins_word(chars, start) || NAME.not.at_start(chars, start).is_some();
        let hardly = chars.get(start).is_some_and(|c| NAME.hardly.contains(&c)) && len == 2;
        (shape && clear && !word && !hardly && !is_ordinary(own)).then_some(start)
    })
}

/// Whether a name of two characters that is known really stands at `at`, and is no part of a word: 何健 in 如何健身.
pub(super) fn stands_at(chars: &Chars<'_>, at: usize, end: usize) -> bool {
    if end - at > 2 {
        return true;
    }
    let word_before = at > 0 && is_word(chars.range(at - 1, at + 1));
    !word_before && (end_at(chars, end) >= End::Short || chars.longest_word(end - 1) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        let chars = Chars::new(text);
        end_of(&chars, 0).map(|end| chars.slice(0, end).to_owned())
    }

    #[test]
    fn names_end_where_other_words_begin() {
        for (text, expected) in [
            ("谢文柏主持会议", "谢文柏"),
            ("洪波说，今年不错", "洪波"),
            ("洪波、谢文柏", "洪波"),
            ("谢文柏", "谢文柏"),
            ("欧阳明介绍", "欧阳明"),
            ("司徒静怡带队", "司徒静怡"),
            ("阿依古丽·买买提说", "阿依古丽·买买提"),
            ("洪波和谢文柏来到", "洪波"),
            ("毛亚萍等出席", "毛亚萍"),
        ] {
            assert_eq!(name(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_are_no_names() {
        for text in
            ["高度重视", "任务重", "方面的工作", "时间紧", "相关负责人", "金融工作", "都说好", "于今年", "周边群众", "黄金时期", "项目部"]
        {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
