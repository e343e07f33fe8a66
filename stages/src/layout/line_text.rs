//! The text of a line, as it is read.
//!
//! Most lines are read as they were printed: these lie in the text of their page and are no copies of it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use pipeline::{Page, Span};

/// A stretch of a text that others share.
#[derive(Clone)]
pub(crate) struct LineText {
    whole: Arc<str>,
    span: Span,
}

impl LineText {
    /// `span` of `page` without any repair.
    pub(super) fn printed(page: &Page, span: Span) -> Self {
        Self { whole: Arc::clone(&page.sheet.text), span }
    }

    /// Whether both are the same stretch of the same text, so that nothing needs to be compared.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.whole, &other.whole) && self.span == other.span
    }
}

impl From<String> for LineText {
    fn from(text: String) -> Self {
        Self { span: Span::new(0, text.len() as u32), whole: text.into() }
    }
}

impl Deref for LineText {
    type Target = str;

    fn deref(&self) -> &str {
        self.span.slice(&self.whole)
    }
}

impl PartialEq for LineText {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || **self == **other
    }
}

impl fmt::Debug for LineText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for LineText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
