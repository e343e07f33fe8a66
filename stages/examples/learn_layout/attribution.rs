//! The figures by which headlines and bylines are given to stories, moved one after the other.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use stages::learning;

use crate::{answers, gold};

/// A page and, for each unit, the story it is of by the answers.
struct Given {
    family: String,
    page: learning::Attributed,
    units: Vec<(std::ops::Range<usize>, bool)>,
    bylines: Vec<bool>,
    answers: Vec<Option<usize>>,
}

impl Given {
    fn new(raw: &str, answers: &Value) -> Self {
        let family = answers["family"].as_str().unwrap_or_default().to_owned();
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
        Self { family, page, units, bylines, answers }
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

/// Moves one figure after the other as long as more units come out right, for each way of reading a page by itself; prints the
/// figures in the form of the data file. Says on standard error how many come out right of the pages of the family `without`, which
/// are not learned from.
pub(crate) fn print(folders: &[&Path], shape: &str, without: Option<&str>) {
    let is_left_out = |answers: &Value| without.is_some() && answers["family"].as_str() == without;
    let given = |left_out: bool| {
        let pages = answers(folders).into_iter().filter(|(_, answers)| is_left_out(answers) == left_out);
        pages.map(|(raw, answers)| Given::new(&raw, &answers)).collect::<Vec<Given>>()
    };
    let (pages, unseen) = (given(false), given(true));
    let mut columns: BTreeMap<usize, Vec<i32>> = BTreeMap::new();
    for page in &pages {
        let (column, figures) = page.page.figures();
        columns.entry(column).or_insert(figures);
    }
    for (column, figures) in &mut columns {
        let of_column = |pages: &[Given]| {
            let pages = pages.iter().enumerate().filter(|(_, page)| page.page.figures().0 == *column);
            pages.map(|(number, _)| number).collect::<Vec<usize>>()
        };
        let (numbers, others) = (of_column(&pages), of_column(&unseen));
        let of_families = |figures: &[i32]| {
            let (one, other) = numbers.split_at(numbers.len() / 2);
            let count = |numbers: &[usize]| numbers.iter().map(|number| pages[*number].right(figures)).collect::<Vec<usize>>();
            let counts = std::thread::scope(|scope| {
                let one = scope.spawn(|| count(one));
                let other = count(other);
                [one.join().expect("counting does not fail"), other].concat()
            });
            let mut right: BTreeMap<&str, usize> = BTreeMap::new();
            for (number, count) in numbers.iter().zip(counts) {
                *right.entry(&pages[*number].family).or_default() += count;
            }
            right.into_values().collect()
        };
        let of_unseen = |figures: &[i32]| others.iter().map(|number| unseen[*number].right(figures)).sum::<usize>();
        let before = of_unseen(figures);
        improve(figures, of_families);
        eprintln!("column {column}: of pages left out {before} right before, {} after", of_unseen(figures));
    }
    let mut at = 0;
    for line in shape.lines() {
        let mut words = line.split_whitespace();
        match words.next().filter(|_| !line.starts_with('#')) {
            Some(name) => {
                let figures: Vec<String> = columns.values().map(|figures| format!("{:<6}", figures[at])).collect();
                let reason: Vec<&str> = words.skip(columns.len()).collect();
                println!("{name:<26} {} {}", figures.join(" "), reason.join(" "));
                at += 1;
            }
            None => println!("{line}"),
        }
    }
}

/// Moves one of the `figures` after the other as long as more comes out right and no family of pages loses: what helps one and
/// harms another says how those pages are made, and nothing of others.
fn improve(figures: &mut [i32], of_families: impl Fn(&[i32]) -> Vec<usize>) {
    let mut best = of_families(figures);
    let total = |right: &[usize]| right.iter().sum::<usize>();
    eprintln!("{} right before", total(&best));
    for sweep in 0..SWEEPS {
        let before = total(&best);
        for at in 0..figures.len() {
            for change in [-1000, -300, -100, -30, 30, 100, 300, 1000] {
                figures[at] += change;
                let right = of_families(figures);
                let no_loss = right.iter().zip(&best).all(|(now, before)| now >= before);
                if no_loss && total(&right) >= total(&best) + LEAST_GAIN {
                    best = right;
                } else {
                    figures[at] -= change;
                }
            }
        }
        eprintln!("sweep {sweep}: {} right with {figures:?}", total(&best));
        if total(&best) == before {
            break;
        }
    }
}

const SWEEPS: usize = 6;

/// A figure that is moved for less is fitted to chance.
const LEAST_GAIN: usize = 3;
