//! `jianbao state prune`: forgets files that are gone.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pipeline::{Change, Period, Store};
use serde_json::{Value, json};

use super::{Found, failed, refused};
use crate::exit::{Exit, complain, print};

const FILE: &str = "file/";
const ISSUE: &str = "issue/";
/// So many rows are forgotten in one transaction.
const TOGETHER: usize = 10_000;

pub(super) fn run(found: &Found, older: Option<&str>, below: Option<&Path>, all_gone: bool, dry_run: bool) -> Exit {
    let folders: Vec<PathBuf> = below.map_or_else(|| found.folders.clone(), |below| vec![below.to_owned()]);
    if folders.is_empty() {
        complain("no_folder", "where the files were is not known; name the configuration with --config, or the folder with --below");
        return Exit::Usage;
    }
    if let Some(missing) = folders.iter().find(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        // Otherwise a folder that is not mounted would have all its files forgotten.
        complain("missing_input", &format!("{} is no folder that can be read, so nobody knows what is gone", missing.display()));
        return Exit::Missing;
    }
    let before = match older.map(|period| serde_json::from_value::<Period>(json!(period))).transpose() {
        Ok(period) => period.map(|Period(period)| SystemTime::now().checked_sub(period).unwrap_or(UNIX_EPOCH)),
        Err(error) => {
            complain("usage", &format!("--older: {error}"));
            return Exit::Usage;
        }
    };
    let opened = if dry_run { Store::look(&found.path).map(|(store, _)| store) } else { Store::open(&found.path) };
    let store = match opened {
        Ok(store) => store,
        Err(error) => return refused(&error),
    };
    let (mut all, mut gone) = (0_u64, Vec::new());
    // Whether a file was found where it should be, and whether one was not that no run has taken away.
    let (mut some_found, mut some_missed) = (false, false);
    let mut open = HashSet::new();
    let visited = store.each(ISSUE, &mut |key, row| {
        if row.get("open") == Some(&Value::Bool(true)) {
            open.insert(key.strip_prefix(ISSUE).unwrap_or(key).to_owned());
        }
        Ok(())
    });
    if let Err(error) = visited {
        return refused(&error);
    }
    let visited = store.each(FILE, &mut |key, row| {
        all += 1;
        let name = key.strip_prefix(FILE).unwrap_or(key);
        let of_open = row.get("issue").and_then(Value::as_str).is_some_and(|issue| open.contains(issue));
        let may_go = !of_open && may_go(name, &row, before);
        // Of the others one that is found is enough.
        if may_go || !some_found {
            let is_there = folders.iter().any(|folder| folder.join(name).symlink_metadata().is_ok());
            some_found |= is_there;
            if may_go && !is_there {
                some_missed |= row.get("state").and_then(Value::as_str) != Some("gone");
                gone.push(key.to_owned());
            }
        }
        Ok(())
    });
    if let Err(error) = visited {
        return refused(&error);
    }
    // Names are below the folder that was watched: in another one all would seem to be gone, and all would be read again.
    if some_missed && !some_found && !all_gone {
        let help = "name the folder that was watched, or say --all-gone if it is empty by now";
        complain("wrong_folder", &format!("none of the {all} known files is there; {help}"));
        return Exit::Usage;
    }
    if dry_run {
        let names = gone.iter().map(|key| format!("{}\n", key.strip_prefix(FILE).unwrap_or(key)));
        return print(names.collect::<String>().as_bytes());
    }
    let size = || std::fs::metadata(&found.path).map(|data| data.len());
    let work = || -> Result<(), Exit> {
        let was = size().map_err(|error| failed(&found.path, &error))?;
        for some in gone.chunks(TOGETHER) {
            let changes: Vec<Change> = some.iter().map(Change::forget).collect();
            store.commit(&changes).map_err(|error| refused(&error))?;
        }
        store.compact().map_err(|error| refused(&error))?;
        let is = size().map_err(|error| failed(&found.path, &error))?;
        print(format!("forgot {} of {all} files; the state has {is} bytes instead of {was}\n", gone.len()).as_bytes());
        Ok(())
    };
    work().err().unwrap_or(Exit::Fine)
}

/// Whether nothing depends on a file being known but that it is not read again. One that was read in part goes on (so does the issue
/// that it is a part of, as long as that is open), and a name that is not as the system has it cannot be looked for.
fn may_go(name: &str, row: &Value, before: Option<SystemTime>) -> bool {
    if name.contains('\u{fffd}') || row.get("state").and_then(Value::as_str).is_some_and(|state| state == "begun") {
        return false;
    }
    let Some(before) = before else { return true };
    let nanoseconds = row.get("mtime").and_then(Value::as_i64).and_then(|time| u64::try_from(time).ok());
    nanoseconds.is_some_and(|time| UNIX_EPOCH + Duration::from_nanos(time) < before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_open_issue_are_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let file = |issue: &str| json!({ "state": "done", "mtime": 1, "issue": issue });
        let rows = [
            ("issue/open", json!({ "open": true })),
            ("issue/ended", json!({ "open": false })),
            ("file/a", file("open")),
            ("file/b", file("ended")),
        ];
        Store::open(&path).unwrap().commit(&rows.map(|(key, row)| Change::set(key, row))).unwrap();
        let found = Found { path: path.clone(), folders: vec![folder.path().to_owned()] };
        assert_eq!(run(&found, None, None, true, false), Exit::Fine);
        let store = Store::open(&path).unwrap();
        assert!(store.get("file/a").unwrap().is_some() && store.get("file/b").unwrap().is_none());
    }
}
