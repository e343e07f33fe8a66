//! Topics made ready to be looked for: the rules of each in one list, and their strings.

use std::sync::Arc;

use pipeline::Rule;
use regex::Regex;

use super::file::Where;
use super::find::{Role, Slot, Worth};
use super::fold::folded;
use super::patterns;
use super::topics::Topic;

/// What a word in 一手抓… is worth, in hundredths, unless it is a term that is worth more.
const PARALLEL_WEIGHT: u32 = 150;

/// One rule of a topic.
pub(super) struct CompiledRule {
    pub(super) kind: Rule,
    /// As evidence names it.
    pub(super) name: Arc<str>,
    /// In hundredths.
    pub(super) weight: u32,
    pub(super) zone: Where,
}

/// A pattern of a topic.
pub(super) struct CompiledPattern {
    /// Index among the topic's rules.
    pub(super) rule: u32,
    pub(super) regex: Regex,
    /// Whether it is looked for in every text, because nothing tells where it may match.
    pub(super) always: bool,
}

/// A topic's rules: terms, then patterns, combinations and parallel words.
pub(super) struct CompiledTopic {
    pub(super) rules: Vec<CompiledRule>,
    pub(super) patterns: Vec<CompiledPattern>,
    /// Index of the first combination among the rules.
    pub(super) first_combination: u32,
    /// Index of the first parallel word among them.
    pub(super) first_parallel: u32,
}

/// Compiles `topic`, the one with the index `index`, and appends its strings.
pub(super) fn compile(index: u32, topic: &Topic, strings: &mut Vec<(u32, Role, Worth, Arc<str>)>) -> CompiledTopic {
    let mut rules: Vec<CompiledRule> = Vec::with_capacity(topic.terms.len());
    let mut string = |role: Role, worth: Worth, string: &Arc<str>| strings.push((index, role, worth, Arc::clone(string)));
    let worth = |weight: u32, zone: Where| Worth { weight: weight as u16, zone };
    for term in &topic.terms {
        let rule = rules.len() as u32;
        for text in std::iter::once(&term.text).chain(&term.variants) {
            string(Role::Term(rule), worth(term.weight, term.zone), text);
        }
        rules.push(CompiledRule { kind: Rule::Term, name: Arc::clone(&term.text), weight: term.weight, zone: term.zone });
    }
    let mut compiled = Vec::new();
    for pattern in &topic.patterns {
        let rule = rules.len() as u32;
        // Checked when the file was read.
        let Ok(regex) = patterns::compile(&pattern.pattern) else { continue };
        let needed = patterns::needed(&pattern.pattern);
        compiled.push(CompiledPattern { rule, regex, always: needed.is_none() });
        for literal in needed.into_iter().flatten() {
            string(Role::Needed(rule), worth(pattern.weight, pattern.zone), &literal.into());
        }
        rules.push(CompiledRule { kind: Rule::Pattern, name: Arc::clone(&pattern.pattern), weight: pattern.weight, zone: pattern.zone });
    }
    let first_combination = rules.len() as u32;
    for combination in &topic.combinations {
        let rule = rules.len() as u32;
        for (slot, part) in combination.all.iter().enumerate() {
            string(Role::Part(rule, Slot::All(slot as u32)), worth(combination.weight, combination.zone), part);
        }
        for part in &combination.any {
            string(Role::Part(rule, Slot::Any), worth(combination.weight, combination.zone), part);
        }
        for part in &combination.none {
            string(Role::Part(rule, Slot::None), Worth::default(), part);
        }
        let name = Arc::clone(&combination.name);
        rules.push(CompiledRule { kind: Rule::Combination, name, weight: combination.weight, zone: combination.zone });
    }
    let first_parallel = rules.len() as u32;
    for word in &topic.parallel {
        let same = |text: &Arc<str>| folded(text) == folded(word);
        let as_term = topic.terms.iter().filter(|term| same(&term.text) || term.variants.iter().any(same)).map(|term| term.weight).max();
        let weight = as_term.unwrap_or(0).max(PARALLEL_WEIGHT);
        string(Role::Parallel(rules.len() as u32), worth(weight, Where::Any), word);
        rules.push(CompiledRule { kind: Rule::Parallel, name: Arc::clone(word), weight, zone: Where::Any });
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
    CompiledTopic { rules, patterns: compiled, first_combination, first_parallel }
}
