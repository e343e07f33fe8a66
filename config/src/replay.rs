//! A configuration whose source is replaced by a file of dead letters: its options of reading are kept, and the output of a run that
//! keeps a state is added to.

use std::path::Path;

use pipeline::{Checkpoint, Options, Source as PipelineSource, SourceDef};
use serde_json::{Map, Value as Json, json};

use crate::build::Builder;
use crate::diagnostics::Mistake;
use crate::options::{self, Checked};
use crate::overlap::Destination;
use crate::resources::Scope;
use crate::settings;
use crate::tree::Node;

impl Builder<'_> {
    /// Where progress is recorded: in the state of the run whose output is added to. `resumes` says whether the configuration's own
    /// source keeps one.
    pub(crate) fn replayed_checkpoint(&mut self, section: Option<&Node>, resumes: bool) -> (Option<Checkpoint>, Json) {
        let typed = self.overrides.output.is_some();
        let keeps = (resumes || section.is_some()) && !typed;
        let beside = self.output.clone().map(|(_, beside)| beside);
        let (checkpoint, effective) = settings::checkpoint(section.filter(|_| !typed), self.folder, beside);
        if let Some(checkpoint) = checkpoint.filter(|checkpoint| keeps || checkpoint.path.exists()) {
            return (Some(checkpoint), effective);
        }
        let output = self.output.as_ref().map(|(output, _)| output).filter(|_| !typed);
        // The output is known before all others that are written.
        if let Some(output) = output.filter(|_| self.written.first().is_some_and(Destination::is_begun)) {
            let message = format!("{output} would be replaced by the articles of the pages that are replayed");
            let help = "say with --output where they go";
            self.mistakes.push(Mistake::nowhere("output_would_be_replaced", message).help(help));
        }
        (None, Json::Null)
    }

    /// The source that reads `letters`, with what the `written` one says of reading. What takes effect is said as if that ran, so that
    /// the configuration has its own name.
    pub(crate) fn replayed(
        &mut self,
        letters: &Path,
        written: Option<&'static SourceDef>,
        checked: Option<Checked>,
    ) -> (Option<Box<dyn PipelineSource>>, Json) {
        let mut checked = checked.unwrap_or(Checked { options: Map::new(), clean: true });
        let told = written.or_else(|| self.tables.source("stdin"));
        let effective =
            told.map_or(Json::Null, |def| json!({ def.name: options::with_defaults(checked.options.clone(), &(def.schema)().to_value()) }));
        let Some(def) = self.tables.source("dead_letters") else { return (None, effective) };
        if let Some(other) = self.written.iter().find(|other| other.may_be(letters)) {
            let message = format!("{} is read, but {} go to the same file", letters.display(), other.what);
            let help = "write to another file, or letters would be lost";
            self.mistakes.push(Mistake::nowhere("input_is_output", message).help(help));
        }
        let schema = (def.schema)().to_value();
        let known = schema.get("properties").and_then(Json::as_object);
        checked.options.retain(|name, _| known.is_some_and(|known| known.contains_key(name)));
        let path = letters.to_string_lossy().into_owned();
        checked.options.insert("path".to_owned(), json!(path));
        let scope = Scope { folder: self.folder, as_typed: &[path], written: &self.written };
        let built = (def.build)(Options(Json::Object(checked.options.clone())), &scope);
        let place = |errors| options::place(errors, None, &checked, &["path"], self.folder, &mut self.mistakes);
        (built.map_err(place).ok(), effective)
    }
}
