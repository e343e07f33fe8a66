//! Learns topics from labelled articles: at most [`LINES`] readable lines a topic, each a term of phrases that count alike, with the
//! weights, the least score and the number of different terms that the same engine and the same formula need to tell its articles
//! from the others.
//!
//! 1. Every phrase of the articles is counted (`grams.rs`), and those that go with the topic are candidates (`candidates.rs`).
//! 2. Weights that are never negative are fitted as a support vector machine with a squared hinge, over what each term adds to the
//!    score (`fit.rs`); the heaviest phrases are kept, and those of like weight become one term, so that a topic is told by more of
//!    them than it has lines. The terms are looked for anew by the tagger itself, so that overlaps count as they will, and fitted
//!    again without the other phrases (`train.rs`).
//! 3. How hard to shrink the weights, and how many different terms to ask for, is chosen by cross-validation; the figures that are
//!    reported come from articles that took no part in learning or choosing (`held_out.rs`).
//!
//! The same articles in the same order always give the same file.

mod candidates;
mod corpus;
mod fit;
mod held_out;
mod train;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::measure::{Counts, Names};
use super::pieces::Piece;
use crate::tag_topics::file::Origin;
use crate::tag_topics::topics::{Topic, Topics, is_name, without_namespace};

use corpus::Corpus;

/// How many terms a learned topic has at most, each a line of its file.
pub const LINES: usize = 40;
/// How many phrases of like weight share a term at most.
const WORDS_OF_LINE: usize = 3;
/// Fewer articles of a kind than this teach nothing.
pub const FEWEST: usize = 4;

/// A topic that was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    /// Ready to tag with.
    pub topic: Topic,
    /// Articles with the topic, and without.
    pub taught: [usize; 2],
    /// What was right and wrong on articles held out, over all parts.
    pub held_out: Counts,
    /// F1 of each part.
    pub parts: Vec<Option<f64>>,
}

/// What became of a label.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was learned.
    Learned(Box<Learned>),
    /// Somebody wrote the topic, so it is left as it is.
    Hand {
        /// `namespace:id`.
        id: String,
    },
    /// There are too few articles with it, or without it.
    TooFew {
        /// As it was written.
        label: String,
        /// Articles with it, and without.
        taught: [usize; 2],
    },
    /// It is no id: `[a-z][a-z0-9-]*`, with a namespace before it or not.
    NoId {
        /// As it was written.
        label: String,
    },
    /// It belongs to another namespace than the file.
    Elsewhere {
        /// As it was written.
        label: String,
    },
    /// Nothing stands more often in its articles than in others.
    Nothing {
        /// `namespace:id`.
        id: String,
    },
}

/// Learns every label of `pieces`, by its id. Topics of `known` that somebody wrote stay out of it; what else is known of a topic
/// that was learned before is kept. New topics get `namespace`.
pub fn learn(pieces: &[Piece], known: &Topics, namespace: &str) -> Vec<Outcome> {
    let labelled: Vec<&Piece> = pieces.iter().filter(|piece| piece.labels.is_some()).collect();
    let names = Names::new(known.topics.iter().map(|topic| &*topic.id));
    let full = |label: &str| -> String {
        match names.find(label) {
            Some(topic) => known.topics[topic].id.to_string(),
            None if label.contains(':') => label.to_owned(),
            None => format!("{namespace}:{label}"),
        }
    };
    let mut rows: BTreeMap<String, (String, BTreeSet<usize>)> = BTreeMap::new();
    for (row, piece) in labelled.iter().enumerate() {
        for label in piece.labels.iter().flatten() {
            rows.entry(full(label)).or_insert_with(|| (label.clone(), BTreeSet::new())).1.insert(row);
        }
    }
    let corpus = Corpus::new(&labelled);
    let mut outcomes = Vec::new();
    let mut jobs: Vec<(usize, Topic, Vec<bool>)> = Vec::new();
    for (id, (label, with)) in rows {
        let taught = [with.len(), labelled.len() - with.len()];
        let place = known.topics.iter().find(|topic| *topic.id == *id);
        if place.is_some_and(|topic| topic.origin == Origin::Hand) {
            outcomes.push(Outcome::Hand { id });
        } else if !is_id(&id) {
            outcomes.push(Outcome::NoId { label });
        } else if !id.starts_with(&format!("{namespace}:")) {
            outcomes.push(Outcome::Elsewhere { label });
        } else if taught.iter().any(|count| *count < FEWEST) {
            outcomes.push(Outcome::TooFew { label, taught });
        } else {
            let answers = (0..labelled.len()).map(|row| with.contains(&row)).collect();
            jobs.push((outcomes.len(), to_learn(&id, place, known), answers));
            outcomes.push(Outcome::Nothing { id });
        }
    }
    // Topics say nothing of each other, so they are learned side by side.
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    for jobs in jobs.chunks(workers) {
        let learned: Vec<Option<Learned>> = std::thread::scope(|scope| {
            let running: Vec<_> =
                jobs.iter().map(|(_, topic, answers)| scope.spawn(|| held_out::learned(&corpus, answers, topic))).collect();
            running.into_iter().map(|job| job.join().expect("learning does not panic")).collect()
        });
        for ((place, ..), learned) in jobs.iter().zip(learned) {
            if let Some(learned) = learned {
                outcomes[*place] = Outcome::Learned(Box::new(learned));
            }
        }
    }
    outcomes
}

fn is_id(full: &str) -> bool {
    full.split_once(':').is_some_and(|(namespace, id)| is_name(namespace) && is_name(id))
}

/// The topic `id` without any rule: with what `write.rs` keeps of it when it was learned `before`, and as its file denies.
fn to_learn(id: &str, before: Option<&Topic>, known: &Topics) -> Topic {
    let of_file = known.topics.iter().find(|topic| !topic.own_suppress && topic.id.split(':').next() == id.split(':').next());
    let new = Topic {
        id: id.into(),
        label: without_namespace(id).into(),
        suppress: of_file.map(|topic| Arc::clone(&topic.suppress)).unwrap_or_default(),
        min_evidence: 1,
        origin: Origin::Learned,
        ..Topic::default()
    };
    let Some(before) = before.cloned() else { return new };
    let Topic { label, description, broader, iptc, exclude, implies, positive, negative, .. } = before;
    Topic { label, description, broader, iptc, exclude, implies, positive, negative, ..new }
}
