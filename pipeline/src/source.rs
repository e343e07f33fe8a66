//! Where pages come from: the source trait, what a source feeds, what it hears back, and the stop signal.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

use crate::failure::Failure;
use crate::run::{Budget, Carried, Item, Mark, Progress};
use crate::sheet::{DocId, Sheet};
use crate::state::{Change, StateError, Store};

/// A source reads pages and feeds them. Whoever opens a document ends it: every page or failure of a document is followed,
/// some time, by one [`Feed::end`] for it, be it in another run.
///
/// Where the run keeps a state, a source stores there how far it has come, by [`Feed::mark`], and begins where it was:
/// a document that had not ended is fed again from its first page, with the same bytes in the same order, and the runner leaves
/// out what had come out of it. A source that cannot do that says so by [`Feed::forget`].
#[async_trait]
pub trait Source: Send {
    /// Runs until the input is used up or `stop` says so. What it has fed by then is processed to the end.
    ///
    /// # Errors
    /// Only what keeps it from reading all there is; one bad page or file is a [`Feed::fail`]. A source without an end, which only
    /// a stop can end, has read all there is when it is stopped.
    async fn run(self: Box<Self>, feed: Feed, acks: Acks, stop: Stop) -> Result<(), SourceError>;
}

/// Why a source could not go on.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// What should be read is not there.
    #[error("{message}")]
    Missing {
        /// What and where, and what to do.
        message: String,
    },
    /// The stop came before the end of the input.
    #[error("stopped before the end of the input")]
    Interrupted,
    /// What earlier runs left cannot be gone on with.
    #[error(transparent)]
    State(#[from] StateError),
    /// Reading failed.
    #[error("failed to read {place}: {cause}")]
    Io {
        /// Path or `stdin`.
        place: String,
        /// The system's reason.
        #[source]
        cause: std::io::Error,
    },
}

/// The rest of the pipeline is gone; a source that sees this returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pipeline has stopped taking pages")]
pub struct Closed;

impl From<Closed> for SourceError {
    fn from(_: Closed) -> Self {
        Self::Missing { message: Closed.to_string() }
    }
}

/// Something that has come out at the other end. In a run that keeps a state it is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ack {
    /// A document: all its records and dead letters are written.
    Ended {
        /// Which.
        doc_id: DocId,
        /// How many of its items failed, since the run began.
        failed: u64,
    },
    /// A mark, and what was fed before it.
    Marked {
        /// As it was fed.
        mark: u64,
    },
}

/// Acknowledgements, in the order in which documents ended. Not reading them is fine.
pub struct Acks(pub(crate) mpsc::UnboundedReceiver<Ack>);

impl Acks {
    /// The next one; `None` when no more can come.
    pub async fn next(&mut self) -> Option<Ack> {
        self.0.recv().await
    }
}

/// Where a source puts pages. Waiting here is the back-pressure, in bytes and in items.
#[derive(Clone)]
pub struct Feed {
    pub(crate) out: mpsc::Sender<Item>,
    pub(crate) budget: Budget,
    pub(crate) progress: Arc<Progress>,
    pub(crate) memory: Option<Memory>,
}

/// What earlier runs left.
#[derive(Clone)]
pub struct Memory {
    /// The rows; those of this run come in as it goes on.
    pub store: Arc<Store>,
    /// Whether the last run had another configuration, so that a page might give other records.
    pub config_changed: bool,
}

impl Feed {
    /// Feeds one page, waiting until there is memory for it.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub async fn page(&self, sheet: Sheet) -> Result<(), Closed> {
        let lease = self.budget.lease(&sheet.text).await;
        self.progress.pages_in.add(1);
        self.progress.bytes_in.add(sheet.text.len() as u64);
        let doc = Arc::clone(&sheet.identity.doc_id);
        self.progress.vitals.page_fed(&doc);
        self.out.send(Item::page(doc, Arc::new(sheet), lease)).await.map_err(|_| Closed)
    }

    /// Reports a page or file that could not become a sheet.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub async fn fail(&self, failure: Failure) -> Result<(), Closed> {
        self.progress.source_failures.add(1);
        let doc = Arc::clone(&failure.identity.doc_id);
        self.progress.vitals.page_fed(&doc);
        self.out.send(Item::carrying(doc, Carried::Failed(Box::new(failure)))).await.map_err(|_| Closed)
    }

    /// Ends a document: no more pages of it will come.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub async fn end(&self, doc_id: DocId) -> Result<(), Closed> {
        self.out.send(Item::End(doc_id, None)).await.map_err(|_| Closed)
    }

    /// Ends a document and says so in the state, which is one thing: see [`Feed::end`] and [`Feed::mark`]. Both acknowledgements
    /// follow.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub async fn conclude(&self, doc_id: DocId, mark: u64, changes: Vec<Change>) -> Result<(), Closed> {
        self.out.send(Item::End(doc_id, Some(Mark { mark, changes }))).await.map_err(|_| Closed)
    }

    /// Says how far the source has come. When all that was fed before is on the disk, `changes` are stored in the same
    /// transaction, and [`Ack::Marked`] follows.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub async fn mark(&self, mark: u64, changes: Vec<Change>) -> Result<(), Closed> {
        self.out.send(Item::Mark(Mark { mark, changes })).await.map_err(|_| Closed)
    }

    /// Begins a document anew that an earlier run had not ended: what had come out of it stays, and nothing of what is fed from
    /// now on is left out.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub async fn forget(&self, doc_id: DocId) -> Result<(), Closed> {
        self.out.send(Item::Forget(doc_id)).await.map_err(|_| Closed)
    }

    /// What earlier runs left; `None` when this run keeps no state.
    pub fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }
}

/// The stop signal. Only the source hears it; everything behind the source ends because its input ends.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A signal and the switch that gives it. A dropped switch never stops anything.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (switch, receiver) = watch::channel(false);
        (switch, Self(receiver))
    }

    /// A signal that never comes.
    pub fn never() -> Self {
        Self::new().1
    }

    /// Whether it has been given.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for it.
    pub async fn wait(&mut self) {
        if self.0.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
