//! Lists the watched folders: the truth about what is there. A folder whose time has not changed is not listed again, and a folder
//! is listed only after the system was asked to tell of changes in it, so that nothing can come unnoticed in between.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::hints::{Refused, Watching};
use super::mailbox::Mailbox;
use super::ready::{Look, Now};
use super::settings::Settings;

/// A folder that has changed so lately may change again without its time showing it.
const RACY: i64 = 2_000_000_000;
/// Listing may take this share of the time, where the system tells of changes and where it does not; and looking at every file.
const SHARES: (u32, u32, u32) = (50, 10, 200);

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Folders of which something is known.
    Hinted,
    /// Folders that have changed.
    Changed,
    /// Every file.
    Everything,
}

/// The folders.
pub(super) struct Tree {
    settings: Arc<Settings>,
    mailbox: Arc<Mailbox>,
    watching: Option<Watching>,
    folders: BTreeMap<PathBuf, Folder>,
    /// The same by what they are, whatever they are called.
    ids: HashMap<(u64, u64), PathBuf>,
    /// When folders that have changed are listed next, and when every file is looked at.
    next: [Instant; 2],
    /// Of which something is known.
    hinted: BTreeSet<PathBuf>,
    /// Folders by other names, which are entered last: a folder is read by its own name if that is below those that are watched.
    links: BTreeSet<PathBuf>,
    /// Roots that were found missing.
    missing: HashSet<PathBuf>,
}

#[derive(Debug)]
struct Folder {
    id: (u64, u64),
    /// When it had changed last as it was listed; nothing when it must be listed again in any case.
    listed: Option<i64>,
}

/// Asks about a file: without its data, whether it is worth a look; with them, whether it is new.
pub(super) type Ask<'a> = dyn FnMut(&Path, Option<&Metadata>) -> bool + 'a;

impl Tree {
    pub(super) fn new(settings: Arc<Settings>, mailbox: Arc<Mailbox>) -> Self {
        let now = Instant::now();
        let mut tree = Self {
            settings,
            mailbox,
            watching: None,
            folders: BTreeMap::new(),
            ids: HashMap::new(),
            next: [now, now],
            hinted: BTreeSet::new(),
            links: BTreeSet::new(),
            missing: HashSet::new(),
        };
        if !tree.settings.poll && !tree.settings.once {
            match Watching::begin(Arc::clone(&tree.mailbox)) {
                Ok(watching) => tree.watching = Some(watching),
                Err(Refused::Exhausted(reason)) => tree.poll(&reason),
                Err(Refused::Folder(error)) => tree.poll(&error.to_string()),
            }
        }
        tree
    }

    /// Whether the system tells of changes.
    pub(super) fn is_told(&self) -> bool {
        self.watching.is_some()
    }

    fn poll(&mut self, reason: &str) {
        self.watching = None;
        let every = pipeline::Period(self.settings.rescan);
        tracing::warn!(
            code = "polling",
            "{reason}. New files are found by listing the folders every {every} instead, which is slower but complete"
        );
    }

    /// Whether a watched folder is there.
    pub(super) fn is_there(&self) -> bool {
        self.settings.roots.iter().any(|root| !self.missing.contains(&root.real))
    }

    /// Whether the watched folder that `path` is below is missing.
    pub(super) fn is_missing(&self, path: &Path) -> bool {
        self.missing.iter().any(|root| path.starts_with(root))
    }

    /// Something has happened to `path`. Says whether it is or was a folder.
    pub(super) fn hint(&mut self, path: &Path, is_folder: bool) -> bool {
        let known = self.folders.contains_key(path);
        if is_folder || known {
            self.hinted.insert(path.to_owned());
        }
        is_folder || known
    }

    /// Nothing that was told counts any more.
    pub(super) fn distrust(&mut self) {
        self.next[1] = Instant::now();
    }

    /// What is to be done now.
    pub(super) fn due(&self, now: Instant) -> Option<Depth> {
        if now >= self.next[1] {
            Some(Depth::Everything)
        } else if now >= self.next[0] {
            Some(Depth::Changed)
        } else {
            (!self.hinted.is_empty()).then_some(Depth::Hinted)
        }
    }

    /// When the next look is due.
    pub(super) fn next(&self) -> Instant {
        if self.hinted.is_empty() { self.next[0].min(self.next[1]) } else { Instant::now() }
    }

    /// Looks, and gives the files that are new.
    pub(super) fn look(&mut self, depth: Depth, ask: &mut Ask<'_>) -> Vec<(PathBuf, Look)> {
        let begun = Instant::now();
        let hinted = std::mem::take(&mut self.hinted);
        let mut found = Vec::new();
        if depth > Depth::Hinted {
            self.look_at_roots(depth, ask, &mut found);
        }
        let folders = match depth {
            Depth::Hinted => hinted.into_iter().filter(|path| self.may_enter(path)).collect(),
            // Folders inside others are not reached from above unless these are listed.
            Depth::Changed => self.folders.keys().cloned().collect(),
            Depth::Everything => Vec::new(),
        };
        for folder in folders {
            match fs::metadata(&folder) {
                Ok(data) if data.is_dir() => {
                    if depth == Depth::Hinted
                        && let Some(known) = self.folders.get_mut(&folder)
                    {
                        known.listed = None;
                    }
                    self.visit(&folder, &data, depth, ask, &mut found);
                }
                _ => self.lose(&folder),
            }
        }
        while let Some(link) = self.links.pop_first() {
            if let Ok(data) = fs::metadata(&link)
                && data.is_dir()
            {
                self.visit(&link, &data, depth, ask, &mut found);
            }
        }
        self.plan(depth, begun);
        found
    }

    fn may_enter(&self, path: &Path) -> bool {
        let new = || {
            let inside = path.parent().is_some_and(|folder| self.folders.contains_key(folder));
            inside && self.settings.recursive && self.settings.wants(path, true).is_ok()
        };
        self.folders.contains_key(path) || new()
    }

    fn look_at_roots(&mut self, depth: Depth, ask: &mut Ask<'_>, found: &mut Vec<(PathBuf, Look)>) {
        for root in self.settings.roots.clone() {
            let data = fs::metadata(&root.real);
            match data.and_then(|data| if data.is_dir() { Ok(data) } else { Err(io::ErrorKind::NotADirectory.into()) }) {
                Ok(data) => {
                    if self.missing.remove(&root.real) {
                        tracing::info!(code = "folder_found", "{} is there", root.given);
                    }
                    self.visit(&root.real, &data, depth, ask, found);
                }
                Err(error) => {
                    self.lose(&root.real);
                    if self.missing.insert(root.real.clone()) {
                        tracing::warn!(code = "folder_missing", "{}: {error}; it is looked for until it is there", root.given);
                    }
                }
            }
        }
    }

    fn plan(&mut self, depth: Depth, begun: Instant) {
        let (now, took) = (Instant::now(), begun.elapsed());
        let shares = if self.is_told() { SHARES.0 } else { SHARES.1 };
        let rescan = self.settings.rescan.max(Duration::from_millis(10));
        match depth {
            Depth::Hinted => {}
            // Who has listed everything first without looking at what is known has time to read what is new.
            Depth::Changed => self.next = [now + rescan.max(took * shares), self.next[1].max(now + took)],
            Depth::Everything => self.next = [now + rescan, now + rescan.max(took * SHARES.2)],
        }
    }

    /// Lists `folder` if that is called for, and what is new below it.
    fn visit(&mut self, folder: &Path, data: &Metadata, depth: Depth, ask: &mut Ask<'_>, found: &mut Vec<(PathBuf, Look)>) {
        let id = id_of(data);
        let mtime = Look::of(data).mtime;
        match self.folders.get(folder) {
            Some(known) if known.id == id => {
                if depth < Depth::Everything && known.listed == Some(mtime) {
                    return;
                }
            }
            known => {
                if self.settings.is_moved_to(folder) {
                    tracing::debug!(code = "ignored", "{} is not entered: it is where files are moved", folder.display());
                    return;
                }
                let is_new = known.is_none();
                if let Some(elsewhere) = self.ids.get(&id).filter(|path| is_new && path.as_path() != folder).cloned() {
                    if fs::metadata(&elsewhere).is_ok_and(|data| id_of(&data) == id) {
                        tracing::debug!(code = "linked_folder", "{} is {}, which is read already", folder.display(), elsewhere.display());
                        return;
                    }
                    self.lose(&elsewhere);
                }
                self.watch(folder, is_new);
                self.folders.insert(folder.to_owned(), Folder { id, listed: None });
                self.ids.insert(id, folder.to_owned());
            }
        }
        let racy = Now::read().wall.saturating_sub(mtime) < RACY;
        let listed = self.list(folder, depth, ask, found);
        if let Some(known) = self.folders.get_mut(folder) {
            known.listed = (listed && !racy).then_some(mtime);
        }
    }

    fn watch(&mut self, folder: &Path, is_new: bool) {
        let Some(watching) = &mut self.watching else { return };
        if !is_new {
            // What was watched under this name was another folder.
            watching.forget(folder);
        }
        match watching.folder(folder) {
            Ok(()) => {}
            Err(Refused::Folder(error)) => tracing::debug!(code = "not_watched", "{}: {error}", folder.display()),
            Err(Refused::Exhausted(reason)) => self.poll(&reason),
        }
    }

    /// A folder is gone, and all in it.
    fn lose(&mut self, folder: &Path) {
        let gone: Vec<PathBuf> =
            self.folders.range(folder.to_owned()..).map(|(path, _)| path).take_while(|path| path.starts_with(folder)).cloned().collect();
        for folder in gone {
            if let Some(lost) = self.folders.remove(&folder)
                && self.ids.get(&lost.id) == Some(&folder)
            {
                self.ids.remove(&lost.id);
            }
            if let Some(watching) = &mut self.watching {
                watching.forget(&folder);
            }
        }
    }

    /// Lists one folder. A listing that is made while files come may show one and not another that came before it, so a listing
    /// with something new in it is made twice, and of the second what is no newer than all of the first.
    fn list(&mut self, folder: &Path, depth: Depth, ask: &mut Ask<'_>, found: &mut Vec<(PathBuf, Look)>) -> bool {
        let (mut names, mut inside) = (HashSet::new(), Vec::new());
        let mut newest: Option<i64> = None;
        for pass in 0..2 {
            let entries = match fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(error) => {
                    tracing::warn!(code = "unreadable_folder", "{}: {error}; it is tried again", folder.display());
                    return false;
                }
            };
            let mut complete = true;
            for entry in entries.flatten() {
                let name = entry.file_name();
                let path = folder.join(&name);
                if (pass == 1 && names.contains(&name)) || !note(&entry, &path, &mut inside, &self.settings, ask) {
                    continue;
                }
                // A link to nothing, or gone already.
                let Ok(data) = fs::metadata(&path) else { continue };
                if data.is_dir() {
                    inside.push(path);
                    continue;
                }
                let look = Look::of(&data);
                if newest.is_some_and(|newest| pass == 1 && look.ctime > newest) {
                    complete = false;
                    continue;
                }
                if ask(&path, Some(&data)) {
                    newest = (pass == 0).then_some(newest.map_or(look.ctime, |newest| newest.max(look.ctime))).or(newest);
                    found.push((path, look));
                }
                names.insert(name);
            }
            if newest.is_none() || pass == 1 {
                self.enter(inside, depth, ask, found);
                return complete;
            }
        }
        true
    }

    fn enter(&mut self, mut inside: Vec<PathBuf>, depth: Depth, ask: &mut Ask<'_>, found: &mut Vec<(PathBuf, Look)>) {
        inside.sort();
        inside.dedup();
        for path in inside {
            if depth < Depth::Everything && self.folders.contains_key(&path) {
                continue;
            }
            match fs::symlink_metadata(&path) {
                Ok(data) if data.is_dir() => self.visit(&path, &data, depth, ask, found),
                Ok(data) if data.is_symlink() => _ = self.links.insert(path),
                _ => {}
            }
        }
    }
}

/// Whether an entry is worth a look. Folders are noted to be entered.
fn note(entry: &fs::DirEntry, path: &Path, inside: &mut Vec<PathBuf>, settings: &Settings, ask: &mut Ask<'_>) -> bool {
    let kind = entry.file_type();
    let is_folder = match &kind {
        Ok(kind) if kind.is_symlink() => fs::metadata(path).is_ok_and(|data| data.is_dir()),
        Ok(kind) => kind.is_dir(),
        Err(_) => false,
    };
    if is_folder {
        if settings.recursive && settings.wants(path, true).is_ok() {
            inside.push(path.to_owned());
        }
        return false;
    }
    ask(path, None)
}

#[cfg(unix)]
fn id_of(data: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino())
}

#[cfg(not(unix))]
fn id_of(data: &Metadata) -> (u64, u64) {
    (0, u64::try_from(super::ready::nanoseconds(data.created().unwrap_or(std::time::SystemTime::UNIX_EPOCH))).unwrap_or_default())
}
