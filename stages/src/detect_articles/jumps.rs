//! Which story goes on elsewhere, and which comes from elsewhere.
//!
//! A jump line is printed at the end of its story or over its beginning, but the text of a page may have it between others. What
//! stands next to it, what it stands above and below, whether a story stops in mid-sentence or begins as one does: each is a sign,
//! weighed as the data file `jump-lines.txt` says. The likeliest pairs of line and story are taken first, one line to each story.

use std::cmp::Reverse;
use std::sync::LazyLock;

use crate::layout::blanks::Blanks;
use crate::layout::{Layout, pairs};
use crate::learned;

use super::stories::Story;
use super::units::{Kind, Unit};

/// Where a jump line leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// 下转: on another page the story goes on.
    To,
    /// 上接: on another page it began.
    From,
}

/// Names of the signs that speak for a story as the one that goes on elsewhere, each from 0 to 1000, in the order of [`to_signs`].
pub(crate) const TO: [&str; 10] = [
    "behind-it",
    "before-it",
    "behind-its-body",
    "ends-above",
    "between",
    "breaks-off",
    "cut-off",
    "signed",
    "photo",
    "comes-from-elsewhere",
];

/// Names of the signs of the one that comes from elsewhere, in the order of [`from_signs`].
pub(crate) const FROM: [&str; 13] = [
    "behind-it",
    "before-it",
    "begins-below",
    "begins-directly-below",
    "between",
    "distance",
    "dateline",
    "byline",
    "headline",
    "goes-on",
    "strange-beginning",
    "photo",
    "goes-on-elsewhere",
];

const FILE: &str = include_str!("../../data/jump-lines.txt");

static WEIGHTS: LazyLock<[Vec<i32>; 2]> = LazyLock::new(|| [learned::weights(FILE, "to", &TO), learned::weights(FILE, "from", &FROM)]);

/// How far from a jump line, in units, its story may stand.
const WINDOW: usize = 24;

/// A line that is shorter than its measure by more is not full; in hundredths of an em.
const EM: u32 = 100;

/// A story that a jump line may be of, and the signs for that.
pub(crate) type Candidate = (usize, Vec<i32>);

/// Gives the jump lines of one direction to stories, instead of those that were given before.
pub(super) fn give(way: Way, layout: &Layout, units: &[Unit], stories: &mut [Story]) {
    let weights = &WEIGHTS[way as usize];
    let mut pairs = Vec::new();
    for (line, candidates) in candidates(way, layout, units, stories) {
        pairs.extend(candidates.into_iter().map(|(story, signs)| (Reverse(learned::sum(&signs, weights)), line, story)));
    }
    pairs.sort_unstable();
    let given = |story: &mut Story| match way {
        Way::To => std::mem::take(&mut story.jump_to),
        Way::From => std::mem::take(&mut story.jump_from),
    };
    for story in stories.iter_mut() {
        given(story);
    }
    let mut used = vec![false; units.len()];
    for (_, line, story) in pairs {
        let place = match way {
            Way::To => &mut stories[story].jump_to,
            Way::From => &mut stories[story].jump_from,
        };
        if !used[line] && place.is_none() {
            used[line] = true;
            *place = Some(line);
        }
    }
}

/// For each jump line of one direction the stories near it, with the signs for each.
pub(super) fn candidates(way: Way, layout: &Layout, units: &[Unit], stories: &[Story]) -> Vec<(usize, Vec<Candidate>)> {
    let kind = if way == Way::To { Kind::JumpTo } else { Kind::JumpFrom };
    let mut held = vec![None; units.len()];
    for (number, story) in stories.iter().enumerate() {
        for unit in story.bodies.iter().chain(&story.heads).chain(&story.bylines) {
            held[*unit] = Some(number);
        }
    }
    let lines = units.iter().enumerate().filter(|(_, unit)| unit.kind == kind);
    let of_line = |(line, _): (usize, &Unit)| {
        let near = Near::new(&held, line);
        let signs = |number: usize| {
            let story = &stories[number];
            let (first, last) = story.bodies.first().copied().zip(story.bodies.last().copied())?;
            let signs = match way {
                Way::To => to_signs(layout, units, &near, number, story, last).to_vec(),
                Way::From => from_signs(layout, units, &near, number, story, first).to_vec(),
            };
            Some((number, signs))
        };
        (line, near.stories().into_iter().filter_map(signs).collect())
    };
    lines.map(of_line).collect()
}

fn to_signs(layout: &Layout, units: &[Unit], near: &Near<'_>, number: usize, story: &Story, last: usize) -> [i32; TO.len()] {
    let line = units[last].lines.end - 1;
    let end = &layout.lines[line];
    let behind = near.above() == Some(number);
    [
        yes(behind),
        yes(near.below() == Some(number)),
        yes(behind && near.directly_above() == Some(last)),
        yes(last < near.line),
        near.between(number, last) * 250,
        yes(story.open),
        yes(is_cut_off(layout, units, story, last)),
        yes(end.names.is_some() || end.credit),
        yes(story.photo),
        yes(story.jump_from.is_some()),
    ]
}

/// Whether a story surely goes on elsewhere: it fills its last line, stops in mid-sentence, and the page was read box after box, so
/// that no other text can have come in between.
fn is_cut_off(layout: &Layout, units: &[Unit], story: &Story, last: usize) -> bool {
    let before_text = units.get(last + 1).is_some_and(|next| next.kind == Kind::Body);
    let line = units[last].lines.end - 1;
    let full = !layout.lines[line].width.short_of(layout.measures[line].saturating_sub(EM));
    story.open && full && layout.blanks == Blanks::MarkEdges && !before_text
}

fn from_signs(layout: &Layout, units: &[Unit], near: &Near<'_>, number: usize, story: &Story, first: usize) -> [i32; FROM.len()] {
    let start = units[first].lines.start;
    [
        yes(near.above() == Some(number)),
        yes(near.below() == Some(number)),
        yes(first > near.line),
        yes(first == near.line + 1),
        near.between(number, first) * 250,
        (first.abs_diff(near.line) - 1).min(5) as i32 * 200,
        yes(layout.lines[start].dateline),
        yes(story.signed || !story.bylines.is_empty()),
        yes(!story.heads.is_empty()),
        yes(layout.roles[start].goes_on()),
        yes(pairs::begins_none(layout.lines[start].first)),
        yes(story.photo),
        yes(story.jump_to.is_some()),
    ]
}

fn yes(holds: bool) -> i32 {
    if holds { 1000 } else { 0 }
}

/// What stands around a jump line.
struct Near<'a> {
    /// The story of each unit of the page.
    held: &'a [Option<usize>],
    line: usize,
    from: usize,
    to: usize,
}

impl<'a> Near<'a> {
    fn new(held: &'a [Option<usize>], line: usize) -> Self {
        Self { held, line, from: line.saturating_sub(WINDOW), to: (line + WINDOW + 1).min(held.len()) }
    }

    /// The stories, in order, none twice.
    fn stories(&self) -> Vec<usize> {
        let mut stories: Vec<usize> = self.held[self.from..self.to].iter().flatten().copied().collect();
        stories.sort_unstable();
        stories.dedup();
        stories
    }

    /// The nearest unit above that is of a story.
    fn directly_above(&self) -> Option<usize> {
        (self.from..self.line).rev().find(|unit| self.held[*unit].is_some())
    }

    fn above(&self) -> Option<usize> {
        self.held[self.directly_above()?]
    }

    fn below(&self) -> Option<usize> {
        self.held[self.line..self.to].iter().flatten().copied().next()
    }

    /// How many other stories stand between the line and `unit`, at most four; a unit out of sight is that far.
    fn between(&self, story: usize, unit: usize) -> i32 {
        const MOST: usize = 4;
        if !(self.from..self.to).contains(&unit) {
            return MOST as i32;
        }
        let mut others: Vec<usize> = Vec::with_capacity(MOST);
        for other in self.held[unit.min(self.line) + 1..unit.max(self.line)].iter().flatten().filter(|other| **other != story) {
            if others.len() < MOST && !others.contains(other) {
                others.push(*other);
            }
        }
        others.len() as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_a_weight() {
        assert_eq!((learned::named(FILE, "to"), learned::named(FILE, "from")), (TO.len(), FROM.len()));
    }
}
