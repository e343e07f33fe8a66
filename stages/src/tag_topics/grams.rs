//! Finds many strings in a text in one pass, as fast as the text can be read: a string is looked at only where its first three
//! characters stand.
//!
//! A text becomes a row of symbols, one for each character, in which characters that count as the same (`fold.rs`) have the same
//! symbol and those that are in no string have none. While it is read, a word of 64 bits for each symbol tells of most places that no
//! string begins there; of the others, two sets of bits that stay in the processor's cache, one of pairs and one of triples of
//! symbols, tell it of nearly all. What they let through is looked up. On news text an automaton such as daachorse's takes two to
//! three times as long, because it cannot leave a place out and folds apart.

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
    /// Of each symbol, which symbols stand second in strings that begin with it: a bit for those that are alike in their last six
    /// bits. All bits of those that are strings by themselves.
    seconds: Vec<u64>,
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
    /// A bit for each character: whether a string may begin with the one before it.
    begin: Vec<u64>,
    /// Places where a string may begin, with what may begin there in the lowest bits.
    candidates: Vec<u64>,
    /// What was found at each of them: a pair, and what longer strings begin with.
    found: Vec<[Option<Node>; 2]>,
}

/// Bytes of text for which it is worth keeping room; a longer one is an exception.
const KEPT: usize = 1 << 17;

impl Row {
    /// Whether the room that a long text took is not worth keeping.
    pub(super) fn is_long(&self) -> bool {
        self.symbols.len() > KEPT
    }

    /// Makes room for a text of so many bytes and what stands behind it.
    fn make_room(&mut self, bytes: usize) {
        let room = bytes + 2;
        if self.symbols.len() < room {
            self.symbols.resize(room, 0);
            self.starts.resize(room, 0);
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
        let mut seconds = vec![0; symbol_of.len() + 1];
        seconds.iter_mut().take(usize::from(last_one) + 1).skip(1).for_each(|seconds| *seconds = u64::MAX);
        for pair in added.pairs.keys().copied().chain(added.triples.keys().map(|triple| triple >> 16)) {
            seconds[(pair >> 16) as usize] |= 1 << (pair & 63);
        }
        Ok(Self {
            seconds,
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
        self.read(text, row);
        self.sift(row);
        let Row { symbols, starts, candidates, found, .. } = row;
        // Everything is looked up before anything is done with it, so that memory is waited for at many places at once.
        let looked_up = candidates.iter().map(|candidate| {
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
                let next = |number: u32| self.next.get(u64::from(number) << 16 | u64::from(symbols[end]));
                node = if number == 0 { None } else { next(number) };
                end += 1;
            }
        }
    }

    /// Makes a row of `text`, with the places where strings may begin.
    fn read(&self, text: &str, row: &mut Row) {
        row.make_room(text.len());
        let Row { symbols, starts, begin, .. } = row;
        let bytes = text.as_bytes();
        let (mut at, mut characters) = (0, 0);
        while at < bytes.len() {
            let (symbol, length) = match bytes.get(at..at + 3) {
                Some(&[one @ 0xe0..=0xef, two, three]) => {
                    let [one, two, three] = [one & 0x0f, two & 0x3f, three & 0x3f].map(usize::from);
                    (self.symbols.basic[one << 12 | two << 6 | three], 3)
                }
                _ => text.get(at..).and_then(|rest| rest.chars().next()).map_or((0, 1), |c| (self.symbols.get(c), c.len_utf8())),
            };
            symbols[characters] = symbol;
            starts[characters] = at as u32;
            at += length;
            characters += 1;
        }
        // Behind the text there are symbols that no string has, and one character may be a string.
        symbols[characters..characters + 2].fill(0);
        starts[characters] = text.len() as u32;
        let mut seconds = 0;
        // Bits are gathered because a branch would be guessed wrongly too often.
        begin.clear();
        begin.extend(symbols[..=characters].chunks(64).map(|symbols| {
            let mut bits = 0;
            for (nth, symbol) in symbols.iter().enumerate() {
                bits |= (seconds >> (symbol & 63) & 1) << nth;
                seconds = self.seconds[usize::from(*symbol)];
            }
            bits
        }));
    }

    /// Keeps of the places where strings may begin those where one of the sets has what stands there.
    fn sift(&self, row: &mut Row) {
        let Row { symbols, begin, candidates, .. } = row;
        candidates.clear();
        let last_one = u64::from(self.last_one);
        for (word, bits) in begin.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let place = word * 64 + bits.trailing_zeros() as usize - 1;
                bits &= bits - 1;
                let [one, two, three] = [symbols[place], symbols[place + 1], symbols[place + 2]].map(u64::from);
                let pair = one << 16 | two;
                let is_one = u64::from(one.wrapping_sub(1) < last_one);
                let may = is_one | self.two.has(pair) << 1 | self.three.has(pair << 16 | three) << 2;
                if may != 0 {
                    candidates.push((place as u64) << 3 | may);
                }
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

    /// What is found of `strings`, which have at most five characters, by looking for each of them everywhere.
    fn plainly_found(strings: &[&str], text: &str) -> Vec<(u32, u32, u32)> {
        let mut expected = Vec::new();
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for (from, start) in places.iter().enumerate() {
            for end in places.iter().skip(from + 1).take(5) {
                let piece = folded(text.get(*start..*end).unwrap());
                let number = strings.iter().position(|string| piece == *string);
                expected.extend(number.map(|number| (*start as u32, *end as u32, number as u32)));
            }
        }
        expected
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            strings in prop::collection::btree_set("[复工产a1𠀀]{1,5}", 0..8),
            text in "[复復工产Ａa1１𠀀，é]{0,150}",
        ) {
            let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
            prop_assert_eq!(found(&strings, &text), plainly_found(&strings, &text));
        }

        #[test]
        fn finds_strings_of_many_different_characters(
            strings in prop::collection::btree_set("[一-僿]{1,5}", 1..100),
            pieces in prop::collection::vec((any::<prop::sample::Index>(), "[一-僿]{0,3}"), 0..60),
        ) {
            // Some characters here are the traditional form of others.
            let strings: std::collections::BTreeSet<String> = strings.iter().map(|string| folded(string)).collect();
            let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
            let text: String = pieces.iter().flat_map(|(index, rest)| [*index.get(&strings), rest]).collect();
            prop_assert_eq!(found(&strings, &text), plainly_found(&strings, &text));
        }
    }
}
