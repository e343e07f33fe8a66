//! Each stage by itself and all of them, on one core: bytes of page text a second.
//!
//! ```sh
//! cargo bench                                # on pages that benches/corpus.py makes up, about 1 MB
//! PAGES=../shared/eval/train/raw cargo bench # on the text files of a folder
//! ```
//!
//! A stage is given what the stages before it make of the pages. `stitch_jumps`, which remembers, is left out. The figures are for
//! comparing two versions on one machine.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use config::{Origin, Overrides};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pipeline::stage::Body;
use pipeline::{Built, EachStage, Page, Render, Sheet, SheetIdentity};

/// What is in the sample of pages at most.
const BYTES: usize = 1 << 20;

const CHAIN: &str = "\
version: 1
stages:
  - normalize: {}
  - untangle_columns: {}
  - dehyphenate: {}
  - detect_articles: {}
  - segment: { pos: POS }
  - tag_topics: {}
  - emit_ndjson: {}
";

type Stages = Vec<(&'static str, Box<dyn EachStage>)>;

fn chain(pos: bool) -> (Stages, Box<dyn Render>) {
    let text = CHAIN.replace("POS", &pos.to_string());
    let origin = Origin::Text { name: "bench".into(), text, base: PathBuf::new() };
    let loaded = config::load(&origin, &Overrides::default(), &|_| None).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let mut stages = Stages::new();
    for (name, built) in loaded.pipeline.stages {
        match built {
            Built::Each(stage) => stages.push((name, stage)),
            Built::Sink(sink) => return (stages, sink.render),
            Built::PerDocument(_) => panic!("{name} remembers"),
        }
    }
    panic!("the chain has no sink")
}

fn pages() -> Vec<Body> {
    let folder = std::env::var_os("PAGES").map_or_else(made_up, PathBuf::from);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("the folder is there").map(|file| file.expect("it can be read").path()).collect();
    files.sort();
    let mut pages = Vec::new();
    let mut bytes = 0;
    for file in files {
        let content = std::fs::read_to_string(file).expect("the pages are UTF-8");
        for text in content.split('\u{c}').filter(|text| !text.trim().is_empty()) {
            if bytes > BYTES {
                return pages;
            }
            bytes += text.len();
            let sheet = Sheet::new(SheetIdentity::default(), pipeline::Place::default(), "utf-8", 0, text).expect("a page is short");
            pages.push(Body::Page(Box::new(Page::new(Arc::new(sheet)))));
        }
    }
    pages
}

fn made_up() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/corpus.py");
    let made = Command::new("python3").arg(program).arg(&folder).args(["--megabytes", "1"]).status();
    assert!(made.expect("there is a python3").success(), "the pages could not be made up");
    folder
}

fn copied(bodies: &[Body]) -> Vec<Body> {
    let copies = bodies.iter().map(|body| match body {
        Body::Page(page) => Body::Page(page.clone()),
        Body::Article(article) => Body::Article(article.clone()),
    });
    copies.collect()
}

fn through(stage: &dyn EachStage, bodies: Vec<Body>) -> Vec<Body> {
    bodies.into_iter().flat_map(|body| stage.apply_body(body).expect("the pages come through")).collect()
}

fn written(render: &dyn Render, bodies: &[Body]) -> Vec<u8> {
    let mut lines = Vec::new();
    for body in bodies {
        let Body::Article(article) = body else { panic!("a page has come to the sink") };
        render.render(article, &mut lines).expect("an article can be written");
    }
    lines
}

fn speed(criterion: &mut Criterion) {
    let (stages, render) = chain(true);
    let (without, _) = chain(false);
    let pages = pages();
    let text = |body: &Body| if let Body::Page(page) = body { page.sheet.text.len() as u64 } else { 0 };
    let mut group = criterion.benchmark_group("on one core");
    group.throughput(Throughput::Bytes(pages.iter().map(text).sum())).sample_size(20);
    let mut bodies = copied(&pages);
    for ((name, stage), (_, plain)) in stages.iter().zip(&without) {
        group.bench_function(*name, |bencher| {
            bencher.iter_batched(|| copied(&bodies), |bodies| black_box(through(stage.as_ref(), bodies)), BatchSize::PerIteration);
        });
        if *name == "segment" {
            group.bench_function("segment without parts of speech", |bencher| {
                bencher.iter_batched(|| copied(&bodies), |bodies| black_box(through(plain.as_ref(), bodies)), BatchSize::PerIteration);
            });
        }
        bodies = through(stage.as_ref(), bodies);
    }
    group.bench_function("emit_ndjson", |bencher| bencher.iter(|| black_box(written(render.as_ref(), &bodies))));
    group.bench_function("all", |bencher| {
        let all = |pages| stages.iter().fold(pages, |bodies, (_, stage)| through(stage.as_ref(), bodies));
        bencher.iter_batched(|| copied(&pages), |pages| black_box(written(render.as_ref(), &all(pages))), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, speed);
criterion_main!(benches);
