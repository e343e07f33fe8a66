//! How much speaks for it that a part on one page goes on with a part on another.

use std::cell::LazyCell;
use std::sync::LazyLock;

use pipeline::{Article, Glue};
use rustc_hash::FxHashMap;

use super::label::{Fit, PageName};
use crate::layout::width::{is_han, is_plain_ideograph};
use crate::layout::{joint, pairs};
use crate::learned;

/// How the text of an article begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning {
    first: Option<char>,
    /// With a mark that cannot begin a sentence.
    inside: bool,
    /// With a character that hardly a sentence begins with.
    strangely: bool,
    dateline: bool,
}

impl Beginning {
    pub(super) fn of(article: &Article) -> Self {
        let first = article.text.text().chars().find(|c| !c.is_whitespace());
        Self {
            first,
            inside: first.is_some_and(|c| "，、；：。！？）》」』”’,;:!?)".contains(c)),
            strangely: first.is_some_and(pairs::begins_none),
            dateline: article.dateline.is_some(),
        }
    }

    /// Whether it may be the rest of a text though nothing says so: it begins as no sentence does.
    pub(super) fn is_in_mid_sentence(self) -> bool {
        !self.dateline && (self.inside || self.strangely)
    }
}

/// What of a part is compared, computed once.
#[derive(Debug)]
pub(super) struct Traits {
    /// Pairs of neighbouring characters of the headline, sorted, none twice.
    title: Vec<u32>,
    /// The same of kicker, headline and subtitle together.
    heads: Vec<u32>,
    /// The same of the text.
    body: Vec<u32>,
    beginning: Beginning,
    last: Option<char>,
    /// The text stops where a sentence does.
    stops: bool,
    /// Opening quotes and brackets that are not closed in it.
    unclosed: i32,
    /// Closing ones that were not opened in it.
    unopened: i32,
}

/// In how many parts of the document a pair of characters is found.
pub(super) type Spread = FxHashMap<u32, u32>;

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
        let beginning = Beginning::of(article);
        Self {
            title: bigrams(article.title.text()),
            heads,
            body: bigrams(text),
            beginning,
            last: text.chars().rev().find(|c| !c.is_whitespace()),
            stops: stops(text),
            unclosed,
            unopened,
        }
    }

    /// Whether it may be the rest of a text though nothing says so: it begins as no sentence does.
    pub(super) fn begins_in_mid_sentence(&self) -> bool {
        self.beginning.is_in_mid_sentence()
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
        match (self.last, tail.beginning.first) {
            (Some(last), Some(first)) if !self.stops || tail.beginning.inside => joint::glue(last, first),
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

/// Names of the signs that speak for and against a link, each from 0 to 1000, in the order of [`signs`].
pub(crate) const LINK: [&str; 18] = [
    "pair",
    "said-of-no-other",
    "forth-unsaid",
    "back-unsaid",
    "headline-repeated",
    "headline-in-text",
    "headline-of-another",
    "dateline",
    "byline",
    "stops",
    "strange-behind-open",
    "strange-behind-stop",
    "usual-seam",
    "odd-seam",
    "quotation-goes-on",
    "quotation-unopened",
    "short",
    "shared-words",
];

const FILE: &str = include_str!("../../data/jumps.txt");

static WEIGHTS: LazyLock<Vec<i32>> = LazyLock::new(|| learned::weights(FILE, "link", &LINK));

/// What speaks for it, in thousandths of a nat: `None` when that is less than `least` or it cannot be at all.
/// `only` says that both parts say so, and of no other.
pub(super) fn worth(
    head: Side<'_>,
    tail: Side<'_>,
    only: bool,
    spread: &LazyCell<Spread, impl FnOnce() -> Spread>,
    least: i32,
) -> Option<i32> {
    let (of_shared, others) = WEIGHTS.split_last()?;
    let cheap = learned::sum(&cheap_signs(head, tail, only)?, others);
    if cheap + (*of_shared).max(0) < least {
        return None;
    }
    let shared = of_words(head.traits, tail.traits, spread);
    Some(cheap + shared * of_shared / 1000).filter(|worth| *worth >= least)
}

/// All signs of a link; `None` when it cannot be.
#[cfg(feature = "learning")]
pub(super) fn signs(head: Side<'_>, tail: Side<'_>, only: bool, spread: &Spread) -> Option<Vec<i32>> {
    let mut signs = cheap_signs(head, tail, only)?.to_vec();
    signs.push(of_words(head.traits, tail.traits, spread));
    Some(signs)
}

/// How well the page of `tail` fits the jump line of `head`.
fn forth(head: Side<'_>, tail: Side<'_>) -> Fit {
    tail.page.fits(head.article.jump_to.as_deref(), head.page)
}

/// How well the page of `head` fits the jump line of `tail`.
fn back(head: Side<'_>, tail: Side<'_>) -> Fit {
    head.page.fits(tail.article.jump_from.as_deref(), tail.page)
}

/// Whether the jump lines of both parts say that they are one article.
pub(super) fn is_said(head: Side<'_>, tail: Side<'_>) -> bool {
    let says = |fit: Fit| matches!(fit, Fit::Named | Fit::Counted);
    says(forth(head, tail)) && says(back(head, tail))
}

/// All but the last.
fn cheap_signs(head: Side<'_>, tail: Side<'_>, only: bool) -> Option<[i32; LINK.len() - 1]> {
    let (a, b) = (&head.article.sheet.identity, &tail.article.sheet.identity);
    let differ = |a: &Option<_>, b: &Option<_>| a.is_some() && b.is_some() && a != b;
    if a.page_id == b.page_id || differ(&a.paper, &b.paper) || differ(&a.issue_date, &b.issue_date) {
        return None;
    }
    let (forth, back) = (forth(head, tail), back(head, tail));
    if [forth, back].contains(&Fit::Denied) {
        return None;
    }
    // A count that agrees is as good as a label where there is none; one that does not says as little as no jump line, since pages
    // may be missing or come in any order, and so does a letter that the paper does not keep to.
    let unsaid = |fit: Fit| yes(matches!(fit, Fit::Unknown | Fit::Miscounted | Fit::OtherSection));
    let (before, after) = (head.traits, tail.traits);
    let repeated = share(shared(&before.heads, &after.title), after.title.len().min(before.heads.len()));
    let in_text = share(shared(&before.body, &after.title), after.title.len());
    let says = |own: i32, other: i32| if own >= 500 && other < 500 { own } else { 0 };
    let open = !before.stops;
    let seam = match (before.last, after.beginning.first) {
        (Some(last), Some(first)) if open && is_han(last) && is_han(first) => Some(pairs::strength(last, first)),
        _ => None,
    };
    Some([
        1000,
        yes(only),
        unsaid(forth),
        unsaid(back),
        if repeated >= 500 { repeated } else { 0 },
        says(in_text, repeated),
        yes(!after.title.is_empty() && repeated < 500 && in_text < 500),
        yes(after.beginning.dateline),
        yes(!tail.article.byline.is_empty()),
        yes(before.stops),
        yes(after.begins_in_mid_sentence() && open),
        yes(after.begins_in_mid_sentence() && before.stops),
        yes(seam == Some(2)),
        yes(seam == Some(0)),
        yes(after.unopened > 0 && before.unclosed > 0),
        yes(after.unopened > 0 && before.unclosed <= 0),
        yes(before.body.len().min(after.body.len()) < 60),
    ])
}

fn yes(holds: bool) -> i32 {
    if holds { 1000 } else { 0 }
}

/// Names and terms that are in both parts and in few other parts of the document.
fn of_words(head: &Traits, tail: &Traits, spread: &Spread) -> i32 {
    let mut thousandths = 0;
    each_shared(&head.body, &tail.body, |pair| {
        let others = spread.get(pair).copied().unwrap_or(2).saturating_sub(1).max(1);
        thousandths += 1000 / u64::from(others);
    });
    let shorter = head.body.len().min(tail.body.len()).max(20) as u64;
    (thousandths * 1000 / (shorter * MANY)).min(1000) as i32
}

/// As many thousandths of the shorter text in common leave nothing to be said by more.
const MANY: u64 = 150;

/// In thousandths.
fn share(part: usize, whole: usize) -> i32 {
    (part * 1000).checked_div(whole).unwrap_or(0) as i32
}

/// The pairs of neighbouring letters, digits and ideographs of `text`, as numbers, sorted and none twice.
fn bigrams(text: &str) -> Vec<u32> {
    let mut pairs = Vec::new();
    let mut before = None;
    for c in text.chars().filter(|c| is_plain_ideograph(*c) || c.is_alphanumeric()) {
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

/// In rising order; both are sorted and hold nothing twice.
fn each_shared(a: &[u32], b: &[u32], mut found: impl FnMut(&u32)) {
    let (short, mut long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() > short.len() * MUCH_LONGER {
        for pair in short {
            long = long.get(long.partition_point(|other| other < pair)..).unwrap_or_default();
            if long.first() == Some(pair) {
                found(pair);
            }
        }
        return;
    }
    let (mut x, mut y) = (0, 0);
    while let (Some(a), Some(b)) = (short.get(x), long.get(y)) {
        if a == b {
            found(a);
        }
        // Without a branch: which of the two is behind cannot be foreseen.
        x += usize::from(a <= b);
        y += usize::from(b <= a);
    }
}

/// Of lists that differ so much in length each of the short one is looked up in the long one, as headlines are in texts.
const MUCH_LONGER: usize = 8;

fn stops(text: &str) -> bool {
    let last = text.chars().rev().find(|c| !c.is_whitespace());
    last.is_none_or(|c| "。！？…!?.”’」』）)》】".contains(c))
}

/// Quotes and brackets left open at the end of `text`, and those closed in it that were opened before it.
fn balance(text: &str) -> (i32, i32) {
    let (mut open, mut unopened) = (0, 0);
    for c in text.chars() {
        if matches!(c, '“' | '「' | '『' | '（' | '(' | '《' | '【' | '〔') {
            open += 1;
        } else if matches!(c, '”' | '」' | '』' | '）' | ')' | '》' | '】' | '〕') {
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
    fn what_is_shared_is_found_in_lists_of_any_length() {
        let every = |step: usize| (0..300).step_by(step).collect::<Vec<u32>>();
        for (a, b) in [(1, 1), (2, 3), (3, 2), (1, 7), (1, 60), (60, 1), (50, 3), (7, 299)] {
            let (a, b) = (every(a), every(b));
            let mut found = Vec::new();
            each_shared(&a, &b, |pair| found.push(*pair));
            assert_eq!(found, a.iter().copied().filter(|pair| b.contains(pair)).collect::<Vec<_>>());
        }
        assert_eq!(shared(&[], &every(1)) + shared(&every(1), &[]), 0);
    }

    #[test]
    fn every_sign_has_a_weight() {
        assert_eq!(learned::named(FILE, "link"), LINK.len());
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
