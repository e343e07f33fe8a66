//! `emit_ndjson`: writes one JSON object a line, `jianbao/article/1`.
//!
//! ```yaml
//! - emit_ndjson: { path: out/articles.ndjson, words: text, kinds: [article, commentary] }
//! ```
//!
//! On standard output (`path: "-"`) the records of a page are written and flushed together as soon as the page is done. A file is
//! written under a temporary name beside it and takes its name when the input has ended, so that nobody reads half of it; what was
//! there under that name is replaced. After a failed run the temporary is removed.
//!
//! Furniture (mastheads, folios, section labels) is left out unless `kinds` names it. A record of more than 1 MiB, more than
//! brokers and Arrow take, goes without its words and carries the warning `words_omitted`; text is never cut.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use pipeline::record::{Record, Words};
use pipeline::sheet::DocId;
use pipeline::{
    Article, BuildResult, Built, BuiltSink, Flow, Kind, OptionError, Render, Rendered, Resources, Sink, SinkError, StageDef, StageError,
    json,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "emit_ndjson",
    about: "writes one JSON object a line",
    source: include_str!("emit_ndjson.rs"),
    takes: Flow::Articles,
    gives: Flow::Nothing,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| options.read::<Config>()?.build(resources),
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where records go; `-` is standard output.
    path: String,
    /// How words are written down.
    words: Words,
    /// Which kinds of pieces are written.
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

impl Config {
    fn build(self, resources: &dyn Resources) -> BuildResult<Built> {
        let refuse = |code, message: &str| Err(vec![OptionError::new("path", code, message)]);
        let sink: Box<dyn Sink> = if self.path == "-" {
            Box::new(Stdout)
        } else {
            let path = resources.resolve(&self.path);
            if path.extension().is_some_and(|end| end == "gz" || end == "zst") {
                return refuse("no_compression", "compressed output is not written yet; pipe standard output through gzip or zstd");
            }
            if path.is_dir() || self.path.is_empty() {
                return refuse("not_a_file", "this is a directory; name the file to write");
            }
            Box::new(Finished { path, temporary: None })
        };
        Ok(Built::Sink(BuiltSink { render: Box::new(Lines { words: self.words, kinds: self.kinds.into_iter().collect() }), sink }))
    }
}

/// Arrow reads blocks of 1 MiB by default, and brokers refuse longer messages.
const LONGEST_LINE: usize = 1 << 20;

struct Lines {
    words: Words,
    kinds: BTreeSet<Kind>,
}

impl Render for Lines {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        if !self.kinds.contains(&article.kind) {
            return Ok(Rendered::Filtered);
        }
        let not_serialised = |error: serde_json::Error| StageError::new("not_serialised", error.to_string());
        let begin = line.len();
        json::write_line(line, &Record::new(article, self.words)).map_err(not_serialised)?;
        if line.len() - begin > LONGEST_LINE && self.words != Words::None {
            line.truncate(begin);
            let mut record = Record::new(article, Words::None);
            record.warnings.push("words_omitted");
            json::write_line(line, &record).map_err(not_serialised)?;
        }
        Ok(Rendered::Line)
    }
}

/// Waits for a blocking write without holding up the other tasks.
async fn blocking<T: Send + 'static>(place: String, work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, SinkError> {
    let result = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    result.map_err(|error| SinkError::from_io(place, error))
}

struct Stdout;

#[async_trait]
impl Sink for Stdout {
    async fn write(&mut self, records: &[u8]) -> Result<(), SinkError> {
        let records = records.to_vec();
        blocking("stdout".to_owned(), move || {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&records)?;
            stdout.flush()
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    async fn settle(&mut self, _: &DocId) -> Result<(), SinkError> {
        Ok(())
    }

    async fn close(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// A file that appears when it is complete.
struct Finished {
    path: PathBuf,
    temporary: Option<(PathBuf, File)>,
}

impl Finished {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    /// The temporary file, made when it is first needed.
    fn file(&mut self) -> io::Result<File> {
        if self.temporary.is_none() {
            let folder = folder_of(&self.path);
            fs::create_dir_all(folder)?;
            let name = self.path.file_name().unwrap_or_default().to_string_lossy();
            let temporary = folder.join(format!(".{name}.{}.partial", std::process::id()));
            let file = File::create(&temporary)?;
            self.temporary = Some((temporary, file));
        }
        self.temporary.as_ref().map_or_else(|| Err(io::Error::other("no temporary file")), |(_, file)| file.try_clone())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[async_trait]
impl Sink for Finished {
    async fn write(&mut self, records: &[u8]) -> Result<(), SinkError> {
        let mut file = self.file().map_err(|error| SinkError::from_io(self.place(), error))?;
        let records = records.to_vec();
        blocking(self.place(), move || file.write_all(&records)).await
    }

    async fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    async fn settle(&mut self, _: &DocId) -> Result<(), SinkError> {
        Ok(())
    }

    async fn close(&mut self) -> Result<(), SinkError> {
        let file = self.file().map_err(|error| SinkError::from_io(self.place(), error))?;
        let path = self.path.clone();
        let Some((temporary, _)) = self.temporary.take() else { return Ok(()) };
        blocking(self.place(), move || {
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            File::open(folder_of(&path))?.sync_all()
        })
        .await
    }
}

impl Drop for Finished {
    fn drop(&mut self) {
        if let Some((temporary, _)) = self.temporary.take() {
            // A run that failed leaves nothing behind; when even that fails the name says what the file is.
            fs::remove_file(temporary).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::laws::{NoFiles, article};
    use pipeline::{Options, Pos, Token};
    use serde_json::{Value, json};

    fn built(options: Value) -> BuildResult<BuiltSink> {
        (DEF.build)(Options(options), &NoFiles).map(|built| if let Built::Sink(sink) = built { sink } else { panic!("a sink") })
    }

    fn line(options: Value, article: &Article) -> Option<Value> {
        let mut line = Vec::new();
        let rendered = built(options).unwrap().render.render(article, &mut line).unwrap();
        (rendered == Rendered::Line).then(|| serde_json::from_slice(&line).unwrap())
    }

    fn with_words(text: &str, words: &[&str]) -> Article {
        let mut article = article(text);
        let mut at = 0;
        for word in words {
            let start = text.get(at..).unwrap().find(word).unwrap() + at;
            at = start + word.len();
            article.tokens.push(Token { start: start as u32, end: at as u32, pos: Pos::new("n").unwrap() });
        }
        article
    }

    #[test]
    fn keeps_the_laws() {
        pipeline::laws::check(&DEF, json!({}), &NoFiles, &[]);
    }

    #[test]
    fn words_come_as_array_text_both_or_not() {
        let article = with_words("会议召开", &["会议", "召开"]);
        for (words, array, text) in [
            ("array", json!(["会议", "召开"]), json!(null)),
            ("text", json!([]), json!("会议 召开")),
            ("both", json!(["会议", "召开"]), json!("会议 召开")),
            ("none", json!([]), json!(null)),
        ] {
            let record = line(json!({ "words": words }), &article).unwrap();
            assert_eq!((&record["words"], &record["words_text"]), (&array, &text), "{words}");
        }
    }

    #[test]
    fn only_wanted_kinds_are_written() {
        let mut article = article("今平湖客户端");
        article.kind = Kind::Furniture;
        assert_eq!(line(json!({}), &article), None);
        assert_eq!(line(json!({ "kinds": ["furniture"] }), &article).unwrap()["kind"], "furniture");
    }

    #[test]
    fn a_line_too_long_for_brokers_goes_without_words() {
        let text = "会议".repeat(150_000);
        let words: Vec<&str> = vec!["会议"; 60_000];
        let record = line(json!({}), &with_words(&text, &words)).unwrap();
        assert_eq!((record["words"].as_array().unwrap().len(), &record["warnings"]), (0, &json!(["words_omitted"])));
        assert_eq!(record["text"].as_str().unwrap().len(), text.len());
    }

    #[tokio::test]
    async fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/out.ndjson");
        let options = json!({ "path": path.to_str().unwrap() });
        let mut sink = built(options.clone()).unwrap().sink;
        sink.write(b"{}\n").await.unwrap();
        assert!(!path.exists());
        sink.close().await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}\n");
        let mut failed = built(options.clone()).unwrap().sink;
        failed.write(b"half").await.unwrap();
        drop(failed);
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}\n", "a failed run changes nothing");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "and leaves nothing");
        built(options).unwrap().sink.close().await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "", "no records are an empty file");
    }

    #[test]
    fn refuses_what_it_cannot_write() {
        assert_eq!(built(json!({ "path": "out.ndjson.gz" })).err().unwrap()[0].code, "no_compression");
        assert_eq!(built(json!({ "path": "/tmp" })).err().unwrap()[0].code, "not_a_file");
    }
}
