//! What becomes of files: an output is complete or stays what it was, and nothing the user has is written over or read by mistake.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use support::{code, jianbao, run, said};

const PAGE: &str = "本报讯 3月26日上午，市里召开会议，研究部署安全生产工作。会议要求各地抓好落实。\n";

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_missing_input_leaves_the_old_output() {
    let folder = tempfile::tempdir().unwrap();
    let [old, page] = ["o.ndjson", "a.txt"].map(|name| folder.path().join(name));
    std::fs::write(&old, "old").unwrap();
    std::fs::write(&page, PAGE).unwrap();
    let in_folder = |arguments: &[&str]| jianbao(arguments).current_dir(folder.path()).output().unwrap();

    let output = in_folder(&["run", "nope.txt", "-o", "o.ndjson"]);
    assert_eq!((code(&output), text(&old).as_str()), (66, "old"), "{}", said(&output));
    assert_eq!(names(folder.path()), ["a.txt", "o.ndjson"]);

    let output = in_folder(&["run", "a.txt", "nope.txt", "-o", "o.ndjson"]);
    assert_eq!((code(&output), text(&old).as_str()), (66, "old"), "{}", said(&output));
    assert!(text(&folder.path().join("o.ndjson.partial")).contains("安全生产"));
    assert!(said(&output).contains("o.ndjson.partial"), "{}", said(&output));
}

#[test]
fn a_page_that_stops_the_run_leaves_the_old_output() {
    let folder = tempfile::tempdir().unwrap();
    let config = "version: 1\nstages:\n  - detect_articles: {}\n  - emit_ndjson: { path: o.ndjson }\nerrors: { on_error: stop }\n";
    std::fs::write(folder.path().join("c.yaml"), config).unwrap();
    std::fs::write(folder.path().join("o.ndjson"), "old").unwrap();
    let input = [serde_json::json!({ "text": PAGE }).to_string(), "{\"text\": 1}\n".to_owned()].join("\n");
    let output = run(["run", "-c", folder.path().join("c.yaml").to_str().unwrap()], input.as_bytes());
    assert_eq!((code(&output), text(&folder.path().join("o.ndjson")).as_str()), (65, "old"), "{}", said(&output));
    assert!(text(&folder.path().join("o.ndjson.partial")).contains("安全生产"));
}

/// Runs with one page and an input that does not end, and sends the signal when the page is written.
fn interrupted(folder: &Path, signal: &str) -> Output {
    let mut child = jianbao(["run", "-", "-o", "o.ndjson"]).current_dir(folder).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{PAGE}\u{c}").as_bytes()).unwrap();
    stdin.flush().unwrap();
    let written = folder.join(format!(".o.ndjson.partial-{}", child.id()));
    while std::fs::metadata(&written).map_or(0, |data| data.len()) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it waits for the rest of its input");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    output
}

#[test]
fn a_signal_leaves_the_old_output_and_keeps_what_was_written() {
    for (signal, expected) in [("-INT", 130), ("-TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("o.ndjson"), "old").unwrap();
        let output = interrupted(folder.path(), signal);
        assert_eq!(code(&output), expected, "{}", said(&output));
        assert_eq!(names(folder.path()), ["o.ndjson", "o.ndjson.partial"]);
        assert_eq!(text(&folder.path().join("o.ndjson")), "old");
        assert!(text(&folder.path().join("o.ndjson.partial")).contains("安全生产"));
        assert!(said(&output).contains("o.ndjson.partial"), "{}", said(&output));
    }
}

#[test]
fn a_document_that_was_not_read_to_its_end_is_not_judged() {
    let mut child = jianbao(["run", "-"]).spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    // Gives it time to listen for signals.
    std::thread::sleep(Duration::from_millis(1500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(code(&output), 130, "{}", said(&output));
    assert!(!said(&output).contains("no text"), "{}", said(&output));
}

/// A folder with a page, a folder of pages, and a configuration that reads and writes as its parts say.
fn furnished(source: &str, path: &str, dead_letter: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("pages")).unwrap();
    std::fs::write(at("page.txt"), PAGE).unwrap();
    std::fs::write(at("pages/one.txt"), PAGE).unwrap();
    std::os::unix::fs::symlink("page.txt", at("link.txt")).unwrap();
    let config = format!(
        "version: 1\nsource: {{ files: {{ paths: [{source}] }} }}\nstages:\n  - detect_articles: {{}}\n  - emit_ndjson: {{ path: {path} }}\nerrors: {{ dead_letter: {dead_letter} }}\n"
    );
    std::fs::write(at("c.yaml"), config).unwrap();
    folder
}

#[test]
fn what_is_read_is_not_written_over() {
    let typed: [(&[&str], &str); 8] = [
        (&["page.txt", "-o", "page.txt"], "input_is_output"),
        (&["pages/../page.txt", "-o", "link.txt"], "input_is_output"),
        (&["page.txt", "--dead-letter", "page.txt"], "input_is_output"),
        (&["page.txt", "-o", "x", "--dead-letter", "x"], "same_output"),
        (&["page.txt", "-o", "x", "--dead-letter", "pages/../x"], "same_output"),
        (&["page.txt", "-o", "x", "--dead-letter", "x.partial"], "same_output"),
        (&["-c", "c.yaml", "-o", "page.txt"], "input_is_output"),
        (&["-c", "c.yaml", "--dead-letter", "o.ndjson"], "same_output"),
    ];
    for (arguments, expected) in typed {
        let folder = furnished("page.txt", "o.ndjson", "dead.ndjson");
        let output = jianbao([&["run"], arguments].concat()).current_dir(folder.path()).output().unwrap();
        assert_eq!(code(&output), 2, "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(expected) && said(&output).contains("help: "), "{arguments:?}: {}", said(&output));
        assert_eq!(text(&folder.path().join("page.txt")), PAGE);
        assert_eq!(names(folder.path()), ["c.yaml", "link.txt", "page.txt", "pages"]);
    }
    let written = [
        (("page.txt", "page.txt", "dead.ndjson"), "c.yaml:2:28"),
        (("page.txt", "o.ndjson", "pages/../page.txt"), "c.yaml:2:28"),
        (("page.txt", "o.ndjson", "pages/../o.ndjson"), "c.yaml:6:24"),
        (("page.txt", "\"pages/../{doc}.txt\"", "dead.ndjson"), "c.yaml:2:28"),
        (("page.txt", "\"{doc}.ndjson\"", "pages/../dead.ndjson"), "c.yaml:6:24"),
    ];
    for ((source, path, dead_letter), place) in written {
        let folder = furnished(source, path, dead_letter);
        for command in [&["run", "-c"][..], &["check"]] {
            let output = jianbao([command, &["c.yaml"]].concat()).current_dir(folder.path()).output().unwrap();
            assert_eq!(code(&output), 78, "{}", said(&output));
            assert!(said(&output).contains(place), "{}", said(&output));
        }
    }
}

#[test]
fn standard_streams_are_files_too() {
    let folder = furnished("page.txt", "o.ndjson", "dead.ndjson");
    let open = |name: &str| std::fs::File::options().read(true).append(true).open(folder.path().join(name)).unwrap();
    let run = |arguments: &[&str], stdin: std::fs::File, stdout: std::fs::File| {
        jianbao([&["run"], arguments].concat()).current_dir(folder.path()).stdin(stdin).stdout(stdout).output().unwrap()
    };
    let null = || std::fs::File::options().read(true).write(true).open("/dev/null").unwrap();
    let cases = [
        run(&["page.txt"], null(), open("page.txt")),
        run(&["-"], open("page.txt"), open("page.txt")),
        run(&["-", "-o", "page.txt"], open("page.txt"), null()),
        run(&["--dead-letter", "page.txt"], null(), open("page.txt")),
    ];
    for output in cases {
        assert_eq!(code(&output), 2, "{}", said(&output));
        assert_eq!(text(&folder.path().join("page.txt")), PAGE);
    }
    let output = run(&["-", "-o", "/dev/null"], null(), null());
    assert_eq!(code(&output), 0, "{}", said(&output));
}

#[test]
fn a_run_over_its_own_folder_does_not_read_what_it_writes() {
    let folder = furnished("page.txt", "o.ndjson", "dead.ndjson");
    std::fs::remove_file(folder.path().join("c.yaml")).unwrap();
    std::fs::write(folder.path().join("bad.ndjson"), "{\"text\": 1}\n").unwrap();
    let again = || jianbao(["run", ".", "-o", "o.ndjson", "--dead-letter", "dead.ndjson"]).current_dir(folder.path()).output().unwrap();
    let first = (code(&again()), text(&folder.path().join("o.ndjson")));
    assert_eq!((first.0, first.1.lines().count()), (1, 3), "page, link and pages/one");
    for _ in 0..2 {
        assert_eq!((code(&again()), text(&folder.path().join("o.ndjson"))), first);
    }
    std::fs::write(folder.path().join("stdout"), "").unwrap();
    let stdout = std::fs::File::options().append(true).open(folder.path().join("stdout")).unwrap();
    let mut glob = jianbao(["run", "[op]*", "std*"]);
    let output = glob.current_dir(folder.path()).stdout(stdout).output().unwrap();
    assert_eq!(code(&output), 66, "only the file it writes matches std*: {}", said(&output));
}

#[test]
fn dead_letters_that_cannot_be_written_are_known_before_a_page_is_read() {
    let folder = furnished("page.txt", "o.ndjson", "dead.ndjson");
    let output = jianbao(["run", "page.txt", "--dead-letter", "page.txt/dead"]).current_dir(folder.path()).output().unwrap();
    assert_eq!((code(&output), output.stdout.len()), (74, 0), "{}", said(&output));
    assert!(said(&output).contains("page.txt/dead"), "{}", said(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_full_stream_did_not_take_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let config = "version: 1\nsource: { watch: { path: inbox, complete_when: rename, once: true } }\n\
        stages:\n  - detect_articles: {}\n  - emit_ndjson: {}\ncheckpoint: { path: run.state }\n";
    std::fs::write(folder.path().join("c.yaml"), config).unwrap();
    std::fs::create_dir(folder.path().join("inbox")).unwrap();
    std::fs::write(folder.path().join("inbox/a.txt"), PAGE).unwrap();
    let run = || {
        let mut command = jianbao(["run", "-c", "c.yaml"]);
        command.current_dir(folder.path()).stdin(std::process::Stdio::null());
        command
    };
    for _ in 0..2 {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = run().stdout(full).output().unwrap();
        assert_eq!(code(&output), 74, "{}", said(&output));
    }
    let output = run().output().unwrap();
    assert_eq!((code(&output), support::records(&output).len()), (0, 1), "{}", said(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_may_be_called_what_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
    std::fs::create_dir_all(folder.join("inbox")).unwrap();
    let config = "version: 1\nsource: { watch: { path: inbox, complete_when: rename, once: true } }\n\
        stages:\n  - detect_articles: {}\n  - emit_ndjson: { path: o.ndjson }\n";
    std::fs::write(folder.join("c.yaml"), config).unwrap();
    for (nth, name) in ["a.txt", "b.txt"].into_iter().enumerate() {
        std::fs::write(folder.join("inbox").join(name), PAGE).unwrap();
        let mut command = jianbao(["run", "-c"]);
        let output = command.arg(folder.join("c.yaml")).stdin(std::process::Stdio::null()).output().unwrap();
        assert_eq!((code(&output), text(&folder.join("o.ndjson")).lines().count()), (0, nth + 1), "{}", said(&output));
    }
    let output = jianbao([std::ffi::OsStr::from_bytes(b"\xff")]).output().unwrap();
    assert_eq!(code(&output), 2, "{}", said(&output));
}

#[cfg(unix)]
#[test]
fn where_divided_records_cannot_go_is_said() {
    let folder = furnished("a.txt, b.txt", "\"{doc}.ndjson\"", "dead");
    let at = |name: &str| folder.path().join(name);
    let run = || jianbao(["run", "-c", "c.yaml"]).current_dir(folder.path()).output().unwrap();
    for name in ["a.txt", "b.txt"] {
        std::fs::write(at(name), PAGE).unwrap();
    }
    std::fs::create_dir(at("b.ndjson")).unwrap();
    let output = run();
    assert_eq!((code(&output), said(&output).contains("something that is no file is there")), (74, true), "{}", said(&output));
    std::fs::remove_dir(at("b.ndjson")).unwrap();
    for name in ["a.ndjson", "b.ndjson"] {
        std::os::unix::fs::symlink("all.ndjson", at(name)).unwrap();
    }
    std::fs::write(at("all.ndjson"), "old\n").unwrap();
    let output = run();
    assert_eq!((code(&output), said(&output).contains("where other records of this run go")), (74, true), "{}", said(&output));
    assert_eq!(text(&at("all.ndjson")), "old\n");
}

#[test]
fn divided_records_are_not_read_as_pages() {
    let folder = furnished("in", "\"in/{doc}.out.txt\"", "dead.ndjson");
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in/a.txt"), PAGE).unwrap();
    for _ in 0..2 {
        let output = jianbao(["run", "-c", "c.yaml"]).current_dir(folder.path()).output().unwrap();
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert_eq!(names(&folder.path().join("in")), ["a.out.txt", "a.txt"]);
        assert_eq!(text(&folder.path().join("in/a.out.txt")).lines().count(), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_only_looks_like_an_output_is_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pages")).unwrap();
    let page = serde_json::json!({ "text": PAGE }).to_string();
    for name in ["pages/x.ndjson", "y.ndjson", "pages/2022-03-28.ndjson"] {
        std::fs::write(folder.path().join(name), &page).unwrap();
    }
    for (source, records, warned) in [
        ("watch: { path: pages, once: true, complete_when: rename }", 1, true),
        ("files: { paths: [pages] }", 1, true),
        ("files: { paths: [\"*.ndjson\"] }", 1, false),
        ("watch: { path: ., recursive: false, once: true, complete_when: rename, glob: \"*.ndjson\" }", 1, false),
    ] {
        let config = format!(
            "version: 1\nsource: {{ {source} }}\nstages:\n  - detect_articles: {{}}\n  - emit_ndjson: {{ path: \"{{paper}}/{{issue_date}}.ndjson\" }}\n"
        );
        std::fs::write(folder.path().join("c.yaml"), config).unwrap();
        for config in ["c.yaml".to_owned(), folder.path().join("c.yaml").display().to_string()] {
            let output = jianbao(["run", "-c", &config]).current_dir(folder.path()).output().unwrap();
            let got = text(&folder.path().join("none/none.ndjson")).lines().count();
            assert_eq!((code(&output), got, said(&output).contains("pages/2022-03-28.ndjson")), (0, records, warned), "{}", said(&output));
            for left in ["none", "articles.state", "articles.state.lock"] {
                let left = folder.path().join(left);
                std::fs::remove_dir_all(&left).or_else(|_| std::fs::remove_file(&left)).ok();
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn two_names_of_one_output_are_refused_with_a_state_too() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["inbox", "out"] {
        std::fs::create_dir(at(name)).unwrap();
    }
    for name in ["a", "b"] {
        std::fs::write(at(&format!("inbox/{name}.txt")), PAGE).unwrap();
    }
    let config = "version: 1\nsource: { watch: { path: inbox, once: true, complete_when: rename } }\n\
        stages:\n  - detect_articles: {}\n  - emit_ndjson: { path: \"out/{doc}.ndjson\" }\n";
    std::fs::write(at("c.yaml"), config).unwrap();
    let run = || jianbao(["run", "-c", "c.yaml"]).current_dir(folder.path()).output().unwrap();
    let clear = || {
        for left in ["out", "articles.state", "articles.state.lock"] {
            let left = at(left);
            std::fs::remove_dir_all(&left).or_else(|_| std::fs::remove_file(&left)).ok();
        }
        std::fs::create_dir(at("out")).unwrap();
    };
    // The pages are read in the order of their names: one link leads to an output that is there, the other to one that comes.
    for (link, output) in [("a", "b"), ("b", "a")] {
        let link = at(&format!("out/{link}.ndjson"));
        std::os::unix::fs::symlink(format!("{output}.ndjson"), &link).unwrap();
        let refused = || {
            let output = run();
            assert_eq!((code(&output), said(&output).contains("where other records of this run go")), (74, true), "{}", said(&output));
            assert!(text(&at("out/a.ndjson")).lines().count() <= 1);
        };
        refused();
        clear();
        std::os::unix::fs::symlink(format!("{output}.ndjson"), &link).unwrap();
        // Now with the first page written by an earlier run, of which only the state knows.
        std::fs::rename(at("inbox/b.txt"), at("b.txt")).unwrap();
        assert_eq!(code(&run()), 0);
        std::fs::rename(at("b.txt"), at("inbox/b.txt")).unwrap();
        refused();
        refused();
        clear();
    }
    assert_eq!(code(&run()), 0);
    assert_eq!(["a", "b"].map(|name| text(&at(&format!("out/{name}.ndjson"))).lines().count()), [1, 1]);
}

/// The links are found when the files are opened, before anything is written to them.
#[cfg(unix)]
#[test]
fn two_names_of_one_output_cut_nothing_off() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["inbox", "out"] {
        std::fs::create_dir(at(name)).unwrap();
    }
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/pinghu-2022-03-28.txt"), at("inbox/a.txt")).unwrap();
    let config = "version: 1\nsource: { watch: { path: inbox, once: true, complete_when: rename } }\n\
        stages:\n  - detect_articles: {}\n  - segment: {}\n  - tag_topics: { topics: [builtin:gov-cn] }\n  \
        - emit_ndjson: { path: \"out/{topic}.ndjson\" }\n";
    std::fs::write(at("c.yaml"), config).unwrap();
    std::os::unix::fs::symlink("gov-cn:epidemic-control.ndjson", at("out/gov-cn:work-resumption.ndjson")).unwrap();
    let written = || text(&at("out/gov-cn:epidemic-control.ndjson"));
    let mut before = String::new();
    for _ in 0..2 {
        let output = jianbao(["run", "-c", "c.yaml"]).current_dir(folder.path()).output().unwrap();
        assert_eq!((code(&output), said(&output).contains("where other records of this run go")), (74, true), "{}", said(&output));
        let now = if at("out/gov-cn:epidemic-control.ndjson").exists() { written() } else { String::new() };
        assert!(now.starts_with(&before), "what was written stays");
        before = now;
    }
}

/// Where a file must not grow any more, as on a full disk, and the last record is torn.
#[cfg(target_os = "linux")]
#[test]
fn a_stream_to_a_file_ends_with_a_whole_record() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["a.txt", "b.txt", "c.txt"] {
        std::fs::write(at(name), PAGE).unwrap();
    }
    std::fs::write(at("o"), "old\n").unwrap();
    let one = run(["run", at("a.txt").to_str().unwrap()], b"").stdout.len() as u64;
    for append in [true, false] {
        let mut file = std::fs::File::options().append(append).write(true).open(at("o")).unwrap();
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).unwrap();
        let limit = one * 2;
        let mut command = Command::new("bash");
        command.arg("-c").arg(format!("trap '' XFSZ; prlimit --fsize={limit} --pid $$; exec \"$@\""));
        command.args(["bash", env!("CARGO_BIN_EXE_jianbao"), "run", "a.txt", "b.txt", "c.txt"]);
        let output = command.current_dir(folder.path()).stdout(file).stderr(std::process::Stdio::piped()).output().unwrap();
        assert_eq!(code(&output), 74, "{}", said(&output));
        let written = text(&at("o"));
        let (old, record) = written.split_once('\n').unwrap();
        assert_eq!((old, record.lines().count(), record.ends_with('\n')), ("old", 1, true), "{written}");
        std::fs::write(at("o"), "old\n").unwrap();
    }
}

#[cfg(unix)]
#[test]
fn what_is_kept_of_divided_records_is_not_read() {
    let folder = furnished("in", "\"in/{doc}.out.txt\"", "dead.ndjson");
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in/a.txt"), PAGE).unwrap();
    std::fs::write(folder.path().join("in/b.out.txt.partial"), PAGE).unwrap();
    let output = jianbao(["run", "-c", "c.yaml"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(names(&folder.path().join("in")), ["a.out.txt", "a.txt", "b.out.txt.partial"]);
}
