//! When files are taken away, and when they are not.

use super::*;

async fn until_gone(paths: &[PathBuf]) {
    let begun = Instant::now();
    while paths.iter().any(|path| path.exists()) {
        assert!(begun.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn takes_files_away_when_they_are_done() {
    for after in [json!("delete"), json!({ "move": "done" })] {
        let folder = inbox();
        let options = json!({ "complete_when": { "marker": ".ok" }, "after": after });
        put(&folder, "d/a.txt", "甲");
        put(&folder, "d/a.txt.ok", "");
        let running = Running::begin(&folder, options);
        running.reach(2).await;
        let inside = |name: &str| folder.path().join("in").join(name);
        until_gone(&[inside("d/a.txt"), inside("d/a.txt.ok")]).await;
        // The same bytes again are another file, and so is another with that name.
        put(&folder, "d/b.txt", "甲");
        put(&folder, "d/b.txt.ok", "");
        put(&folder, "d/a.txt", "乙");
        put(&folder, "d/a.txt.ok", "");
        let mut seen = running.reach(6).await;
        seen.sort();
        assert_eq!(seen, ["d/a 乙 rev 1", "d/a 甲", "d/b 甲", "end d/a", "end d/a", "end d/b"]);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!inside("d/a.txt").exists() && !inside("d/b.txt").exists());
        if after != "delete" {
            let read = |name: &str| fs::read_to_string(inside("done/d").join(name)).unwrap();
            assert_eq!((read("a.txt"), read("a.txt.1"), read("b.txt")), ("甲".into(), "乙".into(), "甲".into()));
        }
        running.stop().await;
    }
}

#[tokio::test]
async fn a_file_whose_records_are_not_on_the_disk_stays_whatever_it_is_called() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    put(&folder, "a.txt", "甲");
    let options = json!({ "complete_when": "rename", "after": "delete", "rescan": "20ms" });
    let running = Running::begin_slowly(&folder, options, None, |_| Vec::new());
    running.reach(2).await;
    fs::rename(inside("a.txt"), inside("b.txt")).unwrap();
    running.expect(&["a 甲", "end a"]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(inside("b.txt").exists());
    running.stop().await;
}

#[tokio::test]
async fn what_has_changed_stays_until_its_own_records_are_on_the_disk() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    put(&folder, "a.txt", "甲");
    let options = json!({ "complete_when": "rename", "after": "delete", "rescan": "20ms" });
    // The first file's marks are acknowledged when the second's is begun.
    let running = Running::begin_slowly(&folder, options, Some(memory(&folder)), |mark| if mark == 3 { vec![1, 2] } else { Vec::new() });
    running.reach(2).await;
    put(&folder, "a.txt", "乙");
    assert_eq!(running.reach(4).await[2..], ["a 乙 rev 1", "end a"]);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(inside("a.txt").exists());
    running.stop().await;
}

#[tokio::test]
async fn what_was_taken_away_before_that_was_noted_is_gone() {
    let folder = inbox();
    put(&folder, "a.txt", "甲");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, json!({ "complete_when": "rename" }), Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    fs::remove_file(folder.path().join("in/a.txt")).unwrap();
    let options = json!({ "complete_when": "rename", "after": "delete", "on_change": "ignore" });
    let running = Running::begin_with(&folder, options, Some(memory.clone()));
    tokio::time::sleep(Duration::from_millis(100)).await;
    put(&folder, "a.txt", "乙");
    running.expect(&["a 乙 rev 1", "end a"]).await;
    running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn of_a_link_that_is_moved_its_bytes_are_kept() {
    let folder = inbox();
    fs::write(folder.path().join("outside.txt"), "外").unwrap();
    std::os::unix::fs::symlink("../outside.txt", folder.path().join("in/a.txt")).unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let options = json!({ "complete_when": "rename", "once": true, "after": { "move": "done" } });
    let (seen, result) = Running::begin(&folder, options).end().await;
    result.unwrap();
    assert_eq!(seen, ["a 外", "end a"]);
    assert!(!folder.path().join("in/a.txt").is_symlink() && folder.path().join("outside.txt").exists());
    assert_eq!(fs::read_to_string(folder.path().join("in/done/a.txt")).unwrap(), "外");
}

#[tokio::test]
async fn an_issue_does_not_wait_for_what_is_gone_or_for_a_marker() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    let options = json!({ "complete_when": { "marker": ".ok" }, "glob": "*_*", "key": r"(?P<issue_date>\d{8})_(?P<page>\w+)",
                          "idle_timeout": "300ms", "poll": true, "rescan": "50ms", "after": "delete" });
    put(&folder, "20220328_1.txt", "一");
    put(&folder, "20220328_1.txt.ok", "");
    put(&folder, "20220328_2.txt", "二");
    let running = Running::begin(&folder, options);
    running.reach(1).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(running.seen(), ["20220328_1 一"], "a page is still awaited");
    fs::remove_file(inside("20220328_2.txt")).unwrap();
    running.expect(&["20220328_1 一", "end 2022-03-28"]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!inside("20220328_1.txt").exists() && !inside("20220328_1.txt.ok").exists());
    running.stop().await;
}

#[tokio::test]
async fn bytes_that_were_never_fed_are_not_taken_away() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    let memory = memory(&folder);
    let options = |on_change: &str, after: &str| {
        json!({ "complete_when": "rename", "on_change": on_change, "after": after, "rescan": "20ms",
                "key": r"(?P<issue_date>\d{8})_(?P<page>\w+)", "idle_timeout": "500ms" })
    };
    let running = Running::begin_with(&folder, options("ignore", "delete"), Some(memory.clone()));
    put(&folder, "20220328_1.txt", "一");
    running.reach(1).await;
    put(&folder, "20220328_1.txt", "新");
    running.expect(&["20220328_1 一", "end 2022-03-28"]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(inside("20220328_1.txt").exists());
    running.stop().await;
    let running = Running::begin_with(&folder, options("revise", "delete"), Some(memory));
    assert_eq!(running.reach(1).await, ["20220328_1 新 rev 1"]);
    running.stop().await;
}

/// Gives files one time, as whoever unpacks or copies them may.
fn put_dated(folder: &TempDir, name: &str, text: &str) {
    let part = written(folder, text);
    fs::File::options().append(true).open(&part).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    move_in(folder, &part, name);
}

#[tokio::test]
async fn another_file_that_gets_the_inode_of_one_that_was_taken_away_is_read() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    let running = Running::begin(&folder, json!({ "complete_when": "rename", "after": "delete", "rescan": "20ms" }));
    // Some file systems give the inode that became free to the next file, and some do not.
    for nth in 0..5 {
        let name = format!("{nth}.txt");
        put_dated(&folder, &name, "甲");
        running.reach(2 * (nth + 1)).await;
        until_gone(&[inside(&name)]).await;
        // Its row is written behind that.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn where_files_are_moved_is_not_read_whatever_it_is_called() {
    let folder = inbox();
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("in", at("other")).unwrap();
    fs::create_dir(at("in/done")).unwrap();
    std::os::unix::fs::symlink("done", at("in/link")).unwrap();
    let target = fs::canonicalize(folder.path()).unwrap().join("in/done");
    let options = json!({ "path": "other", "complete_when": "rename", "after": { "move": target }, "rescan": "20ms" });
    let running = Running::begin(&folder, options);
    put(&folder, "a.txt", "甲");
    put(&folder, "d/b.txt", "乙");
    running.expect(&["a 甲", "end a", "d/b 乙", "end d/b"]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(at("in/done/a.txt").exists() && at("in/done/d/b.txt").exists());
    assert!(!at("in/done/done").exists() && !at("in/done/link").exists());
    running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_change_that_is_passed_over_stays_whatever_the_name_of_the_file() {
    use std::os::unix::ffi::OsStrExt;
    let folder = inbox();
    let path = folder.path().join("in").join(std::ffi::OsStr::from_bytes(b"x\xff.txt"));
    fs::write(&path, "甲").unwrap();
    let memory = memory(&folder);
    let options = |after: &str| json!({ "complete_when": "rename", "on_change": "ignore", "after": after, "once": true });
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let (seen, _) = Running::begin_with(&folder, options("keep"), Some(memory.clone())).end().await;
    assert_eq!(seen.len(), 2);
    fs::write(&path, "乙乙").unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let (seen, _) = Running::begin_with(&folder, options("delete"), Some(memory)).end().await;
    assert_eq!(seen, Vec::<String>::new());
    assert!(path.exists());
}
