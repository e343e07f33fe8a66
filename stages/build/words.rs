//! The dictionary as an array of nodes that is walked character by character.

use std::collections::{BTreeMap, HashMap};

use crate::agreed::{JOINS_WORDS, is_basic_han};
use crate::unit::{CODE_BITS, Unit, Word};
use crate::write;

/// Characters with a number are all among the first so many.
const CHARACTERS: usize = 0x1_0000;

/// A prefix of words that others follow.
struct Node {
    /// Its children: the number of the character, the word that ends there, the node.
    children: Vec<(u16, Word, Option<usize>)>,
    base: usize,
}

/// Writes the nodes, the numbers of the characters, the counts and the tags of `dictionary`, lines of `word count tag`.
pub(crate) fn prepare(dictionary: &str) {
    let entries: Vec<(&str, u32, &str)> = dictionary
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let word = fields.next()?;
            let count = fields.next().map_or(0, |count| count.parse().expect("a count is a number"));
            Some((word, count, fields.next().unwrap_or("")))
        })
        .collect();
    let counts = by_frequency(entries.iter().map(|entry| entry.1));
    let tags = by_frequency(entries.iter().map(|entry| entry.2));
    let characters = by_frequency(entries.iter().flat_map(|entry| entry.0.chars()));

    let number = |character: char| characters[&character] as u16 + 1;
    let mut words: Vec<(Vec<u16>, Word)> =
        entries.iter().map(|(word, count, tag)| (word.chars().map(number).collect(), Word::new(counts[count] + 1, tags[tag]))).collect();
    words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    assert!(words.windows(2).all(|pair| pair[0].0 != pair[1].0), "the dictionary names no word twice");

    let mut nodes = Vec::new();
    grow(&words, 0, &mut nodes);
    let units = place(&mut nodes, characters.len());
    write("units", units.iter().flat_map(|unit| unit.0.to_le_bytes()));
    write("total", entries.iter().map(|entry| u64::from(entry.1)).sum::<u64>().to_le_bytes());
    write("counts", in_order(&counts).into_iter().flat_map(u32::to_le_bytes));
    write("tags", in_order(&tags).join("\n").into_bytes());

    let mut codes = vec![0_u16; CHARACTERS];
    for (point, code) in codes.iter_mut().enumerate() {
        let Some(character) = char::from_u32(point as u32) else { continue };
        *code = if characters.contains_key(&character) { number(character) } else { 0 };
        if joins_words(character) {
            *code |= JOINS_WORDS;
        }
    }
    assert!(characters.keys().all(|character| (*character as usize) < CHARACTERS), "all characters have a place");
    write("codes", codes.into_iter().flat_map(u16::to_le_bytes));
}

/// The kinds of characters that jieba looks for words among.
fn joins_words(character: char) -> bool {
    is_basic_han(character) || character.is_ascii_alphanumeric() || matches!(character, '+' | '#' | '&' | '.' | '_' | '%' | '-')
}

/// Numbers from 0 for what there is, the commonest first.
fn by_frequency<T: Ord + std::hash::Hash + Copy>(items: impl Iterator<Item = T>) -> HashMap<T, usize> {
    let mut times: BTreeMap<T, usize> = BTreeMap::new();
    for item in items {
        *times.entry(item).or_default() += 1;
    }
    let mut order: Vec<(T, usize)> = times.into_iter().collect();
    order.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    order.into_iter().enumerate().map(|(number, (item, _))| (item, number)).collect()
}

fn in_order<T: Copy>(numbers: &HashMap<T, usize>) -> Vec<T> {
    let mut items: Vec<(&T, &usize)> = numbers.iter().collect();
    items.sort_by_key(|(_, number)| **number);
    items.into_iter().map(|(item, _)| *item).collect()
}

/// Appends the node of the first `depth` characters, which all `words` share, after those below it; gives its number.
fn grow(words: &[(Vec<u16>, Word)], depth: usize, nodes: &mut Vec<Node>) -> Option<usize> {
    let mut children = Vec::new();
    let longer = words.iter().position(|(word, _)| word.len() > depth)?;
    for same in words[longer..].chunk_by(|a, b| a.0[depth] == b.0[depth]) {
        let word = if same[0].0.len() == depth + 1 { same[0].1 } else { Word::NONE };
        children.push((same[0].0[depth], word, grow(same, depth + 1, nodes)));
    }
    nodes.push(Node { children, base: 0 });
    Some(nodes.len() - 1)
}

/// Lays the children of every node around a base of its own; the last node is the root, whose base is 0.
fn place(nodes: &mut [Node], characters: usize) -> Vec<Unit> {
    let root = nodes.len() - 1;
    // The root is asked for characters without a look at the label, so no other node's children lie among its own. Nothing lies at 0,
    // which stands for characters that no word has.
    let (mut taken, mut bases) = (Bits::default(), Bits::default());
    (0..=characters).for_each(|place| taken.set(place));
    bases.set(0);

    // Those with many children come first and lie loosely, those with few fill the gaps: whenever they are an eighth fewer
    // the search begins anew.
    let mut order: Vec<usize> = (0..root).collect();
    order.sort_by_key(|node| std::cmp::Reverse(nodes[*node].children.len()));
    let (mut size, mut from) = (usize::MAX / 8, 0);
    for node in order {
        let node = &mut nodes[node];
        if node.children.len() * 8 <= size * 7 {
            (size, from) = (node.children.len(), 0);
        }
        // 64 bases at once: those whose places are free for every child.
        (from, node.base) = (from..)
            .find_map(|block| {
                let mut free = !bases.from(block * 64);
                for (code, ..) in &node.children {
                    free &= !taken.from(block * 64 + *code as usize);
                    if free == 0 {
                        return None;
                    }
                }
                Some((block, block * 64 + free.trailing_zeros() as usize))
            })
            .expect("there is always room behind the last");
        bases.set(node.base);
        node.children.iter().for_each(|child| taken.set(node.base + child.0 as usize));
    }

    // Whatever base is asked for whatever character, there is a place.
    let last = nodes.iter().map(|node| node.base).max().unwrap_or_default();
    let mut units = vec![Unit::EMPTY; last + (1 << CODE_BITS)];
    for node in &*nodes {
        for (code, word, child) in &node.children {
            let below = child.map(|child| &nodes[child]);
            let followers = below.into_iter().flat_map(|below| below.children.iter().map(|child| child.0));
            units[node.base + *code as usize] = Unit::new(*code, *word, below.map_or(0, |below| below.base), followers);
        }
    }
    units
}

/// A set of places.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, place: usize) {
        if self.0.len() <= place / 64 {
            self.0.resize(place / 64 + 1, 0);
        }
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// The 64 places from `place` on, the first in the lowest bit.
    fn from(&self, place: usize) -> u64 {
        let [low, high] = [0, 1].map(|next| self.0.get(place / 64 + next).copied().unwrap_or(0));
        let shift = place % 64;
        if shift == 0 { low } else { low >> shift | high << (64 - shift) }
    }
}
