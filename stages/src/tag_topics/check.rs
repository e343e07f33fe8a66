//! Everything that can be wrong in a topic file beyond keys and types: looked for in what has the right type, whatever the rest is
//! like, so that all mistakes come at once.

use std::collections::{HashMap, HashSet};

use pipeline::OptionError;
use serde_json::Value;

use super::fold::folded;
use super::patterns;
use super::topics::is_name;

/// Weights are kept in hundredths, so that scores add up the same on every machine.
pub(super) const WHOLE: f64 = 100.0;
/// The heaviest a rule may be.
const HEAVIEST: f64 = 5.0;
/// The longest a term may be, in characters: no word is longer, and what is looked for stays bounded.
const LONGEST: usize = 60;
/// The furthest that `suppress` and `near` may look, in characters.
const FURTHEST: u64 = 200;
/// Of how many things a combination may be: what is kept while a sentence is looked through doubles with each.
const MOST_THINGS: usize = 8;

/// Looks through a document.
pub(super) fn check(document: &Value) -> Vec<OptionError> {
    let mut checker = Checker { mistakes: Vec::new() };
    checker.file(document);
    checker.mistakes
}

struct Checker {
    mistakes: Vec<OptionError>,
}

/// The list under `key`, empty when there is none.
fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

impl Checker {
    fn add(&mut self, place: impl Into<String>, code: &'static str, message: impl Into<String>) -> &mut OptionError {
        self.mistakes.push(OptionError::new(place, code, message));
        self.mistakes.last_mut().expect("one was just added")
    }

    fn file(&mut self, document: &Value) {
        self.name("namespace", &document["namespace"]);
        if document.is_object() && ["topics", "adds", "words"].iter().all(|key| document[*key].as_array().is_none_or(Vec::is_empty)) {
            let place = if document["topics"].is_array() { "topics" } else { "" };
            self.add(place, "empty_topics", "there is no topic").help =
                Some("write `topics`, or `adds` or `words` for a lexicon".to_owned());
        }
        self.suppress("suppress", &document["suppress"]);
        let mut ids: HashSet<&str> = HashSet::new();
        for key in ["groups", "topics"] {
            for (index, entry) in list(document, key).iter().enumerate() {
                let place = format!("{key}[{index}].id");
                self.name(&place, &entry["id"]);
                if let Some(id) = entry["id"].as_str().filter(|id| !ids.insert(id)) {
                    self.add(place, "duplicate_topic", format!("`{id}` is the id of an earlier topic or group too"));
                }
                if entry["label"].as_str().is_some_and(|label| label.trim().is_empty()) {
                    self.add(format!("{key}[{index}].label"), "empty_label", "the label is empty");
                }
            }
        }
        for (index, topic) in list(document, "topics").iter().enumerate() {
            self.topic(&format!("topics[{index}]"), topic);
        }
        for (index, adds) in list(document, "adds").iter().enumerate() {
            self.terms(&format!("adds[{index}]"), adds, &mut HashMap::new());
        }
        self.phrases("words", &document["words"], &mut HashMap::new());
        self.references(document, &ids);
    }

    fn topic(&mut self, place: &str, topic: &Value) {
        let rules = ["terms", "patterns", "combinations", "parallel"];
        if topic.is_object() && rules.iter().all(|key| topic[*key].is_null() || topic[*key].as_array().is_some_and(Vec::is_empty)) {
            let help = "write `terms: […]`, or patterns, combinations or parallel";
            self.add(place, "empty_topic", "the topic has no rule").help = Some(help.to_owned());
        }
        let mut terms = HashMap::new();
        self.terms(place, topic, &mut terms);
        for (index, entry) in list(topic, "patterns").iter().enumerate() {
            let place = format!("{place}.patterns[{index}]");
            self.weight(&place, entry);
            if let Some(Err(message)) = entry["pattern"].as_str().map(patterns::compile) {
                self.add(format!("{place}.pattern"), "invalid_pattern", message);
            }
        }
        for (index, entry) in list(topic, "combinations").iter().enumerate() {
            self.combination(&format!("{place}.combinations[{index}]"), entry);
        }
        for key in ["parallel", "all", "any", "unless"] {
            self.phrases(&format!("{place}.{key}"), &topic[key], &mut HashMap::new());
        }
        let mut excluded = HashMap::new();
        self.phrases(&format!("{place}.exclude"), &topic["exclude"], &mut excluded);
        let mut none = HashMap::new();
        self.phrases(&format!("{place}.none"), &topic["none"], &mut none);
        self.suppress(&format!("{place}.suppress"), &topic["suppress"]);
        self.dead_rules(&terms, &excluded, &none);
        if let Some(score) = topic["min_score"].as_f64().filter(|score| !(0.0..=1.0).contains(score)) {
            self.add(format!("{place}.min_score"), "out_of_range", format!("{score} is not between 0 and 1"));
        }
        if topic["min_evidence"].as_u64() == Some(0) {
            self.add(format!("{place}.min_evidence"), "out_of_range", "a topic needs at least 1 piece of evidence");
        }
        for kind in ["positive", "negative"] {
            for (index, example) in list(&topic["examples"], kind).iter().enumerate() {
                let empty = |value: &Value| value.as_str().is_none_or(|text| text.trim().is_empty());
                if (example.is_string() || example.is_object()) && [example, &example["title"], &example["text"]].into_iter().all(empty) {
                    self.add(format!("{place}.examples.{kind}[{index}]"), "empty_example", "the example is empty");
                }
            }
        }
    }

    /// The terms of `of` and their variants; `seen` are those known so far, folded, with their places.
    fn terms(&mut self, place: &str, of: &Value, seen: &mut HashMap<String, String>) {
        for (index, entry) in list(of, "terms").iter().enumerate() {
            let place = format!("{place}.terms[{index}]");
            if let Some(term) = entry.as_str() {
                self.phrase(place, term, seen);
                continue;
            }
            if let Some(term) = entry["term"].as_str() {
                self.phrase(format!("{place}.term"), term, seen);
            }
            self.weight(&place, entry);
            self.phrases(&format!("{place}.variants"), &entry["variants"], seen);
        }
    }

    fn combination(&mut self, place: &str, entry: &Value) {
        self.weight(place, entry);
        let mut seen = HashMap::new();
        for key in ["all", "any", "none"] {
            self.phrases(&format!("{place}.{key}"), &entry[key], &mut seen);
        }
        let needed = list(entry, "all").len() + usize::from(!list(entry, "any").is_empty());
        if entry.is_object() && needed < 2 {
            let help = "write at least two things under `all`, or one there and some under `any`; for one thing alone use `terms`";
            self.add(place, "invalid_combination", "a combination needs two things").help = Some(help.to_owned());
        }
        if needed > MOST_THINGS {
            self.add(place, "invalid_combination", format!("a combination has at most {MOST_THINGS} things, all of `any` being one"));
        }
        if entry["near"].as_u64().is_some_and(|near| near > FURTHEST) {
            self.add(format!("{place}.near"), "out_of_range", format!("at most {FURTHEST}; or write `same_sentence: true`"));
        }
        if entry["same_sentence"] == Value::Bool(false) && entry["near"].is_null() {
            self.add(format!("{place}.same_sentence"), "invalid_combination", "a combination is always inside one sentence").help =
                Some("for things anywhere in the article use the topic's own `all`, `any` and `none`".to_owned());
        }
    }

    fn suppress(&mut self, place: &str, suppress: &Value) {
        for key in ["before", "unless"] {
            self.phrases(&format!("{place}.{key}"), &suppress[key], &mut HashMap::new());
        }
        if let Some(within) = suppress["within"].as_u64().filter(|within| !(1..=FURTHEST).contains(within)) {
            self.add(format!("{place}.within"), "out_of_range", format!("{within} is not between 1 and {FURTHEST}"));
        }
    }

    fn weight(&mut self, place: &str, entry: &Value) {
        if let Some(weight) = entry["weight"].as_f64().filter(|weight| !(1.0 / WHOLE..=HEAVIEST).contains(weight)) {
            let message = format!("{weight} is not between 0.01 and {HEAVIEST}");
            self.add(format!("{place}.weight"), "invalid_weight", message);
        }
    }

    fn name(&mut self, place: &str, name: &Value) {
        let Some(name) = name.as_str() else { return };
        if !is_name(name) {
            self.add(place, "invalid_id", format!("`{name}` must be small letters, digits and `-`, a letter first"));
        }
    }

    fn phrases(&mut self, place: &str, phrases: &Value, seen: &mut HashMap<String, String>) {
        for (index, phrase) in phrases.as_array().into_iter().flatten().enumerate() {
            if let Some(phrase) = phrase.as_str() {
                self.phrase(format!("{place}[{index}]"), phrase, seen);
            }
        }
    }

    fn phrase(&mut self, place: String, phrase: &str, seen: &mut HashMap<String, String>) {
        if phrase.trim().is_empty() {
            self.add(place, "invalid_term", "this is empty");
        } else if phrase.trim() != phrase || phrase.contains(char::is_control) {
            let message = format!("{phrase:?} begins or ends with white space or holds a control character and is never found");
            self.add(place, "invalid_term", message);
        } else if phrase.chars().count() > LONGEST {
            self.add(place, "invalid_term", format!("longer than {LONGEST} characters")).help =
                Some("for things that stand apart use `combinations`".to_owned());
        } else {
            let key = folded(phrase);
            if let Some(earlier) = seen.get(&key) {
                let message = format!("`{phrase}` stands here already, at `{earlier}`");
                let help = "traditional and simplified, full and half width, capital and small letters count as the same";
                self.add(place, "duplicate_term", message).help = Some(help.to_owned());
            } else {
                seen.insert(key, place);
            }
        }
    }

    /// Terms that cannot count, because what hides or forbids them is always there when they are.
    fn dead_rules(&mut self, terms: &HashMap<String, String>, excluded: &HashMap<String, String>, none: &HashMap<String, String>) {
        for (phrase, place) in excluded {
            if let Some(term) = terms.get(phrase) {
                let message = format!("this hides the term at `{term}` wherever it stands");
                self.add(place.clone(), "hidden_term", message).help = Some("write a longer phrase, or take the term out".to_owned());
            }
        }
        let mut forbidden: Vec<(&String, &String)> = Vec::new();
        for (phrase, place) in none {
            forbidden.extend(
                terms.iter().filter(|(term, _)| term.contains(phrase.as_str())).map(|(_, term)| (place, term)).min_by_key(|pair| pair.1),
            );
        }
        for (place, term) in forbidden {
            let message = format!("the term at `{term}` holds this, so that the topic is never given where the term stands");
            self.add(place.clone(), "hidden_term", message);
        }
    }

    /// What `broader` and `implies` lead to inside the file. Ids with a namespace are looked up when all files are read.
    fn references(&mut self, document: &Value, ids: &HashSet<&str>) {
        let topics = list(document, "topics");
        let topic_ids: Vec<&str> = topics.iter().filter_map(|topic| topic["id"].as_str()).collect();
        let known: Vec<&str> = list(document, "groups").iter().filter_map(|group| group["id"].as_str()).chain(topic_ids.clone()).collect();
        for (index, topic) in topics.iter().enumerate() {
            if let Some(broader) = topic["broader"].as_str().filter(|id| !id.contains(':') && !ids.contains(id)) {
                let mistake = OptionError::new(
                    format!("topics[{index}].broader"),
                    "no_such_topic",
                    format!("`{broader}` is no topic or group of this file"),
                );
                self.mistakes.push(mistake.with_known(broader, known.iter().copied()));
            }
            for (nth, implied) in list(topic, "implies").iter().enumerate() {
                if let Some(implied) = implied.as_str().filter(|id| !id.contains(':') && !topic_ids.contains(id)) {
                    let mistake = OptionError::new(
                        format!("topics[{index}].implies[{nth}]"),
                        "no_such_topic",
                        format!("`{implied}` is no topic of this file"),
                    );
                    self.mistakes.push(mistake.with_known(implied, topic_ids.iter().copied()));
                }
            }
        }
        let namespace = document["namespace"].as_str().unwrap_or_default();
        let place_of: HashMap<&str, usize> =
            topics.iter().enumerate().rev().filter_map(|(index, topic)| Some((topic["id"].as_str()?, index))).collect();
        for (key, single) in [("broader", true), ("implies", false)] {
            let next = |index: usize| -> Vec<usize> {
                let ids = if single { std::slice::from_ref(&topics[index][key]) } else { list(&topics[index], key) };
                ids.iter().filter_map(|id| place_of.get(without_own(namespace, id.as_str()?)).copied()).collect()
            };
            for cycle in cycles(topics.len(), &next) {
                let names: Vec<&str> = cycle.iter().chain(cycle.first()).filter_map(|index| topics[*index]["id"].as_str()).collect();
                self.add(format!("topics[{}].{key}", cycle[0]), "topic_cycle", format!("this runs in a circle: {}", names.join(" -> ")));
            }
        }
    }
}

/// `id` without the namespace of its own file.
fn without_own<'a>(namespace: &str, id: &'a str) -> &'a str {
    id.strip_prefix(namespace).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id)
}

/// One circle for each topic through which the search comes back to where it is, without recursion.
fn cycles(count: usize, next: &dyn Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let mut seen = vec![Seen::Not; count];
    let mut found = Vec::new();
    for start in 0..count {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        if seen[start] == Seen::Not {
            seen[start] = Seen::Open;
            path.push((start, next(start)));
        }
        while let Some((at, ahead)) = path.last_mut() {
            let at = *at;
            match ahead.pop() {
                None => {
                    seen[at] = Seen::Done;
                    path.pop();
                }
                Some(to) if seen[to] == Seen::Open => {
                    let from = path.iter().position(|(step, _)| *step == to).unwrap_or(0);
                    found.push(path.iter().skip(from).map(|(step, _)| *step).collect());
                }
                Some(to) if seen[to] == Seen::Not => {
                    seen[to] = Seen::Open;
                    path.push((to, next(to)));
                }
                Some(_) => {}
            }
        }
    }
    found
}
