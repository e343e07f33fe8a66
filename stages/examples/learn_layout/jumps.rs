//! How much each sign speaks for two parts on different pages as one article.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde_json::Value;
use stages::learning::{self, Issue};

use crate::answers;
use crate::fit::{self, Choice};

/// Prints the weights fitted to the issues of `folders`.
pub(crate) fn print(folders: &[&Path]) {
    let mut issues: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for (raw, answers) in answers(folders) {
        issues.entry(answers["issue_id"].as_str().unwrap_or_default().to_owned()).or_default().push((raw, answers));
    }
    let mut choices = Vec::new();
    for pages in issues.values_mut() {
        pages.sort_by_key(|(_, answers)| answers["page_no"].as_u64());
        choose(pages, &mut choices);
    }
    println!("# How much each sign speaks for two parts on different pages as one article, in thousandths of a nat: link, sign, weight.");
    println!("# Written by examples/learn_layout; the signs are those of src/stitch_jumps/evidence.rs.");
    fit::print("link", &learning::link_names(), &choices, &[]);
}

/// Each part chooses the one it goes on with, or none; and so does each the one it comes from.
fn choose(pages: &[(String, Value)], choices: &mut Vec<(String, Choice)>) {
    let numbered: Vec<(u32, &str)> =
        pages.iter().map(|(raw, answers)| (answers["page_no"].as_u64().unwrap_or(1) as u32, raw.as_str())).collect();
    let issue = Issue::new(&numbered);
    let mut lengths: BTreeMap<String, f64> = BTreeMap::new();
    for (_, answers) in pages {
        for (story, text) in texts(answers) {
            *lengths.entry(story).or_default() += text.len() as f64;
        }
    }
    let from: Vec<Shares> = issue.parts.iter().map(|(page, text)| shares(&pages[*page].1, text)).collect();
    let is_right = |head: usize, tail: usize| belong_together(&from[head], &from[tail], &lengths);
    let family = pages[0].1["family"].as_str().unwrap_or_default();
    for end in [|link: &(usize, usize, Vec<i32>)| link.0, |link: &(usize, usize, Vec<i32>)| link.1] {
        let mut of: BTreeMap<usize, Choice> = BTreeMap::new();
        for link in &issue.links {
            of.entry(end(link)).or_default().push((link.2.clone(), is_right(link.0, link.1)));
        }
        choices.extend(of.into_values().map(|mut choice| {
            let none = !choice.iter().any(|(_, right)| *right);
            choice.push((vec![0; learning::link_names().len()], none));
            (family.to_owned(), choice)
        }));
    }
}

const SHINGLE: usize = 6;

fn tight(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The stories of a page, each with its text there.
fn texts(answers: &Value) -> Vec<(String, Vec<char>)> {
    let text = |article: &Value| {
        let paragraphs = article["paragraphs"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Some((article["story_id"].as_str()?.to_owned(), paragraphs.flat_map(tight).collect()))
    };
    answers["articles"].as_array().into_iter().flatten().filter_map(text).collect()
}

/// How many characters, or nearly, are of each story.
type Shares = BTreeMap<String, f64>;

/// How much of `text` is of each story by the answers to its page.
fn shares(answers: &Value, text: &str) -> Shares {
    let text = tight(text);
    let shingles: HashSet<&[char]> = text.windows(SHINGLE).collect();
    let mut shares = Shares::new();
    for (story, own) in texts(answers) {
        let common = own.windows(SHINGLE).filter(|shingle| shingles.contains(shingle)).count();
        if common > 0 {
            *shares.entry(story).or_default() += (common + SHINGLE - 1) as f64;
        }
    }
    shares
}

/// Whether two parts are better one article than two: summed over their characters, the share of the article that is of the same
/// story and the share of the story that is in the same article (B-cubed precision and recall).
fn belong_together(a: &Shares, b: &Shares, lengths: &BTreeMap<String, f64>) -> bool {
    let pure = |shares: &Shares| shares.values().map(|own| own * own).sum::<f64>() / shares.values().sum::<f64>().max(1.0);
    let mut both = a.clone();
    let mut recall = 0.0;
    for (story, own) in b {
        recall += 2.0 * own * a.get(story).unwrap_or(&0.0) / lengths[story];
        *both.entry(story.clone()).or_default() += own;
    }
    recall > 0.0 && pure(&both) + recall > pure(a) + pure(b)
}
