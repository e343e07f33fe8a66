//! Lines that say what they are by their wording: furniture, jump lines, bylines, datelines, headings of notices.
//!
//! The words stand in `stages/data`; people are read by [`super::people`].

use std::borrow::Cow;
use std::sync::LazyLock;

use super::dateline;
use super::furniture::{self, Furniture, is_figure};
use super::glance::{Glance, Marks};
use super::jump::{begins_jump, jump};
use super::names_at_end;
use super::notices;
use super::people;
use super::signatures;

/// What a line is by its wording alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// Names with their roles and nothing else.
    Byline,
    /// Names only: a byline when it follows one.
    MaybeNames,
    /// 下转…
    JumpTo,
    /// 上接…
    JumpFrom,
    /// Masthead, folio, date, editors.
    Furniture,
    /// Furniture when beside furniture.
    MaybeFurniture,
    /// One thing that a box with the weather says: furniture beside another.
    Weather,
    /// The label of a section.
    Label,
    /// The heading of a notice or an advertisement.
    NoticeHead,
    /// A line of a table or of an advertisement that is a list.
    SmallPrint,
    /// A sentence of an article that is printed once more to adorn it.
    PullQuote,
}

/// The entries of a word list: lines that are neither empty nor comments.
pub(crate) fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

static LABELS: LazyLock<WordList> = LazyLock::new(|| entries(include_str!("../../data/labels.txt")).collect());
static HALVES: LazyLock<[WordList; 2]> = LazyLock::new(|| {
    let rows = || entries(include_str!("../../data/label-halves.txt"));
    ["begins", "ends"].map(|kind| rows().filter_map(|row| row.strip_prefix(kind)).flat_map(str::split_whitespace).collect())
});
static BRIEFS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("../../data/briefs.txt")).collect());

/// Words that a whole line may be; most lines are longer than any of them.
pub(super) struct WordList {
    sorted: Vec<&'static str>,
    longest: usize,
}

impl FromIterator<&'static str> for WordList {
    fn from_iter<T: IntoIterator<Item = &'static str>>(words: T) -> Self {
        let mut sorted: Vec<&str> = words.into_iter().collect();
        sorted.sort_unstable();
        Self { longest: sorted.iter().map(|word| word.len()).max().unwrap_or(0), sorted }
    }
}

impl WordList {
    pub(super) fn contains(&self, line: &str) -> bool {
        line.len() <= self.longest && self.sorted.binary_search(&line).is_ok()
    }
}

/// Whether `bare` is a section label made of two words of two characters: 热点追踪.
fn is_of_halves(bare: &str) -> bool {
    const HALF: usize = 2 * 3;
    let [begins, ends] = &*HALVES;
    bare.len() == 2 * HALF && bare.split_at_checked(HALF).is_some_and(|(first, second)| begins.contains(first) && ends.contains(second))
}

/// Whether `c` is a figure, or an ideograph for one, such as every jump line has.
pub(super) fn is_numeral(c: char) -> bool {
    is_figure(c) || matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// `text` without white space.
pub(crate) fn squeezed(text: &str) -> Cow<'_, str> {
    let is_space = |c: char| !matches!(c, '\u{4e00}'..='\u{9fff}') && c.is_whitespace();
    if !text.contains(is_space) {
        return text.into();
    }
    let mut tight = String::with_capacity(text.len());
    tight.extend(text.split(is_space));
    tight.into()
}

/// What the whole line `text`, which looks like `glance`, is by its wording.
pub(super) fn fixed(text: &str, glance: &Glance) -> Option<Fixed> {
    let marks = glance.marks;
    let tight = if marks.has(Marks::SPACE) { squeezed(text) } else { text.into() };
    if marks.has(Marks::NUMERAL)
        && begins_jump(glance.first)
        && let Some(jump) = jump(&tight)
    {
        return Some(if jump.forward { Fixed::JumpTo } else { Fixed::JumpFrom });
    }
    if is_only_dirt(text, glance.visible) {
        return Some(Fixed::Furniture);
    }
    let marked = people::is_bullet(glance.first);
    let bare = if marked { tight.trim_start_matches(people::is_bullet) } else { &tight };
    if notices::is_heading(bare) {
        return Some(Fixed::NoticeHead);
    }
    if LABELS.contains(bare) || is_of_halves(bare) || marks.has(Marks::BRIEFS) && labels_briefs(bare) {
        return Some(Fixed::Label);
    }
    if let Some(furniture) = furniture::read(text, &tight, glance) {
        return Some(match furniture {
            Furniture::Sure => Fixed::Furniture,
            Furniture::Perhaps => Fixed::MaybeFurniture,
            Furniture::Weather => Fixed::Weather,
        });
    }
    if (marks.has(Marks::DATELINE) || glance.last == '合') && dateline::names_source(&tight) {
        return Some(Fixed::Byline);
    }
    // There is a space before the name of a writer.
    let may_be_letter = marks.has(Marks::SPACE) && !marks.has(Marks::NO_NAME);
    if may_be_letter && signatures::letter_writer(text).is_some()
        || names_at_end::is_closing_bracket(glance.last) && signatures::author_and_office(text).is_some()
        || signatures::begins_english(glance.first) && signatures::english_authors(text).is_some()
    {
        return Some(Fixed::Byline);
    }
    if let Some(credits) = glance.may_be_names().then(|| people::read(&placed(text))).flatten() {
        if credits.is_byline_line() {
            return Some(Fixed::Byline);
        }
        if credits.is_names_only() || credits.is_reporter_alone() {
            return Some(Fixed::MaybeNames);
        }
    }
    // A marked word that names nobody: ■小贴士.
    (marked && bare.chars().count() <= MARKED_WORD && bare.chars().all(super::width::is_han)).then_some(Fixed::Label)
}

/// Most characters of a line that is nothing but dirt.
const DIRT: usize = 3;

/// Whether a line of so many `visible` characters is what scanners make of specks and rules between the lines.
pub(super) fn is_only_dirt(text: &str, visible: usize) -> bool {
    let is_dirt = |c: char| c.is_whitespace() || matches!(c, '|' | '~' | '\'' | '`' | '.' | '°' | '-' | '_' | '^' | '"' | '*' | '=' | '+');
    visible <= DIRT && text.chars().all(is_dirt)
}

/// Most characters of a marked word that is the label of a section; longer ones are mostly subheads.
const MARKED_WORD: usize = 3;

/// The bytes of as many characters as a label of briefs has at most.
const LONGEST_LABEL: usize = 8 * 4;

/// Whether `c` is one of the characters in which the labels of columns of briefs end.
pub(super) fn is_of_briefs(c: char) -> bool {
    matches!(c, '讯' | '訊' | '波' | '闻' | '聞' | '览' | '递' | '锦')
}

/// Whether a line is the label of a column of briefs: 各地简讯.
pub(crate) fn is_briefs_label(text: &str) -> bool {
    labels_briefs(&squeezed(text))
}

fn labels_briefs(tight: &str) -> bool {
    let label = tight.trim_matches(|c: char| !super::width::is_han(c));
    label.len() <= LONGEST_LABEL
        && BRIEFS.iter().any(|ending| label.ends_with(ending))
        && label.chars().count() <= 8
        && label.chars().all(super::width::is_han)
}

/// The names that end a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Where they begin, in bytes.
    pub(crate) start: usize,
    /// They are a credit: somebody took a picture.
    pub(crate) credit: bool,
}

/// The names behind the last full stop of `text`: （本报记者 王强） or a credit.
pub(crate) fn signature(text: &str) -> Option<Signature> {
    let (start, credits) = names_at_end::read(&placed(text))?;
    Some(Signature { start: start as usize, credit: credits.is_photo() })
}

/// The characters of `text`, each with the byte where it begins.
pub(crate) fn placed(text: &str) -> Vec<(u32, char)> {
    let mut chars = Vec::with_capacity(text.len());
    chars.extend(text.char_indices().map(|(at, c)| (at as u32, c)));
    chars
}

/// Where the credit begins that ends `text`, in bytes: everything behind the last full stop names people with a role.
pub(crate) fn credit(text: &str) -> Option<usize> {
    signature(text).filter(|signature| signature.credit).map(|signature| signature.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> Option<Fixed> {
        super::fixed(text, &Glance::at(text))
    }

    #[test]
    fn every_label_of_briefs_is_looked_at() {
        assert!(BRIEFS.iter().all(|ending| ending.ends_with(is_of_briefs)));
    }

    #[test]
    fn two_halves_are_a_section_label() {
        for text in ["热点追踪", "■热线快递", "基层见闻", "鄉鎮傳真", "身边事"] {
            assert_eq!(fixed(text), Some(Fixed::Label), "{text}");
        }
        for text in ["热点问题", "追踪热点", "热点追踪见闻"] {
            assert_ne!(fixed(text), Some(Fixed::Label), "{text}");
        }
    }

    #[test]
    fn knows_furniture_by_its_words() {
        for text in [
            "2022年3月28日 星期一",
            "农历壬寅年二月廿六",
            "第8807期 今日4版",
            "今平湖客户端",
            "C2 要闻 2022年3月28日 星期一",
            "责任编辑 王强 电话 85000000",
        ] {
            assert_eq!(fixed(text), Some(Fixed::Furniture), "{text}");
        }
        assert_eq!(fixed("时 评"), Some(Fixed::Label));
        // Inside an article such a line is a subhead.
        assert_eq!(fixed("■广东省博物馆"), None);
        assert_eq!(fixed("公 告"), Some(Fixed::NoticeHead));
        assert_eq!(fixed("会议强调，要打好攻坚战"), None);
    }

    #[test]
    fn knows_bylines() {
        for text in [
            "■记者 胡佳英",
            "■记 者 杨昊玥",
            "本报记者 王 强",
            "通讯员 张其良 张丹燕",
            "■汪锦秀",
            "■摄影 王 强 陈明远",
            "文/张三 图/李四",
            "張強 攝影報導",
        ] {
            assert_eq!(fixed(text), Some(Fixed::Byline), "{text}");
        }
        assert_eq!(fixed("记者了解到"), None);
        assert_eq!(fixed("本报记者走近4名医护"), None);
    }

    #[test]
    fn finds_credits_behind_the_last_sentence() {
        let text = "全面复工。 ■摄影 王 强 陈明远";
        assert_eq!(credit(text), Some("全面复工。 ".len()));
        assert!(credit("全面复工。（王强 摄）").is_some());
        assert!(credit("全面复工。").is_none());
    }
}
