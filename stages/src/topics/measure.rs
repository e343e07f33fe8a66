//! How well topics are found: the examples of topic files, and articles that somebody has labelled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::pieces::Piece;
use crate::tag_topics::explanation::Explanation;
use crate::tag_topics::tagger::{Tagger, Zones};
use crate::tag_topics::topics::without_namespace;

/// What was right and wrong, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Given, and rightly.
    pub right: usize,
    /// Given, and wrongly.
    pub wrong: usize,
    /// Not given, and wrongly.
    pub missed: usize,
}

impl Counts {
    /// Counts one article.
    pub fn add(&mut self, wanted: bool, given: bool) {
        self.right += usize::from(wanted && given);
        self.wrong += usize::from(!wanted && given);
        self.missed += usize::from(wanted && !given);
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { right: self.right + other.right, wrong: self.wrong + other.wrong, missed: self.missed + other.missed }
    }

    /// Of those given, how many are right.
    pub fn precision(self) -> Option<f64> {
        share(self.right, self.right + self.wrong)
    }

    /// Of those wanted, how many are given.
    pub fn recall(self) -> Option<f64> {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both; `None` when nothing was wanted and nothing given.
    pub fn f1(self) -> Option<f64> {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How well one topic was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// `namespace:id`.
    pub id: Arc<str>,
    /// What people call it.
    pub label: Arc<str>,
    /// What was right and wrong.
    pub counts: Counts,
}

/// An article that got a topic wrongly, or lacks one.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// Index among the pieces.
    pub piece: usize,
    /// Given though nobody wanted it; else missed.
    pub given: bool,
    /// Why.
    pub explanation: Explanation,
}

/// Labelled articles, tagged.
#[derive(Clone, Debug)]
pub struct Measured {
    /// How many articles were labelled.
    pub labelled: usize,
    /// Every topic, in the order of the files.
    pub topics: Vec<Found>,
    /// Over all articles and topics.
    pub micro: Counts,
    /// The mean of precision, recall and F1 over the topics that are wanted or given at all.
    pub macro_mean: Option<[f64; 3]>,
    /// Which topics were given to articles that lack a wanted one: wanted, given instead (`None` for nothing), articles.
    pub confusion: Vec<(Arc<str>, Option<Arc<str>>, usize)>,
    /// Every wrong one, by article.
    pub wrong: Vec<Wrong>,
    /// Labels that are the id of no topic, and how many articles have them.
    pub unknown: BTreeMap<String, usize>,
}

/// Finds topics by what somebody has called them: with or without the namespace.
pub struct Names<'a> {
    full: BTreeMap<&'a str, usize>,
    /// Without the namespace; `None` when several files have it.
    short: BTreeMap<&'a str, Option<usize>>,
}

impl<'a> Names<'a> {
    /// The names of topics with these ids.
    pub fn new(ids: impl Iterator<Item = &'a str>) -> Self {
        let (mut full, mut short) = (BTreeMap::new(), BTreeMap::new());
        for (index, id) in ids.enumerate() {
            full.insert(id, index);
            short.entry(without_namespace(id)).and_modify(|known| *known = None).or_insert(Some(index));
        }
        Self { full, short }
    }

    /// The topic that is called `label`.
    pub fn find(&self, label: &str) -> Option<usize> {
        self.full.get(label).copied().or_else(|| self.short.get(label).copied().flatten())
    }
}

/// Tags the labelled ones among `pieces` and compares.
pub fn measure(tagger: &Tagger, pieces: &[Piece]) -> Measured {
    let topics = tagger.topics();
    let names = Names::new(topics.iter().map(|topic| &*topic.id));
    let mut counts = vec![Counts::default(); topics.len()];
    let mut confusion: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
    let mut measured = Measured {
        labelled: 0,
        topics: Vec::new(),
        micro: Counts::default(),
        macro_mean: None,
        confusion: Vec::new(),
        wrong: Vec::new(),
        unknown: BTreeMap::new(),
    };
    for (index, piece) in pieces.iter().enumerate() {
        let Some(labels) = &piece.labels else { continue };
        measured.labelled += 1;
        let mut wanted = BTreeSet::new();
        for label in labels {
            match names.find(label) {
                Some(topic) => _ = wanted.insert(topic),
                None => *measured.unknown.entry(label.clone()).or_default() += 1,
            }
        }
        let given: BTreeSet<usize> = tagger.tag(&piece.zones()).iter().filter_map(|topic| names.find(&topic.id)).collect();
        for (topic, counts) in counts.iter_mut().enumerate() {
            counts.add(wanted.contains(&topic), given.contains(&topic));
        }
        for topic in wanted.symmetric_difference(&given) {
            let explanation = tagger.explain_one(&piece.zones(), &topics[*topic].id).expect("the topic is one of the tagger's");
            measured.wrong.push(Wrong { piece: index, given: given.contains(topic), explanation });
        }
        let instead: Vec<Option<usize>> = given.difference(&wanted).copied().map(Some).collect();
        for missed in wanted.difference(&given) {
            for instead in if instead.is_empty() { &[None][..] } else { &instead } {
                *confusion.entry((*missed, *instead)).or_default() += 1;
            }
        }
    }
    measured.micro = counts.iter().fold(Counts::default(), |all, counts| all.and(*counts));
    let of_topics: Vec<[f64; 3]> = counts.iter().filter_map(figures).collect();
    if !of_topics.is_empty() {
        let mean = |at: usize| of_topics.iter().map(|figures| figures[at]).sum::<f64>() / of_topics.len() as f64;
        measured.macro_mean = Some([mean(0), mean(1), mean(2)]);
    }
    let id = |topic: usize| Arc::clone(&topics[topic].id);
    measured.confusion = confusion.into_iter().map(|((missed, instead), count)| (id(missed), instead.map(id), count)).collect();
    measured.confusion.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    let found =
        topics.iter().zip(counts).map(|(topic, counts)| Found { id: Arc::clone(&topic.id), label: Arc::clone(&topic.label), counts });
    measured.topics = found.collect();
    measured
}

/// Precision, recall and F1, nothing found counting as 0; `None` for a topic that is neither wanted nor given.
fn figures(counts: &Counts) -> Option<[f64; 3]> {
    let f1 = counts.f1()?;
    Some([counts.precision().unwrap_or(0.0), counts.recall().unwrap_or(0.0), f1])
}

/// An example of a topic file, tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Index of its topic.
    pub topic: usize,
    /// Whether it must get the topic.
    pub positive: bool,
    /// Its place in its list, counted from 0.
    pub nth: usize,
    /// Whether it came out as it must.
    pub passed: bool,
    /// Why.
    pub explanation: Explanation,
}

/// Tries every example of every topic.
pub fn examples(tagger: &Tagger) -> Vec<Tried> {
    let mut tried = Vec::new();
    for (topic, written) in tagger.topics().iter().enumerate() {
        for (positive, examples) in [(true, &written.positive), (false, &written.negative)] {
            for (nth, example) in examples.iter().enumerate() {
                let zones = Zones { title: &example.title, text: &example.text, ..Zones::default() };
                let explanation = tagger.explain_one(&zones, &written.id).expect("the topic is one of the tagger's");
                tried.push(Tried { topic, positive, nth, passed: explanation.given == positive, explanation });
            }
        }
    }
    tried
}
