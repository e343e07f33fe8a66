//! Where articles go: rendering, which is CPU work and done beside the other stages, and writing, which waits for the outside.

use async_trait::async_trait;

use crate::article::Article;
use crate::failure::StageError;
use crate::sheet::DocId;

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
}

impl SinkError {
    /// Wraps an I/O error at `place`; a broken pipe becomes [`SinkError::Closed`].
    pub fn from_io(place: impl Into<String>, cause: std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Io { place: place.into(), cause } }
    }
}

/// Writes rendered articles, in order. The runner calls [`Sink::flush`] after each page and whenever the input is idle.
#[async_trait]
pub trait Sink: Send {
    /// Takes whole records: they are written all together or not at all.
    async fn write(&mut self, records: &[u8]) -> Result<(), SinkError>;
    /// Makes what was written visible to readers.
    async fn flush(&mut self) -> Result<(), SinkError>;
    /// All of `doc_id` was written; called before the document is acknowledged.
    async fn settle(&mut self, doc_id: &DocId) -> Result<(), SinkError>;
    /// Files are to be opened anew, as after a log rotation; called between pages.
    async fn reopen(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
    /// The input has ended in good order: the output is complete. Not called when the run fails or is stopped: then the sink is
    /// dropped, and what readers could see before the run must still be there.
    async fn close(&mut self) -> Result<(), SinkError>;
}
