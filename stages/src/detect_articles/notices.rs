//! How far a notice reaches that opens with its heading: its text, its items, who signs it, the day and the telephone number.

use std::sync::LazyLock;

use regex::Regex;

use crate::layout::Layout;
use crate::layout::facts::is_stop;
use crate::layout::grammar::Fixed;
use crate::layout::notices;
use crate::layout::patterns::pattern;
use crate::layout::roles::Role;
use crate::layout::small_print::names_contact;

/// Most lines of one paragraph of a notice.
const PARAGRAPH: usize = 12;
/// Lines whose measures differ by so much stand in different boxes, in hundredths of an em: a box is as wide as a whole number of
/// characters.
const OTHER_BOX: u32 = 100;
/// Most characters of a line with who gives a notice, when nothing else ends as their names do.
const SIGNATURE: usize = 24;
/// Most characters of such a line when headlines end so, too.
const OFFICE: usize = 16;

/// The line behind a notice that begins at `head`: a few lines of small print up to the next edge, and paragraphs behind it that go
/// on as notices do.
pub(super) fn end(layout: &Layout, head: usize) -> usize {
    let lines = &layout.lines;
    let (mut end, mut paragraph, mut signed) = (head + 1, head, false);
    while let Some(line) = lines.get(end) {
        let contact = line.fixed == Some(Fixed::Furniture) && names_contact(&line.text);
        if line.fixed.is_some() && !contact || line.dateline || end - paragraph > PARAGRAPH {
            break;
        }
        if end > head + 1 && !contact {
            let before = &lines[end - 1];
            let closed = signed || is_stop(before.last) || before.last.is_ascii_digit() || notices::is_signature(&before.text);
            let other_box = layout.measures[end].abs_diff(layout.measures[end - 1]) >= OTHER_BOX;
            let starts = signed || !layout.roles[end].goes_on() || other_box;
            if closed && starts {
                let signs = is_day(&line.text) || !signed && is_signed(layout, end);
                if !signs && !goes_on(layout, end, signed) {
                    break;
                }
                (paragraph, signed) = (end, signs);
            }
        }
        end += 1;
    }
    end
}

/// Whether line `index` names who gives the notice above it.
fn is_signed(layout: &Layout, index: usize) -> bool {
    let line = &layout.lines[index];
    let stopped = index.checked_sub(1).is_some_and(|before| layout.lines[before].last == '。');
    if !stopped || line.chars > SIGNATURE {
        return false;
    }
    // What ends so may also be a headline: that has a byline or a text below it.
    let has_text = || {
        let next = layout.lines.get(index + 1);
        next.is_some_and(|next| next.fixed == Some(Fixed::Byline) || layout.roles[index + 1].is_text())
    };
    let may_be_office = || line.chars <= OFFICE && !line.full_stop && notices::may_be_signature(&line.text);
    notices::is_signature(&line.text) || may_be_office() && !has_text()
}

/// The day on which a notice is given.
fn is_day(text: &str) -> bool {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^\s*[\d〇○零一二三四五六七八九十]{2,4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日\s*$",
        )
    });
    DAY.is_match(text)
}

/// Most lines of an advertisement among others under one heading.
const ADVERTISEMENT: usize = 5;

/// Whether the paragraph that begins with line `index` is of the notice above it: an item with a number or with what all notices
/// say, or one advertisement more. Behind who signed it only an advertisement is.
fn goes_on(layout: &Layout, index: usize, signed: bool) -> bool {
    static ITEM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"^\s*(?:特此|附[:：件]|联系|聯絡|咨询|报名|监督|举报|公示期|公示时间|委托|拍卖|竞买|看样|展示|有意|逾期|如有|凡|以上|现将",
            r"|(?:通讯|联系|办公|报名)?(?:地址|地点|时间|电话|方式)[:：]|[一二三四五六七八九十]{1,2}[、.．]|\d{1,2}[、.．][^\d]|[（(][一二三四五六七八九十\d]{1,2}[)）])"
        ))
    });
    static ADVERTISED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:声明作废|聲明作廢|特此声明|特此公告)|(?:电话|手机|热线|联系人|微信|电联|電話|電洽|洽|服务)[^，。；]{0,8}\d{7}|1[3-9]\d{9}|\d{3,4}[-－—]\d{7,8}",
        )
    });
    let first = &layout.lines[index];
    if !signed && ITEM.is_match(&first.text) && layout.roles[index] != Role::Display {
        return true;
    }
    let mut text = String::new();
    for (place, line) in layout.lines.iter().enumerate().skip(index).take(ADVERTISEMENT) {
        let begins = place > index && !layout.roles[place].goes_on() && is_stop(layout.lines[place - 1].last);
        if line.fixed.is_some() || begins {
            break;
        }
        text.push_str(line.text.trim());
    }
    ADVERTISED.is_match(&text)
}
