//! Single characters that are read differently from how they were extracted.
//!
//! The tables are data files in one format, `FROM[..TO] ; INTO # comment` in hexadecimal, which is Unicode's own. Which of them
//! are used is decided by the options of `normalize`.

use std::sync::LazyLock;

/// Radicals and strokes, by Unicode's `Equivalent_Unified_Ideograph`.
static RADICALS: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("../../data/EquivalentUnifiedIdeograph.txt")));
/// Vertical presentation forms.
static VERTICAL: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("../../data/vertical-forms.txt")));

/// Ranges of code points, in order, each with the character all of it stands for.
struct Table(Vec<(char, char, char)>);

impl Table {
    fn parse(data: &str) -> Self {
        let rows = data.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|row| !row.is_empty());
        let mut ranges: Vec<_> = rows.map(|row| parse_row(row).expect("every row of a shipped table is FROM[..TO] ; INTO")).collect();
        ranges.sort_unstable();
        Self(ranges)
    }

    fn get(&self, c: char) -> Option<char> {
        let next = self.0.partition_point(|(from, ..)| *from <= c);
        let (_, to, into) = self.0.get(next.checked_sub(1)?)?;
        (c <= *to).then_some(*into)
    }
}

fn parse_row(row: &str) -> Option<(char, char, char)> {
    let code_point = |hex: &str| char::from_u32(u32::from_str_radix(hex.trim(), 16).ok()?);
    let (range, into) = row.split_once(';')?;
    let (from, to) = range.split_once("..").unwrap_or((range, range));
    Some((code_point(from)?, code_point(to)?, code_point(into)?))
}

/// The unified ideograph that a radical or stroke stands for.
pub(super) fn radical(c: char) -> Option<char> {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{31c0}'..='\u{31ef}').then(|| RADICALS.get(c))?
}

/// The horizontal mark that a vertical form stands for.
pub(super) fn vertical_form(c: char) -> Option<char> {
    matches!(c, '\u{fe10}'..='\u{fe48}').then(|| VERTICAL.get(c))?
}

/// The ASCII letter or digit that a full-width one stands for; marks are left alone.
pub(super) fn full_width_alphanumeric(c: char) -> Option<char> {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ').then(|| char::from_u32(u32::from(c) - 0xfee0))?
}

/// Whether `c` has no business inside a line: C0 but TAB, DEL, C1, zero-width space, word joiner, byte order mark.
pub(super) fn is_control(c: char) -> bool {
    c != '\t' && c.is_control() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_every_kangxi_and_supplement_radical_that_unicode_maps() {
        let kangxi = ('\u{2f00}'..='\u{2fd5}').filter(|c| radical(*c).is_some()).count();
        let supplement: Vec<char> = ('\u{2e80}'..='\u{2ef3}').filter(|c| radical(*c).is_none()).collect();
        assert_eq!(kangxi, 214);
        // 2E80 has no equivalent, 2E9A is not assigned.
        assert_eq!(supplement, ['\u{2e80}', '\u{2e9a}']);
        assert_eq!("⼀⽉⻓⻛⻝⺠㇐".chars().filter_map(radical).collect::<String>(), "一月长风食民一");
        assert_eq!(radical('月'), None);
    }

    #[test]
    fn folds_vertical_forms_to_full_width_marks() {
        assert_eq!("︐︒︵︶︽﹂﹇".chars().filter_map(vertical_form).collect::<String>(), "，。（）《」［");
        assert_eq!("，﹅﹆".chars().filter_map(vertical_form).count(), 0);
    }

    #[test]
    fn folds_letters_and_digits_and_no_mark() {
        assert_eq!("５Ｇｚ".chars().filter_map(full_width_alphanumeric).collect::<String>(), "5Gz");
        assert_eq!("，：！？（）％．＠［".chars().filter_map(full_width_alphanumeric).count(), 0);
    }
}
