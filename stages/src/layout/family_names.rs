//! Family names, and whether a word is made like a name.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::grammar::entries;
use super::pairs;

static SURNAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = entries(include_str!("../../data/surnames.txt"));
    lines
        .flat_map(|line| if line.chars().count() == 2 { vec![line.to_owned()] } else { line.chars().map(String::from).collect() })
        .collect()
});

pub(super) fn is_surname(name: &str) -> bool {
    SURNAMES.contains(name)
}

/// Whether `name` begins with a family name.
pub(super) fn has_surname(name: &str) -> bool {
    let mut chars = name.chars();
    let (one, two) = (chars.next(), chars.next());
    let pair: String = one.into_iter().chain(two).collect();
    one.is_some_and(|c| SURNAMES.contains(c.to_string().as_str())) || SURNAMES.contains(&pair)
}

/// Whether `name` is made like the name of a person.
pub(super) fn is_full_name(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    match chars.as_slice() {
        [_, _] | [_, _, _] => has_surname(name),
        [a, b, _, _] => is_surname(&format!("{a}{b}")),
        _ => false,
    }
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
