//! Tests of the whole crate, on tables of their own with the options that real stages have, so that they hold whatever those become.

mod broken;
mod documents;
mod whole;

use std::cell::RefCell;
use std::path::PathBuf;

use pipeline::{BuildResult, Built, Flow, OptionError, Options, Resources, Source, SourceDef, StageDef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::build::Tables;
use crate::{Diagnostics, Loaded, Origin, Overrides, load_with};

thread_local! {
    /// Every path that a builder of these tables would open.
    static OPENED: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Nothing {}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Files {
    paths: Vec<String>,
    encodings: Vec<String>,
    recursive: bool,
    key: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Segment {
    /// Guesses.
    hmm: bool,
    dictionaries: Vec<String>,
    #[schemars(range(min = 0.0, max = 1.0))]
    least: f64,
    width: u8,
}

impl Default for Segment {
    fn default() -> Self {
        Self { hmm: true, dictionaries: Vec::new(), least: 0.5, width: 8 }
    }
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Tagging {
    topics: Vec<String>,
    rule: Option<Rule>,
    rules: Vec<Rule>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    #[expect(dead_code, reason = "only its schema matters")]
    kind: Option<RuleKind>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum RuleKind {
    /// One.
    AllTerms,
    /// Two.
    AnyTerm,
    Pattern(#[expect(dead_code, reason = "only its schema matters")] String),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Emit {
    path: String,
    words: Words,
}

impl Default for Emit {
    fn default() -> Self {
        Self { path: "-".to_owned(), words: Words::Array }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Words {
    Array,
    Text,
    None,
}

fn real_stage(name: &str, resources: &dyn Resources) -> BuildResult<Built> {
    let def = stages::STAGES.iter().find(|def| def.name == name).expect("a shipped stage");
    (def.build)(Options::default(), resources)
}

fn real_source(resources: &dyn Resources) -> BuildResult<Box<dyn Source>> {
    let def = stages::SOURCES.iter().find(|def| def.name == "stdin").expect("a shipped source");
    (def.build)(Options::default(), resources)
}

fn note(resources: &dyn Resources, path: &str) {
    OPENED.with_borrow_mut(|opened| opened.push(resources.resolve(path)));
}

const STAGES: &[StageDef] = &[
    StageDef {
        name: "normalize",
        about: "repairs characters",
        source: "",
        takes: Flow::Pages,
        gives: Flow::Pages,
        schema: || schemars::schema_for!(Nothing),
        build: |options, resources| {
            let Nothing {} = options.read()?;
            real_stage("normalize", resources)
        },
    },
    StageDef {
        name: "detect_articles",
        about: "cuts pages",
        source: "",
        takes: Flow::Pages,
        gives: Flow::Articles,
        schema: || schemars::schema_for!(Nothing),
        build: |_, resources| real_stage("detect_articles", resources),
    },
    StageDef {
        name: "segment",
        about: "cuts text",
        source: "",
        takes: Flow::Articles,
        gives: Flow::Articles,
        schema: || schemars::schema_for!(Segment),
        build: |options, resources| {
            let config: Segment = options.read()?;
            let mut errors = Vec::new();
            for (index, path) in config.dictionaries.iter().enumerate() {
                if let Err(reason) = resources.text(path) {
                    errors.push(OptionError::new(format!("dictionaries[{index}]"), "unreadable_dictionary", reason));
                }
            }
            if errors.is_empty() { real_stage("segment", resources) } else { Err(errors) }
        },
    },
    StageDef {
        name: "tag_topics",
        about: "tags",
        source: "",
        takes: Flow::Articles,
        gives: Flow::Articles,
        schema: || schemars::schema_for!(Tagging),
        build: |options, resources| {
            let config: Tagging = options.read()?;
            let mut errors = Vec::new();
            for (index, rule) in config.rules.iter().chain(&config.rule).enumerate() {
                if rule.name.is_empty() {
                    errors.push(OptionError::new(format!("rules[{index}].name"), "empty_name", "a rule needs a name"));
                }
            }
            for (index, topic) in config.topics.iter().enumerate() {
                if let Err(reason) = resources.document(topic, &schemars::json_schema!({})) {
                    errors.push(OptionError::new(format!("topics[{index}]"), "unreadable_topics", reason));
                }
            }
            if errors.is_empty() { real_stage("segment", resources) } else { Err(errors) }
        },
    },
    StageDef {
        name: "emit_ndjson",
        about: "writes",
        source: "",
        takes: Flow::Articles,
        gives: Flow::Nothing,
        schema: || schemars::schema_for!(Emit),
        build: |options, resources| {
            let config: Emit = options.read()?;
            let (Words::Array | Words::Text | Words::None) = config.words;
            note(resources, &config.path);
            real_stage("emit_ndjson", resources)
        },
    },
];

const SOURCES: &[SourceDef] = &[
    SourceDef {
        name: "stdin",
        about: "reads stdin",
        source: "",
        schema: || schemars::schema_for!(Nothing),
        resumes: false,
        build: |options, resources| {
            let Nothing {} = options.read()?;
            note(resources, "-");
            real_source(resources)
        },
    },
    SourceDef {
        name: "files",
        about: "reads files",
        source: "",
        schema: || schemars::schema_for!(Files),
        resumes: false,
        build: |options, resources| {
            let config: Files = options.read()?;
            config.paths.iter().for_each(|path| note(resources, path));
            if let Some(index) = config.paths.iter().position(|path| path.contains("absent")) {
                return Err(vec![OptionError::new(format!("paths[{index}]"), "no_such_input", "there is no such file")]);
            }
            real_source(resources)
        },
    },
];

const TABLES: Tables = Tables { sources: SOURCES, stages: STAGES };

fn environment(name: &str) -> Option<String> {
    match name {
        "OUT" => Some("out.ndjson".to_owned()),
        "HMM" => Some("true".to_owned()),
        "YEAR" => Some("2022".to_owned()),
        "EVIL" => Some("x\n- normalize: {}\n#: ${OUT} [{\"'".to_owned()),
        _ => None,
    }
}

fn load_text(text: &str, overrides: &Overrides) -> Result<Loaded, Diagnostics> {
    let origin = Origin::Text { name: "jb.yaml".to_owned(), text: text.to_owned(), base: "conf".into() };
    load_with(TABLES, crate::Files::default(), &origin, overrides, &environment)
}

fn mistakes_of(text: &str) -> Diagnostics {
    load_text(text, &Overrides::default()).err().unwrap_or_else(|| panic!("loads, but should not:\n{text}"))
}

fn loaded(text: &str, overrides: &Overrides) -> Loaded {
    load_text(text, overrides).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}
