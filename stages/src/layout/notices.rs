//! Headings that open a notice or an advertisement, by their wording: 遗失声明, 迁坟公告, 市自然资源局公告.
//!
//! The words stand in `stages/data/notices.txt`. What is said in a sentence is a headline: 市政府发布停水公告. How far a notice
//! reaches is the business of who cuts the page.

use std::sync::LazyLock;

use regex::Regex;

use super::captions;
use super::facts::Facts;
use super::furniture;
use super::grammar::{Fixed, WordList, entries, placed, squeezed};
use super::marks::Must;
use super::patterns::pattern;
use super::people::{self, LONGEST_NAME};
use super::width::is_han;

struct Words {
    whole: WordList,
    section: Vec<&'static str>,
    end: Vec<&'static str>,
    plain: WordList,
    always: WordList,
    of: Vec<&'static str>,
    how: Vec<&'static str>,
    sure: Vec<&'static str>,
    by: Vec<&'static str>,
    before: Vec<&'static str>,
    under: Vec<&'static str>,
    never: Vec<&'static str>,
    within: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let of = |kind: &'static str| {
        let rows = entries(include_str!("../../data/notices.txt")).filter_map(move |line| line.strip_prefix(kind)?.strip_prefix(' '));
        rows.flat_map(str::split_whitespace)
    };
    let longest_first = |kind: &'static str| {
        let mut words: Vec<&str> = of(kind).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words
    };
    Words {
        whole: of("whole").chain(of("section")).collect(),
        section: of("section").collect(),
        end: longest_first("end"),
        plain: of("plain").collect(),
        always: of("always").collect(),
        of: longest_first("of"),
        how: longest_first("how"),
        sure: of("sure").collect(),
        by: of("by").collect(),
        before: of("before").collect(),
        under: of("under").collect(),
        never: of("never").collect(),
        within: of("within").collect(),
    }
});

/// Most characters of a heading.
const LONGEST: usize = 26;
/// Most characters of what a notice is about when that is no word for it.
const SHORT: usize = 4;

/// Whether `c` is one of the characters in which a heading ends that is made of more than one word, or begins with one.
pub(super) fn is_of_notices(c: char) -> bool {
    matches!(c, '告' | '事' | '明' | '示' | '知' | '息' | '报' | '书' | '表' | '章' | '号' | '號' | '）' | ')')
}

/// Whether the line `tight`, without white space and without a mark before it, opens a notice.
pub(super) fn is_heading(tight: &str) -> bool {
    let words = &*WORDS;
    let bare = tight.trim_matches(['【', '】', '[', ']', '〔', '〕', '《', '》', '◎', '★', '■', '●', '◆']);
    words.whole.contains(bare) || bare.ends_with(is_of_notices) && is_made_as_heading(bare) || is_with_telephone(bare)
}

/// 分类信息 with the telephone number of the office.
fn is_with_telephone(line: &str) -> bool {
    line.ends_with(|c: char| c.is_ascii_digit()) && {
        let parts = line.char_indices().skip(2).map_while(|(at, _)| line.split_at_checked(at)).take(LONGEST);
        let headings = parts.take_while(|(label, _)| label.ends_with(is_han));
        headings.into_iter().find(|(label, _)| WORDS.whole.contains(label)).is_some_and(|(_, rest)| furniture::is_sure(rest))
    }
}

/// The number of a notice behind its heading: （第5号）.
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:[（(][^（）()]{1,16}[）)]|〔?\d{0,4}〕?第?[\d一二三四五六七八九十]{1,4}[号號])$"));

fn is_made_as_heading(line: &str) -> bool {
    let words = &*WORDS;
    let line = NUMBER.find(line).and_then(|number| line.get(..number.start())).unwrap_or(line);
    if line.len() > LONGEST * 3 {
        return false;
    }
    let Some((end, before)) = words.end.iter().find_map(|end| Some((end, line.strip_suffix(end)?))) else { return false };
    if before.is_empty() {
        return false;
    }
    let plain = words.plain.contains(end);
    if before.starts_with("关于") || before.starts_with("關於") {
        return plain && before.ends_with('的');
    }
    let (mut rest, mut told, mut toned) = (before, false, false);
    loop {
        let without = |words: &[&str]| words.iter().find_map(|word| rest.strip_suffix(word));
        if let Some(before) = without(&words.of) {
            (rest, told) = (before, true);
        } else if let Some(before) = without(&words.how) {
            (rest, toned) = (before, true);
        } else {
            break;
        }
    }
    if rest.is_empty() {
        return true;
    }
    let is_worded = rest.chars().all(|c| is_han(c) || c.is_ascii_digit() || matches!(c, '、' | '“' | '”' | '（' | '）' | '(' | ')' | '·'));
    if !is_worded || is_said(rest) {
        return false;
    }
    let named = ends_with(rest, &[&words.sure, &words.by, &words.before]);
    let count = rest.chars().count();
    // 中美联合声明 is no notice: how it is given does not tell what it is about.
    told && (named || plain || count <= SHORT) || named && (plain || toned) || words.always.contains(end) && (2..=SHORT).contains(&count)
}

/// Whether `heading` says that notice is given, as headlines do.
fn is_said(heading: &str) -> bool {
    let is_part = |word: &&str| heading.contains(*word);
    if !WORDS.never.iter().any(is_part) {
        return false;
    }
    let mut rest = heading.to_owned();
    for word in WORDS.within.iter().filter(|word| is_part(word)) {
        rest = rest.replace(word, " ");
    }
    WORDS.never.iter().any(|word| rest.contains(word))
}

fn ends_with(text: &str, lists: &[&Vec<&str>]) -> bool {
    lists.iter().any(|list| list.iter().any(|end| text.ends_with(end)))
}

/// Whether `text`, below a notice, names an office or a company and can be nothing else.
pub(crate) fn is_signature(text: &str) -> bool {
    ends_with(text.trim_end(), &[&WORDS.sure])
}

/// Whether `text`, below a notice, ends as names of offices, schools and associations do, and headlines, too.
pub(crate) fn may_be_signature(text: &str) -> bool {
    ends_with(text.trim_end(), &[&WORDS.by, &WORDS.under])
}

/// Makes headlines of the headings that have a dateline or an author below them: a notice has neither, but news is named like one
/// (停水公告) and so are stories (寻人启事).
pub(super) fn free_headlines(lines: &mut [Facts]) {
    for index in 0..lines.len() {
        let is_headline = lines[index].fixed == Some(Fixed::NoticeHead)
            && is_signed_or_dated(lines, index + 1)
            && is_of_next(lines, index)
            && !is_section(&lines[index].text);
        if is_headline {
            (lines[index].fixed, lines[index].must) = (None, Some(Must::Display));
            let next = &mut lines[index + 1];
            next.fixed_before = false;
            if !next.dateline {
                next.fixed = Some(Fixed::Byline);
            }
        }
    }
}

/// Whether the heading on line `index` is of what stands below it: nothing parts the two, or nothing above wants a text.
fn is_of_next(lines: &[Facts], index: usize) -> bool {
    let parted = lines.get(index + 1).is_some_and(|next| next.blank);
    let is_settled = |above: &Facts| match above.fixed {
        None => above.full_stop || above.chars <= LONGEST_LABEL,
        fixed => matches!(fixed, Some(Fixed::Furniture | Fixed::Label)),
    };
    !parted || index.checked_sub(1).is_none_or(|above| is_settled(&lines[above]))
}

/// Whether line `index` opens a report, or names the author of the text below it.
fn is_signed_or_dated(lines: &[Facts], index: usize) -> bool {
    let Some(line) = lines.get(index) else { return false };
    match line.fixed {
        Some(Fixed::Byline) => !captions::credits_a_picture(&line.text),
        None if line.dateline => true,
        // 谢文柏： is spoken to.
        None if matches!(line.last, '：' | ':') => false,
        None => line.by_itself().fixed == Some(Fixed::MaybeNames) && names_one(&line.text) && is_over_text(lines, index),
        _ => false,
    }
}

/// Most characters of a line above a headline that says what is printed there, and is no headline itself: 小小说.
const LONGEST_LABEL: usize = 4;

/// Whether `text` names one person, as authors are; those whom a notice thanks or draws are many.
fn names_one(text: &str) -> bool {
    people::read(&placed(text)).is_some_and(|credits| credits.people.len() == 1)
}

/// Whether a line that may be text, longer than any name, follows line `index`.
fn is_over_text(lines: &[Facts], index: usize) -> bool {
    lines.get(index + 1).is_some_and(|next| next.fixed.is_none() && next.chars >= 2 * LONGEST_NAME)
}

/// Whether `text` stands over the notices of many.
fn is_section(text: &str) -> bool {
    let tight = squeezed(text);
    let label = tight.trim_start_matches(|c| !is_han(c));
    WORDS.section.iter().any(|section| label.starts_with(section))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_by_what_they_are_made_of() {
        for text in [
            "公告",
            "遗失声明",
            "迁坟公告",
            "征地补偿安置方案公告",
            "债权转让暨催收公告",
            "环境影响评价公众参与第二次公示",
            "青溪市自然资源和规划局国有建设用地使用权挂牌出让公告",
            "青溪市中级人民法院公告",
            "关于滨江路封闭施工的通告",
            "供水管网检修停水公告",
            "任前公示",
            "拍卖公告（第5号）",
            "【讣告】",
            "体彩开奖公告",
            "遺失啟事",
            "分类信息刊登热线0578-2222333",
        ] {
            assert!(is_heading(text), "{text}");
        }
    }

    #[test]
    fn headlines_about_notices_are_none() {
        for text in [
            "市政府发布停水公告",
            "八部门联合发通知",
            "三部门公告",
            "教育部紧急通知",
            "招标公告为何一改再改",
            "法院公告送达难怎么破",
            "青溪日报",
            "他不知道这个信息",
            "关于绿色发展的通知",
            "分类信息有了新规定0578",
            "母亲的寻人启事",
            "法院执行局的悬赏公告",
        ] {
            assert!(!is_heading(text), "{text}");
        }
    }

    #[test]
    fn what_states_and_offices_declare_is_news() {
        for text in [
            "中美联合声明",
            "中俄联合声明",
            "金砖国家联合声明",
            "中方严正声明",
            "外交部严正声明",
            "国台办郑重声明",
            "最高法特别通报",
            "三部门联合通知",
            "三部门联合公告",
            "国务院重要通知",
            "国务院通告",
            "中國嚴正聲明",
            "朝韩第三次联合公告",
        ] {
            assert!(!is_heading(text), "{text}");
        }
    }

    #[test]
    fn notices_are_known_however_they_are_worded() {
        for text in [
            "郑重声明",
            "律师声明",
            "青溪百货公司严正声明",
            "青溪县供电公司重要通知",
            "临时停电通知",
            "第三批拟录用人员公示",
            "土地征收补偿安置方案公告",
            "青溪市住房和城乡建设局、青溪市财政局联合公告",
            "滨江花园物业服务招标公告",
            "青溪大桥封闭施工通告",
            "2023年度事业单位招聘公告",
            "股权转让公告",
            "不动产权证书遗失声明",
            "注销登记公告",
            "柳河镇人民政府公告",
            "失物招领启事",
            "老年合唱团招募启事",
            "高新技术产业开发区征地公告",
            "青溪市发展和改革委员会公告",
            "上海市静安区人民法院公告",
            "向阳小学招生公告",
            "“青溪杯”征文启事",
            "减资公告",
            "致歉声明",
            "青溪市人民检察院公告（第2号）",
        ] {
            assert!(is_heading(text), "{text}");
        }
    }

    #[test]
    fn every_word_of_the_list_is_let_pass() {
        let words = &*WORDS;
        assert!(words.end.iter().all(|end| end.ends_with(is_of_notices)));
    }
}
