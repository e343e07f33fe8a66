//! Finds many strings in a text in one pass, as fast as the text can be read: a string is looked at only where its first three
//! characters stand.
//!
//! A text becomes a row of symbols, one for each character, in which characters that count as the same (`fold.rs`) have the same
//! symbol and those that are in no string have none. Two sets of bits that stay in the processor's cache, one of pairs and one of
//! triples of symbols, tell for nearly every place that no string begins there; what they let through is looked up. On news text an
//! automaton such as daachorse's takes two to three times as long, because it cannot leave a place out and folds apart.

use pipeline::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fold::{beyond, fold, folded};

/// How many bits a set has for each of its members: the more, the fewer places are let through, until the cache is full.
const BITS_EACH: usize = 16;
/// The smallest and the largest set, in powers of two of words of 64 bits. The largest is half a mebibyte.
const SMALLEST: u32 = 6;
const LARGEST: u32 = 16;

/// Its upper bits know all of the number.
fn hash(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A set of numbers of up to 48 bits that says yes to two of a hundred others: two bits for each, in one word.
struct Bits {
    words: Vec<u64>,
    shift: u32,
}

impl Bits {
    fn of(members: impl ExactSizeIterator<Item = u64>) -> Self {
        let log = (members.len() * BITS_EACH / 64).next_power_of_two().trailing_zeros().clamp(SMALLEST, LARGEST);
        let mut bits = Self { words: vec![0; 1 << log], shift: 64 - log };
        for member in members {
            let (word, mask) = bits.place(member);
            bits.words[word] |= mask;
        }
        bits
    }

    fn place(&self, number: u64) -> (usize, u64) {
        let hash = hash(number);
        // The lower bits of the product know little of the higher ones of the number.
        let mask = 1 << (hash >> 42 & 63) | 1 << (hash >> 36 & 63);
        ((hash >> self.shift) as usize, mask)
    }

    /// 1 if it may be in it, 0 if not.
    fn has(&self, number: u64) -> u64 {
        let (word, mask) = self.place(number);
        u64::from(self.words[word] & mask == mask)
    }
}

/// Nodes by keys of up to 48 bits, none of which is zero: the place where a key belongs, or the next one that is free. What it is
/// asked for is there in nearly all cases, and then it is one line of memory; a general map takes two.
struct Nodes {
    places: Vec<(u64, Node)>,
    shift: u32,
}

impl Nodes {
    fn of(nodes: &FxHashMap<u64, Node>) -> Self {
        // At most two thirds are taken.
        let log = (nodes.len() * 3 / 2 + 1).next_power_of_two().trailing_zeros().max(1);
        let mut places = vec![(0, Node::default()); 1 << log];
        let shift = 64 - log;
        for (key, node) in nodes {
            let mut at = (hash(*key) >> shift) as usize;
            while places[at].0 != 0 {
                at = (at + 1) & (places.len() - 1);
            }
            places[at] = (*key, *node);
        }
        Self { places, shift }
    }

    fn get(&self, key: u64) -> Option<Node> {
        let mut at = (hash(key) >> self.shift) as usize;
        loop {
            match self.places[at] {
                (0, _) => return None,
                (found, node) if found == key => return Some(node),
                _ => at = (at + 1) & (self.places.len() - 1),
            }
        }
    }
}

/// Strings to be found, each with the number under which it was given.
pub(super) struct Grams {
    symbols: Symbols,
    /// Strings of one character have the symbols from 1 to this, in which they are looked up in `ones`.
    last_one: u16,
    ones: Vec<u32>,
    two: Bits,
    three: Bits,
    /// The node of each pair that is a string, of each triple that one begins with, then of each node and symbol.
    pairs: Nodes,
    triples: Nodes,
    next: Nodes,
}

/// The symbol of each character, 0 of one that is in no string.
struct Symbols {
    /// Of the basic plane.
    basic: Vec<u16>,
    beyond: FxHashMap<char, u16>,
}

/// The strings while they are added.
#[derive(Default)]
struct Added {
    ones: Vec<u32>,
    pairs: FxHashMap<u64, Node>,
    triples: FxHashMap<u64, Node>,
    next: FxHashMap<u64, Node>,
    /// How many nodes there are.
    nodes: u32,
}

/// A string of two or more characters, or what such strings begin with.
#[derive(Clone, Copy, Default)]
struct Node {
    /// 0 when no longer string begins with it.
    number: u32,
    /// The string that ends here, plus one.
    ends: u32,
}

/// A text as symbols, kept to be used again for the next.
#[derive(Default)]
pub(super) struct Row {
    symbols: Vec<u16>,
    starts: Vec<u32>,
    /// Places where a string may begin, with what may begin there in the lowest bits.
    candidates: Vec<u64>,
    /// What was found at each of them: a pair, and what longer strings begin with.
    found: Vec<[Option<Node>; 2]>,
}

/// Characters for which a row keeps room; a longer text is an exception.
const KEPT: usize = 1 << 17;

impl Row {
    /// Lets go of the room that a long text took.
    pub(super) fn shrink(&mut self) {
        if self.symbols.capacity() > KEPT {
            *self = Self::default();
        }
    }
}

impl Grams {
    /// Takes `strings`, which must all be different when they are folded, each with its number.
    ///
    /// # Errors
    /// When they have more than 65,535 different characters.
    pub(super) fn new(strings: &[(String, u32)]) -> Result<Self, String> {
        let mut symbol_of: FxHashMap<char, u16> = FxHashMap::default();
        let single = |string: &&String| string.chars().nth(1).is_none();
        let all = || strings.iter().map(|(string, _)| string);
        let ordered = all().filter(single).chain(all().filter(|string| !single(string)));
        let mut last_one = 0;
        for string in ordered {
            for c in string.chars().map(fold) {
                let symbol = symbol_of.len() + 1;
                let symbol = u16::try_from(symbol).map_err(|_| "the terms have too many different characters".to_owned())?;
                let symbol = *symbol_of.entry(c).or_insert(symbol);
                if single(&string) {
                    last_one = symbol;
                }
            }
        }
        let symbols = Symbols::of(&symbol_of);
        let mut added = Added { ones: vec![0; usize::from(last_one) + 1], ..Added::default() };
        for (string, number) in strings {
            let string: Vec<u64> = folded(string).chars().map(|c| u64::from(symbols.get(c))).collect();
            added.insert(&string, *number);
        }
        added.end_what_does_not_go_on();
        Ok(Self {
            symbols,
            last_one,
            two: Bits::of(added.pairs.keys().copied()),
            three: Bits::of(added.triples.keys().copied()),
            pairs: Nodes::of(&added.pairs),
            triples: Nodes::of(&added.triples),
            next: Nodes::of(&added.next),
            ones: added.ones,
        })
    }

    /// Calls `hit` with the number and the place of every string in `text`, by where they begin; of those that begin together the
    /// shorter first.
    pub(super) fn find(&self, text: &str, row: &mut Row, mut hit: impl FnMut(u32, Span)) {
        let Row { symbols, starts, candidates, found } = row;
        symbols.clear();
        starts.clear();
        symbols.reserve(text.len() / 2);
        starts.reserve(text.len() / 2);
        for (at, c) in text.char_indices() {
            symbols.push(self.symbols.get(c));
            starts.push(at as u32);
        }
        let characters = symbols.len();
        symbols.extend([0, 0]);
        starts.push(text.len() as u32);
        candidates.resize(characters.max(candidates.len()), 0);
        let last_one = u64::from(self.last_one);
        let mut count = 0;
        for (place, three) in symbols.windows(3).enumerate() {
            let &[one, two, three] = three else { continue };
            let [one, two, three] = [u64::from(one), u64::from(two), u64::from(three)];
            let pair = one << 16 | two;
            let may = u64::from(one.wrapping_sub(1) < last_one) | self.two.has(pair) << 1 | self.three.has(pair << 16 | three) << 2;
            // Without a branch, which would be guessed wrongly half the time.
            candidates[count] = (place as u64) << 3 | may;
            count += usize::from(may != 0);
        }
        // Everything is looked up before anything is done with it, so that memory is waited for at many places at once.
        let looked_up = candidates.iter().take(count).map(|candidate| {
            let place = (candidate >> 3) as usize;
            let [one, two, three] = [symbols[place], symbols[place + 1], symbols[place + 2]].map(u64::from);
            let pair = one << 16 | two;
            let node = |may: u64, nodes: &Nodes, key: u64| if candidate & may == 0 { None } else { nodes.get(key) };
            [node(2, &self.pairs, pair), node(4, &self.triples, pair << 16 | three)]
        });
        found.clear();
        found.extend(looked_up);
        for (candidate, [pair, triple]) in candidates.iter().zip(found) {
            let place = (candidate >> 3) as usize;
            let mut hit = |number: u32, end: usize| hit(number, Span::new(starts[place], starts[end]));
            if candidate & 1 != 0 {
                hit(self.ones[usize::from(symbols[place])], place + 1);
            }
            if let Some(node) = pair {
                hit(node.ends - 1, place + 2);
            }
            let (mut node, mut end) = (*triple, place + 3);
            while let Some(Node { number, ends }) = node {
                if let Some(string) = ends.checked_sub(1) {
                    hit(string, end);
                }
                // Behind the text there is a symbol that no string has.
                let next = |number: u32| self.next.get(u64::from(number) << 16 | u64::from(symbols[end]));
                node = if number == 0 { None } else { next(number) };
                end += 1;
            }
        }
    }
}

impl Symbols {
    fn of(symbol_of: &FxHashMap<char, u16>) -> Self {
        let basic = ('\0'..='\u{ffff}').map(|c| (c, symbol_of.get(&fold(c)).copied().unwrap_or(0)));
        let mut symbols = Self { basic: vec![0; 1 << 16], beyond: FxHashMap::default() };
        basic.for_each(|(c, symbol)| symbols.basic[u32::from(c) as usize] = symbol);
        let themselves = symbol_of.keys().map(|c| (*c, *c));
        for (c, into) in themselves.chain(beyond()).filter(|(c, _)| u32::from(*c) > 0xffff) {
            symbols.beyond.extend(symbol_of.get(&into).map(|symbol| (c, *symbol)));
        }
        symbols
    }

    fn get(&self, c: char) -> u16 {
        match self.basic.get(u32::from(c) as usize) {
            Some(symbol) => *symbol,
            None => self.beyond.get(&c).copied().unwrap_or(0),
        }
    }
}

impl Added {
    fn insert(&mut self, symbols: &[u64], number: u32) {
        match *symbols {
            [] => {}
            [one] => self.ones[one as usize] = number,
            [one, two] => _ = self.pairs.insert(one << 16 | two, Node { number: 0, ends: number + 1 }),
            [one, two, three, ref rest @ ..] => {
                let nodes = &mut self.nodes;
                let mut new_node = || {
                    *nodes += 1;
                    Node { number: *nodes, ends: 0 }
                };
                let mut node = self.triples.entry(one << 32 | two << 16 | three).or_insert_with(&mut new_node);
                for symbol in rest {
                    let key = u64::from(node.number) << 16 | symbol;
                    node = self.next.entry(key).or_insert_with(&mut new_node);
                }
                node.ends = number + 1;
            }
        }
    }

    fn end_what_does_not_go_on(&mut self) {
        let going_on: FxHashSet<u32> = self.next.keys().map(|key| (key >> 16) as u32).collect();
        for node in self.triples.values_mut().chain(self.next.values_mut()).filter(|node| !going_on.contains(&node.number)) {
            node.number = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(strings: &[&str], text: &str) -> Vec<(u32, u32, u32)> {
        let strings: Vec<(String, u32)> = strings.iter().zip(0..).map(|(string, number)| ((*string).to_owned(), number)).collect();
        let mut hits = Vec::new();
        let grams = Grams::new(&strings).unwrap();
        grams.find(text, &mut Row::default(), |number, span| hits.push((span.start, span.end, number)));
        hits
    }

    #[test]
    fn finds_strings_of_every_length_up_to_the_last_character() {
        let strings = ["工", "复工", "复工复", "复工复产", "𠀀", "产𠀀x", "Ａ"];
        let expected = [(0, 6, 1), (0, 9, 2), (0, 12, 3), (3, 6, 0), (12, 16, 4), (16, 17, 6)];
        assert_eq!(found(&strings, "復工复产𠀀a"), expected);
        assert_eq!(found(&strings, "产𠀀X"), [(0, 8, 5), (3, 7, 4)]);
        assert_eq!(found(&strings, ""), []);
        assert_eq!(found(&[], "复工"), []);
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            strings in prop::collection::btree_set("[复工产a1𠀀]{1,5}", 0..8),
            text in "[复復工产Ａa1１𠀀，é]{0,40}",
        ) {
            let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
            let mut expected = Vec::new();
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for (from, start) in places.iter().enumerate() {
                for end in places.iter().skip(from + 1) {
                    let number = strings.iter().position(|string| folded(text.get(*start..*end).unwrap()) == *string);
                    expected.extend(number.map(|number| (*start as u32, *end as u32, number as u32)));
                }
            }
            prop_assert_eq!(found(&strings, &text), expected);
        }
    }
}
