//! Runs a stage with memory: one instance per document, fed in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::mpsc::{self, error::SendError};
use tracing::Instrument;

use super::counters::{Progress, StageCounters, Tally};
use super::guard::guarded_async;
use super::item::{Batch, Carried, Item, Lease};
use super::{RunError, StageSlot};
use crate::failure::{Failure, StageError};
use crate::sheet::{DocId, Sheet};
use crate::stage::{Body, PerDocumentFactory, PerDocumentStage};

/// Where the bodies of one document go. What is emitted while a page's items are pushed goes on as one batch, so that its records
/// are written and flushed together.
pub struct BodyOutlet {
    doc: DocId,
    output: mpsc::Sender<Item>,
    slot: StageSlot,
    progress: Arc<Progress>,
    waiting: Mutex<Waiting>,
}

/// What has been emitted since the last batch was sent, and the memory of the page in hand.
#[derive(Default)]
struct Waiting {
    contents: Vec<Carried>,
    lease: Lease,
}

/// So much waits at most: a document that gives everything at its end is sent in pieces.
const WAITING: usize = 256;

impl BodyOutlet {
    /// Sends one body on. When nobody takes it any more the run is ending and the body is let go.
    pub async fn emit(&self, body: Body) {
        self.slot.counters(&self.progress).given.add(1);
        if self.add(Carried::Body(body)) >= WAITING && self.send(false).await.is_err() {
            tracing::debug!(doc = %self.doc, "nobody takes items any more");
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, carried: Carried) -> usize {
        let mut waiting = self.waiting();
        waiting.contents.push(carried);
        waiting.contents.len()
    }

    async fn send(&self, ends_page: bool) -> Result<(), SendError<Item>> {
        let batch = {
            let mut waiting = self.waiting();
            let contents = std::mem::take(&mut waiting.contents);
            Batch { doc: Arc::clone(&self.doc), contents, tally: Tally::default(), lease: waiting.lease.clone(), ends_page }
        };
        if batch.contents.is_empty() && !ends_page { Ok(()) } else { self.output.send(Item::Batch(batch)).await }
    }
}

struct Open {
    stage: Box<dyn PerDocumentStage>,
    outlet: BodyOutlet,
    last: Option<Arc<Sheet>>,
}

/// Feeds every document to its own instance until the input ends. An instance that fails or panics on one item is given the next
/// all the same: what it holds of the others must still come out. Instances of documents that never ended are dropped unfinished.
pub(super) async fn run(
    slot: StageSlot,
    make: PerDocumentFactory,
    mut input: mpsc::Receiver<Item>,
    output: mpsc::Sender<Item>,
    progress: Arc<Progress>,
) -> Result<(), RunError> {
    let mut open: HashMap<DocId, Open> = HashMap::new();
    let counters = slot.counters(&progress);
    let outlet_of = |doc: &DocId| BodyOutlet {
        doc: Arc::clone(doc),
        output: output.clone(),
        slot: slot.clone(),
        progress: Arc::clone(&progress),
        waiting: Mutex::default(),
    };
    while let Some(item) = input.recv().await {
        let sent = match item {
            Item::Batch(batch) => {
                let span = tracing::info_span!("stage", name = slot.name, doc = %batch.doc);
                let new = |doc: &DocId| Open { stage: make(), outlet: outlet_of(doc), last: None };
                let document = open.entry(Arc::clone(&batch.doc)).or_insert_with_key(new);
                document.batch(&slot, counters, batch).instrument(span).await
            }
            Item::End(doc, mark) => {
                let span = tracing::info_span!("stage", name = slot.name, %doc);
                let finished = match open.remove(&doc) {
                    Some(document) => document.finish(&slot, counters).instrument(span).await,
                    None => Ok(()),
                };
                if finished.is_ok() { output.send(Item::End(doc, mark)).await } else { finished }
            }
            Item::Mark(_) | Item::Forget(_) => output.send(item).await,
        };
        if sent.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Open {
    async fn batch(&mut self, slot: &StageSlot, counters: &StageCounters, batch: Batch) -> Result<(), SendError<Item>> {
        self.outlet.waiting().lease = batch.lease;
        for carried in batch.contents {
            let Carried::Body(mut body) = carried else {
                self.outlet.add(carried);
                continue;
            };
            counters.taken.add(1);
            let sheet = release(&mut body);
            let begun = Instant::now();
            let result = guarded_async(self.stage.push_body(body, &self.outlet)).await;
            counters.busy_ns.add(begun.elapsed().as_nanos() as u64);
            self.last = Some(Arc::clone(&sheet));
            match result {
                Ok(()) => counters.finished.add(1),
                Err(error) => {
                    counters.failed.add(1);
                    self.outlet.add(Carried::Failed(Box::new(Failure::of_sheet(slot.name, &sheet, error))));
                }
            }
        }
        let sent = self.outlet.send(batch.ends_page).await;
        self.outlet.waiting().lease = Lease::default();
        sent
    }

    async fn finish(mut self, slot: &StageSlot, counters: &StageCounters) -> Result<(), SendError<Item>> {
        let begun = Instant::now();
        let finished = guarded_async(self.stage.finish_bodies(&self.outlet)).await;
        counters.busy_ns.add(begun.elapsed().as_nanos() as u64);
        if let Err(error) = finished {
            counters.ends_failed.add(1);
            let failure = Failure::of_end(slot.name, &self.outlet.doc, self.last.as_deref(), error);
            self.outlet.add(Carried::Failed(Box::new(failure)));
        }
        self.outlet.send(false).await
    }
}

/// Feeds a whole document to `stage`, for tests of stages.
pub(crate) async fn document(stage: &mut dyn PerDocumentStage, bodies: Vec<Body>) -> Result<Vec<Body>, StageError> {
    let (output, mut given) = mpsc::channel(1);
    let slot = StageSlot { name: "stage", index: 0 };
    let outlet = BodyOutlet { doc: "test".into(), output, slot, progress: Arc::new(Progress::new(["stage"])), waiting: Mutex::default() };
    let feed = async move {
        for body in bodies {
            stage.push_body(body, &outlet).await?;
        }
        stage.finish_bodies(&outlet).await?;
        // Whoever takes is there until this is done.
        outlet.send(false).await.ok();
        Ok(())
    };
    let take = async {
        let mut out = Vec::new();
        while let Some(item) = given.recv().await {
            if let Item::Batch(batch) = item {
                let bodies = batch.contents.into_iter();
                out.extend(bodies.filter_map(|carried| if let Carried::Body(body) = carried { Some(body) } else { None }));
            }
        }
        out
    };
    let (result, bodies) = tokio::join!(feed, take);
    result.map(|()| bodies)
}

/// What a stage keeps no longer counts against the run's memory: otherwise documents kept open would block the very pages that
/// end them.
fn release(body: &mut Body) -> Arc<Sheet> {
    match body {
        Body::Page(page) => {
            page.lease = Lease::default();
            Arc::clone(&page.sheet)
        }
        Body::Article(article) => {
            article.lease = Lease::default();
            Arc::clone(&article.sheet)
        }
    }
}
