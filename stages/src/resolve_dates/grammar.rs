//! The forms of dates, each a pattern; which days they are is worked out in [`super::context`].

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What kind of expression it is. Earlier forms win where two fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 2022-03-26
    Iso,
    /// 3月26日上午, 3月26日至28日
    Day,
    /// 本月26日
    DayOfMonth,
    /// 春节期间, 国庆节
    Festival,
    /// 20世纪80年代
    Decade,
    /// 今年前两个月, 前三季度
    FirstMonths,
    /// 一季度, 去年上半年
    PartOfYear,
    /// 3月, 3月下旬, 1至2月
    Month,
    /// 2021年, 2021年底, 去年底, 2016年至2020年
    Year,
    /// 昨日, 今晨
    RelativeDay,
    /// 上周五, 本周
    Week,
    /// 本月, 上月底
    RelativeMonth,
    /// 年底, 年初
    EndOfYear,
    /// “十四五”
    Plan,
    /// 近日, 日前
    Vague,
    /// 26日
    BareDay,
    /// 周五
    BareWeekday,
}

/// An expression found in a text, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) form: Form,
}

struct Forms {
    /// All of them, one alternative each.
    any: Regex,
    /// Each by itself, for the whole of an expression.
    each: Vec<(Form, Regex)>,
}

const PARTS: [(&str, &str); 11] = [
    ("{digit}", "[0-9０-９]"),
    ("{year}", "(?:[12１２]{digit}{3}|[一二][〇○零一二三四五六七八九]{3})"),
    ("{years}", "(?:今年|去年|前年|明年|后年|後年|上年|本年)"),
    // Those of the year named last and the next, which mean no year by themselves.
    ("{any_years}", "(?:{years}|同年|当年|當年|次年|翌年|第二年)"),
    ("{to}", "(?:[至到]|[—–－~～-]{1,2})"),
    ("{number}", "(?:{digit}{1,2}|[一二两兩三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九])"),
    ("{month}", "(?:1[0-2]|１[０-２]|[0０]?[1-9１-９]|十[一二]?|[一二三四五六七八九])"),
    ("{day}", "(?:3[01]|３[０１]|[12１２]{digit}|[0０]?[1-9１-９]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"),
    ("{part}", "(?:凌晨|清晨|清早|早晨|早上|早间|上午|中午|正午|午后|午後|下午|傍晚|晚上|晚间|晚間|夜间|夜間|深夜|夜里|晚)"),
    ("{gap}", "[ \u{3000}]?"),
    ("{third}", "(?:[上中下]旬|月?初|月?底|月?末|中)"),
];

/// What each form looks like; `{…}` stand for the parts above.
const FORMS: [(Form, &str); 17] = [
    (Form::Iso, r"(?P<year>{year})[-./](?P<month>{digit}{1,2})[-./](?P<day>{digit}{1,2})"),
    (
        Form::Day,
        "(?:(?:(?P<year>{year})年|(?P<relative>{any_years})的?){gap})?(?P<month>{month})月{gap}(?P<day>{day})(?:[日号號](?P<part>{part})?(?:{to}(?:(?P<year2>{year})年)?(?:(?P<month2>{month})月)?{gap}(?P<day2>{day})[日号號](?P<part2>{part})?)?|{to}(?P<day3>{day})[日号號])",
    ),
    (Form::DayOfMonth, "(?P<which>本月|当月|當月|上个?月|上個月|下个?月|下個月){gap}(?P<day>{day})[日号號](?P<part>{part})?"),
    (
        Form::Festival,
        "(?:(?:(?P<year>{year})年|(?P<relative>{years})的?))?(?:(?P<fixed>元旦|国庆节|國慶節|(?:五一)?(?:国际)?劳动节|勞動節|植树节|(?:三八)?(?:国际)?妇女节|(?:五四)?青年节|(?:六一)?(?:国际)?儿童节|建党节|建军节|教师节)|春节|春節|元宵节|元宵節|清明节|清明節|端午节|端午節|中秋节|中秋節|重阳节|(?:国庆|國慶|清明|端午|中秋|[“\"]?五一[”\"]?|[“\"]?十一[”\"]?)(?:期间|期間|假期|小?长假|黄金周))(?P<during>期间|期間|假期|小?长假|黄金周|前夕|前后|前後|前|后|後)?",
    ),
    (Form::Decade, "(?P<century>20|２０|二十|上)个?世[纪紀](?P<decade>[二三四五六七八九]十|[2-9]0)年代"),
    (Form::FirstMonths, "(?:(?P<year>{year})年|(?P<relative>{years}))?前(?P<count>{number})(?P<unit>个月|個月|季度)"),
    (
        Form::PartOfYear,
        "(?:(?P<year>{year})年|(?P<relative>{years}))?(?:第?(?P<quarter>[一二三四1-4])季度|(?P<quarters>首季度?)|(?P<half>[上下])半年)",
    ),
    (
        Form::Month,
        "(?:(?:(?P<year>{year})年|(?P<relative>{any_years})的?){gap})?(?:(?P<from>{month})月?{to}(?:(?P<year2>{year})年)?(?P<to>{month})月份?|(?P<month>{month})月(?P<clear>份)?(?P<third>{third})?)",
    ),
    (Form::Year, "(?:(?P<from>{year})年?{to}(?P<to>{year})年|(?:(?P<year>{year})年|(?P<relative>{years}))(?P<end>年?[初底末中])?)"),
    (
        Form::RelativeDay,
        "(?:(?P<name>大前天|前天|昨天|昨日|今天|今日|明天|明日|后天|後天|大后天|当天|当日|當天|當日|同日|次日|翌日|第二天)(?P<part>{part})?|(?P<night>[今昨明当當][晨早晚夜]))",
    ),
    (
        Form::Week,
        "(?P<which>上上|上|本|这|這|下)(?:个|個)?(?:周|週|星期|礼拜)(?:(?P<weekday>[一二三四五六日天])|(?P<weekend>末))?(?P<part>{part})?",
    ),
    (Form::RelativeMonth, "(?P<which>本月|当月|當月|同月|次月|上个?月|上個月|下个?月|下個月|这个月|這個月)(?P<third>{third})?"),
    (Form::EndOfYear, "(?P<end>年底|年末|岁末|年初|岁初)"),
    (Form::Plan, "(?P<plan>十[一二三四五六七八九]?)五"),
    (
        Form::Vague,
        "(?:(?P<days>近日|日前|近期|最近|近来|前不久|不久前|连日来|連日來|近几天|前几天|这几天|前些天|近段时间)|近年来|近年來|近几年来?|近些年来?)",
    ),
    (Form::BareDay, "(?P<day>{digit}{1,2})[日号](?P<part>{part})?(?:{to}(?P<day2>{digit}{1,2})[日号])?"),
    (Form::BareWeekday, "(?:周|週|星期)[一二三四五六日天](?P<part>{part})?"),
];

static PATTERNS: LazyLock<Forms> = LazyLock::new(|| {
    let full = |pattern: &str| {
        // Parts stand in parts.
        let once = |text: String| PARTS.iter().fold(text, |text, (name, part)| text.replace(name, part));
        once(once(pattern.to_owned()))
    };
    let plain = Regex::new("\\(\\?P<[a-z0-9]+>").expect("the pattern is valid");
    let any: Vec<String> = FORMS.iter().map(|(_, pattern)| format!("(?:{})", plain.replace_all(&full(pattern), "(?:"))).collect();
    let each = FORMS.iter().map(|(form, pattern)| (*form, Regex::new(&format!("^(?:{})$", full(pattern))).expect("the pattern is valid")));
    Forms { any: Regex::new(&any.join("|")).expect("the patterns are valid together"), each: each.collect() }
});

/// The next expression of `text` from byte `from` on.
pub(super) fn next(text: &str, from: usize) -> Option<Found> {
    let mut from = from;
    loop {
        let found = PATTERNS.any.find_at(text, from)?;
        let form = PATTERNS.each.iter().find(|(_, pattern)| pattern.is_match(found.as_str())).map(|(form, _)| *form)?;
        if let Some(end) = trusted(text, found.start(), found.end(), form) {
            return Some(Found { start: found.start(), end, form });
        }
        // Behind its first character something else may begin.
        from = found.start() + found.as_str().chars().next().map_or(1, char::len_utf8);
    }
}

/// What the parts of an expression of `form` are.
pub(super) fn captures(form: Form, text: &str) -> Option<Captures<'_>> {
    PATTERNS.each.iter().find(|(known, _)| *known == form).and_then(|(_, pattern)| pattern.captures(text))
}

/// Where the expression ends, when what stands around it does not make it part of something else.
fn trusted(text: &str, start: usize, end: usize, form: Form) -> Option<usize> {
    let before = text.get(..start)?.chars().next_back();
    let rest = text.get(end..)?;
    let after = rest.chars().next();
    let here = text.get(start..end)?;
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || matches!(c, '０'..='９' | '.' | '．'));
    let begins_with_digit = here.chars().next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '０'..='９'));
    if begins_with_digit && is_digit(before) || form == Form::Iso && is_digit(after) {
        return None;
    }
    let one_of = |c: Option<char>, list: &str| c.is_some_and(|c| list.contains(c));
    let good = match form {
        Form::Day
        | Form::DayOfMonth
        | Form::Iso
        | Form::Decade
        | Form::FirstMonths
        | Form::Festival
        | Form::RelativeMonth
        | Form::Vague => true,
        // 一月 in a poem is no date, 3个月 never comes here; 十月革命.
        Form::Month => {
            let says_more = captures(form, here).is_some_and(|found| {
                ["year", "relative", "clear", "from"].iter().any(|part| found.name(part).is_some())
                    || found
                        .name("month")
                        .is_some_and(|month| month.as_str().chars().all(|c| c.is_ascii_digit() || matches!(c, '０'..='９')))
            });
            says_more && !one_of(after, "饼餅子龄齡") && !one_of(before, "第")
        }
        Form::PartOfYear => !one_of(before, "每"),
        // 2000年前 counts the years since.
        Form::Year => !(one_of(after, "级級届屆款版") || here.ends_with("00年") && one_of(after, "前")),
        Form::RelativeDay => {
            let paper = ["头条", "頭條", "平台", "客户端", "关注", "之", "的中国"];
            let named = here == "今日" && paper.iter().any(|word| rest.starts_with(word));
            // 同日方会谈, 提前天数, 适当日
            let divided = here == "同日" && one_of(after, "本方韩韓美军元")
                || here.starts_with('前') && one_of(before, "提以之此目从")
                || here.starts_with('当') && one_of(before, "应適适相恰");
            !(named || divided || one_of(before, "第每往") || one_of(after, "报報性"))
        }
        Form::Week => !one_of(before, "基根以") && !one_of(after, "期年岁歲围圍边邊长長"),
        Form::EndOfYear => !one_of(before, "每年去今明前后近大"),
        Form::Plan => {
            let goes_on = ["期间", "期間", "时期", "時期", "规划", "規劃", "开局", "開局", "收官", "以来", "末", "之"];
            one_of(before, "“\"「") && one_of(after, "”\"」") || goes_on.iter().any(|word| rest.starts_with(word))
        }
        Form::BareDay => !one_of(before, "第约近共每满超达期数、月·/-—年至到") && !one_of(after, "内內均游龄元子之余多线楼院店台"),
        Form::BareWeekday => {
            !one_of(before, "每四一两三几数逢上下周期个")
                && (after.is_none()
                    || one_of(after, "，。、；（）)至到的")
                    || captures(form, here).is_some_and(|found| found.name("part").is_some()))
        }
    };
    good.then_some(end)
}
