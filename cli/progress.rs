//! The progress bar and the summary at the end; both appear on a terminal only.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use pipeline::Report;
use pipeline::run::Progress;

use crate::exit::{Manner, tell};

/// Shows the counters of a run until it is finished.
pub(crate) struct Display {
    bar: Option<ProgressBar>,
    progress: Arc<Progress>,
    begun: Instant,
}

impl Display {
    pub(crate) fn new(progress: Arc<Progress>) -> Self {
        let manner = Manner::current();
        // Records on the same terminal would be torn by the bar.
        let wanted = !manner.quiet && !manner.is_json() && std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        let bar = wanted.then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").expect("the template is valid");
            ProgressBar::new_spinner().with_style(style)
        });
        Self { bar, progress, begun: Instant::now() }
    }

    /// Brings the bar up to date for as long as it is polled; without one there is nothing to wake up for.
    pub(crate) async fn tick(&self) {
        let Some(bar) = &self.bar else { return std::future::pending().await };
        let mut clock = tokio::time::interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
            let progress = &self.progress;
            let bytes = progress.bytes_in.get();
            let rate = bytes as f64 / bar.elapsed().as_secs_f64().max(0.001);
            bar.set_message(format!(
                "{} pages, {} articles, {} ({}/s), {} failed",
                progress.pages_done.get(),
                progress.records.get(),
                HumanBytes(bytes),
                HumanBytes(rate as u64),
                progress.failures.get()
            ));
            bar.tick();
        }
    }

    /// Says something above the bar.
    pub(crate) fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(text)),
            None => tell(text),
        }
    }

    /// Takes the bar away and says how far the run came before it was stopped.
    pub(crate) fn interrupted(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let (pages, records) = (self.progress.pages_done.get(), self.progress.records.get());
        tell(&format!("stopped before the end of the input: {pages} pages done, {records} records written"));
    }

    /// Takes the bar away and prints the summary; there is no report of a run that ended early.
    pub(crate) fn finish(&self, report: Option<&Report>) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if std::io::stderr().is_terminal() {
            tell(&summary(&self.progress, self.begun.elapsed(), report));
        }
    }
}

/// What a run came to, in a few lines.
fn summary(progress: &Progress, elapsed: Duration, report: Option<&Report>) -> String {
    let seconds = elapsed.as_secs_f64();
    let (pages, records, failures) = (progress.pages_in.get(), progress.records.get(), progress.failures.get());
    let Some(report) = report else {
        let done = progress.pages_done.get();
        return format!("ended early: {done} of {pages} pages done in {seconds:.1} s, {records} records; {failures} failed");
    };
    let megabytes = progress.bytes_in.get() as f64 / 1e6;
    let speed = megabytes / seconds.max(1e-6);
    let mut lines = vec![format!("{pages} pages ({megabytes:.1} MB) in {seconds:.1} s, {speed:.1} MB/s; {failures} failed")];
    lines.push(named("records", report.tally.kinds.iter().map(|(kind, n)| (kind.name().to_owned(), *n)).collect()));
    lines.push(named("topics", report.tally.topics.iter().map(|(label, n)| (label.clone(), *n)).collect()));
    lines.push(named("warnings", report.tally.warnings.iter().map(|(code, n)| ((*code).to_owned(), *n)).collect()));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// `title: name n, name n …`, the most frequent first, at most twelve; empty when there is nothing.
fn named(title: &str, mut counts: Vec<(String, u64)>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown: Vec<String> = counts.iter().take(12).map(|(name, n)| format!("{name} {n}")).collect();
    let more = counts.len().saturating_sub(12);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{title}: {}{tail}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_up_the_most_frequent_first() {
        let counts = vec![("党建".to_owned(), 1), ("疫情防控".to_owned(), 3), ("复工复产".to_owned(), 1)];
        assert_eq!(named("topics", counts), "topics: 疫情防控 3, 党建 1, 复工复产 1");
        assert_eq!(named("topics", Vec::new()), "");
    }
}
