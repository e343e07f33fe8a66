//! The measure of every line: how wide the box is that it was set in.
//!
//! Lines of one box are full but for the first (indented) and the last of each paragraph, so the measure is the width that most
//! neighbouring lines agree on. It is found for the whole page at once, as the cheapest sequence of measures under the costs in
//! [`super::weights`]: time grows with the number of lines.

use rustc_hash::FxHashMap;

use super::facts::Facts;
use super::weights as w;
use super::width::{TOLERANCE, Width};

/// Measures tried, in half ems: 4 to 79.5.
const FIRST: u32 = 8;
const COUNT: usize = 152;

/// A cost for each measure tried. The least of a row is always near nothing and no cost is beyond a few thousand, so that a row
/// fits into few registers.
type Costs = [i16; COUNT];

/// A bit for each measure tried.
type Bits = [u8; COUNT / 8];

fn em(index: usize) -> u32 {
    (FIRST + index as u32) * 50
}

/// How badly each measure suits a line of `width`. What is painted later is truer.
fn misfits(width: Width) -> Costs {
    let (lo, hi) = (i64::from(width.lo), i64::from(width.hi));
    let mut costs = [w::MEASURE_BEYOND as i16; COUNT];
    let mut paint = |from: i64, to: i64, cost: i32| costs.get_mut(between(from, to)).unwrap_or_default().fill(cost as i16);
    let (close, closest) = (i64::from(TOLERANCE), i64::from(TOLERANCE / 3));
    let (indent, deep_indent) = (i64::from(w::INDENT), i64::from(w::INDENT + 100));
    paint(0, lo - 100 - close - 1, w::MEASURE_FAR_BEYOND);
    paint(hi + close + 1, i64::from(em(COUNT)), w::MEASURE_SHORT);
    paint(lo - close + deep_indent, hi + close + deep_indent, w::MEASURE_DEEP_INDENT);
    paint(lo - close + indent, hi + close + indent, w::MEASURE_INDENT);
    paint(lo - close, hi + close, w::MEASURE_NEARLY);
    paint(lo - closest, hi + closest, 0);
    // Columns are mostly a whole number of characters wide.
    for index in between(lo - close, hi + close).filter(|index| index % 2 == 1) {
        costs[index] += w::MEASURE_ODD as i16;
    }
    costs
}

/// The measures that lie between two widths, both taken in.
fn between(from: i64, to: i64) -> std::ops::Range<usize> {
    // How many of them are no greater.
    let count = |width: i64| ((width - i64::from(em(0))).div_euclid(50) + 1).clamp(0, COUNT as i64) as usize;
    count(from - 1)..count(to)
}

/// The first of the least costs, and its place.
fn least(costs: &Costs) -> (usize, i16) {
    let least = costs.iter().copied().fold(i16::MAX, i16::min);
    (costs.iter().position(|cost| *cost == least).unwrap_or(0), least)
}

/// Widths that are kept in mind.
const MANY: usize = 256;

/// Multiplied by eight bytes that are 0 or 1, brings each to its bit in the last byte.
const TO_BITS: u64 = 0x0102_0408_1020_4080;

/// The measures that cost more than `limit`.
fn beyond(costs: &Costs, limit: i16) -> Bits {
    let mut over = [0; COUNT];
    for (over, cost) in over.iter_mut().zip(costs) {
        *over = u8::from(*cost > limit);
    }
    let mut marks = [0; COUNT / 8];
    for (mark, eight) in marks.iter_mut().zip(over.as_chunks().0) {
        *mark = (u64::from_le_bytes(*eight).wrapping_mul(TO_BITS) >> 56) as u8;
    }
    marks
}

/// The measure of each line, in hundredths of an em.
pub(crate) fn measures(lines: &[Facts]) -> Vec<u32> {
    let blanks_tell = lines.iter().filter(|line| line.blank).count() * 20 >= lines.len();
    let mut costs: Costs = [0; COUNT];
    // Where the best path into a line changes its measure, and from which; a bit set for the measures that change.
    let mut from: Vec<(u8, Bits)> = Vec::with_capacity(lines.len());
    let mut behind_blank = false;
    // Most lines are as wide as others.
    let mut known: FxHashMap<Width, Costs> = FxHashMap::default();
    for line in lines {
        let (best, least) = least(&costs);
        let change = if line.fixed.is_some() || line.fixed_before {
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
        let change = least + change as i16;
        from.push((best as u8, beyond(&costs, change)));
        if known.len() == MANY {
            known.clear();
        }
        let misfits = if line.fixed.is_none() { known.entry(line.width).or_insert_with(|| misfits(line.width)) } else { &[0; COUNT] };
        for (cost, misfit) in costs.iter_mut().zip(misfits) {
            *cost = (*cost).min(change) - least + misfit;
        }
        behind_blank = line.blank;
    }
    let (mut at, _) = least(&costs);
    let mut out = vec![0; lines.len()];
    for (line, (best, changed)) in out.iter_mut().zip(&from).rev() {
        *line = em(at);
        if changed[at / 8] >> (at % 8) & 1 == 1 {
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
        let scrap = count <= FEW && !lines.get(start..end).unwrap_or_default().iter().any(Facts::stops_in_text);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn misfit(width: Width, measure: u32) -> i32 {
        let odd = if measure.is_multiple_of(100) { 0 } else { w::MEASURE_ODD };
        if width.lo <= measure + TOLERANCE / 3 && measure <= width.hi + TOLERANCE / 3 {
            odd
        } else if width.fits(measure) {
            odd + w::MEASURE_NEARLY
        } else if width.fits(measure.saturating_sub(w::INDENT)) {
            w::MEASURE_INDENT
        } else if width.fits(measure.saturating_sub(w::INDENT + 100)) {
            w::MEASURE_DEEP_INDENT
        } else if width.short_of(measure) {
            w::MEASURE_SHORT
        } else if width.beyond(measure + 100) {
            w::MEASURE_FAR_BEYOND
        } else {
            w::MEASURE_BEYOND
        }
    }

    #[test]
    fn the_nearest_reading_of_a_width_counts() {
        let widths = (0..9000).step_by(7).flat_map(|lo| [0, 1, 17, 50, 63, 240, 4000].map(|more| Width { lo, hi: lo + more }));
        for width in widths.chain([Width::UNMEASURED]) {
            let misfits = misfits(width);
            for (index, cost) in misfits.iter().enumerate() {
                assert_eq!(i32::from(*cost), misfit(width, em(index)), "{width:?} in {}", em(index));
            }
        }
    }
}
