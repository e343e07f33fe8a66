//! The counters of a run, or of all runs of the process together.

use std::collections::BTreeMap;

use pipeline::run::Progress;

/// Sums that never fall.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) pages_in: u64,
    pub(super) bytes_in: u64,
    pub(super) pages_done: u64,
    pub(super) records: u64,
    pub(super) commits: u64,
    /// By code.
    pub(super) failures: BTreeMap<&'static str, u64>,
    /// In the order of the chain.
    pub(super) stages: Vec<(&'static str, Stage)>,
}

/// Sums of one stage.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stage {
    pub(super) taken: u64,
    pub(super) given: u64,
    pub(super) filtered: u64,
    pub(super) failed: u64,
    pub(super) busy_ns: u64,
}

impl Totals {
    /// Adds what a run has come to.
    pub(super) fn add(&mut self, progress: &Progress) {
        self.pages_in += progress.pages_in.get();
        self.bytes_in += progress.bytes_in.get();
        self.pages_done += progress.pages_done.get();
        self.records += progress.records.get();
        self.commits += progress.vitals.commits.get();
        for (code, count) in progress.vitals.failures() {
            *self.failures.entry(code).or_default() += count;
        }
        for (name, counters) in &progress.stages {
            let at = self.stages.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                self.stages.push((name, Stage::default()));
                self.stages.len() - 1
            });
            let stage = &mut self.stages[at].1;
            stage.taken += counters.taken.get();
            stage.given += counters.given.get();
            stage.filtered += counters.filtered.get();
            stage.failed += counters.failed.get() + counters.ends_failed.get();
            stage.busy_ns += counters.busy_ns.get();
        }
    }
}
