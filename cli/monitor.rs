//! What a running process shows of itself: over HTTP to whoever asks, and to systemd.
//!
//! It outlives a run: when the configuration changes one run follows another, and the counters go on.

pub(crate) mod http;
mod metrics;
pub(crate) mod process;
pub(crate) mod systemd;
mod totals;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeline::run::Progress;

use totals::Totals;

/// The state that is shown.
#[derive(Debug, Default)]
pub(crate) struct Monitor(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What the runs before this one came to.
    past: Totals,
    current: Option<Arc<Progress>>,
    config_hash: String,
    /// Why the run takes no more pages.
    draining: Option<&'static str>,
    reloads: Reloads,
}

/// New configurations.
#[derive(Clone, Copy, Debug, Default)]
struct Reloads {
    taken: u64,
    refused: u64,
}

impl Monitor {
    /// A run begins.
    pub(crate) fn begin(&self, progress: Arc<Progress>, config_hash: String) {
        let mut state = self.state();
        if let Some(before) = state.current.replace(progress) {
            state.past.add(&before);
        }
        state.config_hash = config_hash;
        state.draining = None;
    }

    /// The run takes no more pages.
    pub(crate) fn drain(&self, why: &'static str) {
        self.state().draining = Some(why);
    }

    /// A new configuration was taken, or refused.
    pub(crate) fn reloaded(&self, taken: bool) {
        let mut state = self.state();
        let counter = if taken { &mut state.reloads.taken } else { &mut state.reloads.refused };
        *counter += 1;
    }

    /// Whether pages are taken and written.
    ///
    /// # Errors
    /// Why not.
    fn ready(&self) -> Result<(), String> {
        let state = self.state();
        let Some(current) = &state.current else { return Err("starting".to_owned()) };
        if let Some(why) = state.draining {
            return Err(format!("draining: {why}"));
        }
        match current.vitals.obstacle() {
            Some(obstacle) => Err(format!("waiting: {obstacle}")),
            None if current.vitals.has_begun() => Ok(()),
            None => Err("starting".to_owned()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
impl Monitor {
    /// Configurations taken and refused, and pages done in all runs.
    pub(crate) fn counted(&self) -> (u64, u64, u64) {
        let state = self.state();
        let mut totals = state.past.clone();
        if let Some(current) = &state.current {
            totals.add(current);
        }
        (state.reloads.taken, state.reloads.refused, totals.pages_done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_why_it_is_not_ready() {
        let monitor = Monitor::default();
        assert_eq!(monitor.ready(), Err("starting".to_owned()));
        let progress = Arc::new(Progress::default());
        monitor.begin(Arc::clone(&progress), "c0ffee".to_owned());
        assert_eq!(monitor.ready(), Err("starting".to_owned()), "the source has not begun");
        progress.vitals.set_obstacle(Some("failed to write o: no space left on device".to_owned()));
        assert_eq!(monitor.ready(), Err("waiting: failed to write o: no space left on device".to_owned()));
        monitor.drain("the run was told to stop");
        assert_eq!(monitor.ready(), Err("draining: the run was told to stop".to_owned()));
    }

    #[test]
    fn counters_go_on_from_run_to_run() {
        let monitor = Monitor::default();
        for records in [3, 4] {
            let progress = Arc::new(Progress::default());
            monitor.begin(Arc::clone(&progress), String::new());
            progress.records.add(records);
        }
        let metrics = monitor.metrics(std::time::UNIX_EPOCH).unwrap();
        assert!(metrics.contains("\njianbao_records_out_total 7\n"), "{metrics}");
    }
}
