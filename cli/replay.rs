//! `jianbao replay`: runs the pages of a dead-letter file through a configuration, and takes out of it what works now.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::Ordering;

use ::stages::replay::{Letters, Outcome, journal_of, rows_of, watched};
use config::{Loaded, Overrides};
use pipeline::{Checkpoint, OnError, StateError, Store};

use crate::arguments::ReplayOptions;
use crate::exit::{Exit, complain, print, tell};
use crate::{check, run};

pub(crate) fn run(options: &ReplayOptions) -> Exit {
    let path = options.letters.as_path();
    match std::fs::metadata(path) {
        Ok(data) if data.is_file() => {}
        Ok(_) => {
            complain("no_letters", &format!("{} is no file", path.display()));
            return Exit::Usage;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            complain("missing_input", &format!("no file {}", path.display()));
            return Exit::Missing;
        }
        Err(error) => return failed(path, &error),
    }
    if options.dry_run {
        return list(path);
    }
    let origin = match check::origin(options.config.as_deref(), options.preset.as_deref()) {
        Ok(origin) => origin,
        Err(exit) => return exit,
    };
    let overrides = Overrides {
        output: options.output.clone(),
        workers: options.workers.map(|workers| workers as usize),
        replay: Some(path.to_owned()),
        ..Overrides::default()
    };
    let loaded = match config::load(&origin, &overrides, &|name| std::env::var(name).ok()) {
        Ok(loaded) => loaded,
        Err(mistakes) => return check::report(&mistakes),
    };
    check::warn(&loaded.warnings);
    replay(path, loaded)
}

fn list(path: &Path) -> Exit {
    let (groups, bad) = match Letters::look(path) {
        Ok(found) => found,
        Err(error) => return failed(path, &error),
    };
    let mut lines = Vec::new();
    for (code, group) in &groups {
        let read =
            if group.without_text > 0 { format!(", {} to be read again from their files", group.without_text) } else { String::new() };
        lines.push(format!("{code}: {} of {}{read}\n", counted(group.letters, "letter"), counted(group.pages, "page")));
    }
    if bad > 0 {
        lines.push(format!("no letters at all: {}\n", counted(bad, "line")));
    }
    print(lines.concat().as_bytes())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn replay(path: &Path, mut loaded: Loaded) -> Exit {
    let state = loaded.pipeline.checkpoint.as_ref().map(|checkpoint| checkpoint.path.clone());
    let journal = journal_of(state.as_deref(), path);
    let letters = match take(path, state.as_deref(), &journal) {
        Ok(letters) => letters,
        Err(exit) => return exit,
    };
    if let Some(checkpoint) = &mut loaded.pipeline.checkpoint {
        checkpoint.rows = rows_of(&checkpoint.path, path);
    }
    loaded.pipeline.on_error = OnError::DeadLetter(journal.clone());
    let checkpoint = loaded.pipeline.checkpoint.clone();
    let (stages, complete) = watched(loaded.pipeline.stages);
    loaded.pipeline.stages = stages;
    let exit = run::once(loaded);
    let outcome = match &checkpoint {
        Some(checkpoint) => with_state(&letters, checkpoint, &journal),
        None if complete.load(Ordering::Acquire) => letters.acknowledge(&journal).map(Some).map_err(|error| failed(path, &error)),
        None => {
            // The output is not what it should be, so nothing has come of the letters.
            std::fs::remove_file(&journal).ok();
            Ok(None)
        }
    };
    let ended = matches!(exit, Exit::Fine | Exit::SomeFailed);
    match outcome {
        Err(other) => {
            if ended {
                other
            } else {
                exit
            }
        }
        Ok(None) => {
            tell("nothing was taken out of the letters; run it again to go on");
            if ended { Exit::SomeFailed } else { exit }
        }
        Ok(Some(Outcome { letters, acknowledged, remain })) => {
            let verb = if remain == 1 { "remains" } else { "remain" };
            tell(&format!("{}: {acknowledged} acknowledged, {remain} {verb}", counted(letters, "letter")));
            match (ended, remain) {
                (false, _) => exit,
                (true, 0) => Exit::Fine,
                (true, _) => Exit::SomeFailed,
            }
        }
    }
}

/// Takes the letters; those that a run with the `state` has not recorded are no letters.
fn take(path: &Path, state: Option<&Path>, journal: &Path) -> Result<Letters, Exit> {
    let taken = match state.filter(|state| state.exists()) {
        Some(state) => {
            let store = Store::open(state).map_err(|error| of_state(&error))?;
            Letters::take(path, Some(&store), journal)
        }
        None => Letters::take(path, None, journal),
    };
    taken.map_err(|error| failed(path, &error))
}

fn with_state(letters: &Letters, checkpoint: &Checkpoint, journal: &Path) -> Result<Option<Outcome>, Exit> {
    let store = Store::open(&checkpoint.path).map_err(|error| of_state(&error))?;
    letters.acknowledge_with(&store, checkpoint, journal).map_err(|error| of_state(&error))
}

fn of_state(error: &StateError) -> Exit {
    let (exit, code) = run::of_state(error);
    complain(code, &error.to_string());
    exit
}

fn failed(path: &Path, error: &std::io::Error) -> Exit {
    if error.kind() == ErrorKind::ResourceBusy {
        complain("letters_locked", &error.to_string());
        return Exit::Locked;
    }
    complain("letters_failed", &format!("{}: {error}", path.display()));
    Exit::Io
}
