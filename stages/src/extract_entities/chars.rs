//! A text as characters with their bytes, and lists of words that are looked for at a place in it.

use pipeline::Span;
use rustc_hash::FxHashMap;

use crate::layout::lexicon;
use crate::layout::width::is_han;
use crate::segment;

/// A zone of an article, character by character.
pub(super) struct Chars<'a> {
    text: &'a str,
    all: Vec<char>,
    /// Where each character begins, and the end of the last.
    bytes: Vec<u32>,
}

impl<'a> Chars<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut all = Vec::with_capacity(text.len() / 3);
        let mut bytes = Vec::with_capacity(text.len() / 3 + 1);
        for (at, c) in text.char_indices() {
            all.push(c);
            bytes.push(at as u32);
        }
        bytes.push(text.len() as u32);
        Self { text, all, bytes }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.all.get(at).copied()
    }

    /// The character before `at`.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.get(at.checked_sub(1)?)
    }

    pub(super) fn is_han(&self, at: usize) -> bool {
        self.get(at).is_some_and(is_han)
    }

    pub(super) fn range(&self, start: usize, end: usize) -> &[char] {
        self.all.get(start..end).unwrap_or_default()
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.bytes[start], self.bytes[end])
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.span(start, end).slice(self.text)
    }

    /// How many characters the longest ordinary word has that begins at `at`; 0 for none of two or more.
    pub(super) fn longest_word(&self, at: usize) -> usize {
        let mut longest = 0;
        lexicon::words(self.all.iter().skip(at).copied(), |len| longest = longest.max(len));
        if longest > 0 && segment::is_ordinary_word(self.slice(at, at + longest)) { longest } else { 0 }
    }
}

/// Whether `chars` are an ordinary word, and not one that is only a name.
pub(super) fn is_ordinary(chars: &[char]) -> bool {
    segment::is_ordinary_word(&chars.iter().collect::<String>())
}

/// Whether `chars` are a word of the language, or a name that is well known.
pub(super) fn is_word(chars: &[char]) -> bool {
    let mut whole = false;
    lexicon::words(chars.iter().copied(), |len| whole |= len == chars.len());
    whole
}

/// Whether `chars` can be cut into words of two characters or more.
pub(super) fn is_all_words(chars: &[char]) -> bool {
    let mut reached = vec![false; chars.len() + 1];
    reached[0] = true;
    for start in 0..chars.len() {
        if reached[start] {
            lexicon::words(chars.iter().skip(start).copied(), |len| {
                if let Some(end) = reached.get_mut(start + len) {
                    *end = true;
                }
            });
        }
    }
    reached[chars.len()]
}

/// Words by the character they begin or end with.
#[derive(Default)]
pub(super) struct Table {
    by_first: FxHashMap<char, Vec<Vec<char>>>,
    by_last: FxHashMap<char, Vec<Vec<char>>>,
}

impl<'a> FromIterator<&'a str> for Table {
    fn from_iter<T: IntoIterator<Item = &'a str>>(words: T) -> Self {
        let mut table = Self::default();
        for word in words {
            table.add(word);
        }
        for list in table.by_first.values_mut().chain(table.by_last.values_mut()) {
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        table
    }
}

impl Table {
    fn add(&mut self, word: &str) {
        let chars: Vec<char> = word.chars().collect();
        if let (Some(first), Some(last)) = (chars.first(), chars.last()) {
            self.by_first.entry(*first).or_default().push(chars.clone());
            self.by_last.entry(*last).or_default().push(chars);
        }
    }

    /// How many characters the longest word has that begins at `at`.
    pub(super) fn at_start(&self, chars: &Chars<'_>, at: usize) -> Option<usize> {
        let list = self.by_first.get(&chars.get(at)?)?;
        list.iter().find(|word| chars.range(at, at + word.len()) == word.as_slice()).map(Vec::len)
    }

    /// How many characters the longest word has that ends before `end`.
    pub(super) fn at_end(&self, chars: &Chars<'_>, end: usize) -> Option<usize> {
        let list = self.by_last.get(&chars.before(end)?)?;
        list.iter().find(|word| word.len() <= end && chars.range(end - word.len(), end) == word.as_slice()).map(Vec::len)
    }

    pub(super) fn contains(&self, word: &[char]) -> bool {
        word.first().and_then(|first| self.by_first.get(first)).is_some_and(|list| list.iter().any(|known| known == word))
    }
}
