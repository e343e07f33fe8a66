//! The report on a page, `jianbao/explain/1`: one entry a line, one an article. How it is shown is the command line's.

use pipeline::{Confidence, Kind, Permille};
use schemars::JsonSchema;
use serde::Serialize;

/// Name and version of the report.
pub const SCHEMA: &str = "jianbao/explain/1";

/// What every stage decided on one page, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageReport {
    /// Always `jianbao/explain/1`.
    pub schema: &'static str,
    /// The issue or file.
    pub doc_id: String,
    /// The page.
    pub page_id: String,
    /// Counted from 1 inside the document.
    pub page_no: u32,
    /// What it was decoded from.
    pub encoding: &'static str,
    /// What blank lines mean on this page: `mark_edges` (they stand wherever the left edge changes), `between_blocks` or `absent`.
    pub blanks: &'static str,
    /// What the stages before the cut did to the page, in order.
    pub stages: Vec<StageReport>,
    /// All lines with something on them, in the order in which they are read.
    pub lines: Vec<LineReport>,
    /// All pieces of the page, furniture last.
    pub articles: Vec<ArticleReport>,
    /// Codes of what is doubtful about the page as a whole.
    pub warnings: Vec<&'static str>,
}

/// What one stage did to the page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StageReport {
    /// Its name.
    pub stage: &'static str,
    /// Repairs it made, by why.
    pub repairs: Vec<RepairCount>,
    /// Lines it put in another place.
    pub moved: usize,
    /// Line ends that it joined to the next line.
    pub joined: usize,
}

/// How often a repair was made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RepairCount {
    /// `radical`, `duplicate_run`, `hyphen` …
    pub why: &'static str,
    /// How often.
    pub count: usize,
}

/// One line of the page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineReport {
    /// Its number on the page, blank lines counted, from 1.
    pub line: usize,
    /// As printed.
    pub printed: String,
    /// As read after all repairs.
    pub text: String,
    /// Blank lines before it.
    pub blanks_before: u32,
    /// It was put in another place than it was printed in.
    pub moved: bool,
    /// How wide the line may be in print: least and most, in ems; null for what is no line of print.
    pub width: Option<[f64; 2]>,
    /// How wide the box is that it was set in, in ems.
    pub measure: f64,
    /// The part it plays in the layout: `opening`, `start`, `flow`, `resume`, `display`, `subhead` or `apart`.
    pub role: &'static str,
    /// What it is by its wording when that settles the role: `byline`, `jump_to`, `jump_from`, `furniture`, `label`, `notice`.
    pub wording: Option<&'static str>,
    /// The signs that speak most for the role and against the rival, the strongest first, at most three.
    pub speaks_for: Vec<SignReport>,
    /// The next best role; null when the wording settles it.
    pub rival: Option<RivalReport>,
    /// The rival is nearly as likely: its margin is below 0.405 nats, odds of 6 to 4.
    pub doubtful: bool,
    /// How it is glued to the next line that is read: `break`, `join` or `space`.
    pub glue: &'static str,
    /// What is read differently from how it is printed.
    pub repairs: Vec<LineRepair>,
    /// The number of the article it went to; null for furniture.
    pub article: Option<usize>,
    /// The id of that article or piece of furniture.
    pub article_id: Option<String>,
    /// The parts it plays there, in the order of the line: `kicker`, `title`, `subtitle`, `byline`, `body`, `credit`, `jump`,
    /// `left_out` (a headline that was not sure enough), `furniture`, `notice`.
    pub parts: Vec<&'static str>,
    /// Why all that, in words.
    pub reasons: Vec<String>,
}

/// A role that was not taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RivalReport {
    /// Which.
    pub role: &'static str,
    /// By how much the best reading of the whole page beats the best one in which the line plays this role, in nats.
    pub margin: f64,
    /// The signs that speak most for it, the strongest first, at most two.
    pub speaks_for: Vec<SignReport>,
}

/// One sign and what it is worth for one role against another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SignReport {
    /// Its name in the table of weights (`line-roles.txt` or `whole-paragraph-roles.txt` in `stages/data`).
    pub sign: String,
    /// Where it was seen: `line`, `before` (between the line and the one before it) or `after`.
    pub place: &'static str,
    /// What it is worth, in nats.
    pub weight: f64,
    /// What it says, in words.
    pub says: String,
}

/// One repair of a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineRepair {
    /// The stage that made it.
    pub stage: &'static str,
    /// `radical`, `duplicate_run`, `hyphen` …
    pub why: &'static str,
    /// What is printed.
    pub printed: String,
    /// What is read; empty when it is left out.
    pub read_as: String,
}

/// One piece of the page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ArticleReport {
    /// Counted from 1 on the page; null for furniture.
    pub number: Option<usize>,
    /// As in the record.
    pub id: String,
    /// As in the record.
    pub kind: Kind,
    /// The line above the headline.
    pub kicker: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The line below it.
    pub subtitle: Option<String>,
    /// As in the record.
    pub dateline: Option<String>,
    /// Who wrote it.
    pub byline: Vec<PersonReport>,
    /// The body, paragraphs divided by `\n`.
    pub text: String,
    /// Label of the page it goes on.
    pub jump_to: Option<String>,
    /// Label of the page it comes from.
    pub jump_from: Option<String>,
    /// Whether both its ends are on this page.
    pub complete: bool,
    /// How sure it is; 0 where nothing was decided.
    pub confidence: Confidence,
    /// Why it has its headline; null without one.
    pub headline: Option<HeadlineReport>,
    /// Its topics when the chain tags them.
    pub topics: Vec<TopicReport>,
    /// Codes of what is doubtful.
    pub warnings: Vec<&'static str>,
    /// Whether it leaves the chain as an article of its own.
    pub comes_out: bool,
    /// The article of another page that it was stitched onto.
    pub part_of: Option<PartReport>,
    /// Parts from other pages that were stitched on; their text is not in this report.
    pub continuations: Vec<PartReport>,
    /// Where it stands: first and last number of lines that are read one after the other.
    pub lines: Vec<[usize; 2]>,
    /// Why it is cut so, in words.
    pub reasons: Vec<String>,
    /// Its clean text in pieces of one line each, for those who show text and page side by side.
    #[serde(skip)]
    pub pieces: Vec<Piece>,
}

/// A stretch of an article's clean text that comes from one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// `kicker`, `title`, `subtitle` or `body`.
    pub part: &'static str,
    /// The number of the line.
    pub line: usize,
    /// The clean text, with what glues it to the next piece.
    pub text: String,
}

/// A piece of another page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PartReport {
    /// As in the record.
    pub id: String,
    /// The page.
    pub page_id: String,
    /// Its headline.
    pub title: Option<String>,
    /// How sure it is that the two are one article.
    pub confidence: Permille,
}

/// Somebody named.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PersonReport {
    /// Without padding.
    pub name: String,
    /// 记者, 通讯员 …
    pub role: Option<String>,
    /// 新华社, 本报 …
    pub org: Option<String>,
    /// The number of the line where the name stands.
    pub line: Option<usize>,
}

/// Why an article has its headline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HeadlineReport {
    /// Where it stands to the text: `above`, `below`, `inside` (between parts of the text) or `apart` (other articles between).
    pub position: &'static str,
    /// How much of it is said again in the text, the rarer the pieces the more.
    pub share: Permille,
    /// Words it shares with the text, in the order of the headline.
    pub shared: Vec<String>,
    /// The other article of the page that says most of it.
    pub next_best: Option<NextBest>,
    /// How many headlines of the page stand above their text.
    pub above: usize,
    /// How many stand below it.
    pub below: usize,
}

/// Another article that could have had a headline.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct NextBest {
    /// Its number.
    pub article: usize,
    /// How much of the headline its text says again.
    pub share: Permille,
}

/// A topic and what it was told by.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TopicReport {
    /// Stable id.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// How strongly.
    pub score: Permille,
    /// Terms that were found, in the order of the text.
    pub evidence: Vec<TermReport>,
}

/// A term of a topic.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TermReport {
    /// The term.
    pub term: String,
    /// How often.
    pub count: usize,
}
