//! The two longest arrays of the record, written from the spans of words: no list of strings is made for them in between.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::article::Token;

/// The words of a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct WordList<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
}

impl<'a> WordList<'a> {
    /// Each of them.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.tokens.iter().map(move |token| token.span().slice(self.text))
    }

    /// One string, a space between two words.
    pub(super) fn spaced(self) -> String {
        let mut spaced = String::with_capacity(self.text.len() + self.tokens.len());
        for (index, word) in self.iter().enumerate() {
            if index > 0 {
                spaced.push(' ');
            }
            spaced.push_str(word);
        }
        spaced
    }
}

impl Serialize for WordList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl JsonSchema for WordList<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "WordList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<&str>::json_schema(generator)
    }
}

/// Their parts of speech: one tag a word, also for words without one, so that the two arrays stay parallel; nothing when no word has
/// a tag.
#[derive(Clone, Copy, Debug, Default)]
pub struct TagList<'a>(&'a [Token]);

impl<'a> TagList<'a> {
    pub(super) fn new(tokens: &'a [Token]) -> Self {
        Self(if tokens.iter().all(|token| token.pos.is_empty()) { &[] } else { tokens })
    }

    /// Each of them.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.0.iter().map(|token| token.pos.as_str())
    }
}

impl Serialize for TagList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl JsonSchema for TagList<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TagList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<&str>::json_schema(generator)
    }
}
