//! The format of a topic file, and everything that can be wrong in one.
//!
//! How terms are found is `find.rs`'s work, what they are worth `tag_topics`'s.

use std::collections::HashSet;
use std::sync::Arc;

use pipeline::{BuildResult, OptionError, Options, Resources};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_json::Value;

/// The only version of the format so far.
const VERSION: u64 = 1;
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    #[expect(dead_code, reason = "checked before the file is read as a whole")]
    version: u64,
    namespace: String,
    topics: Vec<TopicEntry>,
}

#[derive(Deserialize, JsonSchema)]
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Weighted {
    term: String,
    weight: f64,
}

impl JsonSchema for TermEntry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Term".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<Weighted>()] })
    }
}

impl<'de> Deserialize<'de> for TermEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
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
/// All mistakes, each with its place inside the file.
pub(super) fn read(path: &str, reference: &str, resources: &dyn Resources) -> BuildResult<Vec<Topic>> {
    let schema = schemars::schema_for!(TopicFile);
    let document = resources.document(reference, &schema).map_err(|message| vec![OptionError::new(path, "unreadable_file", message)])?;
    let mut mistakes = Vec::new();
    check(&document, &mut mistakes);
    let file = Options(document).read::<TopicFile>().map_err(|errors| mistakes.extend(errors)).ok();
    match file {
        Some(file) if mistakes.is_empty() => Ok(file.topics.into_iter().map(|topic| checked(&file.namespace, topic)).collect()),
        _ => Err(mistakes.into_iter().map(|mistake| mistake.inside(reference)).collect()),
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

/// Looks at everything that has the right type, whatever the rest is like.
fn check(document: &Value, mistakes: &mut Vec<OptionError>) {
    if let Some(version) = document["version"].as_u64().filter(|version| *version != VERSION) {
        let message = format!("version {version} is not known; this program reads version {VERSION}");
        mistakes.push(OptionError::new("version", "invalid_topic_file", message));
    }
    check_name(mistakes, "namespace", &document["namespace"]);
    let Some(topics) = document["topics"].as_array() else { return };
    if topics.is_empty() {
        mistakes.push(OptionError::new("topics", "empty_topics", "there is no topic"));
    }
    let mut ids = HashSet::new();
    for (index, topic) in topics.iter().enumerate() {
        let place = format!("topics[{index}]");
        check_name(mistakes, &format!("{place}.id"), &topic["id"]);
        if let Some(id) = topic["id"].as_str().filter(|id| !ids.insert(*id)) {
            let message = format!("`{id}` is the id of an earlier topic too");
            mistakes.push(OptionError::new(format!("{place}.id"), "duplicate_topic", message));
        }
        if topic["label"].as_str().is_some_and(|label| label.trim().is_empty()) {
            mistakes.push(OptionError::new(format!("{place}.label"), "invalid_topic_file", "the label is empty"));
        }
        check_terms(mistakes, &place, topic);
    }
}

fn check_name(mistakes: &mut Vec<OptionError>, place: &str, name: &Value) {
    let Some(name) = name.as_str() else { return };
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    if !letters || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        let message = format!("`{name}` must be small letters, digits, `-`, `_` or `.`, a letter first");
        mistakes.push(OptionError::new(place, "invalid_topic_file", message));
    }
}

fn check_terms(mistakes: &mut Vec<OptionError>, place: &str, topic: &Value) {
    let list = |key: &str| topic[key].as_array().map(Vec::as_slice);
    if list("terms").is_some_and(<[Value]>::is_empty) {
        mistakes.push(OptionError::new(format!("{place}.terms"), "invalid_term", "a topic needs at least one term"));
    }
    let mut seen = HashSet::new();
    for key in ["terms", "exclude"] {
        for (index, entry) in list(key).unwrap_or_default().iter().enumerate() {
            let place = format!("{place}.{key}[{index}]");
            if let Some(term) = entry.as_str() {
                check_term(mistakes, place, term, &mut seen);
            } else if let Some(term) = entry["term"].as_str() {
                check_term(mistakes, format!("{place}.term"), term, &mut seen);
            }
        }
    }
    for (index, entry) in list("terms").unwrap_or_default().iter().enumerate() {
        if let Some(weight) = entry["weight"].as_f64().filter(|weight| !(1.0 / WHOLE..=HEAVIEST).contains(weight)) {
            let message = format!("{weight} is not between 0.01 and {HEAVIEST}");
            mistakes.push(OptionError::new(format!("{place}.terms[{index}].weight"), "invalid_term", message));
        }
    }
}

fn check_term<'a>(mistakes: &mut Vec<OptionError>, place: String, term: &'a str, seen: &mut HashSet<&'a str>) {
    if term.is_empty() {
        mistakes.push(OptionError::new(place, "invalid_term", "the term is empty"));
    } else if term.trim() != term || term.contains(char::is_control) {
        let message = format!("{term:?} begins or ends with white space or holds a control character and is never found");
        mistakes.push(OptionError::new(place, "invalid_term", message));
    } else if !seen.insert(term) {
        mistakes.push(OptionError::new(place, "duplicate_term", format!("`{term}` stands in this topic already")));
    }
}
