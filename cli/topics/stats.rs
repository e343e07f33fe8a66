//! `jianbao topics stats`: what topics do to a corpus.

use std::fmt::Write as _;

use serde_json::to_value;
use stages::topics::statistics::{RuleFigures, Statistics, TopicFigures, statistics};

use super::table::{share, table};
use super::{articles, print_json, tagger};
use crate::arguments::{LogFormat, TopicsStats};
use crate::exit::{Exit, print};

/// How many pairs of topics are shown.
const PAIRS: usize = 20;

pub(super) fn run(options: &TopicsStats) -> Result<Exit, Exit> {
    let tagger = tagger(&options.topics)?;
    let pieces = articles(&options.corpus)?;
    let statistics = statistics(&tagger, &pieces);
    Ok(if options.topics.format == LogFormat::Json {
        print_json(&to_value(&statistics).expect("statistics have string keys only"))
    } else {
        print(text(&statistics, options.rules).as_bytes())
    })
}

fn text(statistics: &Statistics, rules: bool) -> String {
    let Statistics { articles, covered, given, topics, pairs } = statistics;
    let of_all = |part: usize| share((*articles > 0).then(|| part as f64 / *articles as f64));
    let mut out = format!("{articles} articles, {covered} with a topic ({}), {given} topics given\n\n", of_all(*covered));
    let rows: Vec<Vec<String>> = topics
        .iter()
        .map(|topic| {
            let silent = topic.rules.iter().filter(|rule| rule.hits == 0).count();
            vec![
                format!("{} {}", topic.id, topic.label),
                topic.articles.to_string(),
                of_all(topic.articles),
                topic.alone.to_string(),
                topic.near_misses.to_string(),
                format!("{:.3}", topic.mean_score / 1000.0),
                format!("{silent}/{}", topic.rules.len()),
            ]
        })
        .collect();
    let head = ["topic", "articles", "share", "alone", "not enough", "mean score", "silent rules"];
    out.push_str(&table(&head, &rows, 1));
    out.push_str("\nalone: no other topic is given; not enough: something counts, but the topic is not given\n");
    if !pairs.is_empty() {
        out.push_str("\ntopics that go together; on the same words: one of the two has nothing that the other has not\n");
        let rows: Vec<Vec<String>> = pairs
            .iter()
            .take(PAIRS)
            .map(|pair| {
                vec![pair.a.clone(), pair.b.clone(), pair.both.to_string(), share(Some(pair.jaccard)), pair.on_the_same_words.to_string()]
            })
            .collect();
        out.push_str(&table(&["topic", "and", "both", "of either", "on the same words"], &rows, 2));
    }
    if rules {
        for topic in topics {
            out.push_str(&of_rules(topic));
        }
    } else {
        for topic in topics.iter().filter(|topic| topic.rules.iter().any(|rule| rule.hits == 0)) {
            let silent: Vec<&str> = topic.rules.iter().filter(|rule| rule.hits == 0).map(|rule| rule.term.as_str()).collect();
            // Writing to a string cannot fail.
            writeln!(out, "\n{} never fired: {}", topic.id, silent.join("、")).ok();
        }
    }
    out
}

fn of_rules(topic: &TopicFigures) -> String {
    let row = |rule: &RuleFigures| {
        let kind = to_value(rule.rule).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        let counts = [rule.articles, rule.given, rule.hits, rule.excluded, rule.suppressed, rule.elsewhere];
        [vec![kind, rule.term.clone()], counts.map(|count| count.to_string()).to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = topic.rules.iter().map(row).collect();
    let head = ["rule", "", "articles", "given", "hits", "excluded", "suppressed", "elsewhere"];
    format!("\n{} {}\n{}", topic.id, topic.label, table(&head, &rows, 2))
}
