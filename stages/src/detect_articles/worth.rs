//! What it is worth that a headline or a byline is a story's: what the headline speaks of, where it stands, the habit of the page,
//! a byline behind it, and no story with two headlines or none. What follows from the sums is decided elsewhere.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::layout::Layout;
use crate::layout::blanks::Blanks;
use crate::layout::facts::Facts;
use crate::layout::languages;
use crate::layout::vocabulary::{self, Said, Vocabulary};

use super::gaps::Gap;
use super::headline;
use super::signs::{Sign, Weights};
use super::stories::Story;
use super::units::{Kind, Unit};

/// Where headlines and bylines stand, seen from a story.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Directly behind a body of it.
    Below,
    /// Directly before a body of it.
    Above,
    Far,
}

/// What two neighbouring headline blocks are to each other by their marks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seam {
    /// A dash ties them.
    Dash,
    /// The first stops within a bracket, a quotation or a word.
    BrokenOff,
    /// No blank line stands between them.
    Block,
    /// The first ends with the label of a series: （一线行走）.
    Label,
    Plain,
}

/// Most characters of a subhead that looks like no headline.
const SUBHEAD: usize = 8;

/// For each unit what it is to the unit above, if both are headline blocks.
pub(super) fn seams(layout: &Layout, units: &[Unit]) -> Vec<Seam> {
    let lines = |unit: &Unit| &layout.lines[unit.lines.clone()];
    let both = |at: usize| {
        let above = units.get(at.checked_sub(1)?)?;
        (above.kind == Kind::Display && units[at].kind == Kind::Display).then(|| seam(lines(above), lines(&units[at])))
    };
    (0..units.len()).map(|at| both(at).unwrap_or(Seam::Plain)).collect()
}

/// What two neighbouring headline blocks are to each other by their marks.
fn seam(above: &[Facts], below: &[Facts]) -> Seam {
    let last = above.last().map_or(' ', |line| line.last);
    if last == '—' || below.first().is_some_and(|line| line.text.trim_start().starts_with("——")) {
        Seam::Dash
    } else if below.first().is_some_and(|below| headline::is_broken_off(&above.iter().collect::<Vec<_>>(), below)) {
        Seam::BrokenOff
    } else if matches!(last, '）' | ')') {
        Seam::Label
    } else if below.first().is_some_and(|line| !line.blank) {
        Seam::Block
    } else {
        Seam::Plain
    }
}

/// What speaks for another article below, by what the lines say of an opening there and by the kinship of the texts above and below.
pub(super) fn opens(weights: &Weights, opening: i32, kinship: i32) -> i32 {
    opening * weights.of(Sign::Opens) / 1000 + weights.of(Sign::OpensAnyway) - kinship * weights.of(Sign::Kinship) / 1000
}

/// What headlines have in common with a text beyond this says no more, in thousandths of a nat.
const MOST_SHARED: i32 = 3 * vocabulary::SURE;

/// What speaks for the headline block `head` being of a text that says `said`, in thousandths of a nat.
pub(super) fn kinship_of_block(vocabulary: &Vocabulary, head: usize, said: &Said) -> i32 {
    vocabulary.kinship(&Said::by(vocabulary, &[head]), said, vocabulary::HEADLINE)
}

/// What speaks for the blocks of a headline being of a text, from the kinship of each. However much one says again of the text, a
/// block that speaks of something else counts against it: it is of another headline.
pub(super) fn kinship_of_all(blocks: impl Iterator<Item = i32>) -> i32 {
    let (in_common, strange) = blocks.fold((0, 0), |(more, less), kinship| (more + kinship.max(0), less + kinship.min(0)));
    in_common.min(MOST_SHARED) + strange
}

/// What it is worth that a headline and a text have so much `kinship`.
pub(super) fn shared_words(weights: &Weights, kinship: i32) -> i32 {
    kinship.clamp(-vocabulary::SURE, MOST_SHARED) * weights.of(Sign::SharedWords) / 1000
}

/// Weighs headlines and bylines on one page.
pub(super) struct Scorer<'a> {
    pub(super) layout: &'a Layout,
    pub(super) units: &'a [Unit],
    pub(super) stories: &'a [Story],
    pub(super) vocabulary: &'a Vocabulary,
    /// For each unit what it is to the unit above, if both are headline blocks.
    pub(super) seams: &'a [Seam],
    /// What each story says.
    pub(super) said: Vec<Said>,
    /// For each gap how much speaks for the texts above and below being one.
    pub(super) kinship: Vec<i32>,
    pub(super) weights: &'a Weights,
    /// The habit of the page: positive when headlines stand below their bodies.
    pub(super) habit: i32,
    /// Nearly all articles of the page have a dateline or a byline.
    pub(super) signed: bool,
    pub(super) spoken: Spoken,
}

/// How much speaks for a block being of what a story speaks of, once it was worked out: by the story and the block.
pub(super) type Spoken = RefCell<FxHashMap<(usize, usize), i32>>;

impl Scorer<'_> {
    /// What speaks for another article below the gap, counted for and against.
    pub(super) fn opens(&self, number: usize, gap: &Gap) -> i32 {
        gap.opening.map_or(0, |margin| opens(self.weights, margin, self.kinship[number]))
    }

    /// Whether `items` hold a headline, a byline, and what they are worth to `story`.
    pub(super) fn side(&self, items: &[usize], story: Option<usize>, place: Place) -> (bool, bool, i32) {
        let Some(story) = story.filter(|_| !items.is_empty()) else { return (false, false, 0) };
        let heads = items.iter().filter(|item| self.units[**item].kind == Kind::Display).count();
        (heads > 0, heads < items.len(), self.words(story, items) + self.beside(items, story, place))
    }

    /// What it is worth that the headlines among `items` speak of what `story` speaks of.
    pub(super) fn words(&self, story: usize, items: &[usize]) -> i32 {
        shared_words(self.weights, self.speaks_of(story, items))
    }

    /// How much of the headline blocks `heads` is said again in `story`, in thousandths.
    pub(super) fn share(&self, heads: &[usize], story: usize) -> i32 {
        self.vocabulary.share(&Said::by(self.vocabulary, heads), &self.said[story])
    }

    /// How much speaks for the headlines among `items` being of what `story` speaks of, in thousandths of a nat.
    pub(super) fn speaks_of(&self, story: usize, items: &[usize]) -> i32 {
        let heads = items.iter().copied().filter(|item| self.units[*item].kind == Kind::Display);
        let kinship = |head: usize| {
            if self.is_in_another_language(head, story) {
                return -vocabulary::SURE;
            }
            kinship_of_block(self.vocabulary, head, &self.said[story])
        };
        let mut spoken = self.spoken.borrow_mut();
        kinship_of_all(heads.map(|head| *spoken.entry((story, head)).or_insert_with(|| kinship(head))))
    }

    /// Whether `head` is English and `story` is not, or the other way round.
    fn is_in_another_language(&self, head: usize, story: usize) -> bool {
        let lines = |unit: usize| &self.layout.lines[self.units[unit].lines.clone()];
        self.stories[story].bodies.first().is_some_and(|body| languages::differ(lines(head), lines(*body)))
    }

    /// What the place and the order of neighbouring `items` are worth to `story`.
    pub(super) fn beside(&self, items: &[usize], story: usize, place: Place) -> i32 {
        let story = &self.stories[story];
        let mut score = self.ties(items, story) * self.weights.of(Sign::TiedToBody);
        let heads = items.iter().filter(|item| self.units[**item].kind == Kind::Display).count() as i32;
        if heads > 0 {
            score += match place {
                Place::Below => self.habit,
                Place::Above => -self.habit,
                Place::Far => self.weights.of(Sign::FarHeadline),
            };
            score += (heads - 3).max(0) * self.weights.of(Sign::ManyBlocks);
            let tied = |pair: &&[usize]| pair[0] + 1 == pair[1] && pair.iter().all(|item| self.units[*item].kind == Kind::Display);
            let labels = items.windows(2).filter(tied).filter(|pair| self.seams[pair[1]] == Seam::Label);
            score += labels.count() as i32 * self.weights.of(Sign::JoinedBehindLabel);
        }
        let (mut bylines, mut credits) = (0, 0);
        for (at, item) in items.iter().enumerate().filter(|(_, item)| self.units[**item].kind == Kind::Byline) {
            bylines += 1;
            let before = at.checked_sub(1).and_then(|before| items.get(before)).filter(|before| *before + 1 == *item);
            score += self.weights.of(match before.map(|before| self.units[*before].kind) {
                Some(Kind::Byline) => Sign::BylineBehindByline,
                // Another headline with a byline of its own.
                Some(_) if bylines > 1 => Sign::SecondHeadline,
                Some(_) if self.is_tied(*item) => Sign::BylineTiedToHeadline,
                Some(_) => Sign::BylineBehindHeadline,
                None if at + 1 < items.len() => Sign::BylineBeforeHeadline,
                None => match place {
                    Place::Below => Sign::BylineBehindBody,
                    Place::Above => Sign::BylineBeforeBody,
                    Place::Far => Sign::FarByline,
                },
            });
            if before.is_some_and(|before| self.units[*before].kind == Kind::Display) && story.bodies.binary_search(&(item + 1)).is_ok() {
                score += self.weights.of(Sign::BylineBetween);
            }
            let line = &self.layout.lines[self.units[*item].lines.start];
            if place == Place::Below && at == 0 && line.may_be_credit() && line.text.contains(['摄', '攝']) {
                score += self.weights.of(Sign::CreditBehindBody);
                credits = 1;
            }
            if story.signed {
                score += self.weights.of(if story.photo {
                    Sign::BylineOfPhoto
                } else if story.signed_report {
                    Sign::BylineOfSignedReport
                } else {
                    Sign::BylineOfSignedStory
                });
            }
        }
        // Who took the picture is named beside who wrote.
        score + self.weights.of(Sign::SecondByline) * (bylines - credits - 1).max(0)
    }

    /// Whether `unit` stands in one block with the unit above it: no blank line parts them, on a page that has such.
    fn is_tied(&self, unit: usize) -> bool {
        self.layout.blanks != Blanks::Absent && !self.layout.lines[self.units[unit].lines.start].blank
    }

    /// On how many sides neighbouring `items` are tied to a body of `story` by a byline. A headline may stand right above a column
    /// that goes on from somewhere else.
    fn ties(&self, items: &[usize], story: &Story) -> i32 {
        let (Some(first), Some(last)) = (items.first(), items.last()) else { return 0 };
        let is_own = |body: usize| story.bodies.binary_search(&body).is_ok();
        let is_byline = |item: usize| self.units[item].kind == Kind::Byline;
        let above = first.checked_sub(1).is_some_and(|above| is_byline(*first) && is_own(above) && self.is_tied(*first));
        i32::from(above) + i32::from(is_byline(*last) && is_own(last + 1) && self.is_tied(last + 1))
    }

    /// What it is worth that the blocks of `gap` are subheads: they speak of what follows.
    pub(super) fn subheads(&self, gap: &Gap) -> i32 {
        let share = |story: Option<usize>| story.map_or(0, |story| self.share(&gap.items, story));
        // A headline is longer than a few words, or its article would be signed like the others.
        let brief = |item: &usize| self.units[*item].lines.len() == 1 && self.layout.lines[self.units[*item].lines.start].chars <= SUBHEAD;
        let pictured = [gap.above, gap.below].into_iter().flatten().any(|story| self.stories[story].photo);
        let unsigned = self.signed && !pictured && gap.items.iter().all(brief);
        let among_signed = if unsigned { self.weights.of(Sign::SubheadAmongSigned) } else { 0 };
        let said_below = share(gap.below) * self.weights.of(Sign::SubheadSharedWordsBelow) / 1000;
        // A few words among signed articles: they may speak of what follows as a headline would, and are no headline for that.
        let below = gap.below.filter(|_| unsigned).map_or(said_below, |story| said_below.max(self.words(story, &gap.items)));
        let above = share(gap.above) * self.weights.of(Sign::SubheadSharedWordsAbove) / 1000;
        self.weights.of(Sign::Subhead) + among_signed + below + above
    }

    /// What it costs to part the blocks of `gap` at `at`.
    pub(super) fn parting(&self, gap: &Gap, at: usize) -> i32 {
        let item = |at: Option<usize>| at.and_then(|at| gap.items.get(at)).copied();
        match (item(at.checked_sub(1)), item(Some(at))) {
            (Some(above), Some(below)) if above + 1 == below => self.parting_between(above, below),
            _ => 0,
        }
    }

    /// What it costs that the neighbouring units `above` and `below` go to different stories.
    pub(super) fn parting_between(&self, above: usize, below: usize) -> i32 {
        if self.units[above].kind != Kind::Display {
            return 0;
        }
        match self.units[below].kind {
            Kind::Byline => self.weights.of(if self.is_tied(below) { Sign::PartedTiedByline } else { Sign::PartedByline }),
            Kind::Display => self.weights.of(match self.seams[below] {
                Seam::Dash => Sign::PartedAfterDash,
                Seam::BrokenOff => Sign::PartedInPhrase,
                Seam::Block => Sign::PartedWithinBlock,
                Seam::Label | Seam::Plain => Sign::PartedBlocks,
            }),
            _ => 0,
        }
    }

    pub(super) fn strays(&self, items: &[usize]) -> i32 {
        items.iter().map(|item| self.stray(*item)).sum()
    }

    /// What it costs that `item` is nobody's.
    pub(super) fn stray(&self, item: usize) -> i32 {
        self.weights.of(if self.units[item].kind == Kind::Display { Sign::StrayHeadline } else { Sign::StrayByline })
    }

    /// What it costs that a story has a headline above and below, or none.
    pub(super) fn closing(&self, story: Option<usize>, above: (bool, bool), below: (bool, bool)) -> i32 {
        let Some(story) = story else { return 0 };
        let head = if above.0 && below.0 { self.weights.of(Sign::SecondHeadline) } else { 0 };
        let byline = if above.1 && below.1 { self.weights.of(Sign::SecondByline) } else { 0 };
        head + byline + self.lacking(story, above.0 || below.0, above.1 || below.1)
    }

    /// What it costs that `story` has no headline or no byline.
    pub(super) fn lacking(&self, story: usize, head: bool, byline: bool) -> i32 {
        let story = &self.stories[story];
        let no_head = self.weights.of(if story.jump_from.is_some() {
            Sign::NoHeadlineContinued
        } else if story.photo {
            Sign::NoHeadlineOfPhoto
        } else {
            Sign::NoHeadline
        });
        let no_byline = if story.signed || story.jump_from.is_some() {
            0
        } else {
            self.weights.of(Sign::NoByline) + if story.unsigned_report { self.weights.of(Sign::NoBylineOfReport) } else { 0 }
        };
        (if head { 0 } else { no_head }) + if byline { 0 } else { no_byline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_that_speaks_of_something_else_counts_whatever_the_others_say() {
        assert_eq!(kinship_of_all([5000, 3000].into_iter()), 8000);
        assert_eq!(kinship_of_all([60_000].into_iter()), MOST_SHARED);
        assert_eq!(kinship_of_all([60_000, -2000].into_iter()), MOST_SHARED - 2000);
        assert_eq!(kinship_of_all(std::iter::empty()), 0);
    }
}
