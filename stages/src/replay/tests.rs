//! Tests of what becomes of the letters when a replay is over.

use std::time::Duration;

use super::*;

fn letter(page: &str, rev: u32, code: &str, text: &str) -> String {
    format!(
        "{{\"schema\":\"jianbao/dead_letter/1\",\"code\":\"{code}\",\"doc_id\":\"d\",\"page_id\":\"{page}\",\"page_no\":1,\
         \"page_rev\":{rev},\"path\":\"d.txt\",\"offset\":0,\"text\":{text}}}\n"
    )
}

struct Desk(tempfile::TempDir);

impl Desk {
    fn new(letters: &[String]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::write(desk.at("dead"), letters.concat()).unwrap();
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn letters(&self) -> String {
        fs::read_to_string(self.at("dead")).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn checkpoint(state: &Path, letters: &Path) -> Checkpoint {
    Checkpoint { path: state.to_owned(), bytes: 1, interval: Duration::ZERO, rows: rows_of(state, letters) }
}

#[test]
fn what_failed_again_takes_the_place_of_what_had_failed() {
    let (untried, torn) = (letter("c", 0, "undecodable", "null"), "{\"torn".to_owned());
    let desk = Desk::new(&[
        letter("a", 0, "x", "\"1\""),
        letter("b", 0, "x", "\"2\""),
        letter("b", 0, "y", "\"2\""),
        untried.clone(),
        torn.clone(),
    ]);
    let journal = journal_of(None, &desk.at("dead"));
    let letters = Letters::take(&desk.at("dead"), None, &journal).unwrap();
    assert!(Letters::take(&desk.at("dead"), None, &journal).is_err_and(|error| error.kind() == io::ErrorKind::ResourceBusy));
    let again = letter("b", 1, "z", "\"2\"");
    fs::write(
        &journal,
        [again.as_str(), &letter("c", 0, "not_read_again", "null"), &letter("dead:5", 0, "bad_dead_letter", "null")].concat(),
    )
    .unwrap();
    let outcome = letters.acknowledge(&journal).unwrap();
    assert_eq!(outcome, Outcome { letters: 5, acknowledged: 1, remain: 3 });
    assert_eq!(desk.letters(), [untried, torn, "\n".to_owned(), again].concat());
    assert_eq!(desk.names(), ["dead"]);
}

#[test]
fn letters_that_come_meanwhile_stay() {
    let desk = Desk::new(&[letter("a", 0, "x", "\"1\"")]);
    let journal = journal_of(None, &desk.at("dead"));
    let letters = Letters::take(&desk.at("dead"), None, &journal).unwrap();
    let late = letter("z", 0, "x", "\"9\"");
    File::options().append(true).open(desk.at("dead")).unwrap().write_all(late.as_bytes()).unwrap();
    assert_eq!(letters.acknowledge(&journal).unwrap().acknowledged, 1);
    assert_eq!(desk.letters(), late);
}

#[test]
fn only_what_the_state_says_is_done_is_taken_out() {
    let all = [letter("a", 0, "x", "\"1\""), letter("b", 0, "x", "\"2\"")];
    let desk = Desk::new(&all);
    let (state, dead) = (desk.at("state"), desk.at("dead"));
    let checkpoint = checkpoint(&state, &dead);
    let journal = journal_of(Some(&state), &dead);
    let store = Store::open(&state).unwrap();
    let letters = Letters::take(&dead, Some(&store), &journal).unwrap();
    let row = |index: usize, rev: u32, done: bool| {
        Change::set(page_row(&checkpoint.rows, &letters.index.letters[index].key), serde_json::json!({ "rev": rev, "done": done }))
    };
    let open = Change::set(format!("{}d", checkpoint.document_rows()), serde_json::json!({ "records": 1, "failures": 0 }));
    store.commit(&[row(0, 1, true), row(1, 1, false), open.clone(), Change::set("document/d", 1)]).unwrap();
    assert_eq!(letters.acknowledge_with(&store, &checkpoint, &journal).unwrap(), None, "a document is open");
    assert_eq!(desk.letters(), all.concat());
    store.commit(&[Change::forget(open.key)]).unwrap();
    let outcome = letters.acknowledge_with(&store, &checkpoint, &journal).unwrap().unwrap();
    assert_eq!(outcome, Outcome { letters: 2, acknowledged: 1, remain: 1 });
    assert_eq!(desk.letters(), all[1]);
    let mut rows = Vec::new();
    store
        .each("", &mut |key, _| {
            rows.push(key.to_owned());
            Ok(())
        })
        .unwrap();
    assert_eq!(
        rows,
        [row(1, 1, false).key.as_str(), "document/d"],
        "the revision that was used is remembered, and the run's own rows stay"
    );
}
