//! Stories: stretches of body that read as one text, over whatever was printed in between.

use std::collections::VecDeque;

use pipeline::Permille;

use crate::layout::lexicon::Edges;
use crate::layout::marks::Must;
use crate::layout::vocabulary::{self, Said, Vocabulary};
use crate::layout::{Layout, follow};

use super::bylines::Inside;
use super::units::{Kind, Unit};

/// The body of one article and, later, what belongs to it.
#[expect(clippy::struct_excessive_bools, reason = "independent observations, not states")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    /// Body units in reading order.
    pub(crate) bodies: Vec<usize>,
    /// Headline units.
    pub(crate) heads: Vec<usize>,
    /// Byline units.
    pub(super) bylines: Vec<usize>,
    /// The line that says where it goes on.
    pub(super) jump_to: Option<usize>,
    /// The line that says where it comes from.
    pub(super) jump_from: Option<usize>,
    /// How sure the boundaries are.
    pub(super) boundary_sure: Permille,
    /// How sure the headline is.
    pub(super) head_sure: Permille,
    /// How much worse the page reads with the next best headline, in thousandths.
    pub(super) margin: i32,
    /// How sure the byline is, in thousandths.
    pub(super) byline_sure: i32,
    /// What was read at both ends of its body, and which units these were.
    pub(super) read: Option<(usize, usize, Inside)>,
    /// Names are printed in the body itself.
    pub(super) signed: bool,
    /// It opens with 本报讯 and names nobody there: who wrote it is printed apart, for the paper's own reports have an author.
    pub(super) unsigned_report: bool,
    /// It opens with 本报讯（记者 …） or 〔記者 …〕: no byline is printed apart.
    pub(super) signed_report: bool,
    /// A caption.
    pub(super) photo: bool,
    /// It stands in a column of briefs.
    pub(super) brief: bool,
    /// Its last line stops in mid-sentence.
    pub(super) open: bool,
}

impl Story {
    /// It has no headline where others have one.
    pub(super) fn lacks_headline(&self) -> bool {
        self.heads.is_empty() && !self.photo && self.jump_from.is_none()
    }

    /// All units that are the story's.
    pub(crate) fn units(&self) -> impl Iterator<Item = usize> + '_ {
        self.bodies.iter().chain(&self.heads).chain(&self.bylines).chain(&self.jump_to).chain(&self.jump_from).copied()
    }
}

/// How many bodies back the first half of a sentence is looked for.
const WINDOW: usize = 8;

/// Puts bodies together that stop and go on in mid-sentence. Gives the stories and, for each unit, the story of its body.
pub(super) fn gather(layout: &Layout, units: &[Unit], vocabulary: &Vocabulary) -> (Vec<Story>, Vec<Option<usize>>) {
    let mut stories: Vec<Story> = Vec::new();
    let mut of_unit = vec![None; units.len()];
    let mut waiting: VecDeque<usize> = VecDeque::new();
    for (index, unit) in units.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::Body) {
        let (first, last) = (unit.lines.start, unit.lines.end - 1);
        let from_elsewhere = index.checked_sub(1).is_some_and(|before| units[before].kind == Kind::JumpFrom);
        let resumed =
            (layout.roles[first].goes_on() && !from_elsewhere).then(|| broken_off(layout, units, &stories, &waiting, index, vocabulary));
        let may_join = resumed.is_some() && layout.lines[first].must != Some(Must::Another);
        let above = index.checked_sub(1).and_then(|above| of_unit[above]).filter(|_| may_join);
        let story = resumed.flatten().and_then(|at| waiting.remove(at)).or(above).unwrap_or(stories.len());
        if story == stories.len() {
            stories.push(Story::default());
        }
        stories[story].bodies.push(index);
        of_unit[index] = Some(story);
        let to_elsewhere = units.get(index + 1).is_some_and(|next| next.kind == Kind::JumpTo);
        stories[story].open = !layout.lines[last].stops();
        stories[story].photo |= layout.lines[last].credit;
        if stories[story].open && !to_elsewhere {
            waiting.push_back(story);
            if waiting.len() > WINDOW {
                waiting.pop_front();
            }
        }
    }
    (stories, of_unit)
}

/// Which of the stories that wait for the rest of a sentence goes on with line `first`.
fn broken_off(
    layout: &Layout,
    units: &[Unit],
    stories: &[Story],
    waiting: &VecDeque<usize>,
    body: usize,
    vocabulary: &Vocabulary,
) -> Option<usize> {
    let first = units[body].lines.start;
    let own = Said::by(vocabulary, &[body]);
    let edges = Edges::of(&layout.lines[first].text);
    let is_another = layout.lines[first].must == Some(Must::Another);
    let likely = |at: usize| {
        let bodies = &stories[waiting[at]].bodies;
        let above = *bodies.last()?;
        if is_another && above + 1 == body {
            return None;
        }
        let last = units[above].lines.end - 1;
        let said = Said::by(vocabulary, &bodies[bodies.len().saturating_sub(COMPARED)..]);
        let kinship =
            vocabulary.kinship(&own, &said, vocabulary::BODY).clamp(-vocabulary::SURE, vocabulary::SURE) * SPEAKS_OF_THE_SAME / 1000;
        let words = follow::words(&Edges::of(&layout.lines[last].text), &edges);
        let follows = follow::worth(&layout.lines[last], &layout.lines[first]) + words;
        let change = layout.measures[last].abs_diff(layout.measures[first]);
        let other_box = if change == 0 {
            0
        } else if change <= 100 {
            1000
        } else {
            4000
        };
        Some((follows + kinship - other_box - 500 * (waiting.len() - at) as i32, at))
    };
    (0..waiting.len()).filter_map(likely).max().filter(|(worth, _)| *worth > LEAST).map(|(_, at)| at)
}

/// How many bodies of a story its next one is compared with.
const COMPARED: usize = 6;
/// What a nat of that is worth, in thousandths.
const SPEAKS_OF_THE_SAME: i32 = 1000;

/// Below this, in thousandths of a nat, no text goes on.
const LEAST: i32 = -6000;

/// For each unit, the story that has it as a part of its body.
pub(super) fn owners(units: &[Unit], stories: &[Story]) -> Vec<Option<usize>> {
    let mut owners = vec![None; units.len()];
    for (story, unit) in stories.iter().enumerate().flat_map(|(index, story)| story.bodies.iter().map(move |unit| (index, *unit))) {
        owners[unit] = Some(story);
    }
    owners
}
