//! The part every line plays: first line of an article or of a paragraph, a line that goes on, a headline, a subhead, or
//! something apart.
//!
//! What its wording settles is fixed; the rest is decided for the whole page at once: every sign ([`super::signs`]) speaks for or
//! against each step from one part to the next by its weight, and the parts are the sequence with the greatest sum. A line has a
//! handful of possible parts, so time grows with the number of lines. The same sums give how sure each decision is.

use super::combined::{Combined, Rows};
use super::facts::Facts;
use super::grammar::Fixed;
use super::marks::Must;
use super::signs::View;
use super::weights::Columns;

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
    pub(crate) const fn is_text(self) -> bool {
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

/// The first state, in which a line opens an article.
const OPENING: usize = 0;
const START: usize = 1;
const FLOWING: usize = 2;

/// The state of the edge of a page.
pub(crate) const EDGE: usize = 7;

/// Whether state `to` may follow state `from`; `open` says that a body line in between those two would be broken off.
pub(crate) fn may_follow(from: usize, to: usize, open: bool) -> bool {
    FOLLOWS[open as usize][to][from]
}

/// Behind a line that is not broken off and one that is, for each state those that it may follow.
const FOLLOWS: [[[bool; STATES.len()]; STATES.len()]; 2] = {
    let mut follows = [[[true; STATES.len()]; STATES.len()]; 2];
    let mut way = 0;
    while way < 2 * STATES.len() * STATES.len() {
        let (open, to, from) = (way / (STATES.len() * STATES.len()), way / STATES.len() % STATES.len(), way % STATES.len());
        let ((last, was_open), (role, now_open)) = (STATES[from], STATES[to]);
        let text = last.is_text();
        follows[open][to][from] = match role {
            Role::Flow => text,
            Role::Display | Role::Apart => now_open == if text { open == 1 } else { was_open },
            _ => true,
        };
        way += 1;
    }
    follows
};

/// Whether body is broken off at the end of line `a`, before `b`.
pub(crate) fn is_open(a: &Facts, b: Option<&Facts>) -> bool {
    !a.stops() && b.is_none_or(|b| b.fixed != Some(Fixed::JumpTo))
}

const NEVER: i32 = i32::MIN / 4;

/// The parts of all lines of a page and how sure they are.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) roles: Vec<Role>,
    /// For each line by how much, in thousandths of a nat, the best reading in which it opens an article beats the best in which
    /// it does not; negative when it is beaten.
    pub(crate) opening: Vec<i32>,
    /// The same for a paragraph that starts with the line, against one that goes on.
    pub(crate) starting: Vec<i32>,
}

/// The part of every line.
pub(crate) fn roles(view: &View<'_>) -> Parts {
    let combined = Combined::of(view);
    let count = view.lines.len();
    // The best sum of all that stands before each line, and of all that follows it, for each state of the line.
    let mut so_far = vec![[NEVER; STATES.len()]; count + 1];
    let mut sum = [NEVER; STATES.len()];
    sum[EDGE] = 0;
    let mut steps: Vec<Step> = Vec::with_capacity(KEPT.min(count + 1));
    for (index, here) in so_far.iter_mut().enumerate() {
        let step = Step::new(view, combined, index);
        sum = settled(step.forward(&sum));
        *here = sum;
        if index < KEPT {
            steps.push(step);
        }
    }
    let mut parts = Parts { roles: vec![Role::Start; count], opening: vec![0; count], starting: vec![0; count] };
    let mut rest = [0; STATES.len()];
    let mut taken = EDGE;
    for index in (1..=count).rev() {
        let above = index - 1;
        let weighed;
        let step = if let Some(step) = steps.get(index) {
            step
        } else {
            weighed = Step::new(view, combined, index);
            &weighed
        };
        let sum = so_far[above];
        taken = step.best_before(taken, &sum);
        rest = settled(step.backward(&rest));
        parts.roles[above] = STATES[taken].0;
        let others = (OPENING + 1..STATES.len()).fold(NEVER, |most, state| most.max(sum[state] + rest[state]));
        parts.opening[above] = (sum[OPENING] + rest[OPENING] - others).clamp(-SURE, SURE);
        parts.starting[above] = (sum[START] + rest[START] - sum[FLOWING] - rest[FLOWING]).clamp(-SURE, SURE);
    }
    parts
}

/// The steps of so many lines are kept for the way back. Of a page that has more the others are weighed again: to keep those of
/// millions of lines would take gigabytes.
const KEPT: usize = 4096;

/// Beyond this no doubt is left, in thousandths of a nat.
const SURE: i32 = 30_000;

/// The sums relative to the greatest, so that they do not grow with the page.
fn settled(sums: [i32; STATES.len()]) -> [i32; STATES.len()] {
    let most = sums.into_iter().fold(i32::MIN, i32::max);
    sums.map(|sum| (sum - most).max(NEVER / 2))
}

/// All that speaks for and against each step at one seam.
pub(crate) struct Step {
    /// For each row of [`BEFORE`], what speaks for each part of the line behind it; [`NEVER`] for those it must not be.
    worth: Rows,
    apart: bool,
    must: Option<Must>,
    open: bool,
}

impl Step {
    pub(crate) fn new(view: &View<'_>, combined: &Combined, index: usize) -> Self {
        let b = view.lines.get(index);
        let mut step = Self {
            worth: combined.worth(view, index),
            apart: b.is_none_or(|b| b.fixed.is_some()),
            must: b.and_then(|b| b.must),
            open: index.checked_sub(1).is_some_and(|before| is_open(&view.lines[before], b)),
        };
        if let Some(must) = step.must {
            for (column, _) in ROLES.iter().enumerate().filter(|(_, role)| !must.allows(**role)) {
                for row in &mut step.worth {
                    row[column] = NEVER;
                }
            }
        }
        step
    }

    /// Whether the line behind the seam may be `role`.
    fn may_be(&self, role: Role) -> bool {
        self.apart == (role == Role::Apart) && self.must.is_none_or(|must| must.allows(role))
    }

    /// Calls `see` with each step from a state to a state and its worth.
    pub(crate) fn each(&self, mut see: impl FnMut(usize, usize, i32)) {
        for to in (0..STATES.len()).filter(|to| self.may_be(STATES[*to].0)) {
            for from in (0..STATES.len()).filter(|from| may_follow(*from, to, self.open)) {
                see(from, to, self.worth[before(from)][column(to)]);
            }
        }
    }

    /// The best sums for each state behind this step, when those before it are `sums`.
    ///
    /// [`Step::each`] says the same: but states that share a row are taken together, and all columns of a row at once.
    fn forward(&self, sums: &Sums) -> Sums {
        let sums = [sums[0].max(sums[1]), sums[2].max(sums[3]), sums[4], sums[5], sums[6], sums[7], sums[8]];
        let mut out = [NEVER; STATES.len()];
        if self.apart {
            let column = ROLES.len() - 1;
            let after = |row: usize| sums[row] + self.worth[row][column];
            let text = after(FIRST).max(after(FLOW));
            let closed = after(DISPLAY).max(after(SUBHEAD)).max(after(APART));
            let open = after(DISPLAY_OPEN).max(after(APART_OPEN));
            (out[7], out[8]) = if self.open { (closed, open.max(text)) } else { (closed.max(text), open) };
            return out.map(|sum| sum.max(NEVER));
        }
        let after = |row: usize| self.worth[row].map(|worth| sums[row] + worth);
        let text = most(after(FIRST), after(FLOW));
        let closed = most(after(DISPLAY), most(after(SUBHEAD), after(APART)));
        let open = most(after(DISPLAY_OPEN), after(APART_OPEN));
        let all = most(text, most(closed, open));
        // What is no text hands on whether the text above it was broken off.
        let (closed, open) = if self.open { (closed, most(open, text)) } else { (most(closed, text), open) };
        out = [all[0], all[1], text[2], all[3], closed[4], open[4], all[5], NEVER, NEVER];
        out.map(|sum| sum.max(NEVER))
    }

    /// The best sums for each state before this step, when those behind it are `rest`.
    fn backward(&self, rest: &Sums) -> Sums {
        let best = |row: usize, open: bool, text: bool| {
            let worth = &self.worth[row];
            let sum = if self.apart {
                worth[6] + rest[if open { 8 } else { 7 }]
            } else {
                let ways = [
                    worth[0] + rest[0],
                    worth[1] + rest[1],
                    if text { worth[2] + rest[2] } else { NEVER },
                    worth[3] + rest[3],
                    worth[4] + rest[if open { 5 } else { 4 }],
                    worth[5] + rest[6],
                ];
                ways.into_iter().fold(NEVER, i32::max)
            };
            sum.max(NEVER)
        };
        let (first, flow) = (best(FIRST, self.open, true), best(FLOW, self.open, true));
        let (display, display_open) = (best(DISPLAY, false, false), best(DISPLAY_OPEN, true, false));
        let (apart, apart_open) = (best(APART, false, false), best(APART_OPEN, true, false));
        [first, first, flow, flow, display, display_open, best(SUBHEAD, false, false), apart, apart_open]
    }

    /// The state from which `to` is best reached, when the sums before the step are `sums`.
    fn best_before(&self, to: usize, sums: &Sums) -> usize {
        let mut best = (NEVER, EDGE);
        let column = column(to);
        for (from, follows) in FOLLOWS[self.open as usize][to].iter().enumerate() {
            let sum = sums[from] + self.worth[before(from)][column];
            if *follows && sum > best.0 {
                best = (sum, from);
            }
        }
        best.1
    }
}

type Sums = [i32; STATES.len()];

// The rows of [`BEFORE`].
const FIRST: usize = 0;
const FLOW: usize = 1;
const DISPLAY: usize = 2;
const DISPLAY_OPEN: usize = 3;
const SUBHEAD: usize = 4;
const APART: usize = 5;
const APART_OPEN: usize = 6;

fn most(a: Columns, b: Columns) -> Columns {
    std::array::from_fn(|column| a[column].max(b[column]))
}

#[cfg(test)]
mod tests {
    use pipeline::{Page, laws};

    use super::*;
    use crate::layout::Layout;

    #[test]
    fn taken_together_steps_are_worth_what_each_is_worth() {
        check_steps(&laws::page(include_str!("../../../examples/pinghu-2022-03-28.txt")));
    }

    #[test]
    fn steps_taken_together_are_bound_by_what_a_line_must_be() {
        let page = laws::page(
            "春\n满\n青\n溪\n\n昨天下了一场大雪。\n清\n晨的雾还没有散，孩子们已经来到河边，\n他们在这里种下了第一排柳树。\n\n\
             问：你们什么时候来的？\n答：天亮以前就来了。\n问：明年还来吗？\n答：一定来。\n\n\
             编辑同志：\n我家门前的路灯坏了很久，晚上走路不便。\n\n▲青溪的柳树。\n\n\
             孩子们在河边种树。\n■摄影 谢文柏\n\n青溪昨天下了一场大雪。（谢文柏 摄）",
        );
        let pages = crate::layout::special_pages().iter().map(|text| laws::page(text)).chain([page]).collect::<Vec<_>>();
        let mut found: Vec<Must> = Vec::new();
        for page in &pages {
            let layout = Layout::of(page);
            for (line, role) in layout.lines.iter().zip(&layout.roles) {
                assert!(line.must.is_none_or(|must| must.allows(*role)), "{}: {role:?}", line.text);
                found.extend(line.must);
            }
            check_steps(page);
        }
        let of_text = [Must::Text, Must::Begin, Must::Start, Must::Open, Must::Resume, Must::GoOn];
        for must in of_text.into_iter().chain([Must::Display, Must::Subhead, Must::NotGoOn, Must::Another, Must::NotSubhead]) {
            assert!(found.contains(&must), "{must:?}");
        }
    }

    fn check_steps(page: &Page) {
        let layout = Layout::of(page);
        let view = layout.view();
        let mut sums: Sums = settled(std::array::from_fn(|state| (state as i32 * 7919) % 4001 - 2000));
        for index in 0..=layout.lines.len() {
            let step = Step::new(&view, Combined::of(&view), index);
            let (mut forward, mut backward, mut best) = ([NEVER; STATES.len()], [NEVER; STATES.len()], [(NEVER, EDGE); STATES.len()]);
            step.each(|from, to, worth| {
                forward[to] = forward[to].max(sums[from] + worth);
                backward[from] = backward[from].max(worth + sums[to]);
                best[to] = best[to].max((sums[from] + worth, from));
            });
            assert_eq!(step.forward(&sums), forward, "line {index}");
            assert_eq!(step.backward(&sums), backward, "line {index}");
            for (to, (sum, _)) in best.into_iter().enumerate().filter(|(_, (sum, _))| *sum > NEVER) {
                let from = step.best_before(to, &sums);
                assert!(may_follow(from, to, step.open), "line {index}");
                assert_eq!(sums[from] + step.worth[before(from)][column(to)], sum, "line {index}");
            }
            sums = settled(forward);
        }
    }
}
