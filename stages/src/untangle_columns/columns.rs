//! Follows the columns through a block that was read from top to bottom.
//!
//! Every way to read the block line by line is weighed, of which the best few are kept: a line goes on with a column or begins one.
//! It is worth what its sentence, its width and its turn say, and, once columns were found, what it speaks of.

use crate::layout::facts::Facts;
use crate::layout::follow;
use crate::layout::lexicon::Edges;
use crate::layout::vocabulary::{Said, Vocabulary};
use crate::layout::weights::INDENT;

/// A line that begins another column, in thousandths of a nat.
const ANOTHER_COLUMN: i32 = -4600;
/// To go on with another column than the one that came after this one before: columns are printed in turn, a line of each.
const SWITCH: i32 = -5000;
/// To go on with the column of the line to the left on the same row.
const SAME_ROW: i32 = -20_000;
/// A line that is wider than its column.
const BEYOND: i32 = -6000;
/// By how much letters may be set closer, in hundredths of an em.
const SLACK: u32 = 100;
/// Columns followed at once.
const COLUMNS: usize = 6;
/// Readings kept at once.
const READINGS: usize = 12;
/// A block whose lines follow each other this well on average reads well as it stands.
const WELL: i64 = 1800;
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
    next: Option<usize>,
    /// How wide its lines may be, in hundredths of an em.
    room: u32,
}

impl Column {
    fn new(number: usize, line: usize, facts: &Facts) -> Self {
        // The first line may be set in.
        Self { number, first: line, last: line, next: None, room: facts.width.hi + INDENT + SLACK }
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
        let in_turn = |column: &Column| column.number == self.current && column.next.is_none_or(|next| next == number);
        if self.open().iter().any(in_turn) { 0 } else { SWITCH }
    }

    /// Reads `line` as the next one of column `number`.
    fn go_on(&mut self, line: usize, number: usize, facts: &Facts) {
        for column in self.columns.iter_mut().take(self.open) {
            if column.number == self.current {
                column.next = Some(number);
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

/// Whether a block reads so badly that it is better looked at.
pub(super) fn reads_badly(block: &[Facts]) -> bool {
    let as_it_is = || block.windows(2).map(|pair| i64::from(follow::worth(&pair[0], &pair[1]).max(ANOTHER_COLUMN))).sum::<i64>();
    block.len() >= FEWEST && as_it_is() < (block.len() as i64 - 1) * WELL
}

/// The lines of a block, and how well one follows another, as far as that was asked.
struct Block<'a> {
    lines: &'a [Facts],
    /// Whether each stands to the right of the one before it.
    beside: &'a [bool],
    edges: Vec<Edges>,
    /// For each line the lines that were tried before it.
    tried: Vec<Vec<(usize, i32)>>,
}

impl<'a> Block<'a> {
    fn new(lines: &'a [Facts], beside: &'a [bool]) -> Self {
        let edges = lines.iter().map(|line| Edges::of(&line.text)).collect();
        Self { lines, beside, edges, tried: vec![Vec::new(); lines.len()] }
    }

    /// How well line `b` follows line `a`, in thousandths of a nat.
    fn follows(&mut self, a: usize, b: usize) -> i32 {
        if let Some((_, worth)) = self.tried[b].iter().find(|(above, _)| *above == a) {
            return *worth;
        }
        let worth = follow::worth(&self.lines[a], &self.lines[b]) + follow::words(&self.edges[a], &self.edges[b]);
        self.tried[b].push((a, worth));
        worth
    }

    /// How well the block reads as it is.
    fn as_it_is(&mut self) -> i64 {
        (1..self.lines.len()).map(|line| i64::from(self.follows(line - 1, line).max(ANOTHER_COLUMN))).sum()
    }
}

/// The columns of a block, in the order of their first lines; `None` when they do not read better by `least_gain`, or the lines
/// stand in this order already.
pub(super) fn untangle(
    lines: &[Facts],
    beside: &[bool],
    start: usize,
    vocabulary: &Vocabulary,
    least_gain: i64,
) -> Option<Vec<Vec<usize>>> {
    let mut block = Block::new(lines, beside);
    let least = block.as_it_is() + least_gain;
    let (sum, mut best) = follow_columns(&mut block, None)?;
    if sum < least {
        return None;
    }
    for _ in 1..ROUNDS {
        match follow_columns(&mut block, Some(&Known::new(&best, start, vocabulary))) {
            Some((_, columns)) if columns != best => best = columns,
            _ => break,
        }
    }
    let moved = best.iter().flatten().enumerate().any(|(at, line)| at != *line);
    moved.then_some(best)
}

/// What the lines of a block have in common with the columns that were found before.
struct Known<'a> {
    vocabulary: &'a Vocabulary,
    start: usize,
    said: Vec<Said>,
    column: Vec<usize>,
}

impl<'a> Known<'a> {
    fn new(columns: &[Vec<usize>], start: usize, vocabulary: &'a Vocabulary) -> Self {
        let lines = columns.iter().map(Vec::len).sum();
        let mut column = vec![0; lines];
        for (number, list) in columns.iter().enumerate() {
            for line in list {
                column[*line] = number;
            }
        }
        let said = columns.iter().map(|list| Said::by(vocabulary, &list.iter().map(|line| line + start).collect::<Vec<_>>())).collect();
        Self { vocabulary, start, said, column }
    }

    /// How much speaks for `line` going with the column that `above` was found in.
    fn kinship(&self, above: usize, line: usize) -> i32 {
        let column = self.column[above];
        let is_part = self.column[line] == column;
        let worth = self.vocabulary.kinship_with_rest(line + self.start, is_part, &self.said[column]);
        worth.clamp(-SURE, SURE) * SPEAKS_OF_THE_SAME / 1000
    }
}

/// Lines that have more in common with a column than this are certainly of its article, in thousandths of a nat.
const SURE: i32 = 6000;
/// What a nat of that is worth, in thousandths.
const SPEAKS_OF_THE_SAME: i32 = 300;
/// How often the columns are followed, each time with what was found before.
const ROUNDS: usize = 3;

/// Follows the columns once, with what is `known` of those that were found last; `None` when there is only one. Gives how well they
/// read, and the columns.
fn follow_columns(block: &mut Block<'_>, known: Option<&Known<'_>>) -> Option<(i64, Vec<Vec<usize>>)> {
    // The column of a line, and the note of the line before it.
    let mut notes: Vec<(usize, usize)> = vec![(0, 0)];
    let mut readings = vec![Reading::new(&block.lines[0])];
    let mut total = 0;
    let mut next: Vec<(i32, usize, usize)> = Vec::with_capacity(READINGS * (COLUMNS + 1));
    // For each line the last one that was tried behind it, and how well it follows: most readings end alike.
    let mut tried: Vec<(usize, i32)> = vec![(0, 0); block.lines.len()];
    for (line, facts) in block.lines.iter().enumerate().skip(1) {
        next.clear();
        for (at, reading) in readings.iter().enumerate() {
            let mut going_on = |column: &Column| {
                let (behind, worth) = &mut tried[column.last];
                if *behind != line {
                    let kinship = known.map_or(0, |known| known.kinship(column.last, line));
                    (*behind, *worth) = (line, block.follows(column.last, line) + kinship);
                }
                let worth = *worth + reading.turn(column.number) + column.too_wide(facts);
                let worth = if block.beside[line] && column.number == reading.current { worth + SAME_ROW } else { worth };
                (reading.sum + worth, at, column.number)
            };
            next.extend(reading.open().iter().map(&mut going_on));
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
        total += i64::from(best);
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
    if best.count < 2 {
        return None;
    }
    let mut columns = vec![Vec::new(); best.count];
    let mut note = best.noted;
    for line in (0..block.lines.len()).rev() {
        let (column, before) = notes[note];
        columns[column].push(line);
        note = before;
    }
    for column in &mut columns {
        column.reverse();
    }
    Some((total, columns))
}
