//! Numbers for the words of a page, in the order in which they are first said.
//!
//! A word is looked up for every character of a page: so this is a plain table with twice as many places as words, where a word
//! stands at the place that its bits say, or behind it.

/// What stands for no word.
const NONE: u64 = 0;

/// Words, each as bits that are not all 0, and their numbers.
pub(super) struct Numbers {
    /// As many as a power of two.
    places: Vec<(u64, u32)>,
    count: u32,
}

impl Numbers {
    /// Makes room for so many words; there may be more.
    pub(super) fn with_capacity(words: usize) -> Self {
        Self { places: vec![(NONE, 0); (words * 2).next_power_of_two().max(64)], count: 0 }
    }

    /// How many words have a number.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The number of `word`, the next one if it is new.
    #[inline]
    pub(super) fn of(&mut self, word: u64) -> u32 {
        let place = self.place(word);
        if self.places[place].0 == word {
            return self.places[place].1;
        }
        let number = self.count;
        self.places[place] = (word, number);
        self.count += 1;
        if self.count as usize * 2 > self.places.len() {
            self.grow();
        }
        number
    }

    /// Where `word` stands, or is to stand.
    #[inline]
    fn place(&self, word: u64) -> usize {
        let last = self.places.len() - 1;
        let mut place = (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & last;
        while self.places[place].0 != word && self.places[place].0 != NONE {
            place = (place + 1) & last;
        }
        place
    }

    #[cold]
    fn grow(&mut self) {
        let room = self.places.len() * 2;
        let places = std::mem::replace(&mut self.places, vec![(NONE, 0); room]);
        for (word, number) in places.into_iter().filter(|(word, _)| *word != NONE) {
            let place = self.place(word);
            self.places[place] = (word, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_while_the_table_grows() {
        let mut numbers = Numbers::with_capacity(1);
        let words = || (1..5000_u64).map(|word| word << 32 | word);
        assert!(words().map(|word| numbers.of(word)).eq(0..4999));
        assert!(words().map(|word| numbers.of(word)).eq(0..4999));
        assert_eq!(numbers.count(), 4999);
    }
}
