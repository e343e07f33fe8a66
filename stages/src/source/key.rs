//! What a path says about its pages: a pattern with named groups, `(?P<issue_date>\d{8})_(?P<page>\w+)`.

use pipeline::OptionError;
use regex::Regex;

use super::date;

/// The pattern of the option `key`.
#[derive(Clone, Debug)]
pub(crate) struct Key(Regex);

/// What a path says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Name of the paper.
    pub(crate) paper: Option<String>,
    /// `YYYY-MM-DD`.
    pub(crate) issue_date: Option<String>,
    /// As printed, `C2`.
    pub(crate) page_label: Option<String>,
    /// What stands where the date should be but is no day of the calendar.
    pub(crate) bad_date: Option<String>,
}

const GROUPS: &[&str] = &["paper", "issue_date", "page"];

impl Key {
    /// Checks the pattern.
    ///
    /// # Errors
    /// `invalid_pattern` when it is no regular expression or names no group, `unknown_group` for a name that means nothing.
    pub(crate) fn new(pattern: &str) -> Result<Self, Vec<OptionError>> {
        let groups = || format!("the groups are {}", GROUPS.join(", "));
        let regex = Regex::new(pattern).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            vec![OptionError::new("key", "invalid_pattern", format!("not a regular expression: {reason}"))]
        })?;
        let named: Vec<&str> = regex.capture_names().flatten().collect();
        if named.is_empty() {
            let error = OptionError::new("key", "invalid_pattern", "the pattern names no group, so it can say nothing about a page");
            return Err(vec![error.with_help(format!("write (?P<issue_date>\\d{{8}}); {}", groups()))]);
        }
        let unknown: Vec<OptionError> = named
            .iter()
            .filter(|name| !GROUPS.contains(name))
            .map(|name| OptionError::new("key", "unknown_group", format!("no group `{name}`")).with_help(groups()))
            .collect();
        if unknown.is_empty() { Ok(Self(regex)) } else { Err(unknown) }
    }

    /// What `path` says; `None` when the pattern does not match it.
    pub(crate) fn read(&self, path: &str) -> Option<Told> {
        let found = self.0.captures(path)?;
        let group = |name: &str| found.name(name).map(|part| part.as_str().to_owned()).filter(|part| !part.is_empty());
        let written = group("issue_date");
        let issue_date = written.as_deref().and_then(date::normalise);
        let bad_date = if issue_date.is_none() { written } else { None };
        Some(Told { paper: group("paper"), issue_date, page_label: group("page"), bad_date })
    }
}

/// The document of an issue: `平湖日报 2022-03-28`, or the day alone when the paper is not known.
pub(crate) fn issue(paper: Option<&str>, issue_date: &str) -> String {
    paper.map_or_else(|| issue_date.to_owned(), |paper| format!("{paper} {issue_date}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_path() {
        let key = Key::new(r"(?P<paper>[^/]+)/(?P<issue_date>[\d年月日-]+)_(?P<page>\w+)\.").unwrap();
        let told = key.read("in/今平湖/2022年3月28日_C2.txt").unwrap();
        assert_eq!(
            (told.paper.as_deref(), told.issue_date.as_deref(), told.page_label.as_deref()),
            (Some("今平湖"), Some("2022-03-28"), Some("C2"))
        );
        assert_eq!(issue(told.paper.as_deref(), "2022-03-28"), "今平湖 2022-03-28");
        assert_eq!(key.read("elsewhere.txt"), None);
        let told = key.read("p/20221399_1.txt").unwrap();
        assert_eq!((told.issue_date, told.bad_date.as_deref()), (None, Some("20221399")));
    }

    #[test]
    fn refuses_bad_patterns() {
        let code = |pattern: &str| Key::new(pattern).unwrap_err().iter().map(|error| error.code).collect::<Vec<_>>();
        assert_eq!(code("(?P<page>"), ["invalid_pattern"]);
        assert_eq!(code(r"(\d+)"), ["invalid_pattern"]);
        assert_eq!(code("(?P<date>.)(?P<page>.)(?P<sheet>.)"), ["unknown_group", "unknown_group"]);
    }
}
