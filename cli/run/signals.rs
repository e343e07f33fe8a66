//! What the system asks of a run: to stop, or to open its files anew.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Exit;

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// To stop, and the exit code if that is before the end.
    Stop(Exit),
    /// To open files anew, and look at the configuration.
    Reopen,
}

/// SIGINT, SIGTERM and SIGHUP, from now until the end of the process.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// Not heard on a terminal: there it says that the terminal is gone, and ends the process as it ends others.
    hangup: Option<Signal>,
}

impl Signals {
    /// Begins to listen; `None` with a warning when that is impossible.
    pub(super) fn listen(on_terminal: bool) -> Option<Self> {
        let (Ok(interrupt), Ok(terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
            tracing::warn!("cannot listen for signals; ctrl-c will end the run at once");
            return None;
        };
        let hangup = if on_terminal { None } else { signal(SignalKind::hangup()).ok() };
        Some(Self { interrupt, terminate, hangup })
    }

    /// The next one. Dropping this while it waits loses none.
    pub(super) async fn next(&mut self) -> Request {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Request::Stop(Exit::Interrupted),
            _ = self.terminate.recv() => Request::Stop(Exit::Terminated),
            _ = hangup => Request::Reopen,
        }
    }
}
