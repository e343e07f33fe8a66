//! The commonest words of a dictionary in jieba's format.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How often a word of two, three or four characters stands in the texts of the dictionary at least.
const OFTEN: [u32; 3] = [20, 20, 100];

/// Prints for each first character those that make a word of two with it, and behind spaces the rests of longer words.
pub(crate) fn print(dictionary: &Path) {
    let text = fs::read_to_string(dictionary).expect("DICTIONARY can be read");
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut lines: BTreeMap<char, (String, Vec<String>)> = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.split(' ');
        let (Some(word), Some(often)) = (fields.next(), fields.next().and_then(|often| often.parse::<u32>().ok())) else { continue };
        let chars: Vec<char> = word.chars().collect();
        let least = chars.len().checked_sub(2).and_then(|longer| OFTEN.get(longer));
        if !chars.iter().all(|c| han(*c)) || least.is_none_or(|least| often < *least) {
            continue;
        }
        let (pairs, longer) = lines.entry(chars[0]).or_default();
        match chars.as_slice() {
            [_, second] => pairs.push(*second),
            chars => longer.push(chars[1..].iter().collect()),
        }
    }
    println!("# The commonest words of jieba's dictionary: the first character, a tab, the second characters of words of two, and behind");
    println!("# spaces the rests of words of three and four. Written by examples/learn_layout words.");
    for (first, (pairs, longer)) in lines {
        let rest: String = longer.iter().flat_map(|rest| [" ", rest.as_str()]).collect();
        println!("{first}\t{pairs}{rest}");
    }
}
