//! Numbers for the words of a page, in the order in which they are first said.
//!
//! A word is looked up for every character of a page: so this is a plain table with twice as many places as words, where a word
//! stands at the place that its bits say, or behind it.

/// Words, each as 64 bits, and their numbers.
pub(super) struct Numbers {
    /// For each place the number of its word and one more; 0 where there is none. As many as a power of two.
    places: Vec<u32>,
    words: Vec<u64>,
}

impl Numbers {
    /// Makes room for so many words; there may be more.
    pub(super) fn with_capacity(words: usize) -> Self {
        Self { places: vec![0; (words * 2).next_power_of_two().max(64)], words: Vec::with_capacity(words) }
    }

    /// The number of `word`, the next one if it is new.
    #[inline]
    pub(super) fn of(&mut self, word: u64) -> usize {
        let place = self.place(word);
        if self.places[place] != 0 {
            return self.places[place] as usize - 1;
        }
        self.words.push(word);
        self.places[place] = self.words.len() as u32;
        if self.words.len() * 2 > self.places.len() {
            self.grow();
        }
        self.words.len() - 1
    }

    /// Where `word` stands, or is to stand.
    #[inline]
    fn place(&self, word: u64) -> usize {
        let bits = self.places.len().trailing_zeros();
        let mut place = (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize;
        while self.places[place] != 0 && self.words[self.places[place] as usize - 1] != word {
            place = (place + 1) & (self.places.len() - 1);
        }
        place
    }

    #[cold]
    fn grow(&mut self) {
        self.places = vec![0; self.places.len() * 2];
        for (number, word) in self.words.iter().enumerate() {
            let place = self.place(*word);
            self.places[place] = number as u32 + 1;
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
    }
}
