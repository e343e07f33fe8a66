//! `jianbao state repair`: keeps what is damaged, and writes what a run can go on from.
//!
//! What is kept of the rows depends on what was lost. When only the newest transactions are, the rows are those of one moment, and
//! the outputs are cut back to it: what was done later comes again. When older ones are lost, the outputs stay as they are and some of
//! what was done may come twice. Nothing is thrown away: what is cut off an output is kept beside it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use ::stages::{is_as_recorded, is_left, later_files, whole_length};
use pipeline::state::{self, digest_at, sync_folder};
use pipeline::{Change, StateError, Store};
use serde_json::{Map, Value, json};

use super::{failed, file_of, length_in, refused, said_of};
use crate::exit::{Exit, complain, print};

/// What there is to go on from.
enum Finding {
    /// All of it; only the outputs may be wrong.
    Sound,
    /// The rows as they were some transactions ago.
    Earlier,
    /// Rows of different times.
    Mixed,
    /// No rows.
    Nothing,
}

struct Plan {
    finding: Finding,
    rows: Map<String, Value>,
    /// Rows that differ from those in a sound state.
    changes: Vec<Change>,
    /// Files, each with the length it keeps.
    cuts: Vec<(PathBuf, u64)>,
    /// What it all means.
    says: Vec<String>,
}

pub(super) fn run(path: &Path, yes: bool) -> Exit {
    match work(path, yes) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn work(path: &Path, yes: bool) -> Result<Exit, Exit> {
    let state = |error: StateError| refused(&error);
    let lost = |error: io::Error| failed(path, &error);
    let mut plan = plan(path)?;
    outputs(path, &mut plan).map_err(lost)?;
    if matches!(plan.finding, Finding::Sound) && plan.changes.is_empty() && plan.cuts.is_empty() {
        return Ok(print(format!("{}: sound, there is nothing to repair\n", path.display()).as_bytes()));
    }
    let is_there = path.exists();
    let damaged = free_name(path, "damaged");
    if !matches!(plan.finding, Finding::Sound) {
        if is_there {
            plan.says.push(format!("the damaged state is kept as {}", damaged.display()));
        }
        plan.says.push(format!("a new state is written with {} rows", plan.rows.len()));
    }
    for (file, length) in &plan.cuts {
        let beyond = fs::metadata(file).map_err(lost)?.len() - length;
        plan.says.push(format!(
            "{} keeps {length} bytes; the {beyond} behind them go to {}",
            file.display(),
            free_name(file, "cut").display()
        ));
    }
    if !yes {
        print(format!("{}\n", plan.says.join("\n")).as_bytes());
        complain("not_confirmed", "nothing was done; say --yes to do it");
        return Ok(Exit::Usage);
    }
    let lock = state::lock(path).map_err(state)?;
    for (file, length) in &plan.cuts {
        cut(file, *length).map_err(|error| failed(file, &error))?;
    }
    if matches!(plan.finding, Finding::Sound) {
        drop(lock);
        Store::open(path).and_then(|store| store.commit(&plan.changes)).map_err(state)?;
    } else {
        if is_there {
            keep(path, &damaged).map_err(lost)?;
        }
        state::write_anew(path, &plan.rows).map_err(state)?;
    }
    Ok(print(format!("{}\n", plan.says.join("\n")).as_bytes()))
}

/// What can be read.
fn plan(path: &Path) -> Result<Plan, Exit> {
    let begun = |finding, rows, says| Plan { finding, rows, changes: Vec::new(), cuts: Vec::new(), says };
    let nothing = |why: String| {
        let again = "every file comes again; to have no article twice, move the output away before the next run";
        begun(Finding::Nothing, Map::new(), vec![why, again.to_owned()])
    };
    if !path.exists() {
        // Somebody may be about to begin one.
        drop(state::lock(path).map_err(|error| refused(&error))?);
        return Ok(nothing(format!("there is no state {}: nothing is known of what was done", path.display())));
    }
    let error = match Store::look(path) {
        Ok((store, _)) => {
            let mut rows = Map::new();
            let visited = store.each("", &mut |key, row| {
                rows.insert(key.to_owned(), row);
                Ok(())
            });
            return visited.map(|()| begun(Finding::Sound, rows, Vec::new())).map_err(|error| refused(&error));
        }
        Err(error) => error,
    };
    match error {
        StateError::Damaged { .. } => {}
        StateError::Foreign { .. } => return Ok(nothing(format!("{} is no state of jianbao", path.display()))),
        other => return Err(refused(&other)),
    }
    let found = match state::salvage(path) {
        Ok(found) => found,
        Err(StateError::Foreign { .. }) => return Ok(nothing(format!("{} is no state of jianbao", path.display()))),
        Err(other) => return Err(refused(&other)),
    };
    let says = format!("{}: {}", path.display(), said_of(&found));
    if found.rows.is_empty() {
        return Ok(nothing(says));
    }
    let mut says = vec![says];
    let earlier = !found.gap && !found.unproven;
    says.push(match (earlier, found.lost) {
        (true, 0) => "no row is known to be lost".to_owned(),
        (true, _) => {
            "what was done last comes again; files that were deleted or moved since cannot, and their articles are only in what is cut off"
                .to_owned()
        }
        (false, _) => {
            "pages of the lost transactions come again, and their articles may be in the output twice, with the same id and page_rev"
                .to_owned()
        }
    });
    if found.unproven {
        says.push("the checksums could not be used, so rows may be damaged themselves".to_owned());
    }
    Ok(begun(if earlier { Finding::Earlier } else { Finding::Mixed }, found.rows, says))
}

/// Brings rows and outputs together.
fn outputs(state: &Path, plan: &mut Plan) -> io::Result<()> {
    // What lies beside the state under its name is its output, when no row names another.
    let is_known = plan.rows.keys().any(|key| key.starts_with("output/"));
    let beside = state.extension().filter(|ending| !is_known && *ending == "state").map(|_| state.with_extension(""));
    if let Some(name) = beside.as_ref().filter(|beside| beside.is_file()).and_then(|beside| beside.file_name()?.to_str()) {
        plan.rows.entry(format!("output/{name}")).or_insert(Value::Null);
    }
    let mut routes: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for (key, row) in plan.rows.clone() {
        if is_left(&row) {
            continue;
        }
        if let Some(name) = key.strip_prefix("output/") {
            output(&file_of(state, name), key.as_str(), &row, plan)?;
            if let Some(route) = row.get("route").and_then(Value::as_str) {
                routes.entry(file_of(state, route)).or_default().push(file_of(state, name));
            }
        } else if let Some(name) = key.strip_prefix("dead/")
            && !matches!(plan.finding, Finding::Sound)
        {
            // Letters that stand there twice are run once; so all of them stay.
            plan.rows.shift_remove(&key);
            let file = file_of(state, name);
            if file.is_file() && file.metadata()?.len() > whole_length(&file)? {
                plan.cuts.push((file.clone(), whole_length(&file)?));
            }
        }
    }
    if matches!(plan.finding, Finding::Earlier) {
        let known: Vec<PathBuf> = plan.rows.keys().filter_map(|key| key.strip_prefix("output/")).map(|name| file_of(state, name)).collect();
        for (route, files) in routes {
            // Begun in the transactions that are lost: their articles come again.
            let later = later_files(&route, &files);
            plan.cuts.extend(later.into_iter().filter(|file| !known.contains(file)).map(|file| (file, 0)));
        }
    }
    Ok(())
}

fn output(file: &Path, key: &str, row: &Value, plan: &mut Plan) -> io::Result<()> {
    let there = match fs::metadata(file) {
        Ok(data) => data.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if length_in(row) > Some(0) {
                plan.says.push(format!("{} is gone; the next run begins it anew", file.display()));
            }
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let committed = length_in(row);
    if row.is_null() {
        plan.says.push(format!("{} is there, but the state does not know of it; its articles are taken as they are", file.display()));
    }
    let is_the_one = is_as_recorded(file, row).is_ok();
    let length = match (&plan.finding, committed) {
        (Finding::Sound, Some(committed)) if is_the_one && there >= committed => return Ok(()),
        (Finding::Earlier, Some(committed)) if is_the_one && there >= committed => committed,
        _ => whole_length(file)?,
    };
    if let Some(committed) = committed.filter(|committed| *committed > length) {
        let missing = committed - length;
        plan.says
            .push(format!("{missing} bytes that were committed are missing from {}; their articles do not come again", file.display()));
    }
    if there > length {
        plan.cuts.push((file.to_owned(), length));
    }
    if committed != Some(length) || !is_the_one {
        let mut new = if row.is_object() { row.clone() } else { json!({}) };
        new["length"] = json!(length);
        new["end"] = json!(digest_at(file, length)?);
        plan.rows.insert(key.to_owned(), new.clone());
        plan.changes.push(Change::set(key, new));
    }
    Ok(())
}

/// `….WHAT-N`, with the first number that is free.
fn free_name(path: &Path, what: &str) -> PathBuf {
    let mut number = 1;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{what}-{number}"));
        let name = PathBuf::from(name);
        if name.symlink_metadata().is_err() {
            return name;
        }
        number += 1;
    }
}

/// Keeps the first `length` bytes of a file, and the others in a file beside it.
fn cut(path: &Path, length: u64) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    if file.metadata()?.len() <= length {
        return Ok(());
    }
    file.seek(SeekFrom::Start(length))?;
    let beside = free_name(path, "cut");
    let mut rest = File::create_new(&beside)?;
    io::copy(&mut Read::by_ref(&mut file), &mut rest)?;
    rest.sync_all()?;
    sync_folder(&beside)?;
    file.set_len(length)?;
    file.sync_all()
}

/// Keeps a file, not a link to it, under another name, too.
fn keep(path: &Path, name: &Path) -> io::Result<()> {
    if fs::hard_link(path.canonicalize()?, name).is_err() {
        fs::copy(path, name)?;
        File::open(name)?.sync_all()?;
    }
    sync_folder(name)
}
