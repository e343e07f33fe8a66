//! Puts together what was found: later mentions of people, short names of companies, one entity for all its mentions.

use pipeline::{Entity, EntityKind, Mention};
use rustc_hash::{FxHashMap, FxHashSet};

use super::chars::{Chars, is_all_words, is_word};
use super::organisations::Organisation;
use super::people::{Found, Title};
use super::places::Place;
use super::{Zoned, names};
use crate::layout::family_names::is_surname;
use crate::layout::pairs;

/// Most characters of a name that is looked for again.
const LONGEST_NAME: usize = 24;

/// Gathers entities in the order in which they come.
#[derive(Default)]
pub(super) struct Entities {
    entities: Vec<Entity>,
    numbers: FxHashMap<(EntityKind, String), usize>,
}

impl Entities {
    fn add(&mut self, kind: EntityKind, key: &str, name: &str, mention: Mention) -> &mut Entity {
        let number = *self.numbers.entry((kind, key.to_owned())).or_insert_with(|| {
            self.entities.push(Entity { kind, name: name.to_owned(), title: None, org: None, mentions: Vec::new() });
            self.entities.len() - 1
        });
        let entity = &mut self.entities[number];
        if name.len() > entity.name.len() {
            name.clone_into(&mut entity.name);
        }
        entity.mentions.push(mention);
        entity
    }

    fn has(&self, kind: EntityKind, key: &str) -> bool {
        self.numbers.contains_key(&(kind, key.to_owned()))
    }

    /// Those named most first, of equals the one named first.
    pub(super) fn finish(mut self) -> Vec<Entity> {
        for entity in &mut self.entities {
            entity.mentions.sort_unstable();
            entity.mentions.dedup();
        }
        let first = |entity: &Entity| entity.mentions.first().copied();
        self.entities
            .sort_by(|a, b| b.mentions.len().cmp(&a.mentions.len()).then_with(|| first(a).cmp(&first(b))).then(a.kind.cmp(&b.kind)));
        self.entities
    }
}

/// What is known of somebody.
#[derive(Clone, Default)]
struct Known {
    title: Option<String>,
    org: Option<String>,
}

impl Known {
    /// The fullest title counts, and the organisation with it.
    fn take(&mut self, chars: &Chars<'_>, title: Title) {
        let text = chars.slice(title.start, title.end);
        let org = title.org.map(|(start, end)| chars.slice(start, end).to_owned());
        if self.title.as_deref().is_none_or(|known| known.len() < text.len()) {
            self.title = Some(text.to_owned());
            self.org = org.or(self.org.take());
        } else if self.org.is_none() {
            self.org = org;
        }
    }
}

/// Names that are looked for everywhere, found by their first character and their length.
struct Again<'a> {
    names: FxHashMap<&'a str, &'a str>,
    lengths: FxHashMap<char, Vec<usize>>,
}

impl<'a> Again<'a> {
    /// `names` as they stand, with what each is to be counted as.
    fn new(names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut again = Self { names: FxHashMap::default(), lengths: FxHashMap::default() };
        for (name, of) in names {
            let len = name.chars().count();
            let Some(first) = name.chars().next().filter(|_| len <= LONGEST_NAME) else { continue };
            again.names.insert(name, of);
            let lengths = again.lengths.entry(first).or_default();
            if !lengths.contains(&len) {
                lengths.push(len);
                lengths.sort_unstable_by(|a, b| b.cmp(a));
            }
        }
        again
    }

    /// The longest name at `at`, where it ends, and what it is counted as.
    fn at(&self, chars: &Chars<'_>, at: usize) -> Option<(usize, &'a str)> {
        let lengths = self.lengths.get(&chars.get(at)?)?;
        lengths.iter().filter(|len| at + *len <= chars.len()).find_map(|len| Some((at + len, *self.names.get(chars.slice(at, at + len))?)))
    }
}

/// What was found in one zone.
pub(super) struct Findings {
    pub(super) places: Vec<Place>,
    pub(super) organisations: Vec<Organisation>,
    pub(super) people: Found,
}

/// Makes entities of what was found in `zones`.
pub(super) fn link(zones: &[(Zoned<'_>, Findings)], entities: &mut Entities) {
    let mut taken: Vec<Vec<bool>> = zones.iter().map(|(zoned, _)| vec![false; zoned.chars.len()]).collect();
    for ((zoned, findings), taken) in zones.iter().zip(&mut taken) {
        for organisation in findings.organisations.iter().filter(|organisation| !is_in_title(organisation, &findings.people)) {
            let (start, end) = (organisation.start, organisation.end);
            taken[start..end].fill(true);
            let name = zoned.chars.slice(start, end);
            entities.add(EntityKind::Organisation, name, name, zoned.mention(start, end));
        }
    }
    people(zones, &mut taken, entities);
    short_names(zones, &mut taken, entities);
    for ((zoned, findings), taken) in zones.iter().zip(&taken) {
        for place in findings.places.iter().filter(|place| !taken[place.start..place.end].iter().any(|taken| *taken)) {
            let key = zoned.chars.slice(place.start, place.core);
            entities.add(EntityKind::Place, key, zoned.chars.slice(place.start, place.end), zoned.mention(place.start, place.end));
        }
    }
}

/// 市委 in 市委书记仲旭东 is part of his title.
fn is_in_title(organisation: &Organisation, people: &Found) -> bool {
    let titles = || people.named.iter().filter_map(|named| named.title);
    organisation.body && titles().any(|title| title.start <= organisation.start && organisation.end <= title.end)
}

fn people(zones: &[(Zoned<'_>, Findings)], taken: &mut [Vec<bool>], entities: &mut Entities) {
    let mut known: FxHashMap<&str, Known> = FxHashMap::default();
    let mut order: Vec<&str> = Vec::new();
    for (zoned, findings) in zones {
        for named in &findings.people.named {
            let name = zoned.chars.slice(named.start, named.end);
            let known = known.entry(name).or_insert_with(|| {
                order.push(name);
                Known::default()
            });
            if let Some(title) = named.title {
                known.take(&zoned.chars, title);
            }
        }
    }
    let again = Again::new(order.iter().map(|name| (*name, *name)));
    for (zoned, findings) in zones {
        for title in &findings.people.titles {
            if let Some((_, name)) = again.at(&zoned.chars, title.end) {
                known.entry(name).or_default().take(&zoned.chars, *title);
            }
        }
    }
    let meant = meant(&order, &known);
    for ((zoned, findings), taken) in zones.iter().zip(&mut *taken) {
        let mut surely: FxHashSet<usize> = FxHashSet::default();
        surely.extend(findings.people.named.iter().map(|named| named.start));
        let mut at = 0;
        while at < zoned.chars.len() {
            let Some((end, name)) = again.at(&zoned.chars, at).filter(|(end, _)| !taken[at..*end].iter().any(|taken| *taken)) else {
                at += 1;
                continue;
            };
            if !surely.contains(&at) && !names::stands_at(&zoned.chars, at, end) {
                at += 1;
                continue;
            }
            taken[at..end].fill(true);
            let entity = entities.add(EntityKind::Person, name, name, zoned.mention(at, end));
            let Known { title, org } = &known[name];
            (entity.title, entity.org) = (title.clone(), org.clone());
            at = end;
        }
    }
    for ((zoned, findings), taken) in zones.iter().zip(taken) {
        for called in &findings.people.called {
            let (family, office) = (zoned.chars.slice(called.start, called.head), zoned.chars.slice(called.head, called.end));
            let free = !taken[called.start..called.end].iter().any(|taken| *taken);
            if !free || !is_surname(family.chars()) {
                continue;
            }
            // Whose name only stands inside that of an organisation is nobody.
            if let Some(name) = meant.get(&(family, office)).copied().flatten().filter(|name| entities.has(EntityKind::Person, name)) {
                taken[called.start..called.end].fill(true);
                entities.add(EntityKind::Person, name, name, zoned.mention(called.start, called.end));
            }
        }
    }
}

/// Most characters of an office in 王书记.
const LONGEST_OFFICE: usize = 8;

/// Who is meant by a family name and an office; nobody where it could be several.
fn meant<'a>(order: &[&'a str], known: &'a FxHashMap<&str, Known>) -> FxHashMap<(&'a str, &'a str), Option<&'a str>> {
    let mut meant = FxHashMap::default();
    for name in order {
        let Some(title) = known.get(name).and_then(|known| known.title.as_deref()) else { continue };
        let family = name.chars().next().and_then(|first| name.get(..first.len_utf8())).unwrap_or_default();
        for (at, _) in title.char_indices().rev().take(LONGEST_OFFICE) {
            let office = title.get(at..).unwrap_or_default();
            meant.entry((family, office)).and_modify(|other| *other = None).or_insert(Some(*name));
        }
    }
    meant
}

/// Later mentions of companies by a part of their name: 浙江大洪包装科技有限公司, 大洪包装.
fn short_names(zones: &[(Zoned<'_>, Findings)], taken: &mut [Vec<bool>], entities: &mut Entities) {
    let mut names: FxHashMap<&str, Option<&str>> = FxHashMap::default();
    for (zoned, findings) in zones {
        for organisation in &findings.organisations {
            let whole = zoned.chars.slice(organisation.start, organisation.end);
            let (start, end) = organisation.own;
            for end in start + 2..=end {
                let own = zoned.chars.range(start, end);
                if may_stand_alone(own) {
                    let of = names.entry(zoned.chars.slice(start, end)).or_insert(Some(whole));
                    // What two companies could be called is no name of either.
                    if of.is_some_and(|of| of != whole) {
                        *of = None;
                    }
                }
            }
        }
    }
    let again = Again::new(names.into_iter().filter_map(|(name, of)| Some((name, of?))));
    for ((zoned, _), taken) in zones.iter().zip(taken) {
        let mut at = 0;
        while at < zoned.chars.len() {
            let Some((end, whole)) = again.at(&zoned.chars, at).filter(|(end, _)| !taken[at..*end].iter().any(|taken| *taken)) else {
                at += 1;
                continue;
            };
            if end - at == 2 && !stands_alone(&zoned.chars, at, end) {
                at += 1;
                continue;
            }
            taken[at..end].fill(true);
            entities.add(EntityKind::Organisation, whole, whole, zoned.mention(at, end));
            at = end;
        }
    }
}

/// Whether a company may be called so: nothing that is an ordinary word.
fn may_stand_alone(own: &[char]) -> bool {
    match own {
        [a, b] => pairs::strength(*a, *b) == 0 && !is_word(own),
        [first @ .., _] if own.len() == 3 => !is_word(own) && !is_word(first) && !own.get(1..).is_some_and(is_word),
        _ => own.iter().all(|c| *c != '（' && *c != '）') && (own.len() > 3 && !is_all_words(own) || own.len() == 4 && !is_word(own)),
    }
}

/// Whether two characters are no part of another word here.
fn stands_alone(chars: &Chars<'_>, at: usize, end: usize) -> bool {
    let word_before = at > 0 && is_word(chars.range(at - 1, at + 1));
    !word_before && chars.longest_word(end - 1) < 2
}
