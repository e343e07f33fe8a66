//! Tells systemd how the process is (`Type=notify`): ready, reloading, stopping, still alive, and in a line what it does. Says
//! nothing where no systemd asked for it by `NOTIFY_SOCKET`.

use std::time::Duration;

use pipeline::run::Progress;
use sd_notify::NotifyState;

/// How often the status line is brought up to date.
const STATUS: Duration = Duration::from_secs(5);

/// The run takes pages.
pub(crate) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The run ends.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("writing what was read")]);
}

/// Files are opened anew or a new configuration is taken; [`ready`] follows.
pub(crate) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// Says that the run has begun, and from then on that it is alive, for as long as it is polled.
pub(crate) async fn beat(progress: &Progress) {
    progress.vitals.beginning().await;
    ready();
    // systemd asks for a sign of life within this time, and advises to give two.
    let watchdog = sd_notify::watchdog_enabled().map(|within| within / 2);
    let mut clock = tokio::time::interval(watchdog.map_or(STATUS, |watchdog| watchdog.min(STATUS)).max(Duration::from_millis(1)));
    loop {
        clock.tick().await;
        // A runtime whose threads all hang takes no task: then this waits, and systemd starts the service anew.
        if tokio::spawn(async {}).await.is_err() {
            return std::future::pending().await;
        }
        let status = status(progress);
        let alive = watchdog.map(|_| NotifyState::Watchdog);
        let said: Vec<NotifyState<'_>> = alive.into_iter().chain([NotifyState::Status(&status)]).collect();
        tell(&said);
    }
}

fn status(progress: &Progress) -> String {
    let (pages, records, failed) = (progress.pages_done.get(), progress.records.get(), progress.failures.get());
    let done = format!("{pages} pages done, {records} records, {failed} failed");
    match progress.vitals.obstacle() {
        Some(obstacle) => format!("waiting: {obstacle}; {done}"),
        None => done,
    }
}

fn tell(said: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(said) {
        tracing::debug!("systemd does not listen: {error}");
    }
}
