//! Everything a pipeline file can name: sources, stages and sinks, one file each, and the two tables of them all.
//!
//! To add one: write its file, add its `mod` line and its row. What flows between them is `pipeline`'s, how they are written in
//! YAML is `config`'s.

#![forbid(unsafe_code)]

mod dehyphenate;
mod detect_articles;
mod emit_ndjson;
pub mod explain;
mod extract_entities;
mod extract_keywords;
mod layout;
mod learned;
#[cfg(feature = "learning")]
pub mod learning;
mod normalize;
pub mod replay;
mod resolve_dates;
mod segment;
mod source;
mod stitch_jumps;
mod tag_topics;
pub mod topics;
mod untangle_columns;

use pipeline::{SourceDef, StageDef};

pub use emit_ndjson::{Divided, divided_output, is_as_recorded, is_left, kept_name, later_files, state_beside, whole_length};
pub use source::file_id::{FileId, same_file};

/// Every stage and sink, in the order in which a chain usually has them.
pub const STAGES: &[StageDef] = &[
    normalize::DEF,
    untangle_columns::DEF,
    dehyphenate::DEF,
    detect_articles::DEF,
    stitch_jumps::DEF,
    segment::DEF,
    tag_topics::DEF,
    extract_keywords::DEF,
    extract_entities::DEF,
    resolve_dates::DEF,
    emit_ndjson::DEF,
];

/// Every source.
pub const SOURCES: &[SourceDef] = &[source::stdin::DEF, source::files::DEF, source::watch::DEF, source::dead_letters::DEF];
