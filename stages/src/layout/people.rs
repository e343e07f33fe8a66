//! Names of people in bylines and credits, with their roles and padding undone.

use std::borrow::Cow;

use pipeline::{Person, Span};

use super::byline_words::{
    WORDS, begins_as_sentence, closing_role, ends_with_report, has_particle, is_sent_from, is_unit, organisation, trimmed, without_cable,
    without_report,
};
use super::family_names::{has_surname, is_foreign, is_full_name, is_word};
use super::names::{LONGEST_RUN, Tokens};
use super::width::is_han;
use super::words::longest;

/// What a byline or credit says.
#[expect(clippy::struct_excessive_bools, reason = "each is one sign that it is a byline at all")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Credits {
    pub(crate) people: Vec<Person>,
    pub(super) marked: bool,
    pub(crate) bracketed: bool,
    org: bool,
    pub(super) role: bool,
    /// A known office of a paper is named, which says by itself that reporters follow.
    desk: bool,
    /// A colon or a stroke stands behind a role.
    labelled: bool,
    spaced: bool,
    /// Somebody reports from somewhere: 張強／台北報導.
    reported: bool,
    /// The paper's own commentator, without a name.
    staff: bool,
    /// The last name runs into 报道, which is divided at the end of the line.
    half_report: bool,
    /// The last name is one character long, or the beginning of a role: its other half stands on the next line.
    pub(crate) open: bool,
}

/// Marks that stand before bylines and labels.
pub(crate) fn is_bullet(c: char) -> bool {
    matches!(c, '■' | '□' | '●' | '▲' | '◆' | '★' | '◎' | '▪' | '◇' | '▍' | '△' | '☆' | '○')
}

/// Most characters of a name without a dot.
pub(super) const LONGEST_NAME: usize = 4;

/// Every role of those who take pictures has one of them.
pub(crate) fn is_photo_mark(c: char) -> bool {
    matches!(c, '摄' | '攝' | '图' | '圖')
}

pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | '，' | ',' | '/' | '／' | '：' | ':' | '|' | '｜' | '丨')
}

fn is_name_char(c: char) -> bool {
    is_han(c) && c != '丨' || matches!(c, '·' | '•')
}

/// Whether `c` may stand among names: figures and the stops of sentences do not.
pub(super) fn may_stand_by_names(c: char) -> bool {
    is_name_char(c) || is_separator(c) || is_bullet(c) || is_blurred_bullet(c) || is_bracket(c)
}

fn is_bracket(c: char) -> bool {
    matches!(c, '（' | '）' | '(' | ')' | '【' | '】' | '〔' | '〕' | '［' | '］' | '[' | ']')
}

fn without_brackets(chars: &[(u32, char)]) -> Option<&[(u32, char)]> {
    let (first, last) = (chars.first()?.1, chars.last()?.1);
    let pair = matches!((first, last), ('（', '）') | ('(', ')') | ('【', '】') | ('〔', '〕') | ('［', '］') | ('[', ']'));
    pair.then(|| chars.get(1..chars.len() - 1)).flatten()
}

/// Reads characters, each with its byte offset, as names with roles; `None` when anything else is in them. A line end among them
/// is a `'\n'`: it may stand between two names or within one.
pub(crate) fn read(chars: &[(u32, char)]) -> Option<Credits> {
    read_before(chars, false)
}

/// Reads who reports at the head of an article, where a place and a day may stand behind the names: 中央社記者王強台北15日電.
pub(crate) fn read_reporters(chars: &[(u32, char)]) -> Option<Credits> {
    match without_cable(chars) {
        Some(rest) => read_before(rest, true),
        None => read_before(chars, false),
    }
}

/// Reads names; `cable` says that they stood before the end of a cable, and a place between the two.
fn read_before(chars: &[(u32, char)], cable: bool) -> Option<Credits> {
    let mut out = Credits::default();
    if chars.len() > LONGEST {
        return None;
    }
    let whole = if chars.iter().any(|(_, c)| *c == '\n') { Cow::from(without_divided_report(chars)) } else { Cow::from(chars) };
    let mut rest = inside(&whole, &mut out);
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
        if let Some((len, word)) = longest(rest, &WORDS.slash).and_then(|(len, word)| Some((len + label_end(rest.get(len..)?)?, word))) {
            tokens.take(role, org.as_deref(), &mut out, false)?;
            (role, since_role) = (Some(word), 0);
            (out.role, out.labelled) = (true, true);
            rest = rest.get(len..).filter(|rest| !goes_on_as_sentence(rest, true))?;
            continue;
        }
        let opens = role.is_none() && org.is_none() && out.people.is_empty() && tokens.is_empty();
        if let Some(found) = organisation(rest, opens).filter(|found| known.is_none_or(|(role, _)| role < found.len)) {
            tokens.take(role, org.as_deref(), &mut out, false)?;
            org = Some(found.name);
            out.org |= !found.guessed;
            out.desk |= found.desk;
            rest = rest.get(found.len..)?;
            continue;
        }
        if let Some((len, word)) = known {
            tokens.take(role, org.as_deref(), &mut out, false)?;
            (role, since_role) = (Some(word), 0);
            out.role = true;
            rest = rest.get(len..)?;
            let labelled = label_end(rest).is_some();
            if goes_on_as_sentence(rest, labelled) {
                return None;
            }
            out.labelled |= labelled;
            if is_commentator(word) && rest.is_empty() && out.people.is_empty() {
                out.people.push(staff(chars, org.take().unwrap_or_default() + word)?);
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
        let first = out.people.is_empty() && tokens.is_empty();
        if first && role.is_none() && org.is_none() && (token.len() <= LONGEST_NAME || out.bracketed) && names_unit(token, rest) {
            // Where somebody lives or works: 柳河镇 王强.
            continue;
        }
        let ends_cable = cable && rest.is_empty();
        if !first
            && (is_sent_from(token) && (out.role || out.org) || ends_cable && token.len() <= 4 && (behind_stroke || tokens.is_parted()))
        {
            // 王强 发自北京; the place in 王強 台北15日電.
            out.reported = true;
            continue;
        }
        out.reported |= ends_with_report(token) || ends_cable;
        let token = without_report(token, ends_cable);
        let dotted = token.iter().any(|(_, c)| matches!(c, '·' | '•'));
        // So many characters are no names that run together; what stands behind a stroke may be a place.
        if token.len() > LONGEST_RUN && !dotted && !behind_stroke {
            return None;
        }
        tokens.push(token, behind_stroke);
    }
    tokens.take(role, org.as_deref(), &mut out, true)?;
    named(out)
}

/// What stands inside the bracket and behind the mark, if there are any; `out` is told.
fn inside<'a>(chars: &'a [(u32, char)], out: &mut Credits) -> &'a [(u32, char)] {
    let mut rest = trimmed(chars);
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
    rest
}

/// The paper itself, which speaks under this `name`: ■本报评论员.
fn staff(chars: &[(u32, char)], name: String) -> Option<Person> {
    let from = chars.iter().rposition(|(_, c)| is_bullet(*c)).map_or(0, |at| at + 1);
    Some(Person { name, ..person(trimmed(chars.get(from..)?), None, None) })
}

/// What was read, if it names somebody.
fn named(mut out: Credits) -> Option<Credits> {
    out.open |= out.people.last().is_some_and(|person| WORDS.role.iter().any(|role| role.starts_with(&person.name)));
    // 本报记者王强报, before 道 on the next line.
    out.half_report = out.people.last().is_some_and(|person| person.name.ends_with(['报', '報']));
    let is_nobody = |name: &str| WORDS.never.contains(name) || is_unit(name) && !is_full_name(name);
    let nobody = out.people.is_empty() || out.people.iter().any(|person| is_nobody(&person.name));
    (!nobody).then_some(out)
}

/// Whether `token` says where somebody lives or works who is named behind the space after it.
fn names_unit(token: &[(u32, char)], rest: &[(u32, char)]) -> bool {
    let name = trimmed(rest).iter().map(|(_, c)| *c).filter(|c| *c != '\n');
    let name: String = name.take_while(|c| !is_bracket(*c) && !c.is_whitespace()).collect();
    rest.first().is_some_and(|(_, c)| c.is_whitespace())
        && is_full_name(&name)
        && is_unit(&token.iter().map(|(_, c)| c).collect::<String>())
}

/// More characters than this are no byline.
const LONGEST: usize = 100;

/// 报道 in one piece where it was divided at the end of a line.
fn without_divided_report(chars: &[(u32, char)]) -> Vec<(u32, char)> {
    let around = |at: usize| Some((chars.get(at.checked_sub(1)?)?.1, chars.get(at + 1)?.1));
    let inside = |at: usize| around(at).is_some_and(|(a, b)| matches!(a, '报' | '報') && matches!(b, '道' | '導' | '导'));
    chars.iter().enumerate().filter(|(at, (_, c))| *c != '\n' || !inside(*at)).map(|(_, char)| *char).collect()
}

/// Where the stroke or colon ends that `chars` begin with, spaces before it allowed: 文/王强, 文 | 王强.
fn label_end(chars: &[(u32, char)]) -> Option<usize> {
    let at = chars.iter().position(|(_, c)| !c.is_whitespace())?;
    matches!(chars.get(at)?.1, '/' | '／' | '：' | ':' | '|' | '｜' | '丨').then_some(at + 1)
}

/// What scanners make of ■ and □.
fn is_blurred_bullet(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '口')
}

/// Whether what stands behind a role is no name: 他告诉记者，高考, and what somebody says who is `labelled`: 记者：从全国来看，
fn goes_on_as_sentence(rest: &[(u32, char)], labelled: bool) -> bool {
    matches!(rest, [(_, '，' | ','), ..]) || labelled && matches!(trimmed(rest), [.., (_, '，')])
}

fn begins_with_role(chars: &[(u32, char)]) -> bool {
    longest(chars, &WORDS.role).is_some() || organisation(chars, true).is_some()
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

impl Credits {
    pub(super) fn all_surnames(&self) -> bool {
        self.people.iter().all(|person| {
            is_full_name(&person.name) && !has_particle(&person.name)
                || self.role && is_foreign(&person.name)
                || self.open && has_surname(&person.name) && person.name.chars().count() == 1
        })
    }

    /// A whole line with this on it is a byline.
    pub(crate) fn is_byline_line(&self) -> bool {
        if self.half_report {
            return false;
        }
        if self.role {
            // Without a mark, a bracket, or a paper and a space these may be words of a sentence: 记者了解.
            let written_after = self.people.iter().filter_map(|person| person.role.as_deref()).any(|role| role.chars().count() == 1);
            let plain = self.spaced || self.org || self.reported || written_after || self.labelled;
            // ◆记者从青溪县教育
            let begins_sentence = !self.spaced && matches!(self.people.as_slice(), [first, _, ..] if begins_as_sentence(&first.name));
            return self.marked && !begins_sentence
                || self.staff
                || (self.org && self.spaced)
                || ((plain || self.bracketed) && self.all_surnames());
        }
        (self.marked || self.desk) && self.people.len() <= 3 && self.all_surnames()
    }

    /// 记者王强, and nothing that goes on as a sentence does: a byline under a headline.
    pub(crate) fn is_reporter_alone(&self) -> bool {
        let is_sure = |person: &Person| is_full_name(&person.name) && !begins_as_sentence(&person.name) && !is_word(&person.name);
        self.role && matches!(self.people.as_slice(), [person] if is_sure(person))
    }

    /// Whether those behind the first `count` are people: one is called as words are not, and the others may be names.
    pub(super) fn goes_on_from(&self, count: usize) -> bool {
        let behind = self.people.get(count..).unwrap_or_default();
        let is_sure = |person: &Person| is_full_name(&person.name) && !is_word(&person.name);
        let may_be = |person: &Person| !has_particle(&person.name) && (2..=LONGEST_NAME).contains(&person.name.chars().count());
        !self.open && behind.iter().any(is_sure) && behind.iter().all(may_be)
    }

    /// Whether those who are named first do the same for the same paper as the first of `other`.
    pub(crate) fn begins_as(&self, other: &Self) -> bool {
        let (Some(own), Some(theirs)) = (self.people.first(), other.people.first()) else { return false };
        own.role.is_some() && own.role == theirs.role && (own.org == theirs.org || self.marked != other.marked)
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

    /// Somebody is named with a role, and all are called as people are.
    pub(crate) fn is_sure(&self) -> bool {
        self.role && !self.staff && self.all_surnames()
    }

    /// The only name may also be the words with which a sentence goes on: 记者于昨日.
    pub(crate) fn may_be_sentence(&self) -> bool {
        matches!(self.people.as_slice(), [person] if begins_as_sentence(&person.name) || is_word(&person.name))
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
        ("记者　洪　波　通讯员　谢文柏", "洪波:记者 谢文柏:通讯员"),
        ("记者　洪　波　谢文柏、毛　毅", "洪波:记者 谢文柏:记者 毛毅:记者"),
        ("记者 洪　波", "洪波:记者"),
        ("记者 谢 文 柏、毛 亚 萍、洪　波", "谢文柏:记者 毛亚萍:记者 洪波:记者"),
        ("本报记者 毛　毅 洪　波 通讯员 谢文柏", "毛毅:记者 洪波:记者 谢文柏:通讯员"),
        ("记者 谢　文柏", "谢文柏:记者"),
        ("记者　谢　文柏　洪　波", "谢文柏:记者 洪波:记者"),
        ("谢文柏　作品", "谢文柏:作品"),
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
        ("（记者 毛亚萍 谢文\n柏 洪 波）", "毛亚萍:记者 谢文柏:记者 洪波:记者"),
        ("（记者 洪 波 谢\n文柏 毛 毅）", "洪波:记者 谢文柏:记者 毛毅:记者"),
        ("本报记者 谢文柏\n洪波 通讯\n员 毛毅", "谢文柏:记者 洪波:记者 毛毅:通讯员"),
        ("記者謝文柏／竹林報\n導", "謝文柏:記者"),
        ("本报记者 洪 波 毛 毅 谢\n雨桐", "洪波:记者 毛毅:记者 谢雨桐:记者"),
        ("晚报记者 谢文柏", "谢文柏:记者"),
        ("晨报首席记者 谢文柏 实习生 洪波", "谢文柏:记者 洪波:实习生"),
        ("青报记者 谢文柏 洪波", "谢文柏:记者 洪波:记者"),
        ("青溪晚报·竹林新闻记者 谢文柏", "谢文柏:记者"),
        ("竹林新闻记者 谢文柏", "谢文柏:记者"),
        ("溪都记者 谢文柏", "谢文柏:记者"),
        ("全媒记者 谢文柏 见习记者 洪波", "谢文柏:记者 洪波:记者"),
        ("青溪网驻竹林记者 谢文柏", "谢文柏:记者"),
        ("青溪县融媒体中心 谢文柏 洪波", "谢文柏 洪波"),
        ("文/图 谢文柏", "谢文柏:文/图"),
        ("文图/谢文柏", "谢文柏:文图"),
        ("作者：谢文柏", "谢文柏:作者"),
        ("文 | 谢文柏", "谢文柏:文"),
        ("採訪／謝文柏 攝影／洪波", "謝文柏:採訪 洪波:攝影"),
        ("口述：谢文柏 整理：洪波", "谢文柏:口述 洪波:整理"),
        ("谢文柏 口述 洪波 整理", "谢文柏:口述 洪波:整理"),
        ("本报记者 谢文柏 发自竹林", "谢文柏:记者"),
        ("本报记者 谢文柏 文并摄", "谢文柏:文并摄"),
        ("本报记者谢文柏报道", "谢文柏:记者"),
        ("編譯謝文柏／綜合外電", "謝文柏:編譯"),
        ("[记者 谢文柏]", "谢文柏:记者"),
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
    fn reads_reporters_before_a_place_and_a_day() {
        let names = |text: &str| {
            let chars: Vec<(u32, char)> = text.char_indices().map(|(at, c)| (at as u32, c)).collect();
            read_reporters(&chars).map(|credits| credits.people.into_iter().map(|person| person.name).collect::<Vec<_>>())
        };
        for text in [
            "中央社記者謝文柏台北15日電",
            "中央社記者謝文柏台北十五日電",
            "中央社記者謝文柏華盛頓15日專電",
            "記者謝文柏 竹林電",
            "記者謝文柏桃園市報導",
        ] {
            assert_eq!(names(text), Some(vec!["謝文柏".to_owned()]), "{text}");
        }
    }

    #[test]
    fn words_are_no_names() {
        for text in [
            "■记者手记",
            "◆记者从青溪县教育局南山区",
            "记者：从全国来看，",
            "记者了解到",
            "本报讯 记者从青溪",
            "商业版图",
            "■春耕进行时",
            "本报记者走近4名医护",
            "【本报讯】",
            "（本报综合消息）",
            "（县文明办供稿）",
            "记者于昨日",
            "本报记者谢文柏报",
            "青溪日报记者谢文柏了解到",
            "告诉本报记者，高考",
            "他告诉青溪晚报记者，于",
            "村民王大明告诉本报记者，过去",
            "他在接受青溪晚报记者 安排的",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
