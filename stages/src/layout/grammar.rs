//! Lines that say what they are by their wording: furniture, jump lines, bylines, datelines, headings of notices.
//!
//! The words stand in `stages/data`; people are read by [`super::people`].

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::RegexSet;

use super::dateline;
use super::glance::{Glance, Marks};
use super::jump::{begins_jump, jump};
use super::people;
use super::signatures;
use super::width::is_plain_ideograph;

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

fn whole_line(patterns: impl Iterator<Item = &'static str>) -> RegexSet {
    RegexSet::new(patterns.map(|pattern| format!("^(?:{pattern})$"))).expect("the shipped patterns are valid")
}

const FURNITURE_LINES: &str = include_str!("../../data/furniture.txt");
/// What is marked as furniture only beside other furniture.
const PERHAPS: &str = "? ";

/// The patterns, and for each whether it is only perhaps furniture.
static FURNITURE: LazyLock<(RegexSet, Vec<bool>)> = LazyLock::new(|| {
    let patterns = whole_line(entries(FURNITURE_LINES).map(|line| line.strip_prefix(PERHAPS).unwrap_or(line)));
    (patterns, entries(FURNITURE_LINES).map(|line| line.starts_with(PERHAPS)).collect())
});

/// Whether a line without white space may be furniture, by what it begins with or has in it.
fn may_be_furniture(tight: &str, glance: &Glance) -> bool {
    let names_publisher = || PUBLISHED.iter().any(|word| tight.contains(word));
    let short = glance.visible <= LONGEST_NAME_OF_PAPER;
    begins_furniture(tight, glance.first) || glance.marks.has(Marks::FURNITURE) && (short || names_publisher())
}

/// Most characters of a line that names a paper, an account or a section.
const LONGEST_NAME_OF_PAPER: usize = 12;

/// What a longer line of furniture says that begins in no way of its own.
const PUBLISHED: [&str; 3] = ["主管", "主办", "出版"];

fn begins_furniture(tight: &str, first: char) -> bool {
    const BEGINNINGS: [&str; 54] = [
        "星期", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "周天", "週", "农历", "農曆", "夏历", "今日", "本期", "总第",
        "国内", "國內", "邮发", "郵發", "刊号", "责任", "責任", "责编", "責編", "本版", "值班", "版式", "组版", "校对", "审读", "一审",
        "美编", "视觉", "本报", "制图", "绘图", "图表", "插图", "製圖", "繪圖", "扫", "新闻", "热线", "广告", "投稿", "邮箱", "邮编",
        "电子", "网址", "零售", "定价", "社址", "地址",
    ];
    match first {
        'A'..='Z' | 'h' | 'w' => true,
        '第' => tight.chars().nth(1).is_some_and(is_figure),
        _ => is_figure(first) || begins_as_furniture(first) && BEGINNINGS.iter().any(|beginning| tight.starts_with(beginning)),
    }
}

/// Whether one of those beginnings begins with `c`.
fn begins_as_furniture(c: char) -> bool {
    matches!(c, '星' | '周' | '週' | '农' | '農' | '夏' | '今' | '本' | '总' | '国' | '國' | '邮' | '郵' | '刊' | '版')
        || matches!(c, '责' | '責' | '值' | '组' | '校' | '审' | '一' | '美' | '视' | '制' | '绘' | '图' | '插' | '製' | '繪' | '扫')
        || matches!(c, '新' | '热' | '广' | '投' | '电' | '网' | '零' | '定' | '社' | '地')
}

/// A figure of any script; no ideograph is one.
fn is_figure(c: char) -> bool {
    !is_plain_ideograph(c) && c.is_numeric()
}

/// Whether `c` is one of the characters of which a line of furniture has one that begins otherwise.
pub(super) fn is_of_furniture(c: char) -> bool {
    matches!(c, '主' | '版' | '端' | '号' | '博' | 'A' | '报' | '報' | '刊' | '闻')
}

static LABELS: LazyLock<WordList> = LazyLock::new(|| entries(include_str!("../../data/labels.txt")).collect());
static BRIEFS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("../../data/briefs.txt")).collect());
static NOTICES: LazyLock<WordList> = LazyLock::new(|| entries(include_str!("../../data/notices.txt")).collect());

/// Words that a whole line may be; most lines are longer than any of them.
struct WordList {
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
    fn contains(&self, line: &str) -> bool {
        line.len() <= self.longest && self.sorted.binary_search(&line).is_ok()
    }
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
    let marked = people::is_bullet(glance.first);
    let bare = if marked { tight.trim_start_matches(people::is_bullet) } else { &tight };
    if NOTICES.contains(bare) {
        return Some(Fixed::NoticeHead);
    }
    if LABELS.contains(bare) || marks.has(Marks::BRIEFS) && labels_briefs(bare) {
        return Some(Fixed::Label);
    }
    if may_be_furniture(&tight, glance) {
        let (furniture, perhaps) = &*FURNITURE;
        if furniture.is_match(&tight) {
            let sure = furniture.matches(&tight).iter().any(|pattern| !perhaps[pattern]);
            return Some(if sure { Fixed::Furniture } else { Fixed::MaybeFurniture });
        }
    }
    if marks.has(Marks::DATELINE) && dateline::names_source(&tight) {
        return Some(Fixed::Byline);
    }
    // There is a space before the name of a writer.
    let may_be_letter = marks.has(Marks::SPACE) && !marks.has(Marks::NO_NAME);
    if may_be_letter && signatures::letter_writer(text).is_some() || glance.first == 'B' && signatures::english_authors(text).is_some() {
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
    // A marked heading that names nobody: ■聚焦农村.
    (marked && bare.chars().count() <= 8 && bare.chars().all(super::width::is_han)).then_some(Fixed::Label)
}

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
    let (start, credits) = people::read_tail(&placed(text))?;
    Some(Signature { start: start as usize, credit: credits.is_photo() })
}

/// The characters of `text`, each with the byte where it begins.
fn placed(text: &str) -> Vec<(u32, char)> {
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
    fn every_kind_of_furniture_is_looked_at() {
        let lines = [
            "2031年5月6日 星期二 多云",
            "星期二 2031年5月6日",
            "周二 2031年5月6日",
            "週二 2031年5月6日",
            "星期二",
            "周二",
            "农历四月初五",
            "農曆四月初五",
            "夏历四月初五",
            "第8807期 今日4版",
            "8807期",
            "今日8版",
            "本期共8版",
            "总第512期",
            "国内统一刊号：CN33-0001",
            "國內統一刊号：CN33-0001",
            "国内统一连续出版物号 CN 33-0001",
            "邮发代号 31-1",
            "郵發代號 31-1",
            "刊号 CN33-0001",
            "ISSN 1000-0001",
            "CN33-0001",
            "中共青溪县委宣传部主管",
            "青溪县文联主办",
            "青溪县文联主管主办 青溪报业集团出版",
            "青溪日报社出版",
            "责任编辑 谢文柏",
            "責任編輯 謝文柏",
            "责编：谢文柏",
            "責編：謝文柏",
            "本版编辑 谢文柏",
            "本版主编：谢文柏",
            "值班编辑 谢文柏",
            "值班主任 谢文柏",
            "版式 谢文柏",
            "组版 谢文柏",
            "校对 谢文柏",
            "审读 谢文柏",
            "一审 谢文柏 二审 洪波",
            "美编 谢文柏",
            "视觉 谢文柏",
            "本报制图：谢文柏",
            "制图：谢文柏",
            "绘图：谢文柏",
            "图表：谢文柏",
            "插图：谢文柏",
            "製圖：謝文柏",
            "繪圖：謝文柏",
            "本版图片 谢文柏",
            "A3 要闻",
            "03版 民生",
            "第A3版要闻",
            "第三版",
            "三版要闻",
            "今青溪客户端",
            "新青溪App",
            "青溪发布微信公众号",
            "青溪发布抖音号",
            "青溪发布微博",
            "扫码关注青溪发布",
            "扫一扫 看视频",
            "扫描二维码下载",
            "青溪日报",
            "青溪晚報",
            "青溪周刊",
            "新闻热线 85000000",
            "热线电话：85000000",
            "广告热线 85000000",
            "投稿邮箱 qx@example.com",
            "邮箱：qx@example.com",
            "电子邮箱：qx@example.com",
            "网址：www.example.com",
            "零售价 1.00元",
            "定价 1.00元",
            "社址 青溪县人民路1号",
            "地址：青溪县人民路1号",
            "邮编 310000",
            "https://example.com",
            "www.example.com",
            "2031-05-06",
            "体育新闻",
        ];
        let (furniture, perhaps) = &*FURNITURE;
        let mut known = vec![false; perhaps.len()];
        for line in lines {
            let tight = squeezed(line);
            assert!(furniture.is_match(&tight), "{line}");
            assert!(may_be_furniture(&tight, &Glance::at(line)), "{line}");
            for pattern in furniture.matches(&tight) {
                known[pattern] = true;
            }
        }
        for (pattern, known) in furniture.patterns().iter().zip(known) {
            assert!(known, "{pattern} is in no line of this test");
        }
    }

    #[test]
    fn every_label_of_briefs_is_looked_at() {
        assert!(BRIEFS.iter().all(|ending| ending.ends_with(is_of_briefs)));
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
        assert_eq!(fixed("■乡村振兴在路上"), Some(Fixed::Label));
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
