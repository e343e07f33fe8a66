//! The end of the chain: writes records, dead letters and acknowledgements, in input order.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::counters::{Progress, Tally};
use super::dead_letters::DeadLetters;
use super::item::{Batch, Carried, Item};
use super::{OnError, RunError};
use crate::rotate::Rotate;
use crate::sheet::DocId;
use crate::sink::Sink;
use crate::source::Ack;

/// Everything the last task needs.
pub(super) struct Delivery {
    pub(super) sink: Box<dyn Sink>,
    pub(super) on_error: OnError,
    pub(super) dead: DeadLetters,
    pub(super) config_hash: Arc<str>,
    pub(super) acks: mpsc::UnboundedSender<Ack>,
    pub(super) progress: Arc<Progress>,
    pub(super) rotate: Rotate,
}

/// What was delivered, and the sink, still to be closed when all is well.
pub(super) struct Delivered {
    pub(super) tally: Tally,
    pub(super) sink: Box<dyn Sink>,
}

/// Writes until the input ends.
pub(super) async fn run(mut delivery: Delivery, mut input: mpsc::Receiver<Item>) -> Result<Delivered, RunError> {
    let mut tally = Tally::default();
    let mut failed: HashMap<DocId, u64> = HashMap::new();
    loop {
        let item = tokio::select! {
            () = delivery.rotate.wait() => {
                delivery.sink.reopen().await?;
                delivery.dead.reopen().await?;
                continue;
            }
            item = input.recv() => item,
        };
        let Some(item) = item else { break };
        match item {
            Item::Batch(batch) => {
                let doc = Arc::clone(&batch.doc);
                *failed.entry(doc).or_default() += delivery.batch(batch, &mut tally).await?;
                delivery.progress.vitals.set_open_documents(failed.len());
            }
            Item::End(doc_id) => {
                delivery.sink.settle(&doc_id).await?;
                delivery.dead.flush().await?;
                let failures = failed.remove(&doc_id).unwrap_or_default();
                delivery.progress.vitals.set_open_documents(failed.len());
                // A source that does not read acknowledgements has dropped its end, and that is its right.
                delivery.acks.send(Ack { doc_id, failed: failures }).ok();
            }
        }
    }
    delivery.dead.flush().await?;
    Ok(Delivered { tally, sink: delivery.sink })
}

impl Delivery {
    async fn batch(&mut self, batch: Batch, tally: &mut Tally) -> Result<u64, RunError> {
        let mut failures = 0;
        for carried in batch.contents {
            match carried {
                Carried::Records(records) => {
                    self.sink.write(&records).await?;
                    self.progress.records.add(batch.tally.records);
                }
                Carried::Failed(failure) => {
                    failures += 1;
                    self.progress.failures.add(1);
                    self.progress.vitals.fail(failure.code);
                    tracing::warn!(code = failure.code, stage = failure.stage, page = %failure.identity.page_id, path = %failure.place.path, "{}", failure.cause);
                    if matches!(self.on_error, OnError::Stop) {
                        self.sink.flush().await?;
                        return Err(RunError::Stopped(failure));
                    }
                    self.dead.write(&failure, &self.config_hash)?;
                }
                Carried::Body(_) => return Err(RunError::Bug("an item reached the sink without being rendered".to_owned())),
            }
        }
        self.sink.flush().await?;
        self.progress.vitals.commit();
        if batch.ends_page {
            self.progress.pages_done.add(1);
            self.progress.vitals.page_done();
        }
        tally.merge(batch.tally);
        Ok(failures)
    }
}
