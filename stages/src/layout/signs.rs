//! The signs that a line of print shows about its part on the page, as numbered rows of the table of weights.
//!
//! A sign is a combination of a few plain facts: how wide the line is beside its measure, how the line before it ends, what the
//! blank lines are like. What each is worth is learned from pages with known answers and stands in the data files that
//! [`super::weights`] names; here is only what can be seen. Signs of a line speak of that line alone, signs of a seam of two
//! neighbours.

use super::blanks::Blanks;
use super::facts::{Facts, is_closing, is_half_stop, is_opening};
use super::grammar::Fixed;
use super::weights::{self, INDENT, Table};
use super::width::{Width, is_han};

/// A family of signs: every combination of its values is one row.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) values: &'static [&'static [&'static str]],
}

pub(super) const END: &[&str] = &[
    "stop",
    "quoted-stop",
    "quote",
    "half-stop",
    "comma",
    "list-comma",
    "dash",
    "hanzi",
    "letter",
    "digit",
    "hyphen",
    "opening",
    "credit",
    "mark",
    "edge",
];
pub(super) const START: &[&str] =
    &["closing", "opening", "hanzi", "letter", "small-letter", "digit", "dash", "bullet", "dateline", "mark", "edge"];
pub(super) const FIT: &[&str] =
    &["far-beyond", "beyond", "full", "full-or-indented", "indented", "deep-indented", "between", "short", "half", "tiny", "edge"];
pub(super) const LENGTH: &[&str] = &["1-3", "4-6", "7-9", "10-13", "14-17", "18-23", "24-35", "36-"];
const MODE: &[&str] = &["edges", "blocks", "absent"];
pub(super) const BLANK: &[&str] = &["joined", "blank"];
pub(super) const KIND: &[&str] = &["text", "byline", "jump-to", "jump-from", "furniture", "label", "notice", "edge"];
pub(super) const BOX: &[&str] = &["same", "near", "wider", "narrower"];
pub(super) const COUNT: &[&str] = &["0", "1", "2", "3-"];
pub(super) const CASE: &[&str] = &["none", "sentence", "title"];
pub(super) const YES: &[&str] = &["no", "yes"];
pub(super) const PACE: &[&str] = &["stop", "comma", "colon", "space", "bare"];
pub(super) const RUN: &[&str] = &["much-shorter", "shorter", "as-long", "longer", "much-longer"];

/// Signs of one line.
pub(crate) const LINE: &[Family] = &[
    Family { name: "length", values: &[LENGTH, MODE] },
    Family { name: "fit", values: &[FIT, END, YES] },
    Family { name: "fit-where", values: &[FIT, MODE] },
    Family { name: "inside", values: &[PACE, LENGTH] },
    Family { name: "start", values: &[START] },
    Family { name: "small-words", values: &[COUNT, LENGTH] },
    Family { name: "next", values: &[MODE, BLANK, KIND] },
    Family { name: "next-start", values: &[START, BLANK] },
    Family { name: "next-fit", values: &[FIT, FIT] },
    Family { name: "latin", values: &[YES, LENGTH] },
    Family { name: "case", values: &[CASE, LENGTH] },
];

/// Signs of a seam.
pub(crate) const SEAM: &[Family] = &[
    Family { name: "end-fit", values: &[END, FIT] },
    Family { name: "end-start", values: &[END, START] },
    Family { name: "blanks", values: &[MODE, BLANK, BLANK, BLANK] },
    Family { name: "blank-fit", values: &[MODE, BLANK, FIT] },
    Family { name: "blank-start", values: &[MODE, BLANK, START] },
    Family { name: "end-where", values: &[MODE, END, BLANK] },
    Family { name: "box", values: &[BOX, MODE, BLANK] },
    Family { name: "fits", values: &[FIT, FIT] },
    Family { name: "kinds", values: &[KIND, KIND] },
    Family { name: "run", values: &[RUN, BLANK] },
    Family { name: "pair", values: &[PAIR, END_KIND] },
];

pub(super) const PAIR: &[&str] = &["strange", "seen", "usual", "none"];
pub(super) const END_KIND: &[&str] = &["stopped", "open"];

/// How many rows `families` have.
pub(crate) fn rows(families: &[Family]) -> usize {
    families.iter().map(|family| family.values.iter().map(|values| values.len()).product::<usize>()).sum()
}

/// The name of every row, in order: `end-fit stop full`.
pub(crate) fn names(families: &[Family]) -> Vec<String> {
    let mut out = Vec::with_capacity(rows(families));
    for family in families {
        let mut names = vec![family.name.to_owned()];
        for values in family.values {
            names = names.iter().flat_map(|name| values.iter().map(move |value| format!("{name} {value}"))).collect();
        }
        out.extend(names);
    }
    out
}

/// Collects row numbers, family after family.
pub(super) struct Rows<const FAMILIES: usize> {
    pub(super) out: [u16; FAMILIES],
    count: usize,
    base: usize,
}

impl<const FAMILIES: usize> Rows<FAMILIES> {
    pub(super) fn new() -> Self {
        Self { out: [0; FAMILIES], count: 0, base: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, family: &Family, picks: &[u8]) {
        let mut at = 0;
        let mut size = 1;
        for (values, pick) in family.values.iter().zip(picks) {
            at = at * values.len() + usize::from(*pick);
            size *= values.len();
        }
        self.out[self.count] = (self.base + at) as u16;
        self.count += 1;
        self.base += size;
    }
}

/// A page as the signs see it.
pub(crate) struct View<'a> {
    pub(crate) lines: &'a [Facts],
    /// In hundredths of an em.
    measures: &'a [u32],
    pub(crate) blanks: Blanks,
    /// Its paragraphs stand on one line each.
    pub(super) whole_paragraphs: bool,
    /// Of each line, and of the edge behind the last.
    seen: Vec<Seen>,
}

/// What several signs ask of a line, as numbers of their values.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) fit: u8,
    pub(super) end: u8,
    pub(super) start: u8,
    pub(super) kind: u8,
    pub(super) length: u8,
    pub(super) blank: u8,
    /// With the line before it.
    pub(super) pair: u8,
}

impl Seen {
    const EDGE: Self = Self {
        fit: FIT.len() as u8 - 1,
        end: END.len() as u8 - 1,
        start: START.len() as u8 - 1,
        kind: KIND.len() as u8 - 1,
        length: 0,
        blank: 0,
        pair: NO_PAIR,
    };
}

impl<'a> View<'a> {
    pub(crate) fn new(lines: &'a [Facts], measures: &'a [u32], blanks: Blanks, whole_paragraphs: bool) -> Self {
        let see = |(line, measure): (&'a Facts, &u32)| Seen {
            fit: fit(line.width, *measure),
            end: line.shape.end,
            start: line.shape.start,
            kind: kind(line),
            length: line.shape.length,
            blank: u8::from(line.blank),
            pair: line.pair,
        };
        let seen = lines.iter().zip(measures).map(see).chain([Seen::EDGE]).collect();
        Self { lines, measures, blanks, whole_paragraphs, seen }
    }

    /// What the signs on such a page are worth.
    pub(crate) fn table(&self) -> &'static Table {
        weights::table(self.whole_paragraphs)
    }

    /// What is seen of a line, or of the edge where there is none.
    pub(super) fn seen(&self, index: Option<usize>) -> Seen {
        index.and_then(|index| self.seen.get(index)).copied().unwrap_or(Seen::EDGE)
    }

    /// The rows of line `index`, one for each family of [`LINE`].
    pub(crate) fn line(&self, index: usize) -> [u16; LINE.len()] {
        let (own, next, mode) = (self.seen(Some(index)), self.seen(Some(index + 1)), self.mode());
        let wording = self.lines[index].wording;
        let mut rows = Rows::new();
        rows.add(&LINE[0], &[own.length, mode]);
        rows.add(&LINE[1], &[own.fit, own.end, own.blank]);
        rows.add(&LINE[2], &[own.fit, mode]);
        rows.add(&LINE[3], &[wording.pace, own.length]);
        rows.add(&LINE[4], &[own.start]);
        rows.add(&LINE[5], &[wording.small_words, own.length]);
        rows.add(&LINE[6], &[mode, next.blank, next.kind]);
        rows.add(&LINE[7], &[next.start, next.blank]);
        rows.add(&LINE[8], &[own.fit, next.fit]);
        rows.add(&LINE[9], &[u8::from(wording.latin), own.length]);
        rows.add(&LINE[10], &[wording.case, own.length]);
        rows.out
    }

    /// The rows of the seam between line `index - 1` and line `index`, one for each family of [`SEAM`]; before the first and
    /// behind the last line stands the edge of the page.
    pub(crate) fn seam(&self, index: usize) -> [u16; SEAM.len()] {
        let above = index.checked_sub(1);
        let (a, b, c, mode) = (self.seen(above), self.seen(Some(index)), self.seen(Some(index + 1)), self.mode());
        let lines = (above.and_then(|above| self.lines.get(above)), self.lines.get(index));
        let mut rows = Rows::new();
        rows.add(&SEAM[0], &[a.end, a.fit]);
        rows.add(&SEAM[1], &[a.end, b.start]);
        rows.add(&SEAM[2], &[mode, a.blank, b.blank, c.blank]);
        rows.add(&SEAM[3], &[mode, b.blank, a.fit]);
        rows.add(&SEAM[4], &[mode, b.blank, b.start]);
        rows.add(&SEAM[5], &[mode, a.end, b.blank]);
        rows.add(&SEAM[6], &[self.box_change(index), mode, b.blank]);
        rows.add(&SEAM[7], &[a.fit, b.fit]);
        rows.add(&SEAM[8], &[a.kind, b.kind]);
        rows.add(&SEAM[9], &[run(lines.0, lines.1), b.blank]);
        rows.add(&SEAM[10], &[b.pair, u8::from(lines.0.is_some_and(|a| !a.stops()))]);
        rows.out
    }

    fn mode(&self) -> u8 {
        mode(self.blanks)
    }

    pub(super) fn box_change(&self, index: usize) -> u8 {
        let (Some(before), Some(own)) = (index.checked_sub(1).and_then(|before| self.measures.get(before)), self.measures.get(index))
        else {
            return 0;
        };
        match before.abs_diff(*own) {
            0 => 0,
            1..=100 => 1,
            _ if own > before => 2,
            _ => 3,
        }
    }
}

/// The number of what blank lines mean.
pub(super) fn mode(blanks: Blanks) -> u8 {
    match blanks {
        Blanks::MarkEdges => 0,
        Blanks::BetweenBlocks => 1,
        Blanks::Absent => 2,
    }
}

fn fit(width: Width, measure: u32) -> u8 {
    let indented = measure.saturating_sub(INDENT);
    if width.beyond(measure + 150) {
        0
    } else if width.beyond(measure) {
        1
    } else if width.fits(measure) {
        if width.fits(indented) { 3 } else { 2 }
    } else if width.fits(indented) {
        4
    } else if width.fits(indented.saturating_sub(100)) {
        5
    } else if !width.short_of(measure) || width.hi + 100 >= indented {
        6
    } else if width.hi * 2 >= measure {
        7
    } else if width.hi * 4 >= measure {
        8
    } else {
        9
    }
}

/// What the ends of a line are and how long it is, as numbers of the values of signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(super) end: u8,
    pub(super) start: u8,
    pub(super) length: u8,
}

impl Shape {
    pub(super) fn of(line: &Facts) -> Self {
        Self { end: end(line), start: start(line), length: length(line) }
    }
}

fn length(line: &Facts) -> u8 {
    match line.chars {
        0..=3 => 0,
        4..=6 => 1,
        7..=9 => 2,
        10..=13 => 3,
        14..=17 => 4,
        18..=23 => 5,
        24..=35 => 6,
        _ => 7,
    }
}

fn end(line: &Facts) -> u8 {
    let quoted = matches!(line.last, '”' | '’' | '）' | '】' | '」' | '』' | '"' | '\'' | ')');
    match line.last {
        _ if line.credit => 12,
        _ if quoted && line.full_stop => 1,
        _ if line.full_stop => 0,
        _ if quoted => 2,
        '，' | ',' => 4,
        '、' => 5,
        '—' | '…' => 6,
        c if is_hyphen(c) => 10,
        c if is_opening(c) => 11,
        c if is_half_stop(c) => 3,
        c if is_han(c) => 7,
        c if c.is_numeric() => 9,
        c if c.is_alphabetic() => 8,
        _ => 13,
    }
}

/// Whether a word may be divided with `c`, a soft hyphen among them.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{ad}')
}

fn start(line: &Facts) -> u8 {
    match line.first {
        _ if line.dateline => 8,
        c if is_closing(c) => 0,
        c if is_opening(c) => 1,
        c if is_han(c) => 2,
        c if c.is_lowercase() => 4,
        c if c.is_numeric() => 5,
        c if c.is_alphabetic() => 3,
        '—' | '…' => 6,
        c if super::people::is_bullet(c) || matches!(c, '·' | '▲' | '▼' | '△' | '◆') => 7,
        _ => 9,
    }
}

fn kind(line: &Facts) -> u8 {
    match line.fixed {
        None | Some(Fixed::MaybeNames | Fixed::MaybeFurniture | Fixed::Weather) => 0,
        Some(Fixed::Byline) => 1,
        Some(Fixed::JumpTo) => 2,
        Some(Fixed::JumpFrom) => 3,
        Some(Fixed::Furniture | Fixed::PullQuote) => 4,
        Some(Fixed::Label) => 5,
        Some(Fixed::NoticeHead | Fixed::SmallPrint) => 6,
    }
}

pub(super) fn run(a: Option<&Facts>, b: Option<&Facts>) -> u8 {
    let (Some(a), Some(b)) = (a, b) else { return 2 };
    let (before, own) = (a.chars, b.chars);
    if own * 2 < before {
        0
    } else if own + 1 < before {
        1
    } else if own <= before + 1 {
        2
    } else if own <= before * 2 {
        3
    } else {
        4
    }
}

/// Characters that are not both Chinese meet.
pub(super) const NO_PAIR: u8 = PAIR.len() as u8 - 1;

/// How usual it is that a line that begins with `first` follows one that ends with `last`.
pub(super) fn pair(last: char, first: char) -> u8 {
    if is_han(last) && is_han(first) { super::pairs::strength(last, first) } else { NO_PAIR }
}
