//! Where records are written: stdout, a pipe or device, or a file that appears when it is complete.
//!
//! All waiting for the outside is done on tokio's blocking threads, so a slow reader or disk stalls nobody else.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pipeline::SinkError;

/// An output. Dropping a file that was not completed removes what was written of it.
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
        if !self.renamed {
            // The run has failed already; a file left behind is not worth another error.
            fs::remove_file(&self.path).ok();
        }
    }
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
    let target = match fs::metadata(path) {
        Ok(data) if data.is_file() => fs::canonicalize(path)?,
        Ok(_) => return Ok(Target::Stream(File::options().write(true).open(path)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?);
    name.push(format!(".partial-{}", std::process::id()));
    let partial = target.with_file_name(name);
    Ok(Target::Partial(Partial { file: File::create(&partial)?, path: partial, target, renamed: false }))
}

/// Until the folder is on disk too, a power cut could bring the old name back.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
