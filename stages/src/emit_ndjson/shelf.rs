//! The output files of a run by their names: which records go where, how far each was committed, how many are open at once.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pipeline::state::{lasting, make_folder};
use pipeline::{Change, Records, SinkError, Store};
use serde_json::json;

use super::earlier::{Committed, cut_others, data_of, length_of, note_again, note_begun, taken};
use super::names::Names;
use super::part::{Coding, Part};

/// Files that are open at once; more of them are closed until something is written to them again.
const OPEN: usize = 64;
/// So much waits at most in each compressed file: members shorter than this compress badly, and readers wait for no more.
const MEMBER: usize = 1 << 20;

/// See the module.
pub(super) struct Shelf {
    pub(super) names: Names,
    coding: Coding,
    /// A file that has reached this size is followed by the next.
    size: Option<u64>,
    pub(super) parts: HashMap<PathBuf, Part>,
    /// The file that each route leads to now, and its number.
    pub(super) current: HashMap<Arc<str>, (PathBuf, u32)>,
    /// The last file of the day before, to which it leads again when the clock goes back.
    pub(super) before: HashMap<Arc<str>, (PathBuf, u32)>,
    /// Files that no route leads to since the last commit.
    left: Vec<PathBuf>,
    /// Files to which something was written since they were committed, in that order.
    touched: Vec<PathBuf>,
    /// Those that were open, the latest last.
    pub(super) opened: Vec<PathBuf>,
    /// The names of outputs that are links, by what they lead to.
    pub(super) links: HashMap<PathBuf, PathBuf>,
    /// Records that have not been given to their files, and how many of the first are.
    queue: VecDeque<(Records, usize)>,
    pub(super) appending: Option<Appending>,
}

/// What is known in a run that goes on with the files of earlier runs.
pub(super) struct Appending {
    /// Bytes that were committed, by file.
    pub(super) committed: HashMap<PathBuf, Committed>,
    /// Rows that do not hold any more.
    pub(super) gone: Vec<Change>,
    pub(super) store: Arc<Store>,
}

impl Shelf {
    pub(super) fn new(names: Names, coding: Coding, size: Option<u64>) -> Self {
        let (parts, current, before, left, touched, opened, links, queue) = Default::default();
        Self { names, coding, size, parts, current, before, left, touched, opened, links, queue, appending: None }
    }

    /// The names of its files.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Takes whole records. Whatever goes wrong, they are kept and written in the end.
    pub(super) fn take(&mut self, records: Vec<Records>) -> Result<(), SinkError> {
        self.queue.extend(records.into_iter().map(|records| (records, 0)));
        self.flush(false)
    }

    /// Whether something could not be written yet that should have been.
    pub(super) fn has_left_over(&self) -> bool {
        !self.queue.is_empty()
            || self.touched.iter().any(|path| self.parts.get(path).is_some_and(|part| part.is_plain() && part.pending() > 0))
    }

    /// Gives the records that came in to the files they go to.
    fn sort_in(&mut self) -> Result<(), SinkError> {
        let day = if self.names.by_day() { jiff::ZonedDateTime::now().date().to_string() } else { String::new() };
        while let Some((records, done)) = self.queue.pop_front() {
            if self.names.is_one() {
                let path = self.names.real().to_owned();
                if let Err(error) = self.open(&path) {
                    self.queue.push_front((records, 0));
                    return Err(error);
                }
                self.append(&path, records.bytes());
                continue;
            }
            let mut failed = None;
            for (index, (record, routes)) in records.iter().enumerate().skip(done) {
                let one = [self.names.one_route()];
                let routes = if routes.is_empty() { &one } else { routes };
                let opened = routes.iter().map(|route| self.open_for(route, &day, record.len())).collect::<Result<Vec<_>, _>>();
                match opened {
                    Ok(paths) => paths.iter().for_each(|path| self.append(path, record)),
                    Err(error) => {
                        failed = Some((index, error));
                        break;
                    }
                }
            }
            if let Some((index, error)) = failed {
                self.queue.push_front((records, index));
                return Err(error);
            }
        }
        Ok(())
    }

    fn open_for(&mut self, route: &Arc<str>, day: &str, bytes: usize) -> Result<PathBuf, SinkError> {
        let path = self.file(route, day, bytes);
        self.open(&path)?;
        if let Some(part) = self.parts.get_mut(&path) {
            part.route.get_or_insert_with(|| Arc::clone(route));
        }
        Ok(path)
    }

    /// The file for the next `bytes` of a route.
    fn file(&mut self, route: &Arc<str>, day: &str, bytes: usize) -> PathBuf {
        let numbered = |number: u32| (self.names.file(route, day, number), number);
        let is_of_day = |(path, number): &(PathBuf, u32)| numbered(*number).0 == *path;
        let now = self.current.get(route);
        let today = now.filter(|now| is_of_day(now)).or_else(|| self.before.get(route).filter(|before| is_of_day(before)));
        // With another day the count begins anew.
        let mut next = today.cloned().unwrap_or_else(|| numbered(1));
        let committed = |path: &Path| self.appending.as_ref()?.committed.get(path).map(|committed| committed.length);
        let size = self.parts.get(&next.0).map(Part::size).or_else(|| committed(&next.0)).unwrap_or(0);
        if self.size.is_some_and(|limit| size > 0 && size + bytes as u64 > limit) {
            next = numbered(next.1 + 1);
        }
        let path = next.0.clone();
        if let Some(old) = self.current.insert(Arc::clone(route), next).filter(|(old, _)| *old != path) {
            let left = if is_of_day(&old) { Some(old) } else { self.before.insert(Arc::clone(route), old) };
            // Nothing is written there any more, so nobody needs to know how long it is.
            if let (Some((left, _)), Some(appending)) = (left.filter(|(left, _)| *left != path), &mut self.appending) {
                appending.gone.push(Change::forget(appending.store.key_of("output", &left)));
                self.left.push(left);
            }
        }
        path
    }

    /// Gives records to a file that is known.
    fn append(&mut self, path: &Path, records: &[u8]) {
        let Some(part) = self.parts.get_mut(path) else { return };
        part.take(records);
        if !std::mem::replace(&mut part.listed, true) {
            self.touched.push(path.to_owned());
        }
    }

    pub(super) fn open(&mut self, path: &Path) -> Result<(), SinkError> {
        if self.parts.contains_key(path) {
            return Ok(());
        }
        let failed = |cause| SinkError::from_io(path.display().to_string(), cause);
        let place = self.place_of(path).map_err(failed)?;
        let part = match &mut self.appending {
            None => Part::replacing(place, self.coding),
            Some(appending) => {
                let found = length_of(path)?;
                let committed = match appending.committed.get(path).cloned().unwrap_or_default() {
                    committed if committed.length > 0 && found == 0 => taken(&appending.store, path, committed.length)?,
                    committed => committed,
                };
                committed.check(path, found)?;
                cut_others(path, found, committed.length)?;
                note_again(&appending.store, path, &committed)?;
                appending.committed.insert(path.to_owned(), committed.clone());
                Part::appending(path, self.coding, committed.length)
            }
        };
        self.parts.insert(path.to_owned(), part.map_err(failed)?);
        self.note_open(path)
    }

    /// The file that `path` leads to, which may be a link, or be in a folder that is one. Its folder is made.
    ///
    /// # Errors
    /// Also when other records of this run go there by another name.
    fn place_of(&mut self, path: &Path) -> io::Result<PathBuf> {
        make_folder(path)?;
        let is_there = data_of(path)?.is_some();
        let end = if is_there { path.to_owned() } else { end_of_links(path) };
        let place = match (end.parent(), end.file_name()) {
            (Some(folder), Some(name)) if !is_there => fs::canonicalize(folder)?.join(name),
            _ => fs::canonicalize(&end)?,
        };
        let committed = |path: &Path| self.appending.as_ref().is_some_and(|appending| appending.committed.contains_key(path));
        let is_output = |place: &Path| self.parts.contains_key(place) || committed(place);
        let other = match self.links.get(&place) {
            Some(other) => Some(other).filter(|other| *other != path),
            None if place != path && is_output(&place) => Some(&place),
            // What was written there before by another name is looked for only where a file is there that is not known by this one.
            None if is_there && !is_output(path) => self.committed_name_of(&place),
            None => None,
        };
        if let Some(other) = other {
            let (place, other) = (place.display(), other.display());
            return Err(io::Error::other(format!("it leads to {place}, where other records of this run go by the name {other}")));
        }
        if place != path {
            self.links.insert(place.clone(), path.to_owned());
        }
        Ok(place)
    }

    /// The output that was committed to the file at `place`.
    fn committed_name_of(&self, place: &Path) -> Option<&PathBuf> {
        let mut outputs = self.appending.iter().flat_map(|appending| appending.committed.keys());
        outputs.find(|output| fs::canonicalize(output).is_ok_and(|there| there == place))
    }

    /// Closes the file that was used longest ago when too many are open.
    fn note_open(&mut self, path: &Path) -> Result<(), SinkError> {
        self.opened.retain(|open| open != path);
        self.opened.push(path.to_owned());
        if self.opened.len() > OPEN {
            let oldest = self.opened.remove(0);
            if let Some(part) = self.parts.get_mut(&oldest) {
                part.close().map_err(|cause| SinkError::from_io(oldest.display().to_string(), lasting(&cause)))?;
            }
        }
        Ok(())
    }

    /// Makes sure, before a file is opened again that was closed, that it is still the one that was written; one that was moved away
    /// begins anew.
    fn look_again(&mut self, path: &Path) -> Result<(), SinkError> {
        let (Some(part), Some(appending)) = (self.parts.get_mut(path), &mut self.appending) else { return Ok(()) };
        if part.is_open() || part.pending() == 0 {
            return Ok(());
        }
        let (found, mut committed) = (length_of(path)?, part.committed());
        if found > 0 {
            committed.check(path, found)?;
            return cut_others(path, found, committed.length);
        }
        if committed.length > 0 {
            committed = taken(&appending.store, path, committed.length)?;
        }
        appending.committed.insert(path.to_owned(), committed);
        part.begin_again().map_err(|cause| SinkError::from_io(path.display().to_string(), cause))
    }

    /// Writes what readers should see, or `all`.
    pub(super) fn flush(&mut self, all: bool) -> Result<(), SinkError> {
        self.sort_in()?;
        for path in self.touched.clone() {
            if !self.parts.get(&path).is_some_and(|part| all || part.is_plain() || part.pending() >= MEMBER) {
                continue;
            }
            self.look_again(&path)?;
            let Some(part) = self.parts.get_mut(&path) else { continue };
            if let Some(appending) = self.appending.as_ref().filter(|_| part.is_to_begin()) {
                note_begun(&appending.store, &path)?;
                part.begun = true;
            }
            part.write_out().map_err(|cause| SinkError::from_io(path.display().to_string(), cause))?;
            if part.is_open() {
                self.note_open(&path)?;
            }
        }
        if self.appending.is_none() {
            self.touched.retain(|path| {
                self.parts.get_mut(path).is_some_and(|part| {
                    part.listed = part.pending() > 0;
                    part.listed
                })
            });
        }
        Ok(())
    }

    /// Brings everything to the disk. See [`pipeline::Sink::commit`].
    pub(super) fn commit(&mut self) -> Result<Vec<Change>, SinkError> {
        self.flush(true)?;
        let Some(appending) = &mut self.appending else { return Ok(Vec::new()) };
        let mut rows = appending.gone.clone();
        for path in &self.touched {
            let Some(part) = self.parts.get_mut(path) else { continue };
            part.sync().map_err(|cause| SinkError::from_io(path.display().to_string(), lasting(&cause)))?;
            part.listed = false;
            if part.length() == 0 {
                continue;
            }
            let leads_here = |route: &Arc<str>| {
                let mut files = [&self.current, &self.before].into_iter().filter_map(|files| files.get(route));
                files.find(|(now, _)| now == path).map(|(_, number)| *number)
            };
            let row = match part.route.as_ref().and_then(|route| Some((route, leads_here(route)?))) {
                Some((route, number)) => {
                    let folder = appending.store.folder();
                    let route = Path::new(&**route);
                    let route = route.strip_prefix(&folder).unwrap_or(route).display().to_string();
                    let mut row = part.committed().row();
                    row["route"] = json!(route);
                    row["n"] = json!(number);
                    row
                }
                None if self.names.is_one() => part.committed().row(),
                // It was full, and another has taken its place; it may come back into use when the clock goes back.
                None => {
                    appending.committed.insert(path.clone(), part.committed());
                    self.parts.remove(path);
                    continue;
                }
            };
            appending.committed.insert(path.clone(), part.committed());
            rows.push(Change::set(appending.store.key_of("output", path), row));
        }
        appending.gone.clear();
        self.touched.clear();
        for path in std::mem::take(&mut self.left) {
            // So that deleting it gives its room back.
            if let Some(part) = self.parts.remove(&path) {
                appending.committed.insert(path.clone(), part.committed());
                self.opened.retain(|open| *open != path);
            }
        }
        // What is recorded of the others is enough to go on with them.
        self.parts.retain(|_, part| part.is_open());
        Ok(rows)
    }

    /// Makes all files final. Where all records go to one file there is one, even when there are no records.
    pub(super) fn complete(&mut self) -> Result<(), SinkError> {
        if self.names.is_one() {
            let path = self.names.real().to_owned();
            self.open(&path)?;
        }
        let mut parts: Vec<&mut Part> = self.parts.values_mut().collect();
        parts.sort_by(|one, other| one.target().cmp(other.target()));
        for part in parts {
            part.complete().map_err(|cause| SinkError::from_io(part.target().display().to_string(), cause))?;
        }
        Ok(())
    }
}

/// The name that `path`, where nothing is, leads to in the end: itself if it is no link. The system has refused rings of links before.
fn end_of_links(path: &Path) -> PathBuf {
    let mut end = path.to_owned();
    while let Ok(next) = fs::read_link(&end) {
        end = end.parent().map_or_else(|| next.clone(), |folder| folder.join(&next));
    }
    end
}

#[cfg(test)]
mod tests {
    use pipeline::Memory;

    use super::super::{By, Rotate};
    use super::*;

    #[test]
    fn the_clock_may_go_back_to_the_day_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(&folder.path().join("state")).unwrap());
        let memory = Memory { store: Arc::clone(&store), config_changed: false };
        let path = folder.path().join("a.{day}.{n}.ndjson");
        let rotate = Rotate { size: Some(pipeline::Size(20)), by: Some(By::Day) };
        let names = Names::new(path.to_str().unwrap(), &path, None, &rotate).unwrap();
        let route = names.one_route();
        let resumed = || {
            let mut shelf = Shelf::new(names.clone(), Coding::Plain, Some(20));
            shelf.resume(&memory).unwrap();
            shelf
        };
        let mut shelf = resumed();
        let write = |shelf: &mut Shelf, day: &str, restarted: bool| {
            let path = shelf.open_for(&route, day, 10).unwrap();
            shelf.append(&path, b"{\"n\": 12}\n");
            store.commit(&shelf.commit().unwrap()).unwrap();
            if restarted {
                *shelf = resumed();
            }
            path.file_name().unwrap().to_str().unwrap().to_owned()
        };
        let (one, two) = ("2026-11-26", "2026-11-27");
        let days = [one, one, one, two, one, one, two, two, two];
        let expected =
            ["26.000001", "26.000001", "26.000002", "27.000001", "26.000002", "26.000003", "27.000001", "27.000002", "27.000002"];
        for (nth, (day, expected)) in days.into_iter().zip(expected).enumerate() {
            assert_eq!(write(&mut shelf, day, nth % 2 == 1), format!("a.2026-11-{expected}.ndjson"), "{nth}");
        }
        let sizes = ["26.000001", "26.000002", "26.000003", "27.000001", "27.000002"];
        let size = |name: &str| fs::metadata(folder.path().join(format!("a.2026-11-{name}.ndjson"))).unwrap().len();
        assert_eq!(sizes.map(size), [20, 20, 10, 20, 20]);
        let rows = store.len();
        assert!(rows <= 2, "{rows} rows are kept");
    }

    #[test]
    fn of_more_files_than_are_open_those_that_were_moved_begin_anew() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: String| folder.path().join(name);
        let store = Arc::new(Store::open(&at("state".to_owned())).unwrap());
        let memory = Memory { store: Arc::clone(&store), config_changed: false };
        let path = at("{paper}.ndjson".to_owned());
        let rotate = Rotate { size: None, by: None };
        let names = Names::new(path.to_str().unwrap(), &path, None, &rotate).unwrap();
        let resumed = || {
            let mut shelf = Shelf::new(names.clone(), Coding::Plain, None);
            shelf.resume(&memory).unwrap();
            shelf
        };
        let write = |shelf: &mut Shelf, papers: std::ops::Range<usize>, line: &[u8]| {
            for paper in papers {
                let route: Arc<str> = at(format!("{paper:02}.ndjson")).to_str().unwrap().into();
                let path = shelf.open_for(&route, "", line.len()).unwrap();
                shelf.append(&path, line);
            }
            store.commit(&shelf.commit().unwrap()).unwrap();
        };
        let mut shelf = resumed();
        write(&mut shelf, 0..OPEN + 6, b"1\n");
        for paper in 0..OPEN + 6 {
            fs::rename(at(format!("{paper:02}.ndjson")), at(format!("{paper:02}.old"))).unwrap();
            if paper % 2 == 0 {
                fs::write(at(format!("{paper:02}.ndjson")), "").unwrap();
            }
        }
        // The first are closed by now, the last is open still.
        write(&mut shelf, 0..3, b"2\n");
        write(&mut shelf, OPEN + 5..OPEN + 6, b"2\n");
        shelf.reopen().unwrap();
        write(&mut shelf, 0..2, b"3\n");
        let mut shelf = resumed();
        write(&mut shelf, 0..1, b"4\n");
        let read = |name: String| fs::read_to_string(at(name)).unwrap();
        let new = [0, 1, 2].map(|paper| read(format!("{paper:02}.ndjson")));
        assert_eq!(new, ["2\n3\n4\n", "2\n3\n", "2\n"]);
        let old = [0, 1, 2, OPEN + 5].map(|paper| read(format!("{paper:02}.old")));
        assert_eq!(old, ["1\n", "1\n", "1\n", "1\n2\n"]);
        write(&mut shelf, 0..OPEN + 6, b"5\n");
        assert_eq!(shelf.parts.len(), OPEN, "of the others what is recorded is enough");
        write(&mut shelf, 0..OPEN + 6, b"6\n");
        assert_eq!([0, 3].map(|paper| read(format!("{paper:02}.ndjson"))), ["2\n3\n4\n5\n6\n", "5\n6\n"]);
    }

    #[test]
    fn full_files_are_closed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(&folder.path().join("state")).unwrap());
        let path = folder.path().join("a.{n}.ndjson");
        let rotate = Rotate { size: Some(pipeline::Size(4)), by: None };
        let names = Names::new(path.to_str().unwrap(), &path, None, &rotate).unwrap();
        let route = names.one_route();
        let mut shelf = Shelf::new(names, Coding::Plain, Some(4));
        shelf.resume(&Memory { store: Arc::clone(&store), config_changed: false }).unwrap();
        for _ in 0..20 {
            let path = shelf.open_for(&route, "", 2).unwrap();
            shelf.append(&path, b"1\n");
            store.commit(&shelf.commit().unwrap()).unwrap();
        }
        assert_eq!((shelf.parts.len(), shelf.opened.len(), store.len()), (1, 1, 1));
        assert_eq!(fs::read(folder.path().join("a.000010.ndjson")).unwrap(), b"1\n1\n");
    }
}
