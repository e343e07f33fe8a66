//! `jianbao bench`: runs a configuration over pages, writes nothing, and says how fast that was and what it took.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use config::{Origin, Overrides, PRESETS};
use pipeline::run::Progress;
use pipeline::sink::Nowhere;
use pipeline::{Built, BuiltSink, OnError, Stop};
use serde_json::{Value, json};

use crate::arguments::{BenchFormat, BenchOptions};
use crate::exit::{Exit, print};
use crate::monitor::process::Process;
use crate::{check, run};

pub(crate) fn run(options: &BenchOptions) -> Exit {
    let preset = PRESETS.iter().find(|preset| options.config.as_os_str() == preset.name && !options.config.exists());
    let origin = preset.map_or_else(|| Origin::File(options.config.clone()), |preset| Origin::Preset(preset.name));
    let overrides = Overrides {
        inputs: options.inputs.clone(),
        reads_only: true,
        workers: options.workers.map(|workers| workers as usize),
        ..Overrides::default()
    };
    let mut loaded = match config::load(&origin, &overrides, &|name| std::env::var(name).ok()) {
        Ok(loaded) => loaded,
        Err(mistakes) => return check::report(&mistakes),
    };
    check::warn(&loaded.warnings);
    loaded.pipeline.checkpoint = None;
    loaded.pipeline.on_error = OnError::Skip;
    loaded.pipeline.stages = without_output(std::mem::take(&mut loaded.pipeline.stages));
    let workers = loaded.pipeline.runtime.workers;
    let progress = loaded.pipeline.progress();
    let runtime = match run::runtime() {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let elapsed = match runtime.block_on(pipeline::run(loaded.pipeline, Arc::clone(&progress), Stop::never())) {
        Ok(report) => report.elapsed,
        Err(error) => return run::of_error(&error),
    };
    let measured = Measured::new(&progress, elapsed, &Process::now(), workers);
    let shown = match options.format {
        BenchFormat::Text => measured.table(),
        BenchFormat::Json => format!("{}\n", measured.json()),
    };
    match print(shown.as_bytes()) {
        Exit::Fine if progress.failures.get() > 0 => Exit::SomeFailed,
        printed => printed,
    }
}

/// The same chain, whose records are made and then thrown away.
fn without_output(stages: Vec<(&'static str, Built)>) -> Vec<(&'static str, Built)> {
    let stages = stages.into_iter().map(|(name, built)| match built {
        Built::Sink(BuiltSink { render, .. }) => (name, Built::Sink(BuiltSink { render, sink: Box::new(Nowhere) })),
        other => (name, other),
    });
    stages.collect()
}

/// What a run came to.
struct Measured {
    workers: usize,
    bytes: u64,
    pages: u64,
    articles: u64,
    failures: u64,
    seconds: f64,
    /// Of all cores together, with what was loaded before; unknown where the system does not tell.
    cpu_seconds: Option<f64>,
    peak_memory: Option<u64>,
    /// By stage, in the order of the chain, the seconds that it worked, added up over cores.
    stages: Vec<(&'static str, f64)>,
}

impl Measured {
    fn new(progress: &Progress, elapsed: Duration, process: &Process, workers: usize) -> Self {
        let busy = |ns: u64| Duration::from_nanos(ns).as_secs_f64();
        Self {
            workers,
            bytes: progress.bytes_in.get(),
            pages: progress.pages_in.get(),
            articles: progress.records.get(),
            failures: progress.failures.get(),
            // What takes no time has no speed either.
            seconds: elapsed.as_secs_f64().max(1e-9),
            cpu_seconds: process.cpu_seconds,
            peak_memory: process.peak_resident_bytes,
            stages: progress.stages.iter().map(|(name, counters)| (*name, busy(counters.busy_ns.get()))).collect(),
        }
    }

    fn a_second(&self, count: u64) -> f64 {
        count as f64 / self.seconds
    }

    fn worked(&self) -> f64 {
        self.stages.iter().map(|(_, seconds)| seconds).sum::<f64>().max(1e-9)
    }

    fn table(&self) -> String {
        let mut text = String::new();
        let megabytes = self.bytes as f64 / 1e6;
        let mut row = |name: &str, figure: String| writeln!(text, "{name:<20}{figure}").expect("a String takes all that is written to it");
        row("input", format!("{megabytes:.1} MB, {} pages, {} articles, {} failed", self.pages, self.articles, self.failures));
        row("workers", self.workers.to_string());
        row("time", format!("{:.2} s", self.seconds));
        row("MB/s", format!("{:.2}", self.a_second(self.bytes) / 1e6));
        row("pages/s", format!("{:.1}", self.a_second(self.pages)));
        row("articles/s", format!("{:.1}", self.a_second(self.articles)));
        if let Some(cpu) = self.cpu_seconds {
            row("CPU time", format!("{cpu:.2} s, {:.2} MB for each second of it", megabytes / cpu.max(1e-9)));
        }
        if let Some(bytes) = self.peak_memory {
            row("peak memory", format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20)));
        }
        row("stages", format!("{:.2} s", self.worked()));
        for (name, seconds) in &self.stages {
            row(&format!("  {name}"), format!("{:>5.1} %  {seconds:.2} s", seconds / self.worked() * 100.0));
        }
        text
    }

    fn json(&self) -> Value {
        let stages =
            self.stages.iter().map(|(name, seconds)| json!({ "name": name, "seconds": seconds, "share": seconds / self.worked() }));
        json!({
            "workers": self.workers,
            "bytes": self.bytes,
            "pages": self.pages,
            "articles": self.articles,
            "failures": self.failures,
            "seconds": self.seconds,
            "mb_per_second": self.a_second(self.bytes) / 1e6,
            "pages_per_second": self.a_second(self.pages),
            "articles_per_second": self.a_second(self.articles),
            "cpu_seconds": self.cpu_seconds,
            "peak_memory_bytes": self.peak_memory,
            "stages": stages.collect::<Vec<_>>(),
        })
    }
}
