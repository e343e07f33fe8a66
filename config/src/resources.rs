//! The files that a configuration names: where they are, what they hold, and what is shipped under `builtin:`. Documents are
//! checked like the configuration itself, and their mistakes shown at their places.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pipeline::{OptionError, Resources};
use serde_json::Value as Json;

use crate::diagnostics::Mistake;
use crate::files::Files;
use crate::lint::Lint;
use crate::options;
use crate::overlap::Destination;
use crate::suggest;
use crate::text::Source;
use crate::tree::{self, Node};

/// Documents shipped with the program, for `builtin:NAME`.
const BUILTIN: &[(&str, &str)] =
    &[("gov-cn", include_str!("../topics/gov-cn.yaml")), ("gov-cn-local", include_str!("../topics/gov-cn-local.yaml"))];

/// The folder that relative paths start from. Remembers a hash of everything read, so that the configuration's hash can tell two
/// versions of a dictionary apart.
pub(crate) struct Folder {
    base: PathBuf,
    read: RefCell<BTreeMap<String, String>>,
    documents: RefCell<Vec<Document>>,
    /// The files that were asked for, whether they are there or not.
    files: RefCell<Files>,
}

/// A document that was read, with what is wrong in it.
pub(crate) struct Document {
    reference: String,
    pub(crate) source: Arc<Source>,
    tree: Option<Node>,
    /// What it was checked by.
    schema: schemars::Schema,
    /// Whether it fits that.
    fits: bool,
    pub(crate) mistakes: Vec<Mistake>,
}

impl Document {
    fn json(&self) -> Json {
        self.tree.as_ref().map_or(Json::Null, Node::json)
    }
}

impl Folder {
    /// `files` say where what is read comes from.
    pub(crate) fn new(base: impl Into<PathBuf>, files: Files) -> Self {
        Self { base: base.into(), read: RefCell::default(), documents: RefCell::default(), files: RefCell::new(files) }
    }

    /// Places in its document what a stage said of it. Once the schema has found mistakes, that the document cannot be read is no
    /// news. Gives `error` back when it is about no document that was read.
    pub(crate) fn place(&self, error: OptionError) -> Option<OptionError> {
        let mut documents = self.documents.borrow_mut();
        let Some(document) = documents.iter_mut().find(|document| Some(&document.reference) == error.document.as_ref()) else {
            return Some(error);
        };
        if document.fits || error.code != "invalid_option" {
            let whole = document.tree.as_ref().map_or(0..0, first_of);
            let place = options::deepest(document.tree.as_ref(), whole, &options::steps(&error.path), error.code);
            let mistake = Mistake::of(error, Some(place));
            // Several stages may read the same document, and find the same wrong with it.
            if !document.mistakes.contains(&mistake) {
                document.mistakes.push(mistake);
            }
        }
        None
    }

    /// The documents with mistakes, in the order in which they were read.
    pub(crate) fn faulty(&self) -> Vec<Document> {
        self.documents.take().into_iter().filter(|document| !document.mistakes.is_empty()).collect()
    }

    /// Whether a document has mistakes.
    pub(crate) fn has_faulty(&self) -> bool {
        self.documents.borrow().iter().any(|document| !document.mistakes.is_empty())
    }

    /// Reads `source` as YAML, checks it by `schema`, and gives what is written there. Variables are not substituted: terms may
    /// hold a `$`.
    fn document(&self, reference: &str, source: Source, unreadable: Option<Mistake>, schema: &schemars::Schema) -> Json {
        let mut mistakes: Vec<Mistake> = unreadable.into_iter().collect();
        let tree = if mistakes.is_empty() { tree::parse(source.text(), &mut mistakes) } else { None };
        if let Some(tree) = &tree {
            let schema = schema.as_value();
            Lint { root: schema, mistakes: &mut mistakes }.check(tree, schema, &first_of(tree));
        } else if mistakes.is_empty() {
            mistakes.push(Mistake::at(&(0..0), "empty_document", "nothing is written here"));
        }
        let (source, schema, fits) = (Arc::new(source), schema.clone(), mistakes.is_empty());
        let document = Document { reference: reference.to_owned(), source, tree, schema, fits, mistakes };
        let value = document.json();
        let mut documents = self.documents.borrow_mut();
        match documents.iter_mut().find(|known| known.reference == reference) {
            Some(known) => *known = document,
            None => documents.push(document),
        }
        value
    }

    /// What is written in a document that was read before: to read thousands of terms takes a good part of the start.
    fn known(&self, reference: &str, schema: &schemars::Schema) -> Option<Json> {
        let documents = self.documents.borrow();
        documents.iter().find(|known| known.reference == reference && known.schema == *schema).map(Document::json)
    }

    /// The path to open. `-` stands for a standard stream and stays.
    pub(crate) fn resolve_path(&self, path: &str) -> PathBuf {
        if path == "-" { PathBuf::from(path) } else { self.base.join(path) }
    }

    /// What was read so far: reference as written, hash of the content.
    pub(crate) fn read(&self) -> BTreeMap<String, String> {
        self.read.borrow().clone()
    }

    /// The files that were asked for.
    pub(crate) fn files(&self) -> Files {
        self.files.borrow().clone()
    }

    /// The error is a reason without the file's name.
    fn bytes(&self, path: &Path) -> Result<Vec<u8>, String> {
        self.files.borrow_mut().read(path).map(|bytes| bytes.to_vec()).map_err(|error| error.to_string().to_lowercase())
    }

    fn remember(&self, reference: &str, bytes: &[u8]) {
        self.read.borrow_mut().insert(reference.to_owned(), blake3::hash(bytes).to_hex().to_string());
    }
}

/// A folder as one stage sees it: paths typed on the command line start from the current directory, as shells promise.
pub(crate) struct Scope<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) as_typed: &'a [String],
    /// The files that the run writes, as far as they are known when this one is built.
    pub(crate) written: &'a [Destination],
}

impl Resources for Scope<'_> {
    fn text(&self, path: &str) -> Result<String, String> {
        let resolved = self.resolve(path);
        let text = self.folder.bytes(&resolved).and_then(text_of).map_err(|reason| format!("{}: {reason}", resolved.display()))?;
        self.folder.remember(path, text.as_bytes());
        Ok(text)
    }

    fn document(&self, reference: &str, schema: &schemars::Schema) -> Result<Json, String> {
        if let Some(known) = self.folder.known(reference, schema) {
            return Ok(known);
        }
        let Some(name) = reference.strip_prefix("builtin:") else {
            let resolved = self.resolve(reference);
            let name = resolved.display().to_string();
            let bytes = self.folder.bytes(&resolved).map_err(|reason| format!("{name}: {reason}"))?;
            self.folder.remember(reference, &bytes);
            let (source, unreadable) = decode(&name, bytes);
            return Ok(self.folder.document(reference, source, unreadable, schema));
        };
        let Some((_, text)) = BUILTIN.iter().find(|(known, _)| *known == name) else {
            let names = || BUILTIN.iter().map(|(known, _)| *known);
            return Err(match suggest::nearest(name, names()) {
                Some(known) => format!("nothing is shipped as `{reference}`; did you mean `builtin:{known}`?"),
                None => format!("nothing is shipped as `{reference}`; there is {}", names().collect::<Vec<_>>().join(", ")),
            });
        };
        self.folder.remember(reference, text.as_bytes());
        Ok(self.folder.document(reference, Source::new(reference, text), None, schema))
    }

    fn resolve(&self, path: &str) -> PathBuf {
        if self.as_typed.iter().any(|typed| typed == path) { PathBuf::from(path) } else { self.folder.resolve_path(path) }
    }

    fn written(&self) -> pipeline::Written {
        let mut all = pipeline::Written::default();
        for written in self.written {
            match written.divided.clone() {
                Some(divided) => all.among.push(Arc::new(move |path: &Path| divided.may_write(path))),
                None => all.files.push(written.path.clone()),
            }
        }
        all
    }
}

/// A UTF-8 file without its byte order mark. The error is a reason without the file's name.
fn text_of(bytes: Vec<u8>) -> Result<String, String> {
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

/// A file of YAML. Of one that is not UTF-8 it is what could be read, and the mistake at its place.
pub(crate) fn decode(name: &str, bytes: Vec<u8>) -> (Source, Option<Mistake>) {
    match String::from_utf8(bytes) {
        Ok(text) => (Source::new(name, &text), None),
        Err(error) => {
            let shown = String::from_utf8_lossy(error.as_bytes());
            // Everything before the first bad byte is as long in the lossy text, but for the byte order mark.
            let mark = if shown.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
            let good = error.utf8_error().valid_up_to() - mark;
            let mistake = Mistake::at(&(good..good + '\u{fffd}'.len_utf8()), "not_utf8", "this is not UTF-8");
            (Source::new(name, &shown), Some(mistake.help("save the file as UTF-8")))
        }
    }
}

/// What is said of a file as a whole is said on its first key.
fn first_of(tree: &Node) -> std::ops::Range<usize> {
    tree.entries().first().map_or(tree.span.clone(), |entry| entry.name_span.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_start_from_the_folder_unless_typed() {
        let folder = Folder::new("conf", Files::default());
        let typed = ["a.txt".to_owned()];
        let scope = Scope { folder: &folder, as_typed: &typed, written: &[] };
        assert_eq!(scope.resolve("b.txt"), Path::new("conf/b.txt"));
        assert_eq!(scope.resolve("a.txt"), Path::new("a.txt"));
        assert_eq!(scope.resolve("/x/b.txt"), Path::new("/x/b.txt"));
        assert_eq!(scope.resolve("-"), Path::new("-"));
        assert_eq!(Folder::new("", Files::default()).resolve_path("b.txt"), Path::new("b.txt"));
    }

    #[test]
    fn reads_files_and_what_is_shipped() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("t.yaml"), "\u{feff}terms: [复工, \"${X}\"]\n").unwrap();
        std::fs::write(dir.path().join("bad.yaml"), "a: 1\na: 2\n!x b: 3\n").unwrap();
        std::fs::write(dir.path().join("gbk.txt"), b"ok\n\xb8\xb4\n").unwrap();
        let folder = Folder::new(dir.path(), Files::default());
        let scope = Scope { folder: &folder, as_typed: &[], written: &[] };
        let any = schemars::json_schema!({});
        assert_eq!(scope.document("t.yaml", &any), Ok(json!({"terms": ["复工", "${X}"]})));
        assert!(scope.document("bad.yaml", &any).is_ok() && scope.document("gbk.txt", &any).is_ok());
        let faulty: Vec<_> = folder.faulty().into_iter().map(|document| (document.reference, document.mistakes.len())).collect();
        assert_eq!(faulty, [("bad.yaml".to_owned(), 2), ("gbk.txt".to_owned(), 1)]);
        assert!(scope.text("gbk.txt").unwrap_err().ends_with("gbk.txt: line 2 is not UTF-8; save the file as UTF-8"));
        assert!(scope.text("none.txt").unwrap_err().contains("none.txt: no such file"));
        assert!(scope.document("none.yaml", &any).unwrap_err().contains("none.yaml: no such file"));
        assert!(scope.document("builtin:gov-cn", &any).is_ok());
        assert_eq!(
            scope.document("builtin:gov_cn", &any),
            Err("nothing is shipped as `builtin:gov_cn`; did you mean `builtin:gov-cn`?".to_owned())
        );
        assert!(scope.document("builtin:sports", &any).unwrap_err().ends_with("there is gov-cn, gov-cn-local"));
        assert_eq!(folder.read().keys().collect::<Vec<_>>(), ["bad.yaml", "builtin:gov-cn", "gbk.txt", "t.yaml"]);
        let files = folder.files();
        let files: Vec<_> = files.paths().map(|path| path.strip_prefix(dir.path()).unwrap()).collect();
        assert_eq!(files, ["bad.yaml", "gbk.txt", "none.txt", "none.yaml", "t.yaml"].map(Path::new), "what is missing may come");
    }
}
