//! Golden pages through the real binary: `tests/golden/CASE/page.txt` gives `tests/golden/CASE/expected.ndjson`.
//!
//! All cases run with `tests/golden/config.yaml`, or with a `config.yaml` of their own. The pages are made up, and each is one
//! on which a reader would not hesitate. `confidence` is left out of what is compared: it moves with every weight, and what it is
//! good for is measured by `tests/eval.sh`.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes the expected files anew. Read the difference before you commit it: each
//! changed line is a piece that is read differently from before.

mod support;

use std::fs;

use support::{check_conservation, code, records, repository, run, said};

#[test]
fn golden_pages_are_read_as_before() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let golden = repository("tests/golden");
    let mut cases: Vec<_> = fs::read_dir(&golden).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut changed = Vec::new();
    for case in cases {
        let [page, own, expected] = ["page.txt", "config.yaml", "expected.ndjson"].map(|name| case.join(name));
        let config = if own.exists() { own } else { golden.join("config.yaml") };
        let output = run(["run".as_ref(), "-c".as_ref(), config.as_os_str(), page.as_os_str()], b"");
        assert_eq!(code(&output), 0, "{}: {}", case.display(), said(&output));
        let mut records = records(&output);
        check_conservation(&fs::read_to_string(&page).unwrap(), &records);
        for record in &mut records {
            assert!(record.as_object_mut().unwrap().shift_remove("confidence").is_some());
        }
        let seen = records.iter().map(|record| record.to_string() + "\n").collect::<String>();
        if update {
            fs::write(&expected, &seen).unwrap();
        }
        let kept = fs::read_to_string(&expected).unwrap_or_default();
        if kept != seen {
            let first = kept.lines().zip(seen.lines()).find(|(kept, seen)| kept != seen);
            let (kept, seen) = first.unwrap_or((&kept, &seen));
            changed.push(format!("{}\n  expected {kept}\n  but got  {seen}", case.display()));
        }
    }
    assert!(changed.is_empty(), "pages are read differently; if that is right, run with UPDATE_GOLDEN=1\n{}", changed.join("\n"));
}
