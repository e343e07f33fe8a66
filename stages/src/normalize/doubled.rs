//! Finds lines that were drawn twice, run by run, to look bold or shadowed: `ww`, `aabbcc`, `wwww`.
//!
//! Only the text is left, so the proof is arithmetic: the whole line must divide into repeated units. It is asked of single
//! lines; the caller knows which of their neighbours are proven.

/// Longer lines are never headlines, and the search takes time quadratic in the length.
const LONGEST: usize = 200;
/// A line of so many bytes is longer than that, unless most of it is white space; nobody needs to look at its characters.
pub(super) const LONGEST_BYTES: usize = LONGEST * 8;
/// No shorter line is proven by itself: 人人, 天天向上, 加油加油.
const SHORTEST: usize = 8;

/// Nobody writes so many characters twice one after the other: 红红火火, 高高兴兴快快乐乐.
const SINGLE: usize = 7;

/// One unit of a doubled line, in indexes of the line's characters without white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// First character of the first copy.
    pub(super) start: usize,
    /// Characters in one copy.
    pub(super) length: usize,
    /// How many copies follow one another, two or more.
    pub(super) copies: usize,
}

/// How well the text of a doubled line alone proves that it was drawn twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nobody writes this: it is repaired, and so are weaker lines near it.
    Sure,
    /// Could be written (平湖平湖), but not beside a line that was surely drawn twice.
    BesideSure,
    /// Ordinary reduplication, 人人 or 高高兴兴.
    None,
}

/// Divides `line` (without white space) wholly into repeated units, as few as possible, or gives `None`.
pub(super) fn units(line: &[char]) -> Option<Vec<Unit>> {
    let n = line.len();
    if !(2..=LONGEST).contains(&n) || !repeats_every_character(line) {
        return None;
    }
    let common = common_prefixes(line);
    // best[i]: the fewest units that cover the line from i on, with the first of them.
    let mut best: Vec<Option<(usize, Unit)>> = vec![None; n];
    for start in (0..n).rev() {
        for length in 1..=(n - start) / 2 {
            let most = 1 + usize::from(common[start * n + start + length]) / length;
            for copies in (2..=most).rev() {
                let end = start + length * copies;
                let Some(rest) = (if end == n { Some(0) } else { best[end].map(|(count, _)| count) }) else { continue };
                if best[start].is_none_or(|(count, _)| rest + 1 < count) {
                    best[start] = Some((rest + 1, Unit { start, length, copies }));
                }
            }
        }
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < n {
        let (_, unit) = best[at]?;
        found.push(unit);
        at = unit.start + unit.length * unit.copies;
    }
    Some(found)
}

/// What the units of `line` prove. `spaced` tells whether white space stands before a character of `line`.
pub(super) fn proof(line: &[char], units: &[Unit], spaced: impl Fn(usize) -> bool) -> Proof {
    let weights: Vec<usize> = units.iter().map(|unit| weight(line, *unit, spaced(unit.start + unit.length))).collect();
    let longest = weights.iter().copied().max().unwrap_or_default();
    let brackets = units.iter().any(|unit| unit.length == 1 && is_bracket(line[unit.start]));
    let in_words: usize = weights.iter().filter(|weight| **weight >= 2).sum();
    let single = units.iter().filter(|unit| unit.length == 1 && unit.copies == 2 && line[unit.start].is_alphabetic()).count();
    if single >= SINGLE || line.len() >= SHORTEST && (longest >= 4 || longest >= 3 && in_words >= 6 || longest >= 2 && brackets) {
        Proof::Sure
    } else if longest >= 2 || brackets && longest >= 1 {
        Proof::BesideSure
    } else {
        Proof::None
    }
}

/// The letters of one copy, Han or other. Figures and marks repeat in tables and rules; Latin words repeat after a space in names
/// (Bora Bora).
fn weight(line: &[char], unit: Unit, spaced: bool) -> usize {
    let copy = line.iter().skip(unit.start).take(unit.length);
    if spaced && copy.clone().all(char::is_ascii) { 0 } else { copy.filter(|c| c.is_alphabetic()).count() }
}

/// Marks that are never written twice in a row.
fn is_bracket(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '（' | '）' | '《' | '》' | '〈' | '〉' | '【' | '】' | '「' | '」' | '『' | '』')
}

/// Characters that are looked for one by one, before the line is sorted.
const FEW: usize = 6;

/// Cheap test that nearly every ordinary line fails.
fn repeats_every_character(line: &[char]) -> bool {
    let again = |c: &char| line.iter().filter(|other| *other == c).count() >= 2;
    if !line.iter().take(FEW).all(again) {
        return false;
    }
    let mut sorted = line.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).all(|same| same.len() >= 2)
}

/// `[i * n + j]`: how many characters the line from `i` and the line from `j` have in common.
fn common_prefixes(line: &[char]) -> Vec<u8> {
    let n = line.len();
    let mut common = vec![0_u8; n * n];
    for i in (0..n).rev() {
        for j in (i + 1..n).rev() {
            if line[i] == line[j] {
                let after = if j + 1 < n { common[(i + 1) * n + j + 1] } else { 0 };
                common[i * n + j] = after + 1;
            }
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(line: &str) -> Option<(String, Proof)> {
        let all: Vec<char> = line.chars().collect();
        let mut spaced = Vec::new();
        let mut line = Vec::new();
        for (at, c) in all.iter().enumerate() {
            if !c.is_whitespace() {
                line.push(*c);
                spaced.push(at > 0 && all[at - 1].is_whitespace());
            }
        }
        let units = units(&line)?;
        let once = units.iter().flat_map(|unit| line[unit.start..unit.start + unit.length].iter()).collect();
        Some((once, proof(&line, &units, |at| spaced[at])))
    }

    #[test]
    fn proves_lines_drawn_twice_run_by_run() {
        let cases = [
            ("振奋精神乘势而上振奋精神乘势而上", "振奋精神乘势而上"),
            ("全力冲刺平湖经济全力冲刺平湖经济““开门红开门红””", "全力冲刺平湖经济“开门红”"),
            ("（（水乡夜话水乡夜话））", "（水乡夜话）"),
            ("一线见闻一线见闻一线见闻一线见闻", "一线见闻"),
            ("青青溪溪河河5500年年不不断断流流", "青溪河50年不断流"),
            ("茶园茶园““金叶子金叶子””富了富了", "茶园“金叶子”富了"),
            ("稻田养虾 稻田养虾", "稻田养虾"),
            ("Harbour opensHarbour opens", "Harbouropens"),
        ];
        for (line, once) in cases {
            assert_eq!(judge(line), Some((once.to_owned(), Proof::Sure)), "{line}");
        }
    }

    #[test]
    fn leaves_ordinary_reduplication_alone() {
        for line in [
            "人人",
            "常常",
            "哈哈",
            "高高兴兴",
            "高高兴兴快快乐乐",
            "哈哈哈哈哈哈哈哈",
            "红红火火恍恍惚惚",
            "高高兴兴快快乐乐平平安安",
            "11223344556677889900",
            "20222022",
            "────────",
            "……………………",
            "Bora Bora",
        ] {
            assert!(judge(line).is_none_or(|(_, proof)| proof == Proof::None), "{line}");
        }
        for line in ["天天向上", "好好学习天天向上", "学习学习再学习", "大家一起来一起来", "", "我", "三三"] {
            assert!(judge(line).is_none_or(|(_, proof)| proof == Proof::None), "{line}");
        }
        for line in ["一步一步", "研究研究", "讨论讨论", "加油加油", "平湖平湖", "研究研究讨论讨论", "后后””"]
        {
            assert_eq!(judge(line).unwrap().1, Proof::BesideSure, "{line}");
        }
    }

    #[test]
    fn the_longest_line_fits_the_table() {
        assert_eq!(units(&vec!['中'; LONGEST]).unwrap(), [Unit { start: 0, length: 1, copies: LONGEST }]);
        assert_eq!(units(&vec!['中'; LONGEST + 1]), None);
    }
}
