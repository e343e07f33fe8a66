//! What can be typed. The doc comments are the `--help`.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Newspaper pages in, clean, segmented and tagged articles out,
/// one JSON object a line.
///
///   pdftotext page.pdf - | jianbao run | jq -r .title
///
/// Exit codes:
///    0  all went well
///    1  some pages failed
///    2  the command line is wrong
///   65  a page failed and `on_error: stop` was set
///   66  an input is not there, or there is nothing to read
///   70  a bug in jianbao
///   74  reading or writing failed
///   78  the configuration has mistakes
///  130  stopped by ctrl-c (SIGINT); the pages already read are written
///  143  stopped by SIGTERM, likewise
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
}

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read pages, write articles.
    Run(RunOptions),
    /// Look for mistakes in a configuration without reading a page.
    Check(CheckOptions),
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
}

fn no_stream(path: PathBuf) -> Result<PathBuf, &'static str> {
    if path.as_os_str() == "-" { Err("only records go to standard output; name a file") } else { Ok(path) }
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
}
