//! Feeds one file: its row, its pages, the end of its document.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use pipeline::Failure;
use pipeline::sheet::{DocId, Place, SheetIdentity};

use super::super::document::{Document, Found, Input};
use super::super::numbering::Numbering;
use super::super::open;
use super::After;
use super::aftermath::{Aftermath, Job};
use super::forward::{Message, Outlet, Stopped};
use super::issues::Issues;
use super::known::{File, State};
use super::reading::Whole;
use super::ready::{Now, Signs};
use super::settings::Name;
use super::work::Worker;

/// What is fed of a file.
struct Feeding<'a> {
    outlet: &'a mut Outlet,
    name: &'a Name,
    file: File,
    /// The issue, which does not end with the file.
    issue: Option<DocId>,
    /// Pages and failures met.
    index: u32,
    out: Vec<Found>,
    /// Documents in the file that have ended; the rows that say so.
    known: &'a mut super::known::Known,
    issues: &'a mut Issues,
    aftermath: &'a mut Aftermath,
}

impl Feeding<'_> {
    /// Feeds what was found but the last end of a document, which is given back.
    fn flush(&mut self) -> Result<Option<DocId>, Stopped> {
        let mut last = None;
        for found in std::mem::take(&mut self.out) {
            if let Some(ended) = last.take() {
                self.end_inside(&ended)?;
            }
            match found {
                Found::End(doc_id) if Some(&doc_id) == self.issue.as_ref() => {}
                Found::End(doc_id) => last = Some(doc_id),
                Found::Page(mut sheet) => {
                    sheet.revision = self.file.revision;
                    if self.counts(&sheet.identity.doc_id) {
                        self.end_issue_of_that_name(&sheet.identity.doc_id)?;
                        self.outlet.send(Message::Page(Box::new(sheet)))?;
                    }
                }
                Found::Failure(mut failure) => {
                    failure.revision = self.file.revision;
                    if self.counts(&failure.identity.doc_id) {
                        self.end_issue_of_that_name(&failure.identity.doc_id)?;
                        self.outlet.send(Message::Failure(failure))?;
                    }
                }
            }
        }
        Ok(last)
    }

    /// Counts a page or failure, and says whether its document has not ended.
    fn counts(&mut self, doc_id: &DocId) -> bool {
        self.index = self.index.saturating_add(1);
        self.index > self.file.from || Some(doc_id) == self.issue.as_ref()
    }

    /// A document of the file's own has the name of an issue that is open. What came out of the issue would be counted as the
    /// document's, so it ends here.
    fn end_issue_of_that_name(&mut self, doc_id: &DocId) -> Result<(), Stopped> {
        if Some(doc_id) != self.issue.as_ref() {
            end_issue(doc_id, self.issues, self.outlet, self.aftermath)?;
        }
        Ok(())
    }

    /// A document has ended before its file: what comes after a restart begins behind it.
    fn end_inside(&mut self, doc_id: &DocId) -> Result<(), Stopped> {
        if self.index > self.file.from {
            self.file.from = self.index;
            let row = self.known.set(&self.name.key, &self.name.stem, self.file.clone());
            self.outlet.end(doc_id, vec![row])?;
        }
        Ok(())
    }
}

/// An issue ends, if it is open. When that is on the disk, its files can go.
fn end_issue(doc_id: &DocId, issues: &mut Issues, outlet: &mut Outlet, aftermath: &mut Aftermath) -> Result<(), Stopped> {
    if let Some(row) = issues.end(doc_id) {
        let mark = outlet.end(doc_id, vec![row])?;
        aftermath.after_issue(doc_id, mark);
    }
    Ok(())
}

impl Worker {
    /// An issue ends, if it is open.
    pub(super) fn end_issue(&mut self, doc_id: &DocId) -> Result<(), Stopped> {
        end_issue(doc_id, &mut self.issues, &mut self.outlet, &mut self.aftermath)
    }

    /// Who a file is, and whether its pages are part of an issue.
    fn input(&mut self, name: &Name, file: &File) -> (Input, bool) {
        let (shown, stem) = (file.named.as_deref().unwrap_or(&name.shown), file.doc.as_deref().unwrap_or(&name.stem));
        let mut unmatched = 0;
        let input = self.settings.naming.input(shown, stem, &mut unmatched);
        if unmatched > 0 && !std::mem::replace(&mut self.unmatched, true) {
            tracing::warn!("`key` does not match {} at all; the document of such a path is the file", name.shown);
        }
        match &file.issue {
            Some(issue) => (Input { doc_id: Arc::from(&**issue), ..input }, true),
            None => (input, self.settings.naming.is_issue(shown)),
        }
    }

    /// Feeds a file that was read. `file` says as which. Says whether all of it was fed as it was read.
    pub(super) fn feed(&mut self, path: &Path, name: &Name, mut whole: Whole, file: File) -> Result<bool, Stopped> {
        let (input, is_part) = self.input(name, &file);
        let doc_id = Arc::clone(&input.doc_id);
        let n = if file.n == 0 { self.desk.known.number() } else { file.n };
        let mut file = File { state: State::Begun, hash: whole.hash, fed: None, n, ..file }.with_look(&whole.look);
        let mut changes = Vec::new();
        let mut numbering = Numbering::default();
        if is_part {
            let (opened, was_ended) = self.issues.enter(&doc_id, n, file.revision > 0, Instant::now());
            if was_ended {
                tracing::warn!(code = "late_page", "{} is a part of {doc_id}, which had ended; it is opened again", name.shown);
            }
            changes.extend(opened);
            let before = if file.first > 0 { file.first - 1 } else { self.issues.page_no(&doc_id) };
            numbering = Numbering::inside(&doc_id, before);
            file.first = before.saturating_add(1);
            file.issue = Some((*doc_id).into());
        } else {
            self.end_issue(&doc_id)?;
        }
        let before = self.desk.known.get(&name.key).cloned();
        changes.push(self.desk.known.set(&name.key, &name.stem, file.clone()));
        if self.memory.is_some() {
            self.outlet.mark(changes)?;
        }
        self.fed += 1;

        let mut document = Document::new(Arc::clone(&self.settings.reading), input, numbering);
        let issue = is_part.then(|| Arc::clone(&doc_id));
        let already = file.from;
        let mut feeding = Feeding {
            outlet: &mut self.outlet,
            name,
            file,
            issue: issue.clone(),
            index: 0,
            out: Vec::new(),
            known: &mut self.desk.known,
            issues: &mut self.issues,
            aftermath: &mut self.aftermath,
        };
        let mut witness = None;
        let failed = match whole.open(path).and_then(|(bytes, seen)| {
            witness = seen;
            open::open(bytes, &name.shown)
        }) {
            Ok(mut bytes) => pump(&mut *bytes, witness.is_some(), &mut self.chunk, &mut document, &mut feeding)?,
            Err(error) => Some(error),
        };
        // What the system says has a number; what a decoder says has none.
        let refused = failed.as_ref().is_some_and(|error| error.raw_os_error().is_some());
        match &failed {
            None => document.finish(&mut feeding.out),
            Some(error) if refused => {
                tracing::warn!(code = "unreadable", "{}: {error}; it is tried again now and then", name.shown);
                if feeding.index == 0 && feeding.out.is_empty() && (!self.settings.once || error.kind() == io::ErrorKind::NotFound) {
                    return self.take_back(name, before, issue.as_ref()).map(|()| false);
                }
                document.fail("unreadable", format!("{}: {error}", name.shown), &mut feeding.out);
            }
            Some(error) => document.fail("corrupt_archive", format!("{}: {error}", name.shown), &mut feeding.out),
        }
        let page_no = document.close(feeding.issue.as_ref(), &mut feeding.out).page_no();
        let last = feeding.flush()?;
        // In an issue that is open, documents of the file's own have ended all the same.
        let ended = is_part && (last.is_some() || feeding.file.from > 0);
        let mut file = File { state: State::Done, from: if ended { feeding.index } else { 0 }, ..feeding.file };
        let came_again = feeding.index <= already;
        let torn = refused || witness.is_some_and(|witness| !witness.confirms(&whole));
        if torn && !refused {
            tracing::warn!(code = "changed_while_read", "{} changed while it was read; it is read again when it is complete", name.shown);
        }
        if torn {
            file = File { state: State::Lost, size: 0, mtime: 0, ..file };
        }
        let row = self.desk.known.set(&name.key, &name.stem, file);
        let job = Job { n, path: path.to_owned(), look: whole.look };
        let goes = self.settings.after != After::Keep && !torn;
        if goes {
            self.desk.in_flight.insert(n);
        }
        if is_part {
            match last.filter(|_| !came_again) {
                Some(ended) => self.outlet.end(&ended, vec![row])?,
                None => self.outlet.mark(vec![row])?,
            };
            self.issues.leave(&doc_id, page_no, Instant::now());
            if goes {
                self.aftermath.in_issue(&doc_id, job);
            }
        } else {
            let mark = self.outlet.end(&last.unwrap_or(doc_id), vec![row])?;
            if goes {
                self.aftermath.after_file(mark, job);
            }
        }
        if refused {
            // What is refused once more is no news to a run that ends when there is none.
            self.fed -= 1;
        } else if torn && let Ok(data) = std::fs::metadata(path) {
            self.desk.found(path, super::ready::Look::of(&data), Signs::OTHER, Now::read());
        }
        Ok(!torn)
    }

    /// Of a file that was begun nothing was fed: it is as if it had not been looked at.
    fn take_back(&mut self, name: &Name, before: Option<File>, issue: Option<&DocId>) -> Result<(), Stopped> {
        let row = match before {
            Some(file) => Some(self.desk.known.set(&name.key, &name.stem, file)),
            None => self.desk.known.remove(&name.key).map(|(_, row)| row),
        };
        self.outlet.mark(row.into_iter().collect())?;
        if let Some(issue) = issue {
            self.issues.leave(issue, self.issues.page_no(issue), Instant::now());
        }
        Ok(())
    }

    /// A file has become another and is not to be read.
    pub(super) fn refuse_change(&mut self, name: &Name, rows: Vec<pipeline::state::Change>) -> Result<(), Stopped> {
        self.refuse(name, "changed_file", format!("{} has changed since it was read", name.shown), rows)
    }

    /// A file has become a failure as a whole.
    pub(super) fn refuse(
        &mut self,
        name: &Name,
        code: &'static str,
        cause: String,
        rows: Vec<pipeline::state::Change>,
    ) -> Result<(), Stopped> {
        let file = self.desk.known.get(&name.key).cloned().unwrap_or_default();
        let (input, is_part) = self.input(name, &file);
        let identity = SheetIdentity {
            doc_id: Arc::clone(&input.doc_id),
            page_id: Arc::clone(&input.stem),
            page_no: file.first.max(1),
            page_label: input.page_label,
            paper: input.paper,
            issue_date: input.issue_date,
        };
        if !is_part {
            self.end_issue(&input.doc_id)?;
        }
        let place = Place { path: input.path, offset: 0 };
        let failure = Failure { revision: file.revision, ..Failure::of_place(self.settings.reading.source, code, cause, identity, place) };
        self.outlet.send(Message::Failure(Box::new(failure)))?;
        if is_part && self.issues.is_open(&input.doc_id) {
            self.outlet.mark(rows)?;
        } else {
            self.outlet.end(&input.doc_id, rows)?;
        }
        Ok(())
    }
}

/// Reads `bytes`, from the disk or, as they were kept, from memory, by way of `chunk`.
fn pump(
    bytes: &mut dyn Read,
    from_disk: bool,
    chunk: &mut [u8],
    document: &mut Document,
    feeding: &mut Feeding<'_>,
) -> Result<Option<io::Error>, Stopped> {
    loop {
        match bytes.read(chunk) {
            Ok(0) => return Ok(None),
            Ok(read) => document.push(chunk.get(..read).unwrap_or_default(), &mut feeding.out),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Ok(Some(error)),
        }
        if let Some(ended) = feeding.flush()? {
            feeding.end_inside(&ended)?;
        }
        if from_disk {
            // The next bytes may be long in coming.
            feeding.outlet.pass()?;
        }
    }
}
