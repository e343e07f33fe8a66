//! How wide a line of text is in print: an interval, because marks may be set at half their width and digits differ by font.
//!
//! The unit is a hundredth of an em, the width of one Chinese character.

use pipeline::{Page, Repair, Span};

/// Lines longer than this many characters are no lines of print: their width is not measured.
pub(crate) const LONGEST: usize = 240;

/// The least and the greatest width a line may have, in hundredths of an em.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Width {
    pub(crate) lo: u32,
    pub(crate) hi: u32,
}

/// Allowed difference when a width is compared with a measure: letters are set a little closer to save a line.
pub(super) const TOLERANCE: u32 = 50;

impl Width {
    /// The width of a line longer than [`LONGEST`]: beyond any measure, and several times it is still a number.
    pub(super) const UNMEASURED: Self = Self { lo: u32::MAX / 16, hi: u32::MAX / 16 };

    /// Whether the line may be exactly `measure` wide.
    pub(crate) fn fits(self, measure: u32) -> bool {
        self.lo <= measure + TOLERANCE && measure <= self.hi + TOLERANCE
    }

    /// Whether the line ends before `measure` whatever its marks are set to.
    pub(crate) fn short_of(self, measure: u32) -> bool {
        self.hi + TOLERANCE < measure
    }

    /// Whether the line is wider than `measure` whatever its marks are set to.
    pub(crate) fn beyond(self, measure: u32) -> bool {
        self.lo > measure + TOLERANCE
    }
}

/// Whether `c` is written without spaces between words: Han, kana, full-width forms and CJK marks.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether `c` is a Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    is_plain_ideograph(c)
        || matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}')
}

/// Whether `c` is a mark that Chinese typesetting may squeeze to half an em.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301f}' | '，' | '；' | '：' | '？' | '！' | '（' | '）' | '．' | '～'
        | '—' | '…' | '“' | '”' | '‘' | '’' | '·')
}

fn of_char(c: char) -> Width {
    if is_mark(c) {
        Width { lo: 45, hi: 100 }
    } else if is_wide(c) {
        Width { lo: 100, hi: 100 }
    } else if matches!(c, 'i' | 'l' | 'j' | 'f' | 't' | 'r' | 'I' | '.' | ',' | '\'' | ':' | ';' | '|' | '!') {
        Width { lo: 20, hi: 55 }
    } else if c.is_ascii_uppercase() || matches!(c, 'm' | 'w' | '%' | '@') {
        Width { lo: 45, hi: 90 }
    } else if c.is_ascii() {
        Width { lo: 42, hi: 62 }
    } else {
        Width { lo: 40, hi: 100 }
    }
}

/// Adds up the width of a line, character by character.
#[derive(Default)]
pub(super) struct Ruler {
    /// Of all that is not plain ideographs: those are counted, because nearly every character of a page is one.
    others: Width,
    count_of_others: usize,
    count: usize,
    gaps: u32,
    /// Gaps behind a single character.
    single: u32,
    /// How many characters there were up to the last gap.
    gap_at: usize,
}

impl Ruler {
    /// Adds one of the plain ideographs.
    pub(super) fn ideograph(&mut self) {
        self.count += 1;
    }

    /// Adds any other character, which stands behind `last`.
    pub(super) fn other(&mut self, c: char, last: char) {
        let own = if c.is_whitespace() {
            self.gaps += 1;
            self.single += u32::from(self.count - self.gap_at == 1);
            self.gap_at = self.count + 1;
            Width { lo: if last.is_ascii_alphanumeric() { 15 } else { 0 }, hi: if c == '\u{3000}' { 100 } else { 60 } }
        } else {
            of_char(c)
        };
        self.count += 1;
        self.count_of_others += 1;
        self.others.lo += own.lo;
        self.others.hi += own.hi;
    }

    /// The width of all together.
    pub(super) fn width(&self) -> Width {
        if self.count > LONGEST {
            return Width::UNMEASURED;
        }
        let ideographs = (self.count - self.count_of_others) as u32 * 100;
        // Spread to the measure by justification: as wide as the box, whatever that is.
        let spread = if self.gaps >= 3 && self.single * 5 >= self.gaps * 3 { self.gaps * 150 } else { 0 };
        Width { lo: self.others.lo + ideographs, hi: self.others.hi + ideographs + spread }
    }
}

/// Whether `c` is of the block that nearly all Chinese characters of a page are of.
pub(crate) fn is_plain_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// The width of `span` as printed: repairs made later do not change it, but a run drawn twice counts once.
pub(crate) fn measure_line(page: &Page, span: Span) -> Width {
    let mut edits = page.edits_in(span).iter().filter(|edit| edit.why == Repair::DuplicateRun).peekable();
    let repaired = edits.peek().is_some();
    let mut ruler = Ruler::default();
    let mut last = ' ';
    for (offset, c) in span.slice(page.text()).char_indices() {
        if repaired {
            let at = span.start + offset as u32;
            while edits.next_if(|edit| edit.span.end <= at).is_some() {}
            if edits.peek().is_some_and(|edit| edit.span.start <= at) {
                continue;
            }
        }
        if is_plain_ideograph(c) {
            ruler.ideograph();
        } else {
            ruler.other(c, last);
        }
        if ruler.count > LONGEST {
            break;
        }
        last = c;
    }
    ruler.width()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::laws;

    fn width(text: &str) -> Width {
        let page = laws::page(text);
        measure_line(&page, page.lines[0].span)
    }

    #[test]
    fn marks_and_digits_make_an_interval() {
        assert_eq!(width("会议强调"), Width { lo: 400, hi: 400 });
        assert_eq!(width("会议，"), Width { lo: 245, hi: 300 });
        assert!(width("书记3月 26日上午").fits(750));
    }

    #[test]
    fn a_spread_line_fits_any_wider_box() {
        assert!(width("我 国 专 精 特 新").fits(900));
        assert!(!width("我国专精特新").fits(900));
    }
}
