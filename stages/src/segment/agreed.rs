//! What the build script and the segmenter must agree on besides the nodes.

/// Set in a character's number when it is of a kind that words are looked for among.
pub(crate) const JOINS_WORDS: u16 = 1 << 15;

/// The logarithm of nothing.
pub(crate) const NEVER: f64 = -3.14e100;

/// How many parts of speech the model of unknown words has.
pub(crate) const TAGS: usize = 64;

/// The Chinese characters of the basic plane that jieba knows.
pub(crate) fn is_basic_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}')
}

/// The characters that the model of joins covers; what it says of others is never asked.
pub(crate) fn is_joined(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FD5}')
}
