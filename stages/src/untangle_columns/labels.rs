//! Parts a jump label from the line of text that it stands on: …收获很大。（下转第四版）, （上接第一版）会议指出….

use pipeline::{Line, Page};

use super::merged::{cut, divide};
use crate::layout::facts::Facts;
use crate::layout::jump::jump;

/// Most characters of such a label.
const LONGEST: usize = 14;

/// Parts all such lines of `page`; says whether there were any.
pub(super) fn part(page: &mut Page, facts: &[Facts]) -> bool {
    let parts = |(line, facts): (&Line, &Facts)| {
        let place = if facts.may_hold_label() { place(line.span.slice(page.text())) } else { None }?;
        Some(cut(page, line.span, &[line.span.start + place as u32]))
    };
    let parts = page.lines.iter().zip(facts).map(parts).collect();
    divide(page, parts).is_some()
}

/// Where `text` is to be parted, in bytes.
fn place(text: &str) -> Option<usize> {
    // A bracket, or words that stand nowhere else before the number of a page; （见第3版） may be said of anything.
    let begins = |rest: &str| {
        let rest = rest.trim_start_matches(['▶', '►', '>']);
        let inside = rest.trim_start_matches(['（', '(', '【']);
        let bracketed = inside.len() < rest.len() && !inside.starts_with(['见', '見', '详', '詳']);
        bracketed || ["下转", "下轉", "下接"].iter().any(|word| rest.starts_with(word))
    };
    let is_jump =
        |part: &str, forward: bool| jump(&part.split_whitespace().collect::<String>()).is_some_and(|jump| jump.forward == forward);
    let mut starts: Vec<usize> = text.char_indices().rev().take(LONGEST).map(|(at, _)| at).collect();
    starts.reverse();
    let tail = starts.into_iter().filter(|at| *at > 0).find(|at| text.get(*at..).is_some_and(|rest| begins(rest) && is_jump(rest, true)));
    let head = || {
        let end = text.char_indices().take(LONGEST).find(|(_, c)| matches!(c, '）' | ')' | '】')).map(|(at, c)| at + c.len_utf8())?;
        let (label, rest) = text.split_at_checked(end)?;
        (text.starts_with(['（', '(', '【']) && !rest.trim().is_empty() && is_jump(label, false)).then_some(end)
    };
    tail.or_else(head)
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;
    use crate::layout::noted;

    fn lines(text: &str) -> Vec<String> {
        let mut page = laws::page(text);
        let facts = noted::facts(&page);
        part(&mut page, &facts);
        (0..page.lines.len()).map(|line| page.line_text(line).into_owned()).collect()
    }

    #[test]
    fn a_label_stands_on_a_line_of_its_own() {
        for (text, parts) in [
            ("孩子们收获很大。（下转第四版）", ["孩子们收获很大。", "（下转第四版）"]),
            ("这是防汛的一件 下转A3版", ["这是防汛的一件", "下转A3版"]),
            ("河水清了。▶▶下转 2 版", ["河水清了。", "▶▶下转 2 版"]),
            ("（上接第一版）会议指出，河要清。", ["（上接第一版）", "会议指出，河要清。"]),
        ] {
            assert_eq!(lines(text), parts);
        }
        for text in ["（下转第四版）", "上接第一版", "他见过3版教材", "这本书（见第3版）", "飞机下转2号跑道"]
        {
            assert_eq!(lines(text), [text]);
        }
    }
}
