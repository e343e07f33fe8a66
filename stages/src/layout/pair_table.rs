//! Small numbers for pairs of Chinese characters, in as little memory as possible: who asks, asks at every line end, and each time
//! for another pair.

/// Numbers of two bits, none of them 0, for pairs of characters.
pub(super) struct PairTable {
    /// For each place the pair and its number, or 0. As many as a power of two, a third of them free at least.
    places: Vec<u32>,
}

/// Bits that tell one character of a pair from the others.
const BITS: u32 = 15;
/// The first of the characters that are told apart: all Chinese ones but those of compatibility and of rare names.
const FIRST: u32 = 0x3000;
/// The bits of a number.
const NUMBER: u32 = 0b11;

impl PairTable {
    /// The table of `pairs`; a pair that comes more than once has what `both` makes of its numbers.
    pub(super) fn new(pairs: &[(char, char, u8)], both: impl Fn(u8, u8) -> u8) -> Self {
        let mut table = Self { places: vec![0; (pairs.len() + pairs.len() / 2).next_power_of_two().max(2)] };
        for &(first, second, number) in pairs {
            let Some(key) = key(first, second) else { continue };
            let place = table.place(key);
            let before = (table.places[place] & NUMBER) as u8;
            let number = if before == 0 { number } else { both(before, number) };
            table.places[place] = key << 2 | u32::from(number) & NUMBER;
        }
        table
    }

    /// Where the pair `key` stands, or would.
    #[inline]
    fn place(&self, key: u32) -> usize {
        let bits = self.places.len().trailing_zeros();
        let mut place = (key.wrapping_mul(0x9e37_79b9) >> (u32::BITS - bits)) as usize;
        while self.places[place] >> 2 != key && self.places[place] != 0 {
            place = (place + 1) & (self.places.len() - 1);
        }
        place
    }

    /// The number of a pair, 0 if it has none.
    #[inline]
    pub(super) fn get(&self, first: char, second: char) -> u8 {
        key(first, second).map_or(0, |key| (self.places[self.place(key)] & NUMBER) as u8)
    }
}

#[inline]
fn key(first: char, second: char) -> Option<u32> {
    let (first, second) = (u32::from(first).wrapping_sub(FIRST), u32::from(second).wrapping_sub(FIRST));
    ((first | second) >> BITS == 0).then_some(first << BITS | second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_its_number() {
        let chars = || ('一'..'丰').chain(['。', '\u{3000}', '\u{afff}']);
        let number = |first: char, second: char| ((first as u32 + second as u32) % 4) as u8;
        let pairs: Vec<_> = chars().flat_map(|first| chars().map(move |second| (first, second, number(first, second)))).collect();
        let table = PairTable::new(&pairs.iter().copied().filter(|(.., number)| *number > 0).collect::<Vec<_>>(), |_, last| last);
        assert!(pairs.iter().all(|(first, second, number)| table.get(*first, *second) == *number));
        assert_eq!((table.get('a', '一'), table.get('一', '\u{20000}'), table.get('\u{b000}', '一')), (0, 0, 0));
        let both = PairTable::new(&[('一', '个', 1), ('一', '个', 2)], |first, last| first | last);
        assert_eq!(both.get('一', '个'), 3);
    }
}
