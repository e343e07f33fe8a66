//! How much each sign of doubt tells of whether a decision is right: two logistic models.

use std::collections::BTreeMap;
use std::path::Path;

use stages::learning;

use crate::{answers, gold};

/// How much of a story and of its answer must be the same for its boundaries to be right: twice the common characters by all.
const RIGHT: f64 = 0.95;

/// Prints the weights fitted to the pages of `folder`.
pub(crate) fn print(folder: &Path) {
    let (mut boundary, mut title) = (Vec::new(), Vec::new());
    for (raw, answers) in answers(folder) {
        let page = learning::Attributed::new(&raw);
        let units = page.units();
        let parts = gold::parts(&answers, &page.lines);
        let length = |line: usize| page.lines[line].chars().filter(|c| !c.is_whitespace()).count();
        let mut of_answer: BTreeMap<usize, usize> = BTreeMap::new();
        for (line, part) in parts.iter().enumerate() {
            match part {
                Some(("display" | "byline", ..)) | None => {}
                Some((_, story, ..)) => *of_answer.entry(*story).or_default() += length(line),
            }
        }
        for story in page.doubts() {
            let lines = |units_of: &[usize]| units_of.iter().flat_map(|unit| units[*unit].0.clone()).collect::<Vec<_>>();
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            let mut all = 0;
            for line in lines(&story.bodies) {
                all += length(line);
                if let Some((part, own, ..)) = parts[line]
                    && !matches!(part, "display" | "byline")
                {
                    *votes.entry(own).or_default() += length(line);
                }
            }
            let Some((answer, common)) = votes.into_iter().max_by_key(|(story, common)| (*common, std::cmp::Reverse(*story))) else {
                continue;
            };
            let right = 2.0 * common as f64 / (all + of_answer[&answer]) as f64 >= RIGHT;
            boundary.push((story.boundary, right));
            if !story.heads.is_empty() {
                let head: String = lines(&story.heads).iter().map(|line| tight(&page.lines[*line])).collect();
                let field = |name: &str| tight(answers["articles"][answer][name].as_str().unwrap_or_default());
                let (kicker, main, subtitle) = (field("kicker"), field("title"), field("subtitle"));
                let forms = [main.clone(), format!("{kicker}{main}"), format!("{main}{subtitle}"), format!("{kicker}{main}{subtitle}")];
                let whole = !head.is_empty() && forms.contains(&head);
                title.push((story.title, whole));
            }
        }
    }
    println!("# How much each sign speaks for a decision being right, in thousandths of a nat: what is decided, sign, weight.");
    println!("# Written by examples/learn_layout; the signs are those of src/detect_articles/confidence.rs.");
    let (boundary_names, title_names) = learning::doubt_names();
    write("boundary", &boundary_names, &boundary);
    write("title", &title_names, &title);
}

fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn write(what: &str, names: &[&str], examples: &[(Vec<i32>, bool)]) {
    let mut weights = vec![0.0; names.len()];
    let mut squares = vec![1e-3; names.len()];
    for _ in 0..200 {
        let mut slopes: Vec<f64> = weights.iter().map(|weight| -0.5 * weight).collect();
        for (signs, right) in examples {
            let sum: f64 = signs.iter().zip(&weights).map(|(sign, weight)| f64::from(*sign) / 1000.0 * weight).sum();
            let slope = f64::from(u8::from(*right)) - 1.0 / (1.0 + (-sum).exp());
            for (total, sign) in slopes.iter_mut().zip(signs) {
                *total += slope * f64::from(*sign) / 1000.0;
            }
        }
        for ((weight, slope), square) in weights.iter_mut().zip(&slopes).zip(&mut squares) {
            *square += slope * slope;
            *weight += slope / f64::sqrt(*square);
        }
    }
    let right = examples.iter().filter(|example| example.1).count();
    eprintln!("{what}: {right} of {} right", examples.len());
    for (name, weight) in names.iter().zip(weights) {
        println!("{what} {name} {}", (weight * 1000.0).round() as i32);
    }
}
