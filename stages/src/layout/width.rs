//! How wide a line was set, as an interval: justification changes the width of marks and spaces, so a line of a justified box has
//! no one width, but an interval that holds the box's measure.
//!
//! Source of the widths: GB/T 15834 and CLREQ give a mark one em that may be compressed to half; half-width characters and
//! synthesised spaces were measured on extracted pages.

/// Width in em, least and most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Interval {
    pub(crate) least: f32,
    pub(crate) most: f32,
}

impl Interval {
    /// The width of `text`; spaces count as nothing to half an em.
    pub(crate) fn of(text: &str) -> Self {
        let mut sum = Self::default();
        for c in text.chars() {
            let (least, most) = width(c);
            sum.least += least;
            sum.most += most;
        }
        sum
    }

    /// Whether a box of `measure` can have set this line full.
    pub(crate) fn fits(self, measure: f32) -> bool {
        self.least - 0.3 <= measure && measure <= self.most + 0.3
    }
}

fn width(c: char) -> (f32, f32) {
    match c {
        ' ' | '\t' | '\u{a0}' => (0.0, 0.5),
        '\u{3000}' => (1.0, 1.0),
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | '“' | '”' | '‘' | '’' | '（' | '）' | '《' | '》' | '〈' | '〉' | '「' | '」'
        | '『' | '』' | '【' | '】' | '〔' | '〕' | '·' => (0.5, 1.0),
        c if c.is_ascii() => (0.45, 0.62),
        c if u32::from(c) < 0x2000 => (0.45, 0.7),
        _ => (1.0, 1.0),
    }
}

/// Whether `c` is a Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x323af | 0x3007)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_box_hold_its_measure() {
        for line in ["控持久战。要坚决做好“外防输入”，用", "好边界防疫智慧系统，从严从细抓好交", "守好“小门”，持续加快疫苗接种。要全"]
        {
            assert!(Interval::of(line).fits(17.0), "{line}: {:?}", Interval::of(line));
        }
        assert!(!Interval::of("会议指出，要慎终如始，打好严防").fits(17.0));
    }
}
