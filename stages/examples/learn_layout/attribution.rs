//! The figures by which headlines and bylines are given to stories, moved one after the other.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use stages::learning;

use crate::{answers, gold};

/// A page and, for each unit, the story it is of by the answers.
struct Given {
    page: learning::Attributed,
    units: Vec<(std::ops::Range<usize>, bool)>,
    answers: Vec<Option<usize>>,
}

impl Given {
    fn new(raw: &str, answers: &Value) -> Self {
        let page = learning::Attributed::new(raw);
        let units = page.units();
        let parts = gold::parts(answers, &page.lines);
        let most = |lines: &std::ops::Range<usize>| {
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            for (_, story, ..) in parts[lines.clone()].iter().flatten() {
                *votes.entry(*story).or_default() += 1;
            }
            votes.into_iter().max_by_key(|(story, votes)| (*votes, std::cmp::Reverse(*story))).map(|(story, _)| story)
        };
        let answers = units.iter().map(|(lines, _)| most(lines)).collect();
        Self { page, units, answers }
    }

    /// How many units are where they belong: a headline or byline with the text it is of, a text with the text before it or not.
    fn right(&self, figures: &[i32]) -> usize {
        let owners = self.page.owners(figures);
        let mut lines_of: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (((lines, body), answer), owner) in self.units.iter().zip(&self.answers).zip(&owners) {
            if let (true, Some(answer), Some(owner)) = (body, answer, owner) {
                *lines_of.entry((*owner, *answer)).or_default() += lines.len();
            }
        }
        let main = |owner: usize| {
            let votes = lines_of.iter().filter(|((story, _), _)| *story == owner);
            votes.max_by_key(|((_, answer), lines)| (**lines, std::cmp::Reverse(*answer))).map(|((_, answer), _)| *answer)
        };
        let holds_text = |answer: usize| self.units.iter().zip(&self.answers).any(|((_, body), own)| *body && *own == Some(answer));
        let mut right = 0;
        let mut above: Option<(usize, usize)> = None;
        for (((_, body), answer), owner) in self.units.iter().zip(&self.answers).zip(&owners) {
            match (body, answer, owner) {
                (true, Some(answer), Some(owner)) => {
                    if let Some((last_answer, last_owner)) = above {
                        right += 2 * usize::from((last_answer == *answer) == (last_owner == *owner));
                    }
                    above = Some((*answer, *owner));
                }
                (false, Some(answer), owner) => {
                    let wanted = Some(*answer).filter(|answer| holds_text(*answer));
                    right += usize::from(owner.and_then(main) == wanted);
                }
                _ => {}
            }
        }
        right
    }
}

/// Moves one figure after the other as long as more units come out right; prints the figures in the form of the data file.
pub(crate) fn print(folder: &Path, shape: &str) {
    let pages: Vec<Given> = answers(folder).iter().map(|(raw, answers)| Given::new(raw, answers)).collect();
    let total = |figures: &[i32]| pages.iter().map(|page| page.right(figures)).sum::<usize>();
    let mut figures = learning::figures();
    let mut best = total(&figures);
    eprintln!("{best} right before");
    for sweep in 0..SWEEPS {
        let before = best;
        for at in 0..figures.len() {
            for change in [-400, -200, -100, -50, 50, 100, 200, 400] {
                let mut tried = figures.clone();
                tried[at] += change;
                let right = total(&tried);
                if right > best {
                    (best, figures) = (right, tried);
                }
            }
        }
        eprintln!("sweep {sweep}: {best} right");
        if best == before {
            break;
        }
    }
    let mut figures = figures.iter();
    for line in shape.lines() {
        let mut words = line.splitn(3, char::is_whitespace);
        match (line.starts_with('#'), words.next(), words.next(), words.next()) {
            (false, Some(name), Some(_), reason) => {
                let name = format!("{name} {}", figures.next().expect("a figure for each sign"));
                println!("{name:<31} {}", reason.unwrap_or_default().trim());
            }
            _ => println!("{line}"),
        }
    }
}

const SWEEPS: usize = 6;
