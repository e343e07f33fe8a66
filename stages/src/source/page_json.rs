//! One line of NDJSON to a page: which keys there are, what type each has, and what is said when it has another.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::date;

/// A page as its line gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageLine {
    pub(super) text: String,
    pub(super) page_id: Option<String>,
    pub(super) doc_id: Option<String>,
    pub(super) page_no: Option<u32>,
    pub(super) page_label: Option<String>,
    pub(super) paper: Option<String>,
    pub(super) issue_date: Option<String>,
}

/// A line that is no page: what could be read of who it is, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) known: PageLine,
    pub(super) cause: String,
}

/// A string that may be the text of a page is at least so many bytes long.
const SHORTEST_TEXT: usize = 12;
/// All keys that mean something.
const KEYS: [&str; 7] = ["text", "page_id", "doc_id", "page_no", "page_label", "paper", "issue_date"];

/// An object, with the names of those keys of a page that stand in it twice.
struct Object {
    map: Map<String, Value>,
    twice: Vec<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Object, A::Error> {
                let mut object = Object { map: Map::new(), twice: Vec::new() };
                while let Some((key, value)) = entries.next_entry::<String, Value>()? {
                    if KEYS.contains(&key.as_str()) && object.map.contains_key(&key) {
                        object.twice.push(key.clone());
                    }
                    object.map.insert(key, value);
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// Reads line `number`. Keys that are not listed are left alone.
///
/// # Errors
/// With all that is wrong, in words.
pub(super) fn read(line: &str, number: u32) -> Result<PageLine, Box<BadLine>> {
    let bad = |known, cause: String| Box::new(BadLine { known, cause: format!("line {number}: {cause}") });
    let no_json = |error: &serde_json::Error| format!("not JSON at column {}: {}", error.column(), reason(error));
    let Object { mut map, twice } = match serde_json::from_str::<Object>(line) {
        Ok(object) => object,
        Err(error) if error.is_data() => {
            let cause = match serde_json::from_str::<Value>(line) {
                Ok(other) => format!("a page must be an object on a line of its own, not {}", kind(&other)),
                Err(error) => no_json(&error),
            };
            return Err(bad(PageLine::default(), cause));
        }
        Err(error) => return Err(bad(PageLine::default(), no_json(&error))),
    };
    let mut wrong: Vec<String> = twice.iter().map(|key| format!("{key} stands there twice")).collect();
    let mut page = PageLine {
        page_id: name(&mut map, "page_id", &mut wrong),
        doc_id: name(&mut map, "doc_id", &mut wrong),
        page_no: page_no(&mut map, &mut wrong),
        page_label: name(&mut map, "page_label", &mut wrong),
        paper: name(&mut map, "paper", &mut wrong),
        issue_date: name(&mut map, "issue_date", &mut wrong),
        text: String::new(),
    };
    if let Some(day) = page.issue_date.take_if(|day| !date::is_plain(day)) {
        wrong.push(format!("issue_date must be a day of the calendar written YYYY-MM-DD, not {day:?}"));
    }
    match map.remove("text") {
        Some(Value::String(text)) => page.text = text,
        Some(other) => wrong.push(format!("text must be a string, not {}", kind(&other))),
        None => wrong.push(match likely_text(&map) {
            Some(key) => format!("text is missing; did you mean `{key}`? rename it"),
            None => "text is missing".to_owned(),
        }),
    }
    if wrong.is_empty() { Ok(page) } else { Err(bad(page, wrong.join("; "))) }
}

/// Under which key the text of a page without `text` probably is: the longest string.
fn likely_text(map: &Map<String, Value>) -> Option<&str> {
    let strings = map.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?.len())));
    strings.filter(|(_, length)| *length >= SHORTEST_TEXT).max_by_key(|(_, length)| *length).map(|(key, _)| key)
}

/// A name that may be left out or null, but is not empty.
fn name(map: &mut Map<String, Value>, key: &str, wrong: &mut Vec<String>) -> Option<String> {
    match map.remove(key) {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) if !name.is_empty() => Some(name),
        Some(Value::String(_)) => {
            wrong.push(format!("{key} must not be empty; leave it out instead"));
            None
        }
        Some(other) => {
            wrong.push(format!("{key} must be a string, not {}", kind(&other)));
            None
        }
    }
}

fn page_no(map: &mut Map<String, Value>, wrong: &mut Vec<String>) -> Option<u32> {
    let value = map.remove("page_no").filter(|value| !value.is_null())?;
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    if number.is_none() {
        wrong.push(format!("page_no must be a whole number from 1 to {}, not {}", u32::MAX, kind(&value)));
    }
    number
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The reason without serde's own line and column, which are those of one line.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.clone(), |(reason, _)| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_page_and_leaves_other_keys_alone() {
        let page =
            read(r#" {"text":"甲","doc_id":"d","page_no":3,"page_label":null,"issue_date":"2022-03-28","x":{"y":[1]}} "#, 1).unwrap();
        let expected = PageLine {
            text: "甲".to_owned(),
            doc_id: Some("d".to_owned()),
            page_no: Some(3),
            issue_date: Some("2022-03-28".to_owned()),
            ..PageLine::default()
        };
        assert_eq!(page, expected);
    }

    #[test]
    fn names_line_field_and_expected_type() {
        let cause = |line: &str| read(line, 7).unwrap_err().cause;
        assert_eq!(cause(r#"{"text":5}"#), "line 7: text must be a string, not 5");
        assert_eq!(
            cause(r#"{"page_no":"3","doc_id":[]}"#),
            "line 7: doc_id must be a string, not an array; page_no must be a whole number from 1 to 4294967295, not a string; text is missing"
        );
        assert_eq!(cause(r#"{"text":"","page_no":0}"#), "line 7: page_no must be a whole number from 1 to 4294967295, not 0");
        assert_eq!(cause(r#"{"text":"","page_id":""}"#), "line 7: page_id must not be empty; leave it out instead");
        assert_eq!(
            cause(r#"{"text":"","issue_date":"2022-02-30"}"#),
            "line 7: issue_date must be a day of the calendar written YYYY-MM-DD, not \"2022-02-30\""
        );
        assert_eq!(cause("[1]"), "line 7: a page must be an object on a line of its own, not an array");
        assert_eq!(cause(r#"{"text":"a"#), "line 7: not JSON at column 10: EOF while parsing a string");
        assert!(cause(r#"{"text":"\ud83d"}"#).starts_with("line 7: not JSON at column"));
        assert!(cause(&"[".repeat(100_000)).contains("recursion limit"));
        assert_eq!(cause(r#"{"meta":{"version":1},"made":"2022"}"#), "line 7: text is missing");
        assert_eq!(
            cause(r#"{"id":"本报讯","content":"本报讯 市里召开会议。"}"#),
            "line 7: text is missing; did you mean `content`? rename it"
        );
        assert_eq!(
            cause(r#"{"text":"a","page_id":"p","text":"b","x":1,"x":2,"page_id":"q"}"#),
            "line 7: text stands there twice; page_id stands there twice"
        );
        assert_eq!(read(r#"{"text":5,"doc_id":"d"}"#, 7).unwrap_err().known.doc_id.as_deref(), Some("d"));
    }
}
