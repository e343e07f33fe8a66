//! Labels of pages, read alike wherever they stand: C2, c02, 第二版, 02版：要闻.

use std::fmt;

use super::grammar::squeezed;

/// A label without what people write in different ways: 02 is 2, c2 is C2, 第二版 is 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Of the section; often left out on one side.
    pub(crate) letters: String,
    pub(crate) number: u32,
}

const DIGITS: &str = "〇一二三四五六七八九";

/// Most letters and figures of a label.
const LETTERS: usize = 2;
const FIGURES: usize = 4;
const HAN_FIGURES: usize = 3;

impl Label {
    /// Reads a label; what stands behind it is not looked at, but no letter or figure may.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let tight = tight(text);
        let (letters, rest) = begins(tight.strip_prefix('第').unwrap_or(&tight), |c| c.is_ascii_uppercase());
        let (figures, rest) = begins(rest, |c| c.is_ascii_digit());
        let (han, rest) = if figures.is_empty() { begins(rest, |c| c == '十' || DIGITS.contains(c)) } else { ("", rest) };
        let is_short = letters.len() <= LETTERS && figures.len() <= FIGURES && han.chars().count() <= HAN_FIGURES;
        if !is_short || rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let number = if han.is_empty() { figures.parse().ok()? } else { chinese_number(han)? };
        Some(Self { letters: letters.to_owned(), number })
    }
}

/// What `text` begins with that is `wanted`, and the rest.
fn begins(text: &str, wanted: fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

/// In Arabic digits without leading zeros: 第四 → 4, C02 → C2.
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letters, self.number)
    }
}

/// Without white space, full-width forms read as ASCII, in capitals.
pub(crate) fn tight(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    squeezed(text).chars().map(|c| fold(c).to_ascii_uppercase()).collect()
}

/// 十二 → 12; 二〇 → 20.
fn chinese_number(text: &str) -> Option<u32> {
    let digit = |c: char| DIGITS.chars().position(|digit| digit == c).map(|value| value as u32);
    let Some((tens, ones)) = text.split_once('十') else {
        return text.chars().try_fold(0, |number, c| Some(number * 10 + digit(c)?));
    };
    let part = |text: &str, empty: u32| if text.is_empty() { Some(empty) } else { digit(text.chars().next()?) };
    Some(part(tens, 1)? * 10 + part(ones, 0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(letters: &str, number: u32) -> Label {
        Label { letters: letters.to_owned(), number }
    }

    #[test]
    fn one_label_is_written_in_many_ways() {
        for text in ["2", "02", "第二版", "二版", "第 2 版", "０２", "02版：要闻", "2版"] {
            assert_eq!(Label::read(text), Some(label("", 2)), "{text}");
        }
        for text in ["C2", "c02", "Ｃ２", "C2版", "第C2版"] {
            assert_eq!(Label::read(text), Some(label("C", 2)), "{text}");
        }
        assert_eq!(
            (Label::read("十二"), Label::read("二十"), Label::read("十")),
            (Some(label("", 12)), Some(label("", 20)), Some(label("", 10)))
        );
        for text in ["要闻", "", "ABC2", "C", "99999", "2A", "第", "二A", "二〇二二年"] {
            assert_eq!(Label::read(text), None, "{text}");
        }
    }

    #[test]
    fn is_written_in_one_way() {
        let written = |text| Label::read(text).map(|label| label.to_string());
        assert_eq!((written("第四"), written("c02"), written("二十一")), (Some("4".into()), Some("C2".into()), Some("21".into())));
    }
}
