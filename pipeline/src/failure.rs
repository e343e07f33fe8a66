//! What goes wrong with one item: the error a stage returns, the failure the runner makes of it, the dead letter it becomes.

use std::sync::Arc;

use serde::Serialize;

use crate::json;
use crate::sheet::{DocId, Place, Sheet, SheetIdentity};
use crate::span::Span;

/// Why a stage could not do its work on one item. The runner adds who and where.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct StageError {
    /// Stable, `snake_case`; users match on it.
    pub code: &'static str,
    /// A lower-case fragment that says what is wrong and what to do about it.
    pub message: String,
    /// Where on the page, in bytes of the sheet.
    pub span: Option<Span>,
}

impl StageError {
    /// An error without a place.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: None }
    }

    /// The same error at `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }
}

/// One item that did not come through. It travels to the sink in its place among the others, so that dead letters stand in
/// input order and are on disk before the document is acknowledged.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Stable code.
    pub code: &'static str,
    /// The source or stage that failed.
    pub stage: &'static str,
    /// What happened, for people.
    pub cause: String,
    /// Where, in bytes of the page's text.
    pub span: Option<Span>,
    /// Document, page and place, as far as known.
    pub identity: SheetIdentity,
    /// Where it was read from.
    pub place: Place,
    /// That of the page, see [`Sheet::revision`].
    pub revision: u32,
    /// The page's text, when it could be decoded: enough to run the page again.
    pub text: Option<Arc<str>>,
    /// How that was read.
    pub read_as: Option<ReadAs>,
}

/// How a page's bytes became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAs {
    /// See [`Sheet::encoding`].
    pub encoding: &'static str,
    /// See [`Sheet::replaced`].
    pub replaced: u32,
    /// See [`Sheet::doubtful_encoding`].
    pub doubtful: bool,
}

impl Failure {
    /// A failure of `stage` on what could not become a sheet.
    pub fn of_place(stage: &'static str, code: &'static str, cause: String, identity: SheetIdentity, place: Place) -> Self {
        Self { code, stage, cause, span: None, identity, place, revision: 0, text: None, read_as: None }
    }

    /// A failure of `stage` on something cut from `sheet`.
    pub fn of_sheet(stage: &'static str, sheet: &Sheet, error: StageError) -> Self {
        Self {
            code: error.code,
            stage,
            cause: error.message,
            span: error.span,
            identity: sheet.identity.clone(),
            place: sheet.place.clone(),
            revision: sheet.revision,
            text: Some(Arc::clone(&sheet.text)),
            read_as: Some(ReadAs { encoding: sheet.encoding, replaced: sheet.replaced, doubtful: sheet.doubtful_encoding }),
        }
    }

    /// A failure of `stage` at the end of document `doc_id`. The last page it took stands for the document, because any of its
    /// pages may be missing from the output.
    pub fn of_end(stage: &'static str, doc_id: &DocId, last: Option<&Sheet>, mut error: StageError) -> Self {
        error.message = format!("at the end of the document, whose other pages may be incomplete too: {}", error.message);
        if let Some(last) = last {
            return Self::of_sheet(stage, last, error);
        }
        let identity = SheetIdentity { doc_id: Arc::clone(doc_id), page_id: Arc::clone(doc_id), ..SheetIdentity::default() };
        Self::of_place(stage, error.code, error.message, identity, Place::default())
    }
}

/// What the key `schema` of a dead letter says.
pub const DEAD_LETTER: &str = "jianbao/dead_letter/1";

/// A failure as one line of `jianbao/dead_letter/1`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DeadLetter<'a> {
    schema: &'static str,
    code: &'static str,
    stage: &'static str,
    cause: &'a str,
    doc_id: &'a str,
    page_id: &'a str,
    page_no: u32,
    /// 0, then 1, 2 … when the page had been read before; what comes of it when it is replayed has the next.
    page_rev: u32,
    page_label: Option<&'a str>,
    paper: Option<&'a str>,
    issue_date: Option<&'a str>,
    path: &'a str,
    /// Byte offset of the page in the decompressed input.
    offset: u64,
    /// `[start, end]` in bytes of `text`, or null.
    span: Option<[u32; 2]>,
    /// Hash of the configuration it failed under.
    config_hash: &'a str,
    /// The encoding that `text` was read in, or null.
    encoding: Option<&'a str>,
    /// How many malformed sequences became U+FFFD in it.
    replaced_chars: u32,
    /// Whether the encoding could be another.
    doubtful_encoding: bool,
    /// The page's text, or null when it could not be decoded.
    text: Option<&'a str>,
}

impl<'a> DeadLetter<'a> {
    /// The dead letter of `failure` under the configuration named by `config_hash`.
    pub fn new(failure: &'a Failure, config_hash: &'a str) -> Self {
        let identity = &failure.identity;
        Self {
            schema: DEAD_LETTER,
            code: failure.code,
            stage: failure.stage,
            cause: &failure.cause,
            doc_id: &identity.doc_id,
            page_id: &identity.page_id,
            page_no: identity.page_no,
            page_rev: failure.revision,
            page_label: identity.page_label.as_deref(),
            paper: identity.paper.as_deref(),
            issue_date: identity.issue_date.as_deref(),
            path: &failure.place.path,
            offset: failure.place.offset,
            span: failure.span.map(|span| [span.start, span.end]),
            config_hash,
            encoding: failure.read_as.map(|read| read.encoding),
            replaced_chars: failure.read_as.map_or(0, |read| read.replaced),
            doubtful_encoding: failure.read_as.is_some_and(|read| read.doubtful),
            text: failure.text.as_deref(),
        }
    }
}

/// The JSON Schema of a dead letter.
pub fn schema() -> schemars::Schema {
    json::schema_of::<DeadLetter<'_>>()
}
