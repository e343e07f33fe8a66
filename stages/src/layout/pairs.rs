//! How often one Chinese character follows another inside a sentence: whether a line end divides a word; and which begin one.
//!
//! The pairs stand in `stages/data/pairs.txt`, a line for each first character.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::grammar::entries;

/// Sorted characters.
type Followers = Vec<char>;

/// For each first character those that usually follow it, and those that sometimes do.
static PAIRS: LazyLock<HashMap<char, (Followers, Followers)>> = LazyLock::new(|| {
    let lines = entries(include_str!("../../data/pairs.txt"));
    let read = |line: &'static str| {
        let (first, rest) = line.split_once('\t')?;
        let (usual, seen) = rest.split_once(' ').unwrap_or((rest, ""));
        let sorted = |list: &str| {
            let mut list: Vec<char> = list.chars().collect();
            list.sort_unstable();
            list
        };
        Some((first.chars().next()?, (sorted(usual), sorted(seen))))
    };
    lines.filter_map(read).collect()
});

/// 0: a strange pair, 1: one that occurs, 2: a usual one.
pub(crate) fn strength(first: char, second: char) -> usize {
    let Some((usual, seen)) = PAIRS.get(&first) else { return 0 };
    if usual.binary_search(&second).is_ok() { 2 } else { usize::from(seen.binary_search(&second).is_ok()) }
}

/// The row of those that begin a sentence.
const STOP: char = '。';

/// Whether hardly a sentence begins with ideograph `c`.
pub(crate) fn begins_none(c: char) -> bool {
    super::width::is_han(c) && strength(STOP, c) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_with_some_characters_only() {
        assert!(['近', '据', '本', '我'].into_iter().all(|c| !begins_none(c)));
        assert!(['的', '们', '者', '了'].into_iter().all(begins_none));
        assert!(!begins_none('“') && !begins_none('3'), "of others nothing is known");
    }
}
