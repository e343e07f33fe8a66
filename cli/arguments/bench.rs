//! What can be typed after `jianbao bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What a measurement says.
const FIGURES: &str = "\
The records are made and thrown away; dead letters and states are left alone. A stage's share is of the time that stages worked,
on all cores together; CPU time also counts reading, decoding and what is loaded before the first page, so that it says something
only after some tens of megabytes. With --format json: {workers, bytes, pages, articles, failures, seconds, mb_per_second,
pages_per_second, articles_per_second, cpu_seconds, peak_memory_bytes, stages: [{name, seconds, share}]}; cpu_seconds and
peak_memory_bytes are null where there is no /proc.

Examples:
  jianbao bench jianbao.yaml pages/
  jianbao bench default pages/ --workers 1 --format json";

/// Options of `bench`.
#[derive(Debug, Args)]
#[command(after_long_help = FIGURES)]
pub(crate) struct BenchOptions {
    /// The pipeline: a file, or the name of a built-in one.
    pub(crate) config: PathBuf,

    /// Files, directories or globs, or `-` for stdin; they stand in for the configuration's source.
    #[arg(required = true)]
    pub(crate) inputs: Vec<String>,

    /// Pages worked on at once.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) workers: Option<u32>,

    /// How the figures are written.
    #[arg(long, value_enum, default_value_t = BenchFormat::Text)]
    pub(crate) format: BenchFormat,
}

/// How figures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchFormat {
    /// A table.
    Text,
    /// One object.
    Json,
}
