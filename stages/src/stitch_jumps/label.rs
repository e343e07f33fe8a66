//! What a page is called, by its identity, its folio or its masthead, and how well that fits a jump line.

use std::sync::{Arc, LazyLock};

use pipeline::{Article, Sheet};
use regex::Regex;

use crate::layout::page_label::{Label, tight};
use crate::layout::patterns::pattern;

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
    /// The page has the number and another letter, as the page of the jump line itself has: the paper letters jump lines and folios apart.
    OtherSection,
    /// The page has another number, or is another section's.
    Denied,
}

/// What is known of a page.
#[derive(Clone, Debug)]
pub(super) struct PageName {
    /// From the page's identity, else from its folio.
    label: Option<Label>,
    number: u32,
}

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
    pattern(&patterns.join("|"))
});

/// What stands beside the name of a paper on its front page and nowhere else: licence, running number, publisher.
static MASTHEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:国内统一|國內統一)\S*刊号|(?:国内统一|國內統一)连续出版物号|[总總]?第[0-9]{3,6}[期號号]|\p{Han}{2,20}主[管办辦]\p{Han}{0,24}出版$)",
    )
});

/// Folios are short lines.
const FOLIO_LENGTH: usize = 40;

/// Reads a piece of furniture as the folio of its page.
fn of_folio(text: &str) -> Option<Label> {
    text.lines().find_map(|line| {
        let tight = tight(line);
        if tight.chars().count() > FOLIO_LENGTH {
            return None;
        }
        let found = FOLIO.captures(&tight)?;
        Label::read(found.iter().skip(1).flatten().next()?.as_str())
    })
}

/// The label of the page whose furniture this is, when it is the front page.
fn of_masthead(text: &str) -> Option<Label> {
    let is_masthead = |line: &str| line.chars().count() <= FOLIO_LENGTH * 2 && MASTHEAD.is_match(&tight(line));
    text.lines().any(is_masthead).then(|| Label { letters: String::new(), number: 1 })
}

fn agree(a: &Label, b: &Label) -> bool {
    a.number == b.number && (a.letters == b.letters || a.letters.is_empty() || b.letters.is_empty())
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

    /// How well the page fits the `wanted` page of a jump line that stands on the page `own`.
    pub(super) fn fits(&self, wanted: Option<&str>, own: &Self) -> Fit {
        let Some(wanted) = wanted.and_then(Label::read) else { return Fit::Unknown };
        match &self.label {
            Some(label) if agree(label, &wanted) => Fit::Named,
            Some(label) if label.number == wanted.number && own.is_lettered_unlike(&wanted) => Fit::OtherSection,
            Some(_) => Fit::Denied,
            None if self.number == wanted.number => Fit::Counted,
            None => Fit::Miscounted,
        }
    }

    /// Whether it is known to be of no section, or of another one than `wanted`.
    fn is_lettered_unlike(&self, wanted: &Label) -> bool {
        self.label.as_ref().is_some_and(|label| label.letters != wanted.letters)
    }
}

/// The page whose pieces are arriving, and the folios found on it so far.
#[derive(Debug)]
pub(super) struct PageInHand {
    sheet: Arc<Sheet>,
    folio: Option<Label>,
    contradicted: bool,
    /// The label of a front page, when there is a masthead.
    front: Option<Label>,
}

impl PageInHand {
    pub(super) fn new(sheet: Arc<Sheet>) -> Self {
        Self { sheet, folio: None, contradicted: false, front: None }
    }

    pub(super) fn is(&self, sheet: &Arc<Sheet>) -> bool {
        Arc::ptr_eq(&self.sheet, sheet)
    }

    /// Looks at a piece of furniture.
    pub(super) fn look_at(&mut self, furniture: &Article) {
        let text = furniture.text.text();
        self.front = self.front.take().or_else(|| of_masthead(text));
        let Some(label) = of_folio(text) else { return };
        self.contradicted |= self.folio.as_ref().is_some_and(|folio| !agree(folio, &label));
        self.folio.get_or_insert(label);
    }

    /// What the page is called, when all its pieces have been seen. Two folios that contradict each other say nothing.
    pub(super) fn name(&self) -> PageName {
        let folio = self.folio.as_ref().or(self.front.as_ref());
        PageName::of(&self.sheet).or_folio(folio.filter(|_| !self.contradicted))
    }
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;

    fn label(letters: &str, number: u32) -> Label {
        Label { letters: letters.to_owned(), number }
    }

    #[test]
    fn reads_folios_and_not_the_number_of_pages() {
        for text in ["C2 要闻 2022年3月28日 星期一", "C2", "C2 要闻", "2022年3月28日 星期一 第C2版", "C2版 要闻 责编：王强"]
        {
            assert_eq!(of_folio(text), Some(label("C", 2)), "{text}");
        }
        for text in ["第二版", "02 要闻 2022年3月28日", "2版：综合", "今平湖\n第2版"] {
            assert_eq!(of_folio(text), Some(label("", 2)), "{text}");
        }
        for text in [
            "今日4版",
            "第8807期 今日4版",
            "国内统一连续出版物号CN 33-0084",
            "2022年3月28日 星期一",
            "责任编辑 王强 电话 85000000",
            "28 星期一",
        ] {
            assert_eq!(of_folio(text), None, "{text}");
        }
    }

    #[test]
    fn a_masthead_is_on_the_front_page() {
        for text in ["东港日报\n第8807期 今日4版", "国内统一连续出版物号CN 33-0000", "中共东港市委主管主办 东港日报社出版"]
        {
            assert_eq!(of_masthead(text), Some(label("", 1)), "{text}");
        }
        for text in ["C2 要闻 2022年3月28日", "责任编辑 王强", "2022年3月28日 星期一", "第2版"] {
            assert_eq!(of_masthead(text), None, "{text}");
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
        let first = page(Some("C1"), 1);
        let fits = |page: &PageName, wanted| page.fits(wanted, &first);
        assert_eq!([Some("2"), Some("C2"), Some("A2")].map(|wanted| fits(&second, wanted)), [Fit::Named, Fit::Named, Fit::OtherSection]);
        let counted = page(Some("要闻"), 2);
        assert_eq!([Some("C2"), Some("3"), None].map(|wanted| fits(&counted, wanted)), [Fit::Counted, Fit::Miscounted, Fit::Unknown]);
        let named = counted.or_folio(Some(&label("", 3)));
        assert_eq!([Some("2"), Some("A3")].map(|wanted| fits(&named, wanted)), [Fit::Denied, Fit::Named]);
        assert_eq!(page(Some("A2"), 2).fits(Some("C2"), &first), Fit::Denied, "a paper that letters both alike");
    }
}
