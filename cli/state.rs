//! `jianbao state`: what a run remembers, looked at and put right.

mod prune;
mod repair;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use ::stages::{is_as_recorded, is_left};
use config::{Origin, Overrides};
use pipeline::state::{self, Extent};
use pipeline::{StateError, Store};
use serde_json::{Value, json};

use crate::arguments::{StateOptions, StateTask, WhichState};
use crate::exit::{Exit, complain, print, tell};
use crate::{check, run};

pub(crate) fn run(options: &StateOptions) -> Exit {
    let which = match &options.task {
        StateTask::Verify(which) | StateTask::Export(which) | StateTask::Repair { which, .. } | StateTask::Prune { which, .. } => which,
    };
    let found = match find(which) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let path = found.path.as_path();
    if !matches!(options.task, StateTask::Repair { .. }) && !path.exists() {
        complain("missing_input", &format!("no state {}", path.display()));
        return Exit::Missing;
    }
    match &options.task {
        StateTask::Verify(_) => verify(path),
        StateTask::Export(_) => export(path),
        StateTask::Repair { yes, .. } => repair::run(path, *yes),
        StateTask::Prune { older, below, all_gone, dry_run, .. } => {
            prune::run(&found, older.as_deref(), below.as_deref(), *all_gone, *dry_run)
        }
    }
}

/// A state that was named.
struct Found {
    path: PathBuf,
    /// The folders that the configuration watches, and the one its paths start from.
    folders: Vec<PathBuf>,
}

fn find(which: &WhichState) -> Result<Found, Exit> {
    if let Some(path) = &which.state {
        return Ok(Found { path: named(path), folders: Vec::new() });
    }
    let config = which.config.clone().unwrap_or_default();
    let base = config.parent().map(Path::to_owned).unwrap_or_default();
    let loaded = config::load(&Origin::File(config), &Overrides::default(), &|name| std::env::var(name).ok());
    let loaded = loaded.map_err(|mistakes| check::report(&mistakes))?;
    let Some(checkpoint) = &loaded.pipeline.checkpoint else {
        complain("no_state", "a run with this configuration keeps no state");
        return Err(Exit::Usage);
    };
    let options = loaded.effective.pointer("/source/watch").cloned().unwrap_or_default();
    let one = options.get("path").and_then(Value::as_str);
    let many = options.get("paths").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut folders: Vec<PathBuf> = one.into_iter().chain(many).map(|folder| base.join(folder)).collect();
    if !folders.is_empty() {
        folders.push(base);
    }
    Ok(Found { path: checkpoint.path.clone(), folders })
}

/// The state that `path` is, or that lies beside it.
fn named(path: &Path) -> PathBuf {
    let mut head = [0; 8];
    let is_state = path.extension().is_some_and(|ending| ending == "state")
        || File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok_and(|()| head == *b"jianbao/");
    let beside = state::path_beside(path);
    if !is_state && (path.exists() || beside.exists()) { beside } else { path.to_owned() }
}

fn refused(error: &StateError) -> Exit {
    let (exit, code) = run::of_state(error);
    complain(code, &error.to_string());
    exit
}

fn failed(path: &Path, error: &io::Error) -> Exit {
    complain("state_failed", &format!("{}: {error}", path.display()));
    Exit::Io
}

/// A file that rows say something of: `path` is from the state's folder or from `/`.
fn file_of(state: &Path, path: &str) -> PathBuf {
    state.parent().unwrap_or(Path::new("")).join(path).components().collect()
}

fn length_in(row: &Value) -> Option<u64> {
    row.get("length").and_then(Value::as_u64)
}

fn verify(path: &Path) -> Exit {
    let (store, extent) = match Store::look(path) {
        Ok(looked) => looked,
        Err(error @ StateError::Damaged { .. }) => {
            let exit = refused(&error);
            if let Ok(found) = state::salvage(path) {
                tell(&said_of(&found));
            }
            return exit;
        }
        Err(error) => return refused(&error),
    };
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut outputs = String::new();
    let mut exit = Exit::Fine;
    let visited = store.each("", &mut |key, row| {
        let kind = key.split_once('/').map_or(key, |(kind, _)| kind);
        let (count, bytes) = kinds.entry(kind.to_owned()).or_default();
        *count += 1;
        *bytes += key.len() as u64 + row.to_string().len() as u64;
        if let Some((output, length)) = key.strip_prefix("output/").zip(length_in(&row)) {
            let (says, holds) = if is_left(&row) {
                (format!("{length} bytes when the configuration was changed; nothing is written there"), true)
            } else {
                let file = file_of(path, output);
                let (says, holds) = of_output(&file, length);
                match is_as_recorded(&file, &row) {
                    Err(why) if holds => (format!("{length} bytes committed, but {why}"), false),
                    _ => (says, holds),
                }
            };
            writeln!(outputs, "  {output}: {says}").expect("a String takes all that is written to it");
            if !holds {
                exit = Exit::Data;
            }
        }
        Ok(())
    });
    if let Err(error) = visited {
        return refused(&error);
    }
    let sound = if exit == Exit::Fine { "sound" } else { "sound, but an output is not what it says" };
    let text = format!("{}: {sound}\n{}{}{outputs}", path.display(), said_of_extent(path, &extent), said_of_kinds(&kinds));
    let printed = print(text.as_bytes());
    if printed == Exit::Fine { exit } else { printed }
}

fn said_of_extent(path: &Path, extent: &Extent) -> String {
    let Extent { transactions, last, last_at, bytes, torn, out_of_date } = extent;
    let written = fs::metadata(path).and_then(|data| data.modified()).ok();
    let ago = written.and_then(|time| time.elapsed().ok()).map(|ago| format!(", written {} s ago", ago.as_secs())).unwrap_or_default();
    let at = last_at.map(|at| format!(" at byte {at}")).unwrap_or_default();
    let torn = if *torn > 0 { format!("; {torn} bytes behind it were never done and will be cut off") } else { String::new() };
    format!(
        "  {transactions} transactions in {bytes} bytes, the last is number {last}{at}{ago}{torn}\n  {out_of_date} rows are out of date\n"
    )
}

fn said_of_kinds(kinds: &BTreeMap<String, (u64, u64)>) -> String {
    let said: Vec<String> = kinds.iter().map(|(kind, (count, bytes))| format!("{kind} {count} ({bytes} bytes)")).collect();
    format!("  rows: {}\n", if said.is_empty() { "none".to_owned() } else { said.join(", ") })
}

/// Whether an output holds what was committed, and what there is to say of it.
fn of_output(path: &Path, committed: u64) -> (String, bool) {
    let there = match fs::metadata(path) {
        Ok(data) => data.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return (format!("{committed} bytes committed, but it is gone; the next run begins it anew"), true);
        }
        Err(error) => return (format!("{committed} bytes committed, but it cannot be read: {error}"), false),
    };
    if there < committed {
        return (format!("{committed} bytes committed, but it holds only {there}; no run goes on with that"), false);
    }
    let beyond = there - committed;
    let beyond = if beyond > 0 { format!("; {beyond} bytes beyond will be cut off by the next run") } else { String::new() };
    (format!("{committed} bytes committed and there{beyond}"), true)
}

/// What is damaged in a state.
fn said_of(found: &state::Salvage) -> String {
    let bytes: Vec<String> = found.unreadable.iter().take(20).map(|(from, to)| format!("{from}..{to}")).collect();
    let more = if found.unreadable.len() > 20 { " …" } else { "" };
    let at = if bytes.is_empty() { String::new() } else { format!("; bytes {}{more} are no records", bytes.join(", ")) };
    let lost = if found.certain { found.lost.to_string() } else { "an unknown number".to_owned() };
    format!("{} transactions with {} rows can be read, {lost} cannot{at}", found.transactions, found.rows.len())
}

fn export(path: &Path) -> Exit {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failure = None;
    let mut line = |key: &str, value: Value| {
        if failure.is_none() {
            failure = writeln!(out, "{}", json!({ "key": key, "value": value })).err();
        }
    };
    let exit = match Store::look(path) {
        Ok((store, _)) => match store.each("", &mut |key, value| {
            line(key, value);
            Ok(())
        }) {
            Ok(()) => Exit::Fine,
            Err(error) => refused(&error),
        },
        Err(error @ StateError::Damaged { .. }) => {
            let exit = refused(&error);
            match state::salvage(path) {
                Ok(found) => {
                    tell(&said_of(&found));
                    found.rows.into_iter().for_each(|(key, value)| line(&key, value));
                    exit
                }
                Err(error) => refused(&error),
            }
        }
        Err(error) => refused(&error),
    };
    let flushed = failure.map_or_else(|| out.flush(), Err);
    match flushed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(Path::new("stdout"), &error),
        _ => exit,
    }
}
