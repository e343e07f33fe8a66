//! What is odd in topics that can be read: rules that never fire or never matter, topics that are never given. What is wrong
//! beyond doubt is found when the file is read.

use std::collections::HashSet;
use std::sync::Arc;

use pipeline::{OptionError, Permille, Rule};

use crate::dehyphenate::leaves_out_space;
use crate::normalize::read_otherwise;
use crate::tag_topics::file::Where;
use crate::tag_topics::fold::folded;
use crate::tag_topics::score::least_points;
use crate::tag_topics::tagger::{Tagger, Zones};
use crate::tag_topics::topics::{Suppress, Term, Topic, Topics};

/// A rule never adds more than this many times its weight, in tenths: the limit of the formula in the head of `tag_topics`.
const MOST_TIMES_WEIGHT: u64 = 22;

/// Everything odd, each with its place in its file. A topic without a `min_score` is looked at with `min_score`.
pub fn lint(topics: &Topics, min_score: Permille) -> Vec<OptionError> {
    let mut linter = Linter { found: Vec::new(), seen_suppress: Vec::new() };
    for topic in &topics.topics {
        linter.phrases(topic);
        linter.terms(topic);
        linter.combinations(topic);
        linter.excludes(topic);
        linter.suppress(topic);
        linter.reach(topic, min_score);
    }
    linter.found
}

struct Linter<'a> {
    found: Vec<OptionError>,
    seen_suppress: Vec<&'a Arc<Suppress>>,
}

impl<'a> Linter<'a> {
    fn say(&mut self, topic: &Topic, place: &str, code: &'static str, message: String, help: &str) {
        let path = if place.is_empty() { format!("topics[{}].id", topic.index) } else { format!("topics[{}].{place}", topic.index) };
        self.found.push(OptionError::new(path, code, message).with_help(help).inside(&topic.file));
    }

    fn of_term(&mut self, topic: &Topic, nth: usize, term: &Term, code: &'static str, message: String, help: &str) {
        match &term.lexicon {
            None => self.say(topic, &format!("terms[{nth}]"), code, message, help),
            Some(lexicon) => self.found.push(OptionError::new("adds", code, message).with_help(help).inside(lexicon)),
        }
    }

    /// Strings that no clean text holds.
    fn phrases(&mut self, topic: &Topic) {
        for (nth, term) in topic.terms.iter().enumerate() {
            for text in std::iter::once(&term.text).chain(&term.variants) {
                if let Some((why, help)) = unlike_clean_text(text) {
                    self.of_term(topic, nth, term, "never_found", format!("`{text}` {why}"), &help);
                }
            }
        }
        let lists = [
            ("parallel", &topic.parallel),
            ("exclude", &topic.exclude),
            ("all", &topic.all),
            ("any", &topic.any),
            ("none", &topic.none),
            ("unless", &topic.unless),
        ];
        for (key, list) in lists {
            for (nth, text) in list.iter().enumerate() {
                if let Some((why, help)) = unlike_clean_text(text) {
                    self.say(topic, &format!("{key}[{nth}]"), "never_found", format!("`{text}` {why}"), &help);
                }
            }
        }
        for (nth, pattern) in topic.patterns.iter().enumerate() {
            if let Some((why, help)) = unlike_clean_text(&pattern.pattern) {
                self.say(topic, &format!("patterns[{nth}].pattern"), "never_found", format!("the pattern {why}"), &help);
            }
        }
        for (nth, combination) in topic.combinations.iter().enumerate() {
            for (key, list) in [("all", &combination.all), ("any", &combination.any), ("none", &combination.none)] {
                for (at, text) in list.iter().enumerate() {
                    if let Some((why, help)) = unlike_clean_text(text) {
                        let place = format!("combinations[{nth}].{key}[{at}]");
                        self.say(topic, &place, "never_found", format!("`{text}` {why}"), &help);
                    }
                }
            }
        }
    }

    /// Terms that something of the topic itself always takes away, and those that count less than a part of them.
    fn terms(&mut self, topic: &Topic) {
        let alone = Topics { topics: vec![Topic { implies: Vec::new(), ..topic.clone() }], ..Topics::default() };
        let Ok(tagger) = Tagger::new(&alone, Permille::ZERO, 1) else { return };
        let folded_terms: Vec<(usize, String)> = topic
            .terms
            .iter()
            .enumerate()
            .flat_map(|(nth, term)| std::iter::once(&term.text).chain(&term.variants).map(move |text| (nth, folded(text))))
            .collect();
        for (nth, term) in topic.terms.iter().enumerate() {
            for text in std::iter::once(&term.text).chain(&term.variants) {
                // 、 stands in many names of campaigns.
                if text.contains(['，', '；']) {
                    let message = format!("`{text}` is a single term, with its mark");
                    self.of_term(
                        topic,
                        nth,
                        term,
                        "several_in_one",
                        message,
                        "if it should be several, write `, ` between them, in half width",
                    );
                }
                if unlike_clean_text(text).is_none() && !fires(&tagger, topic, term, text) {
                    let message = format!("`{text}` never counts: by itself it is hidden by another rule of the topic");
                    self.of_term(topic, nth, term, "dead_rule", message, "take it out, or look at the topic's `exclude` and `patterns`");
                }
            }
            let own = folded(&term.text);
            let heavier = folded_terms.iter().find(|(other, part)| {
                topic.terms[*other].weight > term.weight
                    && *part != own
                    && own.contains(part.as_str())
                    && same_zone(&topic.terms[*other], term)
            });
            if let Some((other, part)) = heavier {
                let [less, more] = [term, &topic.terms[*other]].map(|term| f64::from(term.weight) / 100.0);
                let message =
                    format!("`{}` (weight {less}) counts less than `{part}` (weight {more}), which it holds and hides", term.text);
                self.of_term(topic, nth, term, "lighter_than_part", message, "a longer term says more: weigh it as much, or take it out");
            }
        }
    }

    fn combinations(&mut self, topic: &Topic) {
        for (nth, combination) in topic.combinations.iter().enumerate() {
            let needed = combination.all.iter().chain(combination.any.iter().take(usize::from(combination.any.len() == 1)));
            let needed: Vec<String> = needed.map(|text| folded(text)).collect();
            let refused = combination.none.iter().find(|none| needed.iter().any(|text| text.contains(&folded(none))));
            if let Some(none) = refused {
                let message = format!("`{}` never counts: it needs what `none` forbids, `{none}`", combination.name);
                self.say(topic, &format!("combinations[{nth}].none"), "dead_rule", message, "write a longer phrase under `none`");
            }
        }
    }

    fn excludes(&mut self, topic: &Topic) {
        if !topic.patterns.is_empty() {
            return;
        }
        let terms = topic.terms.iter().flat_map(|term| std::iter::once(&term.text).chain(&term.variants));
        let parts = topic.combinations.iter().flat_map(|combination| combination.all.iter().chain(&combination.any));
        let strings: HashSet<String> = terms.chain(parts).chain(&topic.parallel).map(|text| folded(text)).collect();
        for (nth, phrase) in topic.exclude.iter().enumerate() {
            let whole = folded(phrase);
            if !strings.iter().any(|text| whole.contains(text.as_str())) {
                let message = format!("`{phrase}` hides nothing: no rule of the topic stands inside it");
                self.say(
                    topic,
                    &format!("exclude[{nth}]"),
                    "useless_exclude",
                    message,
                    "write it with the term it is to hide, or take it out",
                );
            }
        }
    }

    fn suppress(&mut self, topic: &'a Topic) {
        if self.seen_suppress.iter().any(|seen| Arc::ptr_eq(seen, &topic.suppress)) {
            return;
        }
        self.seen_suppress.push(&topic.suppress);
        let before: Vec<String> = topic.suppress.before.iter().map(|word| folded(word)).collect();
        for (nth, phrase) in topic.suppress.unless.iter().enumerate() {
            let whole = folded(phrase);
            if !before.iter().any(|word| whole.contains(word.as_str())) {
                let message = format!("`{phrase}` excuses nothing: it holds none of the words under `before`");
                let place = format!("suppress.unless[{nth}]");
                let help = "write it with the word that it excuses, or take it out";
                // Only its own list has a place in the topic; the file's is for all of them.
                let error = if topic.own_suppress {
                    OptionError::new(format!("topics[{}].{place}", topic.index), "useless_excuse", message)
                } else {
                    OptionError::new(place, "useless_excuse", message)
                };
                self.found.push(error.with_help(help).inside(&topic.file));
            }
        }
    }

    /// Topics that are never given, or only in few places.
    fn reach(&mut self, topic: &Topic, min_score: Permille) {
        let weights = topic.terms.iter().map(|term| (term.weight, term.zone));
        let weights = weights.chain(topic.patterns.iter().map(|pattern| (pattern.weight, pattern.zone)));
        let weights: Vec<(u32, Where)> = weights.chain(topic.combinations.iter().map(|rule| (rule.weight, rule.zone))).collect();
        let rules = weights.len() + topic.parallel.len();
        let all: u64 = weights.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let least = topic.min_score.unwrap_or(min_score);
        if topic.parallel.is_empty() && all * MOST_TIMES_WEIGHT / 10 <= least_points(least) {
            let message =
                format!("`{}` is never given: all its rules together do not reach {:.3}", topic.id, f64::from(least.get()) / 1000.0);
            self.say(topic, "", "dead_topic", message, "weigh its rules more, or write a smaller `min_score`");
        }
        if rules < topic.min_evidence {
            let in_title = !topic.parallel.is_empty() || weights.iter().any(|(_, zone)| matches!(zone, Where::Any | Where::Title));
            let counted = format!("it has {rules} of the {} different rules it needs", topic.min_evidence);
            if in_title {
                let message = format!("`{}` is given only where the title has it: {counted}", topic.id);
                self.say(topic, "", "title_only", message, "write more rules, or `min_evidence: 1`");
            } else {
                self.say(
                    topic,
                    "",
                    "dead_topic",
                    format!("`{}` is never given: {counted}", topic.id),
                    "write more rules, or `min_evidence: 1`",
                );
            }
        }
        if topic.none.is_empty() && !topic.unless.is_empty() {
            let message = format!("`unless` of `{}` excuses nothing: the topic has no `none`", topic.id);
            self.say(topic, "unless", "useless_excuse", message, "write under `none` what it excuses, or take it out");
        }
        let forbidden = topic.none.iter().find(|none| topic.all.iter().any(|text| folded(text).contains(&folded(none))));
        if let Some(none) = forbidden {
            let message = format!("`{}` is never given: `none` forbids `{none}`, which `all` needs", topic.id);
            self.say(topic, "none", "dead_topic", message, "take one of the two out");
        }
    }
}

/// Why the text of an article never holds `phrase`, and what to do.
fn unlike_clean_text(phrase: &str) -> Option<(String, String)> {
    for c in phrase.chars() {
        match read_otherwise(c) {
            Some((Some(read), _)) => {
                return Some((format!("holds `{c}` (U+{:04X}), which is read as `{read}`", c as u32), format!("write `{read}`")));
            }
            Some((None, _)) => {
                let help = "type the phrase anew without it".to_owned();
                return Some((format!("holds a character that is not shown (U+{:04X}) and is always left out", c as u32), help));
            }
            None => {}
        }
    }
    let chars: Vec<char> = phrase.chars().collect();
    let gap = chars.windows(3).any(|three| three[1].is_whitespace() && leaves_out_space(three[0], three[2]));
    let help = "write it without the space; for two words that stand apart use `combinations`".to_owned();
    gap.then(|| ("holds a space beside a Chinese character, which joining leaves out".to_owned(), help))
}

fn same_zone(a: &Term, b: &Term) -> bool {
    a.zone == b.zone || a.zone == Where::Any
}

/// Whether a text that is nothing but the term lets it count.
fn fires(tagger: &Tagger, topic: &Topic, term: &Term, text: &str) -> bool {
    let zones = if term.zone == Where::Title { Zones { title: text, ..Zones::default() } } else { Zones { text, ..Zones::default() } };
    let explanation = tagger.explain_one(&zones, &topic.id);
    // A pattern that takes all of the term stands for it.
    explanation.is_some_and(|explanation| {
        explanation.hits.iter().any(|hit| hit.refused.is_none() && (hit.rule != Rule::Term || *hit.term == *term.text))
    })
}
