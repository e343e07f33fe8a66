//! The signal to open output files anew, as after a log rotation. Delivery hears it between pages.

use tokio::sync::watch;

/// Gives the signal.
#[derive(Clone, Debug)]
pub struct RotateSwitch(watch::Sender<()>);

impl RotateSwitch {
    /// A switch that nobody hears yet.
    pub fn new() -> Self {
        Self(watch::Sender::new(()))
    }

    /// What hears it from now on.
    pub fn listen(&self) -> Rotate {
        Rotate(Some(self.0.subscribe()))
    }

    /// Gives the signal; given again before it was heard it is heard once.
    pub fn rotate(&self) {
        self.0.send_replace(());
    }
}

impl Default for RotateSwitch {
    fn default() -> Self {
        Self::new()
    }
}

/// Hears the signal.
#[derive(Clone, Debug, Default)]
pub struct Rotate(Option<watch::Receiver<()>>);

impl Rotate {
    /// A signal that never comes.
    pub fn never() -> Self {
        Self(None)
    }

    /// Whether it was given since it was last heard.
    pub fn was_asked(&mut self) -> bool {
        match &mut self.0 {
            Some(signal) if signal.has_changed().unwrap_or(false) => {
                signal.mark_unchanged();
                true
            }
            _ => false,
        }
    }

    /// Waits for it. Dropping this while it waits loses no signal.
    pub async fn wait(&mut self) {
        let gone = match &mut self.0 {
            Some(signal) => signal.changed().await.is_err(),
            None => true,
        };
        if gone {
            self.0 = None;
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn is_heard_once_and_outlives_its_switch() {
        let switch = RotateSwitch::new();
        let mut heard = switch.listen();
        switch.rotate();
        switch.rotate();
        heard.wait().await;
        switch.rotate();
        assert!(heard.was_asked() && !heard.was_asked() && !Rotate::never().was_asked());
        let again = tokio::time::timeout(std::time::Duration::from_millis(5), heard.wait()).await;
        assert!(again.is_err(), "twice before it was heard is once");
        drop(switch);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(5), heard.wait()).await.is_err());
    }
}
