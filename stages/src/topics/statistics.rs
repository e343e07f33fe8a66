//! What the topics of some files do to a corpus: how much of it they cover, which rules work, and which topics go together or
//! stand on the same words.

use std::collections::{BTreeMap, HashMap};

use pipeline::{Rule, Span, Zone};
use serde::Serialize;

use super::pieces::Piece;
use crate::tag_topics::explanation::{Explanation, Refused};
use crate::tag_topics::tagger::Tagger;

/// What a rule did.
#[derive(Clone, Debug, Serialize)]
pub struct RuleFigures {
    /// What kind of rule.
    pub rule: Rule,
    /// As evidence names it.
    pub term: String,
    /// Articles in which it counted, whether they got the topic or not.
    pub articles: usize,
    /// Of these, articles that got the topic.
    pub given: usize,
    /// Hits that counted.
    pub hits: usize,
    /// Hits that did not count because they stand in a phrase of `exclude`.
    pub excluded: usize,
    /// Hits that did not count because of a word before them.
    pub suppressed: usize,
    /// Hits that did not count because the rule looks elsewhere.
    pub elsewhere: usize,
}

/// What a topic did.
#[derive(Clone, Debug, Serialize)]
pub struct TopicFigures {
    /// `namespace:id`.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Articles that got it.
    pub articles: usize,
    /// Of these, articles that got no other topic.
    pub alone: usize,
    /// Articles with hits that count, but without the topic.
    pub near_misses: usize,
    /// The mean score where it was given, in thousandths.
    pub mean_score: f64,
    /// Its rules, in the order of its file.
    pub rules: Vec<RuleFigures>,
}

/// Two topics that were given to the same articles.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// `namespace:id`.
    pub a: String,
    /// `namespace:id`.
    pub b: String,
    /// Articles that have both.
    pub both: usize,
    /// Of the articles that have one of the two, the share that has both.
    pub jaccard: f64,
    /// Articles that have both, one of them on words alone that the other has, too: two topics for the same words.
    pub on_the_same_words: usize,
}

/// All figures of a corpus.
#[derive(Clone, Debug, Serialize)]
pub struct Statistics {
    /// Articles looked at.
    pub articles: usize,
    /// Articles with a topic.
    pub covered: usize,
    /// Topics given in all.
    pub given: usize,
    /// Every topic, in the order of the files.
    pub topics: Vec<TopicFigures>,
    /// Pairs of topics, those with most articles first.
    pub pairs: Vec<Pair>,
}

/// Tags `pieces` and counts.
pub fn statistics(tagger: &Tagger, pieces: &[Piece]) -> Statistics {
    let mut topics: Vec<TopicFigures> = tagger.topics().iter().map(empty).collect();
    let place: HashMap<String, usize> = topics.iter().enumerate().map(|(index, topic)| (topic.id.clone(), index)).collect();
    let rules: Vec<HashMap<(Rule, String), usize>> = topics
        .iter()
        .map(|topic| topic.rules.iter().enumerate().map(|(index, rule)| ((rule.rule, rule.term.clone()), index)).collect())
        .collect();
    let mut pairs: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    let (mut covered, mut given_in_all) = (0, 0);
    for piece in pieces {
        let explanations = tagger.explain(&piece.zones());
        let mut given: Vec<(usize, &Explanation)> = Vec::new();
        for explanation in &explanations {
            let index = place[&explanation.id];
            count(&mut topics[index], &rules[index], explanation);
            if explanation.given {
                given.push((index, explanation));
            }
        }
        covered += usize::from(!given.is_empty());
        given_in_all += given.len();
        if let [(only, _)] = given[..] {
            topics[only].alone += 1;
        }
        for (nth, (a, of_a)) in given.iter().enumerate() {
            for (b, of_b) in &given[nth + 1..] {
                let pair = pairs.entry((*a, *b)).or_default();
                pair.0 += 1;
                pair.1 += usize::from(stands_on(of_a, of_b) || stands_on(of_b, of_a));
            }
        }
    }
    for topic in &mut topics {
        topic.mean_score = if topic.articles > 0 { (topic.mean_score / topic.articles as f64).round() } else { 0.0 };
    }
    let mut pairs: Vec<Pair> = pairs
        .into_iter()
        .map(|((a, b), (both, same))| {
            let either = topics[a].articles + topics[b].articles - both;
            let [a, b] = [a, b].map(|index| topics[index].id.clone());
            Pair { a, b, both, jaccard: both as f64 / either as f64, on_the_same_words: same }
        })
        .collect();
    // Stable, so that pairs of as many articles stay in the order of the files.
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.both));
    Statistics { articles: pieces.len(), covered, given: given_in_all, topics, pairs }
}

/// No figures yet.
fn empty(topic: &crate::tag_topics::topics::Topic) -> TopicFigures {
    let rules = topic.rules().map(|(rule, term)| RuleFigures {
        rule,
        term: term.to_string(),
        articles: 0,
        given: 0,
        hits: 0,
        excluded: 0,
        suppressed: 0,
        elsewhere: 0,
    });
    let rules = rules.collect();
    TopicFigures { id: topic.id.to_string(), label: topic.label.to_string(), articles: 0, alone: 0, near_misses: 0, mean_score: 0.0, rules }
}

fn count(topic: &mut TopicFigures, rules: &HashMap<(Rule, String), usize>, explanation: &Explanation) {
    if explanation.given {
        topic.articles += 1;
        topic.mean_score += f64::from(explanation.score.get());
    } else if !explanation.shares.is_empty() {
        topic.near_misses += 1;
    }
    for hit in &explanation.hits {
        let Some(rule) = rules.get(&(hit.rule, hit.term.clone())) else { continue };
        let figures = &mut topic.rules[*rule];
        match hit.refused {
            None => figures.hits += 1,
            Some(Refused::Elsewhere) => figures.elsewhere += 1,
            Some(Refused::Excluded { .. }) => figures.excluded += 1,
            Some(Refused::Suppressed { .. }) => figures.suppressed += 1,
        }
    }
    for share in &explanation.shares {
        if let Some(rule) = rules.get(&(share.rule, share.term.clone())) {
            topic.rules[*rule].articles += 1;
            topic.rules[*rule].given += usize::from(explanation.given);
        }
    }
}

/// Whether every hit of `a` that counts meets one of `b`.
fn stands_on(a: &Explanation, b: &Explanation) -> bool {
    let spans = |of: &Explanation| -> Vec<(Zone, Span)> {
        of.hits.iter().filter(|hit| hit.refused.is_none()).map(|hit| (hit.zone, hit.span)).collect()
    };
    let (of_a, mut of_b) = (spans(a), spans(b));
    // By their ends, so that the first that does not end before a hit is the only one to look at, but for combinations, which may
    // lie around others; for those a miss is no harm.
    of_b.sort_unstable_by_key(|(zone, span)| (*zone, span.end));
    !of_a.is_empty()
        && of_a.iter().all(|(zone, span)| {
            let next = of_b.partition_point(|(there, other)| (*there, other.end) <= (*zone, span.start));
            of_b.get(next).is_some_and(|(there, other)| there == zone && other.start < span.end)
        })
}
