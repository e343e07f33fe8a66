//! Terms that go with a topic and are not in it: what stands more often in articles that have the topic than in the rest.
//!
//! For each phrase, the logarithm of the odds that an article with the topic has it is compared with the same of the rest; the
//! frequency in the whole corpus is the prior, so that what stands everywhere, or was seen once by chance, does not come first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use pipeline::{Span, Zone};
use serde::Serialize;

use super::grams::each_gram;
use super::odds::Odds;
use super::pieces::Piece;
use crate::tag_topics::explanation::Explanation;
use crate::tag_topics::tagger::Tagger;
use crate::tag_topics::topics::without_namespace;

/// How many characters of the text an example shows on each side.
const AROUND: usize = 14;

/// A term that may belong to the topic.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// As it is folded: simplified, small letters.
    pub term: String,
    /// Articles with the topic that have it.
    pub with_topic: usize,
    /// Other articles that have it.
    pub without: usize,
    /// How much more likely it is in articles with the topic, in nats over the standard deviation.
    pub strength: f64,
    /// A place where it stands, in an article with the topic.
    pub example: String,
}

/// What was looked at and found.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestions {
    /// Articles with the topic, by its rules or, where an article is labelled, by its labels.
    pub with_topic: usize,
    /// The other articles.
    pub without: usize,
    /// The strongest first.
    pub terms: Vec<Suggestion>,
}

struct Seen<'a> {
    with_topic: BTreeSet<usize>,
    without: usize,
    example: Option<(&'a str, Range<usize>)>,
}

/// Suggests at most `most` terms for the topic `id`; `None` when there is no such topic.
pub fn suggest(tagger: &Tagger, id: &str, pieces: &[Piece], most: usize) -> Option<Suggestions> {
    let mut seen: HashMap<String, Seen<'_>> = HashMap::new();
    let mut count = [0, 0];
    let short = without_namespace(id);
    for (index, piece) in pieces.iter().enumerate() {
        let zones = piece.zones();
        let explanation = tagger.explain_one(&zones, id)?;
        let has = piece.labels.as_ref().map_or(explanation.given, |labels| labels.contains(id) || labels.contains(short));
        count[usize::from(has)] += 1;
        let mut here: BTreeMap<String, (&str, Range<usize>)> = BTreeMap::new();
        for (zone, text) in zones.each() {
            let known = known(&explanation, zone);
            each_gram(text, |phrase, place| {
                if !known.iter().any(|hit| hit.start < place.end && place.start < hit.end) {
                    here.entry(phrase.to_owned()).or_insert((text, place));
                }
            });
        }
        for (phrase, example) in here {
            let seen = seen.entry(phrase).or_insert_with(|| Seen { with_topic: BTreeSet::new(), without: 0, example: None });
            if has {
                seen.with_topic.insert(index);
                seen.example.get_or_insert(example);
            } else {
                seen.without += 1;
            }
        }
    }
    if pieces.is_empty() {
        tagger.topics().iter().find(|topic| &*topic.id == id)?;
    }
    let [without, with_topic] = count;
    let odds = Odds { with: with_topic, without };
    let mut strong: Vec<(f64, String, Seen<'_>)> = seen
        .into_iter()
        .filter(|(_, seen)| seen.with_topic.len() >= 2)
        .map(|(phrase, seen)| (odds.strength(seen.with_topic.len(), seen.without), phrase, seen))
        .filter(|(strength, ..)| *strength >= 1.0)
        .collect();
    strong.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.len().cmp(&a.1.len())).then_with(|| a.1.cmp(&b.1)));
    Some(Suggestions { with_topic, without, terms: chosen(strong, most) })
}

/// The strongest, without those that say in other words what a stronger one said: a part of it, or it with more around it.
fn chosen(strong: Vec<(f64, String, Seen<'_>)>, most: usize) -> Vec<Suggestion> {
    let mut taken: Vec<(Suggestion, BTreeSet<usize>)> = Vec::new();
    for (strength, term, seen) in strong {
        if taken.len() == most {
            break;
        }
        let said = taken.iter().any(|(other, articles)| {
            (other.term.contains(&term) || term.contains(&other.term))
                && seen.with_topic.intersection(articles).count() * 5 >= seen.with_topic.len() * 4
        });
        if said {
            continue;
        }
        let example = seen.example.map(|(text, place)| around(text, place)).unwrap_or_default();
        let (with_topic, without) = (seen.with_topic.len(), seen.without);
        taken.push((Suggestion { term, with_topic, without, strength: (strength * 100.0).round() / 100.0, example }, seen.with_topic));
    }
    taken.into_iter().map(|(suggestion, _)| suggestion).collect()
}

/// Where the topic's own rules have found something in a zone, counted or not.
fn known(explanation: &Explanation, zone: Zone) -> Vec<Range<usize>> {
    let here = explanation.hits.iter().filter(|hit| hit.zone == zone);
    here.map(|hit| hit.span.start as usize..hit.span.end as usize).collect()
}

/// The place with what stands around it, on one line.
fn around(text: &str, place: Range<usize>) -> String {
    let cut = |range: Range<usize>| Span::new(range.start as u32, range.end as u32).get(text).unwrap_or_default();
    let before: Vec<char> = cut(0..place.start).chars().rev().take_while(|c| *c != '\n').take(AROUND).collect();
    let after = cut(place.end..text.len()).chars().take_while(|c| *c != '\n').take(AROUND);
    before.into_iter().rev().chain("【".chars()).chain(cut(place).chars()).chain("】".chars()).chain(after).collect()
}
