//! How the text of an article opens: who reports, from where and when, and the names that stand there.
//!
//! 本报讯（记者 王强）, 新华社北京2月23日电, 〔記者王強／台北報導〕, 本报讯 记者王强报道：, QINGXI (Xinhua) —, or only （记者 王强）. Bylines on a
//! line of their own are left to [`super::people`].

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::grammar::placed;
use super::patterns::pattern;
use super::people;

/// The opening of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dateline {
    /// Where it ends, in bytes; 0 when only names stand before the text.
    pub(crate) end: usize,
    /// The part of the text, in bytes, that names the reporters.
    pub(crate) people: Option<Range<usize>>,
}

/// Who reports, and that it is a report: the names are left to [`NAMES_IN_BRACKET`] and [`plain_names`].
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\s*(?:",
        r"【[^】]{0,40}(?:报道|報導|報道|讯|訊|电|電|消息)】",
        r"|〔[^〕]{2,40}(?:报道|報導|報道|电|電|讯|訊)〕",
        r"|[\[［][^\]］]{0,30}(?:报道|報導|報道|电|電|讯|訊)[\]］]",
        // In round brackets much is said that is no dateline.
        r"|[（(](?:[^（）()。！？]{0,12}(?:记者|記者|通讯员|通訊員)[^（）()。！？]{2,30}(?:报道|報導|報道|电|電|讯|訊)",
        r"|\p{Han}{2,5}[社网網]\p{Han}{0,6}\s*(?:[\d一二三四五六七八九十]{1,3}\s*月\s*)?[\d一二三四五六七八九十]{1,3}\s*日\s*\p{Han}{0,3}[电電讯訊]",
        r"|(?:本[报報刊台臺网網]|\p{Han}{1,8}[报報])[讯訊])[）)]",
        r"|(?:据|據)?(?:本报|本報|本刊|本台|新华社|新華社|中新社)",
        r"(?:[\p{Han}&&[^通]]{2,3}[讯訊]|(?:\p{Han}{0,8}\s*\d{1,2}\s*月\s*\d{1,2}\s*日)?\s*(?:专电|专讯|综合消息|[讯訊电電]))",
        // 互联网巨头腾讯 and 国家电网电力 are no reports.
        r"|(?:据|據)?\p{Han}{2,5}(?:网|報|报)(?:\p{Han}{1,2}[\p{Han}&&[^通腾騰资資]][讯訊]",
        r"|\p{Han}{0,8}\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:专电|专讯|综合消息|[讯訊电電])|\s*(?:专电|专讯|综合消息|[讯訊]))",
        r"|\p{Han}{1,5}[\p{Han}&&[^通]][讯訊]\s*(?:北京时间|北京時間)?\s*\d{1,2}\s*月\s*\d{1,2}\s*日",
        r")"
    ))
});

/// The same in words that may be the beginning of longer ones: 晚报讯, 《青溪日报》讯, 本台消息.
static CAREFUL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\s*(?:(?:据|據)?《\p{Han}{1,12}》(?:\p{Han}{0,4}\d{1,2}月\d{1,2}日)?[讯訊]",
        r"|\p{Han}{1,10}(?:[报報刊网網社台臺端媒]|媒体|媒體|中心|发布|發布|电视|電視|广播|廣播|频道|頻道|新闻|新聞)[讯訊]",
        r"|\p{Han}{2,10}\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:专|專|综合|綜合)?(?:[讯訊电電]|消息)",
        r"|(?:据|據)?\p{Han}{2,5}(?:网|報|报)\s*[电電]",
        r"|本[报報刊台臺网網社](?:最新|独家|獨家|特别|特別)?消息)",
    ))
});

/// The same in English, before a dash: QINGXI, May 9 (Xinhua) — The new bridge.
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\s*(?P<dateline>\p{Lu}[\p{Lu}.'’-]{2,20}(?: [\p{Lu}.'’-]{2,20}){0,3}(?:, [A-Z][a-z]{2,11}\.?){0,2}(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?",
        r"(?: ?\([A-Z][A-Za-z /]{1,30}\))?)(?: ?(?:—|–|--) ?| - )[“‘\x22']?[\p{L}\d]"
    ))
});

/// Words in capitals before a dash that say what a headline is of, and not where.
const NO_PLACES: [&str; 13] = [
    "ANALYSIS",
    "BREAKING",
    "COMMENT",
    "EDITORIAL",
    "EXCLUSIVE",
    "FEATURE",
    "INTERVIEW",
    "LIVE",
    "OPINION",
    "REVIEW",
    "UPDATE",
    "VIDEO",
    "WATCH",
];

/// Where the dateline ends that English `text` begins with.
fn english(text: &str) -> Option<usize> {
    let found = ENGLISH.captures(text)?.name("dateline")?;
    (!NO_PLACES.contains(&found.as_str())).then_some(found.end())
}

/// The first bracket after a dateline, with the reporters: 本报讯（记者 王强）.
static NAMES_IN_BRACKET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*[（(【〔\[［]\s*(?P<people>[^（）()【】〔〕\[\]［］。]{2,60})[）)】〕\]］]"));

/// Whether `c` opens a bracket in which a dateline or its reporters may stand.
pub(crate) fn opens_bracket(c: char) -> bool {
    matches!(c, '（' | '(' | '【' | '〔' | '[' | '［')
}

/// What may follow 讯 or 消息 where they are no part of a longer word.
fn parts(c: char) -> bool {
    c.is_whitespace() || opens_bracket(c) || matches!(c, '记' | '記' | '通' | '：' | ':' | '，' | '昨' | '今' | '近')
}

/// Whether `text` begins with a dateline, or with the names of reporters in a way that opens an article.
pub(crate) fn has_dateline(text: &str) -> bool {
    dateline(text).is_some()
}

/// Whether one of the characters stands early enough that name who reports, or what: a bracket, a paper, a message.
fn may_begin_with_dateline(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(|c| opens_bracket(c) || c == '《') || text.chars().take(LONGEST_REPORTER).any(|c| is_reporter(c) || c == '月')
}

/// Whether who reports is called with `c`, or what people there do.
fn is_reporter(c: char) -> bool {
    matches!(c, '报' | '報' | '刊' | '台' | '臺' | '社' | '网' | '網' | '讯' | '訊' | '端' | '媒' | '者' | '员' | '員' | '据' | '據')
}

/// Most characters of a dateline up to the one that says who reports, or what.
const LONGEST_REPORTER: usize = 14;

/// Whether `c` is one of the characters with which every dateline says what it is: a report, a message, a cable.
pub(crate) fn is_dateline_mark(c: char) -> bool {
    matches!(c, '讯' | '訊' | '电' | '電' | '道' | '導' | '息')
}

/// The opening that `text` begins with.
pub(crate) fn dateline(text: &str) -> Option<Dateline> {
    if text.trim_start().starts_with(char::is_uppercase) {
        return english(text).map(|end| Dateline { end, people: None });
    }
    if !may_begin_with_dateline(text) {
        return None;
    }
    let Some(end) = source(text) else {
        let people = names(text).filter(|people| goes_on(text.get(people.end..).unwrap_or_default()))?;
        return Some(Dateline { end: 0, people: Some(people) });
    };
    let own = text.get(..end).unwrap_or_default();
    let behind = |end: usize| {
        let rest = text.get(end..).unwrap_or_default();
        let bracket = NAMES_IN_BRACKET.captures(rest).and_then(|found| found.name("people"));
        // In square brackets much else stands there: 【现象】.
        let names_people = |part: &regex::Match<'_>| {
            rest.trim_start().starts_with(['（', '(']) || read(part.as_str()).is_some_and(|credits| credits.is_sure())
        };
        bracket.filter(names_people).map(|part| part.range()).or_else(|| plain_names(rest)).map(|part| end + part.start..end + part.end)
    };
    // 〔記者王強/台北報導〕 is dateline and byline in one.
    if let Some(inner) = own.trim_start().strip_prefix(opens_bracket) {
        let start = end - inner.len();
        let inside = start..end - own.chars().next_back().map_or(0, char::len_utf8);
        let named = own.contains(['者', '员', '員']);
        let reported = || Some(inside.clone()).filter(|_| own.contains(['/', '／']));
        return Some(Dateline { end, people: if named { Some(inside) } else { behind(end).or_else(reported) } });
    }
    Some(Dateline { end, people: behind(end) })
}

/// A line of its own that says where a report is from, and names nobody: 本报综合报道, （据新华社电）.
static SOURCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^[（(【]?(?:本[报報台臺网網刊社](?:综合|綜合)|(?:本[报報台臺网網刊社])?(?:综合|綜合|整理|记者综合)(?:报道|報導|報道|消息|\p{Han}{2,4}[电電])",
        r"|(?:据|據|综合|綜合)\p{Han}{1,4}[社网網报報](?:等)?(?:专电|專電|[电電]|消息|报道|報導|報道)|\p{Han}{0,4}[报報][讯訊])[）)】]?$"
    ))
});

/// Whether the line `tight`, which has no white space, only says where a report is from.
pub(super) fn names_source(tight: &str) -> bool {
    tight.len() <= LONGEST_SOURCE && SOURCE.is_match(tight)
}

/// In bytes.
const LONGEST_SOURCE: usize = 16 * 3;

/// Where the part of the dateline ends that says who reports.
fn source(text: &str) -> Option<usize> {
    if let Some(found) = DATELINE.find(text) {
        return Some(found.end());
    }
    let end = CAREFUL.find(text)?.end();
    text.get(end..).unwrap_or_default().chars().next().is_none_or(parts).then_some(end)
}

/// The names of reporters that `text` begins with, with no dateline before them.
fn names(text: &str) -> Option<Range<usize>> {
    if let Some(found) = NAMES_IN_BRACKET.captures(text) {
        let part = found.name("people")?;
        let credits = read(part.as_str())?;
        return (credits.is_sure() && !credits.is_photo()).then(|| part.range());
    }
    reported_names(text)
}

/// Whether what stands behind names is the text that they open.
fn goes_on(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '）' | ')' | '】' | '〕' | ']' | '］' | '：' | ':'));
    rest.chars().take(2).count() == 2
}

/// Names outside of brackets behind a dateline: 记者王强报道：, or 记者 王强 before a space.
fn plain_names(rest: &str) -> Option<Range<usize>> {
    if let Some(names) = reported_names(rest) {
        return Some(names);
    }
    let start = rest.len() - rest.trim_start().len();
    let gaps =
        rest.char_indices().skip_while(|(at, _)| *at < start).take(LONGEST_NAMES).take_while(|(_, c)| people::may_stand_by_names(*c));
    let gaps = gaps.filter(|(_, c)| c.is_whitespace() || matches!(c, '：' | ':')).map(|(at, _)| at);
    let gaps: Vec<usize> = gaps.collect();
    gaps.into_iter().rev().map(|end| start..end).find(|part| {
        let credits = rest.get(part.clone()).and_then(read);
        credits.is_some_and(|credits| credits.is_sure() && !credits.open && !credits.may_be_sentence() && credits.is_byline_line())
    })
}

/// 记者王强报道, at the beginning of `text`.
fn reported_names(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let mut last = ' ';
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start).take(LONGEST_NAMES) {
        if matches!((last, c), ('报', '道' | '导') | ('報', '導' | '道')) {
            let part = start..at + c.len_utf8();
            return read(text.get(part.clone())?).is_some_and(|credits| credits.is_sure() && !credits.may_be_sentence()).then_some(part);
        }
        if !people::may_stand_by_names(c) {
            return None;
        }
        last = c;
    }
    None
}

/// Most characters of names outside of brackets.
const LONGEST_NAMES: usize = 40;

fn read(text: &str) -> Option<people::Credits> {
    people::read_reporters(&placed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands there as names, read.
    fn named(text: &str) -> Option<Vec<String>> {
        let part = dateline(text)?.people?;
        Some(read(text.get(part)?)?.people.into_iter().map(|person| person.name).collect())
    }

    #[test]
    fn knows_datelines() {
        for text in [
            "本报讯 3月 26日上午",
            "本报讯（记者 王强）",
            "新华社北京2月23日电 在",
            "〔記者王強/台北報導〕近日",
            "据新华社北京2月12日电（记者",
            "  据清溪江南日报讯",
            "清溪江南小岸讯 3月2日",
            "【清溪镇文化站书画社消息】",
        ] {
            assert!(has_dateline(text), "{text}");
        }
        assert!(!has_dateline("本报记者走近"));
        assert_eq!(dateline("本报讯（记者 王强）近日").map(|found| found.end), Some("本报讯".len()));
    }

    #[test]
    fn knows_english_datelines() {
        for (text, place) in [
            ("QINGXI — The new bridge", "QINGXI"),
            ("QINGXI—The new bridge", "QINGXI"),
            ("HONG KONG (Reuters) - Shares rose", "HONG KONG (Reuters)"),
            ("BEIJING, March 3 (Xinhua) -- China", "BEIJING, March 3 (Xinhua)"),
            ("LOS ANGELES, Calif. — “We asked for it,”", "LOS ANGELES, Calif."),
            ("ST. PETERSBURG, Russia, Sept. 14 (AP) — The", "ST. PETERSBURG, Russia, Sept. 14 (AP)"),
        ] {
            assert_eq!(dateline(text).and_then(|found| text.get(..found.end)), Some(place), "{text}");
        }
        for text in
            ["NATO-led forces left", "UPDATE — The new bridge", "COVID-19 — what we know", "QINGXI", "The bridge — at last", "UK — a"]
        {
            assert_eq!(dateline(text), None, "{text}");
        }
    }

    #[test]
    fn papers_of_any_name_report() {
        for text in [
            "晚报讯（记者 谢文柏）昨天",
            "都市报讯 （记者 谢文柏）昨天",
            "竹林网讯（记者 谢文柏）昨天",
            "本台消息（记者 谢文柏）昨天",
            "青溪县融媒体中心讯（记者 谢文柏）昨天",
            "《青溪报》讯（记者 谢文柏）昨天",
            "竹林时刻10月12日讯（记者 谢文柏）昨天",
            "青广网竹林10月12日消息（记者谢文柏）昨天",
            "【本报讯】（记者 谢文柏）昨天",
            "【晚报讯】记者谢文柏报道：昨天",
            "本报讯 记者谢文柏报道：昨天",
            "本报讯 记者 谢文柏 昨天",
            "本报记者谢文柏报道：昨天",
            "（记者 谢文柏）昨天",
            "（中央社記者谢文柏台北十五日電）昨天",
            "（記者谢文柏／竹林報導）昨天",
            "[記者谢文柏/竹林報導]昨天",
            "中新社竹林10月12日电 （谢文柏）昨天",
        ] {
            assert_eq!(named(text), Some(vec!["谢文柏".to_owned()]), "{text}");
        }
    }

    #[test]
    fn sentences_open_no_article() {
        for text in [
            "晚报讯息很多",
            "互联网电商平台的兴起",
            "互联网巨头腾讯也把目光投向了乡村",
            "县纪委举报电话昨天开通",
            "国家电网电力抢修队",
            "本报消息来源说",
            "记者从青溪县获悉，报道说",
            "记者近日报道了",
            "（记者 谢文柏）",
            "（记者 谢文柏 摄）昨天",
            "（三）推进报道",
            "据村里消息，昨天",
            "[现象]昨天",
        ] {
            assert_eq!(dateline(text), None, "{text}");
        }
        assert_eq!(named("本报讯 【现象】昨天"), None);
        assert_eq!(named("本报讯 记者从青溪县获悉，昨天"), None);
    }

    #[test]
    fn knows_lines_that_only_name_a_source() {
        for line in ["本报综合报道", "（据新华社电）", "綜合報導", "综合新华社消息"] {
            assert!(names_source(line), "{line}");
        }
        for line in ["本报讯昨天", "综合治理见成效", "据新华社报道的情况看"] {
            assert!(!names_source(line), "{line}");
        }
    }

    #[test]
    fn no_dateline_fails_before_it_is_looked_at() {
        for line in super::super::special_pages().iter().flat_map(|page| page.lines()) {
            let found = source(line).is_some() || names(line).is_some();
            assert!(may_begin_with_dateline(line) || !found, "{line}");
        }
    }
}
