//! YAML as a tree in which every key and value knows the bytes it was written in. The only module that meets the YAML parser.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use serde_json::{Map, Number, Value as Json};

use crate::diagnostics::Mistake;

/// Longest file read.
const MAX_BYTES: usize = 16 << 20;
/// Values that anchors and aliases may copy, all together.
const MAX_COPIES: usize = 100_000;
/// Deepest nesting in the text; aliases may double it.
const MAX_DEPTH: usize = 64;

/// A value and where it stands, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Range<usize>,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// One word, number or text.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map; every name once.
    Map(Vec<Entry>),
}

/// A scalar before it is given a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Written without quotes: may be a number, a truth value or nothing.
    pub(crate) plain: bool,
    /// All of it stands in for a variable.
    pub(crate) substituted: bool,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) name_span: Range<usize>,
    pub(crate) node: Node,
}

impl Node {
    /// The entries of a map.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The entry `name` of a map.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name == name)
    }

    /// Nothing written, or `null` or `~`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.json().is_null())
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Json {
        match &self.value {
            Value::Scalar(scalar) => scalar.json(),
            Value::List(items) => Json::Array(items.iter().map(Self::json).collect()),
            Value::Map(entries) => Json::Object(entries.iter().map(|entry| (entry.name.clone(), entry.node.json())).collect::<Map<_, _>>()),
        }
    }

    /// Applies `change` to every scalar. Keys are left alone.
    pub(crate) fn each_scalar(&mut self, change: &mut impl FnMut(&mut Scalar, &Range<usize>)) {
        match &mut self.value {
            Value::Scalar(scalar) => change(scalar, &self.span),
            Value::List(items) => items.iter_mut().for_each(|item| item.each_scalar(change)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| entry.node.each_scalar(change)),
        }
    }

    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(_) => 0,
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|entry| entry.node.size()).sum(),
        }
    }

    fn depth(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(_) => 0,
            Value::List(items) => items.iter().map(Self::depth).max().unwrap_or(0),
            Value::Map(entries) => entries.iter().map(|entry| entry.node.depth()).max().unwrap_or(0),
        }
    }
}

impl Scalar {
    /// With the type that YAML 1.2's core schema gives it. JSON has no infinities: those stay text.
    pub(crate) fn json(&self) -> Json {
        if !self.plain {
            return Json::String(self.text.clone());
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Json::Null,
            "true" | "True" | "TRUE" => Json::Bool(true),
            "false" | "False" | "FALSE" => Json::Bool(false),
            text => number(text).map_or_else(|| Json::String(text.to_owned()), Json::Number),
        }
    }
}

fn number(text: &str) -> Option<Number> {
    let radix = |digits, radix| u64::from_str_radix(digits, radix).ok().map(Number::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let looks_like_one = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if !looks_like_one {
        return None;
    }
    let whole = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
    whole.ok().or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}

/// Reads `text`. `None` when nothing can be said about its content: `mistakes` then say why, or nothing is written there at all.
pub(crate) fn parse(text: &str, mistakes: &mut Vec<Mistake>) -> Option<Node> {
    if text.len() > MAX_BYTES {
        mistakes.push(Mistake::at(&(0..0), "too_large", format!("longer than {} MiB", MAX_BYTES >> 20)));
        return None;
    }
    let options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH, emit_comments: false };
    let mut builder = Builder { text, mistakes, open: Vec::new(), root: None, anchors: HashMap::new(), copies: 0 };
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                let mistake = syntax_mistake(text, &error);
                builder.mistakes.push(mistake);
                return None;
            }
        };
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents > 1 {
                let place = builder.bytes(span);
                builder.mistakes.push(
                    Mistake::at(&place, "several_documents", "a second YAML document begins here")
                        .help("keep one document in a file; remove the `---` line"),
                );
                break;
            }
        }
        builder.take(event, span)?;
    }
    builder.root.filter(|root| !root.is_null())
}

fn syntax_mistake(text: &str, error: &ScanError) -> Mistake {
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let line_start = text.get(..at).unwrap_or_default().rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
    let indent = line.split(|c: char| !c.is_whitespace()).next().unwrap_or_default();
    if let Some(tab) = indent.find('\t') {
        let place = line_start + tab..line_start + tab + 1;
        return Mistake::at(&place, "tab_indentation", "tabs cannot indent YAML").help("use spaces");
    }
    let message = error.info();
    let mut characters = message.chars();
    let message: String = characters.next().into_iter().flat_map(char::to_lowercase).chain(characters).collect();
    let width = text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
    let mistake = Mistake::at(&(at..at + width), "yaml_syntax", message);
    if line.contains("${") && !line.contains("\"${") {
        return mistake.help("inside { } and [ ] put quotes around \"${NAME}\"");
    }
    mistake
}

/// A list or map whose end has not come yet. `names` tells where each key of a map first stands.
enum Open {
    List { items: Vec<Node>, start: usize, anchor: usize },
    Map { entries: Vec<Entry>, names: HashMap<String, usize>, key: Option<(String, Range<usize>)>, start: usize, anchor: usize },
}

struct Builder<'a> {
    text: &'a str,
    mistakes: &'a mut Vec<Mistake>,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    copies: usize,
}

impl Builder<'_> {
    /// `None` when reading must stop.
    fn take(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        let place = self.bytes(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text_tag = tag.as_ref().is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                self.refuse_custom(tag.as_deref(), &place);
                let plain = style == ScalarStyle::Plain && !text_tag;
                let value = Value::Scalar(Scalar { text: text.into_owned(), plain, substituted: false });
                self.complete(Node { value, span: place }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_custom(tag.as_deref(), &place);
                self.open.push(Open::List { items: Vec::new(), start: place.start, anchor });
                Some(())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_custom(tag.as_deref(), &place);
                self.open.push(Open::Map { entries: Vec::new(), names: HashMap::new(), key: None, start: place.start, anchor });
                Some(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (value, start, anchor) = match self.open.pop()? {
                    Open::List { items, start, anchor } => (Value::List(items), start, anchor),
                    Open::Map { entries, start, anchor, .. } => (Value::Map(entries), start, anchor),
                };
                self.complete(Node { value, span: start..place.end.max(start) }, anchor)
            }
            Event::Alias(anchor) => self.repeat(anchor, place),
            _ => Some(()),
        }
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        span.byte_range().unwrap_or(self.text.len()..self.text.len())
    }

    fn refuse_custom(&mut self, tag: Option<&Tag>, place: &Range<usize>) {
        if tag.is_some_and(Tag::is_custom) {
            self.mistakes.push(Mistake::at(place, "unknown_tag", "tags mean nothing here").help("remove the `!` and what follows it"));
        }
    }

    fn complete(&mut self, node: Node, anchor: usize) -> Option<()> {
        if anchor != 0 {
            self.count_copies(&node)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.put(node);
        Some(())
    }

    fn repeat(&mut self, anchor: usize, place: Range<usize>) -> Option<()> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            self.mistakes.push(Mistake::at(&place, "too_many_aliases", "this alias stands inside its own anchor"));
            return None;
        };
        if self.open.len() + node.depth() > 2 * MAX_DEPTH {
            self.mistakes.push(Mistake::at(&place, "too_many_aliases", "aliases nest too deeply"));
            return None;
        }
        let node = Node { span: place, ..node };
        self.count_copies(&node)?;
        self.put(node);
        Some(())
    }

    fn count_copies(&mut self, node: &Node) -> Option<()> {
        self.copies += node.size();
        if self.copies > MAX_COPIES {
            let message = format!("anchors and aliases repeat more than {MAX_COPIES} values");
            self.mistakes.push(Mistake::at(&node.span, "too_many_aliases", message));
            return None;
        }
        Some(())
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, names, key, .. }) => match key.take() {
                None => *key = Some(key_of(node, self.mistakes)),
                Some((name, name_span)) => {
                    if let Some(first) = names.get(&name) {
                        let line = self.text.get(..*first).unwrap_or_default().matches('\n').count() + 1;
                        self.mistakes.push(
                            Mistake::at(&name_span, "duplicate_key", format!("`{name}` is written twice; the first is on line {line}"))
                                .help("keep one of them"),
                        );
                    } else {
                        names.insert(name.clone(), name_span.start);
                        entries.push(Entry { name, name_span, node });
                    }
                }
            },
        }
    }
}

fn key_of(node: Node, mistakes: &mut Vec<Mistake>) -> (String, Range<usize>) {
    match node.value {
        Value::Scalar(scalar) if !(scalar.plain && scalar.text.is_empty()) => (scalar.text, node.span),
        _ => {
            mistakes.push(Mistake::at(&node.span, "bad_key", "a key must be one word"));
            (String::new(), node.span)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn json_of(text: &str) -> Json {
        let mut mistakes = Vec::new();
        let node = parse(text, &mut mistakes).unwrap_or_else(|| panic!("{mistakes:?}"));
        assert_eq!(mistakes, [], "{text}");
        node.json()
    }

    #[test]
    fn types_are_those_of_the_core_schema() {
        let text =
            "[1, -2, +3, 0x1f, 0o17, 1.5, 1e3, .5, '8', yes, ~, null, true, FALSE, 2022-03-28, 1.2.3, .inf, 18446744073709551615, 008]";
        let expected = json!([
            1,
            -2,
            3,
            31,
            15,
            1.5,
            1000.0,
            0.5,
            "8",
            "yes",
            null,
            null,
            true,
            false,
            "2022-03-28",
            "1.2.3",
            ".inf",
            18_446_744_073_709_551_615_u64,
            8
        ]);
        assert_eq!(json_of(text), expected);
        assert_eq!(json_of("a: !!str 5\nb: |\n  x\n  y\nc: >\n  x\n  y\nd:\n"), json!({"a": "5", "b": "x\ny\n", "c": "x y\n", "d": null}));
    }

    #[test]
    fn every_value_slices_to_what_was_written() {
        let text = "报: { a: \"x\", b: [1, 二] }\nc:\n  - d: e\n";
        let node = parse(text, &mut Vec::new()).unwrap();
        let outer = node.entry("报").unwrap();
        assert_eq!(text.get(outer.name_span.clone()), Some("报"));
        assert_eq!(text.get(outer.node.span.clone()), Some("{ a: \"x\", b: [1, 二] }"));
        assert_eq!(text.get(outer.node.entry("a").unwrap().node.span.clone()), Some("\"x\""));
        let Value::List(items) = &outer.node.entry("b").unwrap().node.value else { panic!() };
        assert_eq!(text.get(items[1].span.clone()), Some("二"));
    }

    #[test]
    fn aliases_work_within_their_budget() {
        assert_eq!(json_of("a: &x [1, 2]\nb: *x\n"), json!({"a": [1, 2], "b": [1, 2]}));
        let mut laughs = String::from("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
        for level in 1..12 {
            let previous = format!("*a{}, ", level - 1).repeat(10);
            laughs.extend([format!("a{level}: &a{level} [{previous}]\n")]);
        }
        let mut deep = String::from("a0: &a0 [1]\n");
        for level in 1..2000 {
            deep.extend([format!("a{level}: &a{level} [*a{}]\n", level - 1)]);
        }
        for text in [laughs.as_str(), deep.as_str(), "a: &a [*a]\n"] {
            let mut mistakes = Vec::new();
            assert_eq!(parse(text, &mut mistakes), None);
            assert_eq!(mistakes.iter().map(|mistake| mistake.code).collect::<Vec<_>>(), ["too_many_aliases"]);
        }
    }

    #[test]
    fn nesting_is_bounded() {
        for text in ["[".repeat(100_000), "- ".repeat(100_000)] {
            let mut mistakes = Vec::new();
            assert_eq!(parse(&text, &mut mistakes), None);
            assert_eq!(mistakes.first().map(|mistake| mistake.code), Some("yaml_syntax"));
        }
    }
}
