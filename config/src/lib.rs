//! YAML to a checked, built [`pipeline::Pipeline`], with every mistake at once when it cannot be.
//!
//! ```text
//! text -> tree (bytes of every key and value) -> variables substituted -> checked by the stages' own schemas -> built
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | `text`, `tree` | the file, positions in it, YAML with the place of every key and value |
//! | `environment` | `${NAME}` inside scalars |
//! | `lint`, `words`, `suggest` | a tree against a JSON Schema, said in people's words |
//! | `options`, `chain`, `settings` | one named stage; the order of them all; `errors` and `runtime` |
//! | `build` | the sections in turn |
//! | `replay` | dead letters in the source's place |
//! | `overlap` | keeps files that are read and files that are written apart |
//! | `topics` | topic files by themselves |
//! | `resources`, `files` | files that options name, and what is shipped; whether they have changed since |
//! | [`diagnostics`] | mistakes, shown; the table of all codes |
//! | `presets`, `schema`, `effective` | shipped configurations; the schema for editors; the hash |
//!
//! What the options mean is the stages' business, where mistakes are printed is the caller's. The only files opened here are the
//! configuration itself and those its options name.

#![forbid(unsafe_code)]

mod build;
mod chain;
pub mod diagnostics;
mod effective;
mod environment;
mod files;
mod lint;
mod options;
mod overlap;
mod presets;
mod replay;
mod resources;
mod schema;
mod settings;
mod suggest;
mod text;
mod topics;
mod tree;
mod words;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pipeline::{Pipeline, Rotate};

pub use diagnostics::{Diagnostic, Diagnostics};
pub use files::{Files, Look};
pub use presets::{PRESETS, Preset, preset};
pub use schema::schema;
pub use text::Position;
pub use topics::{linted_topics, topics, with_learned};

use build::{Builder, Parts, Tables};
use diagnostics::Mistake;
use resources::Folder;
use text::Source;

/// Where a configuration comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file; its relative paths start from its folder.
    File(PathBuf),
    /// One of [`PRESETS`], by name; its relative paths start from the current directory.
    Preset(&'static str),
    /// A text that was read elsewhere.
    Text {
        /// For messages.
        name: String,
        /// The YAML.
        text: String,
        /// Where relative paths start from.
        base: PathBuf,
    },
}

/// What the command line says, which goes before what the file says. Its paths start from the current directory.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Files, folders or globs that stand in for the source; `-` alone is stdin. The source's other options are kept as far as
    /// they apply.
    pub inputs: Vec<String>,
    /// Stands in for the `path` of the last stage; `-` is stdout.
    pub output: Option<String>,
    /// Pages worked on at once.
    pub workers: Option<usize>,
    /// Nothing is written to the output, whatever the last stage says.
    pub reads_only: bool,
    /// A file of dead letters whose pages are run again: it stands in for the source, whose options of reading are kept, and the
    /// output of a run that keeps a state is added to. The hash stays that of the configuration without this.
    pub replay: Option<PathBuf>,
    /// The file for failed pages; says `on_error: dead_letter`, too.
    pub dead_letter: Option<PathBuf>,
}

/// A configuration that can run.
pub struct Loaded {
    /// Built, with its runtime limits in it.
    pub pipeline: Pipeline,
    /// 16 hex digits that name what the configuration does, whatever its `runtime`, its comments and the order of its keys.
    pub hash: String,
    /// All sections with the command line, the environment and the stated defaults in them.
    pub effective: serde_json::Value,
    /// How long a stopped run may take to write what it has read.
    pub shutdown_timeout: Duration,
    /// The configuration file and the files it names: what to look at for changes.
    pub files: Files,
    /// What is odd but no mistake.
    pub warnings: Vec<Diagnostic>,
}

/// Reads, checks and builds the configuration at `origin`. `environment` looks variables up.
///
/// # Errors
/// All mistakes that can be found; nothing was written and no page was read.
pub fn load(origin: &Origin, overrides: &Overrides, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Diagnostics> {
    load_with(Tables::shipped(), Files::default(), origin, overrides, environment)
}

/// [`load`]s once more what was loaded from `files`, whatever is written in them by now.
///
/// # Errors
/// As for [`load`]: what the files name may have changed.
pub fn load_again(
    files: &Files,
    origin: &Origin,
    overrides: &Overrides,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded, Diagnostics> {
    load_with(Tables::shipped(), Files::as_in(files), origin, overrides, environment)
}

fn load_with(
    tables: Tables,
    mut files: Files,
    origin: &Origin,
    overrides: &Overrides,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded, Diagnostics> {
    let (file, base) = open(origin, &mut files)?;
    let refuse = |mistakes| Diagnostics::new(&file, mistakes).of(&files);
    let mut mistakes = Vec::new();
    let Some(mut tree) = tree::parse(file.text(), &mut mistakes) else {
        if mistakes.is_empty() {
            let help = "begin with `version: 1` and `stages:`, or start from what `jianbao init` writes";
            mistakes.push(Mistake::at(&(0..0), "empty_config", "nothing is written here").help(help));
        }
        return Err(refuse(mistakes));
    };
    let failed = environment::substitute(&mut tree, file.text(), environment, &mut mistakes);
    environment::settle(&mut tree, &schema::of(tables));
    let folder = Folder::new(base, files.clone());
    let mut builder =
        Builder { tables, file: &file, folder: &folder, overrides, output: None, written: Vec::new(), mistakes, warnings: Vec::new() };
    let parts = builder.all(&tree);
    let Builder { mut mistakes, warnings, .. } = builder;
    let about_variables = |mistake: &Mistake| matches!(mistake.code, "missing_variable" | "bad_variable");
    mistakes.retain(|mistake| about_variables(mistake) || !mistake.place.as_ref().is_some_and(|place| failed.contains(place)));
    let documents = folder.faulty();
    let faultless = mistakes.is_empty() && documents.is_empty();
    let Some(Parts { source: Some(source), stages, on_error, checkpoint, runtime, shutdown_timeout, effective }) =
        parts.filter(|_| faultless)
    else {
        let refused = refuse(mistakes).of(&folder.files());
        return Err(documents.into_iter().fold(refused, |all, document| all.and(&document.source, document.mistakes)));
    };
    let hash = effective::hash(&effective, &folder.read());
    let pipeline = Pipeline { source, stages, on_error, config_hash: hash.clone(), runtime, rotate: Rotate::never(), checkpoint };
    files.extend(&folder.files());
    let warnings = diagnostics::warnings(&file, warnings);
    Ok(Loaded { pipeline, hash, effective, shutdown_timeout: shutdown_timeout.0, files, warnings })
}

fn open(origin: &Origin, files: &mut Files) -> Result<(Arc<Source>, PathBuf), Diagnostics> {
    let refuse = |name: &str, text: &str, mistake| Diagnostics::new(&Arc::new(Source::new(name, text)), vec![mistake]);
    match origin {
        Origin::Text { name, text, base } => Ok((Arc::new(Source::new(name, text)), base.clone())),
        Origin::Preset(name) => {
            preset(name).map(|preset| (Arc::new(Source::new(format!("preset {name}"), preset.text)), PathBuf::new())).ok_or_else(|| {
                let names = PRESETS.iter().map(|preset| preset.name);
                let mistake = Mistake::nowhere("unreadable_config", format!("there is no preset `{name}`")).suggest(name, names.clone());
                refuse(name, "", mistake.help(format!("known: {}", names.collect::<Vec<_>>().join(", "))))
            })
        }
        Origin::File(path) => {
            let name = path.display().to_string();
            let bytes = files.read(path).map_err(|error| {
                let message = format!("{name} cannot be read: {}", error.to_string().to_lowercase());
                refuse(&name, "", Mistake::nowhere("unreadable_config", message)).of(files)
            })?;
            let (source, unreadable) = resources::decode(&name, bytes.to_vec());
            let source = Arc::new(source);
            if let Some(mistake) = unreadable {
                return Err(Diagnostics::new(&source, vec![mistake]).of(files));
            }
            let base = path.parent().unwrap_or(Path::new("")).to_owned();
            Ok((source, base))
        }
    }
}
