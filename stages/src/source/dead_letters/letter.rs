//! One line of a dead-letter file: who the page is, why it failed, and what there is to run it again.

use std::sync::Arc;

use encoding_rs::Encoding;
use pipeline::failure::{DEAD_LETTER, ReadAs};
use pipeline::{Place, Sheet, SheetIdentity};
use serde::Deserialize;

use super::super::date;
use super::super::document::lower_name;

/// Names what is run once, however many letters there are of it: the names of document and page with the page's text, or with
/// where it stands when there is no text.
pub(crate) type Key = [u8; 16];

/// The keys that matter; others are left alone.
#[derive(Deserialize)]
struct Line {
    schema: String,
    code: String,
    doc_id: String,
    page_id: String,
    page_no: u32,
    #[serde(default)]
    page_rev: u32,
    page_label: Option<String>,
    paper: Option<String>,
    issue_date: Option<String>,
    path: String,
    offset: u64,
    encoding: Option<String>,
    #[serde(default)]
    replaced_chars: u32,
    #[serde(default)]
    doubtful_encoding: bool,
    text: Option<String>,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) code: String,
    pub(crate) identity: SheetIdentity,
    pub(crate) revision: u32,
    pub(crate) place: Place,
    read_as: ReadAs,
    pub(crate) text: Option<Arc<str>>,
}

impl Letter {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn read(line: &[u8]) -> Result<Self, String> {
        let line: Line = serde_json::from_slice(line).map_err(|error| format!("no dead letter: {error}"))?;
        if line.schema != DEAD_LETTER {
            return Err(format!("no dead letter: `schema` is {:?}, not {DEAD_LETTER:?}", line.schema));
        }
        if let Some(day) = line.issue_date.as_deref().filter(|day| !date::is_plain(day)) {
            return Err(format!("issue_date is {day:?}, which is no day of the calendar"));
        }
        let encoding = line.encoding.as_deref().and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(encoding_rs::UTF_8);
        Ok(Self {
            code: line.code,
            identity: SheetIdentity {
                doc_id: line.doc_id.into(),
                page_id: line.page_id.into(),
                page_no: line.page_no,
                page_label: line.page_label.map(Arc::from),
                paper: line.paper.map(Arc::from),
                issue_date: line.issue_date.map(Arc::from),
            },
            revision: line.page_rev,
            place: Place { path: line.path.into(), offset: line.offset },
            read_as: ReadAs { encoding: lower_name(encoding), replaced: line.replaced_chars, doubtful: line.doubtful_encoding },
            text: line.text.map(Arc::from),
        })
    }

    /// See [`Key`].
    pub(crate) fn key(&self) -> Key {
        let mut hasher = blake3::Hasher::new();
        let mut add = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        add(self.identity.doc_id.as_bytes());
        add(self.identity.page_id.as_bytes());
        if let Some(text) = &self.text {
            add(text.as_bytes());
        } else {
            add(self.place.path.as_bytes());
            add(&self.place.offset.to_le_bytes());
            add(b"no text");
        }
        *hasher.finalize().as_bytes().first_chunk().expect("a BLAKE3 hash has 32 bytes")
    }

    /// Whether it stands for all that comes behind a place where a file could not be read on.
    pub(crate) fn is_rest(&self) -> bool {
        self.text.is_none() && matches!(self.code.as_str(), "unreadable" | "corrupt_archive")
    }

    /// The page as it was, to be read for the `revision`th time; `None` without a text that can be a page.
    pub(crate) fn sheet(self, revision: u32) -> Option<Sheet> {
        let mut sheet = Sheet::new(self.identity, self.place, self.read_as.encoding, self.read_as.replaced, self.text?).ok()?;
        sheet.doubtful_encoding = self.read_as.doubtful;
        sheet.revision = revision;
        Some(sheet)
    }
}

#[cfg(test)]
mod tests {
    use pipeline::failure::{DeadLetter, Failure};
    use pipeline::{StageError, json};

    use super::*;

    fn line(failure: &Failure) -> Vec<u8> {
        let mut line = Vec::new();
        json::write_line(&mut line, &DeadLetter::new(failure, "c")).unwrap();
        line
    }

    #[test]
    fn gives_the_page_back_as_it_was() {
        let identity = SheetIdentity {
            doc_id: "d".into(),
            page_id: "p".into(),
            page_no: 7,
            page_label: Some("C2".into()),
            paper: Some("今平湖".into()),
            issue_date: Some("2022-03-28".into()),
        };
        let mut sheet = Sheet::new(identity, Place { path: "a.txt".into(), offset: 12 }, "gb18030", 2, "甲\n\u{2028}乙").unwrap();
        (sheet.revision, sheet.doubtful_encoding) = (3, true);
        let failure = Failure::of_sheet("cut", &sheet, StageError::new("bad", "bad"));
        let letter = Letter::read(&line(&failure)).unwrap();
        assert_eq!((letter.code.as_str(), letter.revision), ("bad", 3));
        assert_eq!(letter.clone().sheet(3).unwrap(), sheet);
        assert_eq!(letter.sheet(4).unwrap().revision, 4);
    }

    #[test]
    fn several_letters_of_a_page_are_one() {
        let sheet = |text: &str| Sheet::new(SheetIdentity::default(), Place::default(), "utf-8", 0, text).unwrap();
        let key = |sheet: &Sheet, code| Letter::read(&line(&Failure::of_sheet("s", sheet, StageError::new(code, "")))).unwrap().key();
        assert_eq!(key(&sheet("甲"), "a"), key(&Sheet { revision: 2, ..sheet("甲") }, "b"));
        assert_ne!(key(&sheet("甲"), "a"), key(&sheet("乙"), "a"), "pages of two runs may have one name");
    }

    #[test]
    fn what_is_no_letter_is_refused() {
        let good = String::from_utf8(line(&Failure::of_place("s", "c", "x".into(), SheetIdentity::default(), Place::default()))).unwrap();
        assert!(Letter::read(good.as_bytes()).is_ok());
        for bad in [
            "",
            "[]",
            "{\"schema\":\"jianbao/article/1\"}",
            &good.replace("dead_letter/1", "dead_letter/2"),
            &good.replace("\"page_no\":0", "\"page_no\":\"x\""),
            good.get(..30).unwrap(),
            &good.replace("\"issue_date\":null", "\"issue_date\":\"2022-02-30\""),
        ] {
            assert!(Letter::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
