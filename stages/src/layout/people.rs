//! Names of people in bylines and credits, with their roles and padding undone.

use std::borrow::Cow;
use std::sync::LazyLock;

use pipeline::{Person, Span};

use super::family_names::{has_surname, is_foreign, is_full_name, is_word};
use super::grammar::entries;
use super::names::{LONGEST_RUN, Tokens};
use super::width::is_han;
use super::words::{WordList, at_start, longest};

/// What a byline or credit says.
#[expect(clippy::struct_excessive_bools, reason = "each is one sign that it is a byline at all")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Credits {
    pub(crate) people: Vec<Person>,
    marked: bool,
    pub(crate) bracketed: bool,
    org: bool,
    role: bool,
    spaced: bool,
    /// Somebody reports from somewhere: 張強／台北報導.
    reported: bool,
    /// The paper's own commentator, without a name.
    staff: bool,
    /// The last name is one character long, or the beginning of a role: its other half stands on the next line.
    pub(crate) open: bool,
}

struct Words {
    org: WordList,
    role: WordList,
    after: WordList,
    slash: WordList,
    never: WordList,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let of = |kind: &'static str| {
        entries(include_str!("../../data/bylines.txt")).filter_map(move |line| line.strip_prefix(kind)).map(str::trim).collect()
    };
    Words { org: of("org "), role: of("role "), after: of("after "), slash: of("slash "), never: of("never ") }
});

/// Marks that stand before bylines and labels.
pub(crate) fn is_bullet(c: char) -> bool {
    matches!(c, '■' | '□' | '●' | '▲' | '◆' | '★' | '◎' | '▪' | '◇' | '▍' | '△' | '☆' | '○')
}

/// Every word that says what people did, or for whom, has one of them.
pub(super) fn is_of_role(c: char) -> bool {
    matches!(c, '报' | '報' | '刊' | '社' | '媒' | '特' | '习' | '習' | '席' | '驻' | '版' | '摄' | '攝' | '者' | '员' | '員')
        || matches!(c, '撰' | '整' | '图' | '圖' | '漫' | '采' | '译' | '譯' | '供' | '文')
}

/// Most characters of a name without a dot.
pub(super) const LONGEST_NAME: usize = 4;

/// Every role of those who take pictures has one of them.
pub(crate) fn is_photo_mark(c: char) -> bool {
    matches!(c, '摄' | '攝' | '图' | '圖')
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | '，' | ',' | '/' | '／' | '：' | ':' | '|')
}

fn is_name_char(c: char) -> bool {
    is_han(c) || matches!(c, '·' | '•')
}

/// Whether `c` may stand among names: figures and the stops of sentences do not.
pub(super) fn may_stand_by_names(c: char) -> bool {
    is_name_char(c) || is_separator(c) || is_bullet(c) || is_blurred_bullet(c) || is_bracket(c)
}

fn is_bracket(c: char) -> bool {
    matches!(c, '（' | '）' | '(' | ')' | '【' | '】' | '〔' | '〕')
}

/// A role that follows the names, before a space or at the end of all. `alone` says that a separator stands before it, `stroke`
/// that it is a stroke (张三/文).
fn closing_role(chars: &[(u32, char)], alone: bool, stroke: bool) -> Option<(usize, &'static str)> {
    let (len, word) = longest(chars, &WORDS.after)?;
    let rest = trimmed(chars.get(len..).unwrap_or_default());
    let parted = chars.get(len).is_none_or(|(_, c)| is_separator(*c) && !matches!(c, '/' | '／' | '：' | ':'));
    let fits = if matches!(word, "文" | "图" | "圖") {
        // 文 is a family name, and both end words: 商业版图.
        let pictured = rest.last().is_none_or(|(_, c)| matches!(c, '图' | '圖' | '摄' | '攝'));
        alone && (stroke || pictured)
    } else {
        // What may stand before names belongs to those that follow.
        rest.is_empty() || !WORDS.role.contains(word)
    };
    (parted && fits).then_some((len, word))
}

/// The organisation that `chars` begin with: a known one, or what ends like the name of one before 记者.
fn organisation(chars: &[(u32, char)]) -> Option<(usize, String)> {
    let known = longest(chars, &WORDS.org).map(|(len, word)| (len, word.to_owned()));
    known.or_else(|| {
        let han = chars.iter().take(LONGEST_ORGANISATION).take_while(|(_, c)| is_han(*c)).count();
        let len = (3..=han).find(|len| {
            let rest = chars.get(*len..).unwrap_or_default();
            (at_start(rest, "记者").or_else(|| at_start(rest, "記者"))).is_some()
        })?;
        let name: String = chars.get(..len)?.iter().map(|(_, c)| c).collect();
        (name.starts_with(['驻', '駐']) || name.ends_with(['报', '報', '网', '網', '社', '台', '臺', '刊', '端'])).then_some((len, name))
    })
}

/// 青溪日报全媒体 and the like.
const LONGEST_ORGANISATION: usize = 12;

fn without_brackets(chars: &[(u32, char)]) -> Option<&[(u32, char)]> {
    let (first, last) = (chars.first()?.1, chars.last()?.1);
    let pair = matches!((first, last), ('（', '）') | ('(', ')') | ('【', '】') | ('〔', '〕'));
    pair.then(|| chars.get(1..chars.len() - 1)).flatten()
}

fn trimmed(mut chars: &[(u32, char)]) -> &[(u32, char)] {
    while let [(_, c), rest @ ..] = chars
        && c.is_whitespace()
    {
        chars = rest;
    }
    while let [rest @ .., (_, c)] = chars
        && c.is_whitespace()
    {
        chars = rest;
    }
    chars
}

/// Reads characters, each with its byte offset, as names with roles; `None` when anything else is in them. A line end among them
/// is a `'\n'`: it may stand between two names or within one.
pub(crate) fn read(chars: &[(u32, char)]) -> Option<Credits> {
    let mut out = Credits::default();
    if chars.len() > LONGEST {
        return None;
    }
    let whole = if chars.iter().any(|(_, c)| *c == '\n') { Cow::from(without_divided_report(chars)) } else { Cow::from(chars) };
    let mut rest = trimmed(&whole);
    if let Some(inner) = without_brackets(rest) {
        out.bracketed = true;
        rest = trimmed(inner);
    }
    if let [(_, c), tail @ ..] = rest
        && (is_bullet(*c) || is_blurred_bullet(*c) && begins_with_role(trimmed(tail)))
    {
        out.marked = true;
        rest = trimmed(tail);
    }
    let (mut role, mut org): (Option<&str>, Option<String>) = (None, None);
    let mut tokens = Tokens::default();
    // How many people came since the last role.
    let mut since_role = 0;
    let mut stroke = false;
    while let Some((_, c)) = rest.first() {
        if is_separator(*c) {
            out.spaced |= c.is_whitespace();
            stroke = matches!(c, '/' | '／');
            tokens.part(*c);
            rest = rest.get(1..)?;
            continue;
        }
        let behind_stroke = std::mem::take(&mut stroke);
        if let Some((len, word)) =
            closing_role(rest, tokens.is_parted(), behind_stroke).filter(|_| !out.people.is_empty() || !tokens.is_empty())
        {
            since_role += tokens.take(role, org.as_deref(), &mut out, false)?;
            let from = out.people.len().saturating_sub(since_role.max(1));
            for person in out.people.iter_mut().skip(from) {
                person.role = Some(word.to_owned());
            }
            since_role = 0;
            out.role = true;
            rest = rest.get(len..)?;
            continue;
        }
        let known = longest(rest, &WORDS.role);
        if let Some((len, word)) =
            longest(rest, &WORDS.slash).filter(|(len, _)| matches!(rest.get(*len), Some((_, '/' | '／' | '：' | ':'))))
        {
            tokens.take(role, org.as_deref(), &mut out, false)?;
            (role, since_role) = (Some(word), 0);
            out.role = true;
            rest = rest.get(len + 1..)?;
            continue;
        }
        if let Some((len, word)) = organisation(rest).filter(|(len, _)| known.is_none_or(|(role, _)| role < *len)) {
            tokens.take(role, org.as_deref(), &mut out, false)?;
            org = Some(word);
            out.org = true;
            rest = rest.get(len..)?;
            continue;
        }
        if let Some((len, word)) = known {
            tokens.take(role, org.as_deref(), &mut out, false)?;
            (role, since_role) = (Some(word), 0);
            out.role = true;
            rest = rest.get(len..)?;
            if is_commentator(word) && rest.is_empty() && out.people.is_empty() {
                // The paper itself speaks: ■本报评论员.
                let name = org.take().unwrap_or_default() + word;
                let from = chars.iter().rposition(|(_, c)| is_bullet(*c)).map_or(0, |at| at + 1);
                let mut person = person(trimmed(chars.get(from..)?), None, None);
                person.name = name;
                out.people.push(person);
                out.staff = true;
            }
            continue;
        }
        let len = name_len(rest, tokens.goes_on());
        if len == 0 {
            return None;
        }
        let (token, tail) = rest.split_at(len);
        rest = tail;
        if ends_with_report(token) && token.len() <= 6 && !(out.people.is_empty() && tokens.is_empty()) {
            // 張強／台北報導, 张强 综合报道
            out.reported = true;
            if token.len() == 2 {
                tokens.drop_place();
            }
            continue;
        }
        out.reported |= ends_with_report(token);
        let token = without_report(token);
        let dotted = token.iter().any(|(_, c)| matches!(c, '·' | '•'));
        // So many characters are no names that run together; what stands behind a stroke may be a place.
        if token.len() > LONGEST_RUN && !dotted && !behind_stroke {
            return None;
        }
        tokens.push(token, behind_stroke);
    }
    tokens.take(role, org.as_deref(), &mut out, true)?;
    out.open |= out.people.last().is_some_and(|person| WORDS.role.iter().any(|role| role.starts_with(&person.name)));
    let nobody = out.people.is_empty() || out.people.iter().any(|person| WORDS.never.contains(&person.name));
    (!nobody).then_some(out)
}

/// More characters than this are no byline.
const LONGEST: usize = 100;

/// 报道 in one piece where it was divided at the end of a line.
fn without_divided_report(chars: &[(u32, char)]) -> Vec<(u32, char)> {
    let around = |at: usize| Some((chars.get(at.checked_sub(1)?)?.1, chars.get(at + 1)?.1));
    let inside = |at: usize| around(at).is_some_and(|(a, b)| matches!(a, '报' | '報') && matches!(b, '道' | '導' | '导'));
    chars.iter().enumerate().filter(|(at, (_, c))| *c != '\n' || !inside(*at)).map(|(_, char)| *char).collect()
}

/// What scanners make of ■ and □.
fn is_blurred_bullet(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '口')
}

fn begins_with_role(chars: &[(u32, char)]) -> bool {
    longest(chars, &WORDS.role).or_else(|| longest(chars, &WORDS.org)).is_some()
}

fn is_commentator(role: &str) -> bool {
    matches!(role, "评论员" | "評論員")
}

pub(super) fn person(token: &[(u32, char)], role: Option<&str>, org: Option<&str>) -> Person {
    let name = token.iter().map(|(_, c)| *c).filter(|c| !matches!(c, '•')).collect();
    let mut spans: Vec<Span> = Vec::new();
    for (at, c) in token {
        let end = at + c.len_utf8() as u32;
        match spans.last_mut() {
            Some(span) if span.end == *at => span.end = end,
            _ => spans.push(Span::new(*at, end)),
        }
    }
    Person { name, role: role.map(ToOwned::to_owned), org: org.map(ToOwned::to_owned), spans }
}

/// How many characters from here on belong to one name: up to a separator or to a word that is a role. `goes_on` says that a name
/// before the end of a line may go on here.
fn name_len(chars: &[(u32, char)], goes_on: bool) -> usize {
    let mut len = 0;
    while let Some((_, c)) = chars.get(len) {
        let rest = chars.get(len..).unwrap_or_default();
        let another = |words| longest(rest, words).is_some();
        // The second half of a name that was divided at the end of a line may be one character.
        let least = if goes_on { 1 } else { 2 };
        let role =
            || len >= least && closing_role(rest, false, false).is_some() || len >= 2 && (another(&WORDS.role) || another(&WORDS.org));
        if !is_name_char(*c) || role() {
            break;
        }
        len += 1;
    }
    len
}

fn ends_with_report(token: &[(u32, char)]) -> bool {
    matches!(token, [.., (_, '报'), (_, '道' | '导')] | [.., (_, '報'), (_, '導' | '道')])
}

/// 王強台北報導 names 王強: the place has two characters.
fn without_report(token: &[(u32, char)]) -> &[(u32, char)] {
    if ends_with_report(token) && token.len() >= 6 { token.get(..token.len() - 4).unwrap_or(token) } else { token }
}

/// Closes the brackets that names may end a text in.
pub(super) fn is_closing_bracket(c: char) -> bool {
    matches!(c, '）' | ')' | '】' | '〕')
}

fn opens_names(c: char) -> bool {
    matches!(c, '（' | '(' | '【')
}

fn stops_before_names(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '”' | '…' | '）' | '.')
}

/// Whether the names that end a text may stand behind `c`.
pub(super) fn may_stand_before_names(c: char) -> bool {
    opens_names(c) || stops_before_names(c)
}

/// Reads what follows the last full stop of `chars` as a credit or byline; gives the byte where it begins.
pub(crate) fn read_tail(chars: &[(u32, char)]) -> Option<(u32, Credits)> {
    let from = chars.len().saturating_sub(90);
    let tail = chars.get(from..)?;
    let last_bracket = trimmed(tail).last().is_some_and(|(_, c)| matches!(c, '）' | ')' | '】'));
    let is_start = if last_bracket { opens_names } else { stops_before_names };
    let at = tail.iter().rposition(|(_, c)| is_start(*c))?;
    let at = if last_bracket { at } else { at + 1 };
    if from + at == 0 {
        return None;
    }
    let part = trimmed(tail.get(at..)?);
    let credits = read(part)?;
    let stopped = tail.get(..at)?.iter().rev().find(|(_, c)| !c.is_whitespace()).is_some_and(|(_, c)| super::facts::is_stop(*c));
    let sure = credits.role || (credits.bracketed && stopped && credits.people.len() <= 4 && credits.all_surnames());
    (sure && !credits.open).then(|| part.first().map(|(start, _)| (*start, credits))).flatten()
}

impl Credits {
    fn all_surnames(&self) -> bool {
        self.people.iter().all(|person| {
            is_full_name(&person.name)
                || self.role && is_foreign(&person.name)
                || self.open && has_surname(&person.name) && person.name.chars().count() == 1
        })
    }

    /// A whole line with this on it is a byline.
    pub(crate) fn is_byline_line(&self) -> bool {
        if self.role {
            // Without a mark, a bracket, or a paper and a space these may be words of a sentence: 记者了解.
            let written_after = self.people.iter().filter_map(|person| person.role.as_deref()).any(|role| role.chars().count() == 1);
            let plain = self.spaced || self.org || self.reported || written_after;
            return self.marked || self.staff || (self.org && self.spaced) || ((plain || self.bracketed) && self.all_surnames());
        }
        self.marked && self.people.len() <= 3 && self.all_surnames()
    }

    /// Names and nothing else: the second line of a byline, when it follows one.
    pub(crate) fn is_names_only(&self) -> bool {
        !self.role && !self.marked && !self.org && self.all_surnames() && !self.people.iter().any(|person| is_word(&person.name))
    }

    /// Begins with a role and has no mark of its own: 通讯员 behind ■记者.
    pub(crate) fn goes_on(&self) -> bool {
        !self.marked
            && !self.org
            && self.people.first().and_then(|person| person.role.as_deref()).is_some_and(|role| role.starts_with('通'))
    }

    /// Says what the people did, or for whom.
    pub(crate) fn names_roles(&self) -> bool {
        self.role || self.org
    }

    /// Somebody took a picture.
    pub(crate) fn is_photo(&self) -> bool {
        self.people.iter().any(|person| person.role.as_deref().is_some_and(|role| role.contains(is_photo_mark)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Lines that are bylines, with the names and roles in them.
    pub(in crate::layout) const FORMS: &[(&str, &str)] = &[
        ("■记者 谢文柏 通讯员 洪波", "谢文柏:记者 洪波:通讯员"),
        ("■记　者　谢文柏", "谢文柏:记者"),
        ("本报记者 谢 文 柏", "谢文柏:记者"),
        ("本报记者/谢文柏 文/图", "谢文柏:文/图"),
        ("本报记者 洪 波 谢文柏 毛 毅", "洪波:记者 谢文柏:记者 毛毅:记者"),
        ("本报记者 谢 文 柏　毛 亚 萍", "谢文柏:记者 毛亚萍:记者"),
        ("本报记者谢文柏通讯员洪波", "谢文柏:记者 洪波:通讯员"),
        ("■摄影严龙黄娴", "严龙:摄影 黄娴:摄影"),
        ("本报首席记者 欧阳 明 司徒静", "欧阳明:记者 司徒静:记者"),
        ("本报见习记者 上官云 实习生 冼 冰", "上官云:记者 冼冰:实习生"),
        ("青溪日报记者 谢文柏", "谢文柏:记者"),
        ("采写：本报记者 谢文柏 实习生 洪波", "谢文柏:记者 洪波:实习生"),
        ("记者 阿依古丽·买买提 谢文柏", "阿依古丽·买买提:记者 谢文柏:记者"),
        ("文/谢文柏 图/洪波", "谢文柏:文 洪波:图"),
        ("谢文柏/文 洪波/图", "谢文柏:文 洪波:图"),
        ("谢文柏 文 洪波 图", "谢文柏:文 洪波:图"),
        ("文：谢文柏　图：洪波", "谢文柏:文 洪波:图"),
        ("谢文柏 摄影报道", "谢文柏:摄影报道"),
        ("记者 谢文柏 综合报道", "谢文柏:记者"),
        ("【記者 謝文柏】", "謝文柏:記者"),
        ("記者謝文柏／竹林報導", "謝文柏:記者"),
        ("記者謝文柏竹林報導", "謝文柏:記者"),
        ("□ 谢文柏", "谢文柏"),
        ("■扎西", "扎西"),
        ("■本报评论员", "本报评论员"),
        ("本报特约评论员 谢文柏", "谢文柏:评论员"),
        ("·记者 谢 文柏", "谢文柏:记者"),
        ("口记者 毛亚 萍", "毛亚萍:记者"),
        ("本报记者 谢文\n柏 洪波", "谢文柏:记者 洪波:记者"),
        ("本报记者 谢文柏\n洪波 通讯\n员 毛毅", "谢文柏:记者 洪波:记者 毛毅:通讯员"),
        ("記者謝文柏／竹林報\n導", "謝文柏:記者"),
    ];

    fn names(text: &str) -> Option<Vec<(String, String)>> {
        let chars: Vec<(u32, char)> = text.char_indices().map(|(at, c)| (at as u32, c)).collect();
        let credits = read(&chars).filter(Credits::is_byline_line)?;
        Some(credits.people.into_iter().map(|person| (person.name, person.role.unwrap_or_default())).collect())
    }

    /// `王强:记者 李明:通讯员`
    fn expected(text: &str) -> Vec<(String, String)> {
        let pair = |word: &str| word.split_once(':').map_or((word.into(), String::new()), |(name, role)| (name.into(), role.into()));
        text.split(' ').map(pair).collect()
    }

    #[test]
    fn reads_every_form_of_a_byline() {
        for (text, people) in FORMS {
            assert_eq!(names(text), Some(expected(people)), "{text}");
        }
    }

    #[test]
    fn every_role_says_that_it_is_one() {
        let lists = [&WORDS.org, &WORDS.role, &WORDS.after, &WORDS.slash];
        for word in lists.into_iter().flat_map(WordList::iter).chain(["记者", "記者", "报道", "報導"]) {
            assert!(word.chars().any(is_of_role), "{word}");
        }
    }

    #[test]
    fn words_are_no_names() {
        for text in ["■记者手记", "记者了解到", "本报讯 记者从青溪", "商业版图", "■春耕进行时", "本报记者走近4名医护", "【本报讯】"]
        {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
