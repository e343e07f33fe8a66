//! Articles out of NDJSON: jianbao's records, or `{"title", "text", "topics"}` as somebody has labelled them.
//!
//! Labels stand under `topics` as a list of ids. The `topics` of a record are objects, what jianbao found and no labels; who labels
//! records adds a key `labels` with a list of ids.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::tag_topics::tagger::Zones;

/// An article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Its line, counted from 1.
    pub line: usize,
    /// Its `id`, when it has one.
    pub id: Option<String>,
    /// The headline.
    pub title: String,
    /// The line above it.
    pub kicker: String,
    /// The line below it.
    pub subtitle: String,
    /// The body.
    pub text: String,
    /// The ids of the topics that somebody gave it; `None` when nobody labelled it.
    pub labels: Option<BTreeSet<String>>,
}

impl Piece {
    /// As the tagger takes it.
    pub fn zones(&self) -> Zones<'_> {
        Zones { title: &self.title, kicker: &self.kicker, subtitle: &self.subtitle, text: &self.text }
    }

    /// The headline, or how the text begins.
    pub fn headline(&self) -> String {
        let shown = if self.title.trim().is_empty() { &self.text } else { &self.title };
        let mut begin: String = shown.trim().chars().take(30).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if shown.trim().chars().nth(30).is_some() {
            begin.push('…');
        }
        begin
    }
}

/// A line that is no article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// A lower-case fragment.
    pub message: String,
}

#[derive(Deserialize)]
struct Line {
    /// Only what jianbao writes has one.
    schema: Option<Value>,
    id: Option<Value>,
    kind: Option<String>,
    part_of: Option<String>,
    title: Option<String>,
    kicker: Option<String>,
    subtitle: Option<String>,
    text: Option<String>,
    topics: Option<Vec<Value>>,
    labels: Option<Vec<String>>,
}

/// The articles of `ndjson`. Blank lines, furniture and pieces that have become part of another are passed over.
///
/// # Errors
/// Every line that cannot be read.
pub fn read(ndjson: &str) -> Result<Vec<Piece>, Vec<BadLine>> {
    let mut pieces = Vec::new();
    let mut bad = Vec::new();
    for (index, text) in ndjson.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = index + 1;
        match serde_json::from_str::<Line>(text) {
            Ok(read) => match piece(line, read) {
                Ok(piece) => pieces.extend(piece),
                Err(message) => bad.push(BadLine { line, column: 1, message }),
            },
            Err(error) => {
                let bytes = error.column().saturating_sub(1);
                let column = text.char_indices().take_while(|(at, _)| *at < bytes).count() + 1;
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default().to_owned();
                bad.push(BadLine { line, column, message });
            }
        }
    }
    if bad.is_empty() { Ok(pieces) } else { Err(bad) }
}

fn piece(line: usize, read: Line) -> Result<Option<Piece>, String> {
    if read.kind.as_deref() == Some("furniture") || read.part_of.is_some() {
        return Ok(None);
    }
    if read.text.is_none() && read.title.is_none() {
        return Err("there is neither `text` nor `title`".to_owned());
    }
    let mut ids = BTreeSet::new();
    let labels = match (read.labels, read.topics) {
        (Some(labels), _) => Some(labels.into_iter().collect()),
        (None, None) => None,
        (None, Some(topics)) => {
            let mut found_by_jianbao = topics.is_empty() && read.schema.is_some();
            for topic in topics {
                match topic {
                    Value::String(id) => {
                        ids.insert(id);
                    }
                    Value::Object(_) => found_by_jianbao = true,
                    _ => return Err("`topics` is no list of ids".to_owned()),
                }
            }
            if found_by_jianbao && !ids.is_empty() {
                return Err("`topics` mixes ids with what jianbao found; put the labels under `labels`".to_owned());
            }
            (!found_by_jianbao).then_some(ids)
        }
    };
    let id = read.id.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    let [title, kicker, subtitle, text] = [read.title, read.kicker, read.subtitle, read.text].map(Option::unwrap_or_default);
    Ok(Some(Piece { line, id, title, kicker, subtitle, text, labels }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_labelled_articles_and_records() {
        let pieces = read(concat!(
            "\u{feff}{\"title\":\"复工\",\"text\":\"工厂开工。\",\"topics\":[\"resumption\"]}\n\n",
            "{\"id\":\"a1\",\"kind\":\"furniture\",\"title\":null,\"text\":\"报头\",\"topics\":[]}\n",
            "{\"id\":\"a2\",\"kind\":\"article\",\"title\":null,\"text\":\"正文\",\"topics\":[{\"id\":\"x:y\"}],\"labels\":[\"x:z\"]}\n",
            "{\"id\":\"a3\",\"kicker\":\"引题\",\"text\":\"正文\",\"topics\":[{\"id\":\"x:y\"}]}\n",
            "{\"schema\":\"jianbao/article/1\",\"id\":\"a4\",\"text\":\"正文\",\"topics\":[]}\n",
            "{\"id\":\"a5\",\"text\":\"正文\",\"topics\":[]}\n",
        ))
        .unwrap();
        let seen: Vec<_> = pieces.iter().map(|piece| (piece.line, piece.id.as_deref(), piece.labels.clone())).collect();
        let set = |id: &str| Some(BTreeSet::from([id.to_owned()]));
        let [by_hand, found] = [Some(BTreeSet::new()), None];
        assert_eq!(
            seen,
            [
                (1, None, set("resumption")),
                (4, Some("a2"), set("x:z")),
                (5, Some("a3"), found.clone()),
                (6, Some("a4"), found),
                (7, Some("a5"), by_hand)
            ]
        );
        assert_eq!(pieces[2].zones().kicker, "引题");
    }

    #[test]
    fn tells_every_bad_line() {
        let bad =
            read("{\"title\":\"好\",\"text\":\"\"}\n{\"title\":\"坏\",text}\n{\"a\":1}\n{\"text\":\"坏\",\"topics\":[1]}\n").unwrap_err();
        let seen: Vec<_> = bad.iter().map(|bad| (bad.line, bad.column)).collect();
        assert_eq!(seen, [(2, 14), (3, 1), (4, 1)]);
    }
}
