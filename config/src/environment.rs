//! `${NAME}` and `${NAME:-default}` inside scalars; `$$` is a literal `$`.
//!
//! Substitution happens after parsing, so that no value of the environment can change the structure of a file, and what was
//! substituted is never looked at again. Keys are left alone, and so is a `$` before anything but `{` or `$`. As in a shell, an
//! empty variable takes the default.
//!
//! A value that is all of a scalar may be a number or a truth value, quoted or not, because between braces YAML wants `${NAME}` in
//! quotes. Where only text may stand, it is text: a folder can be called `2022`.

use std::ops::Range;

use serde_json::Value as Json;

use crate::diagnostics::Mistake;
use crate::lint::{allows, branches, choices, resolve};
use crate::tree::{Node, Scalar, Value};

/// Substitutes in every scalar under `node`. Gives the places of the scalars that have no value now: nothing more can be said there.
pub(crate) fn substitute(
    node: &mut Node,
    text: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Range<usize>> {
    let mut failed = Vec::new();
    node.each_scalar(&mut |scalar, span| {
        let before = mistakes.len();
        in_scalar(scalar, span, text, lookup, mistakes);
        if mistakes.len() > before {
            failed.push(span.clone());
        }
    });
    failed
}

fn in_scalar(scalar: &mut Scalar, span: &Range<usize>, text: &str, lookup: &dyn Fn(&str) -> Option<String>, mistakes: &mut Vec<Mistake>) {
    if !scalar.text.contains('$') {
        return;
    }
    let pieces = pieces_of(&scalar.text);
    let whole = matches!(pieces.as_slice(), [Piece::Variable { .. }]);
    let mut result = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => result.push_str(literal),
            Piece::Broken(written) => mistakes.push(
                Mistake::at(&narrow(span, text, written), "bad_variable", format!("cannot read `{written}`"))
                    .help("write ${NAME} or ${NAME:-default}, and $$ for a literal $"),
            ),
            Piece::Variable { written, name, default } => {
                match lookup(name).filter(|value| default.is_none() || !value.is_empty()).or_else(|| default.map(str::to_owned)) {
                    Some(value) => result.push_str(&value),
                    None => mistakes.push(
                        Mistake::at(&narrow(span, text, written), "missing_variable", format!("environment variable `{name}` is not set"))
                            .help(format!("set it, or give a default: ${{{name}:-default}}")),
                    ),
                }
            }
        }
    }
    scalar.text = result;
    (scalar.substituted, scalar.plain) = (whole, whole);
    scalar.plain = scalar.json().is_number() || scalar.json().is_boolean();
}

/// Makes text again of substituted numbers and truth values where `schema`, the one of the whole file, takes text only.
pub(crate) fn settle(tree: &mut Node, schema: &Json) {
    settle_by(tree, &[schema], schema);
}

fn settle_by(node: &mut Node, schemas: &[&Json], root: &Json) {
    let mut leaves = Vec::new();
    for schema in schemas {
        collect_leaves(schema, root, &mut leaves);
    }
    match &mut node.value {
        Value::Scalar(scalar) => {
            let value = scalar.json();
            let takes = |value: &Json| leaves.iter().any(|leaf| allows(leaf, root, value) || choices(leaf, root).contains(&value));
            scalar.plain &= !scalar.substituted || takes(&value) || !takes(&Json::String(scalar.text.clone()));
        }
        Value::List(items) => {
            let below: Vec<&Json> = leaves.iter().filter_map(|leaf| leaf.get("items")).collect();
            for item in items {
                settle_by(item, &below, root);
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                let below = leaves.iter().filter_map(|leaf| leaf.get("properties").and_then(|known| known.get(&entry.name)));
                settle_by(&mut entry.node, &below.collect::<Vec<_>>(), root);
            }
        }
    }
}

/// Every way in which `schema` can be kept.
fn collect_leaves<'a>(schema: &'a Json, root: &'a Json, leaves: &mut Vec<&'a Json>) {
    let schema = resolve(schema, root);
    leaves.push(schema);
    for name in ["anyOf", "oneOf", "allOf"] {
        for branch in branches(schema, &[name]) {
            collect_leaves(branch, root, leaves);
        }
    }
}

/// Where `written` stands inside `span`; the whole of it when quoting or folding hides the place.
fn narrow(span: &Range<usize>, text: &str, written: &str) -> Range<usize> {
    let found = text.get(span.clone()).and_then(|scalar| scalar.find(written));
    found.map_or_else(|| span.clone(), |at| span.start + at..span.start + at + written.len())
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Literal(&'a str),
    Variable { written: &'a str, name: &'a str, default: Option<&'a str> },
    Broken(&'a str),
}

fn pieces_of(mut rest: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    while let Some((before, after)) = rest.split_once('$') {
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        rest = if let Some(after) = after.strip_prefix('$') {
            pieces.push(Piece::Literal("$"));
            after
        } else if let Some(inner) = after.strip_prefix('{') {
            let (piece, after) = variable(rest, before.len(), inner);
            pieces.push(piece);
            after
        } else {
            pieces.push(Piece::Literal("$"));
            after
        };
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// The variable whose `${` stands at byte `start` of `text`, and what follows it.
fn variable<'a>(text: &'a str, start: usize, inner: &'a str) -> (Piece<'a>, &'a str) {
    let from_dollar = text.split_at(start).1;
    let Some((content, after)) = inner.split_once('}') else {
        return (Piece::Broken(from_dollar), "");
    };
    let written = from_dollar.split_at("${}".len() + content.len()).0;
    let (name, default) = content.split_once(":-").map_or((content, None), |(name, default)| (name, Some(default)));
    let good =
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (if good { Piece::Variable { written, name, default } } else { Piece::Broken(written) }, after)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::tree::parse;

    fn lookup(name: &str) -> Option<String> {
        let value = match name {
            "N" => "8",
            "YES" => "true",
            "EMPTY" => "",
            "EVIL" => "x\nstages: []: { ${N} # \"'",
            "NOTHING" => "null",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn substituted(text: &str) -> (Json, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let mut node = parse(text, &mut mistakes).unwrap_or_else(|| panic!("{mistakes:?}"));
        substitute(&mut node, text, &lookup, &mut mistakes);
        (node.json(), mistakes)
    }

    #[test]
    fn values_stand_in_for_what_was_written() {
        for (written, expected) in [
            ("${N}", json!(8)),
            ("'${N}'", json!(8)),
            ("\"${N}\"", json!(8)),
            ("\"${NONE:-2.5}\"", json!(2.5)),
            ("'${YES}'", json!(true)),
            ("'${NOTHING}'", json!("null")),
            ("'8'", json!("8")),
            ("'true'", json!("true")),
            ("'${N}${N}'", json!("88")),
            ("'$$8'", json!("$8")),
            ("${N}0", json!("80")),
            ("${YES}", json!(true)),
            ("${NOTHING}", json!("null")),
            ("${EMPTY}", json!("")),
            ("${EMPTY:-4}", json!(4)),
            ("${NONE:-}", json!("")),
            ("${NONE:-a b:-c}", json!("a b:-c")),
            ("a$${N}$b$", json!("a${N}$b$")),
            ("$$", json!("$")),
            ("^x$", json!("^x$")),
            ("${EVIL}", json!("x\nstages: []: { ${N} # \"'")),
            ("p/${N}/${N}", json!("p/8/8")),
        ] {
            assert_eq!(substituted(&format!("k: {written}\n")), (json!({"k": expected}), vec![]), "{written}");
        }
    }

    #[test]
    fn text_stays_text_where_only_text_may_stand() {
        let text = "words: '${N}'\nlist: ['${N}', \"${YES}\"]\nsize: '${N}'\nname: '${N}'\nother: '${N}'\nwritten: 8\n";
        let schema = json!({ "$defs": { "size": { "anyOf": [{ "type": "integer" }, { "type": "string" }] } }, "properties": {
            "words": { "type": ["string", "null"] },
            "list": { "type": "array", "items": { "type": "string" } },
            "size": { "$ref": "#/$defs/size" },
            "name": { "anyOf": [{ "enum": ["8", "9"] }, { "type": "boolean" }] },
            "written": { "type": "string" },
        }});
        let mut mistakes = Vec::new();
        let mut node = parse(text, &mut mistakes).unwrap();
        substitute(&mut node, text, &lookup, &mut mistakes);
        settle(&mut node, &schema);
        assert_eq!(node.json(), json!({"words": "8", "list": ["8", "true"], "size": 8, "name": "8", "other": 8, "written": 8}));
    }

    #[test]
    fn keys_are_left_alone() {
        assert_eq!(substituted("\"${N}\": 1\n").0, json!({"${N}": 1}));
    }

    #[test]
    fn every_missing_variable_is_placed() {
        let text = "a: x ${A} ${B}\nb: \"${C}\"\nc: ${1}\nd: ${D\n";
        let (_, mistakes) = substituted(text);
        let shown: Vec<_> = mistakes.iter().map(|mistake| (mistake.code, text.get(mistake.place.clone().unwrap()).unwrap())).collect();
        let expected = [
            ("missing_variable", "${A}"),
            ("missing_variable", "${B}"),
            ("missing_variable", "${C}"),
            ("bad_variable", "${1}"),
            ("bad_variable", "${D"),
        ];
        assert_eq!(shown, expected);
    }
}
