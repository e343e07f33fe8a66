//! The weights of the parts of lines: a conditional random field, found by gradient steps.

use std::collections::BTreeMap;
use std::path::Path;

use stages::learning::{self, EDGE, ObservedPage};

use crate::{answers, gold};

struct Sample {
    family: String,
    page: ObservedPage,
    /// For each line and the edge behind the last, the states it may have by the answers.
    allowed: Vec<Vec<usize>>,
}

fn read(folders: &[&Path]) -> Vec<Sample> {
    let states = learning::states();
    answers(folders)
        .into_iter()
        .map(|(raw, answers)| {
            let page = learning::observe(&raw);
            let texts: Vec<String> = page.lines.iter().map(|line| line.text.clone()).collect();
            let parts = gold::parts(&answers, &texts);
            let states_of = |name: &str| (0..states.len()).filter(|state| states[*state] == name).collect::<Vec<_>>();
            let mut allowed: Vec<Vec<usize>> = page
                .lines
                .iter()
                .zip(parts)
                .map(|(line, part)| match part {
                    _ if line.fixed => states_of("apart"),
                    Some((part, ..)) if part != "byline" => states_of(part),
                    Some(_) => (0..states.len()).filter(|state| states[*state] != "apart").collect(),
                    None => (0..states.len()).filter(|state| states[*state] != "apart").collect(),
                })
                .collect();
            allowed.push(states_of("apart"));
            Sample { family: answers["family"].as_str().unwrap_or_default().to_owned(), page, allowed }
        })
        .collect()
}

struct Weights {
    line: Vec<f64>,
    seam: Vec<f64>,
    line_columns: usize,
    seam_columns: usize,
}

/// One step between two lines: what it may be, and the worth of each.
struct Step<'a> {
    line: &'a [u16],
    seam: &'a [u16],
    open: bool,
    to: Vec<usize>,
}

fn steps<'a>(sample: &'a Sample, allowed: Option<&'a [Vec<usize>]>) -> Vec<Step<'a>> {
    let states = learning::states();
    let apart = |fixed: bool| (0..states.len()).filter(|state| (states[*state] == "apart") == fixed).collect::<Vec<_>>();
    let mut out: Vec<Step> =
        sample.page.lines.iter().map(|line| Step { line: &line.line, seam: &line.seam, open: line.open, to: apart(line.fixed) }).collect();
    out.push(Step { line: &[], seam: &sample.page.end.0, open: sample.page.end.1, to: apart(true) });
    if let Some(allowed) = allowed {
        for (step, allowed) in out.iter_mut().zip(allowed) {
            step.to.clone_from(allowed);
        }
    }
    out
}

impl Weights {
    fn worth(&self, step: &Step, from: usize, to: usize) -> Option<f64> {
        let (column, both) = learning::step(from, to, step.open)?;
        let line: f64 = step.line.iter().map(|row| self.line[*row as usize * self.line_columns + column]).sum();
        let seam: f64 = step.seam.iter().map(|row| self.seam[*row as usize * self.seam_columns + both]).sum();
        Some(line + seam)
    }

    /// Adds `sign` times the expected number of every step to `gradient`; gives the logarithm of the sum over all sequences.
    fn expect(&self, steps: &[Step], sign: f64, gradient: &mut (Vec<f64>, Vec<f64>)) -> f64 {
        let count = learning::states().len();
        let mut forward = vec![vec![f64::NEG_INFINITY; count]; steps.len() + 1];
        forward[0][EDGE] = 0.0;
        let worths: Vec<Vec<(usize, usize, f64)>> = steps
            .iter()
            .map(|step| {
                let pairs = step.to.iter().flat_map(|to| (0..count).map(move |from| (from, *to)));
                pairs.filter_map(|(from, to)| Some((from, to, self.worth(step, from, to)?))).collect()
            })
            .collect();
        for (at, worths) in worths.iter().enumerate() {
            for (from, to, worth) in worths {
                forward[at + 1][*to] = add(forward[at + 1][*to], forward[at][*from] + worth);
            }
        }
        let total = forward[steps.len()].iter().copied().fold(f64::NEG_INFINITY, add);
        if !total.is_finite() {
            return total;
        }
        let mut backward = vec![0.0; count];
        for (at, worths) in worths.iter().enumerate().rev() {
            let mut before = vec![f64::NEG_INFINITY; count];
            for (from, to, worth) in worths {
                let likely = (forward[at][*from] + worth + backward[*to] - total).exp();
                before[*from] = add(before[*from], worth + backward[*to]);
                if likely > 1e-9 {
                    let (column, both) = learning::step(*from, *to, steps[at].open).expect("it was a step above");
                    for row in steps[at].line {
                        gradient.0[*row as usize * self.line_columns + column] += sign * likely;
                    }
                    for row in steps[at].seam {
                        gradient.1[*row as usize * self.seam_columns + both] += sign * likely;
                    }
                }
            }
            backward = before;
        }
        total
    }

    fn best(&self, steps: &[Step]) -> Vec<usize> {
        let count = learning::states().len();
        let mut sum = vec![f64::NEG_INFINITY; count];
        sum[EDGE] = 0.0;
        let mut from = Vec::new();
        for step in steps {
            let mut next = vec![(f64::NEG_INFINITY, 0); count];
            for to in &step.to {
                for (before, so_far) in sum.iter().enumerate() {
                    if let Some(worth) = self.worth(step, before, *to)
                        && so_far + worth > next[*to].0
                    {
                        next[*to] = (so_far + worth, before);
                    }
                }
            }
            sum = next.iter().map(|next| next.0).collect();
            from.push(next);
        }
        let mut at = (0..count).max_by(|a, b| sum[*a].total_cmp(&sum[*b])).unwrap_or(EDGE);
        let mut out = Vec::new();
        for step in from.iter().rev() {
            out.push(at);
            at = step[at].1;
        }
        out.reverse();
        out
    }
}

/// The logarithm of the sum of two numbers given by their logarithms.
fn add(a: f64, b: f64) -> f64 {
    let (most, least) = if a > b { (a, b) } else { (b, a) };
    if least == f64::NEG_INFINITY { most } else { most + (least - most).exp().ln_1p() }
}

const ROUNDS: usize = 16;
const STEP: f64 = 0.15;
/// How strongly a weight is drawn back to what is known, at each page.
const PENALTY: f64 = 2e-3;

fn learn(samples: &[&Sample]) -> Weights {
    let (line_columns, seam_columns) = learning::columns();
    let (line, seam) = (learning::line_rows().len() * line_columns.len(), learning::seam_rows().len() * seam_columns.len());
    let known = known(line, seam, &line_columns, &seam_columns);
    let mut weights =
        Weights { line: known.0.clone(), seam: known.1.clone(), line_columns: line_columns.len(), seam_columns: seam_columns.len() };
    let mut squares = (vec![1e-3; line], vec![1e-3; seam]);
    let mut mean = (vec![0.0; line], vec![0.0; seam]);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = 1_u64;
    for round in 0..ROUNDS {
        let mut loss = 0.0;
        for at in (1..order.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, (random >> 33) as usize % (at + 1));
        }
        for number in &order {
            let sample = samples[*number];
            let mut gradient = (vec![0.0; line], vec![0.0; seam]);
            let told = weights.expect(&steps(sample, Some(&sample.allowed)), 1.0, &mut gradient);
            if !told.is_finite() {
                continue;
            }
            loss += weights.expect(&steps(sample, None), -1.0, &mut gradient) - told;
            descend(&mut weights.line, &gradient.0, &mut squares.0, &known.0);
            descend(&mut weights.seam, &gradient.1, &mut squares.1, &known.1);
        }
        if round >= ROUNDS / 2 {
            for (mean, now) in mean.0.iter_mut().zip(&weights.line).chain(mean.1.iter_mut().zip(&weights.seam)) {
                *mean += now / (ROUNDS - ROUNDS / 2) as f64;
            }
        }
        eprintln!("round {round}: {:.1} nats a page", loss / samples.len() as f64);
    }
    Weights { line: mean.0, seam: mean.1, ..weights }
}

fn descend(weights: &mut [f64], gradient: &[f64], squares: &mut [f64], known: &[f64]) {
    for (((weight, slope), square), known) in weights.iter_mut().zip(gradient).zip(squares).zip(known) {
        let slope = slope - PENALTY * (*weight - known);
        if slope == 0.0 {
            continue;
        }
        *square += slope * slope;
        *weight += STEP * slope / square.sqrt();
    }
}

/// The weights that are known before a page is seen, from `known.txt`.
fn known(line: usize, seam: usize, line_columns: &[String], seam_columns: &[String]) -> (Vec<f64>, Vec<f64>) {
    let (mut of_line, mut of_seam) = (vec![0.0; line], vec![0.0; seam]);
    let (line_rows, seam_rows) = (learning::line_rows(), learning::seam_rows());
    for entry in include_str!("known.txt").lines().filter(|entry| !entry.starts_with('#')) {
        let (row, weights) = entry.split_once('|').expect("ROW | WEIGHTS");
        let mut names = vec![String::new()];
        for values in row.split_whitespace() {
            let with = |name: &String, value: &str| if name.is_empty() { value.to_owned() } else { format!("{name} {value}") };
            names = names.iter().flat_map(|name| values.split('/').map(move |value| with(name, value))).collect();
        }
        let weights: Vec<_> = weights.split_whitespace().filter_map(|weight| weight.split_once('=')).collect();
        for (name, (column, weight)) in names.iter().flat_map(|name| weights.iter().map(move |weight| (name, *weight))) {
            let weight = weight.parse::<f64>().expect("a weight is a number") / 1000.0;
            let place = |rows: &[String], columns: &[String]| {
                let (row, own) = (rows.iter().position(|row| row == name)?, columns.iter().position(|own| own == column)?);
                Some(row * columns.len() + own)
            };
            match (place(&line_rows, line_columns), place(&seam_rows, seam_columns)) {
                (Some(at), _) => of_line[at] = weight,
                (_, Some(at)) => of_seam[at] = weight,
                _ => panic!("known.txt: there is no row `{name}` with a column `{column}`"),
            }
        }
    }
    (of_line, of_seam)
}

fn judge(weights: &Weights, samples: &[&Sample]) {
    let states = learning::states();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let (mut right, mut all) = (0_usize, 0_usize);
    for sample in samples {
        let found = weights.best(&steps(sample, None));
        for ((allowed, found), line) in sample.allowed.iter().zip(found).zip(&sample.page.lines) {
            if allowed.len() <= 2 && !line.fixed {
                all += 1;
                right += usize::from(allowed.contains(&found));
                *counts.entry((states[allowed[0]], states[found])).or_default() += 1;
            }
        }
    }
    eprintln!("{right} of {all} lines right: {:.4}", right as f64 / all as f64);
    for ((told, found), count) in counts.iter().filter(|((told, found), _)| told != found) {
        eprintln!("{count:6} {told} read as {found}");
    }
}

fn write(weights: &Weights) {
    let (line_columns, seam_columns) = learning::columns();
    let rows = |names: Vec<String>, columns: Vec<String>, weights: &[f64]| {
        for (name, row) in names.iter().zip(weights.chunks(columns.len())) {
            let told: Vec<String> = columns
                .iter()
                .zip(row)
                .map(|(column, weight)| (column, (weight * 1000.0).round() as i32))
                .filter(|(_, weight)| weight.abs() >= 20)
                .map(|(column, weight)| format!("{column}={weight}"))
                .collect();
            if !told.is_empty() {
                println!("{name} | {}", told.join(" "));
            }
        }
    };
    println!("# What each sign of a line is worth for each part, and each sign of a seam for each step from part to part, in thousandths");
    println!("# of a nat: row | column=weight. Written by examples/learn_layout; the signs are those of src/layout/signs.rs.");
    rows(learning::line_rows(), line_columns, &weights.line);
    rows(learning::seam_rows(), seam_columns, &weights.seam);
}

/// Learns from the pages of `folders` but for one family, and prints the weights.
pub(crate) fn print(folders: &[&Path], without: Option<&str>) {
    let samples = read(folders);
    let (held, used): (Vec<&Sample>, Vec<&Sample>) = samples.iter().partition(|sample| Some(sample.family.as_str()) == without);
    let weights = learn(&used);
    judge(&weights, &used);
    if !held.is_empty() {
        judge(&weights, &held);
    }
    write(&weights);
}
