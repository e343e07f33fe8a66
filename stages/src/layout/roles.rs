//! The part every line plays: first line of a paragraph, a line that goes on, display type, or something apart.
//!
//! What its wording settles is fixed; the rest is the cheapest sequence of parts under the costs in [`super::weights`], which put
//! together width, indent, punctuation and blank lines. Four parts a line, so time grows with the number of lines.

use super::facts::{Facts, is_closing, is_half_stop, is_opening};
use super::grammar::Fixed;
use super::weights as w;

/// The part a line plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// First line of a paragraph.
    Start,
    /// Goes on with the paragraph of the body line before.
    Flow,
    /// Headline, kicker, subtitle.
    Display,
    /// Byline, jump line, furniture: see [`Facts::fixed`].
    Apart,
}

impl Role {
    /// A line of body type.
    pub(crate) fn is_body(self) -> bool {
        matches!(self, Self::Start | Self::Flow)
    }
}

/// What blank lines mean on a page: that depends on the program that read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// They stand wherever the left edge changes.
    MarkEdges,
    /// They stand between blocks, more or less.
    BetweenBlocks,
    /// There are next to none.
    Absent,
}

/// Judges by the lines that follow the short last line of a paragraph: does a blank stand before them?
pub(crate) fn blanks(lines: &[Facts], measures: &[u32]) -> Blanks {
    let (mut ends, mut marked, mut all) = (0_usize, 0_usize, 0_usize);
    for (index, pair) in lines.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        all += usize::from(b.blank);
        if a.fixed.is_none() && b.fixed.is_none() && a.last == '。' && a.width.short_of(measures[index].saturating_sub(100)) {
            ends += 1;
            marked += usize::from(b.blank || a.blank);
        }
    }
    if ends > 0 && marked * 2 >= ends {
        Blanks::MarkEdges
    } else if all * 50 >= lines.len() {
        Blanks::BetweenBlocks
    } else {
        Blanks::Absent
    }
}

/// A part, and for lines that are no body whether the body before them stopped in mid-sentence.
const STATES: [(Role, bool); 6] =
    [(Role::Start, false), (Role::Flow, false), (Role::Display, false), (Role::Apart, false), (Role::Display, true), (Role::Apart, true)];
const NEVER: i32 = 1_000_000;

/// The part of every line.
pub(crate) fn roles(lines: &[Facts], measures: &[u32], blanks: Blanks) -> Vec<Role> {
    let mut cost: [i32; 6] = [0, NEVER, NEVER, NEVER, NEVER, NEVER];
    let mut from: Vec<[u8; 6]> = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let mut next = [NEVER; 6];
        let mut best = [0_u8; 6];
        for (to, (role, open)) in STATES.into_iter().enumerate() {
            if (role == Role::Apart) != line.fixed.is_some() {
                continue;
            }
            let own = own_cost(line, measures[index], role);
            for (before, (last_role, was_open)) in STATES.into_iter().enumerate() {
                let step = if index == 0 {
                    if open {
                        NEVER
                    } else if role == Role::Flow {
                        w::BODY_GOES_ON_AFTER_APART
                    } else {
                        0
                    }
                } else {
                    let pair = Pair {
                        a: &lines[index - 1],
                        b: line,
                        measure: measures[index - 1],
                        same_box: measures[index - 1].abs_diff(measures[index]) < 100,
                        blanks,
                        end: lines.get(index + 1).is_none(),
                    };
                    if pair.stays_open(last_role, was_open) == open || role.is_body() {
                        pair.cost(last_role, was_open, role)
                    } else {
                        NEVER
                    }
                };
                let sum = cost[before].saturating_add(step).saturating_add(own).min(NEVER);
                if sum < next[to] {
                    next[to] = sum;
                    best[to] = before as u8;
                }
            }
        }
        let least = next.iter().copied().min().unwrap_or(0);
        for value in &mut next {
            *value = (*value - least).min(NEVER);
        }
        cost = next;
        from.push(best);
    }
    let mut at = cost.iter().enumerate().min_by_key(|(_, c)| **c).map_or(0, |(i, _)| i);
    let mut out = vec![Role::Start; lines.len()];
    for (role, best) in out.iter_mut().zip(&from).rev() {
        *role = STATES[at].0;
        at = best[at] as usize;
    }
    out
}

fn own_cost(line: &Facts, measure: u32, role: Role) -> i32 {
    match role {
        Role::Apart => 0,
        Role::Start | Role::Flow => {
            let beyond = if line.width.beyond(measure + 100) {
                w::BODY_FAR_BEYOND
            } else if line.width.beyond(measure) {
                w::BODY_BEYOND
            } else {
                0
            };
            let closing = if role == Role::Start && is_closing(line.first) { w::NEW_STARTS_WITH_CLOSING } else { 0 };
            let dateline = if role == Role::Flow && line.dateline { w::FLOW_IS_DATELINE } else { 0 };
            beyond + closing + dateline
        }
        Role::Display => {
            let mut cost = w::DISPLAY;
            if line.width.fits(measure) || line.width.fits(measure.saturating_sub(w::INDENT)) {
                cost += w::DISPLAY_FITS_MEASURE;
            }
            if matches!(line.last, '。' | '；') || line.credit {
                cost += w::DISPLAY_FULL_STOP_AT_END;
            } else if line.last == '、' {
                cost += w::DISPLAY_LIST_COMMA_AT_END;
            } else if matches!(line.last, '，' | ',' | ';') {
                cost += w::DISPLAY_COMMA_AT_END;
            }
            let inside = line.text.trim_end_matches(['。', '”']);
            if inside.contains(['。', '；']) {
                cost += w::DISPLAY_FULL_STOP_INSIDE;
            }
            if is_closing(line.first) {
                cost += w::DISPLAY_STARTS_WITH_CLOSING;
            }
            if line.dateline {
                cost += w::DISPLAY_DATELINE;
            }
            if line.width.lo > 4600 {
                cost += w::DISPLAY_TOO_LONG;
            }
            cost
        }
    }
}

/// Two neighbouring lines.
struct Pair<'a> {
    a: &'a Facts,
    b: &'a Facts,
    /// Measure of the first.
    measure: u32,
    same_box: bool,
    blanks: Blanks,
    end: bool,
}

impl Pair<'_> {
    /// Whether the body above is still in mid-sentence after the first line.
    fn stays_open(&self, a: Role, was_open: bool) -> bool {
        match a {
            Role::Start | Role::Flow => !self.a.stops() && self.b.fixed != Some(Fixed::JumpTo),
            Role::Display => was_open,
            Role::Apart => was_open && self.b.fixed != Some(Fixed::JumpTo),
        }
    }

    fn cost(&self, a: Role, was_open: bool, b: Role) -> i32 {
        use Role::{Apart, Display, Flow, Start};
        match (a, b) {
            (Start | Flow, Start | Flow) => self.body_to_body(a, b) + self.closes(b),
            (Start | Flow, Display) => {
                let mut cost = self.ends_text(a) + w::DISPLAY_BEGINS;
                if !self.a.stops() {
                    // Where blanks mark edges the text was read box by box, and a box ends with a sentence or a jump line.
                    let in_order = self.blanks == Blanks::MarkEdges;
                    cost += if in_order { w::DISPLAY_AFTER_OPEN_IN_ORDER } else { w::DISPLAY_AFTER_OPEN };
                }
                cost += match self.blanks {
                    Blanks::MarkEdges | Blanks::BetweenBlocks if self.b.blank => 0,
                    Blanks::MarkEdges if self.a.blank => w::DISPLAY_WITHOUT_BLANK_AFTER_BLANK,
                    Blanks::MarkEdges => w::DISPLAY_WITHOUT_BLANK,
                    Blanks::BetweenBlocks => w::DISPLAY_WITHOUT_BLANK_BETWEEN_BLOCKS,
                    Blanks::Absent => w::DISPLAY_WHERE_BLANKS_ARE_ABSENT,
                };
                cost
            }
            (Start | Flow, Apart) => {
                let jumps = self.b.fixed == Some(Fixed::JumpTo);
                let open = !self.a.stops() && !jumps;
                let fills_line = !self.a.width.short_of(self.measure.saturating_sub(w::INDENT + 100));
                let scrap = a == Start && !self.a.stops() && !(jumps && fills_line);
                let cost = self.ends_text(a) + if open { self.open_before_apart() } else { 0 };
                cost + if scrap { w::BODY_SCRAP_BEFORE_APART } else { 0 }
            }
            (Display, Start) => {
                let edge = self.blanks != Blanks::Absent && !self.b.blank && !self.a.blank;
                let resume = if was_open { w::BODY_STARTS_BEFORE_RESUMING } else { 0 };
                w::BODY_AFTER_DISPLAY
                    + resume
                    + if self.b.dateline { w::DISPLAY_BEFORE_DATELINE } else { 0 }
                    + self.closes(b)
                    + if edge { w::BODY_AFTER_DISPLAY_WITHOUT_BLANK } else { 0 }
            }
            (Display | Apart, Flow) if was_open => {
                let in_order = self.blanks == Blanks::MarkEdges && a == Display;
                self.closes(b) + if in_order { w::BODY_RESUMES_IN_ORDER } else { w::BODY_RESUMES }
            }
            (Display, Flow) => w::BODY_GOES_ON_AFTER_DISPLAY + self.closes(b),
            (Display, Apart) if self.b.fixed == Some(Fixed::Byline) => w::DISPLAY_BEFORE_BYLINE,
            (Apart, Flow) => (if self.a.fixed == Some(Fixed::JumpFrom) { -50 } else { w::BODY_GOES_ON_AFTER_APART }) + self.closes(b),
            (Apart, Start) => self.closes(b),
            (Apart, Display) => w::DISPLAY_BEGINS,
            (Display, Display) | (Display | Apart, Apart) => 0,
        }
    }

    /// What the end of the page after `b` says.
    fn closes(&self, b: Role) -> i32 {
        if !self.end || !b.is_body() || self.b.full_stop || self.b.credit {
            return 0;
        }
        w::BODY_OPEN_BEFORE_APART + if b == Role::Start { w::BODY_SCRAP_BEFORE_APART } else { 0 }
    }

    /// What a body that stops in mid-sentence before something apart costs: only pages read box by box keep the two together.
    fn open_before_apart(&self) -> i32 {
        if self.blanks == Blanks::MarkEdges { w::BODY_OPEN_BEFORE_APART } else { w::BODY_OPEN_BEFORE_APART / 3 }
    }

    /// The first line ends a text, or at least the part of it in this column.
    fn ends_text(&self, a: Role) -> i32 {
        let full_stop = self.a.full_stop || self.a.credit;
        let bracket = self.a.last == '）' && self.a.text.contains('。');
        let open = !self.a.stops();
        self.ends_paragraph(a) + if full_stop || bracket || open { 0 } else { w::ENDS_WITHOUT_FULL_STOP }
    }

    /// The first line ends its paragraph, whatever follows.
    fn ends_paragraph(&self, a: Role) -> i32 {
        let reach = if a == Role::Start { self.measure.saturating_sub(w::INDENT) } else { self.measure };
        if self.a.width.fits(reach) && !self.a.width.short_of(reach) { w::NEW_AFTER_FULL } else { 0 }
    }

    /// The second line begins with what may not stand apart, so that a character of the first may have gone down with it.
    fn pushed_down(&self) -> bool {
        is_opening(self.b.first) || is_closing(self.b.second) || self.b.first.is_ascii_alphanumeric() || matches!(self.b.first, '—' | '…')
    }

    fn body_to_body(&self, a: Role, b: Role) -> i32 {
        let width = self.a.width;
        let reaches = |measure: u32| width.fits(measure) || self.pushed_down() && width.fits(measure.saturating_sub(100));
        let flush = reaches(self.measure);
        let indented = reaches(self.measure.saturating_sub(w::INDENT)) || width.fits(self.measure.saturating_sub(w::INDENT + 100));
        let mut cost = 0;
        if b == Role::Start {
            cost += if self.b.dateline { self.ends_text(a) * 2 } else { self.ends_paragraph(a) };
            cost += if self.a.full_stop || self.a.credit {
                0
            } else if self.a.stops() {
                w::NEW_WITHOUT_FULL_STOP
            } else if is_half_stop(self.a.last) {
                w::NEW_AFTER_HALF_STOP
            } else if a == Role::Start
                && width.short_of(self.measure.saturating_sub(w::INDENT))
                && self.a.last != '，'
                && self.a.last != '、'
            {
                w::NEW_AFTER_SUBHEAD + if self.b.dateline { w::SUBHEAD_BEFORE_DATELINE } else { 0 }
            } else {
                w::NEW_AFTER_OPEN
            };
        } else if a == Role::Flow {
            if width.beyond(self.measure) {
                cost += w::GOES_ON_AFTER_BEYOND;
            } else if !flush && !width.short_of(self.measure.saturating_sub(100)) && !self.a.full_stop {
                cost += w::GOES_ON_AFTER_NEARLY_FULL;
            } else if !flush {
                cost += w::GOES_ON_AFTER_SHORT + if self.a.stops() { w::GOES_ON_AFTER_SHORT_STOP } else { 0 };
            }
        } else if !indented {
            cost += if flush {
                w::FIRST_LINE_IS_FULL
            } else if width.short_of(self.measure) {
                w::FIRST_LINE_IS_SHORT + if self.a.stops() { w::GOES_ON_AFTER_SHORT_STOP } else { 0 }
            } else {
                w::GOES_ON_AFTER_BEYOND
            };
        }
        cost + self.blank_cost(a, b)
    }

    fn blank_cost(&self, a: Role, b: Role) -> i32 {
        let changes = a != b;
        match self.blanks {
            Blanks::Absent => 0,
            Blanks::BetweenBlocks => {
                if self.b.blank && b == Role::Flow {
                    w::BLANK_INSIDE_PARAGRAPH
                } else {
                    0
                }
            }
            Blanks::MarkEdges => match (self.a.blank, self.b.blank) {
                (false, false) if changes => w::EDGE_MUST_STAY,
                (_, false) => 0,
                (false, true) if changes => 0,
                (false, true) if is_opening(self.b.first) || is_opening(self.a.first) || !self.same_box => w::HUNG_QUOTE,
                (_, true) => w::COLUMN_BREAK,
            },
        }
    }
}
