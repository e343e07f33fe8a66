//! Where records are written: stdout, a pipe or device, or files.
//!
//! All waiting for the outside is done on tokio's blocking threads, so a slow reader or disk stalls nobody else.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};

use pipeline::state::{is_full, lasting};
use pipeline::{Change, Memory, Records, SinkError};

use super::shelf::Shelf;

/// An output.
pub(super) struct Output {
    /// For messages: the path as the user gave it, or `stdout`.
    place: String,
    /// `None` while it is written to.
    target: Option<Target>,
    /// What has not been given to the target.
    waiting: Vec<Records>,
    /// Of those.
    bytes: usize,
}

enum Target {
    /// Standard output, not yet opened as a file, which it is on Unix.
    Stdout,
    /// A pipe, a device, or what standard output leads to: written to as it is.
    Stream(File),
    /// Not yet known to be no stream.
    Unknown(Box<Shelf>),
    Files(Box<Shelf>),
}

/// So much waits at most before it is written, page end or not.
pub(super) const WAITING: usize = 1 << 20;

impl Output {
    /// Standard output.
    pub(super) fn stdout() -> Self {
        Self::to("stdout", Target::Stdout)
    }

    /// Files, called `given` in messages; opened when the first record comes.
    pub(super) fn at(given: &str, files: Shelf) -> Self {
        Self::to(given, Target::Unknown(Box::new(files)))
    }

    fn to(place: &str, target: Target) -> Self {
        Self { place: place.to_owned(), target: Some(target), waiting: Vec::new(), bytes: 0 }
    }

    /// See [`pipeline::Sink::resume`].
    pub(super) async fn resume(&mut self, memory: Memory) -> Result<(), SinkError> {
        self.on_files(move |files| files.resume(&memory)).await
    }

    /// Takes whole records.
    pub(super) async fn take(&mut self, records: Records) -> Result<(), SinkError> {
        self.bytes += records.bytes().len();
        self.waiting.push(records);
        if self.bytes < WAITING { Ok(()) } else { self.flush().await }
    }

    /// Makes what was taken visible to readers.
    pub(super) async fn flush(&mut self) -> Result<(), SinkError> {
        if self.waiting.is_empty() && !self.has_left_over() {
            return Ok(());
        }
        self.bytes = 0;
        let records = std::mem::take(&mut self.waiting);
        let place = self.place.clone();
        self.blocking(move |target| {
            let failed = |cause| SinkError::from_io(place, cause);
            match target {
                Target::Stdout => {
                    let mut stdout = io::stdout().lock();
                    let written = records.iter().try_for_each(|some| stdout.write_all(some.bytes()));
                    written.and_then(|()| stdout.flush()).map_err(|cause| failed(for_good(cause)))
                }
                Target::Stream(file) => write_whole(file, &records).map_err(|cause| failed(for_good(cause))),
                Target::Files(files) | Target::Unknown(files) => files.take(records),
            }
        })
        .await
    }

    /// Whether files still have to be given what they could not take before.
    fn has_left_over(&self) -> bool {
        matches!(&self.target, Some(Target::Files(files)) if files.has_left_over())
    }

    /// See [`pipeline::Sink::commit`].
    pub(super) async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        self.flush().await?;
        self.on_files(Shelf::commit).await
    }

    /// Makes the output final: files take their places, even when nothing was written.
    pub(super) async fn complete(&mut self) -> Result<(), SinkError> {
        self.flush().await?;
        self.on_files(Shelf::complete).await
    }

    /// See [`pipeline::Sink::reopen`].
    pub(super) async fn reopen(&mut self) -> Result<(), SinkError> {
        self.on_files(Shelf::reopen).await
    }

    async fn on_files<T: Default + Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Shelf) -> Result<T, SinkError> + Send + 'static,
    ) -> Result<T, SinkError> {
        self.blocking(|target| if let Target::Files(files) = target { work(files) } else { Ok(T::default()) }).await
    }

    async fn blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Target) -> Result<T, SinkError> + Send + 'static,
    ) -> Result<T, SinkError> {
        let place = self.place.clone();
        let failed = |cause| SinkError::from_io(place.clone(), cause);
        let Some(target) = self.target.take() else { return Err(failed(io::Error::other("an earlier write has failed"))) };
        let done = tokio::task::spawn_blocking(move || {
            let mut target = target.known()?;
            let done = work(&mut target);
            Ok((target, done))
        });
        let (target, done) = done.await.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(failed)?;
        self.target = Some(target);
        done
    }
}

/// What a failed write to a stream amounts to. Nobody knows how much of it was taken: even of a full disk behind it a run can only end,
/// with nothing recorded of what was written last.
fn for_good(cause: io::Error) -> io::Error {
    if is_full(&cause) { lasting(&cause) } else { cause }
}

/// Writes records to a stream. When that fails and it leads to a file, what was written of those that were torn is cut off, so that
/// no record is written behind half of another later.
fn write_whole(mut file: &File, records: &[Records]) -> io::Result<()> {
    for some in records {
        let mut rest = some.bytes();
        let mut begun = None;
        while !rest.is_empty() {
            let failed = match file.write(rest) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(written) => {
                    begun = begun.or_else(|| file.stream_position().ok()?.checked_sub(written as u64));
                    rest = rest.get(written..).unwrap_or_default();
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            if let Some(begun) = begun {
                // Whatever this gives, the first error is the one to tell.
                cut_off(file, begun, (some.bytes().len() - rest.len()) as u64).ok();
            }
            return Err(failed);
        }
    }
    Ok(())
}

/// Cuts off the `written` bytes from `begun` on, unless others have written there, too.
fn cut_off(mut file: &File, begun: u64, written: u64) -> io::Result<()> {
    let data = file.metadata()?;
    if data.is_file() && data.len() == begun + written && file.stream_position()? == data.len() {
        file.set_len(begun)?;
        // Whoever writes there next begins at the new end.
        file.seek(SeekFrom::End(0))?;
    }
    Ok(())
}

impl Target {
    /// Opens standard output, and looks whether a path leads to a file.
    fn known(self) -> io::Result<Self> {
        #[cfg(unix)]
        if let Self::Stdout = self {
            use std::os::fd::AsFd;
            return Ok(Self::Stream(File::from(io::stdout().as_fd().try_clone_to_owned()?)));
        }
        let Self::Unknown(files) = self else { return Ok(self) };
        let path = files.names().real();
        match fs::metadata(path) {
            Ok(data) if files.names().is_one() && !data.is_file() => Ok(Self::Stream(File::options().write(true).open(path)?)),
            _ => Ok(Self::Files(files)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_never_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("o");
        let open = || File::options().create(true).append(true).open(&path).unwrap();
        let (mut own, mut other) = (open(), open());
        own.write_all(b"{\"torn").unwrap();
        cut_off(&own, 0, 6).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
        own.write_all(b"{\"torn").unwrap();
        other.write_all(b"theirs\n").unwrap();
        cut_off(&own, 0, 6).unwrap();
        own.write_all(b"again").unwrap();
        cut_off(&own, 0, 11).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"{\"torntheirs\nagain");
    }
}
