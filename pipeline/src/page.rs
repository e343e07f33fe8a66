//! A sheet on its way through the pipeline: its lines in reading order, how each is glued to the next, and what was repaired.
//!
//! Cleaning never edits the text. A stage adds [`Edit`]s (leave this out, read this character for that one), sets
//! [`Glue`] and may put `lines` into another order; the copy is made once, by [`crate::assemble()`].

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use crate::run::Lease;
use crate::sheet::Sheet;
use crate::span::Span;

/// How a line is glued to the line that follows it in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Glue {
    /// A paragraph ends here; becomes `\n` inside an article.
    #[default]
    Break,
    /// The sentence goes on without a space (Chinese, or a word cut by a hyphen).
    Join,
    /// The sentence goes on after one space (Latin words).
    Space,
}

impl Glue {
    /// What it puts between two lines.
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Break => "\n",
            Self::Join => "",
            Self::Space => " ",
        }
    }
}

/// One line with something on it. Blank lines are not kept, only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line without white space at its ends, in bytes of the sheet's text; never empty.
    pub span: Span,
    /// How many blank lines stood before it.
    pub blanks_before: u32,
    /// How it is glued to the next line of [`Page::lines`].
    pub glue: Glue,
}

/// Why a stretch of text is read differently from how it was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// A Kangxi or radicals-supplement code point read as the unified ideograph it stands for.
    Radical,
    /// A vertical presentation form read as the mark it stands for.
    VerticalForm,
    /// Full-width letters, digits or marks folded by policy.
    Width,
    /// A control character.
    Control,
    /// U+00AD, or a hyphen that only divided a word at a line end.
    Hyphen,
    /// A run drawn twice to look bold.
    DuplicateRun,
    /// A space that the extractor or the justification put in.
    SyntheticSpace,
    /// A space that pads a two-character name or role to three columns.
    NamePadding,
}

impl Repair {
    /// The name used in the record's `repairs`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Radical => "radical",
            Self::VerticalForm => "vertical_form",
            Self::Width => "width",
            Self::Control => "control",
            Self::Hyphen => "hyphen",
            Self::DuplicateRun => "duplicate_run",
            Self::SyntheticSpace => "synthetic_space",
            Self::NamePadding => "name_padding",
        }
    }
}

/// One repair: `span` of the sheet is read as `with`, or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is read differently, in bytes of the sheet's text.
    pub span: Span,
    /// The character it is read as; `None` leaves it out.
    pub with: Option<char>,
    /// Why.
    pub why: Repair,
}

/// A page between source and article.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was read.
    pub sheet: Arc<Sheet>,
    /// The lines with text on them, in reading order.
    pub lines: Vec<Line>,
    /// Sorted by span and disjoint; add with [`Page::add_edits`].
    edits: Vec<Edit>,
    /// Codes of what is doubtful about the page as a whole; every article of it carries them.
    pub warnings: Vec<&'static str>,
    /// See [`Page::note`].
    noted: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) lease: Lease,
}

impl Page {
    /// Cuts a sheet into lines at LF, CR, CRLF, VT, FF, NEL, LS and PS.
    pub fn new(sheet: Arc<Sheet>) -> Self {
        let lines = lines_of(&sheet.text);
        let doubts = [(sheet.replaced > 0, "replaced_characters"), (sheet.doubtful_encoding, "doubtful_encoding")];
        let warnings = doubts.into_iter().filter_map(|(holds, code)| holds.then_some(code)).collect();
        Self { sheet, lines, edits: Vec::new(), warnings, noted: None, lease: Lease::default() }
    }

    /// The raw text of the page.
    pub fn text(&self) -> &str {
        &self.sheet.text
    }

    /// All repairs, sorted and disjoint.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The repairs that touch `span`.
    pub fn edits_in(&self, span: Span) -> &[Edit] {
        let first = self.edits.partition_point(|edit| edit.span.end <= span.start);
        let rest = self.edits.get(first..).unwrap_or_default();
        let count = rest.partition_point(|edit| edit.span.start < span.end);
        rest.get(..count).unwrap_or_default()
    }

    /// Adds repairs. A new edit that covers an old one replaces it; a new edit that only cuts into an old one, or lies inside
    /// one, is left out, so that the list stays disjoint.
    pub fn add_edits(&mut self, mut new: Vec<Edit>) {
        new.retain(|edit| !edit.span.is_empty());
        new.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
        let mut chosen: Vec<Edit> = Vec::with_capacity(new.len());
        for edit in new {
            let clashes_with_new = chosen.last().is_some_and(|last| last.span.meets(edit.span));
            let cuts_old = self.edits_in(edit.span).iter().any(|old| !edit.span.covers(old.span));
            if !clashes_with_new && !cuts_old {
                chosen.push(edit);
            }
        }
        let replaced = |old: &Edit| {
            let next = chosen.partition_point(|new| new.span.end <= old.span.start);
            chosen.get(next).is_some_and(|new| new.span.covers(old.span))
        };
        self.edits.retain(|old| !replaced(old));
        self.edits.extend(chosen);
        self.edits.sort_unstable_by_key(|edit| edit.span);
    }

    /// `span` as it is read after all repairs. Borrows when nothing in it was repaired.
    pub fn clean(&self, span: Span) -> Cow<'_, str> {
        if self.edits_in(span).is_empty() {
            return Cow::Borrowed(span.slice(self.text()));
        }
        Cow::Owned(self.chars(span).map(|(_, c)| c).collect())
    }

    /// The characters of `span` after all repairs, each with the byte offset in the sheet that it came from.
    pub fn chars(&self, span: Span) -> impl Iterator<Item = (u32, char)> + '_ {
        let mut edits = self.edits_in(span).iter().peekable();
        let mut skip_to = span.start;
        span.slice(self.text()).char_indices().filter_map(move |(offset, c)| {
            let at = span.start + offset as u32;
            if at < skip_to {
                return None;
            }
            while edits.next_if(|edit| edit.span.end <= at).is_some() {}
            match edits.peek() {
                Some(edit) if edit.span.start <= at => {
                    skip_to = edit.span.end;
                    edit.with.map(|with| (at, with))
                }
                _ => Some((at, c)),
            }
        })
    }

    /// Leaves findings about the page for later stages, so that they need not be made again; they take the place of earlier ones.
    ///
    /// Findings are a help and no part of the page. Lines and repairs may change behind them: who takes them up makes sure that
    /// they still hold, and gets on without them.
    pub fn note<T: Any + Send + Sync>(&mut self, findings: T) {
        self.noted = Some(Arc::new(findings));
    }

    /// The findings that were left last, when they are of this type.
    pub fn noted<T: Any>(&self) -> Option<&T> {
        self.noted.as_deref()?.downcast_ref()
    }

    /// Line `index` as it is read after all repairs.
    ///
    /// # Panics
    /// When there is no such line.
    pub fn line_text(&self, index: usize) -> Cow<'_, str> {
        self.clean(self.lines[index].span)
    }
}

/// The non-blank lines of a text, each trimmed, with the number of blank lines before it; all glued with [`Glue::Break`].
fn lines_of(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut blanks = 0;
    let mut start = 0_u32;
    let push = |start: u32, end: u32, blanks: &mut u32, lines: &mut Vec<Line>| {
        let span = Span::new(start, end).trimmed(text);
        if span.is_empty() {
            *blanks += 1;
        } else {
            lines.push(Line { span, blanks_before: std::mem::take(blanks), glue: Glue::Break });
        }
    };
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if !matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            continue;
        }
        push(start, at as u32, &mut blanks, &mut lines);
        let mut end = at + c.len_utf8();
        if c == '\r' && characters.next_if(|(_, next)| *next == '\n').is_some() {
            end += 1;
        }
        start = end as u32;
    }
    push(start, text.len() as u32, &mut blanks, &mut lines);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws;

    fn edit(text: &str, part: &str, with: Option<char>) -> Edit {
        let start = text.find(part).unwrap() as u32;
        Edit { span: Span::new(start, start + part.len() as u32), with, why: Repair::Control }
    }

    #[test]
    fn counts_blank_lines_and_trims() {
        let page = laws::page(" 今平湖\r\n\r\n\u{3000}\n会议  \n");
        let seen: Vec<_> = (0..page.lines.len()).map(|i| (page.line_text(i).into_owned(), page.lines[i].blanks_before)).collect();
        assert_eq!(seen, vec![("今平湖".to_owned(), 0), ("会议".to_owned(), 2)]);
    }

    #[test]
    fn reads_through_edits() {
        let mut page = laws::page("⼀二三四五");
        let text = page.text().to_owned();
        page.add_edits(vec![edit(&text, "⼀", Some('一')), edit(&text, "四", None)]);
        assert_eq!(page.line_text(0), "一二三五");
        page.add_edits(vec![edit(&text, "三四", None)]);
        assert_eq!(page.line_text(0), "一二五");
        page.add_edits(vec![edit(&text, "四", Some('肆'))]);
        assert_eq!(page.line_text(0), "一二五", "an edit inside a dropped stretch changes nothing");
        assert_eq!(page.edits().len(), 2);
    }

    #[test]
    fn offsets_stay_those_of_the_sheet() {
        let mut page = laws::page("甲乙丙");
        let text = page.text().to_owned();
        page.add_edits(vec![edit(&text, "乙", None)]);
        assert_eq!(page.chars(page.lines[0].span).collect::<Vec<_>>(), vec![(0, '甲'), (6, '丙')]);
    }
}
