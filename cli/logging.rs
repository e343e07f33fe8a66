//! Logs on stderr: text for people, JSON for machines; `RUST_LOG` sets the level.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::arguments::LogFormat;
use crate::exit::Manner;

/// Where what the commands themselves say is logged: no level of `RUST_LOG` hides it.
pub(crate) const SAID: &str = "said";

/// Starts logging for the whole process, and sends panics of worker threads to the log instead of stderr.
pub(crate) fn start(manner: Manner) {
    manner.keep();
    let told = if manner.quiet { None } else { EnvFilter::try_from_default_env().ok() };
    let filter = told.unwrap_or_else(|| EnvFilter::new(if manner.quiet { "error" } else { "warn" }));
    let said = format!("{SAID}={}", if manner.quiet { LevelFilter::ERROR } else { LevelFilter::INFO });
    let filter = filter.add_directive(said.parse().expect("the directive is valid"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match manner.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(code = "panic", "{panic}")));
}
