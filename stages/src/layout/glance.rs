//! What one look at the characters of a line shows: what it has at its ends and inside, and what it cannot be.
//!
//! Whoever looks for names, datelines or credits asks here first, because most lines have none.

use std::sync::LazyLock;

use super::{grammar, people, wording};

/// The characters of a line, looked at once.
#[expect(clippy::struct_excessive_bools, reason = "independent observations, not states")]
pub(super) struct Glance {
    /// The first and the last character that is no white space.
    pub(super) first: char,
    pub(super) last: char,
    /// How many are no white space.
    pub(super) visible: usize,
    /// How slow it is to read but for its last character, as a number of the sign.
    pub(super) pace: u8,
    pub(super) small_words: usize,
    /// There is white space in it.
    pub(super) spaced: bool,
    /// Latin letters.
    pub(super) letters: usize,
    /// There is nothing in it that never stands between names.
    pub(super) may_be_names: bool,
    /// There is something in it that names may stand behind.
    pub(super) may_end_in_names: bool,
    /// There is one of the characters in it that every dateline has.
    pub(super) may_be_dateline: bool,
}

const SMALL_WORD: u8 = 1;
const DATELINE: u8 = 2;

/// The block that nearly all Chinese characters of a page are of.
const COMMON: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// For each character of that block what it may mean.
static MARKS: LazyLock<Vec<u8>> = LazyLock::new(|| COMMON.map(marks).collect());

fn marks(c: char) -> u8 {
    (if wording::is_small_word(c) { SMALL_WORD } else { 0 }) | (if grammar::is_dateline_mark(c) { DATELINE } else { 0 })
}

impl Glance {
    /// Looks at `text`.
    pub(super) fn at(text: &str) -> Self {
        let common = &*MARKS;
        let mut out = Self {
            first: ' ',
            last: ' ',
            visible: 0,
            pace: wording::FASTEST,
            small_words: 0,
            spaced: false,
            letters: 0,
            may_be_names: true,
            may_end_in_names: false,
            may_be_dateline: false,
        };
        // Of the last character that was seen and of white space behind it.
        let mut pace = wording::FASTEST;
        let mut seen = 0;
        for c in text.chars() {
            let here = if COMMON.contains(&c) {
                out.pace = out.pace.min(pace);
                pace = wording::FASTEST;
                common[c as usize - *COMMON.start() as usize]
            } else {
                out.may_be_names &= people::may_stand_by_names(c);
                if c.is_whitespace() {
                    out.spaced = true;
                    pace = pace.min(wording::pace(c));
                    continue;
                }
                out.pace = out.pace.min(pace);
                pace = wording::pace(c);
                out.letters += usize::from(c.is_ascii_alphabetic());
                out.may_end_in_names |= people::may_stand_before_names(c);
                marks(c)
            };
            seen |= here;
            out.small_words += usize::from(here & SMALL_WORD);
            out.first = if out.visible == 0 { c } else { out.first };
            out.last = c;
            out.visible += 1;
        }
        out.may_be_dateline = seen & DATELINE != 0;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::grammar::Fixed;
    use crate::layout::signatures;

    /// Whatever can be read in a line, one look at it must let pass.
    fn lets_pass(line: &str) {
        let look = Glance::at(line);
        let chars: Vec<(u32, char)> = line.char_indices().map(|(at, c)| (at as u32, c)).collect();
        if people::read(&chars).is_some() || signatures::letter_writer(line).is_some() {
            assert!(look.may_be_names && line.chars().all(people::may_stand_by_names), "{line}");
        }
        let signature = grammar::signature(line);
        assert!(look.may_end_in_names || signature.is_none(), "{line}");
        assert!(grammar::may_be_credit(line) || signature.is_none_or(|signature| !signature.credit), "{line}");
        assert!(look.may_be_dateline || !grammar::has_dateline(line), "{line}");
    }

    #[test]
    fn lets_pass_what_can_be_read() {
        let mut lines: Vec<String> = include_str!("../../../examples/pinghu-2022-03-28.txt").lines().map(ToOwned::to_owned).collect();
        lines.extend(crate::layout::special_pages().iter().flat_map(|page| page.lines()).map(ToOwned::to_owned));
        lines.extend(people::tests::FORMS.iter().map(|(text, _)| (*text).to_owned()));
        lines.extend(
            [
                "青溪县 读者 谢文柏",
                "（青溪县 谢文柏）",
                "记者 阿依古丽・买买提",
                "・记者 谢文柏",
                "【青溪讯】昨天",
                "青溪讯 昨天",
                "本报讯（记者 谢文柏）昨天",
                "下雪了。（谢文柏 文/图）",
                "下雪了。谢文柏／文／摄",
                "〔记者谢文柏/青溪报道〕昨天",
            ]
            .map(String::from),
        );
        for line in &lines {
            lets_pass(line);
        }
        for pair in lines.windows(2) {
            lets_pass(&pair.join(" "));
            lets_pass(&pair.join("\n"));
        }
        assert_eq!(grammar::fixed("青溪县 读者 谢文柏"), Some(Fixed::Byline));
        assert_eq!(grammar::fixed("By Xie Wenbai"), Some(Fixed::Byline));
        assert!(lines.iter().any(|line| grammar::has_dateline(line)) && lines.iter().any(|line| grammar::credit(line).is_some()));
    }

    #[test]
    fn ends_and_insides() {
        let look = Glance::at(" 本报讯 昨天，孩子们来到河边。 ");
        assert_eq!((look.first, look.last, look.visible), ('本', '。', 14));
        assert_eq!(look.small_words, 2, "们 and 到");
        assert_eq!(look.pace, wording::pace('，'));
        assert!(look.may_be_dateline && look.may_end_in_names && !look.may_be_names);
        let look = Glance::at("通讯员 周 明");
        assert!(look.may_be_names && !look.may_end_in_names);
        assert_eq!(look.pace, wording::pace(' '));
        assert_eq!(Glance::at("小河。").pace, wording::FASTEST, "the last character does not count");
        assert_eq!((Glance::at("").first, Glance::at("  ").visible), (' ', 0));
    }
}
