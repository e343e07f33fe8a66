//! A page as it was read: who it is and what it says, never changed afterwards.
//!
//! Every page and every article cut from it share one `Arc<Sheet>`, so a dead letter can always show the text it came from.
//! Decoding and framing are the sources' work.

use std::sync::Arc;

/// Names one document: one issue of one paper, one file, one run of stdin.
pub type DocId = Arc<str>;

/// Where a sheet was found, for error messages.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// The path as the user gave it, or `stdin`.
    pub path: Arc<str>,
    /// Byte offset of the page in the decompressed input.
    pub offset: u64,
}

/// Who a page is. Everything but `page_id` may be unknown.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SheetIdentity {
    /// The issue or file the page belongs to.
    pub doc_id: DocId,
    /// The page's own name.
    pub page_id: Arc<str>,
    /// Counted from 1 inside the document.
    pub page_no: u32,
    /// The label printed on the page (`C2`, `要闻`), when known.
    pub page_label: Option<Arc<str>>,
    /// Name of the paper.
    pub paper: Option<Arc<str>>,
    /// `YYYY-MM-DD`, already checked to be a day of the calendar.
    pub issue_date: Option<Arc<str>>,
}

/// A page as read. Build with [`Sheet::new`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Who it is.
    pub identity: SheetIdentity,
    /// 0, then 1, 2 … when what the page was read from has changed and is read again.
    pub revision: u32,
    /// Where it was found.
    pub place: Place,
    /// WHATWG name of the encoding it was read in, lower case (`utf-8`, `gb18030`, …).
    pub encoding: &'static str,
    /// How many malformed sequences became U+FFFD.
    pub replaced: u32,
    /// The encoding was neither proven nor declared, and the evidence for it is thin: the text may be wrong throughout.
    pub doubtful_encoding: bool,
    /// The decoded text, all of it. All spans in the system are byte offsets into this.
    pub text: Arc<str>,
    /// First 128 bits of BLAKE3 over `text`.
    pub digest: [u8; 16],
}

/// Why a text cannot be a sheet.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("a page of {bytes} bytes is larger than spans can address")]
pub struct SheetError {
    /// The text's length.
    pub bytes: usize,
}

impl Sheet {
    /// Takes over a decoded text.
    ///
    /// # Errors
    /// When the text is 2 GiB or longer: spans are 32-bit.
    pub fn new(
        identity: SheetIdentity,
        place: Place,
        encoding: &'static str,
        replaced: u32,
        text: impl Into<Arc<str>>,
    ) -> Result<Self, SheetError> {
        let text = text.into();
        if text.len() > i32::MAX as usize {
            return Err(SheetError { bytes: text.len() });
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(blake3::hash(text.as_bytes()).as_bytes().first_chunk::<16>().expect("a BLAKE3 hash has 32 bytes"));
        Ok(Self { identity, revision: 0, place, encoding, replaced, doubtful_encoding: false, text, digest })
    }

    /// The id of what starts at byte `start` of this page. It comes from the names of document and page, the page's bytes and its
    /// revision: two pages with the same advertisement share no id, and a page that is read again keeps its own.
    pub fn id_at(&self, start: u32) -> String {
        let mut hasher = blake3::Hasher::new();
        for name in [&self.identity.doc_id, &self.identity.page_id] {
            // With its length, so that no two pairs of names are one sequence of bytes.
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
        hasher.update(&self.digest);
        hasher.update(&start.to_le_bytes());
        // A page that comes to say again what it said before is another revision, whose records are others.
        if self.revision > 0 {
            hasher.update(&self.revision.to_le_bytes());
        }
        let mut hex = hasher.finalize().to_hex();
        hex.truncate(24);
        format!("a{hex}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(doc_id: &str, page_id: &str, text: &str, start: u32) -> String {
        let identity = SheetIdentity { doc_id: doc_id.into(), page_id: page_id.into(), ..SheetIdentity::default() };
        Sheet::new(identity, Place::default(), "utf-8", 0, text).unwrap().id_at(start)
    }

    #[test]
    fn pages_share_no_id_and_keep_their_own() {
        let own = id("d", "d:1", "广告", 0);
        assert_eq!(own, id("d", "d:1", "广告", 0));
        let others = [id("d", "d:2", "广告", 0), id("e", "d:1", "广告", 0), id("dd", ":1", "广告", 0), id("d", "d:1", "广告", 3)];
        assert!(!others.contains(&own));
        assert_ne!(own, id("d", "d:1", "广告。", 0));
        let revised = Sheet { revision: 1, ..Sheet::new(SheetIdentity::default(), Place::default(), "utf-8", 0, "广告").unwrap() };
        assert_ne!(revised.id_at(0), Sheet { revision: 2, ..revised.clone() }.id_at(0));
        assert!(own.len() == 25 && own.starts_with('a'));
    }
}
