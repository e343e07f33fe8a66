//! Learned topics as YAML that people read.

use std::fmt::Write as _;

use super::Learned;
use crate::tag_topics::topics::{Example, Topic, without_namespace};

/// What stands before the topics of a new file.
pub fn head(namespace: &str) -> String {
    format!(
        "# Written by `jianbao topics learn`. A topic that you change by hand is yours once you take its `origin` out.\nschema: jianbao/topics/1\nnamespace: {namespace}\ntopics:\n"
    )
}

/// A topic as an item of a list whose dashes stand `indent` spaces in. Ends with a newline.
pub fn topic(learned: &Learned, indent: usize) -> String {
    let Learned { topic, taught: [with, without], held_out, .. } = learned;
    let id = without_namespace(&topic.id);
    let figure = |figure: Option<f64>| figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.3}"));
    let mut lines = vec![
        format!("- id: {id}"),
        format!(
            "  # from {with} articles with it and {without} without; held out: precision {}, recall {}, F1 {}",
            figure(held_out.precision()),
            figure(held_out.recall()),
            figure(held_out.f1())
        ),
        format!("  label: {}", scalar(&topic.label)),
    ];
    kept(topic, &mut lines);
    lines.push("  origin: learned".to_owned());
    if let Some(score) = topic.min_score {
        lines.push(format!("  min_score: {}", f64::from(score.get()) / 1000.0));
    }
    lines.push(format!("  min_evidence: {}", topic.min_evidence));
    lines.push("  terms:".to_owned());
    for term in &topic.terms {
        let mut line = format!("    - {{ term: {}, weight: {}", scalar(&term.text), f64::from(term.weight) / 100.0);
        if !term.variants.is_empty() {
            // Writing to a string cannot fail.
            write!(line, ", variants: {}", list(&term.variants)).ok();
        }
        lines.push(line + " }");
    }
    if !topic.exclude.is_empty() {
        lines.push(format!("  exclude: {}", list(&topic.exclude)));
    }
    examples(topic, &mut lines);
    let mut out = String::new();
    for line in lines {
        // Writing to a string cannot fail.
        writeln!(out, "{:indent$}{line}", "").ok();
    }
    out
}

/// What a learned topic keeps of what was written about it before.
fn kept(topic: &Topic, lines: &mut Vec<String>) {
    if !topic.description.is_empty() {
        lines.push(format!("  description: {}", scalar(&topic.description)));
    }
    if let Some(broader) = &topic.broader {
        lines.push(format!("  broader: {}", scalar(broader)));
    }
    if !topic.iptc.is_empty() {
        lines.push(format!("  iptc: {}", list(&topic.iptc)));
    }
    if !topic.implies.is_empty() {
        lines.push(format!("  implies: {}", list(&topic.implies)));
    }
}

fn examples(topic: &Topic, lines: &mut Vec<String>) {
    if topic.positive.is_empty() && topic.negative.is_empty() {
        return;
    }
    lines.push("  examples:".to_owned());
    for (kind, examples) in [("positive", &topic.positive), ("negative", &topic.negative)] {
        if examples.is_empty() {
            continue;
        }
        lines.push(format!("    {kind}:"));
        lines.extend(examples.iter().map(|Example { title, text }| {
            if title.is_empty() {
                format!("      - {}", quoted(text))
            } else {
                format!("      - {{ title: {}, text: {} }}", quoted(title), quoted(text))
            }
        }));
    }
}

fn list(strings: &[impl AsRef<str>]) -> String {
    let strings: Vec<String> = strings.iter().map(|string| scalar(string.as_ref())).collect();
    format!("[{}]", strings.join(", "))
}

/// Plain where it can only be read as text.
fn scalar(text: &str) -> String {
    let plain = text.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_ascii())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '、' | '（' | '）' | '“' | '”' | '-'));
    let id =
        text.len() > 5 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    // The longest word that YAML takes for something else is `false`.
    if plain || id { text.to_owned() } else { quoted(text) }
}

/// A JSON string is a YAML string in double quotes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string has no keys")
}
