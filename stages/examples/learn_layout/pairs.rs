//! Which characters follow each other inside sentences.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use crate::answers;

/// Prints for each first character the ones that often follow it: those that are usual, a space, those that occur.
pub(crate) fn print(folders: &[&Path]) {
    let is_stop = |c: char| "。！？".contains(c);
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut both: BTreeMap<(char, char), f64> = BTreeMap::new();
    let mut opening: BTreeMap<char, f64> = BTreeMap::new();
    let (mut first, mut second): (HashMap<char, f64>, HashMap<char, f64>) = (HashMap::new(), HashMap::new());
    let mut all = 0.0;
    let mut seen = HashSet::new();
    for (_, answers) in answers(folders) {
        let articles = answers["articles"].as_array().cloned().unwrap_or_default();
        let paragraphs = articles.iter().flat_map(|article| {
            let continued = article["continued_from"].is_string();
            article["paragraphs"]
                .as_array()
                .cloned()
                .unwrap_or_default()
                .into_iter()
                .enumerate()
                .map(move |(at, text)| (at, text, continued))
        });
        for (at, text, continued) in paragraphs {
            let Some(text) = text.as_str().filter(|text| seen.insert((*text).to_owned())) else { continue };
            let chars: Vec<char> = text.chars().collect();
            // A continuation begins inside a sentence.
            let whole = at > 0 || !continued;
            let begins = chars.iter().enumerate().filter(|(at, _)| if *at == 0 { whole } else { is_stop(chars[at - 1]) });
            for (_, c) in begins.filter(|(_, c)| han(**c)) {
                *opening.entry(*c).or_default() += 1.0;
            }
            for pair in chars.windows(2).filter(|pair| han(pair[0]) && han(pair[1])) {
                *both.entry((pair[0], pair[1])).or_default() += 1.0;
                *first.entry(pair[0]).or_default() += 1.0;
                *second.entry(pair[1]).or_default() += 1.0;
                all += 1.0;
            }
        }
    }
    let openings: f64 = opening.values().sum();
    println!("# For each character those that usually follow it inside a sentence, a space, and those that sometimes do.");
    println!("# Counted by examples/learn_layout: a usual pair occurs at least 6 times and 8 times as often as chance would have it.");
    println!("# In the row of the full stop stand those that begin a sentence.");
    let mut lines: BTreeMap<char, (String, String)> = BTreeMap::new();
    let of_stop = opening.iter().map(|(b, count)| ('。', *b, *count, openings * second.get(b).unwrap_or(&0.0) / all));
    let of_others = both.iter().map(|((a, b), count)| (*a, *b, *count, first[a] * second[b] / all));
    for (a, b, count, chance) in of_stop.chain(of_others) {
        let line = lines.entry(a).or_default();
        if count >= 6.0 && count >= 8.0 * chance {
            line.0.push(b);
        } else if count >= 3.0 && count >= chance {
            line.1.push(b);
        }
    }
    for (a, (usual, sometimes)) in lines.iter().filter(|(_, (usual, sometimes))| !usual.is_empty() || !sometimes.is_empty()) {
        println!("{a}\t{usual} {sometimes}");
    }
}
