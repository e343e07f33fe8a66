//! `grow: true`: files that are read on as they become longer. Each page that is complete is fed as the end of its document, with a
//! mark that says how far the file has been read and how many of the pages in that are fed, so that a restart reads the same bytes
//! again and feeds the rest.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::super::document::{Document, Found, Input};
use super::super::numbering::Numbering;
use super::forward::{Message, Stopped};
use super::grown::{Grown, beside};
use super::known::{File, Hash, State};
use super::ready::{LEFT_ALONE, Look};
use super::settings::Name;
use super::work::Worker;

/// Files that are kept open, so that one that is renamed can be read to its end.
const OPEN: usize = 64;

/// Files that grow, by their keys.
#[derive(Default)]
pub(super) struct Growing {
    files: HashMap<String, Grown>,
    /// Those that are open, the one that has waited longest first.
    open: VecDeque<String>,
    /// Those that an earlier run read, by inode, until they are found again; made at the first need.
    earlier: Option<HashMap<u64, (String, File)>>,
}

impl Growing {
    /// Paths where no file is any more, in folders that are there: nobody may have told of that.
    pub(super) fn gone(&self) -> impl Iterator<Item = PathBuf> {
        let named = self.files.values().filter(|grown| grown.lost.is_none());
        let is_gone = |path: &Path| matches!(fs::exists(path), Ok(false)) && path.parent().is_some_and(Path::is_dir);
        named.map(|grown| grown.path.clone()).filter(move |path| is_gone(path))
    }

    /// When a file without a name is to be read again.
    pub(super) fn next(&self) -> Option<Instant> {
        self.files.values().filter_map(|grown| Some(grown.lost? + LEFT_ALONE)).min()
    }
}

impl Worker {
    /// Looks at the growing files of which something is known.
    pub(super) fn grow(&mut self) -> Result<(), Stopped> {
        let mut paths = std::mem::take(&mut self.desk.grown);
        paths.sort();
        paths.dedup();
        if self.growing.earlier.is_none() {
            let rows = self.desk.known.each().filter(|(_, file)| file.state == State::Growing);
            self.growing.earlier = Some(rows.map(|(key, file)| (file.inode, (key.to_string(), file.clone()))).collect());
        }
        // A file that was renamed goes on under its new name before another takes the old one.
        let named = paths.into_iter().filter_map(|path| Some((self.settings.name(&path)?, path)));
        let (known, new): (Vec<_>, Vec<_>) = named.partition(|(name, _)| self.growing.files.contains_key(&name.key));
        // Others that are read now may take its place among those that are open, and it cannot be opened again.
        for (name, _) in &known {
            if self.growing.files.get(&name.key).is_some_and(Grown::is_only_open) {
                self.read_on(&name.key)?;
            }
        }
        for (name, path) in new.iter().chain(&known) {
            self.look_at_grown(path, name)?;
            self.outlet.pass()?;
        }
        self.read_lost()
    }

    fn look_at_grown(&mut self, path: &Path, name: &Name) -> Result<(), Stopped> {
        let look = fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|data| Look::of(&data));
        let Some(look) = look else { return self.lose_grown(&name.key) };
        if !self.growing.files.contains_key(&name.key) {
            self.follow(path, name, &look)?;
        }
        let same = self.growing.files.get_mut(&name.key).map(|grown| {
            if grown.file.inode == look.inode {
                grown.is_same(&look).then_some(()).ok_or("it is shorter or has another beginning")
            } else {
                Err("another file has its name")
            }
        });
        match same {
            Some(Ok(())) => {}
            Some(Err(why)) => {
                tracing::info!(code = "read_anew", "{} is read anew, as a revision: {why}", name.shown);
                if self.growing.files.get(&name.key).is_some_and(|grown| grown.file.inode != look.inode) {
                    self.end_grown(&name.key)?;
                }
                self.end_document(&name.key)?;
                self.growing.files.remove(&name.key);
                self.begin(path, name, &look)?;
            }
            None => self.begin(path, name, &look)?,
        }
        self.read_on(&name.key)
    }

    /// A file has no name any more. It may turn up under another, and whoever writes it may not be done.
    fn lose_grown(&mut self, key: &str) -> Result<(), Stopped> {
        let now = Instant::now();
        self.open_aside(key);
        match self.growing.files.get_mut(key) {
            Some(grown) if grown.handle.is_some() => {
                grown.lost.get_or_insert(now);
                Ok(())
            }
            _ => self.end_grown(key),
        }
    }

    /// A file that was closed because too many are open is looked for by what it is: it may have been put aside under a name that is
    /// not watched.
    fn open_aside(&mut self, key: &str) {
        let Some(grown) = self.growing.files.get_mut(key).filter(|grown| grown.handle.is_none()) else { return };
        let aside = beside(&grown.path, grown.file.inode).and_then(|path| Some((Look::of(&fs::metadata(&path).ok()?), path)));
        let found = aside.is_some_and(|(look, path)| {
            grown.path = path;
            grown.is_same(&look)
        });
        if !found {
            grown.handle = None;
        }
    }

    /// Reads files that have lost their names, until they are left alone.
    fn read_lost(&mut self) -> Result<(), Stopped> {
        let now = Instant::now();
        let due = |lost: &Instant| now.saturating_duration_since(*lost) >= LEFT_ALONE;
        let files = self.growing.files.iter().filter(|(_, grown)| grown.lost.as_ref().is_some_and(due));
        let mut lost: Vec<(String, u64)> = files.map(|(key, grown)| (key.clone(), grown.file.offset)).collect();
        lost.sort();
        for (key, before) in lost {
            self.read_rest(&key)?;
            match self.growing.files.get_mut(&key) {
                Some(grown) if grown.file.offset > before => grown.lost = Some(now),
                _ => self.end_grown(&key)?,
            }
        }
        Ok(())
    }

    /// A file that is not known under its name may be one that was renamed.
    fn follow(&mut self, path: &Path, name: &Name, look: &Look) -> Result<(), Stopped> {
        let renamed = self.growing.files.iter().find(|(_, grown)| {
            grown.file.inode == look.inode && !fs::metadata(&grown.path).is_ok_and(|data| Look::of(&data).inode == look.inode)
        });
        let Some(from) = renamed.map(|(key, _)| key.clone()) else { return self.follow_earlier(path, name, look) };
        let Some(mut grown) = self.growing.files.remove(&from) else { return Ok(()) };
        grown.file = grown.file.renamed(&grown.name);
        (grown.path, grown.name, grown.lost) = (path.to_owned(), name.clone(), None);
        let file = grown.file.clone();
        self.growing.files.insert(name.key.clone(), grown);
        self.rename(&from, name, file)
    }

    /// It may have been renamed while no run was there.
    fn follow_earlier(&mut self, path: &Path, name: &Name, look: &Look) -> Result<(), Stopped> {
        let Some(earlier) = &mut self.growing.earlier else { return Ok(()) };
        let Some((from, mut file)) = earlier.remove(&look.inode) else { return Ok(()) };
        if from == name.key || file.offset > look.size {
            return Ok(());
        }
        file = self.desk.renamed(&from, file);
        let Some(found) = self.resume(path, name, file.clone()) else { return Ok(()) };
        self.rename(&from, name, file)?;
        self.feed_grown(&name.key, found)
    }

    /// Writes down that a file has another name. The old one may be taken again: its row stays, and what comes under it is a
    /// revision.
    fn rename(&mut self, from: &str, name: &Name, file: File) -> Result<(), Stopped> {
        tracing::debug!(code = "renamed", "{} was {from}", name.shown);
        let inode = file.inode;
        let row = self.desk.known.set(&name.key, &name.stem, file);
        self.outlet.mark(vec![row])?;
        if let Some(old) = self.desk.known.get(from).filter(|old| old.inode == inode).cloned() {
            let stem = self.desk.path_of(from).and_then(|path| self.settings.name(&path)).map(|name| name.stem).unwrap_or_default();
            let row = self.desk.known.set(from, &stem, File { state: State::Gone, offset: 0, from: 0, ..old });
            self.outlet.mark(vec![row])?;
        }
        Ok(())
    }

    /// Begins to read a file, where an earlier run left it if it is still the same.
    fn begin(&mut self, path: &Path, name: &Name, look: &Look) -> Result<(), Stopped> {
        self.end_earlier(path, name, look)?;
        let known = self.desk.known.get(&name.key).filter(|file| file.state != State::Skipped).cloned();
        if let Some(file) =
            known.clone().filter(|file| file.state == State::Growing && file.inode == look.inode && file.offset <= look.size)
            && let Some(found) = self.resume(path, name, file)
        {
            return self.feed_grown(&name.key, found);
        }
        let file = match known {
            Some(file) => File { revision: file.revision.saturating_add(1), doc: file.doc, n: file.n, ..File::default() },
            None => File { doc: self.desk.document(name), n: self.desk.known.number(), ..File::default() },
        };
        let file = File { state: State::Growing, ..file }.with_look(look);
        let grown = self.grown(path, name, file);
        self.growing.files.insert(name.key.clone(), grown);
        Ok(())
    }

    /// While no run was there a file may have been put aside under a name that is not watched, and another have its name: the rest
    /// of it is read first.
    fn end_earlier(&mut self, path: &Path, name: &Name, look: &Look) -> Result<(), Stopped> {
        let known = self.desk.known.get(&name.key).filter(|file| file.state == State::Growing && file.inode != look.inode);
        let Some(file) = known.cloned() else { return Ok(()) };
        let Some(aside) = beside(path, file.inode).filter(|aside| self.settings.wants(aside, false).is_err()) else { return Ok(()) };
        let Some(found) = self.resume(&aside, name, file) else { return Ok(()) };
        self.feed_grown(&name.key, found)?;
        self.end_grown(&name.key)
    }

    fn grown(&self, path: &Path, name: &Name, file: File) -> Grown {
        let (shown, stem) = (file.named.as_deref().unwrap_or(&name.shown), file.doc.as_deref().unwrap_or(&name.stem));
        // As from a pipe: whether a page is the only one is never known.
        let input = Input { live: true, ..self.settings.naming.input(shown, stem, &mut 0) };
        let document = Document::new(Arc::clone(&self.settings.reading), input, Numbering::default());
        let (name, path) = (name.clone(), path.to_owned());
        Grown { name, path, handle: None, document, hasher: blake3::Hasher::new(), tail: Vec::new(), file, found: 0, lost: None }
    }

    /// Reads again what an earlier run has read. Gives the pages in it, if the bytes are the same.
    fn resume(&mut self, path: &Path, name: &Name, file: File) -> Option<Vec<Found>> {
        let (end, hash) = (file.offset, file.hash);
        let mut grown = self.grown(path, name, File { offset: 0, ..file });
        let mut found = Vec::new();
        let mut seen = 0;
        while grown.file.offset < end {
            let before = grown.file.offset;
            for one in grown.read(Some(end)).ok()? {
                seen += 1;
                if seen > grown.file.from {
                    found.push(one);
                }
            }
            if grown.file.offset == before {
                return None;
            }
        }
        grown.found = grown.file.from.min(seen);
        if Hash::of(&grown.hasher.finalize()) != hash {
            return None;
        }
        self.growing.files.insert(name.key.clone(), grown);
        Some(found)
    }

    fn read_on(&mut self, key: &str) -> Result<(), Stopped> {
        loop {
            let Some(grown) = self.growing.files.get_mut(key) else { return Ok(()) };
            let before = grown.file.offset;
            match grown.read(None) {
                Ok(found) => {
                    let ended = grown.file.offset == before;
                    self.feed_grown(key, found)?;
                    if ended {
                        break;
                    }
                }
                Err(error) => {
                    let (shown, path) = (grown.name.shown.clone(), grown.path.clone());
                    if self.desk.said_unreadable.insert(path) {
                        tracing::warn!(code = "unreadable", "{shown}: {error}; it is tried again now and then");
                    }
                    return Ok(());
                }
            }
        }
        self.keep_open(key);
        Ok(())
    }

    /// Of the files that are open the one that has waited longest is closed when there are too many.
    fn keep_open(&mut self, key: &str) {
        self.growing.open.retain(|open| open != key);
        self.growing.open.push_back(key.to_owned());
        if self.growing.open.len() > OPEN
            && let Some(oldest) = self.growing.open.pop_front()
            && let Some(grown) = self.growing.files.get_mut(&oldest)
        {
            grown.handle = None;
        }
    }

    fn feed_grown(&mut self, key: &str, found: Vec<Found>) -> Result<(), Stopped> {
        let Some(grown) = self.growing.files.get_mut(key) else { return Ok(()) };
        for found in found {
            let doc_id = match found {
                Found::Page(mut sheet) => {
                    sheet.revision = grown.file.revision;
                    let doc_id = Arc::clone(&sheet.identity.doc_id);
                    self.outlet.send(Message::Page(Box::new(sheet)))?;
                    doc_id
                }
                Found::Failure(failure) => {
                    let doc_id = Arc::clone(&failure.identity.doc_id);
                    self.outlet.send(Message::Failure(failure))?;
                    doc_id
                }
                Found::End(_) => continue,
            };
            grown.found += 1;
            grown.file.from = grown.found;
            grown.file.hash = Hash::of(&grown.hasher.finalize());
            grown.file.size = grown.file.offset;
            let row = self.desk.known.set(key, &grown.name.stem, grown.file.clone());
            self.outlet.end(&doc_id, vec![row])?;
            self.fed += 1;
        }
        Ok(())
    }

    /// Reads on in a file that has lost its name, if it is open or is found. Says whether it is.
    fn read_rest(&mut self, key: &str) -> Result<bool, Stopped> {
        self.open_aside(key);
        let kept = self.growing.files.get(key).is_some_and(|grown| grown.handle.is_some());
        if kept {
            self.read_on(key)?;
        }
        Ok(kept)
    }

    /// A file is not there any more, or another has its name: what is left of it is read, and its last page is complete.
    fn end_grown(&mut self, key: &str) -> Result<(), Stopped> {
        let kept = self.read_rest(key)?;
        let Some(grown) = self.growing.files.get_mut(key) else { return Ok(()) };
        if !kept {
            let (shown, offset) = (&grown.name.shown, grown.file.offset);
            tracing::warn!(code = "lost_end", "{shown} is gone: if more than {offset} bytes were in it, the rest is not read");
        }
        self.end_document(key)?;
        self.growing.open.retain(|open| open != key);
        if let Some(grown) = self.growing.files.remove(key) {
            let file = File { state: State::Gone, offset: 0, from: 0, ..grown.file };
            let row = self.desk.known.set(key, &grown.name.stem, file);
            self.outlet.mark(vec![row])?;
        }
        Ok(())
    }

    /// What was read of a file is all there is: its last page is complete.
    fn end_document(&mut self, key: &str) -> Result<(), Stopped> {
        let mut found = Vec::new();
        if let Some(grown) = self.growing.files.get_mut(key) {
            grown.document.finish(&mut found);
        }
        self.feed_grown(key, found)
    }

    /// All is read. Without a state nobody will go on with a page that is not complete.
    pub(super) fn finish_growing(&mut self) -> Result<(), Stopped> {
        let keys: Vec<String> = if self.memory.is_none() { self.growing.files.keys().cloned().collect() } else { Vec::new() };
        keys.iter().try_for_each(|key| self.end_grown(key))
    }
}
