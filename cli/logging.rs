//! Logs on stderr: text for people, JSON for machines; `RUST_LOG` sets the level.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, LogFormat};

/// Starts logging for the whole process, and sends panics of worker threads to the log instead of stderr.
pub(crate) fn start(arguments: &Arguments) {
    let level = if arguments.quiet { "error" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match arguments.log_format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(code = "panic", "{panic}")));
}
