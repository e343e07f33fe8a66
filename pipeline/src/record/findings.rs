//! Topics, keywords, entities and dates as users read them: their places counted in Unicode scalars of a field of the record.

use schemars::JsonSchema;
use serde::Serialize;

use super::ScalarIndex;
use crate::article::{Article, Permille, Zone};
use crate::findings::{Basis, EntityKind, Grain, Mention, Rule};
use crate::span::Span;

/// A topic with its evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TopicRecord<'a> {
    /// Stable id.
    pub id: &'a str,
    /// What people call it.
    pub label: &'a str,
    /// How strongly.
    pub score: Permille,
    /// Id of the topic or group that it belongs to.
    pub broader: Option<&'a str>,
    /// All hits.
    pub evidence: Vec<EvidenceRecord<'a>>,
}

/// One hit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceRecord<'a> {
    /// What kind of rule it is a hit of.
    pub rule: Rule,
    /// The rule: a term, a pattern, things that stand together, or the id of the topic that implies this one.
    pub term: &'a str,
    /// First character, in Unicode scalars of the zone's string.
    pub start: u32,
    /// One past the last, in Unicode scalars of the zone's string.
    pub end: u32,
    /// Which field of the record it lies in.
    pub zone: Zone,
}

/// A word that says what the text is about.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeywordRecord<'a> {
    /// The word.
    pub word: &'a str,
    /// How much it says, as a share of the one that says most.
    pub score: Permille,
    /// How often it stands in the text.
    pub count: u32,
}

/// Somebody or something that the article names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntityRecord<'a> {
    /// What it is.
    pub kind: EntityKind,
    /// The fullest name the article gives.
    pub name: &'a str,
    /// Of a person, 市委书记.
    pub title: Option<&'a str>,
    /// Of a person, the organisation named with the title.
    pub org: Option<&'a str>,
    /// How often it is named.
    pub count: u32,
    /// Everywhere it is named.
    pub mentions: Vec<MentionRecord>,
}

/// One place where it is named.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MentionRecord {
    /// First character, in Unicode scalars of the zone's string.
    pub start: u32,
    /// One past the last, in Unicode scalars of the zone's string.
    pub end: u32,
    /// Which field of the record it lies in.
    pub zone: Zone,
}

/// A date that the article names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DateRecord<'a> {
    /// As it is written.
    pub text: &'a str,
    /// First character, in Unicode scalars of the zone's string.
    pub start: u32,
    /// One past the last, in Unicode scalars of the zone's string.
    pub end: u32,
    /// Which field of the record it lies in.
    pub zone: Zone,
    /// `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: the date, or the first of an interval; null when it is left open.
    pub value: Option<&'a str>,
    /// The last of an interval, written like `value`.
    pub end_value: Option<&'a str>,
    /// How exact it is.
    pub grain: Grain,
    /// What it was worked out from.
    pub basis: Basis,
}

/// Counts the characters of an article's zones.
struct Zones<'a>([(Zone, ScalarIndex<'a>); 4]);

impl<'a> Zones<'a> {
    fn new(article: &'a Article) -> Self {
        Self(Zone::ALL.map(|zone| (zone, ScalarIndex::new(article.zone(zone)))))
    }

    fn scalars(&mut self, zone: Zone, span: Span) -> (u32, u32) {
        let (_, index) = self.0.iter_mut().find(|(known, _)| *known == zone).expect("every zone has an index");
        (index.of(span.start), index.of(span.end))
    }

    fn mention(&mut self, mention: Mention) -> MentionRecord {
        let (start, end) = self.scalars(mention.zone, mention.span);
        MentionRecord { start, end, zone: mention.zone }
    }
}

pub(super) fn topics_of(article: &Article) -> Vec<TopicRecord<'_>> {
    let mut zones = Zones::new(article);
    let topics = article.topics.iter().map(|topic| TopicRecord {
        id: &topic.id,
        label: &topic.label,
        score: topic.score,
        broader: topic.broader.as_deref(),
        evidence: topic
            .evidence
            .iter()
            .map(|hit| {
                let (start, end) = zones.scalars(hit.zone, hit.span);
                EvidenceRecord { rule: hit.rule, term: &hit.term, start, end, zone: hit.zone }
            })
            .collect(),
    });
    topics.collect()
}

pub(super) fn keywords_of(article: &Article) -> Vec<KeywordRecord<'_>> {
    let text = article.text.text();
    let keywords = article.keywords.iter();
    keywords.map(|keyword| KeywordRecord { word: keyword.first.slice(text), score: keyword.score, count: keyword.count }).collect()
}

pub(super) fn entities_of(article: &Article) -> Vec<EntityRecord<'_>> {
    let mut zones = Zones::new(article);
    let entities = article.entities.iter().map(|entity| EntityRecord {
        kind: entity.kind,
        name: &entity.name,
        title: entity.title.as_deref(),
        org: entity.org.as_deref(),
        count: entity.mentions.len() as u32,
        mentions: entity.mentions.iter().map(|mention| zones.mention(*mention)).collect(),
    });
    entities.collect()
}

pub(super) fn dates_of(article: &Article) -> Vec<DateRecord<'_>> {
    let mut zones = Zones::new(article);
    let dates = article.dates.iter().map(|date| {
        let MentionRecord { start, end, zone } = zones.mention(date.at);
        DateRecord {
            text: date.at.span.slice(article.zone(zone)),
            start,
            end,
            zone,
            value: date.value.as_deref(),
            end_value: date.end_value.as_deref(),
            grain: date.grain,
            basis: date.basis,
        }
    });
    dates.collect()
}
