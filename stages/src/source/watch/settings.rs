//! The options of `watch`, checked, and what a path is called.

use std::borrow::Cow;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use pipeline::{BuildResult, OptionError, Resources, Written};

use super::super::document::Reading;
use super::super::key::Key;
use super::super::list;
use super::super::naming::{self, Naming};
use super::super::stdin::checked_day;
use super::ready::CompleteWhen;
use super::{After, Config, Duplicates, OnChange, Order};

/// An issue ends after so long without a page.
const IDLE: Duration = Duration::from_secs(600);

/// The options, checked.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are options, each with a name of its own")]
pub(super) struct Settings {
    pub(super) reading: Arc<Reading>,
    pub(super) naming: Naming,
    pub(super) roots: Vec<Root>,
    pub(super) recursive: bool,
    glob: Option<(GlobMatcher, bool)>,
    ignore: GlobSet,
    /// Files that this run writes.
    pub(super) written: Written,
    pub(super) idle_timeout: Duration,
    pub(super) complete_when: CompleteWhen,
    pub(super) on_change: OnChange,
    pub(super) duplicates: Duplicates,
    pub(super) after: After,
    pub(super) remember: usize,
    pub(super) grow: bool,
    pub(super) order: Order,
    pub(super) rescan: Duration,
    pub(super) once: bool,
    pub(super) poll: bool,
}

/// A folder that is watched.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// As the user wrote it.
    pub(super) given: String,
    /// As the process opens it, from `/`.
    pub(super) real: PathBuf,
    /// Where files go that are done, if below this folder or anywhere.
    pub(super) moved: Option<PathBuf>,
}

/// What a file is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// See [`Settings::key`].
    pub(super) key: String,
    /// Its path as the user knows it.
    pub(super) shown: String,
    /// The document that is named after it.
    pub(super) stem: String,
}

/// Why a path is no file to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unwanted {
    Ignored,
    NotChosen,
}

impl Settings {
    pub(super) fn new(config: Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut errors = Vec::new();
        let paths: Vec<(String, String)> = match (&config.path, config.paths.as_slice()) {
            (Some(path), []) => vec![("path".to_owned(), path.clone())],
            (None, []) => {
                errors.push(OptionError::new("path", "no_paths", "name the folder to watch"));
                Vec::new()
            }
            (None, paths) => paths.iter().enumerate().map(|(at, path)| (format!("paths[{at}]"), path.clone())).collect(),
            (Some(_), _) => {
                errors.push(OptionError::new("paths", "conflicting_options", "either `path` or `paths`, not both"));
                Vec::new()
            }
        };
        let mut roots = Vec::new();
        for (option, given) in paths {
            if given.is_empty() || given == "-" {
                errors.push(OptionError::new(option, "invalid_option", "must be a folder").with_help("`.` is that of the configuration"));
                continue;
            }
            let real = resources.resolve(&given);
            let real = std::path::absolute(&real).unwrap_or(real);
            let moved = if let After::Move(folder) = &config.after { Some(plain(&real.join(folder))) } else { None };
            if moved.as_ref().is_some_and(|moved| plain(&real).starts_with(moved)) {
                let message = format!("everything in {given} would already lie where it is moved to");
                errors
                    .push(OptionError::new("after.move", "conflicting_options", message).with_help("name a folder beside it or below it"));
            }
            // Names begin with it, so that it is written in one way.
            let given = naming::text_of(&Path::new(&given).components().collect::<PathBuf>());
            roots.push(Root { given, real, moved });
        }
        let glob = config.glob.as_deref().map(|glob| Ok((list::matcher("glob", glob)?, glob.contains('/'))));
        let glob = glob.transpose().map_err(|error: OptionError| errors.push(error)).ok();
        let ignore = ignored(&config.ignore).map_err(|error| errors.push(error)).ok();
        let key = config.key.as_deref().map(Key::new).transpose().map_err(|more| errors.extend(more)).ok();
        let day = config.issue_date.as_deref().map(checked_day).transpose().map_err(|error| errors.push(error)).ok();
        let reading = Reading::new("watch", config.format, &config.encodings, config.max_replaced, config.max_page);
        let reading = reading.map_err(|more| errors.extend(more)).ok();
        errors.extend(conflicts(&config));
        match (reading, glob, ignore, key, day) {
            (Some(reading), Some(glob), Some(ignore), Some(key), Some(issue_date)) if errors.is_empty() => Ok(Self {
                reading: Arc::new(reading),
                naming: Naming { key, paper: config.paper.map(Arc::from), issue_date },
                roots,
                recursive: config.recursive,
                glob,
                ignore,
                written: resources.written(),
                idle_timeout: config.idle_timeout.map_or(IDLE, |period| period.0),
                complete_when: config.complete_when,
                on_change: config.on_change,
                duplicates: config.duplicates,
                after: config.after,
                remember: config.remember,
                grow: config.grow,
                order: config.order,
                rescan: config.rescan.0,
                once: config.once,
                poll: config.poll,
            }),
            _ => Err(errors),
        }
    }

    /// Whether `path` may be read by its name; a folder, whether it may be entered.
    pub(super) fn wants(&self, path: &Path, is_folder: bool) -> Result<(), Unwanted> {
        let Some((root, below)) = self.below(path) else { return Err(Unwanted::NotChosen) };
        if below.as_os_str().is_empty() {
            return Ok(());
        }
        let moved = root.moved.as_deref().is_some_and(|moved| path.starts_with(moved));
        if moved || self.ignore.is_match(below) || below.file_name().is_some_and(|name| self.ignore.is_match(name)) {
            return Err(Unwanted::Ignored);
        }
        let chosen = match &self.glob {
            _ if is_folder => true,
            _ if self.complete_when.marks(path).is_some() => false,
            None => true,
            Some((glob, true)) => glob.is_match(below),
            Some((glob, false)) => below.file_name().is_some_and(|name| glob.is_match(name)),
        };
        if chosen { Ok(()) } else { Err(Unwanted::NotChosen) }
    }

    /// Whether a folder is where files are moved, or in it, whatever it is called. One that a watched folder is in is none of these.
    pub(super) fn is_moved_to(&self, folder: &Path) -> bool {
        let is_moved_to = |root: &Root| {
            let moved = fs::canonicalize(root.moved.as_ref()?).ok()?;
            let is_inside = |path: &Path| fs::canonicalize(path).is_ok_and(|path| path.starts_with(&moved));
            Some(is_inside(folder) && !is_inside(&root.real))
        };
        self.roots.iter().any(|root| is_moved_to(root).unwrap_or(false))
    }

    /// A path below the folder, as text; with several folders, with the folder as given.
    pub(super) fn key<'a>(&self, path: &'a Path) -> Option<Cow<'a, str>> {
        if let [only] = self.roots.as_slice() {
            // Nearly always, and asked of every file there is.
            let below = path.to_str().and_then(|path| path.strip_prefix(only.real.to_str()?)?.strip_prefix('/'));
            if let Some(below) = below.filter(|below| !below.is_empty() && !below.starts_with('/')) {
                return Some(Cow::Borrowed(below));
            }
        }
        let (root, below) = self.below(path)?;
        Some(Cow::Owned(if self.roots.len() > 1 { naming::text_of(&Path::new(&root.given).join(below)) } else { naming::text_of(below) }))
    }

    /// What a path is called.
    pub(super) fn name(&self, path: &Path) -> Option<Name> {
        let (root, below) = self.below(path)?;
        // Without a slash at its end.
        let inside = |folder: &Path| {
            let folder = if self.roots.len() > 1 { Path::new(&root.given).join(folder) } else { folder.to_owned() };
            folder.components().collect::<PathBuf>()
        };
        let stem = naming::stem_of(below);
        let stem = match below.parent().map(inside).filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => format!("{}/{stem}", naming::text_of(&folder)),
            None => stem,
        };
        Some(Name { key: self.key(path)?.into_owned(), shown: naming::text_of(&Path::new(&root.given).join(below)), stem })
    }

    /// The path that is called so, where it is UTF-8 as nearly all are.
    pub(super) fn path_of(&self, key: &str) -> Option<PathBuf> {
        match self.roots.as_slice() {
            [only] => Some(only.real.join(key)),
            all => {
                let below = |root: &Root| Some(root.real.join(Path::new(key).strip_prefix(&root.given).ok()?));
                all.iter().find_map(below)
            }
        }
    }

    /// The folder that a path is below, and the rest.
    pub(super) fn below<'a>(&self, path: &'a Path) -> Option<(&Root, &'a Path)> {
        self.roots.iter().find_map(|root| Some((root, path.strip_prefix(&root.real).ok()?)))
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
        plain
    })
}

/// Whether the name of a marker can be told from that of the file that it marks.
fn is_marker(template: &str) -> bool {
    let rest = template.replacen("{name}", "", 1);
    let rest = if rest == template { template.replacen("{stem}", "", 1) } else { rest };
    !rest.is_empty() && !rest.contains(['{', '}', '/'])
}

/// Options that do not go together.
fn conflicts(config: &Config) -> Vec<OptionError> {
    let mut errors = Vec::new();
    let mut conflict = |option: &str, message: &str| errors.push(OptionError::new(option, "conflicting_options", message));
    if config.idle_timeout.is_some() && config.key.is_none() {
        conflict("idle_timeout", "only issues end so, and without `key` each file is a document");
    }
    if config.grow && config.key.is_some() {
        conflict("grow", "the pages of a file that grows are no parts of an issue: leave out `key`");
    }
    if config.grow && config.after != After::Keep {
        conflict("grow", "a file that grows is never done with: leave out `after`");
    }
    if matches!(&config.complete_when, CompleteWhen::Marker(template) if !is_marker(template)) {
        errors.push(OptionError::new(
            "complete_when.marker",
            "invalid_option",
            "must be an ending such as .done, or a name such as {stem}.ok",
        ));
    }
    if matches!(&config.after, After::Move(folder) if folder.is_empty()) {
        errors.push(OptionError::new("after.move", "invalid_option", "must be a folder"));
    }
    errors
}

fn ignored(globs: &[String]) -> Result<GlobSet, OptionError> {
    let bad = |at: usize, error: &globset::Error| OptionError::new(format!("ignore[{at}]"), "invalid_glob", error.kind().to_string());
    let mut set = GlobSetBuilder::new();
    for (at, glob) in globs.iter().enumerate() {
        set.add(GlobBuilder::new(glob).literal_separator(true).build().map_err(|error| bad(at, &error))?);
    }
    set.build().map_err(|error| bad(0, &error))
}
