//! Which part goes on with which: each goes on with one at most, the surest are linked first, and where two are as likely none is.

use std::cmp::Reverse;

use pipeline::Permille;

use super::Part;
use super::evidence::{Side, Spread, points};

/// A head that goes on with a tail, by their places in the list of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) head: usize,
    pub(super) tail: usize,
    pub(super) confidence: Permille,
}

/// Links less sure than this are not made.
const SURE: Permille = Permille::new(600);

/// A pair with fewer points is no rival of any that is linked.
const LEAST: i32 = -20;

/// Finds all links. Depends on what the parts are and not on the order they came in.
pub(super) fn find(parts: &[Part]) -> Vec<Link> {
    let pairs = pairs(parts);
    let mut links: Vec<Link> = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let free = |other: &Pair| links.iter().all(|link| link.head != other.head && link.tail != other.tail);
        if !free(pair) || closes_a_circle(&links, pair) {
            continue;
        }
        let rival = |other: &Pair| (other.head == pair.head || other.tail == pair.tail) && free(other);
        let rivals = pairs.iter().enumerate().filter(|(index, other)| *index != at && rival(other));
        let confidence = confidence(pair.points, rivals.map(|(_, rival)| rival.points));
        if confidence >= SURE {
            links.push(Link { head: pair.head, tail: pair.tail, confidence });
        }
    }
    links
}

/// All pairs for which something speaks, the likeliest first, in an order that the order of the parts does not change.
fn pairs(parts: &[Part]) -> Vec<Pair> {
    let mut spread = Spread::new();
    for part in parts {
        part.traits.spread(&mut spread);
    }
    let mut pairs = Vec::new();
    for (head, part) in parts.iter().enumerate().filter(|(_, part)| part.may_go_on()) {
        let tails = parts.iter().enumerate().filter(|(tail, other)| *tail != head && other.article.jump_from.is_some());
        pairs.extend(tails.filter_map(|(tail, other)| {
            let points = points(side(part), side(other), &spread, LEAST)?;
            Some(Pair { points, head, tail })
        }));
    }
    let places: Vec<_> = parts.iter().map(Part::place).collect();
    let key = |pair: &Pair| (Reverse(pair.points), &places[pair.head], &places[pair.tail]);
    pairs.sort_by(|a, b| key(a).cmp(&key(b)));
    pairs
}

struct Pair {
    points: i32,
    head: usize,
    tail: usize,
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

/// How likely a pair is beside its rivals and beside none of them being right.
fn confidence(points: i32, rivals: impl Iterator<Item = i32>) -> Permille {
    let own = odds(points);
    Permille::from_share((own / (1.0 + own + rivals.map(odds).sum::<f64>())).min(0.99))
}

/// e to a tenth of `points`, multiplied out, so that it is the same on every machine.
fn odds(points: i32) -> f64 {
    const STEP: f64 = 1.105_170_918_075_647_7;
    let odds = (0..points.unsigned_abs()).fold(1.0, |odds, _| odds * STEP);
    if points < 0 { 1.0 / odds } else { odds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rival_costs_confidence() {
        assert_eq!(confidence(0, std::iter::empty()).get(), 500);
        let alone = confidence(20, std::iter::empty());
        let beside = confidence(20, std::iter::once(10));
        assert!(alone > SURE && beside < alone && confidence(20, std::iter::once(20)) < SURE, "{alone:?} {beside:?}");
    }
}
