//! The tree against a JSON Schema: every place where it does not fit, not only the first.
//!
//! Understands what `schemars` derives for options: objects, lists, scalars, enums, alternatives and references. What a schema says
//! beyond that (`pattern`, `format`) is left to whoever builds from the values.

use std::ops::Range;

use serde_json::Value as Json;

use crate::diagnostics::Mistake;
use crate::tree::{Entry, Node, Value};
use crate::words;

/// One schema, with its definitions.
pub(crate) struct Lint<'a> {
    /// The document that `#/…` references point into.
    pub(crate) root: &'a Json,
    /// Where mistakes go.
    pub(crate) mistakes: &'a mut Vec<Mistake>,
}

impl Lint<'_> {
    /// Checks `node` by `schema`. `owner` is the name it stands under: what is missing is missing there.
    pub(crate) fn check(&mut self, node: &Node, schema: &Json, owner: &Range<usize>) {
        let schema = resolve(schema, self.root);
        for part in branches(schema, &["allOf"]) {
            self.check(node, part, owner);
        }
        let alternatives = branches(schema, &["anyOf", "oneOf"]);
        if !alternatives.is_empty() {
            self.check_alternatives(node, schema, &alternatives, owner);
        } else if schema.get("enum").is_some() || schema.get("const").is_some() {
            if !own_choices(schema).contains(&&node.json()) {
                self.refuse_value(node, schema, owner);
            }
        } else if !has_type(&node.json(), schema) {
            self.refuse_value(node, schema, owner);
        } else {
            match &node.value {
                Value::Scalar(_) => self.check_range(node, schema),
                Value::List(items) => self.check_list(node, items, schema),
                Value::Map(entries) => self.check_map(entries, schema, owner),
            }
        }
    }

    /// One alternative must fit. If none does, the one of the node's own type that comes nearest speaks.
    fn check_alternatives(&mut self, node: &Node, schema: &Json, alternatives: &[&Json], owner: &Range<usize>) {
        let mut nearest: Option<Vec<Mistake>> = None;
        for alternative in alternatives {
            let mut found = Vec::new();
            Lint { root: self.root, mistakes: &mut found }.check(node, alternative, owner);
            if found.is_empty() {
                return;
            }
            let speaks = !found.iter().any(|mistake| is_about_the_whole(mistake, place_of(node, owner)));
            if speaks && nearest.as_ref().is_none_or(|other| found.len() < other.len()) {
                nearest = Some(found);
            }
        }
        match nearest {
            Some(found) => self.mistakes.extend(found),
            None => self.refuse_value(node, schema, owner),
        }
    }

    fn refuse_value(&mut self, node: &Node, schema: &Json, owner: &Range<usize>) {
        let expected = words::expected(schema, self.root);
        let found = words::found(node);
        let json = node.json();
        let choices = choices(schema, self.root);
        let same_type = choices.iter().any(|choice| words::same_type(choice, &json));
        let code = if same_type { "unknown_value" } else { "wrong_type" };
        let mut mistake = Mistake::at(place_of(node, owner), code, format!("expected {expected}, found {found}"));
        if let Some(written) = json.as_str() {
            mistake = mistake.suggest(written, choices.iter().filter_map(|choice| choice.as_str()));
            let truth = match written.to_lowercase().as_str() {
                "yes" | "on" | "y" => "true",
                "no" | "off" | "n" => "false",
                _ => "",
            };
            if !truth.is_empty() && allows(schema, self.root, &Json::Bool(true)) {
                mistake.suggestion = Some(truth.to_owned());
            } else if let Some(unquoted) = unquoted(node).filter(|value| allows(schema, self.root, value)) {
                mistake = mistake.help(format!("remove the quotes: {unquoted}"));
            } else if allows(schema, self.root, &Json::Array(vec![])) {
                mistake = mistake.help(format!("write a list: [{written}]"));
            }
        } else if (json.is_number() || json.is_boolean()) && allows(schema, self.root, &Json::String(String::new())) {
            mistake = mistake.help(format!("put quotes around it: \"{json}\""));
        }
        self.mistakes.push(mistake);
    }

    fn check_range(&mut self, node: &Node, schema: &Json) {
        let Some(value) = node.json().as_f64() else { return };
        let limit = |name: &str| schema.get(name).and_then(Json::as_f64);
        let broken = [
            ("minimum", "at least", limit("minimum").is_some_and(|limit| value < limit)),
            ("exclusiveMinimum", "more than", limit("exclusiveMinimum").is_some_and(|limit| value <= limit)),
            ("maximum", "at most", limit("maximum").is_some_and(|limit| value > limit)),
            ("exclusiveMaximum", "less than", limit("exclusiveMaximum").is_some_and(|limit| value >= limit)),
        ];
        for (name, words, _) in broken.iter().filter(|(.., broken)| *broken) {
            let limit = schema.get(name).map(words::plain_number).unwrap_or_default();
            let message = format!("expected {words} {limit}, found {}", words::plain_number(&node.json()));
            self.mistakes.push(Mistake::at(&node.span, "out_of_range", message));
        }
    }

    fn check_list(&mut self, node: &Node, items: &[Node], schema: &Json) {
        let limit = |name: &str| schema.get(name).and_then(Json::as_u64).map(|limit| limit as usize);
        if let Some(limit) = limit("minItems").filter(|limit| items.len() < *limit) {
            self.mistakes.push(Mistake::at(&node.span, "out_of_range", format!("expected at least {limit} here, found {}", items.len())));
        }
        if let Some(limit) = limit("maxItems").filter(|limit| items.len() > *limit) {
            self.mistakes.push(Mistake::at(&node.span, "out_of_range", format!("expected at most {limit} here, found {}", items.len())));
        }
        let fixed: &[Json] = schema.get("prefixItems").and_then(Json::as_array).map_or(&[], Vec::as_slice);
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = fixed.get(index).or_else(|| schema.get("items")) {
                self.check(item, schema, &item.span);
            }
        }
    }

    fn check_map(&mut self, entries: &[Entry], schema: &Json, owner: &Range<usize>) {
        let known = schema.get("properties").and_then(Json::as_object);
        for entry in entries {
            if let Some(schema) = known.and_then(|known| known.get(&entry.name)) {
                self.check(&entry.node, schema, &entry.name_span);
                continue;
            }
            match schema.get("additionalProperties") {
                Some(Json::Bool(false)) => {
                    let names: Vec<&str> = known.into_iter().flat_map(|known| known.keys().map(String::as_str)).collect();
                    self.mistakes.push(unknown_key(entry, &names));
                }
                Some(schema) => self.check(&entry.node, schema, &entry.name_span),
                None => {}
            }
        }
        for name in schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
            if !entries.iter().any(|entry| entry.name == name) {
                self.mistakes.push(Mistake::at(owner, "missing_key", format!("`{name}` is missing here")));
            }
        }
    }
}

/// The mistake of a key that is none of `known`.
pub(crate) fn unknown_key(entry: &Entry, known: &[&str]) -> Mistake {
    let mistake = Mistake::at(&entry.name_span, "unknown_key", format!("unknown key `{}`", entry.name));
    let mistake = mistake.suggest(&entry.name, known.iter().copied());
    match known {
        [] => mistake.help("there are no options here"),
        known if mistake.suggestion.is_none() => mistake.help(format!("known here: {}", known.join(", "))),
        _ => mistake,
    }
}

/// The schema itself, or the one it refers to.
pub(crate) fn resolve<'a>(schema: &'a Json, root: &'a Json) -> &'a Json {
    let mut schema = schema;
    // A chain of references is short; one longer than this runs in a circle.
    for _ in 0..8 {
        let Some(pointer) = schema.get("$ref").and_then(Json::as_str).and_then(|reference| reference.strip_prefix('#')) else { break };
        let Some(target) = root.pointer(pointer) else { break };
        schema = target;
    }
    schema
}

/// The sub-schemas under the first of `names` that is there.
pub(crate) fn branches<'a>(schema: &'a Json, names: &[&str]) -> Vec<&'a Json> {
    names.iter().find_map(|name| schema.get(*name).and_then(Json::as_array)).map(|list| list.iter().collect()).unwrap_or_default()
}

/// All single values that may stand here, through alternatives and references.
pub(crate) fn choices<'a>(schema: &'a Json, root: &'a Json) -> Vec<&'a Json> {
    let schema = resolve(schema, root);
    let mut all = own_choices(schema);
    for alternative in branches(schema, &["anyOf", "oneOf"]) {
        all.extend(choices(alternative, root));
    }
    all
}

fn own_choices(schema: &Json) -> Vec<&Json> {
    let listed = schema.get("enum").and_then(Json::as_array).into_iter().flatten();
    listed.chain(schema.get("const")).collect()
}

/// Whether a value of this type may stand here.
pub(crate) fn allows(schema: &Json, root: &Json, value: &Json) -> bool {
    let schema = resolve(schema, root);
    let alternatives = branches(schema, &["anyOf", "oneOf"]);
    if alternatives.is_empty() {
        schema.get("type").is_some() && own_choices(schema).is_empty() && has_type(value, schema)
    } else {
        alternatives.iter().any(|alternative| allows(alternative, root, value))
    }
}

fn has_type(value: &Json, schema: &Json) -> bool {
    let one = |name: &str| match name {
        // Stricter than JSON Schema: no `1.0` where serde reads whole numbers.
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    };
    match schema.get("type") {
        Some(Json::String(name)) => one(name),
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).any(one),
        _ => true,
    }
}

/// Where a value stands, or the name it stands under when nothing is written.
pub(crate) fn place_of<'a>(node: &'a Node, owner: &'a Range<usize>) -> &'a Range<usize> {
    if node.span.is_empty() { owner } else { &node.span }
}

fn is_about_the_whole(mistake: &Mistake, place: &Range<usize>) -> bool {
    matches!(mistake.code, "wrong_type" | "unknown_value") && mistake.place.as_ref() == Some(place)
}

/// What a quoted scalar would be without its quotes, when that is no text.
fn unquoted(node: &Node) -> Option<Json> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let plain = crate::tree::Scalar { plain: true, ..scalar.clone() }.json();
    (!scalar.plain && !plain.is_string() && !plain.is_null()).then_some(plain)
}
