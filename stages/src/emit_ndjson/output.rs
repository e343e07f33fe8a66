//! Where records are written: stdout, a pipe or device, or a file that appears when it is complete.
//!
//! All waiting for the outside is done on tokio's blocking threads, so a slow reader or disk stalls nobody else.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pipeline::SinkError;

/// An output. A file that is dropped before it was completed keeps what was written under a name of its own.
pub(super) struct Output {
    /// For messages: the path as the user gave it, or `stdout`.
    place: String,
    /// `None` while it is written to.
    target: Option<Target>,
}

enum Target {
    Stdout,
    /// Not yet opened.
    Path(PathBuf),
    /// A pipe or a device: written to as it is.
    Stream(File),
    /// A regular file under its temporary name.
    Partial(Partial),
    Complete,
}

struct Partial {
    file: File,
    path: PathBuf,
    target: PathBuf,
    /// Whether it has taken its place.
    renamed: bool,
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.renamed {
            return;
        }
        // The run has failed already; a file left behind is not worth another error.
        if self.file.metadata().is_ok_and(|data| data.len() == 0) {
            fs::remove_file(&self.path).ok();
            return;
        }
        let kept = kept_name(&self.target);
        let kept = if fs::rename(&self.path, &kept).is_ok() { &kept } else { &self.path };
        let old = if self.target.exists() { "is as it was before" } else { "was not written" };
        tracing::warn!("{} {old}; the records of this run, which are not all, are in {}", self.target.display(), kept.display());
    }
}

/// Where the records of a run that did not end well are kept, beside `target`.
pub fn kept_name(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

impl Output {
    /// Standard output.
    pub(super) fn stdout() -> Self {
        Self { place: "stdout".to_owned(), target: Some(Target::Stdout) }
    }

    /// The file `real`, called `given` in messages; opened when the first record comes.
    pub(super) fn at(given: &str, real: PathBuf) -> Self {
        Self { place: given.to_owned(), target: Some(Target::Path(real)) }
    }

    /// Writes whole records and gives their buffer back.
    pub(super) async fn append(&mut self, records: Vec<u8>) -> Result<Vec<u8>, SinkError> {
        self.blocking(move |target| {
            let target = target.opened()?;
            target.write(&records)?;
            Ok((target, records))
        })
        .await
    }

    /// Makes the output final: a file takes its place, even when nothing was written to it.
    pub(super) async fn complete(&mut self) -> Result<(), SinkError> {
        self.blocking(|target| Ok((target.opened()?.completed()?, ()))).await
    }

    async fn blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(Target) -> io::Result<(Target, T)> + Send + 'static,
    ) -> Result<T, SinkError> {
        let failed = |cause| SinkError::from_io(self.place.clone(), cause);
        let Some(target) = self.target.take() else { return Err(failed(io::Error::other("an earlier write has failed"))) };
        let done = tokio::task::spawn_blocking(move || work(target)).await;
        let (target, value) = done.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(failed)?;
        self.target = Some(target);
        Ok(value)
    }
}

impl Target {
    fn opened(self) -> io::Result<Self> {
        match self {
            Self::Path(path) => open(&path),
            open => Ok(open),
        }
    }

    fn write(&self, records: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(records)?;
                stdout.flush()
            }
            Self::Stream(file) | Self::Partial(Partial { file, .. }) => (&*file).write_all(records),
            Self::Path(_) | Self::Complete => Err(io::Error::other("the output is not open")),
        }
    }

    fn completed(self) -> io::Result<Self> {
        if let Self::Partial(mut partial) = self {
            partial.file.sync_all()?;
            fs::rename(&partial.path, &partial.target)?;
            partial.renamed = true;
            sync_folder(&partial.target)?;
        }
        Ok(Self::Complete)
    }
}

fn open(path: &Path) -> io::Result<Target> {
    let old = match fs::metadata(path) {
        Ok(data) if data.is_file() => Some(data),
        Ok(_) => return Ok(Target::Stream(File::options().write(true).open(path)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let target = if old.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?);
    name.push(format!(".partial-{}", std::process::id()));
    let partial = target.with_file_name(name);
    let file = create(&partial, old.as_ref())?;
    Ok(Target::Partial(Partial { file, path: partial, target, renamed: false }))
}

/// Creates a file that only those may read who may read the one it replaces.
#[cfg(unix)]
fn create(path: &Path, old: Option<&fs::Metadata>) -> io::Result<File> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
    let Some(old) = old else { return File::create(path) };
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // Only root may give a file away; whoever else replaces another's file owns it from then on.
    fchown(&file, Some(old.uid()), Some(old.gid())).ok();
    file.set_permissions(old.permissions())?;
    Ok(file)
}

#[cfg(not(unix))]
fn create(path: &Path, _: Option<&fs::Metadata>) -> io::Result<File> {
    File::create(path)
}

/// Until the folder is on disk too, a power cut could bring the old name back.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
