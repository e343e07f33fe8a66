//! The shipped presets, as `jianbao init` writes them, are configurations that `jianbao check` finds sound.

mod support;

use support::{code, run};

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
