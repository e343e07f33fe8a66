//! Words of the language: whether a line end divides one.
//!
//! The words stand in `stages/data/words.txt`, a line for each first character. What follows from it is decided elsewhere.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::grammar::entries;
use super::width::is_han;

/// The longest word, in characters.
const LONGEST: usize = 4;

static WORDS: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let mut words = FxHashSet::default();
    words.reserve(1 << 16);
    for (first, rest) in entries(include_str!("../../data/words.txt")).filter_map(|line| line.split_once('\t')) {
        let mut lists = rest.split(' ');
        let pairs = lists.next().unwrap_or_default().chars().map(String::from);
        for rest in pairs.chain(lists.map(String::from)) {
            words.extend(number(first.chars().chain(rest.chars())));
        }
    }
    words
});

/// A word as one number; nearly all Chinese characters have a place of 16 bits.
fn number(word: impl Iterator<Item = char>) -> Option<u64> {
    word.map(|c| u16::try_from(u32::from(c)).ok()).try_fold(0, |number, place| Some(number << 16 | u64::from(place?)))
}

fn is_word(chars: &[char]) -> bool {
    chars.len() <= LONGEST && number(chars.iter().copied()).is_some_and(|word| WORDS.contains(&word))
}

/// The Chinese characters at one end of a line, and into how few words they and their parts can be cut.
#[derive(Clone, Copy, Default)]
struct Edge {
    chars: [char; LONGEST],
    count: usize,
    /// Of the characters without so many next to the line end.
    words: [usize; LONGEST + 1],
    /// A word of two or three characters stands next to the line end.
    whole: bool,
}

impl Edge {
    fn chars(&self) -> &[char] {
        self.chars.get(..self.count).unwrap_or_default()
    }
}

/// The Chinese characters at both ends of a line.
#[derive(Clone, Copy, Default)]
pub(crate) struct Edges {
    head: Edge,
    tail: Edge,
}

impl Edges {
    pub(crate) fn of(line: &str) -> Self {
        let line = line.trim();
        let mut head = Edge::default();
        for c in line.chars().take_while(|c| is_han(*c)).take(LONGEST) {
            head.chars[head.count] = c;
            head.count += 1;
        }
        let mut tail = Edge { count: line.chars().rev().take_while(|c| is_han(*c)).take(LONGEST).count(), ..Edge::default() };
        for (place, c) in tail.chars.iter_mut().take(tail.count).rev().zip(line.chars().rev()) {
            *place = c;
        }
        for left in (0..head.count).rev() {
            let of_word = |len: usize| 1 + head.words[left + len];
            let longer = (2..=head.count - left).filter(|len| is_word(&head.chars[left..left + len]));
            head.words[left] = longer.chain([1]).map(of_word).min().unwrap_or(0);
        }
        // Cut off from the right, so that `words` counts from the line end here, too.
        for end in 1..=tail.count {
            let of_word = |len: usize| 1 + tail.words[tail.count - (end - len)];
            let longer = (2..=end).filter(|len| is_word(&tail.chars[end - len..end]));
            tail.words[tail.count - end] = longer.chain([1]).map(of_word).min().unwrap_or(0);
        }
        head.whole = (2..=head.count.min(3)).any(|len| is_word(&head.chars[..len]));
        tail.whole = (2..=tail.count.min(3)).any(|len| is_word(&tail.chars[tail.count - len..tail.count]));
        Self { head, tail }
    }
}

/// What the words say of two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// How many words fewer the two make together than each by itself.
    pub(crate) saved: usize,
    /// The line above ends with a word, the line below begins with one.
    pub(crate) whole: (bool, bool),
}

/// What the words say of a line that ends with `above` and one that begins with `below`, when Chinese characters meet.
pub(crate) fn meeting(above: &Edges, below: &Edges) -> Option<Meeting> {
    let (tail, head) = (&above.tail, &below.head);
    if tail.count == 0 || head.count == 0 {
        return None;
    }
    let apart = tail.words[0] + head.words[0];
    let mut together = apart;
    let mut word = ['\0'; LONGEST];
    for left in 1..=tail.count.min(LONGEST - 1) {
        word[..left].copy_from_slice(&tail.chars()[tail.count - left..]);
        for right in 1..=head.count.min(LONGEST - left) {
            word[left + right - 1] = head.chars[right - 1];
            if is_word(&word[..left + right]) {
                together = together.min(tail.words[left] + 1 + head.words[right]);
            }
        }
    }
    Some(Meeting { saved: apart - together, whole: (tail.whole, head.whole) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(above: &str, below: &str) -> Option<usize> {
        meeting(&Edges::of(above), &Edges::of(below)).map(|meeting| meeting.saved)
    }

    #[test]
    fn a_divided_word_is_seen() {
        assert_eq!(saved("他们在疫情防", "控中心值班"), Some(1));
        assert_eq!(saved("快点上车，途中", "医疗队来了"), Some(0), "中医 is a word, but 医疗队 is whole without it");
        assert_eq!(saved("会议于昨天结束。", "大家都很满意"), None);
        assert_eq!(saved("", "大家"), None);
    }

    #[test]
    fn whole_words_at_the_line_end_are_seen() {
        let whole = |above: &str, below: &str| meeting(&Edges::of(above), &Edges::of(below)).map(|meeting| meeting.whole);
        assert_eq!(whole("孩子们来到学校", "食堂换了灶台"), Some((true, true)));
        assert_eq!(whole("送去十斤的", "们"), Some((false, false)));
    }
}
