//! Which part goes on with which: each goes on with one at most, all are judged together, and where two are as likely none is.

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use pipeline::Permille;

use super::evidence::{Side, Spread, is_said, worth};
use super::{Part, may_come, may_go_on};

/// A head that goes on with a tail, by their places in the list of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) head: usize,
    pub(super) tail: usize,
    pub(super) confidence: Permille,
}

/// Links less sure than this are not made.
const SURE: Permille = Permille::new(550);

/// A pair for which less speaks, in thousandths of a nat, is no rival of any that is linked.
const LEAST: i32 = -3000;

/// Finds all links. Depends on what the parts are and not on the order they came in.
pub(super) fn find(parts: &[Part]) -> Vec<Link> {
    let pairs = pairs(parts);
    let mut likely: Vec<(Permille, usize)> = likelihood(&pairs).into_iter().map(Permille::from_share).zip(0..).collect();
    // Of all pairs of a part no two are likelier than not.
    likely.retain(|(sure, _)| *sure >= SURE);
    likely.sort_by_key(|(sure, at)| (Reverse(*sure), *at));
    let mut links: Vec<Link> = Vec::new();
    for (confidence, at) in likely {
        let Pair { head, tail, .. } = pairs[at];
        let free = links.iter().all(|link| link.head != head && link.tail != tail);
        if free && !closes_a_circle(&links, &pairs[at]) {
            links.push(Link { head, tail, confidence: confidence.min(Permille::new(990)) });
        }
    }
    links
}

/// All pairs for which something speaks, the likeliest first, in an order that the order of the parts does not change.
fn pairs(parts: &[Part]) -> Vec<Pair> {
    // Most parts of most documents have none to be linked with.
    let spread = LazyCell::new(|| spread(parts));
    let pair = |(head, tail, only): (usize, usize, bool)| {
        Some(Pair { worth: worth(side(&parts[head]), side(&parts[tail]), only, &spread, LEAST)?, head, tail })
    };
    let mut pairs: Vec<Pair> = may_be_linked(parts).into_iter().filter_map(pair).collect();
    let places: Vec<_> = parts.iter().map(Part::place).collect();
    let key = |pair: &Pair| (Reverse(pair.worth), &places[pair.head], &places[pair.tail]);
    pairs.sort_by(|a, b| key(a).cmp(&key(b)));
    // Of two parts only one can be before the other.
    let mut seen = HashSet::new();
    pairs.retain(|pair| seen.insert((pair.head.min(pair.tail), pair.head.max(pair.tail))));
    pairs
}

/// How many parts have each trait.
fn spread(parts: &[Part]) -> Spread {
    let mut spread = Spread::default();
    for part in parts {
        part.traits.spread(&mut spread);
    }
    spread
}

/// Each part that may go on elsewhere with each that may come from elsewhere, and whether the jump lines of both say so, and of no other.
fn may_be_linked(parts: &[Part]) -> Vec<(usize, usize, bool)> {
    let heads = parts.iter().enumerate().filter(|(_, part)| may_go_on(&part.article));
    let mut pairs: Vec<(usize, usize, bool)> = heads
        .flat_map(|(head, _)| {
            let tails = parts.iter().enumerate().filter(move |(tail, other)| *tail != head && may_come(&other.article));
            tails.map(move |(tail, _)| (head, tail, is_said(side(&parts[head]), side(&parts[tail]))))
        })
        .collect();
    let (mut of_head, mut of_tail) = (vec![0; parts.len()], vec![0; parts.len()]);
    for (head, tail, _) in pairs.iter().filter(|(.., said)| *said) {
        of_head[*head] += 1;
        of_tail[*tail] += 1;
    }
    for (head, tail, said) in &mut pairs {
        *said &= of_head[*head] == 1 && of_tail[*tail] == 1;
    }
    pairs
}

struct Pair {
    /// In thousandths of a nat.
    worth: i32,
    head: usize,
    tail: usize,
}

/// For each pair of parts that may be linked the signs for it.
#[cfg(feature = "learning")]
pub(super) fn signs(parts: &[Part]) -> Vec<(usize, usize, Vec<i32>)> {
    let spread = spread(parts);
    let signs = |(head, tail, only)| Some((head, tail, super::evidence::signs(side(&parts[head]), side(&parts[tail]), only, &spread)?));
    may_be_linked(parts).into_iter().filter_map(signs).collect()
}

fn side(part: &Part) -> Side<'_> {
    Side { article: &part.article, page: &part.page, traits: &part.traits }
}

fn closes_a_circle(links: &[Link], pair: &Pair) -> bool {
    let mut at = pair.tail;
    while let Some(link) = links.iter().find(|link| link.head == at) {
        at = link.tail;
        if at == pair.head {
            return true;
        }
    }
    false
}

/// How likely each pair is when a part goes on with one other at most: the odds of the pair itself, of all pairs that would do instead,
/// of those that would do instead of them, and so on. Belief propagation over the pairs, which is exact where they make no circle.
fn likelihood(pairs: &[Pair]) -> Vec<f64> {
    let odds: Vec<f64> = pairs.iter().map(|pair| odds(pair.worth)).collect();
    let rivals = |same: fn(&Pair) -> usize| {
        let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, pair) in pairs.iter().enumerate() {
            of.entry(same(pair)).or_default().push(at);
        }
        of.into_values().collect::<Vec<_>>()
    };
    let (by_head, by_tail) = (rivals(|pair| pair.head), rivals(|pair| pair.tail));
    // How likely the head of each pair, and its tail, is in no other pair.
    let (mut heads, mut tails) = (vec![1.0; pairs.len()], vec![1.0; pairs.len()]);
    for _ in 0..ROUNDS {
        let (before_heads, before_tails) = (heads.clone(), tails.clone());
        ask(&by_head, &odds, &before_tails, &mut heads);
        ask(&by_tail, &odds, &before_heads, &mut tails);
    }
    let own = odds.iter().zip(heads.iter().zip(&tails)).map(|(odds, (head, tail))| odds * head * tail);
    own.map(|own| own / (1.0 + own)).collect()
}

/// Rounds after which nothing changes any more that matters.
const ROUNDS: usize = 40;

/// How likely a part is in none of its other pairs, as `others` say of the parts at their other ends; half a step at a time, so that
/// it does not swing.
fn ask(groups: &[Vec<usize>], odds: &[f64], others: &[f64], free: &mut [f64]) {
    for group in groups {
        let all: f64 = group.iter().map(|at| odds[*at] * others[*at]).sum();
        for at in group {
            let rest = (all - odds[*at] * others[*at]).max(0.0);
            free[*at] = f64::midpoint(free[*at], 1.0 / (1.0 + rest));
        }
    }
}

/// e to a thousandth of `worth`, to the nearest tenth and multiplied out, so that it is the same on every machine.
fn odds(worth: i32) -> f64 {
    const STEP: f64 = 1.105_170_918_075_647_7;
    const MOST: u32 = 120;
    let steps = (worth.unsigned_abs() / 100).min(MOST);
    let odds = (0..steps).fold(1.0, |odds, _| odds * STEP);
    if worth < 0 { 1.0 / odds } else { odds }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likely(pairs: &[(usize, usize, i32)]) -> Vec<u16> {
        let pairs: Vec<Pair> = pairs.iter().map(|(head, tail, worth)| Pair { worth: *worth, head: *head, tail: *tail }).collect();
        likelihood(&pairs).into_iter().map(|share| Permille::from_share(share).get()).collect()
    }

    #[test]
    fn a_rival_costs_confidence() {
        assert_eq!(likely(&[(0, 1, 0)]), [500]);
        let (alone, beside) = (likely(&[(0, 1, 2000)])[0], likely(&[(0, 1, 2000), (2, 1, 1000)])[0]);
        assert!(alone > SURE.get() && beside < alone, "{alone} {beside}");
        assert!(likely(&[(0, 1, 2000), (2, 1, 2000)])[0] < SURE.get());
    }

    #[test]
    fn a_rival_that_goes_on_elsewhere_is_none() {
        // Both heads might go on with tail 2, but the second has a better one.
        let likely = likely(&[(0, 2, 3000), (1, 2, 2800), (1, 3, 6000)]);
        assert!(likely[0] > 850 && likely[1] < 100 && likely[2] > 900, "{likely:?}");
        let crossed = [(0, 2, 3000), (0, 3, 2800), (1, 3, 2500), (1, 2, 500)];
        let crossed = self::likely(&crossed);
        assert!(crossed[0] > SURE.get() && crossed[2] > SURE.get() && crossed[1] < 300, "{crossed:?}");
    }
}
