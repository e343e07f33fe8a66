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
use super::score::{least_parts, utmost};
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
    pub(crate) fn texts(&self) -> [&'a str; 4] {
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

/// What is needed to tag one text, kept for the next.
#[derive(Default)]
struct Desk {
    row: Row,
    found: Vec<Found>,
    /// Of each topic.
    bounds: Vec<Bound>,
}

/// What there is of a topic at most, however kindly it is judged.
#[derive(Clone, Copy, Default)]
struct Bound {
    /// No less than its points: in `FINE` parts of a hundredth.
    parts: u64,
    rules: u32,
    in_title: bool,
}

/// What a topic needs at least.
struct Floor {
    /// As `Bound` counts them.
    parts: u64,
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
        let floor = |topic: &Topic| Floor { parts: least_parts(topic.min_score.unwrap_or(min_score)), rules: topic.min_evidence as u32 };
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
        thread_local! {
            /// Making it anew for every article takes a tenth of the time.
            static DESK: RefCell<Desk> = RefCell::default();
        }
        DESK.with_borrow_mut(|desk| {
            let mut case = self.look(zones, desk);
            let given = self.given(&mut case, desk);
            if desk.row.is_long() {
                *desk = Desk::default();
            }
            given
        })
    }

    /// The topics that are given by what was found, by falling score.
    fn given(&self, case: &mut Case<'_>, desk: &mut Desk) -> Vec<Tagged> {
        self.keep_what_may_be_enough(case, desk);
        desk.found.sort_unstable_by(Found::order);
        let mut given: Vec<(u32, Tagged)> = Vec::new();
        self.each_topic(&desk.found, |index, found| {
            let verdict = self.judge(case, index, found);
            if verdict.lacks.is_empty() {
                given.push((index, self.tagged(index, &verdict)));
            }
        });
        self.imply(&mut given);
        let mut topics: Vec<Tagged> = given.into_iter().map(|(_, topic)| topic).collect();
        topics.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        topics
    }

    /// All that speaks for and against each topic of which anything is found or that is given, in the order of topics.
    pub fn explain(&self, zones: &Zones<'_>) -> Vec<Explanation> {
        let (mut case, mut found, given) = self.look_and_judge(zones);
        found.sort_unstable_by(Found::order);
        let mut verdicts: BTreeMap<u32, Verdict> = BTreeMap::new();
        self.each_topic(&found, |index, found| _ = verdicts.insert(index, self.judge(&mut case, index, found)));
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
        let (mut case, mut found, given) = self.look_and_judge(zones);
        found.retain(|found| found.topic == index);
        found.sort_unstable_by(Found::order);
        let verdict = self.judge(&mut case, index, &found);
        Some(self.explanation(index, &verdict, given.iter().find(|given| *given.id == *id), zones))
    }

    /// All that is found, and the topics that are given by it.
    fn look_and_judge<'a>(&self, zones: &Zones<'a>) -> (Case<'a>, Vec<Found>, Vec<Tagged>) {
        let mut desk = Desk::default();
        let mut case = self.look(zones, &mut desk);
        let found = desk.found.clone();
        let given = self.given(&mut case, &mut desk);
        (case, found, given)
    }

    fn look<'a>(&self, zones: &Zones<'a>, desk: &mut Desk) -> Case<'a> {
        let texts = zones.texts();
        desk.found.clear();
        let contexts = std::array::from_fn(|zone| self.finder.find(texts[zone], zone as u8, &mut desk.row, &mut desk.found));
        Case::new(texts, contexts)
    }

    /// Leaves out topics that cannot be given, however kindly what was found of them is judged: most texts touch many topics.
    fn keep_what_may_be_enough(&self, case: &Case<'_>, desk: &mut Desk) {
        let Desk { found, bounds, .. } = desk;
        bounds.clear();
        bounds.resize(self.topics.len(), Bound::default());
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
            let enough = (bound.in_title || bound.rules >= floor.rules) && bound.parts >= floor.parts;
            enough || self.always.binary_search(&found.topic).is_ok()
        };
        found.retain(may_be_enough);
    }

    /// Takes to `judge` each topic with what was `found` of it, in order, and with nothing those that are looked at in every text.
    fn each_topic(&self, found: &[Found], mut judge: impl FnMut(u32, &[Found])) {
        let mut always = self.always.iter().copied().peekable();
        for group in found.chunk_by(|a, b| a.topic == b.topic) {
            let index = group[0].topic;
            while let Some(index) = always.next_if(|always| *always < index) {
                judge(index, &[]);
            }
            always.next_if_eq(&index);
            judge(index, group);
        }
        always.for_each(|index| judge(index, &[]));
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
