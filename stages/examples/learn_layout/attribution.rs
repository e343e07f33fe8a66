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
    bylines: Vec<bool>,
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
        let bylines = page.bylines();
        Self { page, units, bylines, answers }
    }

    /// How much is where it belongs: bodies with the body before them or not, and for each text its headline and its bylines, each
    /// as a whole.
    fn right(&self, figures: &[i32]) -> usize {
        let owners = self.page.owners(figures);
        let mut lines_of: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (((lines, body), answer), owner) in self.units.iter().zip(&self.answers).zip(&owners) {
            if let (true, Some(answer), Some(owner)) = (body, answer, owner) {
                *lines_of.entry((*answer, *owner)).or_default() += lines.len();
            }
        }
        let mut right = 0;
        let mut above: Option<(usize, usize)> = None;
        for (((_, body), answer), owner) in self.units.iter().zip(&self.answers).zip(&owners) {
            if let (true, Some(answer), Some(owner)) = (body, answer, owner) {
                if let Some((last_answer, last_owner)) = above {
                    right += BOUNDARY * usize::from((last_answer == *answer) == (last_owner == *owner));
                }
                above = Some((*answer, *owner));
            }
        }
        let mut holders: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for ((answer, owner), lines) in lines_of {
            let holder = holders.entry(answer).or_default();
            *holder = (*holder).max((lines, owner));
        }
        for (answer, (_, owner)) in holders {
            // Of headlines, then of bylines, whether each unit is the text's by the answers and as given out.
            for (worth, bylines) in [(HEADLINE, false), (BYLINE, true)] {
                let own = self
                    .units
                    .iter()
                    .zip(&self.bylines)
                    .zip(self.answers.iter().zip(&owners))
                    .filter(|(((_, body), byline), _)| !body && **byline == bylines);
                right += worth * usize::from(own.into_iter().all(|(_, (told, given))| (*told == Some(answer)) == (*given == Some(owner))));
            }
        }
        right
    }
}

/// What it counts that a body is told from the one before it, that a headline is right, that the bylines are.
const BOUNDARY: usize = 2;
const HEADLINE: usize = 3;
const BYLINE: usize = 2;

/// Moves one figure after the other as long as more units come out right; prints the figures in the form of the data file.
pub(crate) fn print(folder: &Path, shape: &str) {
    let pages: Vec<Given> = answers(folder).iter().map(|(raw, answers)| Given::new(raw, answers)).collect();
    let total = |figures: &[i32]| {
        let (one, other) = pages.split_at(pages.len() / 2);
        std::thread::scope(|scope| {
            let count = |pages: &[Given]| pages.iter().map(|page| page.right(figures)).sum::<usize>();
            let one = scope.spawn(move || count(one));
            count(other) + one.join().expect("counting does not fail")
        })
    };
    let mut figures = learning::figures();
    let mut best = total(&figures);
    eprintln!("{best} right before");
    for sweep in 0..SWEEPS {
        let before = best;
        for at in 0..figures.len() {
            for change in [-1000, -300, -100, -30, 30, 100, 300, 1000] {
                let mut tried = figures.clone();
                tried[at] += change;
                let right = total(&tried);
                if right > best {
                    (best, figures) = (right, tried);
                }
            }
        }
        eprintln!("sweep {sweep}: {best} right with {figures:?}");
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
