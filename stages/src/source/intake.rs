//! Frames to sheets: names pages, decodes them, reads NDJSON pages, and says when a document ends. Knows no file and no channel.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;
use pipeline::sheet::DocId;
use pipeline::{Failure, Place, Sheet, SheetIdentity};
use serde_json::Value;

use super::decode::decode;
use super::frame::{Format, Frame, Framer};
use super::key::Named;

/// What the pump hands to the feed.
#[derive(Debug)]
pub(crate) enum Event {
    /// A page.
    Page(Box<Sheet>),
    /// A page or file that could not become one.
    Failed(Box<Failure>),
    /// A document is complete.
    End(DocId),
}

/// How input is read; the same for all inputs of a source.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// How pages are divided.
    pub(crate) format: Format,
    /// Encodings to try before guessing.
    pub(crate) encodings: Vec<&'static Encoding>,
    /// Bytes a page may have.
    pub(crate) max_page: usize,
    /// Share of replaced characters a page may have.
    pub(crate) max_replaced: f64,
}

/// Who the input is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Who {
    /// The stage name in failures.
    pub(crate) source: &'static str,
    /// As the user named it.
    pub(crate) path: Arc<str>,
    /// Name of the document when the input does not say otherwise, and stem of its page ids.
    pub(crate) doc_id: DocId,
    /// Paper, date and page label known from the path.
    pub(crate) named: Named,
    /// A document of one page gives the page its own name, without a number.
    pub(crate) finite: bool,
}

/// One input on its way from bytes to events.
pub(crate) struct Intake {
    who: Who,
    manner: Manner,
    framer: Framer,
    encoding: Option<&'static str>,
    /// The first page of a finite input, until it is known whether it is the only one.
    held: VecDeque<Event>,
    open_document: Option<DocId>,
    empty_pages: u32,
    seen_text: bool,
}

impl Intake {
    pub(crate) fn new(who: Who, manner: Manner) -> Self {
        let framer = Framer::new(manner.format, manner.max_page);
        Self { who, manner, framer, encoding: None, held: VecDeque::new(), open_document: None, empty_pages: 0, seen_text: false }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut frames = Vec::new();
        self.framer.push(bytes, &mut frames);
        self.events(frames)
    }

    /// The input has ended, or is not read any further.
    pub(crate) fn finish(&mut self) -> Vec<Event> {
        let mut frames = Vec::new();
        self.framer.finish(&mut frames);
        let mut out = self.events(frames);
        out.extend(self.release());
        if !self.seen_text && self.empty_pages > 0 {
            tracing::warn!(code = "no_text", path = %self.who.path, "no text on any of {} pages (a scan, or pdftotext without poppler-data?)", self.empty_pages);
        }
        out.extend(self.open_document.take().map(Event::End));
        out
    }

    /// The bytes that come were another encoding before they got here.
    pub(crate) fn recoded_from(&mut self, encoding: Option<&'static str>) {
        self.encoding = encoding;
    }

    /// The input cannot be read any further: what came before the damage is fed, and the damage is reported.
    pub(crate) fn broken(&mut self, error: &io::Error) -> Vec<Event> {
        use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
        let damaged = matches!(error.kind(), InvalidData | InvalidInput | Other | UnexpectedEof);
        let code = if damaged { "corrupt_archive" } else { "unreadable" };
        let identity = self.identity(self.framer.pages() + 1);
        self.open_document.get_or_insert_with(|| Arc::clone(&identity.doc_id));
        let mut events = self.finish();
        let end = events.iter().position(|event| matches!(event, Event::End(_))).unwrap_or(events.len());
        events.insert(end, self.failure(code, format!("cannot be read any further: {error}"), identity, 0));
        events
    }

    fn events(&mut self, frames: Vec<Frame>) -> Vec<Event> {
        let mut out = Vec::new();
        for frame in frames {
            if self.framer.pages() > 1 {
                out.extend(self.release());
            }
            match frame {
                Frame::Empty { .. } => self.empty_pages += 1,
                Frame::TooLarge { no, offset, bytes } => {
                    let cause = format!(
                        "a page of {bytes} bytes, more than max_page allows ({}); raise max_page if it is a real page",
                        self.manner.max_page
                    );
                    let failure = self.failure("page_too_large", cause, self.identity(no), offset);
                    self.give(&self.identity(no).doc_id, failure, &mut out);
                }
                Frame::Text { no, offset, bytes } => self.text(no, offset, &bytes, &mut out),
                Frame::Json { line, offset, bytes } => self.json(line, offset, &bytes, &mut out),
            }
        }
        out
    }

    fn text(&mut self, no: u32, offset: u64, bytes: &[u8], out: &mut Vec<Event>) {
        let identity = self.identity(no);
        let event = match decode(bytes, &self.manner.encodings, self.manner.max_replaced) {
            Ok(decoded) => {
                let place = Place { path: Arc::clone(&self.who.path), offset };
                let encoding = self.encoding.unwrap_or(decoded.encoding);
                match Sheet::new(identity.clone(), place, encoding, decoded.replaced, decoded.text) {
                    Ok(sheet) => Event::Page(Box::new(sheet)),
                    Err(error) => self.failure("page_too_large", error.to_string(), identity, offset),
                }
            }
            Err(cause) => self.failure("undecodable", cause, identity, offset),
        };
        self.seen_text = true;
        self.give(&self.identity(no).doc_id, event, out);
    }

    fn json(&mut self, line: u32, offset: u64, bytes: &[u8], out: &mut Vec<Event>) {
        self.seen_text = true;
        let place = Place { path: Arc::clone(&self.who.path), offset };
        let sheet = decode(bytes, &self.manner.encodings, 0.0)
            .map_err(|_| "the line is not UTF-8".to_owned())
            .and_then(|decoded| page_of(&decoded.text, self.identity(line)))
            .and_then(|(identity, text)| Sheet::new(identity, place, "utf-8", 0, text).map_err(|error| error.to_string()));
        match sheet {
            Ok(sheet) => self.give(&Arc::clone(&sheet.identity.doc_id), Event::Page(Box::new(sheet)), out),
            Err(cause) => {
                let doc = self.open_document.clone().unwrap_or_else(|| Arc::clone(&self.who.doc_id));
                let identity = SheetIdentity { doc_id: Arc::clone(&doc), ..self.identity(line) };
                let failure = self.failure("bad_page_json", format!("line {line}: {cause}"), identity, offset);
                self.give(&doc, failure, out);
            }
        }
    }

    /// Sends `event` of document `doc`, ending the document before it.
    fn give(&mut self, doc: &DocId, event: Event, out: &mut Vec<Event>) {
        if let Some(last) = self.open_document.replace(Arc::clone(doc)).filter(|last| last != doc) {
            out.push(Event::End(last));
        }
        let first_of_file = self.who.finite && self.framer.pages() <= 1 && matches!(event, Event::Page(_));
        if first_of_file { self.held.push_back(event) } else { out.push(event) }
    }

    /// Lets go of the held page: under its own name when the document has no other page.
    fn release(&mut self) -> impl Iterator<Item = Event> + use<> {
        let single = self.framer.pages() <= 1;
        let mut held = std::mem::take(&mut self.held);
        for event in &mut held {
            if let Event::Page(sheet) = event
                && single
                && sheet.identity.page_id == page_id(&self.who.doc_id, 1)
            {
                sheet.identity.page_id = Arc::clone(&self.who.doc_id);
            }
        }
        held.into_iter()
    }

    fn identity(&self, no: u32) -> SheetIdentity {
        let named = &self.who.named;
        SheetIdentity {
            doc_id: named.doc_id().unwrap_or_else(|| Arc::clone(&self.who.doc_id)),
            page_id: page_id(&self.who.doc_id, no),
            page_no: no,
            page_label: named.page.clone(),
            paper: named.paper.clone(),
            issue_date: named.issue_date.clone(),
        }
    }

    fn failure(&self, code: &'static str, cause: String, identity: SheetIdentity, offset: u64) -> Event {
        let place = Place { path: Arc::clone(&self.who.path), offset };
        Event::Failed(Box::new(Failure { code, stage: self.who.source, cause, span: None, identity, place, text: None }))
    }
}

fn page_id(stem: &str, no: u32) -> Arc<str> {
    format!("{stem}:{no}").into()
}

/// Reads one NDJSON page. Keys that are not jianbao's are left alone.
fn page_of(line: &str, known: SheetIdentity) -> Result<(SheetIdentity, String), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    let Value::Object(mut page) = value else { return Err("a page must be a JSON object".to_owned()) };
    let Some(Value::String(text)) = page.remove("text") else { return Err("`text` must be there and be a string".to_owned()) };
    let string = |name: &str| match page.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(value)) => Ok(Some(Arc::<str>::from(value.as_str()))),
        Some(other) => Err(format!("`{name}` must be a string, not {other}")),
    };
    let number = match page.get("page_no") {
        None | Some(Value::Null) => None,
        Some(value) => Some(
            value
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .ok_or_else(|| format!("`page_no` must be a small whole number, not {value}"))?,
        ),
    };
    let issue_date = string("issue_date")?
        .map(|date| super::key::calendar_day(&date).ok_or_else(|| format!("`issue_date` must be a day as YYYY-MM-DD, not {date}")))
        .transpose()?;
    let identity = SheetIdentity {
        doc_id: string("doc_id")?.unwrap_or(known.doc_id),
        page_id: string("page_id")?.unwrap_or(known.page_id),
        page_no: number.unwrap_or(known.page_no),
        page_label: string("page_label")?.or(known.page_label),
        paper: string("paper")?.or(known.paper),
        issue_date: issue_date.or(known.issue_date),
    };
    Ok((identity, text))
}

/// The stem of a path: its name without `.txt`, `.ndjson` … and without `.gz` or `.zst`.
pub(crate) fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    let known = [".txt", ".text", ".ndjson", ".jsonl", ".json"];
    known.iter().find_map(|end| name.strip_suffix(end)).filter(|stem| !stem.is_empty()).unwrap_or(name).to_owned()
}
