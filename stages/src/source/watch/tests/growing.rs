//! Files that grow.

use std::io::Write;

use super::*;

fn append(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join("in").join(name);
    fs::File::options().create(true).append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn options() -> Value {
    json!({ "grow": true, "rescan": "50ms" })
}

#[tokio::test]
async fn each_page_comes_when_it_is_complete() {
    for poll in [false, true] {
        let folder = inbox();
        append(&folder, "a.txt", "一\x0c二");
        let running = Running::begin(&folder, json!({ "grow": true, "poll": poll, "rescan": "50ms" }));
        running.expect(&["a:1 一", "end a"]).await;
        append(&folder, "a.txt", "点\x0c三");
        running.expect(&["a:1 一", "end a", "a:2 二点", "end a"]).await;
        append(&folder, "b.jsonl", "{\"text\":\"行\"}\n{\"text\":");
        assert_eq!(running.reach(6).await[4..], ["b:1 行", "end b"]);
        append(&folder, "b.jsonl", "\"末\"}\n");
        assert_eq!(running.reach(8).await[6..], ["b:2 末", "end b"]);
        running.stop().await;
    }
}

#[tokio::test]
async fn a_file_that_becomes_shorter_or_another_is_read_anew() {
    let folder = inbox();
    append(&folder, "a.txt", "一\x0c二\x0c");
    let running = Running::begin(&folder, options());
    running.reach(4).await;
    fs::write(folder.path().join("in/a.txt"), "新\x0c").unwrap();
    assert_eq!(running.reach(6).await[4..], ["a:1 新 rev 1", "end a"]);
    // As long as before and longer, but with other bytes.
    fs::write(folder.path().join("in/a.txt"), "旧\x0c尾\x0c").unwrap();
    let seen = running.reach(10).await;
    assert_eq!(seen[6..], ["a:1 旧 rev 2", "end a", "a:2 尾 rev 2", "end a"]);
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_replaced_is_read_to_its_end_first() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    let running = Running::begin(&folder, json!({ "grow": true, "glob": "*.txt", "rescan": "50ms" }));
    append(&folder, "a.txt", "一\x0c二");
    running.reach(2).await;
    // Renamed to what is not watched, written to its end, and another one in its place.
    let mut old = fs::File::options().append(true).open(inside("a.txt")).unwrap();
    fs::rename(inside("a.txt"), inside("a.txt.1")).unwrap();
    old.write_all("尾".as_bytes()).unwrap();
    append(&folder, "a.txt", "新\x0c");
    let seen = running.reach(6).await;
    assert_eq!(seen[2..], ["a:2 二尾", "end a", "a:1 新 rev 1", "end a"]);
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_renamed_goes_on_under_its_new_name() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    append(&folder, "a.txt", "一\x0c二");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.reach(2).await;
    fs::rename(inside("a.txt"), inside("b.txt")).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    append(&folder, "b.txt", "\x0c");
    assert_eq!(running.reach(4).await[2..], ["a:2 二", "end a"]);
    append(&folder, "a.txt", "新\x0c");
    assert_eq!(running.reach(6).await[4..], ["a:1 新 rev 1", "end a"]);
    running.stop().await;
}

#[tokio::test]
async fn a_restart_goes_on_behind_the_pages_that_are_fed() {
    let folder = inbox();
    append(&folder, "a.txt", "一\x0c二\x0c三");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.reach(4).await;
    running.stop().await;
    append(&folder, "a.txt", "\x0c四\x0c");
    // As if only the first page had reached the disk.
    let mut row = memory.store.get("file/a.txt").unwrap().unwrap();
    assert_eq!(row["from"], 2);
    row["from"] = json!(1);
    memory.store.commit(&[pipeline::state::Change::set("file/a.txt", row)]).unwrap();
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.expect(&["a:2 二", "end a", "a:3 三", "end a", "a:4 四", "end a"]).await;
    running.stop().await;
    // Another file in its place while nobody looked.
    fs::write(folder.path().join("in/a.txt"), "换\x0c二\x0c三\x0c四\x0c五\x0c").unwrap();
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    assert_eq!(running.reach(10).await[0], "a:1 换 rev 1");
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_was_renamed_while_no_run_was_there_is_not_read_twice() {
    for (aside, watched) in [("b.txt", true), ("a.txt.1", false)] {
        let folder = inbox();
        let inside = |name: &str| folder.path().join("in").join(name);
        let memory = memory(&folder);
        append(&folder, "a.txt", "一\x0c二");
        let options = json!({ "grow": true, "glob": "*.txt", "rescan": "50ms" });
        let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
        running.reach(2).await;
        running.stop().await;
        fs::rename(inside("a.txt"), inside(aside)).unwrap();
        append(&folder, aside, "尾\x0c");
        append(&folder, "a.txt", "新\x0c");
        let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
        let mut seen = running.reach(4).await;
        seen.sort();
        assert_eq!(seen, ["a:1 新 rev 1", "a:2 二尾", "end a", "end a"], "{aside}");
        running.stop().await;
        append(&folder, aside, "末\x0c");
        let running = Running::begin_with(&folder, options, Some(memory.clone()));
        if watched {
            assert_eq!(running.reach(2).await, ["a:3 末", "end a"]);
        }
        append(&folder, "a.txt", "又\x0c");
        let seen = running.reach(if watched { 4 } else { 2 }).await;
        assert_eq!(seen[seen.len() - 2..], ["a:2 又 rev 1", "end a"], "{aside}");
        running.stop().await;
    }
}

#[tokio::test]
async fn of_many_files_that_are_put_aside_the_ends_are_read() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    let names: Vec<String> = (0..70).map(|number| format!("{number:02}.txt")).collect();
    for name in &names {
        append(&folder, name, "一\x0c");
    }
    let running = Running::begin(&folder, json!({ "grow": true, "glob": "*.txt", "poll": true, "rescan": "1s" }));
    running.reach(140).await;
    for name in &names {
        append(&folder, name, "尾\x0c");
        fs::rename(inside(name), inside(&format!("{name}.1"))).unwrap();
        append(&folder, name, "新\x0c");
    }
    let seen = running.reach(420).await;
    let count = |what: &str| seen.iter().filter(|seen| seen.contains(what)).count();
    assert_eq!((count("2 尾"), count("1 新 rev 1")), (70, 70));
    running.stop().await;
}

#[tokio::test]
async fn the_last_page_of_a_file_that_becomes_shorter_or_does_not_grow_any_more_is_read() {
    let folder = inbox();
    let memory = memory(&folder);
    append(&folder, "a.txt", "一\x0c二");
    append(&folder, "b.txt", "一\x0c二");
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.reach(4).await;
    fs::write(folder.path().join("in/a.txt"), "").unwrap();
    assert_eq!(running.reach(6).await[4..], ["a:2 二", "end a"]);
    append(&folder, "a.txt", "三\x0c");
    assert_eq!(running.reach(8).await[6..], ["a:1 三 rev 1", "end a"]);
    running.stop().await;
    let running = Running::begin_with(&folder, json!({ "complete_when": "rename" }), Some(memory));
    let seen = running.reach(5).await;
    assert!(seen.contains(&"b:2 二 rev 1".to_owned()), "{seen:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_was_skipped_grows_as_a_document_of_its_own() {
    let folder = inbox();
    let memory = memory(&folder);
    put(&folder, "a.text", "一\x0c");
    put(&folder, "a.txt", "一\x0c");
    let options_before = json!({ "complete_when": "rename", "duplicates": "skip" });
    let running = Running::begin_with(&folder, options_before, Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    append(&folder, "a.txt", "二\x0c");
    let running = Running::begin_with(&folder, options(), Some(memory));
    let seen = running.reach(6).await;
    assert!(seen.contains(&"a.txt:2 二".to_owned()), "{seen:?}");
    running.stop().await;
}

#[tokio::test]
async fn the_end_of_a_file_that_is_moved_away_is_read_before_it_is_closed_for_others() {
    let folder = inbox();
    let names: Vec<String> = (0..80).map(|number| format!("f{number:03}.txt")).collect();
    for name in &names {
        append(&folder, name, "一\x0c");
    }
    // One look finds all that has happened.
    let running = Running::begin(&folder, json!({ "grow": true, "poll": true, "rescan": "1s" }));
    running.reach(160).await;
    append(&folder, "f070.txt", "二\x0c");
    running.reach(162).await;
    append(&folder, "f070.txt", "末\x0c");
    fs::rename(folder.path().join("in/f070.txt"), folder.path().join("away.txt")).unwrap();
    for name in names.iter().filter(|name| *name != "f070.txt") {
        append(&folder, name, "二\x0c");
    }
    let seen = running.reach(162 + 2 * 80).await;
    assert!(seen.contains(&"f070:3 末".to_owned()));
    running.stop().await;
}
