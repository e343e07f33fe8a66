//! One JSON Schema (2020-12) of the whole file, put together from the tables, so that editors complete and explain.

use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value as Json, json};

use crate::build::Tables;
use crate::settings::{Checkpoints, Errors, Limits};

/// A key at the top of the file.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    about: &'static str,
    /// Of sections that are a plain struct; the others are checked by hand.
    pub(crate) schema: Option<fn() -> Schema>,
}

/// Everything that may stand at the top of the file.
pub(crate) const SECTIONS: &[Section] = &[
    Section { name: "version", about: "The version of the configuration's format; always 1.", schema: None },
    Section { name: "source", about: "Where pages come from. Inputs on the command line stand in for it.", schema: None },
    Section { name: "stages", about: "What is done with the pages, in order. The last one writes the records.", schema: None },
    Section { name: "errors", about: "What happens to a page that fails.", schema: Some(schema_of::<Errors>) },
    Section {
        name: "checkpoint",
        about: "Where progress is recorded, so that a run goes on where the last one was. Never changes what comes out.",
        schema: Some(schema_of::<Checkpoints>),
    },
    Section { name: "runtime", about: "How much the run may use. Never changes what comes out.", schema: Some(schema_of::<Limits>) },
];

fn schema_of<T: JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}

/// The schema of a configuration file.
pub fn schema() -> Json {
    of(Tables::shipped())
}

/// The schema of a file that names what is in `tables`.
pub(crate) fn of(tables: Tables) -> Json {
    let mut definitions = Map::new();
    // A section with nothing in it, as it is left when all its lines are commented out, counts as absent.
    let mut sources = vec![json!({ "enum": tables.source_names() }), json!({ "type": "null" })];
    for def in tables.sources {
        sources.push(one_key("source", def.name, def.about, &(def.schema)(), &mut definitions));
    }
    let mut stages = vec![json!({ "enum": tables.stage_names() })];
    for def in tables.stages {
        stages.push(one_key("stage", def.name, def.about, &(def.schema)(), &mut definitions));
    }
    let mut properties = Map::new();
    for section in SECTIONS {
        let mut schema = match (section.name, section.schema) {
            ("version", _) => json!({ "const": 1 }),
            ("source", _) => json!({ "oneOf": sources }),
            ("stages", _) => json!({ "type": "array", "minItems": 1, "items": { "oneOf": stages } }),
            (name, Some(schema)) => {
                definitions.insert(name.to_owned(), embedded(name, schema().to_value()));
                json!({ "anyOf": [{ "$ref": format!("#/$defs/{name}") }, { "type": "null" }] })
            }
            (_, None) => json!({}),
        };
        schema["description"] = json!(section.about);
        properties.insert(section.name.to_owned(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jianbao configuration",
        "type": "object",
        "additionalProperties": false,
        "required": ["version", "stages"],
        "properties": properties,
        "$defs": definitions,
    })
}

/// `{ name: options }`, where the options may be left empty.
fn one_key(what: &str, name: &str, about: &str, schema: &Schema, definitions: &mut Map<String, Json>) -> Json {
    let key = format!("{what}_{name}");
    definitions.insert(key.clone(), embedded(&key, schema.clone().to_value()));
    json!({
        "type": "object",
        "description": about,
        "additionalProperties": false,
        "required": [name],
        "properties": { name: { "description": about, "anyOf": [{ "$ref": format!("#/$defs/{key}") }, { "type": "null" }] } },
    })
}

/// A schema as a definition inside another: its own references must go through its new place.
fn embedded(key: &str, mut schema: Json) -> Json {
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("$schema");
        schema.shift_remove("title");
    }
    move_references(&mut schema, key);
    schema
}

fn move_references(schema: &mut Json, key: &str) {
    match schema {
        Json::Object(map) => {
            for (name, value) in map {
                match value {
                    Json::String(reference) if name == "$ref" => {
                        if let Some(rest) = reference.strip_prefix("#/") {
                            *reference = format!("#/$defs/{key}/{rest}");
                        }
                    }
                    other => move_references(other, key),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| move_references(item, key)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::lint::Lint;
    use crate::tree::parse;

    /// `UPDATE=1 cargo test -p jianbao-config schemas` writes the files anew.
    #[test]
    fn schemas_in_the_repository_are_current() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
        let dead_letter = pipeline::failure::schema().to_value();
        let record = pipeline::record::schema().to_value();
        let explain = stages::explain::schema().to_value();
        let topics = stages::topics::schema().to_value();
        let shipped = [("config", schema()), ("record", record), ("dead_letter", dead_letter), ("explain", explain), ("topics", topics)];
        for (file, schema) in shipped {
            let path = folder.join(format!("{file}.schema.json"));
            let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
            if std::env::var_os("UPDATE").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &current).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(kept == current, "{} is not current; run the tests with UPDATE=1", path.display());
        }
    }

    #[test]
    fn presets_fit_the_schema() {
        let schema = schema();
        for preset in crate::PRESETS {
            let mut mistakes = Vec::new();
            let tree = parse(preset.text, &mut mistakes).unwrap();
            Lint { root: &schema, mistakes: &mut mistakes }.check(&tree, &schema, &tree.span);
            assert_eq!(mistakes, [], "{}", preset.name);
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let schema = schema();
        let mut open = vec![&schema];
        while let Some(value) = open.pop() {
            if let Some(pointer) = value.get("$ref").and_then(Json::as_str).and_then(|reference| reference.strip_prefix('#')) {
                assert!(schema.pointer(pointer).is_some(), "{pointer}");
            }
            match value {
                Json::Object(map) => open.extend(map.values()),
                Json::Array(items) => open.extend(items),
                _ => {}
            }
        }
    }
}
