//! From the tree to the parts of a pipeline: the sections in turn, every mistake on the way, everything built that can be.

use std::ops::Range;
use std::path::PathBuf;

use pipeline::{Built, Checkpoint, Flow, OnError, Options, Period, Resources, Runtime, Source as PipelineSource, SourceDef, StageDef};
use serde_json::{Map, Value as Json, json};

use crate::Overrides;
use crate::chain::{self, Link};
use crate::diagnostics::Mistake;
use crate::lint::{Lint, place_of, unknown_key};
use crate::options::{self, Checked, Named, What};
use crate::overlap::{self, Destination};
use crate::resources::{Folder, Scope};
use crate::schema::{self, Section};
use crate::settings;
use crate::text::Source;
use crate::tree::{Entry, Node, Value};

/// The only version there is.
const VERSION: u64 = 1;

/// What can be named.
#[derive(Clone, Copy)]
pub(crate) struct Tables {
    pub(crate) sources: &'static [SourceDef],
    pub(crate) stages: &'static [StageDef],
}

impl Tables {
    /// What this program ships.
    pub(crate) fn shipped() -> Self {
        Self { sources: stages::SOURCES, stages: stages::STAGES }
    }

    pub(crate) fn source(&self, name: &str) -> Option<&'static SourceDef> {
        self.sources.iter().find(|def| def.name == name)
    }

    fn stage(&self, name: &str) -> Option<&'static StageDef> {
        self.stages.iter().find(|def| def.name == name)
    }

    pub(crate) fn source_names(&self) -> Vec<&'static str> {
        self.sources.iter().map(|def| def.name).collect()
    }

    pub(crate) fn stage_names(&self) -> Vec<&'static str> {
        self.stages.iter().map(|def| def.name).collect()
    }
}

/// What a pipeline is made of, as far as it could be built. Complete when there are no mistakes.
pub(crate) struct Parts {
    pub(crate) source: Option<Box<dyn PipelineSource>>,
    pub(crate) stages: Vec<(&'static str, Built)>,
    pub(crate) on_error: OnError,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) runtime: Runtime,
    pub(crate) shutdown_timeout: Period,
    pub(crate) effective: Json,
}

/// What every step of building needs, and the mistakes it leaves.
pub(crate) struct Builder<'a> {
    pub(crate) tables: Tables,
    pub(crate) file: &'a Source,
    pub(crate) folder: &'a Folder,
    pub(crate) overrides: &'a Overrides,
    /// The output as it is written, and where its state is kept when nobody says where; `None` for a stream.
    pub(crate) output: Option<(String, PathBuf)>,
    /// The files that the run writes, as far as the sections that say so were built.
    pub(crate) written: Vec<Destination>,
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) warnings: Vec<Mistake>,
}

impl Builder<'_> {
    /// Builds all of `tree`, which is the whole file.
    pub(crate) fn all(&mut self, tree: &Node) -> Option<Parts> {
        let Value::Map(entries) = &tree.value else {
            let message = format!("expected a map with `version`, `source` and `stages`, found {}", crate::words::found(tree));
            let help = "begin with `version: 1`, then `stages:` and the list below it";
            self.mistakes.push(Mistake::at(&tree.span, "wrong_type", message).help(help));
            return None;
        };
        let known: Vec<&str> = schema::SECTIONS.iter().map(|section| section.name).collect();
        for entry in entries.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
            self.mistakes.push(unknown_key(entry, &known));
        }
        // What is missing from the file as a whole is said on its first key.
        let top = entries.first().map_or(tree.span.clone(), |entry| entry.name_span.clone());
        self.version(tree.entry("version"), &top);
        let (stages, stage_options) = self.stages(tree.entry("stages"), &top);
        let errors = self.section(tree.entry("errors"));
        let errors_span = tree.entry("errors").map_or(&top, |entry| &entry.name_span);
        let (on_error, errors) =
            settings::on_error(errors, errors_span, self.overrides, self.folder, &mut self.mistakes, &mut self.warnings);
        self.dead_letter(&on_error, tree.entry("errors").and_then(|entry| entry.node.entry("dead_letter")), errors_span);
        let (checkpoint, checkpoint_options) = self.checkpoint(tree.entry("checkpoint"), tree.entry("source"), &top);
        // Last, because it must not read what the others write.
        let (source, source_options) = self.source(tree.entry("source"));
        let limits = self.section(tree.entry("runtime"));
        let (runtime, shutdown_timeout) = settings::runtime(limits, self.overrides, &mut self.mistakes);
        let effective = json!({
            "version": VERSION,
            "source": source_options,
            "stages": stage_options,
            "errors": errors,
            "checkpoint": checkpoint_options,
            "runtime": {
                "workers": runtime.workers,
                "memory": runtime.memory,
                "queue": runtime.queue,
                "shutdown_timeout": shutdown_timeout,
            },
        });
        Some(Parts { source, stages, on_error, checkpoint, runtime, shutdown_timeout, effective })
    }

    fn dead_letter(&mut self, on_error: &OnError, written: Option<&Entry>, owner: &Range<usize>) {
        // A replay keeps its failures elsewhere until it is done.
        let OnError::DeadLetter(path) = on_error else { return };
        if self.overrides.replay.is_some() {
            return;
        }
        let letters = Destination { path: path.clone(), what: "dead letters", typed: self.overrides.dead_letter.is_some(), divided: None };
        let place = written.map_or(owner, |entry| &entry.node.span);
        self.mistakes.extend(overlap::between(&self.written, &letters, place));
        self.written.push(letters);
    }

    fn version(&mut self, entry: Option<&Entry>, top: &Range<usize>) {
        let Some(entry) = entry else {
            let mistake = Mistake::at(top, "missing_version", "the file does not say which version of the configuration it is written in");
            self.mistakes.push(mistake.help(format!("add `version: {VERSION}` as the first line")));
            return;
        };
        if entry.node.json().as_u64() != Some(VERSION) {
            let written = crate::words::written(&entry.node);
            let place = place_of(&entry.node, &entry.name_span);
            let mistake = Mistake::at(place, "unsupported_version", format!("cannot read version {written}"));
            self.mistakes.push(mistake.help(format!("this program reads `version: {VERSION}`")));
        }
    }

    /// A section with a schema of its own, when nothing is wrong in it.
    fn section<'t>(&mut self, entry: Option<&'t Entry>) -> Option<&'t Node> {
        let entry = entry.filter(|entry| !entry.node.is_null())?;
        let schema = schema::SECTIONS.iter().find(|section: &&Section| section.name == entry.name).and_then(|section| section.schema)?;
        let before = self.mistakes.len();
        let schema = schema().to_value();
        Lint { root: &schema, mistakes: &mut self.mistakes }.check(&entry.node, &schema, &entry.name_span);
        (self.mistakes.len() == before).then_some(&entry.node)
    }

    /// The source that runs: what the command line names goes before what is `written` in the file, which may have none.
    fn chosen(&self, is_written: bool, written: Option<&'static SourceDef>) -> Option<&'static SourceDef> {
        let inputs = self.overrides.inputs.as_slice();
        if self.overrides.replay.is_some() {
            return self.tables.source("dead_letters");
        }
        match (inputs, is_written) {
            ([], true) => written,
            ([], false) => self.tables.source("stdin"),
            ([only], _) if only == "-" => self.tables.source("stdin"),
            _ => self.tables.source("files"),
        }
    }

    /// Where progress is recorded. Only a source that can go on has use for it, and an output that is kept so is nobody else's.
    fn checkpoint(&mut self, entry: Option<&Entry>, source: Option<&Entry>, top: &Range<usize>) -> (Option<Checkpoint>, Json) {
        let section = self.section(entry);
        let source = source.filter(|entry| !entry.node.is_null());
        let named = source.and_then(|entry| options::named(&entry.node, What::Source, &self.tables.source_names(), &mut Vec::new()));
        let written = named.and_then(|named| self.tables.source(named.name));
        let def = self.chosen(source.is_some(), written);
        let place = entry.map_or(top, |entry| &entry.name_span);
        if self.overrides.replay.is_some() {
            return self.replayed_checkpoint(section, written.is_some_and(|def| def.resumes));
        }
        if def.is_some_and(|def| !def.resumes) {
            let name = def.map_or("", |def| def.name);
            if section.is_some() && self.overrides.inputs.is_empty() {
                let message = format!("`{name}` reads everything from the beginning at each start, so there is no progress to record");
                let help = "`source: { watch: { path: …, once: true } }` reads what is there and goes on where it was";
                self.mistakes.push(Mistake::at(place, "nothing_to_record", message).help(help));
            }
            let writes = !self.overrides.reads_only;
            let state = self.output.clone().map(|(_, beside)| beside).filter(|state| writes && state.exists());
            if let (Some(state), Some((output, _))) = (state, &self.output) {
                let message = format!("{output} is kept by a run with a checkpoint, whose state {} lies beside it", state.display());
                let help = "write to another file, or move the output and its state away if that run is over for good";
                self.mistakes.push(Mistake::nowhere("output_has_state", message).help(help));
            }
            return (None, Json::Null);
        }
        let (checkpoint, effective) = settings::checkpoint(section, self.folder, self.output.clone().map(|(_, beside)| beside));
        if let Some(checkpoint) = &checkpoint {
            let typed = self.overrides.output.is_some();
            for path in pipeline::state::files_of(&checkpoint.path) {
                let state = Destination { path, what: "the state of the run", typed, divided: None };
                self.mistakes.extend(overlap::between(&self.written, &state, place));
                self.written.push(state);
            }
        } else if def.is_some() {
            let message = "records go to a stream, so nothing is remembered from one start to the next";
            let warning = Mistake::at(place, "nothing_remembered", message);
            self.warnings.push(warning.help("write to a file, or say where progress is recorded under `checkpoint: path`"));
        }
        (checkpoint, effective)
    }

    fn source(&mut self, entry: Option<&Entry>) -> (Option<Box<dyn PipelineSource>>, Json) {
        let known_names = self.tables.source_names();
        let entry = entry.filter(|entry| !entry.node.is_null());
        let named = entry.and_then(|entry| options::named(&entry.node, What::Source, &known_names, &mut self.mistakes));
        let written = named.as_ref().and_then(|named| self.tables.source(named.name));
        if let Some(named) = named.as_ref().filter(|_| written.is_none()) {
            self.mistakes.push(options::unknown(named, What::Source, &known_names));
        }
        let checked = written.zip(named.as_ref()).map(|(def, named)| {
            let schema = (def.schema)().to_value();
            options::check(named, &schema, &mut self.mistakes)
        });
        if let Some(letters) = &self.overrides.replay {
            return self.replayed(letters, written, checked);
        }
        let inputs = &self.overrides.inputs;
        let Some(def) = self.chosen(entry.is_some(), written) else { return (None, Json::Null) };

        let schema = (def.schema)().to_value();
        let mut checked = checked.unwrap_or(Checked { options: Map::new(), clean: true });
        let typed: &[&str] = if inputs.is_empty() { &[] } else { &["paths"] };
        if !inputs.is_empty() {
            let known = schema.get("properties").and_then(Json::as_object);
            checked.options.retain(|name, _| known.is_some_and(|known| known.contains_key(name)) && name != "paths");
            if def.name == "files" {
                checked.options.insert("paths".to_owned(), json!(inputs));
            }
        }
        let scope = Scope { folder: self.folder, as_typed: inputs, written: &self.written };
        let read = match def.name {
            "stdin" => vec!["-"],
            _ => checked.options.get("paths").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect(),
        };
        for (index, given) in read.into_iter().enumerate() {
            let overlap = overlap::of_input(format!("paths[{index}]"), given, &scope.resolve(given), &self.written);
            if let Some((error, by_output)) = overlap {
                let typed: &[&str] = if by_output { &["paths"] } else { typed };
                options::place(vec![error], named.as_ref(), &checked, typed, self.folder, &mut self.mistakes);
            }
        }
        let built = (def.build)(Options(Json::Object(checked.options.clone())), &scope);
        let effective = json!({ def.name: options::with_defaults(checked.options.clone(), &schema) });
        let source = built.map_err(|errors| options::place(errors, named.as_ref(), &checked, typed, self.folder, &mut self.mistakes)).ok();
        (source, effective)
    }

    fn stages(&mut self, entry: Option<&Entry>, top: &Range<usize>) -> (Vec<(&'static str, Built)>, Json) {
        let items = match entry.map(|entry| (entry, &entry.node.value)) {
            Some((_, Value::List(items))) if !items.is_empty() => items,
            Some((entry, _)) if !entry.node.is_null() && !matches!(entry.node.value, Value::List(_)) => {
                let message = format!("expected a list of stages, found {}", crate::words::found(&entry.node));
                self.mistakes.push(
                    Mistake::at(place_of(&entry.node, &entry.name_span), "wrong_type", message)
                        .help("begin each stage with `- `, on a line of its own"),
                );
                return (Vec::new(), Json::Null);
            }
            _ => {
                let place = entry.map_or(top, |entry| &entry.name_span);
                let sink = self.tables.stages.iter().find(|def| def.gives == Flow::Nothing).map_or("", |def| def.name);
                let mistake = Mistake::at(place, "no_stages", "there are no stages, so nothing would come out");
                self.mistakes.push(mistake.help(format!("list at least the one that writes the records:\nstages:\n  - {sink}: {{}}")));
                return (Vec::new(), Json::Null);
            }
        };
        let known_names = self.tables.stage_names();
        let mut links = Vec::new();
        for item in items {
            let Some(named) = options::named(item, What::Stage, &known_names, &mut self.mistakes) else {
                links.push(Link { named: Named { name: "", name_span: item.span.clone(), options: None }, def: None });
                continue;
            };
            let def = self.tables.stage(named.name);
            if def.is_none() {
                self.mistakes.push(options::unknown(&named, What::Stage, &known_names));
            }
            links.push(Link { named, def });
        }
        chain::check(&links, self.tables.stages, self.file, &mut self.mistakes);
        let mut stages = Vec::new();
        let mut effective = Vec::new();
        for (index, link) in links.iter().enumerate() {
            let Some(def) = link.def else { continue };
            let output = self.overrides.output.as_ref().filter(|_| index + 1 == links.len());
            let (built, options) = self.stage(def, &link.named, output);
            stages.extend(built.map(|built| (def.name, built)));
            effective.push(json!({ def.name: options }));
        }
        (stages, Json::Array(effective))
    }

    /// Checks and builds one stage. `output` takes the place of its `path`.
    fn stage(&mut self, def: &StageDef, named: &Named<'_>, output: Option<&String>) -> (Option<Built>, Json) {
        let schema = (def.schema)().to_value();
        let mut checked = options::check(named, &schema, &mut self.mistakes);
        let mut typed: &[&str] = &[];
        if let Some(output) = output {
            if schema.pointer("/properties/path").is_some() {
                checked.options.insert("path".to_owned(), json!(output));
                typed = &["path"];
            } else {
                let message = format!("`{}` writes to no path, so `{output}` cannot be its output", def.name);
                self.mistakes.push(Mistake::nowhere("no_output_path", message));
            }
        }
        let scope = Scope { folder: self.folder, as_typed: output.map_or(&[], std::slice::from_ref), written: &[] };
        let built = (def.build)(Options(Json::Object(checked.options.clone())), &scope);
        let effective = options::with_defaults(checked.options.clone(), &schema);
        if def.gives == Flow::Nothing
            && let Some(path) = effective.get("path").and_then(Json::as_str)
        {
            let real = scope.resolve(path);
            self.output = stages::state_beside(path, &real).map(|state| (path.to_owned(), state));
            let divided = stages::divided_output(&effective, &real);
            self.written.extend(overlap::of_output(real, divided, output.is_some()));
        }
        let built = built.map_err(|errors| options::place(errors, Some(named), &checked, typed, self.folder, &mut self.mistakes)).ok();
        (built, effective)
    }
}
