//! YAML to a checked, built pipeline. Knows the tables of stages and sources, but no newspaper; reads the configuration and the
//! files it names, but no pages.
//!
//! | code | what is wrong |
//! |---|---|
//! | `yaml_syntax`, `two_documents`, `too_large`, `unknown_anchor`, `duplicate_key` | the file as YAML |
//! | `missing_variable` | `${NAME}` is not set and has no default |
//! | `unreadable`, `not_utf8`, `empty` | the file itself |
//! | `missing_version`, `unknown_version`, `unknown_section` | the top level |
//! | `unknown_source`, `unknown_stage`, `duplicate_stage`, `not_one_key`, `no_stages` | names |
//! | `flow_mismatch`, `after_the_sink`, `no_sink` | the chain |
//! | `unknown_option`, `missing_option`, `unknown_value`, `wrong_type`, `out_of_range`, `invalid_option` | options |
//! | `no_dead_letter_file` | `errors` |
//!
//! Stages add codes of their own; `jianbao stages NAME` shows their manuals.

mod build;
mod diagnostics;
mod environment;
mod lint;
mod presets;
mod resources;
mod schema;
mod sections;
mod tree;

use std::path::{Path, PathBuf};

use pipeline::Pipeline;
use serde_json::Value;

pub use diagnostics::Diagnostics;
pub use presets::{PRESETS, Preset};
pub use schema::schema;

use diagnostics::Mistake;
use resources::Folder;

/// Where a configuration comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file; paths in it are relative to its folder.
    File(PathBuf),
    /// A shipped one, by name; paths in it are relative to the current directory.
    Preset(&'static str),
    /// Text in memory, with the name to use in messages and the folder that paths are relative to.
    Text {
        /// Shown as the file's name.
        name: String,
        /// The YAML.
        text: String,
        /// Paths in it are relative to this.
        base: PathBuf,
    },
}

/// What the command line says instead of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Stand in for the source; relative to the current directory.
    pub inputs: Vec<String>,
    /// Stands in for the path of `emit_ndjson`; relative to the current directory.
    pub output: Option<String>,
    /// Pages worked on at once.
    pub workers: Option<usize>,
    /// Failed pages are appended to this file.
    pub dead_letter: Option<PathBuf>,
}

/// A configuration ready to run.
pub struct Loaded {
    /// What runs.
    pub pipeline: Pipeline,
    /// What was made of the configuration and the command line.
    pub effective: Value,
}

/// Reads, checks and builds a configuration; variables are looked up in `environment`.
///
/// # Errors
/// All mistakes at once.
pub fn load(origin: &Origin, overrides: &Overrides, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Diagnostics> {
    let (name, bytes, folder) = match origin {
        Origin::File(path) => {
            let name = path.display().to_string();
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            match std::fs::read(path) {
                Ok(bytes) => (name, bytes, folder),
                Err(error) => {
                    let mistake = Mistake::new("unreadable", format!("cannot read the configuration: {error}"), 0..0);
                    return Err(Diagnostics::new(name, String::new(), vec![mistake]));
                }
            }
        }
        Origin::Preset(name) => {
            let text = PRESETS.iter().find(|preset| preset.name == *name).map_or("", |preset| preset.text);
            (format!("preset {name}"), text.as_bytes().to_vec(), PathBuf::new())
        }
        Origin::Text { name, text, base } => (name.clone(), text.as_bytes().to_vec(), base.clone()),
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let sound = String::from_utf8_lossy(error.as_bytes().get(..place).unwrap_or_default()).into_owned();
        Diagnostics::new(name.clone(), sound, vec![Mistake::new("not_utf8", "the configuration is not UTF-8 from here on", place..place)])
    })?;
    let mut mistakes = Vec::new();
    let parts = if let Some(root) = tree::read(&text, environment, &mut mistakes) {
        build::build(&root, &Folder(folder), overrides, &mut mistakes)
    } else {
        if mistakes.is_empty() {
            mistakes.push(Mistake::new("empty", "the configuration is empty", 0..0).help("`jianbao init` writes one to start from"));
        }
        None
    };
    match parts {
        Some(parts) if mistakes.is_empty() => Ok(Loaded { pipeline: parts.pipeline, effective: parts.effective }),
        _ => Err(Diagnostics::new(name, text, mistakes)),
    }
}
