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

/// Gives 下转 lines to the nearest story that stops in mid-sentence, else to the one they stand behind.
pub(super) fn to_elsewhere(units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story]) {
    for (index, _) in units.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::JumpTo) {
        let from = index.saturating_sub(WINDOW);
        let near = of_unit.get(from..(index + WINDOW).min(of_unit.len())).unwrap_or_default();
        let candidates = near.iter().enumerate().filter_map(|(at, story)| {
            let (story, unit) = ((*story)?, from + at);
            let last = stories[story].bodies.last() == Some(&unit);
            (last && stories[story].jump_to.is_none()).then_some((story, unit))
        });
        // A jump line directly behind a body closes it; farther away only an open sentence tells.
        let cost = |(story, unit): &(usize, usize)| {
            let distance = unit.abs_diff(index) * 2 + usize::from(*unit > index);
            distance + if stories[*story].open { 0 } else { 100 } - if unit + 1 == index { 2 } else { 0 }
        };
        if let Some((story, _)) = candidates.min_by_key(cost) {
            stories[story].jump_to = Some(index);
        }
    }
}
