//! Tests of the sink: records as asked, files whole or not at all, files that grow, files of many kinds.

use std::io::Write;

use pipeline::laws::{self, Below, NoFiles};
use pipeline::{Options, Pos, Token};
use serde_json::{Value, json};

use super::output::WAITING;
use super::*;

fn build(options: Value, resources: &dyn Resources) -> BuiltSink {
    let Built::Sink(built) = (DEF.build)(Options(options), resources).unwrap() else { panic!("not a sink") };
    built
}

fn refused(path: &str, folder: &Path) -> Vec<&'static str> {
    let Err(errors) = (DEF.build)(Options(json!({ "path": path })), &Below(folder)) else { panic!("{path} must be refused") };
    errors.iter().map(|error| error.code).collect()
}

fn article(text: &str) -> Article {
    let mut article = laws::article(text);
    let ends = article.text.text().char_indices().map(|(at, c)| (at as u32, (at + c.len_utf8()) as u32));
    article.tokens = ends.map(|(start, end)| Token { start, end, pos: Pos::default() }).collect();
    article
}

fn render(options: Value, article: &Article) -> (Rendered, Vec<u8>) {
    let mut line = b"before\n".to_vec();
    let rendered = build(options, &NoFiles).render.render(article, &mut line).unwrap();
    (rendered, line.strip_prefix(b"before\n").unwrap().to_vec())
}

fn record(options: Value, article: &Article) -> Value {
    let (_, line) = render(options, article);
    assert!(is_one_line(&line));
    serde_json::from_slice(&line).unwrap()
}

fn is_one_line(line: &[u8]) -> bool {
    line.iter().position(|byte| *byte == b'\n') == Some(line.len() - 1)
}

fn records(bytes: &[u8]) -> Records {
    Records::from_iter([bytes.to_vec()])
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, json!({}), &NoFiles, &[]);
    laws::check(&DEF, json!({ "words": "both", "kinds": ["furniture"], "path": "out/x.ndjson" }), &NoFiles, &[]);
}

#[test]
fn writes_words_as_asked() {
    let article = article("甲乙");
    let seen = |words: &str| {
        let record = record(json!({ "words": words }), &article);
        (record["words"].clone(), record["words_text"].clone())
    };
    assert_eq!(seen("array"), (json!(["甲", "乙"]), json!(null)));
    assert_eq!(seen("text"), (json!([]), json!("甲 乙")));
    assert_eq!(seen("both"), (json!(["甲", "乙"]), json!("甲 乙")));
    assert_eq!(seen("none"), (json!([]), json!(null)));
}

#[test]
fn writes_only_the_kinds_asked_for() {
    let mut article = article("今平湖");
    article.kind = Kind::Furniture;
    assert_eq!(render(json!({}), &article), (Rendered::Filtered, Vec::new()));
    assert_eq!(render(json!({ "kinds": ["furniture"] }), &article).0, Rendered::Line);
    article.kind = Kind::Notice;
    assert_eq!(render(json!({}), &article).0, Rendered::Line);
    assert_eq!(render(json!({ "kinds": ["article"] }), &article).0, Rendered::Filtered);
    assert_eq!(render(json!({ "kinds": [] }), &article).0, Rendered::Filtered);
}

#[test]
fn a_line_too_long_loses_its_words_and_never_its_text() {
    let text = "复工".repeat(60_000);
    let long = article(&text);
    let (_, line) = render(json!({}), &long);
    let record: Value = serde_json::from_slice(&line).unwrap();
    assert!(line.len() < LINE_LIMIT);
    assert_eq!((&record["words"], &record["words_text"], &record["text"]), (&json!([]), &json!(null), &json!(text)));
    assert_eq!(record["warnings"], json!(["words_omitted"]));
    let longer = article(&"复工".repeat(200_000));
    let (_, line) = render(json!({ "words": "both" }), &longer);
    assert!(line.len() > LINE_LIMIT && is_one_line(&line));
    let short = self::record(json!({}), &article("复工"));
    assert_eq!(short["warnings"], json!([]));
}

#[test]
fn the_same_article_gives_the_same_bytes() {
    let [one, two] = [0, 1].map(|_| render(json!({ "words": "both" }), &article("甲\u{2028}乙“丙”")));
    assert_eq!(one, two);
}

#[tokio::test]
async fn a_file_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = build(json!({ "path": "a/b/out.ndjson" }), &Below(folder.path())).sink;
    assert!(!folder.path().join("a").exists(), "checking a configuration writes nothing");
    let inside = folder.path().join("a/b");
    sink.write(records(b"{\"n\":1}\n")).await.unwrap();
    sink.flush().await.unwrap();
    sink.write(records(b"{\"n\":2}\n")).await.unwrap();
    assert_eq!(names(&inside), [format!(".out.ndjson.partial-{}", std::process::id())]);
    sink.close().await.unwrap();
    assert_eq!(names(&inside), ["out.ndjson"]);
    assert_eq!(std::fs::read(inside.join("out.ndjson")).unwrap(), b"{\"n\":1}\n{\"n\":2}\n");

    let mut again = build(json!({ "path": "a/b/out.ndjson" }), &Below(folder.path())).sink;
    again.write(records(b"{\"n\":3}\n")).await.unwrap();
    again.flush().await.unwrap();
    drop(again);
    assert_eq!(names(&inside), ["out.ndjson", "out.ndjson.partial"], "a failed run keeps what it wrote");
    assert_eq!(std::fs::read(inside.join("out.ndjson.partial")).unwrap(), b"{\"n\":3}\n");
    assert_eq!(std::fs::read(inside.join("out.ndjson")).unwrap(), b"{\"n\":1}\n{\"n\":2}\n", "and leaves the old one");
    std::fs::remove_file(inside.join("out.ndjson.partial")).unwrap();
    drop(build(json!({ "path": "a/b/out.ndjson" }), &Below(folder.path())));
    assert_eq!(names(&inside), ["out.ndjson"], "nothing written, nothing kept");

    let mut empty = build(json!({ "path": "a/b/out.ndjson" }), &Below(folder.path())).sink;
    empty.close().await.unwrap();
    assert_eq!(std::fs::read(inside.join("out.ndjson")).unwrap(), b"");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_replaced_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    for mode in [0o600, 0o664] {
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut sink = build(json!({ "path": "out.ndjson" }), &Below(folder.path())).sink;
        sink.write(records(b"{}\n")).await.unwrap();
        sink.close().await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        assert_eq!(std::fs::read(&path).unwrap(), b"{}\n");
    }
}

#[tokio::test]
async fn much_output_does_not_wait_for_the_page_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = build(json!({ "path": "out.ndjson" }), &Below(folder.path())).sink;
    for _ in 0..3 {
        sink.write(records(&vec![b'\n'; WAITING])).await.unwrap();
    }
    let partial = folder.path().join(&names(folder.path())[0]);
    assert_eq!(std::fs::metadata(partial).unwrap().len(), 3 * WAITING as u64);
}

#[test]
fn refuses_paths_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert_eq!(refused("", folder.path()), ["invalid_option"]);
    assert_eq!(refused(".", folder.path()), ["path_is_directory"]);
    assert_eq!(refused("new/", folder.path()), ["path_is_directory"]);
    assert_eq!(refused("file/out.ndjson", folder.path()), ["path_below_file"]);
    assert_eq!(refused("out.ndjson.XZ", folder.path()), ["compression_not_supported"]);
}

#[cfg(unix)]
#[tokio::test]
async fn devices_and_links_are_written_through() {
    let folder = tempfile::tempdir().unwrap();
    let mut null = build(json!({ "path": "/dev/null" }), &Below(folder.path())).sink;
    null.write(records(b"{}\n")).await.unwrap();
    null.close().await.unwrap();
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file(), "a device must not be replaced by a file");

    std::fs::write(folder.path().join("real"), "old").unwrap();
    std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
    let mut sink = build(json!({ "path": "link" }), &Below(folder.path())).sink;
    sink.write(records(b"{}\n")).await.unwrap();
    sink.close().await.unwrap();
    assert!(folder.path().join("link").is_symlink());
    assert_eq!(std::fs::read(folder.path().join("real")).unwrap(), b"{}\n");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_sees_each_page_and_may_leave() {
    use std::io::Read;
    use std::os::fd::AsRawFd;
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut sink = build(json!({ "path": format!("/proc/self/fd/{}", writer.as_raw_fd()) }), &NoFiles).sink;
    sink.write(records(b"{\"n\":1}\n")).await.unwrap();
    sink.flush().await.unwrap();
    let mut line = [0; 8];
    reader.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"{\"n\":1}\n");
    drop(reader);
    sink.write(records(b"{}\n")).await.unwrap();
    assert!(matches!(sink.flush().await, Err(SinkError::Closed)));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_an_error_with_the_path() {
    let mut sink = build(json!({ "path": "/dev/full" }), &NoFiles).sink;
    sink.write(records(b"{}\n")).await.unwrap();
    let error = sink.flush().await.unwrap_err().to_string();
    assert!(error.starts_with("failed to write /dev/full: "), "{error}");
}

/// The state beside an output, as a run opens it.
fn memory(folder: &Path) -> Memory {
    let store = Arc::new(pipeline::Store::open(&folder.join("o.state")).unwrap());
    Memory { store, config_changed: false }
}

async fn resumed(options: Value, folder: &Path, memory: &Memory) -> Result<Box<dyn Sink>, SinkError> {
    let mut sink = build(options, &Below(folder)).sink;
    sink.resume(memory).await.map(|()| sink)
}

async fn committed(sink: &mut dyn Sink, memory: &Memory) {
    memory.store.commit(&sink.commit().await.unwrap()).unwrap();
}

#[tokio::test]
async fn what_was_not_committed_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.ndjson", "a.ndjson.gz", "a.ndjson.zst"] {
        let path = folder.path().join(name);
        let read = || {
            let mut text = String::new();
            let bytes = std::fs::read(&path).unwrap();
            let mut reader: Box<dyn std::io::Read> = match name.rsplit_once('.').unwrap().1 {
                "gz" => Box::new(flate2::read::MultiGzDecoder::new(&bytes[..])),
                "zst" => Box::new(zstd::stream::read::Decoder::new(&bytes[..]).unwrap()),
                _ => Box::new(&bytes[..]),
            };
            reader.read_to_string(&mut text).unwrap();
            text
        };
        let memory = memory(folder.path());
        let mut sink = resumed(json!({ "path": name }), folder.path(), &memory).await.unwrap();
        for n in 1..=2 {
            sink.write(records(format!("{{\"n\":{n}}}\n").as_bytes())).await.unwrap();
            sink.flush().await.unwrap();
            committed(sink.as_mut(), &memory).await;
        }
        sink.write(records(b"{\"n\":3}\n")).await.unwrap();
        sink.flush().await.unwrap();
        drop(sink);
        std::fs::File::options().append(true).open(&path).unwrap().write_all(b"{\"torn").unwrap();
        let sink = resumed(json!({ "path": name }), folder.path(), &memory).await.unwrap();
        assert_eq!(read(), "{\"n\":1}\n{\"n\":2}\n", "{name}");
        drop(sink);
        std::fs::File::options().write(true).open(&path).unwrap().set_len(3).unwrap();
        let refused = resumed(json!({ "path": name }), folder.path(), &memory).await.err().unwrap();
        assert!(matches!(&refused, SinkError::State(pipeline::StateError::Foreign { .. })), "{refused}");
        drop(memory);
        std::fs::remove_file(folder.path().join("o.state")).unwrap();
    }
}

#[tokio::test]
async fn records_that_no_state_knows_of_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.ndjson"), "theirs\n").unwrap();
    let memory = memory(folder.path());
    assert!(resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.is_err());
    assert_eq!(std::fs::read(folder.path().join("a.ndjson")).unwrap(), b"theirs\n");
}

#[tokio::test]
async fn full_files_are_followed_by_the_next_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let memory = memory(folder.path());
    let options = || json!({ "path": "out/a.ndjson", "rotate": { "size": 20 } });
    let line = |n: u32| format!("{{\"n\":{n}}}\n");
    for start in [0, 5] {
        let mut sink = resumed(options(), folder.path(), &memory).await.unwrap();
        for n in start..start + 5 {
            sink.write(records(line(n).as_bytes())).await.unwrap();
        }
        committed(sink.as_mut(), &memory).await;
        sink.write(records(b"{\"lost\":1}\n{\"lost\":2}\n")).await.unwrap();
        sink.flush().await.unwrap();
    }
    resumed(options(), folder.path(), &memory).await.unwrap();
    let files = names(&folder.path().join("out"));
    let text = |name: &String| std::fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    assert_eq!(files.iter().map(text).collect::<String>(), (0..10).map(line).collect::<String>(), "{files:?}");
    assert_eq!(files[0], "a.000001.ndjson");
    assert!(files.len() >= 5 && files.iter().all(|name| text(name).len() <= 20));
}

#[tokio::test]
async fn a_file_that_was_moved_away_begins_anew_whenever_it_was_opened() {
    for again in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let memory = memory(folder.path());
        let options = || json!({ "path": "a.ndjson", "rotate": { "by": "day" } });
        let line = b"{\"n\":1}\n";
        let mut sink = resumed(options(), folder.path(), &memory).await.unwrap();
        sink.write(records(line)).await.unwrap();
        committed(sink.as_mut(), &memory).await;
        if again {
            // Known from the state alone.
            drop(sink);
            sink = resumed(options(), folder.path(), &memory).await.unwrap();
        } else {
            // It is not opened again until there is a record.
            sink.reopen().await.unwrap();
        }
        let written = names(folder.path()).into_iter().find(|name| name.ends_with(".ndjson")).unwrap();
        std::fs::rename(at(&written), at("moved")).unwrap();
        sink.reopen().await.unwrap();
        sink.write(records(line)).await.unwrap();
        committed(sink.as_mut(), &memory).await;
        drop(sink);
        let key = memory.store.key_of("output", &at(&written));
        assert_eq!(memory.store.get(&key).unwrap().unwrap()["length"], line.len());
        resumed(options(), folder.path(), &memory).await.unwrap();
        assert_eq!((std::fs::read(at(&written)).unwrap(), std::fs::read(at("moved")).unwrap()), (line.to_vec(), line.to_vec()));
    }
}

#[tokio::test]
async fn a_file_that_was_moved_away_before_its_next_record_begins_anew() {
    for created in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let memory = memory(folder.path());
        let mut sink = resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
        sink.write(records(b"{\"n\":1}\n")).await.unwrap();
        committed(sink.as_mut(), &memory).await;
        // As the night before. It is not opened until there is a record.
        sink.reopen().await.unwrap();
        std::fs::rename(at("a.ndjson"), at("moved")).unwrap();
        if created {
            std::fs::write(at("a.ndjson"), "").unwrap();
        }
        sink.write(records(b"{\"n\":2}\n")).await.unwrap();
        committed(sink.as_mut(), &memory).await;
        sink.reopen().await.unwrap();
        drop(sink);
        std::fs::File::options().append(true).open(at("a.ndjson")).unwrap().write_all(b"torn").unwrap();
        resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
        let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
        assert_eq!((read("moved"), read("a.ndjson")), ("{\"n\":1}\n".to_owned(), "{\"n\":2}\n".to_owned()));
    }
}

#[tokio::test]
async fn what_somebody_has_put_in_the_place_of_an_output_is_not_touched() {
    let line = "{\"theirs\":1}\n";
    for (theirs, said) in [(line.to_owned(), true), (line.repeat(9), true), (line.repeat(9), false)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let memory = memory(folder.path());
        let mut sink = resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
        sink.write(records(b"{\"n\":1}\n{\"n\":2}\n")).await.unwrap();
        committed(sink.as_mut(), &memory).await;
        if !said {
            // Closed until the next record.
            sink.reopen().await.unwrap();
        }
        std::fs::rename(&path, folder.path().join("moved")).unwrap();
        std::fs::write(&path, &theirs).unwrap();
        if said {
            sink.reopen().await.unwrap();
        }
        let mut written = sink.write(records(b"{\"n\":3}\n")).await;
        if written.is_ok() {
            written = sink.flush().await;
        }
        assert!(matches!(written, Err(SinkError::State(pipeline::StateError::Foreign { .. }))), "{written:?}");
        drop(sink);
        assert!(resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.is_err());
        // To name another output, as the error says, is another way on.
        resumed(json!({ "path": "b.ndjson" }), folder.path(), &memory).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs);
        let row = memory.store.get("output/a.ndjson").unwrap().unwrap();
        assert!(is_left(&row) && is_as_recorded(&path, &row).is_ok());
        std::fs::remove_file(&path).unwrap();
        let mut sink = resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
        sink.write(records(b"{\"n\":3}\n")).await.unwrap();
        committed(sink.as_mut(), &memory).await;
        drop(sink);
        resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"n\":3}\n");
    }
}

#[tokio::test]
async fn a_file_is_known_by_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let memory = memory(folder.path());
    let options = || json!({ "path": "a.ndjson" });
    let mut sink = resumed(options(), folder.path(), &memory).await.unwrap();
    sink.write(records(b"{\"n\":1}\n")).await.unwrap();
    committed(sink.as_mut(), &memory).await;
    // A copy of it, as from a backup.
    std::fs::copy(at("a.ndjson"), at("copy")).unwrap();
    std::fs::rename(at("copy"), at("a.ndjson")).unwrap();
    sink.reopen().await.unwrap();
    sink.write(records(b"{\"n\":2}\n")).await.unwrap();
    committed(sink.as_mut(), &memory).await;
    // Another, and then it is back.
    std::fs::rename(at("a.ndjson"), at("moved")).unwrap();
    std::fs::write(at("a.ndjson"), "x".repeat(100)).unwrap();
    sink.reopen().await.unwrap();
    std::fs::rename(at("moved"), at("a.ndjson")).unwrap();
    sink.write(records(b"{\"n\":3}\n")).await.unwrap();
    committed(sink.as_mut(), &memory).await;
    drop(sink);
    let mut sink = resumed(options(), folder.path(), &memory).await.unwrap();
    // Moved away by the night's rotation, and then something is put there that is not its.
    std::fs::rename(at("a.ndjson"), at("moved")).unwrap();
    sink.reopen().await.unwrap();
    std::fs::write(at("a.ndjson"), "theirs\n").unwrap();
    assert!(is_as_recorded(&at("a.ndjson"), &memory.store.get("output/a.ndjson").unwrap().unwrap()).is_err());
    let mut written = sink.write(records(b"{\"n\":4}\n")).await;
    if written.is_ok() {
        written = sink.flush().await;
    }
    assert!(written.is_err());
    drop(sink);
    assert!(resumed(options(), folder.path(), &memory).await.is_err());
    std::fs::rename(at("a.ndjson"), at("theirs")).unwrap();
    let mut sink = resumed(options(), folder.path(), &memory).await.unwrap();
    sink.write(records(b"{\"n\":4}\n")).await.unwrap();
    committed(sink.as_mut(), &memory).await;
    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    assert_eq!(read("moved"), "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
    assert_eq!((read("a.ndjson"), read("theirs")), ("{\"n\":4}\n".to_owned(), "theirs\n".to_owned()));
}

#[tokio::test]
async fn an_output_to_which_nothing_was_written_may_become_anybodys() {
    for killed in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let memory = memory(folder.path());
        let mut sink = resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
        if killed {
            sink.write(records(b"{\"n\":1}\n")).await.unwrap();
            sink.flush().await.unwrap();
        } else {
            committed(sink.as_mut(), &memory).await;
            sink.close().await.unwrap();
        }
        drop(sink);
        if killed {
            resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), b"", "what was not committed is cut off");
        }
        std::fs::write(&path, "theirs\n").unwrap();
        for _ in 0..2 {
            assert!(resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.is_err());
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs\n");
    }
}

#[tokio::test]
async fn the_output_of_another_configuration_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let memory = memory(folder.path());
    let write = async |name: &str, line: &[u8]| {
        let mut sink = resumed(json!({ "path": name }), folder.path(), &memory).await?;
        sink.write(records(line)).await?;
        committed(sink.as_mut(), &memory).await;
        sink.write(records(b"{\"lost\":1}\n")).await?;
        sink.flush().await
    };
    write("a.ndjson", b"{\"n\":1}\n").await.unwrap();
    write("b.ndjson", b"{\"n\":2}\n").await.unwrap();
    let append = |text: &[u8]| std::fs::File::options().append(true).open(at("a.ndjson")).unwrap().write_all(text).unwrap();
    append(b"{\"theirs\":1}\n");
    write("b.ndjson", b"{\"n\":3}\n").await.unwrap();
    let written = "{\"n\":1}\n{\"theirs\":1}\n";
    assert_eq!(std::fs::read_to_string(at("a.ndjson")).unwrap(), written, "what was not committed is cut off once");
    append(b"{\"torn\"");
    assert!(write("a.ndjson", b"{\"n\":4}\n").await.is_err(), "the next record would become a part of that line");
    append(b":1}\n");
    write("a.ndjson", b"{\"n\":4}\n").await.unwrap();
    resumed(json!({ "path": "a.ndjson" }), folder.path(), &memory).await.unwrap();
    assert_eq!(std::fs::read_to_string(at("a.ndjson")).unwrap(), format!("{written}{{\"torn\":1}}\n{{\"n\":4}}\n"));
    // A file that is gone is no reason for another configuration not to begin.
    resumed(json!({ "path": "b.ndjson" }), folder.path(), &memory).await.unwrap();
    std::fs::write(at("a.ndjson"), "").unwrap();
    resumed(json!({ "path": "b.ndjson" }), folder.path(), &memory).await.unwrap();
    // Nor is one that cannot be looked at.
    write("c/a.ndjson", b"{\"n\":5}\n").await.unwrap();
    std::fs::remove_dir_all(at("c")).unwrap();
    std::fs::write(at("c"), "").unwrap();
    for _ in 0..2 {
        resumed(json!({ "path": "b.ndjson" }), folder.path(), &memory).await.unwrap();
    }
}

#[tokio::test]
async fn articles_are_divided_by_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let render = |topics: &[&str], text: &str| {
        let mut article = article(text);
        let topic = |id: &&str| pipeline::Topic {
            id: (*id).into(),
            label: "x".into(),
            score: pipeline::Permille::ONE,
            broader: None,
            evidence: Vec::new(),
        };
        article.topics = topics.iter().map(topic).collect();
        article
    };
    let built = build(json!({ "path": "o.ndjson", "split_by": "topic" }), &Below(folder.path()));
    assert_eq!(built.render.routes(&render(&["a", "b"], "甲")).len(), 2);
    assert_eq!(built.render.routes(&render(&[], "甲")).len(), 1);
    let whole = build(json!({ "path": "o.ndjson" }), &Below(folder.path()));
    assert!(whole.render.routes(&render(&["a"], "甲")).is_empty());
}
