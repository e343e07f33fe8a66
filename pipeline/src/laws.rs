//! The contract every stage is tested against: one call in its tests. Tests of sources collect what is fed with [`collect`].
//!
//! Laws: an unknown option is refused and named; the same item gives the same result twice; spans lie on character boundaries
//! and map back to the bytes they came from; every non-blank character of a page is in exactly one article; random text never
//! panics. Of a stage with memory: no character is in two articles of their last revisions, and `rev` rises.
//! Of a sink: a record depends on its article alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::article::{Article, Zone};
use crate::def::{Built, Flow, Options, Resources, StageDef};
use crate::page::Page;
use crate::run::document;
use crate::span::Span;
use crate::stage::{Body, EachStage, Payload, PerDocument, PerDocumentFactory, PerDocumentStage};

mod doubles;
mod render;

use doubles::article_of;
pub use doubles::{Below, Fed, NoFiles, article, collect, follow, page, page_of, sheet};

/// Checks `def`, built with `options`, on `samples` and on random text.
///
/// # Panics
/// With what is broken and what the law says.
pub fn check(def: &StageDef, options: Value, resources: &dyn Resources, samples: &[&str]) {
    refuses_unknown_options(def, &options, resources);
    assert!(!def.manual().is_empty(), "{}: the file must begin with a //! head: it is the manual", def.name);
    let built = (def.build)(Options(options), resources).unwrap_or_else(|errors| panic!("{}: cannot be built: {errors:?}", def.name));
    let random = random_texts();
    let stage = match built {
        Built::Each(stage) => stage,
        Built::PerDocument(make) => return check_documents(def, &make, samples, &random),
        Built::Sink(sink) => return render::check(def.name, &sink, samples.iter().map(ToString::to_string).chain(random)),
    };
    for text in samples.iter().copied().chain(random.iter().map(String::as_str)) {
        let [first, second] = [0, 1].map(|_| give(def, stage.as_ref(), text));
        assert_eq!(format!("{first:?}"), format!("{second:?}"), "{}: the same item must give the same result twice", def.name);
        for body in &first {
            check_body(def.name, body);
        }
        if def.takes == Flow::Pages && def.gives == Flow::Articles {
            check_conservation(def.name, text, &articles(&first));
        }
    }
}

/// Sends a page of `text` through `chain`, which begins with a stage that takes pages, checks the laws on all that each stage
/// gives, and gives what comes out at its end.
///
/// # Panics
/// With what is broken and what the law says, and when a stage of the chain has memory.
pub fn check_chain(chain: &[(&'static str, Built)], text: &str) -> Vec<Body> {
    let mut bodies = vec![Body::Page(Box::new(page(text)))];
    for (name, built) in chain {
        let Built::Each(stage) = built else { panic!("{name}: only stages without memory can be checked in a chain") };
        let apply = |body| stage.apply_body(body).unwrap_or_else(|error| panic!("{name}: failed on {text:?}: {error}"));
        bodies = bodies.into_iter().flat_map(apply).collect();
        for body in &bodies {
            check_body(name, body);
        }
    }
    if !matches!(bodies.as_slice(), [Body::Page(_)]) {
        check_conservation("the chain", text, &articles(&bodies));
    }
    bodies
}

fn check_body(stage: &str, body: &Body) {
    match body {
        Body::Page(page) => check_page(stage, page),
        Body::Article(article) => check_article(stage, article),
    }
}

/// Feeds `items` to `stage` as one document and gives what came out, in order.
///
/// # Panics
/// When the stage fails.
pub fn through<T: PerDocument>(mut stage: T, items: Vec<T::In>) -> Vec<T::Out> {
    let bodies = feed_document(&mut stage, items.into_iter().map(Payload::into_body).collect());
    bodies.into_iter().map(|body| T::Out::from_body(body).expect("a stage gives what its type says")).collect()
}

fn feed_document(stage: &mut dyn PerDocumentStage, bodies: Vec<Body>) -> Vec<Body> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without I/O needs nothing");
    runtime.block_on(document(stage, bodies)).unwrap_or_else(|error| panic!("the stage failed: {error}"))
}

/// The samples and the random texts as the pages of documents.
fn check_documents(def: &StageDef, make: &PerDocumentFactory, samples: &[&str], random: &[String]) {
    let samples: Vec<String> = samples.iter().copied().map(str::to_owned).collect();
    for texts in std::iter::once(samples.as_slice()).chain(random.chunks(7)) {
        // Pages of the same text give articles of the same id.
        let texts: Vec<String> = texts.iter().enumerate().map(|(at, text)| format!("{text}\n{at}")).collect();
        let bodies = || {
            let pages = texts.iter().enumerate().map(|(at, text)| page_of(&format!("test:{}", at + 1), at as u32 + 1, text));
            let bodies: Vec<Body> = match def.takes {
                Flow::Pages => pages.map(Payload::into_body).collect(),
                _ => pages.map(|page| cut_off(&page).into_body()).collect(),
            };
            bodies
        };
        let [first, second] = [0, 1].map(|_| feed_document(make().as_mut(), bodies()));
        assert_eq!(format!("{first:?}"), format!("{second:?}"), "{}: the same document must give the same result twice", def.name);
        let mut last: BTreeMap<String, &Article> = BTreeMap::new();
        for body in &first {
            match body {
                Body::Page(page) => check_page(def.name, page),
                Body::Article(article) => {
                    check_article(def.name, article);
                    let before = last.insert(article.id(), article);
                    assert!(before.is_none_or(|before| before.rev < article.rev), "{}: rev must rise", def.name);
                }
            }
        }
        for (at, text) in texts.iter().enumerate() {
            let times = times_used(&format!("test:{}", at + 1), text, last.values().copied());
            assert!(times.iter().all(|times| *times <= 1), "{}: text of {text:?} is in two articles", def.name);
        }
    }
}

/// An article that goes on on the next page, or comes from the page before.
fn cut_off(page: &Page) -> Article {
    let mut article = article_of(page);
    let number = page.sheet.identity.page_no;
    let (to, from) = if number % 2 == 1 { (Some(number + 1), None) } else { (None, Some(number - 1)) };
    article.jump_to = to.map(|to| to.to_string());
    article.jump_from = from.map(|from| from.to_string());
    article.complete = false;
    article
}

/// How often each byte of the page `page_id` is claimed, by the articles that begin on it and by those that go on there.
pub fn times_used<'a>(page_id: &str, text: &str, articles: impl Iterator<Item = &'a Article>) -> Vec<u8> {
    let mut times = vec![0_u8; text.len()];
    for article in articles {
        let parts = article.continuations.iter().map(|part| (&part.sheet, &part.spans));
        for (sheet, spans) in parts.chain([(&article.sheet, &article.spans)]).filter(|(sheet, _)| *sheet.identity.page_id == *page_id) {
            assert_eq!(&*sheet.text, text, "two pages are named {page_id}");
            for span in spans {
                for count in times.get_mut(span.start as usize..span.end as usize).into_iter().flatten() {
                    *count = count.saturating_add(1);
                }
            }
        }
    }
    times
}

fn refuses_unknown_options(def: &StageDef, options: &Value, resources: &dyn Resources) {
    let mut options = options.as_object().cloned().unwrap_or_default();
    options.insert("no_such_option".to_owned(), json!(1));
    let Err(errors) = (def.build)(Options(Value::Object(options)), resources) else {
        panic!("{}: an unknown option must be refused: put deny_unknown_fields on Config", def.name);
    };
    assert!(
        errors.iter().any(|error| format!("{error}").contains("no_such_option")),
        "{}: the refusal must name the option: {errors:?}",
        def.name
    );
}

fn give(def: &StageDef, stage: &dyn EachStage, text: &str) -> Vec<Body> {
    let body = match def.takes {
        Flow::Pages => Body::Page(Box::new(page(text))),
        _ => Body::Article(Box::new(article(text))),
    };
    stage.apply_body(body).unwrap_or_else(|error| panic!("{}: failed on {text:?}: {error}", def.name))
}

fn check_page(stage: &str, page: &Page) {
    let text = page.text();
    let mut last = 0;
    for edit in page.edits() {
        assert!(edit.span.get(text).is_some(), "{stage}: edit {edit:?} cuts a character");
        assert!(edit.span.start >= last, "{stage}: edits overlap at {}", edit.span.start);
        last = edit.span.end;
    }
    let mut spans: Vec<Span> = page.lines.iter().map(|line| line.span).collect();
    spans.sort_unstable();
    assert!(spans.iter().all(|span| span.get(text).is_some()), "{stage}: a line cuts a character");
    assert!(spans.windows(2).all(|pair| !pair[0].meets(pair[1])), "{stage}: lines overlap");
    let in_lines: String = spans.iter().map(|span| span.slice(text)).collect();
    assert_eq!(
        in_lines.split_whitespace().collect::<String>(),
        text.split_whitespace().collect::<String>(),
        "{stage}: lines must keep all text"
    );
}

fn check_article(stage: &str, article: &Article) {
    let text = article.text.text();
    for token in &article.tokens {
        assert!(token.span().get(text).is_some(), "{stage}: token {token:?} cuts a character");
    }
    assert!(article.tokens.windows(2).all(|pair| pair[0].end <= pair[1].start), "{stage}: tokens must be in order");
    for topic in &article.topics {
        for hit in &topic.evidence {
            let there = hit.span.get(article.zone(hit.zone));
            assert!(there.is_some_and(|there| !there.is_empty()), "{stage}: evidence {hit:?} of {} is nowhere", topic.id);
        }
    }
    for keyword in &article.keywords {
        assert!(keyword.first.get(text).is_some_and(|word| !word.is_empty()), "{stage}: keyword {keyword:?} cuts a character");
    }
    let mentions = article.entities.iter().flat_map(|entity| &entity.mentions).chain(article.dates.iter().map(|date| &date.at));
    for mention in mentions {
        let found = mention.span.get(article.zone(mention.zone));
        assert!(found.is_some_and(|found| !found.is_empty()), "{stage}: {mention:?} cuts a character or is empty");
    }
    for zone in [Zone::Kicker, Zone::Title, Zone::Subtitle, Zone::Text] {
        let passage = article.passage(zone);
        for run in passage.runs().iter().filter(|run| run.clean_len == run.raw_len) {
            let clean = Span::new(run.clean, run.clean + run.clean_len).get(passage.text());
            let sheet = if zone == Zone::Text { article.sheet_at(run.clean) } else { &article.sheet };
            let printed = Span::new(run.raw, run.raw + run.raw_len).get(&sheet.text);
            assert!(clean.is_some() && printed.is_some(), "{stage}: run {run:?} cuts a character");
            let mut repairs = article.continuations.iter().flat_map(|part| &part.repairs).chain(&article.repairs);
            let replaced = repairs.any(|repair| repair.span.start == run.raw && repair.with.is_some());
            assert!(clean == printed || replaced, "{stage}: run {run:?} maps {clean:?} to {printed:?}");
        }
        let ends = passage.runs().iter().map(|run| (run.clean, run.clean + run.clean_len));
        let (mut at, length) = (0, passage.text().len() as u32);
        for (start, end) in ends.chain([(length, length)]) {
            let glue = Span::new(at, start).get(passage.text());
            assert!(matches!(glue, Some("" | " " | "\n")), "{stage}: {glue:?} is in no run and no glue: {:?}", passage.text());
            at = end;
        }
    }
}

/// The articles among `bodies`.
fn articles(bodies: &[Body]) -> Vec<&Article> {
    bodies.iter().filter_map(|body| if let Body::Article(article) = body { Some(&**article) } else { None }).collect()
}

fn check_conservation(stage: &str, text: &str, articles: &[&Article]) {
    let times = times_used("test", text, articles.iter().copied());
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        assert_eq!(times[at], 1, "{stage}: {c:?} at byte {at} of {text:?} must be in exactly one article");
    }
}

/// Page-like texts from a fixed seed: Han, Latin, digits, marks, blanks, quotes, controls and rare characters.
fn random_texts() -> Vec<String> {
    const PARTS: &[&str] = &[
        "的",
        "一",
        "疫情防控",
        "复工复产",
        "本报讯",
        "■记者 ",
        "王 强",
        "下转C2版",
        "，",
        "。",
        "“",
        "”",
        "（",
        "）",
        "\n",
        "\n",
        "\n\n",
        " ",
        "\u{3000}",
        "3月 26日",
        "state-\nment",
        "A",
        "z",
        "7",
        "—",
        "……",
        "《",
        "》",
        "⼀",
        "\u{0}",
        "\u{ad}",
        "\u{200f}",
        "𠀀",
        "é",
        "\u{feff}",
        "\t",
        "\r\n",
        "““",
        "开开门门",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    (0..200).map(|i| (0..next(4 + i)).map(|_| PARTS[next(PARTS.len())]).collect()).collect()
}
