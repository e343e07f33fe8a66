//! How often one Chinese character follows another inside a sentence: whether a line end divides a word; and which begin one.
//!
//! The pairs stand in `stages/data/pairs.txt`, a line for each first character.

use std::sync::LazyLock;

use super::grammar::entries;

/// Nearly all Chinese characters have a place of 16 bits here; the others are in no usual pair.
fn place(c: char) -> Option<u16> {
    u16::try_from(u32::from(c)).ok()
}

/// All pairs, the followers of one character behind those of the last, so that one look reaches few places of memory.
struct Pairs {
    /// For each first character where the list of those begins that usually follow it, where the list of those that sometimes do,
    /// and where that ends.
    lists: Vec<[u32; 3]>,
    /// Each list is sorted.
    followers: Vec<u16>,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let mut pairs = Pairs { lists: Vec::new(), followers: Vec::new() };
    for (first, rest) in entries(include_str!("../../data/pairs.txt")).filter_map(|line| line.split_once('\t')) {
        let Some(first) = first.chars().next().and_then(place) else { continue };
        let (usual, seen) = rest.split_once(' ').unwrap_or((rest, ""));
        let start = pairs.followers.len() as u32;
        let mut add = |list: &str| {
            let from = pairs.followers.len();
            pairs.followers.extend(list.chars().filter_map(place));
            pairs.followers.get_mut(from..).unwrap_or_default().sort_unstable();
            pairs.followers.len() as u32
        };
        let list = [start, add(usual), add(seen)];
        if pairs.lists.len() <= usize::from(first) {
            pairs.lists.resize(usize::from(first) + 1, [0; 3]);
        }
        pairs.lists[usize::from(first)] = list;
    }
    pairs
});

/// The strength of a usual pair.
pub(crate) const USUAL: u8 = 2;

/// 0: a strange pair, 1: one that occurs, 2: a usual one.
pub(crate) fn strength(first: char, second: char) -> u8 {
    let Pairs { lists, followers } = &*PAIRS;
    let (Some(first), Some(second)) = (place(first), place(second)) else { return 0 };
    let Some([usual, seen, end]) = lists.get(usize::from(first)).map(|list| list.map(|at| at as usize)) else { return 0 };
    let among = |list: std::ops::Range<usize>| followers.get(list).unwrap_or_default().binary_search(&second).is_ok();
    if among(usual..seen) { USUAL } else { u8::from(among(seen..end)) }
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
