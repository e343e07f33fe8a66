//! From articles to a topic that tells them apart.

use std::sync::Arc;

use pipeline::Permille;

use super::candidates::candidates;
use super::corpus::{Corpus, worth};
use super::fit::{Fitted, Shrink, fit};
use super::{LINES, WORDS_OF_LINE};
use crate::tag_topics::file::Where;
use crate::tag_topics::score::{Measure, least_points};
use crate::tag_topics::tagger::Tagger;
use crate::tag_topics::topics::{Term, Topic, Topics};

/// The least score of learned topics, unless their weights would become too heavy.
const MIN_SCORE: u16 = 350;
/// No learned weight is heavier: what would be, is a single word that decides alone.
const HEAVIEST: f64 = 4.0;
/// Weights are written in steps of this many hundredths.
const STEP: f64 = 5.0;

/// What cross-validation chooses between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setup {
    pub(super) shrink: Shrink,
    /// How many different terms an article needs.
    pub(super) min_evidence: usize,
    /// The part of the fitted threshold that an article must reach.
    pub(super) eased: f64,
}

/// `topic` with terms that tell the articles `rows` apart; `None` when nothing does.
pub(super) fn train(corpus: &Corpus<'_>, rows: &[u32], answers: &[bool], topic: &Topic, setup: Setup) -> Option<Topic> {
    let candidates = candidates(corpus, rows, answers);
    let of_rows: Vec<bool> = rows.iter().map(|row| answers[*row as usize]).collect();
    let mut place = vec![u32::MAX; answers.len()];
    for (index, row) in rows.iter().enumerate() {
        place[*row as usize] = index as u32;
    }
    let column = |index: &usize| -> Vec<(u32, f64)> {
        let column = corpus.columns[*index].iter().map(|(row, value)| (place[*row as usize], *value));
        column.filter(|(place, _)| *place != u32::MAX).collect()
    };
    let columns: Vec<Vec<(u32, f64)>> = candidates.iter().map(column).collect();
    let costs: Vec<f64> = candidates.iter().map(|index| corpus.costs[*index]).collect();
    let first = fit(&columns, &costs, &of_rows, setup.shrink);
    let mut heavy: Vec<(f64, usize)> =
        first.weights.iter().zip(&candidates).filter(|(weight, _)| **weight > 0.0).map(|(weight, index)| (*weight, *index)).collect();
    heavy.sort_by(|(a, i), (b, j)| b.total_cmp(a).then_with(|| i.cmp(j)));
    let heaviest: Vec<usize> = heavy.into_iter().take(LINES * WORDS_OF_LINE).map(|(_, index)| index).collect();
    let lines = lines(&heaviest);
    let costs: Vec<f64> = lines.iter().map(|line| line.iter().map(|index| corpus.costs[*index]).sum::<f64>() / line.len() as f64).collect();
    let terms: Vec<Term> = lines.iter().map(|line| term(corpus, line)).collect();
    let topic = Topic { min_evidence: setup.min_evidence, ..topic.clone() };
    let columns = as_found(corpus, rows, &topic, &terms);
    let fitted = fit(&columns, &costs, &of_rows, Shrink { sparse: 0.0, ..setup.shrink });
    written(topic, terms, &Fitted { threshold: fitted.threshold * setup.eased, ..fitted })
}

/// Phrases, heaviest first, on at most [`LINES`] lines of about as many: what counts alike stands together.
fn lines(heaviest: &[usize]) -> Vec<&[usize]> {
    let lines = LINES.min(heaviest.len());
    (0..lines).map(|line| &heaviest[heaviest.len() * line / lines..heaviest.len() * (line + 1) / lines]).collect()
}

/// What each of `terms` adds in each of the articles, as the tagger finds them together.
fn as_found(corpus: &Corpus<'_>, rows: &[u32], topic: &Topic, terms: &[Term]) -> Vec<Vec<(u32, f64)>> {
    let tagger = tagger(Topic { terms: terms.to_vec(), ..topic.clone() });
    let mut columns = vec![Vec::new(); terms.len()];
    for (place, row) in rows.iter().enumerate() {
        let measure = Measure::new(&corpus.pieces[*row as usize].text);
        let explanation = tagger.explain_one(&corpus.zones(*row), &topic.id).expect("it is the only topic");
        for share in &explanation.shares {
            let index = terms.iter().position(|term| *term.text == *share.term).expect("it has no other terms");
            columns[index].push((place as u32, worth(measure, share.times)));
        }
    }
    columns
}

/// The topic with what was fitted, in its own scale: the threshold becomes the sum at which the score reaches its least.
fn written(topic: Topic, terms: Vec<Term>, fitted: &Fitted) -> Option<Topic> {
    let heaviest = fitted.weights.iter().copied().fold(0.0, f64::max);
    if heaviest <= 0.0 {
        return None;
    }
    let usual = least_points(Permille::new(MIN_SCORE)) as f64 / 100.0;
    let scale = (usual / fitted.threshold).min(HEAVIEST / heaviest);
    let least = fitted.threshold * scale;
    let mut weighted: Vec<Term> = terms
        .into_iter()
        .zip(&fitted.weights)
        .map(|(term, weight)| Term { weight: ((weight * scale * 100.0 / STEP).round() * STEP) as u32, ..term })
        .filter(|term| term.weight > 0)
        .collect();
    weighted.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.text.cmp(&b.text)));
    let min_score = Permille::new((least * 1000.0 / (least + crate::tag_topics::score::HALF as f64 / 100.0)).floor() as u16);
    if weighted.is_empty() { None } else { Some(Topic { terms: weighted, min_score: Some(min_score), ..topic }) }
}

/// A term of weight 1 that stands for all phrases of `line`.
fn term(corpus: &Corpus<'_>, line: &[usize]) -> Term {
    let mut words = line.iter().map(|index| Arc::from(corpus.names[*index].as_str()));
    let text = words.next().expect("a line has a phrase");
    Term { text, variants: words.collect(), weight: 100, zone: Where::Any, lexicon: None }
}

/// Tags by `topic` alone.
pub(super) fn tagger(topic: Topic) -> Tagger {
    // What it implies is no part of what is learned.
    let topics = Topics { topics: vec![Topic { implies: Vec::new(), ..topic }], ..Topics::default() };
    Tagger::new(&topics, Permille::ZERO, 1).expect("a few terms are not too many")
}
