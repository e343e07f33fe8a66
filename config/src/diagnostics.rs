//! Mistakes with their places, for people (an excerpt and a caret) and for editors (JSON).

use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::{Value, json};

/// One mistake, in bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) place: Range<usize>,
    pub(crate) help: Option<String>,
    pub(crate) suggestion: Option<String>,
}

impl Mistake {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, place: Range<usize>) -> Self {
        Self { code, message: message.into(), place, help: None, suggestion: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Suggests the nearest of `known` to `written`, or lists them all when none is near.
    pub(crate) fn nearest<'a>(mut self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let best = known.iter().map(|name| (strsim::damerau_levenshtein(&written.to_lowercase(), name), *name)).min();
        let near = |distance: usize, name: &str| {
            distance <= 1 + name.chars().count() / 4 || name.starts_with(written) || written.starts_with(name)
        };
        match best.filter(|(distance, name)| near(*distance, name)) {
            Some((_, name)) => {
                self.help = Some(format!("did you mean `{name}`?"));
                self.suggestion = Some(name.to_owned());
            }
            None => self.help = Some(format!("there are: {}", known.join(", "))),
        }
        self
    }
}

/// All mistakes of one file, in the order in which they stand.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    file: String,
    text: String,
    mistakes: Vec<Mistake>,
}

impl Diagnostics {
    pub(crate) fn new(file: String, text: String, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.place.start);
        mistakes.dedup();
        Self { file, text, mistakes }
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.mistakes.len()
    }

    /// Whether there are none, which does not happen.
    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// For people: each mistake as `code: message`, its place, excerpt and advice; then a count. With `colour`, ANSI escapes.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for mistake in &self.mistakes {
            let place = self.visible(&mistake.place);
            let snippet = Snippet::source(self.text.as_str()).path(self.file.as_str()).annotation(AnnotationKind::Primary.span(place));
            let mut group = Level::ERROR.primary_title(mistake.message.as_str()).id(mistake.code).element(snippet);
            if let Some(help) = &mistake.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            out.push_str(&renderer.render(&[group]));
            out.push_str("\n\n");
        }
        let count = self.mistakes.len();
        out + &format!("{count} mistake{} in {}", if count == 1 { "" } else { "s" }, self.file)
    }

    /// For editors: an array of `{code, message, file, line, column, end_line, end_column, help, suggestion}`; lines and columns are
    /// counted from 1, columns in Unicode scalars.
    pub fn to_json(&self) -> Value {
        let all = self.mistakes.iter().map(|mistake| {
            let (line, column) = self.position(mistake.place.start);
            let (end_line, end_column) = self.position(mistake.place.end);
            json!({
                "code": mistake.code, "message": mistake.message, "file": self.file, "line": line, "column": column,
                "end_line": end_line, "end_column": end_column, "help": mistake.help, "suggestion": mistake.suggestion,
            })
        });
        Value::Array(all.collect())
    }

    /// All mistakes on one line, as `file:line:column: message`.
    pub(crate) fn brief(&self) -> String {
        let all = self.mistakes.iter().map(|mistake| {
            let (line, column) = self.position(mistake.place.start);
            format!("{}:{line}:{column}: {}", self.file, mistake.message)
        });
        all.collect::<Vec<_>>().join("; ")
    }

    /// Only the first line of a place is underlined, and never nothing.
    fn visible(&self, place: &Range<usize>) -> Range<usize> {
        let start = place.start.min(self.text.len());
        let end = place.end.clamp(start, self.text.len());
        let first_line = self.text.get(start..end).and_then(|part| part.lines().next()).map_or(0, |line| line.trim_end().len());
        start..start + first_line
    }

    fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte.min(self.text.len())).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        (line, column)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
