//! The thread of `watch`: looks, waits until files are complete, reads them in order, and ends what is idle.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pipeline::state::StateError;
use pipeline::{Memory, SourceError};

use super::Order;
use super::aftermath::Aftermath;
use super::desk::{Decision, Desk};
use super::forward::{Message, Outlet, Stopped};
use super::growing::Growing;
use super::issues::Issues;
use super::known::State;
use super::mailbox::{Hints, Mailbox};
use super::reading::{self, First};
use super::ready::{LEFT_ALONE, Look, Now, Signs, Waiting};
use super::scan::{Depth, Tree};
use super::settings::{Name, Settings};

/// A file of so many bytes is read in less time than anybody would notice.
const SMALL: u64 = 64 << 10;

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// So long after the start a folder may come that an earlier run has not done with.
const LATE: Duration = Duration::from_secs(30);

/// An issue that has been idle long enough is looked at so often as long as a page of it waits.
const AWAITED: Duration = Duration::from_millis(10);

/// Even when nothing is expected.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub(super) struct Worker {
    pub(super) settings: Arc<Settings>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) outlet: Outlet,
    pub(super) memory: Option<Memory>,
    pub(super) desk: Desk,
    pub(super) issues: Issues,
    pub(super) aftermath: Aftermath,
    pub(super) growing: Growing,
    /// Where bytes are read to on their way to a document, of one file after the other.
    pub(super) chunk: Box<[u8]>,
    /// Files that are complete.
    queue: Vec<(PathBuf, Waiting)>,
    /// Files fed so far.
    pub(super) fed: u64,
    /// Whether it was said that `key` does not match a path.
    pub(super) unmatched: bool,
}

/// Why the thread ends before its time.
pub(super) enum Halt {
    Stopped,
    Failed(SourceError),
}

impl From<Stopped> for Halt {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<StateError> for Halt {
    fn from(error: StateError) -> Self {
        Self::Failed(error.into())
    }
}

impl Worker {
    pub(super) fn new(settings: Arc<Settings>, mailbox: Arc<Mailbox>, outlet: Outlet, memory: Option<Memory>) -> Self {
        Self {
            desk: Desk::new(Arc::clone(&settings)),
            settings,
            mailbox,
            outlet,
            memory,
            issues: Issues::default(),
            aftermath: Aftermath::default(),
            growing: Growing::default(),
            chunk: vec![0; CHUNK].into(),
            queue: Vec::new(),
            fed: 0,
            unmatched: false,
        }
    }

    /// Works until it is stopped, or until all is done.
    pub(super) fn run(mut self) {
        let result = match self.work() {
            Ok(()) => Ok(()),
            Err(Halt::Failed(error)) => Err(error),
            Err(Halt::Stopped) => {
                // It may end what was begun.
                self.outlet.pass().ok();
                return;
            }
        };
        // Nobody listens when the run was stopped.
        self.outlet.send(Message::Done(result)).and_then(|()| self.outlet.pass()).ok();
    }

    fn work(&mut self) -> Result<(), Halt> {
        let left = self.load()?;
        let mut tree = Tree::new(Arc::clone(&self.settings), Arc::clone(&self.mailbox));
        // With a million known files it takes seconds to look at each, and what is new need not wait for that.
        let names_first = !self.settings.once && !self.settings.grow && self.desk.known.len() > 0;
        self.look(&mut tree, if names_first { Depth::Changed } else { Depth::Everything });
        if self.settings.once && !tree.is_there() {
            return Err(Halt::Failed(SourceError::Missing { message: "no folder of those to watch is there".to_owned() }));
        }
        // What was left can be read again only when its folder is there. Those that are there wait for it, but not for ever.
        let begun = Instant::now();
        while left.paths(&self.desk).any(|path| tree.is_missing(&path)) && (!tree.is_there() || begun.elapsed() < LATE) {
            self.mailbox.wait(tree.next().saturating_duration_since(Instant::now()));
            let letters = self.mailbox.take();
            if letters.stop {
                return Err(Halt::Stopped);
            }
            self.hear(&mut tree, letters.hints);
            self.look_if_due(&mut tree);
        }
        self.note_what_was_taken_away()?;
        self.replay(left)?;
        let mut looked_at = self.fed;
        let mut held: Option<Instant> = None;
        loop {
            let letters = self.mailbox.take();
            if letters.stop {
                return Err(Halt::Stopped);
            }
            self.take_away_all(&letters.marks)?;
            self.hear(&mut tree, letters.hints);
            if self.look_if_due(&mut tree) == Some(Depth::Everything) {
                looked_at = self.fed;
            }
            self.collect(tree.is_told());
            // What was found without a word from the system and may still be written belongs before what the system tells of.
            let timed = self.desk.pending.has_timers() && (tree.is_told() || self.settings.once);
            held = timed.then(|| held.unwrap_or_else(Instant::now));
            let settling = held.is_some_and(|since| since.elapsed() < LEFT_ALONE + LEFT_ALONE / 2);
            if !settling {
                self.read_queue(&mut tree)?;
            }
            self.grow()?;
            self.take_away_left_over()?;
            self.end_idle()?;
            if self.settings.once && !settling && !self.desk.pending.has_timers() {
                if looked_at == self.fed {
                    return self.finish();
                }
                tree.distrust();
            }
            let next = [
                Some(tree.next()),
                self.desk.pending.next(),
                self.growing.next(),
                self.issues.next(self.settings.idle_timeout.max(AWAITED)),
            ];
            let next = next.into_iter().flatten().min().map_or(LONGEST_WAIT, |next| next.saturating_duration_since(Instant::now()));
            self.outlet.pass()?;
            self.mailbox.wait(next.min(LONGEST_WAIT));
        }
    }

    fn look_if_due(&mut self, tree: &mut Tree) -> Option<Depth> {
        let depth = tree.due(Instant::now())?;
        self.look(tree, depth);
        Some(depth)
    }

    fn look(&mut self, tree: &mut Tree, depth: Depth) {
        let thoroughly = depth == Depth::Everything;
        let found = tree.look(depth, &mut |path, data| self.desk.asked(path, data, thoroughly));
        // What came while the folders were listed counts as found with them.
        let letters = self.mailbox.take_hints();
        let now = Now::read();
        if !found.is_empty() {
            tracing::debug!(code = "listed", found = found.len(), "files were found that are new or have changed");
        }
        for (path, look) in found {
            self.desk.found(&path, look, Signs::OTHER, now);
        }
        if depth > Depth::Hinted {
            self.desk.grown.extend(self.growing.gone());
        }
        self.hear(tree, letters);
    }

    fn hear(&mut self, tree: &mut Tree, hints: Hints) {
        if hints.lost {
            tracing::debug!(code = "events_lost", "more happened than the system could tell: every file is looked at");
            tree.distrust();
            self.desk.pending.distrust();
        }
        let now = Now::read();
        if !hints.paths.is_empty() {
            tracing::trace!(code = "told", paths = hints.paths.len(), "the system has told of changes");
        }
        for (path, signs) in hints.paths {
            let data = std::fs::metadata(&path).ok();
            if !tree.hint(&path, data.as_ref().is_some_and(std::fs::Metadata::is_dir)) {
                self.desk.told(&path, signs, data.as_ref(), now);
            }
        }
    }

    /// Puts files that are complete into the queue.
    fn collect(&mut self, told: bool) {
        let look_at = |path: &Path| std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|data| Look::of(&data));
        let rule = &self.settings.complete_when;
        let ready = self.desk.pending.ready(rule, told, Now::read(), look_at);
        self.queue.extend(ready);
    }

    /// Reads the files that are complete, in order, those of an issue together.
    fn read_queue(&mut self, tree: &mut Tree) -> Result<(), Halt> {
        let mut queue = std::mem::take(&mut self.queue);
        let mtime = |waiting: &Waiting| if self.settings.order == Order::Mtime { waiting.look.mtime } else { 0 };
        queue.sort_by(|(a, of_a), (b, of_b)| {
            let bytes = |path: &PathBuf| path.as_os_str().as_encoded_bytes().to_owned();
            mtime(of_a).cmp(&mtime(of_b)).then_with(|| bytes(a).cmp(&bytes(b)))
        });
        let mut places = self.places(&queue);
        let mut files = Vec::with_capacity(queue.len());
        let mut first: std::collections::HashMap<Arc<str>, usize> = std::collections::HashMap::new();
        for (index, (path, waiting)) in queue.into_iter().enumerate() {
            let issue = self.issue_of(&path);
            let place = issue.as_ref().map_or(index, |issue| *first.entry(Arc::clone(issue)).or_insert(index));
            files.push((place, issue, path, waiting));
        }
        files.sort_by_key(|(place, ..)| *place);
        let mut files = files.into_iter().peekable();
        while let Some((_, issue, path, waiting)) = files.next() {
            if self.mailbox.is_stopped() {
                return Err(Halt::Stopped);
            }
            self.note_new_name(&path, &waiting.look, &mut places)?;
            self.read(&path, &waiting)?;
            // What comes meanwhile is noted, and read after this.
            let letters = self.mailbox.take();
            let next = files.peek().filter(|(.., waiting)| waiting.look.size <= SMALL);
            if next.is_some() && letters.is_short() && tree.due(Instant::now()).is_none() {
                self.outlet.offer()?;
            } else {
                self.outlet.pass()?;
            }
            self.take_away_all(&letters.marks)?;
            self.hear(tree, letters.hints);
            self.look_if_due(tree);
            // A run that ends by itself need not wait to see whether more comes.
            if let Some(issue) = issue.filter(|issue| self.settings.once && files.peek().is_none_or(|next| next.1.as_ref() != Some(issue)))
            {
                self.end_issue(&issue)?;
            }
        }
        Ok(self.outlet.pass()?)
    }

    /// The issue that a path belongs to.
    fn issue_of(&self, path: &Path) -> Option<Arc<str>> {
        self.settings.naming.key.as_ref()?;
        let name = self.settings.name(path)?;
        if !self.settings.naming.is_issue(&name.shown) {
            return None;
        }
        let known = self.desk.known.get(&name.key).and_then(|file| file.issue.as_deref()).map(Arc::from);
        Some(known.unwrap_or_else(|| self.settings.naming.input(&name.shown, &name.stem, &mut 0).doc_id))
    }

    fn read(&mut self, path: &Path, waiting: &Waiting) -> Result<(), Stopped> {
        let Some(name) = self.settings.name(path) else { return Ok(()) };
        match reading::first(path, &waiting.look) {
            First::Gone => {
                tracing::debug!(code = "gone", "{} is not there any more", name.shown);
                Ok(())
            }
            First::Changed(look) => {
                tracing::debug!(code = "changed_while_read", "{} changed while it was read; it waits again", name.shown);
                self.desk.found(path, look, Signs::OTHER, Now::read());
                Ok(())
            }
            First::Unreadable(error) => {
                if self.desk.said_unreadable.insert(path.to_owned()) {
                    tracing::warn!(code = "unreadable", "{}: {error}; it is tried again now and then", name.shown);
                }
                self.desk.unreadable.insert(path.to_owned());
                Ok(())
            }
            First::Read(whole) => {
                self.desk.said_unreadable.remove(path);
                match self.desk.decide(&name, &whole.look, whole.hash) {
                    Decision::Read(file, changes) => {
                        if !changes.is_empty() {
                            self.outlet.mark(changes)?;
                        }
                        if self.desk.known.get(&name.key).is_some_and(|known| matches!(known.state, State::Begun | State::Lost)) {
                            self.forget(&name)?;
                        }
                        self.feed(path, &name, whole, file).map(drop)
                    }
                    Decision::Known(changes) => {
                        if !changes.is_empty() {
                            self.outlet.mark(changes)?;
                        }
                        if self.desk.known.get(&name.key).is_some_and(|file| self.desk.can_go(file)) {
                            self.desk.left_over.push((path.to_owned(), whole.look));
                        }
                        Ok(())
                    }
                    Decision::Refused(changes) => self.refuse_change(&name, changes),
                }
            }
        }
    }

    /// The document of a file begins anew.
    pub(super) fn forget(&mut self, name: &Name) -> Result<(), Stopped> {
        let Some(file) = self.desk.known.get(&name.key) else { return Ok(()) };
        if file.issue.is_some() {
            return Ok(());
        }
        let doc_id = Arc::from(file.doc.as_deref().unwrap_or(&name.stem));
        self.outlet.send(Message::Forget(doc_id))
    }

    fn end_idle(&mut self) -> Result<(), Stopped> {
        let idle = self.issues.idle(self.settings.idle_timeout, Instant::now());
        if idle.is_empty() {
            return Ok(());
        }
        // A page that is being written keeps its issue open, as long as it is there.
        self.desk.pending.forget_gone();
        let complete = self.queue.iter().map(|(path, _)| path);
        let awaited: Vec<Arc<str>> = self.desk.pending.paths().chain(complete).filter_map(|path| self.issue_of(path)).collect();
        for issue in idle {
            if awaited.contains(&issue) {
                let page_no = self.issues.page_no(&issue);
                self.issues.leave(&issue, page_no, Instant::now());
            } else {
                self.end_issue(&issue)?;
            }
        }
        Ok(())
    }

    /// All that is there has been read: ends what is open, and waits until files that can go are gone.
    fn finish(&mut self) -> Result<(), Halt> {
        for path in self.desk.pending.paths() {
            tracing::info!(code = "incomplete", "{} is not read: nothing says that it is complete", path.display());
        }
        let mut unreadable: Vec<Name> = self.desk.unreadable.iter().filter_map(|path| self.settings.name(path)).collect();
        unreadable.sort_by(|a, b| a.key.cmp(&b.key));
        for name in unreadable {
            let cause = format!("{} cannot be read", name.shown);
            self.refuse(&name, "unreadable", cause, Vec::new())?;
        }
        self.finish_growing()?;
        for issue in self.issues.idle(Duration::ZERO, Instant::now()) {
            self.end_issue(&issue)?;
        }
        while !self.aftermath.is_empty() {
            self.outlet.pass()?;
            self.mailbox.wait(LONGEST_WAIT);
            // With what happens in the folders, which would end the next wait at once.
            let letters = self.mailbox.take();
            if letters.stop {
                return Err(Halt::Stopped);
            }
            self.take_away_all(&letters.marks)?;
        }
        Ok(())
    }
}
