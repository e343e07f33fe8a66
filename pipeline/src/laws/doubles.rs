//! What stages and sources are tested with: pages and articles made of a text, resources without files, a source run to its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::article::Article;
use crate::assemble::{Draft, assemble};
use crate::def::Resources;
use crate::page::{Glue, Page};
use crate::passage::Fragment;
use crate::run::{Budget, Carried, Item, Mark};
use crate::sheet::{Place, Sheet, SheetIdentity};
use crate::source::{Ack, Acks, Feed, Memory, Source, SourceError, Stop};
use crate::stage::Body;

/// A sheet of `text` named `test`.
///
/// # Panics
/// When the text is too long for spans.
pub fn sheet(text: &str) -> Sheet {
    let identity = SheetIdentity { doc_id: "test".into(), page_id: "test".into(), page_no: 1, ..SheetIdentity::default() };
    Sheet::new(identity, Place { path: "test".into(), offset: 0 }, "utf-8", 0, text).expect("test pages are short")
}

/// A page of `text`.
pub fn page(text: &str) -> Page {
    Page::new(Arc::new(sheet(text)))
}

/// A page of the document `test`, with a name of its own.
///
/// # Panics
/// When the text is too long for spans.
pub fn page_of(page_id: &str, page_no: u32, text: &str) -> Page {
    let mut sheet = sheet(text);
    sheet.identity.page_id = page_id.into();
    sheet.identity.page_no = page_no;
    Page::new(Arc::new(sheet))
}

/// One article whose body is all of `text`, one paragraph a line.
pub fn article(text: &str) -> Article {
    article_of(&page(text))
}

/// One article whose body is all of `page`, one paragraph a line.
///
/// # Panics
/// When the draft breaks the laws, which it does not.
pub(super) fn article_of(page: &Page) -> Article {
    let mut draft = Draft::new(crate::article::Kind::Article);
    draft.body = page.lines.iter().map(|line| Fragment { span: line.span, glue: Glue::Break }).collect();
    assemble(page, vec![draft]).expect("the draft covers the page").remove(0)
}

/// For stages that name no files.
pub struct NoFiles;

impl Resources for NoFiles {
    fn text(&self, path: &str) -> Result<String, String> {
        Err(format!("no file {path} in this test"))
    }
    fn document(&self, reference: &str, _: &schemars::Schema) -> Result<Value, String> {
        Err(format!("no document {reference} in this test"))
    }
    fn resolve(&self, path: &str) -> PathBuf {
        path.into()
    }
}

/// For stages and sources that open files: their paths start from this folder.
pub struct Below<'a>(pub &'a Path);

impl Resources for Below<'_> {
    fn text(&self, path: &str) -> Result<String, String> {
        NoFiles.text(path)
    }
    fn document(&self, reference: &str, schema: &schemars::Schema) -> Result<Value, String> {
        NoFiles.document(reference, schema)
    }
    fn resolve(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

/// What a source fed, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Fed {
    /// A page.
    Page(Sheet),
    /// A page or file that could not become one: its code, document, page and cause.
    Failure {
        /// Stable code.
        code: &'static str,
        /// Document.
        doc_id: String,
        /// Page.
        page_id: String,
        /// For people.
        cause: String,
    },
    /// A document that ended.
    End(String),
    /// A document that began anew.
    Forget(String),
}

/// Runs a source to its end and gives what it fed, and how it ended.
///
/// # Panics
/// When the source panics.
pub async fn collect(source: Box<dyn Source>, stop: Stop) -> (Vec<Fed>, Result<(), SourceError>) {
    let mut seen = Vec::new();
    let result = follow(source, stop, None, &mut |mark| vec![mark], &mut |fed| seen.push(fed)).await;
    (seen, result)
}

/// The same with what earlier runs left: the source's rows are stored as they come, and of each mark `acknowledge` says which are to
/// be acknowledged with it. What is fed is shown to `see` as it comes.
///
/// # Errors
/// The source's own.
///
/// # Panics
/// When the source panics or the state cannot be written.
pub async fn follow(
    source: Box<dyn Source>,
    stop: Stop,
    memory: Option<Memory>,
    acknowledge: &mut (dyn FnMut(u64) -> Vec<u64> + Send),
    see: &mut (dyn FnMut(Fed) + Send),
) -> Result<(), SourceError> {
    let (out, mut input) = mpsc::channel(1);
    #[expect(clippy::disallowed_methods, reason = "acknowledgements are the one unbounded channel")]
    let (ack_in, acks) = mpsc::unbounded_channel();
    let feed = Feed { out, budget: Budget::new(1 << 30), progress: Arc::default(), memory: memory.clone() };
    let running = tokio::spawn(source.run(feed, Acks(acks), stop));
    let mut record = |Mark { mark, changes }| {
        if let Some(memory) = &memory {
            memory.store.commit(&changes).expect("the state can be written");
        }
        for mark in acknowledge(mark) {
            ack_in.send(Ack::Marked { mark }).ok();
        }
    };
    while let Some(item) = input.recv().await {
        match item {
            Item::End(doc_id, mark) => {
                see(Fed::End(doc_id.to_string()));
                mark.into_iter().for_each(&mut record);
            }
            Item::Mark(mark) => record(mark),
            Item::Forget(doc_id) => see(Fed::Forget(doc_id.to_string())),
            Item::Batch(batch) => batch.contents.into_iter().for_each(|carried| match carried {
                Carried::Body(Body::Page(page)) => see(Fed::Page((*page.sheet).clone())),
                Carried::Failed(failure) => see(Fed::Failure {
                    code: failure.code,
                    doc_id: failure.identity.doc_id.to_string(),
                    page_id: failure.identity.page_id.to_string(),
                    cause: failure.cause,
                }),
                other => panic!("a source fed {other:?}"),
            }),
        }
    }
    running.await.expect("the source panicked")
}
