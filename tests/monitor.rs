//! A run as it is seen over HTTP: alive, ready, and its metrics in a text that Prometheus can read, whoever else dawdles.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may fail loudly")]
#![expect(clippy::float_cmp, reason = "counters are whole numbers")]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command};
use std::time::{Duration, Instant};

use support::{code, jianbao, run, said};

const PAGE: &str = "本报讯 3月26日上午，市里召开会议，研究部署安全生产工作。会议要求各地抓好落实。\n\u{c}";

/// A run that reads from a pipe for as long as the test keeps it open, and where it listens.
struct Live {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Live {
    fn new(arguments: &[&str]) -> Self {
        let mut child = jianbao([&["run", "--listen", "127.0.0.1:0"], arguments, &["-"]].concat()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_else(|| panic!("{line}"));
        let address: SocketAddr = address.parse().unwrap();
        assert!(address.ip().is_loopback() && address.port() != 0, "the real port is said: {line}");
        // Read on, so that nothing that is said later can block the run.
        std::thread::spawn(move || stderr.read_to_string(&mut line));
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdin, stdout, address }
    }

    /// Feeds a page and waits for its record.
    fn page(&mut self, page: &str) -> String {
        self.stdin.as_mut().unwrap().write_all(page.as_bytes()).unwrap();
        let mut record = String::new();
        self.stdout.read_line(&mut record).unwrap();
        record
    }

    fn ask(&self, request: &str) -> (u16, String, String) {
        ask(self.address, request)
    }

    fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        (status, body)
    }

    /// Asks until the answer is this status.
    fn wait_for(&self, path: &str, status: u16) -> String {
        let begun = Instant::now();
        loop {
            let (now, body) = self.get(path);
            if now == status {
                return body;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{path} stays {now}: {body}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The record of a page is there a moment before the page is counted.
    fn wait_until_done(&self, pages: f64) {
        let begun = Instant::now();
        while samples(&self.get("/metrics").1)["jianbao_pages_done_total"] < pages {
            assert!(begun.elapsed() < Duration::from_secs(10), "{pages} pages are not done");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn finish(mut self) -> Option<i32> {
        drop(self.stdin.take());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap().code()
    }
}

/// Status, head and body of the answer.
fn ask(address: SocketAddr, request: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned())
}

/// The samples of a page of metrics, by name and labels, after a check of all that the text format asks for.
fn samples(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with('\n') && !text.contains("\n\n"), "{text}");
    let name_is_valid =
        |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let mut families: BTreeMap<&str, &str> = BTreeMap::new();
    let (mut helped, mut family) = ("", "");
    let mut samples = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            helped = rest.split(' ').next().unwrap();
            assert!(rest.len() > helped.len() + 5, "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge"].contains(&kind) && name == helped && name_is_valid(name), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert_eq!(families.insert(name, kind), None, "{name} comes once");
            family = name;
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let name = series.split('{').next().unwrap();
            assert_eq!(name, family, "{line} stands with its family");
            if let Some(labels) = series.strip_prefix(name).filter(|labels| !labels.is_empty()) {
                let label = labels.strip_prefix('{').and_then(|rest| rest.strip_suffix("\"}")).unwrap();
                let (label, value) = label.split_once("=\"").unwrap();
                assert!(name_is_valid(label) && !value.contains(['"', '\\', '/']), "one label, and no path: {line}");
            }
            let value: f64 = value.parse().unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(value >= 0.0 && value.is_finite(), "{line}");
            assert_eq!(samples.insert(series.to_owned(), value), None, "{series} comes once");
        }
    }
    samples
}

#[test]
fn metrics_tell_what_a_run_does() {
    let mut live = Live::new(&["--preset", "articles-only"]);
    assert_eq!(live.wait_for("/readyz", 200), "ready\n");
    assert_eq!(live.get("/livez"), (200, "alive\n".to_owned()));
    assert!(live.page(PAGE).contains("安全生产"));
    live.page(PAGE);

    live.wait_until_done(2.0);
    let (status, head, body) = live.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(status == 200 && head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
    let seen = samples(&body);
    let value = |series: &str| *seen.get(series).unwrap_or_else(|| panic!("{series} is not in\n{body}"));
    for (series, expected) in [
        ("jianbao_ready", 1.0),
        ("jianbao_pages_in_total", 2.0),
        ("jianbao_pages_done_total", 2.0),
        ("jianbao_records_out_total", 2.0),
        ("jianbao_open_documents", 1.0),
        ("jianbao_records_waiting", 0.0),
        ("jianbao_pages_unfinished", 0.0),
        ("jianbao_oldest_page_seconds", 0.0),
        ("jianbao_reloads_total{result=\"taken\"}", 0.0),
        ("jianbao_stage_in_total{stage=\"normalize\"}", 2.0),
        ("jianbao_stage_waiting{stage=\"normalize\"}", 0.0),
        ("jianbao_stage_failed_total{stage=\"detect_articles\"}", 0.0),
        ("jianbao_stage_out_total{stage=\"emit_ndjson\"}", 2.0),
        (concat!("jianbao_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
    ] {
        assert_eq!(value(series), expected, "{series} in\n{body}");
    }
    for series in [
        "jianbao_bytes_in_total",
        "jianbao_commits_total",
        "jianbao_commit_age_seconds",
        "jianbao_stage_seconds_total{stage=\"detect_articles\"}",
        "process_start_time_seconds",
    ] {
        assert!(value(series) > 0.0, "{series} in\n{body}");
    }
    if cfg!(target_os = "linux") {
        assert!(value("process_resident_memory_bytes") > 1e6 && value("process_open_fds") > 3.0, "{body}");
    }
    assert!(seen.keys().any(|series| series.starts_with("jianbao_config_info{hash=\"")), "{body}");
    live.page(PAGE);
    live.wait_until_done(3.0);
    assert_eq!(samples(&live.get("/metrics").1)["jianbao_records_out_total"], 3.0);
    assert_eq!(live.finish(), Some(0));
}

#[test]
fn failures_are_counted_by_code() {
    let mut live = Live::new(&["--preset", "articles-only"]);
    live.stdin.as_mut().unwrap().write_all(b"{\"text\": 5}\n{\"no\": 1}\n").unwrap();
    live.page("{\"text\": \"本报讯 市里召开会议，部署安全生产工作。\"}\n");
    live.wait_until_done(3.0);
    let seen = samples(&live.get("/metrics").1);
    assert_eq!((seen["jianbao_failures_total{code=\"bad_page_json\"}"], seen["jianbao_records_out_total"]), (2.0, 1.0));
    assert_eq!(live.finish(), Some(1));
}

#[test]
fn only_what_is_there_is_answered() {
    let live = Live::new(&[]);
    let (status, body) = live.get("/");
    assert!(status == 404 && body.contains("/metrics"), "{body}");
    assert_eq!(live.get("/metrics/").0, 404);
    let (status, head, _) = live.ask("POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    assert!(status == 405 && head.contains("allow: GET, HEAD"), "{head}");
    let (status, head, body) = live.ask("HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!((status, body.as_str(), head.contains("content-length: 6")), (200, "", true), "{head}");
    assert_eq!(live.ask("GET /livez?x=1 HTTP/1.0\r\n\r\n").0, 200);
    assert_eq!(live.ask("nonsense\r\n\r\n").0, 400);
    let long = format!("GET /livez HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let mut stream = TcpStream::connect(live.address).unwrap();
    let mut answer = Vec::new();
    // The server may close while this still writes.
    stream.write_all(long.as_bytes()).and_then(|()| stream.read_to_end(&mut answer)).ok();
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"), "a head of 20 kB is refused");
    assert_eq!(live.get("/livez").0, 200);
    assert_eq!(live.finish(), Some(0));
}

#[test]
fn a_client_that_dawdles_costs_nobody_else_anything() {
    let mut live = Live::new(&["--preset", "articles-only"]);
    let mut silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(live.address).unwrap()).collect();
    for stream in &mut silent {
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost:").unwrap();
    }
    let begun = Instant::now();
    assert_eq!(live.get("/metrics").0, 200);
    live.page(PAGE);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    let mut rest = Vec::new();
    silent[0].set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    silent[0].read_to_end(&mut rest).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(12), "it is shut out after some seconds: {:?}", begun.elapsed());
    assert_eq!(live.finish(), Some(0));
}

#[test]
fn a_run_that_drains_is_alive_but_not_ready() {
    let mut live = Live::new(&["--preset", "articles-only"]);
    live.page(PAGE);
    live.wait_for("/readyz", 200);
    // So many records wait for a reader that the pipe is full and the run cannot end yet.
    let many = PAGE.repeat(2000);
    let mut stdin = live.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(many.as_bytes()).ok());
    let begun = Instant::now();
    let waiting = loop {
        let seen = samples(&live.get("/metrics").1);
        if seen["jianbao_oldest_page_seconds"] > 1.0 {
            break seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{seen:?}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(waiting["jianbao_pages_unfinished"] > 0.0, "{waiting:?}");
    assert!(Command::new("kill").args(["-TERM", &live.child.id().to_string()]).status().unwrap().success());
    assert_eq!(live.wait_for("/readyz", 503), "draining: the run was told to stop\n");
    assert_eq!(live.get("/livez").0, 200);
    assert_eq!(samples(&live.get("/metrics").1)["jianbao_ready"], 0.0);
    assert_eq!(live.finish(), Some(143));
    writer.join().unwrap();
}

#[test]
fn an_address_that_others_reach_is_warned_of_and_one_in_use_refused() {
    let output = run(["run", "--listen", "0.0.0.0:0", "-"], b"");
    assert!(said(&output).contains("0.0.0.0 can be reached from other machines"), "{}", said(&output));
    let live = Live::new(&[]);
    let output = run(["run", "--listen", &live.address.to_string(), "-"], b"");
    assert_eq!((code(&output), said(&output).contains("cannot listen on 127.0.0.1:")), (74, true), "{}", said(&output));
    assert_eq!(live.finish(), Some(0));
    assert_eq!(code(&run(["run", "--listen", "9600", "-"], b"")), 2);
}
