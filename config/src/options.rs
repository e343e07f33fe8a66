//! One source or stage as it is written, `name: { options }`, and its options on the way to its builder.

use std::ops::Range;

use pipeline::OptionError;
use serde_json::{Map, Value as Json};

use crate::diagnostics::Mistake;
use crate::lint::{Lint, place_of, resolve};
use crate::resources::Folder;
use crate::tree::{Node, Value};
use crate::words;

/// A name with its options.
#[derive(Clone, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    pub(crate) name_span: Range<usize>,
    /// `None` when nothing is written under the name.
    pub(crate) options: Option<&'a Node>,
}

/// What is named, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Source,
    Stage,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Stage => "stage",
        }
    }

    fn unknown(self) -> &'static str {
        match self {
            Self::Source => "unknown_source",
            Self::Stage => "unknown_stage",
        }
    }

    fn sample(self, name: &str) -> String {
        match self {
            Self::Source => format!("source: {{ {name}: {{}} }}"),
            Self::Stage => format!("- {name}: {{}}"),
        }
    }
}

/// Reads `name`, `name: {}` or `name:`. The name need not be one of `known`: see [`unknown`].
pub(crate) fn named<'a>(node: &'a Node, what: What, known: &[&str], mistakes: &mut Vec<Mistake>) -> Option<Named<'a>> {
    let mistake = |place: &Range<usize>, message: String| Mistake::at(place, "not_one_key", message);
    match &node.value {
        Value::Scalar(scalar) if scalar.json().is_string() => {
            Some(Named { name: &scalar.text, name_span: node.span.clone(), options: None })
        }
        Value::Map(entries) if !entries.is_empty() => {
            let first = entries.iter().find(|entry| known.contains(&entry.name.as_str())).unwrap_or(&entries[0]);
            let typed = ["type", "name", "kind"].iter().find_map(|key| node.entry(key)).filter(|_| !known.contains(&first.name.as_str()));
            if let Some((entry, name)) = typed.and_then(|entry| Some((entry, entry.node.json().as_str()?.to_owned())))
                && known.contains(&name.as_str())
            {
                let message = format!("a {} is written under its name, not as `{}:`", what.word(), entry.name);
                mistakes.push(mistake(&entry.name_span, message).help(format!("write `{}`", what.sample(&name))));
                return None;
            }
            for entry in entries.iter().filter(|entry| entry.name != first.name) {
                let message = format!("`{}` stands beside `{}`", entry.name, first.name);
                let help = if known.contains(&entry.name.as_str()) {
                    format!("a {} has one name; write the other one apart: `{}`", what.word(), what.sample(&entry.name))
                } else {
                    format!("indent it, so that it stands under `{}`", first.name)
                };
                mistakes.push(mistake(&entry.name_span, message).help(help));
            }
            let options = Some(&first.node).filter(|node| !node.is_null());
            Some(Named { name: &first.name, name_span: first.name_span.clone(), options })
        }
        _ => {
            let message = format!("expected a {}, found {}", what.word(), words::found(node));
            let sample = what.sample(known.first().copied().unwrap_or("name"));
            mistakes.push(mistake(&node.span, message).help(format!("write `{sample}`")));
            None
        }
    }
}

/// The mistake of a name that is none of `known`.
pub(crate) fn unknown(named: &Named<'_>, what: What, known: &[&str]) -> Mistake {
    let message = format!("there is no {} `{}`", what.word(), named.name);
    let mistake = Mistake::at(&named.name_span, what.unknown(), message).suggest(named.name, known.iter().copied());
    if mistake.suggestion.is_none() { mistake.help(format!("known: {}", known.join(", "))) } else { mistake }
}

/// Options after the check by their schema.
pub(crate) struct Checked {
    /// What fits; what does not fit is left out, so that the builder can still look at the rest.
    pub(crate) options: Map<String, Json>,
    /// Whether everything fits.
    pub(crate) clean: bool,
}

/// Checks what is written under `named` by `schema`.
pub(crate) fn check(named: &Named<'_>, schema: &Json, mistakes: &mut Vec<Mistake>) -> Checked {
    let before = mistakes.len();
    let nothing = Node { value: Value::Map(Vec::new()), span: named.name_span.clone() };
    let node = named.options.unwrap_or(&nothing);
    Lint { root: schema, mistakes }.check(node, schema, &named.name_span);
    let found = mistakes.get(before..).unwrap_or_default();
    let spoilt = |entry: &&crate::tree::Entry| {
        let whole = entry.name_span.start..entry.node.span.end;
        found.iter().any(|mistake| mistake.place.as_ref().is_some_and(|place| whole.contains(&place.start)))
    };
    let fitting = node.entries().iter().filter(|entry| !spoilt(entry));
    Checked { options: fitting.map(|entry| (entry.name.clone(), entry.node.json())).collect(), clean: found.is_empty() }
}

/// Adds the defaults that `schema` states for options that are not written.
pub(crate) fn with_defaults(mut options: Map<String, Json>, schema: &Json) -> Json {
    for (name, property) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
        let default = property.get("default").or_else(|| resolve(property, schema).get("default"));
        if let Some(default) = default.filter(|_| !options.contains_key(name)) {
            options.insert(name.clone(), default.clone());
        }
    }
    Json::Object(options)
}

/// What the builder said, placed in the file, or in the document that it is about. `typed` are the options that came from the
/// command line and stand nowhere.
///
/// Once the schema has found mistakes, the builder was given only what fits: then only what it says of an option that it was given
/// is news.
pub(crate) fn place(
    errors: Vec<OptionError>,
    named: Option<&Named<'_>>,
    checked: &Checked,
    typed: &[&str],
    folder: &Folder,
    mistakes: &mut Vec<Mistake>,
) {
    for error in errors {
        let Some(error) = folder.place(error) else { continue };
        let steps = steps(&error.path);
        let first = steps.first().copied().unwrap_or_default();
        if !checked.clean && (error.code == "invalid_option" || !checked.options.contains_key(first)) {
            continue;
        }
        let place = named.filter(|_| !typed.contains(&first));
        let place = place.map(|named| deepest(named.options, named.name_span.clone(), &steps, error.code));
        mistakes.push(Mistake::of(error, place));
    }
}

/// `topics[2].terms` as `topics`, `2`, `terms`.
pub(crate) fn steps(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect()
}

/// The place of `steps` below `node`, or of as many of them as there are; `place` when there are none.
pub(crate) fn deepest(mut node: Option<&Node>, mut place: Range<usize>, steps: &[&str], code: &str) -> Range<usize> {
    for (index, step) in steps.iter().enumerate() {
        match node.map(|node| &node.value) {
            Some(Value::Map(_)) => {
                let Some(entry) = node.and_then(|node| node.entry(step)) else { break };
                let about_the_key = code.starts_with("unknown_") && index + 1 == steps.len();
                place = if about_the_key { entry.name_span.clone() } else { place_of(&entry.node, &entry.name_span).clone() };
                node = Some(&entry.node);
            }
            Some(Value::List(items)) => {
                let Some(item) = step.parse().ok().and_then(|index: usize| items.get(index)) else { break };
                place = item.span.clone();
                node = Some(item);
            }
            _ => break,
        }
    }
    place
}
