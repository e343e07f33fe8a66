//! What blank lines mean on a page: that depends on the program that read it.

use super::facts::Facts;

/// What they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// They stand wherever the left edge changes.
    MarkEdges,
    /// They stand between blocks, more or less.
    BetweenBlocks,
    /// There are next to none.
    Absent,
}

impl Blanks {
    /// Judges by the lines that follow the short last line of a paragraph: does a blank stand before them?
    pub(super) fn in_print(lines: &[Facts], measures: &[u32]) -> Self {
        let (mut ends, mut marked, mut all) = (0_usize, 0_usize, 0_usize);
        for (pair, measure) in lines.windows(2).zip(measures) {
            let [a, b] = pair else { continue };
            all += usize::from(b.blank);
            if a.fixed.is_none() && b.fixed.is_none() && matches!(a.last, '。' | '.') && a.width.short_of(measure.saturating_sub(100)) {
                ends += 1;
                marked += usize::from(b.blank || a.blank);
            }
        }
        if ends > 0 && marked * 2 >= ends {
            Self::MarkEdges
        } else if are_rare(all, lines) {
            Self::Absent
        } else {
            Self::BetweenBlocks
        }
    }

    /// The same where each paragraph stands on a line: blanks between all lines are told from those between articles, which are where
    /// an edge would change. What stands above the articles is often set apart, and nothing else.
    pub(super) fn between_paragraphs(lines: &[Facts]) -> Self {
        let all = lines.windows(2).filter(|pair| pair[1].blank && pair[0].fixed.is_none()).count();
        if are_rare(all, lines) {
            Self::Absent
        } else if all * 10 < lines.len() * 7 {
            Self::MarkEdges
        } else {
            Self::BetweenBlocks
        }
    }
}

/// Whether `blanks` are next to none for so many lines.
fn are_rare(blanks: usize, lines: &[Facts]) -> bool {
    blanks * 50 < lines.len()
}
