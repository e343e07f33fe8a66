//! What one look at the characters of a line shows: what it has at its ends and inside, how wide it is, and what it cannot be.
//!
//! Whoever looks for names, datelines or credits asks here first, because most lines have none.

use std::sync::LazyLock;

use super::width::{self, Ruler, Width};
use super::{byline_words, dateline, furniture, grammar, names_at_end, people, wording};

/// What a character may mean, as bits, or what those of a line mean together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u16);

impl Marks {
    /// A little word of sentences.
    const SMALL_WORD: Self = Self(1);
    /// Every dateline has one of them.
    pub(super) const DATELINE: Self = Self(1 << 1);
    /// Every word that says what people did, or for whom, has one of them; others are marks before names.
    pub(super) const ROLE: Self = Self(1 << 2);
    /// Every credit has one of them.
    pub(super) const CREDIT: Self = Self(1 << 3);
    /// Never stands among names.
    pub(super) const NO_NAME: Self = Self(1 << 4);
    /// Names may stand behind it.
    pub(super) const BEFORE_NAMES: Self = Self(1 << 5);
    /// Opens a bracket that reporters may stand in.
    pub(super) const BRACKET: Self = Self(1 << 6);
    /// Every opening of an article has one of them: a dateline, or a bracket with reporters.
    pub(super) const OPENING: Self = Self(Self::DATELINE.0 | Self::BRACKET.0);
    /// A figure, or an ideograph for one.
    pub(super) const NUMERAL: Self = Self(1 << 7);
    /// A longer line of furniture without a figure, a mark or a letter has one of them.
    pub(super) const FURNITURE: Self = Self(1 << 8);
    pub(super) const SPACE: Self = Self(1 << 9);
    pub(super) const COLON: Self = Self(1 << 10);
    /// A mark that divides or ends sentences.
    pub(super) const CLAUSE: Self = Self(1 << 11);
    pub(super) const FULL_STOP: Self = Self(1 << 12);
    /// A dot within a name: 阿依古丽·买买提.
    const DOT: Self = Self(1 << 13);
    pub(super) const LETTER: Self = Self(1 << 14);
    /// Every label of a column of briefs has one of them.
    pub(super) const BRIEFS: Self = Self(1 << 15);

    fn of(c: char) -> Self {
        let is = |holds: bool, mark: Self| if holds { mark } else { Self(0) };
        is(wording::is_small_word(c), Self::SMALL_WORD)
            | is(dateline::is_dateline_mark(c), Self::DATELINE)
            | is(byline_words::is_of_role(c) || people::is_bullet(c), Self::ROLE)
            | is(people::is_photo_mark(c), Self::CREDIT)
            | is(!people::may_stand_by_names(c), Self::NO_NAME)
            | is(names_at_end::may_stand_before_names(c), Self::BEFORE_NAMES)
            | is(matches!(c, '（' | '(' | '【' | '〔' | '[' | '［'), Self::BRACKET)
            | is(grammar::is_numeral(c), Self::NUMERAL)
            | is(furniture::is_of_parts(c), Self::FURNITURE)
            | is(c.is_whitespace(), Self::SPACE)
            | is(matches!(c, '：' | ':'), Self::COLON)
            | is(matches!(c, '，' | '、' | '；' | '。'), Self::CLAUSE)
            | is(c == '。', Self::FULL_STOP)
            | is(matches!(c, '·' | '•'), Self::DOT)
            | is(c.is_ascii_alphabetic(), Self::LETTER)
            | is(grammar::is_of_briefs(c), Self::BRIEFS)
    }

    /// Whether a text with these that ends in `last` may end with names behind a sentence: roles name themselves, names alone stand in
    /// a bracket.
    pub(super) fn may_end_in_names(self, last: char) -> bool {
        self.has(Self::BEFORE_NAMES) && (self.has(Self::ROLE) || names_at_end::is_closing_bracket(last))
    }

    /// Whether any of `marks` is among these.
    pub(crate) fn has(self, marks: Self) -> bool {
        self.0 & marks.0 != 0
    }
}

impl std::ops::BitOr for Marks {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The marks of every character of 16 bits.
static MARKS: LazyLock<Vec<Marks>> =
    LazyLock::new(|| (0..=u32::from(u16::MAX)).map(|c| char::from_u32(c).map_or(Marks(0), Marks::of)).collect());

/// The characters of a line, looked at once.
pub(super) struct Glance {
    /// The first and the last character that is no white space.
    pub(super) first: char,
    pub(super) last: char,
    /// How many are no white space.
    pub(super) visible: usize,
    /// How slow it is to read but for its last character, as a number of the sign.
    pub(super) pace: u8,
    pub(super) small_words: usize,
    /// Latin letters.
    pub(super) letters: usize,
    /// Plain ideographs with nothing in between, the most of them.
    longest_run: usize,
    pub(super) width: Width,
    pub(super) marks: Marks,
}

impl Glance {
    /// Looks at `text`.
    pub(super) fn at(text: &str) -> Self {
        let marks = &**MARKS;
        let mut ruler = Ruler::default();
        let mut seen = Marks(0);
        let (mut first, mut last, mut last_visible) = (None, ' ', ' ');
        let (mut count, mut spaces, mut small_words, mut letters) = (0, 0, 0, 0);
        let (mut longest_run, mut run_from) = (0, 0);
        // Of all visible characters but the last, of the last one that was seen and of white space behind it.
        let (mut slowest, mut pace) = (wording::FASTEST, wording::FASTEST);
        for c in text.chars() {
            let here = marks.get(c as usize).copied().unwrap_or_else(|| Marks::of(c));
            seen = seen | here;
            small_words += usize::from(here.0 & Marks::SMALL_WORD.0);
            if width::is_plain_ideograph(c) {
                slowest = slowest.min(pace);
                pace = wording::FASTEST;
                ruler.ideograph();
            } else {
                longest_run = longest_run.max(count - run_from);
                run_from = count + 1;
                ruler.other(c, last);
                if here.has(Marks::SPACE) {
                    spaces += 1;
                    pace = pace.min(wording::pace(c));
                    (last, count) = (c, count + 1);
                    continue;
                }
                slowest = slowest.min(pace);
                pace = wording::pace(c);
                letters += usize::from(here.has(Marks::LETTER));
            }
            first = first.or(Some(c));
            last_visible = c;
            (last, count) = (c, count + 1);
        }
        Self {
            first: first.unwrap_or(' '),
            last: last_visible,
            visible: count - spaces,
            pace: slowest,
            small_words,
            letters,
            longest_run: longest_run.max(count - run_from),
            width: ruler.width(),
            marks: seen,
        }
    }

    /// Whether it may hold nothing but names and what people did: without a role and a dot between no name is longer than
    /// [`people::LONGEST_NAME`], unless a bracket says where somebody works.
    pub(super) fn may_be_names(&self) -> bool {
        let may_be_long = self.marks.has(Marks::ROLE | Marks::DOT) || names_at_end::is_closing_bracket(self.last);
        !self.marks.has(Marks::NO_NAME) && (may_be_long || self.longest_run <= people::LONGEST_NAME)
    }

    /// Whether it may end with names behind a sentence.
    pub(super) fn may_end_in_names(&self) -> bool {
        self.marks.may_end_in_names(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::grammar::Fixed;
    use crate::layout::signatures;

    fn fixed(line: &str) -> Option<Fixed> {
        grammar::fixed(line, &Glance::at(line))
    }

    /// Whatever can be read in a line, one look at it must let pass.
    fn lets_pass(line: &str) {
        let look = Glance::at(line);
        let chars: Vec<(u32, char)> = line.char_indices().map(|(at, c)| (at as u32, c)).collect();
        if people::read(&chars).is_some() || signatures::letter_writer(line).is_some() {
            assert!(look.may_be_names() || signatures::letter_writer(line).is_some() && !look.marks.has(Marks::NO_NAME), "{line}");
        }
        let signature = grammar::signature(line);
        assert!(look.may_end_in_names() || signature.is_none(), "{line}");
        assert!(look.marks.has(Marks::CREDIT) || signature.is_none_or(|signature| !signature.credit), "{line}");
        assert!(look.marks.has(Marks::OPENING) || look.first.is_uppercase() || !dateline::has_dateline(line), "{line}");
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
                "（记者 谢文柏）昨天",
                "（中央社記者謝文柏台北15日電）昨天",
                "[記者謝文柏/竹林報導]昨天",
                "晚报讯（记者 谢文柏）昨天",
                "本台消息（记者 谢文柏）昨天",
                "本报记者谢文柏报道：昨天",
                "（市场监管局 谢文柏）",
                "下雪了。（市场监管局 谢文柏）",
                "下雪了。（晚报记者 谢文柏）",
                "下雪了。□谢文柏",
                "记者谢文柏",
                "王强 发自乌鲁木齐",
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
        assert_eq!(fixed("青溪县 读者 谢文柏"), Some(Fixed::Byline));
        assert_eq!(fixed("By Xie Wenbai"), Some(Fixed::Byline));
        assert!(lines.iter().any(|line| dateline::has_dateline(line)) && lines.iter().any(|line| grammar::credit(line).is_some()));
    }

    #[test]
    fn ends_and_insides() {
        let look = Glance::at(" 本报讯 昨天，孩子们来到河边。 ");
        assert_eq!((look.first, look.last, look.visible), ('本', '。', 14));
        assert_eq!(look.small_words, 2, "们 and 到");
        assert_eq!(look.pace, wording::pace('，'));
        assert!(look.marks.has(Marks::DATELINE) && look.may_end_in_names() && !look.may_be_names());
        let look = Glance::at("通讯员 周 明");
        assert!(look.may_be_names() && !look.may_end_in_names());
        assert_eq!(look.pace, wording::pace(' '));
        assert_eq!(Glance::at("小河。").pace, wording::FASTEST, "the last character does not count");
        assert_eq!((Glance::at("").first, Glance::at("  ").visible), (' ', 0));
    }
}
