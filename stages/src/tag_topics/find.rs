//! Finds the terms of all topics in one pass: one automaton, then the longest hits of each topic.
//!
//! What a hit is worth is decided in `tag_topics`.

use std::collections::BTreeMap;

use daachorse::CharwiseDoubleArrayAhoCorasick;
use pipeline::Span;

use super::topic_file::Topic;

/// What one string means to one topic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// The topic's term with this index.
    Term(usize),
    /// A phrase that hides the terms inside it.
    Exclude,
}

/// A term found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the topic.
    pub(super) topic: usize,
    /// Index of the term in the topic's list.
    pub(super) term: usize,
    /// In bytes of the text searched.
    pub(super) span: Span,
}

/// The terms of all topics.
pub(super) struct Finder {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each string of the automaton, the topics that use it.
    roles: Vec<Vec<(usize, Role)>>,
}

impl Finder {
    /// Builds the automaton, or gives the reason why it cannot be built (only for far too many terms).
    pub(super) fn new(topics: &[Topic]) -> Result<Self, String> {
        let mut strings: BTreeMap<&str, Vec<(usize, Role)>> = BTreeMap::new();
        for (index, topic) in topics.iter().enumerate() {
            for (term, entry) in topic.terms.iter().enumerate() {
                strings.entry(&entry.text).or_default().push((index, Role::Term(term)));
            }
            for phrase in &topic.exclude {
                strings.entry(phrase).or_default().push((index, Role::Exclude));
            }
        }
        let automaton = CharwiseDoubleArrayAhoCorasick::new(strings.keys()).map_err(|error| error.to_string())?;
        Ok(Self { automaton, roles: strings.into_values().collect() })
    }

    /// All hits in `text`, by topic and place. Hits of one topic do not overlap: of two that do, the one that begins first
    /// counts, of two that begin together the longer.
    pub(super) fn find(&self, text: &str) -> Vec<Hit> {
        let mut matches: Vec<(usize, u32, std::cmp::Reverse<u32>, Role)> = Vec::new();
        for found in self.automaton.find_overlapping_iter(text) {
            let roles = &self.roles[found.value() as usize];
            matches.extend(roles.iter().map(|(topic, role)| (*topic, found.start() as u32, std::cmp::Reverse(found.end() as u32), *role)));
        }
        matches.sort_unstable();
        let mut hits = Vec::new();
        let mut taken = (usize::MAX, 0);
        for (topic, start, end, role) in matches {
            if taken.0 == topic && start < taken.1 {
                continue;
            }
            taken = (topic, end.0);
            if let Role::Term(term) = role {
                hits.push(Hit { topic, term, span: Span::new(start, end.0) });
            }
        }
        hits
    }
}
