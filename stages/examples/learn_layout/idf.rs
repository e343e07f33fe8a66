//! How rare words are, from a table in jieba's format.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What words are worth that are rarer than this, in tenths of a nat: the median of jieba's table, which it also gives to words it
/// does not know. They need no line.
const RARE: u32 = 119;

/// Prints the words of `table` that are not rare and that `dictionary` has too, a line for each tenth of a nat.
pub(crate) fn print(table: &Path, dictionary: &Path) {
    let dictionary = fs::read_to_string(dictionary).expect("DICTIONARY can be read");
    let known: std::collections::BTreeSet<&str> = dictionary.lines().filter_map(|line| line.split(' ').next()).collect();
    let table = fs::read_to_string(table).expect("IDF can be read");
    let mut levels: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for line in table.lines() {
        let Some((word, idf)) = line.split_once(' ') else { continue };
        let Ok(idf) = idf.trim().parse::<f64>() else { continue };
        let tenths = (idf * 10.0).floor() as u32;
        if tenths < RARE && known.contains(word) {
            levels.entry(tenths).or_default().push(word);
        }
    }
    println!("# How rare words are: tenths of a nat, a tab, the words. What is not here is worth {RARE} tenths. Written by");
    println!("# examples/learn_layout idf.");
    for (tenths, mut words) in levels {
        words.sort_unstable();
        println!("{tenths}\t{}", words.join(" "));
    }
}
