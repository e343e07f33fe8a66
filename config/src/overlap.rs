//! Keeps what is read and what is written apart: a run that writes over its own pages, or its records over its dead letters,
//! would lose them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use pipeline::OptionError;
use stages::Divided;

use crate::diagnostics::Mistake;

/// A file that the run writes.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// As it is opened.
    pub(crate) path: PathBuf,
    /// What goes there, for messages.
    pub(crate) what: &'static str,
    /// Whether it was named on the command line.
    pub(crate) typed: bool,
    /// The files it is divided among, in the place of the one.
    pub(crate) divided: Option<Divided>,
}

impl Destination {
    /// Whether it may go to `path`.
    pub(crate) fn may_be(&self, path: &Path) -> bool {
        match &self.divided {
            Some(divided) => divided.may_write(path),
            None => stages::same_file(&self.path, path),
        }
    }

    /// Whether something is in it already.
    pub(crate) fn is_begun(&self) -> bool {
        match &self.divided {
            Some(divided) => divided.is_begun(),
            None => self.path.metadata().is_ok_and(|data| data.len() > 0),
        }
    }
}

/// The files that an output named `path` may write: itself, or those it is `divided` among, and what is kept of a run that does not
/// end well.
pub(crate) fn of_output(path: PathBuf, divided: Option<Divided>, typed: bool) -> Vec<Destination> {
    let one = |path, what| Destination { path, what, typed, divided: None };
    if is_stream(&path) {
        return vec![one("/dev/stdout".into(), "the records")];
    }
    if divided.is_some() {
        return vec![Destination { divided, ..one(path, "the records") }];
    }
    let kept = one(stages::kept_name(&path), "the records of a run that fails");
    vec![one(path, "the records"), kept]
}

/// The mistake of writing dead letters where something else is written, at `place` in the file.
pub(crate) fn between(output: &[Destination], dead_letter: &Destination, place: &Range<usize>) -> Option<Mistake> {
    let other = output.iter().find(|other| other.may_be(&dead_letter.path))?;
    let both = if other.divided.is_some() { "may both go" } else { "both go" };
    let message = format!("{} and {} {both} to {}", other.what, dead_letter.what, dead_letter.path.display());
    let typed = other.typed || dead_letter.typed;
    let mistake = if typed { Mistake::nowhere("same_output", message) } else { Mistake::at(place, "same_output", message) };
    Some(mistake.help("give each a file of its own"))
}

/// The mistake of reading `real`, the option at `option`, while it is written; and whether that was said on the command line.
pub(crate) fn of_input(option: String, given: &str, real: &Path, written: &[Destination]) -> Option<(OptionError, bool)> {
    let stdin = is_stream(real) || real == Path::new("/dev/stdin");
    let real = if stdin { Path::new("/dev/stdin") } else { real };
    let written = written.iter().find(|written| real.is_file() && written.may_be(real))?;
    let shown = if stdin { "stdin" } else { given };
    let go = if written.divided.is_some() { "may go" } else { "go" };
    let message = format!("{shown} is read, but {} {go} to the same file", written.what);
    let help = "write to another file, or pages would be lost";
    Some((OptionError::new(option, "input_is_output", message).with_help(help), written.typed))
}

fn is_stream(path: &Path) -> bool {
    path == Path::new("-") || path == Path::new("/dev/stdout")
}
