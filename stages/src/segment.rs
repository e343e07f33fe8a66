//! `segment`: cuts text into words
//!
//! ```yaml
//! - segment:
//!     hmm: true
//!     pos: false
//!     topic_words: [builtin:gov-cn]
//!     dictionaries: [words.txt]
//! ```
//!
//! The words of an article's `text` are those of jieba, token for token what jieba-rs 0.11 gives with its default dictionary, cut over
//! the whole text, except that tokens of nothing but white space are left out. The dictionary is part of the program and read where it
//! lies (`prepared`). `hmm` also finds words that are in no dictionary; many turn it off for indexing,
//! because it glues rare characters together. `pos` adds a part-of-speech tag to every word, `x` where jieba has none.
//!
//! jieba's dictionary knows neither 新冠 nor 规上企业. `topic_words` names topic files whose words it learns: those of their terms that
//! count 0.5 or more (variants and `learned` topics left out) and the `words` of their lexicons that have two to six characters, all
//! Chinese, and that it has not. Each gets just enough weight to be kept whole, as 疫情防控, 复工复产, 核酸检测, 新仓镇. On the sample page
//! 363 of 3,770 words become 187 that way. Then 复工复产 is no longer found under 复工: leave the option out where that matters.
//!
//! A dictionary is a UTF-8 text file of one word a line, `word [freq] [tag]`, divided by spaces; blank lines are skipped. Without
//! `freq` the word gets just enough weight to be kept whole; a larger one makes it win against overlapping words. A word of the
//! default dictionary takes the new `freq` and keeps its tag.
//!
//! ```text
//! 嘉行码 1000 n
//! 独山港镇 ns
//! 精密智控
//! ```
//!
//! Left alone: titles, kickers and bylines are not cut; words are spans into `text`, nothing is rewritten.

mod agreed;
mod cutter;
mod dictionary;
mod guess;
mod joins;
mod prepared;
mod topic_words;
#[allow(dead_code, reason = "the build script writes what is only read here")]
mod unit;
mod vocabulary;

use std::sync::{Arc, LazyLock};

use pipeline::def::each;
use pipeline::{Article, BuildResult, Each, Flow, Pos, Resources, StageDef, StageError, Token};
use schemars::JsonSchema;
use serde::Deserialize;

use cutter::{How, cut};
use vocabulary::Vocabulary;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "segment",
    about: "cuts text into words",
    source: include_str!("segment.rs"),
    takes: Flow::Articles,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| {
        let config: Config = options.read()?;
        let how = How { joins: config.hmm, tags: config.pos };
        Ok(each(Stage { vocabulary: vocabulary_of(&config, resources)?, how }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Also find words that are in no dictionary.
    hmm: bool,
    /// Tag every word with its part of speech; cutting takes two thirds longer.
    pos: bool,
    /// Topic files, or `builtin:NAME`, whose words are kept whole.
    topic_words: Vec<String>,
    /// Files with words of your own, `word [freq] [tag]` a line.
    dictionaries: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { hmm: true, pos: false, topic_words: Vec::new(), dictionaries: Vec::new() }
    }
}

struct Stage {
    vocabulary: Arc<Vocabulary>,
    how: How,
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        article.tokens.clear();
        cut_into(&self.vocabulary, self.how, article.text.text(), &mut article.tokens);
        out.push(article);
        Ok(())
    }
}

/// The default dictionary.
static DEFAULT: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::new()));

/// The sum of all counts of the default dictionary.
const DICTIONARY_WORDS: f64 = 60_101_967.0;

/// Appends the words of `text` in order, without those of white space only.
fn cut_into(vocabulary: &Vocabulary, how: How, text: &str, words: &mut Vec<Token>) {
    cut(vocabulary, how, text, |piece| {
        if !piece.blank {
            words.push(Token { start: piece.start, end: piece.end, pos: piece.pos });
        }
    });
}

/// The words of `text`, white space and all, by the default dictionary.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    cut(&DEFAULT, How { joins: true, tags: false }, text, |piece| words.push(piece.span().slice(text)));
    words
}

/// The share of `phrase` among the words that the default dictionary was counted in; of one that it does not have, the share if its
/// parts met by chance.
pub(crate) fn frequency(phrase: &str) -> f64 {
    DEFAULT.suggested_count(phrase) as f64 / DICTIONARY_WORDS
}

/// The words of `text` by the default dictionary, for stages that need words where no chain has cut them.
pub(crate) fn tokens(text: &str, pos: bool) -> Vec<Token> {
    let mut words = Vec::new();
    cut_into(&DEFAULT, How { joins: true, tags: pos }, text, &mut words);
    words
}

/// Whether the default dictionary has `word`, and not as the name of somebody or something.
pub(crate) fn is_ordinary_word(word: &str) -> bool {
    let mut first = None;
    if DEFAULT.has(word) {
        cut(&DEFAULT, How { joins: false, tags: true }, word, |piece| first = first.or(Some(piece.pos)));
    }
    first.is_some_and(|tag| !matches!(tag.as_str(), "nr" | "ns" | "nt" | "nz" | "nrt" | "nrfg"))
}

/// Every word needs a tag, or the arrays of words and tags would no longer be parallel.
fn pos_of(tag: &str) -> Pos {
    let known = (!tag.is_empty()).then(|| Pos::new(tag)).flatten();
    known.unwrap_or_else(|| Pos::new("x").expect("one letter is a tag"))
}

/// The default dictionary with the words of topics and of the user. Those of the user come last, so that theirs is the last word.
fn vocabulary_of(config: &Config, resources: &dyn Resources) -> BuildResult<Arc<Vocabulary>> {
    let (mut own, mut of_topics) = (Vec::new(), Vec::new());
    let mut mistakes = Vec::new();
    if !config.topic_words.is_empty() {
        match topic_words::read(&config.topic_words, resources) {
            Ok(words) => of_topics = words,
            Err(errors) => mistakes.extend(errors),
        }
    }
    for (index, path) in config.dictionaries.iter().enumerate() {
        match dictionary::read(&format!("dictionaries[{index}]"), path, resources) {
            Ok(entries) => own.extend(entries),
            Err(errors) => mistakes.extend(errors),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    if of_topics.is_empty() && own.is_empty() {
        return Ok(Arc::clone(&DEFAULT));
    }
    let mut vocabulary = Vocabulary::new();
    for word in of_topics.iter().filter(|word| !DEFAULT.has(word)) {
        vocabulary.add(word, None, None);
    }
    for entry in own {
        vocabulary.add(&entry.word, entry.freq, entry.tag.as_deref());
    }
    Ok(Arc::new(vocabulary))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::laws::{self, NoFiles};
    use serde_json::{Value, json};

    struct Files(&'static str);

    impl Resources for Files {
        fn text(&self, path: &str) -> Result<String, String> {
            if path == "words.txt" { Ok(self.0.to_owned()) } else { Err(format!("{path}: no such file")) }
        }
        fn document(&self, reference: &str, _: &schemars::Schema) -> Result<Value, String> {
            let entry = |term: &str, weight: f64| json!({ "term": term, "weight": weight });
            let terms = json!([entry("复工复产", 1.0), entry("企业", 1.0), entry("抢时间", 0.25), entry("５Ｇ网", 1.0)]);
            let topic = |id: &str, terms: Value, origin: &str| json!({ "id": id, "label": id, "terms": terms, "origin": origin });
            match reference {
                "topics.yaml" => Ok(json!({
                    "schema": "jianbao/topics/1", "namespace": "mine", "words": ["独山港镇"],
                    "topics": [topic("a", terms, "hand"), topic("b", json!(["复工率达"]), "learned")],
                })),
                _ => Err(reference.to_owned()),
            }
        }
        fn resolve(&self, path: &str) -> std::path::PathBuf {
            path.into()
        }
    }

    /// The words of `text` with their tags, found without the model of unknown ones.
    fn words(vocabulary: &Vocabulary, text: &str) -> Vec<(String, String)> {
        let mut tokens = Vec::new();
        cut_into(vocabulary, How { joins: false, tags: true }, text, &mut tokens);
        tokens.iter().map(|token| (token.span().slice(text).to_owned(), token.pos.as_str().to_owned())).collect()
    }

    fn dictionaries(paths: &[&str]) -> Config {
        Config { dictionaries: paths.iter().map(|path| (*path).to_owned()).collect(), ..Config::default() }
    }

    fn with(dictionary: &'static str) -> Arc<Vocabulary> {
        vocabulary_of(&dictionaries(&["words.txt"]), &Files(dictionary)).unwrap()
    }

    #[test]
    fn keeps_the_laws() {
        let sample = include_str!("../../examples/pinghu-2022-03-28.txt");
        laws::check(&DEF, json!({}), &NoFiles, &[sample]);
        laws::check(&DEF, json!({"pos": true, "hmm": false}), &NoFiles, &[sample]);
    }

    #[test]
    fn a_dictionary_adds_words_and_leaves_the_shared_one_alone() {
        let text = "出示嘉行码后进入独山港镇";
        let own = with("嘉行码 1000 n\n\n独山港镇 ns\n");
        let tagged = words(&own, text);
        assert!(tagged.contains(&("嘉行码".to_owned(), "n".to_owned())), "{tagged:?}");
        assert!(tagged.contains(&("独山港镇".to_owned(), "ns".to_owned())), "{tagged:?}");
        assert!(!DEFAULT.has("嘉行码"));
        assert!(Arc::ptr_eq(&DEFAULT, &vocabulary_of(&Config::default(), &NoFiles).unwrap()));
    }

    #[test]
    fn words_of_topics_are_kept_whole() {
        let config = Config { topic_words: vec!["topics.yaml".to_owned()], ..Config::default() };
        let vocabulary = vocabulary_of(&config, &Files("")).unwrap();
        let all: Vec<String> = words(&vocabulary, "独山港镇企业复工复产，复工率达九成，抢时间").into_iter().map(|(word, _)| word).collect();
        assert_eq!(all, ["独山港镇", "企业", "复工复产", "，", "复工", "率", "达", "九成", "，", "抢", "时间"]);
        let wrong = Config { topic_words: vec!["missing.yaml".to_owned()], ..Config::default() };
        let Err(errors) = vocabulary_of(&wrong, &NoFiles) else { panic!("a file that is not there must be refused") };
        assert_eq!((errors[0].path.as_str(), errors[0].code), ("topic_words[0]", "unreadable_file"));
    }

    #[test]
    fn a_word_without_a_tag_still_has_one_in_the_output() {
        let tagged = words(&with("嘉行码"), "出示嘉行码");
        assert!(tagged.contains(&("嘉行码".to_owned(), "x".to_owned())), "{tagged:?}");
        assert_eq!(pos_of("too_long_tag").as_str(), "x");
    }

    #[test]
    fn all_bad_dictionaries_are_reported() {
        let names = dictionaries(&["words.txt", "missing.txt"]);
        let Err(errors) = vocabulary_of(&names, &Files("嘉行码 多\n好 1 n\n坏 1 n z")) else { panic!("bad lines must be refused") };
        let seen: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
        let expected = [
            ("dictionaries[0]", "bad_dictionary_line"),
            ("dictionaries[0]", "bad_dictionary_line"),
            ("dictionaries[1]", "unreadable_file"),
        ];
        assert_eq!(seen, expected);
    }
}
