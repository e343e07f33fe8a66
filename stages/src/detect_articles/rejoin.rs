//! Texts without a headline that are the rest of another text of the page.
//!
//! Programs that read a page from top to bottom print a column that lies lower behind what stands beside it, so that other
//! articles come between the columns of one. Such a rest opens with no dateline, stands in the same measure, and speaks of what its
//! article speaks of. In drawing order an article is in one piece, and nothing is joined here.

use crate::layout::Layout;
use crate::layout::vocabulary::{self, Said, Vocabulary};

use super::stories::Story;
use super::units::Unit;

/// How many texts before and after may be the ones it is the rest of.
const NEAR: usize = 12;
/// More than this must speak for it, in thousandths of a nat.
const LEAST: i32 = 2000;
/// Columns of one article differ no more than so much, in hundredths of an em; else this speaks against it.
const SAME_MEASURE: u32 = 100;
const OTHER_MEASURE: i32 = 10_000;

/// Joins the rests among `stories` to their texts; what was joined is left without a body. A byline of a rest whose text has one is
/// another's, and goes to the `strays`.
pub(super) fn rejoin(layout: &Layout, units: &[Unit], stories: &mut [Story], strays: &mut Vec<usize>, vocabulary: &Vocabulary) {
    if !layout.is_read_across() {
        return;
    }
    let first_line = |story: &Story| story.bodies.first().map(|body| units[*body].lines.start);
    let is_dated = |story: &Story| first_line(story).is_some_and(|line| layout.lines[line].dateline);
    let mut order: Vec<usize> = (0..stories.len()).filter(|story| !stories[*story].bodies.is_empty()).collect();
    order.sort_by_key(|story| stories[*story].bodies.first().copied());
    let is_rest = |story: &Story| story.lacks_headline() && !is_dated(story);
    if !order.iter().any(|story| is_rest(&stories[*story])) {
        return;
    }
    let said: Vec<Said> = order.iter().map(|story| Said::by(vocabulary, &stories[*story].bodies)).collect();
    // For each story the one that it was joined to.
    let mut joined: Vec<usize> = (0..stories.len()).collect();
    for at in 0..order.len() {
        let rest = order[at];
        let Some(first) = first_line(&stories[rest]).filter(|_| is_rest(&stories[rest])) else { continue };
        let likely = |other: usize| {
            let story = &stories[order[other]];
            // What opens with a dateline has nothing before it.
            let fits = other != at && !story.photo && !story.brief && (other < at || !is_dated(story));
            let last = units[*story.bodies.last().filter(|_| fits)?].lines.end - 1;
            let same = layout.measures[first].abs_diff(layout.measures[last]) <= SAME_MEASURE;
            let kinship = vocabulary.kinship(&said[at], &said[other], vocabulary::BODY);
            Some((kinship - if same { 0 } else { OTHER_MEASURE }, std::cmp::Reverse(at.abs_diff(other)), order[other]))
        };
        let near = at.saturating_sub(NEAR)..order.len().min(at + NEAR + 1);
        let Some((_, _, whole)) = near.filter_map(likely).max().filter(|(worth, ..)| *worth > LEAST) else { continue };
        let mut root = whole;
        while joined[root] != root {
            root = joined[root];
        }
        if root != rest {
            joined[rest] = root;
            let mut taken = std::mem::take(&mut stories[rest]);
            if !stories[root].bylines.is_empty() {
                strays.append(&mut taken.bylines);
            }
            take_in(&mut stories[root], taken);
        }
    }
}

/// Makes `rest` a part of `story`.
fn take_in(story: &mut Story, rest: Story) {
    if story.bodies.last() < rest.bodies.last() {
        story.open = rest.open;
    }
    story.bodies.extend(rest.bodies);
    story.bodies.sort_unstable();
    if !rest.bylines.is_empty() {
        (story.bylines, story.byline_sure) = (rest.bylines, rest.byline_sure);
    }
    story.signed |= rest.signed;
    story.jump_to = story.jump_to.or(rest.jump_to);
}
