//! `dehyphenate`: decides how each line is glued to the next
//!
//! Lines end where the column ends, so most line ends mean nothing. This stage finds those that end a paragraph and joins the
//! others: Chinese without a space, Latin words with one, and a word that was divided by a hyphen without it. It reads the
//! measure of every column from the widths of its lines, so it sees the first line of a paragraph (set in by two characters)
//! even where the indent was lost, and it sees through blank lines in the middle of a sentence.
//!
//! ```yaml
//! - dehyphenate: {}                  # the same as the next line
//! - dehyphenate: { synthetic_spaces: true, hyphens: true }
//! ```
//!
//! It also marks as to be left out: spaces that justification or the extractor put between Chinese characters or between them and
//! digits or Latin words (`3月 26日`, `新型 AI 系统`: Chinese print has none there, and one that was typed cannot be told from one
//! that was guessed), and the padding of short names (`王 强`). It leaves alone: the space after a dateline (`本报讯 3月`), those
//! between the names of a list, ideographic spaces between words (`县教育局　县公安局`), spaces between Latin or Korean words, hyphens
//! of compounds and numbers (`well-known`, `2018-2020`), and the order of the lines.

mod spaces;

use pipeline::def::each;
use pipeline::{Each, Edit, Flow, Glue, Page, Repair, Span, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::layout::Layout;
use crate::layout::joint::{self, Hyphen};
use crate::layout::roles::Role;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "dehyphenate",
    about: "decides how each line is glued to the next",
    source: include_str!("dehyphenate.rs"),
    takes: Flow::Pages,
    gives: Flow::Pages,
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let config: Config = options.read()?;
        Ok(each(Stage { config }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Leave out spaces that nobody typed: inside Chinese text, beside digits, in padded names.
    pub(crate) synthetic_spaces: bool,
    /// Leave out hyphens that only divide a word at a line end.
    pub(crate) hyphens: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { synthetic_spaces: true, hyphens: true }
    }
}

/// Whether a space between these two is left out, unless options say otherwise.
pub(crate) fn leaves_out_space(before: char, after: char) -> bool {
    spaces::is_synthetic(before, after, false, false)
}

struct Stage {
    config: Config,
}

impl Each for Stage {
    type In = Page;
    type Out = Page;

    fn apply(&self, mut page: Page, out: &mut Vec<Page>) -> Result<(), StageError> {
        let layout = Layout::noted(&mut page);
        let mut edits = Vec::new();
        for index in 0..page.lines.len() {
            let glue = self.glue(&page, &layout, index, &mut edits);
            page.lines[index].glue = glue;
        }
        if self.config.synthetic_spaces {
            for (line, facts) in page.lines.iter().zip(layout.lines.iter()) {
                spaces::find(&page, line.span, facts, &mut edits);
            }
        }
        page.add_edits(edits);
        out.push(page);
        Ok(())
    }
}

impl Stage {
    /// How line `index` is glued to the next one; a hyphen to be left out is added to `edits`.
    fn glue(&self, page: &Page, layout: &Layout, index: usize, edits: &mut Vec<Edit>) -> Glue {
        let (Some(next), Some(role)) = (layout.lines.get(index + 1), layout.roles.get(index + 1)) else { return Glue::Break };
        let goes_on = match (layout.roles[index], role) {
            (_, Role::Flow) | (Role::Display, Role::Display) => true,
            (before, Role::Resume) => before.is_text(),
            (_, Role::Opening | Role::Start) => layout.goes_on(index, index + 1),
            // Two subheads may stand one under the other; only a full line goes on.
            (Role::Subhead, Role::Subhead) => layout.is_full(index),
            (_, _) => false,
        };
        let line = &layout.lines[index];
        if !goes_on {
            return Glue::Break;
        }
        if line.last == '\u{ad}' && self.config.hyphens {
            edits.extend(without_hyphen(page, index));
            return Glue::Join;
        }
        if matches!(line.last, '-' | '\u{2010}') {
            let before =
                line.text.trim_end_matches(line.last).rsplit(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
            if self.config.hyphens && joint::hyphen(before, next.text.trim_start()) == Hyphen::Drop {
                edits.extend(without_hyphen(page, index));
            }
            return Glue::Join;
        }
        if line.lists_names() && next.lists_names() {
            return Glue::Space;
        }
        joint::glue_lines(line, next)
    }
}

/// The edit that leaves out the last visible character of a line, a hyphen; repairs may have left out what stands behind it.
fn without_hyphen(page: &Page, index: usize) -> Option<Edit> {
    let (start, _) = page.chars(page.lines[index].span).filter(|(_, c)| !c.is_whitespace()).last()?;
    // As printed: a repair may have read it as a shorter or longer character.
    let printed = page.text().get(start as usize..)?.chars().next()?;
    Some(Edit { span: Span::new(start, start + printed.len_utf8() as u32), with: None, why: Repair::Hyphen })
}

#[cfg(test)]
mod tests;
