//! Weights of named signs: lines `GROUP SIGN WEIGHT` of a data file, in thousandths of a nat.

use crate::layout::grammar::entries;

/// The weights of the signs `names` of `group`, in their order.
pub(crate) fn weights(list: &'static str, group: &str, names: &[&str]) -> Vec<i32> {
    let of = |name: &&str| {
        let weight = |line: &'static str| {
            let mut words = line.split_whitespace();
            (words.next() == Some(group) && words.next() == Some(*name)).then(|| words.next()?.parse().ok()).flatten()
        };
        entries(list).find_map(weight).unwrap_or(0)
    };
    names.iter().map(of).collect()
}

/// What `signs`, each in thousandths, are worth together.
pub(crate) fn sum(signs: &[i32], weights: &[i32]) -> i32 {
    signs.iter().zip(weights).map(|(sign, weight)| sign * weight / 1000).sum()
}

/// How many signs of `group` a data file names.
#[cfg(test)]
pub(crate) fn named(list: &'static str, group: &str) -> usize {
    entries(list).filter(|line| line.split_whitespace().next() == Some(group)).count()
}
