//! Why a line has its role: what every sign is worth for it against the best role it could have had instead.
//!
//! For each line and each role there is a best reading of the whole page in which the line plays it; the margin between two
//! roles is the difference of their sums. What the signs at the line say is a part of that, the rest comes from the lines
//! around it.

use crate::layout::combined::Combined;
use crate::layout::roles::{EDGE, Role, STATES, Step, before, column};
use crate::layout::signs::{self, View};

use super::report::SignReport;
use super::words;

/// Why a line has its role.
pub(super) struct Why {
    pub(super) rival: Option<Rival>,
    /// The strongest signs for the role against the rival.
    pub(super) speaks_for: Vec<SignReport>,
}

/// The next best role of a line.
pub(super) struct Rival {
    pub(super) role: Role,
    /// In thousandths of a nat.
    pub(super) margin: i64,
    /// The strongest signs for it.
    pub(super) speaks_for: Vec<SignReport>,
}

/// Signs given for a role, and for its rival.
const FOR: usize = 3;
const AGAINST: usize = 2;

const NEVER: i64 = i64::MIN / 4;
/// No sum of weights comes near this: what is worse is impossible.
const IMPOSSIBLE: i64 = NEVER / 2;

type Sums = [i64; STATES.len()];

/// The best sums of all that stands before and at each line, and of all that follows it, for each state of the line.
struct Sides {
    steps: Vec<Step>,
    so_far: Vec<Sums>,
    rest: Vec<Sums>,
}

impl Sides {
    fn of(view: &View<'_>) -> Self {
        let count = view.lines.len();
        let combined = Combined::of(view);
        let steps: Vec<Step> = (0..=count).map(|index| Step::new(view, combined, index)).collect();
        let mut so_far = vec![[NEVER; STATES.len()]; count + 1];
        let mut sums = [NEVER; STATES.len()];
        sums[EDGE] = 0;
        for (step, here) in steps.iter().zip(&mut so_far) {
            step.each(|from, to, worth| here[to] = here[to].max(sums[from] + i64::from(worth)));
            sums = *here;
        }
        let mut rest = vec![[NEVER; STATES.len()]; count + 1];
        rest[count][EDGE] = 0;
        for index in (0..count).rev() {
            let next = rest[index + 1];
            steps[index + 1].each(|from, to, worth| rest[index][from] = rest[index][from].max(next[to] + i64::from(worth)));
        }
        Self { steps, so_far, rest }
    }

    fn total(&self, index: usize, state: usize) -> i64 {
        self.so_far[index][state] + self.rest[index][state]
    }

    /// The best state of line `index` among those that `wanted` takes, and its sum.
    fn best(&self, index: usize, wanted: impl Fn(Role) -> bool) -> Option<(usize, i64)> {
        let states = (0..STATES.len()).filter(|state| wanted(STATES[*state].0));
        let best = states.map(|state| (state, self.total(index, state))).max_by_key(|(state, sum)| (*sum, std::cmp::Reverse(*state)));
        best.filter(|(_, sum)| *sum > IMPOSSIBLE)
    }

    /// The states before and after `state` of line `index` on the best way through it.
    fn neighbours(&self, index: usize, state: usize) -> (usize, usize) {
        let (mut before, mut after) = ((NEVER, EDGE), (NEVER, EDGE));
        let above = |from: usize| match index.checked_sub(1) {
            Some(above) => self.so_far[above][from],
            None if from == EDGE => 0,
            None => NEVER,
        };
        self.steps[index].each(|from, to, worth| {
            let sum = above(from) + i64::from(worth);
            if to == state && sum > before.0 {
                before = (sum, from);
            }
        });
        self.steps[index + 1].each(|from, to, worth| {
            let sum = self.rest[index + 1][to] + i64::from(worth);
            if from == state && sum > after.0 {
                after = (sum, to);
            }
        });
        (before.1, after.1)
    }
}

/// Why each line of the page has its role.
pub(super) fn why(view: &View<'_>, roles: &[Role]) -> Vec<Why> {
    let sides = Sides::of(view);
    let names = Names { line: signs::names(signs::LINE), seam: signs::names(signs::SEAM) };
    let each = roles.iter().enumerate().map(|(index, role)| {
        let own = sides.best(index, |other| other == *role);
        let rival = sides.best(index, |other| other != *role);
        let (Some((own, best)), Some((other, second))) = (own, rival) else { return Why { rival: None, speaks_for: Vec::new() } };
        let mut signs = names.compare(view, index, (own, sides.neighbours(index, own)), (other, sides.neighbours(index, other)));
        signs.sort_by_key(|(weight, _, _)| std::cmp::Reverse(*weight));
        let speaks_for = signs.iter().take(FOR).filter(|(weight, _, _)| *weight > 0).map(report).collect();
        let against = signs.iter().rev().take(AGAINST).filter(|(weight, _, _)| *weight < 0);
        let against = against.map(|(weight, place, sign)| report(&(-weight, *place, *sign))).collect();
        Why { rival: Some(Rival { role: STATES[other].0, margin: best - second, speaks_for: against }), speaks_for }
    });
    each.collect()
}

fn report((weight, place, sign): &(i32, &'static str, &str)) -> SignReport {
    SignReport { sign: (*sign).to_owned(), place, weight: f64::from(*weight) / 1000.0, says: words::says(sign, place) }
}

/// A state with the states before and after it.
type Way = (usize, (usize, usize));

struct Names {
    line: Vec<String>,
    seam: Vec<String>,
}

impl Names {
    /// What each sign at line `index` is worth on the way `own` against the way `other`.
    fn compare(&self, view: &View<'_>, index: usize, own: Way, other: Way) -> Vec<(i32, &'static str, &str)> {
        let table = view.table();
        let mut out = Vec::new();
        for row in view.line(index).into_iter().map(usize::from) {
            let worth = |way: Way| table.line[row][column(way.0)];
            out.push((worth(own) - worth(other), "line", self.line[row].as_str()));
        }
        for row in view.seam(index).into_iter().map(usize::from) {
            let worth = |(state, (from, _)): Way| table.seam[row][before(from)][column(state)];
            out.push((worth(own) - worth(other), "before", self.seam[row].as_str()));
        }
        for row in view.seam(index + 1).into_iter().map(usize::from) {
            let worth = |(state, (_, to)): Way| table.seam[row][before(state)][column(to)];
            out.push((worth(own) - worth(other), "after", self.seam[row].as_str()));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;
    use crate::layout::Layout;

    #[test]
    fn the_best_reading_is_the_one_that_was_taken() {
        let page = laws::page(include_str!("../../../examples/pinghu-2022-03-28.txt"));
        let layout = Layout::of(&page);
        let view = layout.view();
        let sides = Sides::of(&view);
        let whole = sides.so_far[layout.lines.len()][EDGE];
        for (index, role) in layout.roles.iter().enumerate() {
            let (_, sum) = sides.best(index, |other| other == *role).unwrap();
            assert_eq!(sum, whole, "line {index}: {role:?} is on the best way through the page");
        }
        for (index, why) in why(&view, &layout.roles).iter().enumerate() {
            let line = &layout.lines[index];
            let is_bound = line.must.is_some_and(|must| STATES.iter().filter(|(role, _)| must.allows(*role)).count() == 1);
            assert_eq!(why.rival.is_none(), line.fixed.is_some() || is_bound, "wording and form alone leave no rival");
            assert!(why.rival.as_ref().is_none_or(|rival| rival.margin >= 0));
        }
    }

    #[test]
    fn the_opening_margin_is_that_of_the_layout() {
        let page = laws::page(include_str!("../../../tests/golden/headline_after/page.txt"));
        let layout = Layout::of(&page);
        let view = layout.view();
        let why = why(&view, &layout.roles);
        let openings: Vec<usize> = (0..layout.roles.len()).filter(|line| layout.roles[*line] == Role::Opening).collect();
        assert_eq!(openings.len(), 3);
        for line in openings {
            assert_eq!(why[line].rival.as_ref().unwrap().margin, i64::from(layout.opening[line]));
        }
    }
}
