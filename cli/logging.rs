//! Logs on stderr or in a file: text for people, JSON for machines; `RUST_LOG` sets the level.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::writer::{BoxMakeWriter, MakeWriterExt};

use crate::arguments::LogFormat;
use crate::exit::Manner;

/// Where what the commands themselves say is logged: no level of `RUST_LOG` hides it.
pub(crate) const SAID: &str = "said";

/// The file that is logged to, when there is one.
static LOG_FILE: OnceLock<LogFile> = OnceLock::new();

/// Starts logging for the whole process, and sends panics of worker threads to the log instead of stderr. With a `file`, all goes
/// there, and errors to stderr besides.
///
/// # Errors
/// When the file cannot be opened; nothing is logged then.
pub(crate) fn start(manner: Manner, file: Option<&Path>) -> Result<(), String> {
    let file = match file {
        Some(path) => Some(LogFile::open(path).map_err(|error| format!("failed to open {}: {error}", path.display()))?),
        None => None,
    };
    manner.keep();
    let told = if manner.quiet { None } else { EnvFilter::try_from_default_env().ok() };
    let filter = told.unwrap_or_else(|| EnvFilter::new(if manner.quiet { "error" } else { "warn" }));
    let said = format!("{SAID}={}", if manner.quiet { LevelFilter::ERROR } else { LevelFilter::INFO });
    let filter = filter.add_directive(said.parse().expect("the directive is valid"));
    let colour = file.is_none() && io::stderr().is_terminal();
    let writer = match file {
        Some(file) => {
            let file = LOG_FILE.get_or_init(|| file);
            BoxMakeWriter::new((move || file).and(io::stderr.with_max_level(tracing::Level::ERROR)))
        }
        None => BoxMakeWriter::new(io::stderr),
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(false);
    match manner.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(colour).init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(code = "panic", "{panic}")));
    Ok(())
}

/// Writes text as it stands to the log file, if there is one.
pub(crate) fn copy(text: &str) {
    if let Some(mut file) = LOG_FILE.get() {
        // When the log cannot be written there is nobody to tell.
        writeln!(file, "{text}").ok();
    }
}

/// Opens the log file by its name again: the one that was open may have been moved away. If that fails, the open one is kept.
pub(crate) fn reopen() {
    if let Some(log) = LOG_FILE.get()
        && let Err(error) = log.reopen()
    {
        tracing::error!("failed to open {} again, the old one stays in use: {error}", log.path.display());
    }
}

/// A file that is appended to.
struct LogFile {
    path: PathBuf,
    file: Mutex<File>,
}

impl LogFile {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Self { path: path.to_owned(), file: Mutex::new(append(path)?) })
    }

    fn reopen(&self) -> io::Result<()> {
        let new = append(&self.path)?;
        *self.locked() = new;
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn append(path: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(path)
}

impl Write for &LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.locked().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.locked().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_away_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/jianbao.log");
        let log = LogFile::open(&path).unwrap();
        writeln!(&log, "one").unwrap();
        let moved = path.with_extension("1");
        std::fs::rename(&path, &moved).unwrap();
        writeln!(&log, "two").unwrap();
        log.reopen().unwrap();
        writeln!(&log, "three").unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(log.reopen().is_err());
        writeln!(&log, "four").unwrap();
        assert_eq!(std::fs::read_to_string(moved).unwrap(), "one\ntwo\n");
    }
}
