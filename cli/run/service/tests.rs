//! Configurations that change under load, good and bad ones: every page comes out once, in order, and nothing hangs.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use config::{Diagnostics, Origin, Overrides};
use pipeline::{Acks, Checkpoint, Feed, Place, Sheet, SheetIdentity, Source};

use super::*;

/// What outlives a run: the number of the next page, and whether that is the last.
#[derive(Default)]
struct Press {
    next: AtomicU64,
    done: AtomicBool,
}

/// Gives pages until it is stopped; the next of its kind goes on with the page after the last.
struct Endless(Arc<Press>);

#[async_trait]
impl Source for Endless {
    async fn run(self: Box<Self>, feed: Feed, _: Acks, stop: Stop) -> Result<(), SourceError> {
        while !stop.is_set() && !self.0.done.load(Ordering::Relaxed) {
            let number = self.0.next.fetch_add(1, Ordering::Relaxed);
            let doc_id = format!("d{number}").into();
            let identity = SheetIdentity { doc_id, page_id: format!("{number}").into(), page_no: 1, ..SheetIdentity::default() };
            let text = "本报讯 市里召开会议，研究部署安全生产工作。会议要求各地抓好落实。\n";
            let doc = Arc::clone(&identity.doc_id);
            feed.page(Sheet::new(identity, Place::default(), "utf-8", 0, text).expect("it is short")).await?;
            feed.end(doc).await?;
            if number.is_multiple_of(7) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        Ok(())
    }
}

/// A configuration by its number: each is another one than the one before it.
fn text(generation: usize, output: &Path) -> String {
    let stages = ["detect_articles, ", "detect_articles, stitch_jumps, "][generation % 2];
    format!("version: 1\nstages: [{stages}{{ emit_ndjson: {{ path: {} }} }}]\n", output.display())
}

fn load(text: &str, press: &Arc<Press>, folder: &Path) -> Result<Loaded, Diagnostics> {
    let origin = Origin::Text { name: "c.yaml".to_owned(), text: text.to_owned(), base: ".".into() };
    let mut loaded = config::load(&origin, &Overrides::default(), &|_| None)?;
    loaded.pipeline.source = Box::new(Endless(Arc::clone(press)));
    let path = folder.join("progress");
    loaded.pipeline.checkpoint = Some(Checkpoint { path, bytes: 1 << 20, interval: Duration::from_millis(50), rows: String::new() });
    Ok(loaded)
}

fn pages(output: &Path) -> Vec<u64> {
    let text = std::fs::read_to_string(output).unwrap_or_else(|error| panic!("{}: {error}", output.display()));
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.map(|record| record["page_id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn configurations_that_change_under_load_lose_no_page() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("o.ndjson");
    let press = Arc::new(Press::default());
    let (found, changes) = mpsc::channel(1);
    let monitor = Arc::new(Monitor::default());
    let never: Load = Arc::new(|_| panic!("every configuration here can begin"));
    let changes = Changes { found: changes, now: Arc::default(), load: never };
    let service = Service::new(None, Some(changes), Arc::clone(&monitor));
    let run = service.run(load(&text(0, &output), &press, folder.path()).unwrap());
    let editor = edit(&press, &found, &monitor, folder.path());
    let both = async { tokio::join!(run, editor) };
    let (exit, generation) = tokio::time::timeout(Duration::from_secs(30), both).await.expect("it ends");
    assert_eq!(exit, Exit::Fine);

    let written = pages(&output);
    let fed: Vec<u64> = (0..press.next.load(Ordering::Relaxed)).collect();
    assert!(generation == 24 && fed.len() > 100, "{} pages, {generation} configurations", fed.len());
    assert_eq!(written, fed, "each page once, and in order");
    assert_eq!(monitor.counted(), (24, 24, fed.len() as u64));
}

/// Changes the configuration again and again, then lets the source end; gives the number of the last one.
async fn edit(press: &Arc<Press>, found: &mpsc::Sender<Change>, monitor: &Monitor, folder: &Path) -> usize {
    let output = folder.join("o.ndjson");
    let mut generation = 0;
    for step in 0_usize..60 {
        tokio::time::sleep(Duration::from_millis((step * 7 % 11) as u64)).await;
        let change = match step % 5 {
            1 => load("version: 2\nstages: [no_such_stage]\n", press, folder),
            // The same again, which is no reason to change.
            2 => load(&text(generation, &output), press, folder),
            // A run that remembers nothing could not go on.
            3 => load(&text(generation, &output), press, folder).map(|mut loaded| {
                loaded.pipeline.checkpoint = None;
                loaded
            }),
            _ => {
                generation += 1;
                load(&text(generation, &output), press, folder)
            }
        };
        let takes_over = matches!(step % 5, 0 | 4);
        let before = monitor.counted().0;
        found.send(change).await.unwrap();
        // So that each of them takes over and none stands in for the one before it.
        while takes_over && monitor.counted().0 == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    press.done.store(true, Ordering::Relaxed);
    generation
}

/// Ends with an error after a while.
struct Dying(Duration);

#[async_trait]
impl Source for Dying {
    async fn run(self: Box<Self>, _: Feed, _: Acks, _: Stop) -> Result<(), SourceError> {
        tokio::time::sleep(self.0).await;
        Err(SourceError::Missing { message: "it is gone".to_owned() })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_configuration_that_cannot_begin_is_taken_back() {
    for (after, taken_back) in [(Duration::ZERO, true), (AT_ONCE + Duration::from_millis(200), false)] {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("o.ndjson");
        let press = Arc::new(Press::default());
        let (found, changes) = mpsc::channel(1);
        let (earlier, earlier_folder, earlier_press) = (text(0, &output), folder.path().to_owned(), Arc::clone(&press));
        let begun_again = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&begun_again);
        let again: Load = Arc::new(move |_| {
            noted.store(true, Ordering::Relaxed);
            earlier_press.done.store(true, Ordering::Relaxed);
            load(&earlier, &earlier_press, &earlier_folder)
        });
        let changes = Changes { found: changes, now: Arc::default(), load: again };
        let service = Service::new(None, Some(changes), Arc::default());
        let run = service.run(load(&text(0, &output), &press, folder.path()).unwrap());
        let mut next = load(&text(1, &output), &press, folder.path()).unwrap();
        next.pipeline.source = Box::new(Dying(after));
        found.send(Ok(next)).await.unwrap();
        let exit = tokio::time::timeout(Duration::from_secs(30), run).await.expect("it ends");
        assert_eq!((begun_again.load(Ordering::Relaxed), exit == Exit::Fine), (taken_back, taken_back), "{after:?}");
    }
}
