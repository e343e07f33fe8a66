//! Lines that have a grammar of their own: datelines, jump lines, furniture.

use std::sync::LazyLock;

use regex::Regex;

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant that a test compiles")
}

static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:本[报報台](?:[\p{Han}\d]{0,12})?[讯訊电電]|本[报報](?:综合)?(?:消息|综合)|(?:据)?新[华華]社[\p{Han}\d/]{0,16}[电電]|[\p{Han}]{2,4}社[\p{Han}\d]{1,14}[电電](?:[ 　（(]|$)|中新网[\p{Han}\d]{0,12}[电電])",
    )
});

static BRACKETED: LazyLock<Regex> = LazyLock::new(|| compiled(r"^[ 　]*[（(]([^（）()]{2,60})[）)]"));

static JUMP: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^[（(▶►▷→■【\s]*(?:(?P<to>(?:紧急)?下[转轉]|[文]?[转轉]|[见見](?:今日)?|详见|詳見)|(?P<from>上接|[紧緊]接|承接|文承|接))\s*(?:今日|本报)?第?\s*(?P<label>[A-Za-z]?\s?\d{1,3}|[A-Za-z]?[一二三四五六七八九十]{1,3})\s*(?:版|頁|页)[^。，]{0,8}?[）)▶►◀◁】\s]*$|^[（(▶►▷→【\s]*(?:(?P<to2>下[转轉]|[文]?[转轉])|(?P<from2>上接|[紧緊]接|文承))\s*第?\s*(?P<label2>[A-Za-z]\s?\d{1,3})[）)▶►◀】\s]*$",
    )
});

static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:.{0,16}\d{4}年\s*\d{1,2}月\s*\d{1,2}日.{0,48}|.{0,8}[农農]历.{0,20}|.{0,20}第\s*\d+\s*期.{0,20}|.{0,24}(?:责任编辑|責任編輯|责编|版式|美编|校对|值班主任|编辑[：:]).{0,40}|.{0,10}(?:国内统一|邮发代号|CN\d\d).{0,40}|今?\p{Han}{2,6}客户端|[A-Za-z]?\d{1,2}\s*版?[:：·\s]*(?:\p{Han}{2,6})?|.{0,6}(?:今日|本报今日)\s*\d+\s*版.{0,6}|星期[一二三四五六日天].{0,10}|\d{4}-\d{1,2}-\d{1,2}.{0,24}|\p{Han}{2,4}(?:日报|日報|时报|時報|晚报|晚報|晨报|晨報|周报|商报|都市报|新闻|新聞))$",
    )
});

static SECTION: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"^(?:[■●◆▲★]\s*\p{Han}{2,6}|(?:要闻|新闻|时政|综合|经济|社会|文化|体育|国际|国内|副刊|广告|民生|评论|视点|焦点|专题))$")
});

/// The dateline at the beginning of `text`, when there is one.
pub(crate) fn dateline(text: &str) -> Option<&str> {
    DATELINE.find(text).map(|found| found.as_str().trim_end_matches([' ', '　', '（', '(']))
}

/// What stands in brackets right after a dateline.
pub(crate) fn bracketed(after_dateline: &str) -> Option<&str> {
    BRACKETED.captures(after_dateline).and_then(|found| found.get(1)).map(|inside| inside.as_str())
}

/// A jump line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    /// 下转: the article goes on at the page with this label.
    To(String),
    /// 上接: it comes from there.
    From(String),
}

/// Reads a jump line; the label is normalised (`第四版` is `4`, `c2版` is `C2`).
pub(crate) fn jump(text: &str) -> Option<Jump> {
    let text = text.trim();
    if text.chars().count() > 24 {
        return None;
    }
    let found = JUMP.captures(text)?;
    let label = found.name("label").or_else(|| found.name("label2"))?.as_str();
    let to = found.name("to").is_some() || found.name("to2").is_some();
    Some(if to { Jump::To(label_of(label)) } else { Jump::From(label_of(label)) })
}

fn label_of(printed: &str) -> String {
    let (letters, number): (String, String) = printed.chars().filter(|c| !c.is_whitespace()).partition(char::is_ascii_alphabetic);
    let digits = if number.chars().all(|c| c.is_ascii_digit()) {
        number.trim_start_matches('0').to_owned()
    } else {
        chinese_number(&number).to_string()
    };
    letters.to_ascii_uppercase() + &digits
}

fn chinese_number(text: &str) -> u32 {
    let digit = |c: char| "一二三四五六七八九".chars().position(|d| d == c).map(|at| at as u32 + 1);
    let mut total = 0;
    let mut last = 0;
    for c in text.chars() {
        if c == '十' {
            total += last.max(1) * 10;
            last = 0;
        } else {
            last = digit(c).unwrap_or(0);
        }
    }
    total + last
}

/// Whether a line is a masthead, a folio or another thing that is on every page.
pub(crate) fn is_furniture(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= 64 && !text.ends_with(['。', '，', '、', '；']) && FURNITURE.is_match(text)
}

/// Whether a line can be a section label.
pub(crate) fn is_section_label(text: &str) -> bool {
    SECTION.is_match(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_jump_lines() {
        for (text, label) in
            [("下转C2版", "C2"), ("（下转第四版）", "4"), ("▶▶下转2版", "2"), ("文轉第十二版", "12"), ("转A02", "A2"), ("见今日第3版", "3")]
        {
            assert_eq!(jump(text), Some(Jump::To(label.to_owned())), "{text}");
        }
        assert_eq!(jump("上接1版"), Some(Jump::From("1".to_owned())));
        for text in ["转型升级步伐加快", "见面会3日举行", "接下来要抓好3件事", "下转到其他部门办理"] {
            assert_eq!(jump(text), None, "{text}");
        }
    }

    #[test]
    fn reads_datelines() {
        for (text, found) in [
            ("本报讯 3月26日", "本报讯"),
            ("本报讯（记者 王强）", "本报讯"),
            ("新华社北京3月26日电 今天", "新华社北京3月26日电"),
            ("本报南京2月4日电（记者", "本报南京2月4日电"),
        ] {
            assert_eq!(dateline(text), Some(found), "{text}");
        }
        assert_eq!(dateline("本报记者来到现场"), None);
        assert_eq!(dateline("会议指出"), None);
        assert_eq!(bracketed("（记者 王强 通讯员 李四）3月"), Some("记者 王强 通讯员 李四"));
    }

    #[test]
    fn knows_furniture() {
        for text in
            ["今平湖客户端", "C2 要闻 2021年4月24日 星期二 责任编辑 谢颖 电话 84352569", "第4761期 今日2版", "农历壬寅年二月十二", "A03"]
        {
            assert!(is_furniture(text), "{text}");
        }
        for text in ["2021年10月17日上午，市里召开会议。", "一鼓作气打赢疫情防控总体战", "早复工"] {
            assert!(!is_furniture(text), "{text}");
        }
        assert!(is_section_label("■一线直击"));
    }
}
