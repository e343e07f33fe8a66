//! `files`: reads pages from files, directories and globs, once.
//!
//! A text file is a document of pages divided by form feeds; a file of NDJSON has one page a line (see `stdin`). Which of the two
//! is told by the ending (`.ndjson`, `.jsonl`), or by its beginning: `{"` or `[{` is NDJSON. gzip and Zstandard are opened.
//!
//! ```yaml
//! source:
//!   files:
//!     paths: [archive, "more/2022*.txt", one.txt.gz, "-"]
//!     glob: "*.txt"
//!     key: "(?P<paper>[^/]+)/(?P<issue_date>\\d{8})_(?P<page>\\w+)"
//! ```
//!
//! Order: paths as given; inside a directory or a glob, by the bytes of the path. A file is read once. Hidden files and the files
//! that this run writes are left out, links are followed. A directory's files are chosen by `glob`, on their names, or on their paths below it if it has a slash.
//!
//! Names: the document is the file's name without `.gz`, `.zst`, `.txt`, `.text`, `.ndjson` and `.jsonl`; where two files of a run
//! would have the same name, it is the path for all of them. The page of a file with one page has that name, others have
//! `name:1`, `name:2` …; a page with nothing on it keeps its number. Where `key` finds a day in the path, the document is the
//! issue (`今平湖 2022-03-28`), the files of an issue are read together and their pages numbered on.
//!
//! What cannot be read is a dead letter (`unreadable`, `corrupt_archive`), and the others go on; of a damaged archive the pages
//! before the damage are read. A page is a dead letter too when it is larger than `max_page` (`page_too_large`), in no encoding
//! that fits (`undecodable`), or a line with wrong types (`bad_page_json`). A file that begins as a PDF, a picture or a program does
//! is one dead letter (`binary_input`). A guess at an encoding that could be another is marked on the records:
//! `doubtful_encoding`. A path or glob that finds nothing fails the run after all others have been read, and so does a run that
//! finds no file at all; a directory without a file to read beside others is a warning (`no_files`).

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;

use async_trait::async_trait;
use pipeline::{Acks, BuildResult, Feed, OptionError, Resources, Size, Source, SourceDef, SourceError, Stop};
use schemars::JsonSchema;
use serde::Deserialize;

use super::document::{Input, MAX_PAGE, MAX_REPLACED, Reading};
use super::frame::Format;
use super::key::Key;
use super::list::{self, Entry, Listing, Walk, Wanted};
use super::naming::{self, Naming};
use super::reader::{self, Outlet, Stopped};
use super::stdin::{checked_day, standard_input};

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "files",
    about: "reads pages from files, directories and globs",
    source: include_str!("files.rs"),
    schema: || schemars::schema_for!(Config),
    resumes: false,
    build: |options, resources| {
        let config: Config = options.read()?;
        Ok(Box::new(Files::new(config, resources)?))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Files, directories, globs, and `-` for stdin; relative to the configuration file.
    paths: Vec<String>,
    /// Which files of a directory are read; all by default.
    glob: Option<String>,
    /// Whether directories inside directories are read.
    recursive: bool,
    /// What a path says about its pages: a regular expression with groups named `paper`, `issue_date` or `page`.
    key: Option<String>,
    /// How pages are written: `text`, `ndjson`, or `auto` to go by the name and the beginning.
    format: Format,
    /// Encodings to try, in order, on a page that is not UTF-8: `gb18030`, `big5` … Without one that fits, the page decides.
    encodings: Vec<String>,
    /// The largest share of a page's characters that may be malformed.
    max_replaced: f64,
    /// The largest page, in bytes or as `8MiB`; a larger one becomes a dead letter.
    max_page: Size,
    /// Name of the paper, for pages that do not give their own.
    paper: Option<String>,
    /// Day of the issue, for pages that do not give their own.
    issue_date: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            glob: None,
            recursive: true,
            key: None,
            format: Format::Auto,
            encodings: Vec::new(),
            max_replaced: MAX_REPLACED,
            max_page: MAX_PAGE,
            paper: None,
            issue_date: None,
        }
    }
}

struct Files {
    reading: Arc<Reading>,
    wanted: Vec<Wanted>,
    walk: Walk,
    naming: Naming,
}

impl Files {
    fn new(config: Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut errors = Vec::new();
        if config.paths.is_empty() {
            errors.push(OptionError::new("paths", "no_paths", "name at least one file, directory or glob, or `-` for stdin"));
        }
        let mut wanted = Vec::new();
        for (index, path) in config.paths.iter().enumerate() {
            match Wanted::new(index, path, resources) {
                Ok(path) => wanted.push(path),
                Err(error) => errors.push(error),
            }
        }
        let glob = config.glob.as_deref().map(|glob| Ok((list::matcher("glob", glob)?, glob.contains('/'))));
        let glob = glob.transpose().map_err(|error| errors.push(error)).ok();
        let key = config.key.as_deref().map(Key::new).transpose().map_err(|more| errors.extend(more)).ok();
        let day = config.issue_date.as_deref().map(checked_day).transpose().map_err(|error| errors.push(error)).ok();
        let reading = Reading::new("files", config.format, &config.encodings, config.max_replaced, config.max_page);
        let reading = reading.map_err(|more| errors.extend(more)).ok();
        match (reading, glob, key, day) {
            (Some(reading), Some(glob), Some(key), Some(issue_date)) if errors.is_empty() => Ok(Self {
                reading: Arc::new(reading),
                wanted,
                walk: Walk { glob, recursive: config.recursive, written: resources.written() },
                naming: Naming { key, paper: config.paper.map(Arc::from), issue_date },
            }),
            _ => Err(errors),
        }
    }
}

#[async_trait]
impl Source for Files {
    async fn run(self: Box<Self>, feed: Feed, _acks: Acks, stop: Stop) -> Result<(), SourceError> {
        let Self { reading, wanted, walk, naming } = *self;
        let produce = move |outlet: &Outlet| {
            let Listing { entries, mut missing, empty } = list::list(&wanted, &walk);
            if entries.is_empty() {
                missing.extend(empty);
            } else {
                for nothing in empty {
                    tracing::warn!(code = "no_files", "{nothing}");
                }
            }
            for (entry, input) in inputs(&naming, entries) {
                read(outlet, entry, input)?;
            }
            Ok(missing)
        };
        reader::run(reading, produce, feed, stop).await
    }
}

fn read(outlet: &Outlet, entry: Entry, input: Input) -> Result<(), Stopped> {
    match entry {
        Entry::Stdin => outlet.read(input, || Ok(Box::new(std::io::stdin()))),
        Entry::Unreadable { shown, cause } => outlet.unreadable(input, format!("{}: {cause}", shown.display())),
        Entry::File { real, .. } => {
            // A pipe or a device cannot be read again, and somebody may be waiting for its first page.
            let live = std::fs::metadata(&real).is_ok_and(|data| !data.is_file() && !data.is_dir());
            outlet.read(Input { live, ..input }, || Ok(Box::new(File::open(&real)?)))
        }
    }
}

/// Names each file, and puts the files of one issue together: issues in the order of their first files.
fn inputs(naming: &Naming, entries: Vec<Entry>) -> Vec<(Entry, Input)> {
    let mut stems: HashMap<String, u32> = HashMap::new();
    let names: Vec<(String, String)> = entries.iter().map(names_of).collect();
    for (_, stem) in &names {
        *stems.entry(stem.clone()).or_default() += 1;
    }
    let mut unmatched = 0_u64;
    let mut inputs = Vec::with_capacity(entries.len());
    for (entry, (path, stem)) in entries.into_iter().zip(names) {
        let stem = if stems.get(&stem) == Some(&1) { stem } else { path_as_id(&path) };
        let input = if entry == Entry::Stdin { naming.completed(standard_input()) } else { naming.input(&path, &stem, &mut unmatched) };
        inputs.push((entry, input));
    }
    if unmatched > 0 {
        tracing::warn!("`key` matches {unmatched} of {} paths not at all; their documents are the files", inputs.len());
    }
    let mut first: HashMap<Arc<str>, usize> = HashMap::new();
    for (index, (_, input)) in inputs.iter().enumerate() {
        first.entry(Arc::clone(&input.doc_id)).or_insert(index);
    }
    inputs.sort_by_key(|(_, input)| first.get(&input.doc_id).copied());
    inputs
}

fn names_of(entry: &Entry) -> (String, String) {
    match entry {
        Entry::File { shown, .. } | Entry::Unreadable { shown, .. } => (naming::text_of(shown), naming::stem_of(shown)),
        Entry::Stdin => ("stdin".to_owned(), "stdin".to_owned()),
    }
}

/// A stem never has a slash, so a path with one is nobody's stem.
fn path_as_id(path: &str) -> String {
    if path.contains('/') { path.to_owned() } else { format!("./{path}") }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use pipeline::Options;
    use pipeline::laws::{Below, Fed, NoFiles, collect};
    use serde_json::{Value, json};

    use super::*;

    async fn read(folder: &Path, options: Value) -> (Vec<String>, Result<(), SourceError>) {
        let Ok(source) = (DEF.build)(Options(options), &Below(folder)) else { panic!("the options are right") };
        let (fed, result) = collect(source, Stop::never()).await;
        let show = |fed: Fed| match fed {
            Fed::Page(sheet) => {
                let who = &sheet.identity;
                let told = [&who.page_label, &who.paper, &who.issue_date].map(|told| told.as_deref().unwrap_or("-"));
                format!("{} | {} {} | {}", who.doc_id, who.page_id, who.page_no, told.join(" "))
            }
            Fed::Failure { code, doc_id, page_id, .. } => format!("{doc_id} | {page_id} {code}"),
            Fed::End(doc_id) => format!("end {doc_id}"),
            Fed::Forget(doc_id) => format!("forget {doc_id}"),
        };
        (fed.into_iter().map(show).collect(), result)
    }

    /// Has listed its files already, whatever has become of them.
    struct Late(Arc<Reading>, Vec<PathBuf>);
    #[async_trait]
    impl Source for Late {
        async fn run(self: Box<Self>, feed: Feed, _: Acks, stop: Stop) -> Result<(), SourceError> {
            let Self(reading, paths) = *self;
            let produce = move |outlet: &Outlet| {
                for real in paths {
                    let input = Input { path: "p".into(), doc_id: "p".into(), stem: "p".into(), ..Input::default() };
                    super::read(outlet, Entry::File { shown: real.clone(), real }, input)?;
                }
                Ok(Vec::new())
            };
            reader::run(reading, produce, feed, stop).await
        }
    }

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    #[tokio::test]
    async fn names_documents_after_files() {
        let zst = zstd::encode_all("丁".as_bytes(), 1).unwrap();
        let folder = folder(&[
            ("d/b.txt", "甲\x0c乙".as_bytes()),
            ("d/a.TXT", b"a"),
            ("d/2022.03.28", b"a"),
            ("e/c.txt.zst", &zst),
            ("e/b.text", b"b"),
        ]);
        let (seen, result) = read(folder.path(), json!({ "paths": ["d", "e"], "paper": "p" })).await;
        let expected = [
            "2022.03.28 | 2022.03.28 1 | - p -",
            "end 2022.03.28",
            "a | a 1 | - p -",
            "end a",
            "d/b.txt | d/b.txt:1 1 | - p -",
            "d/b.txt | d/b.txt:2 2 | - p -",
            "end d/b.txt",
            "e/b.text | e/b.text 1 | - p -",
            "end e/b.text",
            "c | c 1 | - p -",
            "end c",
        ];
        assert_eq!(seen, expected);
        assert!(result.is_ok());
    }

    #[tokio::test]
    async fn reads_the_files_of_an_issue_together() {
        let names = ["平湖/A1_20220328.txt", "平湖/A1_20220329.txt", "平湖/A2_2022-03-28.txt", "平湖/B_20221399.txt"];
        let folder = folder(&names.map(|name| (name, "甲".as_bytes())));
        let key = r"(?P<paper>[^/]+)/(?P<page>\w\d?)_(?P<issue_date>[\d-]+)\.";
        let (seen, _) = read(folder.path(), json!({ "paths": ["平湖"], "key": key })).await;
        let expected = [
            "平湖 2022-03-28 | A1_20220328 1 | A1 平湖 2022-03-28",
            "平湖 2022-03-28 | A2_2022-03-28 2 | A2 平湖 2022-03-28",
            "end 平湖 2022-03-28",
            "平湖 2022-03-29 | A1_20220329 1 | A1 平湖 2022-03-29",
            "end 平湖 2022-03-29",
            "B_20221399 | B_20221399 1 | B 平湖 -",
            "end B_20221399",
        ];
        assert_eq!(seen, expected);
    }

    #[tokio::test]
    async fn what_cannot_be_read_stops_nobody_else() {
        let mut damaged = zstd::encode_all("甲\x0c".repeat(100_000).as_bytes(), 1).unwrap();
        damaged.truncate(damaged.len() - 4);
        let folder = folder(&[("a.zst", &damaged), ("b.txt.gz", b"not gzip"), ("d/x.txt", b"x"), ("z.txt", b"z")]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("gone", folder.path().join("c.txt")).unwrap();
        let paths = json!(["a.zst", "missing.txt", "b.txt.gz", "c.txt", "*.pdf", "z.txt"]);
        let (seen, result) = read(folder.path(), json!({ "paths": paths })).await;
        let end = seen.iter().position(|line| line == "end a").unwrap();
        assert!(seen[end - 1].ends_with(" corrupt_archive"), "{}", seen[end - 1]);
        let rest = ["b | b corrupt_archive", "end b", "c | c unreadable", "end c", "z | z 1 | - - -", "end z"];
        assert_eq!(seen[end + 1..], rest);
        let Err(SourceError::Missing { message }) = result else { panic!("{result:?}") };
        assert_eq!(message, "no file or directory missing.txt; no file matches *.pdf");
    }

    #[tokio::test]
    async fn finding_nothing_at_all_fails() {
        let folder = folder(&[("d/x.txt", b"x"), ("e/.hidden", b"")]);
        let of = async |options: Value| {
            let (seen, result) = read(folder.path(), options).await;
            (seen.len(), result.err().map(|error| error.to_string()))
        };
        assert_eq!(of(json!({ "paths": ["e"] })).await, (0, Some("no file in e".to_owned())));
        let nothing = "no file in d matches `glob` (*.text); no file in e matches `glob` (*.text)".to_owned();
        assert_eq!(of(json!({ "paths": ["d", "e"], "glob": "*.text" })).await, (0, Some(nothing)));
        assert_eq!(of(json!({ "paths": ["e", "d"] })).await, (2, None));
    }

    #[tokio::test]
    async fn a_file_that_vanishes_or_becomes_a_directory_is_unreadable() {
        let folder = folder(&[("d/x.txt", b"x")]);
        let reading = Arc::new(Reading::new("files", Format::Auto, &[], 0.01, Size(100)).unwrap());
        let paths = vec![folder.path().join("gone"), folder.path().join("d")];
        let (fed, result) = collect(Box::new(Late(reading, paths)), Stop::never()).await;
        assert!(result.is_ok());
        let codes: Vec<_> = fed.iter().filter_map(|fed| if let Fed::Failure { code, .. } = fed { Some(*code) } else { None }).collect();
        assert_eq!(codes, ["unreadable", "unreadable"]);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn names_that_are_not_utf_8_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let folder = folder(&[]);
        for name in [&b"\xc6\xbd.txt"[..], b"\xba\xfe.txt"] {
            fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "甲").unwrap();
        }
        let (seen, _) = read(folder.path(), json!({ "paths": ["."] })).await;
        assert_eq!(seen.len(), 4);
        assert!(seen[0] != seen[2] && seen[0].contains("\u{fffd}~"), "{seen:?}");
    }

    #[test]
    fn checks_its_options() {
        let codes = |options: Value| -> Vec<String> {
            let built = (DEF.build)(Options(options), &NoFiles);
            built.err().unwrap_or_default().into_iter().map(|error| format!("{} {}", error.path, error.code)).collect()
        };
        assert_eq!(codes(Value::Null), ["paths no_paths"]);
        let wrong = json!({ "paths": ["", "a["], "glob": "{", "key": "(?P<day>.)", "issue_date": "x", "max_page": 0 });
        let expected = [
            "paths[0] invalid_option",
            "paths[1] invalid_glob",
            "glob invalid_glob",
            "key unknown_group",
            "issue_date bad_date",
            "max_page invalid_size",
        ];
        assert_eq!(codes(wrong), expected);
        assert!(codes(json!({ "paths": ["-"], "no_such_option": 1 }))[0].contains("invalid_option"));
        assert!(!DEF.manual().is_empty());
    }
}
