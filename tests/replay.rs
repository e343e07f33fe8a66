//! `jianbao replay` through the real binary: what works now comes out once and leaves the letters, what does not stays, whenever it is
//! killed.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly, and says what it did")]

mod support;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use support::{code, jianbao, said};

/// So many times the same report on one page.
fn page(number: usize, times: usize) -> String {
    let report = format!(
        "第{number}次会议召开\n\n本报讯 3月{}日上午，第{number}次会议在市里召开，研究部署有关工作。会议要求各部门抓好落实。\n\n",
        number % 28 + 1
    );
    report.repeat(times)
}

fn config(max_page: &str) -> String {
    format!(
        "version: 1\nsource: {{ watch: {{ path: inbox, complete_when: rename, once: true, max_page: {max_page} }} }}\n\
         stages:\n  - normalize: {{}}\n  - dehyphenate: {{}}\n  - detect_articles: {{}}\n  - emit_ndjson: {{ path: out/articles.ndjson, words: none }}\n\
         errors: {{ dead_letter: out/dead.ndjson }}\ncheckpoint: {{ bytes: 1 }}\n"
    )
}

/// A folder where a run has failed on the larger pages: all fit into 600 bytes, 4000 bytes, or none of that.
fn failed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("inbox")).unwrap();
    let pages = [page(1, 1), page(2, 8), page(3, 1), [page(4, 1), page(5, 9)].join("\x0c"), page(6, 12), page(7, 80)];
    for (number, text) in pages.iter().enumerate() {
        let path = at(&format!("inbox/p{number}.txt"));
        fs::write(&path, text).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }
    for (name, limit) in [("small", "600"), ("mended", "4000"), ("large", "1MiB")] {
        fs::write(at(&format!("{name}.yaml")), config(limit)).unwrap();
    }
    let output = jianbao(["run", "--quiet", "-c"]).arg(at("small.yaml")).output().unwrap();
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert_eq!(letters(folder.path()).len(), 4);
    folder
}

fn replay(folder: &Path, config: &str) -> Command {
    let mut command = jianbao(["replay"]);
    command.arg(folder.join("out/dead.ndjson")).arg("-c").arg(folder.join(config));
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "no line is torn");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn letters(folder: &Path) -> Vec<Value> {
    lines(&folder.join("out/dead.ndjson"))
}

fn last_line(output: &Output) -> String {
    said(output).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn what_works_now_comes_out_and_leaves_the_letters() {
    let folder = failed();
    let path = folder.path();
    let before = lines(&path.join("out/articles.ndjson"));
    let listed = replay(path, "mended.yaml").arg("--dry-run").output().unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "page_too_large: 4 letters of 4 pages, 4 to be read again from their files\n");
    let output = replay(path, "mended.yaml").output().unwrap();
    assert_eq!((code(&output), last_line(&output).as_str()), (1, "4 letters: 3 acknowledged, 1 remains"), "{}", said(&output));
    let left = letters(path);
    assert_eq!(left.len(), 1);
    assert_eq!((&left[0]["page_id"], &left[0]["page_rev"]), (&"p5".into(), &1.into()));
    assert!(left[0]["cause"].as_str().unwrap().contains("max_page is 4000"), "it fails as it fails now: {}", left[0]);

    let output = replay(path, "large.yaml").output().unwrap();
    assert_eq!((code(&output), last_line(&output).as_str()), (0, "1 letter: 1 acknowledged, 0 remain"), "{}", said(&output));
    assert!(letters(path).is_empty());
    let all = lines(&path.join("out/articles.ndjson"));
    assert_eq!(all[..before.len()], before, "the output is added to");
    let revs =
        |page: &str| all.iter().filter(|record| record["page_id"] == page).map(|record| record["page_rev"].clone()).collect::<Vec<_>>();
    assert_eq!(revs("p0"), [0]);
    assert!(revs("p1").iter().all(|rev| *rev == 1) && !revs("p1").is_empty());
    assert!(revs("p3:1").iter().all(|rev| *rev == 0) && revs("p3:2").iter().all(|rev| *rev == 1) && !revs("p3:2").is_empty());
    assert!(revs("p5").iter().all(|rev| *rev == 2) && !revs("p5").is_empty());
    let again = jianbao(["run", "--quiet", "-c"]).arg(path.join("large.yaml")).output().unwrap();
    assert_eq!((code(&again), lines(&path.join("out/articles.ndjson")).len()), (0, all.len()), "{}", said(&again));

    for name in ["p0", "p1"] {
        let file = path.join(format!("inbox/{name}.txt"));
        fs::write(&file, page(9, 2)).unwrap();
        File::options().write(true).open(&file).unwrap().set_modified(SystemTime::now() - Duration::from_secs(30)).unwrap();
    }
    let changed = jianbao(["run", "--quiet", "-c"]).arg(path.join("large.yaml")).output().unwrap();
    assert_eq!(code(&changed), 0, "{}", said(&changed));
    let new = lines(&path.join("out/articles.ndjson")).split_off(all.len());
    let mut revs: Vec<_> = new.iter().map(|record| (record["page_id"].as_str().unwrap(), record["page_rev"].as_u64().unwrap())).collect();
    revs.dedup();
    assert_eq!(revs, [("p0", 1), ("p1", 2)], "a file that changes is read with a number of its own");
}

#[test]
fn a_page_of_which_several_articles_failed_is_run_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let letter = |code: &str, page: &str, text: &str| {
        let text = Value::from(text);
        format!(
            "{{\"schema\":\"jianbao/dead_letter/1\",\"code\":\"{code}\",\"stage\":\"segment\",\"cause\":\"x\",\"doc_id\":\"d\",\"page_id\":\"{page}\",\
             \"page_no\":3,\"page_label\":\"C2\",\"paper\":\"今平湖\",\"issue_date\":\"2022-03-28\",\"path\":\"gone.txt\",\"offset\":7,\"span\":null,\
             \"config_hash\":\"c\",\"text\":{text}}}\n"
        )
    };
    let text = page(1, 1);
    let lost = letter("undecodable", "q", "").replace("\"text\":\"\"", "\"text\":null");
    fs::write(at("dead.ndjson"), [letter("a", "p", &text), letter("b", "p", &text), "{\"torn\":\n".to_owned(), lost.clone()].concat())
        .unwrap();
    let replay =
        |more: &[&str]| jianbao(["replay", "dead.ndjson"]).args(more).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();

    let output = replay(&["--output", "again.ndjson"]);
    assert_eq!((code(&output), last_line(&output).as_str()), (1, "4 letters: 2 acknowledged, 2 remain"), "{}", said(&output));
    assert!(said(&output).contains("not_read_again") && said(&output).contains("bad_dead_letter"), "{}", said(&output));
    let records = lines(&at("again.ndjson"));
    assert!(!records.is_empty());
    for record in &records {
        let who = ["doc_id", "page_id", "page_label", "paper", "issue_date"].map(|key| record[key].as_str().unwrap());
        assert_eq!(who, ["d", "p", "C2", "今平湖", "2022-03-28"]);
        assert_eq!((&record["page_no"], &record["page_rev"]), (&3.into(), &1.into()));
    }
    assert_eq!(fs::read_to_string(at("dead.ndjson")).unwrap(), format!("{{\"torn\":\n{lost}"), "what was not tried stays as it was");

    fs::write(at("dead.ndjson"), letter("a", "p", &text)).unwrap();
    fs::write(at("jianbao.yaml"), config("600").replace("out/articles", "again")).unwrap();
    let plain = config("600")
        .replace("out/articles", "again")
        .replace("checkpoint: { bytes: 1 }\n", "")
        .replace("source: { watch: { path: inbox, complete_when: rename, once: true, max_page: 600 } }\n", "");
    fs::write(at("plain.yaml"), plain).unwrap();
    let refused = replay(&["-c", "plain.yaml"]);
    assert_eq!(code(&refused), 2, "nothing is written over: {}", said(&refused));
    assert!(said(&refused).contains("output_would_be_replaced"));
    let divided = fs::read_to_string(at("plain.yaml")).unwrap().replace("path: again.ndjson", "path: \"{paper}.again.ndjson\"");
    fs::write(at("divided.yaml"), divided).unwrap();
    fs::write(at("今平湖.again.ndjson"), "{}\n").unwrap();
    let refused = replay(&["-c", "divided.yaml"]);
    assert_eq!((code(&refused), said(&refused).contains("output_would_be_replaced")), (2, true), "{}", said(&refused));
    fs::remove_file(at("今平湖.again.ndjson")).unwrap();
    fs::remove_file(at("divided.yaml")).unwrap();
    let mut failing = jianbao(["replay", "dead.ndjson", "--output", "/dev/full"]);
    let failing = failing.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    assert_eq!(code(&failing), 74, "{}", said(&failing));
    assert_eq!(lines(&at("dead.ndjson")).len(), 1, "what did not arrive is not acknowledged");
    let streamed = replay(&["-q", "--output", "-"]);
    assert_eq!((code(&streamed), support::records(&streamed).len()), (0, records.len()));
    assert_eq!(fs::read(at("dead.ndjson")).unwrap(), b"");
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["again.ndjson", "dead.ndjson", "jianbao.yaml", "plain.yaml"], "nothing is left behind");
}

#[test]
fn nobody_is_disturbed() {
    let folder = failed();
    let path = folder.path();
    let before = (fs::read(path.join("out/dead.ndjson")).unwrap(), fs::read(path.join("out/articles.ndjson")).unwrap());
    for name in ["out/dead.ndjson", "out/articles.ndjson.state.lock"] {
        let held = File::options().append(true).open(path.join(name)).unwrap();
        held.lock().unwrap();
        let output = replay(path, "large.yaml").output().unwrap();
        assert_eq!(code(&output), 75, "{name}: {}", said(&output));
        assert_eq!(
            (fs::read(path.join("out/dead.ndjson")).unwrap(), fs::read(path.join("out/articles.ndjson")).unwrap()),
            before,
            "{name}"
        );
    }
    let held = File::options().append(true).open(path.join("out/dead.ndjson")).unwrap();
    held.lock().unwrap();
    let run = jianbao(["run", "--quiet", "-c"]).arg(path.join("small.yaml")).output().unwrap();
    assert_eq!(code(&run), 75, "a run keeps away from letters that are replayed: {}", said(&run));
    let missing = jianbao(["replay", "none.ndjson"]).current_dir(path).output().unwrap();
    assert_eq!(code(&missing), 66);
}

/// Kills a replay at one call after the other and begins again, every `step`th call from `from` on.
#[cfg(target_os = "linux")]
fn killed_at_every_call(from: u64, step: usize) {
    let tools = tempfile::tempdir().unwrap();
    let layer = tools.path().join("layer.so");
    let source = support::repository("tests/fixtures/crash/layer.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&layer).arg(source).arg("-ldl").status();
    assert!(built.is_ok_and(|status| status.success()), "the file layer needs a C compiler");
    let count = tools.path().join("count");
    let run = |folder: &Path, at: Option<u64>| {
        let mut command = replay(folder, "mended.yaml");
        command.env("LD_PRELOAD", &layer).env("CRASH_ROOT", folder).env("CRASH_COUNT", &count);
        if let Some(at) = at {
            command.env("CRASH_AT", at.to_string());
        }
        command.output().unwrap()
    };
    let results = |folder: &Path| {
        let text = |name: &str| fs::read_to_string(folder.join("out").join(name)).unwrap();
        let mut names: Vec<_> =
            fs::read_dir(folder.join("out")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        // What is tried at the start, and empty.
        names.retain(|name| !name.starts_with(".jianbao-"));
        names.sort();
        (text("articles.ndjson"), text("dead.ndjson"), names)
    };
    let whole = failed();
    assert_eq!(code(&run(whole.path(), None)), 1);
    let expected = results(whole.path());
    let calls: u64 = fs::read_to_string(&count).unwrap().trim().parse().unwrap();
    let mut kills = 0;
    for at in (from..=calls).step_by(step) {
        let folder = failed();
        let once = run(folder.path(), Some(at));
        kills += u64::from(once.status.code().is_none());
        let twice = run(folder.path(), Some(at * 7 % calls + 1));
        kills += u64::from(twice.status.code().is_none());
        let last = run(folder.path(), None);
        assert!(matches!(code(&last), 0 | 1), "killed at call {at}: {}", said(&last));
        let (articles, dead, names) = results(folder.path());
        // A replay that was killed when all was done is followed by another one of what remains.
        let ids = |text: &str| text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
        assert_eq!(articles, expected.0, "killed at call {at} of {calls}");
        let letters = |text: &str| ids(text).iter().map(|letter| (letter["page_id"].clone(), letter["code"].clone())).collect::<Vec<_>>();
        assert_eq!(letters(&dead), letters(&expected.1), "killed at call {at} of {calls}");
        assert_eq!(names, expected.2, "killed at call {at} of {calls}");
    }
    println!("{kills} kills at every {step}th of {calls} calls");
    assert!(kills > 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_replay_that_is_killed_loses_and_repeats_nothing() {
    killed_at_every_call(3, 17);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes minutes; run it by name"]
fn killed_at_every_single_call() {
    killed_at_every_call(1, 1);
}
