//! Which document is open, and which number its next page has.
//!
//! The pages of a document follow each other; one that comes back after another has begun was ended already, which is worth a
//! warning, but its pages are numbered on. So much is remembered of the last [`REMEMBERED`] documents and no more, because an
//! input may have any number of them.

use std::collections::{HashMap, VecDeque};

use pipeline::sheet::DocId;

/// Documents whose last number is kept: a few megabytes.
const REMEMBERED: usize = 16_384;

/// Counts the pages of documents over all inputs of a run.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    open: Option<DocId>,
    /// `page_no` of the last page of the open document.
    page_no: u32,
    /// The same of documents that have ended.
    ended: HashMap<DocId, u32>,
    /// Those, in the order in which they ended.
    order: VecDeque<DocId>,
    /// Whether a document has come back.
    scattered: bool,
}

impl Numbering {
    /// In the middle of a document, whose last page had this number.
    pub(super) fn inside(doc_id: &DocId, page_no: u32) -> Self {
        Self { open: Some(DocId::clone(doc_id)), page_no, ..Self::default() }
    }

    /// The document in hand.
    pub(super) fn open(&self) -> Option<&DocId> {
        self.open.as_ref()
    }

    /// The number of its last page.
    pub(super) fn page_no(&self) -> u32 {
        self.page_no
    }

    /// Opens `doc_id` if it is not open, and gives the document that ends with that.
    pub(super) fn enter(&mut self, doc_id: &DocId, path: &str) -> Option<DocId> {
        if self.open.as_ref() == Some(doc_id) {
            return None;
        }
        let ends = self.end();
        if let Some(last) = self.ended.get(doc_id) {
            self.page_no = *last;
            if !std::mem::replace(&mut self.scattered, true) {
                tracing::warn!(
                    code = "scattered_document",
                    "pages of other documents stand between those of {doc_id} in {path}; they are numbered on, but put the pages of a document together"
                );
            }
        }
        self.open = Some(DocId::clone(doc_id));
        ends
    }

    /// Gives the next page its number, its `own` if it has one.
    pub(super) fn next(&mut self, own: Option<u32>) -> u32 {
        self.page_no = own.unwrap_or_else(|| self.page_no.saturating_add(1));
        self.page_no
    }

    /// Whether the input that comes next, of `doc_id`, goes on with the open document. An input without a page counts as one.
    pub(super) fn goes_on(&mut self, doc_id: Option<&DocId>) -> bool {
        let goes_on = self.open.is_some() && self.open.as_ref() == doc_id;
        if goes_on {
            self.page_no = self.page_no.max(1);
        }
        goes_on
    }

    /// Ends the open document, and gives it.
    pub(super) fn end(&mut self) -> Option<DocId> {
        let last = self.open.take()?;
        let number = std::mem::take(&mut self.page_no);
        if self.ended.insert(DocId::clone(&last), number).is_none() {
            self.order.push_back(DocId::clone(&last));
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ended.remove(&oldest);
        }
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_when_a_document_comes_back() {
        let mut numbering = Numbering::default();
        let mut numbers = Vec::new();
        for doc_id in ["a", "a", "b", "a", "b", "b"] {
            numbering.enter(&doc_id.into(), "in");
            numbers.push(numbering.next(None));
        }
        assert_eq!(numbers, [1, 2, 1, 3, 2, 3]);
        assert!(numbering.scattered);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut numbering = Numbering::default();
        for document in 0..REMEMBERED + 100 {
            numbering.enter(&document.to_string().into(), "in");
            numbering.next(None);
        }
        assert_eq!((numbering.ended.len(), numbering.order.len()), (REMEMBERED, REMEMBERED));
        assert!(!numbering.scattered);
        numbering.enter(&"200".into(), "in");
        assert_eq!((numbering.next(None), numbering.scattered), (2, true));
    }
}
