//! A run as a service: signals, its log file, what it tells systemd, and the files under contrib/ that set it up.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use support::{code, jianbao, repository, run, said};

const PAGE: &str = "本报讯 3月26日上午，市里召开会议，研究部署安全生产工作。会议要求各地抓好落实。\n\u{c}";

fn signal(name: &str, child: &Child) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until `what` is so.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn config(folder: &Path, more: &str) -> String {
    let path = folder.join("c.yaml");
    std::fs::write(&path, format!("version: 1\nstages: [detect_articles, emit_ndjson]\n{more}")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A run whose reader sleeps and that has read all it can, so that it cannot write what it has read.
fn stuck(arguments: &[&str]) -> Child {
    let mut child = jianbao([&["run"], arguments, &["-"]].concat()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    std::thread::spawn(move || {
        while stdin.write_all(PAGE.as_bytes()).is_ok() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_secs(1));
        match written.load(Ordering::Relaxed) {
            now if now > 0 && now == before => return child,
            now => before = now,
        }
    }
}

#[test]
fn a_run_that_cannot_drain_ends_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), "runtime: { shutdown_timeout: 300ms }\n");
    let mut child = stuck(&["-c", &config]);
    signal("-TERM", &child);
    let begun = Instant::now();
    let status = child.wait().unwrap();
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!((status.code(), text.contains("shutdown_timeout is over")), (Some(143), true), "{text}");
    assert!(begun.elapsed() >= Duration::from_millis(300) && begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_second_signal_waits_for_nothing() {
    let mut child = stuck(&["--preset", "articles-only"]);
    signal("-INT", &child);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.contains("stopping"), "{line}");
    let begun = Instant::now();
    signal("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(143), "the second one counts");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    stderr.read_to_string(&mut line).unwrap();
    assert!(line.contains("stopped at once"), "{line}");
}

#[test]
fn a_log_that_was_moved_away_is_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("logs/jianbao.log");
    let dead = folder.path().join("dead.ndjson");
    let [log_path, dead_path] = [&log, &dead].map(|path| path.to_str().unwrap());
    let mut child = jianbao(["run", "--log-file", log_path, "--dead-letter", dead_path, "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines = |path: &Path| std::fs::read_to_string(path).map_or(0, |text| text.lines().count());
    for round in 1..=3 {
        stdin.write_all(b"{\"text\": 5}\n").unwrap();
        wait_until("a failure is logged, and a letter written", || lines(&log) == 1 && lines(&dead) == 1);
        for path in [&log, &dead] {
            std::fs::rename(path, path.with_extension(round.to_string())).unwrap();
        }
        signal("-HUP", &child);
        wait_until("the log is there again", || log.exists());
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), said(&output).as_str()), (1, ""), "all is said in the log");
    let one = std::fs::read_to_string(log.with_extension("2")).unwrap();
    assert!(one.contains("WARN") && one.contains("bad_page_json") && !one.contains('\u{1b}'), "{one}");

    let output = run(["run", "--log-file", log_path, "/no/such/page.txt"], b"");
    assert_eq!(code(&output), 66);
    let logged = std::fs::read_to_string(&log).unwrap();
    for text in [&logged, &said(&output)] {
        assert!(text.contains("no file or directory"), "errors are said to both: {text}");
    }
    let output = run(["run", "--log-file", "/proc/no/such.log", "-"], b"");
    assert_eq!((code(&output), said(&output).contains("failed to open /proc/no/such.log")), (74, true), "{}", said(&output));
}

#[test]
fn sighup_ends_no_run() {
    let mut child = jianbao(["run", "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(PAGE.as_bytes()).unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    signal("-HUP", &child);
    stdin.write_all(PAGE.as_bytes()).unwrap();
    let mut second = String::new();
    stdout.read_line(&mut second).unwrap();
    assert!(second.contains("安全生产"), "the run goes on after SIGHUP");
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// What systemd would hear.
fn heard(socket: &UnixDatagram) -> String {
    let mut message = [0; 4096];
    let length = socket.recv(&mut message).expect("something is said in time");
    String::from_utf8_lossy(&message[..length]).into_owned()
}

#[test]
fn systemd_hears_how_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut command = jianbao(["run", "--preset", "articles-only", "-"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "200000").stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    assert_eq!(heard(&socket), "READY=1\n");
    let begun = Instant::now();
    for _ in 0..4 {
        assert!(heard(&socket).starts_with("WATCHDOG=1\nSTATUS=0 pages done"), "a sign of life");
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "twice within the time that systemd allows: {:?}", begun.elapsed());
    stdin.write_all(PAGE.as_bytes()).unwrap();
    while !heard(&socket).contains("STATUS=1 pages done, 1 records, 0 failed") {}
    let wait_for = |word: &str| while !heard(&socket).contains(word) {};
    signal("-HUP", &child);
    wait_for("RELOADING=1\nMONOTONIC_USEC=");
    wait_for("READY=1");
    signal("-TERM", &child);
    wait_for("STOPPING=1");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn the_configuration_is_watched_only_where_another_run_can_take_over() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), "");
    let output = run(["run", "--watch-config", "-c", &config], b"");
    assert_eq!((code(&output), said(&output).contains("runs that record their progress")), (2, true), "{}", said(&output));
    for arguments in [&["run", "--watch-config"][..], &["run", "--watch-config", "-c", &config, "page.txt"]] {
        assert_eq!(code(&run(arguments, b"")), 2, "{arguments:?}");
    }
}

/// The lines of a file without comments and blank ones.
fn lines(path: &str) -> Vec<String> {
    let text = std::fs::read_to_string(repository(path)).unwrap();
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(ToOwned::to_owned).collect()
}

#[test]
fn the_unit_says_what_the_program_understands() {
    let help = run(["run", "--help"], b"");
    let help = String::from_utf8_lossy(&help.stdout).into_owned() + &String::from_utf8_lossy(&run(["--help"], b"").stdout);
    let unit = lines("contrib/jianbao.service");
    let value = |key: &str| unit.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or_else(|| panic!("{key}"));
    let mut words = value("ExecStart").split(' ');
    assert_eq!((words.next(), words.next()), (Some("/usr/local/bin/jianbao"), Some("run")));
    for option in words.filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{option}");
    }
    assert_eq!((value("Type"), value("ExecReload"), value("Restart")), ("notify", "/bin/kill -HUP $MAINPID", "on-failure"));
    for code in value("RestartPreventExitStatus").split(' ').chain([value("SuccessExitStatus")]) {
        assert!(help.lines().any(|line| line.trim_start().starts_with(&format!("{code}  "))), "exit code {code} is in --help");
    }
    assert!(unit.iter().all(|line| line.starts_with('[') || line.contains('=')), "{unit:?}");
}

#[test]
fn the_container_is_built_from_what_is_there() {
    let manifest = std::fs::read_to_string(repository("Cargo.toml")).unwrap();
    let rust = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"')).unwrap();
    let file = lines("contrib/Containerfile");
    let base = file.iter().find(|line| line.starts_with("FROM")).unwrap();
    assert!(base.contains(&format!("/rust:{rust}-slim-")), "{base} is not Rust {rust}");
    let debian = |line: &str| ["trixie", "bookworm"].into_iter().find(|name| line.contains(name)).map(ToOwned::to_owned);
    let last = file.iter().rfind(|line| line.starts_with("FROM")).unwrap();
    assert_eq!(debian(base), debian(last), "built and run on the same C library");
    let mut copied = Vec::new();
    for line in file.iter().filter(|line| line.starts_with("COPY") && !line.contains("--from")) {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        for path in &words[..words.len() - 1] {
            assert!(repository(path).exists(), "{path}");
            copied.push((*path).to_owned());
        }
    }
    for needed in ["Cargo.toml", "Cargo.lock", "cli", "pipeline", "stages", "config", "benches"] {
        assert!(copied.iter().any(|path| path == needed), "{needed} is needed to build");
    }
    assert!(file.contains(&"STOPSIGNAL SIGTERM".to_owned()) && file.iter().any(|line| line.starts_with("USER ") && !line.contains("root")));
}

/// A folder with an inbox, a configuration that watches it, and a topic file.
fn inbox() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inbox")).unwrap();
    topics(folder.path(), "one");
    write_config(folder.path(), "");
    folder
}

/// Replaces a file as editors do.
fn replace(path: &Path, text: &str) {
    let new = path.with_extension("tmp");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, path).unwrap();
}

fn topics(folder: &Path, label: &str) {
    let text =
        format!("schema: jianbao/topics/1\nnamespace: t\ntopics: [{{ id: safety, label: {label}, terms: [安全生产, 会议, 抓好落实] }}]\n");
    replace(&folder.join("topics.yaml"), &text);
}

fn write_config(folder: &Path, more: &str) {
    let text = format!(
        "version: 1\nsource: {{ watch: {{ path: inbox, complete_when: rename }} }}\nstages:\n  - detect_articles: {{}}\n{more}  - tag_topics: {{ topics: [topics.yaml] }}\n  - emit_ndjson: {{ path: out.ndjson }}\n"
    );
    replace(&folder.join("c.yaml"), &text);
}

fn drop_page(folder: &Path, number: u32) {
    let text = format!("本报讯 3月26日上午，市里召开第{number}次会议，研究部署安全生产工作。会议要求各地抓好落实。\n");
    replace(&folder.join(format!("inbox/{number:05}.txt")), &text);
}

/// The document and the topic of each record, as far as whole lines are there.
fn records(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("out.ndjson")).unwrap_or_default();
    let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let records = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("none").to_owned();
    records.map(|record| (word(&record["doc_id"]), word(&record["topics"][0]["label"]))).collect()
}

#[test]
fn a_watching_run_takes_new_configurations_and_ends_in_good_order() {
    let folder = inbox();
    let at = folder.path();
    let mut child = jianbao(["run", "--watch-config", "-c", "c.yaml", "--log-file", "log"]).current_dir(at).spawn().unwrap();
    let logged = |words: &str| std::fs::read_to_string(at.join("log")).is_ok_and(|text| text.contains(words));
    drop_page(at, 0);
    wait_until("the first page is there", || records(at) == [("00000".to_owned(), "one".to_owned())]);

    // Found by looking, without a signal.
    topics(at, "two");
    wait_until("the topic file is looked at", || logged("the configuration has changed"));
    drop_page(at, 1);
    wait_until("the second page is there", || records(at).len() == 2);
    assert_eq!(records(at)[1], ("00001".to_owned(), "two".to_owned()));

    replace(&at.join("c.yaml"), "version: 1\nstages: [detect_articles, tag_topic]\n");
    signal("-HUP", &child);
    wait_until("the mistakes are said", || logged("unknown_stage") && logged("the old configuration goes on"));
    drop_page(at, 2);
    wait_until("the old one goes on", || records(at).len() == 3);
    assert_eq!(records(at)[2].1, "two");

    write_config(at, "  - segment: {}\n");
    signal("-HUP", &child);
    wait_until("the next one takes over", || {
        std::fs::read_to_string(at.join("log")).is_ok_and(|text| text.matches("the configuration has changed").count() == 2)
    });
    drop_page(at, 3);
    wait_until("the fourth page is there", || records(at).len() == 4);
    signal("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", std::fs::read_to_string(at.join("log")).unwrap());
}

#[test]
fn a_configuration_that_cannot_begin_gives_way_to_the_old_one() {
    let folder = inbox();
    let at = folder.path();
    let mut child = jianbao(["run", "--watch-config", "-c", "c.yaml", "--log-file", "log"]).current_dir(at).spawn().unwrap();
    let logged = |words: &str| std::fs::read_to_string(at.join("log")).is_ok_and(|text| text.contains(words));
    drop_page(at, 0);
    wait_until("the first page is there", || records(at).len() == 1);
    let written = std::fs::read_to_string(at.join("c.yaml")).unwrap();

    replace(&at.join("c.yaml"), &written.replace("out.ndjson", "other.ndjson"));
    signal("-HUP", &child);
    wait_until("another state is refused", || logged("other_progress"));
    assert!(!at.join("other.ndjson").exists());

    replace(&at.join("c.yaml"), &format!("{written}errors: {{ dead_letter: c.yaml/dead.ndjson }}\n"));
    signal("-HUP", &child);
    wait_until("the old one begins again", || logged("cannot begin; the old configuration goes on"));
    drop_page(at, 1);
    wait_until("the second page is there", || records(at).len() == 2);

    topics(at, "two");
    replace(&at.join("c.yaml"), &written);
    signal("-HUP", &child);
    wait_until("a good one takes over", || {
        std::fs::read_to_string(at.join("log")).is_ok_and(|text| text.matches("the configuration has changed").count() == 2)
    });
    drop_page(at, 2);
    wait_until("the third page is there", || records(at).len() == 3);
    assert_eq!(records(at).into_iter().map(|(_, topic)| topic).collect::<Vec<_>>(), ["one", "one", "two"]);
    signal("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", std::fs::read_to_string(at.join("log")).unwrap());
}

#[test]
fn pages_that_come_while_configurations_change_come_out_once() {
    const PAGES: u32 = 300;
    let folder = inbox();
    let at = folder.path();
    let mut child = jianbao(["run", "--watch-config", "-c", "c.yaml", "--log-file", "log"]).current_dir(at).spawn().unwrap();
    wait_until("the run begins", || at.join("out.ndjson.state").exists());
    let path = at.to_owned();
    let writer = std::thread::spawn(move || {
        for number in 0..PAGES {
            drop_page(&path, number);
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    for change in 0..15 {
        match change % 3 {
            0 => topics(at, &format!("label{change}")),
            1 => replace(&at.join("topics.yaml"), "topics: nonsense\n"),
            _ => {
                topics(at, &format!("label{change}"));
                write_config(at, if change % 2 == 0 { "" } else { "  - stitch_jumps: {}\n" });
            }
        }
        signal("-HUP", &child);
        std::thread::sleep(Duration::from_millis(180));
    }
    writer.join().unwrap();
    wait_until("all pages are there", || records(at).len() >= PAGES as usize);
    signal("-TERM", &child);
    let log = || std::fs::read_to_string(at.join("log")).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", log());
    let mut seen: Vec<String> = records(at).into_iter().map(|(doc, _)| doc).collect();
    seen.sort();
    let expected: Vec<String> = (0..PAGES).map(|number| format!("{number:05}")).collect();
    assert_eq!(seen, expected, "each once: {}", log());
    assert!(log().matches("the configuration has changed").count() >= 5, "{}", log());
}

#[test]
fn an_output_that_was_moved_away_begins_anew_and_is_gone_on_with() {
    let folder = inbox();
    let at = folder.path();
    let start = || jianbao(["run", "-c", "c.yaml"]).current_dir(at).spawn().unwrap();
    let documents = || records(at).into_iter().map(|(doc, _)| doc).collect::<Vec<_>>();
    let mut child = start();
    drop_page(at, 0);
    wait_until("the first page is there", || documents() == ["00000"]);
    std::fs::rename(at.join("out.ndjson"), at.join("out.1")).unwrap();
    signal("-HUP", &child);
    std::thread::sleep(Duration::from_millis(200));
    drop_page(at, 1);
    wait_until("the second page is in a file of its own", || documents() == ["00001"]);
    signal("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    child = start();
    drop_page(at, 2);
    wait_until("the third page is there", || documents() == ["00001", "00002"]);
    signal("-INT", &child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(std::fs::read_to_string(at.join("out.1")).unwrap().lines().count(), 1);
}
