//! `detect_articles`: cuts a page into articles
//!
//! From the lines alone it finds where each article begins and ends, its kicker, title and subtitle (printed before or after the
//! text), its byline, its dateline, photo captions with their credits, columns of briefs, lines like 下转C2版, notices, tables, and
//! the furniture of the page.
//! It trusts the width of the columns, paragraphs, punctuation, blank lines, datelines, and the words that a headline shares with
//! its text. Each decision comes with a confidence; a headline below `min_confidence` is left out, with the warning
//! `headline_uncertain`.
//!
//! ```yaml
//! - detect_articles: {}              # the same as the next line
//! - detect_articles: { min_confidence: 0.3 }
//! ```
//!
//! It leaves alone: how lines are joined (`dehyphenate`, which comes before it), parts of one article on several pages
//! (`stitch_jumps`), and the wording. Lines it can put nowhere come out as `furniture` or as a title without text; nothing is lost.

mod attribute;
mod briefs;
mod bylines;
pub(crate) mod confidence;
mod drafts;
mod exchange;
mod gaps;
mod headline;
pub(crate) mod jumps;
mod notices;
mod partings;
mod rejoin;
pub(crate) mod signs;
mod stories;
mod units;
mod worth;

use pipeline::def::each;
use pipeline::{Article, Draft, Each, Flow, OptionError, Page, StageDef, StageError, assemble};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::layout::Layout;
use crate::layout::roles::Role;
use crate::layout::vocabulary::{self, Said, Vocabulary};

use jumps::Way;
pub(crate) use stories::Story;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "detect_articles",
    about: "cuts a page into articles",
    source: include_str!("detect_articles.rs"),
    takes: Flow::Pages,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, _| {
        let config: Config = options.read()?;
        if !(0.0..=1.0).contains(&config.min_confidence) {
            let message = format!("{} is no probability", config.min_confidence);
            return Err(vec![OptionError::new("min_confidence", "out_of_range", message).with_help("give a number from 0 to 1")]);
        }
        Ok(each(Stage { min_confidence: (config.min_confidence * 1000.0).round() as i32 }))
    },
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Titles less sure than this are left out, with a warning. From 0 to 1.
    pub(crate) min_confidence: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { min_confidence: 0.3 }
    }
}

struct Stage {
    min_confidence: i32,
}

impl Each for Stage {
    type In = Page;
    type Out = Article;

    fn apply(&self, page: Page, out: &mut Vec<Article>) -> Result<(), StageError> {
        out.extend(assemble(&page, self.drafts(&page))?);
        Ok(())
    }
}

impl Stage {
    fn drafts(&self, page: &Page) -> Vec<Draft> {
        let read = Read::of(page);
        let stories = read.stories();
        let Read { layout, units, .. } = &read;
        let mut used = vec![false; units.len()];
        let mut drafts = Vec::new();
        for story in &stories {
            for unit in story.units() {
                used[unit] = true;
            }
            drafts.push(drafts::of_story(page, layout, units, story, self.min_confidence));
        }
        let rest = units.iter().zip(used).filter(|(_, used)| !used);
        drafts.extend(rest.map(|(unit, _)| drafts::of_unit(page, layout, unit)));
        drafts
    }
}

/// Whether a unit is body.
#[cfg(feature = "learning")]
pub(crate) fn is_body(unit: &units::Unit) -> bool {
    unit.kind == units::Kind::Body
}

/// Whether a unit is a byline.
#[cfg(feature = "learning")]
pub(crate) fn is_byline(unit: &units::Unit) -> bool {
    unit.kind == units::Kind::Byline
}

/// A page cut into units and texts, before headlines and bylines are given out.
pub(crate) struct Read {
    pub(crate) layout: Layout,
    pub(crate) units: Vec<units::Unit>,
    stories: Vec<Story>,
    of_unit: Vec<Option<usize>>,
    vocabulary: Vocabulary,
    /// For each line its place among the lines as they were read, before columns were put in order.
    places: Vec<usize>,
    /// The stories with all that is theirs by the shipped weights, not yet how sure it is.
    arranged: Vec<Story>,
    /// The lines at which an article opens by the headlines of the page alone.
    pub(crate) parted: Vec<usize>,
}

/// How often it is looked for articles that open where no line tells, each time with what was found before.
const PARTED: usize = 2;

impl Read {
    pub(crate) fn of(page: &Page) -> Self {
        let mut read = Self::with(page, Layout::of(page));
        for _ in 0..PARTED {
            let partings = read.partings(page);
            if partings.is_empty() {
                break;
            }
            for line in &partings {
                read.layout.roles[*line] = Role::Opening;
                read.layout.opening[*line] = vocabulary::SURE;
            }
            let parted = [read.parted, partings].concat();
            read = Self { parted, ..Self::with(page, read.layout) };
        }
        read
    }

    /// The lines at which the headlines say that an article opens.
    fn partings(&self, page: &Page) -> Vec<usize> {
        let weights = signs::Weights::shipped(self.layout.is_read_across());
        partings::find(page, &self.layout, &self.units, &self.arranged, &self.vocabulary, weights)
    }

    fn with(page: &Page, layout: Layout) -> Self {
        let units = units::cut(page, &layout);
        let vocabulary = units::vocabulary(page, &layout, &units);
        let (mut stories, of_unit) = stories::gather(&layout, &units, &vocabulary);
        for story in &mut stories {
            bylines::sign(page, &layout, &units, story);
        }
        // What comes from elsewhere has seldom a byline and often no headline.
        jumps::give(Way::From, &layout, &units, &mut stories);
        let mut read = Self { layout, units, stories, of_unit, vocabulary, places: places(page), arranged: Vec::new(), parted: Vec::new() };
        read.arranged = read.arranged(signs::Weights::shipped(read.layout.is_read_across()));
        read
    }

    /// The stories with all that is theirs.
    pub(crate) fn stories(&self) -> Vec<Story> {
        let mut stories = self.arranged.clone();
        for story in &mut stories {
            story.boundary_sure = confidence::boundary(&confidence::boundary_signs(&self.layout, &self.units, story));
        }
        let surroundings = self.surroundings(&stories);
        let sure: Vec<_> = (0..stories.len()).map(|number| confidence::title(&surroundings.title_signs(number))).collect();
        for (story, sure) in stories.iter_mut().zip(sure) {
            story.head_sure = sure;
        }
        stories
    }

    /// The stories with all that is theirs by `weights`, not yet how sure it is.
    pub(crate) fn arranged(&self, weights: &signs::Weights) -> Vec<Story> {
        let (mut stories, mut of_unit) = (self.stories.clone(), self.of_unit.clone());
        let mut strays = attribute::attribute(&self.layout, &self.units, &mut of_unit, &mut stories, &self.vocabulary, weights);
        rejoin::rejoin(&self.layout, &self.units, &mut stories, &mut strays, &self.vocabulary);
        stories.retain(|story| !story.bodies.is_empty());
        let of_unit = stories::owners(&self.units, &stories);
        briefs::under_labels(&self.layout, &self.units, &of_unit, &mut stories);
        bylines::settle(&self.layout, &self.units, &of_unit, &mut stories, &mut strays);
        jumps::give(Way::To, &self.layout, &self.units, &mut stories);
        jumps::give(Way::From, &self.layout, &self.units, &mut stories);
        stories
    }

    /// The jump lines of one direction, each with the stories that it may be of and what speaks for each.
    #[cfg(feature = "learning")]
    pub(crate) fn jump_lines(&self, way: Way, stories: &[Story]) -> Vec<(usize, Vec<jumps::Candidate>)> {
        jumps::candidates(way, &self.layout, &self.units, stories)
    }

    /// How much of the headline on the lines `heads` is said again on the body lines `bodies`, in thousandths.
    pub(crate) fn share(&self, heads: &[usize], bodies: &[usize]) -> i32 {
        let units = |lines: &[usize]| {
            let mut units: Vec<usize> = lines.iter().map(|line| self.units.partition_point(|unit| unit.lines.end <= *line)).collect();
            units.dedup();
            units
        };
        let said = |lines: &[usize]| Said::by(&self.vocabulary, &units(lines));
        self.vocabulary.share(&said(heads), &said(bodies))
    }

    fn surroundings<'a>(&'a self, stories: &'a [Story]) -> confidence::Surroundings<'a> {
        confidence::Surroundings::of(&self.layout, &self.units, stories, &self.vocabulary, &self.places)
    }

    /// For each story, in the order of their drafts, what leaves its boundary and its headline less sure.
    pub(crate) fn why_unsure(&self) -> Vec<confidence::Doubts> {
        let stories = self.stories();
        let surroundings = self.surroundings(&stories);
        let boundary = |number: usize| confidence::boundary_signs(&self.layout, &self.units, &stories[number]);
        (0..stories.len()).map(|number| confidence::doubts(&boundary(number), &surroundings.title_signs(number))).collect()
    }

    /// The lines of the title of `story`.
    #[cfg(feature = "learning")]
    pub(crate) fn title(&self, story: &Story) -> Vec<usize> {
        headline::split(&self.layout, &self.units, &story.heads).title
    }

    /// For each story its units and the signs of its boundary and headline.
    #[cfg(feature = "learning")]
    pub(crate) fn doubts(&self) -> Vec<(Story, Vec<i32>, Vec<i32>)> {
        let stories = self.stories();
        let surroundings = self.surroundings(&stories);
        let of = |number: usize| {
            let story = &stories[number];
            let boundary = confidence::boundary_signs(&self.layout, &self.units, story);
            (story.clone(), boundary.to_vec(), surroundings.title_signs(number).to_vec())
        };
        (0..stories.len()).map(of).collect()
    }
}

/// For each line its place among the lines as they were read.
fn places(page: &Page) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.lines.len()).collect();
    order.sort_by_key(|line| page.lines[*line].span.start);
    let mut places = vec![0; order.len()];
    for (place, line) in order.into_iter().enumerate() {
        places[line] = place;
    }
    places
}

#[cfg(test)]
mod tests;
