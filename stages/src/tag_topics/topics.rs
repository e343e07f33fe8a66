//! Checked topics, out of one or several files with the lexicons they name.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use pipeline::{OptionError, Options, Permille, Resources, Rule};
use serde::Serialize;

use super::check::{self, WHOLE};
use super::file::{self, Origin, SuppressChoice, SuppressEntry, TermEntry, TopicEntry, TopicFile, Where};
use super::fold::folded;

/// How far left of a hit is looked unless the file says so, in characters.
const WITHIN: u32 = 6;
/// How many different rules a topic needs unless one is in the title.
const MIN_EVIDENCE: usize = 2;

/// All topics of the files that were read.
#[derive(Clone, Debug, Default)]
pub struct Topics {
    /// In the order of the files.
    pub topics: Vec<Topic>,
    /// What topics are filed under without being topics, in the order of the files.
    pub groups: Vec<Group>,
    /// Words that only `segment` takes.
    pub words: Vec<Arc<str>>,
}

/// Something to file topics under.
#[derive(Clone, Debug)]
pub struct Group {
    /// `namespace:id`.
    pub id: Arc<str>,
    /// What people call it.
    pub label: Arc<str>,
}

/// A checked topic.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// `namespace:id`.
    pub id: Arc<str>,
    /// What people call it.
    pub label: Arc<str>,
    /// For people.
    pub description: String,
    /// `namespace:id` of the topic or group that it belongs to.
    pub broader: Option<Arc<str>>,
    /// IPTC Media Topics.
    pub iptc: Vec<String>,
    /// The file it stands in, as it was named.
    pub file: Arc<str>,
    /// Its place in that file's `topics`.
    pub index: usize,
    /// Those of its own file, then those that lexicons add.
    pub terms: Vec<Term>,
    /// Regular expressions.
    pub patterns: Vec<Pattern>,
    /// Several things in one sentence.
    pub combinations: Vec<Combination>,
    /// Words that stand for it in 一手抓…、一手抓….
    pub parallel: Vec<Arc<str>>,
    /// Phrases that hide rules, `all` and `any` inside them; `none` and `unless` see all that is printed.
    pub exclude: Vec<Arc<str>>,
    /// Each must be in the article.
    pub all: Vec<Arc<str>>,
    /// One must be.
    pub any: Vec<Arc<str>>,
    /// None may be …
    pub none: Vec<Arc<str>>,
    /// … unless one of these is there too.
    pub unless: Vec<Arc<str>>,
    /// What makes a hit not count.
    pub suppress: Arc<Suppress>,
    /// Whether that is its own and not its file's.
    pub own_suppress: bool,
    /// The least score it is given with, when it is not the stage's.
    pub min_score: Option<Permille>,
    /// How many different rules it needs unless one is in the title.
    pub min_evidence: usize,
    /// Ids of topics that are given as well.
    pub implies: Vec<Arc<str>>,
    /// Who wrote it.
    pub origin: Origin,
    /// Texts that must get it.
    pub positive: Vec<Example>,
    /// Texts that must not.
    pub negative: Vec<Example>,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As evidence names it.
    pub text: Arc<str>,
    /// Other ways to write it.
    pub variants: Vec<Arc<str>>,
    /// In hundredths.
    pub weight: u32,
    /// Where it counts.
    pub zone: Where,
    /// The lexicon it is from; `None` when it stands in the topic's own file.
    pub lexicon: Option<Arc<str>>,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The regular expression.
    pub pattern: Arc<str>,
    /// In hundredths.
    pub weight: u32,
    /// Where it counts.
    pub zone: Where,
}

/// Several things in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    /// As evidence names it: `企业+恢复+(生产|产能)`.
    pub name: Arc<str>,
    /// Each must be there.
    pub all: Vec<Arc<str>>,
    /// One must be there.
    pub any: Vec<Arc<str>>,
    /// None may be there.
    pub none: Vec<Arc<str>>,
    /// How many characters may lie between the first and the last; `None` for as many as the sentence has.
    pub near: Option<u32>,
    /// In hundredths.
    pub weight: u32,
    /// Where it counts.
    pub zone: Where,
}

/// What makes a hit not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppress {
    /// Words left of a hit, in the same clause.
    pub before: Vec<Arc<str>>,
    /// How many characters left of the hit are looked at.
    pub within: u32,
    /// Phrases that hold such a word and mean nothing by it.
    pub unless: Vec<Arc<str>>,
}

/// An example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The headline, often empty.
    pub title: String,
    /// The text.
    pub text: String,
}

impl Topic {
    /// Its rules as evidence names them: terms, then patterns, combinations and parallel words.
    pub fn rules(&self) -> impl Iterator<Item = (Rule, &Arc<str>)> {
        let terms = self.terms.iter().map(|term| (Rule::Term, &term.text));
        let patterns = self.patterns.iter().map(|pattern| (Rule::Pattern, &pattern.pattern));
        let combinations = self.combinations.iter().map(|combination| (Rule::Combination, &combination.name));
        terms.chain(patterns).chain(combinations).chain(self.parallel.iter().map(|word| (Rule::Parallel, word)))
    }
}

/// `id` without its namespace.
pub fn without_namespace(id: &str) -> &str {
    id.split_once(':').map_or(id, |(_, name)| name)
}

/// Whether `name` can be an id or a namespace.
pub(crate) fn is_name(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    letters && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The JSON Schema of a topic file, as `schemas/topics.schema.json` holds it.
pub fn schema() -> schemars::Schema {
    file::schema()
}

/// Reads the files `references`, which stand in the list `option` of the options, and the lexicons that they name.
///
/// # Errors
/// All mistakes, each with its place in its file or among the options.
pub fn load(references: &[String], option: &str, resources: &dyn Resources) -> Result<Topics, Vec<OptionError>> {
    let mut reader = Reader { resources, files: Vec::new(), known: HashSet::new(), mistakes: Vec::new() };
    if references.is_empty() {
        let mistake = OptionError::new(option, "empty_topics", "there is no topic file");
        reader.mistakes.push(mistake.with_help("name one, or leave the stage out"));
    }
    for (index, reference) in references.iter().enumerate() {
        let place = format!("{option}[{index}]");
        if reader.known.contains(reference) {
            reader.mistakes.push(OptionError::new(place, "duplicate_file", format!("{reference} is named twice")));
        } else if let Err(message) = reader.read(reference) {
            reader.mistakes.push(OptionError::new(place, "unreadable_file", message));
        }
    }
    let Reader { files, mut mistakes, .. } = reader;
    let topics = put_together(files, &mut mistakes);
    if mistakes.is_empty() { Ok(topics) } else { Err(mistakes) }
}

struct Reader<'a> {
    resources: &'a dyn Resources,
    files: Vec<(Arc<str>, TopicFile)>,
    known: HashSet<String>,
    mistakes: Vec<OptionError>,
}

impl Reader<'_> {
    /// The error says why there is no such file.
    fn read(&mut self, reference: &str) -> Result<(), String> {
        let document = self.resources.document(reference, &file::schema())?;
        self.known.insert(reference.to_owned());
        self.mistakes.extend(check::check(&document).into_iter().map(|mistake| mistake.inside(reference)));
        match Options(document).read::<TopicFile>() {
            Ok(file) => {
                for (index, lexicon) in file.lexicons.iter().enumerate() {
                    let lexicon = beside(reference, lexicon);
                    if !self.known.contains(&lexicon)
                        && let Err(message) = self.read(&lexicon)
                    {
                        let mistake = OptionError::new(format!("lexicons[{index}]"), "unreadable_file", message);
                        self.mistakes.push(mistake.inside(reference));
                    }
                }
                self.files.push((reference.into(), file));
            }
            Err(errors) => self.mistakes.extend(errors.into_iter().map(|mistake| mistake.inside(reference))),
        }
        Ok(())
    }
}

/// The path `lexicon`, which stands in the file `reference`, from where that file's own path starts.
fn beside(reference: &str, lexicon: &str) -> String {
    let folder = Path::new(reference).parent().filter(|_| !lexicon.starts_with("builtin:") && !reference.starts_with("builtin:"));
    folder.map_or_else(|| lexicon.to_owned(), |folder| folder.join(lexicon).display().to_string())
}

/// Topics of all files, with the terms that lexicons add to them.
fn put_together(files: Vec<(Arc<str>, TopicFile)>, mistakes: &mut Vec<OptionError>) -> Topics {
    let mut all = Topics::default();
    let mut adds = Vec::new();
    let mut place_of: HashMap<Arc<str>, usize> = HashMap::new();
    for (reference, file) in files {
        let TopicFile { namespace, suppress, groups, topics, adds: added, words, .. } = file;
        let suppress = Arc::new(suppress.map_or_else(Suppress::default, suppress_of));
        all.groups.extend(groups.into_iter().map(|group| Group { id: full(&namespace, &group.id), label: group.label.into() }));
        for (index, entry) in topics.into_iter().enumerate() {
            let topic = topic_of(&namespace, &reference, index, entry, &suppress);
            if let Some(earlier) = place_of.insert(Arc::clone(&topic.id), all.topics.len()) {
                let other: &Topic = &all.topics[earlier];
                if other.file != reference {
                    let message = format!("the topic `{}` is also in {}", topic.id, other.file);
                    let mistake = OptionError::new(format!("topics[{index}].id"), "duplicate_topic", message);
                    mistakes.push(mistake.with_help("give your file a namespace of its own").inside(&reference));
                }
            }
            all.topics.push(topic);
        }
        adds.extend(added.into_iter().enumerate().map(|(index, add)| (Arc::clone(&reference), index, add)));
        all.words.extend(words.into_iter().map(Arc::from));
    }
    let ids: Vec<String> = all.topics.iter().map(|topic| topic.id.to_string()).collect();
    for (reference, index, add) in adds {
        match place_of.get(&*add.topic) {
            Some(place) => {
                let topic = &mut all.topics[*place];
                let written = |term: &Term| std::iter::once(&term.text).chain(&term.variants).map(|text| folded(text)).collect::<Vec<_>>();
                let known: HashSet<String> = topic.terms.iter().flat_map(written).collect();
                // What the topic has already, a lexicon that is kept elsewhere may well say once more.
                let terms = add.terms.into_iter().map(|entry| Term { lexicon: Some(Arc::clone(&reference)), ..term_of(entry) });
                topic.terms.extend(terms.filter(|term| !known.contains(&folded(&term.text))));
            }
            None => mistakes.push(unknown(format!("adds[{index}].topic"), &add.topic, &ids).inside(&reference)),
        }
    }
    let groups: HashSet<Arc<str>> = all.groups.iter().map(|group| Arc::clone(&group.id)).collect();
    for topic in &all.topics {
        let places = topic.implies.iter().enumerate().map(|(nth, id)| (format!("implies[{nth}]"), id, false));
        for (place, id, group) in places.chain(topic.broader.iter().map(|id| ("broader".to_owned(), id, true))) {
            let path = format!("topics[{}].{place}", topic.index);
            // One without a namespace was looked for in its own file.
            let is_said = |mistake: &OptionError| mistake.path == path && mistake.document.as_deref() == Some(&*topic.file);
            let is_known = place_of.contains_key(id) || group && groups.contains(id);
            if !is_known && !mistakes.iter().any(is_said) {
                mistakes.push(unknown(path, id, &ids).inside(&topic.file));
            }
        }
    }
    all
}

fn unknown(place: String, id: &str, known: &[String]) -> OptionError {
    let mistake = OptionError::new(place, "no_such_topic", format!("no file that is read has the topic `{id}`"));
    mistake.with_known(id, known).with_help("write it with its namespace, `gov-cn:education`, and name its file under `topics`")
}

/// `id` with its namespace.
fn full(namespace: &str, id: &str) -> Arc<str> {
    if id.contains(':') { id.into() } else { format!("{namespace}:{id}").into() }
}

fn shared(strings: Vec<String>) -> Vec<Arc<str>> {
    strings.into_iter().map(Arc::from).collect()
}

fn hundredths(weight: f64) -> u32 {
    (weight * WHOLE).round() as u32
}

fn term_of(entry: TermEntry) -> Term {
    let TermEntry { term, weight, zone, variants } = entry;
    Term { text: term.into(), variants: shared(variants), weight: hundredths(weight), zone, lexicon: None }
}

fn suppress_of(entry: SuppressEntry) -> Suppress {
    Suppress { before: shared(entry.before), within: entry.within.unwrap_or(WITHIN), unless: shared(entry.unless) }
}

fn combination_of(entry: file::CombinationEntry) -> Combination {
    let mut parts = entry.all.clone();
    match entry.any.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        several => parts.push(format!("({})", several.join("|"))),
    }
    Combination {
        name: parts.join("+").into(),
        all: shared(entry.all),
        any: shared(entry.any),
        none: shared(entry.none),
        near: entry.near,
        weight: hundredths(entry.weight),
        zone: entry.zone,
    }
}

fn topic_of(namespace: &str, reference: &Arc<str>, index: usize, entry: TopicEntry, suppress: &Arc<Suppress>) -> Topic {
    let examples =
        |entries: Vec<file::ExampleEntry>| entries.into_iter().map(|entry| Example { title: entry.title, text: entry.text }).collect();
    let pattern = |entry: file::PatternEntry| Pattern { pattern: entry.pattern.into(), weight: hundredths(entry.weight), zone: entry.zone };
    Topic {
        id: full(namespace, &entry.id),
        label: entry.label.into(),
        description: entry.description,
        broader: entry.broader.map(|id| full(namespace, &id)),
        iptc: entry.iptc,
        file: Arc::clone(reference),
        index,
        terms: entry.terms.into_iter().map(term_of).collect(),
        patterns: entry.patterns.into_iter().map(pattern).collect(),
        combinations: entry.combinations.into_iter().map(combination_of).collect(),
        parallel: shared(entry.parallel),
        exclude: shared(entry.exclude),
        all: shared(entry.all),
        any: shared(entry.any),
        none: shared(entry.none),
        unless: shared(entry.unless),
        own_suppress: entry.suppress.is_some(),
        suppress: match entry.suppress {
            None => Arc::clone(suppress),
            Some(SuppressChoice::None) => Arc::default(),
            Some(SuppressChoice::Own(own)) => Arc::new(suppress_of(own)),
        },
        min_score: entry.min_score.map(Permille::from_share),
        min_evidence: entry.min_evidence.map_or(MIN_EVIDENCE, |least| least as usize),
        implies: entry.implies.iter().map(|id| full(namespace, id)).collect(),
        origin: entry.origin,
        positive: examples(entry.examples.positive),
        negative: examples(entry.examples.negative),
    }
}
