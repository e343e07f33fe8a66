//! The signs that a line of print shows about its part on the page, as numbered rows of the table of weights.
//!
//! A sign is a combination of a few plain facts: how wide the line is beside its measure, how the line before it ends, what the
//! blank lines are like. What each is worth is learned from pages with known answers and stands in `stages/data/line-roles.txt`
//! ([`super::weights`]); here is only what can be seen. Signs of a line speak of that line alone, signs of a seam of two
//! neighbours.

use super::facts::{Facts, is_closing, is_half_stop, is_opening};
use super::grammar::Fixed;
use super::roles::Blanks;
use super::weights::INDENT;
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
const FIT: &[&str] =
    &["far-beyond", "beyond", "full", "full-or-indented", "indented", "deep-indented", "between", "short", "half", "tiny", "edge"];
pub(super) const LENGTH: &[&str] = &["1-3", "4-6", "7-9", "10-13", "14-17", "18-23", "24-35", "36-"];
const MODE: &[&str] = &["edges", "blocks", "absent"];
const BLANK: &[&str] = &["joined", "blank"];
const KIND: &[&str] = &["text", "byline", "jump-to", "jump-from", "furniture", "label", "notice", "edge"];
const BOX: &[&str] = &["same", "near", "wider", "narrower"];
const COUNT: &[&str] = &["0", "1", "2", "3-"];
const CASE: &[&str] = &["none", "sentence", "title"];
const YES: &[&str] = &["no", "yes"];
const PACE: &[&str] = &["stop", "comma", "colon", "space", "bare"];
const RUN: &[&str] = &["much-shorter", "shorter", "as-long", "longer", "much-longer"];

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
    Family { name: "pair", values: &[&["strange", "seen", "usual", "none"], END_KIND] },
];

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
pub(super) struct Rows {
    pub(super) out: Vec<u16>,
    pub(super) base: usize,
}

impl Rows {
    pub(super) fn add(&mut self, family: &Family, picks: &[usize]) {
        let mut at = 0;
        let mut size = 1;
        for (values, pick) in family.values.iter().zip(picks) {
            at = at * values.len() + pick;
            size *= values.len();
        }
        self.out.push((self.base + at) as u16);
        self.base += size;
    }
}

/// A page as the signs see it.
pub(crate) struct View<'a> {
    pub(crate) lines: &'a [Facts],
    /// In hundredths of an em.
    pub(crate) measures: &'a [u32],
    pub(crate) blanks: Blanks,
}

impl View<'_> {
    /// The rows of line `index`, one for each family of [`LINE`].
    pub(crate) fn line(&self, index: usize) -> Vec<u16> {
        let line = &self.lines[index];
        let next = self.lines.get(index + 1);
        let mode = self.mode();
        let (fit, length) = (self.fit(index), length(line));
        let next_blank = next.map_or(0, |next| usize::from(next.blank));
        let next_fit = self.fit(index + 1);
        let mut rows = Rows { out: Vec::with_capacity(LINE.len()), base: 0 };
        let mut families = LINE.iter();
        let mut add = |picks: &[usize]| {
            if let Some(family) = families.next() {
                rows.add(family, picks);
            }
        };
        add(&[length, mode]);
        add(&[fit, end(Some(line)), usize::from(line.blank)]);
        add(&[fit, mode]);
        add(&[pace(line), length]);
        add(&[start(Some(line))]);
        add(&[small_words(line), length]);
        add(&[mode, next_blank, kind(next)]);
        add(&[start(next), next_blank]);
        add(&[fit, next_fit]);
        add(&[usize::from(is_latin(line)), length]);
        add(&[case(line), length]);
        rows.out
    }

    /// The rows of the seam between line `index - 1` and line `index`, one for each family of [`SEAM`]; before the first and
    /// behind the last line stands the edge of the page.
    pub(crate) fn seam(&self, index: usize) -> Vec<u16> {
        let a = index.checked_sub(1).and_then(|before| self.lines.get(before));
        let b = self.lines.get(index);
        let c = self.lines.get(index + 1);
        let blank = |line: Option<&Facts>| line.map_or(0, |line| usize::from(line.blank));
        let fit_before = index.checked_sub(1).map_or(FIT.len() - 1, |before| self.fit(before));
        let (mode, last) = (self.mode(), end(a));
        let mut rows = Rows { out: Vec::with_capacity(SEAM.len()), base: 0 };
        let mut families = SEAM.iter();
        let mut add = |picks: &[usize]| {
            if let Some(family) = families.next() {
                rows.add(family, picks);
            }
        };
        add(&[last, fit_before]);
        add(&[last, start(b)]);
        add(&[mode, blank(a), blank(b), blank(c)]);
        add(&[mode, blank(b), fit_before]);
        add(&[mode, blank(b), start(b)]);
        add(&[mode, last, blank(b)]);
        add(&[self.box_change(index), mode, blank(b)]);
        add(&[fit_before, self.fit(index)]);
        add(&[kind(a), kind(b)]);
        add(&[run(a, b), blank(b)]);
        add(&[pair(a, b), usize::from(a.is_some_and(|a| !a.stops()))]);
        rows.out
    }

    fn mode(&self) -> usize {
        match self.blanks {
            Blanks::MarkEdges => 0,
            Blanks::BetweenBlocks => 1,
            Blanks::Absent => 2,
        }
    }

    fn fit(&self, index: usize) -> usize {
        match (self.lines.get(index), self.measures.get(index)) {
            (Some(line), Some(measure)) => fit(line.width, *measure),
            _ => FIT.len() - 1,
        }
    }

    fn box_change(&self, index: usize) -> usize {
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

fn fit(width: Width, measure: u32) -> usize {
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

pub(super) fn length(line: &Facts) -> usize {
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

pub(super) fn end(line: Option<&Facts>) -> usize {
    let Some(line) = line else { return END.len() - 1 };
    let quoted = matches!(line.last, '”' | '’' | '）' | '】' | '」' | '』' | '"' | '\'' | ')');
    match line.last {
        _ if line.credit => 12,
        _ if quoted && line.full_stop => 1,
        _ if line.full_stop => 0,
        _ if quoted => 2,
        '，' | ',' => 4,
        '、' => 5,
        '—' | '…' => 6,
        '-' | '\u{2010}' | '\u{ad}' => 10,
        c if is_opening(c) => 11,
        c if is_half_stop(c) => 3,
        c if is_han(c) => 7,
        c if c.is_numeric() => 9,
        c if c.is_alphabetic() => 8,
        _ => 13,
    }
}

pub(super) fn start(line: Option<&Facts>) -> usize {
    let Some(line) = line else { return START.len() - 1 };
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

fn kind(line: Option<&Facts>) -> usize {
    let Some(line) = line else { return KIND.len() - 1 };
    match line.fixed {
        None | Some(Fixed::MaybeNames | Fixed::MaybeFurniture) => 0,
        Some(Fixed::Byline) => 1,
        Some(Fixed::JumpTo) => 2,
        Some(Fixed::JumpFrom) => 3,
        Some(Fixed::Furniture | Fixed::PullQuote) => 4,
        Some(Fixed::Label) => 5,
        Some(Fixed::NoticeHead | Fixed::SmallPrint) => 6,
    }
}

/// What the line has inside, its last character left out: the slower, the less it is a headline.
fn pace(line: &Facts) -> usize {
    let inside = line.text.trim_end();
    let inside = inside.strip_suffix(line.last).unwrap_or(inside);
    if inside.contains(['。', '；']) {
        0
    } else if inside.contains(['，', '、']) {
        1
    } else if inside.contains(['：', ':', '“', '—', '《', '（', '？', '！']) {
        2
    } else if inside.contains(char::is_whitespace) {
        3
    } else {
        4
    }
}

/// The little words of sentences, which headlines leave out.
fn small_words(line: &Facts) -> usize {
    const SMALL: &[char] = &[
        '的', '了', '在', '是', '和', '也', '就', '都', '而', '与', '着', '他', '她', '我', '这', '那', '们', '到', '将', '被', '为', '對',
        '對', '這', '個', '与', '與', '們', '將', '為', '說', '说', '其', '于', '於', '等', '还', '還', '对', '从', '從', '把', '并', '並',
    ];
    line.text.chars().filter(|c| SMALL.contains(c)).count().min(3)
}

fn is_latin(line: &Facts) -> bool {
    line.text.chars().filter(char::is_ascii_alphabetic).count() * 2 > line.chars
}

/// Whether a Latin line has the capitals of a headline: every word of four letters or more, and two of them at least.
fn case(line: &Facts) -> usize {
    if !is_latin(line) {
        return 0;
    }
    let words = line.text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4);
    let (all, capital) = words.fold((0, 0), |(all, capital), word| (all + 1, capital + usize::from(word.starts_with(char::is_uppercase))));
    if capital >= 2 && capital == all { 2 } else { 1 }
}

fn run(a: Option<&Facts>, b: Option<&Facts>) -> usize {
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

/// How usual it is that the first character of `b` follows the last of `a`.
pub(crate) fn pair(a: Option<&Facts>, b: Option<&Facts>) -> usize {
    match (a, b) {
        (Some(a), Some(b)) if is_han(a.last) && is_han(b.first) => super::pairs::strength(a.last, b.first),
        _ => 3,
    }
}
