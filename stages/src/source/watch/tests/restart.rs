//! What a source does with the rows that an earlier run left.

use pipeline::state::Change;

use super::*;

/// What a run leaves when it is killed: the rows, as if the records of the documents had been delivered so far.
fn rows(memory: &Memory, prefix: &str) -> Vec<(String, Value)> {
    let mut rows = Vec::new();
    memory
        .store
        .each(prefix, &mut |key, row| {
            rows.push((key.to_owned(), row));
            Ok(())
        })
        .unwrap();
    rows
}

fn set(memory: &Memory, key: &str, field: &str, value: Value) {
    let mut row = memory.store.get(key).unwrap().unwrap();
    row[field] = value;
    memory.store.commit(&[Change::set(key, row)]).unwrap();
}

fn options() -> Value {
    json!({ "complete_when": "rename" })
}

#[tokio::test]
async fn what_is_done_is_not_read_again() {
    let folder = inbox();
    put(&folder, "a.txt", "甲");
    put(&folder, "d/b.txt", "乙");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.reach(4).await;
    running.stop().await;
    assert_eq!(rows(&memory, "file/").len(), 2);
    // Renamed, touched and come while nobody looked.
    fs::rename(folder.path().join("in/d/b.txt"), folder.path().join("in/moved.txt")).unwrap();
    put(&folder, "c.txt", "丙");
    fs::File::options().append(true).open(folder.path().join("in/a.txt")).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.expect(&["c 丙", "end c"]).await;
    running.stop().await;
    let keys: Vec<String> = rows(&memory, "file/").into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert!(keys.contains(&"file/moved.txt".to_owned()));
    // It is still the document it was.
    put(&folder, "moved.txt", "丁");
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.expect(&["d/b 丁 rev 1", "end d/b"]).await;
    running.stop().await;
}

#[tokio::test]
async fn what_was_begun_comes_again_as_it_was_or_as_a_revision() {
    for (text, config_changed, expected) in [
        ("一\x0c二", false, vec!["a:1 一", "a:2 二", "end a"]),
        ("一\x0c三", false, vec!["forget a", "a:1 一 rev 1", "a:2 三 rev 1", "end a"]),
        ("一\x0c二", true, vec!["forget a", "a:1 一 rev 1", "a:2 二 rev 1", "end a"]),
    ] {
        let folder = inbox();
        put(&folder, "a.txt", "一\x0c二");
        let memory = Memory { config_changed, ..memory(&folder) };
        let running = Running::begin_with(&folder, options(), Some(memory.clone()));
        running.reach(3).await;
        running.stop().await;
        set(&memory, "file/a.txt", "state", json!("begun"));
        memory.store.commit(&[Change::set("document/a", json!({ "records": 1, "failures": 0 }))]).unwrap();
        if text != "一\x0c二" {
            put(&folder, "a.txt", text);
        }
        let running = Running::begin_with(&folder, json!({ "complete_when": "rename", "on_change": "ignore" }), Some(memory.clone()));
        running.reach(expected.len()).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut seen = running.stop().await;
        seen.dedup();
        assert_eq!(seen, expected);
        assert_eq!(memory.store.get("file/a.txt").unwrap().unwrap()["state"], "done");
    }
}

#[tokio::test]
async fn a_begun_file_that_is_gone_is_forgotten_and_a_later_one_is_a_revision() {
    let folder = inbox();
    put(&folder, "a.txt", "甲");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    set(&memory, "file/a.txt", "state", json!("begun"));
    memory.store.commit(&[Change::set("document/a", json!({ "records": 1, "failures": 0 }))]).unwrap();
    fs::rename(folder.path().join("in/a.txt"), folder.path().join("a.txt")).unwrap();
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.expect(&["forget a"]).await;
    fs::rename(folder.path().join("a.txt"), folder.path().join("in/a.txt")).unwrap();
    running.expect(&["forget a", "forget a", "a 甲 rev 1", "end a"]).await;
    running.stop().await;
}

#[tokio::test]
async fn an_open_issue_comes_again_from_its_first_page() {
    let folder = inbox();
    let key = r"(?P<issue_date>\d{8})_(?P<page>\w+)";
    let options = json!({ "complete_when": "rename", "key": key, "idle_timeout": "1h" });
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    // As they came, not as they are called.
    for (name, count) in [("20220328_2.txt", 1), ("20220329_1.txt", 2), ("20220328_1.txt", 3)] {
        put(&folder, name, name);
        running.reach(count).await;
    }
    let first = running.stop().await;
    assert_eq!(first, ["20220328_2 20220328_2.txt", "20220329_1 20220329_1.txt", "20220328_1 20220328_1.txt"]);
    put(&folder, "20220328_3.txt", "三");
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    let again = running.reach(4).await;
    assert_eq!(again[..3], first);
    assert_eq!(again[3], "20220328_3 三");
    running.stop().await;
    // One of its pages is gone: what is left comes as a revision, and the other issue as it was.
    fs::remove_file(folder.path().join("in/20220328_2.txt")).unwrap();
    memory.store.commit(&[Change::set("document/2022-03-28", json!({ "records": 1, "failures": 0 }))]).unwrap();
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    let mut seen = running.reach(4).await;
    seen.truncate(4);
    let expected = ["forget 2022-03-28", "20220329_1 20220329_1.txt", "20220328_1 20220328_1.txt rev 1", "20220328_3 三 rev 1"];
    assert_eq!(seen, expected);
    running.stop().await;
}

#[tokio::test]
async fn pages_of_documents_that_had_ended_inside_a_file_do_not_come_again() {
    let folder = inbox();
    let line = |doc: &str, text: &str| json!({ "doc_id": doc, "text": text }).to_string() + "\n";
    put(&folder, "a.ndjson", [line("x", "一"), line("y", "二"), line("y", "三"), line("z", "四")].concat());
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    let first = running.reach(7).await;
    assert_eq!(first, ["x:1 一", "end x", "y:1 二", "y:2 三", "end y", "z:1 四", "end z"]);
    running.stop().await;
    set(&memory, "file/a.ndjson", "state", json!("begun"));
    set(&memory, "file/a.ndjson", "from", json!(1));
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.expect(&["y:1 二", "y:2 三", "end y", "z:1 四", "end z"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_was_done_before_a_crash_is_taken_away_after_it() {
    let folder = inbox();
    put(&folder, "a.txt", "甲");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options(), Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    let (seen, result) =
        Running::begin_with(&folder, json!({ "complete_when": "rename", "after": "delete", "once": true }), Some(memory.clone()))
            .end()
            .await;
    result.unwrap();
    assert!(seen.is_empty() && !folder.path().join("in/a.txt").exists());
    assert_eq!(memory.store.get("file/a.txt").unwrap().unwrap()["state"], "gone");
}

#[tokio::test]
async fn documents_that_had_ended_inside_a_page_of_an_open_issue_do_not_come_again() {
    let folder = inbox();
    let options = json!({ "complete_when": "rename", "key": r"(?P<issue_date>\d{8})_(?P<page>\w+)", "idle_timeout": "1h" });
    let line = |doc: &str, text: &str| json!({ "doc_id": doc, "text": text }).to_string() + "\n";
    put(&folder, "20220328_1.ndjson", [line("x", "一"), line("y", "二")].concat());
    put(&folder, "20220328_2.txt", "三");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    assert_eq!(running.reach(5).await, ["x:1 一", "end x", "y:1 二", "end y", "20220328_2 三"]);
    running.stop().await;
    for _ in 0..2 {
        let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
        running.expect(&["20220328_2 三"]).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn a_document_with_the_name_of_an_open_issue_ends_it() {
    for (name, text, page) in
        [("2022-03-28.txt", "别", "2022-03-28 别"), ("x.ndjson", "{\"text\":\"别\",\"doc_id\":\"2022-03-28\",\"page_id\":\"p\"}\n", "p 别")]
    {
        let folder = inbox();
        let memory = memory(&folder);
        let options = json!({ "complete_when": "rename", "key": r"(?P<issue_date>\d{8})_(?P<page>\w+)", "idle_timeout": "10m" });
        let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
        put(&folder, "20220328_1.txt", "一");
        running.reach(1).await;
        put(&folder, name, text);
        running.expect(&["20220328_1 一", "end 2022-03-28", page, "end 2022-03-28"]).await;
        running.stop().await;
        let running = Running::begin_with(&folder, options, Some(memory));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(running.stop().await, Vec::<String>::new());
    }
}
