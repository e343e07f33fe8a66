//! Signs of life of a run, for whoever watches it: what is on its way and for how long, when output was last brought to its place,
//! what failed, and what is being waited for. Nothing in the run depends on them.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::counters::Counter;
use crate::sheet::DocId;

/// See the module.
#[derive(Debug)]
pub struct Vitals {
    /// Since when the source runs.
    begun: watch::Sender<Option<Instant>>,
    /// When each page that is on its way was fed, oldest first. As long as what the channels and the memory let in.
    fed: Mutex<VecDeque<Instant>>,
    /// How often output was flushed or committed.
    pub commits: Counter,
    /// The last time, or when the run began.
    committed: Mutex<Instant>,
    /// How many failed, by code. Codes are words of the program, so there are few.
    failures: Mutex<BTreeMap<&'static str, u64>>,
    /// Documents that were begun and of which the end has not come out.
    open: Mutex<HashSet<DocId>>,
    obstacle: Mutex<Option<String>>,
}

impl Default for Vitals {
    fn default() -> Self {
        Self {
            begun: watch::Sender::default(),
            fed: Mutex::default(),
            commits: Counter::default(),
            committed: Mutex::new(Instant::now()),
            failures: Mutex::default(),
            open: Mutex::default(),
            obstacle: Mutex::default(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Vitals {
    pub(crate) fn begin(&self) {
        self.begun.send_replace(Some(Instant::now()));
    }

    /// Whether the source has begun.
    pub fn has_begun(&self) -> bool {
        self.begun.borrow().is_some()
    }

    /// How long ago the source has begun, if it has.
    pub fn since_begin(&self) -> Option<Duration> {
        self.begun.borrow().as_ref().map(Instant::elapsed)
    }

    /// Waits until the source has begun.
    pub async fn beginning(&self) {
        let mut begun = self.begun.subscribe();
        // The sender is in `self` and outlives this.
        begun.wait_for(Option::is_some).await.ok();
    }

    pub(crate) fn page_fed(&self, doc: &DocId) {
        locked(&self.open).insert(DocId::clone(doc));
        locked(&self.fed).push_back(Instant::now());
    }

    /// Pages come out in the order in which they were fed.
    pub(crate) fn page_done(&self) {
        locked(&self.fed).pop_front();
    }

    /// How many pages are on their way, and how long the oldest of them has been.
    pub fn unfinished(&self) -> (usize, Duration) {
        let fed = locked(&self.fed);
        (fed.len(), fed.front().map_or(Duration::ZERO, Instant::elapsed))
    }

    pub(crate) fn commit(&self) {
        self.commits.add(1);
        *locked(&self.committed) = Instant::now();
    }

    /// How long ago output was last flushed or committed, or the run began.
    pub fn since_commit(&self) -> Duration {
        locked(&self.committed).elapsed()
    }

    pub(crate) fn fail(&self, code: &'static str) {
        *locked(&self.failures).entry(code).or_default() += 1;
    }

    /// How many items failed, by code.
    pub fn failures(&self) -> BTreeMap<&'static str, u64> {
        locked(&self.failures).clone()
    }

    pub(crate) fn document_ended(&self, doc: &DocId) {
        locked(&self.open).remove(doc);
    }

    /// Documents that were begun and of which the end has not come out.
    pub fn open_documents(&self) -> usize {
        locked(&self.open).len()
    }

    /// Says what keeps output from being written, such as a full disk; `None` when nothing does any more.
    pub fn set_obstacle(&self, obstacle: Option<String>) {
        *locked(&self.obstacle) = obstacle;
    }

    /// What keeps output from being written.
    pub fn obstacle(&self) -> Option<String> {
        locked(&self.obstacle).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tells_how_long_the_oldest_page_has_been_on_its_way() {
        let vitals = Vitals::default();
        assert_eq!(vitals.unfinished(), (0, Duration::ZERO));
        let doc = DocId::from("d");
        vitals.page_fed(&doc);
        std::thread::sleep(Duration::from_millis(20));
        vitals.page_fed(&doc);
        let (pages, oldest) = vitals.unfinished();
        assert!(pages == 2 && oldest >= Duration::from_millis(20));
        vitals.page_done();
        let (pages, younger) = vitals.unfinished();
        assert!(pages == 1 && younger < oldest, "{younger:?}");
        assert_eq!(vitals.open_documents(), 1);
        vitals.document_ended(&doc);
        assert_eq!(vitals.open_documents(), 0);
        assert!(!vitals.has_begun());
        vitals.begin();
        vitals.beginning().await;
    }
}
