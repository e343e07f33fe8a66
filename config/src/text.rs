//! The text of a configuration file and positions in it.

use std::ops::Range;

/// A place in a file, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in Unicode scalars.
    pub column: usize,
}

/// A file's name and text.
#[derive(Debug)]
pub(crate) struct Source {
    name: String,
    text: String,
    /// Byte offset of each line, so that a file full of mistakes is not read anew for each.
    line_starts: Vec<usize>,
}

impl Source {
    /// A byte order mark is no part of the text.
    pub(crate) fn new(name: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { name: name.into(), text, line_starts }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte offset; one inside a character counts as its start.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let before = self.before(byte);
        let line = self.line_starts.partition_point(|start| *start <= before.len());
        let column = before.get(self.line_starts[line - 1]..).unwrap_or_default().chars().count() + 1;
        Position { line, column }
    }

    /// The part of `place` that stands on its first line: an excerpt need not show a whole block. Never outside the text.
    pub(crate) fn first_line_of(&self, place: &Range<usize>) -> Range<usize> {
        let start = self.before(place.start).len();
        let end = self.before(place.end).len().max(start);
        let text = self.text.get(start..end).unwrap_or_default();
        let line = text.split('\n').next().unwrap_or_default().trim_end();
        start..start + line.len()
    }

    /// The line around a byte offset, without its end, and where it starts.
    pub(crate) fn line_around(&self, byte: usize) -> (&str, usize) {
        let line = self.line_starts.partition_point(|start| *start <= self.before(byte).len());
        let start = self.line_starts[line - 1];
        let rest = self.text.get(start..).unwrap_or_default();
        (rest.lines().next().unwrap_or_default(), start)
    }

    fn before(&self, byte: usize) -> &str {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        self.text.get(..byte).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_scalars_from_one() {
        let source = Source::new("f", "\u{feff}报: a\nb: 纸x\r\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(source.text().find('x').unwrap()), Position { line: 2, column: 5 });
        assert_eq!(source.position(1), Position { line: 1, column: 1 }, "inside a character");
        assert_eq!(source.position(usize::MAX).line, 3);
        assert_eq!(source.line_around(8), ("b: 纸x", 7));
        assert_eq!(source.first_line_of(&(0..usize::MAX)), 0..6);
    }
}
