//! Family names, and whether a word is made like a name.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::grammar::entries;
use super::pairs;

/// The family names of one and of two characters; the second of one is `'\0'`.
static SURNAMES: LazyLock<FxHashSet<(char, char)>> = LazyLock::new(|| {
    let mut names = FxHashSet::default();
    for line in entries(include_str!("../../data/surnames.txt")) {
        let chars: Vec<char> = line.chars().collect();
        match chars.as_slice() {
            [a, b] => _ = names.insert((*a, *b)),
            singles => names.extend(singles.iter().map(|c| (*c, '\0'))),
        }
    }
    names
});

/// Whether `name` is a family name.
pub(crate) fn is_surname(name: impl IntoIterator<Item = char>) -> bool {
    let mut chars = name.into_iter();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(a), b, None) => SURNAMES.contains(&(a, b.unwrap_or_default())),
        _ => false,
    }
}

/// Whether `name` begins with a family name.
pub(super) fn has_surname(name: &str) -> bool {
    is_surname(name.chars().take(1)) || is_surname(name.chars().take(2))
}

/// Whether `name` is made like the name of a person.
pub(super) fn is_full_name(name: &str) -> bool {
    match name.chars().count() {
        2 | 3 => has_surname(name),
        4 => is_surname(name.chars().take(2)),
        _ => false,
    }
}

/// The 200 commonest family names of one character, which stand first in the list.
static COMMON: LazyLock<FxHashSet<char>> = LazyLock::new(|| {
    let singles = entries(include_str!("../../data/surnames.txt")).next();
    singles.into_iter().flat_map(|singles| singles.chars().take(200)).collect()
});

/// Whether `name` is made like the name of a person, with a family name that few words begin with.
pub(super) fn is_likely_name(name: &str) -> bool {
    is_full_name(name) && name.chars().next().is_some_and(|first| COMMON.contains(&first) || is_surname(name.chars().take(2)))
}

/// Whether `name` is made like 阿依古丽·买买提.
pub(super) fn is_foreign(name: &str) -> bool {
    name.contains('·') && name.split('·').all(|part| (1..=6).contains(&part.chars().count()))
}

/// Whether the characters of `name` follow each other everywhere as they do here, so that it is a word and nobody's name.
pub(super) fn is_word(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    chars.windows(2).all(|pair| pairs::strength(pair[0], pair[1]) == pairs::USUAL)
}
