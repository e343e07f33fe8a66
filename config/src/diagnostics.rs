//! Mistakes in a configuration and the documents it names: what they say, where they stand, and how they are shown to people and
//! to editors.
//!
//! | code | what is wrong |
//! |---|---|
//! | `unreadable_config` | the configuration file cannot be opened or read |
//! | `not_utf8` | the file is not UTF-8 |
//! | `too_large` | the file is longer than 16 MiB |
//! | `empty_config` | the file holds no value: nothing, or comments only |
//! | `empty_document` | the same of a file that an option names |
//! | `yaml_syntax` | the file is not YAML; the only mistake shown, since nothing behind it can be read |
//! | `tab_indentation` | the same, because of a tab |
//! | `several_documents` | a second `---` document |
//! | `duplicate_key` | a key stands twice in one map |
//! | `bad_key` | a key that is not text |
//! | `unknown_tag` | a `!tag` outside YAML's core schema |
//! | `too_many_aliases` | aliases that repeat too much, nest too deeply or contain themselves |
//! | `bad_variable` | `${…}` that is not `${NAME}` or `${NAME:-default}` |
//! | `missing_variable` | an environment variable that is not set and has no default |
//! | `unknown_key` | a key that nothing reads |
//! | `missing_key` | a key that must be there |
//! | `wrong_type` | text where a number is expected, and the like |
//! | `unknown_value` | none of the words that may stand there |
//! | `out_of_range` | a number or list that is too small or too large |
//! | `bad_size`, `bad_period` | a number of bytes, a stretch of time that cannot be read |
//! | `missing_version`, `unsupported_version` | `version: 1` is required |
//! | `unknown_source`, `unknown_stage` | a name that is in no table |
//! | `not_one_key` | a source or stage that is not one name with its options under it |
//! | `no_stages` | no `stages`, or an empty list |
//! | `duplicate_stage` | the same stage twice |
//! | `kind_mismatch` | a stage that cannot take what the one before it gives |
//! | `sink_not_last`, `no_sink` | the last stage, and only the last, writes the records |
//! | `missing_dead_letter` | `on_error: dead_letter` without a file to write to |
//! | `input_is_output` | a file that is read and written in one run |
//! | `same_output` | records, dead letters or state in one file |
//! | `output_has_state` | an output that belongs to a run with a checkpoint, written by one without |
//! | `output_would_be_replaced` | a replay that would write over the output of a run without a checkpoint |
//! | `nothing_to_record` | `checkpoint` for a source that does not go on where it was |
//! | `bad_dead_letter` | `-` for that file |
//! | `no_output_path` | an output was given on the command line, but the last stage writes to no path |
//! | `invalid_option` | an option that its stage cannot read, beyond what its schema can tell |
//!
//! Stages and sources add codes of their own for what they find while they are built. Two codes are warnings only:
//! `unused_dead_letter`, a dead letter file that `on_error` leaves unused, and `nothing_remembered`, a source that could go on
//! where it was with nothing to remember it by; so are those of `stages::topics::lint`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use pipeline::OptionError;
use serde_json::{Value, json};

use crate::files::Files;
use crate::text::{Position, Source};

/// A mistake before it is tied to its file. Its place is in bytes of the file; without one it comes from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) suggestion: Option<String>,
    pub(crate) place: Option<Range<usize>>,
}

impl Mistake {
    pub(crate) fn at(place: &Range<usize>, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, suggestion: None, place: Some(place.clone()) }
    }

    pub(crate) fn nowhere(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, suggestion: None, place: None }
    }

    /// What a builder said, at its place.
    pub(crate) fn of(error: OptionError, place: Option<Range<usize>>) -> Self {
        let OptionError { code, message, help, unknown, .. } = error;
        let mistake = Self { code, message, help, suggestion: None, place };
        match unknown.map(|unknown| *unknown) {
            Some((written, known)) => mistake.suggest(&written, known.iter().map(String::as_str)),
            None => mistake,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Suggests the nearest of `known`, if one is near.
    pub(crate) fn suggest<'a>(mut self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.suggestion = crate::suggest::nearest(written, known).map(str::to_owned);
        self
    }
}

/// One mistake or warning, with its place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Stable, `snake_case`; the table stands at the head of this module.
    pub code: &'static str,
    /// A lower-case fragment.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The word that was probably meant.
    pub suggestion: Option<String>,
    /// First and last position (the end is exclusive); `None` for what was given on the command line.
    pub place: Option<(Position, Position)>,
    bytes: Range<usize>,
    source: Arc<Source>,
    warning: bool,
}

impl Diagnostic {
    fn new(mistake: Mistake, source: &Arc<Source>, warning: bool) -> Self {
        let Mistake { code, message, help, suggestion, place } = mistake;
        let bytes = place.as_ref().map_or(0..0, |place| source.first_line_of(place));
        let place = place.map(|_| (source.position(bytes.start), source.position(bytes.end)));
        Self { code, message, help, suggestion, place, bytes, source: Arc::clone(source), warning }
    }

    /// The name of the file, as it was given.
    pub fn file(&self) -> &str {
        if self.place.is_some() { self.source.name() } else { "command line" }
    }

    /// The excerpt with its caret, without a final newline. Plain ASCII around the excerpt; `colour` adds ANSI colours.
    pub fn render(&self, colour: bool) -> String {
        let level = if self.warning { Level::WARNING } else { Level::ERROR };
        let mut group = Group::with_title(level.primary_title(&self.message).id(self.code));
        if let Some((start, _)) = self.place {
            let (excerpt, offset) = self.source.line_around(self.bytes.start);
            // A place behind the line, at its line break, is shown at its end.
            let [from, to] = [self.bytes.start, self.bytes.end].map(|byte| (byte - offset).min(excerpt.len()));
            let annotation = AnnotationKind::Primary.span(from..to);
            group = group.element(Snippet::source(excerpt).line_start(start.line).path(self.file()).annotation(annotation));
        } else {
            group = group.element(Origin::path(self.file()));
        }
        if let Some(suggestion) = &self.suggestion {
            group = group.element(Level::HELP.message(format!("did you mean `{suggestion}`?")));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }

    /// `{code, message, file, line, column, end_line, end_column, help, suggestion}`, as in [`Diagnostics::to_json`].
    pub fn to_json(&self) -> Value {
        let start = self.place.map(|(start, _)| start);
        let end = self.place.map(|(_, end)| end);
        json!({
            "code": self.code,
            "message": self.message,
            "file": self.file(),
            "line": start.map(|start| start.line),
            "column": start.map(|start| start.column),
            "end_line": end.map(|end| end.line),
            "end_column": end.map(|end| end.column),
            "help": self.help,
            "suggestion": self.suggestion,
        })
    }
}

/// All mistakes of one configuration, in the order of the file; then those of the command line, then those of each document that it
/// names.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    files: Files,
}

impl Diagnostics {
    pub(crate) fn new(source: &Arc<Source>, mistakes: Vec<Mistake>) -> Self {
        Self { list: place_all(source, mistakes, false), files: Files::default() }
    }

    /// The same, of a configuration in these files.
    pub(crate) fn of(mut self, files: &Files) -> Self {
        self.files.extend(files);
        self
    }

    /// The configuration file and the files it names, as far as they are known: one of them must change before this is another
    /// configuration.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The same and those of a document.
    pub(crate) fn and(mut self, source: &Arc<Source>, mistakes: Vec<Mistake>) -> Self {
        self.list.extend(place_all(source, mistakes, false));
        self
    }

    /// Whether nothing is wrong but what was given on the command line.
    pub fn are_of_command_line(&self) -> bool {
        self.list.iter().all(|diagnostic| diagnostic.place.is_none() && diagnostic.code != "unreadable_config")
    }

    /// One by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Every excerpt with its caret, then how many mistakes there are. Ends with a newline.
    pub fn render(&self, colour: bool) -> String {
        let mut text = String::new();
        for diagnostic in &self.list {
            text.push_str(&diagnostic.render(colour));
            text.push_str("\n\n");
        }
        let count = self.list.len();
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        let mut files: Vec<&str> = self.list.iter().map(|diagnostic| diagnostic.source.name()).collect();
        files.dedup();
        text + &format!("{count} {noun} in {}\n", files.join(" and "))
    }

    /// An array of `{code, message, file, line, column, end_line, end_column, help, suggestion}`. Lines and columns count from 1,
    /// columns in Unicode scalars, the end is exclusive; what has no place has null there.
    pub fn to_json(&self) -> Value {
        Value::Array(self.list.iter().map(Diagnostic::to_json).collect())
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// Ties `warnings` to their file.
pub(crate) fn warnings(source: &Arc<Source>, warnings: Vec<Mistake>) -> Vec<Diagnostic> {
    place_all(source, warnings, true)
}

fn place_all(source: &Arc<Source>, mut mistakes: Vec<Mistake>, warning: bool) -> Vec<Diagnostic> {
    mistakes.sort_by_key(|mistake| mistake.place.as_ref().map_or(usize::MAX, |place| place.start));
    // What stands under an anchor is looked at once for each alias.
    mistakes.dedup();
    mistakes.into_iter().map(|mistake| Diagnostic::new(mistake, source, warning)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, mistake: Mistake) -> String {
        Diagnostics::new(&Arc::new(Source::new("jb.yaml", text)), vec![mistake]).render(false)
    }

    #[test]
    fn shows_the_place_by_scalars() {
        let mistake = Mistake::at(&(18..20), "unknown_key", "unknown key `zz`").suggest("zz", ["zzz"]);
        let text = "a: 1\n\"晚报\": { x: zz }\n";
        let (start, end) = (text.find("zz").unwrap(), text.find("zz").unwrap() + 2);
        let mistake = Mistake { place: Some(start..end), ..mistake };
        insta_like(
            &shown(text, mistake),
            "error[unknown_key]: unknown key `zz`\n --> jb.yaml:2:12\n  |\n2 | \"晚报\": { x: zz }\n  |              ^^\n  |\n  = help: did you mean `zzz`?\n\n1 mistake in jb.yaml\n",
        );
    }

    fn insta_like(shown: &str, expected: &str) {
        assert_eq!(shown, expected, "\n{shown}");
    }

    #[test]
    fn shows_what_has_no_place() {
        let shown = shown("", Mistake::nowhere("no_output_path", "no path"));
        insta_like(&shown, "error[no_output_path]: no path\n--> command line\n\n1 mistake in jb.yaml\n");
    }

    #[test]
    fn colour_is_asked_for() {
        let source = Arc::new(Source::new("jb.yaml", "a: b\n"));
        let diagnostics = Diagnostics::new(&source, vec![Mistake::at(&(0..1), "unknown_key", "unknown key `a`")]);
        assert!(diagnostics.render(true).contains('\u{1b}'));
        assert!(diagnostics.render(false).is_ascii());
    }
}
