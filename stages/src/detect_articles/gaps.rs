//! What stands between two stretches of body: headline blocks and bylines, to be shared out by [`super::attribute`].

use crate::layout::Layout;

use super::units::{Kind, Unit};

/// A gap and what stands in it.
pub(super) struct Gap {
    /// Headline blocks and bylines, in order.
    pub(super) items: Vec<usize>,
    /// The blocks may be subheads inside one article.
    pub(super) inside: bool,
    /// How much the lines say that another article opens below, in thousandths of a nat; `None` when that is settled.
    pub(super) opening: Option<i32>,
    /// The body below; the number of units at the end of the page.
    pub(super) at: usize,
    /// The story above.
    pub(super) above: Option<usize>,
    /// The story below.
    pub(super) below: Option<usize>,
}

/// The gaps of a page, from its upper edge to its lower.
pub(super) fn gaps(layout: &Layout, units: &[Unit], of_unit: &[Option<usize>]) -> Vec<Gap> {
    let mut gaps = vec![Gap { items: Vec::new(), inside: false, opening: None, at: units.len(), above: None, below: None }];
    let mut apart = true;
    for (index, unit) in units.iter().enumerate() {
        let gap = gaps.last_mut().expect("there is always one gap");
        match unit.kind {
            Kind::Display | Kind::Byline => gap.items.push(index),
            Kind::Body => {
                (gap.at, gap.below) = (index, of_unit[index]);
                gap.inside = may_be_subheads(layout, units, gap, index);
                let first = unit.lines.start;
                let may_join = !apart && gap.above.is_some() && gap.above != gap.below && !layout.roles[first].goes_on();
                gap.opening = may_join.then(|| layout.opening[first]);
                apart = false;
                gaps.push(Gap { items: Vec::new(), inside: false, opening: None, at: units.len(), above: of_unit[index], below: None });
            }
            Kind::JumpFrom | Kind::JumpTo | Kind::Notice | Kind::Brief => apart = true,
            Kind::Furniture => {}
        }
    }
    gaps
}

/// Whether the blocks right before body `below` may be subheads: display lines no wider than the column, the same column above
/// and below, nothing else between.
fn may_be_subheads(layout: &Layout, units: &[Unit], gap: &Gap, below: usize) -> bool {
    let (Some(first), Some(above)) = (gap.items.first(), gap.items.first().and_then(|first| first.checked_sub(1))) else { return false };
    let column = layout.measures[units[below].lines.start];
    let same_column = units[above].kind == Kind::Body && layout.measures[units[above].lines.end - 1].abs_diff(column) <= 50;
    let unbroken = first + gap.items.len() == below && gap.above != gap.below;
    let fitting = gap.items.iter().all(|item| {
        let unit = &units[*item];
        unit.kind == Kind::Display && unit.lines.len() <= 2 && unit.lines.clone().all(|line| !layout.lines[line].width.beyond(column))
    });
    same_column && unbroken && fitting && gap.items.len() <= 2 && !layout.lines[units[below].lines.start].dateline
}
