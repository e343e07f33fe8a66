//! `tag_topics`: finds what an article is about, with evidence
//!
//! ```yaml
//! - tag_topics:
//!     topics: [builtin:gov-cn, my-topics.yaml]
//!     min_score: 0.35
//!     max_evidence: 50
//! ```
//!
//! A topic is a list of rules in a YAML file; files add up. `builtin:gov-cn` has the subjects of Chinese news. `jianbao schema topics`
//! is the whole format for editors; this is what the keys mean:
//!
//! ```text
//! schema: jianbao/topics/1
//! namespace: mine
//! lexicons: [local-words.yaml]       # files that add terms to these topics
//! suppress:                          # what makes a hit not count
//!   before: [没有, 停止]             # words left of it, in the same clause,
//!   within: 6                        # within so many characters,
//!   unless: [停止不前]               # but not inside these
//! groups: [{ id: economy, label: 经济 }]
//! topics:
//!   - id: silk                       # the record says mine:silk
//!     label: 丝绸
//!     description: 蚕桑与丝绸产业    # for people, not used
//!     broader: economy               # a topic or a group
//!     terms:
//!       - 蚕桑                       # weight 1, anywhere
//!       - { term: 丝绸产业, weight: 2, variants: [丝绸业] }
//!       - { term: 茧, weight: 0.3, zone: title }    # title (with kicker and subtitle) | lead | body
//!     patterns:
//!       - { pattern: "蚕茧\\d+公斤", weight: 1.5 }
//!     combinations:                  # in one sentence; with `near`, no more characters between the first and the last
//!       - { all: [农户], any: [养蚕, 缫丝], none: [停止], near: 20 }
//!     parallel: [蚕桑]               # stands for the topic in 一手抓粮食、一手抓蚕桑
//!     exclude: [丝绸之路]            # hides the terms inside it
//!     all: []                        # each, one, none of these must be somewhere in the article
//!     any: []
//!     none: [化纤]
//!     unless: [蚕桑]                 # `none` does not count where one of these is
//!     suppress: none                 # or a `suppress` of its own
//!     min_score: 0.4                 # instead of the option
//!     min_evidence: 2                # different rules, unless one is in the title
//!     implies: [farming]             # topics that are given as well, with this one's score
//!     origin: hand                   # or learned
//!     examples: { positive: ["…"], negative: [{ title: "…", text: "…" }] }
//! ```
//!
//! A lexicon has, in the place of `topics`, `adds: [{ topic: mine:silk, terms: [湖丝] }]`.
//!
//! All strings of all topics are looked for at once in title, kicker, subtitle and text. Traditional and simplified, full-width and
//! half-width, capital and small letters count as the same; evidence says where, and names the term. Patterns see the text as it is.
//! Inside one topic hits of terms and patterns never overlap: the earlier, then the longer one counts, so 疫情防控 is one hit and not
//! three. Combinations count beside them.
//!
//! The score says how much of the article is about the topic. A hit counts 3 times in the title, 2 times in kicker, subtitle and the
//! first paragraph (its first 200 characters or so), else once. With f, how often the hits of a rule count in all, w, its weight, and
//! n, the length of the text in bytes divided by 3 (its characters when it is Chinese),
//!
//! ```text
//! S = sum over rules of  w · 2.2 f / (f + 1.2 (0.25 + 0.75 n / 500))
//! score = S / (S + 4)
//! ```
//!
//! so that a rule never adds more than 2.2 times its weight, and less in a long text. All is reckoned in whole hundredths.
//!
//! A topic is given when it has at least its `min_score`, and either as many different rules as `min_evidence` or one in the title,
//! and its `all`, `any` and `none` allow it. `jianbao topics explain` shows all that was found and what became of it.
//!
//! Left alone: furniture gets no topics; words are not told from their neighbours (提防控制 holds 防控), so `exclude` what misleads.

mod check;
mod clause;
mod combine;
mod compile;
pub(crate) mod explanation;
pub(crate) mod file;
mod find;
pub(crate) mod fold;
mod grams;
mod judge;
mod parallel;
mod patterns;
pub(crate) mod score;
pub(crate) mod tagger;
pub(crate) mod topics;

use pipeline::def::each;
use pipeline::{Article, BuildResult, Each, Flow, Kind, OptionError, Permille, Resources, StageDef, StageError, Zone};
use schemars::JsonSchema;
use serde::Deserialize;

use tagger::{Tagger, Zones};

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
    /// The least score a topic is reported with, 0 to 1, when it has none of its own.
    min_score: f64,
    /// How many hits a topic shows at most; all of them count for its score.
    max_evidence: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { topics: vec!["builtin:gov-cn".to_owned()], min_score: 0.35, max_evidence: 50 }
    }
}

struct Stage {
    tagger: Tagger,
}

impl Stage {
    fn new(config: &Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut mistakes = Vec::new();
        if !(0.0..=1.0).contains(&config.min_score) {
            mistakes.push(OptionError::new("min_score", "invalid_option", format!("{} is not between 0 and 1", config.min_score)));
        }
        let topics = topics::load(&config.topics, "topics", resources).map_err(|errors| mistakes.extend(errors)).ok();
        let (Some(topics), true) = (topics, mistakes.is_empty()) else { return Err(mistakes) };
        let tagger = Tagger::new(&topics, Permille::from_share(config.min_score), config.max_evidence.max(1))
            .map_err(|message| vec![OptionError::new("topics", "too_many_terms", message)])?;
        Ok(Self { tagger })
    }
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        let zone = |zone: Zone| article.zone(zone);
        let zones = Zones { title: zone(Zone::Title), kicker: zone(Zone::Kicker), subtitle: zone(Zone::Subtitle), text: zone(Zone::Text) };
        article.topics = if article.kind == Kind::Furniture { Vec::new() } else { self.tagger.tag(&zones) };
        out.push(article);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
