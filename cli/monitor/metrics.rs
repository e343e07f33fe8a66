//! The page that Prometheus reads. Labels are names of stages and codes, of which there are few; nothing is counted per file.

use std::fmt;
use std::time::SystemTime;

use pipeline::run::Progress;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeMetric, prometheus_text};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::{MetricType, info};
use prometheus_client::registry::Registry;

use super::process::{Process, unix_time};
use super::totals::{Stage, Totals};
use super::{Monitor, Reloads};

pub(super) use prometheus_text::CONTENT_TYPE;

/// All that is shown, taken at one moment.
#[derive(Debug)]
struct Shown {
    config_hash: String,
    ready: bool,
    reloads: Reloads,
    totals: Totals,
    now: Now,
}

/// What is so now, and may fall.
#[derive(Debug, Default)]
struct Now {
    /// Items that wait for a stage, by stage.
    waiting: Vec<(&'static str, u64)>,
    records_waiting: u64,
    pages_unfinished: u64,
    oldest_page_seconds: f64,
    commit_age_seconds: f64,
    open_documents: u64,
}

impl Now {
    /// What was counted first is what happened last, so that nothing seems to have been taken before it was given.
    fn of(progress: &Progress) -> Self {
        let records = progress.records.get();
        let taken: Vec<u64> = progress.stages.iter().map(|(_, stage)| stage.taken.get()).collect();
        let mut given = progress.pages_in.get();
        let mut waiting = Vec::new();
        for ((name, stage), taken) in progress.stages.iter().zip(taken) {
            waiting.push((*name, given.saturating_sub(taken)));
            given = stage.given.get();
        }
        let (pages, oldest) = progress.vitals.unfinished();
        Self {
            waiting,
            records_waiting: given.saturating_sub(records),
            pages_unfinished: pages as u64,
            oldest_page_seconds: oldest.as_secs_f64(),
            commit_age_seconds: progress.vitals.since_commit().as_secs_f64(),
            open_documents: progress.vitals.open_documents() as u64,
        }
    }
}

impl Monitor {
    /// The metrics as text.
    pub(super) fn metrics(&self, started: SystemTime) -> Result<String, fmt::Error> {
        let ready = self.ready().is_ok();
        let shown = {
            let state = self.state();
            let mut totals = state.past.clone();
            let now = state.current.as_deref().map(Now::of).unwrap_or_default();
            if let Some(progress) = &state.current {
                totals.add(progress);
            }
            Shown { config_hash: state.config_hash.clone(), ready, reloads: state.reloads, totals, now }
        };
        let mut registry = Registry::default();
        registry.register("jianbao_build", "The program", info::Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("jianbao_config", "The configuration that runs", info::Info::new([("hash", shown.config_hash.clone())]));
        registry.register_collector(Box::new(shown));
        registry.register_collector(Box::new(Own { process: Process::now(), started }));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &registry)?;
        Ok(text)
    }
}

/// Figures of the process.
struct Own {
    process: Process,
    started: SystemTime,
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Own")
    }
}

impl Collector for Own {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        let rows = [
            ("process_resident_memory_bytes", "Resident memory", self.process.resident_bytes),
            ("process_open_fds", "Open file descriptors", self.process.open_fds),
            ("process_max_fds", "Most file descriptors that may be open", self.process.max_fds),
        ];
        for (name, help, value) in rows {
            if let Some(value) = value {
                gauge(to, name, help, value)?;
            }
        }
        gauge(to, "process_start_time_seconds", "When the process started, in seconds since 1970", unix_time(self.started))
    }
}

impl Collector for Shown {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        let Self { totals, now, reloads, .. } = self;
        gauge(to, "jianbao_ready", "Whether pages are taken and written", u64::from(self.ready))?;
        counter(to, "jianbao_pages_in", "Pages read", totals.pages_in)?;
        counter(to, "jianbao_bytes_in", "Bytes of text read", totals.bytes_in)?;
        counter(to, "jianbao_pages_done", "Pages whose records or dead letters are written", totals.pages_done)?;
        counter(to, "jianbao_records_out", "Records written", totals.records)?;
        counter(to, "jianbao_commits", "Times that output was flushed or committed", totals.commits)?;
        gauge(to, "jianbao_commit_age_seconds", "Time since the last of them, or since the run began", now.commit_age_seconds)?;
        gauge(to, "jianbao_pages_unfinished", "Pages on their way", now.pages_unfinished)?;
        gauge(to, "jianbao_oldest_page_seconds", "How long the oldest of them has been on its way", now.oldest_page_seconds)?;
        gauge(to, "jianbao_open_documents", "Documents that have begun and not ended", now.open_documents)?;
        gauge(to, "jianbao_records_waiting", "Records that wait to be written", now.records_waiting)?;
        let failures = totals.failures.iter().map(|(code, count)| (*code, *count));
        counters(to, "jianbao_failures", "Pages and articles that failed, by code", "code", failures)?;
        let taken = [("taken", reloads.taken), ("refused", reloads.refused)];
        counters(to, "jianbao_reloads", "Changes of the configuration, and what became of them", "result", taken)?;

        let stages = |value: fn(&Stage) -> u64| totals.stages.iter().map(move |(name, stage)| (*name, value(stage)));
        counters(to, "jianbao_stage_in", "Items that a stage took", "stage", stages(|stage| stage.taken))?;
        counters(to, "jianbao_stage_out", "Items that a stage gave", "stage", stages(|stage| stage.given))?;
        counters(to, "jianbao_stage_filtered", "Items that a stage left out by intent", "stage", stages(|stage| stage.filtered))?;
        counters(to, "jianbao_stage_failed", "Items that failed in a stage", "stage", stages(|stage| stage.failed))?;
        let seconds = totals.stages.iter().map(|(name, stage)| (*name, stage.busy_ns as f64 / 1e9));
        counters(to, "jianbao_stage_seconds", "Time that a stage worked, added up over cores", "stage", seconds)?;
        let mut metric = to.encode_descriptor("jianbao_stage_waiting", "Items that wait for a stage", None, MetricType::Gauge)?;
        for (name, waiting) in &now.waiting {
            ConstGauge::new(*waiting).encode(metric.encode_family(&[("stage", *name)])?)?;
        }
        Ok(())
    }
}

fn gauge<T: EncodeGaugeValue>(to: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: T) -> fmt::Result {
    ConstGauge::new(value).encode(to.encode_descriptor(name, help, None, MetricType::Gauge)?)
}

fn counter(to: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    ConstCounter::new(value).encode(to.encode_descriptor(name, help, None, MetricType::Counter)?)
}

/// One row for each value of a label.
fn counters<T: EncodeCounterValue>(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    label: &str,
    rows: impl IntoIterator<Item = (&'static str, T)>,
) -> fmt::Result {
    let mut metric = to.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (value, count) in rows {
        ConstCounter::new(count).encode(metric.encode_family(&[(label, value)])?)?;
    }
    Ok(())
}
