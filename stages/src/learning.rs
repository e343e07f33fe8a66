//! What the tool that learns the weights of lines (`examples/learn_layout`) sees of a page; no part of the program.

use pipeline::Payload;
use pipeline::stage::Body;
use pipeline::{Article, Built, Options, Page, StageDef, laws};

use crate::detect_articles::jumps::Way;
use crate::detect_articles::signs::Weights;
use crate::detect_articles::{Read, Story};
use crate::layout::lexicon::Edges;
use crate::layout::{Layout, follow, roles, signs, weights};

/// One line of a page.
#[derive(Clone, Debug)]
pub struct Observed {
    /// As read after repairs.
    pub text: String,
    /// Its wording alone says what it is.
    pub fixed: bool,
    /// Rows of signs of the line.
    pub line: Vec<u16>,
    /// Rows of signs of the seam before it.
    pub seam: Vec<u16>,
    /// Body is broken off before it.
    pub open: bool,
}

/// A page.
#[derive(Clone, Debug)]
pub struct ObservedPage {
    /// Its lines.
    pub lines: Vec<Observed>,
    /// The seam behind the last line, and whether body is broken off there.
    pub end: (Vec<u16>, bool),
}

/// A page after the stages that come before roles are read.
fn prepared(text: &str) -> Page {
    let bodies = after(laws::page(text), &[&crate::normalize::DEF, &crate::untangle_columns::DEF]);
    let [Body::Page(page)] = <[Body; 1]>::try_from(bodies).expect("a page is given for a page") else {
        panic!("a page is given for a page")
    };
    *page
}

/// What `stages` make of a page.
fn after(page: Page, stages: &[&StageDef]) -> Vec<Body> {
    let mut bodies = vec![Body::Page(Box::new(page))];
    for def in stages {
        let Ok(Built::Each(stage)) = (def.build)(Options::default(), &laws::NoFiles) else { panic!("{} has defaults", def.name) };
        bodies = bodies.into_iter().flat_map(|body| stage.apply_body(body).expect("any page is taken")).collect();
    }
    bodies
}

/// Reads a page of `text` after the stages that come first.
///
/// # Panics
/// When the text is too long for one page.
pub fn observe(text: &str) -> ObservedPage {
    let page = prepared(text);
    let layout = Layout::of(&page);
    let view = layout.view();
    let open = |index: usize| index.checked_sub(1).is_some_and(|a| roles::is_open(&layout.lines[a], layout.lines.get(index)));
    let count = layout.lines.len();
    let lines = layout.lines.iter().enumerate().map(|(index, facts)| Observed {
        text: facts.text.to_string(),
        fixed: facts.fixed.is_some(),
        line: view.line(index).to_vec(),
        seam: view.seam(index).to_vec(),
        open: open(index),
    });
    ObservedPage { lines: lines.collect(), end: (view.seam(count).to_vec(), open(count)) }
}

/// Names of the rows of signs of a line.
pub fn line_rows() -> Vec<String> {
    signs::names(signs::LINE)
}

/// Names of the rows of signs of a seam.
pub fn seam_rows() -> Vec<String> {
    signs::names(signs::SEAM)
}

/// Names of the columns of both.
pub fn columns() -> (Vec<String>, Vec<String>) {
    (weights::line_columns(), weights::seam_columns())
}

/// The state of the edge of a page.
pub const EDGE: usize = roles::EDGE;

/// Names of the parts that states stand for.
pub fn states() -> Vec<&'static str> {
    roles::STATES.iter().map(|(role, _)| role.name()).collect()
}

/// The columns of the step between two states in the tables of line and seam, if there is such a step.
pub fn step(from: usize, to: usize, open: bool) -> Option<(usize, usize)> {
    let column = roles::column(to);
    roles::may_follow(from, to, open).then(|| (column, roles::before(from) * roles::ROLES.len() + column))
}

/// A page cut into units, each a range of lines, whose headlines and bylines can be given out by any figures.
pub struct Attributed {
    read: Read,
    /// The lines as read after repairs.
    pub lines: Vec<String>,
}

impl Attributed {
    /// Reads a page of `text`.
    ///
    /// # Panics
    /// When the text is too long for one page.
    pub fn new(text: &str) -> Self {
        let page = prepared(text);
        let lines = (0..page.lines.len()).map(|line| page.line_text(line).into_owned()).collect();
        Self { read: Read::of(&page), lines }
    }

    /// The lines of each unit, and whether it is body.
    pub fn units(&self) -> Vec<(std::ops::Range<usize>, bool)> {
        let body = crate::detect_articles::is_body;
        self.read.units.iter().map(|unit| (unit.lines.clone(), body(unit))).collect()
    }

    /// Whether each unit is names alone.
    pub fn bylines(&self) -> Vec<bool> {
        self.read.units.iter().map(crate::detect_articles::is_byline).collect()
    }

    /// The shipped figures of attribution for this page, and the column of the data file in which they stand.
    pub fn figures(&self) -> (usize, Vec<i32>) {
        Weights::figures(self.read.layout.is_read_across())
    }

    /// For each unit the number of the story that has it, by the given figures.
    pub fn owners(&self, figures: &[i32]) -> Vec<Option<usize>> {
        let mut owners = vec![None; self.read.units.len()];
        let stories = self.read.arranged(&Weights::with(figures.to_vec()));
        for (number, story) in stories.iter().enumerate() {
            for unit in story.units() {
                owners[unit] = Some(number);
            }
        }
        owners
    }
}

/// A story and how doubtful it is.
pub struct Doubtful {
    /// The lines of its body.
    pub body: Vec<usize>,
    /// The lines of its title, without kicker and subtitle.
    pub title: Vec<usize>,
    /// Signs of its boundaries, from 0 to 1000.
    pub boundary_signs: Vec<i32>,
    /// Signs of its headline, from 0 to 1000.
    pub title_signs: Vec<i32>,
}

impl Attributed {
    /// The stories by the shipped figures.
    pub fn doubts(&self) -> Vec<Doubtful> {
        let doubtful = |(story, boundary_signs, title_signs): (Story, Vec<i32>, Vec<i32>)| {
            let body = story.bodies.iter().flat_map(|unit| self.read.units[*unit].lines.clone()).collect();
            Doubtful { body, title: self.read.title(&story), boundary_signs, title_signs }
        };
        self.read.doubts().into_iter().map(doubtful).collect()
    }
}

/// Names of the signs of boundaries and of headlines.
pub fn doubt_names() -> (Vec<&'static str>, Vec<&'static str>) {
    use crate::detect_articles::confidence::{BOUNDARY, TITLE};
    (BOUNDARY.to_vec(), TITLE.to_vec())
}

/// Lines of a page and the rows of signs of any of them as the one that follows another.
pub struct Followers {
    facts: std::sync::Arc<Vec<crate::layout::facts::Facts>>,
    /// The lines as read after repairs.
    pub lines: Vec<String>,
    /// Whether a blank line stands before each.
    pub blank: Vec<bool>,
}

impl Followers {
    /// Reads a page of `text`.
    pub fn new(text: &str) -> Self {
        let page = laws::page(text);
        let facts = crate::layout::noted::facts(&page);
        let lines = facts.iter().map(|facts| facts.text.to_string()).collect();
        let blank = facts.iter().map(|facts| facts.blank).collect();
        Self { facts, lines, blank }
    }

    /// The rows for line `b` behind line `a`.
    pub fn rows(&self, a: usize, b: usize) -> Vec<u16> {
        let edges = |line: usize| Edges::of(&self.facts[line].text);
        let words = follow::words_row(&edges(a), &edges(b));
        follow::rows(&self.facts[a], &self.facts[b]).into_iter().chain(words).collect()
    }
}

/// Names of the rows of signs of a line as the one that follows another.
pub fn follow_rows() -> Vec<String> {
    signs::names(follow::FOLLOW)
}

/// A jump line and the stories that it may be of.
pub struct JumpLine {
    /// To another page, not from one.
    pub forward: bool,
    /// As printed.
    pub text: String,
    /// For each story its number and its signs, from 0 to 1000.
    pub candidates: Vec<(usize, Vec<i32>)>,
}

impl Attributed {
    /// The jump lines of the page by the shipped figures, and the lines of the body of each story.
    pub fn jump_lines(&self) -> (Vec<JumpLine>, Vec<Vec<usize>>) {
        let stories = self.read.stories();
        let mut lines = Vec::new();
        for way in [Way::To, Way::From] {
            lines.extend(self.read.jump_lines(way, &stories).into_iter().map(|(unit, candidates)| {
                let lines = self.read.units[unit].lines.clone();
                JumpLine { forward: way == Way::To, text: self.lines[lines].concat(), candidates }
            }));
        }
        let bodies = |story: &Story| story.bodies.iter().flat_map(|unit| self.read.units[*unit].lines.clone()).collect();
        (lines, stories.iter().map(bodies).collect())
    }
}

/// Names of the signs of stories that go on elsewhere and of those that come from elsewhere.
pub fn jump_line_names() -> (Vec<&'static str>, Vec<&'static str>) {
    use crate::detect_articles::jumps::{FROM, TO};
    (TO.to_vec(), FROM.to_vec())
}

/// The page that a jump line names.
pub fn jump_page(text: &str) -> Option<String> {
    use crate::layout::grammar::squeezed;
    use crate::layout::jump::jump;
    jump(&squeezed(text)).map(|jump| jump.page)
}

/// The parts of an issue that may go on or come from elsewhere.
pub struct Issue {
    /// The page of each part, counted from 0, and its text.
    pub parts: Vec<(usize, String)>,
    /// Head, tail, and the signs of the link, from 0 to 1000.
    pub links: Vec<(usize, usize, Vec<i32>)>,
}

impl Issue {
    /// Reads pages, each with its number, in the order in which they come.
    pub fn new(pages: &[(u32, &str)]) -> Self {
        let stages = [&crate::normalize::DEF, &crate::untangle_columns::DEF, &crate::dehyphenate::DEF, &crate::detect_articles::DEF];
        let mut articles = Vec::new();
        for (at, (number, text)) in pages.iter().enumerate() {
            let bodies = after(laws::page_of(&at.to_string(), *number, text), &stages);
            articles.extend(bodies.into_iter().filter_map(Article::from_body));
        }
        let found = crate::stitch_jumps::jumps(articles);
        let page = |id: &str| id.parse().expect("pages are called by their number");
        Self { parts: found.parts.into_iter().map(|(id, text)| (page(&id), text)).collect(), links: found.links }
    }
}

/// Names of the signs of links.
pub fn link_names() -> Vec<&'static str> {
    crate::stitch_jumps::LINK.to_vec()
}
