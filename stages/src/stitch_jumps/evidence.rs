//! How much speaks for it that a part on one page goes on with a part on another.

use std::collections::HashMap;

use pipeline::{Article, Glue};

use super::label::{Fit, PageName};
use crate::layout::joint;

/// What of a part is compared, computed once.
#[derive(Debug)]
pub(super) struct Traits {
    /// Pairs of neighbouring characters of the headline, sorted, none twice.
    title: Vec<u32>,
    /// The same of kicker, headline and subtitle together.
    heads: Vec<u32>,
    /// The same of the text.
    body: Vec<u32>,
    first: Option<char>,
    last: Option<char>,
    /// The text stops where a sentence does.
    stops: bool,
    /// It begins with a mark that cannot begin a sentence.
    begins_inside: bool,
    dateline: bool,
    /// Opening quotes and brackets that are not closed in it.
    unclosed: i32,
    /// Closing ones that were not opened in it.
    unopened: i32,
}

/// In how many parts of the document a pair of characters is found.
pub(super) type Spread = HashMap<u32, u32>;

impl Traits {
    pub(super) fn of(article: &Article) -> Self {
        let text = article.text.text();
        let (unclosed, unopened) = balance(text);
        let mut heads = Vec::new();
        for head in [&article.kicker, &article.title, &article.subtitle] {
            heads.extend(bigrams(head.text()));
        }
        heads.sort_unstable();
        heads.dedup();
        let visible = || text.chars().filter(|c| !c.is_whitespace());
        let first = visible().next();
        Self {
            title: bigrams(article.title.text()),
            heads,
            body: bigrams(text),
            first,
            last: text.chars().rev().find(|c| !c.is_whitespace()),
            stops: stops(text),
            begins_inside: first.is_some_and(|c| "，、；：。！？）》」』”’,;:!?)".contains(c)),
            dateline: article.dateline.is_some(),
            unclosed,
            unopened,
        }
    }

    /// Adds the pairs of its text.
    pub(super) fn spread(&self, spread: &mut Spread) {
        for pair in &self.body {
            *spread.entry(*pair).or_default() += 1;
        }
    }

    /// What it costs to keep, in bytes.
    pub(super) fn bytes(&self) -> usize {
        (self.title.len() + self.heads.len() + self.body.len()) * size_of::<u32>()
    }

    /// How its text is glued to that of the part it goes on with.
    pub(super) fn seam(&self, tail: &Self) -> Glue {
        match (self.last, tail.first) {
            (Some(last), Some(first)) if !self.stops || tail.begins_inside => joint::glue(last, first),
            _ => Glue::Break,
        }
    }
}

/// One side of a possible link.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) article: &'a Article,
    pub(super) page: &'a PageName,
    pub(super) traits: &'a Traits,
}

/// The odds of two parts of which nothing is known but that the lines of both name the other's page. All evidence is counted in
/// points: ten multiply the odds by e. The weights are near those of a logistic regression over pairs of cut-off pieces from made
/// issues, rounded, and weaker where few pairs had the trait; this prior is set so that links of a confidence of 0.9 are right nine
/// times in ten there.
const PRIOR: i32 = -24;

/// What common words speak for at most.
const WORDS: i32 = 45;

/// What speaks for it, in points: `None` when that is less than `least` or it cannot be at all.
pub(super) fn points(head: Side<'_>, tail: Side<'_>, spread: &Spread, least: i32) -> Option<i32> {
    let (a, b) = (&head.article.sheet.identity, &tail.article.sheet.identity);
    let differ = |a: &Option<_>, b: &Option<_>| a.is_some() && b.is_some() && a != b;
    if a.page_id == b.page_id || differ(&a.paper, &b.paper) || differ(&a.issue_date, &b.issue_date) {
        return None;
    }
    let forth = of_fit(tail.page.fits(head.article.jump_to.as_deref()))?;
    let back = of_fit(head.page.fits(tail.article.jump_from.as_deref()))?;
    let cheap = PRIOR + forth + back + of_headline(head.traits, tail.traits) + of_seam(head.traits, tail.traits);
    if cheap + WORDS < least {
        return None;
    }
    Some(cheap + of_words(head.traits, tail.traits, spread)).filter(|points| *points >= least)
}

fn of_fit(fit: Fit) -> Option<i32> {
    match fit {
        Fit::Named => Some(0),
        Fit::Counted => Some(-3),
        Fit::Unknown => Some(-8),
        Fit::Miscounted => Some(-23),
        Fit::Denied => None,
    }
}

/// A continuation repeats the headline, or a piece of it, or says a word or two of the text.
fn of_headline(head: &Traits, tail: &Traits) -> i32 {
    if tail.title.is_empty() {
        return 0;
    }
    let repeated = share(shared(&head.heads, &tail.title), tail.title.len().min(head.heads.len()));
    let in_text = share(shared(&head.body, &tail.title), tail.title.len());
    match (repeated, in_text) {
        (repeated @ 50.., _) => 11 + repeated / 10,
        (_, 50..) => 6,
        _ => -3,
    }
}

fn of_seam(head: &Traits, tail: &Traits) -> i32 {
    let mut points = if head.stops { 0 } else { 4 };
    if tail.dateline {
        points -= 18;
    }
    if tail.begins_inside {
        points += if head.stops { -10 } else { 4 };
    }
    if tail.unopened > 0 {
        points += if head.unclosed > 0 { 8 } else { -9 };
    }
    points
}

/// Names and terms that are in both parts and in few other parts of the document: 31 points for a tenth of the shorter text.
fn of_words(head: &Traits, tail: &Traits, spread: &Spread) -> i32 {
    let mut thousandths = 0;
    each_shared(&head.body, &tail.body, |pair| {
        let others = spread.get(pair).copied().unwrap_or(2).saturating_sub(1).max(1);
        thousandths += 1000 / u64::from(others);
    });
    let shorter = head.body.len().min(tail.body.len()).max(20) as u64;
    (thousandths * 31 / (shorter * 100)).min(WORDS as u64) as i32
}

/// In hundredths.
fn share(part: usize, whole: usize) -> i32 {
    (part * 100).checked_div(whole).unwrap_or(0) as i32
}

/// The pairs of neighbouring letters, digits and ideographs of `text`, as numbers, sorted and none twice.
fn bigrams(text: &str) -> Vec<u32> {
    let mut pairs = Vec::new();
    let mut before = None;
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        let c = c.to_ascii_lowercase();
        if let Some(before) = before.replace(c) {
            // A character has 21 bits: of the first one the upper bits are folded down, so that few pairs meet in a number.
            pairs.push((u32::from(before).wrapping_mul(0x9e37) << 8) ^ u32::from(c));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn shared(a: &[u32], b: &[u32]) -> usize {
    let mut count = 0;
    each_shared(a, b, |_| count += 1);
    count
}

fn each_shared(a: &[u32], b: &[u32], mut found: impl FnMut(&u32)) {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => _ = a.next(),
            std::cmp::Ordering::Greater => _ = b.next(),
            std::cmp::Ordering::Equal => {
                found(x);
                a.next();
                b.next();
            }
        }
    }
}

fn stops(text: &str) -> bool {
    let last = text.chars().rev().find(|c| !c.is_whitespace());
    last.is_none_or(|c| "。！？…!?.”’」』）)》】".contains(c))
}

/// Quotes and brackets left open at the end of `text`, and those closed in it that were opened before it.
fn balance(text: &str) -> (i32, i32) {
    let (mut open, mut unopened) = (0, 0);
    for c in text.chars() {
        if "“「『（(《【〔".contains(c) {
            open += 1;
        } else if "”」』）)》】〕".contains(c) {
            if open > 0 { open -= 1 } else { unopened += 1 }
        }
    }
    (open, unopened)
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;

    fn traits(text: &str) -> Traits {
        Traits::of(&laws::article(text))
    }

    #[test]
    fn pairs_of_characters_are_told_apart() {
        let text = "河边的柳树绿了孩子们放着风筝农技员走进田间地头";
        assert_eq!(bigrams(text).len(), text.chars().count() - 1);
        assert_eq!(shared(&bigrams("春耕备耕忙"), &bigrams("今年春耕，备耕早")), 3);
        assert_eq!(bigrams("A-b c"), bigrams("abc"));
    }

    #[test]
    fn the_seam_joins_what_was_one_sentence() {
        assert_eq!(traits("他们走进田").seam(&traits("间地头。")), Glue::Join);
        assert_eq!(traits("他们走进田间。").seam(&traits("第二天，")), Glue::Break);
        assert_eq!(traits("他们说：“早。").seam(&traits("”说完就走。")), Glue::Join);
        assert_eq!(traits("the fields of").seam(&traits("the county.")), Glue::Space);
    }

    #[test]
    fn counts_what_is_left_open() {
        assert_eq!(balance("他说：“去（田里"), (2, 0));
        assert_eq!(balance("去”。（好）」"), (0, 2));
    }
}
