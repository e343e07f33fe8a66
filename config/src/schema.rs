//! The JSON Schema of a configuration, put together from the tables, so that editors complete and check it.

use serde_json::{Map, Value, json};
use stages::{SOURCES, STAGES};

use crate::sections::{Errors, Limits};

/// The schema, as `schemas/config.schema.json` holds it.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut refer = |name: &str, schema: Value| {
        definitions.insert(name.to_owned(), lifted(name, &schema));
        json!({ "$ref": format!("#/$defs/{name}") })
    };
    let mut stages = vec![json!({ "enum": STAGES.iter().map(|def| def.name).collect::<Vec<_>>() })];
    for def in STAGES {
        stages.push(one_key(def.name, def.about, &refer(def.name, (def.schema)().into())));
    }
    let sources: Vec<Value> = SOURCES.iter().map(|def| one_key(def.name, def.about, &refer(def.name, (def.schema)().into()))).collect();
    let errors = refer("errors", schemars::schema_for!(Errors).into());
    let runtime = refer("runtime", schemars::schema_for!(Limits).into());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jianbao configuration",
        "type": "object",
        "required": ["version", "stages"],
        "additionalProperties": false,
        "properties": {
            "version": { "const": 1, "description": "Version of this format." },
            "source": { "anyOf": sources, "description": "Where pages come from; inputs on the command line stand in for it." },
            "stages": { "type": "array", "minItems": 1, "items": { "anyOf": stages }, "description": "What is done to them, in order; the last one writes." },
            "errors": errors,
            "runtime": runtime,
        },
        "$defs": definitions,
    })
}

fn one_key(name: &str, about: &str, options: &Value) -> Value {
    json!({
        "type": "object", "description": about, "required": [name], "additionalProperties": false,
        "properties": { name: { "anyOf": [options, { "type": "null" }] } },
    })
}

/// A schema as a definition: its own definitions are looked for below it.
fn lifted(name: &str, schema: &Value) -> Value {
    let text = schema.to_string().replace("\"#/$defs/", &format!("\"#/$defs/{name}/$defs/"));
    let mut schema: Value = serde_json::from_str(&text).expect("a schema stays JSON when its references are renamed");
    if let Some(map) = schema.as_object_mut() {
        map.remove("$schema");
    }
    schema
}
