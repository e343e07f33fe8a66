//! The part every line plays: first line of an article or of a paragraph, a line that goes on, a headline, a subhead, or
//! something apart.
//!
//! What its wording settles is fixed; the rest is decided for the whole page at once: every sign ([`super::signs`]) speaks for or
//! against each step from one part to the next by its weight, and the parts are the sequence with the greatest sum. A line has a
//! handful of possible parts, so time grows with the number of lines. The same sums give how sure each decision is.

use super::facts::Facts;
use super::grammar::Fixed;
use super::marks::Must;
use super::signs::View;
use super::weights::{Table, table};

/// The part a line plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// First line of body of an article, or of the part of an article that is on this page.
    Opening,
    /// First line of another paragraph.
    Start,
    /// Goes on with the paragraph of the body line right before it.
    Flow,
    /// Goes on in mid-sentence with a text that was broken off farther above.
    Resume,
    /// Headline, kicker, subtitle.
    Display,
    /// A heading inside an article.
    Subhead,
    /// Byline, jump line, furniture: see [`Facts::fixed`].
    Apart,
}

/// All parts, in the order of the columns of the table of weights.
pub(crate) const ROLES: [Role; 7] = [Role::Opening, Role::Start, Role::Flow, Role::Resume, Role::Display, Role::Subhead, Role::Apart];

impl Role {
    /// Goes on with a sentence.
    pub(crate) fn goes_on(self) -> bool {
        matches!(self, Self::Flow | Self::Resume)
    }

    /// A line of a paragraph.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Opening | Self::Start | Self::Flow | Self::Resume)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Start => "start",
            Self::Flow => "flow",
            Self::Resume => "resume",
            Self::Display => "display",
            Self::Subhead => "subhead",
            Self::Apart => "apart",
        }
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
        if a.fixed.is_none() && b.fixed.is_none() && matches!(a.last, '。' | '.') && a.width.short_of(measures[index].saturating_sub(100))
        {
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

/// A part, and for lines that are no body whether the body above them was broken off in mid-sentence.
pub(crate) const STATES: [(Role, bool); 9] = [
    (Role::Opening, false),
    (Role::Start, false),
    (Role::Flow, false),
    (Role::Resume, false),
    (Role::Display, false),
    (Role::Display, true),
    (Role::Subhead, false),
    (Role::Apart, false),
    (Role::Apart, true),
];

/// What a line comes from, as the table of weights tells apart: rows of columns.
pub(crate) const BEFORE: [&str; 7] = ["first", "flow", "display", "display-open", "subhead", "apart", "apart-open"];

/// The row of columns of a state.
pub(crate) fn before(state: usize) -> usize {
    [0, 0, 1, 1, 2, 3, 4, 5, 6][state]
}

/// The column of a state.
pub(crate) fn column(state: usize) -> usize {
    [0, 1, 2, 3, 4, 4, 5, 6, 6][state]
}

/// The state of the edge of a page.
pub(crate) const EDGE: usize = 7;

/// Whether state `to` may follow state `from`; `open` says that a body line in between those two would be broken off.
pub(crate) fn may_follow(from: usize, to: usize, open: bool) -> bool {
    let (last, was_open) = STATES[from];
    let (role, now_open) = STATES[to];
    let text = last.is_text();
    match role {
        Role::Flow => text,
        Role::Display | Role::Apart => now_open == if text { open } else { was_open },
        _ => true,
    }
}

/// Whether body is broken off at the end of line `a`, before `b`.
pub(crate) fn is_open(a: &Facts, b: Option<&Facts>) -> bool {
    !a.stops() && b.is_none_or(|b| b.fixed != Some(Fixed::JumpTo))
}

const NEVER: i32 = i32::MIN / 4;

/// The parts of all lines of a page and how sure they are.
pub(crate) struct Parts {
    pub(crate) roles: Vec<Role>,
    /// For each line by how much, in thousandths of a nat, the best reading in which it opens an article beats the best in which
    /// it does not; negative when it is beaten.
    pub(crate) opening: Vec<i32>,
}

/// The part of every line.
pub(crate) fn roles(view: &View<'_>) -> Parts {
    let table = table();
    let count = view.lines.len();
    // The best sum of all that stands before each line, and of all that follows it, for each state of the line.
    let mut so_far = vec![[NEVER; STATES.len()]; count + 1];
    let mut sum = [NEVER; STATES.len()];
    sum[EDGE] = 0;
    for (index, here) in so_far.iter_mut().enumerate() {
        let step = Step::new(view, table, index);
        let mut next = [NEVER; STATES.len()];
        step.each(|from, to, worth| next[to] = next[to].max(sum[from] + worth));
        sum = settled(next);
        *here = sum;
    }
    let mut parts = Parts { roles: vec![Role::Start; count], opening: vec![0; count] };
    let mut rest = [0; STATES.len()];
    let mut taken = EDGE;
    // Weighed again on the way back: keeping the steps of a page of millions of lines would take gigabytes.
    for index in (0..=count).rev() {
        let step = Step::new(view, table, index);
        let mut before = [NEVER; STATES.len()];
        let mut best = (NEVER, EDGE);
        let sum = index.checked_sub(1).map(|above| so_far[above]);
        step.each(|from, to, worth| {
            before[from] = before[from].max(worth + rest[to]);
            let total = sum.map_or(if from == EDGE { 0 } else { NEVER }, |sum| sum[from]) + worth;
            if to == taken && total > best.0 {
                best = (total, from);
            }
        });
        rest = settled(before);
        taken = best.1;
        let Some((above, sum)) = index.checked_sub(1).zip(sum) else { break };
        parts.roles[above] = STATES[taken].0;
        let most = |wanted: bool| {
            let states = (0..STATES.len()).filter(|state| (STATES[*state].0 == Role::Opening) == wanted);
            states.map(|state| sum[state] + rest[state]).max().unwrap_or(NEVER)
        };
        parts.opening[above] = (most(true) - most(false)).clamp(-SURE, SURE);
    }
    parts
}

/// Beyond this no doubt is left, in thousandths of a nat.
const SURE: i32 = 30_000;

/// The sums relative to the greatest, so that they do not grow with the page.
fn settled(sums: [i32; STATES.len()]) -> [i32; STATES.len()] {
    let most = sums.iter().copied().max().unwrap_or(0);
    sums.map(|sum| (sum - most).max(NEVER / 2))
}

/// All that speaks for and against each step at one seam.
pub(crate) struct Step {
    line: [i32; ROLES.len()],
    seam: [i32; BEFORE.len() * ROLES.len()],
    apart: bool,
    must: Option<Must>,
    edge: bool,
    open: bool,
}

impl Step {
    pub(crate) fn new(view: &View<'_>, table: &Table, index: usize) -> Self {
        let b = view.lines.get(index);
        let mut line = [0; ROLES.len()];
        if b.is_some() {
            for row in view.line(index) {
                for (sum, weight) in line.iter_mut().zip(&table.line[row as usize]) {
                    *sum += weight;
                }
            }
        }
        let mut seam = [0; BEFORE.len() * ROLES.len()];
        for row in view.seam(index) {
            for (sum, weight) in seam.iter_mut().zip(&table.seam[row as usize]) {
                *sum += weight;
            }
        }
        let open = index.checked_sub(1).is_some_and(|before| is_open(&view.lines[before], b));
        Self { line, seam, apart: b.is_none_or(|b| b.fixed.is_some()), must: b.and_then(|b| b.must), edge: b.is_none(), open }
    }

    /// Calls `see` with each step from a state to a state and its worth.
    pub(crate) fn each(&self, mut see: impl FnMut(usize, usize, i32)) {
        for (to, (role, _)) in STATES.into_iter().enumerate() {
            if self.apart != (role == Role::Apart) || self.must.is_some_and(|must| !must.allows(role)) {
                continue;
            }
            let own = if self.edge { 0 } else { self.line[column(to)] };
            for from in (0..STATES.len()).filter(|from| may_follow(*from, to, self.open)) {
                see(from, to, own + self.seam[before(from) * ROLES.len() + column(to)]);
            }
        }
    }
}
