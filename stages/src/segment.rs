//! `segment`: cuts text into words
//!
//! ```yaml
//! - segment:
//!     hmm: true
//!     pos: false
//!     dictionaries: [words.txt]
//! ```
//!
//! The words of an article's `text` are those of jieba (jieba-rs with its default dictionary), cut over the whole text, except that
//! tokens of nothing but white space are left out. `hmm` also finds words that are in no dictionary; many turn it off for indexing,
//! because it glues rare characters together. `pos` adds a part-of-speech tag to every word, `x` where jieba has none.
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

mod dictionary;

use std::sync::{Arc, LazyLock};
use std::thread;

use jieba_rs::Jieba;
use pipeline::def::each;
use pipeline::{Article, BuildResult, Each, Flow, Pos, Resources, Span, StageDef, StageError, Token};
use schemars::JsonSchema;
use serde::Deserialize;

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
        let segmenter = JiebaSegmenter { jieba: begin_loading(&config.dictionaries, resources)?, hmm: config.hmm };
        Ok(each(Stage { segmenter: Box::new(segmenter), pos: config.pos }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Also find words that are in no dictionary.
    hmm: bool,
    /// Tag every word with its part of speech; takes about twice the time.
    pos: bool,
    /// Files with words of your own, `word [freq] [tag]` a line.
    dictionaries: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { hmm: true, pos: false, dictionaries: Vec::new() }
    }
}

/// What cuts text; the only thing here that knows which library does it is its implementation.
trait Segmenter: Send + Sync {
    /// Appends the words of `text` in order, without those of white space only; with tags when `pos` is set.
    fn segment(&self, text: &str, pos: bool, words: &mut Vec<Token>);
}

struct Stage {
    segmenter: Box<dyn Segmenter>,
    pos: bool,
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        article.tokens.clear();
        self.segmenter.segment(article.text.text(), self.pos, &mut article.tokens);
        out.push(article);
        Ok(())
    }
}

/// Costs 35 MB and a tenth of a second, so all pipelines of a process share it.
static DEFAULT: LazyLock<Arc<Jieba>> = LazyLock::new(|| Arc::new(Jieba::new()));

/// A dictionary that is there when it is first asked for.
type Loading = Arc<LazyLock<Arc<Jieba>, Box<dyn FnOnce() -> Arc<Jieba> + Send>>>;

struct JiebaSegmenter {
    jieba: Loading,
    hmm: bool,
}

impl Segmenter for JiebaSegmenter {
    fn segment(&self, text: &str, pos: bool, words: &mut Vec<Token>) {
        let mut push = |word: &str, start: usize, end: usize, pos: Pos| {
            if !word.trim().is_empty() {
                let Span { start, end } = Span::new(start as u32, end as u32);
                words.push(Token { start, end, pos });
            }
        };
        if pos {
            for tag in self.jieba.tag(text, self.hmm) {
                push(tag.word, tag.byte_start, tag.byte_end, pos_of(tag.tag));
            }
        } else {
            for token in self.jieba.cut(text, self.hmm) {
                push(token.word, token.byte_start, token.byte_end, Pos::default());
            }
        }
    }
}

/// Every word needs a tag, or the arrays of words and tags would no longer be parallel.
fn pos_of(tag: &str) -> Pos {
    let known = (!tag.is_empty()).then(|| Pos::new(tag)).flatten();
    known.unwrap_or_else(|| Pos::new("x").expect("one letter is a tag"))
}

/// Reads the words of the user, and loads the dictionary on a thread of its own: meanwhile the first pages are read and cut into
/// articles. Whoever needs it before waits for it.
fn begin_loading(dictionaries: &[String], resources: &dyn Resources) -> BuildResult<Loading> {
    let mut words = Vec::new();
    let mut mistakes = Vec::new();
    for (index, path) in dictionaries.iter().enumerate() {
        match dictionary::read(&format!("dictionaries[{index}]"), path, resources) {
            Ok(entries) => words.extend(entries),
            Err(errors) => mistakes.extend(errors),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let jieba: Loading = Arc::new(LazyLock::new(Box::new(|| with_words(words))));
    let early = Arc::clone(&jieba);
    // Without a thread it is loaded with the first article.
    thread::Builder::new().name("dictionary".to_owned()).spawn(move || _ = LazyLock::force(&early)).ok();
    Ok(jieba)
}

/// The default dictionary, copied only when words are added to it.
fn with_words(words: Vec<dictionary::Entry>) -> Arc<Jieba> {
    let mut jieba = Arc::clone(&DEFAULT);
    if !words.is_empty() {
        let own = Arc::make_mut(&mut jieba);
        for entry in words {
            own.add_word(&entry.word, entry.freq, entry.tag.as_deref());
        }
    }
    jieba
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
            Err(reference.to_owned())
        }
        fn resolve(&self, path: &str) -> std::path::PathBuf {
            path.into()
        }
    }

    fn words(segmenter: &JiebaSegmenter, text: &str, pos: bool) -> Vec<(String, String)> {
        let mut tokens = Vec::new();
        segmenter.segment(text, pos, &mut tokens);
        tokens.iter().map(|token| (token.span().slice(text).to_owned(), token.pos.as_str().to_owned())).collect()
    }

    fn with(dictionary: &'static str) -> JiebaSegmenter {
        JiebaSegmenter { jieba: begin_loading(&["words.txt".to_owned()], &Files(dictionary)).unwrap(), hmm: false }
    }

    #[test]
    fn keeps_the_laws() {
        let sample = include_str!("../../examples/pinghu-2022-03-28.txt");
        laws::check(&DEF, json!({}), &NoFiles, &[sample]);
        laws::check(&DEF, json!({"pos": true, "hmm": false}), &NoFiles, &[sample]);
    }

    #[test]
    fn gives_what_jieba_gives_without_white_space() {
        let sample = include_str!("../../examples/pinghu-2022-03-28.txt");
        let texts = [
            sample,
            "",
            " \n\t\u{3000}",
            "3月26日上午，GDP增长5.5%\nstate-of-the-art C2版 iPhone13",
            "我们\r\n\r\n开会  了",
            "臺灣省𠀀é\u{feff}\u{0}",
        ];
        let jieba = Jieba::new();
        for (text, hmm) in texts.iter().flat_map(|text| [(*text, true), (*text, false)]) {
            let segmenter = JiebaSegmenter { jieba: begin_loading(&[], &NoFiles).unwrap(), hmm };
            let direct: Vec<_> = jieba.cut(text, hmm).iter().map(|t| t.word).filter(|w| !w.trim().is_empty()).collect();
            let ours = words(&segmenter, text, false);
            assert_eq!(ours.iter().map(|(word, _)| word).collect::<Vec<_>>(), direct);
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(visible(&ours.into_iter().map(|(word, _)| word).collect::<String>()), visible(text));
            let direct: Vec<_> = jieba.tag(text, hmm).iter().map(|t| (t.word, t.tag)).filter(|(w, _)| !w.trim().is_empty()).collect();
            let ours = words(&segmenter, text, true);
            assert_eq!(ours.iter().map(|(word, tag)| (&**word, &**tag)).collect::<Vec<_>>(), direct);
        }
    }

    #[test]
    fn a_dictionary_adds_words_and_leaves_the_shared_one_alone() {
        let text = "出示嘉行码后进入独山港镇";
        let own = with("嘉行码 1000 n\n\n独山港镇 ns\n");
        let tagged = words(&own, text, true);
        assert!(tagged.contains(&("嘉行码".to_owned(), "n".to_owned())), "{tagged:?}");
        assert!(tagged.contains(&("独山港镇".to_owned(), "ns".to_owned())), "{tagged:?}");
        assert!(!DEFAULT.has_word("嘉行码"));
        assert!(Arc::ptr_eq(&DEFAULT, &begin_loading(&[], &NoFiles).unwrap()));
    }

    #[test]
    fn a_word_without_a_tag_still_has_one_in_the_output() {
        let tagged = words(&with("嘉行码"), "出示嘉行码", true);
        assert!(tagged.contains(&("嘉行码".to_owned(), "x".to_owned())), "{tagged:?}");
        assert_eq!(pos_of("too_long_tag").as_str(), "x");
    }

    #[test]
    fn all_bad_dictionaries_are_reported() {
        let names = ["words.txt".to_owned(), "missing.txt".to_owned()];
        let Err(errors) = begin_loading(&names, &Files("嘉行码 多\n好 1 n\n坏 1 n z")) else { panic!("bad lines must be refused") };
        let seen: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
        let expected = [
            ("dictionaries[0]", "bad_dictionary_line"),
            ("dictionaries[0]", "bad_dictionary_line"),
            ("dictionaries[1]", "unreadable_file"),
        ];
        assert_eq!(seen, expected);
    }
}
