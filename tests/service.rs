//! A run as a service: signals, its log file, what it tells systemd, and the files under contrib/ that set it up.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
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

/// A run whose reader sleeps, so that it cannot write what it has read; `stderr` takes what it says.
fn stuck(arguments: &[&str]) -> Child {
    let mut child = jianbao([&["run"], arguments, &["-"]].concat()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::spawn(move || stdin.write_all(PAGE.repeat(4000).as_bytes()).ok());
    std::thread::sleep(Duration::from_millis(700));
    child
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
