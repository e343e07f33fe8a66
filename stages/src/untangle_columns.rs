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
use crate::layout::follow;
use crate::layout::weights::INDENT;

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
        facts::note(&mut page);
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
/// A line that is wider than its column.
const BEYOND: i32 = -6000;
/// By how much letters may be set closer, in hundredths of an em.
const SLACK: u32 = 100;
/// Columns followed at once.
const COLUMNS: usize = 6;
/// Readings kept at once.
const READINGS: usize = 12;
/// The fewest lines of a block that may hold several columns.
const FEWEST: usize = 6;

/// A column that is followed.
#[derive(Clone, Copy)]
struct Column {
    /// Counted from 0 in the order of their first lines.
    number: usize,
    /// Its first and its last line.
    first: usize,
    last: usize,
    /// The column that came after it the last time.
    next: usize,
    /// How wide its lines may be, in hundredths of an em.
    room: u32,
}

impl Column {
    fn new(number: usize, line: usize, facts: &Facts) -> Self {
        // The first line may be set in.
        Self { number, first: line, last: line, next: number, room: facts.width.hi + INDENT + SLACK }
    }

    /// What it costs that a line as wide as `facts` stands in it.
    fn too_wide(&self, facts: &Facts) -> i32 {
        if facts.width.lo > self.room { BEYOND } else { 0 }
    }
}

/// One way to read the block up to some line.
#[derive(Clone)]
struct Reading {
    sum: i32,
    /// The columns that may go on, the one of the last line among them; of the array so many.
    columns: [Column; COLUMNS],
    open: usize,
    /// How many columns there are.
    count: usize,
    /// The column of the last line.
    current: usize,
    /// Where the column of the last line is noted.
    noted: usize,
}

impl Reading {
    fn new(first: &Facts) -> Self {
        Self { sum: 0, columns: [Column::new(0, 0, first); COLUMNS], open: 1, count: 1, current: 0, noted: 0 }
    }

    fn open(&self) -> &[Column] {
        self.columns.get(..self.open).unwrap_or_default()
    }

    /// What it costs that the next line is of column `number`.
    fn turn(&self, number: usize) -> i32 {
        let in_turn = |column: &Column| column.number == self.current && (column.number == number || column.next == number);
        if self.open().iter().any(in_turn) { 0 } else { SWITCH }
    }

    /// Reads `line` as the next one of column `number`.
    fn go_on(&mut self, line: usize, number: usize, facts: &Facts) {
        for column in self.columns.iter_mut().take(self.open) {
            if column.number == self.current && number != self.current {
                column.next = number;
            }
            if column.number == number {
                // From the second line on the widest tells.
                let widest = facts.width.hi + SLACK;
                column.room = if column.last == column.first { widest.max(column.room - INDENT) } else { column.room.max(widest) };
                column.last = line;
            }
        }
        if number == self.count {
            self.count += 1;
            let place = if self.open < COLUMNS {
                self.open += 1;
                self.open - 1
            } else {
                // The one that has waited longest has ended.
                self.open().iter().enumerate().min_by_key(|(_, column)| column.last).map_or(0, |(at, _)| at)
            };
            self.columns[place] = Column::new(number, line, facts);
        }
        self.current = number;
    }
}

/// The columns of a block, in the order of their first lines; `None` when it reads better as it is.
fn untangle(block: &[Facts], least_gain: i32) -> Option<Vec<Vec<usize>>> {
    if block.len() < FEWEST {
        return None;
    }
    let follows = |a: usize, b: usize| follow::worth(&block[a], &block[b]);
    let as_it_is: i64 = (1..block.len()).map(|line| i64::from(follows(line - 1, line).max(ANOTHER_COLUMN))).sum();
    if as_it_is >= (block.len() as i64 - 1) * WELL {
        return None;
    }
    // The column of a line, and the note of the line before it.
    let mut notes: Vec<(usize, usize)> = vec![(0, 0)];
    let mut readings = vec![Reading::new(&block[0])];
    let mut gain = -as_it_is;
    let mut next: Vec<(i32, usize, usize)> = Vec::with_capacity(READINGS * (COLUMNS + 1));
    // For each line the last one that was tried behind it, and how well it follows: most readings end alike.
    let mut tried: Vec<(usize, i32)> = vec![(0, 0); block.len()];
    for (line, facts) in block.iter().enumerate().skip(1) {
        next.clear();
        for (at, reading) in readings.iter().enumerate() {
            let going_on = |column: &Column| {
                let (behind, worth) = &mut tried[column.last];
                if *behind != line {
                    (*behind, *worth) = (line, follows(column.last, line));
                }
                let worth = *worth + reading.turn(column.number) + column.too_wide(facts);
                (reading.sum + worth, at, column.number)
            };
            next.extend(reading.open().iter().map(going_on));
            next.push((reading.sum + ANOTHER_COLUMN, at, reading.count));
        }
        let better = |(sum, at, column): &(i32, usize, usize)| (std::cmp::Reverse(*sum), *at, *column);
        if next.len() > READINGS {
            next.select_nth_unstable_by_key(READINGS, better);
            next.truncate(READINGS);
        }
        next.sort_unstable_by_key(better);
        // Sums are kept relative to the best, so that they do not grow with the block.
        let best = next.first().map_or(0, |(sum, ..)| *sum);
        gain += i64::from(best);
        readings = next
            .iter()
            .map(|&(sum, at, number)| {
                let mut reading = readings[at].clone();
                notes.push((number, reading.noted));
                reading.noted = notes.len() - 1;
                reading.sum = sum - best;
                reading.go_on(line, number, facts);
                reading
            })
            .collect();
    }
    let best = readings.first()?;
    if best.count < 2 || gain < i64::from(least_gain) {
        return None;
    }
    let mut columns = vec![Vec::new(); best.count];
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
const WELL: i64 = 1800;

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::laws;

    #[test]
    fn keeps_the_laws() {
        laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &[include_str!("../../examples/pinghu-2022-03-28.txt"), "", "，。"]);
    }

    fn untangled(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        Stage { least_gain: 8000 }.apply(laws::page(text), &mut out).unwrap();
        let page = &out[0];
        (0..page.lines.len()).map(|line| page.line_text(line).into_owned()).collect()
    }

    const LEFT: [&str; 6] = [
        "昨天上午东港镇的小",
        "学老师带着孩子们来到河",
        "边，大家一起清理河里垃",
        "圾，三只小船很快就装满",
        "了水草，孩子们说以后还",
        "要再来这里保护环境。",
    ];
    const RIGHT: [&str; 6] = [
        "为了让学生吃得更好，教育部",
        "门上个月给二十所学校食堂换了新",
        "设备，饭菜比以前更热，品种更多，",
        "学生可以自己选择喜欢的饭菜，家长",
        "代表每个星期都到学校食堂来检查",
        "工作，大家都很满意。",
    ];

    #[test]
    fn follows_columns_through_a_block_that_was_read_line_by_line() {
        let mixed: Vec<&str> = LEFT.iter().zip(&RIGHT).flat_map(|(left, right)| [*left, *right]).collect();
        let page = format!("东港日报\n\n{}\n\n下一版", mixed.join("\n"));
        let seen = untangled(&page);
        assert_eq!(seen[1..7], LEFT);
        assert_eq!(seen[7..13], RIGHT);
    }

    #[test]
    fn leaves_alone_what_reads_well() {
        let page = format!("东港日报\n\n{}\n\n{}", LEFT.join("\n"), RIGHT.join("\n"));
        assert_eq!(untangled(&page), page.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>());
    }
}
