//! Which headline, byline and jump belong to which body.

use std::collections::{HashMap, HashSet};

use pipeline::Page;

use super::elements::{Element, Lines};
use crate::layout::byline::{self, Name};
use crate::layout::patterns::Jump;
use crate::layout::{Row, is_han};

/// What goes with one body; all numbers are indices of elements.
#[derive(Clone, Debug, Default)]
pub(super) struct Attached {
    /// The display element that is its headline, and how sure that is (0 to 1).
    pub(super) headline: Option<(usize, f64)>,
    /// Byline elements, and how sure that is.
    pub(super) bylines: Vec<usize>,
    pub(super) byline_sure: f64,
    /// Jump elements.
    pub(super) jumps: Vec<usize>,
    /// For a caption: the lines and names of its credit, as the byte offset in the joined text where it begins.
    pub(super) credit: Option<Credit>,
}

/// The credit at the end of a caption.
#[derive(Clone, Debug)]
pub(super) struct Credit {
    /// Line it begins in, and byte of that line's read text.
    pub(super) line: usize,
    pub(super) byte: usize,
    pub(super) names: Vec<Name>,
}

/// Who goes with whom: one entry for every body element, by element index.
pub(super) type Plan = HashMap<usize, Attached>;

/// A caption has at most this many lines.
const MOST_CAPTION_LINES: usize = 8;

/// Finds what belongs to which body.
pub(super) fn plan(page: &Page, rows: &[Row], elements: &[Element], min_confidence: f64) -> Plan {
    let mut plan: Plan = Plan::new();
    for (index, element) in elements.iter().enumerate() {
        if let Element::Body(lines) = element {
            let credit = (lines.len() <= MOST_CAPTION_LINES).then(|| credit_of(rows, lines)).flatten();
            plan.insert(index, Attached { credit, ..Attached::default() });
        }
    }
    headlines(page, rows, elements, &mut plan, min_confidence);
    bylines(elements, &mut plan);
    jumps(rows, elements, &mut plan);
    plan
}

/// A credit that ends a caption: names with a photographer's role after the last full stop.
fn credit_of(rows: &[Row], lines: &Lines) -> Option<Credit> {
    let first = lines.end.saturating_sub(3).max(lines.start);
    let mut joined = String::new();
    let mut starts = Vec::new();
    for line in first..lines.end {
        starts.push((joined.len(), line));
        joined.push_str(&rows.get(line)?.text);
        joined.push(' ');
    }
    let at = joined.trim_end().rfind(['。', '！', '？']).map(|at| at + '。'.len_utf8())?;
    let tail = joined.get(at..)?;
    let shift = tail.len() - tail.trim_start().len();
    let compact: String = tail.trim().to_owned();
    let words = compact.replace("摄影 报道", "摄影报道").replace("摄 影", "摄影").replace("报 道", "报道");
    let names = byline::parse(&words, true).filter(|names| names.iter().any(|name| name.role.is_some()) || words.starts_with('■'))?;
    let begin = at + shift;
    let (offset, line) = starts.iter().rev().find(|(offset, _)| *offset <= begin)?;
    (compact.len() > 2).then_some(Credit { line: *line, byte: begin - offset, names })
}

fn headlines(page: &Page, rows: &[Row], elements: &[Element], plan: &mut Plan, min_confidence: f64) {
    let bodies: Vec<usize> = (0..elements.len()).filter(|i| matches!(elements.get(*i), Some(Element::Body(_)))).collect();
    let displays: Vec<usize> = (0..elements.len()).filter(|i| matches!(elements.get(*i), Some(Element::Display(_)))).collect();
    let words = Words::new(rows, elements, &bodies);
    let near = |display: usize| {
        let next = bodies.partition_point(|body| *body < display);
        (next.checked_sub(1).and_then(|i| bodies.get(i)).copied(), bodies.get(next).copied())
    };
    let shared: Vec<(f64, f64)> = displays
        .iter()
        .map(|display| {
            let (before, after) = near(*display);
            (words.shared(rows, elements, *display, before), words.shared(rows, elements, *display, after))
        })
        .collect();
    let after_usual = polarity(&bodies, &displays, &shared);
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (display, (lexical_before, lexical_after)) in displays.iter().zip(&shared) {
        let (before, after) = near(*display);
        for (body, lexical, side) in [(before, lexical_before, after_usual), (after, lexical_after, -after_usual)] {
            let Some(body) = body else { continue };
            let distance = body.abs_diff(*display) as f64;
            pairs.push((2.0 * lexical + side + closeness(page, elements, *display, body) - 0.15 * (distance - 1.0), *display, body));
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut taken = HashSet::new();
    for (score, display, body) in &pairs {
        let free = !taken.contains(display) && plan.get(body).is_some_and(|attached| attached.headline.is_none());
        let rival = pairs.iter().filter(|(_, d, b)| d == display && b != body).map(|(rival, ..)| *rival).fold(-1.0, f64::max);
        let sure = 1.0 / (1.0 + (-2.5 * (score - rival.max(-0.5))).exp());
        if free && (sure >= min_confidence || rival <= -1.0) {
            taken.insert(*display);
            if let Some(attached) = plan.get_mut(body) {
                attached.headline = Some((*display, sure));
            }
        }
    }
}

/// A headline and a body that are drawn one right after the other, without anything of somebody else's between.
fn closeness(page: &Page, elements: &[Element], display: usize, body: usize) -> f64 {
    let before_body = display < body;
    let (Some(Element::Display(blocks)), Some(Element::Body(lines))) = (elements.get(display), elements.get(body)) else { return 0.0 };
    let touching = if before_body {
        blocks.last().map(|b| b.end) == Some(lines.start) && page.lines.get(lines.start).is_some_and(|l| l.blanks_before == 0)
    } else {
        false
    };
    if touching { 0.3 } else { 0.0 }
}

/// Above zero when headlines stand after their bodies on this page, below when before.
fn polarity(bodies: &[usize], displays: &[usize], shared: &[(f64, f64)]) -> f64 {
    let mut votes: f64 = shared.iter().map(|(before, after)| (before - after).clamp(-0.5, 0.5)).sum();
    if let (Some(first_body), Some(first_display)) = (bodies.first(), displays.first()) {
        votes += if first_body < first_display { 0.5 } else { -0.5 };
    }
    if let (Some(last_body), Some(last_display)) = (bodies.last(), displays.last()) {
        votes += if last_display > last_body { 0.5 } else { -0.5 };
    }
    (votes * 0.4).clamp(-0.5, 0.5)
}

/// Pairs of characters, weighed by how few bodies of the page have them.
struct Words {
    bodies: HashMap<usize, HashSet<(char, char)>>,
    spread: HashMap<(char, char), u32>,
}

impl Words {
    fn new(rows: &[Row], elements: &[Element], indices: &[usize]) -> Self {
        let mut bodies = HashMap::new();
        let mut spread: HashMap<(char, char), u32> = HashMap::new();
        for index in indices {
            let Some(Element::Body(lines)) = elements.get(*index) else { continue };
            let pairs: HashSet<(char, char)> = pairs(rows, lines).collect();
            for pair in &pairs {
                *spread.entry(*pair).or_default() += 1;
            }
            bodies.insert(*index, pairs);
        }
        Self { bodies, spread }
    }

    /// Which share of the headline's pairs the body has, rare ones counting more.
    fn shared(&self, rows: &[Row], elements: &[Element], display: usize, body: Option<usize>) -> f64 {
        let (Some(Element::Display(blocks)), Some(body)) = (elements.get(display), body.and_then(|body| self.bodies.get(&body))) else {
            return 0.0;
        };
        let (mut found, mut all) = (0.0, 0.0);
        for pair in blocks.iter().flat_map(|lines| pairs(rows, lines)) {
            let weight = 1.0 / f64::from(self.spread.get(&pair).copied().unwrap_or(1));
            all += weight;
            if body.contains(&pair) {
                found += weight;
            }
        }
        if all > 0.0 { found / all } else { 0.0 }
    }
}

/// Neighbouring Chinese characters of some lines, across line ends.
fn pairs<'a>(rows: &'a [Row], lines: &Lines) -> impl Iterator<Item = (char, char)> + 'a {
    let characters = rows.get(lines.clone()).unwrap_or_default().iter().flat_map(|row| row.text.chars()).filter(|c| !c.is_whitespace());
    let mut last = ' ';
    characters.filter_map(move |c| {
        let pair = (std::mem::replace(&mut last, c), c);
        (is_han(pair.0) && is_han(pair.1)).then_some(pair)
    })
}

/// Gives bylines to bodies: first those drawn with a headline, then those beside a body, then what is left by elimination.
fn bylines(elements: &[Element], plan: &mut Plan) {
    let owner: HashMap<usize, usize> =
        plan.iter().filter_map(|(body, attached)| attached.headline.map(|(display, _)| (display, *body))).collect();
    let mut left = Vec::new();
    for index in (0..elements.len()).filter(|i| matches!(elements.get(*i), Some(Element::Byline(..)))) {
        let beside = |step: isize| {
            let neighbour = index.checked_add_signed(step)?;
            match elements.get(neighbour)? {
                Element::Display(_) => owner.get(&neighbour).copied(),
                _ => None,
            }
        };
        match beside(-1)
            .or_else(|| beside(1))
            .filter(|body| plan.get(body).is_some_and(|attached| attached.bylines.is_empty() && attached.credit.is_none()))
        {
            Some(body) => give(plan, body, index, 0.95),
            None => left.push(index),
        }
    }
    let mut homeless = Vec::new();
    for index in left {
        let free =
            |body: usize, plan: &Plan| plan.get(&body).is_some_and(|attached| attached.bylines.is_empty() && attached.credit.is_none());
        let after = Some(index + 1).filter(|body| free(*body, plan));
        let before = index.checked_sub(1).filter(|body| free(*body, plan));
        match before.or(after) {
            Some(body) => give(plan, body, index, 0.7),
            None => homeless.push(index),
        }
    }
    let mut bodies: Vec<usize> =
        plan.iter().filter(|(_, attached)| attached.bylines.is_empty() && attached.credit.is_none()).map(|(body, _)| *body).collect();
    bodies.sort_unstable();
    if bodies.len() >= homeless.len() {
        for index in homeless.into_iter().rev() {
            let Some(at) = bodies.iter().rposition(|body| *body < index).or_else(|| bodies.len().checked_sub(1)) else { break };
            give(plan, bodies.remove(at), index, 0.4);
        }
    }
}

fn give(plan: &mut Plan, body: usize, byline: usize, sure: f64) {
    if let Some(attached) = plan.get_mut(&body) {
        attached.bylines.push(byline);
        attached.byline_sure = sure;
    }
}

/// Gives jump lines to bodies: one that goes on elsewhere to the nearest body that stops in mid-sentence, one that comes from
/// elsewhere to the next body.
fn jumps(rows: &[Row], elements: &[Element], plan: &mut Plan) {
    let mut bodies: Vec<usize> = plan.keys().copied().collect();
    bodies.sort_unstable();
    let captions: HashSet<usize> = plan.iter().filter(|(_, attached)| attached.credit.is_some()).map(|(body, _)| *body).collect();
    let unfinished = |body: &usize| {
        !captions.contains(body)
            && matches!(elements.get(*body), Some(Element::Body(lines)) if rows.get(lines.end - 1).is_some_and(|row| !row.ends_sentence()))
    };
    for index in 0..elements.len() {
        let Some(Element::Jump(_, jump)) = elements.get(index) else { continue };
        let free = |body: &&usize| {
            plan.get(*body).is_some_and(|attached| {
                !attached.jumps.iter().any(|other| {
                    matches!(
                        (elements.get(*other), jump),
                        (Some(Element::Jump(_, Jump::To(_))), Jump::To(_)) | (Some(Element::Jump(_, Jump::From(_))), Jump::From(_))
                    )
                })
            })
        };
        let chosen = match jump {
            Jump::To(_) => {
                let open = bodies.iter().filter(|body| unfinished(body)).filter(free).min_by_key(|body| (body.abs_diff(index), **body));
                open.or_else(|| bodies.iter().rev().filter(free).find(|body| **body < index))
            }
            Jump::From(_) => bodies.iter().filter(free).find(|body| **body > index),
        };
        if let Some(body) = chosen.copied().or_else(|| bodies.last().copied())
            && let Some(attached) = plan.get_mut(&body)
        {
            attached.jumps.push(index);
        }
    }
}
