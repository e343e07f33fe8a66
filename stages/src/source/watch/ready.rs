//! `complete_when`: whether a file may be read, judged from what was seen of it and what the system said. Pure: the clock is given.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use schemars::JsonSchema;
use serde::Deserialize;

use pipeline::Period;

/// When a file is complete.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CompleteWhen {
    /// It has its final name: whoever writes it does so under another name and renames it.
    Rename,
    /// Whoever wrote it has closed it, or it was moved in.
    CloseWrite,
    /// Its size and its time have not changed for so long.
    Quiet(Period),
    /// Another file says so: an ending after the whole name (`.done`), or a name with `{name}` or `{stem}` in it.
    Marker(String),
}

/// What a marker file marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Marked {
    File(PathBuf),
    /// A file beside it, which its name does not tell.
    Beside,
}

/// How long a file must have been left alone when nobody told that it was closed.
pub(super) const LEFT_ALONE: Duration = Duration::from_secs(2);

/// A file whose time lies so far back is not being written, whatever clock it was written by: those of file servers go wrong by
/// seconds and minutes.
const LONG_AGO: Duration = Duration::from_secs(3600);

/// What one look at a file shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) size: u64,
    /// In nanoseconds since 1970.
    pub(super) mtime: i64,
    /// When its name or rights changed last, where the system knows that.
    pub(super) ctime: i64,
    pub(super) inode: u64,
}

impl Look {
    pub(super) fn of(data: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
            Self {
                size: data.len(),
                mtime: nanoseconds(data.mtime(), data.mtime_nsec()),
                ctime: nanoseconds(data.ctime(), data.ctime_nsec()),
                inode: data.ino(),
            }
        }
        #[cfg(not(unix))]
        {
            let mtime = data.modified().map(nanoseconds).unwrap_or_default();
            Self { size: data.len(), mtime, ctime: mtime, inode: 0 }
        }
    }

    /// Whether the bytes are the same as far as one can see. Names and rights may have changed.
    pub(super) fn same_bytes(&self, other: &Self) -> bool {
        (self.size, self.mtime, self.inode) == (other.size, other.mtime, other.inode)
    }
}

/// Nanoseconds since 1970.
pub(super) fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// What the system has said of a path. Later signs go before earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own")]
pub(super) struct Signs {
    /// Somebody has created or written it in its place and not closed it since.
    pub(super) writing: bool,
    /// It was written since then. A file that was only created and has something in it came whole, by a link.
    pub(super) written: bool,
    /// It was closed after writing, or moved in.
    pub(super) complete: bool,
    /// It was moved in.
    pub(super) moved: bool,
    /// It was removed or moved away.
    pub(super) gone: bool,
}

impl Signs {
    /// Something else: its rights, its time.
    pub(super) const OTHER: Self = Self { writing: false, written: false, complete: false, moved: false, gone: false };
    pub(super) const CREATED: Self = Self { writing: true, ..Self::OTHER };
    pub(super) const WRITTEN: Self = Self { writing: true, written: true, ..Self::OTHER };
    pub(super) const CLOSED: Self = Self { complete: true, ..Self::OTHER };
    pub(super) const MOVED: Self = Self { complete: true, moved: true, ..Self::OTHER };
    pub(super) const GONE: Self = Self { gone: true, ..Self::OTHER };

    /// Takes what came later.
    pub(super) fn take(&mut self, later: Self) {
        if later != Self::OTHER {
            *self = later;
        }
    }
}

/// A file that is not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) look: Look,
    /// Since when it has been as it is, as seen from here.
    pub(super) since: Instant,
    pub(super) signs: Signs,
    /// Whether its path was read before.
    pub(super) known: bool,
    /// The timer that it has.
    pub(super) due: Option<Instant>,
}

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Read,
    /// To look again then.
    At(Instant),
    /// To wait for a sign.
    OnSign,
}

/// When it is, by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) instant: Instant,
    /// Nanoseconds since 1970.
    pub(super) wall: i64,
}

impl Now {
    pub(super) fn read() -> Self {
        Self { instant: Instant::now(), wall: nanoseconds(SystemTime::now()) }
    }
}

impl CompleteWhen {
    /// Judges one file. `told` is whether the system tells what happens in the folder; `marker` gives the time of the marker file
    /// where there is one.
    pub(super) fn judge(&self, file: &Waiting, told: bool, now: Now, marker: impl FnOnce() -> Option<i64>) -> Verdict {
        let writing = told && file.signs.writing && (file.signs.written || file.look.size == 0);
        match self {
            Self::Quiet(period) => file.left_alone(period.0, now),
            Self::Marker(_) => match marker() {
                // The marker of what was there before says nothing of what is there now.
                Some(time) if !file.known || time >= file.look.mtime => Verdict::Read,
                _ => Verdict::OnSign,
            },
            Self::Rename if file.signs.moved => Verdict::Read,
            Self::CloseWrite if file.signs.complete => Verdict::Read,
            // Its name may be the one under which it was to be written.
            Self::Rename if file.signs.complete => file.left_alone(LEFT_ALONE, now),
            Self::Rename | Self::CloseWrite if writing => Verdict::OnSign,
            // It has its name. Only an empty file, or one that was seen to be made, may just be written: a rename changes the time of
            // the name alone.
            Self::Rename if !file.signs.written && ((file.look.size > 0 && !file.signs.writing) || file.look.ctime > file.look.mtime) => {
                Verdict::Read
            }
            Self::Rename | Self::CloseWrite => file.left_alone(LEFT_ALONE, now),
        }
    }

    /// The marker file of `path`.
    pub(super) fn marker_of(&self, path: &Path) -> Option<PathBuf> {
        let Self::Marker(template) = self else { return None };
        let name = path.file_name()?;
        let marker = if template.contains('{') {
            let stem = path.file_stem().unwrap_or(name);
            template.replace("{name}", &name.to_string_lossy()).replace("{stem}", &stem.to_string_lossy()).into()
        } else {
            let mut marker = name.to_owned();
            marker.push(template);
            marker
        };
        Some(path.with_file_name(marker))
    }

    /// What a path marks, if its name is that of a marker file.
    pub(super) fn marks(&self, path: &Path) -> Option<Marked> {
        let Self::Marker(template) = self else { return None };
        let name = path.file_name()?.to_str()?;
        let (before, after) = template
            .split_once('{')
            .map_or(("", template.as_str()), |(before, rest)| (before, rest.split_once('}').map_or(rest, |(_, after)| after)));
        let marked = name.strip_prefix(before)?.strip_suffix(after).filter(|marked| !marked.is_empty())?;
        let whole = !template.contains("{stem}");
        Some(if whole { Marked::File(path.with_file_name(marked)) } else { Marked::Beside })
    }
}

impl Waiting {
    /// What counts is how long it was seen unchanged: its time is by another clock, or set to anything.
    fn left_alone(&self, period: Duration, now: Now) -> Verdict {
        let age = Duration::from_nanos(u64::try_from(now.wall.saturating_sub(self.look.mtime)).unwrap_or_default());
        let seen = now.instant.saturating_duration_since(self.since);
        match period.checked_sub(seen) {
            Some(rest) if !rest.is_zero() && age < period + LONG_AGO => Verdict::At(now.instant + rest),
            _ => Verdict::Read,
        }
    }
}

/// All files that are not yet read, and when each is looked at again.
#[derive(Debug, Default)]
pub(super) struct Pending {
    files: HashMap<PathBuf, Waiting>,
    /// Those of which something new is known.
    touched: Vec<PathBuf>,
    timers: std::collections::BTreeMap<Instant, Vec<PathBuf>>,
}

impl Pending {
    pub(super) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Takes a look at a file.
    pub(super) fn see(&mut self, path: &Path, look: Look, signs: Signs, known: bool, now: Now) {
        let new = Waiting { look, since: now.instant, signs, known, due: None };
        match self.files.get_mut(path) {
            Some(old) => {
                if !old.look.same_bytes(&look) {
                    // What is complete was said of other bytes, unless it was said now.
                    old.signs.complete &= signs.complete;
                    old.since = now.instant;
                }
                old.look = look;
                old.signs.take(signs);
            }
            None => {
                self.files.insert(path.to_owned(), new);
            }
        }
        self.touched.push(path.to_owned());
    }

    /// Has it judged again.
    pub(super) fn touch(&mut self, path: &Path) {
        if self.contains(path) {
            self.touched.push(path.to_owned());
        }
    }

    /// Has all in `folder` judged again.
    pub(super) fn touch_all_in(&mut self, folder: Option<&Path>) {
        self.touched.extend(self.files.keys().filter(|path| path.parent() == folder).cloned());
    }

    pub(super) fn remove(&mut self, path: &Path) {
        self.files.remove(path);
    }

    /// Forgets files that are not there any more, of which nobody need have been told.
    pub(super) fn forget_gone(&mut self) {
        self.files.retain(|path, _| path.exists());
    }

    /// Signs may have been lost: what was written may have been closed since.
    pub(super) fn distrust(&mut self) {
        for (path, file) in &mut self.files {
            file.signs.writing = false;
            self.touched.push(path.clone());
        }
    }

    /// Whether a file is only waiting for time to pass.
    pub(super) fn has_timers(&self) -> bool {
        !self.timers.is_empty()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.keys()
    }

    /// Each with how it looked last.
    pub(super) fn looks(&self) -> impl Iterator<Item = (&PathBuf, &Look)> {
        self.files.iter().map(|(path, file)| (path, &file.look))
    }

    /// When the next file is to be looked at again.
    pub(super) fn next(&self) -> Option<Instant> {
        if self.touched.is_empty() { self.timers.keys().next().copied() } else { Some(Instant::now()) }
    }

    /// Takes out the files that may be read now. `look_at` gives what is there now, or nothing.
    pub(super) fn ready(
        &mut self,
        rule: &CompleteWhen,
        told: bool,
        now: Now,
        look_at: impl Fn(&Path) -> Option<Look>,
    ) -> Vec<(PathBuf, Waiting)> {
        let later = self.timers.split_off(&(now.instant + Duration::from_nanos(1)));
        let due: Vec<PathBuf> = std::mem::replace(&mut self.timers, later).into_values().flatten().collect();
        for path in due {
            match (look_at(&path), self.files.get_mut(&path)) {
                (Some(look), Some(file)) => {
                    let known = file.known;
                    file.due = None;
                    self.see(&path, look, Signs::OTHER, known, now);
                }
                _ => self.remove(&path),
            }
        }
        let mut ready = Vec::new();
        for path in std::mem::take(&mut self.touched) {
            let Some(file) = self.files.get_mut(&path) else { continue };
            let marker = || look_at(&rule.marker_of(&path)?).map(|look| look.mtime);
            match rule.judge(file, told, now, marker) {
                Verdict::Read => ready.extend(self.files.remove(&path).map(|file| (path, file))),
                // A file that is written all the time has one timer, not one for each write; when that goes off it is judged again.
                Verdict::At(then) if file.due.is_none_or(|due| then < due) => {
                    file.due = Some(then);
                    self.timers.entry(then).or_default().push(path);
                }
                Verdict::At(_) | Verdict::OnSign => {}
            }
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn waiting(signs: Signs, mtime: i64, ctime: i64) -> Waiting {
        Waiting { look: Look { size: 1, mtime, ctime, inode: 1 }, since: Instant::now(), signs, known: false, due: None }
    }

    /// Judged at the wall time 100 s, at the moment it was first seen.
    fn judge(rule: &CompleteWhen, file: &Waiting, told: bool) -> Verdict {
        rule.judge(file, told, Now { instant: file.since, wall: 100 * SECOND }, || None)
    }

    #[test]
    fn a_file_with_its_final_name_is_complete_unless_it_is_written_in_place() {
        let rule = CompleteWhen::Rename;
        assert_eq!(judge(&rule, &waiting(Signs::MOVED, 100 * SECOND, 100 * SECOND), true), Verdict::Read);
        assert_eq!(judge(&rule, &waiting(Signs::OTHER, 99 * SECOND, 100 * SECOND), false), Verdict::Read);
        assert_eq!(judge(&rule, &waiting(Signs::WRITTEN, 90 * SECOND, 100 * SECOND), true), Verdict::OnSign);
        assert_eq!(judge(&rule, &waiting(Signs::CREATED, 97 * SECOND, 98 * SECOND), true), Verdict::Read, "a link");
        let mut fresh = waiting(Signs::OTHER, 100 * SECOND, 100 * SECOND);
        assert_eq!(judge(&rule, &fresh, true), Verdict::Read);
        fresh.look.size = 0;
        assert_eq!(judge(&rule, &fresh, true), Verdict::At(fresh.since + LEFT_ALONE));
        let written = waiting(Signs::WRITTEN, 97 * SECOND, 97 * SECOND);
        assert_eq!(judge(&rule, &written, false), Verdict::At(written.since + LEFT_ALONE));
    }

    #[test]
    fn without_a_sign_a_file_must_be_left_alone() {
        let rule = CompleteWhen::CloseWrite;
        for told in [true, false] {
            let long_ago = waiting(Signs::OTHER, -3503 * SECOND, 98 * SECOND);
            assert_eq!(judge(&rule, &long_ago, told), Verdict::Read);
            for mtime in [20, 99] {
                let by_another_clock = waiting(Signs::OTHER, mtime * SECOND, 100 * SECOND);
                assert_eq!(judge(&rule, &by_another_clock, told), Verdict::At(by_another_clock.since + LEFT_ALONE));
            }
        }
        let future = waiting(Signs::OTHER, 1000 * SECOND, 100 * SECOND);
        assert_eq!(judge(&rule, &future, false), Verdict::At(future.since + LEFT_ALONE));
        let later = Now { instant: future.since + LEFT_ALONE, wall: 102 * SECOND };
        assert_eq!(rule.judge(&future, false, later, || None), Verdict::Read, "a time in the future is no reason to wait for it");
    }

    #[test]
    fn a_marker_names_its_file() {
        let ending = CompleteWhen::Marker(".done".to_owned());
        assert_eq!(ending.marker_of(Path::new("d/a.txt")).unwrap(), Path::new("d/a.txt.done"));
        assert_eq!(ending.marks(Path::new("d/a.txt.done")), Some(Marked::File("d/a.txt".into())));
        assert_eq!(ending.marks(Path::new("d/a.txt")), None);
        let stem = CompleteWhen::Marker("{stem}.ok".to_owned());
        assert_eq!(stem.marker_of(Path::new("d/a.txt")).unwrap(), Path::new("d/a.ok"));
        assert_eq!(stem.marks(Path::new("d/a.ok")), Some(Marked::Beside));
        let name = CompleteWhen::Marker("done-{name}".to_owned());
        assert_eq!(name.marks(Path::new("d/done-a.txt")), Some(Marked::File("d/a.txt".into())));
        let mut file = waiting(Signs::OTHER, 50 * SECOND, 50 * SECOND);
        let now = Now { instant: file.since, wall: 100 * SECOND };
        assert_eq!(ending.judge(&file, true, now, || Some(10 * SECOND)), Verdict::Read);
        file.known = true;
        assert_eq!(ending.judge(&file, true, now, || Some(10 * SECOND)), Verdict::OnSign, "an old marker says nothing of new bytes");
    }

    #[test]
    fn what_changes_waits_again() {
        let rule = CompleteWhen::Quiet(Period(Duration::from_secs(5)));
        let path = Path::new("a");
        let begun = Instant::now();
        let at = |seconds: u64| Now { instant: begun + Duration::from_secs(seconds), wall: (100 + seconds as i64) * SECOND };
        let look = |seconds: u64| Look { size: seconds, mtime: (100 + seconds as i64) * SECOND, ctime: 0, inode: 1 };
        // Without events a change is seen when it is looked for.
        for (events, expected) in [(true, 12), (false, 15)] {
            let mut pending = Pending::default();
            pending.see(path, look(0), Signs::OTHER, false, at(0));
            let mut read_at = Vec::new();
            for second in 0..20 {
                if events && (1..=7).contains(&second) {
                    pending.see(path, look(second), Signs::WRITTEN, false, at(second));
                }
                let ready = pending.ready(&rule, events, at(second), |_| Some(look(second.min(7))));
                read_at.extend(ready.iter().map(|_| second));
                assert!(pending.timers.values().map(Vec::len).sum::<usize>() <= 1, "one timer for one file");
            }
            assert_eq!(read_at, [expected], "it changed last at 7");
            assert!(!pending.contains(path) && !pending.has_timers());
        }
    }
}
