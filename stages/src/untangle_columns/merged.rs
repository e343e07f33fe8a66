//! Parts lines that hold a line of one column and a line of the next: the space between two narrow columns may be taken for one
//! between words.

use pipeline::{Line, Page, Span};

use crate::layout::facts::{Facts, is_stop};
use crate::layout::width::{self, Width};

/// How many lines before and after show how wide the columns are.
const NEAR: usize = 8;
/// How many of them at least are as wide as a part.
const ALIKE: usize = 2;
/// How many lines nearby are narrower at least.
const FEWEST: usize = 4;
/// The narrowest column, in hundredths of an em.
const NARROWEST: u32 = 600;

/// Parts all such lines of `page`; whether there were any.
pub(super) fn part(page: &mut Page, facts: &[Facts]) -> bool {
    let mut lines: Vec<Line> = Vec::with_capacity(page.lines.len());
    for (at, line) in page.lines.iter().enumerate() {
        match place(page, facts, at) {
            Some((left, right)) => {
                lines.push(Line { span: left, ..*line });
                lines.push(Line { span: right, blanks_before: 0, ..*line });
            }
            None => lines.push(*line),
        }
    }
    let found = lines.len() > page.lines.len();
    page.lines = lines;
    found
}

/// The two parts of line `at`, if it has such.
fn place(page: &Page, facts: &[Facts], at: usize) -> Option<(Span, Span)> {
    let line = &facts[at];
    if line.fixed.is_some() || line.names.is_some() || line.chars > 80 || line.width.lo < 2 * NARROWEST {
        return None;
    }
    let [left, right] = spaced_parts(page, page.lines[at].span, line)?;
    let near = (at.saturating_sub(NEAR)..facts.len().min(at + NEAR + 1)).filter(|other| facts[*other].fixed.is_none());
    // As wide as two of its neighbours, or of their parts: those are narrower than three quarters of it.
    let widths = near.flat_map(|other| {
        let parts = if other == at { None } else { spaced_parts(page, page.lines[other].span, &facts[other]) };
        std::iter::once(facts[other].width).chain(parts.into_iter().flatten().map(|part| width::measure_line(page, part)))
    });
    let narrow: Vec<Width> = widths.filter(|width| width.hi * 4 < line.width.lo * 3 && width.hi >= NARROWEST).collect();
    if narrow.len() < FEWEST {
        return None;
    }
    let alike = |part: Width| narrow.iter().filter(|width| width.lo <= part.hi && part.lo <= width.hi).count();
    let [left_width, right_width] = [left, right].map(|part| width::measure_line(page, part));
    // The last line of a paragraph may be of any width.
    let ends = is_stop(line.last) && narrow.iter().any(|width| right_width.hi < width.lo);
    (alike(left_width) >= ALIKE && (ends || alike(right_width) >= ALIKE)).then_some((left, right))
}

/// The parts of a line that has one space between Chinese characters or marks.
fn spaced_parts(page: &Page, span: Span, facts: &Facts) -> Option<[Span; 2]> {
    let text = span.slice(page.text());
    let is_unspaced = !facts.is_spaced() && page.edits_in(span).is_empty();
    if is_unspaced || text.len() > 4 * width::LONGEST {
        return None;
    }
    let is_between = |at: &usize| {
        let (before, behind) = text.split_at(*at);
        let mut behind = behind.chars().skip(1);
        before.chars().next_back().is_some_and(is_set_square) && behind.next().is_some_and(is_set_square)
    };
    let spaces = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    let mut spaces = spaces.filter(is_between).map(|at| span.start + at as u32);
    let cut = spaces.next().filter(|_| spaces.next().is_none())?;
    Some([Span::new(span.start, cut).trimmed(page.text()), Span::new(cut, span.end).trimmed(page.text())])
}

fn is_set_square(c: char) -> bool {
    width::is_wide(c) || width::is_mark(c)
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let mut page = laws::page(text);
        let facts = crate::layout::noted::facts(&page);
        part(&mut page, &facts);
        (0..page.lines.len()).map(|line| page.line_text(line).into_owned()).collect()
    }

    const COLUMNS: &str = "昨天上午东港镇的孩子来到\n为了让学生吃得好，教育\n河边清理水草，三只小船很\n部门给食堂换了新设备，\n\
                           快装满，大家都说要再来。 饭菜比以前热了，花样也\n保护河水是镇上的大事，今\n多了，学生自己选饭菜。\n年又添了两只船，河上每天\n家长每星期都来看一看。";

    #[test]
    fn two_columns_on_one_line_are_parted_at_the_space_between_them() {
        let seen = lines(COLUMNS);
        assert_eq!(seen[4..6], ["快装满，大家都说要再来。", "饭菜比以前热了，花样也"]);
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn a_wide_line_among_wide_lines_stays_whole() {
        let page = "东港镇的孩子昨天上午来到河边，清理水里的水草和垃圾\n".repeat(20);
        assert_eq!(lines(&page).len(), 20);
        let alone = "昨天上午东港镇的孩子来到河边清理水草三只小船很快装满";
        assert_eq!(lines(&format!("{alone}\n短行\n{alone}")), [alone, "短行", alone]);
    }
}
