//! The configuration as it takes effect, named by a hash.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

/// 16 hex digits that name what a configuration does: its sections but `runtime` and `checkpoint`, which change nothing that comes out, and the
/// content of the files it read. Comments, the order of keys and how a value is quoted do not count.
pub(crate) fn hash(effective: &Json, read: &BTreeMap<String, String>) -> String {
    let mut sections = effective.as_object().cloned().unwrap_or_default();
    for changes_nothing in ["runtime", "checkpoint"] {
        sections.remove(changes_nothing);
    }
    let canonical = sorted(&json!({ "config": sections, "files": read }));
    blake3::hash(canonical.to_string().as_bytes()).to_hex().chars().take(16).collect()
}

fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let entries: BTreeMap<&String, &Json> = map.iter().collect();
            Json::Object(entries.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect::<Map<_, _>>())
        }
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_runtime_do_not_count() {
        let none = BTreeMap::new();
        let one = hash(&json!({"a": {"x": 1, "y": [1, 2]}, "runtime": 1}), &none);
        assert_eq!(one.len(), 16);
        assert_eq!(one, hash(&json!({"runtime": 2, "a": {"y": [1, 2], "x": 1}}), &none));
        assert_ne!(one, hash(&json!({"a": {"x": 1, "y": [2, 1]}}), &none), "the order of a list counts");
        assert_ne!(one, hash(&json!({"a": {"x": 1, "y": [1, 2]}}), &[("d".to_owned(), "h".to_owned())].into()), "files count");
    }
}
