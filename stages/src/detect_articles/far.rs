//! Headlines that stand far from their texts, as when all headlines of a page are drawn after all texts: the words tell whose they
//! are.

use super::cohesion::Cohesion;
use super::stories::Story;
use super::units::{Kind, Unit};

/// How many bodies away the text of a headline is looked for.
const FAR: usize = 8;
/// A headline that shares less than this with its text, in thousandths, may be another's.
const DOUBTFUL: i32 = 60;
/// A text without a headline that shares this much with one is the one it was written for.
const OBVIOUS: i32 = 150;

/// Gives stray headlines, with the bylines directly behind them, to stories nearby that have none and say the same words; `least`
/// is how much they must say again.
pub(super) fn give(
    units: &[Unit],
    of_unit: &[Option<usize>],
    stories: &mut [Story],
    cohesion: &Cohesion,
    strays: &mut Vec<usize>,
    least: i32,
) {
    let bodies: Vec<usize> = (0..of_unit.len()).filter(|unit| of_unit[*unit].is_some()).collect();
    let near = |unit: usize| {
        let at = bodies.partition_point(|body| *body < unit);
        let near = bodies.get(at.saturating_sub(FAR)..bodies.len().min(at + FAR)).unwrap_or_default();
        let mut near: Vec<usize> = near.iter().filter_map(|body| of_unit[*body]).collect();
        near.dedup();
        near
    };
    let bare = |stories: &[Story], story: usize| stories[story].heads.is_empty() && !stories[story].bodies.is_empty();
    // A headline that went to the wrong text only because it stands beside it is free again.
    for story in 0..stories.len() {
        for head in stories[story].heads.clone() {
            let share = |story: usize| cohesion.share(&[head], &stories[story].bodies);
            let anothers = |other: usize| bare(stories, other) && share(other) >= OBVIOUS;
            if share(story) >= DOUBTFUL || !near(head).into_iter().any(anothers) {
                continue;
            }
            stories[story].heads.retain(|other| *other != head);
            strays.push(head);
            if let Some(at) = stories[story].bylines.iter().position(|byline| *byline == head + 1) {
                strays.push(stories[story].bylines.remove(at));
            }
        }
    }
    strays.sort_unstable();
    strays.dedup();
    let mut pairs: Vec<(i32, usize, usize)> = Vec::new();
    for stray in strays.iter().filter(|stray| units[**stray].kind == Kind::Display) {
        let candidates = near(*stray).into_iter().filter(|story| bare(stories, *story));
        pairs.extend(candidates.map(|story| (cohesion.share(&[*stray], &stories[story].bodies), *stray, story)));
    }
    pairs.sort_unstable_by_key(|(share, stray, story)| (std::cmp::Reverse(*share), *stray, *story));
    let mut given = vec![false; units.len()];
    for (share, stray, story) in pairs {
        let heads = &stories[story].heads;
        // The blocks of one headline follow each other.
        let fits = heads.is_empty() || heads.iter().any(|head| head.abs_diff(stray) == 1);
        if share >= least && !given[stray] && fits {
            given[stray] = true;
            stories[story].heads.push(stray);
        }
    }
    for story in stories.iter_mut() {
        story.heads.sort_unstable();
        let Some(byline) = story.heads.last().map(|last| last + 1).filter(|byline| strays.binary_search(byline).is_ok()) else { continue };
        if units[byline].kind == Kind::Byline && story.bylines.is_empty() && !story.signed {
            given[byline] = true;
            story.bylines.push(byline);
            story.byline_sure = 900;
        }
    }
    strays.retain(|stray| !given[*stray]);
}
