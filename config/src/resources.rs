//! The files that a configuration names: where they are, what they hold, and what is shipped under `builtin:`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pipeline::Resources;
use serde_json::Value as Json;

use crate::overlap::Written;
use crate::suggest;
use crate::text::Source;
use crate::tree;

/// Documents shipped with the program, for `builtin:NAME`.
const BUILTIN: &[(&str, &str)] = &[("gov-cn", include_str!("../topics/gov-cn.yaml"))];

/// The folder that relative paths start from. Remembers a hash of everything read, so that the configuration's hash can tell two
/// versions of a dictionary apart.
pub(crate) struct Folder {
    base: PathBuf,
    read: RefCell<BTreeMap<String, String>>,
}

impl Folder {
    pub(crate) fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), read: RefCell::default() }
    }

    /// The path to open. `-` stands for a standard stream and stays.
    pub(crate) fn resolve_path(&self, path: &str) -> PathBuf {
        if path == "-" { PathBuf::from(path) } else { self.base.join(path) }
    }

    /// What was read so far: reference as written, hash of the content.
    pub(crate) fn read(&self) -> BTreeMap<String, String> {
        self.read.borrow().clone()
    }

    fn remember(&self, reference: &str, text: &str) {
        self.read.borrow_mut().insert(reference.to_owned(), blake3::hash(text.as_bytes()).to_hex().to_string());
    }
}

/// A folder as one stage sees it: paths typed on the command line start from the current directory, as shells promise.
pub(crate) struct Scope<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) as_typed: &'a [String],
    /// The files that the run writes, as far as they are known when this one is built.
    pub(crate) written: &'a [Written],
}

impl Resources for Scope<'_> {
    fn text(&self, path: &str) -> Result<String, String> {
        let resolved = self.resolve(path);
        let text = read(&resolved).map_err(|reason| format!("{}: {reason}", resolved.display()))?;
        self.folder.remember(path, &text);
        Ok(text)
    }

    fn document(&self, reference: &str) -> Result<Json, String> {
        let Some(name) = reference.strip_prefix("builtin:") else {
            return document(&self.resolve(reference).display().to_string(), &self.text(reference)?);
        };
        let Some((_, text)) = BUILTIN.iter().find(|(known, _)| *known == name) else {
            let names = || BUILTIN.iter().map(|(known, _)| *known);
            return Err(match suggest::nearest(name, names()) {
                Some(known) => format!("nothing is shipped as `{reference}`; did you mean `builtin:{known}`?"),
                None => format!("nothing is shipped as `{reference}`; there is {}", names().collect::<Vec<_>>().join(", ")),
            });
        };
        self.folder.remember(reference, text);
        document(reference, text)
    }

    fn resolve(&self, path: &str) -> PathBuf {
        if self.as_typed.iter().any(|typed| typed == path) { PathBuf::from(path) } else { self.folder.resolve_path(path) }
    }

    fn written(&self) -> Vec<PathBuf> {
        self.written.iter().map(|written| written.path.clone()).collect()
    }
}

/// A UTF-8 file without its byte order mark. The error is a reason without the file's name.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string().to_lowercase())?;
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(good).filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8; save the file as UTF-8")
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

/// YAML as JSON; all mistakes in one message. Variables are not substituted: terms may hold a `$`.
fn document(name: &str, text: &str) -> Result<Json, String> {
    let source = Source::new(name, text);
    let mut mistakes = Vec::new();
    let node = tree::parse(source.text(), &mut mistakes);
    if !mistakes.is_empty() {
        let shown = mistakes.iter().map(|mistake| {
            let position = source.position(mistake.place.as_ref().map_or(0, |place| place.start));
            format!("{name}:{}:{}: {}", position.line, position.column, mistake.message)
        });
        return Err(shown.collect::<Vec<_>>().join("; "));
    }
    node.map(|node| node.json()).ok_or_else(|| format!("{name}: nothing is written there"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_start_from_the_folder_unless_typed() {
        let folder = Folder::new("conf");
        let typed = ["a.txt".to_owned()];
        let scope = Scope { folder: &folder, as_typed: &typed, written: &[] };
        assert_eq!(scope.resolve("b.txt"), Path::new("conf/b.txt"));
        assert_eq!(scope.resolve("a.txt"), Path::new("a.txt"));
        assert_eq!(scope.resolve("/x/b.txt"), Path::new("/x/b.txt"));
        assert_eq!(scope.resolve("-"), Path::new("-"));
        assert_eq!(Folder::new("").resolve_path("b.txt"), Path::new("b.txt"));
    }

    #[test]
    fn reads_files_and_what_is_shipped() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("t.yaml"), "\u{feff}terms: [复工, \"${X}\"]\n").unwrap();
        std::fs::write(dir.path().join("bad.yaml"), "a: 1\na: 2\n!x b: 3\n").unwrap();
        std::fs::write(dir.path().join("gbk.txt"), b"ok\n\xb8\xb4\n").unwrap();
        let folder = Folder::new(dir.path());
        let scope = Scope { folder: &folder, as_typed: &[], written: &[] };
        assert_eq!(scope.document("t.yaml"), Ok(json!({"terms": ["复工", "${X}"]})));
        let error = scope.document("bad.yaml").unwrap_err();
        assert!(error.contains("bad.yaml:2:1: `a` is written twice; the first is on line 1; "), "{error}");
        assert!(error.contains("bad.yaml:3:"), "{error}");
        assert!(scope.text("gbk.txt").unwrap_err().ends_with("gbk.txt: line 2 is not UTF-8; save the file as UTF-8"));
        assert!(scope.text("none.txt").unwrap_err().contains("none.txt: no such file"));
        assert!(scope.document("builtin:gov-cn").is_ok());
        assert_eq!(
            scope.document("builtin:gov_cn"),
            Err("nothing is shipped as `builtin:gov_cn`; did you mean `builtin:gov-cn`?".to_owned())
        );
        assert!(scope.document("builtin:sports").unwrap_err().ends_with("there is gov-cn"));
        assert_eq!(folder.read().keys().collect::<Vec<_>>(), ["bad.yaml", "builtin:gov-cn", "t.yaml"]);
    }
}
