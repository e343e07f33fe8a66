//! How often one Chinese character follows another inside a sentence: whether a line end divides a word.
//!
//! The pairs stand in `stages/data/pairs.txt`, a line for each first character.

use std::sync::LazyLock;

use super::grammar::entries;

/// The characters that follow one character, sorted.
#[derive(Default)]
struct Followers {
    usual: Vec<char>,
    seen: Vec<char>,
}

/// The first of the block that holds nearly every Chinese character.
const FIRST: usize = 0x4e00;

/// For each first character, by its place in that block, those that usually follow it, and those that sometimes do.
static PAIRS: LazyLock<Vec<Followers>> = LazyLock::new(|| {
    let mut pairs: Vec<Followers> = Vec::new();
    for line in entries(include_str!("../../data/pairs.txt")) {
        let (first, rest) = line.split_once('\t').expect("every line of pairs.txt is a character, a tab and its followers");
        let (usual, seen) = rest.split_once(' ').unwrap_or((rest, ""));
        let sorted = |list: &str| {
            let mut list: Vec<char> = list.chars().collect();
            list.sort_unstable();
            list
        };
        let at = first.chars().next().and_then(place).expect("pairs.txt has no rare characters");
        if pairs.len() <= at {
            pairs.resize_with(at + 1, Followers::default);
        }
        pairs[at] = Followers { usual: sorted(usual), seen: sorted(seen) };
    }
    pairs
});

fn place(c: char) -> Option<usize> {
    (c as usize).checked_sub(FIRST)
}

/// The strength of a usual pair.
pub(crate) const USUAL: u8 = 2;

/// 0: a strange pair, 1: one that occurs, 2: a usual one.
pub(crate) fn strength(first: char, second: char) -> u8 {
    let Some(Followers { usual, seen }) = place(first).and_then(|at| PAIRS.get(at)) else { return 0 };
    if usual.binary_search(&second).is_ok() { USUAL } else { u8::from(seen.binary_search(&second).is_ok()) }
}
