//! How often one Chinese character follows another inside a sentence: whether a line end divides a word; and which begin one.
//!
//! The pairs stand in `stages/data/pairs.txt`, a line for each first character.

use std::sync::LazyLock;

use super::grammar::entries;
use super::pair_table::PairTable;

static PAIRS: LazyLock<PairTable> = LazyLock::new(|| {
    let mut pairs = Vec::new();
    for (first, rest) in entries(include_str!("../../data/pairs.txt")).filter_map(|line| line.split_once('\t')) {
        let Some(first) = first.chars().next() else { continue };
        let (usual, seen) = rest.split_once(' ').unwrap_or((rest, ""));
        for (list, strength) in [(usual, USUAL), (seen, SEEN)] {
            pairs.extend(list.chars().map(|second| (first, second, strength)));
        }
    }
    PairTable::new(&pairs, u8::max)
});

/// The strength of a usual pair.
pub(crate) const USUAL: u8 = 2;
/// The strength of a pair that occurs.
const SEEN: u8 = 1;

/// 0: a strange pair, 1: one that occurs, 2: a usual one.
pub(crate) fn strength(first: char, second: char) -> u8 {
    PAIRS.get(first, second)
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
    fn every_pair_of_the_table_is_found() {
        for (first, rest) in entries(include_str!("../../data/pairs.txt")).filter_map(|line| line.split_once('\t')) {
            let first = first.chars().next().unwrap();
            let (usual, seen) = rest.split_once(' ').unwrap_or((rest, ""));
            assert!(usual.chars().all(|second| strength(first, second) == 2), "{first}");
            assert!(seen.chars().all(|second| strength(first, second) == 1), "{first}");
        }
        assert_eq!((strength('中', '\u{20000}'), strength('a', '中'), strength('\u{20000}', '中')), (0, 0, 0));
    }

    #[test]
    fn sentences_begin_with_some_characters_only() {
        assert!(['近', '据', '本', '我'].into_iter().all(|c| !begins_none(c)));
        assert!(['的', '们', '者', '了'].into_iter().all(begins_none));
        assert!(!begins_none('“') && !begins_none('3'), "of others nothing is known");
    }
}
