//! `jianbao run`: loads the configuration, runs it, turns what happened into an exit code.

use config::{Loaded, Origin, Overrides};
use pipeline::{RunError, SinkError, SourceError, Stop};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::arguments::{Arguments, RunOptions};
use crate::check;
use crate::exit::{Exit, tell};
use crate::progress::Display;

pub(crate) fn run(options: &RunOptions, arguments: &Arguments) -> Exit {
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
        workers: options.workers,
        dead_letter: options.dead_letter.clone(),
    };
    let loaded = match config::load(&origin, &overrides, &|name| std::env::var(name).ok()) {
        Ok(loaded) => loaded,
        Err(mistakes) => return check::report(&mistakes),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(drive(loaded, arguments.quiet)),
        Err(error) => {
            tell(&format!("error: cannot start the runtime: {error}"));
            Exit::Io
        }
    }
}

async fn drive(loaded: Loaded, quiet: bool) -> Exit {
    let progress = loaded.pipeline.progress();
    let display = Display::new(std::sync::Arc::clone(&progress), quiet);
    let (switch, stop) = Stop::new();
    let result = tokio::select! {
        result = pipeline::run(loaded.pipeline, std::sync::Arc::clone(&progress), stop) => result,
        () = display.tick() => unreachable!("the display ticks for ever"),
        exit = listen(&switch, &display) => return exit,
    };
    match result {
        Ok(report) => {
            display.finish(&report);
            if progress.failures.get() > 0 { Exit::SomeFailed } else { Exit::Fine }
        }
        Err(error) => of_error(&error),
    }
}

/// The first signal stops the source and lets what was read come out; the second ends the process at once.
async fn listen(switch: &watch::Sender<bool>, display: &Display) -> Exit {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        tracing::warn!("cannot listen for signals; ctrl-c will end the run at once");
        return std::future::pending().await;
    };
    for attempt in 0..2 {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if attempt == 0 {
            switch.send_replace(true);
            display.say("stopping: finishing the pages already read (again to stop at once)");
        }
    }
    display.say("stopped at once; the last pages may be missing");
    Exit::SomeFailed
}

/// Says why a run ended early.
pub(crate) fn of_error(error: &RunError) -> Exit {
    let exit = match error {
        RunError::Sink(SinkError::Closed) => return Exit::Fine,
        RunError::Sink(SinkError::Io { .. }) | RunError::Source(SourceError::Io { .. }) => Exit::Io,
        RunError::Source(SourceError::Missing { .. }) => Exit::Missing,
        RunError::Stopped(_) => Exit::Data,
        RunError::Bug(_) => Exit::Bug,
    };
    tell(&format!("error: {error}"));
    exit
}
