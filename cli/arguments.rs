//! What can be typed. The doc comments are the `--help`.

mod bench;
mod topics;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use bench::{BenchFormat, BenchOptions};
pub(crate) use topics::{
    TopicsCheck, TopicsExplain, TopicsLearn, TopicsOptions, TopicsRead, TopicsStats, TopicsSuggest, TopicsTask, TopicsTest,
};

/// Newspaper pages in, clean, segmented and tagged articles out,
/// one JSON object a line.
///
///   pdftotext page.pdf - | jianbao run | jq -r .title
///
/// Exit codes:
///    0  all went well
///    1  some pages failed, or examples of topics
///    2  the command line is wrong
///   65  a page failed with `on_error: stop`, or a state or data is bad
///   66  an input is not there, or there is nothing to read
///   70  a bug in jianbao
///   74  reading or writing failed
///   75  another jianbao is running with the same state or letters
///   78  the configuration has mistakes
///  130  stopped by ctrl-c (SIGINT) before the end of the input
///  143  stopped by SIGTERM, likewise
///
/// After SIGINT or SIGTERM the pages already read are written, for as long
/// as `shutdown_timeout` allows; a second signal ends the run at once. A
/// source without an end is stopped in good order: 0.
#[derive(Debug, Parser)]
#[command(name = "jianbao", version, verbatim_doc_comment, propagate_version = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Say nothing on stderr but errors.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// How everything on stderr is written: logs, mistakes, summaries.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,

    /// Append what is said to this file instead of writing it to stderr; errors go to both.
    ///
    /// SIGHUP opens it anew, for when it was moved away.
    #[arg(long, global = true, value_name = "PATH", value_parser = PathBufValueParser::new().try_map(no_log_stream))]
    pub(crate) log_file: Option<PathBuf>,
}

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// JSON; of a log one object a line.
    Json,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read pages, write articles.
    Run(RunOptions),
    /// Run pages again that failed, and take out of the dead letters what works now.
    Replay(ReplayOptions),
    /// Look at the state of a run, and put it right.
    State(StateOptions),
    /// Look for mistakes in a configuration without reading a page.
    Check(CheckOptions),
    /// Show what every stage decided for each line of a page, and why.
    Explain(ExplainOptions),
    /// Check, test, measure, learn and explain topics.
    Topics(TopicsOptions),
    /// Measure how fast a configuration is on pages like yours, and what it takes; nothing is written.
    Bench(BenchOptions),
    /// List sources and stages, or show the manual of one.
    Stages(StagesOptions),
    /// Write a commented configuration to start from.
    Init(InitOptions),
    /// Print a JSON Schema.
    Schema(SchemaOptions),
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// Options of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// Files, directories or globs, or `-` for stdin; they stand in for the configuration's source. With none, and no source in
    /// the configuration, pages are read from stdin.
    pub(crate) inputs: Vec<String>,

    /// The pipeline; without it the built-in `default` preset runs.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// A built-in pipeline instead of a file; `jianbao init --list` names them.
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    pub(crate) preset: Option<String>,

    /// Where records go, instead of what the configuration says; `-` is stdout.
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<String>,

    /// Append pages that fail to this file instead of only counting them.
    #[arg(long, value_name = "PATH", value_parser = PathBufValueParser::new().try_map(no_stream))]
    pub(crate) dead_letter: Option<PathBuf>,

    /// Pages worked on at once; the output does not depend on it.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) workers: Option<u32>,

    /// Serve /livez, /readyz and /metrics (for Prometheus) over HTTP here, such as 127.0.0.1:9600.
    ///
    /// There is no password, so other addresses than those of this machine are warned of. With port 0 the system chooses one, which
    /// is said on stderr.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,

    /// Go on with a new configuration when its file, or a file it names, has changed.
    ///
    /// It is looked at every second, and at once on SIGHUP. A good one takes over as after a stop and a new start: what was read is
    /// written first. A bad one is refused with all its mistakes, and the old one goes on. Only for runs that record their
    /// progress: with a source `watch` and an output file.
    #[arg(long, requires = "config", conflicts_with = "inputs")]
    pub(crate) watch_config: bool,
}

fn no_log_stream(path: PathBuf) -> Result<PathBuf, &'static str> {
    if path.as_os_str() == "-" { Err("standard output is for records; name a file") } else { Ok(path) }
}

fn no_stream(path: PathBuf) -> Result<PathBuf, &'static str> {
    if path.as_os_str() == "-" { Err("only records go to standard output; name a file") } else { Ok(path) }
}

/// What a replay comes to.
const REPLAY: &str = "\
Each page that a letter is about is run once, as it was, with the next `page_rev`; of a page take the records of the highest
`page_rev`. When all that comes of it is delivered and nothing failed again its letters are taken out of the file; the others
stay, as they fail now. Letters without a text are read again from the file they name, while it is there.

When the configuration's output has a state beside it, records are added to that output; it may be killed at any moment and
started again, and no record comes twice. Otherwise they go to --output, as in `run`.

Exit codes: 0 all letters are acknowledged, 1 some remain, 75 a run is writing to the letters or the output.

Examples:
  jianbao replay out/dead.ndjson -c mended.yaml
  jianbao replay dead.ndjson --output again.ndjson
  jianbao replay dead.ndjson --dry-run";

/// Options of `replay`.
#[derive(Debug, Args)]
#[command(after_long_help = REPLAY)]
pub(crate) struct ReplayOptions {
    /// The file of dead letters.
    pub(crate) letters: PathBuf,

    /// The pipeline, usually mended; without it the built-in `default` preset runs.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// A built-in pipeline instead of a file; `jianbao init --list` names them.
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    pub(crate) preset: Option<String>,

    /// Where records go, instead of what the configuration says; `-` is stdout.
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<String>,

    /// Only say what would be run, by code.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Pages worked on at once; the output does not depend on it.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) workers: Option<u32>,
}

/// Options of `state`.
#[derive(Debug, Args)]
pub(crate) struct StateOptions {
    /// What to do with it.
    #[command(subcommand)]
    pub(crate) task: StateTask,
}

/// What can be done with a state.
#[derive(Debug, Subcommand)]
pub(crate) enum StateTask {
    /// Check every record of it, and whether the outputs hold what it says. Nothing is changed. Exit codes: 0 sound, 65 damaged,
    /// 75 in use.
    Verify(WhichState),
    /// Print all rows as NDJSON, `{"key", "value"}`, of a damaged state as far as it can be read.
    Export(WhichState),
    /// Keep a damaged state as `….damaged-N` and write a new one from what can be read. Without --yes it only says what it would
    /// do.
    Repair {
        #[command(flatten)]
        which: WhichState,
        /// Do it.
        #[arg(long)]
        yes: bool,
    },
    /// Forget files that are gone, and write the state anew without what is out of date. Should such a file come back it is read
    /// again.
    Prune {
        #[command(flatten)]
        which: WhichState,
        /// Only those that were last written so long ago, as `30d`.
        #[arg(long, value_name = "PERIOD")]
        older: Option<String>,
        /// The folder that was watched, when it is not what the configuration watches; not one inside it.
        #[arg(long, value_name = "FOLDER")]
        below: Option<PathBuf>,
        /// Also when none of the files is there.
        #[arg(long)]
        all_gone: bool,
        /// Only say which.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Names a state.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct WhichState {
    /// The state's file, or the output beside which it lies.
    pub(crate) state: Option<PathBuf>,
    /// The configuration of the run whose state it is.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Configuration files.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// How mistakes are printed.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) format: LogFormat,
}

/// The report in short; `jianbao schema explain` has all of it.
const REPORT: &str = "\
JSON (`--format json`): one object a page and line, `jianbao/explain/1`, always the same for the same page and configuration:
  schema, doc_id, page_id, page_no, encoding, warnings
  blanks    what blank lines mean on the page: mark_edges, between_blocks, absent
  stages    [{stage, repairs: [{why, count}], moved, joined}]   before the page was cut
  lines     in reading order:
    line, printed, text, blanks_before, moved                    number, as printed, as read
    width: [least, most] or null, measure                        in ems
    role, wording, doubtful                                      the part in the layout
    speaks_for: [{sign, place, weight, says}]                    the strongest three, in nats
    rival: {role, margin, speaks_for} or null                    the next best role
    glue                                                         break, join, space
    repairs: [{stage, why, printed, read_as}]
    article (number or null), article_id, parts, reasons
  articles  number, id, kind, kicker, title, subtitle, dateline, text, jump_to, jump_from, complete,
    confidence: {boundary, title, byline}, warnings, comes_out
    part_of: {id, page_id, title, confidence} or null, continuations: [the same]
    headline: {position, share, shared, next_best, above, below} or null
    byline: [{name, role, org, line}]
    topics: [{id, label, score, evidence: [{term, count}]}]
    lines: [[first, last]], reasons

Examples:
  jianbao explain page.txt | less -R
  jianbao explain page.txt --format html --output page.html
  jianbao explain issue.txt --page 2 --format json | jq '.lines[] | select(.doubtful)'";

/// Options of `explain`.
#[derive(Debug, Args)]
#[command(after_long_help = REPORT)]
pub(crate) struct ExplainOptions {
    /// A file of one or more pages, or `-` for stdin.
    pub(crate) page: String,

    /// The pipeline; without it the built-in `default` preset is explained. Nothing is written where it says.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Only the page with this number, counted from 1; all pages without it.
    #[arg(long = "page", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) number: Option<u32>,

    /// How it is shown.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(crate) format: ExplainFormat,

    /// Where it goes instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// How an explanation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people, in colour on a terminal.
    Text,
    /// One object a page.
    Json,
    /// One self-contained file for a browser.
    Html,
}

/// Options of `stages`.
#[derive(Debug, Args)]
pub(crate) struct StagesOptions {
    /// Show the manual of this source or stage.
    pub(crate) name: Option<String>,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitOptions {
    /// Where to write it; `-` is stdout.
    #[arg(default_value = "jianbao.yaml")]
    pub(crate) path: String,

    /// Which preset.
    #[arg(long, default_value = "default")]
    pub(crate) preset: String,

    /// List the presets.
    #[arg(long)]
    pub(crate) list: bool,

    /// Replace a file that is there.
    #[arg(long)]
    pub(crate) force: bool,
}

/// Options of `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaOptions {
    /// Of what.
    #[arg(value_enum)]
    pub(crate) of: SchemaOf,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The configuration file.
    Config,
    /// One line of output.
    Record,
    /// One line of the dead-letter file.
    DeadLetter,
    /// What `explain --format json` prints for a page.
    Explain,
    /// A topic file.
    Topics,
}
