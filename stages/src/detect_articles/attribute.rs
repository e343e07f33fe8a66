//! Which headline and which byline belong to which story.
//!
//! Between two bodies stand some headline blocks and bylines: the first of them may close the story above, the last may open the
//! story below, and what remains in the middle is nobody's. All gaps of the page are decided together, as the best sum of: what
//! the headline shares with the body, the habit of the page (headlines above or below), a byline behind its headline, and no
//! story with two headlines or none. Time grows with the number of gaps.

use std::collections::HashMap;

use crate::layout::Layout;

use super::cohesion::Cohesion;
use super::far;
use super::gaps::{Gap, gaps};
use super::signs::{Sign, Weights};
use super::stories::Story;
use super::units::{Kind, Unit};

/// Most blocks of one gap that go to one side.
const MOST: usize = 6;

/// Most characters of a subhead that looks like no headline.
const SUBHEAD: usize = 8;

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
    cohesion: &Cohesion,
    weights: &Weights,
) -> Vec<usize> {
    let gaps = gaps(layout, units, of_unit);
    let splits = {
        let signed = signed(layout, units, of_unit, &gaps);
        let mut scorer = Scorer { layout, units, stories, cohesion, weights, signed, habit: weights.of(Sign::FirstGuessBelow) };
        let guess = solve(&scorer, &gaps);
        scorer.habit = weights.of(Sign::Habit) * learn(&gaps, &guess, &scorer) / 1000;
        solve(&scorer, &gaps)
    };
    let mut strays = Vec::new();
    // Stories that were joined live on under the number of the first.
    let mut alias: Vec<usize> = (0..stories.len()).collect();
    for (gap, cut) in gaps.iter().zip(splits) {
        let [above, below] = [gap.above, gap.below].map(|story| story.map(|story| root(&alias, story)));
        if let (true, Some(above), Some(below)) = (cut.joined != Joined::No, above, below) {
            let subheads = if cut.joined == Joined::Subheads { gap.items.as_slice() } else { &[] };
            if above != below {
                alias[below] = above;
                let taken = std::mem::take(&mut stories[below]);
                join(&mut stories[above], taken);
            }
            stories[above].bodies.extend(subheads);
            stories[above].bodies.sort_unstable();
            if cut.joined == Joined::Subheads {
                continue;
            }
        }
        for (at, item) in gap.items.iter().enumerate() {
            let owner = if at < cut.left || cut.joined == Joined::Headline {
                above
            } else if at >= cut.right {
                below
            } else {
                None
            };
            match owner {
                None => strays.push(*item),
                Some(story) if units[*item].kind == Kind::Display => {
                    stories[story].heads.push(*item);
                }
                Some(story) => {
                    let behind_head = stories[story].heads.last().is_some_and(|head| head + 1 == *item);
                    stories[story].byline_sure = if behind_head { 950 } else { 650 };
                    stories[story].bylines.push(*item);
                }
            }
        }
    }
    for story in of_unit.iter_mut().flatten() {
        *story = root(&alias, *story);
    }
    for story in stories.iter_mut() {
        keep_one_headline(story, units, cohesion, &mut strays);
    }
    far::give(units, of_unit, stories, cohesion, &mut strays, weights.of(Sign::FarShare));
    strays
}

/// The story that lives on for `story`.
fn root(alias: &[usize], mut story: usize) -> usize {
    while alias[story] != story {
        story = alias[story];
    }
    story
}

/// Makes `taken` a part of `story`.
fn join(story: &mut Story, taken: Story) {
    story.bodies.extend(taken.bodies);
    story.heads.extend(taken.heads);
    story.bylines.extend(taken.bylines);
    story.jump_from = story.jump_from.or(taken.jump_from);
    story.open = taken.open;
    story.photo |= taken.photo;
    story.signed |= taken.signed;
    story.byline_sure = story.byline_sure.max(taken.byline_sure);
}

fn solve(scorer: &Scorer<'_>, gaps: &[Gap]) -> Vec<Cut> {
    let mut table: Vec<[Option<Choice>; 4]> = Vec::with_capacity(gaps.len());
    let mut states: [Option<i32>; 4] = [Some(0), None, None, None];
    for gap in gaps {
        let mut next: [Option<Choice>; 4] = [None; 4];
        let mut offer = |to: usize, sum: i32, from: State, cut: Cut| {
            if next[to].is_none_or(|best| best.sum < sum) {
                next[to] = Some(Choice { sum, from, cut });
            }
        };
        let count = gap.items.len();
        let opens = scorer.opens(gap);
        for left in 0..=count.min(if gap.above.is_some() { MOST } else { 0 }) {
            let (left_head, left_byline, left_score) = scorer.side(gap.items.get(..left).unwrap_or_default(), gap.above, true);
            let furthest = if gap.below.is_some() { left.max(count.saturating_sub(MOST)) } else { count };
            for right in furthest..=count {
                let (head, byline, right_score) = scorer.side(gap.items.get(right..).unwrap_or_default(), gap.below, false);
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
                let (head, byline, score) = scorer.side(&gap.items, gap.above, true);
                let (_, _, other) = scorer.side(&gap.items, gap.below, false);
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

struct Scorer<'a> {
    layout: &'a Layout,
    units: &'a [Unit],
    stories: &'a [Story],
    cohesion: &'a Cohesion,
    weights: &'a Weights,
    /// The habit of the page: positive when headlines stand below their bodies.
    habit: i32,
    /// Nearly all articles of the page have a dateline or a byline.
    signed: bool,
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

impl Scorer<'_> {
    /// What speaks for another article below the gap, counted for and against.
    fn opens(&self, gap: &Gap) -> i32 {
        gap.opening.map_or(0, |margin| margin * self.weights.of(Sign::Opens) / 1000 + self.weights.of(Sign::OpensAnyway))
    }

    /// Whether `items` hold a headline, a byline, and what they are worth to `story`.
    fn side(&self, items: &[usize], story: Option<usize>, after: bool) -> (bool, bool, i32) {
        let Some(story) = story.map(|story| &self.stories[story]).filter(|_| !items.is_empty()) else { return (false, false, 0) };
        let heads: Vec<usize> = items.iter().copied().filter(|item| self.units[*item].kind == Kind::Display).collect();
        let mut score = 0;
        if !heads.is_empty() {
            score += self.cohesion.share(&heads, &story.bodies) * self.weights.of(Sign::SharedWords) / 1000;
            score += if after { self.habit } else { -self.habit };
            score += heads.iter().skip(3).map(|_| self.weights.of(Sign::ManyBlocks)).sum::<i32>();
        }
        let mut bylines = 0;
        for (at, item) in items.iter().enumerate().filter(|(_, item)| self.units[**item].kind == Kind::Byline) {
            bylines += 1;
            let behind = at.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|before| before + 1 == *item);
            let follows = behind && items.get(at - 1).is_some_and(|before| self.units[*before].kind == Kind::Byline);
            score += if follows {
                self.weights.of(Sign::BylineBehindByline)
            } else if behind && bylines > 1 {
                // Another headline with a byline of its own.
                self.weights.of(Sign::SecondHeadline)
            } else if behind {
                self.weights.of(Sign::BylineBehindHeadline)
            } else if at + 1 < items.len() {
                self.weights.of(Sign::BylineBeforeHeadline)
            } else if after {
                self.weights.of(Sign::BylineBehindBody)
            } else {
                self.weights.of(Sign::BylineBeforeBody)
            };
            let line = &self.layout.lines[self.units[*item].lines.start];
            if after && at == 0 && line.text.contains(['摄', '攝']) {
                score += self.weights.of(Sign::CreditBehindBody);
            }
            if story.signed {
                score += self.weights.of(if story.photo { Sign::BylineOfPhoto } else { Sign::BylineOfSignedStory });
            }
        }
        score += self.weights.of(Sign::SecondByline) * (bylines - 1).max(0);
        (!heads.is_empty(), bylines > 0, score)
    }

    /// What it is worth that the blocks of `gap` are subheads: they speak of what follows.
    fn subheads(&self, gap: &Gap) -> i32 {
        let share = |story: Option<usize>| story.map_or(0, |story| self.cohesion.share(&gap.items, &self.stories[story].bodies));
        let below = share(gap.below) * self.weights.of(Sign::SubheadSharedWordsBelow);
        // A headline is longer than a few words, or its article would be signed like the others.
        let brief = |item: &usize| self.units[*item].lines.len() == 1 && self.layout.lines[self.units[*item].lines.start].chars <= SUBHEAD;
        let pictured = [gap.above, gap.below].into_iter().flatten().any(|story| self.stories[story].photo);
        let unsigned = self.signed && !pictured && gap.items.iter().all(brief);
        self.weights.of(Sign::Subhead)
            + (if unsigned { self.weights.of(Sign::SubheadAmongSigned) } else { 0 })
            + (below + share(gap.above) * self.weights.of(Sign::SubheadSharedWordsAbove)) / 1000
    }

    /// What it costs to part the blocks of `gap` at `at`.
    fn parting(&self, gap: &Gap, at: usize) -> i32 {
        let item = |at: Option<usize>| at.and_then(|at| gap.items.get(at)).copied();
        let (Some(above), Some(below)) = (item(at.checked_sub(1)), item(Some(at))) else { return 0 };
        if above + 1 != below || self.units[above].kind != Kind::Display {
            return 0;
        }
        if self.units[below].kind == Kind::Byline {
            return self.weights.of(Sign::PartedByline);
        }
        let last = self.layout.lines[self.units[above].lines.end - 1].last;
        self.weights.of(if last == '—' { Sign::PartedAfterDash } else { Sign::PartedBlocks })
    }

    fn strays(&self, items: &[usize]) -> i32 {
        items
            .iter()
            .map(|item| {
                if self.units[*item].kind == Kind::Display {
                    self.weights.of(Sign::StrayHeadline)
                } else {
                    self.weights.of(Sign::StrayByline)
                }
            })
            .sum()
    }

    /// What it costs that a story has a headline above and below, or none.
    fn closing(&self, story: Option<usize>, above: (bool, bool), below: (bool, bool)) -> i32 {
        let Some(story) = story.map(|story| &self.stories[story]) else { return 0 };
        let head = match (above.0, below.0) {
            (true, true) => self.weights.of(Sign::SecondHeadline),
            (false, false) if story.bodies.len() > 1 => 0,
            (false, false) if story.jump_from.is_some() || story.photo => self.weights.of(Sign::NoHeadlineContinued),
            (false, false) => self.weights.of(Sign::NoHeadline),
            _ => 0,
        };
        let byline = match (above.1, below.1) {
            (true, true) => self.weights.of(Sign::SecondByline),
            (false, false) if !story.signed && story.jump_from.is_none() => self.weights.of(Sign::NoByline),
            _ => 0,
        };
        head + byline
    }
}

/// The habit of the page in thousandths, from the headlines whose words settle the matter: positive when they stand below their
/// bodies.
fn learn(gaps: &[Gap], splits: &[Cut], scorer: &Scorer<'_>) -> i32 {
    let (mut below, mut above) = (0, 0);
    for (gap, cut) in gaps.iter().zip(splits).filter(|(_, cut)| cut.joined == Joined::No) {
        let sure = |items: &[usize], story: Option<usize>| {
            let heads: Vec<usize> = items.iter().copied().filter(|item| scorer.units[*item].kind == Kind::Display).collect();
            let shares = |story: usize| {
                let story = &scorer.stories[story];
                !story.photo && scorer.cohesion.share(&heads, &story.bodies) >= 300
            };
            i32::from(story.is_some_and(shares))
        };
        below += sure(gap.items.get(..cut.left).unwrap_or_default(), gap.above);
        above += sure(gap.items.get(cut.right..).unwrap_or_default(), gap.below);
    }
    1000 * (below - above) / (below + above + 1)
}

/// A story in several parts may have gathered several headlines: the one that shares most stays.
fn keep_one_headline(story: &mut Story, units: &[Unit], cohesion: &Cohesion, strays: &mut Vec<usize>) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for head in &story.heads {
        match groups.last_mut() {
            // Blocks that follow each other directly are one headline, a byline between them or not.
            Some(group) if group.last().is_some_and(|last| (*last + 1..*head).all(|between| units[between].kind != Kind::Body)) => {
                group.push(*head);
            }
            _ => groups.push(vec![*head]),
        }
    }
    if groups.len() < 2 {
        return;
    }
    let best = (0..groups.len()).max_by_key(|at| (cohesion.share(&groups[*at], &story.bodies), std::cmp::Reverse(*at))).unwrap_or(0);
    story.heads = groups.remove(best);
    let others: Vec<usize> = groups.into_iter().flatten().collect();
    // A byline goes with the headline that it stands behind.
    let (gone, kept) = story.bylines.iter().partition(|byline| others.contains(&(**byline - 1)));
    story.bylines = kept;
    strays.extend::<Vec<usize>>(gone);
    strays.extend(others);
}
