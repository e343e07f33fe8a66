//! `jianbao explain`: runs one input through a watched chain and shows what every stage decided.

mod html;
mod text;

use std::path::Path;
use std::sync::Arc;

use config::{Origin, Overrides};
use pipeline::{OnError, Stop};
use stages::explain::PageReport;

use crate::arguments::{ExplainFormat, ExplainOptions};
use crate::exit::{Exit, complain, print};
use crate::{check, run};

pub(crate) fn run(options: &ExplainOptions) -> Exit {
    let origin = options.config.as_ref().map_or(Origin::Preset("default"), |path| Origin::File(path.clone()));
    let overrides = Overrides { inputs: vec![options.page.clone()], reads_only: true, ..Overrides::default() };
    let mut loaded = match config::load(&origin, &overrides, &|name| std::env::var(name).ok()) {
        Ok(loaded) => loaded,
        Err(mistakes) => return check::report(&mistakes),
    };
    let (watched, watch) = stages::explain::watch(std::mem::take(&mut loaded.pipeline.stages), options.number);
    loaded.pipeline.stages = watched;
    // A page that fails is logged; nothing is written for it. What is explained is held in memory until the end.
    loaded.pipeline.on_error = OnError::Skip;
    loaded.pipeline.runtime.memory = u64::MAX;
    let progress = loaded.pipeline.progress();
    let runtime = match run::runtime() {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    if let Err(error) = runtime.block_on(pipeline::run(loaded.pipeline, Arc::clone(&progress), Stop::never())) {
        return run::of_error(&error);
    }
    let failed = progress.failures.get() > 0;
    let reports = watch.reports();
    if reports.is_empty() {
        return nothing(options, watch.last_page(), failed);
    }
    let shown = match options.format {
        ExplainFormat::Text => text::render(&reports, options.output.is_none() && text::takes_colours()),
        ExplainFormat::Json => json(&reports),
        ExplainFormat::Html => html::render(&reports),
    };
    let written = match &options.output {
        Some(path) => write(path, &shown),
        None => print(shown.as_bytes()),
    };
    if written == Exit::Fine && failed { Exit::SomeFailed } else { written }
}

/// Says why there is nothing to show.
fn nothing(options: &ExplainOptions, last_page: u32, failed: bool) -> Exit {
    match options.number {
        Some(number) if number > last_page && last_page > 0 => {
            let pages = if last_page == 1 { "1 page".to_owned() } else { format!("{last_page} pages") };
            complain("no_such_page", &format!("there is no page {number}: {} has {pages}", options.page));
            Exit::Usage
        }
        _ if failed => {
            complain("page_failed", "the page failed on its way, so there is nothing to explain; the log says why");
            Exit::SomeFailed
        }
        Some(number) if last_page > 0 => {
            complain("empty_page", &format!("there is nothing on page {number} of {}", options.page));
            Exit::Usage
        }
        _ => {
            complain("no_page", &format!("there is no page in {}", options.page));
            Exit::Usage
        }
    }
}

/// One object a line.
fn json(reports: &[PageReport]) -> String {
    let lines = reports.iter().map(|report| serde_json::to_string(report).expect("a report has string keys only") + "\n");
    lines.collect()
}

fn write(path: &Path, shown: &str) -> Exit {
    match std::fs::write(path, shown) {
        Ok(()) => Exit::Fine,
        Err(error) => {
            complain("write_failed", &format!("failed to write {}: {error}", path.display()));
            Exit::Io
        }
    }
}
