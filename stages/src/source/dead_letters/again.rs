//! Pages that had no text, read again from the file in which they stood.
//!
//! The file is read from its beginning, because what a page is may depend on what stands before it (the format, UTF-16, an
//! archive); only what letters ask for is given on. A page keeps the identity of its letter, but what its own line says of it goes
//! before that: who could not read the line could only guess.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use pipeline::{Failure, SheetIdentity};

use super::super::document::{Document, Found, Input, Reading};
use super::super::numbering::Numbering;
use super::super::open::{self, Bytes};
use super::letter::Letter;

/// Bytes read at once.
const CHUNK: usize = 256 << 10;
/// What names begin with that the file did not give.
const NO_NAME: &str = "\0";

/// A file while it is read again.
pub(super) struct Pass {
    bytes: Bytes,
    /// `None` when all is read.
    document: Option<Document>,
    letters: Vec<Wanted>,
    /// By where their pages begin.
    places: HashMap<u64, usize>,
    /// The one that stands for all that comes behind its place.
    rest: Option<usize>,
}

struct Wanted {
    letter: Letter,
    revision: u32,
    found: bool,
}

/// Finds the file that a letter names: from the configuration's folder, from the current one, or from that of the letters.
pub(super) fn find(path: &str, folders: &[PathBuf]) -> Result<PathBuf, String> {
    if matches!(path, "stdin" | "-" | "/dev/stdin" | "") {
        return Err("it came from standard input, which cannot be read again".to_owned());
    }
    let mut places = folders.iter().map(|folder| folder.join(path));
    places.find(|place| place.is_file()).ok_or_else(|| format!("there is no file {path}"))
}

impl Pass {
    /// At the beginning of `file`, which letters call `path`; each letter with the revision that its page gets.
    pub(super) fn open(file: &PathBuf, path: &Arc<str>, reading: &Arc<Reading>, letters: Vec<(Letter, u32)>) -> Result<Self, String> {
        let opened = std::fs::File::open(file).and_then(|opened| open::open(Box::new(opened), path));
        let bytes = opened.map_err(|error| format!("{path}: {error}"))?;
        let input = Input { path: Arc::clone(path), stem: NO_NAME.into(), ..Input::default() };
        let document = Document::new(Arc::clone(reading), input, Numbering::default());
        let letters: Vec<Wanted> = letters.into_iter().map(|(letter, revision)| Wanted { letter, revision, found: false }).collect();
        let (mut places, mut rest) = (HashMap::new(), None::<(u64, usize)>);
        for (at, Wanted { letter, .. }) in letters.iter().enumerate() {
            if !letter.is_rest() {
                places.insert(letter.place.offset, at);
            } else if rest.is_none_or(|(from, _)| letter.place.offset < from) {
                rest = Some((letter.place.offset, at));
            }
        }
        Ok(Self { bytes, document: Some(document), letters, places, rest: rest.map(|(_, at)| at) })
    }

    /// Reads on, and appends what was asked for. Gives whether there is more.
    pub(super) fn read(&mut self, out: &mut Vec<Found>) -> bool {
        let Some(mut document) = self.document.take() else { return false };
        let mut found = Vec::new();
        let mut chunk = vec![0; CHUNK];
        match self.bytes.read(&mut chunk) {
            Ok(0) => {
                document.finish(&mut found);
                document.close(None, &mut found);
            }
            Ok(read) => {
                document.push(chunk.get(..read).unwrap_or_default(), &mut found);
                self.document = Some(document);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => self.document = Some(document),
            Err(error) => {
                let code = if error.raw_os_error().is_some() { "unreadable" } else { "corrupt_archive" };
                document.fail(code, error.to_string(), &mut found);
                document.close(None, &mut found);
            }
        }
        out.extend(found.into_iter().filter_map(|found| self.wanted(found)));
        self.document.is_some()
    }

    /// The letters that nothing was found for. A rest that is empty now is none of them when the file could be read to its end.
    pub(super) fn missed(&self) -> impl Iterator<Item = &Letter> {
        self.letters.iter().filter(|wanted| !wanted.found).map(|wanted| &wanted.letter)
    }

    fn wanted(&mut self, found: Found) -> Option<Found> {
        let (place, identity) = match &found {
            Found::Page(sheet) => (&sheet.place, &sheet.identity),
            Found::Failure(failure) => (&failure.place, &failure.identity),
            Found::End(_) => return Some(found),
        };
        let named = self.places.get(&place.offset).copied();
        let behind = |at: &usize| self.letters.get(*at).is_some_and(|rest| rest.letter.place.offset <= place.offset);
        let at = named.or(self.rest.filter(behind))?;
        let wanted = self.letters.get(at)?;
        let identity = if named.is_some() { of_page(&wanted.letter, identity) } else { of_rest(&wanted.letter, identity) };
        let revision = wanted.revision;
        for (index, wanted) in self.letters.iter_mut().enumerate() {
            wanted.found |= index == at || (named.is_none() && wanted.letter.is_rest());
        }
        Some(match found {
            Found::Page(mut sheet) => {
                (sheet.identity, sheet.revision) = (identity, revision);
                Found::Page(sheet)
            }
            Found::Failure(failure) => Found::Failure(Box::new(Failure { identity, revision, ..*failure })),
            end @ Found::End(_) => end,
        })
    }
}

/// Who a page is that one letter is about.
fn of_page(letter: &Letter, found: &SheetIdentity) -> SheetIdentity {
    let own_document = !found.doc_id.is_empty();
    let letter = &letter.identity;
    SheetIdentity {
        doc_id: Arc::clone(if own_document { &found.doc_id } else { &letter.doc_id }),
        page_id: Arc::clone(if found.page_id.starts_with(NO_NAME) { &letter.page_id } else { &found.page_id }),
        page_no: if own_document { found.page_no } else { letter.page_no },
        page_label: found.page_label.clone().or_else(|| letter.page_label.clone()),
        paper: found.paper.clone().or_else(|| letter.paper.clone()),
        issue_date: found.issue_date.clone().or_else(|| letter.issue_date.clone()),
    }
}

/// Who a page is that stands where a file could not be read: named after the page that the letter names, counted on.
fn of_rest(letter: &Letter, found: &SheetIdentity) -> SheetIdentity {
    let mut identity = of_page(letter, found);
    let told = &*letter.identity.page_id;
    let numbered = if letter.place.offset == 0 { None } else { told.rsplit_once(':') };
    let numbered = numbered.and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?)));
    let (stem, first) = numbered.unwrap_or((told, 1));
    if let Some(number) = found.page_id.strip_prefix(NO_NAME) {
        identity.page_id = format!("{stem}{number}").into();
    }
    if found.doc_id.is_empty() {
        identity.page_no = letter.identity.page_no.saturating_add(found.page_no).saturating_sub(first);
    }
    identity
}

#[cfg(test)]
mod tests {
    use pipeline::Size;

    use super::super::super::frame::Format;
    use super::*;

    fn letter(code: &str, page: &str, number: u32, offset: u64) -> Letter {
        let line = format!(
            "{{\"schema\":\"jianbao/dead_letter/1\",\"code\":\"{code}\",\"doc_id\":\"issue\",\"page_id\":\"{page}\",\"page_no\":{number},\
             \"paper\":\"p\",\"path\":\"a.txt\",\"offset\":{offset},\"text\":null}}"
        );
        Letter::read(line.as_bytes()).unwrap()
    }

    fn read(bytes: &[u8], letters: &[Letter]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        std::fs::write(&file, bytes).unwrap();
        let reading = Reading::new("dead_letters", Format::Auto, &[], 0.01, Size(1000)).unwrap();
        let wanted = letters.iter().map(|letter| (letter.clone(), letter.revision + 1)).collect();
        let mut pass = Pass::open(&file, &"a.txt".into(), &Arc::new(reading), wanted).unwrap();
        let mut found = Vec::new();
        while pass.read(&mut found) {}
        let show = |found: Found| match found {
            Found::Page(sheet) => {
                let SheetIdentity { doc_id, page_id, page_no, paper, .. } = sheet.identity;
                format!("{doc_id} {page_id} {page_no} {} {} {}", paper.unwrap_or_default(), sheet.revision, sheet.text)
            }
            Found::Failure(failure) => format!("{} {} {}", failure.identity.page_id, failure.code, failure.revision),
            Found::End(_) => "end".to_owned(),
        };
        (found.into_iter().map(show).collect(), pass.missed().count())
    }

    #[test]
    fn gives_what_letters_ask_for_and_no_more() {
        let text = "甲\x0c乙\x0c丙".as_bytes();
        let all = [letter("undecodable", "x:2", 5, 4)];
        assert_eq!(read(text, &all), (vec!["issue x:2 5 p 1 乙".to_owned(), "end".to_owned()], 0));
        assert_eq!(read(text, &[letter("undecodable", "x:2", 5, 3)]).1, 1, "no page begins there");
        let too_large = ["甲\x0c".as_bytes(), &[b'a'; 2000]].concat();
        assert_eq!(read(&too_large, &[letter("page_too_large", "x:2", 5, 4)]).0, ["x:2 page_too_large 1", "end"]);
    }

    #[test]
    fn a_file_that_could_not_be_read_is_read_from_there_on() {
        let text = "甲\x0c乙\x0c丙".as_bytes();
        let expected = |names: [&str; 3], from: usize, first: u32| {
            let pages = ["甲", "乙", "丙"].iter().zip(names).enumerate().skip(from);
            let mut all: Vec<String> =
                pages.map(|(at, (text, name))| format!("issue {name} {} p 1 {text}", first + (at - from) as u32)).collect();
            all.push("end".to_owned());
            all
        };
        assert_eq!(read(text, &[letter("unreadable", "x", 5, 0)]).0, expected(["x:1", "x:2", "x:3"], 0, 5));
        assert_eq!(read(text, &[letter("corrupt_archive", "x:2", 6, 4)]).0, expected(["x:1", "x:2", "x:3"], 1, 6));
        assert_eq!(read("甲".as_bytes(), &[letter("unreadable", "x", 5, 0)]).0, ["issue x 5 p 1 甲", "end"]);
    }

    #[test]
    fn a_line_knows_better_who_it_is() {
        let lines = "{\"text\":\"甲\",\"doc_id\":\"d\",\"page_id\":\"q\",\"page_no\":9}\n{\"text\":\"乙\",\"paper\":\"r\"}\n";
        let second = lines.find('\n').unwrap() as u64 + 1;
        let letters = [letter("bad_page_json", "x:1", 1, 0), letter("bad_page_json", "x:2", 2, second)];
        assert_eq!(read(lines.as_bytes(), &letters).0, ["d q 9 p 1 甲", "end", "issue x:2 2 r 1 乙", "end"]);
    }
}
