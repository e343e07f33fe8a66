//! Runs that are killed and started again, with made-up stages: what comes out in the end is what an uninterrupted run gives.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use pipeline::def::{each, per_document};
use pipeline::*;
use serde_json::Value;

/// The pages of documents that come in turn, as they would from a watched folder: `(document, page, whether it is the last)`.
fn schedule() -> Vec<(usize, usize, bool)> {
    let mut pages = Vec::new();
    for round in 0..6 {
        for doc in 0..5 {
            // Documents of one to six pages.
            if round <= doc {
                pages.push((doc + 10 * (round % 2), round / 2, round + 2 > doc));
            }
        }
    }
    pages
}

/// Feeds the schedule from where the state says, and the pages of open documents before that.
struct Scheduled;

impl Scheduled {
    async fn page(&self, feed: &Feed, (doc, page, _): (usize, usize, bool)) -> Result<(), SourceError> {
        let name = format!("d{doc}/p{page}");
        let identity = SheetIdentity {
            doc_id: format!("d{doc}").into(),
            page_id: name.as_str().into(),
            page_no: page as u32 + 1,
            ..SheetIdentity::default()
        };
        let text = if (doc + page) % 4 == 3 { format!("{name} bad") } else { format!("{name}\n{name} again") };
        feed.page(Sheet::new(identity, Place { path: "s".into(), offset: 0 }, "utf-8", 0, text).unwrap()).await?;
        Ok(())
    }
}

#[async_trait]
impl Source for Scheduled {
    async fn run(self: Box<Self>, feed: Feed, _: Acks, _: Stop) -> Result<(), SourceError> {
        let memory = feed.memory().unwrap();
        let done = memory.store.get("next").unwrap().and_then(|row| row.as_u64()).unwrap_or(0) as usize;
        let all = schedule();
        let open: BTreeSet<usize> = all[..done].iter().map(|page| page.0).collect();
        let ended: BTreeSet<usize> = all[..done].iter().filter(|page| page.2).map(|page| page.0).collect();
        for page in all[..done].iter().filter(|page| open.contains(&page.0) && !ended.contains(&page.0)) {
            self.page(&feed, *page).await?;
        }
        for (index, page) in all.iter().enumerate().skip(done) {
            self.page(&feed, *page).await?;
            let rows = vec![Change::set("next", index as u64 + 1)];
            if page.2 {
                feed.conclude(format!("d{}", page.0).into(), index as u64, rows).await?;
            } else {
                feed.mark(index as u64, rows).await?;
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        Ok(())
    }
}

/// One article a line.
struct Cut;

impl Each for Cut {
    type In = Page;
    type Out = Article;
    fn apply(&self, page: Page, out: &mut Vec<Article>) -> Result<(), StageError> {
        if page.text().contains("bad") {
            return Err(StageError::new("bad_page", "it says bad"));
        }
        let drafts = page.lines.iter().map(|line| {
            let mut draft = Draft::new(Kind::Article);
            draft.body = vec![Fragment { span: line.span, glue: line.glue }];
            draft
        });
        out.extend(assemble(&page, drafts.collect()).unwrap());
        Ok(())
    }
}

/// Gives every article one page later, so that what comes out of a document depends on what it remembers.
#[derive(Default)]
struct Late(Vec<Article>, u32);

#[async_trait]
impl PerDocument for Late {
    type In = Article;
    type Out = Article;
    async fn push(&mut self, article: Article, out: &Outlet<'_, Article>) -> Result<(), StageError> {
        if self.0.last().is_some_and(|last| last.sheet.identity.page_id != article.sheet.identity.page_id) {
            self.finish(out).await?;
        }
        self.0.push(article);
        Ok(())
    }
    async fn finish(&mut self, out: &Outlet<'_, Article>) -> Result<(), StageError> {
        for mut article in self.0.drain(..) {
            article.rev = self.1;
            self.1 += 1;
            out.emit(article).await;
        }
        Ok(())
    }
}

struct Names;

impl Render for Names {
    fn render(&self, article: &Article, line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        line.extend_from_slice(format!("{} {} {}\n", article.sheet.identity.page_id, article.rev, article.text.text()).as_bytes());
        Ok(Rendered::Line)
    }
}

/// A file of lines, brought to its committed length at the start. So often the disk is full when it is opened anew.
struct Lines(PathBuf, Option<File>, u32);

#[async_trait]
impl Sink for Lines {
    async fn resume(&mut self, memory: &Memory) -> Result<(), SinkError> {
        let file = File::options().create(true).append(true).open(&self.0).unwrap();
        let length = memory.store.get("output/lines")?.as_ref().and_then(Value::as_u64).unwrap_or(0);
        assert!(file.metadata().unwrap().len() >= length);
        file.set_len(length).unwrap();
        self.1 = Some(file);
        Ok(())
    }
    async fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        let length = self.1.as_ref().unwrap().metadata().unwrap().len();
        Ok(vec![Change::set("output/lines", length)])
    }
    async fn write(&mut self, records: Records) -> Result<(), SinkError> {
        self.1.as_mut().unwrap().write_all(records.bytes()).unwrap();
        Ok(())
    }
    async fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
    async fn reopen(&mut self) -> Result<(), SinkError> {
        let full = || SinkError::from_io("lines", std::io::ErrorKind::StorageFull.into());
        self.2.checked_sub(1).map_or(Ok(()), |left| {
            self.2 = left;
            Err(full())
        })
    }
    async fn close(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn pipeline(folder: &Path) -> Pipeline {
    let stages = vec![
        ("cut", each(Cut)),
        ("late", per_document(Late::default)),
        ("lines", Built::Sink(BuiltSink { render: Box::new(Names), sink: Box::new(Lines(folder.join("lines"), None, 0)) })),
    ];
    Pipeline {
        source: Box::new(Scheduled),
        stages,
        on_error: OnError::DeadLetter(folder.join("dead")),
        config_hash: "c0ffee".to_owned(),
        runtime: Runtime { workers: 2, memory: 1 << 20, queue: 2 },
        checkpoint: Some(often(folder)),
        rotate: Rotate::never(),
    }
}

fn often(folder: &Path) -> Checkpoint {
    Checkpoint { path: folder.join("lines.state"), bytes: 64, interval: Duration::from_millis(1), rows: String::new() }
}

fn written(folder: &Path) -> [String; 2] {
    ["lines", "dead"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default())
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("jianbao-resume-{name}-{}", std::process::id()));
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_run_that_is_killed_again_and_again_gives_what_an_uninterrupted_one_gives() {
    let whole = folder("whole");
    // The runtime is thrown away with everything in it that was not on the disk.
    let attempt = |folder: &Path, limit: Duration| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let pipeline = pipeline(folder);
        let progress = pipeline.progress();
        let ended = runtime.block_on(async { tokio::time::timeout(limit, run(pipeline, progress, Stop::never())).await });
        // A commit that has begun on a blocking thread ends before the next run can take the lock.
        runtime.shutdown_timeout(Duration::from_secs(10));
        ended.map(|result| result.unwrap()).is_ok()
    };
    assert!(attempt(&whole, Duration::from_secs(60)));
    let [lines, dead] = written(&whole);
    assert!(lines.lines().count() > 20 && dead.lines().count() > 2, "{lines}{dead}");
    let mut kills = 0;
    for round in 0..40_u64 {
        let folder = folder("killed");
        let mut tries = 0;
        // Each try is given more than the one before, so that a slow disk gets somewhere, too.
        while !attempt(&folder, Duration::from_micros(500 + (round * 977 + tries * 613) % 9000 + tries * tries * 10)) {
            tries += 1;
            assert!(tries < 2000, "it gets nowhere");
        }
        kills += tries;
        assert_eq!(written(&folder), [lines.clone(), dead.clone()], "round {round} after {tries} kills");
        fs::remove_dir_all(folder).unwrap();
    }
    assert!(kills > 40, "only {kills} kills");
    fs::remove_dir_all(whole).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_never_share_a_state() {
    let folder = folder("locked");
    let taken = Store::open(&folder.join("lines.state")).unwrap();
    let pipeline = pipeline(&folder);
    let progress = pipeline.progress();
    assert!(matches!(run(pipeline, progress, Stop::never()).await, Err(RunError::State(StateError::Locked { .. }))));
    drop(taken);
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_come_one_by_one_are_recorded_together() {
    let folder = folder("together");
    let mut pipeline = pipeline(&folder);
    pipeline.checkpoint = Some(Checkpoint { bytes: 1 << 20, interval: Duration::from_secs(10), ..often(&folder) });
    let progress = pipeline.progress();
    let report = run(pipeline, std::sync::Arc::clone(&progress), Stop::never()).await.unwrap();
    // The first page, one for each rest of 5 ms, and the end.
    let most = 3 + report.elapsed.as_millis() as u64 / 5;
    let commits = progress.vitals.commits.get();
    assert!((2..=most).contains(&commits), "{commits} transactions for {} pages in {:?}", schedule().len(), report.elapsed);
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_waited_for_when_files_are_opened_anew() {
    let folder = folder("reopened");
    let mut pipeline = pipeline(&folder);
    let switch = RotateSwitch::new();
    pipeline.rotate = switch.listen();
    let Some((_, Built::Sink(built))) = pipeline.stages.last_mut() else { panic!("the last is the sink") };
    built.sink = Box::new(Lines(folder.join("lines"), None, 2));
    let progress = pipeline.progress();
    switch.rotate();
    let report = run(pipeline, progress, Stop::never()).await.unwrap();
    assert!(report.elapsed > Duration::from_secs(1), "{:?}", report.elapsed);
    assert!(written(&folder)[0].lines().count() > 20);
    fs::remove_dir_all(folder).unwrap();
}
