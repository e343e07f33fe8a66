//! Words of the language: whether a line end divides one.
//!
//! The words stand in `stages/data/words.txt`, a line for each first character. What follows from it is decided elsewhere.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::grammar::entries;
use super::width::is_han;

/// The longest word, in characters.
const LONGEST: usize = 4;

/// What a beginning of a word is.
#[derive(Clone, Copy, Default)]
struct Beginning {
    is_word: bool,
    goes_on: bool,
}

/// Beginnings of two characters or more, by their number.
static BEGINNINGS: LazyLock<FxHashMap<u64, Beginning>> = LazyLock::new(|| {
    let mut beginnings: FxHashMap<u64, Beginning> = FxHashMap::default();
    beginnings.reserve(1 << 16);
    for (first, rest) in entries(include_str!("../../data/words.txt")).filter_map(|line| line.split_once('\t')) {
        let mut lists = rest.split(' ');
        let Some(start) = first.chars().next().and_then(|c| longer(0, c)) else { continue };
        for word in lists.next().unwrap_or_default().chars().filter_map(|c| longer(start, c)) {
            beginnings.entry(word).or_default().is_word = true;
        }
        for rest in lists {
            let mut last = start;
            for number in rest.chars().map_while(|c| longer(last, c).inspect(|number| last = *number)).collect::<Vec<_>>() {
                beginnings.entry(number).or_default().goes_on |= number != last;
            }
            beginnings.entry(last).or_default().is_word = true;
        }
    }
    beginnings
});

/// A beginning with one character more; nearly all Chinese characters have a place of 16 bits.
fn longer(beginning: u64, c: char) -> Option<u64> {
    u16::try_from(u32::from(c)).ok().map(|place| beginning << 16 | u64::from(place))
}

/// How many characters the words have that `chars` begin with, those of one left out.
pub(crate) fn words(chars: impl Iterator<Item = char>, mut take: impl FnMut(usize)) {
    let mut beginning = 0;
    for (before, c) in chars.enumerate().take(LONGEST) {
        let Some(number) = longer(beginning, c) else { return };
        beginning = number;
        if before > 0 {
            let Some(found) = BEGINNINGS.get(&number) else { return };
            if found.is_word {
                take(before + 1);
            }
            if !found.goes_on {
                return;
            }
        }
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
    for left in 1..=tail.count.min(LONGEST - 1) {
        let chars = tail.chars().iter().skip(tail.count - left).chain(head.chars()).copied();
        words(chars, |len| {
            if len > left {
                together = together.min(tail.words[left] + 1 + head.words[len - left]);
            }
        });
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
