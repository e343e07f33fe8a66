//! The async side of `watch`: passes on what the thread has read, and tells it what has reached the disk and when to stop.
//!
//! All files are touched by one thread of the source's own, which may block; it is not one of tokio's, for which the runtime would
//! wait when the run is stopped.

use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use pipeline::sheet::DocId;
use pipeline::state::Change;
use pipeline::{Ack, Acks, Closed, Failure, Feed, Sheet, SourceError, Stop};
use tokio::sync::{mpsc, oneshot};

use super::mailbox::Mailbox;
use super::settings::Settings;
use super::work::Worker;

/// How long the thread may take to end.
const LEAVE: Duration = Duration::from_secs(5);

/// A file that was begun is read to its end for so long after a stop: under another configuration all of it would come again.
const FINISH: Duration = Duration::from_secs(1);

/// What the thread says.
pub(super) enum Message {
    Page(Box<Sheet>),
    Failure(Box<Failure>),
    Mark {
        ends: Option<DocId>,
        mark: u64,
        changes: Vec<Change>,
    },
    Forget(DocId),
    /// All there was to do is done.
    Done(Result<(), SourceError>),
}

/// Small files are passed on together, up to so many bytes of their text and so many messages: to wake whoever takes them costs as much
/// as reading one.
const BUNDLE: usize = 8 << 10;
const MESSAGES: usize = 64;

/// The thread's end of the channel. Whoever is about to do something else for a while says [`Outlet::pass`] before.
pub(super) struct Outlet {
    sender: mpsc::Sender<Vec<Message>>,
    waiting: Vec<Message>,
    /// Of the pages that wait.
    bytes: usize,
    marks: u64,
}

/// The other end.
struct Inlet {
    receiver: mpsc::Receiver<Vec<Message>>,
    in_hand: VecDeque<Message>,
}

impl Inlet {
    async fn next(&mut self) -> Option<Message> {
        if self.in_hand.is_empty() {
            self.in_hand = self.receiver.recv().await?.into();
        }
        self.in_hand.pop_front()
    }
}

/// Nobody listens any more: the run was stopped.
#[derive(Debug)]
pub(super) struct Stopped;

impl Outlet {
    pub(super) fn new(sender: mpsc::Sender<Vec<Message>>) -> Self {
        Self { sender, waiting: Vec::new(), bytes: 0, marks: 0 }
    }

    pub(super) fn send(&mut self, message: Message) -> Result<(), Stopped> {
        if let Message::Page(sheet) = &message {
            self.bytes += sheet.text.len();
        }
        self.waiting.push(message);
        if self.bytes < BUNDLE && self.waiting.len() < MESSAGES { Ok(()) } else { self.pass() }
    }

    /// Passes on what waits, if there is room for it.
    pub(super) fn offer(&mut self) -> Result<(), Stopped> {
        if self.sender.capacity() == 0 && !self.sender.is_closed() { Ok(()) } else { self.pass() }
    }

    /// Passes on what waits, when there is room for it.
    pub(super) fn pass(&mut self) -> Result<(), Stopped> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.bytes = 0;
        self.sender.blocking_send(std::mem::take(&mut self.waiting)).map_err(|_| Stopped)
    }

    /// Says how far all has come, and gives the mark that will be acknowledged.
    pub(super) fn mark(&mut self, changes: Vec<Change>) -> Result<u64, Stopped> {
        self.next_mark(None, changes)
    }

    /// Ends a document with that.
    pub(super) fn end(&mut self, doc_id: &DocId, changes: Vec<Change>) -> Result<u64, Stopped> {
        self.next_mark(Some(Arc::clone(doc_id)), changes)
    }

    fn next_mark(&mut self, ends: Option<DocId>, changes: Vec<Change>) -> Result<u64, Stopped> {
        self.marks += 1;
        self.send(Message::Mark { ends, mark: self.marks, changes })?;
        Ok(self.marks)
    }
}

/// Tells the thread to stop, however the async side ends.
struct Hangup(Arc<Mailbox>);

impl Drop for Hangup {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Runs the source.
///
/// # Errors
/// When the state cannot be read, or a run of what is there (`once`) is stopped before its end.
pub(super) async fn run(settings: Arc<Settings>, feed: Feed, mut acks: Acks, mut stop: Stop) -> Result<(), SourceError> {
    let (sender, receiver) = mpsc::channel(1);
    let mut inlet = Inlet { receiver, in_hand: VecDeque::new() };
    let outlet = Outlet::new(sender);
    let mailbox = Arc::new(Mailbox::default());
    let worker = Worker::new(Arc::clone(&settings), Arc::clone(&mailbox), outlet, feed.memory().cloned());
    let hangup = Hangup(Arc::clone(&mailbox));
    let io = |cause| SourceError::Io { place: "the watched folders".to_owned(), cause };
    let (at_work, mut gone) = oneshot::channel::<Infallible>();
    let work = move || {
        worker.run();
        drop(at_work);
    };
    std::thread::Builder::new().name("watch".to_owned()).spawn(work).map_err(io)?;

    let mut open = HashSet::new();
    let mut listening = true;
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => break,
            ack = acks.next(), if listening => match ack {
                Some(Ack::Marked { mark }) => mailbox.mark(mark),
                Some(Ack::Ended { .. }) => {}
                None => listening = false,
            },
            message = inlet.next() => match message {
                Some(Message::Done(result)) => return result,
                Some(message) => pass_on(&feed, message, &mut open).await?,
                None => return Err(io(io::Error::other("the thread that reads has died; please report this as a bug"))),
            },
        }
    }
    // The thread begins no other file.
    mailbox.stop();
    let finish = async {
        // An issue stays open in any case; all that was read of it comes out, unless another run goes on with it.
        while (settings.naming.key.is_none() || feed.memory().is_none()) && !open.is_empty() {
            match inlet.next().await {
                Some(Message::Done(_)) | None => break,
                Some(message) => pass_on(&feed, message, &mut open).await?,
            }
        }
        Ok::<(), Closed>(())
    };
    if let Ok(finished) = tokio::time::timeout(FINISH, finish).await {
        finished?;
    }
    drop((hangup, inlet));
    // Whoever goes on in this process needs the state, which the thread holds, too. A read that hangs is not waited for.
    tokio::time::timeout(LEAVE, &mut gone).await.ok();
    if feed.memory().is_none() {
        // Nobody will go on with what is open, so that what was read of it must come out.
        for doc_id in open {
            feed.end(doc_id).await?;
        }
    }
    if settings.once { Err(SourceError::Interrupted) } else { Ok(()) }
}

async fn pass_on(feed: &Feed, message: Message, open: &mut HashSet<DocId>) -> Result<(), Closed> {
    match message {
        Message::Page(sheet) => {
            open.insert(Arc::clone(&sheet.identity.doc_id));
            feed.page(*sheet).await
        }
        Message::Failure(failure) => {
            open.insert(Arc::clone(&failure.identity.doc_id));
            feed.fail(*failure).await
        }
        Message::Mark { ends: Some(doc_id), mark, changes } => {
            open.remove(&doc_id);
            feed.conclude(doc_id, mark, changes).await
        }
        Message::Mark { ends: None, mark, changes } => feed.mark(mark, changes).await,
        Message::Forget(doc_id) => feed.forget(doc_id).await,
        Message::Done(_) => Ok(()),
    }
}
