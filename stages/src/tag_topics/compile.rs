//! Topics made ready to be looked for: the rules of each in one list, and their strings.

use std::sync::Arc;

use pipeline::{Rule, RuleNames};
use regex::Regex;

use super::file::Where;
use super::find::{Role, Slot, Worth};
use super::fold::folded;
use super::patterns;
use super::topics::Topic;

/// What a word in 一手抓… is worth, in hundredths, unless it is a term that is worth more.
const PARALLEL_WEIGHT: u32 = 150;

/// A pattern of a topic.
pub(super) struct CompiledPattern {
    /// Index among the topic's rules.
    pub(super) rule: u32,
    pub(super) worth: Worth,
    pub(super) regex: Regex,
    /// Whether it is looked for in every text, because nothing tells where it may match.
    pub(super) always: bool,
}

/// A topic's rules: terms, then patterns, combinations and parallel words.
pub(super) struct CompiledTopic {
    /// As evidence names them.
    pub(super) names: Arc<RuleNames>,
    pub(super) patterns: Vec<CompiledPattern>,
    /// Of combinations: the index of the rule, and what the string is to it.
    pub(super) parts: Vec<(u32, Slot)>,
    /// Index of the first pattern among the rules.
    first_pattern: u32,
    /// Index of the first combination among them.
    pub(super) first_combination: u32,
    /// Index of the first parallel word among them.
    pub(super) first_parallel: u32,
}

impl CompiledTopic {
    /// What kind of rule the one with the index `rule` is.
    pub(super) fn kind(&self, rule: u32) -> Rule {
        if rule < self.first_pattern {
            Rule::Term
        } else if rule < self.first_combination {
            Rule::Pattern
        } else if rule < self.first_parallel {
            Rule::Combination
        } else {
            Rule::Parallel
        }
    }
}

/// Compiles `topic`, the one with the index `index`, and appends its strings.
pub(super) fn compile(index: u32, topic: &Topic, strings: &mut Vec<(u32, Role, Worth, Arc<str>)>) -> CompiledTopic {
    let mut names = RuleNames::default();
    let mut string = |role: Role, worth: Worth, string: &Arc<str>| strings.push((index, role, worth, Arc::clone(string)));
    let worth = |weight: u32, zone: Where| Worth { weight: weight as u16, zone };
    for term in &topic.terms {
        for text in std::iter::once(&term.text).chain(&term.variants) {
            string(Role::Term(names.next()), worth(term.weight, term.zone), text);
        }
        names.add(&term.text);
    }
    let first_pattern = names.next();
    let mut compiled = Vec::new();
    for pattern in &topic.patterns {
        let (rule, worth) = (names.next(), worth(pattern.weight, pattern.zone));
        // Checked when the file was read.
        let Ok(regex) = patterns::compile(&pattern.pattern) else { continue };
        let needed = patterns::needed(&pattern.pattern);
        compiled.push(CompiledPattern { rule, worth, regex, always: needed.is_none() });
        for literal in needed.into_iter().flatten() {
            string(Role::Needed(rule), worth, &literal.into());
        }
        names.add(&pattern.pattern);
    }
    let first_combination = names.next();
    let mut parts = Vec::new();
    for combination in &topic.combinations {
        let mut part = |slot: Slot, worth: Worth, text: &Arc<str>| {
            string(Role::Part(parts.len() as u32), worth, text);
            parts.push((names.next(), slot));
        };
        let worth = worth(combination.weight, combination.zone);
        for (slot, text) in combination.all.iter().enumerate() {
            part(Slot::All(slot as u32), worth, text);
        }
        combination.any.iter().for_each(|text| part(Slot::Any, worth, text));
        combination.none.iter().for_each(|text| part(Slot::None, Worth::default(), text));
        names.add(&combination.name);
    }
    let first_parallel = names.next();
    for word in &topic.parallel {
        let same = |text: &Arc<str>| folded(text) == folded(word);
        let as_term = topic.terms.iter().filter(|term| same(&term.text) || term.variants.iter().any(same)).map(|term| term.weight).max();
        let weight = as_term.unwrap_or(0).max(PARALLEL_WEIGHT);
        string(Role::Parallel(names.next()), worth(weight, Where::Any), word);
        names.add(word);
    }
    for phrase in &topic.exclude {
        string(Role::Exclude, Worth::default(), phrase);
    }
    for (nth, phrase) in topic.all.iter().enumerate() {
        string(Role::All(nth as u32), Worth::default(), phrase);
    }
    for phrase in &topic.any {
        string(Role::Any, Worth::default(), phrase);
    }
    for (nth, phrase) in topic.none.iter().enumerate() {
        string(Role::None(nth as u32), Worth::default(), phrase);
    }
    for phrase in &topic.unless {
        string(Role::Unless, Worth::default(), phrase);
    }
    CompiledTopic { names: Arc::new(names), patterns: compiled, parts, first_pattern, first_combination, first_parallel }
}
