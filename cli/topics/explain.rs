//! `jianbao topics explain`: why an article has a topic, or lacks it.

use std::fmt::Write as _;

use pipeline::Zone;
use serde_json::{Value, json};
use stages::topics::pieces::Piece;
use stages::topics::{ExplainedHit, ExplainedLack, Explanation, Refused, Tagger};

use super::{articles, named, print_json, tagger};
use crate::arguments::{LogFormat, TopicsExplain};
use crate::exit::{Exit, complain, print};

pub(super) fn run(options: &TopicsExplain) -> Result<Exit, Exit> {
    let tagger = tagger(&options.topics)?;
    let topic = options.topic.as_deref().map(|name| named(&tagger, name)).transpose()?;
    let pieces = articles(&options.article)?;
    if pieces.is_empty() {
        complain("no_article", &format!("there is no article in {}", options.article.display()));
        return Err(Exit::Data);
    }
    let explained: Vec<(&Piece, Vec<Explanation>)> = pieces
        .iter()
        .map(|piece| {
            let zones = piece.zones();
            let all = topic.map_or_else(|| tagger.explain(&zones), |id| tagger.explain_one(&zones, id).into_iter().collect());
            (piece, all)
        })
        .collect();
    if options.topics.format == LogFormat::Json {
        let all = explained.iter().map(|(piece, explanations)| {
            json!({ "line": piece.line, "id": piece.id, "title": piece.title, "topics": explanations.iter().map(|of| as_json(of, piece)).collect::<Vec<_>>() })
        });
        return Ok(print_json(&Value::Array(all.collect())));
    }
    let mut out = String::new();
    for (piece, explanations) in &explained {
        // Writing to a string cannot fail.
        writeln!(out, "{}", piece.headline()).ok();
        if explanations.is_empty() {
            out.push_str("  nothing of any topic is found\n");
        }
        for explanation in explanations {
            out.push_str(&text(&tagger, explanation, piece, usize::MAX));
        }
        out.push('\n');
    }
    Ok(print(format!("{}\n", out.trim_end()).as_bytes()))
}

/// The explanation with places as the record gives them: `start` and `end` in Unicode scalars of their zone.
pub(super) fn as_json(explanation: &Explanation, piece: &Piece) -> Value {
    let mut value = serde_json::to_value(explanation).expect("an explanation has string keys only");
    let places = places(explanation, piece);
    for (hit, [start, end]) in value["hits"].as_array_mut().into_iter().flatten().zip(places) {
        if let Value::Object(hit) = hit {
            hit.shift_remove("span");
            hit.insert("start".to_owned(), json!(start));
            hit.insert("end".to_owned(), json!(end));
            if let Some(refused) = hit.get_mut("refused").and_then(Value::as_object_mut) {
                refused.shift_remove("span");
            }
        }
    }
    value
}

/// Of each hit its first character and the one past its last, in Unicode scalars of its zone.
fn places(explanation: &Explanation, piece: &Piece) -> Vec<[usize; 2]> {
    let zones = [&piece.title, &piece.kicker, &piece.subtitle, &piece.text];
    let starts = zones.map(|zone| zone.char_indices().map(|(at, _)| at as u32).collect::<Vec<_>>());
    let place = |hit: &ExplainedHit| {
        let starts = match hit.zone {
            Zone::Title => &starts[0],
            Zone::Kicker => &starts[1],
            Zone::Subtitle => &starts[2],
            Zone::Text => &starts[3],
        };
        [hit.span.start, hit.span.end].map(|byte| starts.partition_point(|start| *start < byte))
    };
    explanation.hits.iter().map(place).collect()
}

/// What speaks for and against a topic, the first `most` hits.
pub(super) fn text(tagger: &Tagger, explanation: &Explanation, piece: &Piece, most: usize) -> String {
    let Explanation { id, label, given, score, min_score, implied_by, hits, shares, lacks } = explanation;
    let thousandths = |score: u16| f64::from(score) / 1000.0;
    let verdict = if *given { "given" } else { "not given" };
    let mut out =
        format!("  {id} {label}: {verdict}, score {:.3} of at least {:.3}\n", thousandths(score.get()), thousandths(min_score.get()));
    let mut line = |text: String| {
        out.push_str("    ");
        out.push_str(&text);
        out.push('\n');
    };
    if !implied_by.is_empty() {
        line(format!("implied by {}", implied_by.join(", ")));
    }
    for lack in lacks {
        line(format!("lacks: {}", said_of(lack)));
    }
    if hits.is_empty() {
        let rules = tagger.topics().iter().find(|topic| *topic.id == **id).map_or(0, |topic| topic.rules().count());
        line(format!("none of its {rules} rules is found"));
    }
    for share in shares {
        line(format!(
            "{:+.2}  {} {}, weight {}, counted {} times",
            share.points,
            name(&json!(share.rule)),
            share.term,
            share.weight,
            share.times
        ));
    }
    for (hit, place) in hits.iter().zip(places(explanation, piece)).take(most) {
        line(said_of_hit(hit, place));
    }
    if hits.len() > most {
        line(format!("… and {} hits more", hits.len() - most));
    }
    out
}

/// What a rule or a zone is called in JSON.
fn name(of: &Value) -> &str {
    of.as_str().unwrap_or_default()
}

fn said_of(lack: &ExplainedLack) -> String {
    match lack {
        ExplainedLack::All { phrase } => format!("`{phrase}` of `all` is nowhere"),
        ExplainedLack::Any => "none of `any` is anywhere".to_owned(),
        ExplainedLack::None { phrase } => format!("`{phrase}` of `none` is there"),
        ExplainedLack::Evidence { rules, needed } => format!("{rules} of {needed} different rules, and none in the title"),
        ExplainedLack::Score => "its score is too small".to_owned(),
    }
}

fn said_of_hit(hit: &ExplainedHit, [start, end]: [usize; 2]) -> String {
    let found = if *hit.found == *hit.term { String::new() } else { format!(" as “{}”", hit.found) };
    let place = format!("{} {start}–{end}", name(&json!(hit.zone)));
    let fate = match &hit.refused {
        None => format!("× {}", hit.times),
        Some(Refused::Elsewhere) => "does not count: its rule looks elsewhere".to_owned(),
        Some(Refused::Excluded { phrase, .. }) => format!("does not count: inside “{phrase}”"),
        Some(Refused::Suppressed { word, .. }) => format!("does not count: “{word}” before it"),
    };
    format!("{} {}{found} at {place}: {fate}", name(&json!(hit.rule)), hit.term)
}
