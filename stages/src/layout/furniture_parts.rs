//! What lines of furniture are made of: the rows of `stages/data/furniture-parts.txt`, which are looked for one behind the other.
//!
//! A row is tried where a character stands with which it may begin, and made an automaton of only then: all rows as one expression
//! would take megabytes, and tens of milliseconds at each start. What a line of such parts is, `furniture.rs` says.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::grammar::entries;
use super::patterns::pattern;
use super::width::is_han;

/// What parts a line is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MadeOf {
    /// One of them is furniture wherever it stands.
    Sure,
    /// None of them is.
    Doubtful,
}

/// The way in which `line`, which has plain figures and letters, is made of nothing but parts and marks between them; where it may be
/// made in several ways, the surest.
pub(super) fn made_of(line: &str) -> Option<MadeOf> {
    if !may_be_all(line) {
        return None;
    }
    let possible = PARTS.possible_in(line);
    // How parts reach from the beginning to each byte: without a sure one, with one.
    let mut reached = vec![[false; 2]; line.len() + 1];
    reached[0][0] = true;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        // A number or a word has its first character only at its beginning.
        let is_inside = is_of_word(before) && is_of_word(c);
        before = c;
        let here = reached[at];
        if here == [false; 2] {
            continue;
        }
        let mut reach = |end: usize, sure: bool| {
            reached[end][0] |= here[0] && !sure;
            reached[end][1] |= here[1] || sure;
        };
        if is_between(c) {
            reach(at + c.len_utf8(), false);
        }
        let rows = PARTS.beginning_with(c).filter(|index| possible >> index & 1 == 1).map(|index| &PARTS.rows[index]);
        for row in rows.filter(|row| !(is_inside && row.at_beginning)) {
            let Some(end) = row.end_in(line, at) else { continue };
            if row.kind != EDITORS {
                reach(end, row.kind == "sure");
                continue;
            }
            // Where the names end what comes behind them tells.
            let names = line
                .get(end..)
                .unwrap_or_default()
                .char_indices()
                .take(MOST_OF_NAMES)
                .take_while(|(_, c)| is_han(*c) || is_beside_names(*c));
            names.for_each(|(length, c)| reach(end + length + c.len_utf8(), true));
        }
    }
    match reached[line.len()] {
        [_, true] => Some(MadeOf::Sure),
        [true, false] => Some(MadeOf::Doubtful),
        [false, false] => None,
    }
}

/// Roles of editors, up to the beginning of the names.
const EDITORS: &str = "editors";
/// Most characters of the names behind a role.
const MOST_OF_NAMES: usize = 30;

/// Stands between names or inside one.
fn is_beside_names(c: char) -> bool {
    matches!(c, '、' | ',' | '，' | '/' | '／' | ' ' | '·')
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// How many things `line` says of the weather; two are as good as many.
pub(super) fn of_weather(line: &str) -> usize {
    static WEATHER: LazyLock<Regex> = LazyLock::new(|| pattern(&PARTS.weather));
    if line.contains(is_of_weather) || ["日出", "日落", "月出", "月落"].iter().any(|word| line.contains(word)) {
        WEATHER.find_iter(line).take(2).count()
    } else {
        0
    }
}

/// Whether `c` is one of the characters of which everything else that is said of the weather has one.
fn is_of_weather(c: char) -> bool {
    matches!(c, '晴' | '云' | '雲' | '阴' | '陰' | '雨' | '雪' | '雾' | '霧' | '霾' | '风' | '風' | '雷' | '冰' | '沙' | '尘' | '塵')
        || matches!(c, '℃' | '°' | '度' | '气' | '氣' | '温' | '溫' | '湿' | '濕' | '水' | '见' | '見' | '紫' | '险' | '指')
        || matches!(c, '潮' | '染' | '降' | 'Q' | 'M')
}

/// Where the roles of editors stand in `line`, up to the names.
pub(super) fn roles(line: &str) -> Vec<(usize, usize)> {
    static ROLES: LazyLock<Regex> = LazyLock::new(|| pattern(&PARTS.role));
    ROLES.find_iter(line).map(|found| (found.start(), found.end())).collect()
}

/// Whether `line` begins and ends as parts do. Few lines that are none do so.
fn may_be_all(line: &str) -> bool {
    let bare = line.trim_matches(is_between);
    let (Some(first), Some(last)) = (bare.chars().next(), bare.chars().next_back()) else { return false };
    // English text is not weighed word by word.
    if first.is_ascii_lowercase()
        && !bare.contains(|c: char| c == '@' || c.is_ascii_digit())
        && !bare.contains("www")
        && !bare.contains("http")
    {
        return false;
    }
    (PARTS.last.contains(&last) || ends_with_name(bare)) && (PARTS.of_first.contains_key(&first) || may_begin_with_name(bare))
}

/// Whether `line` has what stands before names, numbers or words of any kind that end it.
fn ends_with_name(line: &str) -> bool {
    const BEFORE: [&str; 12] = ["版权", "版權", "未经", "未經", "印证", "印證", "登记", "顾问", "顧問", "许可", "許可", "免费"];
    let mark = |c: char| {
        matches!(c, ':' | '：' | '/' | '／' | '|' | '｜' | '丨' | '‖' | '∥' | '┃' | '·' | '•' | '‧' | '・' | '—' | '-' | ' ' | '@' | '＠')
            || matches!(c, '编' | '編' | '校' | '组' | '組' | '审' | '審' | '扫' | '掃' | '版' | '页' | '頁')
    };
    let is_folio = || line.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '第') && line.chars().count() <= FOLIO;
    line.contains(mark) || is_folio() || BEFORE.iter().any(|word| line.contains(word))
}

/// Whether `line` has what each part has that begins with whatever name.
fn may_begin_with_name(line: &str) -> bool {
    static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        let papers = "[日晚早晨午夜时時商导導快新周週市活年民经經工农農法文][报報]|[报報](?:$|[ |｜·])|[刊摘末][ |｜·]|[刊摘末]$|周刊|週刊";
        let others = "主管|主办|主辦|主编|编印|編印|出版|承办|承辦|协办|協辦|机关报|機關報|印证|印證|登记证|承印|印刷|发行|客户端|公众号|抖音号|微博|A[Pp]{2}|[|｜‖∥┃]";
        pattern(&format!("{papers}|{others}|℃|°C|度|[气氣]象|觀象|天文台|[版页頁]|[0-9]$|[·•‧・/]|天[气氣]|www|WWW|[Hh]ttp"))
    });
    line.chars().count() <= SECTION || BEHIND.is_match(line)
}

/// Most characters of a folio with the name of its section.
const FOLIO: usize = 12;

/// Most characters of the name of a section.
pub(super) const SECTION: usize = 6;

/// Stands between parts.
fn is_between(c: char) -> bool {
    matches!(c, ' ' | ',' | '.' | '|' | '｜' | '‖' | '∥' | '┃' | '·' | '•' | '‧' | '/' | '／' | ':' | '：' | '—' | '–' | '-')
        || matches!(c, '●' | '■' | '◆' | '□' | '○' | '★' | '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】')
}

/// The rows of the data file.
#[derive(Default)]
struct Parts {
    rows: Vec<Row>,
    /// The role of an editor, up to the names, as a pattern.
    role: String,
    /// One or another thing that is said of the weather, as a pattern.
    weather: String,
    /// For each character the rows that it begins, but for those that any character may begin.
    of_first: FxHashMap<char, Vec<usize>>,
    /// Rows that begin with a name.
    open: Vec<usize>,
    /// For each character the rows, a bit for each, that need one of a few characters of which it is one.
    of_needed: FxHashMap<char, u128>,
    /// Rows that need none.
    always: u128,
    /// The characters that end a row that does not end with a name.
    last: FxHashSet<char>,
}

/// A row of the data file.
struct Row {
    kind: &'static str,
    meaning: Hir,
    /// It does not begin inside a number or a word.
    at_beginning: bool,
    tries: AtomicU32,
    /// Half of the time of a single page went to automata that are tried a few times on it.
    quick_to_make: OnceLock<regex_lite::Regex>,
    /// For whoever reads many pages.
    quick_to_run: OnceLock<Regex>,
}

impl Row {
    fn new(kind: &'static str, pattern: &str) -> Self {
        let meaning = regex_syntax::parse(pattern).expect("the shipped patterns are valid");
        let (tries, quick_to_make, quick_to_run) = Default::default();
        Self { kind, meaning, at_beginning: pattern.contains("start-half"), tries, quick_to_make, quick_to_run }
    }

    /// Where the row ends that begins at `at` in `line`, both in bytes.
    fn end_in(&self, line: &str, at: usize) -> Option<usize> {
        let rest = line.get(at..)?;
        let end = if self.tries.fetch_add(1, Ordering::Relaxed) < OFTEN {
            self.quick_to_make().find(rest).map(|found| found.end())
        } else {
            self.quick_to_run().find(rest).map(|found| found.end())
        };
        end.map(|end| at + end)
    }

    fn quick_to_make(&self) -> &regex_lite::Regex {
        self.quick_to_make.get_or_init(|| {
            // It knows words of plain letters only, and no classes less other classes.
            let plain = format!("^(?:{})", self.meaning.to_string().replace("(?-u:", "(?:"));
            regex_lite::Regex::new(&plain).expect("every pattern without words of other letters is one of these, too")
        })
    }

    fn quick_to_run(&self) -> &Regex {
        let new = || RegexBuilder::new(&format!("^(?:{})", self.meaning)).dfa_size_limit(KEPT).build();
        self.quick_to_run.get_or_init(|| new().expect("the shipped patterns are valid"))
    }
}

/// So many tries cost as much as making the automaton that is quick to run: both are some million instructions.
const OFTEN: u32 = 200;

/// Most bytes that a row keeps, for each thread, of what was tried before: to try all anew on each line is half of what furniture
/// costs. With a quarter of the room the automata give up and go back to slow ones; with four times as much nothing is gained.
const KEPT: usize = 1 << 18;

static PARTS: LazyLock<Parts> = LazyLock::new(|| {
    let patterns = patterns(include_str!("../../data/furniture-parts.txt"));
    let any_of = |wanted: &str| {
        let kind = patterns.iter().filter(|(kind, _)| *kind == wanted);
        kind.map(|(_, pattern)| pattern.as_str()).collect::<Vec<_>>().join("|")
    };
    let (desk, staff, weather) = (any_of("desk"), any_of("staff"), any_of("weather"));
    let role = format!("(?:(?:{desk})(?:[、/／·](?:{desk})){{0,1}}(?:[:：/／|｜丨—\\-]{{1,2}} ?| )|(?:{staff}))");
    let mut rows = vec![Row::new(EDITORS, &format!("(?:{role}[一-鿿])"))];
    rows.extend(patterns.iter().filter_map(|(kind, pattern)| match *kind {
        "desk" | "staff" => None,
        // What is said of the weather may be one sentence.
        "weather" => Some(Row::new(kind, &format!("(?:[,，;；、]?{pattern})"))),
        _ => Some(Row::new(kind, pattern)),
    }));
    assert!(rows.len() <= u128::BITS as usize, "there is a bit for each row");
    let mut parts = Parts { role, weather, ..Parts::default() };
    for (index, row) in rows.iter().enumerate() {
        match characters(&edge(&row.meaning, false)) {
            Some(first) => first.for_each(|c| parts.of_first.entry(c).or_default().push(index)),
            None => parts.open.push(index),
        }
        let bit = 1 << index;
        match needed(&row.meaning).as_ref().and_then(characters) {
            Some(needed) => needed.for_each(|c| *parts.of_needed.entry(c).or_default() |= bit),
            None => parts.always |= bit,
        }
        parts.last.extend(characters(&edge(&row.meaning, true)).into_iter().flatten());
    }
    Parts { rows, ..parts }
});

/// The characters of `class`; nothing for a class of so many that a name may begin or end with any of them.
fn characters(class: &ClassUnicode) -> Option<impl Iterator<Item = char>> {
    let all = |range: &ClassUnicodeRange| range.start()..=range.end();
    (size(class) < OPEN).then(|| class.ranges().iter().map(all).collect::<Vec<_>>().into_iter().flatten())
}

/// How many characters are in `class`.
fn size(class: &ClassUnicode) -> usize {
    class.ranges().iter().map(ClassUnicodeRange::len).sum()
}

/// So many characters.
const OPEN: usize = 1000;

/// The characters with which a match of `pattern` may begin, or end.
fn edge(pattern: &Hir, at_end: bool) -> ClassUnicode {
    let mut ranges = Vec::new();
    add_edge(pattern, at_end, &mut ranges);
    ClassUnicode::new(ranges)
}

/// Adds them to `ranges`; gives whether the match may be empty.
fn add_edge(pattern: &Hir, at_end: bool, ranges: &mut Vec<ClassUnicodeRange>) -> bool {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            let c = if at_end { text.chars().next_back() } else { text.chars().next() };
            ranges.extend(c.map(|c| ClassUnicodeRange::new(c, c)));
            false
        }
        HirKind::Class(Class::Unicode(class)) => {
            ranges.extend(class.ranges());
            false
        }
        HirKind::Class(Class::Bytes(class)) => {
            ranges.extend(class.to_unicode_class().iter().flat_map(ClassUnicode::ranges));
            false
        }
        HirKind::Repetition(repetition) => add_edge(&repetition.sub, at_end, ranges) || repetition.min == 0,
        HirKind::Capture(capture) => add_edge(&capture.sub, at_end, ranges),
        HirKind::Concat(parts) if at_end => parts.iter().rev().all(|part| add_edge(part, at_end, ranges)),
        HirKind::Concat(parts) => parts.iter().all(|part| add_edge(part, at_end, ranges)),
        HirKind::Alternation(parts) => {
            // All are added, whichever may be empty.
            let mut may_be_empty = false;
            for part in parts {
                may_be_empty |= add_edge(part, at_end, ranges);
            }
            may_be_empty
        }
    }
}

/// Characters of which one is in every match of `pattern`, the fewest that can be named.
fn needed(pattern: &Hir) -> Option<ClassUnicode> {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(_) | HirKind::Class(_) => Some(edge(pattern, true)),
        HirKind::Repetition(repetition) if repetition.min == 0 => None,
        HirKind::Repetition(repetition) => needed(&repetition.sub),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(needed).min_by_key(size),
        HirKind::Alternation(parts) => {
            let all = parts.iter().map(needed).collect::<Option<Vec<_>>>()?;
            Some(ClassUnicode::new(all.iter().flat_map(ClassUnicode::ranges).copied()))
        }
    }
}

impl Parts {
    /// The rows that may begin with `c`, by index.
    fn beginning_with(&self, c: char) -> impl Iterator<Item = usize> {
        let own = self.of_first.get(&c).into_iter().flatten();
        own.chain(self.open.iter().filter(move |_| is_han(c) || c == '《')).copied()
    }

    /// The rows that may stand in `line` by its characters, a bit for each.
    fn possible_in(&self, line: &str) -> u128 {
        line.chars().fold(self.always, |rows, c| rows | self.of_needed.get(&c).copied().unwrap_or(0))
    }
}

/// The kinds and patterns of the list of parts; what was named is put in.
fn patterns(list: &'static str) -> Vec<(&'static str, String)> {
    let mut named: Vec<(String, String)> = Vec::new();
    let mut patterns = Vec::new();
    for line in entries(list) {
        let (kind, rest) = line.split_once(' ').expect("a row is a kind and a pattern");
        let put_in = |pattern: &str| {
            // What was named last may hold what was named before.
            let pattern = named.iter().rev().fold(pattern.to_owned(), |pattern, (name, meaning)| pattern.replace(name, meaning));
            // Figures and letters of other scripts would make automata of many megabytes.
            format!("(?:{})", pattern.replace("\\d", "[0-9]").replace("\\w", "[0-9A-Za-z_]"))
        };
        if kind == "let" {
            let (name, pattern) = rest.split_once(' ').expect("a name and what it stands for");
            let meaning = put_in(pattern);
            named.push((format!("<{name}>"), meaning));
        } else {
            patterns.push((kind, put_in(rest)));
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_automata_of_a_row_say_the_same() {
        let lines = [
            "2031年5月6日星期二农历四月初五",
            "第8807期今日4版",
            "A08‖民生新闻",
            "3版要闻",
            "Tel:0551-85000000 E-mail:qx@example.com",
            "FRIDAY, MARCH 8, 2019",
            "www.example.com",
            "青溪日报社出版",
            "责任编辑：谢文柏",
            "今天多云13℃～19℃",
            "定价1.50元",
            "扫码关注青溪发布",
        ];
        for row in &PARTS.rows {
            for line in lines {
                for rest in line.char_indices().map(|(at, _)| line.get(at..).unwrap()) {
                    let ends =
                        [row.quick_to_make().find(rest).map(|found| found.end()), row.quick_to_run().find(rest).map(|found| found.end())];
                    assert_eq!(ends[0], ends[1], "{} in {rest}", row.meaning);
                }
            }
        }
    }
}
