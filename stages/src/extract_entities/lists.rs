//! The word lists of people, organisations and places, as they stand in `stages/data`.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::chars::Table;
use crate::layout::grammar::entries;

/// The words of all lines of `list` that begin with one of `kinds`.
fn words(list: &'static str, kinds: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    entries(list)
        .filter_map(move |line| line.split_once(' ').filter(|(kind, _)| kinds.contains(kind)))
        .flat_map(|(_, words)| words.split_whitespace())
}

fn characters(list: &'static str, kind: &'static [&'static str]) -> FxHashSet<char> {
    words(list, kind).flat_map(str::chars).collect()
}

pub(super) struct Places {
    pub(super) hidden: Table,
    /// Those that are words, too.
    pub(super) perhaps: Table,
    pub(super) countries: Table,
    pub(super) ending: Table,
    pub(super) no: Table,
    pub(super) core: Table,
}

const PLACES: &str = include_str!("../../data/places.txt");
const PLACE_ENDINGS: &str = include_str!("../../data/place-endings.txt");

pub(super) static PLACE: LazyLock<Places> = LazyLock::new(|| Places {
    hidden: words(PLACES, &["hidden"]).collect(),
    perhaps: words(PLACES, &["perhaps"]).collect(),
    countries: words(PLACES, &["country", "world"]).collect(),
    ending: words(PLACE_ENDINGS, &["ending"]).collect(),
    no: words(PLACE_ENDINGS, &["no"]).collect(),
    core: words(PLACE_ENDINGS, &["core"]).collect(),
});

/// The names of places that are nothing else, and `own`.
pub(super) fn gazetteer<'a>(own: impl Iterator<Item = &'a str>) -> Table {
    let perhaps: FxHashSet<&str> = words(PLACES, &["perhaps"]).collect();
    let all = words(PLACES, &["province", "city", "county", "country", "world"]);
    let sure: Vec<&'a str> = all.filter(|word| !perhaps.contains(word)).collect();
    sure.into_iter().chain(own).collect()
}

pub(super) struct Organisations {
    pub(super) company: Table,
    pub(super) public: Table,
    pub(super) branch: Table,
    pub(super) domain: Table,
    pub(super) desk: Table,
    pub(super) fixed: Table,
    pub(super) body: Table,
    pub(super) leads: Table,
    pub(super) generic: Table,
    pub(super) behind_fixed: FxHashSet<char>,
    pub(super) behind_office: FxHashSet<char>,
    pub(super) behind_body: FxHashSet<char>,
    pub(super) behind_open: FxHashSet<char>,
}

const ORGANISATIONS: &str = include_str!("../../data/organisation-names.txt");

pub(super) static ORGANISATION: LazyLock<Organisations> = LazyLock::new(|| Organisations {
    company: words(ORGANISATIONS, &["company"]).collect(),
    public: words(ORGANISATIONS, &["public"]).collect(),
    branch: words(ORGANISATIONS, &["branch"]).collect(),
    domain: words(ORGANISATIONS, &["domain"]).collect(),
    desk: words(ORGANISATIONS, &["desk"]).collect(),
    fixed: words(ORGANISATIONS, &["fixed"]).collect(),
    body: words(ORGANISATIONS, &["body"]).collect(),
    leads: words(ORGANISATIONS, &["leads"]).collect(),
    generic: words(ORGANISATIONS, &["generic"]).collect(),
    behind_fixed: characters(ORGANISATIONS, &["behind_fixed"]),
    behind_office: characters(ORGANISATIONS, &["behind_office"]),
    behind_body: characters(ORGANISATIONS, &["behind_body"]),
    behind_open: characters(ORGANISATIONS, &["behind_open"]),
});

pub(super) struct Titles {
    /// Offices and callings.
    pub(super) all: Table,
    /// Those that also stand behind a name.
    pub(super) both: Table,
    pub(super) before: Table,
    pub(super) body: Table,
    /// The same where nothing stands before it.
    pub(super) level: Table,
}

const TITLES: &str = include_str!("../../data/person-titles.txt");

pub(super) static TITLE: LazyLock<Titles> = LazyLock::new(|| Titles {
    all: words(TITLES, &["both", "head", "alone"]).collect(),
    both: words(TITLES, &["both"]).collect(),
    before: words(TITLES, &["before"]).collect(),
    body: words(TITLES, &["body"]).collect(),
    level: words(TITLES, &["level"]).collect(),
});

pub(super) struct Names {
    pub(super) follows: Table,
    pub(super) leads: Table,
    pub(super) speaks: Table,
    pub(super) known: Table,
    pub(super) not: Table,
    pub(super) never: FxHashSet<char>,
    pub(super) given: FxHashSet<char>,
    pub(super) hardly: FxHashSet<char>,
    pub(super) joins: FxHashSet<char>,
    pub(super) sounds: FxHashSet<char>,
}

const NAMES: &str = include_str!("../../data/person-words.txt");

pub(super) static NAME: LazyLock<Names> = LazyLock::new(|| Names {
    follows: words(NAMES, &["follows"]).collect(),
    leads: words(NAMES, &["leads"]).collect(),
    speaks: words(NAMES, &["speaks"]).collect(),
    known: words(NAMES, &["known"]).collect(),
    not: words(NAMES, &["not"]).collect(),
    never: characters(NAMES, &["never"]),
    given: characters(NAMES, &["given"]),
    hardly: characters(NAMES, &["hardly"]),
    joins: characters(NAMES, &["joins"]),
    sounds: characters(NAMES, &["sounds"]),
});
