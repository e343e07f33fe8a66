//! The pipelines that are shipped.

/// A shipped pipeline.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// As given to `--preset`.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its commented YAML.
    pub text: &'static str,
}

/// All of them; the first runs when nothing else is said.
pub const PRESETS: &[Preset] = &[
    Preset { name: "default", about: "pages to tagged articles on standard output", text: include_str!("../pipelines/default.yaml") },
    Preset { name: "articles-only", about: "articles without words and topics", text: include_str!("../pipelines/articles-only.yaml") },
    Preset {
        name: "full-text",
        about: "words as one string, for full-text search engines",
        text: include_str!("../pipelines/full-text.yaml"),
    },
    Preset {
        name: "corpus",
        about: "a folder of pages to one file, failures to a dead-letter file",
        text: include_str!("../pipelines/corpus.yaml"),
    },
];
