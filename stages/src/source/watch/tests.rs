//! The source as a whole, in folders that change while it runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pipeline::laws::{Below, Fed, NoFiles, follow};
use pipeline::state::Store;
use pipeline::{Memory, Options, SourceError, Stop};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::DEF;

mod after;
mod growing;
mod large;
mod renamed;
mod restart;

/// A source that runs.
struct Running {
    seen: Arc<Mutex<Vec<String>>>,
    switch: tokio::sync::watch::Sender<bool>,
    task: JoinHandle<Result<(), SourceError>>,
}

fn show(fed: Fed) -> String {
    match fed {
        Fed::Page(sheet) => {
            let revision = if sheet.revision > 0 { format!(" rev {}", sheet.revision) } else { String::new() };
            format!("{} {}{revision}", sheet.identity.page_id, sheet.text.trim())
        }
        Fed::Failure { code, page_id, .. } => format!("{page_id} ! {code}"),
        Fed::End(doc_id) => format!("end {doc_id}"),
        Fed::Forget(doc_id) => format!("forget {doc_id}"),
    }
}

impl Running {
    fn begin(folder: &TempDir, options: Value) -> Self {
        Self::begin_with(folder, options, None)
    }

    fn begin_with(folder: &TempDir, options: Value, memory: Option<Memory>) -> Self {
        Self::begin_slowly(folder, options, memory, |mark| vec![mark])
    }

    /// With what is acknowledged when a mark comes.
    fn begin_slowly(
        folder: &TempDir,
        mut options: Value,
        memory: Option<Memory>,
        mut acknowledge: impl FnMut(u64) -> Vec<u64> + Send + 'static,
    ) -> Self {
        if options.get("path").is_none() && options.get("paths").is_none() {
            options["path"] = json!("in");
        }
        let Ok(source) = (DEF.build)(Options(options), &Below(folder.path())) else { panic!("the options are right") };
        let (switch, stop) = Stop::new();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shown = Arc::clone(&seen);
        let mut see = move |fed| shown.lock().unwrap().push(show(fed));
        let task = tokio::spawn(async move { follow(source, stop, memory, &mut acknowledge, &mut see).await });
        Self { seen, switch, task }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so much has been fed.
    async fn reach(&self, count: usize) -> Vec<String> {
        let begun = Instant::now();
        while self.seen().len() < count {
            assert!(begun.elapsed() < Duration::from_secs(20), "only {:?}", self.seen());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.seen()
    }

    /// Waits for what is expected, and a moment more to see that nothing else comes.
    async fn expect(&self, expected: &[&str]) {
        self.reach(expected.len()).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(self.seen(), expected);
    }

    async fn stop(self) -> Vec<String> {
        self.switch.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(5), self.task).await.expect("stops at once").unwrap().unwrap();
        Arc::into_inner(self.seen).unwrap().into_inner().unwrap()
    }

    /// Waits for the end of a run that ends by itself.
    async fn end(self) -> (Vec<String>, Result<(), SourceError>) {
        let result = tokio::time::timeout(Duration::from_secs(30), self.task).await.expect("ends by itself").unwrap();
        (Arc::into_inner(self.seen).unwrap().into_inner().unwrap(), result)
    }
}

fn inbox() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    folder
}

/// Writes a file elsewhere and renames it into the inbox, as whoever can should.
fn put(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    let part = written(folder, text);
    move_in(folder, &part, name);
}

fn written(folder: &TempDir, text: impl AsRef<[u8]>) -> PathBuf {
    let part = folder.path().join(".part");
    fs::write(&part, text).unwrap();
    part
}

fn move_in(folder: &TempDir, part: &Path, name: &str) {
    let target = folder.path().join("in").join(name);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::rename(part, target).unwrap();
}

fn memory(folder: &TempDir) -> Memory {
    Memory { store: Arc::new(Store::open(&folder.path().join("state")).unwrap()), config_changed: false }
}

#[tokio::test]
async fn reads_what_is_there_in_order_and_then_what_comes() {
    let folder = inbox();
    for name in ["b.txt", "d/c.txt", "a.txt", ".hidden", "d/x.tmp", "a.ndjson"] {
        put(&folder, name, if name == "a.ndjson" { "{\"text\":\"行\"}\n" } else { "甲" });
    }
    let running = Running::begin(&folder, json!({ "complete_when": "rename" }));
    running.expect(&["a:1 行", "end a", "a.txt 甲", "end a.txt", "b 甲", "end b", "d/c 甲", "end d/c"]).await;
    put(&folder, "e.txt", "一\x0c二");
    put(&folder, "new/deep/f.txt", "三");
    let seen = running.reach(13).await;
    assert_eq!(seen[8..], ["e:1 一", "e:2 二", "end e", "new/deep/f 三", "end new/deep/f"]);
    running.stop().await;
}

#[tokio::test]
async fn a_file_put_in_while_it_runs_gives_what_it_gives_at_the_start() {
    let names: Vec<String> = (0..200).map(|number| format!("d{}/p{number:03}.txt", number / 20)).collect();
    let mut seen = Vec::new();
    for (late, options) in [
        (false, json!({})),
        (true, json!({ "complete_when": "rename" })),
        (true, json!({ "complete_when": "rename", "poll": true, "rescan": "50ms" })),
    ] {
        let folder = inbox();
        if !late {
            for name in &names {
                put(&folder, name, name);
            }
            tokio::time::sleep(Duration::from_millis(2100)).await;
        }
        let running = Running::begin(&folder, options);
        if late {
            tokio::time::sleep(Duration::from_millis(100)).await;
            for name in &names {
                put(&folder, name, name);
            }
        }
        running.reach(400).await;
        seen.push(running.stop().await);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

/// Writes a byte at a time.
fn drip(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    for byte in text.bytes() {
        file.write_all(&[byte]).unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_never_read_half() {
    let whole = "本报讯 今天上午，全市召开会议。".repeat(2);
    let rules = [
        (json!("rename"), false),
        (json!("close_write"), false),
        (json!("close_write"), true),
        (json!({ "quiet": "300ms" }), false),
        (json!({ "quiet": "300ms" }), true),
        (json!({ "marker": ".done" }), false),
        (json!({ "marker": "{stem}.ok" }), true),
    ];
    let mut tasks = Vec::new();
    for (rule, poll) in rules {
        let (whole, by_name) = (whole.clone(), rule == json!("rename"));
        tasks.push(tokio::spawn(async move {
            let folder = inbox();
            let running = Running::begin(&folder, json!({ "glob": "*.txt", "complete_when": rule, "poll": poll, "rescan": "30ms" }));
            tokio::time::sleep(Duration::from_millis(100)).await;
            let (path, text) = (folder.path().join("in"), whole.clone());
            tokio::task::spawn_blocking(move || {
                let name = if by_name { "a.txt.part" } else { "a.txt" };
                drip(&path.join(name), &text);
                if by_name {
                    fs::rename(path.join(name), path.join("a.txt")).unwrap();
                }
                for marker in ["a.txt.done", "a.ok"] {
                    fs::write(path.join(marker), "").unwrap();
                }
            })
            .await
            .unwrap();
            let seen = running.reach(2).await;
            assert_eq!(seen[0], format!("a {whole}"), "{rule} {poll}");
            running.stop().await;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_file_written_in_place_waits_for_its_end_even_with_rename() {
    let folder = inbox();
    let running = Running::begin(&folder, json!({ "complete_when": "rename" }));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let path = folder.path().join("in/a.txt");
    let text = "今天上午，全市召开会议。".to_owned();
    tokio::task::spawn_blocking(move || drip(&path, &text)).await.unwrap();
    running.expect(&["a 今天上午，全市召开会议。", "end a"]).await;
    running.stop().await;
}

#[tokio::test]
async fn changes_follow_the_option() {
    for (rule, more) in [
        ("revise", vec!["a 乙 rev 1", "end a", "a 丙 rev 2", "end a"]),
        ("ignore", vec![]),
        ("error", vec!["a ! changed_file", "end a", "a ! changed_file", "end a"]),
    ] {
        let folder = inbox();
        put(&folder, "a.txt", "甲");
        let running = Running::begin(&folder, json!({ "complete_when": "rename", "on_change": rule }));
        running.reach(2).await;
        for (text, count) in [("乙", 2 + more.len() / 2), ("丙", 2 + more.len())] {
            put(&folder, "a.txt", text);
            running.reach(count).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let expected: Vec<&str> = ["a 甲", "end a"].into_iter().chain(more).collect();
        running.expect(&expected).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn the_same_bytes_twice_are_both_read_or_skipped() {
    for (rule, expected) in [("emit", vec!["a 甲", "end a", "b 甲", "end b"]), ("skip", vec!["a 甲", "end a"])] {
        let folder = inbox();
        put(&folder, "a.txt", "甲");
        put(&folder, "b.txt", "甲");
        let running = Running::begin(&folder, json!({ "complete_when": "rename", "duplicates": rule }));
        running.expect(&expected).await;
        put(&folder, "b.txt", "乙");
        let seen = running.reach(expected.len() + 2).await;
        assert_eq!(seen[expected.len()], if rule == "emit" { "b 乙 rev 1" } else { "b 乙" });
        running.stop().await;
    }
}

#[tokio::test]
async fn a_rename_or_a_touch_gives_nothing() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    for number in 0..50 {
        put(&folder, &format!("{number:02}.txt"), format!("第{number}页"));
    }
    let running = Running::begin(&folder, json!({ "complete_when": "rename", "rescan": "20ms" }));
    running.reach(100).await;
    // Each takes the name of the next, three times over, under the eyes of the scan.
    for round in 0..3 {
        fs::rename(inside("00.txt"), inside(".first")).unwrap();
        for number in 1..50 {
            fs::rename(inside(&format!("{number:02}.txt")), inside(&format!("{:02}.txt", number - 1))).unwrap();
        }
        fs::rename(inside(".first"), inside("49.txt")).unwrap();
        if round < 2 {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
    for number in 0..50 {
        let name = format!("{number:02}.txt");
        fs::rename(inside(&name), inside(&format!("x{name}"))).unwrap();
    }
    fs::File::options().append(true).open(inside("x07.txt")).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    put(&folder, "last.txt", "末");
    let seen = running.reach(102).await;
    assert_eq!(seen[100..], ["last 末", "end last"]);
    running.stop().await;
}

#[tokio::test]
async fn identity_is_all_bytes() {
    let folder = inbox();
    let head = "同".repeat(4096 / 3 + 1);
    for number in 0..1000 {
        put(&folder, &format!("h{number:04}.txt"), format!("{head}{number}"));
        put(&folder, &format!("i{number:04}.txt"), "x");
    }
    put(&folder, "j.txt", "");
    let running = Running::begin(&folder, json!({ "complete_when": "rename" }));
    let seen = running.reach(4001).await;
    assert_eq!(seen.iter().filter(|line| line.starts_with("end")).count(), 2001);
    assert!(seen[0].ends_with("同0") && seen[1998].ends_with("同999") && seen[2000] == "i0000 x");
    running.stop().await;
    // An inode that is used again at once.
    let running = Running::begin(&folder, json!({ "complete_when": "close_write", "path": ".", "glob": "in/z*" }));
    for number in 0..100 {
        let path = folder.path().join("in/z.txt");
        fs::write(&path, format!("{number:03}")).unwrap();
        running.reach(2 * (number + 1)).await;
        fs::remove_file(path).unwrap();
    }
    assert_eq!(running.stop().await[198], "in/z 099 rev 99");
}

#[tokio::test]
async fn an_issue_stays_open_until_it_is_idle() {
    let folder = inbox();
    put(&folder, "20220328_2.txt", "二");
    put(&folder, "20220328_1.txt", "一");
    put(&folder, "20220329_1.txt", "别");
    put(&folder, "note.txt", "无");
    let key = r"(?P<issue_date>\d{8})_(?P<page>\w+)";
    let options = json!({ "complete_when": "rename", "key": key, "idle_timeout": "400ms", "after": "delete" });
    let running = Running::begin(&folder, options);
    running.reach(5).await;
    put(&folder, "20220328_3.txt", "三\x0c四");
    let seen = running.reach(9).await;
    let expected = [
        "20220328_1 一",
        "20220328_2 二",
        "20220329_1 别",
        "note 无",
        "end note",
        "20220328_3:1 三",
        "20220328_3:2 四",
        "end 2022-03-29",
        "end 2022-03-28",
    ];
    assert_eq!(seen, expected);
    put(&folder, "20220328_4.txt", "五");
    assert_eq!(running.reach(11).await[9..], ["20220328_4 五", "end 2022-03-28"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fs::read_dir(folder.path().join("in")).unwrap().count(), 0);
    running.stop().await;
}

#[tokio::test]
async fn folders_vanish_and_come_back() {
    for poll in [false, true] {
        let folder = inbox();
        fs::remove_dir(folder.path().join("in")).unwrap();
        let running = Running::begin(&folder, json!({ "complete_when": "rename", "rescan": "50ms", "poll": poll }));
        tokio::time::sleep(Duration::from_millis(150)).await;
        for round in 0..3 {
            put(&folder, &format!("d/{round}.txt"), round.to_string());
            running.reach(2 * (round + 1)).await;
            fs::rename(folder.path().join("in"), folder.path().join(format!("away{round}"))).unwrap();
            tokio::time::sleep(Duration::from_millis(if round == 1 { 0 } else { 200 })).await;
        }
        assert_eq!(running.stop().await, ["d/0 0", "end d/0", "d/1 1", "end d/1", "d/2 2", "end d/2"]);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn strange_things_in_a_folder_are_left_or_read() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    fs::write(folder.path().join("outside.txt"), "外").unwrap();
    fs::create_dir(inside("d")).unwrap();
    symlink(folder.path().join("outside.txt"), inside("link.txt")).unwrap();
    symlink("..", inside("d/loop")).unwrap();
    symlink("self", inside("self")).unwrap();
    symlink("nowhere", inside("dangling")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, inside("pipe.txt"), rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"\xff.txt");
    fs::write(folder.path().join("in").join(name), "奇").unwrap();
    put(&folder, "d/a.txt", "甲");
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let running = Running::begin(&folder, json!({}));
    let odd = super::super::naming::stem_of(Path::new(name));
    running.expect(&["d/a 甲", "end d/a", "link 外", "end link", &format!("{odd} 奇"), &format!("end {odd}")]).await;
    symlink(folder.path().join("outside.txt"), inside("m.txt")).unwrap();
    fs::hard_link(inside("d/a.txt"), inside("n.txt")).unwrap();
    assert_eq!(running.reach(10).await[6..], ["m 外", "end m", "n 甲", "end n"]);
    running.stop().await;
}

#[tokio::test]
async fn once_reads_what_is_there_and_ends() {
    let folder = inbox();
    for name in ["20220328_1.txt", "20220329_1.txt", "20220328_2.txt", "x.txt"] {
        put(&folder, name, "甲");
    }
    let key = r"(?P<issue_date>\d{8})_(?P<page>\w+)";
    let (seen, result) =
        Running::begin(&folder, json!({ "once": true, "complete_when": "rename", "key": key, "after": "delete" })).end().await;
    result.unwrap();
    let expected = ["20220328_1 甲", "20220328_2 甲", "end 2022-03-28", "20220329_1 甲", "end 2022-03-29", "x 甲", "end x"];
    assert_eq!(seen, expected);
    assert_eq!(fs::read_dir(folder.path().join("in")).unwrap().count(), 0);
    let (seen, result) = Running::begin(&folder, json!({ "once": true, "path": "gone" })).end().await;
    assert!(seen.is_empty() && matches!(result, Err(SourceError::Missing { .. })));
}

#[tokio::test]
async fn what_the_run_writes_is_not_read() {
    struct Writes<'a>(Below<'a>);
    impl pipeline::Resources for Writes<'_> {
        fn text(&self, path: &str) -> Result<String, String> {
            self.0.text(path)
        }
        fn document(&self, reference: &str, schema: &schemars::Schema) -> Result<Value, String> {
            self.0.document(reference, schema)
        }
        fn resolve(&self, path: &str) -> PathBuf {
            self.0.resolve(path)
        }
        fn written(&self) -> pipeline::Written {
            let among: Vec<Arc<pipeline::IsWritten>> = vec![Arc::new(|path: &Path| path.ends_with("in/out.1.ndjson"))];
            pipeline::Written { files: vec![self.0.resolve("in/out.ndjson")], among }
        }
    }
    let folder = inbox();
    put(&folder, "out.ndjson", "{}");
    put(&folder, "out.1.ndjson", "{}");
    put(&folder, "a.txt", "甲");
    let options = json!({ "path": "in", "once": true, "complete_when": "rename" });
    let Ok(source) = (DEF.build)(Options(options), &Writes(Below(folder.path()))) else { panic!("the options are right") };
    let (fed, result) = pipeline::laws::collect(source, Stop::never()).await;
    result.unwrap();
    assert_eq!(fed.into_iter().map(show).collect::<Vec<_>>(), ["a 甲", "end a"]);
}

#[test]
fn checks_its_options() {
    let codes = |options: Value| {
        let built = (DEF.build)(Options(options), &NoFiles);
        built.err().unwrap_or_default().into_iter().map(|error| (error.path, error.code)).collect::<Vec<_>>()
    };
    let good = json!({ "path": "in", "complete_when": { "quiet": "2s" }, "after": { "move": "done/" }, "key": "(?P<page>.)", "idle_timeout": "1h",
        "on_change": "ignore", "duplicates": "skip", "order": "mtime", "rescan": "1m", "ignore": ["*.bak"], "poll": true });
    assert!(codes(good).is_empty());
    assert!(codes(json!({ "paths": ["a", "b"], "complete_when": "rename", "after": "delete" })).is_empty());
    let wrong = json!({ "idle_timeout": "1h", "grow": true, "after": "delete", "ignore": ["["], "complete_when": { "marker": "" }, "encodings": ["x"] });
    let paths: Vec<String> = codes(wrong).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["path", "ignore[0]", "encodings[0]", "idle_timeout", "grow", "complete_when.marker"]);
    for (marker, right) in
        [(".done", true), ("{stem}.ok", true), ("ok.{name}", true), ("{stem}", false), ("{name}", false), ("{stam}.ok", false)]
    {
        assert_eq!(codes(json!({ "path": "in", "complete_when": { "marker": marker } })).is_empty(), right, "{marker}");
    }
    for folder in [".", "..", "done/..", "./../../x/.."] {
        assert_eq!(
            codes(json!({ "path": "in", "after": { "move": folder } })),
            [("after.move".to_owned(), "conflicting_options")],
            "{folder}"
        );
    }
    assert!(codes(json!({ "path": "in", "after": { "move": "../done" } })).is_empty());
    for bad in [json!({ "complete_when": "soon" }), json!({ "complete_when": { "quiet": "2 potatoes" } }), json!({ "no_such_option": 1 })] {
        assert_eq!(codes(bad)[0].1, "invalid_option");
    }
    assert!(!DEF.manual().is_empty());
}

/// They are written down in both files, because `flatten` would cost users the place of a mistake.
#[test]
fn has_the_options_of_stdin_and_more() {
    let options = |schema: schemars::Schema| schema.to_value()["properties"].clone();
    let own = options((DEF.schema)());
    for (name, schema) in options((super::super::stdin::DEF.schema)()).as_object().unwrap() {
        assert_eq!(own[name], *schema, "{name}");
    }
}
