//! Which headline and which byline belong to which story.
//!
//! Between two bodies stand some headline blocks and bylines: the first of them may close the story above, the last may open the
//! story below, and what remains in the middle is nobody's. All gaps of the page are decided together, as the best sum of: what
//! the headline shares with the body, the habit of the page (headlines above or below), a byline behind its headline, and no
//! story with two headlines or none. Time grows with the number of gaps.

use crate::layout::Layout;

use super::cohesion::Cohesion;
use super::stories::Story;
use super::units::{Kind, Unit};

/// What signs are worth here, in thousandths.
mod weights {
    pub(super) const SHARED_WORDS: i32 = 1200;
    pub(super) const HABIT: i32 = 400;
    pub(super) const FIRST_GUESS_BELOW: i32 = 80;
    pub(super) const BYLINE_BEHIND_HEADLINE: i32 = 150;
    pub(super) const BYLINE_BEHIND_BODY: i32 = 50;
    pub(super) const BYLINE_BEFORE_BODY: i32 = 20;
    pub(super) const BYLINE_BEFORE_HEADLINE: i32 = -80;
    pub(super) const CREDIT_BEHIND_BODY: i32 = 400;
    pub(super) const SECOND_BYLINE: i32 = -300;
    pub(super) const BYLINE_OF_SIGNED_STORY: i32 = -250;
    pub(super) const SECOND_HEADLINE: i32 = -700;
    pub(super) const NO_HEADLINE: i32 = -450;
    pub(super) const NO_HEADLINE_CONTINUED: i32 = -150;
    pub(super) const NO_BYLINE: i32 = -120;
    pub(super) const SUBHEAD: i32 = 50;
    pub(super) const SUBHEAD_SHARED_WORDS_BELOW: i32 = 700;
    pub(super) const SUBHEAD_SHARED_WORDS_ABOVE: i32 = 300;
    pub(super) const PARTED_BLOCKS: i32 = -300;
    pub(super) const PARTED_AFTER_DASH: i32 = -900;
    pub(super) const STRAY_HEADLINE: i32 = -250;
    pub(super) const STRAY_BYLINE: i32 = -30;
    pub(super) const MANY_BLOCKS: i32 = -120;
    /// A headline from elsewhere on the page must share this much with its story.
    pub(super) const FAR_SHARE: i32 = 400;
}

use weights as w;

/// Most blocks of one gap that go to one side.
const MOST: usize = 6;
/// How many stories away a stray headline is looked for.
const FAR: usize = 8;

struct Gap {
    items: Vec<usize>,
    /// The blocks may be subheads inside one article.
    inside: bool,
    above: Option<usize>,
    below: Option<usize>,
}

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
    /// The stories above and below are one and the blocks are subheads in it.
    joined: bool,
}

/// Decides all gaps; gives the headline blocks and bylines that are nobody's.
pub(super) fn attribute(
    layout: &Layout,
    units: &[Unit],
    of_unit: &mut [Option<usize>],
    stories: &mut [Story],
    cohesion: &Cohesion,
) -> Vec<usize> {
    let gaps = gaps(layout, units, of_unit);
    let mut habit = w::FIRST_GUESS_BELOW;
    let mut splits = solve(layout, &gaps, units, stories, cohesion, habit);
    habit = learn(&gaps, &splits, units, stories, cohesion);
    splits = solve(layout, &gaps, units, stories, cohesion, habit);
    let mut strays = Vec::new();
    // Stories that were joined live on under the number of the first.
    let mut alias: Vec<usize> = (0..stories.len()).collect();
    for (gap, cut) in gaps.iter().zip(splits) {
        let above = gap.above.map(|story| alias[story]);
        if let (true, Some(above), Some(below)) = (cut.joined, above, gap.below) {
            alias[below] = above;
            join(stories, above, below, &gap.items);
            continue;
        }
        for (at, item) in gap.items.iter().enumerate() {
            let owner = if at < cut.left {
                above
            } else if at >= cut.right {
                gap.below
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
        *story = alias[*story];
    }
    for story in stories.iter_mut() {
        keep_one_headline(story, units, cohesion, &mut strays);
    }
    far_headlines(units, of_unit, stories, cohesion, &mut strays);
    for story in stories.iter_mut().filter(|story| !story.heads.is_empty()) {
        let share = cohesion.share(&story.heads, &story.bodies);
        story.head_sure = (600 + share * 2 / 5).clamp(300, 990);
    }
    strays
}

/// Makes the story `below` a part of `above`, with `subheads` between them.
fn join(stories: &mut [Story], above: usize, below: usize, subheads: &[usize]) {
    let taken = std::mem::take(&mut stories[below]);
    let story = &mut stories[above];
    story.bodies.extend(subheads);
    story.bodies.extend(taken.bodies);
    story.heads.extend(taken.heads);
    story.bylines.extend(taken.bylines);
    story.open = taken.open;
    story.photo |= taken.photo;
    story.signed |= taken.signed;
    story.byline_sure = story.byline_sure.max(taken.byline_sure);
}

fn gaps(layout: &Layout, units: &[Unit], of_unit: &[Option<usize>]) -> Vec<Gap> {
    let mut gaps = vec![Gap { items: Vec::new(), inside: false, above: None, below: None }];
    for (index, unit) in units.iter().enumerate() {
        let gap = gaps.last_mut().expect("there is always one gap");
        match unit.kind {
            Kind::Display | Kind::Byline => gap.items.push(index),
            Kind::Body => {
                gap.below = of_unit[index];
                gap.inside = may_be_subheads(layout, units, gap, index);
                gaps.push(Gap { items: Vec::new(), inside: false, above: of_unit[index], below: None });
            }
            _ => {}
        }
    }
    gaps
}

/// Whether the blocks right before body `below` may be subheads: display lines no wider than the column, the same column above
/// and below, nothing else between.
fn may_be_subheads(layout: &Layout, units: &[Unit], gap: &Gap, below: usize) -> bool {
    let (Some(first), Some(above)) = (gap.items.first(), gap.items.first().and_then(|first| first.checked_sub(1))) else { return false };
    let column = layout.measures[units[below].lines.start];
    let same_column = units[above].kind == Kind::Body && layout.measures[units[above].lines.end - 1].abs_diff(column) <= 50;
    let unbroken = first + gap.items.len() == below && gap.above != gap.below;
    let fitting = gap.items.iter().all(|item| {
        let unit = &units[*item];
        unit.kind == Kind::Display && unit.lines.len() <= 2 && unit.lines.clone().all(|line| !layout.lines[line].width.beyond(column))
    });
    same_column && unbroken && fitting && gap.items.len() <= 2 && !layout.lines[units[below].lines.start].dateline
}

fn solve(layout: &Layout, gaps: &[Gap], units: &[Unit], stories: &[Story], cohesion: &Cohesion, habit: i32) -> Vec<Cut> {
    let scorer = Scorer { layout, units, stories, cohesion, habit };
    let mut table: Vec<[Option<Choice>; 4]> = Vec::with_capacity(gaps.len());
    let mut states: [Option<i32>; 4] = [Some(0), None, None, None];
    for gap in gaps {
        let mut next: [Option<Choice>; 4] = [None; 4];
        let count = gap.items.len();
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
                    let sum = sum + left_score + right_score + middle + closing;
                    let to = usize::from(head) * 2 + usize::from(byline);
                    if next[to].is_none_or(|best| best.sum < sum) {
                        next[to] = Some(Choice { sum, from, cut: Cut { left, right, joined: false } });
                    }
                }
            }
        }
        if gap.inside {
            let score = scorer.subheads(gap);
            for (from, sum) in states.iter().enumerate().filter_map(|(from, sum)| sum.map(|sum| (from, sum + score))) {
                if next[from].is_none_or(|best| best.sum < sum) {
                    next[from] = Some(Choice { sum, from, cut: Cut { left: count, right: count, joined: true } });
                }
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
    habit: i32,
}

impl Scorer<'_> {
    /// Whether `items` hold a headline, a byline, and what they are worth to `story`.
    fn side(&self, items: &[usize], story: Option<usize>, after: bool) -> (bool, bool, i32) {
        let Some(story) = story.map(|story| &self.stories[story]).filter(|_| !items.is_empty()) else { return (false, false, 0) };
        let heads: Vec<usize> = items.iter().copied().filter(|item| self.units[*item].kind == Kind::Display).collect();
        let mut score = 0;
        if !heads.is_empty() {
            score += self.cohesion.share(&heads, &story.bodies) * w::SHARED_WORDS / 1000;
            score += if after { self.habit } else { -self.habit };
            score += heads.iter().skip(3).map(|_| w::MANY_BLOCKS).sum::<i32>();
        }
        let mut bylines = 0;
        for (at, item) in items.iter().enumerate().filter(|(_, item)| self.units[**item].kind == Kind::Byline) {
            bylines += 1;
            let behind = at.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|before| before + 1 == *item);
            score += if behind {
                w::BYLINE_BEHIND_HEADLINE
            } else if at + 1 < items.len() {
                w::BYLINE_BEFORE_HEADLINE
            } else if after {
                w::BYLINE_BEHIND_BODY
            } else {
                w::BYLINE_BEFORE_BODY
            };
            let line = &self.layout.lines[self.units[*item].lines.start];
            if after && at == 0 && line.text.contains(['摄', '攝']) {
                score += w::CREDIT_BEHIND_BODY;
            }
            if story.signed {
                score += w::BYLINE_OF_SIGNED_STORY;
            }
        }
        score += w::SECOND_BYLINE * (bylines - 1).max(0);
        (!heads.is_empty(), bylines > 0, score)
    }

    /// What it is worth that the blocks of `gap` are subheads: they speak of what follows.
    fn subheads(&self, gap: &Gap) -> i32 {
        let share = |story: Option<usize>| story.map_or(0, |story| self.cohesion.share(&gap.items, &self.stories[story].bodies));
        let below = share(gap.below) * w::SUBHEAD_SHARED_WORDS_BELOW;
        w::SUBHEAD + (below + share(gap.above) * w::SUBHEAD_SHARED_WORDS_ABOVE) / 1000
    }

    /// What it costs to part the blocks of `gap` at `at`.
    fn parting(&self, gap: &Gap, at: usize) -> i32 {
        let block = |at: Option<usize>| at.and_then(|at| gap.items.get(at)).copied().filter(|item| self.units[*item].kind == Kind::Display);
        match (block(at.checked_sub(1)), block(Some(at))) {
            (Some(above), Some(below)) if above + 1 == below => {
                let last = self.layout.lines[self.units[above].lines.end - 1].last;
                if last == '—' { w::PARTED_AFTER_DASH } else { w::PARTED_BLOCKS }
            }
            _ => 0,
        }
    }

    fn strays(&self, items: &[usize]) -> i32 {
        items.iter().map(|item| if self.units[*item].kind == Kind::Display { w::STRAY_HEADLINE } else { w::STRAY_BYLINE }).sum()
    }

    /// What it costs that a story has a headline above and below, or none.
    fn closing(&self, story: Option<usize>, above: (bool, bool), below: (bool, bool)) -> i32 {
        let Some(story) = story.map(|story| &self.stories[story]) else { return 0 };
        let head = match (above.0, below.0) {
            (true, true) => w::SECOND_HEADLINE,
            (false, false) if story.bodies.len() > 1 => 0,
            (false, false) if story.jump_from.is_some() || story.photo => w::NO_HEADLINE_CONTINUED,
            (false, false) => w::NO_HEADLINE,
            _ => 0,
        };
        let byline = match (above.1, below.1) {
            (true, true) => w::SECOND_BYLINE,
            (false, false) if !story.signed && story.jump_from.is_none() => w::NO_BYLINE,
            _ => 0,
        };
        head + byline
    }
}

/// The habit of the page, from the headlines whose words settle the matter: positive when they stand below their bodies.
fn learn(gaps: &[Gap], splits: &[Cut], units: &[Unit], stories: &[Story], cohesion: &Cohesion) -> i32 {
    let (mut below, mut above) = (0, 0);
    for (gap, cut) in gaps.iter().zip(splits).filter(|(_, cut)| !cut.joined) {
        let heads = |items: &[usize]| items.iter().copied().filter(|item| units[*item].kind == Kind::Display).collect::<Vec<_>>();
        let sure = |heads: &[usize], story: Option<usize>| {
            story.is_some_and(|story| !stories[story].photo && cohesion.share(heads, &stories[story].bodies) >= 300)
        };
        let (first, last) = (heads(gap.items.get(..cut.left).unwrap_or_default()), heads(gap.items.get(cut.right..).unwrap_or_default()));
        below += i32::from(sure(&first, gap.above));
        above += i32::from(sure(&last, gap.below));
    }
    w::HABIT * (below - above) / (below + above + 1)
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
    strays.extend(groups.into_iter().flatten());
}

/// Gives stray headlines to stories nearby that have none and say the same words.
fn far_headlines(units: &[Unit], of_unit: &[Option<usize>], stories: &mut [Story], cohesion: &Cohesion, strays: &mut Vec<usize>) {
    strays.sort_unstable();
    let mut left = Vec::new();
    for stray in std::mem::take(strays) {
        if units[stray].kind != Kind::Display {
            left.push(stray);
            continue;
        }
        let before = of_unit.get(..stray).unwrap_or_default().iter().rev().flatten().take(FAR);
        let after = of_unit.get(stray..).unwrap_or_default().iter().flatten().take(FAR);
        let bare = before.chain(after).copied().filter(|story| stories[*story].heads.is_empty());
        let best = bare.map(|story| (cohesion.share(&[stray], &stories[story].bodies), std::cmp::Reverse(story))).max();
        match best {
            Some((share, std::cmp::Reverse(story))) if share >= w::FAR_SHARE => stories[story].heads.push(stray),
            _ => left.push(stray),
        }
    }
    *strays = left;
}
