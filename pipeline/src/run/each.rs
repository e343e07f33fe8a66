//! Runs neighbouring stages without memory: many pages at once on the CPU threads, order kept.

use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::counters::{Progress, Tally};
use super::guard::guarded;
use super::item::{Batch, Carried, Item};
use super::{RunError, StageSlot};
use crate::failure::Failure;
use crate::sheet::Sheet;
use crate::sink::{Records, Render, Rendered};
use crate::stage::{Body, EachStage};

/// Stages that run back to back, and the renderer when they are the last.
pub(super) struct Group {
    pub(super) stages: Vec<(StageSlot, Box<dyn EachStage>)>,
    pub(super) render: Option<(StageSlot, Box<dyn Render>)>,
    pub(super) progress: Arc<Progress>,
}

/// Starts up to `width` batches ahead and sends them on in the order they came in; at most `cores` are worked on at a time, over
/// all groups of the run.
pub(super) async fn run(
    group: Group,
    input: mpsc::Receiver<Item>,
    output: mpsc::Sender<Item>,
    cores: Arc<Semaphore>,
    width: usize,
) -> Result<(), RunError> {
    let group = Arc::new(group);
    let work = |item| work_on(item, Arc::clone(&group), Arc::clone(&cores));
    let mut done = ReceiverStream::new(input).map(work).buffered(width);
    while let Some(item) = done.next().await {
        if output.send(item?).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A task of its own, because the group does not look at its work while it waits for the next stage.
async fn work_on(item: Item, group: Arc<Group>, cores: Arc<Semaphore>) -> Result<Item, RunError> {
    let Item::Batch(batch) = item else { return Ok(item) };
    let work = tokio::spawn(async move {
        let _core = cores.acquire_owned().await.expect("the cores' semaphore is never closed");
        match tokio::task::spawn_blocking(move || group.work(batch)).await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(batch) => batch,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime is going down, and this with it.
            Err(Err(_)) => std::future::pending().await,
        }
    });
    work.await.map(Item::Batch).map_err(|error| RunError::Bug(format!("a worker died: {error}")))
}

impl Group {
    fn work(&self, mut batch: Batch) -> Batch {
        for (slot, stage) in &self.stages {
            let span = tracing::info_span!("stage", name = slot.name, doc = %batch.doc);
            let _entered = span.enter();
            batch.contents = self.one_stage(slot, stage.as_ref(), batch.contents);
        }
        if let Some((slot, render)) = &self.render {
            let span = tracing::info_span!("stage", name = slot.name, doc = %batch.doc);
            let _entered = span.enter();
            (batch.contents, batch.tally) = self.render(slot, render.as_ref(), batch.contents);
        }
        batch
    }

    fn one_stage(&self, slot: &StageSlot, stage: &dyn EachStage, contents: Vec<Carried>) -> Vec<Carried> {
        let counters = slot.counters(&self.progress);
        let begun = Instant::now();
        let mut out = Vec::with_capacity(contents.len());
        for carried in contents {
            let Carried::Body(body) = carried else {
                out.push(carried);
                continue;
            };
            counters.taken.add(1);
            let sheet = sheet_of(&body);
            match guarded(|| stage.apply_body(body)) {
                Ok(bodies) => {
                    if bodies.is_empty() { &counters.filtered } else { &counters.finished }.add(1);
                    counters.given.add(bodies.len() as u64);
                    out.extend(bodies.into_iter().map(Carried::Body));
                }
                Err(error) => {
                    counters.failed.add(1);
                    out.push(Carried::Failed(Box::new(Failure::of_sheet(slot.name, &sheet, error))));
                }
            }
        }
        counters.busy_ns.add(begun.elapsed().as_nanos() as u64);
        out
    }

    fn render(&self, slot: &StageSlot, render: &dyn Render, contents: Vec<Carried>) -> (Vec<Carried>, Tally) {
        let counters = slot.counters(&self.progress);
        let begun = Instant::now();
        let mut tally = Tally::default();
        let mut out = Vec::new();
        let mut records = Records::default();
        for carried in contents {
            let Carried::Body(Body::Article(article)) = carried else {
                out.push(carried);
                continue;
            };
            counters.taken.add(1);
            let before = records.bytes().len();
            match guarded(|| render.render(&article, records.room())) {
                Ok(Rendered::Line) => {
                    records.end_record(render.routes(&article));
                    counters.finished.add(1);
                    counters.given.add(1);
                    tally.count(&article);
                }
                Ok(Rendered::Filtered) => {
                    records.room().truncate(before);
                    counters.filtered.add(1);
                }
                Err(error) => {
                    records.room().truncate(before);
                    counters.failed.add(1);
                    out.push(Carried::Failed(Box::new(Failure::of_sheet(slot.name, &article.sheet, error))));
                }
            }
        }
        if !records.is_empty() {
            out.push(Carried::Records(records));
        }
        counters.busy_ns.add(begun.elapsed().as_nanos() as u64);
        (out, tally)
    }
}

fn sheet_of(body: &Body) -> Arc<Sheet> {
    match body {
        Body::Page(page) => Arc::clone(&page.sheet),
        Body::Article(article) => Arc::clone(&article.sheet),
    }
}
