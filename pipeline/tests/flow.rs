//! The runner with made-up stages: order, failures, acknowledgements, memory, stopping.
#![allow(clippy::unwrap_used, clippy::manual_assert, clippy::needless_pass_by_value, reason = "a test may fail loudly")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pipeline::def::{each, per_document};
use pipeline::sheet::DocId;
use pipeline::*;

/// Feeds pages named `doc/page` with their name as text, and keeps the acknowledgements.
struct Pages {
    names: Vec<String>,
    acks: Arc<Mutex<Vec<Ack>>>,
    patient: bool,
    kept: Kept,
}

fn sheet(name: &str, text: String) -> Sheet {
    let doc = name.split('/').next().unwrap();
    let identity = SheetIdentity { doc_id: doc.into(), page_id: name.into(), page_no: 1, ..SheetIdentity::default() };
    Sheet::new(identity, Place { path: name.into(), offset: 0 }, "utf-8", 0, text).unwrap()
}

#[async_trait]
impl Source for Pages {
    async fn run(self: Box<Self>, feed: Feed, mut acks: Acks, mut stop: Stop) -> Result<(), SourceError> {
        let mut last: Option<DocId> = None;
        for name in &self.names {
            if stop.is_set() {
                break;
            }
            let sheet = sheet(name, name.clone());
            let doc = Arc::clone(&sheet.identity.doc_id);
            if let Some(last) = last.replace(Arc::clone(&doc)).filter(|last| *last != doc) {
                feed.end(last).await?;
            }
            feed.page(sheet).await?;
        }
        if let Some(last) = last {
            feed.end(last).await?;
        }
        if self.patient {
            stop.wait().await;
        }
        drop(feed);
        if self.names.iter().any(|name| name.contains("unread")) {
            return Err(SourceError::Interrupted);
        }
        while let Some(ack) = acks.next().await {
            let hidden = self.kept.taken.lock().unwrap().clone();
            let shown = ended(&ack).is_none_or(|(doc, _)| !hidden.lines().any(|line| line.starts_with(&format!("{doc}/"))));
            assert!(shown, "{ack:?} although readers do not see all of it: {hidden}");
            self.acks.lock().unwrap().push(ack);
        }
        Ok(())
    }
}

/// Turns a page into one article a line, slowly where the text says so.
struct Cut;

impl Each for Cut {
    type In = Page;
    type Out = Article;
    fn apply(&self, page: Page, out: &mut Vec<Article>) -> Result<(), StageError> {
        let text = page.text().to_owned();
        if text.contains("slow") {
            std::thread::sleep(Duration::from_millis(30));
        }
        if text.contains("panic") {
            panic!("{text} is too much");
        }
        if text.contains("bad") {
            return Err(StageError::new("bad_page", "it says bad").at(Span::new(0, 1)));
        }
        if !text.contains("nothing") {
            out.push(laws_article(page));
        }
        Ok(())
    }
}

fn laws_article(page: Page) -> Article {
    let mut draft = Draft::new(Kind::Article);
    draft.body = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue }).collect();
    assemble(&page, vec![draft]).unwrap().remove(0)
}

/// Holds all articles of a document back until it ends, and counts them in the first.
#[derive(Default)]
struct Hold(Vec<Article>);

#[async_trait]
impl PerDocument for Hold {
    type In = Article;
    type Out = Article;
    async fn push(&mut self, article: Article, _: &Outlet<'_, Article>) -> Result<(), StageError> {
        let text = article.text.text();
        if text.contains("heavy") {
            return Err(StageError::new("too_heavy", "it cannot be held"));
        }
        if text.contains("hot") {
            panic!("{text} burns");
        }
        self.0.push(article);
        Ok(())
    }
    async fn finish(&mut self, out: &Outlet<'_, Article>) -> Result<(), StageError> {
        let all = self.0.len() as u32;
        let last = self.0.last().map(|article| article.text.text().to_owned()).unwrap_or_default();
        if last.contains("stuck") {
            return Err(StageError::new("stuck", "it does not let go"));
        }
        if last.contains("broken") {
            panic!("{last} falls apart");
        }
        for mut article in self.0.drain(..) {
            article.rev = all;
            out.emit(article).await;
        }
        Ok(())
    }
}

struct Names;

impl Render for Names {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        if article.text.text().contains("unwanted") {
            return Ok(Rendered::Filtered);
        }
        line.extend_from_slice(format!("{} {}\n", article.sheet.identity.page_id, article.rev).as_bytes());
        Ok(Rendered::Line)
    }
}

#[derive(Clone, Default)]
struct Kept {
    written: Arc<Mutex<String>>,
    /// Written, and not yet shown to readers.
    taken: Arc<Mutex<String>>,
    closed: Arc<AtomicUsize>,
    stall: Option<Duration>,
    /// A record that it cannot write.
    broken_by: &'static str,
}

#[async_trait]
impl Sink for Kept {
    async fn write(&mut self, records: Records) -> Result<(), SinkError> {
        if let Some(stall) = self.stall {
            tokio::time::sleep(stall).await;
        }
        let lines = std::str::from_utf8(records.bytes()).unwrap();
        if !self.broken_by.is_empty() && lines.contains(self.broken_by) {
            return Err(SinkError::from_io("kept", std::io::Error::other("it is broken")));
        }
        self.taken.lock().unwrap().push_str(lines);
        Ok(())
    }
    async fn flush(&mut self) -> Result<(), SinkError> {
        let taken = std::mem::take(&mut *self.taken.lock().unwrap());
        self.written.lock().unwrap().push_str(&taken);
        Ok(())
    }
    async fn close(&mut self) -> Result<(), SinkError> {
        self.closed.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

struct Case {
    names: Vec<String>,
    hold: bool,
    on_error: OnError,
    runtime: Runtime,
    kept: Kept,
    acks: Arc<Mutex<Vec<Ack>>>,
    patient: bool,
}

impl Case {
    fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            names: names.into_iter().map(Into::into).collect(),
            hold: false,
            on_error: OnError::Skip,
            runtime: Runtime { workers: 4, memory: 1 << 20, queue: 2 },
            kept: Kept::default(),
            acks: Arc::default(),
            patient: false,
        }
    }

    fn pipeline(&self, source: Box<Pages>, stages: Vec<(&'static str, Built)>) -> Pipeline {
        Pipeline {
            source,
            stages,
            on_error: self.on_error.clone(),
            config_hash: "c0ffee".to_owned(),
            runtime: self.runtime,
            checkpoint: None,
            rotate: Rotate::never(),
        }
    }

    async fn run_until(&self, stop: Stop) -> Result<(Report, Arc<run::Progress>), RunError> {
        let mut stages = vec![("cut", each(Cut))];
        if self.hold {
            stages.push(("hold", per_document(Hold::default)));
        }
        stages.push(("keep", Built::Sink(BuiltSink { render: Box::new(Names), sink: Box::new(self.kept.clone()) })));
        let source =
            Box::new(Pages { names: self.names.clone(), acks: Arc::clone(&self.acks), patient: self.patient, kept: self.kept.clone() });
        let pipeline = self.pipeline(source, stages);
        let progress = pipeline.progress();
        run(pipeline, Arc::clone(&progress), stop).await.map(|report| (report, progress))
    }

    async fn run(&self) -> Result<(Report, Arc<run::Progress>), RunError> {
        self.run_until(Stop::never()).await
    }

    fn written(&self) -> Vec<String> {
        self.kept.written.lock().unwrap().lines().map(str::to_owned).collect()
    }
}

fn ended(ack: &Ack) -> Option<(String, u64)> {
    if let Ack::Ended { doc_id, failed } = ack { Some((doc_id.to_string(), *failed)) } else { None }
}

fn uneven(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("d{}/p{i}{}", i / 7, if i % 5 == 0 { "-slow" } else { "" })).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_order_of_pages_whatever_they_cost() {
    let expected: Vec<String> = uneven(60).iter().map(|name| format!("{name} 0")).collect();
    for workers in [1, 2, 8] {
        let mut case = Case::new(uneven(60));
        case.runtime.workers = workers;
        let (report, _) = case.run().await.unwrap();
        assert_eq!(case.written(), expected, "{workers} workers");
        assert_eq!(report.tally.records, 60);
        assert_eq!(case.kept.closed.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledges_each_document_once_in_order_with_its_failures() {
    let case = Case::new(["a/1", "a/2-bad", "b/1-panic", "b/2-bad", "c/1-nothing"]);
    let (_, progress) = case.run().await.unwrap();
    let acks: Vec<(String, u64)> = case.acks.lock().unwrap().iter().filter_map(ended).collect();
    assert_eq!(acks, [("a".to_owned(), 1), ("b".to_owned(), 2), ("c".to_owned(), 0)]);
    assert_eq!(case.written(), ["a/1 0"]);
    let cut = &progress.stages[0].1;
    assert_eq!((cut.taken.get(), cut.finished.get(), cut.filtered.get(), cut.failed.get()), (5, 1, 1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_carry_what_is_needed_to_run_the_page_again() {
    let folder = std::env::temp_dir().join(format!("jianbao-flow-{}", std::process::id()));
    let path = folder.join("deep/dead.ndjson");
    let mut case = Case::new(["a/1-bad", "a/2", "a/3-panic"]);
    case.on_error = OnError::DeadLetter(path.clone());
    case.run().await.unwrap();
    let letters: Vec<serde_json::Value> =
        std::fs::read_to_string(&path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    let seen: Vec<_> =
        letters.iter().map(|l| (l["code"].as_str().unwrap(), l["page_id"].as_str().unwrap(), l["text"].as_str().unwrap())).collect();
    assert_eq!(seen, [("bad_page", "a/1-bad", "a/1-bad"), ("stage_panicked", "a/3-panic", "a/3-panic")]);
    assert_eq!(letters[0]["span"], serde_json::json!([0, 1]));
    assert_eq!((&letters[0]["stage"], &letters[0]["config_hash"]), (&"cut".into(), &"c0ffee".into()));
    assert!(letters[1]["cause"].as_str().unwrap().contains("too much"));
}

#[tokio::test(flavor = "multi_thread")]
async fn stops_at_the_first_failure_when_asked_to() {
    let mut case = Case::new(["a/1", "a/2-bad", "a/3"]);
    case.on_error = OnError::Stop;
    let error = case.run().await.unwrap_err();
    assert!(matches!(&error, RunError::Stopped(failure) if failure.code == "bad_page"), "{error}");
    assert_eq!(case.written(), ["a/1 0"]);
    assert_eq!(case.kept.closed.load(Ordering::SeqCst), 0, "an output that is not complete is not closed as complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_was_not_read_to_its_end_comes_out_but_completes_nothing() {
    let case = Case::new(["a/1", "a/2-unread"]);
    let error = case.run().await.unwrap_err();
    assert!(matches!(error, RunError::Source(SourceError::Interrupted)), "{error}");
    assert_eq!(case.written(), ["a/1 0", "a/2-unread 0"]);
    assert_eq!(case.kept.closed.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_with_memory_sees_one_document_whole() {
    let mut case = Case::new(["a/1", "a/2", "b/1", "b/2-bad", "b/3"]);
    case.hold = true;
    let (_, progress) = case.run().await.unwrap();
    assert_eq!(case.written(), ["a/1 2", "a/2 2", "b/1 2", "b/3 2"]);
    assert_eq!(progress.stages[1].1.taken.get(), 4);
    assert_eq!(progress.pages_done.get(), 5, "what is given at the end of a document is no page");
}

/// Gives everything at once and cannot end.
struct CannotEnd;

#[async_trait]
impl PerDocument for CannotEnd {
    type In = Article;
    type Out = Article;
    async fn push(&mut self, article: Article, out: &Outlet<'_, Article>) -> Result<(), StageError> {
        out.emit(article).await;
        Ok(())
    }
    async fn finish(&mut self, _: &Outlet<'_, Article>) -> Result<(), StageError> {
        Err(StageError::new("no_end", "it cannot end"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_end_fails_is_a_failure_and_no_bug() {
    let case = Case::new(["a/1", "a/2", "b/1"]);
    let stages = vec![
        ("cut", each(Cut)),
        ("end", per_document(|| CannotEnd)),
        ("keep", Built::Sink(BuiltSink { render: Box::new(Names), sink: Box::new(case.kept.clone()) })),
    ];
    let source = Box::new(Pages { names: case.names.clone(), acks: Arc::clone(&case.acks), patient: false, kept: case.kept.clone() });
    let pipeline = case.pipeline(source, stages);
    let progress = pipeline.progress();
    run(pipeline, Arc::clone(&progress), Stop::never()).await.unwrap();
    assert_eq!(case.written(), ["a/1 0", "a/2 0", "b/1 0"]);
    let acks: Vec<(String, u64)> = case.acks.lock().unwrap().iter().filter_map(ended).collect();
    assert_eq!(acks, [("a".to_owned(), 1), ("b".to_owned(), 1)]);
    assert_eq!((progress.failures.get(), progress.pages_done.get()), (2, 3));
}

/// What a run with a stage with memory comes to: records, the codes and pages of the dead letters, failures by document.
async fn held(name: &str, pages: &[&str]) -> (Vec<String>, Vec<(String, String)>, Vec<(String, u64)>) {
    let path = std::env::temp_dir().join(format!("jianbao-flow-{}-{name}.ndjson", std::process::id()));
    let mut case = Case::new(pages.iter().copied());
    (case.hold, case.on_error) = (true, OnError::DeadLetter(path.clone()));
    case.run().await.unwrap();
    let letters = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let letter = |line: &str| {
        let letter: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(letter["stage"], "hold");
        (letter["code"].as_str().unwrap().to_owned(), letter["page_id"].as_str().unwrap().to_owned())
    };
    let acks = case.acks.lock().unwrap().iter().filter_map(ended).collect();
    (case.written(), letters.lines().map(letter).collect(), acks)
}

fn pairs<T: Clone>(of: &[(&str, T)]) -> Vec<(String, T)> {
    of.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_a_stage_with_memory_refuses_costs_only_itself() {
    let (written, letters, acks) = held("push", &["a/1", "a/2-heavy", "a/3", "b/1-hot", "b/2"]).await;
    assert_eq!(written, ["a/1 2", "a/3 2", "b/2 1"]);
    assert_eq!(letters, pairs(&[("too_heavy", "a/2-heavy".to_owned()), ("stage_panicked", "b/1-hot".to_owned())]));
    assert_eq!(acks, pairs(&[("a", 1), ("b", 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_end_fails_is_a_failure_and_the_others_go_on() {
    let (written, letters, acks) = held("finish", &["a/1", "a/2-stuck", "b/1", "c/1-broken", "d/1"]).await;
    assert_eq!(written, ["b/1 1", "d/1 1"]);
    assert_eq!(letters, pairs(&[("stuck", "a/2-stuck".to_owned()), ("stage_panicked", "c/1-broken".to_owned())]));
    assert_eq!(acks, pairs(&[("a", 1), ("b", 0), ("c", 1), ("d", 0)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn held_pages_do_not_block_the_pages_that_end_their_document() {
    let mut case = Case::new((0..200).map(|i| format!("a/{i}")));
    case.hold = true;
    case.runtime.memory = 4 << 10;
    let run = tokio::time::timeout(Duration::from_secs(20), case.run());
    run.await.expect("the run must not wait for memory that only its own end can free").unwrap();
    assert_eq!(case.written().len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn filtered_records_are_counted_as_such() {
    let case = Case::new(["a/1-unwanted", "a/2"]);
    let (report, progress) = case.run().await.unwrap();
    assert_eq!(report.tally.records, 1);
    assert_eq!(progress.stages[1].1.filtered.get(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_sink_holds_the_source_back_by_bytes() {
    let mut case = Case::new((0..400).map(|i| format!("a/{i}-{}", "字".repeat(2000))));
    case.kept.stall = Some(Duration::from_millis(2));
    // One page of 2000 characters costs 640 KiB of budget: never more than two may be on their way.
    case.runtime = Runtime { workers: 4, memory: 1400 << 10, queue: 64 };
    let stages = vec![("cut", each(Cut)), ("keep", Built::Sink(BuiltSink { render: Box::new(Names), sink: Box::new(case.kept.clone()) }))];
    let source = Box::new(Pages { names: case.names.clone(), acks: Arc::default(), patient: false, kept: case.kept.clone() });
    let pipeline = case.pipeline(source, stages);
    let progress = pipeline.progress();
    let watched = Arc::clone(&progress);
    let watch = tokio::spawn(async move {
        let mut most = 0;
        while watched.pages_done.get() < 400 {
            most = most.max(watched.pages_in.get().saturating_sub(watched.pages_done.get()));
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
        most
    });
    run(pipeline, progress, Stop::never()).await.unwrap();
    let most = watch.await.unwrap();
    assert!((1..=3).contains(&most), "{most} pages were on their way at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stop_signal_lets_what_was_read_come_out() {
    let mut case = Case::new(uneven(10));
    case.patient = true;
    let (switch, stop) = Stop::new();
    let kept = case.kept.clone();
    tokio::spawn(async move {
        while kept.written.lock().unwrap().lines().count() < 10 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        switch.send_replace(true);
        // The switch stays until the run has seen it.
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    let (report, _) = case.run_until(stop).await.unwrap();
    assert_eq!(report.tally.records, 10);
    assert_eq!(case.kept.closed.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_before_a_run_fails_is_shown() {
    let mut case = Case::new((0..8).map(|page| format!("a/{page}")));
    // While it writes one page the next ones come.
    case.kept.stall = Some(Duration::from_millis(5));
    case.kept.broken_by = "a/5";
    assert!(matches!(case.run().await, Err(RunError::Sink(_))));
    assert_eq!(case.written(), (0..5).map(|page| format!("a/{page} 0")).collect::<Vec<_>>());
}
