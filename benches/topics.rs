//! Topics on many articles and one core: how long it takes to load them and how many bytes of text a second are tagged, for those
//! that are shipped, for fifty topics, and for 300,000 terms.
//!
//! `cargo bench --bench topics` runs it. The articles are made up of sentences of the sample page, in an order that does not repeat;
//! `ARTICLES=FILE` takes the records of a run instead, as `jianbao run` writes them; `TERMS=FILE` adds the lines of a file as terms.

use std::collections::HashSet;
use std::ffi::OsString;
use std::hint::black_box;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pipeline::{Permille, Resources};
use serde_json::{Value, json};
use stages::topics::{Tagger, Topics, Zones, load};

/// How much text is tagged.
const TEXT: usize = 8 << 20;
/// How long an article is, in characters.
const ARTICLE: usize = 600;

/// Numbers that look as if they were thrown.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// One document, whatever is asked for.
struct Document(Value);

impl Resources for Document {
    fn text(&self, path: &str) -> Result<String, String> {
        Err(path.to_owned())
    }
    fn document(&self, _: &str, _: &schemars::Schema) -> Result<Value, String> {
        Ok(self.0.clone())
    }
    fn resolve(&self, path: &str) -> std::path::PathBuf {
        path.into()
    }
}

fn articles() -> Vec<(String, String)> {
    if let Some(file) = std::env::var_os("ARTICLES") {
        let records = std::fs::read_to_string(file).expect("ARTICLES names a file of records");
        let record = |line: &str| -> (String, String) {
            let record: Value = serde_json::from_str(line).expect("a record is a line of JSON");
            let field = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
            (field("title"), field("text"))
        };
        return records.lines().map(record).collect();
    }
    let page = include_str!("../examples/pinghu-2022-03-28.txt").replace('\n', "");
    let clauses: Vec<&str> = page.split_inclusive(['，', '。']).collect();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut made = 0;
    let mut articles = Vec::new();
    while made < TEXT {
        let title = clauses[dice.below(clauses.len())].to_owned();
        let mut text = String::new();
        while text.len() < ARTICLE * 3 {
            text.push_str(clauses[dice.below(clauses.len())]);
            // What no term is made of, so that articles are not all about the same.
            (0..dice.below(30)).for_each(|_| text.extend(char::from_u32(0x4e00 + dice.below(0x5000) as u32)));
        }
        made += title.len() + text.len();
        articles.push((title, text));
    }
    articles
}

/// `count` topics of `terms` terms each, made of the characters of the sample page: of as many characters as `lengths`, and one in
/// `rare` stands on the page.
fn made_up(count: usize, terms: usize, lengths: RangeInclusive<usize>, rare: usize) -> Topics {
    let page: Vec<char> =
        include_str!("../examples/pinghu-2022-03-28.txt").chars().filter(|c| *c > '\u{4e00}' && *c < '\u{9fff}').collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut known = HashSet::new();
    let mut term = || loop {
        let length = lengths.start() + dice.below(lengths.end() - lengths.start() + 1);
        let start = dice.below(page.len() - length);
        let word: String = match dice.below(rare) {
            0 => page.iter().skip(start).take(length).collect(),
            _ => (0..length).map(|_| page[dice.below(page.len())]).collect(),
        };
        if known.insert(stages::topics::folded(&word)) {
            return word;
        }
    };
    topics_of((0..count).map(|_| (0..terms).map(|_| term()).collect()))
}

/// The lines of the file that `TERMS` names, dealt out to 300 topics.
fn terms_of_file(file: OsString) -> Topics {
    let lines = std::fs::read_to_string(file).expect("TERMS names a file of one term a line");
    let mut known = HashSet::new();
    let mut topics = vec![Vec::new(); 300];
    let different = lines.lines().filter(|line| known.insert(stages::topics::folded(line)));
    different.zip((0..300).cycle()).for_each(|(term, topic)| topics[topic].push(term.to_owned()));
    topics_of(topics.into_iter())
}

fn topics_of(terms: impl Iterator<Item = Vec<String>>) -> Topics {
    let topic = |(index, terms): (u32, Vec<String>)| json!({ "id": format!("t{index}"), "label": "x", "terms": terms });
    let topics: Vec<Value> = (0..).zip(terms).map(topic).collect();
    let file = Document(json!({ "schema": "jianbao/topics/1", "namespace": "made-up", "topics": topics,
                                "suppress": { "before": ["未", "没有", "停止", "取消"], "unless": ["没有想到"] } }));
    load(&["made-up".to_owned()], "topics", &file).expect("what is made up is right")
}

fn topics(criterion: &mut Criterion) {
    let articles = articles();
    let bytes: usize = articles.iter().map(|(title, text)| title.len() + text.len()).sum();
    let shipped = config::topics(&["builtin:gov-cn".to_owned()]).expect("what is shipped is right");
    let mut group = criterion.benchmark_group("topics");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(10).measurement_time(Duration::from_secs(10));
    let sets: [(&str, &dyn Fn() -> Topics); 4] = [
        ("shipped", &|| shipped.clone()),
        ("50 topics of 50 terms", &|| made_up(50, 50, 2..=5, 20)),
        // A list of companies, places or people: a few are in an article.
        ("300 topics of 1000 names", &|| made_up(300, 1000, 3..=6, 1000)),
        // Words of the language: every article has many, of most topics.
        ("300 topics of 1000 words", &|| made_up(300, 1000, 2..=5, 20)),
    ];
    let own = std::env::var_os("TERMS").map(|file| move || terms_of_file(file.clone()));
    let own = own.as_ref().map(|make| -> (&str, &dyn Fn() -> Topics) { ("terms of the file", make) });
    for (name, make) in sets.into_iter().chain(own) {
        let started = Instant::now();
        let topics = make();
        let tagger = Tagger::new(&topics, Permille::new(350), 50).expect("they are not too many");
        let terms: usize = topics.topics.iter().map(|topic| topic.terms.len()).sum();
        let loaded = started.elapsed();
        let tag = |(title, text): &(String, String)| tagger.tag(&Zones { title, text, ..Zones::default() }).len();
        let given: usize = articles.iter().map(tag).sum();
        group.bench_function(format!("{name} ({terms} terms in {} ms, {given} given)", loaded.as_millis()), |bencher| {
            bencher.iter(|| articles.iter().map(|article| black_box(tag(article))).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, topics);
criterion_main!(benches);
