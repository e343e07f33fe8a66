//! The measure of every line: how wide the box is that it was set in.
//!
//! Lines of one box are full but for the first (indented) and the last of each paragraph, so the measure is the width that most
//! neighbouring lines agree on. It is found for the whole page at once, as the cheapest sequence of measures under the costs in
//! [`super::weights`]: time grows with the number of lines.

use super::facts::Facts;
use super::weights as w;
use super::width::Width;

/// Measures tried, in half ems: 4 to 79.5.
const FIRST: u32 = 8;
const COUNT: usize = 152;

fn em(index: usize) -> u32 {
    (FIRST + index as u32) * 50
}

fn misfit(width: Width, measure: u32, narrow: bool) -> i32 {
    // Columns are mostly a whole number of characters wide.
    let odd = if measure.is_multiple_of(100) { 0 } else { w::MEASURE_ODD };
    if width.fits_well(measure) {
        odd
    } else if width.fits(measure) {
        odd + w::MEASURE_NEARLY
    } else if width.fits(measure.saturating_sub(w::INDENT)) {
        w::MEASURE_INDENT
    } else if width.fits(measure.saturating_sub(w::INDENT + 100)) {
        w::MEASURE_DEEP_INDENT
    } else if width.short_of(measure) {
        if narrow { w::MEASURE_SHORT_IN_TEXT } else { w::MEASURE_SHORT }
    } else if width.beyond(measure + 100) {
        w::MEASURE_FAR_BEYOND
    } else {
        w::MEASURE_BEYOND
    }
}

/// Whether line `index` is a line of running text as wide as the next or the one before, so that it fills its column.
fn is_narrow(lines: &[Facts], index: usize) -> bool {
    let line = &lines[index];
    let runs = |line: &Facts| line.fixed.is_none() && !line.stops() && line.text.contains(['，', '。', '、']);
    let alike = |other: Option<&Facts>| other.is_some_and(|other| runs(other) && other.width.hi.abs_diff(line.width.hi) <= 100);
    let near = || [index.checked_sub(1), Some(index + 1)].into_iter().flatten().any(|other| alike(lines.get(other)));
    line.fixed.is_none() && !line.stops() && near()
}

/// The measure of each line, in hundredths of an em.
pub(crate) fn measures(lines: &[Facts]) -> Vec<u32> {
    let blanks_tell = lines.iter().filter(|line| line.blank).count() * 20 >= lines.len();
    let mut cost = [0_i32; COUNT];
    // Where the best path into a line changes its measure, and from which; a bit set for the measures that change.
    let mut from: Vec<(u8, [u64; 3])> = Vec::with_capacity(lines.len());
    let mut behind_blank = false;
    for (index, line) in lines.iter().enumerate() {
        let (best, least) = cost.iter().enumerate().min_by_key(|(_, c)| **c).map_or((0, 0), |(i, c)| (i, *c));
        let change = least
            + if line.fixed.is_some() || line.fixed_before {
                w::MEASURE_CHANGE_APART
            } else if !blanks_tell {
                w::MEASURE_CHANGE_WITHOUT_BLANKS
            } else if line.blank {
                w::MEASURE_CHANGE_AT_BLANK
            } else if behind_blank {
                // Behind an indented line a change of the edge leaves no blank.
                w::MEASURE_CHANGE_BEHIND_BLANK
            } else {
                w::MEASURE_CHANGE_IN_BLOCK
            };
        let mut changed = [0_u64; 3];
        let narrow = is_narrow(lines, index);
        for (at, c) in cost.iter_mut().enumerate() {
            if change < *c {
                *c = change;
                changed[at / 64] |= 1 << (at % 64);
            }
            if line.fixed.is_none() {
                *c += misfit(line.width, em(at), narrow);
            }
            *c -= least;
        }
        from.push((best as u8, changed));
        behind_blank = line.blank;
    }
    let mut at = cost.iter().enumerate().min_by_key(|(_, c)| **c).map_or(0, |(i, _)| i);
    let mut out = vec![0; lines.len()];
    for (line, (best, changed)) in out.iter_mut().zip(&from).rev() {
        *line = em(at);
        if changed[at / 64] >> (at % 64) & 1 == 1 {
            at = *best as usize;
        }
    }
    ignore_scraps(lines, &mut out);
    out
}

/// A few lines without a single full stop are no column of their own but a headline: they get the measure of the column above.
fn ignore_scraps(lines: &[Facts], measures: &mut [u32]) {
    const FEW: usize = 8;
    let mut start = 0;
    let mut above = None;
    while start < lines.len() {
        let measure = measures[start];
        let count = measures.iter().skip(start).take_while(|own| **own == measure).count();
        let end = start + count;
        let stops = |line: &Facts| line.text.contains('。') || line.last == '.' || line.text.contains(". ");
        let scrap = count <= FEW && !lines.get(start..end).unwrap_or_default().iter().any(|line| stops(line) || line.credit);
        if scrap {
            let better = above.or_else(|| measures.get(end).copied()).unwrap_or(measure);
            for own in measures.get_mut(start..end).unwrap_or_default() {
                *own = better;
            }
        } else {
            above = Some(measure);
        }
        start = end;
    }
}
