//! What is recorded of a run's progress: the source's rows, what came of each document that has not ended, and how long the
//! outputs are, all in one transaction after the outputs are on the disk.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sheet::DocId;
use crate::sink::Records;
use crate::source::{Ack, Memory};
use crate::state::{Change, StateError, Store};

/// What is kept of the configuration.
const RUN: &str = "run";
const DOCUMENT: &str = "document/";

/// Between two transactions, unless one is due. Where pages come one by one, each as soon as the one before it is written, a
/// transaction for each would have the run wait for the disk most of the time: two or three times 0.1 to 5 ms. A page that comes
/// after a pause does not wait at all, and what comes within it is still on the disk in far less than the 100 ms that are promised.
const REST: Duration = Duration::from_millis(5);

impl Checkpoint {
    fn run_row(&self) -> String {
        format!("{}{RUN}", self.rows)
    }

    /// What the keys of the rows of open documents begin with.
    pub fn document_rows(&self) -> String {
        format!("{}{DOCUMENT}", self.rows)
    }
}

/// When and where progress is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The state's file.
    pub path: std::path::PathBuf,
    /// Records wait for no more than so many bytes of others…
    pub bytes: u64,
    /// … and no longer than this, while pages keep coming; when none comes they wait only until a rest of 5 ms is over.
    pub interval: Duration,
    /// What the keys of the runner's own rows begin with: nothing, but where a run works on the output of another between two of
    /// its turns, as a replay does.
    pub rows: String,
}

/// See the module.
pub(super) struct Ledger {
    store: Arc<Store>,
    checkpoint: Checkpoint,
    documents: HashMap<DocId, Document>,
    /// Says which configuration it is, as soon as no document is open any more that another one began: until then whoever starts
    /// next must hear of the change, too.
    run: Option<Change>,
    changes: Vec<Change>,
    acks: Vec<Ack>,
    /// Bytes of records since the last transaction.
    bytes: u64,
    /// When the oldest thing came that is not recorded.
    since: Option<Instant>,
    /// When the last transaction was made.
    recorded: Option<Instant>,
}

/// What has come of a document that has not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Document {
    delivered: Delivered,
    /// How much of that an earlier run had delivered and comes again.
    again: Delivered,
    /// Whether there is more than is recorded.
    changed: bool,
    /// Whether an earlier run began it, and it has not been forgotten since.
    earlier: bool,
}

/// How much was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delivered {
    records: u64,
    failures: u64,
}

/// Opens the state, and says in it which configuration goes on with it.
pub(super) fn open(checkpoint: &Checkpoint, config_hash: &str) -> Result<(Memory, Ledger), StateError> {
    let store = Arc::new(Store::open(&checkpoint.path)?);
    let before = store.get(&checkpoint.run_row())?;
    let config_changed = before.as_ref().is_some_and(|row| row.get("config_hash").and_then(Value::as_str) != Some(config_hash));
    let mut documents = HashMap::new();
    let prefix = checkpoint.document_rows();
    store.each(&prefix, &mut |key, row| {
        let again = serde_json::from_value(row).map_err(|error| unreadable(&store, key, &error))?;
        let doc_id = key.strip_prefix(&prefix).unwrap_or(key);
        let document = Document { delivered: Delivered::default(), again, changed: false, earlier: true };
        documents.insert(DocId::from(doc_id), document);
        Ok(())
    })?;
    let row = json!({ "config_hash": config_hash, "version": env!("CARGO_PKG_VERSION") });
    let mut run = (before.is_none() || config_changed).then(|| Change::set(checkpoint.run_row(), row));
    if documents.is_empty() {
        store.commit(run.take().as_slice())?;
    }
    let ledger = Ledger {
        store: Arc::clone(&store),
        checkpoint: checkpoint.clone(),
        documents,
        run,
        changes: Vec::new(),
        acks: Vec::new(),
        bytes: 0,
        since: None,
        recorded: None,
    };
    Ok((Memory { store, config_changed }, ledger))
}

fn unreadable(store: &Store, key: &str, error: &serde_json::Error) -> StateError {
    let reason = format!("the row {key} is not what this version writes ({error})");
    StateError::Foreign { path: store.path().to_owned(), reason }
}

impl Ledger {
    /// Takes the source's rows.
    pub(super) fn note(&mut self, changes: Vec<Change>) {
        self.changes.extend(changes);
        self.since.get_or_insert_with(Instant::now);
    }

    /// Counts records of `doc`, leaves out those that an earlier run had delivered, and says how many that were.
    pub(super) fn records(&mut self, doc: &DocId, records: &mut Records) -> u64 {
        let document = self.documents.entry(Arc::clone(doc)).or_default();
        let left_out = records.leave_out(document.again.records);
        document.again.records -= left_out;
        document.delivered.records += left_out + records.len() as u64;
        document.changed = true;
        self.bytes += records.bytes().len() as u64;
        self.since.get_or_insert_with(Instant::now);
        left_out
    }

    /// Counts a failure of `doc`, and says whether an earlier run had delivered it.
    pub(super) fn leaves_failure_out(&mut self, doc: &DocId) -> bool {
        let document = self.documents.entry(Arc::clone(doc)).or_default();
        let left_out = document.again.failures > 0;
        document.again.failures -= u64::from(left_out);
        document.delivered.failures += 1;
        document.changed = true;
        self.since.get_or_insert_with(Instant::now);
        left_out
    }

    /// The document begins anew.
    pub(super) fn forget(&mut self, doc: &DocId) {
        if self.documents.remove(doc).is_some() {
            self.note(vec![Change::forget(format!("{}{doc}", self.checkpoint.document_rows()))]);
        }
    }

    /// Keeps `ack` until all that came before it is recorded.
    pub(super) fn acknowledge(&mut self, ack: Ack) {
        if let Ack::Ended { doc_id, .. } = &ack {
            self.forget(&DocId::clone(doc_id));
        }
        self.acks.push(ack);
        self.since.get_or_insert_with(Instant::now);
    }

    /// Whether there is anything to record.
    pub(super) fn has_news(&self) -> bool {
        self.since.is_some()
    }

    /// How much is left of the rest since the last transaction, when there is anything to record. Records wait no longer than they
    /// may.
    pub(super) fn rest(&self) -> Duration {
        let since = self.recorded.filter(|_| self.has_news());
        since.map_or(Duration::ZERO, |since| REST.min(self.checkpoint.interval).saturating_sub(since.elapsed()))
    }

    /// Whether it cannot wait for a pause.
    pub(super) fn is_due(&self) -> bool {
        self.bytes >= self.checkpoint.bytes || self.since.is_some_and(|since| since.elapsed() >= self.checkpoint.interval)
    }

    /// Records everything, with the rows of the outputs, which are on the disk; gives what can be acknowledged with that.
    pub(super) async fn commit(&mut self, outputs: &[Change]) -> Result<Vec<Ack>, StateError> {
        let mut rows = self.changes.clone();
        let settled = !self.documents.values().any(|document| document.earlier);
        if settled {
            rows.extend(self.run.clone());
        }
        let prefix = self.checkpoint.document_rows();
        for (doc, document) in self.documents.iter().filter(|(_, document)| document.changed) {
            // What has not come again yet had been delivered all the same.
            let Delivered { records, failures } = document.delivered;
            let all = Delivered { records: records + document.again.records, failures: failures + document.again.failures };
            rows.push(Change::set(format!("{prefix}{doc}"), json!({ "records": all.records, "failures": all.failures })));
        }
        rows.extend_from_slice(outputs);
        let store = Arc::clone(&self.store);
        let path = store.path().to_owned();
        let committed = tokio::task::spawn_blocking(move || store.commit(&rows)).await;
        committed.map_err(|error| StateError::Io { path, cause: std::io::Error::other(error) })??;
        self.changes.clear();
        if settled {
            self.run = None;
        }
        self.documents.values_mut().for_each(|document| document.changed = false);
        (self.bytes, self.since, self.recorded) = (0, None, Some(Instant::now()));
        Ok(std::mem::take(&mut self.acks))
    }
}
