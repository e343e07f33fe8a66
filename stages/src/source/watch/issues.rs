//! The documents of issues, which stay open from one file to the next: when each had its last page, and what number comes next.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use pipeline::sheet::DocId;
use pipeline::state::Change;
use serde::{Deserialize, Serialize};

/// What the keys of the state begin with.
pub(super) const ISSUE: &str = "issue/";

/// One issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Issue {
    pub(super) open: bool,
    /// The first file since it was opened.
    pub(super) n: u64,
    /// The number of its last page; of an open one, of the last before it was opened.
    pub(super) page_no: u32,
    /// Whether a file in it was read a second time with other bytes, so that it cannot be fed again as it was.
    pub(super) revised: bool,
}

/// An open issue.
#[derive(Debug)]
struct Open {
    /// As it is in the state.
    row: Issue,
    page_no: u32,
    /// When it had its last page.
    last: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Issues {
    open: HashMap<DocId, Open>,
    /// The last page number of each issue that has ended.
    ended: HashMap<DocId, u32>,
}

impl Issues {
    /// Takes a row of the state.
    pub(super) fn load(&mut self, doc_id: &str, row: &Issue) {
        if !row.open {
            self.ended.insert(doc_id.into(), row.page_no);
        }
    }

    /// Opens an issue for file `n`, or goes on with it. Gives the row that says so, if that is new, and whether it had ended.
    pub(super) fn enter(&mut self, doc_id: &DocId, n: u64, revised: bool, now: Instant) -> (Option<Change>, bool) {
        if let Some(open) = self.open.get_mut(doc_id) {
            open.last = now;
            if revised && !open.row.revised {
                open.row.revised = true;
                return (Some(row(doc_id, &open.row)), false);
            }
            return (None, false);
        }
        let ended = self.ended.remove(doc_id);
        let issue = Issue { open: true, n, page_no: ended.unwrap_or_default(), revised: false };
        let change = row(doc_id, &issue);
        self.open.insert(DocId::clone(doc_id), Open { page_no: issue.page_no, row: issue, last: now });
        (Some(change), ended.is_some())
    }

    /// Opens an issue again as an earlier run had it.
    pub(super) fn resume(&mut self, doc_id: &DocId, row: Issue, now: Instant) {
        self.open.insert(DocId::clone(doc_id), Open { page_no: row.page_no, row, last: now });
    }

    /// An open issue cannot be fed again as it was; gives the row that says so.
    pub(super) fn revise(&mut self, doc_id: &DocId) -> Option<Change> {
        let open = self.open.get_mut(doc_id)?;
        open.row.revised = true;
        Some(row(doc_id, &open.row))
    }

    /// The number of its last page.
    pub(super) fn page_no(&self, doc_id: &str) -> u32 {
        self.open.get(doc_id).map_or(0, |open| open.page_no)
    }

    /// A file of it was fed.
    pub(super) fn leave(&mut self, doc_id: &str, page_no: u32, now: Instant) {
        if let Some(open) = self.open.get_mut(doc_id) {
            open.page_no = open.page_no.max(page_no);
            open.last = now;
        }
    }

    /// Issues without a page for so long, in the order in which they had their last.
    pub(super) fn idle(&self, timeout: Duration, now: Instant) -> Vec<DocId> {
        let idle = self.open.iter().filter(|(_, open)| now.saturating_duration_since(open.last) >= timeout);
        let mut idle: Vec<_> = idle.map(|(doc_id, open)| (open.last, open.row.n, DocId::clone(doc_id))).collect();
        idle.sort();
        idle.into_iter().map(|(_, _, doc_id)| doc_id).collect()
    }

    /// When the next issue will have been idle for so long.
    pub(super) fn next(&self, timeout: Duration) -> Option<Instant> {
        self.open.values().map(|open| open.last + timeout).min()
    }

    /// An issue ends; gives the row that says so.
    pub(super) fn end(&mut self, doc_id: &DocId) -> Option<Change> {
        let open = self.open.remove(doc_id)?;
        self.ended.insert(DocId::clone(doc_id), open.page_no);
        Some(row(doc_id, &Issue { page_no: open.page_no, ..Issue::default() }))
    }

    pub(super) fn is_open(&self, doc_id: &str) -> bool {
        self.open.contains_key(doc_id)
    }
}

/// The row that says how an issue stands.
pub(super) fn row(doc_id: &str, issue: &Issue) -> Change {
    Change::set(format!("{ISSUE}{doc_id}"), serde_json::to_value(issue).expect("an issue's row is plain data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_ends_when_it_is_idle_and_goes_on_with_its_numbers() {
        let mut issues = Issues::default();
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let (a, b): (DocId, DocId) = ("a".into(), "b".into());
        assert!(matches!(issues.enter(&a, 1, false, at(0)), (Some(_), false)));
        issues.leave(&a, 3, at(0));
        issues.enter(&b, 2, false, at(1));
        issues.leave(&b, 1, at(1));
        assert!(matches!(issues.enter(&a, 3, false, at(5)), (None, false)));
        assert_eq!(issues.idle(Duration::from_secs(10), at(12)), [DocId::clone(&b)]);
        assert_eq!(issues.idle(Duration::from_secs(10), at(20)), [b, DocId::clone(&a)]);
        assert_eq!(issues.next(Duration::from_secs(10)), Some(at(11)));
        let row: Issue = serde_json::from_value(issues.end(&a).unwrap().value.unwrap()).unwrap();
        assert_eq!(row, Issue { page_no: 3, ..Issue::default() });
        assert!(matches!(issues.enter(&a, 9, false, at(30)), (Some(_), true)));
        assert_eq!(issues.page_no("a"), 3);
    }
}
