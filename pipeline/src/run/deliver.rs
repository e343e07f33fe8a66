//! The end of the chain: writes records, dead letters and acknowledgements, in input order.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::counters::{Progress, Tally};
use super::item::{Batch, Carried, Item};
use super::{OnError, RunError};
use crate::failure::{DeadLetter, Failure};
use crate::json;
use crate::sheet::DocId;
use crate::sink::{Sink, SinkError};
use crate::source::Ack;

/// Everything the last task needs.
pub(super) struct Delivery {
    pub(super) sink: Box<dyn Sink>,
    pub(super) on_error: OnError,
    pub(super) config_hash: Arc<str>,
    pub(super) acks: mpsc::UnboundedSender<Ack>,
    pub(super) progress: Arc<Progress>,
}

/// Writes until the input ends, then completes the output.
pub(super) async fn run(mut delivery: Delivery, mut input: mpsc::Receiver<Item>) -> Result<Tally, RunError> {
    let mut dead = DeadLetters::new(&delivery.on_error);
    let mut tally = Tally::default();
    let mut failed: HashMap<DocId, u64> = HashMap::new();
    while let Some(item) = input.recv().await {
        match item {
            Item::Batch(batch) => {
                let doc = Arc::clone(&batch.doc);
                *failed.entry(doc).or_default() += delivery.batch(batch, &mut dead, &mut tally).await?;
            }
            Item::End(doc_id) => {
                delivery.sink.settle(&doc_id).await?;
                dead.flush()?;
                let failed = failed.remove(&doc_id).unwrap_or_default();
                // A source that does not read acknowledgements has dropped its end, and that is its right.
                delivery.acks.send(Ack { doc_id, failed }).ok();
            }
        }
    }
    dead.flush()?;
    delivery.sink.close().await?;
    Ok(tally)
}

impl Delivery {
    async fn batch(&mut self, batch: Batch, dead: &mut DeadLetters, tally: &mut Tally) -> Result<u64, RunError> {
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
                    tracing::warn!(code = failure.code, stage = failure.stage, page = %failure.identity.page_id, path = %failure.place.path, "{}", failure.cause);
                    if matches!(self.on_error, OnError::Stop) {
                        self.sink.flush().await?;
                        return Err(RunError::Stopped(failure));
                    }
                    dead.write(&failure, &self.config_hash)?;
                }
                Carried::Body(_) => return Err(RunError::Bug("an item reached the sink without being rendered".to_owned())),
            }
        }
        self.sink.flush().await?;
        self.progress.pages_done.add(u64::from(batch.ends_page));
        tally.merge(batch.tally);
        Ok(failures)
    }
}

/// The dead-letter file, opened when the first one comes.
struct DeadLetters {
    path: Option<PathBuf>,
    file: Option<File>,
}

impl DeadLetters {
    fn new(on_error: &OnError) -> Self {
        let path = if let OnError::DeadLetter(path) = on_error { Some(path.clone()) } else { None };
        Self { path, file: None }
    }

    fn write(&mut self, failure: &Failure, config_hash: &str) -> Result<(), SinkError> {
        let Some(path) = &self.path else { return Ok(()) };
        let io = |cause| SinkError::Io { place: path.display().to_string(), cause };
        let mut line = Vec::new();
        json::write_line(&mut line, &DeadLetter::new(failure, config_hash)).map_err(|error| io(error.into()))?;
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(io)?;
                }
                none.insert(File::options().create(true).append(true).open(path).map_err(io)?)
            }
        };
        file.write_all(&line).map_err(io)
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let place = || self.path.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
        file.sync_data().map_err(|cause| SinkError::Io { place: place(), cause })
    }
}
