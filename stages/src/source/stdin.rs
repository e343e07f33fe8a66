//! `stdin`: reads pages from standard input as they come.
//!
//! Pages are divided by form feeds, as `pdftotext page.pdf -` writes them, or are NDJSON, one page a line:
//! `{"text": "…", "page_id"?: "…", "doc_id"?: "…", "page_no"?: 1, "page_label"?: "C2", "paper"?: "…", "issue_date"?: "2022-03-28"}`.
//! Input that begins with `{"` or `[{` is NDJSON; a line that is no page is a dead letter. gzip and Zstandard are opened. A page goes on as soon as it is complete.
//!
//! ```yaml
//! source:
//!   stdin: { paper: 今平湖, issue_date: 2022-03-28 }
//! ```
//!
//! A page without an id of its own is `stdin:1`, `stdin:2` …; a page with nothing on it keeps its number. The document is `stdin`
//! unless a page names another; the pages of a document follow each other, and a line that cannot be read counts as one of them.
//! Pages of a document that comes back are numbered on, with a warning (`scattered_document`).
//! When the run is stopped, what was read of an unfinished page is its last page, because stdin cannot be read again.
//!
//! Left alone: control characters (`normalize` reads them), and text that no encoding fits, which becomes a dead letter. Input that
//! begins as a PDF, a picture or a program does is one dead letter (`binary_input`).

use std::sync::Arc;

use async_trait::async_trait;
use pipeline::{Acks, BuildResult, Feed, OptionError, Size, Source, SourceDef, SourceError, Stop};
use schemars::JsonSchema;
use serde::Deserialize;

use super::date;
use super::document::{Input, MAX_PAGE, MAX_REPLACED, Reading};
use super::frame::Format;
use super::reader;

/// The row of the table.
pub(crate) const DEF: SourceDef = SourceDef {
    name: "stdin",
    about: "reads pages from standard input as they come",
    source: include_str!("stdin.rs"),
    schema: || schemars::schema_for!(Config),
    resumes: false,
    build: |options, _| {
        let config: Config = options.read()?;
        Ok(Box::new(Stdin::new(config)?))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// How pages are written: `text`, `ndjson`, or `auto` to go by the name and the beginning.
    format: Format,
    /// Encodings to try, in order, on a page that is not UTF-8: `gb18030`, `big5` … Without one that fits, the page decides.
    encodings: Vec<String>,
    /// The largest share of a page's characters that may be malformed.
    max_replaced: f64,
    /// The largest page, in bytes or as `8MiB`; a larger one becomes a dead letter.
    max_page: Size,
    /// Name of the paper, for pages that do not give their own.
    paper: Option<String>,
    /// Day of the issue, for pages that do not give their own.
    issue_date: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { format: Format::Auto, encodings: Vec::new(), max_replaced: MAX_REPLACED, max_page: MAX_PAGE, paper: None, issue_date: None }
    }
}

struct Stdin {
    reading: Arc<Reading>,
    input: Input,
}

impl Stdin {
    fn new(config: Config) -> BuildResult<Self> {
        let mut errors = Vec::new();
        let reading = Reading::new("stdin", config.format, &config.encodings, config.max_replaced, config.max_page);
        let reading = reading.map_err(|more| errors.extend(more)).ok();
        let day = config.issue_date.as_deref().map(checked_day).transpose().map_err(|error| errors.push(error)).ok();
        match (reading, day) {
            (Some(reading), Some(day)) => {
                let input = Input { paper: config.paper.map(Arc::from), issue_date: day, ..standard_input() };
                Ok(Self { reading: Arc::new(reading), input })
            }
            _ => Err(errors),
        }
    }
}

/// Standard input as an input.
pub(super) fn standard_input() -> Input {
    Input { path: "stdin".into(), doc_id: "stdin".into(), stem: "stdin".into(), live: true, ..Input::default() }
}

/// The option `issue_date`.
pub(super) fn checked_day(text: &str) -> Result<Arc<str>, OptionError> {
    date::normalise(text).map(Arc::from).ok_or_else(|| {
        OptionError::new("issue_date", "bad_date", format!("{text} is no day of the calendar")).with_help("write it as 2022-03-28")
    })
}

#[async_trait]
impl Source for Stdin {
    async fn run(self: Box<Self>, feed: Feed, _acks: Acks, stop: Stop) -> Result<(), SourceError> {
        let Self { reading, input } = *self;
        let produce = move |outlet: &reader::Outlet| outlet.read(input, || Ok(Box::new(std::io::stdin()))).map(|()| Vec::new());
        reader::run(reading, produce, feed, stop).await
    }
}

#[cfg(test)]
mod tests {
    use pipeline::Options;
    use pipeline::laws::NoFiles;
    use serde_json::{Value, json};

    use super::*;

    fn codes(options: Value) -> Vec<(String, &'static str)> {
        let built = (DEF.build)(Options(options), &NoFiles);
        built.err().unwrap_or_default().into_iter().map(|error| (error.path, error.code)).collect()
    }

    /// They are written down in both files, because `flatten` would cost users the place of a mistake.
    #[test]
    fn files_has_the_same_options_and_more() {
        let options = |schema: schemars::Schema| schema.to_value()["properties"].clone();
        let files = options((super::super::files::DEF.schema)());
        let own = options((DEF.schema)());
        let own = own.as_object().unwrap();
        assert!(own.len() >= 6);
        for (name, schema) in own {
            assert_eq!(files[name], *schema, "{name}");
        }
    }

    #[test]
    fn checks_its_options() {
        assert!(codes(Value::Null).is_empty());
        let good = json!({ "format": "ndjson", "encodings": ["gb18030"], "max_page": "1MiB", "max_replaced": 0.5, "paper": "p", "issue_date": "20220328" });
        assert!(codes(good).is_empty());
        let all_wrong = json!({ "encodings": ["x"], "max_page": 0, "max_replaced": -1, "issue_date": "20220230" });
        let seen = codes(all_wrong);
        let paths: Vec<&str> = seen.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["max_page", "encodings[0]", "max_replaced", "issue_date"]);
        assert_eq!(codes(json!({ "max_page": "1GiB" })), [("max_page".to_owned(), "invalid_size")]);
        assert_eq!(codes(json!({ "max_page": "much" }))[0].1, "invalid_option");
        assert_eq!(codes(json!({ "no_such_option": 1 }))[0].1, "invalid_option");
        assert!(!DEF.manual().is_empty());
    }
}
