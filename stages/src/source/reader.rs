//! Moves bytes from a thread that may block to the async side, where they become pages and are fed.
//!
//! The thread is one of our own and not one of tokio's blocking pool: a read of stdin cannot be interrupted, and the runtime would
//! wait for it when the run is stopped.

use std::io::{self, Read};
use std::sync::Arc;

use pipeline::{Closed, Feed, SourceError, Stop};
use tokio::sync::mpsc;

use super::document::{Document, Found, Input, Reading};
use super::numbering::Numbering;
use super::open::{self, Bytes};

/// Bytes read at once.
const CHUNK: usize = 64 << 10;
/// Chunks that may wait.
const WAITING: usize = 4;

/// What the thread says.
enum Message {
    Begin(Input),
    Bytes(Vec<u8>),
    Failed {
        code: &'static str,
        cause: String,
    },
    Complete,
    /// All is read; these were not there.
    Done {
        missing: Vec<String>,
    },
}

/// The thread's end of the channel.
pub(super) struct Outlet(mpsc::Sender<Message>);

/// Nobody listens any more: the run was stopped.
pub(super) struct Stopped;

impl Outlet {
    /// Reads one input to its end. That it cannot be opened or read on is reported as its failure.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) fn read(&self, input: Input, open: impl FnOnce() -> io::Result<Bytes>) -> Result<(), Stopped> {
        let path = Arc::clone(&input.path);
        self.send(Message::Begin(input))?;
        let failed = match open().and_then(|bytes| open::open(bytes, &path)) {
            Ok(mut bytes) => self.pump(&mut bytes)?,
            Err(error) => Some(error),
        };
        self.send(match failed {
            None => Message::Complete,
            // What the system says has a number; what a decoder says has none.
            Some(error) if error.raw_os_error().is_some() => Message::Failed { code: "unreadable", cause: format!("{path}: {error}") },
            Some(error) => Message::Failed { code: "corrupt_archive", cause: format!("{path}: {error}") },
        })
    }

    /// Reports an input that cannot be read.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) fn unreadable(&self, input: Input, cause: String) -> Result<(), Stopped> {
        self.send(Message::Begin(input))?;
        self.send(Message::Failed { code: "unreadable", cause })
    }

    fn pump(&self, bytes: &mut Bytes) -> Result<Option<io::Error>, Stopped> {
        let mut chunk = vec![0; CHUNK];
        loop {
            match bytes.read(&mut chunk) {
                Ok(0) => return Ok(None),
                Ok(n) => self.send(Message::Bytes(chunk[..n].to_vec()))?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Ok(Some(error)),
            }
        }
    }

    fn send(&self, message: Message) -> Result<(), Stopped> {
        self.0.blocking_send(message).map_err(|_| Stopped)
    }
}

/// Runs `produce` on its own thread and feeds what comes of it. `produce` gives the names of inputs that were not there.
///
/// # Errors
/// When inputs were missing, after all others have been fed; when the stop came before all was read.
pub(super) async fn run<P>(reading: Arc<Reading>, produce: P, feed: Feed, mut stop: Stop) -> Result<(), SourceError>
where
    P: FnOnce(&Outlet) -> Result<Vec<String>, Stopped> + Send + 'static,
{
    let (sender, mut messages) = mpsc::channel(WAITING);
    let work = move || {
        let outlet = Outlet(sender);
        if let Ok(missing) = produce(&outlet) {
            // Nobody listens when the run was stopped, and then it does not matter what is missing.
            outlet.send(Message::Done { missing }).ok();
        }
    };
    let io = |cause| SourceError::Io { place: "the input".to_owned(), cause };
    std::thread::Builder::new().name("reader".to_owned()).spawn(work).map_err(io)?;

    let mut feeding = Feeding { reading, feed, document: None, live: false, left_out: false, out: Vec::new() };
    let mut missing = None;
    let mut stopping = false;
    loop {
        let message = tokio::select! {
            biased;
            () = stop.wait(), if !stopping => {
                stopping = true;
                messages.close();
                continue;
            }
            message = messages.recv() => message,
        };
        match message {
            None => break,
            Some(Message::Done { missing: names }) => missing = Some(names),
            Some(Message::Begin(_)) if stopping => {
                feeding.left_out = true;
                break;
            }
            // What can be read again is left at the page boundary; what cannot is fed to the last byte.
            Some(_) if stopping && !feeding.live => feeding.left_out = true,
            Some(message) => feeding.take(message, &stop).await?,
        }
    }
    let left_out = feeding.end(stopping).await?;
    match missing {
        _ if left_out => Err(SourceError::Interrupted),
        None if stopping => Err(SourceError::Interrupted),
        Some(names) if names.is_empty() => Ok(()),
        Some(names) => Err(SourceError::Missing { message: names.join("; ") }),
        None => Err(io(io::Error::other("the thread that reads has died; please report this as a bug"))),
    }
}

/// The input in hand on its way into the pipeline.
struct Feeding {
    reading: Arc<Reading>,
    feed: Feed,
    document: Option<Document>,
    live: bool,
    /// Whether something was not fed because the run was stopped.
    left_out: bool,
    out: Vec<Found>,
}

impl Feeding {
    async fn take(&mut self, message: Message, stop: &Stop) -> Result<(), Closed> {
        match (message, &mut self.document) {
            (Message::Begin(input), last) => {
                let numbering = last.take().map_or_else(Numbering::default, |last| last.close(Some(&input.doc_id), &mut self.out));
                self.live = input.live;
                self.document = Some(Document::new(Arc::clone(&self.reading), input, numbering));
            }
            (Message::Bytes(bytes), Some(document)) => document.push(&bytes, &mut self.out),
            (Message::Complete, Some(document)) => document.finish(&mut self.out),
            (Message::Failed { code, cause }, Some(document)) => document.fail(code, cause, &mut self.out),
            _ => {}
        }
        self.flush(Some(stop)).await
    }

    /// Feeds what there is left to feed, and says whether anything was left out.
    async fn end(mut self, stopping: bool) -> Result<bool, Closed> {
        if let Some(mut document) = self.document.take() {
            if stopping {
                document.interrupt(&mut self.out);
            }
            document.close(None, &mut self.out);
        }
        self.flush(None).await?;
        Ok(self.left_out)
    }

    async fn flush(&mut self, stop: Option<&Stop>) -> Result<(), Closed> {
        for found in self.out.drain(..) {
            if !self.live && stop.is_some_and(Stop::is_set) && !matches!(found, Found::End(_)) {
                self.left_out = true;
                continue;
            }
            match found {
                Found::Page(sheet) => self.feed.page(sheet).await?,
                Found::Failure(failure) => self.feed.fail(*failure).await?,
                Found::End(doc_id) => self.feed.end(doc_id).await?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use async_trait::async_trait;
    use pipeline::laws::{Fed, collect};
    use pipeline::{Acks, Size, Source};

    use super::super::frame::Format;
    use super::*;

    /// Gives each part as one read and then, like a terminal, waits until somebody hangs up.
    struct Live(Receiver<Vec<u8>>, Vec<u8>);

    impl Read for Live {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.1.is_empty() {
                self.1 = self.0.recv().unwrap_or_default();
            }
            let n = self.1.len().min(buffer.len());
            buffer[..n].copy_from_slice(&self.1[..n]);
            self.1.drain(..n);
            Ok(n)
        }
    }

    struct Inputs(Vec<(Input, Bytes)>);

    #[async_trait]
    impl Source for Inputs {
        async fn run(self: Box<Self>, feed: Feed, _: Acks, stop: Stop) -> Result<(), SourceError> {
            let reading = Reading::new("stdin", Format::Auto, &[], 0.01, Size(1 << 20)).unwrap();
            let produce = move |outlet: &Outlet| {
                for (input, bytes) in self.0 {
                    outlet.read(input, || Ok(bytes))?;
                }
                Ok(Vec::new())
            };
            run(Arc::new(reading), produce, feed, stop).await
        }
    }

    fn named(name: &str, live: bool) -> Input {
        Input { path: name.into(), doc_id: name.into(), stem: name.into(), live, ..Input::default() }
    }

    fn shown(fed: &[Fed]) -> Vec<String> {
        let show = |fed: &Fed| match fed {
            Fed::Page(sheet) => format!("{} {}", sheet.identity.page_id, sheet.text),
            Fed::Failure { code, page_id, .. } => format!("{page_id} {code}"),
            Fed::End(doc_id) => format!("end {doc_id}"),
            Fed::Forget(doc_id) => format!("forget {doc_id}"),
        };
        fed.iter().map(show).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stop_loses_nothing_that_was_read_from_a_live_input() {
        let (writer, parts) = channel();
        let (switch, stop) = Stop::new();
        let source =
            Inputs(vec![(named("stdin", true), Box::new(Live(parts, Vec::new()))), (named("never", false), Box::new(io::empty()))]);
        let running = tokio::spawn(collect(Box::new(source), stop));
        writer.send("第一页\x0c第二".as_bytes().to_vec()).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        switch.send(true).unwrap();
        let (fed, result) =
            tokio::time::timeout(Duration::from_secs(10), running).await.expect("a blocked read must not block the stop").unwrap();
        assert!(matches!(result, Err(SourceError::Interrupted)), "{result:?}");
        assert_eq!(shown(&fed), ["stdin:1 第一页", "stdin:2 第二", "end stdin"]);
        drop(writer);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stop_ends_a_file_at_a_page() {
        let (writer, parts) = channel();
        let (switch, stop) = Stop::new();
        let running = tokio::spawn(collect(Box::new(Inputs(vec![(named("a", false), Box::new(Live(parts, Vec::new())))])), stop));
        writer.send("第一页\x0c第二页\x0c第三".as_bytes().to_vec()).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        switch.send(true).unwrap();
        let (fed, result) = running.await.unwrap();
        assert!(matches!(result, Err(SourceError::Interrupted)), "{result:?}");
        assert_eq!(shown(&fed), ["a:1 第一页", "a:2 第二页", "end a"]);
        drop(writer);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn any_chunks_give_the_same_pages() {
        let text = "今天上午，全市召开会议。\n\x0c\x0c\n第三页\x0c".repeat(50);
        let mut seen = Vec::new();
        for size in [1, 7, 1 << 20] {
            let (writer, parts) = channel();
            text.as_bytes().chunks(size).for_each(|part| writer.send(part.to_vec()).unwrap());
            drop(writer);
            let (fed, result) =
                collect(Box::new(Inputs(vec![(named("stdin", true), Box::new(Live(parts, Vec::new())))])), Stop::never()).await;
            assert!(result.is_ok());
            seen.push(fed);
        }
        assert_eq!(seen[0].len(), 101);
        assert!(seen[0] == seen[1] && seen[1] == seen[2]);
    }

    #[tokio::test]
    async fn a_dead_thread_is_an_error() {
        struct Dies;
        impl Read for Dies {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("on purpose")
            }
        }
        let (_, result) = collect(Box::new(Inputs(vec![(named("a", false), Box::new(Dies))])), Stop::never()).await;
        assert!(result.unwrap_err().to_string().contains("has died"));
    }
}
