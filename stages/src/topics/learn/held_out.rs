//! Chooses how to learn a topic, and says how well that works on articles that took no part in it.
//!
//! Articles are dealt out to parts in turn, those with the topic and those without apart, so that every part has its share. Each
//! part is tagged by what was learned from the others; how to learn was chosen by the same, inside the others alone. Articles that
//! are printed alike are in one part, or what was learned from one would be tried on the other.

use std::collections::HashMap;

use pipeline::Zone;

use super::Learned;
use super::corpus::Corpus;
use super::fit::Shrink;
use super::train::{Setup, tagger, train};
use crate::tag_topics::score::least_points;
use crate::tag_topics::tagger::Tagger;
use crate::tag_topics::topics::Topic;
use crate::topics::measure::Counts;

/// Into how many parts the articles are dealt for the figures, and for choosing.
const PARTS: usize = 5;
const INNER_PARTS: usize = 4;
/// What is chosen from; of equals the earlier.
const SHRINKS: [Shrink; 3] = [Shrink { sparse: 0.02, even: 1.0 }, Shrink { sparse: 0.02, even: 4.0 }, Shrink { sparse: 0.02, even: 16.0 }];
const MIN_EVIDENCE: [usize; 2] = [2, 1];
/// What is fitted suits the articles it was fitted to best, so that others reach less; these parts of the threshold are tried.
const EASED: [f64; 6] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];

/// Learns `topic` from all articles; `None` when nothing tells those with it from the others.
pub(super) fn learned(corpus: &Corpus<'_>, answers: &[bool], topic: &Topic) -> Option<Learned> {
    let all: Vec<u32> = (0..answers.len() as u32).collect();
    let mut held_out = Counts::default();
    let mut parts = Vec::new();
    for (rest, part) in dealt(corpus, &all, answers, PARTS) {
        let setup = chosen(corpus, &rest, answers, topic);
        let counts = tried(corpus, &part, answers, train(corpus, &rest, answers, topic, setup));
        parts.push(counts.f1());
        held_out = held_out.and(counts);
    }
    let setup = chosen(corpus, &all, answers, topic);
    let topic = train(corpus, &all, answers, topic, setup)?;
    let with = answers.iter().filter(|has| **has).count();
    Some(Learned { topic, taught: [with, answers.len() - with], held_out, parts })
}

/// The setup that does best inside `rows`.
fn chosen(corpus: &Corpus<'_>, rows: &[u32], answers: &[bool], topic: &Topic) -> Setup {
    let dealt = dealt(corpus, rows, answers, INNER_PARTS);
    let mut best: Option<(f64, Setup)> = None;
    for shrink in SHRINKS {
        let setup = Setup { shrink, min_evidence: 1, eased: 1.0 };
        let reached: Vec<Reached> = dealt
            .iter()
            .flat_map(|(rest, part)| {
                let trained = train(corpus, rest, answers, topic, setup).map(|topic| (topic.clone(), tagger(topic)));
                part.iter().map(|row| reached(corpus, *row, answers, trained.as_ref())).collect::<Vec<_>>()
            })
            .collect();
        for min_evidence in MIN_EVIDENCE {
            for eased in EASED {
                let mut counts = Counts::default();
                for article in &reached {
                    let enough = article.rules >= min_evidence || article.rules > 0 && article.in_title;
                    counts.add(article.wanted, enough && article.share >= eased);
                }
                let f1 = counts.f1().unwrap_or(0.0);
                if best.is_none_or(|(most, _)| f1 > most) {
                    best = Some((f1, Setup { shrink, min_evidence, eased }));
                }
            }
        }
    }
    best.expect("there are setups").1
}

/// What an article reaches of what was learned without it.
struct Reached {
    wanted: bool,
    /// Of the sum that was to be reached.
    share: f64,
    rules: usize,
    in_title: bool,
}

fn reached(corpus: &Corpus<'_>, row: u32, answers: &[bool], topic: Option<&(Topic, Tagger)>) -> Reached {
    let wanted = answers[row as usize];
    let Some((topic, tagger)) = topic else { return Reached { wanted, share: 0.0, rules: 0, in_title: false } };
    let explanation = tagger.explain_one(&corpus.zones(row), &topic.id).expect("it is the only topic");
    let points: f64 = explanation.shares.iter().map(|share| share.points).sum();
    let least = least_points(explanation.min_score) as f64 / 100.0;
    let in_title = explanation.hits.iter().any(|hit| hit.zone == Zone::Title && hit.refused.is_none());
    Reached { wanted, share: points / least, rules: explanation.shares.len(), in_title }
}

/// How `topic` does on `rows`; nothing learned gives nothing.
fn tried(corpus: &Corpus<'_>, rows: &[u32], answers: &[bool], topic: Option<Topic>) -> Counts {
    let mut counts = Counts::default();
    let tagger = topic.map(tagger);
    for row in rows {
        let given = tagger.as_ref().is_some_and(|tagger| !tagger.tag(&corpus.zones(*row)).is_empty());
        counts.add(answers[*row as usize], given);
    }
    counts
}

/// `rows` in `parts` parts, each with the rows that are not in it. There are never more parts than articles of the rarer kind.
fn dealt(corpus: &Corpus<'_>, rows: &[u32], answers: &[bool], parts: usize) -> Vec<(Vec<u32>, Vec<u32>)> {
    let with = rows.iter().filter(|row| answers[**row as usize]).count();
    let parts = parts.min(with).min(rows.len() - with).max(2);
    let mut turn = [0; 2];
    let mut part_of_text: HashMap<[&str; 4], usize> = HashMap::new();
    let part_of: Vec<usize> = rows
        .iter()
        .map(|row| {
            *part_of_text.entry(corpus.zones(*row).texts()).or_insert_with(|| {
                let turn = &mut turn[usize::from(answers[*row as usize])];
                *turn += 1;
                *turn % parts
            })
        })
        .collect();
    let split = |part: usize| {
        let of = |inside: bool| rows.iter().zip(&part_of).filter(|(_, of)| (**of == part) == inside).map(|(row, _)| *row).collect();
        (of(false), of(true))
    };
    (0..parts).map(split).collect()
}
