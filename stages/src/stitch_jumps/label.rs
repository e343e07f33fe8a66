//! Labels of pages, read alike wherever they stand: C2, c02, 第二版, 02版：要闻, and the folio of a page.

use std::sync::{Arc, LazyLock};

use pipeline::{Article, Sheet};
use regex::Regex;

/// A label without what people write in different ways: 02 is 2, c2 is C2, 第二版 is 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// Of the section; often left out on one side.
    letters: String,
    number: u32,
}

/// How well a jump line fits a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// The page is labelled so.
    Named,
    /// The page is so counted in its document.
    Counted,
    /// The jump line names no page that can be read.
    Unknown,
    /// The page is counted otherwise, but pages may be missing or in another order.
    Miscounted,
    /// The page is labelled otherwise.
    Denied,
}

/// What is known of a page.
#[derive(Clone, Debug)]
pub(super) struct PageName {
    /// From the page's identity, else from its folio.
    label: Option<Label>,
    number: u32,
}

const DIGITS: &str = "〇一二三四五六七八九";

static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^第?(?P<letters>[A-Z]{0,2})(?:(?P<digits>[0-9]{1,4})|(?P<han>[〇一二三四五六七八九十]{1,3}))(?:[^0-9A-Z]|$)")
        .expect("the pattern is valid")
});

/// A folio: `C2 要闻 2022年3月28日`, `第2版`, `02版：要闻`, `2022年3月28日 星期一 第2版`. The number of pages of an issue (`今日4版`) is none.
static FOLIO: LazyLock<Regex> = LazyLock::new(|| {
    let page = r"第?(?:[A-Z]{0,2}[0-9]{1,3}|[一二三四五六七八九十]{1,3})";
    let dated = r"(?:20|19)[0-9]{2}[年./-]";
    let patterns = [
        format!(r"^(?P<a>{page})[版頁页](?:[^0-9]|$)"),
        format!(r"(?:星期[一二三四五六日天]|月[0-9]{{1,2}}[日號])(?P<b>{page})[版頁页]$"),
        r"^(?P<c>[A-Z]{1,2}[0-9]{1,3})(?:\p{Han}{1,8})?$".to_owned(),
        format!(r"^(?P<d>[A-Z]{{0,2}}[0-9]{{1,3}})[\p{{Han}}・·:：|/]{{1,8}}{dated}"),
        format!(r"^(?P<e>[A-Z]{{1,2}}[0-9]{{1,3}}){dated}"),
    ];
    Regex::new(&patterns.join("|")).expect("the patterns are valid")
});

/// Folios are short lines.
const FOLIO_LENGTH: usize = 40;

impl Label {
    /// Reads a label; what stands behind it is not looked at.
    pub(super) fn read(text: &str) -> Option<Self> {
        let tight = tight(text);
        let found = WRITTEN.captures(&tight)?;
        let number = match (found.name("digits"), found.name("han")) {
            (Some(digits), _) => digits.as_str().parse().ok()?,
            (None, han) => chinese_number(han?.as_str())?,
        };
        Some(Self { letters: found.name("letters")?.as_str().to_owned(), number })
    }

    /// Reads a piece of furniture as the folio of its page.
    pub(super) fn of_folio(text: &str) -> Option<Self> {
        text.lines().find_map(|line| {
            let tight = tight(line);
            if tight.chars().count() > FOLIO_LENGTH {
                return None;
            }
            let found = FOLIO.captures(&tight)?;
            Self::read(found.iter().skip(1).flatten().next()?.as_str())
        })
    }

    fn agrees(&self, other: &Self) -> bool {
        self.number == other.number && (self.letters == other.letters || self.letters.is_empty() || other.letters.is_empty())
    }
}

impl PageName {
    /// What a page's identity says.
    pub(super) fn of(sheet: &Sheet) -> Self {
        Self { label: sheet.identity.page_label.as_deref().and_then(Label::read), number: sheet.identity.page_no }
    }

    /// The same with what its folio says, unless the identity has said it.
    pub(super) fn or_folio(mut self, folio: Option<&Label>) -> Self {
        self.label = self.label.or_else(|| folio.cloned());
        self
    }

    /// How well the page fits the `wanted` page of a jump line.
    pub(super) fn fits(&self, wanted: Option<&str>) -> Fit {
        let Some(wanted) = wanted.and_then(Label::read) else { return Fit::Unknown };
        match &self.label {
            Some(label) if label.agrees(&wanted) => Fit::Named,
            Some(_) => Fit::Denied,
            None if self.number == wanted.number => Fit::Counted,
            None => Fit::Miscounted,
        }
    }
}

/// The page whose pieces are arriving, and the folios found on it so far.
#[derive(Debug)]
pub(super) struct PageInHand {
    sheet: Arc<Sheet>,
    folio: Option<Label>,
    contradicted: bool,
}

impl PageInHand {
    pub(super) fn new(sheet: Arc<Sheet>) -> Self {
        Self { sheet, folio: None, contradicted: false }
    }

    pub(super) fn is(&self, sheet: &Arc<Sheet>) -> bool {
        Arc::ptr_eq(&self.sheet, sheet)
    }

    /// Looks at a piece of furniture.
    pub(super) fn look_at(&mut self, furniture: &Article) {
        let Some(label) = Label::of_folio(furniture.text.text()) else { return };
        self.contradicted |= self.folio.as_ref().is_some_and(|folio| !folio.agrees(&label));
        self.folio.get_or_insert(label);
    }

    /// What the page is called, when all its pieces have been seen. Two folios that contradict each other say nothing.
    pub(super) fn name(&self) -> PageName {
        PageName::of(&self.sheet).or_folio(self.folio.as_ref().filter(|_| !self.contradicted))
    }
}

/// Without white space, full-width forms read as ASCII, in capitals.
fn tight(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c.to_ascii_uppercase(),
    };
    text.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
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
    use pipeline::laws;

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
    fn reads_folios_and_not_the_number_of_pages() {
        for text in ["C2 要闻 2022年3月28日 星期一", "C2", "C2 要闻", "2022年3月28日 星期一 第C2版", "C2版 要闻 责编：王强"]
        {
            assert_eq!(Label::of_folio(text), Some(label("C", 2)), "{text}");
        }
        for text in ["第二版", "02 要闻 2022年3月28日", "2版：综合", "今平湖\n第2版"] {
            assert_eq!(Label::of_folio(text), Some(label("", 2)), "{text}");
        }
        for text in [
            "今日4版",
            "第8807期 今日4版",
            "国内统一连续出版物号CN 33-0084",
            "2022年3月28日 星期一",
            "责任编辑 王强 电话 85000000",
            "28 星期一",
        ] {
            assert_eq!(Label::of_folio(text), None, "{text}");
        }
    }

    #[test]
    fn a_letter_may_be_missing_and_a_label_outdoes_a_count() {
        let page = |label: Option<&str>, number| {
            let mut sheet = laws::sheet("");
            sheet.identity.page_no = number;
            sheet.identity.page_label = label.map(Into::into);
            PageName::of(&sheet)
        };
        let second = page(Some("C2"), 2);
        assert_eq!((second.fits(Some("2")), second.fits(Some("C2")), second.fits(Some("A2"))), (Fit::Named, Fit::Named, Fit::Denied));
        let counted = page(Some("要闻"), 2);
        assert_eq!((counted.fits(Some("C2")), counted.fits(Some("3")), counted.fits(None)), (Fit::Counted, Fit::Miscounted, Fit::Unknown));
        let named = counted.or_folio(Some(&label("", 3)));
        assert_eq!((named.fits(Some("2")), named.fits(Some("A3"))), (Fit::Denied, Fit::Named));
    }
}
