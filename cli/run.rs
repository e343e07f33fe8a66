//! `jianbao run`: loads the configuration, makes ready what the run is watched and asked by, turns what happened into an exit code.
//! How one run ends and another begins is `run/service.rs`' business.

mod reload;
mod service;
mod signals;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use config::{Loaded, Overrides};
use pipeline::{RunError, SinkError, SourceError, StateError};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, mpsc};

use crate::arguments::RunOptions;
use crate::check;
use crate::exit::{Exit, complain, tell};
use crate::memory;
use crate::monitor::Monitor;
use crate::monitor::http::Server;
use reload::Load;
use service::{Changes, Service};
use signals::Signals;

/// After the run: what still works on another thread, such as a write to a reader that sleeps, is not waited for longer.
const LEAVE: Duration = Duration::from_secs(1);

pub(crate) fn run(options: &RunOptions) -> Exit {
    let origin = match check::origin(options.config.as_deref(), options.preset.as_deref()) {
        Ok(origin) => origin,
        Err(exit) => return exit,
    };
    let overrides = Overrides {
        inputs: options.inputs.clone(),
        output: options.output.clone(),
        reads_only: false,
        replay: None,
        workers: options.workers.map(|workers| workers as usize),
        dead_letter: options.dead_letter.clone(),
    };
    let load: Load = Arc::new(move |earlier| {
        let environment = |name: &str| std::env::var(name).ok();
        match earlier {
            Some(files) => config::load_again(files, &origin, &overrides, &environment),
            None => config::load(&origin, &overrides, &environment),
        }
    });
    let loaded = match load(None) {
        Ok(loaded) => loaded,
        Err(mistakes) => return check::report(&mistakes),
    };
    check::warn(&loaded.warnings);
    if options.watch_config && service::progress_of(&loaded).is_none() {
        let help = "with a source `watch` and an output file the next run goes on where the last one was";
        complain("no_progress", &format!("--watch-config is for runs that record their progress: {help}"));
        return Exit::Usage;
    }
    memory::give_back_every_minute();
    if reads_stdin(&loaded.effective) && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        tell("reading pages from standard input until ctrl-d; `jianbao run --help` shows how to name files");
    }
    block_on(serve(loaded, load, options))
}

/// Runs a configuration to its end, which signals may bring about early.
pub(crate) fn once(loaded: Loaded) -> Exit {
    block_on(async { Service::new(Signals::listen(std::io::stderr().is_terminal()), None, Arc::default()).run(loaded).await })
}

fn block_on(work: impl Future<Output = Exit>) -> Exit {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let exit = runtime.block_on(work);
    runtime.shutdown_timeout(LEAVE);
    exit
}

/// What runs a pipeline, with a thread for each core.
pub(crate) fn runtime() -> Result<Runtime, Exit> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        complain("no_runtime", &format!("cannot start the runtime: {error}"));
        Exit::Io
    })
}

fn reads_stdin(effective: &Value) -> bool {
    let paths = effective.pointer("/source/files/paths").and_then(Value::as_array);
    effective.pointer("/source/stdin").is_some() || paths.is_some_and(|paths| paths.iter().any(|path| path == "-" || path == "/dev/stdin"))
}

/// Runs until the end, watched and asked from outside.
async fn serve(loaded: Loaded, load: Load, options: &RunOptions) -> Exit {
    let signals = Signals::listen(std::io::stderr().is_terminal());
    let monitor = Arc::new(Monitor::default());
    if let Some(address) = options.listen {
        match listen(address).await {
            Ok(server) => tokio::spawn(server.serve(Arc::clone(&monitor))),
            Err(exit) => return exit,
        };
    }
    let changes = options.watch_config.then(|| {
        let now = Arc::new(Notify::new());
        let (found, changes) = mpsc::channel(1);
        tokio::spawn(reload::watch(loaded.files.clone(), Arc::clone(&load), Arc::clone(&now), found));
        Changes { found: changes, now, load }
    });
    Service::new(signals, changes, monitor).run(loaded).await
}

async fn listen(address: SocketAddr) -> Result<Server, Exit> {
    if !address.ip().is_loopback() {
        tell(&format!("warning: {} can be reached from other machines, and there is no password", address.ip()));
    }
    let server = Server::bind(address).await.map_err(|error| {
        complain("cannot_listen", &format!("cannot listen on {address}: {error}"));
        Exit::Io
    })?;
    tell(&format!("listening on http://{} (/livez, /readyz, /metrics)", server.address));
    Ok(server)
}

/// The exit code and the stable code of what is wrong with a state.
pub(crate) fn of_state(error: &StateError) -> (Exit, &'static str) {
    match error {
        StateError::Locked { .. } => (Exit::Locked, "state_locked"),
        StateError::Damaged { .. } => (Exit::Data, "state_damaged"),
        StateError::Foreign { .. } => (Exit::Data, "state_foreign"),
        StateError::Io { .. } => (Exit::Io, "state_failed"),
    }
}

/// Says why a run ended early.
pub(crate) fn of_error(error: &RunError) -> Exit {
    let (exit, code) = match error {
        RunError::Sink(SinkError::Closed) => return Exit::Fine,
        RunError::Sink(SinkError::Io { cause, .. }) if cause.kind() == std::io::ErrorKind::ResourceBusy => (Exit::Locked, "letters_locked"),
        RunError::Sink(SinkError::Io { .. }) => (Exit::Io, "write_failed"),
        RunError::Source(SourceError::Io { .. }) => (Exit::Io, "read_failed"),
        RunError::Source(SourceError::Interrupted) => (Exit::Interrupted, "interrupted"),
        RunError::Source(SourceError::Missing { .. }) => (Exit::Missing, "missing_input"),
        RunError::State(error) | RunError::Sink(SinkError::State(error)) | RunError::Source(SourceError::State(error)) => of_state(error),
        RunError::Stopped(failure) => (Exit::Data, failure.code),
        RunError::Bug(_) => (Exit::Bug, "bug"),
    };
    complain(code, &error.to_string());
    exit
}
