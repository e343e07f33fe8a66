//! `untangle_columns`: puts the lines of columns that were read across each other back in order
//!
//! Programs that read a page from top to bottom print neighbouring columns line by line: a line of the first, a line of the
//! second, again one of the first. This stage follows the columns through such a block: a line goes with the line whose sentence
//! it continues, whose width it has, and whose turn it is. Lines are put into another order and never changed.
//!
//! ```yaml
//! - untangle_columns: {}             # the same as the next line
//! - untangle_columns: { certainty: 8 }
//! ```
//!
//! It leaves alone: blocks that read well as they stand, and the order of the blocks. Text in drawing order (Tika, PDFBox,
//! `pdftotext -raw`) comes out as it went in.

use pipeline::def::each;
use pipeline::{Each, Flow, Line, Page, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::layout::facts::{self, Facts};
use crate::layout::{follow, weights};

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "untangle_columns",
    about: "puts columns that were read across each other back in order",
    source: include_str!("untangle_columns.rs"),
    takes: Flow::Pages,
    gives: Flow::Pages,
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let config: Config = options.read()?;
        Ok(each(Stage { least_gain: i32::from(config.certainty) * 1000 }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// By how much the new order must read better than the old one before lines are moved, in nats: the greater, the more is left
    /// as it is. From 0 to 255.
    pub(crate) certainty: u8,
}

impl Default for Config {
    fn default() -> Self {
        Self { certainty: 8 }
    }
}

struct Stage {
    least_gain: i32,
}

impl Each for Stage {
    type In = Page;
    type Out = Page;

    fn apply(&self, mut page: Page, out: &mut Vec<Page>) -> Result<(), StageError> {
        let facts = facts::facts(&page);
        // Text in drawing order may have next to no blank lines: then a block is no part of the page that was read from top to
        // bottom.
        if facts.iter().filter(|line| line.blank).count() * 50 < facts.len() {
            out.push(page);
            return Ok(());
        }
        let mut lines: Vec<Line> = Vec::with_capacity(page.lines.len());
        let mut start = 0;
        while start < facts.len() {
            let end = (start + 1..facts.len()).find(|line| facts[*line].blank || facts[*line].fixed.is_some()).unwrap_or(facts.len());
            let block = &facts[start..end];
            match untangle(block, self.least_gain) {
                Some(order) => lines.extend(reordered(&page.lines[start..end], &order)),
                None => lines.extend_from_slice(&page.lines[start..end]),
            }
            start = end;
        }
        page.lines = lines;
        out.push(page);
        Ok(())
    }
}

/// The lines of a block in a new order: each column is a block of its own.
fn reordered(lines: &[Line], columns: &[Vec<usize>]) -> Vec<Line> {
    let blanks_before = lines.first().map_or(0, |line| line.blanks_before);
    let moved = columns.iter().flat_map(|column| column.iter().enumerate());
    moved.map(|(at, line)| Line { blanks_before: if at == 0 { blanks_before.max(1) } else { 0 }, ..lines[*line] }).collect()
}

/// A line that begins another column, in thousandths of a nat.
const ANOTHER_COLUMN: i32 = -3500;
/// To go on with another column than the last line, unless that column came after this one before.
const SWITCH: i32 = -3000;
/// Columns followed at once.
const COLUMNS: usize = 6;
/// Readings kept at once.
const READINGS: usize = 12;
/// The fewest lines of a block that may hold several columns.
const FEWEST: usize = 6;

/// One way to read the block up to some line.
#[derive(Clone)]
struct Reading {
    sum: i32,
    /// The last line of each column, and the column that came after it the last time.
    columns: Vec<(usize, usize)>,
    last: usize,
    /// Where the column of the last line is noted.
    noted: usize,
}

/// The columns of a block, in the order of their first lines; `None` when it reads better as it is.
fn untangle(block: &[Facts], least_gain: i32) -> Option<Vec<Vec<usize>>> {
    if block.len() < FEWEST {
        return None;
    }
    let table = weights::follow();
    let follows = |a: usize, b: usize| follow::rows(&block[a], &block[b]).iter().map(|row| table[*row as usize]).sum::<i32>();
    let as_it_is: i32 = (1..block.len()).map(|line| follows(line - 1, line).max(ANOTHER_COLUMN)).sum();
    if as_it_is >= ((block.len() - 1) * WELL) as i32 {
        return None;
    }
    // The column of a line, and the note of the line before it.
    let mut notes: Vec<(usize, usize)> = vec![(0, 0)];
    let mut readings = vec![Reading { sum: 0, columns: vec![(0, 0)], last: 0, noted: 0 }];
    for line in 1..block.len() {
        let mut next: Vec<(i32, usize, usize)> = Vec::new();
        for (number, reading) in readings.iter().enumerate() {
            for (column, (above, _)) in reading.columns.iter().enumerate() {
                let open = reading.columns.len() - column <= COLUMNS;
                let in_turn = column == reading.last || reading.columns[reading.last].1 == column;
                let turn = if in_turn { 0 } else { SWITCH };
                if open {
                    next.push((reading.sum + follows(*above, line) + turn, number, column));
                }
            }
            next.push((reading.sum + ANOTHER_COLUMN, number, reading.columns.len()));
        }
        next.sort_unstable_by_key(|(sum, number, column)| (std::cmp::Reverse(*sum), *number, *column));
        next.truncate(READINGS);
        readings = next
            .into_iter()
            .map(|(sum, number, column)| {
                let mut reading = readings[number].clone();
                notes.push((column, reading.noted));
                reading.noted = notes.len() - 1;
                reading.sum = sum;
                if column == reading.columns.len() {
                    reading.columns.push((line, column));
                }
                if column != reading.last {
                    reading.columns[reading.last].1 = column;
                }
                reading.columns[column].0 = line;
                reading.last = column;
                reading
            })
            .collect();
    }
    let best = readings.first()?;
    if best.columns.len() < 2 || best.sum < as_it_is + least_gain {
        return None;
    }
    let mut columns = vec![Vec::new(); best.columns.len()];
    let mut note = best.noted;
    for line in (0..block.len()).rev() {
        let (column, before) = notes[note];
        columns[column].push(line);
        note = before;
    }
    for column in &mut columns {
        column.reverse();
    }
    let moved = columns.iter().flatten().enumerate().any(|(at, line)| at != *line);
    moved.then_some(columns)
}

/// A block whose lines follow each other this well on average reads well as it stands.
const WELL: usize = 1800;

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::laws;

    #[test]
    fn keeps_the_laws() {
        laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &[include_str!("../../examples/pinghu-2022-03-28.txt"), "", "，。"]);
    }
}
