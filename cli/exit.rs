//! Exit codes, and printing to a stdout that may be closed.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// How the program ends; the codes are those of sysexits(3), and after a signal those a shell gives to a program it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well.
    Fine,
    /// The run ended but some pages failed.
    SomeFailed,
    /// What was asked for cannot be done so.
    Usage,
    /// Data or state is bad.
    Data,
    /// An input is missing.
    Missing,
    /// A bug.
    Bug,
    /// Reading or writing failed.
    Io,
    /// The configuration has mistakes.
    Configuration,
    /// Stopped by SIGINT before the end of the input.
    Interrupted,
    /// Stopped by SIGTERM before the end of the input.
    Terminated,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::SomeFailed => 1,
            Self::Usage => 2,
            Self::Data => 65,
            Self::Missing => 66,
            Self::Bug => 70,
            Self::Io => 74,
            Self::Configuration => 78,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// Prints what clap has to say: help and version to stdout, mistakes to stderr.
pub(crate) fn of_arguments(error: &clap::Error) -> ExitCode {
    // When not even that can be printed there is nobody to tell.
    error.print().ok();
    ExitCode::from(if error.use_stderr() { Exit::Usage.code() } else { 0 })
}

/// Writes `data` to stdout; a reader that has gone is no error.
pub(crate) fn print(data: &[u8]) -> Exit {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Ok(()) => Exit::Fine,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Fine,
        Err(error) => {
            tell(&format!("error: failed to write stdout: {error}"));
            Exit::Io
        }
    }
}

/// Writes a line for people to stderr.
pub(crate) fn tell(text: &str) {
    // When stderr is closed there is nobody to tell.
    writeln!(std::io::stderr().lock(), "{text}").ok();
}
