//! The sections `errors` and `runtime`.

use std::ops::Range;
use std::path::PathBuf;

use pipeline::{Checkpoint, OnError, Period, Runtime, Size};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::Overrides;
use crate::diagnostics::Mistake;
use crate::resources::Folder;
use crate::tree::Node;

/// Least memory for pages in flight, in bytes.
const LEAST_MEMORY: u64 = 1 << 20;

/// What happens to a page that fails.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Errors {
    /// What to do with a page that fails. By default it is a dead letter where a `dead_letter` file is named, else it is skipped.
    on_error: Option<Policy>,
    /// The file that failed pages are appended to, one JSON object a line.
    dead_letter: Option<String>,
}

/// What to do with a page that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Policy {
    /// End the run.
    Stop,
    /// Log it, count it, go on.
    Skip,
    /// Append it to the `dead_letter` file and go on.
    DeadLetter,
}

/// Where progress is recorded, so that a run goes on where the last one was.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Checkpoints {
    /// The file; by default it lies beside the output, `articles.ndjson.state`. It belongs to the output: move them together.
    path: Option<String>,
    /// Records are committed when there are so many bytes of them, in bytes or as `4MiB`…
    #[serde(serialize_with = "size")]
    bytes: Size,
    /// … or when the oldest has waited so long. While no page comes they wait only until 5 ms have passed since the last commit.
    interval: Period,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self { path: None, bytes: Size(4 << 20), interval: Period(std::time::Duration::from_millis(250)) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference to what it serialises")]
fn size<S: Serializer>(size: &Size, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(size.0)
}

/// What `checkpoint` amounts to for a source that resumes. `beside` is where the state is kept when nobody says where.
pub(crate) fn checkpoint(section: Option<&Node>, folder: &Folder, beside: Option<PathBuf>) -> (Option<Checkpoint>, Json) {
    let written: Checkpoints = section.and_then(|node| serde_json::from_value(node.json()).ok()).unwrap_or_default();
    let path = written.path.as_deref().filter(|path| !path.is_empty()).map(|path| folder.resolve_path(path)).or(beside);
    let checkpoint = path.map(|path| Checkpoint { path, bytes: written.bytes.0, interval: written.interval.0, rows: String::new() });
    let effective = if checkpoint.is_some() { json!(written) } else { Json::Null };
    (checkpoint, effective)
}

/// How much the run may use.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Pages worked on at once; `auto` is one for each core.
    #[schemars(schema_with = "workers_schema")]
    workers: Json,
    /// Bytes for pages in flight, for the whole process: a number, or one with KB, MB, GB, KiB, MiB or GiB.
    #[schemars(schema_with = "memory_schema")]
    memory: Json,
    /// Batches that may wait between two stages.
    #[schemars(range(min = 1, max = 65_536))]
    queue: usize,
    /// How long a run that is stopped by a signal may still write what it has read, as `10s` or `1m`.
    #[schemars(with = "Period")]
    shutdown_timeout: Json,
}

impl Default for Limits {
    fn default() -> Self {
        Self { workers: json!("auto"), memory: json!("512MiB"), queue: 16, shutdown_timeout: json!("10s") }
    }
}

fn workers_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "anyOf": [{ "const": "auto" }, { "type": "integer", "minimum": 1, "maximum": 4096 }] })
}

fn memory_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let mut schema = Size::json_schema(generator);
    if let Some(least) = schema.pointer_mut("/anyOf/0/minimum") {
        *least = json!(LEAST_MEMORY);
    }
    schema
}

/// What `errors` and `dead_letter` on the command line amount to, and the section as it takes effect.
pub(crate) fn on_error(
    section: Option<&Node>,
    owner: &Range<usize>,
    overrides: &Overrides,
    folder: &Folder,
    mistakes: &mut Vec<Mistake>,
    warnings: &mut Vec<Mistake>,
) -> (OnError, Json) {
    let mut written: Errors = section.and_then(|node| serde_json::from_value(node.json()).ok()).unwrap_or_default();
    // `${DEAD_LETTER:-}` turns dead letters off.
    written.dead_letter.take_if(|path| path.is_empty());
    let refuse = |mistake: Mistake| mistake.help("name a file, such as dead.ndjson");
    let stream = "dead letters cannot go to standard output, where the records go";
    if overrides.dead_letter.as_ref().is_some_and(|path| path.as_os_str() == "-") {
        mistakes.push(refuse(Mistake::nowhere("bad_dead_letter", stream)));
    }
    if let Some(path) = &overrides.dead_letter {
        return (OnError::DeadLetter(path.clone()), json!({ "on_error": Policy::DeadLetter, "dead_letter": path.to_string_lossy() }));
    }
    let place_of = |name| section.and_then(|node| node.entry(name)).map_or(owner, |entry| &entry.node.span);
    if written.dead_letter.as_deref() == Some("-") {
        mistakes.push(refuse(Mistake::at(place_of("dead_letter"), "bad_dead_letter", stream)));
    }
    let policy = written.on_error.unwrap_or(if written.dead_letter.is_some() { Policy::DeadLetter } else { Policy::Skip });
    let effective = match (policy, written.dead_letter) {
        (Policy::DeadLetter, Some(path)) => {
            let resolved: PathBuf = folder.resolve_path(&path);
            return (OnError::DeadLetter(resolved), json!({ "on_error": policy, "dead_letter": path }));
        }
        (Policy::DeadLetter, None) => {
            let mistake = Mistake::at(place_of("on_error"), "missing_dead_letter", "dead letters need a file to be written to");
            mistakes.push(mistake.help("add `dead_letter: dead.ndjson` beside it"));
            OnError::Skip
        }
        (Policy::Stop | Policy::Skip, path) => {
            if path.is_some() {
                let message = "this file stays unused, since `on_error` is not `dead_letter`";
                warnings.push(Mistake::at(place_of("dead_letter"), "unused_dead_letter", message));
            }
            if policy == Policy::Stop { OnError::Stop } else { OnError::Skip }
        }
    };
    (effective, json!({ "on_error": policy, "dead_letter": null }))
}

/// What `runtime` and the command line's `workers` amount to: what the run may use, and how long it may take to stop.
pub(crate) fn runtime(section: Option<&Node>, overrides: &Overrides, mistakes: &mut Vec<Mistake>) -> (Runtime, Period) {
    let limits: Limits = section.and_then(|node| serde_json::from_value(node.json()).ok()).unwrap_or_default();
    let workers = overrides.workers.or_else(|| limits.workers.as_u64().map(|count| count as usize));
    let workers = workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let place_of = |name| section.and_then(|node| node.entry(name)).map_or(0..0, |entry| entry.node.span.clone());
    let memory = match bytes_of(&limits.memory) {
        Ok(bytes) => bytes,
        Err((code, message)) => {
            mistakes.push(Mistake::at(&place_of("memory"), code, message).help("write it as 512MiB or 1GiB"));
            LEAST_MEMORY
        }
    };
    let shutdown_timeout = Period::deserialize(&limits.shutdown_timeout).unwrap_or_else(|_| {
        let message = format!("`{}` is no stretch of time", limits.shutdown_timeout.as_str().unwrap_or_default());
        mistakes.push(Mistake::at(&place_of("shutdown_timeout"), "bad_period", message).help("write it as 10s or 1m"));
        Period::seconds(0)
    });
    (Runtime { workers: workers.max(1), memory, queue: limits.queue }, shutdown_timeout)
}

fn bytes_of(value: &Json) -> Result<u64, (&'static str, String)> {
    let Ok(Size(bytes)) = Size::deserialize(value) else {
        return Err(("bad_size", format!("`{}` is no number of bytes", value.as_str().unwrap_or_default())));
    };
    if bytes < LEAST_MEMORY {
        return Err(("out_of_range", "less than 1MiB is too little for a page".to_owned()));
    }
    Ok(bytes)
}
