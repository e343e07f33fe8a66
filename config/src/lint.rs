//! Compares a tree with the JSON Schema of a `Config`, so that all mistakes are found at once, each at its place.
//!
//! Understands what schemars writes for our option types: objects, lists, scalars, enumerations, `$ref`, `anyOf`, `oneOf`, bounds.

use serde_json::Value;

use crate::diagnostics::Mistake;
use crate::tree::{Content, Node};

/// Adds what is wrong with `node` under `schema` to `mistakes`; `name` is the stage or section the options belong to.
pub(crate) fn check(node: &Node, schema: &Value, name: &str, mistakes: &mut Vec<Mistake>) {
    Lint { root: schema, name }.check(node, schema, mistakes);
}

struct Lint<'a> {
    root: &'a Value,
    name: &'a str,
}

impl Lint<'_> {
    fn check(&self, node: &Node, schema: &Value, mistakes: &mut Vec<Mistake>) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if let Some(target) = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) {
                self.check(node, target, mistakes);
            }
            return;
        }
        let choices = ["anyOf", "oneOf"].iter().find_map(|key| schema.get(*key)).and_then(Value::as_array);
        if let Some(names) = names_of(schema) {
            Self::check_name(node, &names, mistakes);
        } else if let Some(choices) = choices {
            self.check_choices(node, choices, mistakes);
        } else {
            self.check_type(node, schema, mistakes);
        }
    }

    fn check_name(node: &Node, names: &[&str], mistakes: &mut Vec<Mistake>) {
        match &node.content {
            Content::Text(text) if names.contains(&text.as_str()) => {}
            Content::Text(text) => {
                let mistake = Mistake::new("unknown_value", format!("`{text}` is not one of the values this takes"), node.place.clone());
                mistakes.push(mistake.nearest(text, names.iter().copied()));
            }
            _ => mistakes.push(wrong_type(node, &format!("one of {}", names.join(", ")))),
        }
    }

    fn check_choices(&self, node: &Node, choices: &[Value], mistakes: &mut Vec<Mistake>) {
        let mut best: Option<Vec<Mistake>> = None;
        for choice in choices {
            let mut found = Vec::new();
            self.check(node, choice, &mut found);
            // A choice of the right type whose contents are wrong is what was meant.
            let meant = found.iter().all(|mistake| mistake.code != "wrong_type" || mistake.place != node.place);
            if found.is_empty() {
                return;
            }
            if meant {
                best = Some(found);
            }
        }
        if let Some(found) = best {
            mistakes.extend(found);
        } else {
            {
                let expected: Vec<String> =
                    choices.iter().filter_map(|choice| self.type_of(choice)).filter(|name| name != "nothing").collect();
                mistakes.push(wrong_type(node, &expected.join(" or ")));
            }
        }
    }

    fn check_type(&self, node: &Node, schema: &Value, mistakes: &mut Vec<Mistake>) {
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        let fits = |name: &&str| match &node.content {
            Content::Null => *name == "null",
            Content::Bool(_) => *name == "boolean",
            Content::Number(number) => *name == "number" || (*name == "integer" && (number.is_i64() || number.is_u64())),
            Content::Text(_) => *name == "string",
            Content::List(_) => *name == "array",
            Content::Map(_) => *name == "object",
        };
        if !types.iter().any(fits) {
            let expected: Vec<&str> = types.iter().filter(|name| **name != "null").map(|name| words(name, schema)).collect();
            mistakes.push(wrong_type(node, &expected.join(" or ")));
            return;
        }
        match &node.content {
            Content::Map(entries) => self.check_map(node, entries, schema, mistakes),
            Content::List(items) => {
                if let Some(schema) = schema.get("items") {
                    for item in items {
                        self.check(item, schema, mistakes);
                    }
                }
            }
            Content::Number(number) => check_bounds(node, number.as_f64().unwrap_or_default(), schema, mistakes),
            _ => {}
        }
    }

    fn check_map(&self, node: &Node, entries: &[(crate::tree::Key, Node)], schema: &Value, mistakes: &mut Vec<Mistake>) {
        let empty = serde_json::Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (key, value) in entries {
            match properties.get(&key.name) {
                Some(schema) => self.check(value, schema, mistakes),
                None if closed => {
                    let message = format!("{} has no option `{}`", self.name, key.name);
                    let mistake = Mistake::new("unknown_option", message, key.place.clone());
                    mistakes.push(if properties.is_empty() {
                        mistake.help(format!("{} has no options", self.name))
                    } else {
                        mistake.nearest(&key.name, properties.keys().map(String::as_str))
                    });
                }
                None => {}
            }
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !entries.iter().any(|(key, _)| key.name == name) {
                mistakes.push(Mistake::new("missing_option", format!("{} needs `{name}`", self.name), node.place.clone()));
            }
        }
    }

    fn type_of(&self, schema: &Value) -> Option<String> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.type_of(self.root.pointer(reference.strip_prefix('#')?)?);
        }
        if let Some(names) = names_of(schema) {
            return Some(format!("one of {}", names.join(", ")));
        }
        schema.get("type").and_then(Value::as_str).map(|name| words(name, schema).to_owned())
    }
}

/// The names of an enumeration, when `schema` is one.
fn names_of(schema: &Value) -> Option<Vec<&str>> {
    if let Some(name) = schema.get("const") {
        return name.as_str().map(|name| vec![name]);
    }
    if let Some(names) = schema.get("enum").and_then(Value::as_array) {
        return names.iter().map(Value::as_str).collect();
    }
    let choices = schema.get("oneOf").and_then(Value::as_array)?;
    choices.iter().map(names_of).collect::<Option<Vec<_>>>().map(|names| names.concat())
}

fn check_bounds(node: &Node, number: f64, schema: &Value, mistakes: &mut Vec<Mistake>) {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    if let Some(least) = bound("minimum").filter(|least| number < *least) {
        mistakes.push(Mistake::new("out_of_range", format!("{number} is less than {least}"), node.place.clone()));
    }
    if let Some(most) = bound("maximum").filter(|most| number > *most) {
        mistakes.push(Mistake::new("out_of_range", format!("{number} is more than {most}"), node.place.clone()));
    }
}

fn wrong_type(node: &Node, expected: &str) -> Mistake {
    let mistake = Mistake::new("wrong_type", format!("expected {expected}, found {}", node.kind()), node.place.clone());
    match &node.content {
        Content::Number(_) | Content::Bool(_) if expected.contains("text") => mistake.help("put it in quotes"),
        _ => mistake,
    }
}

fn words(name: &str, schema: &Value) -> &'static str {
    match name {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "text",
        "object" => "a map",
        "array" => match schema.pointer("/items/type").and_then(Value::as_str) {
            Some("string") => "a list of text",
            Some("number" | "integer") => "a list of numbers",
            _ => "a list",
        },
        _ => "nothing",
    }
}
