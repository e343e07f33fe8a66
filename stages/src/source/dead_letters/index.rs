//! What stands in a dead-letter file, without the texts: they are read again, one by one, when their turn comes.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::letter::{Key, Letter};

/// A letter and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) at: u64,
    pub(crate) length: u64,
    pub(crate) key: Key,
    pub(crate) revision: u32,
    pub(crate) code: Arc<str>,
    pub(crate) doc_id: Arc<str>,
    pub(crate) page_id: Arc<str>,
    pub(crate) page_no: u32,
    /// Where the page was found.
    pub(crate) path: Arc<str>,
    pub(crate) has_text: bool,
}

/// A line that is no letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) at: u64,
    pub(crate) length: u64,
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) cause: String,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) letters: Vec<Noted>,
    pub(crate) bad: Vec<Bad>,
    /// Bytes of the file that were looked at.
    pub(crate) length: u64,
}

/// What is fed together and then concluded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Pages of one document that have their texts, each by one of its letters, in the order of the document.
    Document(Arc<str>, Vec<usize>),
    /// Letters without text whose pages stood in one file.
    File(Arc<str>, Vec<usize>),
}

impl Index {
    /// Reads a file.
    pub(crate) fn read(mut file: &File) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        let mut input = BufReader::with_capacity(256 << 10, file);
        let mut index = Self::default();
        let mut words: HashSet<Arc<str>> = HashSet::new();
        let mut shared = |word: &str| {
            words.get(word).cloned().unwrap_or_else(|| {
                let word = Arc::<str>::from(word);
                words.insert(Arc::clone(&word));
                word
            })
        };
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let length = input.read_until(b'\n', &mut line)? as u64;
            if length == 0 {
                break;
            }
            let at = index.length;
            index.length += length;
            if line.trim_ascii().is_empty() {
                continue;
            }
            match Letter::read(&line) {
                Ok(letter) => index.letters.push(Noted {
                    at,
                    length,
                    key: letter.key(),
                    revision: letter.revision,
                    code: shared(&letter.code),
                    doc_id: shared(&letter.identity.doc_id),
                    page_id: Arc::clone(&letter.identity.page_id),
                    page_no: letter.identity.page_no,
                    path: shared(&letter.place.path),
                    has_text: letter.text.is_some(),
                }),
                Err(cause) => index.bad.push(Bad { at, length, number, cause }),
            }
        }
        Ok(index)
    }

    /// What is fed, in the order in which documents and files are first named.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let mut last: HashMap<Key, usize> = HashMap::new();
        for (at, letter) in self.letters.iter().enumerate() {
            let newest = last.entry(letter.key).or_insert(at);
            if letter.revision >= self.letters.get(*newest).map_or(0, |newest| newest.revision) {
                *newest = at;
            }
        }
        let mut units = Vec::new();
        let mut places: HashMap<(bool, Arc<str>), usize> = HashMap::new();
        for letter in &self.letters {
            let Some(newest) = last.remove(&letter.key) else { continue };
            let name = if letter.has_text { &letter.doc_id } else { &letter.path };
            let place = *places.entry((letter.has_text, Arc::clone(name))).or_insert_with(|| {
                let name = Arc::clone(name);
                units.push(if letter.has_text { Unit::Document(name, Vec::new()) } else { Unit::File(name, Vec::new()) });
                units.len() - 1
            });
            if let Some(Unit::Document(_, letters) | Unit::File(_, letters)) = units.get_mut(place) {
                letters.push(newest);
            }
        }
        for unit in &mut units {
            if let Unit::Document(_, letters) = unit {
                letters.sort_by_key(|at| self.letters.get(*at).map_or(0, |letter| letter.page_no));
            }
        }
        units
    }
}

/// Reads one line of the file again.
pub(crate) fn line_of(mut file: &File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut line = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut line)?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn letter(doc: &str, page: &str, number: u32, revision: u32, text: &str) -> String {
        format!(
            "{{\"schema\":\"jianbao/dead_letter/1\",\"code\":\"c\",\"doc_id\":\"{doc}\",\"page_id\":\"{page}\",\"page_no\":{number},\
             \"page_rev\":{revision},\"path\":\"{doc}.txt\",\"offset\":{number},\"text\":{text}}}\n"
        )
    }

    #[test]
    fn pages_are_run_once_and_in_the_order_of_their_documents() {
        let mut file = tempfile::tempfile().unwrap();
        let lines = [
            letter("b", "b2", 2, 0, "\"x\""),
            letter("a", "a1", 1, 0, "\"x\""),
            "no letter\n".to_owned(),
            letter("b", "b2", 2, 1, "\"x\""),
            letter("b", "b1", 1, 0, "\"y\""),
            "\n".to_owned(),
            letter("b", "b3", 3, 0, "null"),
            letter("b", "b2", 2, 0, "\"x\""),
        ];
        file.write_all(lines.concat().as_bytes()).unwrap();
        let index = Index::read(&file).unwrap();
        assert_eq!((index.letters.len(), index.length as usize), (6, lines.concat().len()));
        assert_eq!((index.bad[0].number, index.bad[0].length), (3, 10));
        let expected = [Unit::Document("b".into(), vec![3, 2]), Unit::Document("a".into(), vec![1]), Unit::File("b.txt".into(), vec![4])];
        assert_eq!(index.units(), expected);
        let noted = &index.letters[2];
        assert_eq!(line_of(&file, noted.at, noted.length).unwrap(), lines[3].as_bytes());
    }
}
