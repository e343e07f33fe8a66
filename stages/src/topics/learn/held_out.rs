//! Chooses how to learn a topic, and says how well that works on articles that took no part in it.
//!
//! Articles are dealt out to parts in turn, those with the topic and those without apart, so that every part has its share. Each
//! part is tagged by what was learned from the others; how to learn was chosen by the same, inside the others alone.

use super::Learned;
use super::corpus::Corpus;
use super::fit::Shrink;
use super::train::{Setup, tagger, train};
use crate::tag_topics::topics::Topic;
use crate::topics::measure::Counts;

/// Into how many parts the articles are dealt for the figures, and for choosing.
const PARTS: usize = 5;
const INNER_PARTS: usize = 4;
/// What is chosen from; of equals the earlier.
const SETUPS: [Setup; 4] = [
    Setup { shrink: Shrink { sparse: 0.02, even: 1.0 }, min_evidence: 2 },
    Setup { shrink: Shrink { sparse: 0.02, even: 1.0 }, min_evidence: 1 },
    Setup { shrink: Shrink { sparse: 0.02, even: 0.2 }, min_evidence: 2 },
    Setup { shrink: Shrink { sparse: 0.02, even: 0.2 }, min_evidence: 1 },
];

/// Learns `topic` from all articles; `None` when nothing tells those with it from the others.
pub(super) fn learned(corpus: &Corpus<'_>, answers: &[bool], topic: &Topic) -> Option<Learned> {
    let all: Vec<u32> = (0..answers.len() as u32).collect();
    let mut held_out = Counts::default();
    let mut parts = Vec::new();
    for (rest, part) in dealt(&all, answers, PARTS) {
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
    let dealt = dealt(rows, answers, INNER_PARTS);
    let f1 = |setup: Setup| -> f64 {
        let counts = dealt.iter().map(|(rest, part)| tried(corpus, part, answers, train(corpus, rest, answers, topic, setup)));
        counts.fold(Counts::default(), Counts::and).f1().unwrap_or(0.0)
    };
    let mut best = (SETUPS[0], f1(SETUPS[0]));
    for setup in &SETUPS[1..] {
        let reached = f1(*setup);
        if reached > best.1 {
            best = (*setup, reached);
        }
    }
    best.0
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
fn dealt(rows: &[u32], answers: &[bool], parts: usize) -> Vec<(Vec<u32>, Vec<u32>)> {
    let with = rows.iter().filter(|row| answers[**row as usize]).count();
    let parts = parts.min(with).min(rows.len() - with).max(2);
    let mut turn = [0; 2];
    let part_of: Vec<usize> = rows
        .iter()
        .map(|row| {
            let turn = &mut turn[usize::from(answers[*row as usize])];
            *turn += 1;
            *turn % parts
        })
        .collect();
    let split = |part: usize| {
        let of = |inside: bool| rows.iter().zip(&part_of).filter(|(_, of)| (**of == part) == inside).map(|(row, _)| *row).collect();
        (of(false), of(true))
    };
    (0..parts).map(split).collect()
}
