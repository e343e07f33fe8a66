//! A good citizen of pipes: a closed reader is a quiet end, a live reader sees pages at once, ctrl-c drains and says so.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use support::{code, jianbao, sample};

#[test]
fn a_reader_that_goes_away_is_a_quiet_success() {
    let page = std::fs::read(sample()).unwrap();
    let mut input = Vec::new();
    for _ in 0..40 {
        input.extend_from_slice(&page);
        input.push(0x0c);
    }
    let mut child = jianbao(["run", "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(first.starts_with("{\"schema\":\"jianbao/article/1\""), "{first}");
    assert_eq!(code(&output), 0);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_live_reader_sees_a_page_before_the_input_ends() {
    let mut child = jianbao(["run", "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all("本报讯 市里召开安全生产会议，部署下一步工作。\n\u{c}".as_bytes()).unwrap();
    stdin.flush().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    assert!(first.contains("安全生产"));
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn ctrl_c_drains_and_says_so() {
    let mut child = jianbao(["run", "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all("本报讯 市里召开安全生产会议，部署下一步工作。\n\u{c}".as_bytes()).unwrap();
    stdin.flush().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    stdin.write_all("本报讯 第二页也要出来，一个字也不能少。\n".as_bytes()).unwrap();
    stdin.flush().unwrap();
    // Gives the source time to read what was just written: what it has not read by the signal stays in the pipe.
    std::thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let begun = Instant::now();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "whoever called must learn that not all was read: {said}");
    assert!(rest.contains("一个字也不能少"), "what was read comes out: {rest}");
    assert!(said.contains("stopping") && said.contains("2 pages done, 2 records written"), "{said}");
    assert!(!said.contains("no text"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(stdin);
}
