//! Names that stand on a line with no role and no mark: bylines by their place, between a headline and its text, and rows of lists.

use super::facts::Facts;
use super::family_names::{has_surname, is_likely_name};
use super::grammar::{placed, squeezed};
use super::people::{self, LONGEST_NAME};
use super::signatures;

/// Whether the names on line `index`, which may be nothing else, are a byline by where they stand.
pub(super) fn is_byline(lines: &[Facts], index: usize) -> bool {
    is_name_alone(lines, index) || is_name_apart(lines, index) || is_reporter_alone(lines, index) || are_names_alone(lines, index)
}

/// Whether `line` is nothing but so many names that it is a row of a list.
pub(super) fn are_listed(line: &str) -> bool {
    const LIST: usize = 3;
    let mut pieces = line.split_whitespace();
    // Few lines come further.
    if pieces.clone().count() < LIST || !has_surname(line.trim_start()) || pieces.any(|piece| piece.chars().nth(LONGEST_NAME).is_some()) {
        return false;
    }
    people::read(&placed(line)).is_some_and(|credits| credits.people.len() >= LIST && credits.is_names_only() && !credits.open)
}

/// Whether line `index`, a name and nothing else, stands between a headline and its text.
fn is_name_alone(lines: &[Facts], index: usize) -> bool {
    let line = &lines[index];
    let spread = line.text.trim().contains(char::is_whitespace);
    let one = line.chars == 3 || line.chars == 4 || line.chars == 2 && spread;
    let headline = index
        .checked_sub(1)
        .map(|before| &lines[before])
        .is_some_and(|before| before.fixed.is_none() && before.chars >= 2 && !before.stops_or_closes() && !before.dateline);
    let text = lines.get(index + 1).is_some_and(|next| next.fixed.is_none() && next.chars >= 8 && next.blank);
    one && line.blank && headline && text
}

/// Whether line `index`, a full name and nothing else, ends the block of a headline, or stands in a block of its own behind a finished
/// text: who wrote an essay or a letter is named so.
fn is_name_apart(lines: &[Facts], index: usize) -> bool {
    let line = &lines[index];
    let Some(above) = index.checked_sub(1).map(|before| &lines[before]) else { return false };
    let is_office = |text: &str| signatures::author_and_office(text).is_some_and(|names| names.is_empty());
    let ends = lines.get(index + 1).is_none_or(|next| next.blank || next.dateline || is_office(&next.text));
    let below_headline = !line.blank && above.blank && above.chars >= HEADLINE && !is_half_said(above) && !above.full_stop;
    let alone = line.blank && above.full_stop;
    let is_name = || is_likely_name(&squeezed(&line.text));
    above.fixed.is_none() && ends && (below_headline || alone) && (2..=LONGEST_NAME).contains(&line.chars) && is_name()
}

/// Fewest characters of a headline over a name.
const HEADLINE: usize = 5;

/// Whether line `index` stands directly between what may be a headline and a longer line of text.
fn are_between(lines: &[Facts], index: usize) -> bool {
    let above = index.checked_sub(1).map(|before| &lines[before]);
    above.is_some_and(|above| above.fixed.is_none() && above.chars >= 5 && !is_half_said(above)) && stands_over_text(lines, index)
}

/// Whether line `index`, a reporter without a space before the name (记者王强), stands over a text and is not the rest of what is above.
fn is_reporter_alone(lines: &[Facts], index: usize) -> bool {
    let line = &lines[index];
    let names_reporter = |text: &str| {
        text.contains("记者") || text.contains("記者") || text.trim_start().starts_with("作者") || text.ends_with(['讯', '訊', '电', '電'])
    };
    let above = index.checked_sub(1).map(|before| &lines[before]);
    let parted = above.is_some_and(|above| !is_half_said(above) && !names_reporter(above.text.trim_end()));
    line.chars <= 6 && names_reporter(&line.text) && parted && stands_over_text(lines, index)
}

/// Whether line `index`, two names or three and nothing else, stands between a headline and its text.
fn are_names_alone(lines: &[Facts], index: usize) -> bool {
    let line = &lines[index];
    let parts: Vec<usize> =
        line.text.trim().split([' ', '\u{3000}', '、']).filter(|part| !part.is_empty()).map(|part| part.chars().count()).collect();
    let several = (2..=3).contains(&parts.len()) && parts.iter().all(|len| (2..=4).contains(len));
    // In a box of their own they need no headline above; two short words may be one themselves.
    let boxed = || {
        let next = lines.get(index + 1).is_some_and(|next| next.blank);
        line.blank && next && parts.contains(&3) && stands_over_text(lines, index)
    };
    several && (are_between(lines, index) || boxed())
}

/// Whether what stands behind `line` must belong to it, or it opens or ends a text itself.
fn is_half_said(line: &Facts) -> bool {
    line.stops_or_closes() || line.dateline || matches!(line.last, '：' | ':')
}

/// Whether a longer line that may be text follows line `index`.
fn stands_over_text(lines: &[Facts], index: usize) -> bool {
    lines.get(index + 1).is_some_and(|next| next.fixed.is_none() && next.chars >= 8 && next.chars > lines[index].chars)
}

#[cfg(test)]
mod tests {
    use crate::layout::grammar::Fixed;

    /// The lines of a page that are bylines.
    fn bylines(text: &str) -> Vec<String> {
        super::super::lines_that_are(Fixed::Byline, text)
    }

    #[test]
    fn names_over_a_text_are_a_byline() {
        for names in ["记者谢文柏", "作者谢文柏", "谢文柏 洪雨桐", "谢文柏、毛毅", "谢文柏　洪波　冼冰"] {
            let page = format!("青溪河上又添新桥\n{names}\n青溪河上的第五座桥昨天通车，两岸居民往来\n更方便了。\n");
            assert_eq!(bylines(&page), [names], "{names}");
        }
        let boxed = "桥头的灯亮了。\n\n谢文柏 洪雨桐\n\n青溪河上的第五座桥昨天通车，两岸居民往来\n更方便了。\n";
        assert_eq!(bylines(boxed), ["谢文柏 洪雨桐"]);
    }

    #[test]
    fn names_below_a_byline_are_of_it() {
        let page = |second: &str, next: &str| {
            format!("青溪河上又添新桥\n■记者 谢文柏\n{second}\n{next}青溪河上的第五座桥昨天通车，两岸居民往来\n更方便了。\n")
        };
        for second in ["洪雨桐 毛毅", "洪雨桐毛毅", "洪雨桐 巨云", "通讯员毛毅", "毛雨桐"] {
            assert_eq!(bylines(&page(second, "\n")), ["■记者 谢文柏", second], "{second}");
        }
        for subhead in ["安全 生产", "温暖人心", "高效服务"] {
            assert_eq!(bylines(&page(subhead, "")), ["■记者 谢文柏"], "{subhead}");
        }
    }

    #[test]
    fn an_essay_may_have_a_short_title() {
        for title in ["小巷", "故乡的河", "故乡的那条小河"] {
            let page = format!("{title}\n\n谢文柏\n\n小时候，村前有一条小河，河水清清的，夏天我们在河里\n游泳，冬天我们在冰上打陀螺。\n");
            assert_eq!(bylines(&page), ["谢文柏"], "{title}");
        }
    }

    #[test]
    fn words_of_a_text_are_none() {
        for line in ["记者于昨日", "记者时表示", "安全 生产", "须反馈"] {
            let page = format!("两岸居民往来更方便，许多人来看新桥\n{line}\n青溪河上的第五座桥昨天通车，两岸居民往来\n更方便了。\n");
            assert_eq!(bylines(&page), [""; 0], "{line}");
        }
        let list = "受表彰的先进个人名单如下：\n谢文柏 洪雨桐\n青溪河上的第五座桥昨天通车，两岸居民往来\n更方便了。\n";
        assert_eq!(bylines(list), [""; 0]);
        let cut = "本版的消息来自许多地方。青溪日报记者谢文柏见习\n记者洪雨桐\n青溪河上的第五座桥昨天通车，两岸居民往来\n";
        assert!(!bylines(cut).contains(&"记者洪雨桐".to_owned()));
    }
}
