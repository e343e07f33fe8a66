//! The chain on the sample page, up to each of its stages: bytes of page text a second on one core.
//!
//! `cargo bench` runs it; the figures are for comparing two versions on one machine.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pipeline::laws::NoFiles;
use pipeline::stage::Body;
use pipeline::{Built, EachStage, Options, Page, Sheet, SheetIdentity};

/// The stages without memory as the default pipeline has them, without the sink.
const CHAIN: &[&str] = &["normalize", "untangle_columns", "dehyphenate", "detect_articles", "segment"];

fn stage(name: &str) -> Box<dyn EachStage> {
    let def = stages::STAGES.iter().find(|def| def.name == name).expect("the chain names real stages");
    match (def.build)(Options::default(), &NoFiles) {
        Ok(Built::Each(stage)) => stage,
        _ => panic!("{name} must build without options and remember nothing"),
    }
}

fn page(text: &str) -> Body {
    let sheet = Sheet::new(SheetIdentity::default(), pipeline::Place::default(), "utf-8", 0, text).expect("the sample is short");
    Body::Page(Box::new(Page::new(Arc::new(sheet))))
}

fn run(stages: &[Box<dyn EachStage>], body: Body) -> Vec<Body> {
    stages.iter().fold(vec![body], |bodies, stage| {
        bodies.into_iter().flat_map(|body| stage.apply_body(body).expect("the sample page comes through")).collect()
    })
}

fn chain(criterion: &mut Criterion) {
    let text = include_str!("../examples/pinghu-2022-03-28.txt");
    let stages: Vec<Box<dyn EachStage>> = CHAIN.iter().map(|name| stage(name)).collect();
    run(&stages, page(text));
    let mut group = criterion.benchmark_group("sample page");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for (index, name) in CHAIN.iter().enumerate() {
        let until = stages.get(..=index).expect("an index of the chain");
        group.bench_function(format!("up to {name}"), |bencher| bencher.iter(|| black_box(run(until, page(text)))));
    }
    group.finish();
}

criterion_group!(benches, chain);
criterion_main!(benches);
