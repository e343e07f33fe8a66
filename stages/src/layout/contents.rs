//! Tables of contents of front pages: titles, each with the page it stands on. They are no articles, and what is said there of pages
//! says nothing of where an article goes on.

use super::facts::Facts;
use super::glance::Marks;
use super::grammar::{Fixed, squeezed};

/// Most lines of a title, and most characters on one.
const LINES: usize = 3;
const LONGEST: usize = 24;
/// So many titles in a row are a table of contents, whatever stands above.
const UNLABELLED: usize = 3;

/// Marks the lines of such tables.
pub(super) fn find(lines: &mut [Facts]) {
    let mut start = 0;
    while start < lines.len() {
        let (mut end, mut entries) = (start, 0);
        while let Some(next) = end_of_entry(lines, end) {
            (end, entries) = (next, entries + 1);
        }
        let label = start.checked_sub(1).filter(|before| is_label(&lines[*before]));
        if entries >= UNLABELLED || entries > 0 && label.is_some() {
            lines[label.unwrap_or(start)..end].iter_mut().for_each(|line| line.fixed = Some(Fixed::Furniture));
        }
        start = end.max(start + 1);
    }
}

/// The line behind the title that begins on line `start` and the number of its page.
fn end_of_entry(lines: &[Facts], start: usize) -> Option<usize> {
    let is_title =
        |line: &Facts| line.fixed.is_none() && !line.dateline && !line.marks.has(Marks::FULL_STOP) && (1..=LONGEST).contains(&line.chars);
    let title = lines.iter().skip(start).take(LINES).take_while(|line| is_title(line)).count();
    let page = lines.get(start + title)?;
    (title > 0 && page.fixed == Some(Fixed::JumpTo)).then_some(start + title + 1)
}

/// 导读, 今日要目.
fn is_label(line: &Facts) -> bool {
    const WORDS: [&str; 8] = ["导读", "導讀", "要目", "看点", "看點", "提要", "导航", "目录"];
    line.chars <= 6 && WORDS.iter().any(|word| squeezed(&line.text).ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_with_their_pages_are_no_articles() {
        let with_label = "今日导读\n\n护好一条河，\n靠的是全镇人\n详见3版\n\n青溪昨天下了一场大雪。\n下转2版\n";
        let seen = super::super::lines_that_are(Fixed::Furniture, with_label);
        assert_eq!(seen, ["今日导读", "护好一条河，", "靠的是全镇人", "详见3版"]);
        let row = "桥头的灯亮了\n>>2版\n护好一条河\n>>3版\n青溪又添新桥\n>>4版\n";
        assert_eq!(super::super::lines_that_are(Fixed::Furniture, row).len(), 6);
        assert_eq!(super::super::lines_that_are(Fixed::Furniture, "桥头的灯亮了\n>>2版\n护好一条河\n>>3版\n"), [""; 0]);
    }
}
