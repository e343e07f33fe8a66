//! An article: the one place where a page's text has been copied, and everything later stages add to it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::findings::{DateMention, Entity, Keyword, Topic};
use crate::page::{Glue, Repair};
use crate::passage::Passage;
use crate::run::Lease;
use crate::sheet::Sheet;
use crate::span::Span;

/// What kind of piece it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// News and features.
    Article,
    /// Opinion: signed without a role, or under a commentary heading.
    Commentary,
    /// One item of a column of briefs.
    Brief,
    /// A photo caption with its title and credits.
    Photo,
    /// Advertisements, official notices, tables: kept apart, left as they are.
    Notice,
    /// Mastheads, folios, section labels and other things that are on every page.
    Furniture,
}

impl Kind {
    /// The name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Commentary => "commentary",
            Self::Brief => "brief",
            Self::Photo => "photo",
            Self::Notice => "notice",
            Self::Furniture => "furniture",
        }
    }
}

/// A share or a probability in thousandths. Whole numbers add up the same on every machine; it prints as `0.873`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Permille(u16);

impl Permille {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(1000);

    /// `thousandths`, at most 1000.
    pub const fn new(thousandths: u16) -> Self {
        Self(if thousandths < 1000 { thousandths } else { 1000 })
    }

    /// The nearest thousandth of `share`, kept within 0..=1.
    pub fn from_share(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * 1000.0).round() as u16)
    }

    /// Both, when one says nothing about the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(((u32::from(self.0) * u32::from(other.0) + 500) / 1000) as u16)
    }

    /// The thousandths.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Serialize for Permille {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl JsonSchema for Permille {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Permille".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "Written with three decimals.", "type": "number", "minimum": 0, "maximum": 1 })
    }
}

/// Somebody named in a byline or a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name without padding.
    pub name: String,
    /// As printed, without padding: 记者, 通讯员, 摄影, 作者 …
    pub role: Option<String>,
    /// The agency or paper named with the role: 新华社, 本报 …
    pub org: Option<String>,
    /// Where the name stands, in bytes of the article's own sheet; nowhere when it stands on the page of a continuation.
    pub spans: Vec<Span>,
}

/// A part-of-speech tag of at most 7 bytes, as jieba's dictionaries use them (`n`, `nr`, `eng` …).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Pos([u8; 7]);

impl Pos {
    /// Takes a tag, or `None` when it is longer than 7 bytes or holds a NUL.
    pub fn new(tag: &str) -> Option<Self> {
        let mut bytes = [0; 7];
        if tag.contains('\0') {
            return None;
        }
        bytes.get_mut(..tag.len())?.copy_from_slice(tag.as_bytes());
        Some(Self(bytes))
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0[0] == 0
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        self.0.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// A word of the article's text, in bytes of [`Article::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Part of speech, empty when it was not asked for.
    pub pos: Pos,
}

impl Token {
    /// The bytes it covers.
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Which part of an article a finding lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The headline.
    Title,
    /// The line above it.
    Kicker,
    /// The line below it.
    Subtitle,
    /// The body.
    Text,
}

impl Zone {
    /// All of them, in the order in which findings are listed.
    pub const ALL: [Self; 4] = [Self::Title, Self::Kicker, Self::Subtitle, Self::Text];
}

/// How sure the system is of its structural decisions; zero where it abstained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Confidence {
    /// That the text begins and ends where the article does.
    pub boundary: Permille,
    /// That the title belongs to it.
    pub title: Permille,
    /// That the byline belongs to it.
    pub byline: Permille,
}

/// Something non-blank inside an article's spans that is read differently from how it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// In bytes of the sheet.
    pub span: Span,
    /// The character it is read as; `None` when left out.
    pub with: Option<char>,
    /// Why.
    pub why: Repair,
}

/// A part of an article that was printed on another page and stitched on; made by [`Article::go_on_with`].
#[derive(Clone, Debug)]
pub struct Continuation {
    /// The page the part was cut from.
    pub sheet: Arc<Sheet>,
    /// Its id when it stands alone.
    pub id: String,
    /// The headline over the part, often a shortened one.
    pub title: String,
    /// Where its text begins, in bytes of [`Article::text`]; the runs of the passage from there on lead to this sheet.
    pub start: u32,
    /// How sure it is that the part belongs here.
    pub confidence: Permille,
    /// Everything of its sheet that belongs to it.
    pub spans: Vec<Span>,
    /// What inside `spans` is read differently.
    pub repairs: Vec<Reading>,
}

/// A piece of a page, complete in itself. Made by [`crate::assemble()`].
#[derive(Clone, Debug)]
pub struct Article {
    /// The page it was cut from.
    pub sheet: Arc<Sheet>,
    /// Where it begins, in bytes of the sheet; with the sheet it makes the id.
    pub begin: u32,
    /// Counted from 0 on its page.
    pub ordinal: u32,
    /// Raised when a later page changes the article.
    pub rev: u32,
    /// What it is.
    pub kind: Kind,
    /// The line above the title.
    pub kicker: Passage,
    /// The headline; empty when none was found or none could be chosen.
    pub title: Passage,
    /// The line below the title.
    pub subtitle: Passage,
    /// The dateline (`本报讯`, `新华社北京3月26日电`) as a span of `text`, where it stays.
    pub dateline: Option<Span>,
    /// The body; paragraphs are divided by `\n`.
    pub text: Passage,
    /// Who wrote or photographed it.
    pub byline: Vec<Person>,
    /// Words of `text`, in order, without overlap.
    pub tokens: Vec<Token>,
    /// Topics by falling score.
    pub topics: Vec<Topic>,
    /// Keywords by falling score.
    pub keywords: Vec<Keyword>,
    /// People, organisations and places, those named most first.
    pub entities: Vec<Entity>,
    /// Dates in the order of title and text.
    pub dates: Vec<DateMention>,
    /// Label of the page it goes on (`C2`), read from a jump line.
    pub jump_to: Option<String>,
    /// Label of the page it comes from.
    pub jump_from: Option<String>,
    /// Whether both its ends are here.
    pub complete: bool,
    /// How sure all that is.
    pub confidence: Confidence,
    /// Everything of the sheet that belongs to it, melted over white space.
    pub spans: Vec<Span>,
    /// What inside `spans` is read differently.
    pub repairs: Vec<Reading>,
    /// Parts from other pages, in the order of the text.
    pub continuations: Vec<Continuation>,
    /// The id of the article that this piece has become a part of; then nothing is left in it.
    pub part_of: Option<String>,
    /// Codes of what is doubtful.
    pub warnings: Vec<&'static str>,
    pub(crate) lease: Lease,
}

impl Article {
    /// Deterministic id: see [`Sheet::id_at`].
    pub fn id(&self) -> String {
        self.sheet.id_at(self.begin)
    }

    /// The page that byte `at` of the text was printed on.
    pub fn sheet_at(&self, at: u32) -> &Arc<Sheet> {
        let part = self.continuations.iter().rfind(|part| part.start <= at);
        part.map_or(&self.sheet, |part| &part.sheet)
    }

    /// One zone, with its way back to the page.
    pub fn passage(&self, zone: Zone) -> &Passage {
        match zone {
            Zone::Title => &self.title,
            Zone::Kicker => &self.kicker,
            Zone::Subtitle => &self.subtitle,
            Zone::Text => &self.text,
        }
    }

    /// The clean text of one zone.
    pub fn zone(&self, zone: Zone) -> &str {
        self.passage(zone).text()
    }

    /// Stitches `part`, from another page, on at the end. Its text, words and names are taken over (names that are here already are
    /// not repeated); its headline is kept beside its spans; where it goes on is where the whole goes on. Topics and what else was found are not added up.
    pub fn go_on_with(&mut self, part: &Self, glue: Glue, confidence: Permille) {
        self.text.go_on_with(&part.text, glue);
        let start = (self.text.text().len() - part.text.text().len()) as u32;
        self.continuations.push(Continuation {
            sheet: Arc::clone(&part.sheet),
            id: part.id(),
            title: part.title.text().to_owned(),
            start,
            confidence,
            spans: part.spans.clone(),
            repairs: part.repairs.clone(),
        });
        self.tokens.extend(part.tokens.iter().map(|token| Token { start: token.start + start, end: token.end + start, ..*token }));
        for person in &part.byline {
            if self.byline.iter().all(|known| known.name != person.name) {
                self.byline.push(Person { spans: Vec::new(), ..person.clone() });
            }
        }
        self.jump_to.clone_from(&part.jump_to);
        self.confidence.boundary = self.confidence.boundary.and(part.confidence.boundary).and(confidence);
    }

    /// What is left of a piece that has become a part of the article `whole`: its id, so that whoever has read it learns of it.
    #[must_use]
    pub fn given_to(&self, whole: &Self) -> Self {
        Self {
            sheet: Arc::clone(&self.sheet),
            begin: self.begin,
            ordinal: self.ordinal,
            rev: self.rev,
            kind: self.kind,
            kicker: Passage::default(),
            title: Passage::default(),
            subtitle: Passage::default(),
            dateline: None,
            text: Passage::default(),
            byline: Vec::new(),
            tokens: Vec::new(),
            topics: Vec::new(),
            keywords: Vec::new(),
            entities: Vec::new(),
            dates: Vec::new(),
            jump_to: self.jump_to.clone(),
            jump_from: self.jump_from.clone(),
            complete: false,
            confidence: Confidence::default(),
            spans: Vec::new(),
            repairs: Vec::new(),
            continuations: Vec::new(),
            part_of: Some(whole.id()),
            warnings: Vec::new(),
            lease: Lease::default(),
        }
    }

    /// Adds a warning code once.
    pub fn warn(&mut self, code: &'static str) {
        if !self.warnings.contains(&code) {
            self.warnings.push(code);
        }
    }
}
