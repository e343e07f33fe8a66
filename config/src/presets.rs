//! Configurations shipped with the program. `default` is what runs when none is given, and what `jianbao init` writes.

/// A configuration that is part of the program.
#[derive(Debug)]
pub struct Preset {
    /// How it is asked for.
    pub name: &'static str,
    /// One line for lists.
    pub about: &'static str,
    /// The YAML, with comments.
    pub text: &'static str,
}

/// All of them; `default` comes first.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "default",
        about: "stdin or files to clean, segmented, tagged articles on stdout",
        text: include_str!("../pipelines/default.yaml"),
    },
    Preset {
        name: "articles-only",
        about: "the same without words and topics: the fastest",
        text: include_str!("../pipelines/articles-only.yaml"),
    },
    Preset {
        name: "full-text",
        about: "words as one string with spaces, for full-text search engines",
        text: include_str!("../pipelines/full-text.yaml"),
    },
    Preset {
        name: "corpus",
        about: "a folder of pages to one file, failed pages kept as dead letters",
        text: include_str!("../pipelines/corpus.yaml"),
    },
];

/// The preset `name`.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}
