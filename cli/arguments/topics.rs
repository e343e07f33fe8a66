//! What can be typed after `jianbao topics`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::LogFormat;

/// Options of `topics`.
#[derive(Debug, Args)]
pub(crate) struct TopicsOptions {
    /// What to do with them.
    #[command(subcommand)]
    pub(crate) task: TopicsTask,
}

/// What can be done with topics.
#[derive(Debug, Subcommand)]
pub(crate) enum TopicsTask {
    /// Look for mistakes in topic files, and for rules that never fire or never matter.
    Check(TopicsCheck),
    /// Try the examples of topic files, and measure topics on labelled articles.
    Test(TopicsTest),
    /// Show what topics do to a corpus: coverage, the work of each rule, topics that go together.
    Stats(TopicsStats),
    /// Learn a topic file from labelled articles.
    Learn(TopicsLearn),
    /// Show why an article has a topic, or lacks it.
    Explain(TopicsExplain),
    /// Show terms that go with a topic and are not in it.
    Suggest(TopicsSuggest),
}

/// Which topics are read.
#[derive(Debug, Args)]
pub(crate) struct TopicsRead {
    /// Topic files, or `builtin:NAME`.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,

    /// The least score of topics that have none of their own, as in the stage `tag_topics`.
    #[arg(long, value_name = "SCORE", default_value_t = 0.35, value_parser = share)]
    pub(crate) min_score: f64,

    /// How it is printed.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) format: LogFormat,
}

fn share(written: &str) -> Result<f64, String> {
    match written.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("write a number from 0 to 1".to_owned()),
    }
}

/// The form of articles.
const ARTICLES: &str = "\
Articles are NDJSON, one a line: records of jianbao, or {\"title\", \"text\"} (kicker and subtitle, too); `-` is stdin. Labels are a
list of ids under `topics`, or, where `topics` is what jianbao found, under `labels`; with or without the namespace.";

/// Options of `topics check`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Mistakes are errors, and all of them are shown at once; then exit code 78. What is odd but can be read is a warning: rules that never
fire (never_found, dead_rule) or are several in one (several_in_one), rules that do not matter (useless_exclude, useless_excuse,
lighter_than_part), topics that are never given (dead_topic) or only where the title has them (title_only). Warnings leave the exit
code 0, unless --strict.

JSON: an array of {severity, code, message, file, line, column, end_line, end_column, help, suggestion}.")]
pub(crate) struct TopicsCheck {
    #[command(flatten)]
    pub(crate) topics: TopicsRead,

    /// Take warnings for mistakes: exit code 78.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Options of `topics test`.
#[derive(Debug, Args)]
#[command(after_long_help = ARTICLES, after_help = "Exit codes: 0 every example came out as it must, 1 some did not.")]
pub(crate) struct TopicsTest {
    #[command(flatten)]
    pub(crate) topics: TopicsRead,

    /// Labelled articles to measure on.
    #[arg(long, value_name = "ARTICLES")]
    pub(crate) labelled: Option<PathBuf>,

    /// How many wrong articles are shown with their evidence; all are in the JSON.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) wrong: usize,
}

/// Options of `topics stats`.
#[derive(Debug, Args)]
#[command(after_long_help = ARTICLES)]
pub(crate) struct TopicsStats {
    #[command(flatten)]
    pub(crate) topics: TopicsRead,

    /// The articles.
    pub(crate) corpus: PathBuf,

    /// Show every rule, not only those that stand out.
    #[arg(long)]
    pub(crate) rules: bool,
}

/// What learning does.
const LEARNING: &str = "\
Each label is learned by itself: at most 40 terms with weights, each of up to three phrases of two to six characters that count alike,
so that `tag_topics` tells its articles from the others. Twenty articles with a topic and forty without are a good beginning; fewer than
four of a kind are refused. Every article counts as one without each topic that is not among its labels.

Topics that somebody wrote (`origin: hand`, or none) are never touched; with --topics they stay byte by byte, topics with `origin:
learned` are learned anew, and others are added. The figures come from five parts of the articles, each tagged by what was learned from
the other four. The same articles always give the same file.";

/// Options of `topics learn`.
#[derive(Debug, Args)]
#[command(after_long_help = LEARNING)]
pub(crate) struct TopicsLearn {
    /// Labelled articles: NDJSON, {"title", "text", "topics"}, or records with `labels`; `-` is stdin.
    #[arg(long, value_name = "ARTICLES")]
    pub(crate) labelled: PathBuf,

    /// A topic file to go on from.
    #[arg(long, value_name = "FILE")]
    pub(crate) topics: Option<PathBuf>,

    /// The namespace of a new file; without it that of the labels, or `mine`.
    #[arg(long, value_name = "NAME", conflicts_with = "topics")]
    pub(crate) namespace: Option<String>,

    /// Where the topic file goes instead of stdout; may be that of --topics.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Options of `topics explain`.
#[derive(Debug, Args)]
#[command(after_long_help = ARTICLES)]
pub(crate) struct TopicsExplain {
    #[command(flatten)]
    pub(crate) topics: TopicsRead,

    /// The article, or several.
    pub(crate) article: PathBuf,

    /// Only this topic, found or not; without it all of which something is found.
    #[arg(long, value_name = "ID")]
    pub(crate) topic: Option<String>,
}

/// Options of `topics suggest`.
#[derive(Debug, Args)]
#[command(after_long_help = ARTICLES)]
pub(crate) struct TopicsSuggest {
    #[command(flatten)]
    pub(crate) topics: TopicsRead,

    /// The articles; which of them have the topic, their labels say, or else its rules.
    pub(crate) corpus: PathBuf,

    /// The topic.
    #[arg(long, value_name = "ID")]
    pub(crate) topic: String,

    /// How many terms at most.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) count: usize,
}
