//! Headlines and bylines that do not stand beside their text: banks of headlines above several columns, headlines drawn at the
//! end of the page, headlines of which one went to the text of another.
//!
//! Starts from what [`super::attribute`] decided gap by gap and gives a run of neighbouring blocks to another story, taking that
//! story's own headline from it where it has one, as long as the whole page reads better. A run begins with a headline and takes
//! the bylines behind it along, or leaves them; or it is a byline alone, for programs that read across a page print the headlines
//! of two articles and then their bylines. Each run is short, is tried with the stories nearby alone, and each story is weighed by
//! itself, so that time grows with the number of blocks.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::signs::Sign;
use super::units::Kind;
use super::worth::{Place, Scorer};

/// How many texts before and after a run may be the ones it is of.
const NEAR: usize = 12;
/// How far away, in units, these are at most.
const FAR: usize = 256;
/// Stories and runs with more blocks are left alone.
const MOST: usize = 24;
/// Blocks of one headline.
const LONGEST: usize = 6;
/// A headline that has more in common with its text is certainly its own, in thousandths of a nat.
pub(super) const SETTLED: i32 = 6000;
/// How often all runs are tried.
const ROUNDS: usize = 4;

/// A run of blocks that is to be given to another story, or to none.
struct Plan {
    first: usize,
    last: usize,
    to: Option<usize>,
    theirs: Theirs,
    /// Of the blocks of the other story only the bylines go.
    bylines: bool,
}

/// What becomes of the blocks of the story that a run is given to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Theirs {
    /// It keeps them.
    Stay,
    /// They go to another story, or to none.
    Go(Option<usize>),
}

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
    /// Runs that were tried in vain since the last exchange, and which of the `losses` are theirs.
    settled: FxHashMap<(usize, usize), Range<usize>>,
    /// By how much the page reads worse when what a story has is changed, as far as that was tried since the last exchange.
    losses: Vec<(usize, i32)>,
}

impl<'a> Exchange<'a> {
    /// Begins with each headline block and byline at its `owner`.
    pub(super) fn new(scorer: &'a Scorer<'a>, of_unit: &'a [Option<usize>], owner: Vec<Option<usize>>) -> Self {
        let bodies = (0..of_unit.len()).filter(|unit| of_unit[*unit].is_some()).collect();
        let mut items = vec![Vec::new(); scorer.stories.len()];
        for (item, story) in owner.iter().enumerate().filter_map(|(item, story)| Some((item, (*story)?))) {
            items[story].push(item);
        }
        let mut exchange = Self {
            scorer,
            of_unit,
            bodies,
            owner,
            worth: Vec::new(),
            margins: vec![SETTLED; items.len()],
            items,
            settled: FxHashMap::default(),
            losses: Vec::new(),
        };
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
                changed |= self.try_run(run);
            }
            if !changed {
                break;
            }
        }
        self.fill();
        (self.owner, self.margins)
    }

    /// Gives headline blocks that are nobody's, between neighbouring blocks of one story, to that story: no headline is parted by
    /// another.
    fn fill(&mut self) {
        let mut above: Option<usize> = None;
        for item in 0..self.owner.len() {
            if !self.is_head(item) || self.of_unit[item].is_some() {
                above = None;
            } else if let Some(story) = self.owner[item] {
                if let Some(above) = above.filter(|above| self.owner[*above] == Some(story)) {
                    self.owner[above + 1..item].fill(Some(story));
                }
                above = Some(item);
            }
        }
    }

    /// Runs of neighbouring blocks that one story has, or none, each with a headline, and the parts of those; each byline.
    fn runs(&self) -> Vec<Range<usize>> {
        let units = self.scorer.units;
        let is_item = |unit: usize| matches!(units[unit].kind, Kind::Display | Kind::Byline) && self.of_unit[unit].is_none();
        let mut runs = Vec::new();
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
                        runs.push(*from..*after);
                        let last = (*from..*after).rfind(|unit| units[*unit].kind == Kind::Display);
                        runs.extend(last.filter(|last| last + 1 < *after).map(|last| *from..last + 1));
                    }
                }
                runs.extend((start..end).filter(|unit| units[*unit].kind == Kind::Byline).map(|byline| byline..byline + 1));
            }
            start = end;
        }
        runs
    }

    /// Gives `run` to the story where the page reads best, or to none, if that was not tried since the last exchange.
    fn try_run(&mut self, run: Range<usize>) -> bool {
        let key = (run.start, run.end);
        if let Some(losses) = self.settled.get(&key) {
            for (story, loss) in &self.losses[losses.clone()] {
                self.margins[*story] = self.margins[*story].min(*loss);
            }
            return false;
        }
        let start = self.losses.len();
        if self.improve(&run.collect::<Vec<_>>()) {
            return true;
        }
        self.settled.insert(key, start..self.losses.len());
        false
    }

    /// Gives `run` to the story where the page reads best, or to none.
    fn improve(&mut self, run: &[usize]) -> bool {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
        let from = self.owner[*first];
        if run.iter().any(|item| self.owner[*item] != from) {
            return false;
        }
        if from.is_some_and(|from| self.is_settled(run, from)) {
            return false;
        }
        let stories = self.near(*first);
        if stories.iter().chain(&from).any(|story| self.items[*story].len() > MOST) {
            return false;
        }
        let bylines = !run.iter().any(|item| self.is_head(*item));
        let give = |to: Option<usize>, theirs: Theirs| Plan { first: *first, last: *last, to, theirs, bylines };
        let left: Vec<usize> = from.map_or_else(Vec::new, |from| without(&self.items[from], run));
        let price = from.map_or(0, |from| self.change(from, &left));
        let mut best: (i32, Option<Plan>) = (0, None);
        let mut losses: Vec<(usize, i32)> = Vec::new();
        let mut consider = |worth: i32, plan: Plan| {
            let gain = worth + self.change_around(&plan);
            // What the other story had stays, is nobody's or goes where the run was.
            if !bylines {
                losses.extend(from.into_iter().chain(plan.to).map(|story| (story, (-gain).max(0))));
            }
            if gain > best.0 {
                best = (gain, Some(plan));
            }
        };
        if from.is_some() {
            consider(price, give(None, Theirs::Stay));
        }
        for to in stories.into_iter().filter(|to| Some(*to) != from) {
            let theirs = &self.items[to];
            consider(price + self.change(to, &together(theirs, run)), give(Some(to), Theirs::Stay));
            let (going, staying): (Vec<usize>, Vec<usize>) = theirs.iter().partition(|item| self.goes(**item, bylines));
            if going.iter().any(|item| self.is_head(*item) != bylines) {
                let instead = self.change(to, &together(&staying, run));
                consider(price + instead, give(Some(to), Theirs::Go(None)));
                if let Some(from) = from {
                    consider(self.change(from, &together(&left, &going)) + instead, give(Some(to), Theirs::Go(Some(from))));
                }
            }
        }
        for (story, loss) in &losses {
            self.margins[*story] = self.margins[*story].min(*loss);
        }
        self.losses.extend(losses);
        let Some(plan) = best.1 else { return false };
        self.apply(&plan);
        true
    }

    /// The stories that the run that begins with unit `first` may be of.
    fn near(&self, first: usize) -> Vec<usize> {
        let at = self.bodies.partition_point(|body| *body < first);
        let (above, below) = self.bodies.split_at(at);
        let mut stories = self.nearest(above.iter().rev(), first);
        stories.extend(self.nearest(below.iter(), first));
        stories.sort_unstable();
        stories.dedup();
        stories
    }

    /// The first stories that have `bodies`, none of which is far from unit `first`.
    fn nearest<'b>(&self, bodies: impl Iterator<Item = &'b usize>, first: usize) -> Vec<usize> {
        let mut stories = Vec::with_capacity(2 * NEAR);
        for story in bodies.take_while(|body| body.abs_diff(first) <= FAR).filter_map(|body| self.of_unit[*body]) {
            if !stories.contains(&story) {
                stories.push(story);
            }
            if stories.len() == NEAR {
                break;
            }
        }
        stories
    }

    /// Whether `run` is all that `story` has of headlines, stands beside it, and certainly speaks of the same.
    fn is_settled(&self, run: &[usize], story: usize) -> bool {
        let heads = |items: &[usize]| items.iter().filter(|item| self.is_head(**item)).count();
        let count = heads(run);
        let all = count > 0 && heads(&self.items[story]) == count && self.place(run, story) != Place::Far;
        all && self.scorer.speaks_of(story, run) >= SETTLED
    }

    fn is_head(&self, item: usize) -> bool {
        self.scorer.units[item].kind == Kind::Display
    }

    /// Whether `item` makes room for a run: one of `bylines` alone takes the place of bylines.
    fn goes(&self, item: usize, bylines: bool) -> bool {
        !(bylines && self.is_head(item))
    }

    /// Whose `item` is by `plan`.
    fn owner_by(&self, plan: &Plan, item: usize) -> Option<usize> {
        let now = self.owner[item];
        match plan.theirs {
            _ if (plan.first..=plan.last).contains(&item) => plan.to,
            Theirs::Go(other) if now.is_some() && now == plan.to && self.goes(item, plan.bylines) => other,
            _ => now,
        }
    }

    /// What is gained when `story` has `items`, in itself.
    fn change(&self, story: usize, items: &[usize]) -> i32 {
        self.worth_with(story, items) - self.worth[story]
    }

    /// What is gained by `plan` between neighbouring blocks and with those that are nobody's.
    fn change_around(&self, plan: &Plan) -> i32 {
        let owner_now = |item: usize| self.owner_by(plan, item);
        let moves = |item: usize| owner_now(item) != self.owner[item];
        let seam = |below: usize| {
            if below == 0 || below >= self.owner.len() {
                return 0;
            }
            let parts_now = owner_now(below - 1) != owner_now(below);
            match (parts_now, self.owner[below - 1] != self.owner[below]) {
                (true, false) => self.scorer.parting_between(below - 1, below),
                (false, true) => -self.scorer.parting_between(below - 1, below),
                _ => 0,
            }
        };
        let stray = |item: usize, owner: Option<usize>| if owner.is_none() { self.scorer.stray(item) } else { 0 };
        let mut gain = 0;
        for item in self.moved(plan) {
            gain += stray(item, owner_now(item)) - stray(item, self.owner[item]) + seam(item);
            // Otherwise the seam is that of the next one.
            if item + 1 < self.owner.len() && !moves(item + 1) {
                gain += seam(item + 1);
            }
        }
        gain
    }

    /// The blocks that `plan` gives to another story, or to none.
    fn moved(&self, plan: &Plan) -> impl Iterator<Item = usize> {
        let theirs = plan.to.filter(|_| plan.theirs != Theirs::Stay).map_or(&[][..], |to| &self.items[to]);
        (plan.first..=plan.last).chain(theirs.iter().copied().filter(|item| self.goes(*item, plan.bylines)))
    }

    fn apply(&mut self, plan: &Plan) {
        let moved: Vec<usize> = self.moved(plan).collect();
        let mut touched = Vec::new();
        for item in &moved {
            let (now, then) = (self.owner[*item], self.owner_by(plan, *item));
            touched.extend([now, then].into_iter().flatten());
            self.owner[*item] = then;
        }
        touched.sort_unstable();
        touched.dedup();
        for story in touched {
            let mut items = together(&without(&self.items[story], &moved), &moved);
            items.retain(|item| self.owner[*item] == Some(story));
            self.worth[story] = self.worth_with(story, &items);
            self.items[story] = items;
        }
        self.settled.clear();
        self.losses.clear();
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

/// The `items` that are not among `others`.
fn without(items: &[usize], others: &[usize]) -> Vec<usize> {
    items.iter().copied().filter(|item| !others.contains(item)).collect()
}

/// Both, in order.
fn together(items: &[usize], others: &[usize]) -> Vec<usize> {
    let mut all = [items, others].concat();
    all.sort_unstable();
    all
}
