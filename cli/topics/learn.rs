//! `jianbao topics learn`: a topic file out of labelled articles.

use std::collections::BTreeSet;

use stages::topics::Topics;
use stages::topics::learn::{FEWEST, Learned, Outcome, learn, write};
use stages::topics::pieces::Piece;

use super::articles;
use super::table::{share, table};
use crate::arguments::TopicsLearn;
use crate::check::report;
use crate::exit::{Exit, complain, print, tell};

pub(super) fn run(options: &TopicsLearn) -> Result<Exit, Exit> {
    let (known, existing) = match &options.topics {
        None => (Topics::default(), None),
        Some(path) => {
            let name = path.display().to_string();
            let known = config::topics(std::slice::from_ref(&name)).map_err(|mistakes| report(&mistakes))?;
            let text = std::fs::read_to_string(path).map_err(|error| {
                complain("unreadable_topics", &format!("{name} cannot be read: {}", error.to_string().to_lowercase()));
                Exit::Missing
            })?;
            (known, Some((name, text)))
        }
    };
    let pieces = articles(&options.labelled)?;
    if pieces.iter().all(|piece| piece.labels.is_none()) {
        let message = format!("no article of {} has labels; put a list of ids under `topics` or `labels`", options.labelled.display());
        complain("no_labels", &message);
        return Err(Exit::Data);
    }
    let namespace = options.namespace.clone().unwrap_or_else(|| namespace_of(&known, &pieces));
    let outcomes = learn(&pieces, &known, &namespace);
    let learned: Vec<&Learned> =
        outcomes.iter().filter_map(|outcome| if let Outcome::Learned(learned) = outcome { Some(&**learned) } else { None }).collect();
    for outcome in &outcomes {
        say_others(outcome);
    }
    if learned.is_empty() {
        complain("nothing_learned", "no topic was learned");
        return Err(Exit::Data);
    }
    tell(&figures(&learned));
    let file = match &existing {
        None => write::head(&namespace) + &learned.iter().map(|learned| write::topic(learned, 2)).collect::<String>(),
        Some((name, text)) => config::with_learned(name, text, &learned).map_err(|reason| {
            complain("unwritable_topics", &format!("{name}: {reason}"));
            Exit::Data
        })?,
    };
    Ok(match &options.output {
        None => print(file.as_bytes()),
        Some(path) => match std::fs::write(path, file) {
            Ok(()) => Exit::Fine,
            Err(error) => {
                complain("write_failed", &format!("failed to write {}: {error}", path.display()));
                Exit::Io
            }
        },
    })
}

/// That of the file, or the one that all labels have.
fn namespace_of(known: &Topics, pieces: &[Piece]) -> String {
    let of = |id: &str| id.split_once(':').map(|(namespace, _)| namespace.to_owned());
    if let Some(namespace) = known.topics.first().and_then(|topic| of(&topic.id)) {
        return namespace;
    }
    let all: BTreeSet<Option<String>> = pieces.iter().flat_map(|piece| piece.labels.iter().flatten()).map(|label| of(label)).collect();
    let only = if all.len() == 1 { all.into_iter().next().flatten() } else { None };
    only.unwrap_or_else(|| "mine".to_owned())
}

fn say_others(outcome: &Outcome) {
    match outcome {
        Outcome::Learned(_) => {}
        Outcome::Hand { id } => tell(&format!("{id}: left as it is, somebody wrote it")),
        Outcome::TooFew { label, taught: [with, without] } => {
            tell(&format!("{label}: not learned, {with} articles with it and {without} without are too few; {FEWEST} of each are needed"));
        }
        Outcome::NoId { label } => {
            tell(&format!("{label}: not learned, an id is small letters, digits and `-`, a letter first; the label comes by hand"));
        }
        Outcome::Elsewhere { label } => tell(&format!("{label}: not learned, the file has another namespace")),
        Outcome::Nothing { id } => tell(&format!("{id}: not learned, nothing stands more often in its articles than in others")),
    }
}

/// What was reached on articles held out.
fn figures(learned: &[&Learned]) -> String {
    let rows = learned.iter().map(|learned| {
        let Learned { topic, taught: [with, without], held_out, parts } = learned;
        let worst = parts.iter().flatten().copied().reduce(f64::min);
        let figures = [held_out.precision(), held_out.recall(), held_out.f1(), worst].map(share);
        [vec![topic.id.to_string(), with.to_string(), without.to_string(), topic.terms.len().to_string()], figures.to_vec()].concat()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let head = ["learned", "with", "without", "terms", "precision", "recall", "F1", "worst part"];
    format!("{}held out: five parts, each tagged by what was learned from the others", table(&head, &rows, 1))
}
