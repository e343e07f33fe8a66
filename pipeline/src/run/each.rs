//! Runs neighbouring stages without memory: many pages at once on the CPU threads, order kept.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::stream::{self, Peekable};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::counters::{Progress, Tally};
use super::crew::Crew;
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

/// Pages are worked on together up to so many bytes of their text and so many items: handing a page from thread to thread takes as
/// long as working on one of a few lines. A newspaper page is larger and goes alone.
const BUNDLE: usize = 8 << 10;
const ITEMS: usize = 64;

/// Starts up to `width` bundles ahead and sends them on in the order they came in; `crew`, which all groups of the run share, works
/// on them.
pub(super) async fn run(
    group: Group,
    input: mpsc::Receiver<Item>,
    output: mpsc::Sender<Item>,
    crew: Arc<Crew>,
    width: usize,
) -> Result<(), RunError> {
    let group = Arc::new(group);
    let work = |bundle| work_on(bundle, Arc::clone(&group), &crew);
    let bundles = stream::unfold(ReceiverStream::new(input).peekable(), next_bundle);
    let mut done = std::pin::pin!(bundles.map(work).buffered(width));
    while let Some(bundle) = done.next().await {
        for item in bundle? {
            if output.send(item).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Waits for an item, and takes what stands behind it as long as all together is small.
async fn next_bundle(mut input: Peekable<ReceiverStream<Item>>) -> Option<(Vec<Item>, Peekable<ReceiverStream<Item>>)> {
    let first = input.next().await?;
    let mut bytes = size_of(&first);
    let mut bundle = vec![first];
    while bundle.len() < ITEMS
        && let Some(Some(item)) = Pin::new(&mut input).peek().now_or_never()
        && bytes + size_of(item) <= BUNDLE
        && let Some(Some(item)) = input.next().now_or_never()
    {
        bytes += size_of(&item);
        bundle.push(item);
    }
    Some((bundle, input))
}

/// Bytes of the pages that its contents are from.
fn size_of(item: &Item) -> usize {
    let Item::Batch(batch) = item else { return 0 };
    let size = |carried: &Carried| if let Carried::Body(body) = carried { sheet_of(body).text.len() } else { 0 };
    batch.contents.iter().map(size).sum()
}

async fn work_on(bundle: Vec<Item>, group: Arc<Group>, crew: &Crew) -> Result<Vec<Item>, RunError> {
    if !bundle.iter().any(|item| matches!(item, Item::Batch(_))) {
        return Ok(bundle);
    }
    let each = move |item| if let Item::Batch(batch) = item { Item::Batch(group.work(batch)) } else { item };
    crew.work(move || bundle.into_iter().map(each).collect()).await
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{DocId, Place, SheetIdentity};

    fn page(bytes: usize) -> Item {
        let sheet = Sheet::new(SheetIdentity::default(), Place::default(), "utf-8", 0, "x".repeat(bytes)).unwrap();
        Item::page(DocId::from("d"), Arc::new(sheet), super::super::item::Lease::default())
    }

    #[tokio::test]
    async fn small_pages_go_together_and_large_ones_alone() {
        let (sender, receiver) = mpsc::channel(16);
        for bytes in [100, 200, BUNDLE, 300, 9000] {
            sender.send(page(bytes)).await.unwrap();
            sender.send(Item::End(DocId::from("d"), None)).await.unwrap();
        }
        let mut input = ReceiverStream::new(receiver).peekable();
        let mut bundles = Vec::new();
        for _ in 0..5 {
            let (bundle, rest) = next_bundle(input).await.unwrap();
            bundles.push(bundle.iter().map(size_of).collect::<Vec<_>>());
            input = rest;
        }
        let expected = [vec![100, 0, 200, 0], vec![BUNDLE, 0], vec![300, 0], vec![9000], vec![0]];
        assert_eq!(bundles, expected);
    }

    #[tokio::test]
    async fn a_bundle_without_text_has_an_end_too() {
        let (sender, receiver) = mpsc::channel(ITEMS * 2);
        for _ in 0..=ITEMS {
            sender.try_send(Item::End(DocId::from("d"), None)).unwrap();
        }
        let (many, _) = next_bundle(ReceiverStream::new(receiver).peekable()).await.unwrap();
        assert_eq!(many.len(), ITEMS);
    }
}
