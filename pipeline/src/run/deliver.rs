//! The end of the chain: writes records, dead letters and acknowledgements, in input order, and records progress where the run
//! keeps a state.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, error::TryRecvError};

use super::counters::{Progress, Tally};
use super::dead_letters::DeadLetters;
use super::item::{Batch, Carried, Item, Lease, Mark};
use super::ledger::Ledger;
use super::vitals::Vitals;
use super::{OnError, RunError};
use crate::failure::Failure;
use crate::rotate::Rotate;
use crate::sheet::DocId;
use crate::sink::{Records, Sink, SinkError};
use crate::source::Ack;

/// Everything the last task needs.
pub(super) struct Delivery {
    pub(super) sink: Box<dyn Sink>,
    pub(super) on_error: OnError,
    pub(super) dead: DeadLetters,
    pub(super) config_hash: Arc<str>,
    pub(super) acks: mpsc::UnboundedSender<Ack>,
    pub(super) progress: Arc<Progress>,
    pub(super) ledger: Option<Ledger>,
    pub(super) rotate: Rotate,
    /// What the sink has taken since it was flushed: the memory of each batch, and whether it ends a page.
    pub(super) unflushed: Vec<(Lease, bool)>,
}

/// What was delivered, and the sink, still to be closed when all is well.
pub(super) struct Delivered {
    pub(super) tally: Tally,
    pub(super) sink: Box<dyn Sink>,
}

/// How long a full disk is left alone before it is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

/// So many batches at most are written and not yet shown to readers while more is there to be written.
const UNFLUSHED: usize = 32;

/// Writes until the input ends.
pub(super) async fn run(mut delivery: Delivery, mut input: mpsc::Receiver<Item>) -> Result<Delivered, RunError> {
    match delivery.all(&mut input).await {
        Ok(tally) => Ok(Delivered { tally, sink: delivery.sink }),
        Err(error) => {
            // Whatever ends the run, what was written before is shown; the first error is the one to tell.
            delivery.sink.flush().await.ok();
            Err(error)
        }
    }
}

impl Delivery {
    async fn all(&mut self, input: &mut mpsc::Receiver<Item>) -> Result<Tally, RunError> {
        let mut tally = Tally::default();
        let mut failed: HashMap<DocId, u64> = HashMap::new();
        while let Some(item) = self.next(input).await? {
            match item {
                Item::Batch(batch) => {
                    let doc = Arc::clone(&batch.doc);
                    let failures = self.batch(batch, &mut tally).await?;
                    if failures > 0 {
                        *failed.entry(doc).or_default() += failures;
                    }
                }
                Item::End(doc_id, mark) => {
                    self.progress.vitals.document_ended(&doc_id);
                    let failed = failed.remove(&doc_id).unwrap_or_default();
                    self.acknowledge(Ack::Ended { doc_id, failed }).await?;
                    if let Some(mark) = mark {
                        self.mark(mark).await?;
                    }
                }
                Item::Mark(mark) => self.mark(mark).await?,
                Item::Forget(doc_id) => {
                    if let Some(ledger) = &mut self.ledger {
                        ledger.forget(&doc_id);
                    }
                }
            }
            if self.ledger.as_ref().is_some_and(Ledger::is_due) {
                self.commit().await?;
            }
        }
        self.commit().await?;
        self.dead.flush().await?;
        Ok(tally)
    }

    /// The next item. While there is none, what is done is shown and, where the run keeps a state, recorded; what comes meanwhile is
    /// recorded together.
    async fn next(&mut self, input: &mut mpsc::Receiver<Item>) -> Result<Option<Item>, RunError> {
        loop {
            if self.rotate.was_asked() {
                self.reopen().await?;
            }
            match input.try_recv() {
                Ok(item) => return Ok(Some(item)),
                Err(TryRecvError::Disconnected) => return Ok(None),
                Err(TryRecvError::Empty) => {}
            }
            let rest = self.ledger.as_ref().map_or(Duration::ZERO, Ledger::rest);
            if rest.is_zero() {
                self.commit().await?;
            } else {
                self.flush().await?;
            }
            tokio::select! {
                biased;
                () = self.rotate.wait() => self.reopen().await?,
                () = tokio::time::sleep(rest), if !rest.is_zero() => {}
                item = input.recv() => return Ok(item),
            }
        }
    }

    async fn batch(&mut self, batch: Batch, tally: &mut Tally) -> Result<u64, RunError> {
        let mut failures = 0;
        for carried in batch.contents {
            match carried {
                Carried::Records(records) => self.records(&batch.doc, records).await?,
                Carried::Failed(failure) => {
                    failures += 1;
                    self.failure(&batch.doc, failure).await?;
                }
                Carried::Body(_) => return Err(RunError::Bug("an item reached the sink without being rendered".to_owned())),
            }
        }
        self.unflushed.push((batch.lease, batch.ends_page));
        if self.unflushed.len() >= UNFLUSHED {
            self.flush().await?;
        }
        tally.merge(batch.tally);
        Ok(failures)
    }

    async fn records(&mut self, doc: &DocId, mut records: Records) -> Result<(), RunError> {
        let left_out = self.ledger.as_mut().map_or(0, |ledger| ledger.records(doc, &mut records));
        self.progress.left_out.add(left_out);
        if records.is_empty() {
            return Ok(());
        }
        let count = records.len() as u64;
        match self.sink.write(records).await {
            // It has taken them, and writes them when there is room.
            Err(error) if self.ledger.is_some() && error.is_full() => self.flush().await?,
            written => written?,
        }
        self.progress.records.add(count);
        Ok(())
    }

    async fn failure(&mut self, doc: &DocId, failure: Box<Failure>) -> Result<(), RunError> {
        if self.ledger.as_mut().is_some_and(|ledger| ledger.leaves_failure_out(doc)) {
            self.progress.left_out.add(1);
            return Ok(());
        }
        self.progress.failures.add(1);
        self.progress.vitals.fail(failure.code);
        tracing::warn!(code = failure.code, stage = failure.stage, page = %failure.identity.page_id, path = %failure.place.path, "{}", failure.cause);
        if matches!(self.on_error, OnError::Stop) {
            self.flush().await?;
            return Err(RunError::Stopped(failure));
        }
        let mut waiting = Waiting::new(&self.progress.vitals);
        while let Err(error) = self.dead.announce(&self.config_hash).await {
            waiting.for_room(error, true).await?;
        }
        while let Err(error) = self.dead.write(&failure, &self.config_hash) {
            waiting.for_room(error, self.ledger.is_some()).await?;
        }
        Ok(())
    }

    /// Shows readers what was written. With that its pages are done.
    async fn flush(&mut self) -> Result<(), SinkError> {
        let mut waiting = Waiting::new(&self.progress.vitals);
        while let Err(error) = self.sink.flush().await {
            waiting.for_room(error, self.ledger.is_some()).await?;
        }
        if self.ledger.is_none() && !self.unflushed.is_empty() {
            self.progress.vitals.commit();
        }
        for (_, ends_page) in self.unflushed.drain(..) {
            if ends_page {
                self.progress.pages_done.add(1);
                self.progress.vitals.page_done();
            }
        }
        Ok(())
    }

    async fn mark(&mut self, mark: Mark) -> Result<(), RunError> {
        if let Some(ledger) = &mut self.ledger {
            ledger.note(mark.changes);
        }
        self.acknowledge(Ack::Marked { mark: mark.mark }).await
    }

    /// Tells the source, at once or, in a run that keeps a state, with the transaction that records it.
    async fn acknowledge(&mut self, ack: Ack) -> Result<(), RunError> {
        if let Some(ledger) = &mut self.ledger {
            ledger.acknowledge(ack);
            return Ok(());
        }
        self.flush().await?;
        self.dead.flush().await?;
        // A source that does not read acknowledgements has dropped its end, and that is its right.
        self.acks.send(ack).ok();
        Ok(())
    }

    /// Opens the files anew; what was written until now is recorded with those it is in.
    async fn reopen(&mut self) -> Result<(), RunError> {
        self.commit().await?;
        let mut waiting = Waiting::new(&self.progress.vitals);
        while let Err(error) = self.sink.reopen().await {
            waiting.for_room(error, self.ledger.is_some()).await?;
        }
        let rows = loop {
            match self.dead.reopen().await {
                Ok(rows) => break rows,
                Err(error) => waiting.for_room(error, self.ledger.is_some()).await?,
            }
        };
        drop(waiting);
        if let Some(ledger) = &mut self.ledger {
            ledger.note(rows);
        }
        self.commit().await
    }

    /// Brings everything to the disk: the records, the dead letters, and last how far all has come.
    async fn commit(&mut self) -> Result<(), RunError> {
        self.flush().await?;
        let Some(ledger) = self.ledger.as_mut().filter(|ledger| ledger.has_news()) else { return Ok(()) };
        let mut waiting = Waiting::new(&self.progress.vitals);
        let mut rows = loop {
            match self.sink.commit().await {
                Ok(rows) => break rows,
                Err(error) => waiting.for_room(error, true).await?,
            }
        };
        rows.extend(self.dead.commit().await?);
        let acks = loop {
            match ledger.commit(&rows).await {
                Ok(acks) => break acks,
                Err(error) => waiting.for_room(error.into(), true).await?,
            }
        };
        self.progress.vitals.commit();
        for ack in acks {
            self.acks.send(ack).ok();
        }
        Ok(())
    }
}

/// Waits for room on a full disk.
pub(super) struct Waiting<'a> {
    /// How often.
    times: u32,
    vitals: &'a Vitals,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(vitals: &'a Vitals) -> Self {
        Self { times: 0, vitals }
    }

    /// Gives `error` back when it is another, or when the run does not wait.
    pub(super) async fn for_room(&mut self, error: SinkError, waits: bool) -> Result<(), SinkError> {
        if !waits || !error.is_full() {
            return Err(error);
        }
        // Said at first and then once a minute, for whoever looks at the log only now.
        if self.times.is_multiple_of(60) {
            tracing::error!(code = "disk_full", "{error}; the run waits and goes on by itself when there is room");
        }
        self.times += 1;
        self.vitals.set_obstacle(Some(error.to_string()));
        tokio::time::sleep(PATIENCE).await;
        Ok(())
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.times > 0 {
            self.vitals.set_obstacle(None);
        }
    }
}
