//! Moves pages from blocking readers to the feed: one thread reads, the source's task feeds, and a stop signal takes what was read.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeline::sheet::DocId;
use pipeline::{Closed, Feed, Stop};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::intake::{Event, Intake};
use super::open::Opened;

/// Feeds events, ending a document only when the next one begins, because several files may belong to one.
pub(crate) struct Pump {
    feed: Feed,
    stop: Stop,
    unended: Option<DocId>,
}

impl Pump {
    pub(crate) fn new(feed: Feed, stop: Stop) -> Self {
        Self { feed, stop, unended: None }
    }

    /// Opens an input on the reading thread, because even its first bytes may be long in coming, and reads it through `intake`
    /// until it ends or the stop signal comes; nothing that was read is lost.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub(crate) async fn drain(&mut self, open: impl FnOnce() -> io::Result<Opened> + Send + 'static, intake: Intake) -> Result<(), Closed> {
        let intake = Arc::new(Mutex::new(Some(intake)));
        let (sender, receiver) = mpsc::channel(1);
        let mut events = ReceiverStream::new(receiver);
        let shared = Arc::clone(&intake);
        // Not a blocking task of the runtime: a thread that waits for a terminal must not keep the process from ending.
        std::thread::spawn(move || read(open, &shared, &sender));
        loop {
            let event = tokio::select! {
                biased;
                () = self.stop.wait() => break,
                event = events.next() => event,
            };
            match event {
                Some(event) => self.give(event).await?,
                None => return Ok(()),
            }
        }
        // The reader sends with the intake locked: what it is sending must be taken before the lock can be had.
        let rest = loop {
            let last = match intake.try_lock() {
                Ok(mut intake) => Some(intake.take().map(|mut intake| intake.finish()).unwrap_or_default()),
                Err(_) => None,
            };
            events.close();
            if let Some(last) = last {
                break last;
            }
            while let Some(event) = events.next().await {
                self.give(event).await?;
            }
            tokio::task::yield_now().await;
        };
        while let Some(event) = events.next().await {
            self.give(event).await?;
        }
        for event in rest {
            self.give(event).await?;
        }
        Ok(())
    }

    /// Feeds one event.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub(crate) async fn give(&mut self, event: Event) -> Result<(), Closed> {
        let doc = match &event {
            Event::Page(sheet) => Arc::clone(&sheet.identity.doc_id),
            Event::Failed(failure) => Arc::clone(&failure.identity.doc_id),
            Event::End(doc) => {
                self.unended = Some(Arc::clone(doc));
                return Ok(());
            }
        };
        if let Some(last) = self.unended.take_if(|last| **last != *doc) {
            self.feed.end(last).await?;
        }
        match event {
            Event::Page(sheet) => self.feed.page(*sheet).await,
            Event::Failed(failure) => self.feed.fail(*failure).await,
            Event::End(_) => Ok(()),
        }
    }

    /// Whether the stop signal was given.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.is_set()
    }

    /// Ends the last document.
    ///
    /// # Errors
    /// [`Closed`] when nobody takes pages any more.
    pub(crate) async fn finish(mut self) -> Result<(), Closed> {
        match self.unended.take() {
            Some(last) => self.feed.end(last).await,
            None => Ok(()),
        }
    }
}

/// The reading thread. Sends with the intake locked, so that nothing is between the two when a stop takes the rest.
fn read(open: impl FnOnce() -> io::Result<Opened>, intake: &Mutex<Option<Intake>>, sender: &mpsc::Sender<Event>) {
    let mut buffer = vec![0; 64 * 1024];
    let mut opened = open();
    if let (Ok(opened), Some(intake)) = (&opened, lock(intake).as_mut()) {
        intake.recoded_from(opened.encoding);
    }
    loop {
        let result = match &mut opened {
            Ok(opened) => opened.bytes.read(&mut buffer),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        };
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Interrupted) {
            continue;
        }
        let mut guard = lock(intake);
        let Some(intake) = guard.as_mut() else { return };
        let (events, ended) = match result {
            Ok(0) => (intake.finish(), true),
            Ok(count) => (intake.push(buffer.get(..count).unwrap_or_default()), false),
            Err(error) => (intake.broken(&error), true),
        };
        for event in events {
            if sender.blocking_send(event).is_err() {
                return;
            }
        }
        if ended {
            *guard = None;
            return;
        }
    }
}

fn lock(intake: &Mutex<Option<Intake>>) -> MutexGuard<'_, Option<Intake>> {
    // A panic while the lock was held has already ended the reading thread's work; what is inside is whole.
    intake.lock().unwrap_or_else(PoisonError::into_inner)
}
