//! Articles that open where no line tells: headlines speak of parts of a text alone.
//!
//! Where all texts of a page were drawn before all headlines, one text follows another without anything between. A headline that is
//! nobody's, or that fits its text badly, then speaks of what begins at one of the paragraphs of another text; the paragraphs before
//! and after speak of different matters. Where a page has more headlines than texts, a text is also parted for a headline that does
//! not speak of it: the headlines are given out anew. Each text is weighed by itself against the headlines nearby, so that time grows
//! with the number of texts. A page that was read from top to bottom has its headlines where they are printed, and nothing is parted.

use std::ops::Range;

use pipeline::Page;

use crate::layout::Layout;
use crate::layout::roles::Role;
use crate::layout::vocabulary::{self, Part, Said, Vocabulary};

use super::signs::{Sign, Weights};
use super::stories::Story;
use super::units::{Kind, Unit};
use super::worth;

/// How many units away a headline may stand from the text that it parts.
const FAR: usize = 256;
/// Most headlines that are tried for one text.
const TRIED: usize = 24;
/// Paragraphs of a text; what has more is a list or a book.
const MOST: usize = 64;
/// Paragraphs before and after an opening that are compared.
const COMPARED: usize = 8;
/// By how much the page must read better, in thousandths of a nat.
const LEAST: i32 = 800;
/// So much may speak against an opening at most.
const AGAINST: i32 = -2500;
/// Headlines of which more would be lost stay where they are.
const FITS: i32 = 1000;
/// A headline speaks of a text for which at least so much speaks.
const SPEAKS: i32 = 600;
/// Fewest characters of a headline; what is shorter may be a label.
const SHORTEST: usize = 5;

/// A headline: neighbouring blocks, by their units.
type Run = Vec<usize>;

/// A headline that may be of a part of another text.
struct Offer {
    run: Run,
    /// What is lost where it is now.
    loss: i32,
    /// The story that has it.
    owner: Option<usize>,
}

impl Offer {
    /// Its first block.
    fn head(&self) -> usize {
        self.run.first().copied().unwrap_or_default()
    }
}

/// The lines at which an article opens within one of `stories`, ascending; `vocabulary` is of the `units`.
pub(super) fn find(
    page: &Page,
    layout: &Layout,
    units: &[Unit],
    stories: &[Story],
    vocabulary: &Vocabulary,
    weights: &Weights,
) -> Vec<usize> {
    if layout.is_read_across() || layout.whole_paragraphs {
        return Vec::new();
    }
    let runs: Vec<Vec<Run>> = stories.iter().map(|story| runs(&story.heads)).collect();
    let worth = Worth { vocabulary, weights };
    let offers = offers(layout, units, stories, &runs, &worth);
    let second = runs.iter().map(|runs| runs.len().saturating_sub(1)).sum::<usize>();
    if offers.is_empty() && second == 0 {
        return Vec::new();
    }
    let strays = offers.iter().filter(|offer| offer.owner.is_none()).count();
    let lacking = stories.iter().filter(|story| story.lacks_headline()).count();
    let more_headlines = strays + second > lacking;

    // The stretches of the units that are headlines are these units, so that runs can be looked up in both.
    let is_head = |unit: &Unit| if unit.kind == Kind::Display { Part::Headline } else { Part::Other };
    let mut stretches: Vec<(Range<usize>, Part)> = units.iter().map(|unit| (unit.lines.clone(), is_head(unit))).collect();
    let texts: Vec<Vec<usize>> = stories.iter().map(|story| paragraphs(layout, units, story, &mut stretches)).collect();
    let vocabulary = Vocabulary::of(page, &layout.lines, &stretches);
    let worth = Worth { vocabulary: &vocabulary, weights };
    let mut finder = Finder { layout, worth, stretches: &stretches, offers, more_headlines, found: Vec::new() };
    for (number, ((story, text), runs)) in stories.iter().zip(&texts).zip(&runs).enumerate() {
        if text.len() <= MOST && !story.photo {
            finder.part((number, story.bodies.first().copied().unwrap_or(0)), text, runs);
        }
    }
    let mut found = finder.found;
    found.sort_unstable();
    found
}

/// The headlines among blocks.
fn runs(heads: &[usize]) -> Vec<Run> {
    heads.chunk_by(|above, below| above + 1 == *below).map(<[usize]>::to_vec).collect()
}

/// The headlines that are nobody's, or that fit their text badly, in their order.
fn offers(layout: &Layout, units: &[Unit], stories: &[Story], runs: &[Vec<Run>], worth: &Worth<'_>) -> Vec<Offer> {
    let mut given = vec![false; units.len()];
    stories.iter().flat_map(Story::units).for_each(|unit| given[unit] = true);
    let strays = (0..units.len()).filter(|unit| units[*unit].kind == Kind::Display && !given[*unit]);
    let stray = |head: usize| Offer { run: vec![head], loss: worth.weights.of(Sign::StrayHeadline), owner: None };
    let mut offers: Vec<Offer> = strays.map(stray).collect();
    for (number, (story, runs)) in stories.iter().zip(runs).enumerate().filter(|(_, (_, runs))| !runs.is_empty()) {
        let said = Said::by(worth.vocabulary, &story.bodies);
        let all = worth.of(&said, runs);
        for at in 0..runs.len() {
            let mut others = runs.clone();
            let run = others.remove(at);
            let loss = all - worth.of(&said, &others);
            if loss < FITS {
                offers.push(Offer { run, loss, owner: Some(number) });
            }
        }
    }
    let chars = |run: &Run| run.iter().flat_map(|head| units[*head].lines.clone()).map(|line| layout.lines[line].chars).sum::<usize>();
    offers.retain(|offer| chars(&offer.run) >= SHORTEST);
    offers.sort_by_key(Offer::head);
    offers
}

/// Adds the paragraphs of `story` to `stretches`; gives their numbers there.
fn paragraphs(layout: &Layout, units: &[Unit], story: &Story, stretches: &mut Vec<(Range<usize>, Part)>) -> Vec<usize> {
    let first = stretches.len();
    for unit in &story.bodies {
        let Range { mut start, end } = units[*unit].lines.clone();
        for line in start + 1..end {
            if matches!(layout.roles[line], Role::Start | Role::Opening) {
                stretches.push((start..line, Part::Body));
                start = line;
            }
        }
        stretches.push((start..end, Part::Body));
    }
    (first..stretches.len()).collect()
}

/// Weighs headlines by what they speak of.
struct Worth<'a> {
    vocabulary: &'a Vocabulary,
    weights: &'a Weights,
}

impl Worth<'_> {
    /// What a text is worth with the headlines `runs`.
    fn of(&self, said: &Said, runs: &[Run]) -> i32 {
        let words: i32 = runs.iter().map(|run| self.words(said, run)).sum();
        let more = runs.len().saturating_sub(1) as i32 * self.weights.of(Sign::SecondHeadline);
        words + more + if runs.is_empty() { self.weights.of(Sign::NoHeadline) } else { 0 }
    }

    /// What it is worth that the headline `run` speaks of what a text speaks of.
    fn words(&self, said: &Said, run: &Run) -> i32 {
        let blocks = run.iter().map(|block| worth::kinship_of_block(self.vocabulary, *block, said));
        worth::shared_words(self.weights, worth::kinship_of_all(blocks))
    }
}

/// A text in two.
struct Parted {
    /// By how much the page reads better.
    gain: i32,
    /// The paragraph at which the second text opens.
    at: usize,
    /// The headline from elsewhere.
    offer: Option<usize>,
    /// The headlines of both.
    runs: [Vec<Run>; 2],
}

struct Finder<'a> {
    layout: &'a Layout,
    worth: Worth<'a>,
    stretches: &'a [(Range<usize>, Part)],
    offers: Vec<Offer>,
    /// The page has more headlines than texts.
    more_headlines: bool,
    found: Vec<usize>,
}

impl Finder<'_> {
    /// Parts `text`, of the story with this number and first unit, that has the headlines `runs`, as long as the page reads better so.
    fn part(&mut self, story: (usize, usize), text: &[usize], runs: &[Run]) {
        let Some(parted) = self.best(story, text, runs).filter(|parted| parted.gain > LEAST) else { return };
        self.found.push(self.stretches[text[parted.at]].0.start);
        if let Some(offer) = parted.offer {
            self.offers.remove(offer);
        }
        let (above, below) = text.split_at(parted.at);
        self.part(story, above, &parted.runs[0]);
        self.part(story, below, &parted.runs[1]);
    }

    /// The best way to part a text.
    fn best(&self, (number, first): (usize, usize), text: &[usize], runs: &[Run]) -> Option<Parted> {
        let start = self.offers.partition_point(|offer| offer.head() + FAR < first);
        let near = self.offers.iter().enumerate().skip(start).take_while(|(_, offer)| offer.head() <= first + FAR);
        let near: Vec<(usize, &Offer)> = near.filter(|(_, offer)| offer.owner != Some(number)).take(TRIED).collect();
        if text.len() < 2 || near.is_empty() && runs.len() < 2 {
            return None;
        }
        let Worth { vocabulary, weights } = self.worth;
        let before = self.worth.of(&Said::by(vocabulary, text), runs);
        let mut best: Option<Parted> = None;
        for at in 1..text.len() {
            let Some(opens) = self.opens(text, at).filter(|opens| *opens >= AGAINST) else { continue };
            let parts = [&text[..at], &text[at..]].map(|part| Said::by(vocabulary, part));
            let mut own: [Vec<Run>; 2] = Default::default();
            let mut speaks = false;
            for run in runs {
                let words = [&parts[0], &parts[1]].map(|part| self.worth.words(part, run));
                own[usize::from(words[1] > words[0])].push(run.clone());
                speaks |= words[0].max(words[1]) >= SPEAKS;
            }
            let kept = self.worth.of(&parts[0], &own[0]) + self.worth.of(&parts[1], &own[1]) - before + opens;
            let mut consider = |gain: i32, taken: Option<(usize, usize)>| {
                if best.as_ref().is_none_or(|best| best.gain < gain) {
                    let mut runs = own.clone();
                    if let Some((offer, part)) = taken {
                        runs[part].push(self.offers[offer].run.clone());
                    }
                    best = Some(Parted { gain, at, offer: taken.map(|(offer, _)| offer), runs });
                }
            };
            if own.iter().all(|runs| !runs.is_empty()) {
                consider(kept, None);
            }
            for (offer, Offer { run, loss, .. }) in &near {
                for (part, said) in parts.iter().enumerate() {
                    let words = self.worth.words(said, run);
                    if words >= SPEAKS || speaks && self.more_headlines {
                        let another = if own[part].is_empty() { -weights.of(Sign::NoHeadline) } else { weights.of(Sign::SecondHeadline) };
                        consider(kept + words + weights.of(Sign::FarHeadline) + another - loss, Some((*offer, part)));
                    }
                }
            }
        }
        best
    }

    /// What speaks for another article at paragraph `at` of `text`, counted for and against; `None` where none may open.
    fn opens(&self, text: &[usize], at: usize) -> Option<i32> {
        let Worth { vocabulary, weights } = self.worth;
        let line = self.stretches[text[at]].0.start;
        // What was found to open before, and was joined again, is left so.
        if !matches!(self.layout.roles[line], Role::Start | Role::Opening) || self.layout.opening[line] >= vocabulary::SURE {
            return None;
        }
        let above = Said::by(vocabulary, &text[at.saturating_sub(COMPARED)..at]);
        let below = Said::by(vocabulary, &text[at..text.len().min(at + COMPARED)]);
        let most = 3 * vocabulary::SURE;
        let kinship = vocabulary.kinship(&above, &below, vocabulary::BODY).clamp(-most, most);
        Some(2 * worth::opens(weights, self.layout.opening[line], kinship))
    }
}
