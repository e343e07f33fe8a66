//! `jianbao state` through the real binary: damage is never passed over, and what can be put right is.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use support::{code, jianbao, said};

const CONFIG: &str = "version: 1\nsource: { watch: { path: inbox, complete_when: rename, once: true } }\n\
    stages:\n  - normalize: {}\n  - dehyphenate: {}\n  - detect_articles: {}\n  - emit_ndjson: { path: out/a.ndjson, words: none }\n\
    errors: { dead_letter: out/dead.ndjson }\ncheckpoint: { bytes: 1 }\n";

const STATE: &str = "out/a.ndjson.state";

fn add(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join("inbox").join(name);
    fs::write(&path, bytes).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

/// A folder where a run has ended.
fn ended() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inbox")).unwrap();
    fs::write(folder.path().join("jianbao.yaml"), CONFIG).unwrap();
    for number in 1..=3 {
        let text = format!("第{number}次会议召开\n\n本报讯 3月{number}日上午，第{number}次会议在市里召开，研究部署有关工作。\n");
        add(folder.path(), &format!("p{number}.txt"), text.as_bytes());
    }
    add(folder.path(), "q.txt", b"%PDF-1.4\n\0");
    assert_eq!(code(&run(folder.path())), 1);
    folder
}

fn run(folder: &Path) -> Output {
    jianbao(["run", "--quiet", "-c", "jianbao.yaml"]).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

fn state(folder: &Path, arguments: &[&str]) -> Output {
    jianbao(["state"]).args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["inbox", "out"] {
        fs::create_dir(copy.path().join(name)).unwrap();
        for entry in fs::read_dir(folder.join(name)).unwrap() {
            let entry = entry.unwrap();
            let to = copy.path().join(name).join(entry.file_name());
            fs::copy(entry.path(), &to).unwrap();
            let time = entry.metadata().unwrap().modified().unwrap();
            File::options().write(true).open(&to).unwrap().set_modified(time).unwrap();
        }
    }
    fs::copy(folder.join("jianbao.yaml"), copy.path().join("jianbao.yaml")).unwrap();
    copy
}

/// Ids in a file, of which the last line may be torn.
fn ids(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()?["id"].as_str().map(str::to_owned)).collect()
}

/// Ids in the output and in all that was cut off it.
fn all_ids(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder.join("out")).unwrap().map(|entry| entry.unwrap().path());
    names
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("a.ndjson") && !path.to_str().unwrap().contains(".state"))
        .flat_map(|path| ids(&path))
        .collect()
}

/// Damages the state of a run that has ended, looks, tries to go on, repairs, and goes on.
fn survives(whole: &Path, what: &str, damage: impl FnOnce(&mut Vec<u8>)) {
    let folder = copy_of(whole);
    let path = folder.path();
    let rows = state(path, &["export", STATE]).stdout;
    let mut bytes = fs::read(path.join(STATE)).unwrap();
    damage(&mut bytes);
    fs::write(path.join(STATE), &bytes).unwrap();
    let before = all_ids(path);

    let verified = state(path, &["verify", STATE]);
    assert!(matches!(code(&verified), 0 | 65), "{what}: {}", said(&verified));
    assert_eq!(fs::read(path.join(STATE)).unwrap(), bytes, "{what}: looking changes nothing");
    if code(&verified) == 0 {
        assert_eq!(state(path, &["export", STATE]).stdout, rows, "{what}");
        return;
    }
    let started = run(path);
    assert_eq!(code(&started), 65, "{what}: {}", said(&started));
    let exported = state(path, &["export", STATE]);
    assert_eq!(code(&exported), 65, "{what}");
    let asked = state(path, &["repair", STATE]);
    assert_eq!((code(&asked), fs::read(path.join(STATE)).unwrap() == bytes), (2, true), "{what}: {}", said(&asked));
    let repaired = state(path, &["repair", STATE, "--yes"]);
    assert_eq!(code(&repaired), 0, "{what}: {}", said(&repaired));
    assert_eq!(fs::read(path.join(format!("{STATE}.damaged-1"))).unwrap(), bytes, "{what}: the damaged one is kept");
    let verified = state(path, &["verify", "-c", "jianbao.yaml"]);
    assert_eq!(code(&verified), 0, "{what}: {} {}", said(&verified), String::from_utf8_lossy(&verified.stdout));
    assert_eq!(all_ids(path), before, "{what}: nothing is thrown away");
    let next = run(path);
    assert!(matches!(code(&next), 0 | 1), "{what}: {}", said(&next));
    assert_eq!(ids(&path.join("out/a.ndjson")), ids(&whole.join("out/a.ndjson")), "{what}: all is there in the end");
}

/// The bytes that mean something: all of the header but its padding, and every `step`th behind it.
fn places(length: usize, step: usize) -> Vec<usize> {
    let header = [0..48, 512..544, 1024..1056].into_iter().flatten().step_by(step.min(11));
    header.chain([2000]).chain((4096..length).step_by(step)).collect()
}

fn damaged_everywhere(step: usize) {
    let folder = ended();
    let length = fs::metadata(folder.path().join(STATE)).unwrap().len() as usize;
    for at in places(length, step) {
        survives(folder.path(), &format!("a bit of byte {at}"), |bytes| bytes[at] ^= 1 << (at % 8));
    }
    for cut in [0, 1, 20, 600, 4095].into_iter().chain((4096..length).step_by(step)) {
        survives(folder.path(), &format!("cut to {cut}"), |bytes| bytes.truncate(cut));
    }
    survives(folder.path(), "another file", |bytes| *bytes = b"{\"schema\":1}\n".repeat(1000));
}

#[test]
fn no_damage_is_passed_over_and_all_can_be_repaired() {
    damaged_everywhere(83);
}

#[test]
#[ignore = "takes minutes; run it by name"]
fn every_byte_and_every_length() {
    damaged_everywhere(1);
}

#[test]
fn says_what_there_is() {
    let folder = ended();
    let path = folder.path();
    for which in [&["verify", STATE][..], &["verify", "out/a.ndjson"], &["verify", "--config", "jianbao.yaml"]] {
        let verified = state(path, which);
        let text = String::from_utf8(verified.stdout).unwrap();
        assert!(
            text.starts_with("out/a.ndjson.state: sound\n") && text.contains("file 4") && text.contains("committed and there"),
            "{text}"
        );
    }
    File::options().append(true).open(path.join("out/a.ndjson")).unwrap().set_len(10).unwrap();
    let short = state(path, &["verify", STATE]);
    assert_eq!(code(&short), 65);
    assert!(String::from_utf8(short.stdout).unwrap().contains("holds only 10"));
    assert_eq!(code(&run(path)), 65);
    assert_eq!(code(&state(path, &["repair", STATE, "--yes"])), 0);
    assert_eq!(code(&run(path)), 0, "the rest is said to be missing");
    assert_eq!(code(&state(path, &["verify", "none.state"])), 66);
    assert_eq!(code(&state(path, &["verify"])), 2);
    let held = File::options().append(true).open(path.join("out/a.ndjson.state.lock")).unwrap();
    held.lock().unwrap();
    for task in [&["verify", STATE][..], &["export", STATE], &["repair", STATE, "--yes"], &["prune", STATE, "--below", "inbox"]] {
        assert_eq!(code(&state(path, task)), 75, "{task:?}");
    }
}

#[test]
fn a_lost_state_beside_an_output_is_begun_anew() {
    let folder = ended();
    let path = folder.path();
    fs::remove_file(path.join(STATE)).unwrap();
    assert_eq!(code(&run(path)), 65, "an output that nobody knows of is not written to");
    let length = fs::metadata(path.join("out/a.ndjson")).unwrap().len();
    // The run has begun a state before it looked at the output.
    fs::remove_file(path.join(STATE)).ok();
    fs::write(path.join("out/a.ndjson"), [fs::read(path.join("out/a.ndjson")).unwrap(), b"{\"torn".to_vec()].concat()).unwrap();
    let repaired = state(path, &["repair", "out/a.ndjson", "--yes"]);
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    assert!(String::from_utf8(repaired.stdout).unwrap().contains("comes again"));
    assert_eq!(fs::read(path.join("out/a.ndjson.cut-1")).unwrap(), b"{\"torn");
    assert_eq!(fs::metadata(path.join("out/a.ndjson")).unwrap().len(), length);
    assert_eq!(code(&run(path)), 1);
    assert_eq!(fs::metadata(path.join("out/a.ndjson")).unwrap().len(), 2 * length);
}

#[test]
fn files_that_are_gone_are_forgotten() {
    let folder = ended();
    let path = folder.path();
    for name in ["p1.txt", "q.txt"] {
        fs::remove_file(path.join("inbox").join(name)).unwrap();
    }
    let said_of = |output: Output| String::from_utf8(output.stdout).unwrap();
    assert_eq!(said_of(state(path, &["prune", "-c", "jianbao.yaml", "--dry-run"])), "p1.txt\nq.txt\n");
    assert_eq!(said_of(state(path, &["prune", "-c", "jianbao.yaml", "--older", "1h", "--dry-run"])), "");
    assert_eq!(code(&state(path, &["prune", STATE])), 2, "where the files were is not known");
    assert_eq!(code(&state(path, &["prune", STATE, "--below", "unmounted"])), 66);
    fs::create_dir(path.join("inbox/inside")).unwrap();
    let inside = ["prune", STATE, "--below", "inbox/inside"];
    let refused = state(path, &inside);
    assert_eq!((code(&refused), said(&refused).contains("none of the 4 known files is there")), (2, true), "{}", said(&refused));
    let all = said_of(state(path, &[&inside[..], &["--all-gone", "--dry-run"]].concat()));
    assert_eq!(all.lines().count(), 4, "{all}");
    let pruned = said_of(state(path, &["prune", STATE, "--below", "inbox", "--older", "30s"]));
    assert!(pruned.starts_with("forgot 2 of 4 files"), "{pruned}");
    assert_eq!(code(&state(path, &["verify", STATE])), 0);
    assert_eq!(code(&run(path)), 0);
}

#[test]
fn what_was_repaired_is_told_from_another_file() {
    let folder = ended();
    let path = folder.path();
    let output = path.join("out/a.ndjson");
    let length = fs::metadata(&output).unwrap().len();
    File::options().write(true).open(&output).unwrap().set_len(length - 100).unwrap();
    assert_eq!(code(&state(path, &["repair", STATE, "--yes"])), 0);
    let left = fs::metadata(&output).unwrap().len();
    assert!(left > 0 && left < length - 100);
    let mine = fs::read(&output).unwrap();
    let others = "1\n".repeat(4000);
    fs::write(&output, &others).unwrap();
    assert_eq!(code(&run(path)), 65);
    assert_eq!(fs::read_to_string(&output).unwrap(), others);
    fs::write(&output, mine).unwrap();
    assert!(matches!(code(&run(path)), 0 | 1));
}

#[cfg(unix)]
#[test]
fn a_damaged_state_behind_a_link_is_kept_itself() {
    let folder = ended();
    let path = folder.path();
    fs::rename(path.join(STATE), path.join("real.state")).unwrap();
    std::os::unix::fs::symlink("../real.state", path.join(STATE)).unwrap();
    let mut damaged = fs::read(path.join("real.state")).unwrap();
    damaged[4096 + 100] ^= 1;
    fs::write(path.join("real.state"), &damaged).unwrap();
    let repaired = state(path, &["repair", STATE, "--yes"]);
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    let kept = path.join(format!("{STATE}.damaged-1"));
    assert!(!kept.is_symlink());
    assert_eq!(fs::read(kept).unwrap(), damaged);
}

#[test]
fn a_file_that_another_output_is_beside_is_left_alone() {
    let folder = ended();
    let path = folder.path();
    fs::rename(path.join(STATE), path.join("out/run.state")).unwrap();
    fs::write(path.join("out/run"), "a line\nno end").unwrap();
    let repaired = state(path, &["repair", "out/run.state", "--yes"]);
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    assert_eq!(fs::read_to_string(path.join("out/run")).unwrap(), "a line\nno end");
}
