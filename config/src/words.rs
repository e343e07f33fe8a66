//! Schemas and values in people's words: `expected a list of text, found a number`.

use serde_json::Value as Json;

use crate::lint::{branches, resolve};
use crate::tree::{Node, Value};

/// What `schema` wants.
pub(crate) fn expected(schema: &Json, root: &Json) -> String {
    let mut ways = Vec::new();
    collect(schema, root, &mut ways);
    ways.dedup();
    // That nothing may stand there, too, helps nobody who wrote something.
    if ways.len() > 1 {
        ways.retain(|way| way != "nothing");
    }
    match ways.as_slice() {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// What stands there instead.
pub(crate) fn found(node: &Node) -> String {
    match (&node.value, node.json()) {
        (Value::List(_), _) => "a list".to_owned(),
        (Value::Map(_), _) => "a map".to_owned(),
        (_, Json::Null) => "nothing".to_owned(),
        (_, Json::Bool(value)) => format!("`{value}`"),
        (_, Json::Number(number)) if number.is_f64() => format!("`{number}`"),
        (_, Json::Number(_)) => "a number".to_owned(),
        (_, value) => match value.as_str() {
            Some(text) if !text.is_empty() && text.chars().count() <= 30 && !text.contains(char::is_control) => format!("`{text}`"),
            Some("") => "empty text".to_owned(),
            _ => "text".to_owned(),
        },
    }
}

/// The value itself when it is short, else what it is.
pub(crate) fn written(node: &Node) -> String {
    match node.json() {
        Json::Number(number) => format!("`{number}`"),
        _ => found(node),
    }
}

/// Both text, both numbers, both truth values.
pub(crate) fn same_type(a: &Json, b: &Json) -> bool {
    (a.is_string() && b.is_string()) || (a.is_number() && b.is_number()) || (a.is_boolean() && b.is_boolean())
}

/// A number without the `.0` of whole ones.
pub(crate) fn plain_number(value: &Json) -> String {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        _ => value.to_string(),
    }
}

fn collect(schema: &Json, root: &Json, ways: &mut Vec<String>) {
    let schema = resolve(schema, root);
    for alternative in branches(schema, &["anyOf", "oneOf"]) {
        collect(alternative, root, ways);
    }
    if let Some(value) = schema.get("const") {
        ways.push(choice(value));
        return;
    }
    if let Some(values) = schema.get("enum").and_then(Json::as_array) {
        ways.extend(values.iter().map(choice));
        return;
    }
    match schema.get("type") {
        Some(Json::String(name)) => ways.push(of_type(name, schema, root)),
        Some(Json::Array(names)) => ways.extend(names.iter().filter_map(Json::as_str).map(|name| of_type(name, schema, root))),
        _ => {}
    }
}

fn choice(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{text}`"),
        Json::Null => "nothing".to_owned(),
        other => format!("`{other}`"),
    }
}

fn of_type(name: &str, schema: &Json, root: &Json) -> String {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "object" => "a map",
        "null" => "nothing",
        "array" => return list(schema, root),
        other => other,
    }
    .to_owned()
}

fn list(schema: &Json, root: &Json) -> String {
    let Some(items) = schema.get("items").map(|items| resolve(items, root)) else { return "a list".to_owned() };
    let of = match items.get("type").and_then(Json::as_str) {
        Some("string") if items.get("enum").is_none() => "text",
        Some("integer") => "whole numbers",
        Some("number") => "numbers",
        Some("object") => "maps",
        Some("array") => "lists",
        _ => return "a list".to_owned(),
    };
    format!("a list of {of}")
}
