//! Byte spans into a text, and the only functions that slice one.
//!
//! A byte index inside a Chinese character panics, so every other file asks here and `clippy::string_slice` is on everywhere else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A half-open range of **bytes** in a UTF-8 text of less than 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, both in bytes; `start` must not lie behind `end`.
    pub fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// The span of `part` inside `whole`, when `part` is a slice of it.
    pub fn of(whole: &str, part: &str) -> Option<Self> {
        let offset = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        (offset + part.len() <= whole.len()).then(|| Self::new(offset as u32, (offset + part.len()) as u32))
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn meets(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The shared part, if there is one.
    pub fn shared(self, other: Self) -> Option<Self> {
        self.meets(other).then(|| Self::new(self.start.max(other.start), self.end.min(other.end)))
    }

    /// The text it covers.
    ///
    /// # Panics
    /// When the span does not lie on character boundaries of `text`: a span is only ever made from such boundaries.
    #[expect(clippy::string_slice, reason = "this is the one place that slices")]
    pub fn slice(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// The text it covers, or `None` when it is out of range or cuts a character.
    pub fn get(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }

    /// Whether it covers nothing but white space.
    pub fn is_blank(self, text: &str) -> bool {
        self.slice(text).chars().all(char::is_whitespace)
    }

    /// The span without the white space at both ends.
    #[must_use]
    pub fn trimmed(self, text: &str) -> Self {
        let part = self.slice(text);
        let head = part.len() - part.trim_start().len();
        let body = part.trim().len();
        let start = self.start + head as u32;
        Self::new(start, start + body as u32)
    }
}

/// Sorts spans and melts those that touch or overlap.
pub fn melt(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    spans.sort();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_ideographic_spaces() {
        let text = "\u{3000} 本报讯 ";
        assert_eq!(Span::new(0, text.len() as u32).trimmed(text).slice(text), "本报讯");
    }

    #[test]
    fn melts_neighbours() {
        let spans = vec![Span::new(4, 6), Span::new(0, 2), Span::new(2, 3), Span::new(5, 9), Span::new(9, 9)];
        assert_eq!(melt(spans), vec![Span::new(0, 3), Span::new(4, 9)]);
    }

    #[test]
    fn finds_a_slice_in_its_whole() {
        let whole = "平湖 嘉兴".to_owned();
        let part = whole.split(' ').nth(1).unwrap();
        assert_eq!(Span::of(&whole, part).unwrap().slice(&whole), "嘉兴");
        assert_eq!(Span::of(&whole, "嘉兴"), None);
    }
}
