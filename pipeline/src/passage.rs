//! Clean text and the way back: a [`Passage`] is the one copy made of a page's text, with a run-length map to the sheet.

use crate::page::{Glue, Page};
use crate::span::Span;

/// A stretch of the sheet that goes into a passage, and how it is glued to the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// What is copied, in bytes of the sheet's text.
    pub span: Span,
    /// What stands between it and the next fragment; the last fragment's glue is not used.
    pub glue: Glue,
}

/// `clean_len` bytes of a passage and the `raw_len` bytes of the sheet they come from.
///
/// The two lengths are equal where the text was copied as it stands and differ where one character is read for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First byte in the passage.
    pub clean: u32,
    /// First byte in the sheet.
    pub raw: u32,
    /// Bytes in the passage.
    pub clean_len: u32,
    /// Bytes in the sheet.
    pub raw_len: u32,
}

/// Clean text with its map. Bytes between runs (`\n`, a joining space) were put in by gluing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    text: String,
    runs: Vec<Run>,
}

impl Passage {
    /// Copies `fragments` of `page` through its repairs, glued as they say. Of a fragment that is blank once it is repaired nothing
    /// is left but a paragraph's end.
    pub fn copy(page: &Page, fragments: &[Fragment]) -> Self {
        let mut passage = Self {
            text: String::with_capacity(fragments.iter().map(|f| f.span.len() + 1).sum()),
            runs: Vec::with_capacity(fragments.len()),
        };
        let mut glue = Glue::Join;
        for fragment in fragments {
            let (end, runs) = (passage.text.len(), passage.runs.len());
            if end > 0 {
                passage.text.push_str(glue.written());
            }
            let begun = passage.text.len();
            passage.append(page, fragment.span);
            if passage.text.get(begun..).unwrap_or_default().chars().all(char::is_whitespace) {
                passage.text.truncate(end);
                passage.runs.truncate(runs);
                glue = if fragment.glue == Glue::Break { Glue::Break } else { glue };
            } else {
                glue = fragment.glue;
            }
        }
        passage
    }

    /// Adds all of `next`, glued with `glue`. When it comes from another sheet its runs do too: see
    /// [`crate::article::Continuation`].
    pub(crate) fn go_on_with(&mut self, next: &Self, glue: Glue) {
        if !self.text.is_empty() && !next.text.is_empty() {
            self.text.push_str(glue.written());
        }
        let shift = self.text.len() as u32;
        self.text.push_str(&next.text);
        self.runs.extend(next.runs.iter().map(|run| Run { clean: run.clean + shift, ..*run }));
    }

    fn append(&mut self, page: &Page, span: Span) {
        let mut at = span.start;
        for edit in page.edits_in(span) {
            if edit.span.start >= at {
                self.copy_raw(page, Span::new(at, edit.span.start));
                if let Some(with) = edit.with {
                    self.runs.push(Run {
                        clean: self.text.len() as u32,
                        raw: edit.span.start,
                        clean_len: with.len_utf8() as u32,
                        raw_len: edit.span.len() as u32,
                    });
                    self.text.push(with);
                }
            }
            at = edit.span.end.clamp(at, span.end);
        }
        self.copy_raw(page, Span::new(at, span.end));
    }

    fn copy_raw(&mut self, page: &Page, span: Span) {
        if span.is_empty() {
            return;
        }
        let (clean, len) = (self.text.len() as u32, span.len() as u32);
        self.text.push_str(span.slice(page.text()));
        self.runs.push(Run { clean, raw: span.start, clean_len: len, raw_len: len });
    }

    /// The clean text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The map, ordered by `clean`.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Where the clean bytes `span` come from, in bytes of the sheet; bytes that gluing put in come from nowhere.
    pub fn to_raw(&self, span: Span) -> Vec<Span> {
        let first = self.runs.partition_point(|run| run.clean + run.clean_len <= span.start);
        let mut out = Vec::new();
        for run in self.runs.iter().skip(first).take_while(|run| run.clean < span.end) {
            let Some(shared) = Span::new(run.clean, run.clean + run.clean_len).shared(span) else { continue };
            out.push(if run.clean_len == run.raw_len {
                let start = run.raw + (shared.start - run.clean);
                Span::new(start, start + shared.len() as u32)
            } else {
                Span::new(run.raw, run.raw + run.raw_len)
            });
        }
        out
    }

    /// Where byte `raw` of the sheet ended up, or `None` when it is not in this passage. Takes time linear in the number of runs,
    /// because fragments may stand in another order than on the sheet.
    pub fn to_clean(&self, raw: u32) -> Option<u32> {
        let run = self.runs.iter().find(|run| run.raw <= raw && raw < run.raw + run.raw_len)?;
        Some(if run.clean_len == run.raw_len { run.clean + (raw - run.raw) } else { run.clean })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws;
    use crate::page::{Edit, Repair};

    #[test]
    fn a_fragment_with_nothing_left_leaves_no_blank_paragraph() {
        use Glue::{Break, Join, Space};
        let mut page = laws::page("甲\n\u{feff}\n\u{feff} \u{feff}\n乙");
        let controls = page.text().match_indices('\u{feff}');
        let controls = controls.map(|(at, _)| Edit { span: Span::new(at as u32, at as u32 + 3), with: None, why: Repair::Control });
        let controls = controls.collect();
        page.add_edits(controls);
        let copy = |glue: [Glue; 4]| {
            let fragments = page.lines.iter().zip(glue).map(|(line, glue)| Fragment { span: line.span, glue });
            Passage::copy(&page, &fragments.collect::<Vec<_>>())
        };
        assert_eq!(copy([Break, Break, Break, Break]).text(), "甲\n乙");
        assert_eq!(copy([Join, Join, Break, Break]).text(), "甲\n乙");
        assert_eq!(copy([Space, Join, Join, Break]).text(), "甲 乙");
        assert_eq!(copy([Join, Join, Join, Break]).runs().len(), 2);
    }

    #[test]
    fn glues_copies_and_maps_back() {
        let mut page = laws::page("3月 26日\n⼈人\nsoft-\nware");
        let raw = page.text().to_owned();
        let at = |part: &str| raw.find(part).unwrap() as u32;
        page.add_edits(vec![
            Edit { span: Span::new(at(" 26"), at("26")), with: None, why: Repair::SyntheticSpace },
            Edit { span: Span::new(at("⼈"), at("⼈") + 3), with: Some('人'), why: Repair::Radical },
            Edit { span: Span::new(at("-"), at("-") + 1), with: None, why: Repair::Hyphen },
        ]);
        let glue = [Glue::Join, Glue::Break, Glue::Join, Glue::Break];
        let fragments: Vec<_> = page.lines.iter().zip(glue).map(|(line, glue)| Fragment { span: line.span, glue }).collect();
        let passage = Passage::copy(&page, &fragments);
        assert_eq!(passage.text(), "3月26日人人\nsoftware");
        let find = |part: &str| Span::of(passage.text(), passage.text().matches(part).next().unwrap()).unwrap();
        let back = |part: &str| passage.to_raw(find(part)).into_iter().map(|span| span.slice(&raw)).collect::<Vec<_>>();
        assert_eq!(back("月26日"), ["月", "26日"]);
        assert_eq!(back("人人"), ["⼈", "人"]);
        assert_eq!(back("software"), ["soft", "ware"]);
        assert_eq!(passage.to_clean(at("ware")), Some(find("ware").start));
        assert_eq!(passage.to_clean(at("-")), None);
    }
}
