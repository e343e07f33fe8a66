//! What the system tells of the folders. Only a hint: whatever it says or fails to say, a look at the folder decides.

use std::path::Path;
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::mailbox::Mailbox;
use super::ready::Signs;

/// Gives what the system tells to a mailbox.
pub(super) struct Watching(RecommendedWatcher);

/// Why the system does not tell.
#[derive(Debug)]
pub(super) enum Refused {
    /// The folder is not there, or may not be looked into: the same as for a listing.
    Folder(notify::Error),
    /// There is no watch left.
    Exhausted(String),
}

impl Watching {
    pub(super) fn begin(mailbox: Arc<Mailbox>) -> Result<Self, Refused> {
        let watcher = notify::recommended_watcher(move |event| match event {
            Ok(event) => pass_on(&mailbox, event),
            Err(_) => mailbox.lose_hints(),
        });
        watcher.map(Self).map_err(Refused::of)
    }

    /// Wants to be told of `folder`, not of the folders in it.
    pub(super) fn folder(&mut self, folder: &Path) -> Result<(), Refused> {
        self.0.watch(folder, RecursiveMode::NonRecursive).map_err(Refused::of)
    }

    pub(super) fn forget(&mut self, folder: &Path) {
        // A folder that is gone has taken its watch with it.
        self.0.unwatch(folder).ok();
    }
}

fn pass_on(mailbox: &Mailbox, mut event: Event) {
    if event.need_rescan() {
        mailbox.lose_hints();
        return;
    }
    let signs = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Create(CreateKind::Folder)
        | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Signs::COMPLETE,
        // Reading, ours above all, changes nothing.
        EventKind::Access(_) => return,
        EventKind::Create(_) => Signs::CREATED,
        EventKind::Modify(ModifyKind::Data(_)) => Signs::WRITTEN,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Signs::GONE,
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
            if let Some(to) = event.paths.pop() {
                mailbox.hint(to, Signs::COMPLETE);
            }
            Signs::GONE
        }
        _ => Signs::OTHER,
    };
    for path in event.paths {
        mailbox.hint(path, signs);
    }
}

impl Refused {
    fn of(error: notify::Error) -> Self {
        let system = match &error.kind {
            notify::ErrorKind::Io(cause) => cause.raw_os_error(),
            _ => None,
        };
        match (&error.kind, system) {
            (notify::ErrorKind::MaxFilesWatch, _) => Self::Exhausted(limit("max_user_watches", "more than the folders that are watched")),
            // EMFILE and ENFILE have these numbers on every system that has inotify.
            (_, Some(23 | 24)) => Self::Exhausted(limit("max_user_instances", "one more than the programs that watch something")),
            (notify::ErrorKind::PathNotFound | notify::ErrorKind::Io(_), _) => Self::Folder(error),
            _ => Self::Exhausted(error.to_string()),
        }
    }
}

fn limit(name: &str, needed: &str) -> String {
    let value = std::fs::read_to_string(format!("/proc/sys/fs/inotify/{name}")).unwrap_or_default();
    let value = if value.trim().is_empty() { "unknown" } else { value.trim() };
    format!("the limit fs.inotify.{name} is {value} and must be {needed}: `sysctl fs.inotify.{name}` shows it, and sets it with `=NUMBER`")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn tells_what_happens_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = Arc::new(Mailbox::default());
        let mut watching = Watching::begin(Arc::clone(&mailbox)).unwrap();
        watching.folder(folder.path()).unwrap();
        fs::write(folder.path().join(".part"), "甲").unwrap();
        fs::rename(folder.path().join(".part"), folder.path().join("a")).unwrap();
        fs::create_dir(folder.path().join("d")).unwrap();
        fs::write(folder.path().join("b"), "乙").unwrap();
        let mut seen = std::collections::HashMap::new();
        let begun = Instant::now();
        let is_complete = |seen: &std::collections::HashMap<_, Signs>, name: &str| {
            seen.get(&folder.path().join(name)).is_some_and(|signs| signs.complete)
        };
        while !["a", "b", "d"].iter().all(|name| is_complete(&seen, name)) {
            assert!(begun.elapsed() < Duration::from_secs(10), "{seen:?}");
            mailbox.wait(Duration::from_millis(100));
            for (path, signs) in mailbox.take().hints.paths {
                seen.entry(path).or_insert(Signs::OTHER).take(signs);
            }
        }
        assert!(seen[&folder.path().join(".part")].gone);
    }

    #[test]
    fn a_limit_is_named_with_its_value() {
        let error = Refused::of(notify::Error::new(notify::ErrorKind::MaxFilesWatch));
        let Refused::Exhausted(text) = error else { panic!("{error:?}") };
        assert!(text.contains("fs.inotify.max_user_watches is "), "{text}");
        let error = Refused::of(notify::Error::io(std::io::Error::from_raw_os_error(24)));
        assert!(matches!(error, Refused::Exhausted(text) if text.contains("max_user_instances")));
    }
}
