//! What later stages find in an article: topics, keywords, people, organisations and places, and days of the calendar.
//!
//! All of them are spans into the article's own zones; strings are made only of what does not stand there. How they are found is
//! the matter of the stages.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Permille, Zone};
use crate::rule_names::RuleName;
use crate::span::Span;

/// What kind of rule a topic was told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A term.
    Term,
    /// A regular expression.
    Pattern,
    /// Several things in one sentence.
    Combination,
    /// A word in 一手抓…、一手抓….
    Parallel,
    /// Another topic, which implies this one.
    Implies,
}

/// One hit of one of a topic's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What kind of rule it is.
    pub rule: Rule,
    /// The term, the pattern, the things that stand together, or the id of the other topic. What stands there may be written in
    /// another way.
    pub term: RuleName,
    /// Where it was found.
    pub zone: Zone,
    /// In bytes of that zone's clean text.
    pub span: Span,
}

/// A topic the article is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Stable id, `gov-cn:epidemic-control`.
    pub id: Arc<str>,
    /// What people call it, 疫情防控.
    pub label: Arc<str>,
    /// How strongly.
    pub score: Permille,
    /// Id of the topic or group that it belongs to.
    pub broader: Option<Arc<str>>,
    /// All hits, by zone and place.
    pub evidence: Vec<Evidence>,
}

/// A word that says what the text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Where it stands first, in bytes of the article's text.
    pub first: Span,
    /// How much it says, as a share of the one that says most.
    pub score: Permille,
    /// How often it stands in the text.
    pub count: u32,
}

/// A place in an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// Where.
    pub zone: Zone,
    /// In bytes of that zone's clean text.
    pub span: Span,
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// Somebody.
    Person,
    /// A company, an office, a school …
    Organisation,
    /// A country, a town, a village …
    Place,
}

/// Somebody or something that the article names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// The fullest name the article gives.
    pub name: String,
    /// Of a person: 市委书记.
    pub title: Option<String>,
    /// Of a person: the organisation named with the title.
    pub org: Option<String>,
    /// Everywhere it is named, the title first.
    pub mentions: Vec<Mention>,
}

/// How exact a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// 2021年, 去年, “十四五”.
    Year,
    /// 一季度.
    Quarter,
    /// 3月, 去年底.
    Month,
    /// 上周.
    Week,
    /// 3月26日, 昨天.
    Day,
    /// 3月26日上午.
    PartOfDay,
}

/// What a date was worked out from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// It says all by itself.
    Explicit,
    /// The day of the issue.
    IssueDate,
    /// Another date of the article.
    Context,
    /// Nothing: it is left open.
    None,
}

/// A date that the article names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateMention {
    /// Where it stands.
    pub at: Mention,
    /// `2022-03-26`, `2022-03` or `2022`: the date, or the first of an interval; `None` when it is left open.
    pub value: Option<String>,
    /// The last of an interval.
    pub end_value: Option<String>,
    /// How exact it is.
    pub grain: Grain,
    /// What it was worked out from.
    pub basis: Basis,
}
