//! Topics ready to tag: a title and a text in, topics with evidence out, or all that spoke for and against a topic.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use pipeline::{Evidence, Permille, Rule, RuleName, Span, Topic as Tagged, Zone};

use super::compile::{CompiledTopic, compile};
use super::explanation::Explanation;
use super::find::{Finder, Found, Role};
use super::grams::Row;
use super::judge::{Case, Fate, Verdict};
use super::score::{best_score, utmost};
use super::topics::{Topic, Topics};

/// What is tagged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Zones<'a> {
    /// The headline.
    pub title: &'a str,
    /// The line above it.
    pub kicker: &'a str,
    /// The line below it.
    pub subtitle: &'a str,
    /// The body.
    pub text: &'a str,
}

impl<'a> Zones<'a> {
    pub(super) fn texts(&self) -> [&'a str; 4] {
        [self.title, self.kicker, self.subtitle, self.text]
    }

    /// Each zone with its text.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Zone, &'a str)> {
        Zone::ALL.into_iter().zip(self.texts())
    }
}

/// Tags texts.
pub struct Tagger {
    pub(super) topics: Vec<Topic>,
    pub(super) compiled: Vec<CompiledTopic>,
    /// Of each topic, the indices of those it implies.
    implies: Vec<Vec<u32>>,
    pub(super) finder: Finder,
    pub(super) min_score: Permille,
    max_evidence: usize,
    floors: Vec<Floor>,
    /// Topics with a pattern that nothing but the text itself tells of.
    always: Vec<u32>,
}

/// What a topic needs at least.
struct Floor {
    score: Permille,
    /// Different rules, unless one is in the title.
    rules: u32,
}

impl Tagger {
    /// Makes `topics` ready. A topic without a `min_score` of its own is given from `min_score` on, with at most `max_evidence`
    /// hits.
    ///
    /// # Errors
    /// The reason when there are far too many terms.
    pub fn new(topics: &Topics, min_score: Permille, max_evidence: usize) -> Result<Self, String> {
        let topics = topics.topics.clone();
        let mut strings = Vec::new();
        let compiled: Vec<CompiledTopic> =
            topics.iter().enumerate().map(|(index, topic)| compile(index as u32, topic, &mut strings)).collect();
        let finder = Finder::new(&topics, strings.iter().map(|(topic, role, worth, string)| (*topic, *role, *worth, &**string)))?;
        let floor = |topic: &Topic| Floor { score: topic.min_score.unwrap_or(min_score), rules: topic.min_evidence as u32 };
        let floors = topics.iter().map(floor).collect();
        let looked_at = |(index, topic): (u32, &CompiledTopic)| topic.patterns.iter().any(|pattern| pattern.always).then_some(index);
        let always = (0..).zip(&compiled).filter_map(looked_at).collect();
        let place: HashMap<&str, u32> = topics.iter().enumerate().map(|(index, topic)| (&*topic.id, index as u32)).collect();
        let implies = topics.iter().map(|topic| topic.implies.iter().filter_map(|id| place.get(&**id).copied()).collect()).collect();
        Ok(Self { topics, compiled, implies, finder, min_score, max_evidence, floors, always })
    }

    /// The topics in the order of their files.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The topics of a text, by falling score.
    pub fn tag(&self, zones: &Zones<'_>) -> Vec<Tagged> {
        let (mut case, found) = self.look(zones);
        self.given(&mut case, found)
    }

    /// The topics that are given by what was `found`, by falling score.
    fn given(&self, case: &mut Case<'_>, mut found: Vec<Found>) -> Vec<Tagged> {
        self.keep_what_may_be_enough(case, &mut found);
        found.sort_unstable_by(Found::order);
        let mut given: Vec<(u32, Tagged)> = Vec::new();
        for (index, found) in self.by_topic(&found) {
            let verdict = self.judge(case, index, found);
            if verdict.lacks.is_empty() {
                given.push((index, self.tagged(index, &verdict)));
            }
        }
        self.imply(&mut given);
        let mut topics: Vec<Tagged> = given.into_iter().map(|(_, topic)| topic).collect();
        topics.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        topics
    }

    /// All that speaks for and against each topic of which anything is found or that is given, in the order of topics.
    pub fn explain(&self, zones: &Zones<'_>) -> Vec<Explanation> {
        let (mut case, mut found) = self.look(zones);
        let given = self.given(&mut case, found.clone());
        found.sort_unstable_by(Found::order);
        let mut verdicts: BTreeMap<u32, Verdict> = BTreeMap::new();
        for (index, found) in self.by_topic(&found) {
            verdicts.insert(index, self.judge(&mut case, index, found));
        }
        for (index, topic) in self.topics.iter().enumerate() {
            if given.iter().any(|given| given.id == topic.id) {
                verdicts.entry(index as u32).or_insert_with(|| self.judge(&mut case, index as u32, &[]));
            }
        }
        let explain = |(index, verdict): (&u32, &Verdict)| {
            let id = &self.topics[*index as usize].id;
            self.explanation(*index, verdict, given.iter().find(|given| given.id == *id), zones)
        };
        verdicts.iter().map(explain).collect()
    }

    /// All that speaks for and against the topic `id`, found or not; `None` when there is no such topic.
    pub fn explain_one(&self, zones: &Zones<'_>, id: &str) -> Option<Explanation> {
        let index = self.topics.iter().position(|topic| *topic.id == *id)? as u32;
        let (mut case, mut found) = self.look(zones);
        let given = self.given(&mut case, found.clone());
        found.retain(|found| found.topic == index);
        found.sort_unstable_by(Found::order);
        let verdict = self.judge(&mut case, index, &found);
        Some(self.explanation(index, &verdict, given.iter().find(|given| *given.id == *id), zones))
    }

    fn look<'a>(&self, zones: &Zones<'a>) -> (Case<'a>, Vec<Found>) {
        thread_local! {
            /// Making it anew for every article takes a tenth of the time.
            static ROW: RefCell<Row> = RefCell::default();
        }
        let texts = zones.texts();
        let mut found = Vec::new();
        let contexts = ROW.with_borrow_mut(|row| {
            let contexts = std::array::from_fn(|zone| self.finder.find(texts[zone], zone as u8, row, &mut found));
            row.shrink();
            contexts
        });
        (Case::new(texts, contexts), found)
    }

    /// Leaves out topics that cannot be given, however kindly what was found of them is judged: most texts touch many topics.
    fn keep_what_may_be_enough(&self, case: &Case<'_>, found: &mut Vec<Found>) {
        #[derive(Clone, Copy, Default)]
        struct Bound {
            parts: u64,
            rules: u32,
            in_title: bool,
        }
        let mut bounds = vec![Bound::default(); self.topics.len()];
        for found in found.iter().filter(|found| found.weight > 0) {
            let bound = &mut bounds[found.topic as usize];
            bound.rules += 1;
            bound.in_title |= found.zone == 0;
            bound.parts += match found.role {
                Role::Term(_) => case.measure.most(found.weight, Zone::ALL[found.zone as usize], found.span()),
                _ => utmost(found.weight),
            };
        }
        let may_be_enough = |found: &Found| {
            let index = found.topic as usize;
            let (bound, floor) = (bounds[index], &self.floors[index]);
            let enough = (bound.in_title || bound.rules >= floor.rules) && best_score(bound.parts) >= floor.score;
            enough || self.always.binary_search(&found.topic).is_ok()
        };
        found.retain(may_be_enough);
    }

    /// What was found of each topic, in order, and nothing for topics that are looked at in every text.
    fn by_topic<'f>(&self, found: &'f [Found]) -> Vec<(u32, &'f [Found])> {
        let mut groups: Vec<(u32, &[Found])> = found.chunk_by(|a, b| a.topic == b.topic).map(|group| (group[0].topic, group)).collect();
        for index in &self.always {
            if let Err(place) = groups.binary_search_by_key(index, |(topic, _)| *topic) {
                groups.insert(place, (*index, &[]));
            }
        }
        groups
    }

    fn judge(&self, case: &mut Case<'_>, index: u32, found: &[Found]) -> Verdict {
        let at = index as usize;
        case.judge(&self.topics[at], &self.compiled[at], self.finder.suppress_of[at], self.min_score, found)
    }

    fn tagged(&self, index: u32, verdict: &Verdict) -> Tagged {
        let topic = &self.topics[index as usize];
        let compiled = &self.compiled[index as usize];
        let evidence = verdict.hits.iter().filter(|hit| hit.fate == Fate::Counts).take(self.max_evidence).map(|hit| Evidence {
            rule: compiled.kind(hit.rule),
            term: RuleName::new(&compiled.names, hit.rule),
            zone: Zone::ALL[hit.zone as usize],
            span: hit.span,
        });
        with_evidence(topic, verdict.score, evidence.collect())
    }

    /// Adds the topics that those in `given` imply: each with the score of the strongest that does.
    fn imply(&self, given: &mut Vec<(u32, Tagged)>) {
        let mut open: Vec<u32> = given.iter().map(|(index, _)| *index).filter(|index| !self.implies[*index as usize].is_empty()).collect();
        let topic = |given: &[(u32, Tagged)], index: u32| given.iter().position(|(known, _)| *known == index);
        open.sort_by_key(|index| topic(given, *index).map(|place| (given[place].1.score, std::cmp::Reverse(*index))));
        while let Some(index) = open.pop() {
            for next in &self.implies[index as usize] {
                let (Some(by), None) = (topic(given, index), topic(given, *next)) else { continue };
                let by = &given[by].1;
                let first = by.evidence.first();
                let evidence =
                    first.map(|hit| Evidence { rule: Rule::Implies, term: RuleName::from(&*by.id), zone: hit.zone, span: hit.span });
                let implied = with_evidence(&self.topics[*next as usize], by.score, evidence.into_iter().collect());
                given.push((*next, implied));
                open.push(*next);
            }
        }
    }
}

fn with_evidence(topic: &Topic, score: Permille, evidence: Vec<Evidence>) -> Tagged {
    Tagged { id: Arc::clone(&topic.id), label: Arc::clone(&topic.label), score, broader: topic.broader.clone(), evidence }
}

/// The text that a span covers.
pub(super) fn slice(text: &str, span: Span) -> String {
    span.get(text).unwrap_or_default().to_owned()
}
