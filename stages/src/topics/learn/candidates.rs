//! Which phrases may be terms: those that go with the topic, the most telling first.

use std::collections::HashMap;

use super::corpus::Corpus;
use crate::topics::odds::Odds;

/// How many are fitted at most.
const MOST: usize = 600;
/// How telling a phrase must be, in standard deviations.
const LEAST: f64 = 0.7;

/// Indices of phrases for articles `rows`, of which `answers` says whether they have the topic. Of phrases inside each other that
/// stand in the same articles the longest is taken.
pub(super) fn candidates(corpus: &Corpus<'_>, rows: &[u32], answers: &[bool]) -> Vec<usize> {
    // 0: not looked at, 1: without the topic, 2: with it.
    let mut part = vec![0_u8; answers.len()];
    for row in rows {
        part[*row as usize] = 1 + u8::from(answers[*row as usize]);
    }
    let with = rows.iter().filter(|row| answers[**row as usize]).count();
    let odds = Odds { with, without: rows.len() - with };
    let mut telling: Vec<(f64, usize)> = Vec::new();
    for (index, column) in corpus.columns.iter().enumerate() {
        let (mut with, mut without) = (0, 0);
        for (row, _) in column {
            with += usize::from(part[*row as usize] == 2);
            without += usize::from(part[*row as usize] == 1);
        }
        if with >= 2 {
            let strength = odds.strength(with, without);
            if strength >= LEAST {
                telling.push((strength, index));
            }
        }
    }
    // The longer first among equals; names are in order, so that the index breaks the last ties.
    let length = |index: usize| corpus.names[index].chars().count();
    telling.sort_by(|(a, i), (b, j)| b.total_cmp(a).then_with(|| length(*j).cmp(&length(*i))).then_with(|| i.cmp(j)));
    let mut taken = Vec::new();
    let mut same: HashMap<Vec<u32>, Vec<usize>> = HashMap::new();
    for (_, index) in telling {
        let articles: Vec<u32> = corpus.columns[index].iter().map(|(row, _)| *row).filter(|row| part[*row as usize] > 0).collect();
        let known = same.entry(articles).or_default();
        let name = &corpus.names[index];
        if known.iter().any(|other| corpus.names[*other].contains(name.as_str())) {
            continue;
        }
        known.push(index);
        taken.push(index);
        if taken.len() == MOST {
            break;
        }
    }
    taken
}
