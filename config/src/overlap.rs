//! Keeps what is read and what is written apart: a run that writes over its own pages, or its records over its dead letters,
//! would lose them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use pipeline::OptionError;

use crate::diagnostics::Mistake;

/// A file that the run writes.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// As it is opened.
    pub(crate) path: PathBuf,
    /// What goes there, for messages.
    pub(crate) what: &'static str,
    /// Whether it was named on the command line.
    pub(crate) typed: bool,
}

/// The files that an output named `path` may write: itself, and what is kept of a run that does not end well.
pub(crate) fn of_output(path: PathBuf, typed: bool) -> Vec<Written> {
    if is_stream(&path) {
        return vec![Written { path: "/dev/stdout".into(), what: "the records", typed }];
    }
    let kept = Written { path: stages::kept_name(&path), what: "the records of a run that fails", typed };
    vec![Written { path, what: "the records", typed }, kept]
}

/// The mistake of writing dead letters where something else is written, at `place` in the file.
pub(crate) fn between(output: &[Written], dead_letter: &Written, place: &Range<usize>) -> Option<Mistake> {
    let other = output.iter().find(|other| stages::same_file(&other.path, &dead_letter.path))?;
    let message = format!("{} and {} both go to {}", other.what, dead_letter.what, dead_letter.path.display());
    let typed = other.typed || dead_letter.typed;
    let mistake = if typed { Mistake::nowhere("same_output", message) } else { Mistake::at(place, "same_output", message) };
    Some(mistake.help("give each a file of its own"))
}

/// The mistake of reading `real`, the option at `option`, while it is written; and whether that was said on the command line.
pub(crate) fn of_input(option: String, given: &str, real: &Path, written: &[Written]) -> Option<(OptionError, bool)> {
    let stdin = is_stream(real) || real == Path::new("/dev/stdin");
    let real = if stdin { Path::new("/dev/stdin") } else { real };
    let written = written.iter().find(|written| real.is_file() && stages::same_file(&written.path, real))?;
    let shown = if stdin { "stdin" } else { given };
    let message = format!("{shown} is read, but {} go to the same file", written.what);
    let help = "write to another file, or pages would be lost";
    Some((OptionError::new(option, "input_is_output", message).with_help(help), written.typed))
}

fn is_stream(path: &Path) -> bool {
    path == Path::new("-") || path == Path::new("/dev/stdout")
}
