//! The sources, and what they share.
//!
//! | file | what it does |
//! |---|---|
//! | `open` | unpacks gzip and zstd, turns UTF-16 into UTF-8 |
//! | `frame` | bytes to pages: form feeds, or one JSON object a line |
//! | `decode` | bytes of a page to text |
//! | `key` | paper, date and page from a path |
//! | `intake` | names pages and says when a document ends |
//! | `pump` | from the reading thread to the feed |

mod decode;
pub(crate) mod files;
mod frame;
mod intake;
mod key;
mod open;
mod pump;
pub(crate) mod stdin;

use std::sync::Arc;

use encoding_rs::Encoding;
use pipeline::OptionError;
use schemars::JsonSchema;
use serde::Deserialize;

/// Bytes, as a number or with a unit.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(try_from = "serde_json::Value")]
#[schemars(extend("anyOf" = [{ "type": "integer", "minimum": 1 }, { "type": "string", "pattern": "^[0-9]+ ?([KMG]i?B|B)?$" }]), with = "serde_json::Value")]
pub(crate) struct Bytes(pub(crate) u64);

impl TryFrom<serde_json::Value> for Bytes {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        pipeline::def::bytes_of(&value).map(Self)
    }
}

/// The largest page read when nothing else is said: four hundred times the size of an ordinary newspaper page.
const MAX_PAGE: Bytes = Bytes(8 << 20);

/// The share of replaced characters a page may have when nothing else is said.
const MAX_REPLACED: f64 = 0.01;

/// Looks up the encodings named in `labels`.
fn encodings(labels: &[String]) -> Result<Vec<&'static Encoding>, Vec<OptionError>> {
    let mut errors = Vec::new();
    let mut found = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) => found.push(encoding),
            None => errors.push(
                OptionError::new(format!("encodings[{index}]"), "unknown_encoding", format!("no encoding is called `{label}`"))
                    .with_help("use a WHATWG label: utf-8, gb18030, gbk, big5, utf-16le …"),
            ),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Checks `issue_date` to be a day of the calendar.
fn issue_day(date: Option<&str>) -> Result<Option<Arc<str>>, OptionError> {
    let Some(date) = date else { return Ok(None) };
    let day = key::calendar_day(date);
    day.map(Some)
        .ok_or_else(|| OptionError::new("issue_date", "no_such_day", format!("`{date}` is no day of the calendar; write YYYY-MM-DD")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_units() {
        let read = |value| serde_json::from_value::<Bytes>(value).map(|bytes| bytes.0);
        assert_eq!(read(serde_json::json!("8MiB")).unwrap(), 8 << 20);
        assert_eq!(read(serde_json::json!(512)).unwrap(), 512);
        assert_eq!(read(serde_json::json!("3 KB")).unwrap(), 3000);
        assert!(read(serde_json::json!("much")).is_err());
        assert!(read(serde_json::json!("8Mb")).is_err());
    }
}
