//! Parts lines that hold a line of one column and lines of the next ones: the space between two narrow columns may be taken for one
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
/// How many lines nearby hold several columns at least where the spaces of a line tell nothing.
const ROWS: usize = 2;
/// Spaces of a line that is looked at.
const MOST: usize = 6;
/// Columns beside each other.
const COLUMNS: usize = 4;
/// The narrowest column, in hundredths of an em.
const NARROWEST: u32 = 600;

/// Parts all such lines of `page`; gives for each line whether it stood to the right of the one before it, if there were any.
pub(super) fn part(page: &mut Page, facts: &[Facts]) -> Option<Vec<bool>> {
    let rows = Rows::new(page, facts);
    let parts: Vec<_> = (0..page.lines.len()).map(|at| rows.parts(at)).collect();
    divide(page, parts)
}

/// Puts the `parts` of each line that has such in its place; gives for each line whether it stood to the right of the one before it,
/// if there were any.
pub(super) fn divide(page: &mut Page, parts: Vec<Option<Vec<Span>>>) -> Option<Vec<bool>> {
    if parts.iter().all(Option::is_none) {
        return None;
    }
    let mut lines: Vec<Line> = Vec::with_capacity(page.lines.len());
    let mut beside = Vec::with_capacity(page.lines.len());
    for (line, parts) in page.lines.iter().zip(parts) {
        let parts = parts.unwrap_or_else(|| vec![line.span]);
        for (number, span) in parts.into_iter().enumerate() {
            lines.push(Line { span, blanks_before: if number == 0 { line.blanks_before } else { 0 }, ..*line });
            beside.push(number > 0);
        }
    }
    page.lines = lines;
    Some(beside)
}

/// A space inside a line.
#[derive(Clone, Copy)]
struct Gap {
    at: u32,
    /// It stands between Chinese characters or marks, where no column has one.
    square: bool,
}

/// The lines of a page that may hold lines of several columns.
struct Rows<'a> {
    page: &'a Page,
    facts: &'a [Facts],
    /// For each line its spaces between Chinese characters or marks.
    square: Vec<Vec<u32>>,
}

impl<'a> Rows<'a> {
    fn new(page: &'a Page, facts: &'a [Facts]) -> Self {
        let square = |(line, facts): (&Line, &Facts)| {
            let places = if may_be_row(page, facts, line.span) { gaps(page, line.span) } else { Vec::new() };
            places.into_iter().filter(|gap| gap.square).map(|gap| gap.at).collect()
        };
        Self { page, facts, square: page.lines.iter().zip(facts).map(square).collect() }
    }

    /// The parts of line `at`, if it has such.
    fn parts(&self, at: usize) -> Option<Vec<Span>> {
        let Self { page, facts, square } = self;
        let (line, span) = (&facts[at], page.lines[at].span);
        let near = || (at.saturating_sub(NEAR)..facts.len().min(at + NEAR + 1)).filter(|other| facts[*other].fixed.is_none());
        // A space before a figure stands in columns, too.
        let beside_rows = || near().filter(|other| *other != at && !square[*other].is_empty()).take(ROWS).count() == ROWS;
        if !may_be_row(page, line, span) || square[at].is_empty() && !beside_rows() {
            return None;
        }
        let gaps = gaps(page, span);
        if gaps.is_empty() || gaps.len() > MOST {
            return None;
        }
        // As wide as two of its neighbours, or of their parts: those are narrower than three quarters of it.
        let widths = near().flat_map(|other| {
            let parts =
                if other == at || square[other].is_empty() { Vec::new() } else { cut(page, page.lines[other].span, &square[other]) };
            std::iter::once(facts[other].width).chain(parts.into_iter().map(|part| width::measure_line(page, part)))
        });
        let narrow: Vec<Width> = widths.filter(|width| width.hi * 4 < line.width.lo * 3 && width.hi >= NARROWEST).collect();
        if narrow.len() < FEWEST {
            return None;
        }
        // The last line of a paragraph may be of any width.
        let ends = is_stop(line.last);
        self.best(span, &gaps, |parts| {
            let alike = |part: &Width| narrow.iter().filter(|width| width.lo <= part.hi && part.lo <= width.hi).count() >= ALIKE;
            let widths: Vec<Width> = parts.iter().map(|part| width::measure_line(page, *part)).collect();
            widths.split_last().is_some_and(|(last, others)| {
                others.iter().all(alike) && (alike(last) || ends && narrow.iter().any(|width| last.hi < width.lo))
            })
        })
    }

    /// Of all ways to cut `span` that fit the one at the fewest spaces that may as well stand within a column, then at the fewest
    /// at all, if it is the only one.
    fn best(&self, span: Span, gaps: &[Gap], fits: impl Fn(&[Span]) -> bool) -> Option<Vec<Span>> {
        let mut best: Option<((usize, usize), Vec<Span>)> = None;
        let mut alone = false;
        for chosen in 1..1_usize << gaps.len() {
            let of = || gaps.iter().enumerate().filter(|(number, _)| chosen >> number & 1 == 1).map(|(_, gap)| gap);
            let cost = (of().filter(|gap| !gap.square).count(), of().count());
            if cost.1 >= COLUMNS || best.as_ref().is_some_and(|(least, _)| *least < cost) {
                continue;
            }
            let parts = cut(self.page, span, &of().map(|gap| gap.at).collect::<Vec<_>>());
            if fits(&parts) {
                alone = best.as_ref().is_none_or(|(least, _)| *least > cost);
                best = Some((cost, parts));
            }
        }
        best.filter(|_| alone).map(|(_, parts)| parts)
    }
}

fn may_be_row(page: &Page, line: &Facts, span: Span) -> bool {
    let is_text = line.fixed.is_none() && line.names.is_none();
    let has_spaces = || line.is_spaced() || !page.edits_in(span).is_empty();
    is_text && line.chars <= 80 && line.width.lo >= 2 * NARROWEST && has_spaces()
}

/// The spaces inside a line.
fn gaps(page: &Page, span: Span) -> Vec<Gap> {
    let text = span.slice(page.text());
    if text.len() > 4 * width::LONGEST {
        return Vec::new();
    }
    let gap = |at: usize| {
        let (before, behind) = text.split_at(at);
        let (before, after) = (before.chars().next_back()?, behind.chars().nth(1)?);
        let is_single = !before.is_whitespace() && !after.is_whitespace();
        is_single.then(|| Gap { at: span.start + at as u32, square: is_set_square(before) && is_set_square(after) })
    };
    text.char_indices().filter(|(_, c)| c.is_whitespace()).filter_map(|(at, _)| gap(at)).collect()
}

/// `span` cut at `places`.
pub(super) fn cut(page: &Page, span: Span, places: &[u32]) -> Vec<Span> {
    let ends = places.iter().copied().chain([span.end]);
    let starts = std::iter::once(span.start).chain(places.iter().copied());
    starts.zip(ends).map(|(start, end)| Span::new(start, end).trimmed(page.text())).collect()
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
    fn three_columns_on_one_line_are_parted() {
        let rows = [
            "昨天上午东港镇的孩子来 为了让学生吃得更好， 三只渔船昨天满载而归，",
            "到河边清理水草垃圾，大 教育部门给食堂换了新 码头上堆满了带鱼和虾，",
        ];
        let page = format!("{}\n{}\n{}\n{}", rows[0], rows[1], rows[0], rows[1]);
        let mut page = laws::page(&page);
        let facts = crate::layout::noted::facts(&page);
        let beside = part(&mut page, &facts).unwrap();
        assert_eq!(page.lines.len(), 12);
        assert_eq!(beside[..6], [false, true, true, false, true, true]);
    }

    #[test]
    fn a_wide_line_among_wide_lines_stays_whole() {
        let page = "东港镇的孩子昨天上午来到河边，清理水里的水草和垃圾\n".repeat(20);
        assert_eq!(lines(&page).len(), 20);
        let alone = "昨天上午东港镇的孩子来到河边清理水草三只小船很快装满";
        assert_eq!(lines(&format!("{alone}\n短行\n{alone}")), [alone, "短行", alone]);
    }
}
