//! Which story goes on elsewhere, and which comes from elsewhere.

use super::stories::Story;
use super::units::{Kind, Unit};

/// How far from a jump line, in units, its story may stand.
const WINDOW: usize = 16;

/// Gives 上接 lines to the story that begins behind them; before headlines are decided.
pub(super) fn from_elsewhere(units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story]) {
    for (index, _) in units.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::JumpFrom) {
        let behind = of_unit.get(index..).unwrap_or_default().iter().take(WINDOW).flatten();
        let before = of_unit.get(index.saturating_sub(WINDOW)..index).unwrap_or_default().iter().rev().flatten();
        if let Some(story) = behind.chain(before).find(|story| stories[**story].jump_from.is_none()) {
            stories[*story].jump_from = Some(index);
        }
    }
}

/// How much farther off, in units, an article that stops in mid-sentence may be than one that ends, and still be the one.
const OPEN: usize = 12;

/// Gives 下转 lines to stories: the nearer the story ends and the more it stops in mid-sentence, the sooner; one to each.
pub(super) fn to_elsewhere(units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story]) {
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (index, _) in units.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::JumpTo) {
        let from = index.saturating_sub(WINDOW);
        let near = of_unit.get(from..(index + WINDOW).min(of_unit.len())).unwrap_or_default();
        for (unit, story) in near.iter().enumerate().filter_map(|(at, story)| Some((from + at, (*story)?))) {
            if stories[story].bodies.last() == Some(&unit) {
                let distance = unit.abs_diff(index) * 2 + usize::from(unit > index);
                let closed = if stories[story].open { 0 } else { OPEN * 2 };
                // Directly behind a body the line closes it.
                let behind = usize::from(unit + 1 == index) * 2;
                pairs.push((distance + closed - behind, index, story));
            }
        }
    }
    pairs.sort_unstable();
    let mut given = vec![false; units.len()];
    for (_, index, story) in pairs {
        if !given[index] && stories[story].jump_to.is_none() {
            given[index] = true;
            stories[story].jump_to = Some(index);
        }
    }
}
