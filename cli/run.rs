//! `jianbao run`: loads the configuration, runs it, turns what happened into an exit code.

use std::cell::Cell;
use std::io::IsTerminal;

use config::{Loaded, Origin, Overrides};
use pipeline::{RunError, SinkError, SourceError, StateError, Stop};
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::arguments::RunOptions;
use crate::check;
use crate::exit::{Exit, complain, tell};
use crate::progress::Display;

pub(crate) fn run(options: &RunOptions) -> Exit {
    let origin = match (&options.config, &options.preset) {
        (Some(path), _) => Origin::File(path.clone()),
        (None, Some(name)) => match check::preset(name) {
            Ok(preset) => Origin::Preset(preset.name),
            Err(exit) => return exit,
        },
        (None, None) => Origin::Preset("default"),
    };
    let overrides = Overrides {
        inputs: options.inputs.clone(),
        output: options.output.clone(),
        reads_only: false,
        replay: None,
        workers: options.workers.map(|workers| workers as usize),
        dead_letter: options.dead_letter.clone(),
    };
    let loaded = match config::load(&origin, &overrides, &|name| std::env::var(name).ok()) {
        Ok(loaded) => loaded,
        Err(mistakes) => return check::report(&mistakes),
    };
    check::warn(&loaded.warnings);
    if reads_stdin(&loaded.effective) && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        tell("reading pages from standard input until ctrl-d; `jianbao run --help` shows how to name files");
    }
    once(loaded)
}

/// Runs a configuration to its end.
pub(crate) fn once(loaded: Loaded) -> Exit {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(drive(loaded)),
        Err(error) => {
            complain("no_runtime", &format!("cannot start the runtime: {error}"));
            Exit::Io
        }
    }
}

fn reads_stdin(effective: &Value) -> bool {
    let paths = effective.pointer("/source/files/paths").and_then(Value::as_array);
    effective.pointer("/source/stdin").is_some() || paths.is_some_and(|paths| paths.iter().any(|path| path == "-" || path == "/dev/stdin"))
}

async fn drive(loaded: Loaded) -> Exit {
    let progress = loaded.pipeline.progress();
    let display = Display::new(std::sync::Arc::clone(&progress));
    let (switch, stop) = Stop::new();
    let caught = Cell::new(Exit::Interrupted);
    let result = tokio::select! {
        result = pipeline::run(loaded.pipeline, std::sync::Arc::clone(&progress), stop) => result,
        () = display.tick() => unreachable!("the display ticks for ever"),
        exit = listen(&switch, &caught, &display) => {
            display.finish(None);
            return exit;
        }
    };
    match result {
        Ok(report) => {
            display.finish(Some(&report));
            if progress.failures.get() > 0 { Exit::SomeFailed } else { Exit::Fine }
        }
        Err(RunError::Source(SourceError::Interrupted)) => {
            display.interrupted();
            caught.get()
        }
        Err(RunError::Sink(SinkError::Closed)) => Exit::Fine,
        Err(error) => {
            display.finish(None);
            of_error(&error)
        }
    }
}

/// The first signal stops the source and lets what was read come out; the second ends the process at once. Which one came is left
/// in `caught`.
async fn listen(switch: &watch::Sender<bool>, caught: &Cell<Exit>, display: &Display) -> Exit {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        tracing::warn!("cannot listen for signals; ctrl-c will end the run at once");
        return std::future::pending().await;
    };
    for attempt in 0..2 {
        tokio::select! {
            _ = interrupt.recv() => caught.set(Exit::Interrupted),
            _ = terminate.recv() => caught.set(Exit::Terminated),
        }
        if attempt == 0 {
            switch.send_replace(true);
            display.say("stopping: finishing the pages already read (again to stop at once)");
        }
    }
    display.say("stopped at once; pages that were read are missing");
    caught.get()
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
        RunError::State(error) | RunError::Sink(SinkError::State(error)) => of_state(error),
        RunError::Stopped(failure) => (Exit::Data, failure.code),
        RunError::Bug(_) => (Exit::Bug, "bug"),
    };
    complain(code, &error.to_string());
    exit
}
