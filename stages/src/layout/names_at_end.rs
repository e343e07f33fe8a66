//! Names that stand at the end of a text, behind its last sentence or in a bracket: …喜获丰收。（王强）

use super::byline_words::trimmed;
use super::facts::is_stop;
use super::people::{self, Credits};

/// Closes the brackets that names may end a text in.
pub(super) fn is_closing_bracket(c: char) -> bool {
    matches!(c, '）' | ')' | '】' | '〕' | '］' | ']')
}

fn opens_names(c: char) -> bool {
    matches!(c, '（' | '(' | '【')
}

fn stops_before_names(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '”' | '…' | '）' | '.')
}

/// Whether the names that end a text may stand behind `c`.
pub(super) fn may_stand_before_names(c: char) -> bool {
    opens_names(c) || stops_before_names(c)
}

/// Reads what follows the last full stop of `chars` as a credit or byline; gives the byte where it begins.
pub(crate) fn read(chars: &[(u32, char)]) -> Option<(u32, Credits)> {
    let from = chars.len().saturating_sub(90);
    let tail = chars.get(from..)?;
    let last_bracket = trimmed(tail).last().is_some_and(|(_, c)| matches!(c, '）' | ')' | '】'));
    let is_start = if last_bracket { opens_names } else { stops_before_names };
    let at = tail.iter().rposition(|(_, c)| is_start(*c))?;
    let at = if last_bracket { at } else { at + 1 };
    if from + at == 0 {
        return None;
    }
    let part = trimmed(tail.get(at..)?);
    // The sentence goes on: 出台“暖心八条”，关爱一线工作者
    if part.first().is_some_and(|(_, c)| matches!(c, '，' | ',' | '、')) {
        return None;
    }
    let credits = people::read(without_page_maker(part))?;
    let stopped = tail.get(..at)?.iter().rev().find(|(_, c)| !c.is_whitespace()).is_some_and(|(_, c)| is_stop(*c));
    let marked = credits.marked && stopped && credits.people.len() <= 2 && credits.all_surnames();
    let sure = credits.role || marked || (credits.bracketed && stopped && credits.people.len() <= 4 && credits.all_surnames());
    (sure && !credits.open).then(|| part.first().map(|(start, _)| (*start, credits))).flatten()
}

/// `chars` without who drew the maps or made the layout of the whole page, when others are named behind: 本版制图：王强 李明 摄.
fn without_page_maker(chars: &[(u32, char)]) -> &[(u32, char)] {
    let behind = |wanted: fn(char) -> bool, rest: &[(u32, char)]| rest.iter().position(|(_, c)| wanted(*c)).map(|at| at + 1);
    let rest = matches!(chars, [(_, '本'), (_, '版'), ..]).then(|| {
        let names = trimmed(chars.get(behind(|c| matches!(c, '：' | ':'), chars)?..)?);
        names.get(behind(char::is_whitespace, names)?..)
    });
    rest.flatten().map_or(chars, trimmed)
}

#[cfg(test)]
mod tests {
    use super::super::grammar::placed;
    use super::*;

    #[test]
    fn where_somebody_lives_or_works_is_no_name() {
        let names =
            |text: &str| read(&placed(text)).map(|(_, credits)| credits.people.into_iter().map(|person| person.name).collect::<Vec<_>>());
        for tail in
            ["（竹林镇 谢文柏）", "（市场监管局 谢文柏）", "（竹林镇 谢\n文柏）", "（文/图 谢文柏）", "（晚报记者 谢文柏）", "□谢文柏"]
        {
            assert_eq!(names(&format!("桥通了。{tail}")), Some(vec!["谢文柏".to_owned()]), "{tail}");
        }
        for credit in ["本版制图：洪波 谢文柏 摄", "本版制图：\n洪波 本报记者 谢文柏 摄"] {
            assert_eq!(names(&format!("桥通了。{credit}")), Some(vec!["谢文柏".to_owned()]), "{credit}");
        }
        for sentence in ["出台“暖心八条”，关爱防疫一线工作者", "他说。关爱青年创作者"] {
            assert_eq!(names(sentence), None, "{sentence}");
        }
        assert_eq!(names("桥通了。（谢文柏 洪\n雨桐）"), Some(vec!["谢文柏".to_owned(), "洪雨桐".to_owned()]));
    }
}
