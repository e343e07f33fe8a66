//! What a path says about its page: a regular expression with named groups `paper`, `issue_date` and `page`.

use std::sync::Arc;

use jiff::civil::Date;
use pipeline::OptionError;
use pipeline::sheet::DocId;
use regex::Regex;

/// What is known about a page before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Name of the paper.
    pub(crate) paper: Option<Arc<str>>,
    /// `YYYY-MM-DD`.
    pub(crate) issue_date: Option<Arc<str>>,
    /// The page's label.
    pub(crate) page: Option<Arc<str>>,
    /// Whether the path named an issue, so that pages of different files belong to one document.
    pub(crate) from_path: bool,
}

impl Named {
    /// The issue as a document, when the path names one.
    pub(crate) fn doc_id(&self) -> Option<DocId> {
        let parts: Vec<&str> = [&self.paper, &self.issue_date].into_iter().flatten().map(|part| &**part).collect();
        (self.from_path && !parts.is_empty()).then(|| parts.join(" ").into())
    }
}

/// The compiled `key` option.
#[derive(Clone, Debug)]
pub(crate) struct Key(Regex);

impl Key {
    /// Compiles the pattern.
    ///
    /// # Errors
    /// A bad pattern, or a group with another name.
    pub(crate) fn new(pattern: &str) -> Result<Self, OptionError> {
        let regex =
            Regex::new(pattern).map_err(|error| OptionError::new("key", "bad_pattern", format!("not a regular expression: {error}")))?;
        let unknown = regex.capture_names().flatten().find(|name| !["paper", "issue_date", "page"].contains(name));
        if let Some(name) = unknown {
            let error = OptionError::new("key", "unknown_group", format!("no use for a group named `{name}`"));
            return Err(error.with_help("the groups are paper, issue_date and page"));
        }
        Ok(Self(regex))
    }

    /// Reads a path; groups that do not match leave what is in `known`.
    pub(crate) fn read(&self, path: &str, known: &Named) -> Named {
        let Some(found) = self.0.captures(path) else { return known.clone() };
        let group = |name: &str| found.name(name).map(|found| Arc::<str>::from(found.as_str()));
        let issue_date = group("issue_date").and_then(|date| {
            let day = calendar_day(&date);
            if day.is_none() {
                tracing::warn!(code = "no_such_day", path, "the key reads `{date}` as issue date, which is no day of the calendar");
            }
            day
        });
        Named {
            paper: group("paper").or_else(|| known.paper.clone()),
            issue_date: issue_date.or_else(|| known.issue_date.clone()),
            page: group("page").or_else(|| known.page.clone()),
            from_path: true,
        }
    }
}

/// `2022-03-28` from `20220328`, `2022-3-28`, `2022/03/28` or `2022年3月28日`, when it is a day of the calendar.
pub(crate) fn calendar_day(text: &str) -> Option<Arc<str>> {
    let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match digits[..] {
        [year, month, day] => (year, month, day),
        [all] if all.len() == 8 => (all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        _ => return None,
    };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(date.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_days_of_the_calendar_only() {
        for text in ["20220328", "2022-03-28", "2022-3-28", "2022/03/28", "2022年3月28日"] {
            assert_eq!(calendar_day(text).as_deref(), Some("2022-03-28"), "{text}");
        }
        for text in ["2022-02-30", "2022-03", "unknown", "202203281"] {
            assert_eq!(calendar_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_names_an_issue() {
        let key = Key::new(r"(?P<paper>[^/]+)/(?P<issue_date>\d{8})_(?P<page>\w+)").unwrap();
        let named = key.read("in/嘉兴日报/20220328_A02.txt", &Named::default());
        assert_eq!(named.doc_id().as_deref(), Some("嘉兴日报 2022-03-28"));
        assert_eq!(named.page.as_deref(), Some("A02"));
        assert_eq!(key.read("other.txt", &Named::default()).doc_id(), None);
        assert_eq!(Key::new("(?P<pages>x)").unwrap_err().code, "unknown_group");
        assert_eq!(Key::new("(").unwrap_err().code, "bad_pattern");
    }
}
