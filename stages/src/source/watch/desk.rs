//! Decides about files: whether a path is looked at, and, when its bytes are known, what they are: new, known, renamed, changed.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pipeline::state::Change;

use super::super::file_id::FileId;
use super::super::naming;
use super::known::{File, Hash, Known, State};
use super::ready::{Look, Marked, Now, Pending, Signs};
use super::settings::{Name, Settings, Unwanted};
use super::{After, Duplicates, OnChange};

/// So many paths at most of which it was said why they are not read.
const SAID: usize = 65_536;

pub(super) struct Desk {
    pub(super) settings: Arc<Settings>,
    pub(super) pending: Pending,
    pub(super) known: Known,
    /// Paths whose name alone does not tell where they are, by what they are called.
    odd: HashMap<String, PathBuf>,
    said: HashSet<PathBuf>,
    /// Whether it was said aloud that files are not read because articles may go there.
    passed_over: bool,
    /// Files that could not be read, until everything is looked at again.
    pub(super) unreadable: HashSet<PathBuf>,
    /// Those of which that was said, until they can be read.
    pub(super) said_unreadable: HashSet<PathBuf>,
    /// Files of this run or an earlier one that `after` has still to take away.
    pub(super) left_over: Vec<(PathBuf, Look)>,
    /// Growing files of which something is known.
    pub(super) grown: Vec<PathBuf>,
    /// Files that `after` will take away when their records are on the disk, by their numbers: whatever they are called by then, and
    /// whatever has their names.
    pub(super) in_flight: HashSet<u64>,
}

/// What the bytes at a path are.
#[derive(Debug, PartialEq)]
pub(super) enum Decision {
    /// To be fed, as this file, behind these rows.
    Read(File, Vec<Change>),
    /// Known already: the row that says how it looks now, if that has changed.
    Known(Vec<Change>),
    /// Changed, which is a failure.
    Refused(Vec<Change>),
}

impl Desk {
    pub(super) fn new(settings: Arc<Settings>) -> Self {
        Self {
            settings,
            pending: Pending::default(),
            known: Known::default(),
            odd: HashMap::new(),
            said: HashSet::new(),
            passed_over: false,
            unreadable: HashSet::new(),
            said_unreadable: HashSet::new(),
            left_over: Vec::new(),
            grown: Vec::new(),
            in_flight: HashSet::new(),
        }
    }

    /// Says once, at the level `debug`, why a path is not read. Where nobody listens nothing is remembered: who writes each file under
    /// another name first would fill the memory with those.
    fn say(&mut self, code: &'static str, path: &Path, why: &str) {
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return;
        }
        if self.said.len() == SAID {
            self.said.clear();
        }
        if self.said.insert(path.to_owned()) {
            tracing::debug!(code, "{} is not read: {why}", path.display());
        }
    }

    /// Answers a listing (see `scan::Ask`): whether a path is worth a look, and whether what was seen is new. With `thoroughly`
    /// known files are looked at, too.
    pub(super) fn asked(&mut self, path: &Path, data: Option<&Metadata>, thoroughly: bool) -> bool {
        if self.settings.grow {
            return data.is_none_or(|data| self.is_file(path, data)) && self.is_wanted(path);
        }
        let key = self.settings.key(path);
        if let Some(key) = key.as_ref().filter(|_| path.to_str().is_none()) {
            self.odd.insert(key.to_string(), path.to_owned());
        }
        let known = key.as_ref().and_then(|key| self.known.get(key));
        match data {
            None if known.is_some_and(|file| file.state != State::Gone) => thoroughly,
            None => self.is_wanted(path) && (thoroughly || !(self.pending.contains(path) || self.unreadable.contains(path))),
            Some(data) => {
                let look = Look::of(data);
                let same = known.filter(|file| file.looks_like(&look) && matches!(file.state, State::Done | State::Skipped));
                if let Some(file) = same.filter(|file| !self.is_to_be_read_after_all(file)) {
                    if self.can_go(file) {
                        self.left_over.push((path.to_owned(), look));
                    }
                    return false;
                }
                self.is_file(path, data) && self.is_wanted(path)
            }
        }
    }

    /// Whether a file that is known may be taken away: all that is in it came out and is on the disk.
    pub(super) fn can_go(&self, file: &File) -> bool {
        self.settings.after != After::Keep && file.state == State::Done && file.is_fed() && !self.in_flight.contains(&file.n)
    }

    /// Whether its bytes were passed over under another option.
    fn is_to_be_read_after_all(&self, file: &File) -> bool {
        self.settings.on_change == OnChange::Revise && !file.is_fed()
    }

    fn is_known(&self, path: &Path) -> bool {
        let file = self.settings.key(path).and_then(|key| self.known.get(&key));
        file.is_some_and(|file| file.state != State::Gone)
    }

    /// Whether a path is to be read by its name.
    fn is_wanted(&mut self, path: &Path) -> bool {
        match self.settings.wants(path, false) {
            Ok(()) if self.settings.written.among.iter().any(|may_be| may_be(path)) => self.pass_over(path),
            Ok(()) => return true,
            Err(Unwanted::NotChosen) => self.say("not_chosen", path, "`glob` does not choose it, or it is a marker"),
            Err(Unwanted::Ignored) => self.say("ignored", path, "`ignore` names it, or it is where files are moved"),
        }
        false
    }

    /// Says that a path is not read because articles may go there: once aloud, for whoever has pages of such names.
    fn pass_over(&mut self, path: &Path) {
        if !std::mem::replace(&mut self.passed_over, true) {
            let path = path.display();
            tracing::warn!(code = "own_output", "{path}, and what is called like it, is not read: the output of this run may go there");
        }
        self.say("own_output", path, "the output of this run may go there");
    }

    /// Whether something that is new can be read, by its data.
    fn is_file(&mut self, path: &Path, data: &Metadata) -> bool {
        if !data.is_file() {
            self.say("not_a_file", path, "it is a pipe, a device or a socket");
            return false;
        }
        let written = &self.settings.written;
        let id = FileId::of_data(path, data);
        if id.is_some() && written.files.iter().any(|written| FileId::of(written) == id) {
            self.say("own_output", path, "this run writes it");
            return false;
        }
        true
    }

    /// Notes that a file is there.
    pub(super) fn found(&mut self, path: &Path, look: Look, signs: Signs, now: Now) {
        self.unreadable.remove(path);
        if self.settings.grow {
            self.grown.push(path.to_owned());
        } else {
            let known = self.is_known(path);
            self.pending.see(path, look, signs, known, now);
        }
    }

    /// Takes what the system has told of a path, which is no folder. `data` is what is there now.
    pub(super) fn told(&mut self, path: &Path, signs: Signs, data: Option<&Metadata>, now: Now) {
        match self.settings.complete_when.marks(path) {
            Some(Marked::File(marked)) => self.pending.touch(&marked),
            Some(Marked::Beside) => self.pending.touch_all_in(path.parent()),
            None => {}
        }
        match data {
            Some(data) if self.asked(path, Some(data), false) => {
                // Nobody is told when what a link leads to is closed.
                let signs = if signs.writing && is_link(path, data) { Signs::OTHER } else { signs };
                self.found(path, Look::of(data), signs, now);
            }
            Some(_) => {}
            None => {
                self.pending.remove(path);
                if self.settings.grow {
                    self.grown.push(path.to_owned());
                }
            }
        }
    }

    /// Where the file of a key is, if it is there.
    pub(super) fn path_of(&self, key: &str) -> Option<PathBuf> {
        self.odd.get(key).cloned().or_else(|| self.settings.path_of(key))
    }

    fn look_at(&self, key: &str) -> Option<Look> {
        let data = fs::metadata(self.path_of(key)?).ok()?;
        data.is_file().then(|| Look::of(&data))
    }

    /// Which document a file that was never read becomes, when it is no part of an issue: nothing for the one named after it.
    pub(super) fn document(&self, name: &Name) -> Option<Box<str>> {
        if !self.known.is_taken(&name.stem) {
            return None;
        }
        // A file may have been called so before it had another name.
        let numbered = (2..).map(|number: u32| format!("{}.{number}", name.key));
        let mut names = std::iter::once(name.key.clone()).chain(numbered);
        names.find(|doc| !self.known.is_taken(doc)).map(String::into_boxed_str)
    }

    /// Judges the bytes at a path.
    pub(super) fn decide(&mut self, name: &Name, look: &Look, hash: Hash) -> Decision {
        let known = self.known.get(&name.key).cloned();
        if let Some(file) = &known
            && (file.hash == hash || file.fed() == hash)
            && !file.is_unfinished()
            && (file.fed() == hash || !self.is_to_be_read_after_all(file))
        {
            // A file that `after` has taken away and that is put there again is taken away again.
            let state = if file.state == State::Gone { State::Done } else { file.state };
            let same = File { state, ..file.clone().with_unfed(hash).with_look(look) };
            tracing::debug!(code = "same_bytes", "{} has the bytes that were read before", name.shown);
            return Decision::Known(if same == *file { Vec::new() } else { vec![self.known.set(&name.key, &name.stem, same)] });
        }
        let same = self.known.with_hash(hash);
        let others: Vec<&Arc<str>> = same.iter().rev().filter(|key| ***key != *name.key).collect();
        let moved = others.iter().find(|key| self.has_moved(key, hash, look, known.is_some())).map(|key| Arc::clone(key));
        let read = others.iter().find(|key| self.known.get(key).is_some_and(|other| other.was_fed(hash))).copied();
        if let Some(from) = moved {
            let changes = self.rename(&from, name, look);
            let left = self.known.get(&name.key).filter(|file| file.is_unfinished());
            return match left.map(again) {
                Some(file) => Decision::Read(file, changes),
                None => Decision::Known(changes),
            };
        }
        match known {
            // Nothing of it was ever written.
            Some(file) if file.state == State::Skipped => self.first(name),
            Some(file) if file.is_unfinished() || file.state == State::Gone => Decision::Read(again(&file), Vec::new()),
            Some(file) => self.changed(name, look, hash, &file),
            None => match read {
                Some(other) if self.settings.duplicates == Duplicates::Skip || self.is_alias(&name.key, look, other) => {
                    tracing::info!(code = "duplicate", "{} is not read: it has the bytes of {other}", name.shown);
                    let file = File { state: State::Skipped, hash, n: self.known.number(), ..File::default() }.with_look(look);
                    Decision::Known(vec![self.known.set(&name.key, &name.stem, file)])
                }
                other => {
                    if let Some(other) = other {
                        tracing::debug!(code = "duplicate", "{} has the bytes of {other}; both are read", name.shown);
                    }
                    self.first(name)
                }
            },
        }
    }

    /// Whether the file with these bytes that was read at `key` is the one that looks so now. Where the path is known with other
    /// bytes only the same file under another name is a rename; a copy over it is a change.
    pub(super) fn has_moved(&self, key: &str, hash: Hash, look: &Look, over: bool) -> bool {
        let Some(file) = self.known.get(key) else { return false };
        let there = self.look_at(key);
        let is_there = there.is_some_and(|there| there.inode == file.inode && there.size == file.size);
        if is_there {
            return false;
        }
        // What is taken away leaves its bytes behind and its inode to others: another file with the same ones is another file.
        if file.state == State::Gone {
            return false;
        }
        if file.inode == look.inode && file.mtime == look.mtime {
            return true;
        }
        !over && self.settings.after == After::Keep && there.is_none() && file.fed() == hash
    }

    /// Whether the file at `key` is the one at `other` by another name of its folder.
    fn is_alias(&self, key: &str, look: &Look, other: &str) -> bool {
        let folder = |path: &Path| path.parent().and_then(|folder| fs::canonicalize(folder).ok());
        let (Some(path), Some(there)) = (self.path_of(key), self.path_of(other)) else { return false };
        let is_inode = self.known.get(other).is_some_and(|other| other.inode == look.inode);
        is_inode && path.file_name() == there.file_name() && folder(&path).is_some_and(|one| folder(&there) == Some(one))
    }

    /// A file of which nothing was ever read.
    fn first(&self, name: &Name) -> Decision {
        Decision::Read(File { doc: self.document(name), ..File::default() }, Vec::new())
    }

    /// A file that is not called `from` any more.
    pub(super) fn renamed(&self, from: &str, file: File) -> File {
        let before = self.path_of(from).and_then(|path| self.settings.name(&path));
        // One of another folder, which is not watched any more.
        let other = || Name { key: from.to_owned(), shown: from.to_owned(), stem: naming::without_endings(from).to_owned() };
        file.renamed(&before.unwrap_or_else(other))
    }

    /// A file has another name. What was known under that name is kept by its bytes: it may turn up elsewhere.
    pub(super) fn rename(&mut self, from: &str, name: &Name, look: &Look) -> Vec<Change> {
        tracing::debug!(code = "renamed", "{} was {from}", name.shown);
        let mut changes = Vec::new();
        if let Some((over, forgotten)) = self.known.remove(&name.key) {
            changes.push(forgotten);
            let key = format!("/{:032x}/{}", over.hash.0, over.n);
            let doc = over.doc.clone().or_else(|| Some(name.stem.as_str().into()));
            changes.push(self.known.set(&key, &name.stem, File { doc, ..over }));
        }
        if let Some((file, forgotten)) = self.known.remove(from) {
            changes.push(forgotten);
            let file = self.renamed(from, file).with_look(look);
            changes.push(self.known.set(&name.key, &name.stem, file));
        }
        changes
    }

    fn changed(&mut self, name: &Name, look: &Look, hash: Hash, file: &File) -> Decision {
        match self.settings.on_change {
            OnChange::Revise => Decision::Read(again(file), Vec::new()),
            OnChange::Ignore => {
                tracing::info!(code = "change_ignored", "{} has changed since it was read and is not read again", name.shown);
                let ignored = file.clone().with_unfed(hash).with_look(look);
                Decision::Known(vec![self.known.set(&name.key, &name.stem, ignored)])
            }
            OnChange::Error => {
                let times = file.refused + u32::from(file.issue.is_some());
                let refused = File { refused: times, ..file.clone().with_unfed(hash).with_look(look) };
                Decision::Refused(vec![self.known.set(&name.key, &name.stem, refused)])
            }
        }
    }
}

/// The same document again, as a revision.
fn again(file: &File) -> File {
    let revision = file.revision.saturating_add(1);
    File { doc: file.doc.clone(), issue: file.issue.clone(), first: file.first, revision, ..File::default() }
}

#[cfg(unix)]
fn is_link(path: &Path, data: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    data.nlink() > 1 || fs::symlink_metadata(path).is_ok_and(|own| own.is_symlink())
}

#[cfg(not(unix))]
fn is_link(path: &Path, _: &Metadata) -> bool {
    fs::symlink_metadata(path).is_ok_and(|own| own.is_symlink())
}

#[cfg(test)]
mod tests {
    use pipeline::laws::NoFiles;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_hears_is_not_remembered() {
        let config = serde_json::from_value(json!({ "path": "in" })).unwrap();
        let Ok(settings) = Settings::new(config, &NoFiles) else { panic!("the options are right") };
        let mut desk = Desk::new(Arc::new(settings));
        let hidden = desk.settings.roots[0].real.join(".1.txt");
        tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::default(), || {
            assert!(!desk.asked(&hidden, None, false));
        });
        assert!(desk.said.is_empty(), "each file has another name while it is written");
    }
}
