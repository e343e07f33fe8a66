//! What the signs on a page are worth: the costs of a measure, and the learned table of the parts of lines.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::grammar::entries;
use super::roles::{BEFORE, ROLES};
use super::{follow, signs};

/// How far the first line of a paragraph is set in, in hundredths of an em.
pub(crate) const INDENT: u32 = 200;

// The measure of a box: the higher, the less believable.
pub(crate) const MEASURE_ODD: i32 = 20;
pub(crate) const MEASURE_NEARLY: i32 = 80;
pub(crate) const MEASURE_INDENT: i32 = 150;
pub(crate) const MEASURE_DEEP_INDENT: i32 = 260;
pub(crate) const MEASURE_SHORT: i32 = 350;
pub(crate) const MEASURE_BEYOND: i32 = 500;
pub(crate) const MEASURE_FAR_BEYOND: i32 = 1100;
pub(crate) const MEASURE_CHANGE_AT_BLANK: i32 = 1100;
pub(crate) const MEASURE_CHANGE_BEHIND_BLANK: i32 = 1300;
pub(crate) const MEASURE_CHANGE_IN_BLOCK: i32 = 2500;
pub(crate) const MEASURE_CHANGE_WITHOUT_BLANKS: i32 = 1500;
pub(crate) const MEASURE_CHANGE_APART: i32 = 600;

/// What every sign is worth, in thousandths of a nat, learned from pages with known answers; see `line-roles.txt` and
/// `whole-paragraph-roles.txt` in `stages/data`.
pub(crate) struct Table {
    /// Rows of [`signs::LINE`], a column for each part.
    pub(crate) line: Vec<Columns>,
    /// Rows of [`signs::SEAM`], for each part before a column for each part after.
    pub(crate) seam: Vec<[Columns; BEFORE.len()]>,
}

/// What speaks for each of [`ROLES`]; one more column than there are parts, because eight are summed as quickly as one.
pub(crate) type Columns = [i32; ROLES.len() + 1];

/// The shipped table, of pages in print or of those whose paragraphs stand on one line each.
pub(crate) fn table(whole_paragraphs: bool) -> &'static Table {
    static PRINTED: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../../data/line-roles.txt")));
    static WHOLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../../data/whole-paragraph-roles.txt")));
    if whole_paragraphs { &WHOLE } else { &PRINTED }
}

impl Table {
    /// Reads `row | column=weight column=weight`, a row a line.
    fn read(text: &'static str) -> Self {
        let line_rows = numbered(signs::names(signs::LINE));
        let seam_rows = numbered(signs::names(signs::SEAM));
        let mut table =
            Self { line: vec![Columns::default(); line_rows.len()], seam: vec![[Columns::default(); BEFORE.len()]; seam_rows.len()] };
        let line_columns = numbered(line_columns());
        let seam_columns = numbered(seam_columns());
        for (row, weights) in entries(text).filter_map(|entry| entry.split_once('|')) {
            let pairs = weights.split_whitespace().filter_map(|pair| pair.split_once('='));
            for (column, weight) in pairs.filter_map(|(column, weight)| Some((column, weight.parse().ok()?))) {
                if let (Some(row), Some(column)) = (line_rows.get(row.trim()), line_columns.get(column)) {
                    table.line[*row][*column] = weight;
                } else if let (Some(row), Some(column)) = (seam_rows.get(row.trim()), seam_columns.get(column)) {
                    table.seam[*row][column / ROLES.len()][column % ROLES.len()] = weight;
                }
            }
        }
        table
    }
}

/// The names of the columns of a sign of a line.
pub(crate) fn line_columns() -> Vec<String> {
    ROLES.iter().map(|role| role.name().to_owned()).collect()
}

/// The names of the columns of a sign of a seam.
pub(crate) fn seam_columns() -> Vec<String> {
    BEFORE.iter().flat_map(|before| ROLES.iter().map(move |role| format!("{before}>{}", role.name()))).collect()
}

fn numbered(names: Vec<String>) -> HashMap<String, usize> {
    names.into_iter().enumerate().map(|(at, name)| (name, at)).collect()
}

/// What each row of [`follow::FOLLOW`] is worth, in thousandths of a nat, learned like the others; see `stages/data/columns.txt`.
pub(crate) fn follow() -> &'static [i32] {
    static TABLE: LazyLock<Vec<i32>> = LazyLock::new(|| {
        let rows = numbered(signs::names(follow::FOLLOW));
        let mut table = vec![0; rows.len()];
        for (row, weight) in entries(include_str!("../../data/columns.txt")).filter_map(|entry| entry.split_once('|')) {
            if let (Some(row), Ok(weight)) = (rows.get(row.trim()), weight.trim().parse()) {
                table[*row] = weight;
            }
        }
        table
    });
    &TABLE
}
