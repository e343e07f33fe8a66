//! Where the thread of the `watch` source is told things: what happened in the folders, what has reached the disk, that it should
//! stop. It never grows without bound: what cannot be kept becomes "look at everything again".

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::ready::Signs;

/// Paths that are remembered; beyond that everything is looked at.
const REMEMBERED: usize = 200_000;

#[derive(Debug, Default)]
pub(super) struct Mailbox {
    inner: Mutex<Letters>,
    news: Condvar,
}

/// What has come.
#[derive(Debug, Default)]
pub(super) struct Letters {
    pub(super) hints: Hints,
    /// Marks that are on the disk.
    pub(super) marks: Vec<u64>,
    pub(super) stop: bool,
}

/// To look at so many paths takes a fraction of a millisecond.
const FEW_HINTS: usize = 64;

impl Letters {
    /// Whether there is so little that it takes no time.
    pub(super) fn is_short(&self) -> bool {
        self.marks.is_empty() && self.hints.paths.len() < FEW_HINTS
    }
}

/// What happened in the folders.
#[derive(Debug, Default)]
pub(super) struct Hints {
    pub(super) paths: HashMap<PathBuf, Signs>,
    /// Something was not told.
    pub(super) lost: bool,
}

impl Hints {
    fn add(&mut self, path: PathBuf, signs: Signs) {
        if self.paths.len() >= REMEMBERED && !self.paths.contains_key(&path) {
            self.lose();
            return;
        }
        self.paths.entry(path).or_default().take(signs);
    }

    fn lose(&mut self) {
        self.lost = true;
        self.paths.clear();
    }

    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.lost
    }
}

impl Mailbox {
    fn inner(&self) -> MutexGuard<'_, Letters> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hint(&self, path: PathBuf, signs: Signs) {
        self.inner().hints.add(path, signs);
        self.news.notify_one();
    }

    pub(super) fn lose_hints(&self) {
        self.inner().hints.lose();
        self.news.notify_one();
    }

    pub(super) fn mark(&self, mark: u64) {
        self.inner().marks.push(mark);
        self.news.notify_one();
    }

    pub(super) fn stop(&self) {
        self.inner().stop = true;
        self.news.notify_one();
    }

    /// What has come by now.
    pub(super) fn take(&self) -> Letters {
        let mut inner = self.inner();
        let stop = inner.stop;
        std::mem::replace(&mut *inner, Letters { stop, ..Letters::default() })
    }

    /// What happened in the folders alone.
    pub(super) fn take_hints(&self) -> Hints {
        std::mem::take(&mut self.inner().hints)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.inner().stop
    }

    /// Waits until something has come, or for so long.
    pub(super) fn wait(&self, period: Duration) {
        let nothing = |letters: &mut Letters| letters.hints.is_empty() && letters.marks.is_empty() && !letters.stop;
        // Whether it was time or news is seen by whoever takes.
        drop(self.news.wait_timeout_while(self.inner(), period, nothing).unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded_and_forgets_nothing_silently() {
        let mailbox = Mailbox::default();
        for number in 0..REMEMBERED {
            mailbox.hint(number.to_string().into(), Signs::MOVED);
        }
        let letters = mailbox.take();
        assert_eq!((letters.hints.paths.len(), letters.hints.lost), (REMEMBERED, false));
        for number in 0..=REMEMBERED {
            mailbox.hint(number.to_string().into(), Signs::MOVED);
        }
        let letters = mailbox.take();
        assert!(letters.hints.lost && letters.hints.paths.is_empty());
    }

    #[test]
    fn later_signs_count() {
        let mailbox = Mailbox::default();
        let told = |signs: &[Signs]| {
            for signs in signs {
                mailbox.hint("a".into(), *signs);
            }
            mailbox.take().hints.paths[&PathBuf::from("a")]
        };
        assert!(told(&[Signs::WRITTEN, Signs::MOVED]).complete);
        assert!(told(&[Signs::MOVED, Signs::CREATED]).writing);
        assert!(told(&[Signs::MOVED, Signs::OTHER]).complete);
        assert!(told(&[Signs::MOVED, Signs::GONE]).gone);
        assert!(!told(&[Signs::GONE, Signs::MOVED]).gone);
    }
}
