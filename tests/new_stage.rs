//! A new stage is one file and one table row: the stage that CONTRIBUTING.md walks through is compiled here and runs in a chain.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "fixtures/new_stage/keep_long.rs"]
mod keep_long;

use std::path::Path;
use std::sync::{Arc, Mutex};

use pipeline::laws::NoFiles;
use pipeline::*;
use serde_json::{Value, json};

/// The stages of a chain come from a table; this is the table with one more row.
fn table() -> impl Iterator<Item = &'static StageDef> {
    const ROW: &[StageDef] = &[keep_long::DEF];
    stages::STAGES.iter().chain(ROW)
}

/// Feeds one page.
struct OnePage(Sheet);

#[async_trait::async_trait]
impl Source for OnePage {
    async fn run(self: Box<Self>, feed: Feed, _: Acks, _: Stop) -> Result<(), SourceError> {
        let doc = Arc::clone(&self.0.identity.doc_id);
        feed.page(self.0).await?;
        Ok(feed.end(doc).await?)
    }
}

/// Writes the text of each article down.
#[derive(Clone, Default)]
struct Texts(Arc<Mutex<Vec<u8>>>);

impl Render for Texts {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        line.extend_from_slice(article.text.text().replace('\n', "").as_bytes());
        line.push(b'\n');
        Ok(Rendered::Line)
    }
}

#[async_trait::async_trait]
impl Sink for Texts {
    async fn write(&mut self, records: Records) -> Result<(), SinkError> {
        self.0.lock().unwrap().extend_from_slice(records.bytes());
        Ok(())
    }
    async fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
    async fn close(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The texts of the sample page's pieces after a chain with `keep_long` in it, and how many pieces it filtered.
async fn run_chain(options: Value) -> (Vec<String>, u64) {
    let build = |name: &'static str, options: Value| {
        let def = table().find(|def| def.name == name).unwrap();
        (name, (def.build)(Options(options), &NoFiles).unwrap())
    };
    let texts = Texts::default();
    let sink = BuiltSink { render: Box::new(texts.clone()), sink: Box::new(texts.clone()) };
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pinghu-2022-03-28.txt")).unwrap();
    let pipeline = Pipeline {
        source: Box::new(OnePage(laws::sheet(&page))),
        stages: vec![
            build("normalize", Value::Null),
            build("dehyphenate", Value::Null),
            build("detect_articles", Value::Null),
            build("keep_long", options),
            ("texts", Built::Sink(sink)),
        ],
        on_error: OnError::Stop,
        config_hash: String::new(),
        checkpoint: None,
        runtime: Runtime { workers: 2, memory: 1 << 20, queue: 1 },
        rotate: Rotate::never(),
    };
    let progress = pipeline.progress();
    run(pipeline, Arc::clone(&progress), Stop::never()).await.unwrap();
    let filtered = progress.stages.iter().find(|(name, _)| *name == "keep_long").unwrap().1.filtered.get();
    let written = String::from_utf8(std::mem::take(&mut *texts.0.lock().unwrap())).unwrap();
    (written.lines().map(str::to_owned).collect(), filtered)
}

#[tokio::test]
async fn runs_in_a_chain() {
    let (all, none) = run_chain(json!({ "min_characters": 0 })).await;
    let (long, filtered) = run_chain(json!({ "min_characters": 100 })).await;
    assert_eq!(none, 0);
    assert!(all.iter().any(|text| text.chars().count() < 100), "the page has a short piece: {all:?}");
    assert!(filtered > 0 && !long.is_empty(), "{filtered} of {} pieces are short", all.len());
    assert_eq!(long.len() as u64 + filtered, all.len() as u64);
    assert!(long.iter().all(|text| all.contains(text)));
}

#[test]
fn the_walk_through_shows_this_very_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = std::fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    let stage = std::fs::read_to_string(root.join("tests/fixtures/new_stage/keep_long.rs")).unwrap();
    assert!(
        guide.contains(&format!("```rust\n{stage}```\n")),
        "CONTRIBUTING.md must show tests/fixtures/new_stage/keep_long.rs word for word"
    );
}
