//! Labels of pages, read alike wherever they stand: C2, c02, 第二版, 02版：要闻.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::grammar::squeezed;
use super::patterns::pattern;

/// A label without what people write in different ways: 02 is 2, c2 is C2, 第二版 is 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Of the section; often left out on one side.
    pub(crate) letters: String,
    pub(crate) number: u32,
}

const DIGITS: &str = "〇一二三四五六七八九";

static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^第?(?P<letters>[A-Z]{0,2})(?:(?P<digits>[0-9]{1,4})|(?P<han>[〇一二三四五六七八九十]{1,3}))(?:[^0-9A-Z]|$)")
});

impl Label {
    /// Reads a label; what stands behind it is not looked at.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let tight = tight(text);
        let found = WRITTEN.captures(&tight)?;
        let number = match (found.name("digits"), found.name("han")) {
            (Some(digits), _) => digits.as_str().parse().ok()?,
            (None, han) => chinese_number(han?.as_str())?,
        };
        Some(Self { letters: found.name("letters")?.as_str().to_owned(), number })
    }
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
        for text in ["要闻", "", "ABC2", "C", "99999"] {
            assert_eq!(Label::read(text), None, "{text}");
        }
    }

    #[test]
    fn is_written_in_one_way() {
        let written = |text| Label::read(text).map(|label| label.to_string());
        assert_eq!((written("第四"), written("c02"), written("二十一")), (Some("4".into()), Some("C2".into()), Some("21".into())));
    }
}
