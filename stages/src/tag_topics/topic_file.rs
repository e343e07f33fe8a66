//! The format of a topic file, and everything that can be wrong in one.
//!
//! How terms are found is `find.rs`'s work, what they are worth `tag_topics`'s.

use std::collections::HashSet;
use std::sync::Arc;

use pipeline::{BuildResult, OptionError, Options, Resources};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};

/// The only version of the format so far.
const VERSION: u32 = 1;
/// Weights are kept in hundredths, so that scores add up the same on every machine.
const WHOLE: f64 = 100.0;
/// The heaviest a term may be.
const HEAVIEST: f64 = 5.0;

/// A checked topic.
#[derive(Debug)]
pub(super) struct Topic {
    /// `namespace:id`.
    pub(super) id: Arc<str>,
    pub(super) label: Arc<str>,
    pub(super) terms: Vec<Term>,
    /// Phrases that hide the terms inside them.
    pub(super) exclude: Vec<String>,
}

/// A term with its weight in hundredths.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) text: Arc<str>,
    pub(super) weight: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    version: u32,
    namespace: String,
    topics: Vec<TopicEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    id: String,
    label: String,
    /// For people who edit the file.
    #[serde(default)]
    #[expect(dead_code, reason = "part of the format, read by people only")]
    about: Option<String>,
    terms: Vec<TermEntry>,
    #[serde(default)]
    exclude: Vec<String>,
}

struct TermEntry {
    term: String,
    weight: f64,
}

impl<'de> Deserialize<'de> for TermEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Weighted {
            term: String,
            weight: f64,
        }
        struct TermVisitor;
        impl<'de> Visitor<'de> for TermVisitor {
            type Value = TermEntry;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a term, or {term: …, weight: …}; figures need quotes")
            }
            fn visit_str<E: Error>(self, term: &str) -> Result<TermEntry, E> {
                Ok(TermEntry { term: term.to_owned(), weight: 1.0 })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TermEntry, A::Error> {
                let Weighted { term, weight } = Weighted::deserialize(MapAccessDeserializer::new(map))?;
                Ok(TermEntry { term, weight })
            }
        }
        deserializer.deserialize_any(TermVisitor)
    }
}

/// Reads the topics of `reference`, which stands at `path` among the options.
///
/// # Errors
/// All mistakes, each with the place inside the file in its message.
pub(super) fn read(path: &str, reference: &str, resources: &dyn Resources) -> BuildResult<Vec<Topic>> {
    let document = resources.document(reference).map_err(|message| vec![OptionError::new(path, "unreadable_file", message)])?;
    let file: TopicFile = Options(document).read().map_err(|errors: Vec<OptionError>| {
        let misplaced = |error: OptionError| {
            let place = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
            OptionError::new(path, "invalid_topic_file", format!("{reference}: {place}{}", error.message))
        };
        errors.into_iter().map(misplaced).collect::<Vec<_>>()
    })?;
    let mut mistakes = Mistakes { path, reference, found: Vec::new() };
    if file.version != VERSION {
        mistakes.add(
            "invalid_topic_file",
            "version",
            &format!("version {} is not known; this program reads version {VERSION}", file.version),
        );
    }
    check_name(&mut mistakes, "namespace", &file.namespace);
    if file.topics.is_empty() {
        mistakes.add("empty_topics", "topics", "there is no topic");
    }
    let mut ids = HashSet::new();
    for (index, topic) in file.topics.iter().enumerate() {
        let place = format!("topics[{index}]");
        check_name(&mut mistakes, &format!("{place}.id"), &topic.id);
        if !ids.insert(topic.id.as_str()) {
            mistakes.add("duplicate_topic", &format!("{place}.id"), &format!("`{}` is the id of an earlier topic too", topic.id));
        }
        if topic.label.trim().is_empty() {
            mistakes.add("invalid_topic_file", &format!("{place}.label"), "the label is empty");
        }
        check_terms(&mut mistakes, &place, topic);
    }
    if mistakes.found.is_empty() {
        Ok(file.topics.into_iter().map(|topic| checked(&file.namespace, topic)).collect())
    } else {
        Err(mistakes.found)
    }
}

fn checked(namespace: &str, topic: TopicEntry) -> Topic {
    let term = |entry: TermEntry| Term { text: entry.term.into(), weight: (entry.weight * WHOLE).round() as u32 };
    Topic {
        id: format!("{namespace}:{}", topic.id).into(),
        label: topic.label.into(),
        terms: topic.terms.into_iter().map(term).collect(),
        exclude: topic.exclude,
    }
}

struct Mistakes<'a> {
    path: &'a str,
    reference: &'a str,
    found: Vec<OptionError>,
}

impl Mistakes<'_> {
    fn add(&mut self, code: &'static str, place: &str, message: &str) {
        self.found.push(OptionError::new(self.path, code, format!("{}: {place}: {message}", self.reference)));
    }
}

fn check_name(mistakes: &mut Mistakes<'_>, place: &str, name: &str) {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    if !letters || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        mistakes.add("invalid_topic_file", place, &format!("`{name}` must be small letters, digits, `-`, `_` or `.`, a letter first"));
    }
}

fn check_terms(mistakes: &mut Mistakes<'_>, place: &str, topic: &TopicEntry) {
    if topic.terms.is_empty() {
        mistakes.add("invalid_term", &format!("{place}.terms"), "a topic needs at least one term");
    }
    let terms = topic.terms.iter().enumerate().map(|(index, entry)| (format!("{place}.terms[{index}]"), entry.term.as_str()));
    let excluded = topic.exclude.iter().enumerate().map(|(index, phrase)| (format!("{place}.exclude[{index}]"), phrase.as_str()));
    let mut seen = HashSet::new();
    for (place, term) in terms.chain(excluded) {
        if term.is_empty() {
            mistakes.add("invalid_term", &place, "the term is empty");
        } else if term.trim() != term || term.contains(char::is_control) {
            mistakes.add(
                "invalid_term",
                &place,
                &format!("{term:?} begins or ends with white space or holds a control character and is never found"),
            );
        } else if !seen.insert(term) {
            mistakes.add("duplicate_term", &place, &format!("`{term}` stands in this topic already"));
        }
    }
    for (index, entry) in topic.terms.iter().enumerate() {
        if !(1.0 / WHOLE..=HEAVIEST).contains(&entry.weight) {
            let message = format!("{} is not between 0.01 and {HEAVIEST}", entry.weight);
            mistakes.add("invalid_term", &format!("{place}.terms[{index}].weight"), &message);
        }
    }
}
