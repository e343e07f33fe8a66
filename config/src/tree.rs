//! YAML text to a tree in which every key and value knows its place.
//!
//! Only this file knows the YAML parser. Anchors and aliases are resolved within a budget; duplicate keys are mistakes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Map, Number, Value};

use crate::diagnostics::Mistake;
use crate::environment::{Lookup, substitute};

/// More nodes than any real configuration has; stops alias bombs.
const MOST_NODES: usize = 200_000;

/// Deeper than any real configuration is.
const DEEPEST: usize = 64;

/// A value and where it stands, in bytes of the file.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) content: Content,
    pub(crate) place: Range<usize>,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) place: Range<usize>,
}

impl Node {
    /// The value without places.
    pub(crate) fn value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(number) => Value::Number(number.clone()),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(items) => Value::Array(items.iter().map(Self::value).collect()),
            Content::Map(entries) => {
                Value::Object(entries.iter().map(|(key, node)| (key.name.clone(), node.value())).collect::<Map<_, _>>())
            }
        }
    }

    /// The entry `name` of a map.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Content::Map(entries) = &self.content else { return None };
        entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// Follows a path such as `topics[2].terms[0]` as far as it goes.
    pub(crate) fn follow(&self, path: &str) -> &Self {
        let mut node = self;
        for step in path.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty()) {
            let next = match &node.content {
                Content::List(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => node.get(step),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// What it is, in people's words.
    pub(crate) fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "nothing",
            Content::Bool(_) => "true or false",
            Content::Number(_) => "a number",
            Content::Text(_) => "text",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }
}

/// Reads `text`; variables are looked up in `lookup` and all mistakes go to `mistakes`. `None` when there is no tree to go on with.
pub(crate) fn read(text: &str, lookup: Lookup<'_>, mistakes: &mut Vec<Mistake>) -> Option<Node> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut reader =
        Reader { events: Parser::new_from_str(text), text, bytes, lookup, anchors: HashMap::new(), nodes: 0, mistakes, last: 0..0 };
    match reader.document() {
        Ok(node) => node,
        Err(mistake) => {
            reader.mistakes.push(mistake);
            None
        }
    }
}

struct Reader<'a, 'm> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    text: &'a str,
    /// Byte offset of every character.
    bytes: Vec<usize>,
    lookup: Lookup<'a>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    mistakes: &'m mut Vec<Mistake>,
    last: Range<usize>,
}

impl<'a> Reader<'a, '_> {
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Mistake> {
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                self.last = self.place(span);
                Ok((event, self.last.clone()))
            }
            Some(Err(error)) => {
                let at = self.byte(error.marker().index());
                Err(Mistake::new("yaml_syntax", error.info().to_lowercase(), at..at))
            }
            None => Ok((Event::StreamEnd, self.last.clone())),
        }
    }

    fn byte(&self, character: usize) -> usize {
        self.bytes.get(character).copied().unwrap_or(self.text.len())
    }

    fn place(&self, span: Span) -> Range<usize> {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        // Block collections end where the next thing begins: the blanks between are not part of them.
        let end = self.text.get(start..end).map_or(end, |part| start + part.trim_end().len());
        start..end.max(start)
    }

    fn document(&mut self) -> Result<Option<Node>, Mistake> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(None),
                (event, place) => {
                    let node = self.node(event, place, 0)?;
                    loop {
                        match self.next()?.0 {
                            Event::StreamEnd => break,
                            Event::DocumentStart(_) => {
                                return Err(Mistake::new("two_documents", "a configuration is one YAML document", self.last.clone()));
                            }
                            _ => {}
                        }
                    }
                    return Ok(Some(node));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, place: Range<usize>, depth: usize) -> Result<Node, Mistake> {
        self.nodes += 1;
        if self.nodes > MOST_NODES || depth > DEEPEST {
            return Err(Mistake::new("too_large", "larger or deeper than any configuration can be", place));
        }
        match event {
            Event::Scalar(value, style, anchor, _) => {
                let content = self.scalar(value, style, &place);
                Ok(self.anchored(anchor, Node { content, place }))
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, place) => items.push(self.node(event, place, depth + 1)?),
                    }
                }
                let place = spanning(&place, items.first().map(|n| &n.place), items.last().map(|n| &n.place));
                Ok(self.anchored(anchor, Node { content: Content::List(items), place }))
            }
            Event::MappingStart(anchor, _) => {
                let entries = self.entries(depth)?;
                let place = spanning(&place, entries.first().map(|e| &e.0.place), entries.last().map(|e| &e.1.place));
                Ok(self.anchored(anchor, Node { content: Content::Map(entries), place }))
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(Mistake::new("unknown_anchor", "an alias to an anchor that is not there", place));
                };
                self.nodes += count(&node);
                if self.nodes > MOST_NODES {
                    return Err(Mistake::new("too_large", "aliases make this larger than any configuration can be", place));
                }
                Ok(node)
            }
            _ => Err(Mistake::new("yaml_syntax", "a value is missing here", place)),
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, Mistake> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, place) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(name, ..) => Key { name: name.into_owned(), place },
                _ => return Err(Mistake::new("yaml_syntax", "a key must be a single word", place)),
            };
            let (event, place) = self.next()?;
            let node = self.node(event, place, depth + 1)?;
            if entries.iter().any(|(known, _)| known.name == key.name) {
                self.mistakes.push(Mistake::new("duplicate_key", format!("`{}` is given twice", key.name), key.place));
            } else {
                entries.push((key, node));
            }
        }
    }

    fn anchored(&mut self, anchor: usize, node: Node) -> Node {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn scalar(&mut self, value: Cow<'a, str>, style: ScalarStyle, place: &Range<usize>) -> Content {
        let value = match substitute(&value, self.lookup) {
            Ok(value) => value,
            Err(message) => {
                self.mistakes
                    .push(Mistake::new("missing_variable", message, place.clone()).help("set it, or give a default: ${NAME:-default}"));
                return Content::Text(value.into_owned());
            }
        };
        if style == ScalarStyle::Plain { plain(value) } else { Content::Text(value) }
    }
}

/// What an unquoted scalar means, by the YAML 1.2 core schema.
fn plain(value: String) -> Content {
    match value.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        text => {
            let looks_like_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
            let number = looks_like_number
                .then(|| text.parse::<i64>().map(Number::from).ok().or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64)));
            number.flatten().map_or_else(|| Content::Text(value), Content::Number)
        }
    }
}

fn spanning(own: &Range<usize>, first: Option<&Range<usize>>, last: Option<&Range<usize>>) -> Range<usize> {
    let start = first.map_or(own.start, |first| own.start.min(first.start));
    let end = last.map_or(own.end, |last| own.end.max(last.end));
    start..end
}

fn count(node: &Node) -> usize {
    match &node.content {
        Content::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Content::Map(entries) => 1 + entries.iter().map(|(_, node)| count(node)).sum::<usize>(),
        _ => 1,
    }
}
