//! Bylines and credits: who wrote or photographed something, with which role.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::width::is_han;

/// Somebody named in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the name of a named person")]
pub(crate) struct Name {
    pub(crate) name: String,
    pub(crate) role: Option<String>,
    pub(crate) org: Option<String>,
}

static SURNAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../data/surnames.txt").split_whitespace().filter(|word| !word.starts_with('#')).collect());

/// Longest first, so that 特约记者 is not read as 特约 and a name.
const ROLES: &[&str] = &[
    "摄影报道",
    "文图报道",
    "图文报道",
    "摄影記者",
    "摄影记者",
    "特约记者",
    "特约通讯员",
    "特约评论员",
    "通讯员",
    "通訊員",
    "评论员",
    "評論員",
    "供稿",
    "供图",
    "记者",
    "記者",
    "摄影",
    "攝影",
    "报道",
    "報道",
    "作者",
    "编辑",
    "整理",
    "执笔",
    "文/图",
    "图/文",
    "文",
    "图",
    "摄",
    "攝",
];

/// Roles that stand behind the name they belong to.
const CREDITS: &[&str] = &["摄影报道", "摄影", "攝影", "供图", "摄", "攝"];

const ORGS: &[&str] = &["新华社", "新華社", "本报", "本報", "本台", "本社", "总台", "央视", "中新社"];

const QUALIFIERS: &[&str] = &["全媒体", "融媒体", "见习", "实习", "首席", "特约", "特派", "驻站", "资深"];

/// Reads a whole line as a byline. `marked` lines begin with ■ or the like or hold a role; a bare name is only a byline when it
/// follows one (`continuing`).
pub(crate) fn parse(text: &str, continuing: bool) -> Option<Vec<Name>> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 60 || text.contains(['。', '，', '；', '！', '？']) {
        return None;
    }
    let bare = text.trim_start_matches(['■', '□', '●', '▲', '◆', '★', '◎', '▍', '|', '—', '-', '/', '（', '(', '【', '［', '[', ' ', '　']);
    let marked = text.starts_with(['■', '□', '●', '▲', '◆', '★', '◎', '▍']);
    let bare = bare.trim_end_matches(['）', ')', '】', '］', ']', ' ']);
    let tokens = tokens_of(bare);
    let mut reader = Reader::default();
    for token in &tokens {
        reader.take(token)?;
    }
    let names = reader.finish()?;
    let with_role = names.iter().any(|name| name.role.is_some());
    let plausible = names.iter().all(|name| is_name(&name.name, name.role.is_some() || marked));
    let enough = with_role || marked || continuing;
    (!names.is_empty() && plausible && enough).then_some(names)
}

/// Words between spaces and separators, with padded roles and names put together: `记 者`, `王 强`.
fn tokens_of(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split([' ', '　', '、', '，', ',', '\t', '\u{a0}', ';', '／']).filter(|word| !word.is_empty()).collect();
    let mut tokens: Vec<String> = Vec::new();
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let single = |at: usize| words.get(at).filter(|word| word.chars().count() == 1 && word.chars().all(is_han));
        if let (Some(first), Some(second)) = (single(index), single(index + 1)) {
            let third = single(index + 2)
                .filter(|third| matches!(format!("{first}{second}{third}").as_str(), "通讯员" | "通訊員" | "评论员" | "評論員"));
            tokens.push(format!("{first}{second}{}", third.unwrap_or(&"")));
            index += if third.is_some() { 3 } else { 2 };
            continue;
        }
        // A role run together with the first half of a padded name: `记者王 强`.
        if let Some(last) = single(index + 1)
            && ROLES.iter().any(|role| word.strip_suffix(is_han).is_some_and(|head| head.ends_with(role) && role.chars().count() > 1))
        {
            tokens.push(format!("{word}{last}"));
            index += 2;
            continue;
        }
        tokens.push((*word).to_owned());
        index += 1;
    }
    tokens
}

#[derive(Default)]
struct Reader {
    names: Vec<Name>,
    role: Option<String>,
    org: Option<String>,
    /// Names before this index have been given their role.
    settled: usize,
}

impl Reader {
    fn take(&mut self, token: &str) -> Option<()> {
        let mut rest = token.trim_matches([':', '：', '/', '·', '|']);
        let mut fresh_org = None;
        loop {
            if let Some(org) = ORGS.iter().find(|org| rest.starts_with(**org)) {
                fresh_org = Some((*org).to_owned());
                rest = rest.strip_prefix(org)?;
            } else if let Some(qualifier) = QUALIFIERS.iter().find(|qualifier| rest.starts_with(**qualifier)) {
                rest = rest.strip_prefix(qualifier)?;
            } else {
                break;
            }
        }
        if fresh_org.is_some() {
            self.org = fresh_org;
            if rest.is_empty() {
                return Some(());
            }
        }
        let leading = ROLES.iter().find(|role| {
            rest.starts_with(**role)
                && (role.chars().count() > 1
                    || rest == **role
                    || rest.get(role.len()..).is_some_and(|after| after.starts_with(['/', ':', '：'])))
        });
        if let Some(role) = leading {
            let after = rest.strip_prefix(role)?.trim_start_matches([':', '：', '/']);
            // A role behind names that have none is theirs: `唐克 摄影报道`.
            let waiting =
                self.names.get(self.settled..).is_some_and(|names| !names.is_empty() && names.iter().all(|name| name.role.is_none()));
            let closes = after.is_empty() && (waiting || matches!(*role, "摄" | "攝" | "报道" | "報道" | "摄影报道" | "供图"));
            if closes && !self.names.is_empty() {
                let unsettled = if waiting || self.settled < self.names.len() { self.settled } else { self.names.len() };
                for name in self.names.iter_mut().skip(unsettled) {
                    if name.role.is_none() || matches!(*role, "摄" | "攝" | "摄影" | "摄影报道") {
                        name.role = Some((*role).to_owned());
                    }
                }
                self.settled = self.names.len();
            } else {
                self.role = Some((*role).to_owned());
                self.settled = self.names.len();
            }
            return if after.is_empty() { Some(()) } else { self.take(after) };
        }
        if let Some((name, role)) =
            CREDITS.iter().find_map(|role| rest.strip_suffix(role).map(|name| (name, *role))).filter(|(name, _)| is_name(name, false))
        {
            self.push(name);
            self.names.iter_mut().skip(self.settled).for_each(|name| name.role = Some(role.to_owned()));
            self.settled = self.names.len();
            return Some(());
        }
        if !(2..=5).contains(&rest.chars().count()) || !rest.chars().all(|c| is_han(c) || c == '·') {
            return None;
        }
        self.push(rest);
        Some(())
    }

    fn push(&mut self, name: &str) {
        self.names.push(Name { name: name.to_owned(), role: self.role.clone(), org: self.org.clone() });
    }

    fn finish(self) -> Option<Vec<Name>> {
        let no_repeats = self.names.iter().map(|name| &name.name).collect::<HashSet<_>>().len() == self.names.len();
        (no_repeats && self.names.len() <= 12).then_some(self.names)
    }
}

/// Whether `text` can be a person's name; without a role beside it only when it begins with a known surname.
fn is_name(text: &str, beside_role: bool) -> bool {
    let length = text.chars().count();
    if !text.chars().all(|c| is_han(c) || c == '·') || !(2..=5).contains(&length) {
        return false;
    }
    let first = text.chars().next().map(String::from).unwrap_or_default();
    let two: String = text.chars().take(2).collect();
    let surname = SURNAMES.contains(first.as_str()) && length <= 3 || SURNAMES.contains(two.as_str()) && length <= 4;
    surname || (beside_role && length <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(String, Option<String>)>> {
        parse(text, false).map(|names| names.into_iter().map(|name| (name.name, name.role)).collect())
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with an Option")]
    fn pairs(expected: &[(&str, &str)]) -> Option<Vec<(String, Option<String>)>> {
        Some(expected.iter().map(|(name, role)| ((*name).to_owned(), (!role.is_empty()).then(|| (*role).to_owned()))).collect())
    }

    #[test]
    fn reads_bylines() {
        assert_eq!(read("■记者 林旭东 通讯员 郑凯欣"), pairs(&[("林旭东", "记者"), ("郑凯欣", "通讯员")]));
        assert_eq!(read("■记 者 杨昊玥"), pairs(&[("杨昊玥", "记者")]));
        assert_eq!(read("■汪锦秀"), pairs(&[("汪锦秀", "")]));
        assert_eq!(read("■摄影 王 强 陈明远 徐冰艳"), pairs(&[("王强", "摄影"), ("陈明远", "摄影"), ("徐冰艳", "摄影")]));
        assert_eq!(read("本报记者 蔡兴文 摄"), pairs(&[("蔡兴文", "摄")]));
        assert_eq!(read("唐克 摄影报道"), pairs(&[("唐克", "摄影报道")]));
        assert_eq!(read("记者王强"), pairs(&[("王强", "记者")]));
        assert_eq!(parse("华婷婷 金睿敏", true).map(|names| names.len()), Some(2));
    }

    #[test]
    fn leaves_other_lines_alone() {
        for text in ["早复工", "■一线直击新农村", "记者在现场看到", "市委书记仲旭东先后来到长", "华婷婷 金睿敏", "责任编辑"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
