//! A sink that says when its output is complete: until then nothing counts of what a replay on its own has delivered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use pipeline::{Built, BuiltSink, Change, Memory, Records, Sink, SinkError};

/// The same stages, and whether the last has completed its output.
pub fn watched(stages: Vec<(&'static str, Built)>) -> (Vec<(&'static str, Built)>, Arc<AtomicBool>) {
    let complete = Arc::new(AtomicBool::new(false));
    let watch = |built| match built {
        Built::Sink(BuiltSink { render, sink }) => {
            Built::Sink(BuiltSink { render, sink: Box::new(Watched { sink, complete: Arc::clone(&complete) }) })
        }
        other => other,
    };
    let stages = stages.into_iter().map(|(name, built)| (name, watch(built))).collect();
    (stages, complete)
}

struct Watched {
    sink: Box<dyn Sink>,
    complete: Arc<AtomicBool>,
}

#[async_trait]
impl Sink for Watched {
    async fn resume(&mut self, memory: &Memory) -> Result<(), SinkError> {
        self.sink.resume(memory).await
    }

    async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        self.sink.commit().await
    }

    async fn reopen(&mut self) -> Result<(), SinkError> {
        self.sink.reopen().await
    }

    async fn write(&mut self, records: Records) -> Result<(), SinkError> {
        self.sink.write(records).await
    }

    async fn flush(&mut self) -> Result<(), SinkError> {
        self.sink.flush().await
    }

    async fn close(&mut self) -> Result<(), SinkError> {
        self.sink.close().await?;
        self.complete.store(true, Ordering::Release);
        Ok(())
    }
}
