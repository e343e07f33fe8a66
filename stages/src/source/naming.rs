//! What files are called: the name that a path gives to a document, and what it says about the pages in it.

use std::path::Path;
use std::sync::Arc;

use super::document::Input;
use super::key::{self, Key};

/// What is known about files before they are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Naming {
    pub(super) key: Option<Key>,
    pub(super) paper: Option<Arc<str>>,
    pub(super) issue_date: Option<Arc<str>>,
}

impl Naming {
    /// Who a file is. A path that `key` does not match is counted.
    pub(super) fn input(&self, path: &str, stem: &str, unmatched: &mut u64) -> Input {
        let told = self.key.as_ref().map(|key| key.read(path));
        if told == Some(None) {
            *unmatched += 1;
        }
        let told = told.flatten().unwrap_or_default();
        if let Some(written) = &told.bad_date {
            tracing::warn!("{path}: {written} is no day of the calendar; the page has no issue_date");
        }
        let paper = told.paper.as_deref().or(self.paper.as_deref());
        let issue = told.issue_date.as_deref().map(|day| key::issue(paper, day));
        self.completed(Input {
            path: path.into(),
            doc_id: issue.as_deref().unwrap_or(stem).into(),
            stem: stem.into(),
            live: false,
            page_label: told.page_label.map(Arc::from),
            paper: told.paper.map(Arc::from),
            issue_date: told.issue_date.map(Arc::from),
        })
    }

    /// Whether the path says of which issue a file is a part.
    pub(super) fn is_issue(&self, path: &str) -> bool {
        self.key.as_ref().and_then(|key| key.read(path)).is_some_and(|told| told.issue_date.is_some())
    }

    /// With the paper and the day that were given for all files, where the path says none.
    pub(super) fn completed(&self, input: Input) -> Input {
        Input {
            paper: input.paper.clone().or_else(|| self.paper.clone()),
            issue_date: input.issue_date.clone().or_else(|| self.issue_date.clone()),
            ..input
        }
    }
}

/// A path as text. One that is not UTF-8 gets a few digits of its hash, so that two such paths stay apart.
pub(super) fn text_of(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => format!("{}{}", path.to_string_lossy(), mark_of(path)),
    }
}

/// The last part of a path without the endings that only say how the file is written.
pub(super) fn stem_of(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| text_of(path), |name| Path::new(name).to_string_lossy().into_owned());
    let stem = without_endings(&name);
    if path.to_str().is_some() { stem.to_owned() } else { format!("{stem}{}", mark_of(path)) }
}

fn mark_of(path: &Path) -> String {
    let hash = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
    format!("~{}", hash.get(..8).unwrap_or_default())
}

/// A file's name, or a path, without the endings that only say how the file is written.
pub(super) fn without_endings(name: &str) -> &str {
    let ends = |name: &str, ending: &str| {
        let tail = name.len().checked_sub(ending.len()).and_then(|at| name.as_bytes().get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
    };
    let without = |name: &'_ str, endings: &[&str]| {
        let ending = endings.iter().find(|ending| ends(name, ending)).map_or(0, |ending| ending.len());
        name.len() - ending
    };
    let outer = name.get(..without(name, &[".gz", ".zst"])).unwrap_or(name);
    let inner = outer.get(..without(outer, &[".txt", ".text", ".ndjson", ".jsonl"])).unwrap_or(outer);
    if inner.is_empty() || inner.ends_with('/') { name } else { inner }
}
