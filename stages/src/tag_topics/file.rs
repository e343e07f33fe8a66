//! The format of a topic file, `jianbao/topics/1`, as it is written. What may be wrong in one beyond types is `check.rs`'s work,
//! what comes of it `topics.rs`'s.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize as Derive, Serialize};

/// A topic file.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicFile {
    /// The format and its version.
    #[expect(dead_code, reason = "that it fits its type is all there is to know")]
    schema: Format,
    /// Stands before the ids of all topics: `gov-cn:education`.
    pub(super) namespace: String,
    /// Further files whose `adds` and `words` go with this one; paths start from this file's folder.
    #[serde(default)]
    pub(super) lexicons: Vec<String>,
    /// What makes a hit not count, for all topics of this file that say nothing else.
    #[serde(default)]
    pub(super) suppress: Option<SuppressEntry>,
    /// What topics may be filed under without being topics themselves.
    #[serde(default)]
    pub(super) groups: Vec<GroupEntry>,
    /// The topics.
    #[serde(default)]
    pub(super) topics: Vec<TopicEntry>,
    /// Terms for topics of other files.
    #[serde(default)]
    pub(super) adds: Vec<AddEntry>,
    /// Words that only `segment` takes.
    #[serde(default)]
    pub(super) words: Vec<String>,
}

/// The only format so far.
#[derive(Debug, Derive, JsonSchema)]
enum Format {
    #[serde(rename = "jianbao/topics/1")]
    One,
}

/// Something to file topics under.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupEntry {
    /// Small letters, digits and `-`, a letter first.
    pub(super) id: String,
    /// What people call it.
    pub(super) label: String,
}

/// A topic.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicEntry {
    /// Small letters, digits and `-`, a letter first.
    pub(super) id: String,
    /// What people call it.
    pub(super) label: String,
    /// For people who edit the file.
    #[serde(default)]
    pub(super) description: String,
    /// Id of the topic or group that it belongs to.
    #[serde(default)]
    pub(super) broader: Option<String>,
    /// IPTC Media Topics that say the same.
    #[serde(default)]
    pub(super) iptc: Vec<String>,
    /// What is looked for.
    #[serde(default)]
    pub(super) terms: Vec<TermEntry>,
    /// Regular expressions over the clean text.
    #[serde(default)]
    pub(super) patterns: Vec<PatternEntry>,
    /// Several things in one sentence.
    #[serde(default)]
    pub(super) combinations: Vec<CombinationEntry>,
    /// Words that stand for the topic in 一手抓…、一手抓….
    #[serde(default)]
    pub(super) parallel: Vec<String>,
    /// Phrases that hide what is found inside them, of `all` and `any`, too; `none` and `unless` see all that is printed.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// The topic is given only if each of these is somewhere in the article.
    #[serde(default)]
    pub(super) all: Vec<String>,
    /// … only if one of these is.
    #[serde(default)]
    pub(super) any: Vec<String>,
    /// … only if none of these is.
    #[serde(default)]
    pub(super) none: Vec<String>,
    /// … but `none` does not count where one of these is.
    #[serde(default)]
    pub(super) unless: Vec<String>,
    /// In the place of the file's; `none` for none.
    #[serde(default)]
    pub(super) suppress: Option<SuppressChoice>,
    /// In the place of the stage's.
    #[serde(default)]
    pub(super) min_score: Option<f64>,
    /// How many different terms or rules it needs unless one is in the title; 2 unless written.
    #[serde(default)]
    pub(super) min_evidence: Option<u32>,
    /// Ids of topics that are given as well.
    #[serde(default)]
    pub(super) implies: Vec<String>,
    /// Who wrote the rules.
    #[serde(default)]
    pub(super) origin: Origin,
    /// What the topic is tested with.
    #[serde(default)]
    pub(super) examples: ExamplesEntry,
}

/// Terms for a topic of another file.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddEntry {
    /// With its namespace: `gov-cn:epidemic-control`.
    pub(super) topic: String,
    /// What else is looked for.
    pub(super) terms: Vec<TermEntry>,
}

/// Where a rule looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Derive, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// Everywhere.
    #[default]
    Any,
    /// Title, kicker and subtitle.
    Title,
    /// The first paragraph, up to about 200 characters of it.
    Lead,
    /// The text.
    Body,
}

/// Who wrote the rules of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Derive, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Somebody.
    #[default]
    Hand,
    /// `jianbao topics learn`, which may write them anew.
    Learned,
}

/// A term.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TermMap {
    term: String,
    #[serde(default = "whole")]
    weight: f64,
    #[serde(default)]
    zone: Where,
    /// Other ways to write it; they count as the term.
    #[serde(default)]
    variants: Vec<String>,
}

/// A term, as text or as a map.
#[derive(Debug)]
pub(super) struct TermEntry {
    pub(super) term: String,
    pub(super) weight: f64,
    pub(super) zone: Where,
    pub(super) variants: Vec<String>,
}

/// A pattern.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatternEntry {
    /// A regular expression of the Rust crate `regex`.
    pub(super) pattern: String,
    #[serde(default = "whole")]
    pub(super) weight: f64,
    #[serde(default)]
    pub(super) zone: Where,
}

/// Several things in one sentence.
#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CombinationEntry {
    /// Each of these, at a place of its own …
    #[serde(default)]
    pub(super) all: Vec<String>,
    /// … and one of these …
    #[serde(default)]
    pub(super) any: Vec<String>,
    /// … and none of these in the same sentence.
    #[serde(default)]
    pub(super) none: Vec<String>,
    /// How many characters may lie between the first and the last.
    #[serde(default)]
    pub(super) near: Option<u32>,
    /// Says that they may be anywhere in the sentence, which is so when there is no `near`.
    #[serde(default)]
    #[expect(dead_code, reason = "written for people: without `near` it is so")]
    same_sentence: Option<bool>,
    #[serde(default = "whole")]
    pub(super) weight: f64,
    #[serde(default)]
    pub(super) zone: Where,
}

/// What makes a hit not count.
#[derive(Debug, Default, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuppressEntry {
    /// Words left of a hit, in the same clause.
    #[serde(default)]
    pub(super) before: Vec<String>,
    /// How many characters left of the hit are looked at; 6 unless written.
    #[serde(default)]
    pub(super) within: Option<u32>,
    /// Phrases that hold such a word and mean nothing by it.
    #[serde(default)]
    pub(super) unless: Vec<String>,
}

/// A topic's own `suppress`.
#[derive(Debug)]
pub(super) enum SuppressChoice {
    /// Everything counts.
    None,
    /// In the place of the file's.
    Own(SuppressEntry),
}

/// Examples.
#[derive(Debug, Default, Derive, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExamplesEntry {
    /// Texts that must get the topic.
    pub(super) positive: Vec<ExampleEntry>,
    /// Texts that must not.
    pub(super) negative: Vec<ExampleEntry>,
}

#[derive(Debug, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExampleMap {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
}

/// An example, as text or as a map.
#[derive(Debug)]
pub(super) struct ExampleEntry {
    pub(super) title: String,
    pub(super) text: String,
}

fn whole() -> f64 {
    1.0
}

/// The schema of a topic file.
pub(super) fn schema() -> Schema {
    schemars::schema_for!(TopicFile)
}

/// Reads what may be written as text or as a map.
struct TextOr<M, T> {
    expecting: &'static str,
    text: fn(&str) -> Option<T>,
    map: fn(M) -> T,
    of: PhantomData<M>,
}

impl<'de, M: Deserialize<'de>, T> Visitor<'de> for TextOr<M, T> {
    type Value = T;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expecting)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.text)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(self.map)
    }
}

impl<'de> Deserialize<'de> for TermEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |term: &str| Some(Self { term: term.to_owned(), weight: whole(), zone: Where::Any, variants: Vec::new() });
        let map = |TermMap { term, weight, zone, variants }| Self { term, weight, zone, variants };
        deserializer.deserialize_any(TextOr { expecting: "a term, or {term: …}; figures need quotes", text, map, of: PhantomData })
    }
}

impl<'de> Deserialize<'de> for ExampleEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |text: &str| Some(Self { title: String::new(), text: text.to_owned() });
        let map = |ExampleMap { title, text }| Self { title, text };
        deserializer.deserialize_any(TextOr { expecting: "a text, or {title: …, text: …}", text, map, of: PhantomData })
    }
}

impl<'de> Deserialize<'de> for SuppressChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |text: &str| (text == "none").then_some(Self::None);
        deserializer.deserialize_any(TextOr { expecting: "`none`, or {before: …}", text, map: Self::Own, of: PhantomData })
    }
}

impl JsonSchema for TermEntry {
    fn schema_name() -> Cow<'static, str> {
        "Term".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<TermMap>()] })
    }
}

impl JsonSchema for ExampleEntry {
    fn schema_name() -> Cow<'static, str> {
        "Example".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<ExampleMap>()] })
    }
}

impl JsonSchema for SuppressChoice {
    fn schema_name() -> Cow<'static, str> {
        "SuppressChoice".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "const": "none" }, generator.subschema_for::<SuppressEntry>()] })
    }
}
