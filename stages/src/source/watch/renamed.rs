//! Files that were renamed and whose old names others have by now. Judged by its name alone such a file would be a change of what it
//! was before, and then what it was would be read again under its new name.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::forward::Stopped;
use super::known::State;
use super::reading::{self, First};
use super::ready::{Look, Waiting};
use super::work::Worker;

/// Where files are that are still to be read, by inode.
pub(super) type Places = HashMap<u64, PathBuf>;

impl Worker {
    /// The places of those in the queue and of those that wait, if one in the queue has the name of another that was read.
    pub(super) fn places(&self, queue: &[(PathBuf, Waiting)]) -> Places {
        let is_another = |(path, waiting): &(PathBuf, Waiting)| {
            let known = self.settings.key(path).and_then(|key| self.desk.known.get(&key));
            known.is_some_and(|file| file.inode != waiting.look.inode)
        };
        if !queue.iter().any(is_another) {
            return Places::new();
        }
        let queued = queue.iter().map(|(path, waiting)| (path, &waiting.look));
        queued.chain(self.desk.pending.looks()).map(|(path, look)| (look.inode, path.clone())).collect()
    }

    /// Notes the new name of what was at `path` before, where something that looks like `look` is now.
    pub(super) fn note_new_name(&mut self, path: &Path, look: &Look, places: &mut Places) -> Result<(), Stopped> {
        let known = self.settings.key(path).and_then(|key| self.desk.known.get(&key));
        let Some(file) = known.filter(|file| file.inode != look.inode && file.state == State::Done).cloned() else { return Ok(()) };
        // Taken out, so that two that have each other's names are not gone round for ever.
        let Some(there) = places.remove(&file.inode) else { return Ok(()) };
        let Some(look) = fs::metadata(&there).ok().filter(fs::Metadata::is_file).map(|data| Look::of(&data)) else { return Ok(()) };
        self.note_new_name(&there, &look, places)?;
        let Some(name) = self.settings.name(&there) else { return Ok(()) };
        let is_over = self.desk.known.get(&name.key).is_some();
        if let (First::Read(whole), Some(key)) = (reading::first(&there, &look), self.settings.key(path))
            && whole.hash == file.hash
            && self.desk.has_moved(&key, whole.hash, &whole.look, is_over)
        {
            let rows = self.desk.rename(&key, &name, &whole.look);
            self.outlet.mark(rows)?;
        }
        Ok(())
    }
}
