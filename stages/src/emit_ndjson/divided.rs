//! The files among which articles are divided: which paths may be among them, and which are on the disk. How they are named is for
//! `names` to say.

use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::names::{A_DAY, A_NUMBER, DAY, NUMBER};
use super::part::KEPT;

/// The files among which articles are divided, whose names are not known before the articles are.
#[derive(Clone, Debug)]
pub struct Divided {
    /// All of them are below it.
    pub(super) folder: PathBuf,
    /// So many names stand behind the folder in each.
    pub(super) depth: usize,
    /// What the paths look like.
    pub(super) pattern: regex::Regex,
    /// The same of the last name, so that few files have to be looked at.
    pub(super) last: regex::Regex,
}

impl Divided {
    /// Whether an article may go to `path`, as it is written or by another name of its folder, or be kept there of a run that fails.
    pub fn may_write(&self, path: &Path) -> bool {
        let finished = path.to_str().and_then(|path| path.strip_suffix(KEPT));
        self.is_given(path) || finished.is_some_and(|path| self.is_given(Path::new(path)))
    }

    fn is_given(&self, path: &Path) -> bool {
        if !path.file_name().and_then(OsStr::to_str).is_some_and(|name| self.last.is_match(name)) {
            return false;
        }
        let matches = |path: &Path| path.to_str().is_some_and(|path| self.pattern.is_match(path));
        let below = || {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let folder = fs::canonicalize(folder).ok()?;
            Some(folder.strip_prefix(fs::canonicalize(&self.folder).ok()?).ok()?.join(path.file_name()?))
        };
        matches(path) || below().is_some_and(|below| matches(&below) || matches(&self.folder.join(below)))
    }

    /// Whether a file that an article may go to is there and not empty.
    pub fn is_begun(&self) -> bool {
        let mut begun = false;
        walk(&self.folder, self.depth, &mut |path| {
            begun |= self.is_given(&path) && fs::metadata(&path).is_ok_and(|data| data.len() > 0);
        });
        begun
    }
}

/// The files of a route, as the state has it, that follow all of `files`: of later days, or with higher numbers. Empty ones do not
/// count, and neither does what cannot be listed.
pub fn later_files(route: &Path, files: &[PathBuf]) -> Vec<PathBuf> {
    let pattern = regex::escape(&route.to_string_lossy());
    let pattern = pattern.replacen(DAY, &format!("(?P<day>{A_DAY})"), 1).replacen(NUMBER, &format!("(?P<n>{A_NUMBER})"), 1);
    let pattern = pattern.replace([DAY, NUMBER].map(|field| field.chars().next().unwrap_or_default()), "[0-9-]+");
    let pattern = regex::Regex::new(&format!("^(?:{pattern})$")).expect("what is written is escaped");
    let place = |path: &Path| {
        let found = pattern.captures(path.to_str()?)?;
        let number = found.name("n").and_then(|n| n.as_str().parse::<u64>().ok());
        Some((found.name("day").map(|day| day.as_str().to_owned()), number))
    };
    let Some(last) = files.iter().filter_map(|file| place(file)).max() else { return Vec::new() };
    let mut later = Vec::new();
    // The folders that all files of the route lie below, and how deep.
    let is_one = |part: &Component<'_>| [DAY, NUMBER].iter().all(|field| !part.as_os_str().to_string_lossy().contains(field));
    let above: PathBuf = route.parent().unwrap_or(Path::new("")).components().take_while(is_one).collect();
    let depth = route.components().count() - above.components().count();
    walk(&above, depth, &mut |path| {
        if place(&path).is_some_and(|place| place > last) && fs::metadata(&path).is_ok_and(|data| data.len() > 0) {
            later.push(path);
        }
    });
    later.sort();
    later
}

/// Visits what is `depth` levels below `folder`, as far as it can be listed.
fn walk(folder: &Path, depth: usize, visit: &mut dyn FnMut(PathBuf)) {
    let entries = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    for entry in entries.into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        if depth > 1 {
            walk(&path, depth - 1, visit);
        } else {
            visit(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rotate;
    use super::super::names::Names;
    use super::*;

    #[test]
    fn what_is_kept_of_a_failed_run_is_no_output_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let divided = |name: &str| {
            let path = folder.path().join(name);
            Names::new(path.to_str().unwrap(), &path, None, &Rotate::default()).unwrap().divided().unwrap()
        };
        let (plain, partial) = (divided("{doc}.ndjson"), divided("{doc}.partial"));
        let may = |divided: &Divided, name: &str| divided.may_write(&folder.path().join(name));
        let names = ["a.ndjson", "a.ndjson.partial", "a.partial", "a.partial.partial", "a"];
        assert_eq!(names.map(|name| may(&plain, name)), [true, true, false, false, false]);
        assert_eq!(names.map(|name| may(&partial, name)), [false, true, true, true, false]);
        fs::write(folder.path().join("a.ndjson.partial"), "x").unwrap();
        assert_eq!((plain.is_begun(), partial.is_begun()), (false, true));
    }

    #[test]
    fn tells_the_files_that_follow() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let days = ["2026-11-25.000009", "2026-11-26.000001", "2026-11-26.000003", "2026-11-26.000012", "2026-11-27.000001"];
        for name in days {
            fs::write(at(&format!("a.{name}.ndjson")), "x").unwrap();
        }
        for (name, text) in
            [("a.2026-11-28.000001.ndjson", ""), ("b.2026-11-28.000001.ndjson", "x"), ("a.2026-11-28.000001.ndjson.cut", "x")]
        {
            fs::write(at(name), text).unwrap();
        }
        let route = at(&format!("a.{DAY}.{NUMBER}.ndjson"));
        let file = |name: &str| at(&format!("a.{name}.ndjson"));
        let later = later_files(&route, &[file(days[0]), file(days[1])]);
        assert_eq!(later, days[2..].iter().map(|name| file(name)).collect::<Vec<_>>());
        assert_eq!(later_files(&route, &[file(days[4]), file(days[1])]), Vec::<PathBuf>::new(), "behind the furthest");
        assert_eq!(later_files(&at("one"), &[at("one")]), Vec::<PathBuf>::new());
        for number in 1..4 {
            fs::create_dir_all(at(&format!("n/{number:06}"))).unwrap();
            fs::write(at(&format!("n/{number:06}/a")), "x").unwrap();
        }
        let route = at(&format!("n/{NUMBER}/a"));
        assert_eq!(later_files(&route, &[at("n/000002/a")]), [at("n/000003/a")]);
        assert_eq!(later_files(&at(&format!("gone/{NUMBER}/a")), &[at("gone/000002/a")]), Vec::<PathBuf>::new());
    }
}
