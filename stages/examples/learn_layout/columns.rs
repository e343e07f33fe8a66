//! By which signs a line follows another in its column: a logistic model.

use std::path::Path;

use stages::learning;

use crate::{answers, gold};

/// Learns by which signs a line follows another in its column, from blocks in which columns were read across each other and from
/// others.
pub(crate) fn print(folders: &[&Path]) {
    let names = learning::follow_rows();
    let mut weights = vec![0.0; names.len()];
    let mut squares = vec![1e-3; names.len()];
    let mut examples: Vec<(Vec<u16>, bool)> = Vec::new();
    for (raw, answers) in answers(folders) {
        let page = learning::Followers::new(&raw);
        let parts = gold::parts(&answers, &page.lines);
        for b in 1..page.lines.len() {
            // Candidates: the lines of the block that nothing told follows yet.
            let block = (0..=b).rev().find(|line| page.blank[*line]).unwrap_or(0);
            let Some((_, story, from, _)) = parts[b] else { continue };
            for a in (block.max(b.saturating_sub(6))..b).rev() {
                let follows = parts[a].is_some_and(|(_, above, _, to)| above == story && to == from && from > 0);
                examples.push((page.rows(a, b), follows));
            }
        }
    }
    eprintln!("{} examples, {} of them follow", examples.len(), examples.iter().filter(|example| example.1).count());
    for round in 0..8 {
        let mut loss = 0.0;
        for (rows, follows) in &examples {
            let sum: f64 = rows.iter().map(|row| weights[*row as usize]).sum();
            let likely = 1.0 / (1.0 + (-sum).exp());
            let slope = f64::from(u8::from(*follows)) - likely;
            loss -= if *follows { likely.ln() } else { (1.0 - likely).ln() };
            for row in rows {
                let row = *row as usize;
                let slope = slope - 1e-4 * weights[row];
                squares[row] += slope * slope;
                weights[row] += 0.1 * slope / f64::sqrt(squares[row]);
            }
        }
        eprintln!("round {round}: {:.4} nats an example", loss / examples.len() as f64);
    }
    println!(
        "# How much each sign speaks for a line as the one that follows another in its column, in thousandths of a nat: row | weight."
    );
    println!("# Written by examples/learn_layout; the signs are those of src/layout/signs.rs.");
    for (name, weight) in names.iter().zip(weights).filter(|(_, weight)| weight.abs() >= 0.02) {
        println!("{name} | {}", (weight * 1000.0).round() as i32);
    }
}
