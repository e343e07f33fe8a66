//! The runner: one task for the source, one for each group of neighbouring stages, one for the sink, bounded channels between.
//!
//! Order is kept everywhere, memory is bounded in items (channel depth) and in bytes ([`Budget`]), and the only thing that hears
//! a stop signal is the source: every task behind it ends because its input ends. What fails travels in its place among the
//! rest, so that dead letters, records and acknowledgements come out in input order.

mod counters;
mod crew;
mod dead_letters;
mod deliver;
mod each;
mod guard;
mod item;
mod ledger;
mod remember;
mod vitals;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub use counters::{Counter, Progress, StageCounters, Tally};
use crew::Crew;
pub use dead_letters::take_letters;
use deliver::Delivered;
pub use item::{Budget, Lease};
pub(crate) use item::{Carried, Item, Mark};
pub use ledger::Checkpoint;
pub use remember::BodyOutlet;
pub(crate) use remember::document;
pub use vitals::Vitals;

use crate::def::{Built, BuiltSink};
use crate::failure::Failure;
use crate::rotate::Rotate;
use crate::sink::SinkError;
use crate::source::{Acks, Feed, Source, SourceError, Stop};
use crate::state::StateError;

/// What happens to a page that fails.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum OnError {
    /// The run ends.
    Stop,
    /// It is logged and counted.
    #[default]
    Skip,
    /// It is appended to this file.
    DeadLetter(PathBuf),
}

/// How much the run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Pages worked on at once.
    pub workers: usize,
    /// Bytes for pages in flight, copies and records included.
    pub memory: u64,
    /// Batches that may wait between two tasks.
    pub queue: usize,
}

/// A checked, built pipeline.
pub struct Pipeline {
    /// Where pages come from.
    pub source: Box<dyn Source>,
    /// The stages in order, by name; all but the last take and give, the last is a sink.
    pub stages: Vec<(&'static str, Built)>,
    /// What happens to failures.
    pub on_error: OnError,
    /// Names the configuration in dead letters.
    pub config_hash: String,
    /// Limits.
    pub runtime: Runtime,
    /// Where progress is recorded, when it is.
    pub checkpoint: Option<Checkpoint>,
    /// When the sink is to open its files anew.
    pub rotate: Rotate,
}

/// Why a run ended before its input did.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The source could not go on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The sink could not go on.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// There is no state to go on from.
    #[error(transparent)]
    State(#[from] StateError),
    /// A page failed and the configuration says to stop then.
    #[error("stopped at {} of {}: {}: {}", .0.identity.page_id, .0.place.path, .0.stage, .0.cause)]
    Stopped(Box<Failure>),
    /// The pipeline's own mistake.
    #[error("bug in jianbao: {0}")]
    Bug(String),
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What the records amount to.
    pub tally: Tally,
    /// Wall time.
    pub elapsed: Duration,
}

/// A stage's place in the chain.
#[derive(Clone, Debug)]
pub(crate) struct StageSlot {
    name: &'static str,
    index: usize,
}

impl StageSlot {
    fn counters<'a>(&self, progress: &'a Progress) -> &'a StageCounters {
        &progress.stages[self.index].1
    }
}

impl Pipeline {
    /// Counters to watch the run by; give them to [`run`].
    pub fn progress(&self) -> Arc<Progress> {
        Arc::new(Progress::new(self.stages.iter().map(|(name, _)| *name)))
    }
}

/// Runs `pipeline` until its source ends or `stop` is given, and what was fed has come out.
///
/// # Errors
/// See [`RunError`]. Records written before the error stay written, but the sink is not told that its output is complete.
pub async fn run(pipeline: Pipeline, progress: Arc<Progress>, stop: Stop) -> Result<Report, RunError> {
    let begun = Instant::now();
    let Pipeline { source, stages, on_error, config_hash, runtime, checkpoint, rotate } = pipeline;
    let (groups, mut sink) = plan(stages, &progress)?;
    let mut dead = dead_letters::DeadLetters::new(&on_error)?;
    let (memory, ledger) = if let Some(checkpoint) = &checkpoint {
        let (memory, ledger) = resume(checkpoint, &config_hash, sink.as_mut(), &mut dead, &progress).await?;
        (Some(memory), Some(ledger))
    } else {
        dead.share()?;
        (None, None)
    };
    let budget = Budget::new(runtime.memory);
    let workers = runtime.workers.max(1);
    let no_threads = |error| RunError::Bug(format!("no threads to work on: {error}"));
    let crew = Arc::new(Crew::new(workers).map_err(no_threads)?);
    let (feed_out, mut input) = mpsc::channel(runtime.queue.max(1));
    #[expect(
        clippy::disallowed_methods,
        reason = "a bounded channel would deadlock a source that waits for its page to be taken; it holds one message per ended document"
    )]
    let (ack_in, acks) = mpsc::unbounded_channel();

    let mut tasks: JoinSet<Result<Option<Delivered>, RunError>> = JoinSet::new();
    let feed = Feed { out: feed_out, budget, progress: Arc::clone(&progress), memory };
    let source_progress = Arc::clone(&progress);
    tasks.spawn(async move {
        source_progress.vitals.begin();
        match source.run(feed, Acks(acks), stop).await {
            Ok(()) => Ok(None),
            Err(error) => Err(error.into()),
        }
    });
    for group in groups {
        let (output, next_input) = mpsc::channel(runtime.queue.max(1));
        let this_input = std::mem::replace(&mut input, next_input);
        match group {
            Planned::Each(group) => {
                let crew = Arc::clone(&crew);
                tasks.spawn(async move { each::run(group, this_input, output, crew, workers * 2).await.map(|()| None) });
            }
            Planned::Remember(slot, make) => {
                let progress = Arc::clone(&progress);
                tasks.spawn(async move { remember::run(slot, make, this_input, output, progress).await.map(|()| None) });
            }
        }
    }
    let delivery = deliver::Delivery {
        sink,
        on_error,
        dead,
        config_hash: config_hash.into(),
        acks: ack_in,
        progress: Arc::clone(&progress),
        ledger,
        rotate,
        unflushed: Vec::new(),
    };
    tasks.spawn(async move { deliver::run(delivery, input).await.map(Some) });

    let Delivered { tally, mut sink } = supervise(tasks).await?;
    progress.conserve().map_err(RunError::Bug)?;
    sink.close().await?;
    Ok(Report { tally, elapsed: begun.elapsed() })
}

/// Goes on where the last run was. A full disk is waited for, as it is later on.
async fn resume(
    checkpoint: &Checkpoint,
    config_hash: &str,
    sink: &mut dyn crate::sink::Sink,
    dead: &mut dead_letters::DeadLetters,
    progress: &Progress,
) -> Result<(crate::source::Memory, ledger::Ledger), RunError> {
    let mut waiting = deliver::Waiting::new(&progress.vitals);
    let (memory, ledger) = loop {
        match ledger::open(checkpoint, config_hash) {
            Ok(opened) => break opened,
            Err(error) => waiting.for_room(error.into(), true).await.map_err(unwrapped)?,
        }
    };
    // From here on the state is in use, by the outputs too: it is not opened again.
    while let Err(error) = sink.resume(&memory).await {
        waiting.for_room(error, true).await.map_err(unwrapped)?;
    }
    while let Err(error) = dead.resume(&memory.store) {
        waiting.for_room(error, true).await.map_err(unwrapped)?;
    }
    Ok((memory, ledger))
}

/// What is wrong with the state is said in one way, whoever found it.
fn unwrapped(error: SinkError) -> RunError {
    if let SinkError::State(error) = error { error.into() } else { error.into() }
}

/// Waits for all tasks. A source that fails is followed by the pages it fed; any other failure ends the run at once.
async fn supervise(mut tasks: JoinSet<Result<Option<Delivered>, RunError>>) -> Result<Delivered, RunError> {
    let mut delivered = None;
    let mut source_error = None;
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(all))) => delivered = Some(all),
            Ok(Err(RunError::Source(error))) => source_error = Some(error),
            Ok(Err(error)) => {
                tasks.shutdown().await;
                return Err(error);
            }
            Err(error) => {
                tasks.shutdown().await;
                return Err(RunError::Bug(format!("a task of the runner died: {error}")));
            }
        }
    }
    match source_error {
        Some(error) => Err(error.into()),
        None => delivered.ok_or_else(|| RunError::Bug("the run ended without its delivery".to_owned())),
    }
}

enum Planned {
    Each(each::Group),
    Remember(StageSlot, crate::stage::PerDocumentFactory),
}

/// Cuts the chain into groups of neighbours without memory; the sink's renderer joins the last group.
fn plan(stages: Vec<(&'static str, Built)>, progress: &Arc<Progress>) -> Result<(Vec<Planned>, Box<dyn crate::sink::Sink>), RunError> {
    let new_group = || each::Group { stages: Vec::new(), render: None, progress: Arc::clone(progress) };
    let mut planned = Vec::new();
    let mut group = new_group();
    for (index, (name, built)) in stages.into_iter().enumerate() {
        let slot = StageSlot { name, index };
        match built {
            Built::Each(stage) => group.stages.push((slot, stage)),
            Built::PerDocument(make) => {
                if !group.stages.is_empty() {
                    planned.push(Planned::Each(std::mem::replace(&mut group, new_group())));
                }
                planned.push(Planned::Remember(slot, make));
            }
            Built::Sink(BuiltSink { render, sink }) => {
                group.render = Some((slot, render));
                planned.push(Planned::Each(group));
                return Ok((planned, sink));
            }
        }
    }
    Err(RunError::Bug("the chain has no sink; the configuration must be checked before it is run".to_owned()))
}
