//! How sure the boundaries and the headline of a story are: signs of doubt, weighed as the data file `confidence.txt` says, and
//! turned into a probability.
//!
//! `examples/learn_layout` fits the weights to pages with known answers, so that of a hundred decisions with 0.8 about eighty are
//! right.

use std::sync::LazyLock;

use pipeline::Permille;

use crate::layout::Layout;
use crate::layout::roles::{Blanks, Role};
use crate::learned;

use super::stories::Story;
use super::units::{Kind, Unit};
use crate::layout::vocabulary::{self, Said, Vocabulary};

/// Names of the signs of a boundary, each from 0 to 1000, in the order of [`boundary_signs`].
pub(crate) const BOUNDARY: [&str; 10] = [
    "base",
    "opens-surely",
    "another-may-open-inside",
    "next-opens-surely",
    "parts",
    "resumed",
    "broken-off",
    "short",
    "blanks-between-blocks",
    "blanks-absent",
];

/// Names of the signs of a headline, in the order of [`title_signs`].
pub(crate) const TITLE: [&str; 13] = [
    "base",
    "shared-words",
    "speaks-of-the-same",
    "more-than-of-another",
    "another-headline-more",
    "as-the-page-does",
    "from-elsewhere",
    "blocks",
    "byline-behind",
    "boundary",
    "photo-or-continued",
    "blanks-between-blocks",
    "blanks-absent",
];

/// Evidence beyond this, in thousandths of a nat, leaves no doubt.
const SURE: i32 = 8000;

/// What speaks for and against the boundaries of `story`.
pub(super) fn boundary_signs(layout: &Layout, units: &[Unit], story: &Story) -> [i32; BOUNDARY.len()] {
    let bodies = || story.bodies.iter().map(|unit| &units[*unit]);
    let lines = || bodies().flat_map(|unit| unit.lines.clone());
    let margin = |line: usize| layout.opening[line].clamp(0, SURE) * 1000 / SURE;
    let behind_body = |unit: usize| unit.checked_sub(1).is_some_and(|before| units[before].kind == Kind::Body);
    let opens = story.bodies.first().map_or(0, |first| if behind_body(*first) { margin(units[*first].lines.start) } else { 1000 });
    let next = story.bodies.last().map_or(0, |last| match units.get(last + 1) {
        Some(next) if next.kind == Kind::Body => margin(next.lines.start),
        _ => 1000,
    });
    let inside = lines().skip(1).filter(|line| layout.roles[*line] == Role::Start).map(|line| layout.opening[line]).max();
    let inside = inside.unwrap_or(-SURE).clamp(-SURE, 0) + SURE;
    let resumed = lines().filter(|line| layout.roles[*line] == Role::Resume).count().min(4) as i32;
    let yes = |holds: bool| if holds { 1000 } else { 0 };
    [
        1000,
        opens,
        inside * 1000 / SURE,
        next,
        story.bodies.len().saturating_sub(1).min(4) as i32 * 250,
        resumed * 250,
        yes(story.open && story.jump_to.is_none()),
        yes(lines().count() <= 3),
        yes(layout.blanks == Blanks::BetweenBlocks),
        yes(layout.blanks == Blanks::Absent),
    ]
}

/// Whether the headline of a story stands below its body.
fn is_below(story: &Story) -> Option<bool> {
    Some(story.heads.first()? > story.bodies.first()?)
}

/// How many headlines of a page stand below their bodies, and how many there are.
pub(super) fn habit(stories: &[Story]) -> (i32, i32) {
    let placed = stories.iter().filter_map(is_below);
    placed.fold((0, 0), |(below, all), is_below| (below + i32::from(is_below), all + 1))
}

/// What the headlines and texts of a page speak of.
pub(super) struct Topics {
    /// Of each story its headline and its text.
    heads: Vec<Said>,
    bodies: Vec<Said>,
    /// Display blocks that are nobody's, by unit.
    strays: Vec<(usize, Said)>,
}

impl Topics {
    pub(super) fn of(units: &[Unit], stories: &[Story], vocabulary: &Vocabulary) -> Self {
        let mut taken = vec![false; units.len()];
        for unit in stories.iter().flat_map(Story::units) {
            taken[unit] = true;
        }
        let strays = (0..units.len()).filter(|unit| units[*unit].kind == Kind::Display && !taken[*unit]);
        Self {
            heads: stories.iter().map(|story| Said::by(vocabulary, &story.heads)).collect(),
            bodies: stories.iter().map(|story| Said::by(vocabulary, &story.bodies)).collect(),
            strays: strays.map(|unit| (unit, Said::by(vocabulary, &[unit]))).collect(),
        }
    }
}

/// What is known of the whole page when a headline is weighed.
pub(super) struct Surroundings<'a> {
    pub(super) layout: &'a Layout,
    pub(super) units: &'a [Unit],
    pub(super) stories: &'a [Story],
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) topics: Topics,
    /// What [`habit`] says of the page.
    pub(super) habit: (i32, i32),
}

impl Surroundings<'_> {
    /// What speaks for and against the headline of story `number`.
    pub(super) fn title_signs(&self, number: usize) -> [i32; TITLE.len()] {
        /// How many stories and stray headlines before and after may be the right ones.
        const NEAR: usize = 8;
        let Self { layout, units, stories, vocabulary, topics, .. } = self;
        let story = &stories[number];
        let kinship = |head: &Said, body: &Said| vocabulary.kinship(head, body, vocabulary::HEADLINE);
        let own = kinship(&topics.heads[number], &topics.bodies[number]);
        let near = || (number.saturating_sub(NEAR)..(number + NEAR + 1).min(stories.len())).filter(|other| *other != number);
        let of_another = near().map(|other| kinship(&topics.heads[number], &topics.bodies[other])).max().unwrap_or(-SURE);
        let first = story.bodies.first().copied().unwrap_or(0);
        let at = topics.strays.partition_point(|(unit, _)| *unit < first);
        let strays = topics.strays.get(at.saturating_sub(NEAR)..topics.strays.len().min(at + NEAR)).unwrap_or_default();
        let others = near().filter(|other| !stories[*other].heads.is_empty()).map(|other| &topics.heads[other]);
        let others = others.chain(strays.iter().map(|(_, said)| said));
        let another = others.map(|head| kinship(head, &topics.bodies[number])).max().unwrap_or(-SURE);
        let (below, all) = self.habit;
        let alike = if is_below(story) == Some(true) { below } else { all - below };
        let far = story.heads.iter().all(|head| {
            let apart =
                |body: &usize| units.get(*head.min(body) + 1..*head.max(body)).unwrap_or_default().iter().any(|u| u.kind == Kind::Body);
            story.bodies.iter().all(apart)
        });
        let yes = |holds: bool| if holds { 1000 } else { 0 };
        let nats = |worth: i32| (worth.clamp(-SURE, SURE) + SURE) * 500 / SURE;
        [
            1000,
            vocabulary.share(&topics.heads[number], &topics.bodies[number]),
            nats(own / 2),
            nats(own - of_another),
            nats(another - own),
            alike * 1000 / all.max(1),
            yes(far),
            story.heads.len().min(4) as i32 * 250,
            yes(story.heads.last().is_some_and(|head| story.bylines.contains(&(head + 1)))),
            i32::from(story.boundary_sure.get()),
            yes(story.photo || story.jump_from.is_some()),
            yes(layout.blanks == Blanks::BetweenBlocks),
            yes(layout.blanks == Blanks::Absent),
        ]
    }
}

/// The weights of the signs, in thousandths of a nat.
struct Weights {
    boundary: Vec<i32>,
    title: Vec<i32>,
}

const FILE: &str = include_str!("../../data/confidence.txt");

static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights { boundary: learned::weights(FILE, "boundary", &BOUNDARY), title: learned::weights(FILE, "title", &TITLE) });

/// How sure the boundaries are.
pub(super) fn boundary(signs: &[i32]) -> Permille {
    probability(signs, &WEIGHTS.boundary)
}

/// How sure the headline is.
pub(super) fn title(signs: &[i32]) -> Permille {
    probability(signs, &WEIGHTS.title)
}

/// By how much each sign leaves a boundary and a headline less sure than they could be, in thousandths of a nat, by name.
pub(crate) type Doubts = (Vec<(&'static str, i32)>, Vec<(&'static str, i32)>);

/// The doubts behind the signs of a boundary and of a headline.
pub(super) fn doubts(boundary: &[i32], title: &[i32]) -> Doubts {
    let of = |names: &[&'static str], signs: &[i32], weights: &[i32]| {
        let each = names.iter().zip(signs).zip(weights);
        each.map(|((name, sign), weight)| (*name, (*weight).max(0) - sign * weight / 1000)).collect()
    };
    (of(&BOUNDARY, boundary, &WEIGHTS.boundary), of(&TITLE, title, &WEIGHTS.title))
}

/// The logistic function of the weighed sum. By a table, so that every machine gives the same thousandths.
fn probability(signs: &[i32], weights: &[i32]) -> Permille {
    let nats = learned::sum(signs, weights);
    let (at, rest) = (nats.unsigned_abs() as usize / 500, nats.unsigned_abs() as i32 % 500);
    let upper = match (LOGISTIC.get(at), LOGISTIC.get(at + 1)) {
        (Some(here), Some(next)) => here + (next - here) * rest / 500,
        _ => 999,
    };
    Permille::new((if nats < 0 { 1000 - upper } else { upper }) as u16)
}

/// 1000 / (1 + exp(-x)) for x = 0, 0.5, 1 … 6.5.
const LOGISTIC: [i32; 14] = [500, 622, 731, 818, 881, 924, 953, 971, 982, 989, 993, 996, 998, 998];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_become_probabilities() {
        let of = |nats: i32| probability(&[nats], &[1000]).get();
        assert_eq!((of(0), of(1000), of(-1000), of(250)), (500, 731, 269, 561));
        assert_eq!((of(30_000), of(-30_000)), (999, 1));
    }

    #[test]
    fn every_sign_has_a_weight() {
        assert_eq!((learned::named(FILE, "boundary"), learned::named(FILE, "title")), (BOUNDARY.len(), TITLE.len()));
    }
}
