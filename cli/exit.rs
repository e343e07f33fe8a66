//! Exit codes, printing to a stdout that may be closed, and what is said on stderr: text for people or a log line of JSON.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use crate::arguments::LogFormat;
use crate::logging;

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
    /// Another process has what is needed.
    Locked,
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
            Self::Locked => 75,
            Self::Configuration => 78,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// How this process speaks; text for people until it is known.
static MANNER: OnceLock<Manner> = OnceLock::new();

/// How things are said on stderr.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) format: LogFormat,
    /// Whether only errors are said.
    pub(crate) quiet: bool,
    /// Whether it goes to a log file, too.
    pub(crate) to_file: bool,
}

impl Manner {
    /// What the process was told.
    pub(crate) fn current() -> Self {
        MANNER.get().copied().unwrap_or(Self { format: LogFormat::Text, quiet: false, to_file: false })
    }

    /// Keeps to it from now on.
    pub(crate) fn keep(self) {
        MANNER.set(self).ok();
    }

    /// Whether stderr is for machines.
    pub(crate) fn is_json(self) -> bool {
        self.format == LogFormat::Json
    }

    /// Whether what is said is a line of a log, with its time and level.
    fn is_log(self) -> bool {
        self.is_json() || self.to_file
    }
}

/// Prints what clap has to say: help and version to stdout, mistakes to stderr.
pub(crate) fn of_arguments(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // When not even that can be printed there is nobody to tell.
        error.print().ok();
        return ExitCode::SUCCESS;
    }
    if wants_json(std::env::args_os().map(|argument| argument.to_string_lossy().into_owned())) {
        logging::start(Manner { format: LogFormat::Json, quiet: true, to_file: false }, None).expect("no file is opened");
        let text = error.render().to_string();
        complain("usage", text.trim_end().trim_start_matches("error: "));
    } else {
        error.print().ok();
    }
    ExitCode::from(Exit::Usage.code())
}

/// Whether arguments that could not be read ask for logs in JSON all the same.
fn wants_json(arguments: impl Iterator<Item = String>) -> bool {
    let arguments: Vec<String> = arguments.collect();
    arguments.iter().any(|argument| argument == "--log-format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--log-format" && pair[1] == "json")
}

/// Writes `data` to stdout; a reader that has gone is no error.
pub(crate) fn print(data: &[u8]) -> Exit {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Ok(()) => Exit::Fine,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Fine,
        Err(error) => {
            complain("write_failed", &format!("failed to write stdout: {error}"));
            Exit::Io
        }
    }
}

/// Says something on stderr that is no error.
pub(crate) fn tell(text: &str) {
    let manner = Manner::current();
    if manner.quiet {
        return;
    }
    if manner.is_log() {
        tracing::info!(target: logging::SAID, "{text}");
    } else {
        show(text);
    }
}

/// Says on stderr what went wrong; `code` is stable.
pub(crate) fn complain(code: &'static str, text: &str) {
    if Manner::current().is_log() {
        tracing::error!(target: logging::SAID, code, "{text}");
    } else {
        show(&format!("error: {text}"));
    }
}

/// Writes a line to stderr as it stands, and to the log file.
pub(crate) fn show(text: &str) {
    // When stderr is closed there is nobody to tell.
    writeln!(std::io::stderr().lock(), "{text}").ok();
    logging::copy(text);
}
