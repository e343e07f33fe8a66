//! Files and folders that have other names, or are not there, when a run goes on with what an earlier one left.

use pipeline::state::Change;

use super::*;

const KEY: &str = r"(?P<issue_date>\d{8})_(?P<page>\w+)";

fn issues(more: &Value) -> Value {
    let mut options = json!({ "complete_when": "rename", "key": KEY, "idle_timeout": "1h", "rescan": "50ms" });
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    options
}

/// Two pages of an issue that is open, read by a run that has ended, and delivered.
async fn left(folder: &TempDir) -> Memory {
    let memory = memory(folder);
    let running = Running::begin_with(folder, issues(&json!({})), Some(memory.clone()));
    put(folder, "20220328_1.txt", "一");
    running.reach(1).await;
    put(folder, "20220328_2.txt", "二");
    running.reach(2).await;
    running.stop().await;
    memory.store.commit(&[Change::set("document/2022-03-28", json!({ "records": 2, "failures": 0 }))]).unwrap();
    memory
}

#[tokio::test]
async fn a_page_that_was_renamed_comes_again_as_it_was() {
    let folder = inbox();
    let memory = left(&folder).await;
    fs::rename(folder.path().join("in/20220328_1.txt"), folder.path().join("in/20220328_9.txt")).unwrap();
    for _ in 0..2 {
        let running = Running::begin_with(&folder, issues(&json!({})), Some(memory.clone()));
        running.expect(&["20220328_1 一", "20220328_2 二"]).await;
        running.stop().await;
    }
    assert_eq!(memory.store.get("file/20220328_1.txt").unwrap(), None);
    let Ok(source) = (DEF.build)(Options(json!({ "path": "in", "key": KEY, "complete_when": "rename" })), &Below(folder.path())) else {
        panic!("the options are right")
    };
    let (switch, stop) = Stop::new();
    let mut called = Vec::new();
    let mut see = |fed| {
        if let Fed::Page(sheet) = fed {
            called.push((sheet.identity.page_label.as_deref().map(str::to_owned), sheet.place.path.to_string()));
            switch.send(true).unwrap();
        }
    };
    follow(source, stop, Some(memory), &mut |mark| vec![mark], &mut see).await.unwrap();
    assert_eq!(called[0], (Some("1".to_owned()), "in/20220328_1.txt".to_owned()), "or its records would be others");
}

#[tokio::test]
async fn a_page_that_was_away_comes_with_the_revision() {
    let folder = inbox();
    let memory = left(&folder).await;
    fs::rename(folder.path().join("in/20220328_1.txt"), folder.path().join("1")).unwrap();
    let running = Running::begin_with(&folder, issues(&json!({})), Some(memory.clone()));
    running.expect(&["forget 2022-03-28", "20220328_2 二 rev 1"]).await;
    // A copy, so that only its bytes tell what it is.
    put(&folder, "20220328_9.txt", "一");
    assert_eq!(running.reach(3).await[2..], ["20220328_1 一 rev 1"]);
    running.stop().await;
}

#[tokio::test]
async fn a_folder_that_comes_late_is_waited_for() {
    let folder = inbox();
    let memory = left(&folder).await;
    fs::rename(folder.path().join("in"), folder.path().join("away")).unwrap();
    let running = Running::begin_with(&folder, issues(&json!({})), Some(memory.clone()));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(running.seen().is_empty());
    fs::rename(folder.path().join("away"), folder.path().join("in")).unwrap();
    running.expect(&["20220328_1 一", "20220328_2 二"]).await;
    running.stop().await;
    fs::rename(folder.path().join("in"), folder.path().join("away")).unwrap();
    Running::begin_with(&folder, issues(&json!({})), Some(memory.clone())).stop().await;
}

#[tokio::test]
async fn bytes_that_were_ignored_do_not_stand_for_those_that_were_fed() {
    for option in ["ignore", "error"] {
        let folder = inbox();
        let memory = left(&folder).await;
        let more = json!({ "on_change": option });
        let running = Running::begin_with(&folder, issues(&more), Some(memory.clone()));
        running.reach(2).await;
        put(&folder, "20220328_1.txt", "新");
        let refused = usize::from(option == "error");
        running.reach(2 + refused).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.stop().await;
        put(&folder, "20220328_3.txt", "三");
        let running = Running::begin_with(&folder, issues(&more), Some(memory.clone()));
        let mut seen = running.reach(4).await;
        seen.sort();
        assert_eq!(seen, ["20220328_1 新 rev 1", "20220328_2 二 rev 1", "20220328_3 三", "forget 2022-03-28"], "{option}");
        running.stop().await;
    }
}

#[tokio::test]
async fn once_a_file_that_was_begun_is_read_under_its_new_name() {
    let folder = inbox();
    put(&folder, "a.txt", "甲");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, json!({ "complete_when": "rename" }), Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    for (state, expected) in [("begun", vec!["a 甲", "end a"]), ("lost", vec!["forget a", "a 甲 rev 1", "end a"])] {
        let names = ["a.txt", "b.txt", "c.txt"].map(|name| (format!("file/{name}"), folder.path().join("in").join(name)));
        let (key, path) = names.iter().find(|(_, path)| path.exists()).unwrap();
        let mut row = memory.store.get(key).unwrap().unwrap();
        row["state"] = json!(state);
        memory.store.commit(&[Change::set(key, row)]).unwrap();
        let (_, free) = names.iter().find(|(key, _)| memory.store.get(key).unwrap().is_none()).unwrap();
        fs::rename(path, free).unwrap();
        let running = Running::begin_with(&folder, json!({ "complete_when": "rename", "once": true }), Some(memory.clone()));
        let (seen, result) = running.end().await;
        result.unwrap();
        assert_eq!(seen, expected, "{state}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_the_place_of_a_page_is_not_waited_for() {
    let folder = inbox();
    let memory = left(&folder).await;
    fs::remove_file(folder.path().join("in/20220328_1.txt")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("in/20220328_1.txt"), rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR)
        .unwrap();
    let running = Running::begin_with(&folder, issues(&json!({})), Some(memory));
    running.expect(&["forget 2022-03-28", "20220328_2 二 rev 1"]).await;
    running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_is_read_by_its_own_name_whenever_a_link_to_it_was_made() {
    let folder = inbox();
    put(&folder, "real/a.txt", "甲");
    let memory = memory(&folder);
    let options = json!({ "complete_when": "rename", "rescan": "50ms" });
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    std::os::unix::fs::symlink("real", folder.path().join("in/alink")).unwrap();
    let running = Running::begin_with(&folder, options, Some(memory));
    running.expect(&[]).await;
    put(&folder, "real/b.txt", "乙");
    running.expect(&["real/b 乙", "end real/b"]).await;
    running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_elsewhere_is_read_by_one_of_the_links_to_it() {
    let folder = inbox();
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    fs::write(folder.path().join("elsewhere/a.txt"), "甲").unwrap();
    let link = |name: &str| std::os::unix::fs::symlink("../elsewhere", folder.path().join("in").join(name)).unwrap();
    link("z");
    let memory = memory(&folder);
    let options = json!({ "complete_when": "rename", "rescan": "50ms" });
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    running.expect(&["z/a 甲", "end z/a"]).await;
    running.stop().await;
    link("b");
    for _ in 0..2 {
        let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
        running.expect(&[]).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn files_that_had_one_name_one_after_the_other_are_documents_of_their_own() {
    let folder = inbox();
    let running = Running::begin(&folder, json!({ "complete_when": "rename", "rescan": "50ms" }));
    for number in 1..=4 {
        put(&folder, "page.txt", number.to_string());
        running.reach(2 * number).await;
        fs::rename(folder.path().join("in/page.txt"), folder.path().join(format!("in/old{number}.txt"))).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let seen = running.stop().await;
    let pages: Vec<&String> = seen.iter().step_by(2).collect();
    assert_eq!(pages, ["page 1", "page.txt 2", "page.txt.2 3", "page.txt.3 4"]);
}

#[tokio::test]
async fn a_name_that_another_file_has_taken_is_no_change_of_what_was_renamed() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    for number in 1..=3 {
        put(&folder, &format!("p{number}.txt"), number.to_string());
    }
    let memory = memory(&folder);
    let options = json!({ "complete_when": "rename", "rescan": "50ms" });
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    running.reach(6).await;
    running.stop().await;
    for number in (1..=3).rev() {
        fs::rename(inside(&format!("p{number}.txt")), inside(&format!("p{}.txt", number + 1))).unwrap();
    }
    put(&folder, "p1.txt", "新");
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    running.expect(&["p1.txt 新", "end p1.txt"]).await;
    // Two that have each other's names.
    fs::rename(inside("p1.txt"), folder.path().join("x")).unwrap();
    fs::rename(inside("p2.txt"), inside("p1.txt")).unwrap();
    fs::rename(folder.path().join("x"), inside("p2.txt")).unwrap();
    running.expect(&["p1.txt 新", "end p1.txt"]).await;
    running.stop().await;
}

#[tokio::test]
async fn only_what_was_fed_stands_for_others_with_the_same_bytes() {
    // Read to its end by nobody.
    let folder = inbox();
    put(&folder, "a.txt", "甲");
    let memory_of_lost = memory(&folder);
    let options = json!({ "complete_when": "rename", "duplicates": "skip", "after": { "move": "done" } });
    let running = Running::begin_with(&folder, json!({ "complete_when": "rename" }), Some(memory_of_lost.clone()));
    running.reach(2).await;
    running.stop().await;
    let mut row = memory_of_lost.store.get("file/a.txt").unwrap().unwrap();
    row["state"] = json!("begun");
    memory_of_lost.store.commit(&[Change::set("file/a.txt", row)]).unwrap();
    put(&folder, "b.txt", "甲");
    fs::remove_file(folder.path().join("in/a.txt")).unwrap();
    let running = Running::begin_with(&folder, options, Some(memory_of_lost));
    assert_eq!(running.reach(2).await, ["b 甲", "end b"]);
    running.stop().await;
    // Ignored.
    for (duplicates, removed) in [("skip", false), ("emit", true)] {
        let folder = inbox();
        let options = json!({ "complete_when": "rename", "on_change": "ignore", "duplicates": duplicates, "rescan": "50ms" });
        put(&folder, "a.txt", "甲");
        let running = Running::begin(&folder, options);
        running.reach(2).await;
        put(&folder, "a.txt", "乙");
        tokio::time::sleep(Duration::from_millis(200)).await;
        if removed {
            fs::remove_file(folder.path().join("in/a.txt")).unwrap();
        }
        put(&folder, "b.txt", "乙");
        assert_eq!(running.reach(4).await[2..], ["b 乙", "end b"]);
        if !removed {
            put(&folder, "c.txt", "甲");
            running.expect(&["a 甲", "end a", "b 乙", "end b"]).await;
        }
        running.stop().await;
    }
}

#[test]
fn a_large_file_that_is_gone_before_its_pages_are_read_is_not_known() {
    use super::super::{forward::Outlet, known::File, reading, ready::Look, settings::Settings, work::Worker};
    let folder = inbox();
    let path = folder.path().join("in/a.txt");
    fs::write(&path, "甲".repeat(2 << 20)).unwrap();
    let config = serde_json::from_value(json!({ "path": "in" })).unwrap();
    let settings = Arc::new(Settings::new(config, &Below(folder.path())).unwrap());
    let (sender, _receiver) = tokio::sync::mpsc::channel(8);
    let mut worker = Worker::new(Arc::clone(&settings), Arc::default(), Outlet::new(sender), None);
    let reading::First::Read(whole) = reading::first(&path, &Look::of(&fs::metadata(&path).unwrap())) else { panic!("it is there") };
    fs::remove_file(&path).unwrap();
    worker.feed(&path, &settings.name(&path).unwrap(), whole, File::default()).unwrap();
    assert_eq!(worker.desk.known.len(), 0);
}

#[tokio::test]
async fn an_issue_with_a_page_that_was_lost_begins_anew_until_all_of_it_has_come() {
    let folder = inbox();
    let memory = left(&folder).await;
    let mut row = memory.store.get("file/20220328_2.txt").unwrap().unwrap();
    row["state"] = json!("lost");
    memory.store.commit(&[Change::set("file/20220328_2.txt", row)]).unwrap();
    let running = Running::begin_with(&folder, issues(&json!({})), Some(memory.clone()));
    running.expect(&["forget 2022-03-28", "20220328_1 一 rev 1", "20220328_2 二 rev 1"]).await;
    running.stop().await;
    // If that is cut off, it begins anew once more.
    assert_eq!(memory.store.get("issue/2022-03-28").unwrap().unwrap()["revised"], true);
    memory.store.commit(&[Change::set("document/2022-03-28", json!({ "records": 1, "failures": 0 }))]).unwrap();
    let running = Running::begin_with(&folder, issues(&json!({})), Some(memory.clone()));
    running.expect(&["forget 2022-03-28", "20220328_1 一 rev 2", "20220328_2 二 rev 2"]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_refusal_is_fed_again_with_its_issue() {
    let folder = inbox();
    let memory = left(&folder).await;
    let more = json!({ "on_change": "error" });
    let running = Running::begin_with(&folder, issues(&more), Some(memory.clone()));
    running.reach(2).await;
    put(&folder, "20220328_1.txt", "新");
    running.reach(3).await;
    put(&folder, "20220328_1.txt", "一");
    running.expect(&["20220328_1 一", "20220328_2 二", "20220328_1 ! changed_file"]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop().await;
    let running = Running::begin_with(&folder, issues(&more), Some(memory));
    running.expect(&["20220328_1 一", "20220328_1 ! changed_file", "20220328_2 二"]).await;
    running.stop().await;
}

#[tokio::test]
async fn of_several_folders_each_file_has_one_name() {
    let folder = inbox();
    fs::create_dir(folder.path().join("other")).unwrap();
    put(&folder, "a.txt", "甲");
    let memory = memory(&folder);
    let running = Running::begin_with(&folder, json!({ "complete_when": "rename" }), Some(memory.clone()));
    running.reach(2).await;
    running.stop().await;
    let options = json!({ "paths": ["in", "other"], "complete_when": "rename", "rescan": "50ms" });
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    put(&folder, "b.txt", "乙");
    running.expect(&["in/b 乙", "end in/b"]).await;
    running.stop().await;
    let running = Running::begin_with(&folder, options, Some(memory));
    put(&folder, "b.text", "丙");
    assert_eq!(running.reach(2).await, ["in/b.text 丙", "end in/b.text"]);
    put(&folder, "a.txt", "丁");
    assert_eq!(running.reach(4).await[2..], ["a 丁 rev 1", "end a"], "it is the document it was");
    running.stop().await;
}

#[tokio::test]
async fn files_that_others_were_renamed_over_keep_their_documents() {
    let folder = inbox();
    let inside = |name: &str| folder.path().join("in").join(name);
    let running = Running::begin(&folder, json!({ "complete_when": "rename", "rescan": "50ms" }));
    for (name, text) in [("x.txt", "同"), ("y.txt", "同"), ("b.txt", "乙"), ("c.txt", "丙")] {
        put(&folder, name, text);
    }
    running.reach(8).await;
    for (from, to) in [("b.txt", "x.txt"), ("c.txt", "y.txt")] {
        fs::rename(inside(from), inside(to)).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    put(&folder, "x.text", "新");
    assert_eq!(running.reach(10).await[8..], ["x.text 新", "end x.text"]);
    running.stop().await;
}

#[tokio::test]
async fn an_issue_whose_page_changes_while_it_is_fed_again_begins_anew() {
    let folder = inbox();
    let memory = memory(&folder);
    let options = issues(&json!({}));
    let running = Running::begin_with(&folder, options.clone(), Some(memory.clone()));
    let pages = 40;
    for number in 0..pages {
        put(&folder, &format!("20220328_{number:02}.txt"), format!("{number:02}\x0c{}", "字".repeat(20_000)));
    }
    running.reach(2 * pages).await;
    running.stop().await;
    let count = json!({ "records": 2 * pages, "failures": 0 });
    memory.store.commit(&[Change::set("document/2022-03-28", count)]).unwrap();
    // The last is replaced when the first is fed, and so after all have been looked at.
    let last = folder.path().join(format!("in/20220328_{:02}.txt", pages - 1));
    let mut change = Some(move || fs::write(last, "新").unwrap());
    let Ok(source) = (DEF.build)(
        Options({
            let mut options = options;
            options["path"] = json!("in");
            options
        }),
        &Below(folder.path()),
    ) else {
        panic!("the options are right")
    };
    let (switch, stop) = Stop::new();
    let mut seen = Vec::new();
    let mut see = |fed| {
        if let Some(change) = change.take() {
            change();
        }
        seen.push(show(fed).chars().take(24).collect::<String>());
        if seen.last().is_some_and(|seen| seen.starts_with("20220328_39 新")) {
            switch.send(true).unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), follow(source, stop, Some(memory), &mut |mark| vec![mark], &mut see))
        .await
        .unwrap()
        .unwrap();
    let ended = seen.iter().position(|seen| seen == "end 2022-03-28").expect("what was fed so far is ended");
    assert!(seen[..ended].iter().all(|seen| !seen.contains("rev")));
    let revised = seen[ended..].iter().filter(|seen| seen.contains(":1 ") && !seen.contains("字")).count();
    assert_eq!(revised, pages - 1, "each of the others once more");
    assert!(seen.last().unwrap().contains("新 rev 1"));
}

#[tokio::test]
async fn a_page_that_has_its_first_bytes_again_is_fed_whole() {
    let folder = inbox();
    let memory = left(&folder).await;
    let more = json!({ "on_change": "ignore" });
    let running = Running::begin_with(&folder, issues(&more), Some(memory.clone()));
    running.reach(2).await;
    put(&folder, "20220328_1.txt", "新");
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop().await;
    let fed = || memory.store.get("file/20220328_1.txt").unwrap().unwrap().get("fed").cloned();
    assert!(fed().is_some());
    put(&folder, "20220328_1.txt", "一");
    let running = Running::begin_with(&folder, issues(&more), Some(memory.clone()));
    running.expect(&["20220328_1 一", "20220328_2 二"]).await;
    running.stop().await;
    assert_eq!(fed(), None, "or `after` would never take it away");
}
