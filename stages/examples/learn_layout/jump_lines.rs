//! How much each sign speaks for a story as the one that a jump line is of.

use std::collections::BTreeMap;
use std::path::Path;

use stages::learning;

use crate::fit::{self, Choice};
use crate::{answers, gold};

/// Prints the weights fitted to the pages of `folders`.
pub(crate) fn print(folders: &[&Path]) {
    let (mut to, mut from) = (Vec::new(), Vec::new());
    let mut cut_off = Table::default();
    let (names_to, names_from) = learning::jump_line_names();
    let sign = names_to.iter().position(|name| *name == "cut-off").expect("it is a sign of stories that go on elsewhere");
    for (raw, answers) in answers(folders) {
        let page = learning::Attributed::new(&raw);
        let (lines, stories) = page.jump_lines();
        let holders = holders(&gold::parts(&answers, &page.lines), &stories);
        let family = answers["family"].as_str().unwrap_or_default();
        for (forward, key, choices) in [(true, "continued_to", &mut to), (false, "continued_from", &mut from)] {
            let printed = |article: usize| answers["articles"][article][key].as_str().and_then(learning::jump_page);
            let is_right = |line: &learning::JumpLine, story: usize| {
                let wanted = learning::jump_page(&line.text);
                holders.iter().any(|(article, holder)| *holder == story && wanted.is_some() && printed(*article) == wanted)
            };
            let lines: Vec<_> = lines.iter().filter(|line| line.forward == forward).collect();
            let mut stories: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
            for (line, (story, signs)) in lines.iter().flat_map(|line| line.candidates.iter().map(move |candidate| (line, candidate))) {
                let (is_cut_off, goes_on) = stories.entry(*story).or_default();
                *is_cut_off = forward && signs[sign] > 0;
                *goes_on |= is_right(line, *story);
            }
            if forward {
                cut_off.count(stories.values().copied());
            }
            for line in lines {
                // Stories that other lines are of are no rivals: each has but one.
                let rivals = line.candidates.iter().filter(|(story, _)| is_right(line, *story) || !stories[story].1);
                let choice: Choice = rivals.map(|(story, signs)| (signs.clone(), is_right(line, *story))).collect();
                choices.push((family.to_owned(), choice));
            }
        }
    }
    println!(
        "# How much each sign speaks for a story as the one that a jump line is of, in thousandths of a nat: direction, sign, weight."
    );
    println!("# Written by examples/learn_layout; the signs are those of src/detect_articles/jumps.rs.");
    fit::print("to", &names_to, &to, &[("cut-off", cut_off.log_odds_ratio())]);
    fit::print("from", &names_from, &from, &[]);
}

/// How often something is, with a sign and without it.
#[derive(Default)]
struct Table([[f64; 2]; 2]);

impl Table {
    fn count(&mut self, seen: impl Iterator<Item = (bool, bool)>) {
        for (sign, holds) in seen {
            self.0[usize::from(sign)][usize::from(holds)] += 1.0;
        }
    }

    fn log_odds_ratio(&self) -> f64 {
        let odds = |sign: usize| ((self.0[sign][1] + 0.5) / (self.0[sign][0] + 0.5)).ln();
        odds(1) - odds(0)
    }
}

/// For each article of the answers the story that has at least half of its lines.
fn holders(parts: &[Option<(&str, usize, usize, usize)>], stories: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let article = |line: usize| match parts[line] {
        Some(("display" | "byline", ..)) | None => None,
        Some((_, article, ..)) => Some(article),
    };
    let mut all: BTreeMap<usize, usize> = BTreeMap::new();
    for article in (0..parts.len()).filter_map(article) {
        *all.entry(article).or_default() += 1;
    }
    let mut held: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (story, lines) in stories.iter().enumerate() {
        for article in lines.iter().filter_map(|line| article(*line)) {
            *held.entry((article, story)).or_default() += 1;
        }
    }
    held.into_iter().filter(|((article, _), lines)| lines * 2 >= all[article]).map(|(both, _)| both).collect()
}
