//! Which of the lines that may be furniture are so, by what stands around them.
//!
//! What a line is made of, `furniture.rs` says.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::{Facts, is_half_stop, is_stop};
use super::grammar::Fixed;
use super::patterns::pattern;

/// Neighbouring lines that may be furniture are so when one of them surely is: a day without its weekday also closes letters. Two
/// things about the weather are a box of it. The first line of a page needs no other. Nothing is that stands within a sentence, or
/// over one of several days.
pub(super) fn settle(lines: &mut [Facts]) {
    let several_days = has_several_days(lines);
    let mut start = 0;
    while start < lines.len() {
        let count = lines.iter().skip(start).take_while(|line| may_be(line)).count();
        let is_text = count == 1 && (is_inside_sentence(lines, start) || several_days && day_over_text(lines, start).is_some());
        let run = lines.get_mut(start..start + count).unwrap_or_default();
        let weather = run.iter().filter(|line| line.fixed == Some(Fixed::Weather)).take(2).count();
        let sure = weather == 2 || run.iter().any(|line| line.fixed == Some(Fixed::Furniture));
        for (place, line) in run.iter_mut().enumerate() {
            line.fixed = (!is_text && (sure || start + place == 0)).then_some(Fixed::Furniture);
        }
        start += count.max(1);
    }
}

fn may_be(line: &Facts) -> bool {
    matches!(line.fixed, Some(Fixed::Furniture | Fixed::MaybeFurniture | Fixed::Weather))
}

/// Whether line `index` is set in one measure with the lines above and below, and goes on with a sentence.
fn is_inside_sentence(lines: &[Facts], index: usize) -> bool {
    let (Some(above), Some(below)) = (index.checked_sub(1).map(|above| &lines[above]), lines.get(index + 1)) else { return false };
    let line = &lines[index];
    let together = !line.blank && !below.blank && above.fixed.is_none() && below.fixed.is_none();
    let broken_off = !above.full_stop && !is_stop(above.last) && !is_half_stop(above.last);
    together && broken_off && above.chars.abs_diff(line.chars) <= ROUGH && below.chars + ROUGH >= line.chars
}

/// By so many characters lines of one measure differ where figures and marks are narrow.
const ROUGH: usize = 3;

/// Whether more than one day stands over texts, as in diaries and programmes; a page is of one day.
fn has_several_days(lines: &[Facts]) -> bool {
    let days = || (0..lines.len()).filter_map(|index| day_over_text(lines, index));
    days().next().is_some_and(|first| days().any(|day| day != first))
}

/// The month and the day that line `index` begins with, without a year, over what is no furniture: 3月5日 星期六 晴.
fn day_over_text(lines: &[Facts], index: usize) -> Option<&str> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[\d一二三四五六七八九十]{1,2}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"));
    let alone = may_be(&lines[index]) && lines.get(index + 1).is_some_and(|below| !may_be(below));
    if alone { DAY.find(&lines[index].text).map(|day| day.as_str()) } else { None }
}

#[cfg(test)]
mod tests {
    use crate::layout::grammar::Fixed;

    /// The lines of a page that are furniture.
    fn furniture(text: &str) -> Vec<String> {
        super::super::lines_that_are(Fixed::Furniture, text)
    }

    #[test]
    fn a_line_within_a_sentence_is_none() {
        for line in ["多云转晴，最高气温28℃，最低气温17", "微信公众号", "285期活动，邀请青溪县中"] {
            let count = line.chars().count();
            let above = "市气象台预报今天白天有很多人会来到河边看桥看人看灯".chars().take(count).collect::<String>();
            let page = format!("今日出行注意防晒\n\n本报讯 昨天，青溪河上新桥通车。\n{above}\n{line}\n{above}\n东南风，请注意防晒。\n");
            assert_eq!(furniture(&page), [""; 0], "{line}");
        }
    }

    #[test]
    fn days_of_a_diary_are_none() {
        let day = |day: &str| format!("{day}\n今天一早我就来到小区门口，和志愿者们一起为居\n民登记，忙到中午才吃上饭。\n");
        let diary = ["3月5日 星期六 晴", "3月6日 星期日 小雨", "3月7日 星期一 多云"].map(day).concat();
        let page = format!("2031年3月8日 星期二\n\n我的抗疫日记\n\n谢文柏\n\n{diary}");
        assert_eq!(furniture(&page), ["2031年3月8日 星期二"]);
        let one = format!("我的抗疫日记\n\n{}", day("3月5日 星期六 晴"));
        assert_eq!(furniture(&one), ["3月5日 星期六 晴"]);
    }
}
