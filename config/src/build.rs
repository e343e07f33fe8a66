//! A tree to a built pipeline, collecting every mistake on the way.

use pipeline::{Built, Flow, OnError, OptionError, Options, Pipeline, Resources, Source, SourceDef, StageDef};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use stages::{SOURCES, STAGES};

use crate::diagnostics::Mistake;
use crate::resources::Folder;
use crate::sections::{Errors, Limits, letters};
use crate::tree::{Content, Node};
use crate::{Overrides, lint};

/// The keys of a configuration.
const SECTIONS: &[&str] = &["version", "source", "stages", "errors", "runtime"];

/// What a configuration came to.
pub(crate) struct Parts {
    pub(crate) pipeline: Pipeline,
    pub(crate) effective: Value,
}

/// Builds what `root` says; paths are relative to `files`, those of the command line to the current directory.
pub(crate) fn build(root: &Node, files: &Folder, overrides: &Overrides, mistakes: &mut Vec<Mistake>) -> Option<Parts> {
    let Content::Map(entries) = &root.content else {
        mistakes.push(Mistake::new("wrong_type", format!("a configuration is a map, this is {}", root.kind()), root.place.clone()));
        return None;
    };
    for (key, _) in entries.iter().filter(|(key, _)| !SECTIONS.contains(&key.name.as_str())) {
        let mistake = Mistake::new("unknown_section", format!("a configuration has no section `{}`", key.name), key.place.clone());
        mistakes.push(mistake.nearest(&key.name, SECTIONS.iter().copied()));
    }
    check_version(root, mistakes);
    let mut builder = Builder { files, overrides, mistakes };
    let (source, source_value) = builder.source(root)?;
    let (stages, stages_value) = builder.stages(root);
    let errors: Errors = builder.section(root, "errors");
    let limits: Limits = builder.section(root, "runtime");
    let on_error = builder.policy(&errors, root);
    if !mistakes.is_empty() {
        return None;
    }
    let runtime = limits.runtime(overrides.workers);
    let effective = json!({ "version": 1, "source": source_value, "stages": stages_value, "errors": root.get("errors").map(Node::value) });
    let pipeline = Pipeline { source: source?, stages, on_error, config_hash: hash(&effective), runtime };
    Some(Parts { pipeline, effective })
}

fn check_version(root: &Node, mistakes: &mut Vec<Mistake>) {
    match root.get("version") {
        None => mistakes.push(
            Mistake::new("missing_version", "the configuration does not say its version", root.place.start..root.place.start)
                .help("begin it with `version: 1`"),
        ),
        Some(node) if node.value() == 1 => {}
        Some(node) => mistakes.push(Mistake::new("unknown_version", "this program reads version 1", node.place.clone())),
    }
}

/// The first 64 bits of BLAKE3 over the configuration with its keys in order.
fn hash(effective: &Value) -> String {
    let mut hex = blake3::hash(in_order(effective).to_string().as_bytes()).to_hex();
    hex.truncate(16);
    hex.to_string()
}

fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.iter().map(|(key, value)| (key.clone(), in_order(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(in_order).collect()),
        other => other.clone(),
    }
}

struct Builder<'a> {
    files: &'a Folder,
    overrides: &'a Overrides,
    mistakes: &'a mut Vec<Mistake>,
}

impl Builder<'_> {
    /// A section with a type of its own; its default when it is missing or wrong.
    fn section<T: DeserializeOwned + schemars::JsonSchema + Default>(&mut self, root: &Node, name: &str) -> T {
        let Some(node) = root.get(name).filter(|node| !matches!(node.content, Content::Null)) else { return T::default() };
        let before = self.mistakes.len();
        lint::check(node, schemars::schema_for!(T).as_value(), name, self.mistakes);
        match Options(node.value()).read::<T>() {
            Ok(section) => section,
            Err(errors) => {
                if self.mistakes.len() == before {
                    self.place(errors, node);
                }
                T::default()
            }
        }
    }

    fn policy(&mut self, errors: &Errors, root: &Node) -> OnError {
        if let Some(letters) = letters(self.overrides.dead_letter.as_ref()) {
            return letters;
        }
        let Some(node) = root.get("errors") else { return OnError::default() };
        errors.policy(node, self.files).unwrap_or_else(|mistake| {
            self.mistakes.push(mistake);
            OnError::default()
        })
    }

    /// The source, and its options as they are used. The outer `None` says that nothing can be said about the rest.
    fn source(&mut self, root: &Node) -> Option<(Option<Box<dyn Source>>, Value)> {
        let written = root.get("source").filter(|node| !matches!(node.content, Content::Null));
        let named = match written {
            Some(node) => match one_key(node, "source", self.mistakes) {
                Some(named) => Some(named),
                None => return Some((None, Value::Null)),
            },
            None => None,
        };
        let mut def = None;
        if let Some((name, node, place)) = &named {
            def = SOURCES.iter().find(|def| def.name == name);
            let Some(def) = def else {
                let mistake = Mistake::new("unknown_source", format!("there is no source `{name}`"), place.clone());
                self.mistakes.push(mistake.nearest(name, SOURCES.iter().map(|def| def.name)));
                return Some((None, Value::Null));
            };
            if let Some(node) = node {
                lint::check(node, (def.schema)().as_value(), name, self.mistakes);
            }
        }
        let options = named.as_ref().and_then(|(_, node, _)| *node).map_or(Value::Null, Node::value);
        if !self.overrides.inputs.is_empty() || def.is_none() {
            return Some(self.command_line_source(&options));
        }
        let (def, node) = (def?, named.as_ref().and_then(|(_, node, _)| *node).or(written)?);
        let value = json!({ def.name: options.clone() });
        Some((self.built_source(def, options, self.files, node), value))
    }

    /// What the command line names, read as the configuration's source would read it.
    fn command_line_source(&mut self, options: &Value) -> (Option<Box<dyn Source>>, Value) {
        let inputs = &self.overrides.inputs;
        let only_stdin = inputs.is_empty() || inputs.iter().all(|input| input == "-");
        let name = if only_stdin { "stdin" } else { "files" };
        let Some(def) = SOURCES.iter().find(|def| def.name == name) else { return (None, Value::Null) };
        let schema = (def.schema)();
        let known = schema.as_value().pointer("/properties").and_then(Value::as_object);
        let mut options: Map<String, Value> = options.as_object().cloned().unwrap_or_default();
        options.retain(|key, _| known.is_some_and(|known| known.contains_key(key)));
        if !only_stdin {
            options.insert("paths".to_owned(), json!(inputs));
        }
        let options = Value::Object(options);
        let nowhere = Node { content: Content::Null, place: 0..0 };
        let value = json!({ name: options.clone() });
        (self.built_source(def, options, &Folder(std::path::PathBuf::new()), &nowhere), value)
    }

    fn built_source(&mut self, def: &SourceDef, options: Value, files: &dyn Resources, node: &Node) -> Option<Box<dyn Source>> {
        let sound = self.mistakes.is_empty();
        match (def.build)(Options(options), files) {
            Ok(source) => Some(source),
            Err(errors) => {
                if sound {
                    self.place(errors, node);
                }
                None
            }
        }
    }

    fn stages(&mut self, root: &Node) -> (Vec<(&'static str, Built)>, Value) {
        let mut built = Vec::new();
        let mut values = Vec::new();
        let Some(Node { content: Content::List(items), place }) = root.get("stages") else {
            let place = root.get("stages").map_or(root.place.start..root.place.start, |node| node.place.clone());
            self.mistakes.push(
                Mistake::new("no_stages", "a configuration needs a list of stages", place).help("`jianbao init` writes one to start from"),
            );
            return (built, Value::Null);
        };
        let mut chain: Vec<(&'static StageDef, std::ops::Range<usize>)> = Vec::new();
        let mut all_known = true;
        for item in items {
            let Some((name, node, place)) = one_key(item, "a stage", self.mistakes) else {
                all_known = false;
                continue;
            };
            let Some(def) = STAGES.iter().find(|def| def.name == name) else {
                let mistake = Mistake::new("unknown_stage", format!("there is no stage `{name}`"), place);
                self.mistakes.push(mistake.nearest(&name, STAGES.iter().map(|def| def.name)));
                all_known = false;
                continue;
            };
            if chain.iter().any(|(known, _)| known.name == def.name) {
                self.mistakes.push(
                    Mistake::new("duplicate_stage", format!("`{name}` is in the chain already"), place.clone())
                        .help("a stage does all its work at once; take one away"),
                );
            }
            chain.push((def, place));
            let (stage, value) = self.stage(def, node, item);
            values.push(json!({ def.name: value }));
            built.extend(stage.map(|stage| (def.name, stage)));
        }
        if all_known {
            self.check_chain(&chain, place.clone());
        }
        (built, Value::Array(values))
    }

    fn stage(&mut self, def: &'static StageDef, node: Option<&Node>, item: &Node) -> (Option<Built>, Value) {
        let mut options = node.map_or(Value::Null, Node::value);
        let before = self.mistakes.len();
        if let Some(node) = node {
            lint::check(node, (def.schema)().as_value(), def.name, self.mistakes);
        }
        let here = Folder(std::path::PathBuf::new());
        let mut files: &dyn Resources = self.files;
        if let (Some(output), "emit_ndjson") = (&self.overrides.output, def.name) {
            let mut map = options.as_object().cloned().unwrap_or_default();
            map.insert("path".to_owned(), json!(output));
            options = Value::Object(map);
            files = &here;
        }
        if self.mistakes.len() > before {
            return (None, options);
        }
        match (def.build)(Options(options.clone()), files) {
            Ok(built) => (Some(built), options),
            Err(errors) => {
                self.place(errors, node.unwrap_or(item));
                (None, options)
            }
        }
    }

    fn check_chain(&mut self, chain: &[(&'static StageDef, std::ops::Range<usize>)], list: std::ops::Range<usize>) {
        let mut flow = Flow::Pages;
        for (index, (def, place)) in chain.iter().enumerate() {
            if flow == Flow::Nothing {
                self.mistakes.push(Mistake::new(
                    "after_the_sink",
                    format!("nothing comes to `{}`: the stage before it is the end of the chain", def.name),
                    place.clone(),
                ));
                return;
            }
            if def.takes != flow {
                let mistake = Mistake::new(
                    "flow_mismatch",
                    format!("{} takes {} but gets {}", def.name, def.takes.name(), flow.name()),
                    place.clone(),
                );
                let fitting = STAGES.iter().find(|stage| {
                    stage.takes == flow && stage.gives == def.takes && chain.iter().all(|(known, _)| known.name != stage.name)
                });
                self.mistakes.push(match fitting {
                    Some(stage) => mistake.help(format!("put `- {}` before it", stage.name)),
                    None => mistake.help("put it where they flow"),
                });
                return;
            }
            flow = def.gives;
            if index + 1 == chain.len() && flow != Flow::Nothing {
                self.mistakes.push(
                    Mistake::new("no_sink", "the chain ends without writing anything", place.clone()).help("end it with `- emit_ndjson`"),
                );
            }
        }
        if chain.is_empty() {
            self.mistakes
                .push(Mistake::new("no_stages", "the list of stages is empty", list).help("`jianbao init` writes one to start from"));
        }
    }

    /// Puts what a stage found wrong where it stands.
    fn place(&mut self, errors: Vec<OptionError>, node: &Node) {
        for error in errors {
            let mut mistake = Mistake::new(error.code, error.message, node.follow(&error.path).place.clone());
            mistake.help = error.help;
            self.mistakes.push(mistake);
        }
    }
}

/// The name and options of `name: {…}`, or of a bare `name`.
fn one_key<'a>(node: &'a Node, what: &str, mistakes: &mut Vec<Mistake>) -> Option<(String, Option<&'a Node>, std::ops::Range<usize>)> {
    match &node.content {
        Content::Text(name) => Some((name.clone(), None, node.place.clone())),
        Content::Map(entries) => {
            if let [(key, options)] = &entries[..] {
                let options = (!matches!(options.content, Content::Null)).then_some(options);
                Some((key.name.clone(), options, key.place.clone()))
            } else {
                let mistake = Mistake::new(
                    "not_one_key",
                    format!("{what} is one name with its options below it, this has {} names", entries.len()),
                    node.place.clone(),
                );
                mistakes.push(mistake.help("write `- name: { option: value }`; check the indentation"));
                None
            }
        }
        _ => {
            mistakes.push(Mistake::new(
                "wrong_type",
                format!("{what} is a name with options, this is {}", node.kind()),
                node.place.clone(),
            ));
            None
        }
    }
}
