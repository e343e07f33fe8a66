//! Where articles go: rendering, which is CPU work and done beside the other stages, and writing, which waits for the outside.

use std::sync::Arc;

use async_trait::async_trait;

use crate::article::Article;
use crate::failure::StageError;
use crate::source::Memory;
use crate::state::{Change, StateError, is_full};

/// Whether an article was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// Its line was appended.
    Line,
    /// The sink does not want it.
    Filtered,
}

/// Turns one article into bytes. Pure, many at once.
pub trait Render: Send + Sync + 'static {
    /// Appends the article to `line`, including whatever ends a record.
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError>;

    /// Where the sink is to put an article, when it has more than one place for them. Names mean what the sink takes them for.
    fn routes(&self, _article: &Article) -> Vec<Arc<str>> {
        Vec::new()
    }
}

/// Finished records, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    bytes: Vec<u8>,
    /// For each record its end in `bytes`, and its routes.
    ends: Vec<(usize, Vec<Arc<str>>)>,
}

impl Records {
    /// Appends one record, as it stands at the end of `bytes` from the record before on, with where it goes.
    pub(crate) fn end_record(&mut self, routes: Vec<Arc<str>>) {
        self.ends.push((self.bytes.len(), routes));
    }

    /// Where the next record is appended.
    pub(crate) fn room(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// All of them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Each of them with its routes.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[Arc<str>])> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        starts.zip(&self.ends).map(|(start, (end, routes))| (self.bytes.get(start..*end).unwrap_or_default(), routes.as_slice()))
    }

    /// Leaves out the first `count`, or all when there are fewer, and says how many that were.
    pub(crate) fn leave_out(&mut self, count: u64) -> u64 {
        let count = self.ends.len().min(usize::try_from(count).unwrap_or(usize::MAX));
        let Some((cut, _)) = count.checked_sub(1).and_then(|last| self.ends.get(last)).cloned() else { return 0 };
        self.bytes.drain(..cut);
        self.ends.drain(..count);
        self.ends.iter_mut().for_each(|(end, _)| *end -= cut);
        count as u64
    }
}

impl FromIterator<Vec<u8>> for Records {
    fn from_iter<I: IntoIterator<Item = Vec<u8>>>(records: I) -> Self {
        let mut all = Self::default();
        for record in records {
            all.bytes.extend(record);
            all.end_record(Vec::new());
        }
        all
    }
}

/// Why a sink cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The reader has gone away; the run ends quietly.
    #[error("the reader of the output has gone")]
    Closed,
    /// Writing failed.
    #[error("failed to write {place}: {cause}")]
    Io {
        /// Path or `stdout`.
        place: String,
        /// The system's reason.
        #[source]
        cause: std::io::Error,
    },
    /// The output is not what the state says it is.
    #[error(transparent)]
    State(#[from] StateError),
}

impl SinkError {
    /// Wraps an I/O error at `place`; a broken pipe becomes [`SinkError::Closed`].
    pub fn from_io(place: impl Into<String>, cause: std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Io { place: place.into(), cause } }
    }

    /// Whether there is no room on the disk, which may pass.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Io { cause, .. } | Self::State(StateError::Io { cause, .. }) => is_full(cause),
            _ => false,
        }
    }
}

/// Writes rendered articles, in order. The runner calls [`Sink::flush`] whenever nothing waits to be written, after
/// some pages at the latest, and before it acknowledges anything.
///
/// Where the run keeps a state, [`Sink::resume`] comes first and [`Sink::commit`] whenever progress is recorded. When the disk is
/// full in such a run the sink keeps what it took, and the runner calls `flush` or `commit` again until there is room.
#[async_trait]
pub trait Sink: Send {
    /// Goes on with the output of earlier runs: what stands in it beyond what was committed is cut off.
    ///
    /// # Errors
    /// [`SinkError::State`] when the output holds less than was committed, or something although nothing was.
    async fn resume(&mut self, _memory: &Memory) -> Result<(), SinkError> {
        Ok(())
    }

    /// Brings all that was written to the disk, and gives the rows that say how much that is.
    async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        self.flush().await?;
        Ok(Vec::new())
    }

    /// Opens its files by their names anew, after somebody may have moved them away.
    async fn reopen(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Takes whole records: they are written all together or not at all.
    async fn write(&mut self, records: Records) -> Result<(), SinkError>;
    /// Makes what was written visible to readers.
    async fn flush(&mut self) -> Result<(), SinkError>;
    /// The input has ended in good order: the output is complete. Not called when the run fails or is stopped: then the sink is
    /// dropped, and what readers could see before the run must still be there.
    async fn close(&mut self) -> Result<(), SinkError>;
}

/// A sink that throws away what it is given, for runs whose records nobody wants.
pub struct Nowhere;

#[async_trait]
impl Sink for Nowhere {
    async fn write(&mut self, _records: Records) -> Result<(), SinkError> {
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    async fn close(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
