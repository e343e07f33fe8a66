//! Topics ready to tag: a title and a text in, topics with evidence out, or all that spoke for and against a topic.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use pipeline::{Evidence, Permille, Rule, Span, Topic as Tagged};

use super::compile::{CompiledTopic, compile};
use super::explanation::Explanation;
use super::find::{Finder, Found};
use super::judge::{Case, Fate, Verdict, ZONES};
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
        let compiled = topics.iter().enumerate().map(|(index, topic)| compile(index as u32, topic, &mut strings)).collect();
        let finder = Finder::new(&topics, strings.iter().map(|(topic, role, string)| (*topic, *role, &**string)))?;
        let place: HashMap<&str, u32> = topics.iter().enumerate().map(|(index, topic)| (&*topic.id, index as u32)).collect();
        let implies = topics.iter().map(|topic| topic.implies.iter().filter_map(|id| place.get(&**id).copied()).collect()).collect();
        Ok(Self { compiled, implies, finder, min_score, max_evidence, topics })
    }

    /// The topics in the order of their files.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The topics of a text, by falling score.
    pub fn tag(&self, zones: &Zones<'_>) -> Vec<Tagged> {
        let (mut case, found) = self.look(zones);
        let mut given: BTreeMap<u32, Tagged> = BTreeMap::new();
        for found in found.chunk_by(|a, b| a.topic == b.topic) {
            let index = found[0].topic;
            let verdict = self.judge(&mut case, index, found);
            if verdict.lacks.is_empty() {
                given.insert(index, self.tagged(index, &verdict));
            }
        }
        self.imply(&mut given);
        let mut topics: Vec<Tagged> = given.into_values().collect();
        topics.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        topics
    }

    /// All that speaks for and against each topic of which anything is found, by the order of topics.
    pub fn explain(&self, zones: &Zones<'_>) -> Vec<Explanation> {
        let given = self.tag(zones);
        let (mut case, found) = self.look(zones);
        let with_hits = found.chunk_by(|a, b| a.topic == b.topic);
        let mut verdicts: BTreeMap<u32, Verdict> =
            with_hits.map(|found| (found[0].topic, self.judge(&mut case, found[0].topic, found))).collect();
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
        let (mut case, found) = self.look(zones);
        let found: Vec<Found> = found.into_iter().filter(|found| found.topic == index).collect();
        let verdict = self.judge(&mut case, index, &found);
        let given = self.tag(zones);
        Some(self.explanation(index, &verdict, given.iter().find(|given| *given.id == *id), zones))
    }

    fn look<'a>(&self, zones: &Zones<'a>) -> (Case<'a>, Vec<Found>) {
        let texts = zones.texts();
        let mut found = Vec::new();
        let contexts = std::array::from_fn(|zone| self.finder.find(texts[zone], zone as u8, &mut found));
        // Patterns that may match anywhere are looked at in every text.
        found.sort_unstable();
        (Case::new(texts, contexts), found)
    }

    fn judge(&self, case: &mut Case<'_>, index: u32, found: &[Found]) -> Verdict {
        let at = index as usize;
        case.judge(&self.topics[at], &self.compiled[at], self.finder.suppress_of[at], self.min_score, found)
    }

    fn tagged(&self, index: u32, verdict: &Verdict) -> Tagged {
        let topic = &self.topics[index as usize];
        let rules = &self.compiled[index as usize].rules;
        let evidence = verdict.hits.iter().filter(|hit| hit.fate == Fate::Counts).take(self.max_evidence).map(|hit| {
            let rule = &rules[hit.rule as usize];
            Evidence { rule: rule.kind, term: Arc::clone(&rule.name), zone: ZONES[hit.zone as usize], span: hit.span }
        });
        self.with_evidence(topic, verdict.score, evidence.collect())
    }

    fn with_evidence(&self, topic: &Topic, score: Permille, evidence: Vec<Evidence>) -> Tagged {
        Tagged { id: Arc::clone(&topic.id), label: Arc::clone(&topic.label), score, broader: topic.broader.clone(), evidence }
    }

    /// Adds the topics that those in `given` imply, with the score of the strongest that does, at most.
    fn imply(&self, given: &mut BTreeMap<u32, Tagged>) {
        let mut strongest_first: Vec<(Permille, u32)> = given.iter().map(|(index, topic)| (topic.score, *index)).collect();
        strongest_first.sort_unstable_by(|a, b| b.cmp(a));
        let mut implied: BTreeMap<u32, Tagged> = BTreeMap::new();
        let mut open: Vec<u32> = strongest_first.iter().rev().map(|(_, index)| *index).collect();
        while let Some(index) = open.pop() {
            let Some(by) = given.get(&index).or_else(|| implied.get(&index)).cloned() else { continue };
            for next in &self.implies[index as usize] {
                if given.contains_key(next) || implied.contains_key(next) {
                    continue;
                }
                let topic = &self.topics[*next as usize];
                let first = by.evidence.first();
                let evidence = first.map(|hit| Evidence { rule: Rule::Implies, term: Arc::clone(&by.id), zone: hit.zone, span: hit.span });
                implied.insert(*next, self.with_evidence(topic, by.score, evidence.into_iter().collect()));
                open.push(*next);
            }
        }
        given.append(&mut implied);
    }
}

/// The text that a span covers.
pub(super) fn slice(text: &str, span: Span) -> String {
    span.get(text).unwrap_or_default().to_owned()
}
