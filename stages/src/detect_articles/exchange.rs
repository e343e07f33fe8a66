//! Headlines and bylines that do not stand beside their text: banks of headlines above several columns, headlines drawn at the
//! end of the page, headlines of which one went to the text of another.
//!
//! Starts from what [`super::attribute`] decided gap by gap and gives a run of neighbouring blocks to another story, taking that
//! story's own headline from it where it has one, as long as the whole page reads better. A run begins with a headline and takes
//! the bylines behind it along. Each run is short, is tried with the stories nearby alone, and each story is weighed by itself, so
//! that time grows with the number of blocks.

use super::signs::Sign;
use super::units::Kind;
use super::worth::{Place, Scorer};

/// How many bodies before and after a run may be the ones it is of.
const NEAR: usize = 12;
/// How far away, in units, these are at most.
const FAR: usize = 64;
/// Stories and runs with more blocks are left alone.
const MOST: usize = 24;
/// Blocks of one headline.
const LONGEST: usize = 6;
/// A headline that has more in common with its text is certainly its own, in thousandths of a nat.
pub(super) const SETTLED: i32 = 6000;
/// How often all runs are tried.
const ROUNDS: usize = 4;

/// A block and the story that it is to be given to, if any.
type Move = (usize, Option<usize>);

/// Which story each headline block and byline of the page is given to.
pub(super) struct Exchange<'a> {
    scorer: &'a Scorer<'a>,
    /// For each unit the story of its body.
    of_unit: &'a [Option<usize>],
    /// Units that are body, in order.
    bodies: Vec<usize>,
    /// For each unit the story it is given to.
    owner: Vec<Option<usize>>,
    /// For each story its headline blocks and bylines, in order.
    items: Vec<Vec<usize>>,
    /// What each story is worth with them.
    worth: Vec<i32>,
    /// By how much the page reads worse at least when what a story has is changed, no more than [`SETTLED`].
    margins: Vec<i32>,
}

impl<'a> Exchange<'a> {
    /// Begins with each headline block and byline at its `owner`.
    pub(super) fn new(scorer: &'a Scorer<'a>, of_unit: &'a [Option<usize>], owner: Vec<Option<usize>>) -> Self {
        let bodies = (0..of_unit.len()).filter(|unit| of_unit[*unit].is_some()).collect();
        let mut items = vec![Vec::new(); scorer.stories.len()];
        for (item, story) in owner.iter().enumerate().filter_map(|(item, story)| Some((item, (*story)?))) {
            items[story].push(item);
        }
        let margins = vec![SETTLED; items.len()];
        let mut exchange = Self { scorer, of_unit, bodies, owner, items, worth: Vec::new(), margins };
        exchange.worth = (0..exchange.items.len()).map(|story| exchange.worth_with(story, &exchange.items[story])).collect();
        exchange
    }

    /// Exchanges until nothing reads better; gives for each unit the story it is given to, and for each story by how much the page
    /// reads worse at least when what it has is changed.
    pub(super) fn settle(mut self) -> (Vec<Option<usize>>, Vec<i32>) {
        for _ in 0..ROUNDS {
            let mut changed = false;
            self.margins.fill(SETTLED);
            for run in self.runs() {
                changed |= self.improve(&run);
            }
            if !changed {
                break;
            }
        }
        (self.owner, self.margins)
    }

    /// Runs of neighbouring blocks that one story has, or none, each with a headline, and the parts of those.
    fn runs(&self) -> Vec<Vec<usize>> {
        let units = self.scorer.units;
        let is_item = |unit: usize| matches!(units[unit].kind, Kind::Display | Kind::Byline) && self.of_unit[unit].is_none();
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let mut start = 0;
        while start < units.len() {
            let mut end = start + 1;
            if is_item(start) {
                while end < units.len() && is_item(end) && self.owner[end] == self.owner[start] {
                    end += 1;
                }
                let heads: Vec<usize> = (start..end).filter(|unit| units[*unit].kind == Kind::Display).chain([end]).collect();
                for (first, from) in heads.iter().enumerate() {
                    for after in heads.iter().skip(first + 1).take(LONGEST).take_while(|after| **after - from <= MOST) {
                        runs.push((*from..*after).collect());
                    }
                }
            }
            start = end;
        }
        runs
    }

    /// Gives `run` to the story where the page reads best, or to none.
    fn improve(&mut self, run: &[usize]) -> bool {
        let Some(first) = run.first() else { return false };
        let from = self.owner[*first];
        if run.iter().any(|item| self.owner[*item] != from) {
            return false;
        }
        if from.is_some_and(|from| self.is_settled(run, from)) {
            return false;
        }
        let at = self.bodies.partition_point(|body| body < first);
        let near = self.bodies.get(at.saturating_sub(NEAR)..self.bodies.len().min(at + NEAR)).unwrap_or_default();
        let near = near.iter().filter(|body| body.abs_diff(*first) <= FAR);
        let mut stories: Vec<usize> = near.filter_map(|body| self.of_unit[*body]).collect();
        stories.sort_unstable();
        stories.dedup();
        if stories.iter().chain(&from).any(|story| self.items[*story].len() > MOST) {
            return false;
        }
        let mut best: Option<(i32, Vec<Move>)> = None;
        let mut losses: Vec<(usize, i32)> = Vec::new();
        let mut consider = |moves: Vec<Move>| {
            let touched = self.touched(&moves);
            let gain = self.gain(&moves, &touched);
            losses.extend(touched.into_iter().map(|story| (story, (-gain).max(0))));
            if gain > best.as_ref().map_or(0, |(gain, _)| *gain) {
                best = Some((gain, moves));
            }
        };
        let give = |to: Option<usize>| run.iter().map(move |item| (*item, to));
        if from.is_some() {
            consider(give(None).collect());
        }
        for to in stories.into_iter().filter(|to| Some(*to) != from) {
            consider(give(Some(to)).collect());
            let theirs: Vec<usize> = self.items[to].clone();
            if theirs.iter().any(|item| self.scorer.units[*item].kind == Kind::Display) {
                for other in std::iter::once(None).chain(from.map(Some)) {
                    consider(give(Some(to)).chain(theirs.iter().map(|item| (*item, other))).collect());
                }
            }
        }
        for (story, loss) in losses {
            self.margins[story] = self.margins[story].min(loss);
        }
        let Some((_, moves)) = best else { return false };
        self.apply(&moves);
        true
    }

    /// Whether `run` is all that `story` has, stands beside it, and certainly speaks of the same.
    fn is_settled(&self, run: &[usize], story: usize) -> bool {
        let all = self.items[story].len() == run.len() && self.place(run, story) != Place::Far;
        all && self.scorer.speaks_of(story, run) >= SETTLED
    }

    /// What is gained by `moves`, which take from and give to the stories `touched`.
    fn gain(&self, moves: &[Move], touched: &[usize]) -> i32 {
        let change = |story: usize| self.worth_with(story, &self.items_after(moves, story)) - self.worth[story];
        let mut gain: i32 = touched.iter().copied().map(change).sum();
        let owner_now = |item: usize| moves.iter().find(|(moved, _)| *moved == item).map_or(self.owner[item], |(_, to)| *to);
        let mut seams: Vec<usize> = moves.iter().flat_map(|(item, _)| [*item, item + 1]).collect();
        seams.sort_unstable();
        seams.dedup();
        for below in seams.into_iter().filter(|below| *below > 0 && *below < self.owner.len()) {
            let parting = self.scorer.parting_between(below - 1, below);
            let parts = |above: Option<usize>, below: Option<usize>| i32::from(above != below);
            gain += parting * (parts(owner_now(below - 1), owner_now(below)) - parts(self.owner[below - 1], self.owner[below]));
        }
        let stray = |item: usize, owner: Option<usize>| if owner.is_none() { self.scorer.stray(item) } else { 0 };
        gain + moves.iter().map(|(item, to)| stray(*item, *to) - stray(*item, self.owner[*item])).sum::<i32>()
    }

    /// The stories that `moves` take from or give to.
    fn touched(&self, moves: &[Move]) -> Vec<usize> {
        let mut touched: Vec<usize> = moves.iter().flat_map(|(item, to)| [self.owner[*item], *to]).flatten().collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// What `story` has after `moves`.
    fn items_after(&self, moves: &[Move], story: usize) -> Vec<usize> {
        let stays = |item: &usize| moves.iter().all(|(moved, _)| moved != item);
        let mut items: Vec<usize> = self.items[story].iter().copied().filter(stays).collect();
        items.extend(moves.iter().filter(|(_, to)| *to == Some(story)).map(|(item, _)| *item));
        items.sort_unstable();
        items
    }

    fn apply(&mut self, moves: &[Move]) {
        for story in self.touched(moves) {
            self.items[story] = self.items_after(moves, story);
            self.worth[story] = self.worth_with(story, &self.items[story]);
        }
        for (item, to) in moves {
            self.owner[*item] = *to;
        }
    }

    /// What `story` is worth with `items`.
    fn worth_with(&self, story: usize, items: &[usize]) -> i32 {
        let scorer = self.scorer;
        let is_head = |item: &usize| scorer.units[*item].kind == Kind::Display;
        let (mut sum, mut heads, mut bylines) = (0, 0, 0);
        for run in items.chunk_by(|above, below| above + 1 == *below) {
            sum += scorer.words(story, run) + scorer.beside(run, story, self.place(run, story));
            heads += usize::from(run.iter().any(is_head));
            bylines += usize::from(!run.iter().all(is_head));
        }
        sum + scorer.lacking(story, heads > 0, bylines > 0)
            + scorer.weights.of(Sign::SecondHeadline) * heads.saturating_sub(1) as i32
            + scorer.weights.of(Sign::SecondByline) * bylines.saturating_sub(1) as i32
    }

    /// Where `run` stands, seen from `story`.
    fn place(&self, run: &[usize], story: usize) -> Place {
        let Some(first) = run.first() else { return Place::Far };
        let next = self.bodies.partition_point(|body| body < first);
        let of = |body: Option<&usize>| body.and_then(|body| self.of_unit[*body]) == Some(story);
        if next > 0 && of(self.bodies.get(next - 1)) {
            Place::Below
        } else if of(self.bodies.get(next)) {
            Place::Above
        } else {
            Place::Far
        }
    }
}
