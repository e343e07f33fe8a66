//! Finds the files that paths, directories and globs name, in a stated order.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use pipeline::{OptionError, Resources, Written};
use walkdir::WalkDir;

use super::file_id::FileId;

/// One of the user's `paths`, checked.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// `-`
    Stdin,
    /// A file, a directory, or, when nothing of that name exists, a glob.
    Path { given: String, real: PathBuf, glob: Option<Pattern> },
}

/// A glob divided into the directory where the search begins and what must match below it.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    given: String,
    real: PathBuf,
    below: GlobMatcher,
    hidden: bool,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// `-`
    Stdin,
    /// A file.
    File {
        /// As the user knows it.
        shown: PathBuf,
        /// As the process opens it.
        real: PathBuf,
    },
    /// Something that cannot be read, and why.
    Unreadable {
        /// As the user knows it.
        shown: PathBuf,
        /// The system's reason.
        cause: String,
    },
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// Files in order, none twice.
    pub(super) entries: Vec<Entry>,
    /// What was named but is not there, in words.
    pub(super) missing: Vec<String>,
    /// Directories in which there is nothing to read, in words.
    pub(super) empty: Vec<String>,
}

/// How directories are walked.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// On the file's name, or on its path below the directory when it has a slash.
    pub(super) glob: Option<(GlobMatcher, bool)>,
    pub(super) recursive: bool,
    /// Files that the run writes: where they are found they are left out.
    pub(super) written: Written,
}

impl Wanted {
    /// Reads one of `paths`.
    ///
    /// # Errors
    /// `invalid_glob`.
    pub(super) fn new(index: usize, given: &str, resources: &dyn Resources) -> Result<Self, OptionError> {
        let path = format!("paths[{index}]");
        match given {
            "" => Err(OptionError::new(path, "invalid_option", "must not be empty").with_help("`.` is the directory of the configuration")),
            "-" | "/dev/stdin" => Ok(Self::Stdin),
            _ => Ok(Self::Path {
                given: given.to_owned(),
                real: resources.resolve(given),
                glob: if given.contains(['*', '?', '[', '{']) { Some(Pattern::new(&path, given, resources)?) } else { None },
            }),
        }
    }
}

impl Pattern {
    fn new(option: &str, given: &str, resources: &dyn Resources) -> Result<Self, OptionError> {
        let parts: Vec<&str> = given.split('/').collect();
        let plain = parts.iter().take_while(|part| !part.contains(['*', '?', '[', '{'])).count();
        let (base, below) = parts.split_at_checked(plain).unwrap_or_default();
        let base = if base == [""] { "/".to_owned() } else { base.join("/") };
        let real = resources.resolve(if base.is_empty() { "." } else { &base });
        let hidden = below.iter().any(|part| part.starts_with('.'));
        Ok(Self { given: base, real, below: matcher(option, &below.join("/"))?, hidden })
    }
}

/// Checks a glob: `*` and `?` stay within a name, `**` crosses directories.
///
/// # Errors
/// `invalid_glob`.
pub(super) fn matcher(option: &str, glob: &str) -> Result<GlobMatcher, OptionError> {
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| OptionError::new(option, "invalid_glob", error.kind().to_string()))
}

/// Finds all files. Paths are taken in the order given; inside a directory or a glob, files stand in the order of the bytes of
/// their paths. Hidden files and what the run itself writes are left out, links are followed, and a directory that links back into itself is entered once.
pub(super) fn list(wanted: &[Wanted], walk: &Walk) -> Listing {
    let mut listing = Listing::default();
    let mut seen = HashSet::new();
    let files: Vec<FileId> = walk.written.files.iter().filter_map(|path| FileId::of(path)).collect();
    let perhaps = RefCell::new(BTreeSet::new());
    let written = |path: &Path| {
        if walk.written.among.iter().any(|may_be| may_be(path)) {
            perhaps.borrow_mut().insert(path.to_owned());
            return true;
        }
        !files.is_empty() && FileId::of(path).is_some_and(|id| files.contains(&id))
    };
    for wanted in wanted {
        let found = match wanted {
            Wanted::Stdin => Ok(vec![Entry::Stdin]),
            Wanted::Path { given, real, glob } => find(given, real, glob.as_ref(), walk, &written),
        };
        match found {
            Ok(entries) if entries.is_empty() => listing.empty.extend(nothing_in(wanted, walk)),
            Ok(entries) => listing.entries.extend(entries.into_iter().filter(|entry| seen.insert(entry.key().to_owned()))),
            Err(missing) => listing.missing.push(missing),
        }
    }
    // Whoever has pages of such names would wonder.
    let perhaps = perhaps.take();
    if let Some(first) = perhaps.first() {
        let (first, count) = (first.display(), perhaps.len());
        tracing::warn!(code = "own_output", "not read, because the output of this run may go there: {first} ({count} such files)");
    }
    listing
}

/// What was looked for in a directory where nothing was found.
fn nothing_in(wanted: &Wanted, walk: &Walk) -> Option<String> {
    let Wanted::Path { given, .. } = wanted else { return None };
    Some(match &walk.glob {
        Some((glob, _)) => format!("no file in {given} matches `glob` ({})", glob.glob()),
        None => format!("no file in {given}"),
    })
}

impl Entry {
    fn key(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("-"),
            Self::File { real, .. } => real,
            Self::Unreadable { shown, .. } => shown,
        }
    }
}

fn find(given: &str, real: &Path, glob: Option<&Pattern>, walk: &Walk, written: &dyn Fn(&Path) -> bool) -> Result<Vec<Entry>, String> {
    let shown = PathBuf::from(given);
    match std::fs::symlink_metadata(real) {
        Ok(_) if real.is_dir() => {
            let chosen = |below: &Path| match &walk.glob {
                None => true,
                Some((glob, true)) => glob.is_match(below),
                Some((glob, false)) => below.file_name().is_some_and(|name| glob.is_match(name)),
            };
            Ok(files_below(&shown, real, if walk.recursive { usize::MAX } else { 1 }, false, written, &chosen))
        }
        Ok(_) => Ok(vec![Entry::File { shown, real: real.to_owned() }]),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let Some(pattern) = glob else { return Err(format!("no file or directory {given}")) };
            let found = files_below(Path::new(&pattern.given), &pattern.real, usize::MAX, pattern.hidden, written, &|below| {
                pattern.below.is_match(below)
            });
            if found.is_empty() { Err(format!("no file matches {given}")) } else { Ok(found) }
        }
        Err(error) => Ok(vec![Entry::Unreadable { shown, cause: error.to_string() }]),
    }
}

fn files_below(
    shown: &Path,
    real: &Path,
    depth: usize,
    hidden: bool,
    written: &dyn Fn(&Path) -> bool,
    chosen: &dyn Fn(&Path) -> bool,
) -> Vec<Entry> {
    let visible = |entry: &walkdir::DirEntry| hidden || entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
    let mut found: Vec<(PathBuf, Entry)> = Vec::new();
    for entry in WalkDir::new(real).follow_links(true).max_depth(depth).into_iter().filter_entry(visible) {
        match entry {
            Ok(entry) => {
                let below = entry.path().strip_prefix(real).unwrap_or(entry.path());
                if !entry.file_type().is_file() || !chosen(below) {
                    continue;
                }
                if written(entry.path()) {
                    tracing::debug!("{} is written by this run and not read", entry.path().display());
                } else {
                    found.push((below.to_owned(), Entry::File { shown: shown.join(below), real: entry.path().to_owned() }));
                }
            }
            Err(error) if error.loop_ancestor().is_some() => {
                tracing::debug!("{error}; the directory is not entered again");
            }
            Err(error) => {
                let path = error.path().unwrap_or(real);
                let below = path.strip_prefix(real).unwrap_or(path).to_owned();
                // A link to nothing that was not asked for is nobody's business, nor is a directory that a glob would begin in.
                let gone = error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
                if gone && (below.as_os_str().is_empty() || !chosen(&below)) {
                    continue;
                }
                let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                let shown = if below.as_os_str().is_empty() { shown.to_owned() } else { shown.join(&below) };
                found.push((below, Entry::Unreadable { shown, cause }));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    found.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use pipeline::IsWritten;
    use pipeline::laws::{Below, NoFiles};

    use super::*;

    fn shown(folder: &Path, paths: &[&str], walk: &Walk) -> (Vec<String>, usize) {
        let wanted: Vec<_> = paths.iter().enumerate().map(|(i, path)| Wanted::new(i, path, &Below(folder)).unwrap()).collect();
        let listing = list(&wanted, walk);
        let show = |entry: Entry| match entry {
            Entry::Stdin => "-".to_owned(),
            Entry::File { shown, .. } => shown.display().to_string(),
            Entry::Unreadable { shown, .. } => format!("! {}", shown.display()),
        };
        (listing.entries.into_iter().map(show).collect(), listing.missing.len())
    }

    fn all() -> Walk {
        Walk { glob: None, recursive: true, written: Written::default() }
    }

    #[test]
    fn lists_in_order_without_repeats_or_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("d/sub/.git")).unwrap();
        for name in ["d/b.txt", "d/a.txt", "d/sub/c.log", "d/.x.txt", "d/sub/.git/y.txt", "d/a-1.txt", "z.txt", "[1].txt"] {
            fs::write(root.join(name), "").unwrap();
        }
        let listed = |paths: &[&str], walk: &Walk| shown(root, paths, walk);
        let whole = ["d/a-1.txt", "d/a.txt", "d/b.txt", "d/sub/c.log"];
        assert_eq!(listed(&["d"], &all()), (whole.map(str::to_owned).to_vec(), 0));
        assert_eq!(listed(&["z.txt", "d/b.txt", "d", "-", "d/../z.txt"], &all()).0[..4], ["z.txt", "d/b.txt", "d/a-1.txt", "d/a.txt"]);
        assert_eq!(listed(&["d"], &Walk { glob: None, recursive: false, written: Written::default() }).0.len(), 3);
        let txt = Walk { glob: Some((matcher("glob", "a*.txt").unwrap(), false)), recursive: true, written: Written::default() };
        assert_eq!(listed(&["d"], &txt).0, ["d/a-1.txt", "d/a.txt"]);
        assert_eq!(listed(&["d/*.txt"], &all()).0, ["d/a-1.txt", "d/a.txt", "d/b.txt"]);
        fs::create_dir(root.join("none")).unwrap();
        let empty = |paths: &[&str], walk: &Walk| {
            let wanted: Vec<_> = paths.iter().map(|path| Wanted::new(0, path, &Below(root)).unwrap()).collect();
            list(&wanted, walk).empty
        };
        assert_eq!(empty(&["none", "d"], &all()), ["no file in none"]);
        assert_eq!(
            empty(&["d"], &Walk { glob: Some((matcher("glob", "*.text").unwrap(), false)), recursive: true, written: Written::default() }),
            ["no file in d matches `glob` (*.text)"]
        );
        assert_eq!(listed(&["**/*.log", "*.txt"], &all()).0, ["d/sub/c.log", "[1].txt", "z.txt"]);
        assert_eq!(listed(&["[1].txt"], &all()).0, ["[1].txt"], "a name that exists is no glob");
        assert_eq!(listed(&["nothing.txt", "*.pdf", "no/*.txt", "z.txt"], &all()), (vec!["z.txt".to_owned()], 3));
        assert!(Wanted::new(0, "a[", &NoFiles).is_err_and(|error| error.code == "invalid_glob"));
    }

    #[test]
    fn what_the_run_writes_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "o.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let written = vec![folder.path().join("gone"), folder.path().join("../").join(folder.path().file_name().unwrap()).join("o.txt")];
        let walk = Walk { written: Written { files: written, among: Vec::new() }, ..all() };
        assert_eq!(shown(folder.path(), &["."], &walk).0, ["./a.txt"]);
        assert_eq!(shown(folder.path(), &["*.txt"], &walk).0, ["a.txt"]);
        let among: Vec<Arc<IsWritten>> = vec![Arc::new(|path: &Path| path.ends_with("o.txt"))];
        let walk = Walk { written: Written { files: Vec::new(), among }, ..all() };
        assert_eq!(shown(folder.path(), &["."], &walk).0, ["./a.txt"]);
        assert_eq!(shown(folder.path(), &["o.txt"], &walk).0, ["o.txt"], "what is named is not passed over");
    }

    #[cfg(unix)]
    #[test]
    fn survives_links_to_nowhere_and_into_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("d")).unwrap();
        fs::write(root.join("d/a.txt"), "").unwrap();
        std::os::unix::fs::symlink("../d", root.join("d/loop")).unwrap();
        std::os::unix::fs::symlink("gone", root.join("d/dangling")).unwrap();
        assert_eq!(shown(root, &["d"], &all()), (vec!["d/a.txt".to_owned(), "! d/dangling".to_owned()], 0));
    }
}
