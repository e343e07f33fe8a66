//! `untangle_columns`: puts the lines of columns that were read across each other back in order
//!
//! Programs that read a page from top to bottom print neighbouring columns line by line: a line of the first, a line of the
//! second, again one of the first. This stage follows the columns through such a block: a line goes with the line whose sentence
//! or word it continues, whose width it has, whose turn it is, and which speaks of the same. Lines are put into another order; a
//! line that holds lines of two to four columns is parted at the spaces between them, and so is a jump label from the line of text
//! that it stands on: …收获很大。（下转第四版）
//!
//! ```yaml
//! - untangle_columns: {}             # the same as the next line
//! - untangle_columns: { certainty: 8 }
//! ```
//!
//! It leaves alone: blocks that read well as they stand, and the order of the blocks. Text in drawing order (Tika, PDFBox,
//! `pdftotext -raw`) comes out as it went in.

mod columns;
mod labels;
mod merged;

use std::cell::LazyCell;

use pipeline::def::each;
use pipeline::{Each, Flow, Line, Page, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::layout::facts::Facts;
use crate::layout::noted;
use crate::layout::vocabulary::{Part, Vocabulary};

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
        Ok(each(Stage { least_gain: i64::from(config.certainty) * 1000 }))
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
    least_gain: i64,
}

impl Each for Stage {
    type In = Page;
    type Out = Page;

    fn apply(&self, mut page: Page, out: &mut Vec<Page>) -> Result<(), StageError> {
        let mut facts = noted::note(&mut page);
        if labels::part(&mut page, &facts) {
            facts = noted::note(&mut page);
        }
        // Text in drawing order may have next to no blank lines: then a block is no part of the page that was read from top to
        // bottom.
        if facts.iter().filter(|line| line.blank).count() * 50 < facts.len() {
            out.push(page);
            return Ok(());
        }
        let beside = merged::part(&mut page, &facts);
        if beside.is_some() {
            facts = noted::facts(&page);
        }
        let beside = beside.unwrap_or_else(|| vec![false; facts.len()]);
        let mut lines: Vec<Line> = Vec::with_capacity(page.lines.len());
        let each_line = || (0..facts.len()).map(|line| (line..line + 1, Part::Body)).collect::<Vec<_>>();
        // Hardly a page has columns to be untangled.
        let vocabulary = LazyCell::new(|| Vocabulary::of(&page, &facts, &each_line()));
        for (start, end) in blocks(&facts) {
            let block = &facts[start..end];
            let order =
                columns::reads_badly(block).then(|| columns::untangle(block, &beside[start..end], start, &vocabulary, self.least_gain));
            match order {
                Some(Some(order)) => lines.extend(reordered(&page.lines[start..end], &order)),
                _ => lines.extend_from_slice(&page.lines[start..end]),
            }
        }
        page.lines = lines;
        out.push(page);
        Ok(())
    }
}

/// Stretches of lines without a blank line or a line that is no text by its wording.
fn blocks(facts: &[Facts]) -> Vec<(usize, usize)> {
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < facts.len() {
        let end = (start + 1..facts.len()).find(|line| facts[*line].blank || facts[*line].fixed.is_some()).unwrap_or(facts.len());
        blocks.push((start, end));
        start = end;
    }
    blocks
}

/// The lines of a block in a new order: each column is a block of its own.
fn reordered(lines: &[Line], columns: &[Vec<usize>]) -> Vec<Line> {
    let blanks_before = lines.first().map_or(0, |line| line.blanks_before);
    let moved = columns.iter().flat_map(|column| column.iter().enumerate());
    moved.map(|(at, line)| Line { blanks_before: if at == 0 { blanks_before.max(1) } else { 0 }, ..lines[*line] }).collect()
}

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
