use std::{fmt::Display, time::Duration};

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(15);

/// A time in which something does not answer: said once, and waited for ever longer.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    pause: Option<Duration>,
}

impl Outage {
    /// Waits before the next try.
    pub async fn wait(&mut self, what: &str, error: &(dyn Display + Sync)) {
        let pause = match self.pause {
            None => {
                tracing::warn!(%error, "{what}; waiting for it");
                FIRST
            }
            Some(pause) => {
                tracing::debug!(%error, "{what}; still waiting");
                (pause * 2).min(LONGEST)
            }
        };
        self.pause = Some(pause);
        tokio::time::sleep(pause).await;
    }

    /// It answers, or did.
    pub fn is_over(&mut self) {
        if self.pause.take().is_some() {
            tracing::info!("it goes on: Temporal answers");
        }
    }
}
