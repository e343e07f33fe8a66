//! Tests of the state: rows over restarts, every byte damaged, every length cut, torn ends.

use std::fs;

use serde_json::json;

use super::*;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("jianbao-state-{name}-{}", std::process::id()));
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn rows(store: &Store, prefix: &str) -> Vec<(String, Value)> {
    let mut rows = Vec::new();
    store
        .each(prefix, &mut |key, value| {
            rows.push((key.to_owned(), value));
            Ok(())
        })
        .unwrap();
    rows
}

/// A state with four transactions.
fn filled(path: &Path) -> Store {
    let store = Store::open(path).unwrap();
    store.commit(&[Change::set("file/a", json!({"hash": "1"})), Change::set("output/x", 10)]).unwrap();
    store.commit(&[Change::set("file/b", json!({"hash": "2"})), Change::set("output/x", 20)]).unwrap();
    store.commit(&[Change::set("file/a", json!({"hash": "3"}))]).unwrap();
    store.commit(&[Change::forget("file/b"), Change::set("output/x", 30)]).unwrap();
    store
}

#[test]
fn rows_outlive_the_process() {
    let folder = folder("rows");
    let path = folder.join("s");
    let expected = vec![("file/a".to_owned(), json!({"hash": "3"}))];
    let store = filled(&path);
    assert_eq!(rows(&store, "file/"), expected);
    assert!(matches!(Store::open(&path), Err(StateError::Locked { .. })), "one process at a time");
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(rows(&store, "file/"), expected);
    assert_eq!(store.get("output/x").unwrap(), Some(json!(30)));
    assert_eq!(store.get("file/b").unwrap(), None);
    let whole = salvage(&path).unwrap();
    assert_eq!((whole.transactions, whole.lost, whole.unreadable.len(), whole.rows.len()), (4, 0, 0, 2));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn of_many_rows_those_out_of_date_are_left_out() {
    let folder = folder("many");
    let store = Store::open(&folder.join("s")).unwrap();
    let many = |kind: &str| -> Vec<Change> { (0..2000).map(|n| Change::set(format!("{kind}/{n:04}"), n)).collect() };
    store.commit(&many("file")).unwrap();
    store.commit(&many("page")).unwrap();
    assert_eq!((rows(&store, "file/").len(), rows(&store, "").len()), (2000, 4000));
    store.commit(&[Change::set("file/0007", "new"), Change::forget("file/0008")]).unwrap();
    store.commit(&[Change::set("file/0008", "again"), Change::forget("file/0009")]).unwrap();
    let seen = rows(&store, "file/");
    let of = |name: &str| seen.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
    assert_eq!(seen.len(), 1999);
    assert_eq!((of("file/0007"), of("file/0008"), of("file/0009")), (vec![json!("new")], vec![json!("again")], vec![]));
    assert_eq!((rows(&store, "page/").len(), rows(&store, "file/1").len(), rows(&store, "").len()), (2000, 1000, 3999));
    store.commit(&[Change::set("output/b", 1)]).unwrap();
    store.commit(&[Change::set("output/a", 2)]).unwrap();
    let all = rows(&store, "");
    store.compact().unwrap();
    let few = [("output/b".to_owned(), json!(1)), ("output/a".to_owned(), json!(2))];
    assert_eq!(rows(&store, "output/"), few, "in the order in which they were set");
    store.commit(&[Change::forget("page/0000"), Change::set("file/0008", "last")]).unwrap();
    assert_eq!(store.get("file/0007").unwrap(), Some(json!("new")));
    drop(store);
    let expected: Vec<_> = all.into_iter().filter(|(key, _)| !["page/0000", "file/0008"].contains(&key.as_str())).collect();
    let (last, others) =
        rows(&Store::open(&folder.join("s")).unwrap(), "").split_last().map(|(last, rest)| (last.clone(), rest.to_vec())).unwrap();
    assert!(others == expected, "written anew in another order than set");
    assert_eq!(last, ("file/0008".to_owned(), json!("last")));
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_to_a_state_stays_a_link() {
    let folder = folder("link");
    fs::create_dir(folder.join("real")).unwrap();
    let (link, path) = (folder.join("s"), folder.join("real/state"));
    std::os::unix::fs::symlink("real/state", &link).unwrap();
    let store = filled(&link);
    assert!(matches!(Store::open(&path), Err(StateError::Locked { .. })), "by whatever name it is opened");
    store.compact().unwrap();
    drop(store);
    assert!(link.is_symlink() && !path.is_symlink());
    let by_path = rows(&Store::open(&path).unwrap(), "");
    assert!(by_path.len() == 2 && by_path == rows(&Store::look(&link).unwrap().0, ""));
    write_anew(&link, &Map::new()).unwrap();
    assert!(link.is_symlink() && rows(&Store::open(&path).unwrap(), "").is_empty());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_was_done_is_never_missed_without_a_word() {
    let folder = folder("damage");
    let path = folder.join("s");
    let store = filled(&path);
    let expected = rows(&store, "");
    drop(store);
    let whole = fs::read(&path).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    let mut check = |bytes: &[u8], what: &str| {
        fs::write(&path, bytes).unwrap();
        match Store::open(&path) {
            Err(StateError::Damaged { .. } | StateError::Foreign { .. }) => {
                refused += 1;
                assert_eq!(fs::read(&path).unwrap(), bytes, "{what}: what is damaged is not changed");
                salvage(&path).ok();
            }
            Ok(store) => {
                harmless += 1;
                assert_eq!(rows(&store, ""), expected, "{what}");
            }
            Err(other) => panic!("{what}: {other}"),
        }
    };
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        check(&bytes, &format!("a bit of byte {at}"));
    }
    for length in 0..whole.len() {
        check(&whole[..length], &format!("cut to {length}"));
    }
    check(&[&whole[..], b"torn"].concat(), "with something behind");
    assert!(refused > whole.len() && harmless > 0, "{refused} {harmless}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_was_torn_before_it_was_sealed_is_cut_off() {
    let folder = folder("torn");
    let path = folder.join("s");
    let store = filled(&path);
    let before = (fs::read(&path).unwrap(), rows(&store, ""));
    store.commit(&[Change::set("file/c", json!({"hash": "4"})), Change::set("output/x", 40)]).unwrap();
    let after = fs::read(&path).unwrap();
    let expected = rows(&store, "");
    drop(store);
    for length in before.0.len()..=after.len() {
        // The header as it was before: the seal had not been written.
        let bytes = [&before.0[..log::HEADER as usize], &after[log::HEADER as usize..length]].concat();
        fs::write(&path, bytes).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(rows(&store, ""), if length == after.len() { expected.clone() } else { before.1.clone() });
        store.commit(&[Change::set("file/d", 1)]).unwrap();
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn damage_costs_only_what_is_damaged() {
    let folder = folder("salvage");
    let path = folder.join("s");
    drop(filled(&path));
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(8).position(|window| window == b"\"file/b\"").unwrap();
    bytes[at] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let found = salvage(&path).unwrap();
    assert_eq!((found.transactions, found.lost, found.unreadable.len()), (3, 1, 1));
    assert_eq!(found.rows.get("file/a"), Some(&json!({"hash": "3"})));
    fs::write(&path, "{\"schema\":\"jianbao/article/1\"}\n".repeat(1000)).unwrap();
    assert!(matches!(Store::open(&path), Err(StateError::Foreign { .. })));
    fs::write(&path, "").unwrap();
    assert!(matches!(Store::open(&path), Err(StateError::Damaged { .. })));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_of_rows_out_of_date_is_written_anew() {
    let folder = folder("rewrite");
    let path = folder.join("s");
    let store = Store::open(&path).unwrap();
    let step = |from: u64| (0..1000).map(|n| Change::set(format!("file/{n}"), from + n)).collect::<Vec<_>>();
    for round in 0..30 {
        store.commit(&step(round)).unwrap();
    }
    let length = fs::metadata(&path).unwrap().len();
    assert!(length < 16 * 20_000, "{length}");
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.get("file/999").unwrap(), Some(json!(29 + 999)));
    assert_eq!(rows(&store, "").len(), 1000);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "the state and its lock");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_record_that_could_not_be_sealed_is_written_once_more() {
    let folder = folder("sealed");
    let path = folder.join("s");
    let mut log = Log::create(&path).unwrap();
    let before = (log.sequence(), log.end());
    log.append_unsealed(&json!({ "file/a": 1, "file/b": 2 })).unwrap();
    log.take_back(before);
    log.append(&json!({ "file/c": 3 })).unwrap();
    let mut seen = Vec::new();
    log.each(&mut |_, Rows(rows)| {
        seen.extend(rows.into_iter().map(|(key, _)| key.into_owned()));
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, ["file/c"], "the index counts rows as they stand in the file");
    drop(log);
    assert_eq!(rows(&Store::open(&path).unwrap(), ""), [("file/c".to_owned(), json!(3))]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_has_one_row_however_it_is_called() {
    let folder = folder("called");
    fs::create_dir_all(folder.join("conf/deep")).unwrap();
    fs::create_dir_all(folder.join("out")).unwrap();
    let folder = folder.canonicalize().unwrap();
    let store = Store::open(&folder.join("conf/../state/s")).unwrap();
    assert_eq!(store.folder(), folder.join("state"));
    for path in ["out/a", "conf/../out/a", "conf/deep/../../out/a", "out/../conf/../out/./a"] {
        assert_eq!(store.key_of("output", &folder.join(path)), format!("output/{}", folder.join("out/a").display()), "{path}");
    }
    assert_eq!(store.key_of("output", &folder.join("conf/../state/new/a")), "output/new/a", "what is not there yet");
    fs::remove_dir_all(folder).unwrap();
}
