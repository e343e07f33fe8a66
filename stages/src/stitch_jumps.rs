//! `stitch_jumps`: puts articles together that go on on another page
//!
//! A piece that says 下转C2版 or stops in mid-sentence goes on with the piece on that page that says 上接C1版, wherever in its document
//! (one issue of one paper) the two pages stand. Labels may be written differently on both sides (c2, C02; 二, 02; without the
//! letter); a page is known by its `page_label`, else by its folio, a front page also by its masthead, else by its number in the
//! document. What else tells: the headline over the continuation, a sentence or a quotation that runs over the seam, names that are
//! in no other piece; how much, says the data file `jumps.txt`. Each piece goes on with one other at most, and all are judged
//! together; where two are as likely, or little speaks for any, none is linked. A piece may also be a continuation without saying
//! so, when it begins as no sentence does.
//!
//! ```yaml
//! - stitch_jumps: {}                 # the same as the next line
//! - stitch_jumps: { unresolved: hold, max_parts: 64, max_bytes: 4MiB }
//! - stitch_jumps: { unresolved: emit_partial }
//! ```
//!
//! What is not cut off at either end goes through at once. What is cut off is kept until its document ends, and
//!
//! - `hold` writes it then, in the order in which it came: every article once, at the place of its first part. For files.
//! - `emit_partial` writes each part at once, too, and whenever a page has changed what is known, the articles that have changed,
//!   with the same `id` and the next `rev`. A part that was written alone and belongs to an article now becomes a record with
//!   nothing in it but `part_of`. For live pages. The last revisions say the same as `hold`.
//!
//! A stitched article has the text of all its parts, and the first one's headline and page; `continuations` says which bytes of
//! which other page belong to it. Parts that found no partner warn `jump_unresolved`.
//!
//! Of a document at most `max_parts` parts are kept, and `max_bytes` of their text and pages. Beyond that the oldest are given up:
//! with `hold` they are written with what has come of them so far, and warn `jump_given_up` when that is not all. Only then does it
//! matter in what order the pages come.
//!
//! Left alone: continuations that neither say where they come from nor begin in mid-sentence. It stands before `segment` and `tag_topics`: topics that were
//! found in a part before are not added up.

mod evidence;
mod label;
#[cfg(feature = "learning")]
mod learning;
mod links;

use std::sync::Arc;

use async_trait::async_trait;
use pipeline::def::per_document;
use pipeline::{Article, Flow, Kind, OptionError, Outlet, PerDocument, Permille, Size, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

use evidence::{Beginning, Traits};
use label::{PageInHand, PageName};
#[cfg(feature = "learning")]
pub(crate) use learning::{LINK, jumps};

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "stitch_jumps",
    about: "puts articles together that go on on another page",
    source: include_str!("stitch_jumps.rs"),
    takes: Flow::Articles,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let config: Config = options.read()?;
        if config.max_parts < 2 {
            let message = format!("{} is too few: a link has two ends", config.max_parts);
            return Err(vec![OptionError::new("max_parts", "out_of_range", message).with_help("leave the stage out to stitch nothing")]);
        }
        Ok(per_document(move || Stitch::new(config)))
    },
};

/// Options.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// What becomes of a part until its other part has come: `hold` or `emit_partial`.
    unresolved: Unresolved,
    /// How many parts of a document are kept at most.
    max_parts: usize,
    /// How much memory they may take, pages included, in bytes or as `4MiB`.
    max_bytes: Size,
}

impl Default for Config {
    fn default() -> Self {
        Self { unresolved: Unresolved::Hold, max_parts: 64, max_bytes: Size(4 << 20) }
    }
}

/// What becomes of a part until its other part has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unresolved {
    /// It is kept to the end of the document and written once.
    Hold,
    /// It is written at once and again when it has changed.
    EmitPartial,
}

/// A piece that is cut off at one end or at both.
struct Part {
    /// As it came.
    article: Article,
    page: PageName,
    traits: Traits,
    /// What the last record of it said; `None` while it is held.
    told: Option<Told>,
}

/// What a record said of a part.
#[derive(Clone, Debug)]
struct Told {
    rev: u32,
    whole: Whole,
}

/// What a part is when all links are known. Parts are named by their [`Part::place`], which stays when others are given up.
#[derive(Clone, Debug)]
enum Whole {
    /// The beginning of an article that these parts go on with, each with the confidence of its link.
    Head(Vec<(Place, Permille)>),
    /// In the article that begins with this one.
    PartOf(Place),
}

/// Page and first byte.
type Place = (Arc<str>, u32);

impl Whole {
    /// Whether a record would say the same. The confidence of a link that stays is no news.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Head(a), Self::Head(b)) => a.iter().map(|(place, _)| place).eq(b.iter().map(|(place, _)| place)),
            (Self::PartOf(a), Self::PartOf(b)) => a == b,
            _ => false,
        }
    }
}

impl Part {
    fn place(&self) -> Place {
        (Arc::clone(&self.article.sheet.identity.page_id), self.article.begin)
    }

    fn bytes(&self) -> usize {
        self.article.text.text().len() + size_of_val(self.article.text.runs()) + self.traits.bytes()
    }
}

fn may_go_on(article: &Article) -> bool {
    article.jump_to.is_some() || article.warnings.contains(&"ends_in_mid_sentence")
}

fn may_come(article: &Article) -> bool {
    article.jump_from.is_some() || article.jump_to.is_none() && Beginning::of(article).is_in_mid_sentence()
}

struct Stitch {
    config: Config,
    /// In the order they came.
    parts: Vec<Part>,
    page: Option<PageInHand>,
    /// Whether it has been said that too many parts came.
    given_up: bool,
}

#[async_trait]
impl PerDocument for Stitch {
    type In = Article;
    type Out = Article;

    async fn push(&mut self, article: Article, out: &Outlet<'_, Article>) -> Result<(), StageError> {
        let mut ready = Vec::new();
        self.turn_page(&article, &mut ready);
        self.take(article, &mut ready);
        send(ready, out).await;
        Ok(())
    }

    async fn finish(&mut self, out: &Outlet<'_, Article>) -> Result<(), StageError> {
        let mut ready = Vec::new();
        self.name_page();
        self.settle(&mut ready);
        send(ready, out).await;
        Ok(())
    }
}

async fn send(ready: Vec<Article>, out: &Outlet<'_, Article>) {
    for article in ready {
        out.emit(article).await;
    }
}

impl Stitch {
    fn new(config: Config) -> Self {
        Self { config, parts: Vec::new(), page: None, given_up: false }
    }

    /// Ends the page in hand when `article` is of another.
    fn turn_page(&mut self, article: &Article, ready: &mut Vec<Article>) {
        if self.page.as_ref().is_some_and(|page| page.is(&article.sheet)) {
            return;
        }
        self.name_page();
        if self.config.unresolved == Unresolved::EmitPartial {
            self.settle(ready);
        }
        self.page = Some(PageInHand::new(Arc::clone(&article.sheet)));
    }

    /// All pieces of the page in hand have come: its parts learn what it is called.
    fn name_page(&mut self) {
        let Some(page) = self.page.take() else { return };
        let name = page.name();
        for part in self.parts.iter_mut().rev().take_while(|part| page.is(&part.article.sheet)) {
            part.page = name.clone();
        }
    }

    fn take(&mut self, article: Article, ready: &mut Vec<Article>) {
        if let Some(page) = self.page.as_mut().filter(|_| article.kind == Kind::Furniture) {
            page.look_at(&article);
        }
        if matches!(article.kind, Kind::Furniture | Kind::Notice) {
            ready.push(article);
            return;
        }
        if article.complete && !may_go_on(&article) && !may_come(&article) {
            ready.push(article);
            return;
        }
        let (page, traits) = (PageName::of(&article.sheet), Traits::of(&article));
        let mut part = Part { article, page, traits, told: None };
        if self.config.unresolved == Unresolved::EmitPartial {
            part.told = Some(Told { rev: part.article.rev, whole: Whole::Head(Vec::new()) });
            ready.push(finished(part.article.clone()));
        }
        self.parts.push(part);
        if self.over(self.config.max_parts, self.config.max_bytes.0) {
            self.make_room(ready);
        }
    }

    fn over(&self, parts: usize, bytes: u64) -> bool {
        self.parts.len() > parts || self.bytes() as u64 > bytes && self.parts.len() > 1
    }

    /// What is kept, in bytes; a page counts once.
    fn bytes(&self) -> usize {
        let mut before: Option<&Article> = None;
        let mut total = 0;
        for part in &self.parts {
            if before.replace(&part.article).is_none_or(|before| !Arc::ptr_eq(&before.sheet, &part.article.sheet)) {
                total += part.article.sheet.text.len();
            }
            total += part.bytes();
        }
        total
    }

    /// Lets the oldest parts go until a quarter is free, so that this need not be done for each new part; and with a part the article
    /// it belongs to as far as is known. With `hold` that is written now.
    fn make_room(&mut self, ready: &mut Vec<Article>) {
        if !std::mem::replace(&mut self.given_up, true)
            && let Some(part) = self.parts.first()
        {
            tracing::warn!(doc = %part.article.sheet.identity.doc_id, "more open jumps than are kept; the oldest are given up");
        }
        let told = self.parts.iter().map(|part| part.told.as_ref().map(|told| told.whole.clone()));
        let mut wholes = told.collect::<Option<Vec<Whole>>>().unwrap_or_else(|| self.wholes());
        while self.over(self.config.max_parts * 3 / 4, self.config.max_bytes.0 / 4 * 3) {
            let head = |index: usize, whole: &Whole| match whole {
                Whole::Head(_) => self.parts[index].place(),
                Whole::PartOf(head) => head.clone(),
            };
            let oldest = head(0, &wholes[0]);
            let goes: Vec<bool> = wholes.iter().enumerate().map(|(index, whole)| head(index, whole) == oldest).collect();
            for (index, whole) in wholes.iter().enumerate().filter(|(index, _)| goes[*index] && self.parts[*index].told.is_none()) {
                if let Whole::Head(tails) = whole {
                    let mut article = self.article(index, tails);
                    if !article.complete {
                        article.warn("jump_given_up");
                    }
                    ready.push(article);
                }
            }
            self.parts = without(std::mem::take(&mut self.parts), &goes);
            wholes = without(wholes, &goes);
        }
    }

    /// The article that begins with part `head`.
    fn article(&self, head: usize, tails: &[(Place, Permille)]) -> Article {
        stitched(&self.parts[head], tails.iter().filter_map(|(place, sure)| Some((self.part(place)?, *sure))))
    }

    fn part(&self, place: &Place) -> Option<&Part> {
        self.parts.iter().find(|part| part.place() == *place)
    }

    /// Links what is known and writes every article of which that is news.
    fn settle(&mut self, ready: &mut Vec<Article>) {
        let wholes = self.wholes();
        let mut given = Vec::new();
        for (index, whole) in wholes.into_iter().enumerate() {
            let told = &self.parts[index].told;
            if told.as_ref().is_some_and(|told| told.whole.same(&whole)) || told.is_none() && matches!(whole, Whole::PartOf(_)) {
                continue;
            }
            let rev = told.as_ref().map_or(self.parts[index].article.rev, |told| told.rev + 1);
            let part = &self.parts[index];
            match &whole {
                Whole::Head(tails) => {
                    let mut article = self.article(index, tails);
                    article.rev = rev;
                    ready.push(article);
                }
                Whole::PartOf(head) => {
                    if let Some(head) = self.part(head) {
                        let mut rest = part.article.given_to(&head.article);
                        rest.rev = rev;
                        given.push(rest);
                    }
                }
            }
            self.parts[index].told = Some(Told { rev, whole });
        }
        ready.extend(given);
    }

    /// What each part is, given all of them.
    fn wholes(&self) -> Vec<Whole> {
        let links = links::find(&self.parts);
        let after = |head: usize| links.iter().find(|link| link.head == head);
        let mut wholes: Vec<Option<Whole>> = self.parts.iter().map(|_| None).collect();
        for head in (0..self.parts.len()).filter(|index| links.iter().all(|link| link.tail != *index)) {
            let mut tails = Vec::new();
            let mut at = head;
            while let Some(link) = after(at) {
                at = link.tail;
                tails.push((self.parts[at].place(), link.confidence));
                wholes[at] = Some(Whole::PartOf(self.parts[head].place()));
            }
            wholes[head] = Some(Whole::Head(tails));
        }
        wholes.into_iter().map(|whole| whole.expect("links make no circles, so every part has a head")).collect()
    }
}

/// What stays of `items` when those that are marked have gone.
fn without<T>(items: Vec<T>, goes: &[bool]) -> Vec<T> {
    items.into_iter().zip(goes).filter(|(_, goes)| !**goes).map(|(item, _)| item).collect()
}

/// The article that begins with `head`.
fn stitched<'a>(head: &'a Part, tails: impl Iterator<Item = (&'a Part, Permille)>) -> Article {
    let mut article = head.article.clone();
    let mut last = head;
    for (tail, sure) in tails {
        article.go_on_with(&tail.article, last.traits.seam(&tail.traits), sure);
        // What the whole has is not missing because a part has none.
        article.warnings.retain(|code| *code != "ends_in_mid_sentence");
        for code in tail.article.warnings.iter().filter(|code| !matches!(**code, "no_headline" | "headline_uncertain")) {
            article.warn(code);
        }
        last = tail;
    }
    let cut_off = article.jump_from.is_some() || article.jump_to.is_some() || article.warnings.contains(&"ends_in_mid_sentence");
    article.complete = !cut_off;
    finished(article)
}

/// The same, with a warning when one of its ends is still on another page.
fn finished(mut article: Article) -> Article {
    if article.jump_to.is_some() || article.jump_from.is_some() {
        article.warn("jump_unresolved");
    }
    article
}

#[cfg(test)]
mod tests;
