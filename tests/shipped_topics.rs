//! What the shipped topics find: in their own examples, on the sample page, and in short pieces of news written for it.
//!
//! `tests/fixtures/topics/` has the pieces, one JSON object a line (`title`, `text`, `topics`): `news-2019` is of the year before
//! the epidemic and full of what resembles it (swine fever, flu, 防疫站, 防控 of other things), `news-2020-2023` of its years.
//! `jianbao topics test` reads the same files.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pipeline::Permille;
use serde_json::Value;
use stages::topics::{Tagger, Topics, Zones};

const EPIDEMIC: &str = "gov-cn:epidemic-control";
const RESUMPTION: &str = "gov-cn:work-resumption";

fn shipped() -> Topics {
    config::topics(&["builtin:gov-cn".to_owned()]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn tagger() -> Tagger {
    Tagger::new(&shipped(), Permille::from_share(0.35), 50).unwrap()
}

/// The pieces of a file: title, text, topics.
fn pieces(name: &str) -> Vec<(String, String, BTreeSet<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/topics").join(name);
    let string = |value: &Value| value.as_str().unwrap().to_owned();
    let piece = |line: &str| {
        let piece: Value = serde_json::from_str(line).unwrap();
        (string(&piece["title"]), string(&piece["text"]), piece["topics"].as_array().unwrap().iter().map(string).collect())
    };
    std::fs::read_to_string(path).unwrap().lines().map(piece).collect()
}

fn given(tagger: &Tagger, title: &str, text: &str) -> BTreeSet<String> {
    tagger.tag(&Zones { title, text, ..Zones::default() }).iter().map(|topic| topic.id.to_string()).collect()
}

/// Right, wrong and missing.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missing: u32,
}

impl Tally {
    fn f1(self) -> f64 {
        f64::from(2 * self.right) / f64::from(2 * self.right + self.wrong + self.missing)
    }
}

#[test]
fn every_example_of_every_topic_holds() {
    let topics = shipped();
    assert!(topics.topics.len() >= 40);
    let tagger = tagger();
    let mut faults = Vec::new();
    for topic in &topics.topics {
        if topic.positive.len() < 3 || topic.negative.len() < 3 {
            faults.push(format!("{}: fewer than three examples of a kind", topic.id));
        }
        for (examples, wanted) in [(&topic.positive, true), (&topic.negative, false)] {
            for example in examples {
                let zones = Zones { title: &example.title, text: &example.text, ..Zones::default() };
                if tagger.tag(&zones).iter().any(|given| given.id == topic.id) != wanted {
                    let why = tagger.explain_one(&zones, &topic.id);
                    faults.push(format!("{}: wanted {wanted}: {} {}\n{why:?}", topic.id, example.title, example.text));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_of_2019_is_about_the_epidemic() {
    let tagger = tagger();
    let pieces = pieces("news-2019.ndjson");
    assert!(pieces.len() >= 60);
    for (title, text, topics) in pieces {
        assert!(!topics.contains(EPIDEMIC));
        assert!(!given(&tagger, &title, &text).contains(EPIDEMIC), "{title}");
    }
}

#[test]
fn labelled_pieces_get_their_topics() {
    let tagger = tagger();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut faults = Vec::new();
    for (title, text, wanted) in ["news-2019.ndjson", "news-2020-2023.ndjson"].into_iter().flat_map(pieces) {
        let given = given(&tagger, &title, &text);
        for topic in given.union(&wanted) {
            let tally = tallies.entry(topic.clone()).or_default();
            match (given.contains(topic), wanted.contains(topic)) {
                (true, true) => tally.right += 1,
                (true, false) => tally.wrong += 1,
                _ => tally.missing += 1,
            }
        }
        if given != wanted {
            faults.push(format!("{title}: too many {:?}, missing {:?}", &given - &wanted, &wanted - &given));
        }
    }
    let sum = |count: fn(&Tally) -> u32| tallies.values().map(count).sum();
    let all = Tally { right: sum(|tally| tally.right), wrong: sum(|tally| tally.wrong), missing: sum(|tally| tally.missing) };
    let told = faults.join("\n");
    assert!(tallies[EPIDEMIC].f1() >= 0.95, "{:?}\n{told}", tallies[EPIDEMIC]);
    assert!(tallies[RESUMPTION].f1() >= 0.95, "{:?}\n{told}", tallies[RESUMPTION]);
    assert!(all.f1() >= 0.9, "{all:?}\n{told}");
}

#[test]
fn a_desk_that_does_without_the_local_words_has_the_topics() {
    let topics = shipped();
    let local = topics.topics.iter().flat_map(|topic| &topic.terms).filter(|term| term.lexicon.is_some()).count();
    assert!(local > 50, "{local}");
    let mut without = topics;
    for topic in &mut without.topics {
        topic.terms.retain(|term| term.lexicon.is_none());
    }
    let tagger = Tagger::new(&without, Permille::from_share(0.35), 50).unwrap();
    let here = "凭嘉行码进门";
    assert!(!given(&tagger, here, "居民出示嘉行码。").contains(EPIDEMIC));
}
