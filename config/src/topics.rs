//! Topic files without a configuration around them, for the commands that work on topics.

use std::path::Path;
use std::sync::Arc;

use stages::topics::Topics;

use crate::diagnostics::{Diagnostics, Mistake};
use crate::resources::{Folder, Scope};
use crate::text::Source;

/// Reads topic files (or `builtin:NAME`), whose paths start from the current directory, and the lexicons they name.
///
/// # Errors
/// All mistakes, each at its place in its file.
pub fn topics(references: &[String]) -> Result<Topics, Diagnostics> {
    let folder = Folder::new(Path::new(""));
    let scope = Scope { folder: &folder, as_typed: references, written: &[] };
    let read = stages::topics::load(references, "topics", &scope);
    let errors = read.as_ref().err().cloned().unwrap_or_default();
    let elsewhere =
        errors.into_iter().filter_map(|error| folder.place(error)).map(|error| Mistake { place: None, ..Mistake::of(error, None) });
    let mistakes: Vec<Mistake> = elsewhere.collect();
    let documents = folder.faulty();
    match read {
        Ok(topics) if mistakes.is_empty() && documents.is_empty() => Ok(topics),
        _ => {
            let refused = Diagnostics::new(&Arc::new(Source::new("command line", "")), mistakes);
            Err(documents.into_iter().fold(refused, |all, document| all.and(&document.source, document.mistakes)))
        }
    }
}
