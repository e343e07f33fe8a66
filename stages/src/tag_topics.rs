//! `tag_topics`: finds what an article is about, with evidence
//!
//! ```yaml
//! - tag_topics:
//!     topics: [builtin:gov-cn, my-topics.yaml]
//!     min_score: 0.35
//!     max_evidence: 50
//! ```
//!
//! A topic is a list of terms in a YAML file; files add up. `builtin:gov-cn` has the subjects of Chinese local government.
//!
//! ```text
//! version: 1
//! namespace: mine
//! topics:
//!   - id: silk                  # the record says mine:silk
//!     label: 丝绸
//!     about: 蚕桑与丝绸产业      # for people, not used
//!     terms:
//!       - 蚕桑                   # weight 1
//!       - { term: 丝绸产业, weight: 2 }
//!       - { term: 茧, weight: 0.3 }
//!     exclude: [丝绸之路]        # hides the terms of this topic inside it
//! ```
//!
//! All terms are looked for at once in title, kicker, subtitle and text, exactly as written. Inside one topic hits never overlap:
//! the earlier, then the longer one counts, so 疫情防控 is one hit and not three.
//!
//! The score says how much of the article is about the topic. A hit is worth its weight × 3 in the title, × 2 in kicker, subtitle
//! and the first paragraph (its first 200 characters or so), × 1 elsewhere; the second hit of a term half of that, the third a
//! quarter, and so on. The sum S of all terms gives `S / (S + 6 + one for every 250 characters of text)`. A topic is reported when
//! it has at least `min_score` and either two different terms or one in the title.
//!
//! Left alone: furniture gets no topics; no synonyms, negation or word boundaries are known, and Latin terms match in their own
//! case only.

mod find;
mod topic_file;

use std::collections::HashMap;
use std::sync::Arc;

use pipeline::def::each;
use pipeline::{Article, BuildResult, Each, Evidence, Flow, Kind, OptionError, Permille, Resources, StageDef, StageError, Topic, Zone};
use schemars::JsonSchema;
use serde::Deserialize;

use find::{Finder, Hit};

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "tag_topics",
    about: "finds what an article is about, with evidence",
    source: include_str!("tag_topics.rs"),
    takes: Flow::Articles,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| Ok(each(Stage::new(&options.read()?, resources)?)),
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Topic files, or `builtin:NAME`.
    topics: Vec<String>,
    /// The least score a topic is reported with, 0 to 1.
    min_score: f64,
    /// How many hits a topic shows at most; all of them count for its score.
    max_evidence: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { topics: vec!["builtin:gov-cn".to_owned()], min_score: 0.35, max_evidence: 50 }
    }
}

/// In the order in which evidence is listed.
const ZONES: [Zone; 4] = [Zone::Title, Zone::Kicker, Zone::Subtitle, Zone::Text];
/// How far the lead may reach when the first paragraph does not end, in bytes: about 200 Chinese characters.
const LEAD_BYTES: usize = 600;
/// Of the score: what a short article must have in points to reach one half, in hundredths.
const HALF: u64 = 600;
/// Of the score: the same for every further byte of text, in hundredths of hundredths: one point for 250 Chinese characters.
const HALF_PER_BYTE: u64 = 13;

struct Stage {
    topics: Vec<topic_file::Topic>,
    finder: Finder,
    min_score: Permille,
    max_evidence: usize,
}

impl Stage {
    fn new(config: &Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut mistakes = Vec::new();
        if config.topics.is_empty() {
            mistakes
                .push(OptionError::new("topics", "empty_topics", "there is no topic file").with_help("name one, or leave the stage out"));
        }
        if !(0.0..=1.0).contains(&config.min_score) {
            mistakes.push(OptionError::new("min_score", "invalid_option", format!("{} is not between 0 and 1", config.min_score)));
        }
        let mut topics: Vec<topic_file::Topic> = Vec::new();
        let mut file_of: HashMap<Arc<str>, &str> = HashMap::new();
        for (index, reference) in config.topics.iter().enumerate() {
            let path = format!("topics[{index}]");
            match topic_file::read(&path, reference, resources) {
                Ok(read) => {
                    for topic in read {
                        if let Some(earlier) = file_of.insert(Arc::clone(&topic.id), reference) {
                            let message = format!("{reference}: the topic `{}` is also in {earlier}", topic.id);
                            let mistake = OptionError::new(&path, "duplicate_topic", message);
                            mistakes.push(mistake.with_help("give your file a namespace of its own"));
                        }
                        topics.push(topic);
                    }
                }
                Err(errors) => mistakes.extend(errors),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let finder = Finder::new(&topics).map_err(|message| vec![OptionError::new("topics", "too_many_terms", message)])?;
        Ok(Self { topics, finder, min_score: Permille::from_share(config.min_score), max_evidence: config.max_evidence })
    }
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        article.topics = if article.kind == Kind::Furniture { Vec::new() } else { self.topics_of(&article) };
        out.push(article);
        Ok(())
    }
}

impl Stage {
    fn topics_of(&self, article: &Article) -> Vec<Topic> {
        let mut hits: Vec<(Zone, Hit)> = Vec::new();
        for zone in ZONES {
            hits.extend(self.finder.find(article.zone(zone)).into_iter().map(|hit| (zone, hit)));
        }
        // Stable, so that inside a topic the hits stay in the order of zones and places.
        hits.sort_by_key(|(_, hit)| hit.topic);
        let mut topics: Vec<Topic> =
            hits.chunk_by(|(_, a), (_, b)| a.topic == b.topic).filter_map(|hits| self.topic(article, hits)).collect();
        topics.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        topics
    }

    /// The topic that all of `hits` belong to, if it is strong enough.
    fn topic(&self, article: &Article, hits: &[(Zone, Hit)]) -> Option<Topic> {
        let topic = &self.topics[hits.first()?.1.topic];
        let text = article.zone(Zone::Text);
        let lead = text.find('\n').unwrap_or(text.len()).min(LEAD_BYTES) as u32;
        let mut points_of_terms: HashMap<usize, Vec<u64>> = HashMap::new();
        for (zone, hit) in hits {
            let factor = match zone {
                Zone::Title => 3,
                Zone::Kicker | Zone::Subtitle => 2,
                Zone::Text => 1 + u64::from(hit.span.start < lead),
            };
            points_of_terms.entry(hit.term).or_default().push(factor * u64::from(topic.terms[hit.term].weight));
        }
        let in_title = hits.iter().any(|(zone, _)| *zone == Zone::Title);
        let score = score(points_of_terms.values_mut().map(|points| sum_of_halves(points)).sum(), text.len());
        if score < self.min_score || points_of_terms.len() < 2 && !in_title {
            return None;
        }
        let evidence = hits.iter().take(self.max_evidence);
        let evidence = evidence.map(|(zone, hit)| Evidence { term: Arc::clone(&topic.terms[hit.term].text), zone: *zone, span: hit.span });
        Some(Topic { id: Arc::clone(&topic.id), label: Arc::clone(&topic.label), score, evidence: evidence.collect() })
    }
}

/// The greatest of `points` whole, the next by half, the third by a quarter, and so on.
fn sum_of_halves(points: &mut [u64]) -> u64 {
    points.sort_unstable_by(|a, b| b.cmp(a));
    points.iter().take(16).enumerate().map(|(nth, points)| points >> nth).sum()
}

/// `points` (in hundredths) as a share that grows ever more slowly, and later in a longer text.
fn score(points: u64, text_bytes: usize) -> Permille {
    let half = HALF + text_bytes as u64 * HALF_PER_BYTE / 100;
    Permille::new((points * 1000 / (points + half)) as u16)
}

#[cfg(test)]
mod tests;
