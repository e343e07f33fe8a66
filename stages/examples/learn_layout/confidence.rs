//! How much each sign of doubt tells of whether a decision is right: two logistic models.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use stages::learning;

use crate::{answers, fit, gold};

/// How much of a story and of its answer must be the same for its boundaries to be right: twice the common characters by all.
const RIGHT: f64 = 0.95;

/// Prints the weights fitted to the pages of `folders`.
pub(crate) fn print(folders: &[&Path]) {
    let (mut boundary, mut title) = (Vec::new(), Vec::new());
    for (raw, answers) in answers(folders) {
        let family = answers["family"].as_str().unwrap_or_default().to_owned();
        let page = learning::Attributed::new(&raw);
        let parts = gold::parts(&answers, &page.lines);
        let length = |line: usize| tight(&page.lines[line]).len();
        let answer = |line: usize| parts[line].filter(|(part, ..)| !matches!(*part, "display" | "byline")).map(|(_, answer, ..)| answer);
        let mut whole: BTreeMap<usize, usize> = BTreeMap::new();
        for (line, answer) in (0..parts.len()).filter_map(|line| Some((line, answer(line)?))) {
            *whole.entry(answer).or_default() += length(line);
        }
        let stories = page.doubts();
        // How much of each answer a story has.
        let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (number, story) in stories.iter().enumerate() {
            for (line, answer) in story.body.iter().filter_map(|line| Some((*line, answer(*line)?))) {
                *common.entry((number, answer)).or_default() += length(line);
            }
        }
        // Most of an answer's text is in one story, if in any: there its title is looked for.
        let mut holder: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for ((number, answer), common) in &common {
            let most = holder.entry(*answer).or_default();
            *most = (*most).max((*common, *number));
        }
        for (number, story) in stories.into_iter().enumerate() {
            let all: usize = story.body.iter().map(|line| length(*line)).sum();
            let own = common.range((number, 0)..(number + 1, 0)).map(|((_, answer), common)| (*common, *answer));
            if let Some((common, answer)) = own.max_by_key(|(common, answer)| (*common, std::cmp::Reverse(*answer))) {
                boundary.push((family.clone(), story.boundary_signs, 2.0 * common as f64 / (all + whole[&answer]) as f64 >= RIGHT));
            }
            if !story.title.is_empty() {
                let given: Vec<char> = story.title.iter().flat_map(|line| tight(&page.lines[*line])).collect();
                let held = holder.iter().filter(|(answer, (common, of))| *of == number && 2 * common >= whole[*answer]);
                let right = held.into_iter().any(|(answer, _)| is_title(&given, &answers["articles"][*answer]));
                title.push((family.clone(), story.title_signs, right));
            }
        }
    }
    println!("# How much each sign speaks for a decision being right, in thousandths of a nat: what is decided, sign, weight.");
    println!("# Written by examples/learn_layout; the signs are those of src/detect_articles/confidence.rs.");
    let (boundary_names, title_names) = learning::doubt_names();
    write("boundary", &boundary_names, &boundary);
    write("title", &title_names, &title);
}

fn tight(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether `given` is the title of `article`, with its kicker or its subtitle or without, but for one character in ten.
fn is_title(given: &[char], article: &Value) -> bool {
    let field = |name: &str| tight(article[name].as_str().unwrap_or_default());
    let (kicker, title, subtitle) = (field("kicker"), field("title"), field("subtitle"));
    let printed = article["title_printed"].as_bool().unwrap_or(true) && !title.is_empty();
    let forms = [vec![&title], vec![&kicker, &title], vec![&title, &subtitle], vec![&kicker, &title, &subtitle]];
    printed
        && forms.into_iter().any(|form| {
            let form: Vec<char> = form.into_iter().flatten().copied().collect();
            edits(given, &form) <= form.len() / 10
        })
}

/// How many characters must be put in, left out or changed to make `b` of `a`.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, d) in b.iter().enumerate() {
            let changed = corner + usize::from(c != d);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

/// Whether a decision with these signs, on a page of this family, is right.
type Decision = (String, Vec<i32>, bool);

fn write(what: &str, names: &[&str], examples: &[Decision]) {
    let weights = fit(names.len(), &examples.iter().collect::<Vec<_>>());
    let right = examples.iter().filter(|(.., right)| *right).count();
    let mut families: Vec<&String> = examples.iter().map(|(family, ..)| family).collect();
    families.sort_unstable();
    families.dedup();
    let (mut own, mut unseen) = (0.0, 0.0);
    for family in families {
        let others = fit(names.len(), &examples.iter().filter(|(of, ..)| of != family).collect::<Vec<_>>());
        own += examples.iter().filter(|(of, ..)| of == family).map(|example| surprise(&weights, example)).sum::<f64>();
        unseen += examples.iter().filter(|(of, ..)| of == family).map(|example| surprise(&others, example)).sum::<f64>();
    }
    let count = examples.len() as f64;
    eprintln!("{what}: {right} of {count} right; {:.4} nats each, {:.4} by weights from other families", own / count, unseen / count);
    for (name, weight) in names.iter().zip(weights) {
        println!("{what} {name} {}", (weight * 1000.0).round() as i32);
    }
}

fn fit(signs: usize, examples: &[&Decision]) -> Vec<f64> {
    let mut weights = vec![0.0; signs];
    let mut squares = vec![1e-3; signs];
    for _ in 0..ROUNDS {
        let mut slopes: Vec<f64> = weights.iter().map(|weight| -0.1 * weight).collect();
        for (_, signs, right) in examples {
            let slope = f64::from(u8::from(*right)) - likely(&weights, signs);
            for (total, sign) in slopes.iter_mut().zip(signs) {
                *total += slope * f64::from(*sign) / 1000.0;
            }
        }
        for ((weight, slope), square) in weights.iter_mut().zip(&slopes).zip(&mut squares) {
            *square += slope * slope;
            *weight += slope / f64::sqrt(*square);
        }
    }
    weights
}

const ROUNDS: usize = 3000;

fn likely(weights: &[f64], signs: &[i32]) -> f64 {
    1.0 / (1.0 + (-fit::sum(signs, weights)).exp())
}

/// In nats, what it says that a decision came out as it did.
fn surprise(weights: &[f64], (_, signs, right): &Decision) -> f64 {
    let likely = likely(weights, signs);
    -if *right { likely } else { 1.0 - likely }.ln()
}
