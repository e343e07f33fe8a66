//! Words of the language: whether a line end divides one.
//!
//! The words stand in `stages/data/words.txt`, a line for each first character. What follows from it is decided elsewhere.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::grammar::entries;
use super::pair_table::PairTable;
use super::width::is_han;

/// The longest word, in characters.
const LONGEST: usize = 4;

// What a beginning of a word is.
const IS_WORD: u8 = 1;
const GOES_ON: u8 = 2;

/// Beginnings of words.
struct Beginnings {
    pairs: PairTable,
    /// Those of three characters or more, by their number.
    longer: FxHashMap<u64, u8>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut pairs: Vec<(char, char, u8)> = Vec::new();
    let mut longer: FxHashMap<u64, u8> = FxHashMap::default();
    for (first, rest) in entries(include_str!("../../data/words.txt")).filter_map(|line| line.split_once('\t')) {
        let mut lists = rest.split(' ');
        let Some(first) = first.chars().next() else { continue };
        pairs.extend(lists.next().unwrap_or_default().chars().map(|second| (first, second, IS_WORD)));
        for rest in lists {
            let mut chars = rest.chars().peekable();
            let Some(second) = chars.next() else { continue };
            let state = |is_last: bool| if is_last { IS_WORD } else { GOES_ON };
            pairs.push((first, second, state(chars.peek().is_none())));
            let mut number = pair_number(first, second);
            while let Some(c) = chars.next() {
                number = with_next(number, c);
                *longer.entry(number).or_default() |= state(chars.peek().is_none());
            }
        }
    }
    Beginnings { pairs: PairTable::new(&pairs, |one, other| one | other), longer }
});

/// The number of a beginning of two characters.
fn pair_number(first: char, second: char) -> u64 {
    with_next(u64::from(first as u16), second)
}

/// The number of a beginning with one character more; all that words are made of have a place of 16 bits.
fn with_next(beginning: u64, c: char) -> u64 {
    beginning << 16 | u64::from(c as u16)
}

/// Follows the characters of a word.
#[derive(Clone, Copy, Default)]
enum Walk {
    /// No word begins so.
    #[default]
    Nowhere,
    Char(char),
    /// The number of a beginning that goes on.
    Longer(u64),
}

impl Walk {
    /// Goes on with `c`, and says whether that ends a word.
    #[inline]
    fn step(self, c: char) -> (Self, bool) {
        let (number, state) = match self {
            Self::Char(first) => (pair_number(first, c), BEGINNINGS.pairs.get(first, c)),
            Self::Longer(number) if (c as u32) < 1 << 16 => {
                let number = with_next(number, c);
                (number, BEGINNINGS.longer.get(&number).copied().unwrap_or(0))
            }
            Self::Nowhere | Self::Longer(_) => return (Self::Nowhere, false),
        };
        (if state & GOES_ON == 0 { Self::Nowhere } else { Self::Longer(number) }, state & IS_WORD != 0)
    }

    fn is_over(self) -> bool {
        matches!(self, Self::Nowhere)
    }
}

/// How many characters the words have that `chars` begin with, those of one left out.
#[inline]
pub(crate) fn words(mut chars: impl Iterator<Item = char>, mut take: impl FnMut(usize)) {
    let Some(first) = chars.next() else { return };
    let mut walk = Walk::Char(first);
    for (before, c) in (1..LONGEST).zip(chars) {
        let (next, is_word) = walk.step(c);
        if is_word {
            take(before + 1);
        }
        if next.is_over() {
            return;
        }
        walk = next;
    }
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
    /// At a tail, for each number of characters before the line end where they lead to.
    walks: [Walk; LONGEST],
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
    /// Whether Chinese characters meet where the line stands before `below`.
    pub(super) fn meets(&self, below: &Self) -> bool {
        self.tail.count > 0 && below.head.count > 0
    }

    /// Whether a word stands at the end of the line, and whether one stands at the beginning of `below`.
    pub(super) fn whole(&self, below: &Self) -> (bool, bool) {
        (self.tail.whole, below.head.whole)
    }

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
        let chars = head.chars;
        for left in (0..head.count).rev() {
            let mut fewest = 1 + head.words[left + 1];
            words(chars.into_iter().take(head.count).skip(left), |len| {
                fewest = fewest.min(1 + head.words[left + len]);
                head.whole |= left == 0 && len <= 3;
            });
            head.words[left] = fewest;
        }
        // `words` counts from the line end here, too.
        let (chars, count) = (tail.chars, tail.count);
        let mut fewest = [usize::MAX; LONGEST + 1];
        fewest[0] = 0;
        for start in 0..count {
            fewest[start + 1] = fewest[start + 1].min(fewest[start] + 1);
            words(chars.into_iter().take(count).skip(start), |len| {
                fewest[start + len] = fewest[start + len].min(fewest[start] + 1);
                tail.whole |= start + len == count && len <= 3;
            });
        }
        for (left, words) in tail.words.iter_mut().take(count + 1).enumerate() {
            *words = fewest[count - left];
        }
        for (left, walk) in tail.walks.iter_mut().enumerate().take(count + 1).skip(1) {
            let start = Walk::Char(chars[count - left]);
            *walk = chars.iter().take(count).skip(count - left + 1).fold(start, |walk, c| walk.step(*c).0);
        }
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
    if !above.meets(below) {
        return None;
    }
    let apart = tail.words[0] + head.words[0];
    let mut together = apart;
    for left in 1..=tail.count.min(LONGEST - 1) {
        let mut walk = tail.walks[left];
        for (taken, c) in (1..=LONGEST - left).zip(head.chars()) {
            if walk.is_over() {
                break;
            }
            let (next, is_word) = walk.step(*c);
            if is_word {
                together = together.min(tail.words[left] + 1 + head.words[taken]);
            }
            walk = next;
        }
    }
    Some(Meeting { saved: apart - together, whole: above.whole(below) })
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
