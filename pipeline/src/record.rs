//! The record, `jianbao/article/1`: the flat object that users read, borrowed from an article.
//!
//! Every key is in every record, in this order, with one type for ever; nullable scalars are null, arrays never are.

mod findings;
mod words;

use schemars::JsonSchema;
use serde::Serialize;

use crate::article::{Article, Confidence, Kind, Permille, Reading};
use crate::json;
use crate::passage::Passage;
use crate::span::Span;
use findings::{dates_of, entities_of, keywords_of, topics_of};

pub use findings::{DateRecord, EntityRecord, EvidenceRecord, KeywordRecord, MentionRecord, TopicRecord};
pub use words::{TagList, WordList};

/// Name and version of the record.
pub const SCHEMA: &str = "jianbao/article/1";

/// How words are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// `words` is an array, `words_text` null.
    #[default]
    Array,
    /// `words` is empty, `words_text` one string with a space between words, which full-text engines index as it is.
    Text,
    /// Both.
    Both,
    /// Neither.
    None,
}

/// One article as users read it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Record<'a> {
    /// Always `jianbao/article/1`.
    pub schema: &'static str,
    /// A hash of `doc_id`, `page_id`, the page's text and the place on it: a page read again keeps its ids; upsert by it.
    pub id: String,
    /// 0, then 1, 2 … when a later page changes the article.
    pub rev: u32,
    /// What kind of piece it is.
    pub kind: Kind,
    /// The issue or file.
    pub doc_id: &'a str,
    /// The page.
    pub page_id: &'a str,
    /// Counted from 1 inside the document.
    pub page_no: u32,
    /// 0, then 1, 2 … when the page's file has changed and is read again; the records of the latest stand for those before.
    pub page_rev: u32,
    /// As printed, `C2`.
    pub page_label: Option<&'a str>,
    /// Name of the paper.
    pub paper: Option<&'a str>,
    /// `YYYY-MM-DD`.
    pub issue_date: Option<&'a str>,
    /// What the page was decoded from.
    pub encoding: &'a str,
    /// The line above the title.
    pub kicker: Option<&'a str>,
    /// The headline, its lines joined; null when none could be chosen.
    pub title: Option<&'a str>,
    /// The line below the title.
    pub subtitle: Option<&'a str>,
    /// `本报讯`, `新华社北京3月26日电`; it also stays in `text`.
    pub dateline: Option<&'a str>,
    /// Who wrote or photographed it.
    pub byline: Vec<BylineRecord<'a>>,
    /// The body; paragraphs are divided by `\n`.
    pub text: &'a str,
    /// The words of `text`.
    pub words: WordList<'a>,
    /// The words of `text`, divided by spaces.
    pub words_text: Option<String>,
    /// Parts of speech, parallel to `words`; empty unless asked for.
    pub pos: TagList<'a>,
    /// By falling score.
    pub topics: Vec<TopicRecord<'a>>,
    /// The words that say most, by falling score; empty without `extract_keywords`.
    pub keywords: Vec<KeywordRecord<'a>>,
    /// People, organisations and places, those named most first; empty without `extract_entities`.
    pub entities: Vec<EntityRecord<'a>>,
    /// Dates in the order of title and text; empty without `resolve_dates`.
    pub dates: Vec<DateRecord<'a>>,
    /// Label of the page it goes on.
    pub jump_to: Option<&'a str>,
    /// Label of the page it comes from.
    pub jump_from: Option<&'a str>,
    /// Whether both its ends are here.
    pub complete: bool,
    /// The `id` of the article that this piece has been stitched onto; what it said is there now, and nothing is left here.
    pub part_of: Option<String>,
    /// How sure all that is.
    pub confidence: Confidence,
    /// `[start, end]` in bytes of the page's decoded UTF-8 text: everything on this page that belongs to the article.
    pub spans: Vec<[u32; 2]>,
    /// Non-blank characters inside `spans` that are read differently from how they are printed.
    pub repairs: Vec<RepairRecord>,
    /// Parts of the article that were printed on other pages, in the order of the text.
    pub continuations: Vec<ContinuationRecord<'a>>,
    /// Codes of what is doubtful.
    pub warnings: Vec<&'a str>,
}

/// Somebody in a byline.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BylineRecord<'a> {
    /// Without padding.
    pub name: &'a str,
    /// 记者, 通讯员, 摄影 …
    pub role: Option<&'a str>,
    /// 新华社, 本报 …
    pub org: Option<&'a str>,
}

/// A part from another page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContinuationRecord<'a> {
    /// The id of the part when it stands alone.
    pub id: String,
    /// The other page.
    pub page_id: &'a str,
    /// Counted from 1 inside the document.
    pub page_no: u32,
    /// As printed, `C2`.
    pub page_label: Option<&'a str>,
    /// The headline printed over the part.
    pub title: Option<&'a str>,
    /// Where its text begins, in Unicode scalars of the record's `text`.
    pub start: u32,
    /// How sure it is that the part belongs here.
    pub confidence: Permille,
    /// `[start, end]` in bytes of the other page's decoded UTF-8 text.
    pub spans: Vec<[u32; 2]>,
    /// Non-blank characters inside these `spans` that are read differently from how they are printed.
    pub repairs: Vec<RepairRecord>,
}

/// One repair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RepairRecord {
    /// `radical`, `duplicate_run`, `hyphen` …
    pub why: &'static str,
    /// First byte in the page's decoded text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is read as; empty when it was left out.
    pub read_as: String,
}

impl<'a> Record<'a> {
    /// Borrows a record from an article.
    pub fn new(article: &'a Article, words: Words) -> Self {
        let identity = &article.sheet.identity;
        let text = article.text.text();
        let all = WordList { text, tokens: &article.tokens };
        let array = matches!(words, Words::Array | Words::Both);
        Self {
            schema: SCHEMA,
            id: article.id(),
            rev: article.rev,
            kind: article.kind,
            doc_id: &identity.doc_id,
            page_id: &identity.page_id,
            page_no: identity.page_no,
            page_rev: article.sheet.revision,
            page_label: identity.page_label.as_deref(),
            paper: identity.paper.as_deref(),
            issue_date: identity.issue_date.as_deref(),
            encoding: article.sheet.encoding,
            kicker: unless_empty(&article.kicker),
            title: unless_empty(&article.title),
            subtitle: unless_empty(&article.subtitle),
            dateline: article.dateline.map(|span| span.slice(text)),
            byline: article.byline.iter().map(|p| BylineRecord { name: &p.name, role: p.role.as_deref(), org: p.org.as_deref() }).collect(),
            text,
            words: if array { all } else { WordList::default() },
            words_text: matches!(words, Words::Text | Words::Both).then(|| all.spaced()),
            pos: if array { TagList::new(&article.tokens) } else { TagList::default() },
            topics: topics_of(article),
            keywords: keywords_of(article),
            entities: entities_of(article),
            dates: dates_of(article),
            jump_to: article.jump_to.as_deref(),
            jump_from: article.jump_from.as_deref(),
            complete: article.complete,
            part_of: article.part_of.clone(),
            confidence: article.confidence,
            spans: pairs(&article.spans),
            repairs: repairs_of(&article.repairs),
            continuations: continuations_of(article),
            warnings: article.warnings.clone(),
        }
    }
}

fn pairs(spans: &[Span]) -> Vec<[u32; 2]> {
    spans.iter().map(|span| [span.start, span.end]).collect()
}

fn repairs_of(readings: &[Reading]) -> Vec<RepairRecord> {
    let repairs = readings.iter().map(|reading| RepairRecord {
        why: reading.why.name(),
        start: reading.span.start,
        end: reading.span.end,
        read_as: reading.with.map(String::from).unwrap_or_default(),
    });
    repairs.collect()
}

fn continuations_of(article: &Article) -> Vec<ContinuationRecord<'_>> {
    let mut index = ScalarIndex::new(article.text.text());
    let continuations = article.continuations.iter().map(|part| ContinuationRecord {
        id: part.id.clone(),
        page_id: &part.sheet.identity.page_id,
        page_no: part.sheet.identity.page_no,
        page_label: part.sheet.identity.page_label.as_deref(),
        title: (!part.title.is_empty()).then_some(&*part.title),
        start: index.of(part.start),
        confidence: part.confidence,
        spans: pairs(&part.spans),
        repairs: repairs_of(&part.repairs),
    });
    continuations.collect()
}

fn unless_empty(passage: &Passage) -> Option<&str> {
    (!passage.is_empty()).then(|| passage.text())
}

/// Byte offset to Unicode scalar offset, through a table of every 256th byte that is only made when it is first asked for.
struct ScalarIndex<'a> {
    text: &'a str,
    before: Vec<u32>,
}

impl<'a> ScalarIndex<'a> {
    const STEP: usize = 256;

    fn new(text: &'a str) -> Self {
        Self { text, before: Vec::new() }
    }

    fn of(&mut self, byte: u32) -> u32 {
        let bytes = self.text.as_bytes();
        if self.before.is_empty() {
            let mut count = 0;
            self.before.push(0);
            for chunk in bytes.chunks(Self::STEP) {
                count += first_bytes(chunk);
                self.before.push(count);
            }
        }
        let block = byte as usize / Self::STEP;
        self.before[block] + first_bytes(bytes.get(block * Self::STEP..byte as usize).unwrap_or_default())
    }
}

/// How many characters begin in `bytes`.
fn first_bytes(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32
}

/// The JSON Schema of the record, as `schemas/record.schema.json` holds it.
pub fn schema() -> schemars::Schema {
    json::schema_of::<Record<'_>>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_tags_stay_parallel() {
        let mut article = crate::laws::article("复工复产");
        let token = |start, end, pos| crate::Token { start, end, pos: crate::Pos::new(pos).unwrap() };
        article.tokens = vec![token(0, 6, "v"), token(6, 12, "")];
        let record = Record::new(&article, Words::Both);
        assert!(record.words.iter().eq(["复工", "复产"]) && record.pos.iter().eq(["v", ""]));
        assert_eq!(record.words_text.as_deref(), Some("复工 复产"));
        article.tokens = vec![token(0, 6, ""), token(6, 12, "")];
        assert_eq!(Record::new(&article, Words::Both).pos.iter().len(), 0);
    }

    /// What a schema says of a map anywhere in it: its keys, and those it requires.
    fn keys(schema: &serde_json::Value, found: &mut Vec<(Vec<String>, Vec<String>)>) {
        if let Some(properties) = schema["properties"].as_object() {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let required = required.iter().map(|key| key.as_str().unwrap().to_owned());
            found.push((properties.keys().cloned().collect(), required.collect()));
        }
        let inside = schema.as_object().into_iter().flatten().filter(|(_, part)| part.is_object());
        inside.for_each(|(_, part)| keys(part, found));
    }

    #[test]
    fn the_schema_requires_every_key() {
        for schema in [schema(), crate::failure::schema()] {
            let mut found = Vec::new();
            keys(&schema.to_value(), &mut found);
            assert!(!found.is_empty());
            for (all, required) in found {
                assert_eq!(all, required);
            }
        }
    }

    #[test]
    fn counts_scalars_at_any_byte() {
        let text = "复工a复产é".repeat(100);
        let mut index = ScalarIndex::new(&text);
        for (scalar, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(index.of(byte as u32), scalar as u32);
        }
        assert_eq!(index.of(text.len() as u32), text.chars().count() as u32);
    }
}
