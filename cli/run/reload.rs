//! Looks whether the configuration has changed, and loads it when it has. What becomes of it is the run's business.
//!
//! The files are looked at by their time and size, and read when those changed: that works on every file system, for files that
//! are written, replaced or linked elsewhere, and costs nothing while nothing happens.

use std::sync::Arc;
use std::time::Duration;

use config::{Diagnostics, Files, Loaded, Look};
use tokio::sync::{Notify, mpsc};

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// Loads the configuration as it is now, or as it was when it was loaded from these files.
pub(super) type Load = Arc<dyn Fn(Option<&Files>) -> Change + Send + Sync>;

/// A configuration that was found changed.
pub(super) type Change = Result<Loaded, Diagnostics>;

/// Looks at `files` until nobody listens any more, and at once when told to by `now`.
pub(super) async fn watch(files: Files, load: Load, now: Arc<Notify>, changes: mpsc::Sender<Change>) {
    let mut watched = Watched { files, before: None, known: None };
    loop {
        let told = tokio::select! {
            () = tokio::time::sleep(INTERVAL) => false,
            () = now.notified() => true,
            () = changes.closed() => return,
        };
        let load = Arc::clone(&load);
        // Files and dictionaries may be large and disks slow.
        let looked = tokio::task::spawn_blocking(move || {
            let change = watched.has_changed(told).then(|| load(None));
            (watched, change)
        });
        match looked.await {
            Ok((as_before, None)) => watched = as_before,
            Ok((_, Some(change))) => {
                let files = match &change {
                    Ok(loaded) => loaded.files.clone(),
                    Err(mistakes) => mistakes.files().clone(),
                };
                watched = Watched { files, before: None, known: None };
                if changes.send(change).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(code = "bug", "the configuration is no longer looked at: {error}");
                return;
            }
        }
    }
}

struct Watched {
    files: Files,
    /// How they looked the last time.
    before: Option<Look>,
    /// How they looked when what is in them was read and had not changed.
    known: Option<Look>,
}

impl Watched {
    /// A file that is being written is left alone until it looks as it did the last time, unless somebody says that it is done.
    fn has_changed(&mut self, told: bool) -> bool {
        let look = self.files.look();
        let rested = self.before.as_ref() == Some(&look) && self.known.as_ref() != Some(&look);
        if told || rested {
            if self.files.have_changed() {
                return true;
            }
            self.known = Some(look.clone());
        }
        self.before = Some(look);
        false
    }
}

#[cfg(test)]
mod tests {
    use config::{Origin, Overrides};

    use super::*;

    #[test]
    fn a_file_is_read_when_it_has_rested_or_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.yaml");
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        write("version: 1\nstages: [detect_articles, emit_ndjson]\n");
        let loaded = config::load(&Origin::File(path.clone()), &Overrides::default(), &|_| None).unwrap_or_else(|error| panic!("{error}"));
        let mut watched = Watched { files: loaded.files, before: None, known: None };
        assert!(!watched.has_changed(false) && !watched.has_changed(false) && !watched.has_changed(true));
        assert!(watched.known.is_some(), "it was read once");
        write("version: 1\n");
        assert!(!watched.has_changed(false), "it may still be written");
        write("version: 1\nstages: []\n");
        assert!(!watched.has_changed(false), "and was");
        assert!(watched.has_changed(false), "now it has rested");
        assert!(watched.has_changed(true), "whoever writes says that it is done");
    }
}
