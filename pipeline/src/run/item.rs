//! What travels on the channels between tasks, and the memory it is charged for.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::counters::Tally;
use crate::failure::Failure;
use crate::page::Page;
use crate::sheet::{DocId, Sheet};
use crate::sink::Records;
use crate::stage::Body;
use crate::state::Change;

/// A share of the run's memory, given back when the last holder drops it.
#[derive(Clone, Debug, Default)]
pub struct Lease(#[expect(dead_code, reason = "held for its Drop")] Option<Arc<OwnedSemaphorePermit>>);

/// The run's memory for pages in flight, counted in KiB.
#[derive(Clone, Debug)]
pub struct Budget {
    kib: Arc<Semaphore>,
    whole: u32,
}

/// What a page costs at most while it is on its way, in bytes for each byte, character and line of its text. Each is more than
/// what was measured, with the whole chain, on pages that consist of nothing else:
///
/// - a byte: the text, its copy, and its record on the way out, for which room is made twofold;
/// - a character: a repair, with its place in the page, in the article and in the record; a word of one character costs a third;
/// - a line: what is known of it while articles are cut, and an article of its own.
///
/// Most pages cost a fourth of it. To charge too much only means that fewer pages are on their way when memory is short.
const COST_PER_BYTE: u64 = 8;
const COST_PER_CHARACTER: u64 = 300;
const COST_PER_LINE: u64 = 1000;

impl Budget {
    /// A budget of `bytes`.
    pub fn new(bytes: u64) -> Self {
        let whole = u32::try_from(bytes / 1024).unwrap_or(u32::MAX).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize) as u32);
        Self { kib: Arc::new(Semaphore::new(whole as usize)), whole }
    }

    /// Waits until there is memory for a page of `text`. A page that costs more than the whole budget waits until it is alone.
    pub async fn lease(&self, text: &str) -> Lease {
        let kib = u32::try_from(cost(text) / 1024 + 1).unwrap_or(u32::MAX).min(self.whole);
        let permit = Arc::clone(&self.kib).acquire_many_owned(kib).await;
        Lease(Some(Arc::new(permit.expect("the budget's semaphore is never closed"))))
    }
}

fn cost(text: &str) -> u64 {
    let characters = text.chars().count() as u64;
    let lines = 1 + text.bytes().filter(|byte| *byte == b'\n').count() as u64;
    text.len() as u64 * COST_PER_BYTE + characters * COST_PER_CHARACTER + lines * COST_PER_LINE
}

/// What a channel carries.
#[derive(Debug)]
pub(crate) enum Item {
    /// A page, or what became of one.
    Batch(Batch),
    /// The document is complete, and the source marks that.
    End(DocId, Option<Mark>),
    /// See [`crate::Feed::mark`].
    Mark(Mark),
    /// See [`crate::Feed::forget`].
    Forget(DocId),
}

/// How far the source has come.
#[derive(Debug)]
pub(crate) struct Mark {
    /// The source's name for it.
    pub mark: u64,
    /// What is recorded with it.
    pub changes: Vec<Change>,
}

/// What became of one page so far. A page's articles stay together, so that its records are written and flushed together.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The document.
    pub doc: DocId,
    /// In reading order.
    pub contents: Vec<Carried>,
    /// What its records amount to.
    pub tally: Tally,
    /// The memory it is charged for, until its records are written.
    pub lease: Lease,
    /// Whether the page is done when this is: of what becomes of one page, the last batch.
    pub ends_page: bool,
}

/// One thing in a batch.
#[derive(Debug)]
pub(crate) enum Carried {
    /// Something for the next stage.
    Body(Body),
    /// Finished records.
    Records(Records),
    /// Something that failed, on its way to the dead letters.
    Failed(Box<Failure>),
}

impl Item {
    /// A batch with one thing in it.
    pub(crate) fn carrying(doc: DocId, carried: Carried) -> Self {
        Self::Batch(Batch { doc, contents: vec![carried], tally: Tally::default(), lease: Lease::default(), ends_page: true })
    }

    /// A batch with a page in it.
    pub(crate) fn page(doc: DocId, sheet: Arc<Sheet>, lease: Lease) -> Self {
        let mut page = Page::new(sheet);
        page.lease = lease.clone();
        let contents = vec![Carried::Body(Body::Page(Box::new(page)))];
        Self::Batch(Batch { doc, contents, tally: Tally::default(), lease, ends_page: true })
    }
}
