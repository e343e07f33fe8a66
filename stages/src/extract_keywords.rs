//! `extract_keywords`: picks the words that say what a text is about
//!
//! ```yaml
//! - extract_keywords:
//!     method: tf_idf
//!     count: 10
//!     min_length: 2
//!     stop_words: [my-stop-words.txt]
//!     idf: [my-idf.txt]
//! ```
//!
//! The words are those that `segment` has cut, with its dictionaries: nothing is cut twice, and every keyword is one of the record's
//! `words`. Without `segment` before it, or with `pos` and without tags, the stage cuts by itself with jieba's own dictionary.
//!
//! `tf_idf` takes how often a word stands in the text times how rare it is elsewhere (its IDF in the table of jieba; what the table
//! does not know is rare). `text_rank` takes what other words a word stands near to, five words at a time, as jieba does; it
//! needs no table and prefers the words that hold a text together. Either way the score is a share of the best word's: 1.0 for the
//! first, and of two words that are worth the same the one that stands first comes first.
//!
//! No keyword is a stop word, shorter than `min_length` characters, or without a letter. `stop_words` are files of words, one a line
//! or divided by spaces, which add to those built in; a line of an `idf` file is `word idf`, and the last one given counts. `pos`
//! keeps only words whose tag begins with one of those listed: `[n, vn]` are nouns (`n`, `nr`, `ns`, `nz` …) and verbs used as nouns.
//!
//! Left alone: title, kicker and subtitle are not read; furniture gets no keywords; words of several tokens are not put together.

mod lists;
mod rank;

use std::borrow::Cow;

use pipeline::def::each;
use pipeline::{Article, BuildResult, Each, Flow, Keyword, Kind, OptionError, Permille, Resources, Span, StageDef, StageError, Token};
use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::segment;
use lists::{Rarity, StopWords};

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "extract_keywords",
    about: "picks the words that say what a text is about",
    source: include_str!("extract_keywords.rs"),
    takes: Flow::Articles,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| Ok(each(Stage::new(options.read()?, resources)?)),
};

/// How the words are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// How often it stands here times how rare it is elsewhere.
    TfIdf,
    /// How many words that say much it stands near to.
    TextRank,
}

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// How the words are weighed.
    method: Method,
    /// How many keywords an article has at most.
    #[schemars(range(min = 1))]
    count: usize,
    /// How many characters a keyword has at least.
    min_length: usize,
    /// Only words with these parts of speech, or whose tag begins so; all when there is none here.
    pos: Vec<String>,
    /// Files of words that are no keywords, beside those built in.
    stop_words: Vec<String>,
    /// Files that say how rare words are, `word idf` a line.
    idf: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { method: Method::TfIdf, count: 10, min_length: 2, pos: Vec::new(), stop_words: Vec::new(), idf: Vec::new() }
    }
}

struct Stage {
    config: Config,
    stop_words: StopWords,
    rarity: Rarity,
}

impl Stage {
    fn new(config: Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut mistakes = Vec::new();
        if config.count == 0 {
            let mistake = OptionError::new("count", "invalid_option", "no keywords are asked for");
            mistakes.push(mistake.with_help("take at least 1, or leave the stage out"));
        }
        if config.method == Method::TextRank && !config.idf.is_empty() {
            let mistake = OptionError::new("idf", "unused_option", "`text_rank` does not ask how rare words are");
            mistakes.push(mistake.with_help("take `method: tf_idf`, or leave `idf` out"));
        }
        let stop_words = StopWords::with(&config.stop_words, resources, &mut mistakes);
        let rarity = Rarity::with(&config.idf, resources, &mut mistakes);
        if mistakes.is_empty() { Ok(Self { config, stop_words, rarity }) } else { Err(mistakes) }
    }
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        article.keywords = if article.kind == Kind::Furniture { Vec::new() } else { self.keywords_of(&article) };
        out.push(article);
        Ok(())
    }
}

/// A word that may become a keyword.
struct Candidate<'a> {
    word: &'a str,
    first: Span,
    count: u32,
}

impl Stage {
    fn keywords_of(&self, article: &Article) -> Vec<Keyword> {
        let text = article.text.text();
        let tokens = self.tokens(article);
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        let mut numbers: FxHashMap<&str, Option<u32>> = FxHashMap::default();
        // For each token the number of its candidate.
        let mut places: Vec<Option<u32>> = Vec::with_capacity(tokens.len());
        for token in tokens.iter() {
            let word = token.span().slice(text);
            let number = if self.has_wanted_tag(token) {
                *numbers.entry(word).or_insert_with(|| {
                    self.may_be_keyword(word).then(|| {
                        candidates.push(Candidate { word, first: token.span(), count: 0 });
                        candidates.len() as u32 - 1
                    })
                })
            } else {
                None
            };
            if let Some(candidate) = number.and_then(|number| candidates.get_mut(number as usize)) {
                candidate.count += 1;
            }
            places.push(number);
        }
        let worth: Vec<u64> = match self.config.method {
            Method::TfIdf => {
                candidates.iter().map(|candidate| u64::from(candidate.count) * u64::from(self.rarity.of(candidate.word))).collect()
            }
            Method::TextRank => rank::ranks(&places, candidates.len()),
        };
        let best = worth.iter().copied().max().unwrap_or(0).max(1);
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        // Candidates are numbered as they stand in the text, and the sort is stable.
        order.sort_by_key(|number| std::cmp::Reverse(worth[*number]));
        order.truncate(self.config.count);
        let keywords = order.into_iter().map(|number| {
            let Candidate { first, count, .. } = candidates[number];
            let share = u128::from(worth[number]) * 1000 / u128::from(best);
            Keyword { first, score: Permille::new(share as u16), count }
        });
        keywords.collect()
    }

    /// The words of the text; cut here only when nobody has cut them as they are needed.
    fn tokens<'a>(&self, article: &'a Article) -> Cow<'a, [Token]> {
        let wants_tags = !self.config.pos.is_empty();
        let has_tags = || article.tokens.iter().any(|token| !token.pos.as_str().is_empty());
        if article.tokens.is_empty() || wants_tags && !has_tags() {
            segment::tokens(article.text.text(), wants_tags).into()
        } else {
            article.tokens.as_slice().into()
        }
    }

    fn has_wanted_tag(&self, token: &Token) -> bool {
        self.config.pos.is_empty() || self.config.pos.iter().any(|tag| token.pos.as_str().starts_with(tag.as_str()))
    }

    fn may_be_keyword(&self, word: &str) -> bool {
        word.chars().any(char::is_alphabetic) && word.chars().count() >= self.config.min_length && !self.stop_words.contains(word)
    }
}

#[cfg(test)]
mod tests;
