//! What is counted while a run goes on, and the conservation laws that are asserted when it ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::vitals::Vitals;
use crate::article::{Article, Kind};

/// A counter that many tasks raise. Read it for display at any time; it is exact when the run has ended.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Raises it.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What one stage did.
#[derive(Debug, Default)]
pub struct StageCounters {
    /// Items it was given.
    pub taken: Counter,
    /// Items that came through.
    pub finished: Counter,
    /// Items that nothing came of, by intent.
    pub filtered: Counter,
    /// Items that failed.
    pub failed: Counter,
    /// Documents whose end failed, after their items had been taken.
    pub ends_failed: Counter,
    /// Items it gave to the next stage.
    pub given: Counter,
    /// Nanoseconds of work, added up over cores.
    pub busy_ns: Counter,
}

/// The whole run as seen from outside, for progress bars and summaries.
#[derive(Debug, Default)]
pub struct Progress {
    /// Pages fed by the source.
    pub pages_in: Counter,
    /// Bytes of text fed by the source.
    pub bytes_in: Counter,
    /// Pages and files the source could not make a page of.
    pub source_failures: Counter,
    /// Pages whose records (or dead letters) are written.
    pub pages_done: Counter,
    /// Records written.
    pub records: Counter,
    /// Records and failures that an earlier run had delivered already, of documents that are fed again.
    pub left_out: Counter,
    /// Items and ends of documents that failed, in the source or in a stage.
    pub failures: Counter,
    /// Signs of life.
    pub vitals: Vitals,
    /// Per stage, in the chain's order.
    pub stages: Vec<(&'static str, StageCounters)>,
}

impl Progress {
    pub(crate) fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { stages: names.into_iter().map(|name| (name, StageCounters::default())).collect(), ..Self::default() }
    }

    /// Checks that nothing vanished: every stage accounts for all it took, takes all its neighbour gave, and every failure was
    /// delivered. Holds only when the run ended by itself.
    ///
    /// # Errors
    /// The first law that does not hold, in words.
    pub fn conserve(&self) -> Result<(), String> {
        let mut given = self.pages_in.get();
        let mut failed = self.source_failures.get();
        for (name, stage) in &self.stages {
            let (taken, ended) = (stage.taken.get(), stage.finished.get() + stage.filtered.get() + stage.failed.get());
            if taken != given {
                return Err(format!("{name} was given {given} items but took {taken}"));
            }
            if taken != ended {
                return Err(format!("{name} took {taken} items but accounts for {ended}"));
            }
            given = stage.given.get();
            failed += stage.failed.get() + stage.ends_failed.get();
        }
        if given + failed != self.records.get() + self.failures.get() + self.left_out.get() {
            return Err(format!(
                "{given} records were rendered and {failed} items failed, but {} and {} were delivered, and {} had been before",
                self.records.get(),
                self.failures.get(),
                self.left_out.get()
            ));
        }
        Ok(())
    }
}

/// What the written records amount to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records written.
    pub records: u64,
    /// By kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// Articles by topic label.
    pub topics: BTreeMap<String, u64>,
    /// Articles by warning code.
    pub warnings: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub(crate) fn count(&mut self, article: &Article) {
        self.records += 1;
        *self.kinds.entry(article.kind).or_default() += 1;
        for topic in &article.topics {
            *self.topics.entry(topic.label.to_string()).or_default() += 1;
        }
        for warning in &article.warnings {
            *self.warnings.entry(warning).or_default() += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.records += other.records;
        merge_counts(&mut self.kinds, other.kinds);
        merge_counts(&mut self.topics, other.topics);
        merge_counts(&mut self.warnings, other.warnings);
    }
}

fn merge_counts<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, count) in from {
        *into.entry(key).or_default() += count;
    }
}
