//! Tables and advertisements that are lists of short lines: rows of figures, telephone numbers, prices. They are no text of an
//! article and are left as they are.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::Facts;
use super::glance::Marks;
use super::grammar::Fixed;
use super::patterns::pattern;
use super::width::is_han;

/// A telephone number, or what stands before an address.
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(电话|热线|手机|传真|電話|熱線)[:：]?\s*[\d(（]|^\s*(地址|网址|联系人|微信|邮箱)[:：]|(?-u:\b)0\d{2,3}[-－—]\d{7,8}(?-u:\b)|(?-u:\b)1[3-9]\d{9}(?-u:\b)",
    )
});

/// Whether `text` says how to reach somebody.
pub(crate) fn names_contact(text: &str) -> bool {
    CONTACT.is_match(text)
}

/// A price.
static PRICE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d\s*元|[￥¥]\s*\d|\d(\.\d)?折"));

/// Most characters on a line of such an advertisement.
const SHORT: usize = 20;
/// Most lines of a block that is looked at.
const BLOCK: usize = 60;

/// Marks the lines of tables and list-like advertisements.
pub(super) fn find(lines: &mut [Facts]) {
    let mut start = 0;
    while start < lines.len() {
        let rest = lines.get(start + 1..).unwrap_or_default();
        let count =
            1 + rest.iter().take(BLOCK - 1).take_while(|line| !line.blank && !line.dateline && line.fixed != Some(Fixed::Byline)).count();
        let block = lines.get_mut(start..start + count).unwrap_or_default();
        let advertisement = advertisement(block);
        let is_jump = |line: &&mut Facts| matches!(line.fixed, Some(Fixed::JumpTo | Fixed::JumpFrom));
        for line in block.iter_mut().take(advertisement).filter(|line| !is_jump(line)) {
            line.fixed = Some(Fixed::SmallPrint);
        }
        table(block.get_mut(advertisement..).unwrap_or_default());
        start += count;
    }
}

/// Rows of a table, with the line above them that names the columns and the one that names the table.
fn table(block: &mut [Facts]) {
    if block.iter().filter(|line| line.marks.has(Marks::SPACE)).take(2).count() < 2 {
        return;
    }
    let rows: Vec<bool> = block.iter().map(|line| line.marks.has(Marks::SPACE) && is_row(&line.text)).collect();
    let mut index = 0;
    while index < rows.len() {
        let count = rows.iter().skip(index).take_while(|row| **row).count();
        if count >= 2 {
            let mut first = index;
            while first > 0 && index - first < 2 && is_heading(&block[first - 1]) {
                first -= 1;
            }
            for line in block.get_mut(first..index + count).unwrap_or_default() {
                line.fixed = Some(Fixed::SmallPrint);
            }
        }
        index += count.max(1);
    }
}

/// Several cells, two of them figures at least.
fn is_row(text: &str) -> bool {
    let cells: Vec<&str> = text.split_whitespace().take(17).collect();
    let figures = cells.iter().filter(|cell| is_figure(cell)).count();
    // Characters that were only set apart are no cells.
    let single = cells.iter().filter(|cell| cell.chars().count() == 1 && cell.chars().all(is_han)).count();
    (3..=16).contains(&cells.len()) && figures >= 2 && single <= 1 && !text.contains(['。', '，', '；']) && text.chars().count() <= 60
}

/// 18.00, 12℃～21℃, 28日: digits and at most one character besides.
fn is_figure(cell: &str) -> bool {
    let begins = cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '￥' | '¥'));
    begins && cell.chars().filter(|c| is_han(*c)).count() <= 1
}

fn is_heading(line: &Facts) -> bool {
    line.fixed.is_none_or(|fixed| fixed == Fixed::Label)
        && line.chars <= SHORT
        && !line.stops_or_closes()
        && !(line.marks.has(Marks::CLAUSE) && line.text.contains(['。', '，', '；']))
}

/// How many lines at the beginning of `block` are an advertisement: short lines of unlike length without marks, with a telephone
/// number or several prices among them.
fn advertisement(block: &[Facts]) -> usize {
    let list = |line: &Facts| {
        line.chars <= SHORT
            && !line.marks.has(Marks::CLAUSE)
            && line.fixed.is_none_or(|fixed| fixed == Fixed::Label || fixed == Fixed::NoticeHead || fixed == Fixed::Furniture)
    };
    let telephones = |block: &[Facts]| block.iter().filter(|line| CONTACT.is_match(&line.text)).take(2).count();
    if block.first().is_some_and(|head| head.fixed == Some(Fixed::NoticeHead)) {
        // What stands between two telephone numbers is of the notices that they are of.
        if telephones(block) == 2 {
            return block.iter().rposition(|line| CONTACT.is_match(&line.text)).map_or(0, |last| last + 1);
        }
    }
    let prices = || block.iter().filter(|line| PRICE.is_match(&line.text)).take(2).count();
    // Lines of text are of one length but for the last.
    let lengths = || block.iter().rev().skip(1).map(|line| line.chars);
    let ragged = lengths().max().unwrap_or(0) >= lengths().min().unwrap_or(0) + 3;
    let is_list = block.len() >= 3 && ragged && block.iter().all(list);
    if is_list && (telephones(block) > 0 || prices() >= 2) { block.len() } else { 0 }
}
