//! One run after the other: a signal stops the one that goes on, a new configuration lets another follow it.
//!
//! A run is stopped by stopping its source; what was read comes out, for as long as the configuration allows, and a second signal
//! waits for nothing. A new configuration has been checked and built before the old run hears of it, and a bad one changes nothing;
//! after one that cannot begin the old one begins again.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use config::{Files, Loaded};
use pipeline::run::Progress;
use pipeline::{RotateSwitch, RunError, SinkError, SourceError, Stop};
use serde_json::Value;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

use super::of_error;
use super::reload::{Change, Load};
use super::signals::{Request, Signals};
use crate::check;
use crate::exit::{Exit, complain, tell};
use crate::logging;
use crate::monitor::{Monitor, systemd};
use crate::progress::Display;

/// A run whose source ends with an error so soon could not begin: a folder is not there, an address is in use.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Where new configurations come from.
pub(super) struct Changes {
    pub(super) found: mpsc::Receiver<Change>,
    /// Lets the files be looked at without delay.
    pub(super) now: Arc<Notify>,
    /// Loads one that was there before.
    pub(super) load: Load,
}

/// Where a run with this configuration records its progress: what it cannot remember the next would do twice.
pub(super) fn progress_of(loaded: &Loaded) -> Option<&Path> {
    loaded.pipeline.checkpoint.as_ref().map(|checkpoint| checkpoint.path.as_path())
}

/// What all runs of the process share.
pub(super) struct Service {
    signals: Option<Signals>,
    changes: Option<Changes>,
    monitor: Arc<Monitor>,
    rotate: RotateSwitch,
    /// What the configuration was read from that has gone on until the one that is about to begin.
    before: Option<Files>,
    /// Whether a page has failed in a run before this one.
    some_failed: bool,
}

/// What follows a run.
enum After {
    Nothing(Exit),
    Next(Box<Loaded>),
}

/// Why a run has been stopped.
enum Ending {
    /// By a signal; until then it may write.
    Signal(Exit, Instant),
    /// For another configuration.
    Next(Box<Loaded>),
}

/// The run that goes on.
struct Current {
    switch: watch::Sender<bool>,
    ending: Option<Ending>,
    display: Display,
    shutdown_timeout: Duration,
    hash: String,
    effective: Value,
    files: Files,
    progress_at: Option<PathBuf>,
}

impl Service {
    pub(super) fn new(signals: Option<Signals>, changes: Option<Changes>, monitor: Arc<Monitor>) -> Self {
        Self { signals, changes, monitor, rotate: RotateSwitch::new(), before: None, some_failed: false }
    }

    /// Runs until there is no next run.
    pub(super) async fn run(mut self, mut loaded: Loaded) -> Exit {
        loop {
            match self.once(loaded).await {
                After::Nothing(exit) => return exit,
                After::Next(next) => loaded = *next,
            }
        }
    }

    async fn once(&mut self, loaded: Loaded) -> After {
        let progress_at = progress_of(&loaded).map(Path::to_owned);
        let Loaded { mut pipeline, hash, effective, shutdown_timeout, files, .. } = loaded;
        pipeline.rotate = self.rotate.listen();
        let progress = pipeline.progress();
        self.monitor.begin(Arc::clone(&progress), hash.clone());
        let display = Display::new(Arc::clone(&progress));
        let (switch, stop) = Stop::new();
        let mut current = Current { switch, ending: None, display, shutdown_timeout, hash, effective, files, progress_at };
        let mut run = pin!(pipeline::run(pipeline, Arc::clone(&progress), stop));
        let mut beat = pin!(systemd::beat(&progress));
        let result = loop {
            let deadline = if let Some(Ending::Signal(_, deadline)) = current.ending { Some(deadline) } else { None };
            tokio::select! {
                result = &mut run => break result,
                () = current.display.tick() => unreachable!("the display ticks for ever"),
                () = &mut beat => unreachable!("so does the heart"),
                request = next_request(&mut self.signals) => {
                    if let Some(exit) = self.answer(request, &mut current) {
                        return After::Nothing(exit);
                    }
                }
                change = next_change(&mut self.changes) => self.consider(change, &mut current),
                exit = too_late(deadline, &current) => return After::Nothing(exit),
            }
        };
        self.settle(result, current, &progress)
    }

    /// Gives an exit code when the run is to end at once.
    fn answer(&mut self, request: Request, current: &mut Current) -> Option<Exit> {
        match (request, &current.ending) {
            (Request::Stop(exit), Some(Ending::Signal(..))) => {
                current.display.say("stopped at once; pages that were read are missing");
                current.display.finish(None);
                return Some(exit);
            }
            (Request::Stop(exit), _) => {
                current.stop(Ending::Signal(exit, Instant::now() + current.shutdown_timeout));
                self.monitor.drain("the run was told to stop");
                systemd::stopping();
                current.display.say("stopping: finishing the pages already read (again to stop at once)");
            }
            (Request::Reopen, ending) => {
                logging::reopen();
                self.rotate.rotate();
                if ending.is_none() {
                    systemd::reloading();
                    systemd::ready();
                }
                if let Some(changes) = &self.changes {
                    changes.now.notify_one();
                }
            }
        }
        None
    }

    /// What becomes of a new configuration.
    fn consider(&mut self, change: Change, current: &mut Current) {
        if let Some(Ending::Signal(..)) = current.ending {
            return;
        }
        let next = match change {
            Ok(next) if progress_of(&next) == current.progress_at.as_deref() => next,
            Ok(next) => {
                self.monitor.reloaded(false);
                let why = match progress_of(&next) {
                    None => "no progress would be recorded".to_owned(),
                    // Files that are kept would be read and written once more.
                    Some(path) => format!(
                        "progress would begin anew in {}; name the old state as `checkpoint: {{ path: … }}`, or stop this run and start another",
                        path.display()
                    ),
                };
                complain("other_progress", &format!("with the new configuration {why}; the old configuration goes on"));
                return;
            }
            Err(mistakes) => {
                self.monitor.reloaded(false);
                check::report(&mistakes);
                current.display.say("the old configuration goes on");
                return;
            }
        };
        check::warn(&next.warnings);
        // With the same in it as the one that is being waited for it is taken all the same: nothing is lost by that.
        if current.ending.is_none() && next.hash == current.hash && next.effective == current.effective {
            current.display.say("the configuration was written anew but says the same");
            return;
        }
        self.monitor.drain("a new configuration takes over");
        systemd::reloading();
        current
            .display
            .say(&format!("the configuration has changed ({} to {}): finishing the pages already read", current.hash, next.hash));
        current.stop(Ending::Next(Box::new(next)));
    }

    /// What a run that ended by itself leaves.
    fn settle(&mut self, result: Result<pipeline::Report, RunError>, current: Current, progress: &Progress) -> After {
        self.some_failed |= progress.failures.get() > 0;
        let Current { ending, display, files, .. } = current;
        let before = self.before.take();
        let exit = match (result, ending) {
            (Ok(report), Some(Ending::Next(next))) => {
                display.finish(Some(&report));
                self.monitor.reloaded(true);
                self.before = Some(files);
                return After::Next(next);
            }
            (Ok(report), _) => {
                display.finish(Some(&report));
                if self.some_failed { Exit::SomeFailed } else { Exit::Fine }
            }
            (Err(RunError::Source(SourceError::Interrupted)), Some(Ending::Signal(exit, _))) => {
                display.interrupted();
                exit
            }
            (Err(RunError::Sink(SinkError::Closed)), _) => Exit::Fine,
            (Err(error), ending) => {
                display.finish(None);
                let exit = of_error(&error);
                let goes_on = progress.pages_in.get() > 0 || progress.vitals.since_begin().is_some_and(|since| since > AT_ONCE);
                match self.once_more(before.filter(|_| !goes_on && !matches!(ending, Some(Ending::Signal(..))))) {
                    Some(earlier) => return After::Next(Box::new(earlier)),
                    None => exit,
                }
            }
        };
        After::Nothing(exit)
    }

    /// The configuration that was read from `before`, after one that could not begin.
    fn once_more(&self, before: Option<Files>) -> Option<Loaded> {
        let load = &self.changes.as_ref()?.load;
        let earlier = load(Some(&before?)).map_err(|mistakes| check::report(&mistakes)).ok()?;
        self.monitor.reloaded(false);
        tell("the new configuration cannot begin; the old configuration goes on");
        Some(earlier)
    }
}

impl Current {
    fn stop(&mut self, ending: Ending) {
        self.switch.send_replace(true);
        self.ending = Some(ending);
    }
}

async fn next_request(signals: &mut Option<Signals>) -> Request {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
    }
}

async fn next_change(changes: &mut Option<Changes>) -> Change {
    let change = match changes {
        Some(changes) => changes.found.recv().await,
        None => None,
    };
    match change {
        Some(change) => change,
        None => std::future::pending().await,
    }
}

/// The time to write what was read is over.
async fn too_late(deadline: Option<Instant>, current: &Current) -> Exit {
    match (deadline, &current.ending) {
        (Some(deadline), Some(Ending::Signal(exit, _))) => {
            tokio::time::sleep_until(deadline).await;
            let text = "ended before all that was read was written, because shutdown_timeout is over";
            complain("shutdown_timeout", text);
            current.display.finish(None);
            *exit
        }
        _ => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
