//! How sure the boundaries and the headline of a story are: signs of doubt, weighed as the data file `confidence.txt` says, and
//! turned into a probability.
//!
//! `examples/learn_layout` fits the weights to pages with known answers, so that of a hundred decisions with 0.8 about eighty are
//! right.

use std::sync::LazyLock;

use pipeline::Permille;

use crate::layout::Layout;
use crate::layout::blanks::Blanks;
use crate::layout::roles::Role;
use crate::layout::vocabulary::{self, Said, Vocabulary};
use crate::learned;

use super::exchange::SETTLED;
use super::headline;
use super::stories::Story;
use super::units::{Kind, Unit};

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

/// Names of the signs of a headline, in the order of [`Surroundings::title_signs`].
pub(crate) const TITLE: [&str; 20] = [
    "base",
    "margin",
    "weakest-block",
    "in-several-places",
    "from-elsewhere",
    "distance",
    "brackets-open",
    "breaks-off",
    "closes-with-label",
    "few-characters-on-a-line",
    "as-the-page-does",
    "byline-behind",
    "stray-headlines",
    "untitled-text-nearby",
    "length-of-text",
    "short-text",
    "photo",
    "text-put-in-order",
    "opens-surely",
    "next-opens-surely",
];

/// What speaks for and against the boundaries of `story`.
pub(super) fn boundary_signs(layout: &Layout, units: &[Unit], story: &Story) -> [i32; BOUNDARY.len()] {
    let bodies = || story.bodies.iter().map(|unit| &units[*unit]);
    let lines = || bodies().flat_map(|unit| unit.lines.clone());
    let margin = |line: usize| layout.opening[line].clamp(0, vocabulary::SURE) * 1000 / vocabulary::SURE;
    let behind_body = |unit: usize| unit.checked_sub(1).is_some_and(|before| units[before].kind == Kind::Body);
    let opens = story.bodies.first().map_or(0, |first| if behind_body(*first) { margin(units[*first].lines.start) } else { 1000 });
    let next = story.bodies.last().map_or(0, |last| match units.get(last + 1) {
        Some(next) if next.kind == Kind::Body => margin(next.lines.start),
        _ => 1000,
    });
    let inside = lines().skip(1).filter(|line| layout.roles[*line] == Role::Start).map(|line| layout.opening[line]).max();
    let inside = inside.unwrap_or(-vocabulary::SURE).clamp(-vocabulary::SURE, 0) + vocabulary::SURE;
    let resumed = lines().filter(|line| layout.roles[*line] == Role::Resume).count().min(4) as i32;
    let yes = |holds: bool| if holds { 1000 } else { 0 };
    [
        1000,
        opens,
        inside * 1000 / vocabulary::SURE,
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
fn habit(stories: &[Story]) -> (i32, i32) {
    let placed = stories.iter().filter_map(is_below);
    placed.fold((0, 0), |(below, all), is_below| (below + i32::from(is_below), all + 1))
}

/// What is known of the whole page when a headline is weighed.
pub(super) struct Surroundings<'a> {
    layout: &'a Layout,
    units: &'a [Unit],
    stories: &'a [Story],
    vocabulary: &'a Vocabulary,
    /// What each text speaks of.
    bodies: Vec<Said>,
    /// Headline blocks that are nobody's.
    strays: usize,
    /// For each line its place among the lines as they were read.
    places: &'a [usize],
    /// What [`habit`] says of the page.
    habit: (i32, i32),
}

impl<'a> Surroundings<'a> {
    pub(super) fn of(layout: &'a Layout, units: &'a [Unit], stories: &'a [Story], vocabulary: &'a Vocabulary, places: &'a [usize]) -> Self {
        let displays = units.iter().filter(|unit| unit.kind == Kind::Display).count();
        let taken = stories.iter().flat_map(Story::units).filter(|unit| units[*unit].kind == Kind::Display).count();
        let bodies = stories.iter().map(|story| Said::by(vocabulary, &story.bodies)).collect();
        let strays = displays.saturating_sub(taken);
        Self { layout, units, stories, vocabulary, bodies, strays, places, habit: habit(stories) }
    }

    /// What speaks for and against the headline of story `number`, each from 0 to 1000.
    pub(super) fn title_signs(&self, number: usize) -> [i32; TITLE.len()] {
        let Self { layout, units, stories, places, .. } = self;
        let story = &stories[number];
        let of_units = |list: &[usize]| list.iter().flat_map(|unit| units[*unit].lines.clone()).collect::<Vec<usize>>();
        let (head, body) = (of_units(&story.heads), of_units(&story.bodies));
        let broken_up = |lines: &[usize]| lines.windows(2).filter(|pair| places[pair[1]] != places[pair[0]] + 1).count();
        let facts: Vec<_> = head.iter().map(|line| &layout.lines[*line]).collect();
        let characters: usize = body.iter().map(|line| layout.lines[*line].chars).sum();
        let (below, all) = self.habit;
        let alike = if is_below(story) == Some(true) { below } else { all - below };
        let (distance, others_between) = self.distance(story);
        let [_, opens, _, next_opens, ..] = boundary_signs(layout, units, story);
        let last = facts.last().map_or(' ', |line| line.last);
        let yes = |holds: bool| if holds { 1000 } else { 0 };
        let share = |count: usize, most: usize| (count.min(most) * 1000 / most) as i32;
        [
            1000,
            story.margin * 1000 / SETTLED,
            (self.weakest_block(number).clamp(-vocabulary::SURE, vocabulary::SURE) + vocabulary::SURE) * 500 / vocabulary::SURE,
            yes(broken_up(&head) > 0),
            yes(others_between),
            share(distance.saturating_sub(1), 7),
            yes(!headline::is_balanced(&facts)),
            yes(matches!(last, '，' | '、' | '—' | '：' | '·')),
            yes(matches!(last, '）' | ')')),
            yes(facts.iter().any(|line| line.chars <= 2)),
            alike * 1000 / all.max(1),
            yes(story.heads.last().and_then(|head| units.get(head + 1)).is_some_and(|unit| unit.kind == Kind::Byline)),
            share(self.strays, 4),
            yes(self.near(number).any(|other| stories[other].lacks_headline())),
            magnitude(characters),
            yes(body.len() <= 4),
            yes(story.photo),
            share(broken_up(&body), 6),
            opens,
            next_opens,
        ]
    }

    /// The stories that may be the right ones for the headline of story `number`.
    fn near(&self, number: usize) -> impl Iterator<Item = usize> {
        /// How many before and after.
        const NEAR: usize = 8;
        (number.saturating_sub(NEAR)..(number + NEAR + 1).min(self.stories.len())).filter(move |other| *other != number)
    }

    /// Of all headline blocks of story `number` the least by which one speaks more of this text than of another, in thousandths of
    /// a nat.
    fn weakest_block(&self, number: usize) -> i32 {
        let margin = |head: &usize| {
            let own = Said::by(self.vocabulary, &[*head]);
            let kinship = |story: usize| self.vocabulary.kinship(&own, &self.bodies[story], vocabulary::HEADLINE);
            kinship(number) - self.near(number).map(kinship).max().unwrap_or(-vocabulary::SURE)
        };
        self.stories[number].heads.iter().map(margin).min().unwrap_or(0)
    }

    /// How many units the headline of `story` is away from its text, and whether other text stands between.
    fn distance(&self, story: &Story) -> (usize, bool) {
        let [Some(first), Some(last)] = [story.heads.first(), story.heads.last()] else { return (0, false) };
        let span = |body: &usize| if body < first { *body..*first } else { *last..*body };
        let nearest = story.bodies.iter().map(span).min_by_key(|between| between.end.saturating_sub(between.start)).unwrap_or(0..0);
        let between = self.units.get(nearest.start + 1..nearest.end).unwrap_or_default();
        (between.len() + 1, between.iter().any(|unit| unit.kind == Kind::Body))
    }
}

/// The logarithm of `count`, from 0 to 1000.
fn magnitude(count: usize) -> i32 {
    let count = count.clamp(1, (1 << 13) - 1);
    let whole = count.ilog2();
    ((whole as usize * 1000 + (count - (1 << whole)) * 1000 / (1 << whole)) / 13) as i32
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
