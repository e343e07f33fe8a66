//! Folders and the names in them on the disk: a file that was brought there is lost all the same when its name was not.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes the folders that `path` is to lie in, and brings their names to the disk.
///
/// # Errors
/// The system's.
pub fn make_folder(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) else { return Ok(()) };
    let above = folder.ancestors().find(|above| above.as_os_str().is_empty() || above.exists()).map(Path::to_owned);
    fs::create_dir_all(folder)?;
    let new = folder.ancestors().take_while(|new| Some(*new) != above.as_deref());
    new.take_while(|new| !new.as_os_str().is_empty()).try_for_each(sync_folder)
}

/// Brings the folder that `path` lies in to the disk: until then a power cut could bring an old name in it back.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
