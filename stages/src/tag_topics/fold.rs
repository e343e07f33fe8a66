//! Characters that count as the same: traditional and simplified, full and half width, capital and small. Every character gives
//! exactly one, and both the terms and the text go through it, so that it does not matter that several give the same one
//! (後 and 后, 乾 and 幹 and 干).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::layout::grammar::entries;

/// Lines `TRADITIONAL<TAB>SIMPLIFIED [SIMPLIFIED …]`, the commonest first.
const SIMPLIFIED: &str = include_str!("../../data/TSCharacters.txt");
/// The same, of forms that are not in it.
const VARIANTS: &str = include_str!("../../data/variant-characters.txt");

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

struct Table {
    /// What each character of the basic plane is read as.
    basic: Vec<u16>,
    /// The same for the others that are read as anything but themselves.
    beyond: HashMap<char, char>,
}

impl Table {
    fn new() -> Self {
        let mut simplified: HashMap<char, char> = HashMap::new();
        for (traditional, choices) in entries(SIMPLIFIED).chain(entries(VARIANTS)).filter_map(|line| line.split_once('\t')) {
            let mut single = traditional.chars();
            let (Some(traditional), None) = (single.next(), single.next()) else { continue };
            // 藉 is 藉 or 借: then the other one, or nothing would be folded. What is beyond the basic plane hardly anybody writes
            // (鑪 is 𬬻 or 炉).
            let other = |into: &char| *into != traditional && u32::from(*into) <= 0xffff;
            let into = choices.split(' ').filter_map(|choice| choice.chars().next()).find(other);
            simplified.extend(into.map(|into| (traditional, into)));
        }
        // What one row gives, another may take further; a chain that runs in a circle ends where it began.
        let last = |c: char| {
            let mut at = c;
            for _ in 0..4 {
                match simplified.get(&at) {
                    Some(next) => at = *next,
                    None => break,
                }
            }
            at
        };
        let basic = (0..=u16::MAX).map(|code| {
            let folded = char::from_u32(u32::from(code)).map_or(u32::from(code), |c| u32::from(last(plain(c))));
            u16::try_from(folded).unwrap_or(code)
        });
        let beyond = simplified.keys().filter(|c| u32::from(**c) > 0xffff).map(|c| (*c, last(*c))).collect();
        Self { basic: basic.collect(), beyond }
    }
}

/// Half width and small. Marks that Chinese text prints in full width are kept so, because that is what most texts have.
fn plain(c: char) -> char {
    let half = match c {
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '!' => '！',
        '?' => '？',
        '(' => '（',
        ')' => '）',
        '，' | '：' | '；' | '！' | '？' | '（' | '）' => c,
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let mut small = half.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => half,
    }
}

/// What `c` counts as.
pub fn fold(c: char) -> char {
    match TABLE.basic.get(u32::from(c) as usize) {
        Some(code) => char::from_u32(u32::from(*code)).unwrap_or(c),
        None => TABLE.beyond.get(&c).copied().unwrap_or(c),
    }
}

/// The characters beyond the basic plane that count as others, with those.
pub(super) fn beyond() -> impl Iterator<Item = (char, char)> {
    TABLE.beyond.iter().map(|(c, into)| (*c, *into))
}

/// What `text` counts as.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_as_the_same_is_folded_alike() {
        for (a, b) in [
            ("復工復產", "复工复产"),
            ("後疫情時代", "后疫情时代"),
            ("發髮乾幹裡裏為爲佔週産衆啟", "发发干干里里为为占周产众启"),
            ("ＡＩ１２％", "ai12%"),
            ("5G,Wi-Fi(试)", "5g，wi-fi（试）"),
            ("É", "é"),
            ("颱風", "台风"),
            ("衞生署著力", "卫生署着力"),
            ("鑪火", "炉火"),
        ] {
            assert_eq!(folded(a), folded(b), "{a}");
        }
        for kept in ["复工复产", "。、“”……", "𠀀", "ß", "İ"] {
            assert_eq!(folded(kept), kept);
        }
        assert_eq!(('\0'..=char::MAX).find(|c| fold(fold(*c)) != fold(*c)), None, "is folded further when it is folded again");
    }
}
