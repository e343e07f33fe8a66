//! `extract_entities`: finds the people, organisations and places that an article names
//!
//! ```yaml
//! - extract_entities:
//!     kinds: [person, organisation, place]
//!     places: [my-places.txt]
//! ```
//!
//! Title and text are read; each entity comes with all its mentions, those named most first. A wrong name is worse than a missing
//! one: where it is not clear how far a name goes, there is none.
//!
//! People are named behind a title (`市委书记仲旭东`; `市委常委、常务副市长胡泓恬`; several behind one: `市领导周军波、吴金华、何健`), before one
//! (`张三教授`), or as who says something at the beginning of a clause. Later mentions without a title count for them, and `王书记` does where one
//! person of that family name and office is named. `title` is the fullest that is printed, `org` the organisation before it.
//!
//! Organisations are known ones (`国务院`), offices by what they are for (`市教育局`, `平湖市人民政府`), and names that end as companies, schools,
//! hospitals, courts and the like do and whose beginning is clear: a place, a mark, or a word that names stand behind (`来到`). A
//! company is counted under its full name where a part of it stands later (`大洪包装`) that is no ordinary word and could be of no other.
//!
//! Places are those of a gazetteer (provinces, prefectures, many cities and counties, countries), and names that end in 镇, 村, 街道,
//! 社区 and so on. `places` are files of more, one name a line. A place inside the name of an organisation is not counted.
//!
//! Left alone: bylines are in `byline`; people without a title who say nothing; streets; nicknames; who is who in other articles; names
//! in Latin letters. Parts of speech are not asked for, and nothing is looked up.

mod chars;
mod link;
mod lists;
mod names;
mod organisations;
mod people;
mod places;

use pipeline::def::each;
use pipeline::{Article, BuildResult, Each, Entity, EntityKind, Flow, Kind, Mention, OptionError, Resources, StageDef, StageError, Zone};
use schemars::JsonSchema;
use serde::Deserialize;

use chars::{Chars, Table};
use link::{Entities, Findings};

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "extract_entities",
    about: "finds the people, organisations and places that an article names",
    source: include_str!("extract_entities.rs"),
    takes: Flow::Articles,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, resources| Ok(each(Stage::new(options.read()?, resources)?)),
};

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// What is listed.
    kinds: Vec<EntityKind>,
    /// Files of places beside those built in, one a line.
    places: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { kinds: vec![EntityKind::Person, EntityKind::Organisation, EntityKind::Place], places: Vec::new() }
    }
}

struct Stage {
    kinds: Vec<EntityKind>,
    gazetteer: Table,
}

impl Stage {
    fn new(config: Config, resources: &dyn Resources) -> BuildResult<Self> {
        let mut mistakes = Vec::new();
        if config.kinds.is_empty() {
            let mistake = OptionError::new("kinds", "invalid_option", "nothing is to be listed");
            mistakes.push(mistake.with_help("name at least one kind, or leave the stage out"));
        }
        let mut own = Vec::new();
        for (index, file) in config.places.iter().enumerate() {
            match resources.text_at(&format!("places[{index}]"), file) {
                Ok(text) => own.push(text),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let lines = own.iter().flat_map(|text| text.trim_start_matches('\u{feff}').lines()).map(str::trim).filter(|line| !line.is_empty());
        Ok(Self { kinds: config.kinds, gazetteer: lists::gazetteer(lines) })
    }
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        article.entities = if article.kind == Kind::Furniture { Vec::new() } else { self.entities_of(&article) };
        out.push(article);
        Ok(())
    }
}

/// A zone of an article.
struct Zoned<'a> {
    zone: Zone,
    chars: Chars<'a>,
}

impl Zoned<'_> {
    fn mention(&self, start: usize, end: usize) -> Mention {
        Mention { zone: self.zone, span: self.chars.span(start, end) }
    }
}

impl Stage {
    fn entities_of(&self, article: &Article) -> Vec<Entity> {
        let zones = [Zone::Title, Zone::Text].map(|zone| {
            let zoned = Zoned { zone, chars: Chars::new(article.zone(zone)) };
            let places = places::find(&zoned.chars, &self.gazetteer);
            let organisations = organisations::find(&zoned.chars, &places);
            let people = people::find(&zoned.chars, &organisations, &places);
            (zoned, Findings { places, organisations, people })
        });
        let mut entities = Entities::default();
        link::link(&zones, &mut entities);
        let mut entities = entities.finish();
        entities.retain(|entity| self.kinds.contains(&entity.kind));
        entities
    }
}

#[cfg(test)]
mod tests;
