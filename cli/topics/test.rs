//! `jianbao topics test`: the examples of topic files, and how well topics are found on labelled articles.

use std::fmt::Write as _;

use serde_json::{Value, json};
use stages::topics::Tagger;
use stages::topics::measure::{Counts, Measured, Tried, Wrong, examples, measure};
use stages::topics::pieces::Piece;

use super::table::{share, table};
use super::{articles, explain, print_json, tagger};
use crate::arguments::{LogFormat, TopicsTest};
use crate::exit::{Exit, complain, print};

/// How many hits of a wrong article are shown.
const HITS: usize = 8;

pub(super) fn run(options: &TopicsTest) -> Result<Exit, Exit> {
    let tagger = tagger(&options.topics)?;
    let pieces = options.labelled.as_deref().map(articles).transpose()?;
    if let (Some(pieces), Some(path)) = (&pieces, &options.labelled)
        && pieces.iter().all(|piece| piece.labels.is_none())
    {
        let message = format!("no article of {} has labels; put a list of ids under `topics` or `labels`", path.display());
        complain("no_labels", &message);
        return Err(Exit::Data);
    }
    let tried = examples(&tagger);
    let measured = pieces.as_deref().map(|pieces| (pieces, measure(&tagger, pieces)));
    let printed = if options.topics.format == LogFormat::Json {
        print_json(&as_json(&tagger, &tried, measured.as_ref()))
    } else {
        let mut out = of_examples(&tagger, &tried);
        if let Some((pieces, measured)) = &measured {
            out.push('\n');
            out.push_str(&of_labelled(&tagger, pieces, measured, options.wrong));
        }
        print(out.as_bytes())
    };
    let failed = tried.iter().any(|tried| !tried.passed);
    Ok(if printed == Exit::Fine && failed { Exit::SomeFailed } else { printed })
}

/// An example as an article, so that it is shown like one.
fn of_example(tagger: &Tagger, tried: &Tried) -> Piece {
    let topic = &tagger.topics()[tried.topic];
    let example = if tried.positive { &topic.positive[tried.nth] } else { &topic.negative[tried.nth] };
    Piece { title: example.title.clone(), text: example.text.clone(), ..Piece::default() }
}

fn of_examples(tagger: &Tagger, tried: &[Tried]) -> String {
    let mut out = String::new();
    for failed in tried.iter().filter(|tried| !tried.passed) {
        let kind = if failed.positive { "positive" } else { "negative" };
        let topic = &tagger.topics()[failed.topic];
        let piece = of_example(tagger, failed);
        // Writing to a string cannot fail.
        writeln!(out, "FAILED {} of {}: {kind} example {}: {}", topic.id, topic.file, failed.nth + 1, piece.headline()).ok();
        out.push_str(&explain::text(tagger, &failed.explanation, &piece, HITS));
        out.push('\n');
    }
    let failed = tried.iter().filter(|tried| !tried.passed).count();
    let without = tagger.topics().iter().filter(|topic| topic.positive.is_empty() || topic.negative.is_empty()).count();
    writeln!(out, "{} examples of {} topics: {} passed, {failed} failed", tried.len(), tagger.topics().len(), tried.len() - failed).ok();
    if without > 0 {
        writeln!(out, "{without} topics lack positive or negative examples").ok();
    }
    out
}

fn row(name: &str, counts: Counts) -> Vec<String> {
    let wanted = counts.right + counts.missed;
    let given = counts.right + counts.wrong;
    let figures = [counts.precision(), counts.recall(), counts.f1()].map(share);
    [vec![name.to_owned(), wanted.to_string(), given.to_string(), counts.right.to_string()], figures.to_vec()].concat()
}

fn of_labelled(tagger: &Tagger, pieces: &[Piece], measured: &Measured, most: usize) -> String {
    let mut rows: Vec<Vec<String>> = measured
        .topics
        .iter()
        .filter(|topic| topic.counts != Counts::default())
        .map(|topic| row(&format!("{} {}", topic.id, topic.label), topic.counts))
        .collect();
    rows.push(row("micro", measured.micro));
    if let Some(mean) = measured.macro_mean {
        let blank = vec![String::new(); 3];
        rows.push([vec!["macro".to_owned()], blank, mean.map(|figure| share(Some(figure))).to_vec()].concat());
    }
    let mut out = format!("{} labelled articles\n", measured.labelled);
    out.push_str(&table(&["topic", "wanted", "given", "right", "precision", "recall", "F1"], &rows, 1));
    let silent = measured.topics.iter().filter(|topic| topic.counts == Counts::default()).count();
    if silent > 0 {
        writeln!(out, "{silent} topics are neither wanted nor given anywhere").ok();
    }
    for (label, count) in &measured.unknown {
        writeln!(out, "no file has the topic `{label}`, which {count} articles are labelled with").ok();
    }
    if !measured.confusion.is_empty() {
        out.push_str("\nmissed, and what was given instead\n");
        let rows = measured.confusion.iter().take(20).map(|(missed, instead, count)| {
            vec![missed.to_string(), instead.as_deref().unwrap_or("(nothing)").to_owned(), count.to_string()]
        });
        out.push_str(&table(&["missed", "instead", "articles"], &rows.collect::<Vec<_>>(), 2));
    }
    for wrong in measured.wrong.iter().take(most) {
        let piece = &pieces[wrong.piece];
        let verdict = if wrong.given { "wrongly given" } else { "missed" };
        writeln!(out, "\nline {}: {verdict}: {}", piece.line, piece.headline()).ok();
        out.push_str(&explain::text(tagger, &wrong.explanation, piece, HITS));
    }
    if measured.wrong.len() > most {
        writeln!(out, "\n{} wrong ones more; `--wrong {}` shows all", measured.wrong.len() - most, measured.wrong.len()).ok();
    }
    out
}

fn figures(counts: Counts) -> Value {
    json!({
        "wanted": counts.right + counts.missed, "given": counts.right + counts.wrong, "right": counts.right,
        "precision": rounded(counts.precision()), "recall": rounded(counts.recall()), "f1": rounded(counts.f1()),
    })
}

fn rounded(figure: Option<f64>) -> Option<f64> {
    figure.map(|figure| (figure * 1000.0).round() / 1000.0)
}

fn as_json(tagger: &Tagger, tried: &[Tried], measured: Option<&(&[Piece], Measured)>) -> Value {
    let examples = tried.iter().map(|tried| {
        let (topic, piece) = (&tagger.topics()[tried.topic], of_example(tagger, tried));
        json!({
            "topic": &*topic.id, "file": &*topic.file, "kind": if tried.positive { "positive" } else { "negative" }, "number": tried.nth + 1,
            "title": piece.title, "text": piece.text, "passed": tried.passed,
            "explanation": if tried.passed { Value::Null } else { explain::as_json(&tried.explanation, &piece) },
        })
    });
    let examples: Vec<Value> = examples.collect();
    json!({ "examples": examples, "labelled": measured.map(|(pieces, measured)| of_measured(pieces, measured)) })
}

fn of_measured(pieces: &[Piece], measured: &Measured) -> Value {
    let topics = measured.topics.iter().map(|topic| {
        let mut object = json!({ "id": &*topic.id, "label": &*topic.label });
        if let (Value::Object(object), Value::Object(rest)) = (&mut object, figures(topic.counts)) {
            object.extend(rest);
        }
        object
    });
    let wrong = measured.wrong.iter().map(|Wrong { piece, given, explanation }| {
        let piece = &pieces[*piece];
        json!({
            "line": piece.line, "id": piece.id, "title": piece.title, "topic": explanation.id,
            "kind": if *given { "wrong" } else { "missed" }, "explanation": explain::as_json(explanation, piece),
        })
    });
    let confusion = measured
        .confusion
        .iter()
        .map(|(missed, instead, count)| json!({ "missed": &**missed, "instead": instead.as_deref(), "articles": count }));
    let [precision, recall, f1] = measured.macro_mean.map_or([None; 3], |mean| mean.map(|figure| rounded(Some(figure))));
    json!({
        "articles": measured.labelled,
        "topics": topics.collect::<Vec<_>>(),
        "micro": figures(measured.micro),
        "macro": { "precision": precision, "recall": recall, "f1": f1 },
        "confusion": confusion.collect::<Vec<_>>(),
        "unknown": measured.unknown,
        "wrong": wrong.collect::<Vec<_>>(),
    })
}
