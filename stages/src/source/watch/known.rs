//! What is known of each file that was read: its bytes' hash, how it looked, which document it became. The rows of the state.
//!
//! A file is its bytes. Size, time and inode only spare reading it again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use pipeline::state::Change;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::super::naming;
use super::ready::Look;
use super::settings::Name;

/// What the keys of the state begin with.
pub(super) const FILE: &str = "file/";

/// 128 bits of the BLAKE3 hash of all bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Hash(pub(super) u128);

impl Hash {
    pub(super) fn of(hash: &blake3::Hash) -> Self {
        Self(u128::from_be_bytes(*hash.as_bytes().first_chunk().expect("a BLAKE3 hash has 32 bytes")))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Borrowed where it can be.
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        let Text(text) = Text::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(de::Error::custom)
    }
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Some of it may have been delivered.
    #[default]
    Begun,
    /// All of it has been fed; its document may be open.
    Done,
    /// It was not read because another file has the same bytes, or because of `on_change`.
    Skipped,
    /// It was removed or moved by `after`.
    Gone,
    /// Some of it was delivered, and then it was not there any more or had other bytes.
    Lost,
    /// It grows.
    Growing,
}

/// One file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) state: State,
    pub(super) hash: Hash,
    pub(super) size: u64,
    /// In nanoseconds since 1970.
    pub(super) mtime: i64,
    pub(super) inode: u64,
    /// Counts the files in the order in which they were read.
    pub(super) n: u64,
    /// What it is called, where that is not its path without the ending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<Box<str>>,
    /// Its path when it was read, as the user knows it, where it has another now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) named: Option<Box<str>>,
    /// The hash of what was fed of it, where `hash` is of bytes that were not, because of `on_change`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fed: Option<Box<Hash>>,
    /// How often it was refused with other bytes, in an issue.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) refused: u32,
    /// The issue it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issue: Option<Box<str>>,
    /// The number of its first page in an issue.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) first: u32,
    /// How often it was read with other bytes before.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) revision: u32,
    /// Pages before this belong to documents that have ended.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) from: u32,
    /// Of a growing file: bytes whose pages are delivered, which is what `hash` is of.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) offset: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_none(number: &u64) -> bool {
    *number == 0
}

impl File {
    /// Whether a file that looks like this has the bytes that were read.
    pub(super) fn looks_like(&self, look: &Look) -> bool {
        (self.size, self.mtime, self.inode) == (look.size, look.mtime, look.inode)
    }

    pub(super) fn with_look(self, look: &Look) -> Self {
        Self { size: look.size, mtime: look.mtime, inode: look.inode, ..self }
    }

    /// The same file when it is not called `before` any more: what it has become is called as it was.
    pub(super) fn renamed(self, before: &Name) -> Self {
        let doc = self.doc.or_else(|| Some(before.stem.as_str().into()));
        let named = self.named.or_else(|| Some(before.shown.as_str().into()));
        Self { doc, named, ..self }
    }

    /// The same file with bytes that are not to be fed.
    pub(super) fn with_unfed(self, hash: Hash) -> Self {
        let fed = self.fed.unwrap_or_else(|| Box::new(self.hash));
        Self { hash, fed: (*fed != hash).then_some(fed), ..self }
    }

    /// Of the bytes it has, and of those that were fed where these are others.
    fn hashes(&self) -> impl Iterator<Item = Hash> + use<> {
        std::iter::once(self.hash).chain(self.fed.as_deref().copied())
    }

    /// Whether there may be more of it than was fed.
    pub(super) fn is_unfinished(&self) -> bool {
        matches!(self.state, State::Begun | State::Lost | State::Growing)
    }

    /// Whether bytes with this hash came out, be it from a file with the same ones.
    pub(super) fn was_fed(&self, hash: Hash) -> bool {
        !self.is_unfinished() && self.fed() == hash
    }

    /// Whether the bytes it has are those that were fed.
    pub(super) fn is_fed(&self) -> bool {
        self.fed.is_none()
    }

    /// The hash of what was fed of it.
    pub(super) fn fed(&self) -> Hash {
        self.fed.as_deref().copied().unwrap_or(self.hash)
    }
}

/// Files with the same bytes.
#[derive(Debug)]
enum Same {
    One(Arc<str>),
    Many(Vec<Arc<str>>),
}

/// All files, by path and by hash.
#[derive(Debug, Default)]
pub(super) struct Known {
    files: FxHashMap<Arc<str>, File>,
    same: FxHashMap<Hash, Same>,
    /// Hashes of the documents that are named after files.
    names: FxHashSet<u64>,
    /// Files that were taken away, by their number.
    gone: BTreeMap<u64, Arc<str>>,
    next: u64,
}

/// So many files with the same bytes are remembered as such: a look at each is a system call.
const SAME: usize = 64;

impl Known {
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, files: usize) {
        self.files.reserve(files);
        self.same.reserve(files);
        self.names.reserve(files);
    }

    pub(super) fn get(&self, key: &str) -> Option<&File> {
        self.files.get(key)
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (&Arc<str>, &File)> {
        self.files.iter()
    }

    /// The number of the next file.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Sets a file, and gives the row that says so. `stem` is the document that would be named after it.
    pub(super) fn set(&mut self, key: &str, stem: &str, file: File) -> Change {
        let row = serde_json::to_value(&file).expect("a file's row is plain data");
        self.load(&key.into(), stem, file);
        Change::set(format!("{FILE}{key}"), row)
    }

    /// Sets a file as it is in the state.
    pub(super) fn load(&mut self, key: &Arc<str>, stem: &str, file: File) {
        self.next = self.next.max(file.n);
        if file.state != State::Skipped {
            self.names.insert(short(file.doc.as_deref().unwrap_or(stem)));
        }
        let key = Arc::clone(key);
        let gone = (file.state == State::Gone).then_some(file.n);
        // All empty files are the same, which says nothing.
        let hashes = [Some(file.hash), file.fed.as_deref().copied()].map(|hash| hash.filter(|_| file.size > 0));
        if let Some(old) = self.files.insert(Arc::clone(&key), file) {
            for hash in old.hashes().filter(|hash| !hashes.contains(&Some(*hash))) {
                self.unlink(&key, hash);
            }
            if old.state == State::Gone {
                self.gone.remove(&old.n);
            }
        }
        if let Some(n) = gone {
            self.gone.insert(n, Arc::clone(&key));
        }
        for hash in hashes.into_iter().flatten() {
            self.link(&key, hash);
        }
    }

    fn link(&mut self, key: &Arc<str>, hash: Hash) {
        match self.same.entry(hash) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(Same::One(Arc::clone(key)));
            }
            std::collections::hash_map::Entry::Occupied(mut place) => match place.get_mut() {
                Same::One(one) if one == key => {}
                Same::One(one) => {
                    let both = vec![Arc::clone(one), Arc::clone(key)];
                    place.insert(Same::Many(both));
                }
                Same::Many(many) if many.contains(key) => {}
                Same::Many(many) => {
                    if many.len() >= SAME {
                        many.remove(0);
                    }
                    many.push(Arc::clone(key));
                }
            },
        }
    }

    /// Forgets a path, and gives what was known of it and the row that says so.
    pub(super) fn remove(&mut self, key: &str) -> Option<(File, Change)> {
        let file = self.files.remove(key)?;
        for hash in file.hashes() {
            self.unlink(key, hash);
        }
        if file.state == State::Gone {
            self.gone.remove(&file.n);
        }
        Some((file, Change::forget(format!("{FILE}{key}"))))
    }

    /// Forgets those that were taken away but for the last `remembered`, and gives the rows that say so: otherwise a run that is
    /// left alone would know more and more.
    pub(super) fn forget_gone(&mut self, remembered: usize) -> Vec<Change> {
        let mut rows = Vec::new();
        while self.gone.len() > remembered {
            let Some((_, key)) = self.gone.pop_first() else { break };
            if let Some((file, row)) = self.remove(&key) {
                self.names.remove(&short(file.doc.as_deref().unwrap_or(naming::without_endings(&key))));
                rows.push(row);
            }
        }
        rows
    }

    fn unlink(&mut self, key: &str, hash: Hash) {
        match self.same.get_mut(&hash) {
            Some(Same::One(one)) if &**one == key => {
                self.same.remove(&hash);
            }
            Some(Same::Many(many)) => many.retain(|one| &**one != key),
            _ => {}
        }
    }

    /// Paths at which these bytes were read.
    pub(super) fn with_hash(&self, hash: Hash) -> Vec<Arc<str>> {
        match self.same.get(&hash) {
            None => Vec::new(),
            Some(Same::One(one)) => vec![Arc::clone(one)],
            Some(Same::Many(many)) => many.clone(),
        }
    }

    /// Whether a document of this name was named after another file.
    pub(super) fn is_taken(&self, doc_id: &str) -> bool {
        self.names.contains(&short(doc_id))
    }
}

fn short(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(hash: u128) -> File {
        File {
            state: State::Done,
            hash: Hash(hash),
            size: 20_000,
            mtime: 1_700_000_000_123_456_789,
            inode: 1 << 40,
            n: 7,
            ..File::default()
        }
    }

    #[test]
    fn a_row_is_short_and_comes_back() {
        let mut known = Known::default();
        let change = known.set("今平湖/2022/03/2022-03-28_C2.txt", "x", file(u128::MAX));
        let row = change.value.unwrap();
        assert!(change.key.len() + row.to_string().len() < 200, "{row}");
        assert_eq!(serde_json::from_value::<File>(row).unwrap(), file(u128::MAX));
    }

    #[test]
    fn knows_files_by_path_and_by_bytes() {
        let mut known = Known::default();
        for (key, hash) in [("a", 1), ("b", 1), ("c", 2)] {
            known.set(key, key, file(hash));
        }
        let with = |known: &Known, hash| known.with_hash(Hash(hash)).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!((with(&known, 1), with(&known, 2), with(&known, 3)), (vec!["a".into(), "b".into()], vec!["c".into()], vec![]));
        known.set("b", "b", file(2));
        assert_eq!((with(&known, 1), with(&known, 2)), (vec!["a".to_owned()], vec!["c".into(), "b".into()]));
        assert!(known.remove("a").is_some() && known.remove("a").is_none());
        assert_eq!((with(&known, 1).len(), known.len(), known.number()), (0, 2, 8));
        assert!(known.is_taken("a"), "a name is not given to another file");
        known.set("e", "e", File { size: 0, ..file(5) });
        assert!(with(&known, 5).is_empty());
    }

    #[test]
    fn of_files_that_are_gone_the_last_are_remembered() {
        let mut known = Known::default();
        for n in 1..=5 {
            known.set(&n.to_string(), &n.to_string(), File { n, state: if n == 2 { State::Done } else { State::Gone }, ..file(n.into()) });
        }
        let forgotten: Vec<String> = known.forget_gone(2).into_iter().map(|row| row.key).collect();
        assert_eq!(forgotten, ["file/1", "file/3"]);
        assert!(known.get("1").is_none() && known.get("2").is_some() && known.with_hash(Hash(3)).is_empty());
        assert!(!known.is_taken("1") && known.is_taken("2"));
        known.set("4", "4", File { n: 6, state: State::Done, ..file(4) });
        assert!(known.forget_gone(1).is_empty(), "one that has come back is not gone");
    }

    #[test]
    fn many_files_with_the_same_bytes_take_linear_time() {
        let mut known = Known::default();
        let begun = std::time::Instant::now();
        for number in 0..100_000 {
            let key = number.to_string();
            known.set(&key, &key, file(1));
        }
        assert_eq!(known.with_hash(Hash(1)).len(), SAME);
        assert!(begun.elapsed().as_secs() < 30, "this takes minutes when it is quadratic");
    }
}
