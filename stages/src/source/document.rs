//! One input (a file, or stdin) from bytes to pages: framing, decoding, numbering and naming. Pure: the bytes come in slices, what
//! is found goes out in a list, and how the bytes were cut never shows.

use std::sync::Arc;

use encoding_rs::Encoding;
use pipeline::sheet::DocId;
use pipeline::{BuildResult, Failure, OptionError, Place, Sheet, SheetIdentity, Size};

use super::binary;
use super::decode::{Decoded, Decoding};
use super::frame::{Body, Format, Frame, Framer};
use super::numbering::Numbering;
use super::page_json::{self, PageLine};

/// What `max_page` is when nobody says otherwise.
pub(super) const MAX_PAGE: Size = Size(8 << 20);
/// What `max_replaced` is when nobody says otherwise.
pub(super) const MAX_REPLACED: f64 = 0.01;
/// No page may be larger: decoded it may be three times as long, and spans address 2 GiB.
const LARGEST: u64 = 512 << 20;

/// How inputs are read: the options that all sources share, checked.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The source's name, for failures.
    pub(super) source: &'static str,
    pub(super) format: Format,
    pub(super) decoding: Decoding,
    pub(super) max_page: Size,
}

impl Reading {
    /// Checks the options.
    ///
    /// # Errors
    /// All mistakes.
    pub(super) fn new(source: &'static str, format: Format, encodings: &[String], max_replaced: f64, max_page: Size) -> BuildResult<Self> {
        let mut errors = Vec::new();
        if !(1..=LARGEST).contains(&max_page.0) {
            let limit = Size(LARGEST);
            errors.push(OptionError::new("max_page", "invalid_size", format!("must be between 1 byte and {limit}, not {max_page}")));
        }
        match Decoding::new(encodings, max_replaced) {
            Ok(decoding) if errors.is_empty() => Ok(Self { source, format, decoding, max_page }),
            Ok(_) => Err(errors),
            Err(more) => {
                errors.extend(more);
                Err(errors)
            }
        }
    }
}

/// Who an input is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    /// As the user gave it, or `stdin`.
    pub(super) path: Arc<str>,
    /// The document its pages belong to, unless they say otherwise themselves.
    pub(super) doc_id: DocId,
    /// What page ids begin with.
    pub(super) stem: Arc<str>,
    /// Whether a reader may be waiting at the other end: then no page is held back to learn whether it is the only one, and its
    /// id always has a number.
    pub(super) live: bool,
    pub(super) page_label: Option<Arc<str>>,
    pub(super) paper: Option<Arc<str>>,
    pub(super) issue_date: Option<Arc<str>>,
}

/// What comes of reading.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Page(Sheet),
    Failure(Box<Failure>),
    End(DocId),
}

/// An input while it is read.
pub(super) struct Document {
    reading: Arc<Reading>,
    input: Input,
    framer: Framer,
    frames: Vec<Frame>,
    numbering: Numbering,
    /// Pages met, those with nothing on them too.
    pages: u32,
    /// Whether one had something on it, be it unreadable.
    any_text: bool,
    /// Those that could be read.
    readable: u32,
    /// Those that are no text at all.
    binary: u32,
    /// Whether the input as a whole is no text, which has been said.
    refused: bool,
    /// The first page, until it is known whether it is the only one.
    held: Option<Found>,
    /// Whether the last byte has been seen.
    finished: bool,
    /// What the page before was read as.
    before: Option<&'static Encoding>,
}

impl Document {
    /// At the beginning of an input. `numbering` comes from the input before.
    pub(super) fn new(reading: Arc<Reading>, input: Input, numbering: Numbering) -> Self {
        let framer = Framer::new(reading.format.of(&input.path), reading.max_page.0);
        Self {
            reading,
            input,
            framer,
            frames: Vec::new(),
            numbering,
            pages: 0,
            any_text: false,
            readable: 0,
            binary: 0,
            refused: false,
            held: None,
            finished: false,
            before: None,
        }
    }

    /// Takes a chunk and appends what is complete with it.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<Found>) {
        let mut frames = std::mem::take(&mut self.frames);
        self.framer.push(chunk, &mut frames);
        for frame in frames.drain(..) {
            self.frame(frame, out);
        }
        self.frames = frames;
    }

    /// The input is over: what was read of an unfinished page is its last page.
    pub(super) fn finish(&mut self, out: &mut Vec<Found>) {
        if std::mem::replace(&mut self.finished, true) {
            return;
        }
        let mut frames = Vec::new();
        self.framer.finish(&mut frames);
        for frame in frames {
            self.frame(frame, out);
        }
        self.release(true, out);
    }

    /// The run has been stopped before the input was over. Of a live input, which cannot be read again, what was read of an
    /// unfinished page is its last page; any other is left where it is.
    pub(super) fn interrupt(&mut self, out: &mut Vec<Found>) {
        if self.finished {
            return;
        }
        // Whether a document that was read in part has text nobody knows.
        self.any_text = true;
        if self.input.live {
            self.finish(out);
        }
    }

    /// The input cannot be read on.
    pub(super) fn fail(&mut self, code: &'static str, cause: String, out: &mut Vec<Found>) {
        (self.any_text, self.finished) = (true, true);
        self.release(false, out);
        let doc_id = self.numbering.open().unwrap_or(&self.input.doc_id).clone();
        self.enter(&doc_id, out);
        self.numbering.next(None);
        let mut identity = self.identity(self.pages.saturating_add(1), PageLine::default());
        identity.doc_id = doc_id;
        if self.pages == 0 {
            identity.page_id = Arc::clone(&self.input.stem);
        }
        let failure = self.failure(code, cause, identity, self.framer.offset());
        out.push(failure);
    }

    /// Closes the input. Unless the next input goes on with the open document, it ends.
    pub(super) fn close(mut self, next: Option<&DocId>, out: &mut Vec<Found>) -> Numbering {
        let path = &self.input.path;
        if self.pages == 0 && !self.any_text {
            tracing::warn!(code = "empty_input", "nothing is written in {path}: no page was read");
        } else if !self.any_text {
            let pages = self.pages;
            tracing::warn!(code = "no_text", "no text on any of {pages} pages of {path} (a scan, or pdftotext without poppler-data?)");
        }
        if !self.numbering.goes_on(next) {
            let open = self.numbering.end().unwrap_or_else(|| Arc::clone(&self.input.doc_id));
            out.push(Found::End(open));
        }
        self.numbering
    }

    fn frame(&mut self, frame: Frame, out: &mut Vec<Found>) {
        let blank = matches!(&frame.body, Body::Whole(bytes) if bytes.trim_ascii().is_empty());
        if self.refused || (frame.is_line && blank) {
            return;
        }
        self.pages = self.pages.saturating_add(1);
        if self.pages > 1 {
            self.release(false, out);
        }
        if blank {
            let doc_id = Arc::clone(&self.input.doc_id);
            self.enter(&doc_id, out);
            self.numbering.next(None);
            return;
        }
        let found = self.found(frame, out);
        match found {
            Some(first) if self.pages == 1 && !self.framer.is_lines() && !self.input.live => self.held = Some(first),
            found => out.extend(found),
        }
    }

    /// Lets the held page go; when it is `alone` its id is the stem.
    fn release(&mut self, alone: bool, out: &mut Vec<Found>) {
        let Some(mut found) = self.held.take() else { return };
        if alone {
            match &mut found {
                Found::Page(sheet) => sheet.identity.page_id = Arc::clone(&self.input.stem),
                Found::Failure(failure) => failure.identity.page_id = Arc::clone(&self.input.stem),
                Found::End(_) => {}
            }
        }
        out.push(found);
    }

    fn found(&mut self, frame: Frame, out: &mut Vec<Found>) -> Option<Found> {
        let Frame { is_line, number, offset, widened, body } = frame;
        if let Body::Whole(bytes) = &body
            && widened.is_none()
            && let Some(cause) = binary::why_no_text(bytes)
        {
            self.any_text = true;
            self.binary = self.binary.saturating_add(1);
            // One bad page costs one page, but what is mostly binary has form feeds by chance.
            self.refused = self.binary > self.readable;
            let cause = if self.refused { format!("{cause}; nothing more of {} is read", self.input.path) } else { cause };
            let identity = self.enter_bad(PageLine::default(), out);
            return Some(self.failure("binary_input", cause, identity, offset));
        }
        let decoded = match body {
            Body::TooLarge(bytes) => {
                let limit = self.reading.max_page;
                Err(("page_too_large", format!("a page of {bytes} bytes; max_page is {limit}")))
            }
            Body::Whole(bytes) => match widened {
                Some(encoding) => self.reading.decoding.widened(bytes, encoding),
                None => self.reading.decoding.decode(bytes, self.before),
            }
            .map_err(|cause| ("undecodable", cause)),
        };
        let mut decoded = match decoded {
            Ok(decoded) => decoded,
            Err((code, cause)) => {
                self.any_text = true;
                let cause = if is_line { format!("line {number}: {cause}") } else { cause };
                let identity = self.enter_bad(PageLine::default(), out);
                return Some(self.failure(code, cause, identity, offset));
            }
        };
        if decoded.encoding != encoding_rs::UTF_8 {
            self.before = Some(decoded.encoding);
        }
        let mut line = PageLine::default();
        if is_line {
            match page_json::read(&decoded.text, number) {
                Ok(page) => line = page,
                Err(bad) => {
                    self.any_text = true;
                    let identity = self.enter_bad(bad.known, out);
                    return Some(self.failure("bad_page_json", bad.cause, identity, offset));
                }
            }
            decoded.text = std::mem::take(&mut line.text);
        }
        let identity = self.enter_page(line, out);
        if decoded.text.trim().is_empty() {
            return None;
        }
        self.any_text = true;
        self.readable = self.readable.saturating_add(1);
        Some(self.sheet(decoded, identity, offset))
    }

    fn sheet(&self, decoded: Decoded, identity: SheetIdentity, offset: u64) -> Found {
        let place = Place { path: Arc::clone(&self.input.path), offset };
        let replaced = u32::try_from(decoded.replaced).unwrap_or(u32::MAX);
        match Sheet::new(identity.clone(), place, lower_name(decoded.encoding), replaced, decoded.text) {
            Ok(mut sheet) => {
                sheet.doubtful_encoding = decoded.doubtful;
                Found::Page(sheet)
            }
            Err(error) => self.failure("page_too_large", error.to_string(), identity, offset),
        }
    }

    fn failure(&self, code: &'static str, cause: String, identity: SheetIdentity, offset: u64) -> Found {
        let place = Place { path: Arc::clone(&self.input.path), offset };
        Found::Failure(Box::new(Failure::of_place(self.reading.source, code, cause, identity, place)))
    }

    /// Opens the page's document and gives it its number there: as its line says, or one more than the page before.
    fn enter_page(&mut self, line: PageLine, out: &mut Vec<Found>) -> SheetIdentity {
        let doc_id = line.doc_id.as_deref().map_or_else(|| Arc::clone(&self.input.doc_id), Arc::from);
        self.enter(&doc_id, out);
        let page_no = self.numbering.next(line.page_no);
        let number = if self.framer.is_lines() { page_no } else { self.pages };
        self.identity(number, line)
    }

    /// A page that does not say where it belongs, because it cannot be read, belongs to the document in hand: it must not end it.
    fn enter_bad(&mut self, mut line: PageLine, out: &mut Vec<Found>) -> SheetIdentity {
        if self.framer.is_lines() && line.doc_id.is_none() {
            line.doc_id = self.numbering.open().map(|open| open.as_ref().to_owned());
        }
        self.enter_page(line, out)
    }

    fn identity(&self, number: u32, line: PageLine) -> SheetIdentity {
        let own = |told: Option<String>, all: &Option<Arc<str>>| told.map(Arc::from).or_else(|| all.clone());
        let page_id = match (&line.page_id, &line.doc_id) {
            (Some(page_id), _) => page_id.clone(),
            (None, Some(doc_id)) => format!("{doc_id}:{}", self.numbering.page_no()),
            (None, None) => format!("{}:{number}", self.input.stem),
        };
        SheetIdentity {
            doc_id: line.doc_id.map_or_else(|| Arc::clone(&self.input.doc_id), Arc::from),
            page_id: page_id.into(),
            page_no: self.numbering.page_no(),
            page_label: own(line.page_label, &self.input.page_label),
            paper: own(line.paper, &self.input.paper),
            issue_date: own(line.issue_date, &self.input.issue_date),
        }
    }

    fn enter(&mut self, doc_id: &DocId, out: &mut Vec<Found>) {
        out.extend(self.numbering.enter(doc_id, &self.input.path).map(Found::End));
    }
}

/// The names of all encodings that are not written in lower case by the WHATWG, as the record writes them.
const LOWER_NAMES: &str = "utf-8 big5 gbk utf-16le utf-16be euc-jp euc-kr shift_jis iso-2022-jp ibm866 koi8-r koi8-u \
    iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-8-i iso-8859-10 iso-8859-13 \
    iso-8859-14 iso-8859-15 iso-8859-16";

pub(super) fn lower_name(encoding: &'static Encoding) -> &'static str {
    let name = encoding.name();
    LOWER_NAMES.split(' ').find(|lower| lower.eq_ignore_ascii_case(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn reading(max_page: u64) -> Arc<Reading> {
        Arc::new(Reading::new("files", Format::Auto, &[], 0.01, Size(max_page)).unwrap())
    }

    fn input(live: bool) -> Input {
        Input { path: "in/a.txt".into(), doc_id: "a".into(), stem: "a".into(), live, paper: Some("今平湖".into()), ..Input::default() }
    }

    /// What is found, a line each: page id, number in the document, offset, text; or code and cause; or the document that ends.
    fn found(bytes: &[u8], live: bool, max_page: u64, chunk: usize) -> Vec<String> {
        let mut document = Document::new(reading(max_page), input(live), Numbering::default());
        let mut out = Vec::new();
        for part in bytes.chunks(chunk) {
            document.push(part, &mut out);
        }
        document.finish(&mut out);
        document.close(None, &mut out);
        let show = |found: Found| match found {
            Found::Page(sheet) => {
                let who = &sheet.identity;
                format!("{} {} {} @{} {:?} {}", who.doc_id, who.page_id, who.page_no, sheet.place.offset, sheet.text, sheet.encoding)
            }
            Found::Failure(failure) => {
                let who = &failure.identity;
                format!("{} {} {} {}: {}", who.doc_id, who.page_id, who.page_no, failure.code, failure.cause)
            }
            Found::End(doc_id) => format!("end {doc_id}"),
        };
        out.into_iter().map(show).collect()
    }

    fn of(text: &str) -> Vec<String> {
        found(text.as_bytes(), false, 1 << 20, 1 << 20)
    }

    #[test]
    fn names_pages() {
        assert_eq!(of("甲\x0c"), ["a a 1 @0 \"甲\" utf-8", "end a"]);
        assert_eq!(of("甲"), of("甲\x0c\n"));
        assert_eq!(of("甲\x0c\x0c丙"), ["a a:1 1 @0 \"甲\" utf-8", "a a:3 3 @5 \"丙\" utf-8", "end a"]);
        assert_eq!(of("\x0c \n\u{3000}\x0c丙"), ["a a:3 3 @7 \"丙\" utf-8", "end a"]);
        assert_eq!(of("甲\x0c\x0c"), ["a a:1 1 @0 \"甲\" utf-8", "end a"]);
        assert_eq!(found("甲\x0c".as_bytes(), true, 100, 1), ["a a:1 1 @0 \"甲\" utf-8", "end a"]);
        assert_eq!(of(""), ["end a"]);
        assert_eq!(of("\x0c\x0c\x0c"), ["end a"]);
    }

    #[test]
    fn a_live_page_goes_on_at_once() {
        let mut document = Document::new(reading(100), input(true), Numbering::default());
        let mut out = Vec::new();
        document.push("甲乙\x0c丙".as_bytes(), &mut out);
        assert_eq!(out.len(), 1);
        let mut lines = Document::new(reading(100), input(true), Numbering::default());
        lines.push(b"{\"text\":\"x\"}\n{", &mut out);
        assert_eq!(out.len(), 2);
    }

    #[test]
    fn lines_name_their_documents() {
        let lines = "\u{feff}{\"text\":\"甲\",\"doc_id\":\"d\",\"page_no\":5}\r\n\r\n{\"text\":\"乙\",\"doc_id\":\"d\"}\n{\"text\":\"丙\",\"page_id\":\"p\"}\n{\"text\":\" \"}\n{\"text\":\"丁\"}\n{\"text\":\"戊\",\"doc_id\":\"d\"}";
        let seen = of(lines).into_iter().map(|line| line.split(" @").next().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(seen, ["d d:5 5", "d d:6 6", "end d", "a p 1", "a a:3 3", "end a", "d d:7 7", "end d"]);
    }

    #[test]
    fn a_bad_line_is_one_failure_and_the_others_go_on() {
        let seen = of("{\"text\":\"甲\"}\n{\"text\":5}\n{\"text\n[]\n{\"text\":\"乙\"}\n");
        assert_eq!(seen.len(), 6);
        assert_eq!(seen[1], "a a:2 2 bad_page_json: line 2: text must be a string, not 5");
        assert!(seen[2].starts_with("a a:3 3 bad_page_json: line 3: not JSON at column"));
        assert_eq!(seen[4], "a a:5 5 @36 \"乙\" utf-8");
        let inside = of("{\"text\":\"甲\",\"doc_id\":\"d\"}\n{oops\n{\"text\":\"乙\",\"doc_id\":\"d\"}\n");
        assert!(inside.len() == 4 && inside[1].starts_with("d d:2 2 bad_page_json") && inside[2].starts_with("d d:3 3"), "{inside:?}");
        assert_eq!(of("{\"text\":null}")[0], "a a:1 1 bad_page_json: line 1: text must be a string, not null");
    }

    #[test]
    fn what_is_too_large_or_unreadable_keeps_its_number() {
        let noise: Vec<u8> = (0_u32..400).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
        let bytes = [b"x".repeat(500).as_slice(), b"\x0c", &noise, b"\x0cplain text"].concat();
        let seen = found(&bytes, false, 450, 64);
        assert_eq!(seen[0], "a a:1 1 page_too_large: a page of 500 bytes; max_page is 450 bytes");
        assert!(seen[1].starts_with("a a:2 2 undecodable: "), "{}", seen[1]);
        assert_eq!(seen[2..], ["a a:3 3 @902 \"plain text\" utf-8", "end a"]);
        assert_eq!(found(&[b'x'; 500], false, 450, 64)[0], "a a 1 page_too_large: a page of 500 bytes; max_page is 450 bytes");
    }

    #[test]
    fn binary_input_is_refused_once() {
        let program = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 40], b"\x0c\x01\x02\xff\x0c", &[7; 40], b"\x0cplain"].concat();
        for chunk in [1, 1 << 20] {
            let seen = found(&program, false, 1 << 20, chunk);
            assert_eq!((seen.len(), seen[1].as_str()), (2, "end a"), "{seen:?}");
            assert!(seen[0].starts_with("a a 1 binary_input: this is no text but binary: 43 of the first 47 bytes"), "{seen:?}");
        }
        let inside = found(&[b"one\x0c".as_slice(), &[0; 40], b"\x0cthree"].concat(), false, 1 << 20, 64);
        assert!(
            inside[1].starts_with("a a:2 2 binary_input") && inside[2].contains("\"three\""),
            "one bad page costs one page: {inside:?}"
        );
        let mostly = found(&[b"one\x0c".as_slice(), &[0; 40], b"\x0c", &[0; 40], b"\x0cfour"].concat(), false, 1 << 20, 64);
        assert!(mostly.len() == 4 && mostly[2].ends_with("nothing more of in/a.txt is read"), "{mostly:?}");
        assert!(of("%PDF-1.4\n%\u{e2}\n1 0 obj\x0c\x0cx")[0].contains("this is a PDF"));
    }

    #[test]
    fn pages_before_damage_go_through() {
        let mut document = Document::new(reading(100), input(false), Numbering::default());
        let mut out = Vec::new();
        document.push("甲\x0c乙".as_bytes(), &mut out);
        document.fail("corrupt_archive", "it is damaged".to_owned(), &mut out);
        document.close(None, &mut out);
        let [Found::Page(page), Found::Failure(failure), Found::End(_)] = out.as_slice() else { panic!("{out:?}") };
        assert_eq!((&*page.identity.page_id, &*failure.identity.page_id, failure.place.offset), ("a:1", "a:2", 4));
    }

    #[test]
    fn one_issue_may_be_many_inputs() {
        let mut out = Vec::new();
        let mut first = Document::new(reading(100), input(false), Numbering::default());
        first.push("甲\x0c乙".as_bytes(), &mut out);
        first.finish(&mut out);
        let carried = first.close(Some(&"a".into()), &mut out);
        assert_eq!((carried.page_no(), out.len()), (2, 2), "the document is still open");
        let mut second = Document::new(reading(100), Input { stem: "b".into(), ..input(false) }, carried);
        second.push("丙".as_bytes(), &mut out);
        second.finish(&mut out);
        second.close(Some(&"c".into()), &mut out);
        let [_, _, Found::Page(page), Found::End(doc)] = out.as_slice() else { panic!("{out:?}") };
        assert_eq!((&*page.identity.page_id, page.identity.page_no, &**doc), ("b", 3, "a"));
        assert_eq!((page.identity.paper.as_deref(), &*page.place.path), (Some("今平湖"), "in/a.txt"));
    }

    #[test]
    fn a_short_page_is_read_as_the_page_before() {
        let page = |text| encoding_rs::BIG5.encode(text).0.into_owned();
        let long = page("今天上午，全市召開會議，部署各項工作。會議指出，要堅持以人為本。");
        let bytes = [long, page("\x0c中國")].concat();
        let seen = found(&bytes, false, 1000, 7);
        assert!(seen[1].ends_with("\"中國\" big5"), "{seen:?}");
    }

    #[test]
    fn encodings_have_lower_case_names() {
        for encoding in [encoding_rs::BIG5, encoding_rs::UTF_16LE, encoding_rs::ISO_8859_8_I, encoding_rs::GB18030] {
            assert_eq!(lower_name(encoding), encoding.name().to_ascii_lowercase());
        }
    }

    #[test]
    fn large_inputs_take_linear_time() {
        let begun = std::time::Instant::now();
        assert_eq!(of(&"页\x0c".repeat(100_000)).len(), 100_001);
        assert_eq!(found(&b"x".repeat(8 << 20), false, 16 << 20, 512).len(), 2);
        assert_eq!(found(&[b"{".as_slice(), &b" ".repeat(8 << 20)].concat(), false, 16 << 20, 512).len(), 2);
        assert!(begun.elapsed().as_secs() < 30, "these take minutes when they are quadratic");
    }

    /// Pages in several encodings, pages as NDJSON with bad lines among them, and bytes that mean nothing.
    fn inputs() -> impl Strategy<Value = Vec<u8>> {
        let encodings = prop_oneof![Just(encoding_rs::UTF_8), Just(encoding_rs::GB18030), Just(encoding_rs::BIG5)];
        let pages = prop::collection::vec("[甲会議的\\n\\x00a ]{0,12}", 0..6);
        let text = (pages, encodings).prop_map(|(pages, encoding)| encoding.encode(&pages.join("\x0c")).0.into_owned());
        let page = ("[甲乙\\n\\x0c\"\\\\ ]{0,9}", prop::option::of("[de]"), prop::option::of(1_u32..9));
        let page = page.prop_map(|(text, doc, number)| json!({ "text": text, "doc_id": doc, "page_no": number }).to_string());
        let line = prop_oneof![3 => page.clone(), 1 => "[{}\"a甲:,0 ]{0,9}"];
        let lines = (page, prop::collection::vec(line, 0..6), prop_oneof![Just("\n"), Just("\r\n")]);
        let lines = lines.prop_map(|(first, rest, end)| [vec![first], rest].concat().join(end).into_bytes());
        let noise = prop::collection::vec(prop_oneof![Just(0xc_u8), Just(b'\n'), Just(b'{'), any::<u8>()], 0..200);
        prop_oneof![text, lines, noise]
    }

    proptest! {
        #[test]
        fn chunks_never_matter(bytes in inputs(), live in any::<bool>(), chunk in 2_usize..20, limit in 30_u64..90) {
            let whole = found(&bytes, live, limit, 1 << 20);
            prop_assert_eq!(&found(&bytes, live, limit, chunk), &whole);
            prop_assert_eq!(&found(&bytes, live, limit, 1), &whole);
        }
    }
}
