//! The words that stand around names in bylines and credits: for whom people report, what they did, where from.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::family_names::is_full_name;
use super::grammar::entries;
use super::people::is_separator;
use super::width::is_han;
use super::words::{WordList, at_start, longest};

/// The words of `stages/data/bylines.txt`, one list for each kind.
pub(super) struct Words {
    pub(super) org: WordList,
    pub(super) role: WordList,
    pub(super) after: WordList,
    pub(super) slash: WordList,
    pub(super) never: WordList,
    outlet: Vec<&'static str>,
    desk: Vec<&'static str>,
    unit: Vec<&'static str>,
    small: Vec<&'static str>,
    particle: FxHashSet<char>,
    verb: Vec<&'static str>,
    place: Vec<&'static str>,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    fn of<T: FromIterator<&'static str>>(kind: &str) -> T {
        entries(include_str!("../../data/bylines.txt")).filter_map(|line| line.strip_prefix(kind)).map(str::trim).collect()
    }
    Words {
        org: of("org "),
        role: of("role "),
        after: of("after "),
        slash: of("slash "),
        never: of("never "),
        outlet: of("outlet "),
        desk: of("desk "),
        unit: of("unit "),
        small: of("small "),
        particle: of::<Vec<&str>>("particle ").concat().chars().collect(),
        verb: of("verb "),
        place: of("place "),
    }
});

/// Every word that says what people did, or for whom, has one of them.
pub(super) fn is_of_role(c: char) -> bool {
    matches!(c, '报' | '報' | '刊' | '社' | '媒' | '特' | '习' | '習' | '席' | '驻' | '駐' | '版' | '摄' | '攝' | '者' | '员' | '員')
        || matches!(c, '撰' | '整' | '图' | '圖' | '漫' | '采' | '採' | '译' | '譯' | '供' | '文' | '述' | '绘' | '繪' | '品')
}

/// A role that follows the names, before a space or at the end of all. `alone` says that a separator stands before it, `stroke`
/// that it is a stroke (张三/文).
pub(super) fn closing_role(chars: &[(u32, char)], alone: bool, stroke: bool) -> Option<(usize, &'static str)> {
    let (len, word) = longest(chars, &WORDS.after)?;
    let rest = trimmed(chars.get(len..).unwrap_or_default());
    let parted = chars.get(len).is_none_or(|(_, c)| is_separator(*c) && !matches!(c, '/' | '／' | '：' | ':'));
    let fits = if matches!(word, "文" | "图" | "圖") {
        // 文 is a family name, and both end words: 商业版图.
        let pictured = rest.last().is_none_or(|(_, c)| matches!(c, '图' | '圖' | '摄' | '攝'));
        alone && (stroke || pictured)
    } else if word == "作者" {
        // 一线工作者, 创作者
        alone
    } else {
        // What may stand before names belongs to those that follow.
        rest.is_empty() || !WORDS.role.contains(word)
    };
    (parted && fits).then_some((len, word))
}

/// Whom people report for.
pub(super) struct Organisation {
    /// How many characters name it.
    pub(super) len: usize,
    pub(super) name: String,
    /// It is where reporters work, and says by itself that those behind it are some: 青溪县融媒体中心 王强.
    pub(super) desk: bool,
    /// Nothing says that it is one but what stands behind it: 南都记者.
    pub(super) guessed: bool,
}

/// The organisation that `chars` begin with: a known one, or what is called like a paper or a station before the role of those who
/// work there. Only where a byline `opens` may it be called in any way.
pub(super) fn organisation(chars: &[(u32, char)], opens: bool) -> Option<Organisation> {
    let known = longest(chars, &WORDS.org);
    if known.is_none() && !chars.first().is_some_and(|(_, c)| is_han(*c)) {
        return None;
    }
    let is_of_name = |c: &char| is_han(*c) || matches!(c, '·' | '•' | '・');
    let count = chars.iter().take(LONGEST_ORGANISATION).take_while(|(_, c)| is_of_name(c)).count();
    let parted = chars.get(count).is_some_and(|(_, c)| is_separator(*c));
    if known.is_none() && !parted && !chars.iter().any(|(_, c)| begins_calling(*c)) {
        return None;
    }
    let han: String = chars.iter().take(count).map(|(_, c)| *c).collect();
    if parted && WORDS.desk.iter().any(|desk| han.ends_with(desk)) {
        return Some(Organisation { len: count, name: han, desk: true, guessed: false });
    }
    if let Some((len, word)) = known {
        return Some(Organisation { len, name: word.to_owned(), desk: false, guessed: false });
    }
    let mut guessed = false;
    let (end, len) = han.char_indices().map(|(at, _)| at).chain([han.len()]).zip(0..).skip(2).find(|(end, len)| {
        let name = han.get(..*end).unwrap_or_default();
        let called = |outlet: &&&str| name.ends_with(**outlet);
        let Some(behind) = calling(chars.get(*len..).unwrap_or_default()) else { return false };
        let outlet = WORDS.outlet.iter().find(called).copied().or(name.contains(['驻', '駐']).then_some("驻"));
        guessed = outlet.is_none();
        if guessed && (!opens || is_full_name(name)) || WORDS.verb.iter().any(|verb| name.contains(verb)) {
            return false;
        }
        // Words that end much else too, and all others, say nothing where the name is not set apart.
        outlet.is_some_and(|outlet| outlet.len() <= '报'.len_utf8()) || behind.first().is_some_and(|(_, c)| is_separator(*c))
    })?;
    Some(Organisation { len, name: han.get(..end)?.to_owned(), desk: false, guessed })
}

/// What people are at a paper.
const CALLINGS: [&str; 8] = ["记者", "記者", "通讯员", "通訊員", "评论员", "評論員", "实习生", "實習生"];

/// Whether one of [`CALLINGS`] may begin with `c`.
fn begins_calling(c: char) -> bool {
    matches!(c, '记' | '記' | '通' | '评' | '評' | '实' | '實')
}

/// What stands behind the beginning of `chars`, when that says what people are at a paper: 记者, 首席记者, 通讯员.
fn calling(chars: &[(u32, char)]) -> Option<&[(u32, char)]> {
    let chars = trimmed(chars);
    let plain = |chars: &[(u32, char)]| CALLINGS.iter().find_map(|word| at_start(chars, word));
    let qualified = || {
        let (len, _) = longest(chars, &WORDS.org)?;
        let rest = chars.get(len..)?;
        let gap = rest.iter().take_while(|(_, c)| c.is_whitespace()).count();
        Some(len + gap + plain(rest.get(gap..)?)?)
    };
    chars.get(plain(chars).or_else(qualified)?..)
}

/// 青溪日报全媒体 and the like.
const LONGEST_ORGANISATION: usize = 16;

/// Whether `name` says where somebody lives or works: 柳河镇, 市场监管局.
pub(super) fn is_unit(name: &str) -> bool {
    name.chars().count() >= 3 && WORDS.unit.iter().any(|unit| name.ends_with(unit))
}

/// Whether `name` begins with a family name that is a little word of sentences too: 记者于昨日.
pub(super) fn begins_as_sentence(name: &str) -> bool {
    WORDS.small.iter().any(|small| name.starts_with(small))
}

/// Whether `name` has a little word of sentences in it that no given name has: 柏了.
pub(super) fn has_particle(name: &str) -> bool {
    name.chars().any(|c| WORDS.particle.contains(&c))
}

/// 报道 ends what is said of where and how people report.
pub(super) fn ends_with_report(token: &[(u32, char)]) -> bool {
    matches!(token, [.., (_, '报'), (_, '道' | '导')] | [.., (_, '報'), (_, '導' | '道')] | [.., (_, '外'), (_, '电' | '電')])
}

/// Whether a piece between separators says from where somebody wrote: 发自北京.
pub(super) fn is_sent_from(token: &[(u32, char)]) -> bool {
    matches!(token, [(_, '发' | '發'), (_, '自'), _, _, ..]) && token.len() <= 8
}

/// 王强台北报道 names 王强, and so does 王强报道. `cable` says that something like 报道 stood behind the piece and was taken away.
pub(super) fn without_report(token: &[(u32, char)], cable: bool) -> &[(u32, char)] {
    let reported = ends_with_report(token);
    if !reported && !cable {
        return token;
    }
    let rest = if reported { token.get(..token.len() - 2).unwrap_or_default() } else { token };
    if rest.len() >= 4 {
        without_place(rest)
    } else if rest.len() >= 2 {
        rest
    } else {
        token
    }
}

/// A name without the place behind it: a known one, one of three characters that is called 市 or 縣, or else two characters.
fn without_place(token: &[(u32, char)]) -> &[(u32, char)] {
    let ends_with = |place: &&&str| {
        let len = place.chars().count();
        len + 2 <= token.len() && token.iter().rev().zip(place.chars().rev()).all(|((_, c), wanted)| *c == wanted)
    };
    let long = matches!(token.last(), Some((_, '市' | '县' | '縣' | '区' | '區'))) && token.len() >= 5;
    let len = WORDS.place.iter().find(ends_with).map_or(if long { 3 } else { 2 }, |place| place.chars().count());
    token.get(..token.len() - len).unwrap_or(token)
}

/// `chars` without what a cable ends with: 15日電, 10月2日专电.
pub(super) fn without_cable(chars: &[(u32, char)]) -> Option<&[(u32, char)]> {
    let mut rest = trimmed(chars);
    let strip = |rest: &mut &[(u32, char)], wanted: fn(char) -> bool| {
        let found = rest.split_last().filter(|((_, c), _)| wanted(*c)).map(|(_, before)| *rest = trimmed(before));
        found.is_some()
    };
    if !strip(&mut rest, |c| matches!(c, '电' | '電' | '讯' | '訊')) {
        return None;
    }
    for word in [['综', '合'], ['綜', '合'], ['外', '电'], ['外', '電'], ['连', '线'], ['連', '線']] {
        if let [before @ .., (_, a), (_, b)] = rest
            && [*a, *b] == word
        {
            rest = before;
        }
    }
    strip(&mut rest, |c| matches!(c, '专' | '專' | '特'));
    for unit in [|c| matches!(c, '日' | '号' | '號'), |c| c == '月'] {
        if strip(&mut rest, unit) {
            while strip(&mut rest, super::grammar::is_numeral) {}
        }
    }
    Some(rest)
}

pub(super) fn trimmed(mut chars: &[(u32, char)]) -> &[(u32, char)] {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_says_that_it_is_one() {
        let lists = [&WORDS.org, &WORDS.role, &WORDS.after, &WORDS.slash];
        let desks = WORDS.desk.iter().copied();
        for word in lists.into_iter().flat_map(WordList::iter).chain(desks).chain(["记者", "記者", "报道", "報導"]) {
            assert!(word.chars().any(is_of_role), "{word}");
        }
        assert!(CALLINGS.iter().all(|calling| calling.starts_with(begins_calling)));
    }
}
