//! Topic files without a configuration around them, for the commands that work on topics.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use pipeline::Permille;
use stages::topics::learn::{Learned, write};
use stages::topics::{Topics, without_namespace};

use crate::diagnostics::{self, Diagnostic, Diagnostics, Mistake};
use crate::files::Files;
use crate::resources::{Folder, Scope};
use crate::text::Source;
use crate::tree::{self, Node, Value};

/// Reads topic files (or `builtin:NAME`), whose paths start from the current directory, and the lexicons they name.
///
/// # Errors
/// All mistakes, each at its place in its file.
pub fn topics(references: &[String]) -> Result<Topics, Diagnostics> {
    read(&Folder::new("", Files::default()), references)
}

/// The same, with what is odd in them. Topics without a `min_score` are looked at with `min_score`.
///
/// # Errors
/// As [`topics`].
pub fn linted_topics(references: &[String], min_score: Permille) -> Result<(Topics, Vec<Diagnostic>), Diagnostics> {
    let folder = Folder::new("", Files::default());
    let topics = read(&folder, references)?;
    for warning in stages::topics::lint::lint(&topics, min_score) {
        // Every warning is about a document that was read.
        folder.place(warning);
    }
    let warnings = folder.faulty().into_iter().flat_map(|document| diagnostics::warnings(&document.source, document.mistakes));
    Ok((topics, warnings.collect()))
}

fn read(folder: &Folder, references: &[String]) -> Result<Topics, Diagnostics> {
    let scope = Scope { folder, as_typed: references, written: &[] };
    let read = stages::topics::load(references, "topics", &scope);
    let errors = read.as_ref().err().cloned().unwrap_or_default();
    let elsewhere =
        errors.into_iter().filter_map(|error| folder.place(error)).map(|error| Mistake { place: None, ..Mistake::of(error, None) });
    let mistakes: Vec<Mistake> = elsewhere.collect();
    let refuse = |mistakes| Diagnostics::new(&Arc::new(Source::new("command line", "")), mistakes);
    if let (Ok(topics), true, false) = (&read, mistakes.is_empty(), folder.has_faulty()) {
        return Ok(topics.clone());
    }
    Err(folder.faulty().into_iter().fold(refuse(mistakes), |all, document| all.and(&document.source, document.mistakes)))
}

/// The topic file `text` with `learned` in it: each in the place of the learned topic with its id, the others at the end of the
/// list. Every other byte stays. The file, named `reference`, must be one that [`topics`] reads, and is one with them, too.
///
/// # Errors
/// The reason when the topics do not stand in a list with dashes, each on lines of its own, or do not go with the rest of the file.
pub fn with_learned(reference: &str, text: &str, learned: &[&Learned]) -> Result<String, String> {
    let out = put_in(text, learned)?;
    let folder = Folder::new("", Files::instead(Path::new(reference), out.as_bytes()));
    match read(&folder, &[reference.to_owned()]) {
        Ok(_) => Ok(out),
        Err(mistakes) => {
            let first = mistakes.iter().next().map_or("", |mistake| mistake.message.as_str());
            Err(format!("what was learned does not go with the rest of it: {first}"))
        }
    }
}

fn put_in(text: &str, learned: &[&Learned]) -> Result<String, &'static str> {
    const NO_LIST: &str = "its topics do not stand below each other with a dash before each; write them so";
    let tree = tree::parse(text, &mut Vec::new()).ok_or("it cannot be read as YAML")?;
    let Some(entry) = tree.entry("topics") else {
        let items: String = learned.iter().map(|learned| write::topic(learned, 2)).collect();
        return Ok(format!("{}\ntopics:\n{items}", text.trim_end()));
    };
    let Value::List(items) = &entry.node.value else { return Err(NO_LIST) };
    let mut indent = None;
    let mut starts = Vec::new();
    for item in items {
        let line = cut(text, 0..item.span.start).rfind('\n').map_or(0, |end| end + 1);
        let dash = cut(text, line..item.span.start);
        if dash.trim() != "-" {
            return Err(NO_LIST);
        }
        indent = Some(dash.len() - dash.trim_start().len());
        starts.push(line);
    }
    let Some(indent) = indent else { return Err(NO_LIST) };
    let after_list = tree.entries().iter().map(|other| other.name_span.start).filter(|start| *start > entry.name_span.start).min();
    let end_of_list = after_list.map_or(text.len(), |at| cut(text, 0..at).rfind('\n').map_or(0, |end| end + 1));
    let mut out = String::new();
    let mut copied = 0;
    let mut left: Vec<&&Learned> = learned.iter().collect();
    for (nth, item) in items.iter().enumerate() {
        let end = end_of_item(text, starts[nth], starts.get(nth + 1).copied().unwrap_or(end_of_list));
        let id = id_of(item);
        if let Some(place) = left.iter().position(|learned| Some(without_namespace(&learned.topic.id)) == id.as_deref()) {
            out.push_str(cut(text, copied..starts[nth]));
            out.push_str(&write::topic(left.remove(place), indent));
            copied = end;
        }
        if nth + 1 == items.len() {
            out.push_str(cut(text, copied..end));
            if !out.ends_with('\n') {
                out.push('\n');
            }
            out.extend(left.iter().map(|learned| write::topic(learned, indent)));
            copied = end;
        }
    }
    out.push_str(cut(text, copied..text.len()));
    Ok(out)
}

/// All ranges here begin and end at lines or at what the parser found.
fn cut(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

fn id_of(item: &Node) -> Option<String> {
    item.entry("id").and_then(|entry| entry.node.json().as_str().map(str::to_owned))
}

/// Where the item that begins at `start` ends, of lines up to `next`: blank lines and comments at its end go with what follows.
fn end_of_item(text: &str, start: usize, next: usize) -> usize {
    let mut end = start;
    let mut at = start;
    for line in cut(text, start..next).split_inclusive('\n') {
        at += line.len();
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            end = at;
        }
    }
    end
}
