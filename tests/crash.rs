//! The program killed, deprived of power and of room, and started again: what stands in the output in the end is what an
//! uninterrupted run gives, to the byte.
//!
//! A file layer (`fixtures/crash/layer.c`) is preloaded under the real binary; it needs Linux and a C compiler. Every call in turn
//! is tried by `cargo test --release --test crash -- --ignored --nocapture`, a sample of them by the tests that always run.
//! `docs/reliability.md` holds the figures of the long ones.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly, and says what it did")]

mod support;

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The layer, compiled once.
fn layer() -> &'static Path {
    static LAYER: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LAYER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("layer.so");
        let source = support::repository("tests/fixtures/crash/layer.c");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&path).arg(source).arg("-ldl").status();
        assert!(built.is_ok_and(|status| status.success()), "the file layer needs a C compiler");
        (folder, path)
    });
    path
}

/// What a run is asked to do, besides its own work.
#[derive(Clone, Copy, Default)]
struct Trouble {
    /// Killed at this call.
    at: Option<u64>,
    /// No room from this call to that.
    full: Option<(u64, u64)>,
}

/// One setting in which pages are read.
struct Setting {
    name: &'static str,
    /// Below `source: watch:`.
    watch: &'static str,
    /// Between `detect_articles` and the last stage.
    stages: &'static str,
    /// Options of the last stage.
    output: &'static str,
    /// Where the records are, by parts of their names.
    written: fn(&str) -> bool,
}

const SETTINGS: &[Setting] = &[
    Setting {
        name: "files",
        watch: "after: keep",
        stages: "",
        output: "path: out/articles.ndjson",
        written: |name| name.ends_with(".ndjson"),
    },
    Setting {
        name: "issues",
        watch: "key: '(?P<issue_date>\\d{8})_(?P<page>\\w+)', after: { move: done }",
        stages: "  - stitch_jumps: { unresolved: emit_partial }\n",
        output: "path: out/articles.ndjson",
        written: |name| name.ends_with(".ndjson"),
    },
    Setting {
        name: "parts",
        watch: "after: delete",
        stages: "  - tag_topics: { topics: [builtin:gov-cn] }\n",
        output: "path: out/articles.ndjson, split_by: topic, rotate: { size: 3000 }",
        written: |name| name.ends_with(".ndjson"),
    },
];

impl Setting {
    fn config(&self) -> String {
        let Self { watch, stages, output, .. } = self;
        format!(
            "version: 1\n\
             source:\n  watch: {{ path: inbox, complete_when: rename, once: true, {watch} }}\n\
             stages:\n  - normalize: {{}}\n  - dehyphenate: {{}}\n  - detect_articles: {{}}\n{stages}  - emit_ndjson: {{ {output}, words: none }}\n\
             errors: {{ dead_letter: out/dead.letters }}\n\
             checkpoint: {{ bytes: 500 }}\n"
        )
    }
}

/// A page of our own; every seventh is not text at all.
fn page(number: usize) -> Vec<u8> {
    if number % 7 == 6 {
        return [b"%PDF-1.4\n\x00\x01", number.to_string().as_bytes()].concat();
    }
    let jump = if number.is_multiple_of(5) { "（下转02版）\n" } else { "" };
    let topic = if number.is_multiple_of(3) {
        "各地落实疫情防控措施，推动复工复产，企业有序开工。"
    } else {
        "春耕生产全面展开，农户下田插秧。"
    };
    let body = format!(
        "本报讯 3月{}日上午，第{number}次会议在市里召开，研究部署有关工作。{topic}会议要求各部门抓好落实。\n{jump}",
        number % 28 + 1
    );
    format!("第{number}次会议召开\n\n{body}\n\n{body}").into_bytes()
}

fn page_name(number: usize) -> String {
    format!("202203{:02}_{:02}.txt", number / 5 + 1, number % 5 + 1)
}

/// Writes a file that has been left alone for a while: one that has just been written is waited for.
fn write_old(path: &Path, bytes: &[u8]) {
    let mut file = File::create(path).unwrap();
    file.write_all(bytes).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).unwrap();
}

/// A folder with `pages` in its inbox.
fn prepared(setting: &Setting, pages: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("inbox")).unwrap();
    for number in 0..pages {
        write_old(&folder.path().join("inbox").join(page_name(number)), &page(number));
    }
    fs::write(folder.path().join("jianbao.yaml"), setting.config()).unwrap();
    folder
}

fn command(folder: &Path) -> Command {
    let mut command = support::jianbao(["run", "--quiet", "-c"]);
    command.arg(folder.join("jianbao.yaml")).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Runs in `folder` with the layer below it; whether it ended by itself, and how many calls it made.
fn run(folder: &Path, shadow: Option<&Path>, trouble: Trouble) -> (bool, u64) {
    let mut command = command(folder);
    let counted = folder.with_extension("count");
    command.env("LD_PRELOAD", layer()).env("CRASH_ROOT", folder).env("CRASH_COUNT", &counted);
    if let Some(at) = trouble.at {
        command.env("CRASH_AT", at.to_string());
    }
    if let Some((from, to)) = trouble.full {
        command.env("CRASH_FULL", format!("{from}-{to}"));
    }
    if let Some(shadow) = shadow {
        command.env("CRASH_SHADOW", shadow);
    }
    let output = command.output().unwrap();
    let ended = output.status.code().is_some();
    // 1: a page has failed, as it must unless an earlier run has had them all.
    assert!(!ended || matches!(output.status.code(), Some(0 | 1)), "{:?}: {}", output.status, support::said(&output));
    let calls = if ended { fs::read_to_string(&counted).unwrap().trim().parse().unwrap() } else { 0 };
    fs::remove_file(counted).ok();
    (ended, calls)
}

/// What stands in the outputs, by name, and what became of the inbox. Dead letters are taken up to the name of the configuration.
fn written(folder: &Path, setting: &Setting) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(folder.join("out")).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if (setting.written)(&name) || name == "dead.letters" {
            // Of a run that goes on, the end of what is just being written may be seen in part.
            let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
            let lines = text.lines().map(|line| line.split_once("\"config_hash\"").map_or(line, |(before, _)| before));
            files.push((name, lines.collect::<Vec<_>>().join("\n") + "\n"));
        }
    }
    for place in ["inbox", "done", "inbox/done"] {
        let names = fs::read_dir(folder.join(place)).into_iter().flatten().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.starts_with(char::is_numeric)).collect();
        names.sort();
        files.push((place.to_owned(), names.join("\n")));
    }
    files.sort();
    files
}

fn check_whole(setting: &Setting, whole: &[(String, String)], pages: usize) {
    let records: usize = whole.iter().filter(|(name, _)| (setting.written)(name)).map(|(_, text)| text.lines().count()).sum();
    assert!(records >= pages * 5 / 7, "{}: {records} records of {pages} pages", setting.name);
    let letters = whole.iter().find(|(name, _)| name == "dead.letters").map_or(0, |(_, text)| text.lines().count());
    assert_eq!(letters, pages / 7, "{}", setting.name);
}

/// Kills a run at one call after the other, begins again and compares. Every `step`th call from `from` on.
fn killed_at_every_call(setting: &Setting, pages: usize, from: u64, step: usize) -> u64 {
    let whole = prepared(setting, pages);
    let (_, calls) = run(whole.path(), None, Trouble::default());
    let expected = written(whole.path(), setting);
    check_whole(setting, &expected, pages);
    let mut kills = 0;
    for at in (from..=calls).step_by(step) {
        let folder = prepared(setting, pages);
        let (ended, _) = run(folder.path(), None, Trouble { at: Some(at), ..Trouble::default() });
        kills += u64::from(!ended);
        // Once more on the way back, at another place.
        let (ended, _) = run(folder.path(), None, Trouble { at: Some(at * 7 % calls + 1), ..Trouble::default() });
        kills += u64::from(!ended);
        run(folder.path(), None, Trouble::default());
        assert_eq!(written(folder.path(), setting), expected, "{}: killed at call {at} of {calls}", setting.name);
    }
    println!("{}: {kills} kills at every {step}th of {calls} calls over {pages} pages", setting.name);
    kills
}

/// A disk as it is after the power went: rebuilt from what was synced.
fn without_power(folder: &Path, shadow: &Path) -> tempfile::TempDir {
    let rebuilt = tempfile::tempdir().unwrap();
    let root = fs::metadata(folder).unwrap().ino();
    rebuild(shadow, root, rebuilt.path());
    rebuilt
}

fn rebuild(shadow: &Path, folder: u64, target: &Path) {
    let listed = fs::read_to_string(shadow.join("folder").join(folder.to_string())).unwrap_or_default();
    for line in listed.lines() {
        let [inode, kind, name] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
        let path = target.join(name);
        if kind == "d" {
            fs::create_dir_all(&path).unwrap();
            rebuild(shadow, inode.parse().unwrap(), &path);
        } else {
            // A file whose name is on the disk and whose content is not is empty.
            write_old(&path, &fs::read(shadow.join("data").join(inode)).unwrap_or_default());
        }
    }
}

/// All that is there now counts as on the disk.
fn note_all(folder: &Path, shadow: &Path) {
    for part in ["data", "folder"] {
        fs::create_dir_all(shadow.join(part)).unwrap();
    }
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let data = entry.metadata().unwrap();
        let name = entry.file_name().into_string().unwrap();
        if data.is_dir() {
            note_all(&entry.path(), shadow);
            lines.push(format!("{} d {name}\n", data.ino()));
        } else {
            fs::copy(entry.path(), shadow.join("data").join(data.ino().to_string())).unwrap();
            lines.push(format!("{} f {name}\n", data.ino()));
        }
    }
    fs::write(shadow.join("folder").join(fs::metadata(folder).unwrap().ino().to_string()), lines.concat()).unwrap();
}

fn without_power_at_every_call(setting: &Setting, pages: usize, from: u64, step: usize) -> u64 {
    let whole = prepared(setting, pages);
    let (_, calls) = run(whole.path(), None, Trouble::default());
    let expected = written(whole.path(), setting);
    let mut cuts = 0;
    for at in (from..=calls).step_by(step) {
        let mut folder = prepared(setting, pages);
        for at in [at, at * 5 % calls + 1] {
            let shadow = tempfile::tempdir().unwrap();
            note_all(folder.path(), shadow.path());
            let (ended, _) = run(folder.path(), Some(shadow.path()), Trouble { at: Some(at), ..Trouble::default() });
            cuts += u64::from(!ended);
            if !ended {
                folder = without_power(folder.path(), shadow.path());
            }
        }
        run(folder.path(), None, Trouble::default());
        assert_eq!(written(folder.path(), setting), expected, "{}: no power from call {at} of {calls} on", setting.name);
    }
    println!("{}: {cuts} times without power, at every {step}th of {calls} calls over {pages} pages", setting.name);
    cuts
}

#[test]
fn killed_anywhere_it_goes_on_where_it_was() {
    for setting in SETTINGS {
        assert!(killed_at_every_call(setting, 12, 3, 37) > 5);
    }
}

#[test]
#[ignore = "takes many minutes"]
fn killed_at_every_call_over_fifty_pages() {
    for setting in SETTINGS {
        killed_at_every_call(setting, 50, 1, 1);
    }
}

#[test]
fn what_was_not_synced_may_be_lost() {
    for setting in SETTINGS {
        assert!(without_power_at_every_call(setting, 12, 5, 41) > 5);
    }
}

#[test]
#[ignore = "takes many minutes"]
fn without_power_at_every_call_over_fifty_pages() {
    for setting in SETTINGS {
        without_power_at_every_call(setting, 50, 1, 1);
    }
}

#[test]
fn a_full_disk_makes_it_wait() {
    let setting = &SETTINGS[0];
    let whole = prepared(setting, 12);
    let (_, calls) = run(whole.path(), None, Trouble::default());
    let expected = written(whole.path(), setting);
    // The start is a few dozen calls.
    for from in (4..64).step_by(8).chain((1..6).map(|part| calls * part / 6)) {
        let folder = prepared(setting, 12);
        run(folder.path(), None, Trouble { full: Some((from, from + 8)), ..Trouble::default() });
        assert_eq!(written(folder.path(), setting), expected, "no room from call {from} of {calls} on");
    }
}

/// A run that goes on until it is ended.
fn follow(folder: &Path) -> Child {
    command(folder).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills a following run `kills` times while `pages` are being dropped, in the order of their names.
fn killed_while_pages_come(pages: usize, kills: usize) {
    let setting = Setting { name: "following", watch: "after: keep, rescan: 200ms", ..SETTINGS[0] };
    let name = |number: usize| format!("{number:06}.txt");
    let folder = prepared(&setting, 0);
    let whole = prepared(&setting, 0);
    for number in 0..pages {
        write_old(&whole.path().join("inbox").join(name(number)), &page(number));
    }
    run(whole.path(), None, Trouble::default());
    let expected = written(whole.path(), &setting);
    check_whole(&setting, &expected, pages);
    fs::write(folder.path().join("jianbao.yaml"), setting.config().replace("once: true, ", "")).unwrap();

    let inbox = folder.path().join("inbox");
    let milliseconds = (kills * 25).max(pages) as u64;
    let dropping = std::thread::spawn(move || {
        let begun = Instant::now();
        for number in 0..pages {
            let hidden = inbox.join(format!(".{}", name(number)));
            File::create(&hidden).unwrap().write_all(&page(number)).unwrap();
            fs::rename(hidden, inbox.join(name(number))).unwrap();
            let due = Duration::from_millis(milliseconds * number as u64 / pages as u64);
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
        }
    });
    let mut child = follow(folder.path());
    for kill in 0..kills {
        // From 5 to 44 ms, evenly but in no order.
        std::thread::sleep(Duration::from_millis(5 + (kill as u64 * 7919) % 40));
        child.kill().unwrap();
        child.wait().unwrap();
        child = follow(folder.path());
    }
    dropping.join().unwrap();
    let length = |files: &[(String, String)]| files.iter().map(|(_, text)| text.len()).sum::<usize>();
    let begun = Instant::now();
    while length(&written(folder.path(), &setting)) < length(&expected) && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
    }
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().code().is_some(), "it ends by itself when it is asked to");
    let found = written(folder.path(), &setting);
    for ((one, text), (other, wanted)) in found.iter().zip(&expected) {
        assert!(one == other && text == wanted, "{one}: {} lines, {} wanted", text.lines().count(), wanted.lines().count());
    }
    println!("killed {kills} times while {pages} pages came: {} bytes, all the same", length(&found));
}

#[test]
fn killed_while_pages_come_it_loses_and_repeats_nothing() {
    killed_while_pages_come(100, 40);
}

#[test]
#[ignore = "takes a minute"]
fn killed_a_thousand_times_while_a_thousand_pages_come() {
    killed_while_pages_come(1000, 1000);
}
