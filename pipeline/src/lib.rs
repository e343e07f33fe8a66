//! The machine of jianbao: what flows, what a stage may be, and what makes it run.
//!
//! ```text
//! bytes -> Page -> Page (lines glued) -> Article* -> Article (+words, +topics …) -> line of NDJSON
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`span`] | byte spans; the only place that slices text |
//! | [`sheet`] | a page as it was read: identity and text, never changed |
//! | [`page`] | a sheet on its way: its lines, how they are glued, what was repaired |
//! | [`passage`] | clean text and the run-length map back to the sheet; the only place that copies text |
//! | [`article`], [`findings`], [`record`] | an article, what is found in it, and the flat object that users read |
//! | [`mod@assemble`] | layout decisions to articles, with the proof that nothing was lost |
//! | [`stage`], [`source`], [`sink`] | the traits |
//! | [`rotate`] | the signal to open output files anew |
//! | [`def`], [`size`], [`period`] | what a table row says about a stage; amounts of bytes and of time among its options |
//! | [`state`] | what a run remembers from one start to the next |
//! | [`failure`] | what goes wrong with one item, and the dead letter it becomes |
//! | [`mod@run`] | the runner |
//! | [`laws`] | the contract every stage is tested against |
//!
//! This crate knows no newspaper, no YAML and no file of the user's; those live in `stages`, `config` and `cli`.

#![forbid(unsafe_code)]

pub mod article;
pub mod assemble;
pub mod def;
pub mod failure;
pub mod findings;
pub mod json;
pub mod laws;
pub mod page;
pub mod passage;
pub mod period;
pub mod record;
pub mod rotate;
pub mod rule_names;
pub mod run;
pub mod sheet;
pub mod sink;
pub mod size;
pub mod source;
pub mod span;
pub mod stage;
pub mod state;

pub use article::{Article, Confidence, Continuation, Kind, Permille, Person, Pos, Reading, Token, Zone};
pub use assemble::{Draft, assemble};
pub use def::{BuildResult, Built, BuiltSink, Flow, IsWritten, OptionError, Options, Resources, SourceDef, StageDef, Written};
pub use failure::{Failure, StageError};
pub use findings::{Basis, DateMention, Entity, EntityKind, Evidence, Grain, Keyword, Mention, Rule, Topic};
pub use page::{Edit, Glue, Line, Page, Repair};
pub use passage::{Fragment, Passage, Run};
pub use period::Period;
pub use rotate::{Rotate, RotateSwitch};
pub use rule_names::{RuleName, RuleNames};
pub use run::{Checkpoint, OnError, Pipeline, Report, RunError, Runtime, run};
pub use sheet::{Place, Sheet, SheetError, SheetIdentity};
pub use sink::{Records, Render, Rendered, Sink, SinkError};
pub use size::Size;
pub use source::{Ack, Acks, Closed, Feed, Memory, Source, SourceError, Stop};
pub use span::Span;
pub use stage::{Each, EachStage, Outlet, Payload, PerDocument, PerDocumentFactory};
pub use state::{Change, StateError, Store};
