//! The schemas in `schemas/` are what the program prints: they are generated from the types. `UPDATE=1 cargo test --test schemas`
//! writes them anew.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::{code, repository, run};

#[test]
fn the_schemas_are_current() {
    for name in ["config", "record", "dead-letter"] {
        let output = run(["schema", name], b"");
        assert_eq!(code(&output), 0);
        let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(printed["properties"].is_object(), "{name}");
        let path = repository(&format!("schemas/{name}.schema.json"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &output.stdout).unwrap();
        }
        let stored = std::fs::read(&path).unwrap_or_default();
        assert!(stored == output.stdout, "schemas/{name}.schema.json is not what the types say; UPDATE=1 writes it");
    }
}

#[test]
fn every_preset_is_a_sound_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let listed = run(["init", "--list"], b"");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 4 && names.contains(&"default"), "{names:?}");
    for name in names {
        let path = folder.path().join(format!("{name}.yaml"));
        let path = path.to_str().unwrap();
        assert_eq!(code(&run(["init", path, "--preset", name], b"")), 0);
        let checked = run(["check", path], b"");
        assert_eq!(code(&checked), 0, "{name}: {}", support::said(&checked));
        assert_eq!(code(&run(["init", path, "--preset", name], b"")), 2, "a file that is there is not replaced");
    }
}
