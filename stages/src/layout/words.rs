//! Words of bylines, found at the beginning of characters that stand at their places in the text.

/// Words of one kind, each with its first character; most characters of a text begin none.
pub(super) struct WordList {
    words: Vec<(char, &'static str)>,
    /// Whether a word begins with a character that ends in this byte.
    beginnings: [bool; 256],
}

impl FromIterator<&'static str> for WordList {
    fn from_iter<T: IntoIterator<Item = &'static str>>(words: T) -> Self {
        let words: Vec<_> = words.into_iter().filter_map(|word| Some((word.chars().next()?, word))).collect();
        let mut beginnings = [false; 256];
        for (first, _) in &words {
            beginnings[usize::from(*first as u8)] = true;
        }
        Self { words, beginnings }
    }
}

impl WordList {
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.words.iter().map(|(_, word)| *word)
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }
}

/// Length of `word` at the start of `chars`, spaces inside the word allowed.
pub(super) fn at_start(chars: &[(u32, char)], word: &str) -> Option<usize> {
    let mut at = 0;
    for (index, wanted) in word.chars().enumerate() {
        if index > 0 {
            while chars.get(at).is_some_and(|(_, c)| c.is_whitespace()) {
                at += 1;
            }
        }
        if chars.get(at)?.1 != wanted {
            return None;
        }
        at += 1;
    }
    Some(at)
}

#[inline]
pub(super) fn longest(chars: &[(u32, char)], list: &WordList) -> Option<(usize, &'static str)> {
    let (_, c) = chars.first()?;
    if list.beginnings[usize::from(*c as u8)] { longest_of(chars, *c, list) } else { None }
}

fn longest_of(chars: &[(u32, char)], c: char, list: &WordList) -> Option<(usize, &'static str)> {
    let words = list.words.iter().filter(|(first, _)| *first == c);
    words.filter_map(|(_, word)| at_start(chars, word).map(|len| (len, *word))).max_by_key(|(len, _)| *len)
}
