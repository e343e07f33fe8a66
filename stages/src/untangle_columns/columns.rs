//! Follows the columns through a block that was read from top to bottom.
//!
//! Every way to read the block line by line is weighed, of which the best few are kept: a line goes on with a column or begins one.
//! It is worth what its sentence, its width and its turn say, and, once columns were found, what it speaks of.

use std::cell::LazyCell;
use std::cmp::Reverse;

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
    number: u32,
    /// Its first and its last line.
    first: u32,
    last: u32,
    /// The column that came after it the last time.
    next: Option<u32>,
    /// How wide its lines may be, in hundredths of an em.
    room: u32,
}

impl Column {
    fn new(number: u32, line: u32, facts: &Facts) -> Self {
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
    count: u32,
    /// The column of the last line.
    current: u32,
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

    /// The column whose turn it is, if any.
    fn turn(&self) -> Option<u32> {
        self.open().iter().find(|column| column.number == self.current)?.next
    }

    /// Reads `line` as the next one of column `number`.
    fn go_on(&mut self, line: u32, number: u32, facts: &Facts) {
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
    let as_it_is = || block.windows(2).map(|pair| i64::from(follow::worth_as_next(&pair[0], &pair[1]).max(ANOTHER_COLUMN))).sum::<i64>();
    block.len() >= FEWEST && as_it_is() < (block.len() as i64 - 1) * WELL
}

/// The lines of a block, and how well one follows another, as far as that was asked.
struct Block<'a> {
    lines: &'a [Facts],
    /// Whether each stands to the right of the one before it.
    beside: &'a [bool],
    edges: Vec<Edges>,
    /// How well each line follows the one above it.
    next: Vec<i32>,
    /// For each line the others that were tried before it.
    tried: Vec<Vec<(usize, i32)>>,
}

impl<'a> Block<'a> {
    fn new(lines: &'a [Facts], beside: &'a [bool]) -> Self {
        let edges: Vec<Edges> = lines.iter().map(|line| Edges::of(&line.text)).collect();
        let next = |(lines, edges): (&[Facts], &[Edges])| follow::worth_as_next(&lines[0], &lines[1]) + follow::words(&edges[0], &edges[1]);
        let next = std::iter::once(0).chain(lines.windows(2).zip(edges.windows(2)).map(next)).collect();
        Self { lines, beside, edges, next, tried: Vec::new() }
    }

    /// How well line `b` follows line `a`, in thousandths of a nat.
    fn follows(&mut self, a: usize, b: usize) -> i32 {
        if a + 1 == b {
            return self.next[b];
        }
        self.tried.resize(self.lines.len(), Vec::new());
        if let Some((_, worth)) = self.tried[b].iter().find(|(above, _)| *above == a) {
            return *worth;
        }
        let worth = follow::worth(&self.lines[a], &self.lines[b]) + follow::words(&self.edges[a], &self.edges[b]);
        self.tried[b].push((a, worth));
        worth
    }

    /// How well line `b` follows the line before the one above that it follows best.
    fn farther(&self, b: usize) -> i32 {
        let below = (&self.lines[b], &self.edges[b]);
        self.lines.iter().zip(&self.edges).take(b - 1).rev().fold(i32::MIN, |best, above| follow::better(best, above, below))
    }

    /// What it costs that `line` goes on with the column of the line above.
    fn on_same_row(&self, line: usize) -> i32 {
        if self.beside[line] { SAME_ROW } else { 0 }
    }

    /// How well the block reads as it is.
    fn as_it_is(&self) -> i64 {
        self.next.iter().skip(1).map(|worth| i64::from((*worth).max(ANOTHER_COLUMN))).sum()
    }
}

/// The columns of a block, in the order of their first lines; `None` when they do not read better by `least_gain`, or the lines
/// stand in this order already.
pub(super) fn untangle(
    lines: &[Facts],
    beside: &[bool],
    start: usize,
    vocabulary: &LazyCell<Vocabulary, impl FnOnce() -> Vocabulary>,
    least_gain: i64,
) -> Option<Vec<Vec<usize>>> {
    let mut block = Block::new(lines, beside);
    let least = block.as_it_is() + least_gain;
    if lines.len() <= FEW && at_most(&block) < least {
        return None;
    }
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

/// More than what any reading of a block is worth, or as much.
///
/// A line begins a column, goes on with that of the line above, or takes turns with it. Behind a line that took its turn the column
/// of that line is not in turn, and behind one that went on no other is. So much is true of every reading; which column it is, and
/// how wide, is not asked.
fn at_most(block: &Block<'_>) -> i64 {
    let (mut begins, mut goes_on, mut takes_turns) = (0, i64::from(i32::MIN), i64::from(i32::MIN));
    for line in 1..block.lines.len() {
        let behind = i64::from(block.next[line]) + i64::from(block.on_same_row(line));
        let farther = i64::from(block.farther(line));
        let switch = i64::from(SWITCH);
        (begins, goes_on, takes_turns) = (
            begins.max(goes_on).max(takes_turns) + i64::from(ANOTHER_COLUMN),
            begins.max(goes_on).max(takes_turns + switch) + behind,
            begins.max(goes_on + switch).max(takes_turns) + farther,
        );
    }
    begins.max(goes_on).max(takes_turns)
}

/// Lines of a block of which each is compared with each; with more that takes longer than to follow the columns.
const FEW: usize = 64;

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
    let mut notes: Vec<(u32, usize)> = Vec::with_capacity(block.lines.len() * READINGS);
    notes.push((0, 0));
    let mut readings = vec![Reading::new(&block.lines[0])];
    let mut total = 0;
    let mut following: Vec<Reading> = Vec::with_capacity(READINGS);
    // The best ways to go on, the best first: what each is worth, the reading that goes on, and with which column.
    let mut next: Vec<(i32, usize, u32)> = Vec::with_capacity(READINGS + 1);
    // For each line the last one that was tried behind it, and how well it follows: most readings end alike.
    let mut tried: Vec<(usize, i32)> = vec![(0, 0); block.lines.len()];
    for (line, facts) in block.lines.iter().enumerate().skip(1) {
        next.clear();
        // What a way is worth at least that is among the best.
        let mut least = i32::MIN;
        for (at, reading) in readings.iter().enumerate() {
            let mut offer = |sum: i32, column: u32| {
                let better = |other: &(i32, usize, u32)| (Reverse(other.0), other.1, other.2) < (Reverse(sum), at, column);
                if sum >= least && (next.len() < READINGS || next.last().is_some_and(|last| !better(last))) {
                    next.insert(next.partition_point(better), (sum, at, column));
                    next.truncate(READINGS);
                    least = next.get(READINGS - 1).map_or(i32::MIN, |last| last.0);
                }
            };
            let turn = reading.turn();
            for column in reading.open() {
                let (behind, worth) = &mut tried[column.last as usize];
                if *behind != line {
                    let above = column.last as usize;
                    let kinship = known.map_or(0, |known| known.kinship(above, line));
                    (*behind, *worth) = (line, block.follows(above, line) + kinship);
                }
                let switch = if turn.is_none_or(|turn| turn == column.number) { 0 } else { SWITCH };
                let same_row = if column.number == reading.current { block.on_same_row(line) } else { 0 };
                offer(reading.sum + *worth + switch + same_row + column.too_wide(facts), column.number);
            }
            offer(reading.sum + ANOTHER_COLUMN, reading.count);
        }
        // Sums are kept relative to the best, so that they do not grow with the block.
        let best = next.first().map_or(0, |(sum, ..)| *sum);
        total += i64::from(best);
        following.clear();
        for &(sum, at, number) in &next {
            let mut reading = readings[at].clone();
            notes.push((number, reading.noted));
            reading.noted = notes.len() - 1;
            reading.sum = sum - best;
            reading.go_on(line as u32, number, facts);
            following.push(reading);
        }
        std::mem::swap(&mut readings, &mut following);
    }
    let best = readings.first()?;
    if best.count < 2 {
        return None;
    }
    let mut columns = vec![Vec::new(); best.count as usize];
    let mut note = best.noted;
    for line in (0..block.lines.len()).rev() {
        let (column, before) = notes[note];
        columns[column as usize].push(line);
        note = before;
    }
    for column in &mut columns {
        column.reverse();
    }
    Some((total, columns))
}
