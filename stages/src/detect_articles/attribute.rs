//! Which headline and which byline belong to which story.
//!
//! Between two bodies stand some headline blocks and bylines: the first of them may close the story above, the last may open the
//! story below, and what remains in the middle is nobody's. All gaps of the page are decided together, as the best sum of what
//! [`super::worth`] says of each, and with them which texts are one. Then [`super::exchange`] looks farther than the next text.
//! Time grows with the number of gaps.

use std::collections::HashMap;

use crate::layout::Layout;
use crate::layout::vocabulary::{self, Said, Vocabulary};

use super::exchange::Exchange;
use super::gaps::{Gap, gaps};
use super::signs::{Sign, Weights};
use super::stories::Story;
use super::units::{Kind, Unit};
use super::worth::{Place, Scorer, Spoken, seams};

/// Most blocks of one gap that go to one side.
const MOST: usize = 6;

/// What the story below already has from the gap above it: `[headline][byline]`.
type State = usize;

#[derive(Clone, Copy)]
struct Choice {
    sum: i32,
    from: State,
    cut: Cut,
}

/// How the blocks of a gap are shared out: those before `left` go to the story above, those from `right` on to the one below.
#[derive(Clone, Copy)]
struct Cut {
    left: usize,
    right: usize,
    joined: Joined,
}

/// Whether the stories above and below a gap are one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    No,
    /// They are, and the blocks are subheads in it.
    Subheads,
    /// They are, and the blocks are its headline and byline, set in the middle of it.
    Headline,
}

/// Decides all gaps; gives the headline blocks and bylines that are nobody's.
pub(super) fn attribute(
    layout: &Layout,
    units: &[Unit],
    of_unit: &mut [Option<usize>],
    stories: &mut [Story],
    vocabulary: &Vocabulary,
    weights: &Weights,
) -> Vec<usize> {
    let gaps = gaps(layout, units, of_unit);
    let seams = seams(layout, units);
    let signed = signed(layout, units, of_unit, &gaps);
    let (splits, habit) = {
        let said = stories.iter().map(|story| Said::by(vocabulary, &story.bodies)).collect();
        let alone: Vec<usize> = (0..stories.len()).collect();
        let kinship = kinship(&gaps, &alone, stories, vocabulary, None);
        let habit = weights.of(Sign::FirstGuessBelow);
        let spoken = Spoken::default();
        let mut scorer = Scorer { layout, units, stories, vocabulary, seams: &seams, said, kinship, weights, habit, signed, spoken };
        let guess = solve(&scorer, &gaps);
        scorer.habit = weights.of(Sign::Habit) * learn(&gaps, &guess, &scorer) / 1000;
        scorer.kinship = self::kinship(&gaps, &joined(&gaps, &guess, stories.len()), stories, vocabulary, Some(&scorer.kinship));
        (solve(&scorer, &gaps), scorer.habit)
    };
    // Stories that were joined live on under the number of the first.
    let mut alias: Vec<usize> = (0..stories.len()).collect();
    let mut owner = vec![None; units.len()];
    for (gap, cut) in gaps.iter().zip(splits) {
        let [above, below] = [gap.above, gap.below].map(|story| story.map(|story| root(&alias, story)));
        if let (true, Some(above), Some(below)) = (cut.joined != Joined::No, above, below) {
            let subheads = if cut.joined == Joined::Subheads { gap.items.as_slice() } else { &[] };
            if unite(&mut alias, above, below) {
                let taken = std::mem::take(&mut stories[below]);
                join(&mut stories[above], taken);
            }
            stories[above].bodies.extend(subheads);
            for subhead in subheads {
                of_unit[*subhead] = Some(above);
            }
            if cut.joined == Joined::Subheads {
                continue;
            }
        }
        for (at, item) in gap.items.iter().enumerate() {
            owner[*item] = if at < cut.left || cut.joined == Joined::Headline {
                above
            } else if at >= cut.right {
                below
            } else {
                None
            };
        }
    }
    for story in stories.iter_mut() {
        story.bodies.sort_unstable();
    }
    for story in of_unit.iter_mut().chain(&mut owner).flatten() {
        *story = root(&alias, *story);
    }
    let (owner, margins) = {
        let said = stories.iter().map(|story| Said::by(vocabulary, &story.bodies)).collect();
        let (kinship, spoken) = (Vec::new(), Spoken::default());
        let scorer = Scorer { layout, units, stories, vocabulary, seams: &seams, said, kinship, weights, habit, signed, spoken };
        Exchange::new(&scorer, of_unit, owner).settle()
    };
    for (story, margin) in stories.iter_mut().zip(margins) {
        story.margin = margin;
    }
    hand_out(units, of_unit, stories, &owner)
}

/// Gives each headline block and byline to its `owner`; gives those that are nobody's.
fn hand_out(units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story], owner: &[Option<usize>]) -> Vec<usize> {
    let mut strays = Vec::new();
    let is_item = |item: usize| matches!(units[item].kind, Kind::Display | Kind::Byline) && of_unit[item].is_none();
    for (item, unit) in units.iter().enumerate().filter(|(item, _)| is_item(*item)) {
        let Some(story) = owner[item].map(|story| &mut stories[story]) else {
            strays.push(item);
            continue;
        };
        if unit.kind == Kind::Display {
            story.heads.push(item);
        } else {
            let behind_head = story.heads.last().is_some_and(|head| head + 1 == item);
            story.byline_sure = if behind_head { 950 } else { 650 };
            story.bylines.push(item);
        }
    }
    strays
}

/// For each story the one that lives on for it.
fn joined(gaps: &[Gap], cuts: &[Cut], stories: usize) -> Vec<usize> {
    let mut alias: Vec<usize> = (0..stories).collect();
    for (gap, _) in gaps.iter().zip(cuts).filter(|(_, cut)| cut.joined != Joined::No) {
        if let (Some(above), Some(below)) = (gap.above, gap.below) {
            let (above, below) = (root(&alias, above), root(&alias, below));
            unite(&mut alias, above, below);
        }
    }
    (0..stories).map(|story| root(&alias, story)).collect()
}

/// How many bodies on either side of a gap are compared.
const COMPARED: usize = 12;

/// For each gap how much speaks for the texts above and below being one; `alias` has for each story the one it is joined with, and
/// `apart` what was found when none was joined with another.
fn kinship(gaps: &[Gap], alias: &[usize], stories: &[Story], vocabulary: &Vocabulary, apart: Option<&[i32]>) -> Vec<i32> {
    let mut bodies: Vec<Vec<usize>> = vec![Vec::new(); stories.len()];
    let mut members = vec![0; stories.len()];
    for (story, alias) in stories.iter().zip(alias) {
        bodies[*alias].extend(&story.bodies);
        members[*alias] += 1;
    }
    for list in &mut bodies {
        list.sort_unstable();
    }
    let of_gap = |(number, gap): (usize, &Gap)| {
        let (Some(_), Some(above), Some(below)) = (gap.opening, gap.above, gap.below) else { return 0 };
        let (above, below) = (alias[above], alias[below]);
        if let Some(apart) = apart.filter(|_| members[above] == 1 && members[below] == 1) {
            return apart[number];
        }
        let (above, below) = (&bodies[above], &bodies[below]);
        let end = above.partition_point(|body| *body < gap.at);
        let start = below.partition_point(|body| *body < gap.at);
        let above = &above[end.saturating_sub(COMPARED)..end];
        let below = &below[start..below.len().min(start + COMPARED)];
        let (above, below) = (Said::by(vocabulary, above), Said::by(vocabulary, below));
        vocabulary.kinship(&above, &below, vocabulary::BODY).clamp(-vocabulary::SURE, vocabulary::SURE)
    };
    gaps.iter().enumerate().map(of_gap).collect()
}

/// The story that lives on for `story`.
fn root(alias: &[usize], mut story: usize) -> usize {
    while alias[story] != story {
        story = alias[story];
    }
    story
}

/// Lets `above` live on for `below`; whether they were two.
fn unite(alias: &mut [usize], above: usize, below: usize) -> bool {
    alias[below] = above;
    above != below
}

/// Makes `taken`, which has no headline or byline yet, a part of `story`.
fn join(story: &mut Story, taken: Story) {
    story.bodies.extend(taken.bodies);
    story.jump_from = story.jump_from.or(taken.jump_from);
    story.open = taken.open;
    story.photo |= taken.photo;
    story.signed |= taken.signed;
}

fn solve(scorer: &Scorer<'_>, gaps: &[Gap]) -> Vec<Cut> {
    let mut table: Vec<[Option<Choice>; 4]> = Vec::with_capacity(gaps.len());
    let mut states: [Option<i32>; 4] = [Some(0), None, None, None];
    for (number, gap) in gaps.iter().enumerate() {
        let mut next: [Option<Choice>; 4] = [None; 4];
        let mut offer = |to: usize, sum: i32, from: State, cut: Cut| {
            if next[to].is_none_or(|best| best.sum < sum) {
                next[to] = Some(Choice { sum, from, cut });
            }
        };
        let count = gap.items.len();
        let opens = scorer.opens(number, gap);
        let rights: Vec<(bool, bool, i32)> = (0..=count)
            .map(|right| {
                if right + MOST < count && gap.below.is_some() {
                    (false, false, 0)
                } else {
                    scorer.side(&gap.items[right..], gap.below, Place::Above)
                }
            })
            .collect();
        for left in 0..=count.min(if gap.above.is_some() { MOST } else { 0 }) {
            let (left_head, left_byline, left_score) = scorer.side(gap.items.get(..left).unwrap_or_default(), gap.above, Place::Below);
            let furthest = if gap.below.is_some() { left.max(count.saturating_sub(MOST)) } else { count };
            for (right, (head, byline, right_score)) in rights.iter().copied().enumerate().skip(furthest) {
                let middle = scorer.strays(gap.items.get(left..right).unwrap_or_default())
                    + scorer.parting(gap, left)
                    + if right == left { 0 } else { scorer.parting(gap, right) };
                for (from, sum) in states.iter().enumerate().filter_map(|(from, sum)| sum.map(|sum| (from, sum))) {
                    let closing = scorer.closing(gap.above, (from & 2 != 0, from & 1 != 0), (left_head, left_byline));
                    let sum = sum + left_score + right_score + middle + closing + opens;
                    offer(usize::from(head) * 2 + usize::from(byline), sum, from, Cut { left, right, joined: Joined::No });
                }
            }
        }
        for (from, sum) in states.iter().enumerate().filter_map(|(from, sum)| sum.map(|sum| (from, sum))) {
            if gap.inside || gap.opening.is_some() && gap.items.is_empty() {
                let score = if gap.items.is_empty() { 0 } else { scorer.subheads(gap) };
                offer(from, sum + score - opens, from, Cut { left: count, right: count, joined: Joined::Subheads });
            }
            if gap.opening.is_some() && !gap.items.is_empty() && count <= MOST {
                let (head, byline, score) = scorer.side(&gap.items, gap.above, Place::Below);
                let (_, _, other) = scorer.side(&gap.items, gap.below, Place::Above);
                let second = if head && from & 2 != 0 { scorer.weights.of(Sign::SecondHeadline) } else { 0 }
                    + if byline && from & 1 != 0 { scorer.weights.of(Sign::SecondByline) } else { 0 };
                let to = from | (usize::from(head) * 2) | usize::from(byline);
                let sum = sum + score.max(other) + second + scorer.weights.of(Sign::InsetHeadline) - opens;
                offer(to, sum, from, Cut { left: count, right: count, joined: Joined::Headline });
            }
        }
        states = next.map(|choice| choice.map(|choice| choice.sum));
        table.push(next);
    }
    let mut at =
        (0..4).filter(|state| states[*state].is_some()).max_by_key(|state| (states[*state], std::cmp::Reverse(*state))).unwrap_or(0);
    let mut out = Vec::with_capacity(gaps.len());
    for choices in table.iter().rev() {
        let choice = choices[at].expect("every state on the path was reached");
        out.push(choice.cut);
        at = choice.from;
    }
    out.reverse();
    out
}

/// Whether the articles of the page open with datelines or have bylines: of the gaps that hold no subheads, nearly all show one.
fn signed(layout: &Layout, units: &[Unit], of_unit: &[Option<usize>], gaps: &[Gap]) -> bool {
    let opens: HashMap<usize, usize> =
        units.iter().enumerate().rev().filter_map(|(at, unit)| Some((of_unit[at]?, unit.lines.start))).collect();
    let dated = |gap: &Gap| gap.below.and_then(|story| opens.get(&story)).is_some_and(|line| layout.lines[*line].dateline);
    let has_byline = |gap: &Gap| gap.items.iter().any(|item| units[*item].kind == Kind::Byline);
    let others = || gaps.iter().filter(|gap| !gap.inside && gap.below.is_some() && (!gap.items.is_empty() || dated(gap)));
    let signed = others().filter(|gap| dated(gap) || has_byline(gap)).count();
    signed >= 2 && signed == others().count()
}

/// The habit of the page in thousandths, from the headlines whose words settle the matter: positive when they stand below their
/// bodies.
fn learn(gaps: &[Gap], splits: &[Cut], scorer: &Scorer<'_>) -> i32 {
    let (mut below, mut above) = (0, 0);
    for (gap, cut) in gaps.iter().zip(splits).filter(|(_, cut)| cut.joined == Joined::No) {
        let sure = |items: &[usize], story: Option<usize>| {
            let heads: Vec<usize> = items.iter().copied().filter(|item| scorer.units[*item].kind == Kind::Display).collect();
            let shares = |story: usize| !scorer.stories[story].photo && scorer.share(&heads, story) >= 300;
            i32::from(!heads.is_empty() && story.is_some_and(shares))
        };
        below += sure(gap.items.get(..cut.left).unwrap_or_default(), gap.above);
        above += sure(gap.items.get(cut.right..).unwrap_or_default(), gap.below);
    }
    1000 * (below - above) / (below + above + 1)
}
