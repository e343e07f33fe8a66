//! `emit_ndjson`: writes one JSON object a line, the record `jianbao/article/1`.
//!
//! ```yaml
//! - emit_ndjson: { path: out/articles.ndjson, words: text, kinds: [article, brief] }
//! ```
//!
//! On stdout (`path: "-"`) and on pipes, the records of a page are there for a reader as soon as the page is done. A file is
//! written under a temporary name beside it (`.articles.ndjson.partial-4711`) and takes its place when the run has ended well, so
//! nobody ever reads half of one; folders are made. When the run does not end well (an input is missing, a page fails and
//! `on_error` is `stop`, the disk is full, ctrl-c) the old file, if there was one, stays as it is, and the records written until
//! then are kept beside it as `articles.ndjson.partial`. Only a run that was killed leaves its temporary file behind, which can be
//! deleted. A run without articles gives an empty file. A file that is replaced keeps its permissions.
//!
//! A line is kept under 1 MiB, the block of many readers: of a longer one `words`, `words_text` and `pos` are left out, and the
//! record warns `words_omitted`. Text is never cut.
//!
//! Left alone: furniture (name it in `kinds` to get it), and compression.

mod output;

use async_trait::async_trait;
use pipeline::record::{Record, Words};
use pipeline::sheet::DocId;
use pipeline::{
    Article, BuildResult, Built, BuiltSink, Flow, Kind, OptionError, Records, Render, Rendered, Resources, Sink, SinkError, StageDef,
    StageError, json,
};
use schemars::JsonSchema;
use serde::Deserialize;

use output::Output;
pub use output::kept_name;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "emit_ndjson",
    about: "writes one JSON object a line",
    source: include_str!("emit_ndjson.rs"),
    takes: Flow::Articles,
    gives: Flow::Nothing,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| {
        let Config { path, words, kinds } = options.read()?;
        let output = checked(&path, resources)?;
        Ok(Built::Sink(BuiltSink { render: Box::new(Lines { words, kinds }), sink: Box::new(Writer { output, waiting: Vec::new() }) }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The file, relative to the configuration file, or `-` for stdout.
    path: String,
    /// How words are written: `array`, `text` (one string, a space between words), `both` or `none`.
    words: Words,
    /// The kinds of pieces that are written; all but `furniture` by default.
    kinds: Vec<Kind>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "-".to_owned(),
            words: Words::Array,
            kinds: vec![Kind::Article, Kind::Commentary, Kind::Brief, Kind::Photo, Kind::Notice],
        }
    }
}

fn checked(path: &str, resources: &dyn Resources) -> BuildResult<Output> {
    let refuse = |code, message: String, help: &str| Err(vec![OptionError::new("path", code, message).with_help(help)]);
    if matches!(path, "-" | "/dev/stdout") {
        return Ok(Output::stdout());
    }
    if path.is_empty() {
        return refuse("invalid_option", "must not be empty".to_owned(), "`-` is stdout");
    }
    if [".gz", ".zst", ".bz2", ".xz"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending)) {
        let help = "name it without that ending and compress it afterwards, or write to stdout and through gzip or zstd";
        return refuse("compression_not_supported", format!("{path}: compressed output is not written"), help);
    }
    let real = resources.resolve(path);
    if real.is_dir() || path.ends_with('/') {
        return refuse("path_is_directory", format!("{path} is a directory"), "name a file in it");
    }
    if let Some(file) = real.ancestors().skip(1).find(|above| above.exists()).filter(|above| !above.is_dir()) {
        return refuse("path_below_file", format!("{path}: {} is a file, not a directory", file.display()), "choose another folder");
    }
    Ok(Output::at(path, real))
}

/// Lines shorter than this can be read by everybody.
const LINE_LIMIT: usize = 1 << 20;

struct Lines {
    words: Words,
    kinds: Vec<Kind>,
}

impl Render for Lines {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        if !self.kinds.contains(&article.kind) {
            return Ok(Rendered::Filtered);
        }
        let refused = |error: serde_json::Error| StageError::new("not_serialised", error.to_string());
        let begin = line.len();
        json::write_line(line, &Record::new(article, self.words)).map_err(refused)?;
        if line.len() - begin >= LINE_LIMIT && self.words != Words::None && !article.tokens.is_empty() {
            line.truncate(begin);
            let mut record = Record::new(article, Words::None);
            record.warnings.push("words_omitted");
            json::write_line(line, &record).map_err(refused)?;
        }
        Ok(Rendered::Line)
    }
}

/// Gathers a page's records and writes them at once.
struct Writer {
    output: Output,
    waiting: Vec<u8>,
}

/// So much waits at most before it is written, page end or not.
const WAITING: usize = 1 << 20;

impl Writer {
    async fn write_out(&mut self) -> Result<(), SinkError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let records = std::mem::take(&mut self.waiting);
        self.waiting = self.output.append(records).await?;
        self.waiting.clear();
        // One large page must not hold its memory for the rest of the run.
        self.waiting.shrink_to(WAITING);
        Ok(())
    }
}

#[async_trait]
impl Sink for Writer {
    async fn write(&mut self, records: &Records) -> Result<(), SinkError> {
        self.waiting.extend_from_slice(records.bytes());
        if self.waiting.len() >= WAITING { self.write_out().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), SinkError> {
        self.write_out().await
    }

    async fn settle(&mut self, _: &DocId) -> Result<(), SinkError> {
        self.write_out().await
    }

    async fn close(&mut self) -> Result<(), SinkError> {
        self.write_out().await?;
        self.output.complete().await
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use pipeline::laws::{self, Below, NoFiles};
    use pipeline::{Options, Pos, Token};
    use serde_json::{Value, json};

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
        sink.write(&records(b"{\"n\":1}\n")).await.unwrap();
        sink.flush().await.unwrap();
        sink.write(&records(b"{\"n\":2}\n")).await.unwrap();
        assert_eq!(names(&inside), [format!(".out.ndjson.partial-{}", std::process::id())]);
        sink.close().await.unwrap();
        assert_eq!(names(&inside), ["out.ndjson"]);
        assert_eq!(std::fs::read(inside.join("out.ndjson")).unwrap(), b"{\"n\":1}\n{\"n\":2}\n");

        let mut again = build(json!({ "path": "a/b/out.ndjson" }), &Below(folder.path())).sink;
        again.write(&records(b"{\"n\":3}\n")).await.unwrap();
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
            sink.write(&records(b"{}\n")).await.unwrap();
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
            sink.write(&records(&vec![b'\n'; WAITING])).await.unwrap();
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
        assert_eq!(refused("out.ndjson.GZ", folder.path()), ["compression_not_supported"]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn devices_and_links_are_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let mut null = build(json!({ "path": "/dev/null" }), &Below(folder.path())).sink;
        null.write(&records(b"{}\n")).await.unwrap();
        null.close().await.unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file(), "a device must not be replaced by a file");

        std::fs::write(folder.path().join("real"), "old").unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
        let mut sink = build(json!({ "path": "link" }), &Below(folder.path())).sink;
        sink.write(&records(b"{}\n")).await.unwrap();
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
        sink.write(&records(b"{\"n\":1}\n")).await.unwrap();
        sink.flush().await.unwrap();
        let mut line = [0; 8];
        reader.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"{\"n\":1}\n");
        drop(reader);
        sink.write(&records(b"{}\n")).await.unwrap();
        assert!(matches!(sink.flush().await, Err(SinkError::Closed)));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_full_disk_is_an_error_with_the_path() {
        let mut sink = build(json!({ "path": "/dev/full" }), &NoFiles).sink;
        sink.write(&records(b"{}\n")).await.unwrap();
        let error = sink.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("failed to write /dev/full: "), "{error}");
    }
}
