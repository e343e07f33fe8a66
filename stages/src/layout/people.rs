//! Names of people in bylines and credits, with their roles and padding undone.

use std::collections::HashSet;
use std::sync::LazyLock;

use pipeline::{Person, Span};

use super::grammar::entries;
use super::width::is_han;

/// What a byline or credit says.
#[expect(clippy::struct_excessive_bools, reason = "each is one sign that it is a byline at all")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Credits {
    pub(crate) people: Vec<Person>,
    marked: bool,
    bracketed: bool,
    org: bool,
    role: bool,
    spaced: bool,
    /// The last name is one character long: its other half stands on the next line.
    pub(crate) open: bool,
}

struct Words {
    org: WordList,
    role: WordList,
    after: WordList,
    slash: WordList,
}

/// Words of one kind, each with its first character; most characters of a text begin none.
struct WordList {
    words: Vec<(char, &'static str)>,
    /// Whether a word begins with a character that ends in this byte.
    beginnings: [bool; 256],
}

impl FromIterator<&'static str> for WordList {
    fn from_iter<T: IntoIterator<Item = &'static str>>(words: T) -> Self {
        let words: Vec<_> = words.into_iter().filter_map(|word| Some((word.chars().next()?, word))).collect();
        let mut beginnings = [false; 256];
        for (first, _) in &words {
            beginnings[usize::from(*first as u8)] = true;
        }
        Self { words, beginnings }
    }
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let of = |kind: &'static str| {
        entries(include_str!("../../data/bylines.txt")).filter_map(move |line| line.strip_prefix(kind)).map(str::trim).collect()
    };
    Words { org: of("org "), role: of("role "), after: of("after "), slash: of("slash ") }
});

static SURNAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = entries(include_str!("../../data/surnames.txt"));
    lines
        .flat_map(|line| if line.chars().count() == 2 { vec![line.to_owned()] } else { line.chars().map(String::from).collect() })
        .collect()
});

/// Marks that stand before bylines and labels.
pub(crate) fn is_bullet(c: char) -> bool {
    matches!(c, '■' | '□' | '●' | '▲' | '◆' | '★' | '◎' | '▪' | '◇' | '▍' | '△' | '☆' | '○')
}

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
    is_name_char(c) || is_separator(c) || is_bullet(c) || is_bracket(c)
}

fn is_bracket(c: char) -> bool {
    matches!(c, '（' | '）' | '(' | ')' | '【' | '】' | '〔' | '〕')
}

/// Whether `name` begins with a family name.
pub(crate) fn has_surname(name: &str) -> bool {
    let mut chars = name.chars();
    let (one, two) = (chars.next(), chars.next());
    let pair: String = one.into_iter().chain(two).collect();
    one.is_some_and(|c| SURNAMES.contains(c.to_string().as_str())) || SURNAMES.contains(&pair)
}

/// Length of `word` at the start of `chars`, spaces inside the word allowed.
fn at_start(chars: &[(u32, char)], word: &str) -> Option<usize> {
    let mut at = 0;
    for (index, wanted) in word.chars().enumerate() {
        if index > 0 {
            while chars.get(at).is_some_and(|(_, c)| c.is_whitespace()) {
                at += 1;
            }
        }
        if chars.get(at)?.1 != wanted {
            return None;
        }
        at += 1;
    }
    Some(at)
}

#[inline]
fn longest(chars: &[(u32, char)], list: &WordList) -> Option<(usize, &'static str)> {
    let (_, c) = chars.first()?;
    if list.beginnings[usize::from(*c as u8)] { longest_of(chars, *c, list) } else { None }
}

fn longest_of(chars: &[(u32, char)], c: char, list: &WordList) -> Option<(usize, &'static str)> {
    let words = list.words.iter().filter(|(first, _)| *first == c);
    words.filter_map(|(_, word)| at_start(chars, word).map(|len| (len, *word))).max_by_key(|(len, _)| *len)
}

/// A role that follows the names, at the very end or before a space.
fn closing_role(chars: &[(u32, char)]) -> Option<(usize, &'static str)> {
    longest(chars, &WORDS.after).filter(|(len, _)| chars.get(*len).is_none_or(|(_, c)| is_separator(*c)))
}

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

/// Reads characters, each with its byte offset, as names with roles; `None` when anything else is in them.
pub(crate) fn read(chars: &[(u32, char)]) -> Option<Credits> {
    let mut out = Credits::default();
    let mut rest = trimmed(chars);
    if rest.len() > 90 {
        return None;
    }
    if let Some(inner) = without_brackets(rest) {
        out.bracketed = true;
        rest = trimmed(inner);
    }
    if let [(_, c), tail @ ..] = rest
        && is_bullet(*c)
    {
        out.marked = true;
        rest = trimmed(tail);
    }
    let (mut role, mut org): (Option<&str>, Option<&str>) = (None, None);
    // The first half of a name of two characters that was set over three columns.
    let mut half: Option<(u32, char)> = None;
    let mut since_role = 0;
    let mut place = false;
    while let Some((_, c)) = rest.first() {
        if is_separator(*c) {
            out.spaced |= c.is_whitespace();
            place = matches!(c, '/' | '／');
            rest = rest.get(1..)?;
            continue;
        }
        if let Some((len, word)) = closing_role(rest).filter(|_| !out.people.is_empty()) {
            if half.is_some() {
                return None;
            }
            let from = out.people.len() - since_role.max(1);
            for person in out.people.iter_mut().skip(from) {
                person.role = Some(word.to_owned());
            }
            out.role = true;
            rest = rest.get(len..)?;
            continue;
        }
        if let Some((len, word)) =
            longest(rest, &WORDS.slash).filter(|(len, _)| matches!(rest.get(*len), Some((_, '/' | '／' | '：' | ':'))))
        {
            (role, since_role) = (Some(word), 0);
            out.role = true;
            rest = rest.get(len + 1..)?;
            continue;
        }
        if let Some((len, word)) = longest(rest, &WORDS.org) {
            org = Some(word);
            out.org = true;
            rest = rest.get(len..)?;
            continue;
        }
        if let Some((len, word)) = longest(rest, &WORDS.role) {
            if half.is_some() {
                return None;
            }
            (role, since_role) = (Some(word), 0);
            out.role = true;
            rest = rest.get(len..)?;
            continue;
        }
        let len = name_len(rest);
        if len == 0 {
            return None;
        }
        let (token, tail) = rest.split_at(len);
        rest = tail;
        if place && ends_with_report(token) && !out.people.is_empty() {
            continue;
        }
        let token = without_report(token);
        match (token, half.take()) {
            ([single], None) => half = Some(*single),
            ([second], Some(first)) => {
                out.people.push(person(&[first, *second], role, org));
                since_role += 1;
            }
            (_, Some(_)) => return None,
            (token, None) => {
                let dotted = token.iter().any(|(_, c)| matches!(c, '·' | '•'));
                if token.len() > if dotted { 14 } else { 4 } {
                    return None;
                }
                out.people.push(person(token, role, org));
                since_role += 1;
            }
        }
    }
    out.open = half.is_some();
    if let Some(first) = half {
        out.people.push(person(&[first], role, org));
    }
    (!out.people.is_empty()).then_some(out)
}

fn person(token: &[(u32, char)], role: Option<&str>, org: Option<&str>) -> Person {
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

/// How many characters from here on belong to one name: up to a separator or to a word that is a role.
fn name_len(chars: &[(u32, char)]) -> usize {
    let mut len = 0;
    while let Some((_, c)) = chars.get(len) {
        let rest = chars.get(len..).unwrap_or_default();
        let role = || len >= 2 && (closing_role(rest).is_some() || longest(rest, &WORDS.role).is_some());
        if !is_name_char(*c) || role() {
            break;
        }
        len += 1;
    }
    len
}

fn ends_with_report(token: &[(u32, char)]) -> bool {
    matches!(token, [.., (_, '报'), (_, '道')] | [.., (_, '報'), (_, '導' | '道')])
}

/// 王強台北報導 names 王強: the place has two characters.
fn without_report(token: &[(u32, char)]) -> &[(u32, char)] {
    if ends_with_report(token) && token.len() >= 6 { token.get(..token.len() - 4).unwrap_or(token) } else { token }
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
        self.people
            .iter()
            .all(|person| has_surname(&person.name) && person.name.chars().count() <= 4 && (self.open || person.name.chars().count() >= 2))
    }

    /// A whole line with this on it is a byline.
    pub(crate) fn is_byline_line(&self) -> bool {
        if self.role {
            // Without a mark, a bracket, or a paper and a space these may be words of a sentence: 记者了解.
            let written_after = self.people.iter().filter_map(|person| person.role.as_deref()).any(|role| role.chars().count() == 1);
            let plain = self.spaced || self.org || written_after;
            return self.marked || (self.org && self.spaced) || ((plain || self.bracketed) && self.all_surnames());
        }
        self.marked && self.people.len() <= 3 && self.all_surnames()
    }

    /// Names and nothing else: the second line of a byline, when it follows one.
    pub(crate) fn is_names_only(&self) -> bool {
        !self.role && !self.marked && !self.org && !self.bracketed && self.all_surnames()
    }

    /// Somebody took a picture.
    pub(crate) fn is_photo(&self) -> bool {
        self.people.iter().any(|person| person.role.as_deref().is_some_and(|role| role.contains(is_photo_mark)))
    }
}
