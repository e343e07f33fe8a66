//! How often one Chinese character follows another inside a sentence: whether a line end divides a word; and which begin one.
//!
//! The pairs stand in `stages/data/pairs.txt`, a line for each first character.

use std::sync::LazyLock;

use super::grammar::entries;

/// All pairs of characters of 16 bits, which nearly all are, each where its number says or behind that: one look reaches it.
struct Pairs {
    /// The two characters of a pair; 0 where there is none.
    keys: Vec<u32>,
    strengths: Vec<u8>,
}

/// Twice as many places as there are pairs, or nearly.
const PLACES: usize = 1 << PLACES_BITS;
const PLACES_BITS: u32 = 17;

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let mut pairs = Pairs { keys: vec![0; PLACES], strengths: vec![0; PLACES] };
    for (first, rest) in entries(include_str!("../../data/pairs.txt")).filter_map(|line| line.split_once('\t')) {
        let Some(first) = first.chars().next() else { continue };
        let (usual, seen) = rest.split_once(' ').unwrap_or((rest, ""));
        for (list, strength) in [(usual, USUAL), (seen, SEEN)] {
            for key in list.chars().filter_map(|second| key(first, second)) {
                let place = pairs.place(key);
                if pairs.keys[place] == 0 {
                    (pairs.keys[place], pairs.strengths[place]) = (key, strength);
                }
            }
        }
    }
    pairs
});

fn key(first: char, second: char) -> Option<u32> {
    let (first, second) = (u16::try_from(u32::from(first)).ok()?, u16::try_from(u32::from(second)).ok()?);
    Some(u32::from(first) << 16 | u32::from(second))
}

impl Pairs {
    /// Where `key` stands, or would.
    fn place(&self, key: u32) -> usize {
        let mut place = (key.wrapping_mul(0x9e37_79b9) >> (32 - PLACES_BITS)) as usize;
        while self.keys[place] != key && self.keys[place] != 0 {
            place = (place + 1) % PLACES;
        }
        place
    }
}

/// The strength of a usual pair.
pub(crate) const USUAL: u8 = 2;
/// The strength of a pair that occurs.
const SEEN: u8 = 1;

/// 0: a strange pair, 1: one that occurs, 2: a usual one.
pub(crate) fn strength(first: char, second: char) -> u8 {
    let pairs = &*PAIRS;
    let Some(place) = key(first, second).map(|key| pairs.place(key)) else { return 0 };
    // One look into memory less for a pair that is not there.
    if pairs.keys[place] == 0 { 0 } else { pairs.strengths[place] }
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
