//! Runs a stage with memory: one instance per document, fed in order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;
use tracing::Instrument;

use super::counters::Progress;
use super::guard::guarded_async;
use super::item::{Batch, Carried, Item, Lease};
use super::{RunError, StageSlot};
use crate::failure::Failure;
use crate::sheet::{DocId, Sheet};
use crate::stage::{Body, PerDocumentFactory, PerDocumentStage};

/// Where the bodies of one document go.
pub struct BodyOutlet {
    doc: DocId,
    output: mpsc::Sender<Item>,
    slot: StageSlot,
    progress: Arc<Progress>,
}

impl BodyOutlet {
    /// Sends one body on. When nobody takes it any more the run is ending and the body is let go.
    pub async fn emit(&self, body: Body) {
        self.slot.counters(&self.progress).given.add(1);
        let item = Item::carrying(Arc::clone(&self.doc), Carried::Body(body));
        if self.output.send(item).await.is_err() {
            tracing::debug!(doc = %self.doc, "nobody takes items any more");
        }
    }
}

struct Open {
    stage: Box<dyn PerDocumentStage>,
    outlet: BodyOutlet,
    last: Option<Arc<Sheet>>,
}

/// Feeds every document to its own instance until the input ends. An instance that fails or panics on one item is given the next
/// all the same: what it holds of the others must still come out. Instances of documents that never ended are dropped unfinished.
pub(super) async fn run(
    slot: StageSlot,
    make: PerDocumentFactory,
    mut input: mpsc::Receiver<Item>,
    output: mpsc::Sender<Item>,
    progress: Arc<Progress>,
) -> Result<(), RunError> {
    let mut open: HashMap<DocId, Open> = HashMap::new();
    let counters = slot.counters(&progress);
    while let Some(item) = input.recv().await {
        let (doc, contents) = match item {
            Item::Batch(Batch { doc, contents, .. }) => (doc, Some(contents)),
            Item::End(doc) => (doc, None),
        };
        let span = tracing::info_span!("stage", name = slot.name, %doc);
        let begun = Instant::now();
        if let Some(contents) = contents {
            let document = open.entry(Arc::clone(&doc)).or_insert_with(|| Open {
                stage: make(),
                outlet: BodyOutlet { doc: Arc::clone(&doc), output: output.clone(), slot: slot.clone(), progress: Arc::clone(&progress) },
                last: None,
            });
            for carried in contents {
                let onward = match carried {
                    Carried::Body(mut body) => {
                        counters.taken.add(1);
                        let sheet = release(&mut body);
                        let result = guarded_async(document.stage.push_body(body, &document.outlet)).instrument(span.clone()).await;
                        document.last = Some(Arc::clone(&sheet));
                        match result {
                            Ok(()) => {
                                counters.finished.add(1);
                                continue;
                            }
                            Err(error) => {
                                counters.failed.add(1);
                                Carried::Failed(Box::new(Failure::of_sheet(slot.name, &sheet, error)))
                            }
                        }
                    }
                    other => other,
                };
                if output.send(Item::carrying(Arc::clone(&doc), onward)).await.is_err() {
                    return Ok(());
                }
            }
        } else {
            if let Some(mut document) = open.remove(&doc)
                && let Err(error) = guarded_async(document.stage.finish_bodies(&document.outlet)).instrument(span).await
            {
                counters.ends_failed.add(1);
                let failed = Carried::Failed(Box::new(Failure::of_end(slot.name, &doc, document.last.as_deref(), error)));
                if output.send(Item::carrying(Arc::clone(&doc), failed)).await.is_err() {
                    return Ok(());
                }
            }
            if output.send(Item::End(doc)).await.is_err() {
                return Ok(());
            }
        }
        counters.busy_ns.add(begun.elapsed().as_nanos() as u64);
    }
    Ok(())
}

/// What a stage keeps no longer counts against the run's memory: otherwise documents kept open would block the very pages that
/// end them.
fn release(body: &mut Body) -> Arc<Sheet> {
    match body {
        Body::Page(page) => {
            page.lease = Lease::default();
            Arc::clone(&page.sheet)
        }
        Body::Article(article) => {
            article.lease = Lease::default();
            Arc::clone(&article.sheet)
        }
    }
}
