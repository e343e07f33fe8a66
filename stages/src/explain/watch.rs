//! Looks over the shoulder of a chain: what each page is like after each stage, the articles as they are cut, and what comes out.
//!
//! It changes nothing that flows; the sink is replaced, so nothing is written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeline::sink::Nowhere;
use pipeline::{Article, Built, BuiltSink, Each, Flow, Page, Permille, Render, Rendered, Sheet, StageDef, StageError, Topic, def::each};

use super::report::{PageReport, PartReport};

/// A page after one stage, or before all of them.
pub(super) struct Snapshot {
    pub(super) stage: &'static str,
    pub(super) page: Page,
}

/// What was seen of one page.
#[derive(Default)]
pub(super) struct Seen {
    /// The page before all stages, then after each stage that takes pages and gives pages.
    pub(super) snapshots: Vec<Snapshot>,
    /// The articles as they were cut.
    pub(super) articles: Vec<Article>,
    /// What leaves the chain of them, in its last revision.
    pub(super) out: HashMap<String, Out>,
}

/// What later stages made of an article.
pub(super) struct Out {
    pub(super) topics: Vec<Topic>,
    pub(super) warnings: Vec<&'static str>,
    /// Parts from other pages that were stitched on.
    pub(super) continuations: Vec<PartReport>,
}

#[derive(Default)]
struct Notes {
    pages: Vec<Seen>,
    /// For each part that was stitched onto an article of another page, that article.
    wholes: HashMap<String, PartReport>,
    last_page: u32,
}

/// What a watched chain leaves behind.
pub struct Watch {
    notes: Arc<Mutex<Notes>>,
}

/// Puts observers into a built chain, and one in place of its sink. With `page` only pages of that number are kept.
///
/// The pages are held until the end, so the run's memory must not be bounded by its budget.
pub fn watch(stages: Vec<(&'static str, Built)>, page: Option<u32>) -> (Vec<(&'static str, Built)>, Watch) {
    let notes = Arc::new(Mutex::new(Notes::default()));
    let look = |stage| each(LookAtPage { stage, wanted: page, notes: Arc::clone(&notes) });
    let mut watched = vec![("explain", look("source"))];
    let mut cut = false;
    for (name, built) in stages {
        if matches!(built, Built::Sink(_)) {
            continue;
        }
        watched.push((name, built));
        match row(name).map(|def| def.gives) {
            Some(Flow::Pages) => watched.push(("explain", look(name))),
            Some(Flow::Articles) if !cut => {
                cut = true;
                watched.push(("explain", each(LookAtCut { notes: Arc::clone(&notes) })));
            }
            _ => {}
        }
    }
    let end = BuiltSink { render: Box::new(LookAtEnd { notes: Arc::clone(&notes) }), sink: Box::new(Nowhere) };
    watched.push(("explain", Built::Sink(end)));
    (watched, Watch { notes })
}

fn row(name: &str) -> Option<&'static StageDef> {
    crate::STAGES.iter().find(|def| def.name == name)
}

impl Watch {
    /// The reports of all pages that were kept and cut, in the order in which they stood in the input, once the chain has run.
    pub fn reports(&self) -> Vec<PageReport> {
        let mut notes = lock(&self.notes);
        notes.pages.sort_by(|a, b| order(a).cmp(&order(b)));
        // A page with text and no articles has failed on its way.
        let whole = notes.pages.iter().filter(|seen| !seen.articles.is_empty() || is_blank(seen));
        whole.filter_map(|seen| super::report_on(seen, &notes.wholes)).collect()
    }

    /// The highest number of a page that was seen, kept or not.
    pub fn last_page(&self) -> u32 {
        lock(&self.notes).last_page
    }
}

fn order(seen: &Seen) -> Option<(&str, u64, u32)> {
    let sheet = &seen.snapshots.first()?.page.sheet;
    Some((&sheet.place.path, sheet.place.offset, sheet.identity.page_no))
}

fn is_blank(seen: &Seen) -> bool {
    seen.snapshots.first().is_some_and(|first| first.page.lines.is_empty())
}

/// A panic elsewhere costs its page and not the notes.
fn lock(notes: &Mutex<Notes>) -> MutexGuard<'_, Notes> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Notes {
    fn of(&mut self, sheet: &Arc<Sheet>) -> Option<&mut Seen> {
        // Pages come in order, so the one that is looked for is among the last.
        self.pages.iter_mut().rev().find(|seen| seen.snapshots.first().is_some_and(|first| Arc::ptr_eq(&first.page.sheet, sheet)))
    }
}

struct LookAtPage {
    stage: &'static str,
    wanted: Option<u32>,
    notes: Arc<Mutex<Notes>>,
}

impl Each for LookAtPage {
    type In = Page;
    type Out = Page;

    fn apply(&self, page: Page, out: &mut Vec<Page>) -> Result<(), StageError> {
        let mut notes = lock(&self.notes);
        let number = page.sheet.identity.page_no;
        notes.last_page = notes.last_page.max(number);
        if self.wanted.is_none_or(|wanted| wanted == number) {
            let snapshot = Snapshot { stage: self.stage, page: page.clone() };
            match notes.of(&page.sheet) {
                Some(seen) => seen.snapshots.push(snapshot),
                None => notes.pages.push(Seen { snapshots: vec![snapshot], ..Seen::default() }),
            }
        }
        out.push(page);
        Ok(())
    }
}

struct LookAtCut {
    notes: Arc<Mutex<Notes>>,
}

impl Each for LookAtCut {
    type In = Article;
    type Out = Article;

    fn apply(&self, article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        if let Some(seen) = lock(&self.notes).of(&article.sheet) {
            seen.articles.push(article.clone());
        }
        out.push(article);
        Ok(())
    }
}

struct LookAtEnd {
    notes: Arc<Mutex<Notes>>,
}

impl Render for LookAtEnd {
    fn render(&self, article: &Article, _line: &mut Vec<u8>) -> Result<Rendered, StageError> {
        let mut notes = lock(&self.notes);
        let whole = part(article.id(), &article.sheet, article.title.text(), Permille::ONE);
        for part in &article.continuations {
            notes.wholes.insert(part.id.clone(), PartReport { confidence: part.confidence, ..whole.clone() });
        }
        let continuations = article.continuations.iter();
        let out = Out {
            topics: article.topics.clone(),
            warnings: article.warnings.clone(),
            continuations: continuations.map(|own| part(own.id.clone(), &own.sheet, &own.title, own.confidence)).collect(),
        };
        // What has become a part of another is written once more, with nothing in it.
        if article.part_of.is_none()
            && let Some(seen) = notes.of(&article.sheet)
        {
            seen.out.insert(article.id(), out);
        }
        Ok(Rendered::Filtered)
    }
}

fn part(id: String, sheet: &Sheet, title: &str, confidence: Permille) -> PartReport {
    PartReport { id, page_id: sheet.identity.page_id.to_string(), title: (!title.is_empty()).then(|| title.to_owned()), confidence }
}
