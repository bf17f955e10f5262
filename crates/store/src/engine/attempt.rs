use std::{
    any::Any,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures::FutureExt;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Step, StepError, Stop, StopReason, Work};
use crate::{Heartbeat, Lease, Store, StoreError};

/// How often a lease is renewed and the cancel flag read; a cancel that comes through another process waits at
/// most this long, and for what is stopped by it.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// A worker's time with a job: the lease is kept for as long as this lives.
pub struct Attempt {
    store: Store,
    lease: Lease,
    stop: Stop,
    heart: JoinHandle<()>,
    since: Instant,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    Completed,
    Cancelled,
    HandedBack,
    /// The job waits to be tried again, or is dead.
    Failed,
    /// The job goes on elsewhere, or is gone.
    Lost,
    /// The database did not take it down: the lease runs out.
    Unbooked,
}

impl Attempt {
    /// Keeps `lease`, for `length` at a time. The job is stopped by `stop`, by its user's wish, by `shutdown`, and
    /// when its lease is lost.
    pub fn begin(
        store: &Store,
        lease: Lease,
        length: Duration,
        stop: Stop,
        shutdown: &CancellationToken,
    ) -> Self {
        let beat = beat(store.clone(), lease.clone(), length, stop.clone(), shutdown.clone());
        let (heart, since) = (tokio::spawn(beat), Instant::now());
        Self { store: store.clone(), lease, stop, heart, since }
    }

    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Performs the first step whose result is missing. A panic in it is a failure of this job alone.
    pub async fn perform_next(&self, work: &dyn Work, after: Option<Step>) -> Result<Step, StepError> {
        let step = async {
            let step = work.next(&self.lease, after).await?;
            tracing::debug!(generation.id = %self.lease.generation, step = step.as_str(), "step begins");
            work.perform(&self.lease, step, &self.stop).await?;
            tracing::debug!(generation.id = %self.lease.generation, step = step.as_str(), "step done");
            Ok(step)
        };
        let performed = AssertUnwindSafe(step).catch_unwind().await;
        work.clean_up(&self.lease).await;
        performed.unwrap_or_else(|panic| {
            let cause = format!("the work stopped unexpectedly: {}", message(panic.as_ref()));
            let reason = "Something went wrong on our side while making this video. The scenes finished so \
                          far are kept. Please try again.";
            Err(StepError::Failed { cause, reason: reason.into(), is_passing: false })
        })
    }

    /// Writes down how it ended: with the [last step](Step::is_last), or by this error.
    pub async fn end(self, outcome: Result<(), StepError>) -> AttemptEnd {
        let id = self.lease.generation;
        let elapsed_ms = self.since.elapsed().as_millis() as u64;
        let end = self.book(outcome, elapsed_ms).await;
        match end {
            Ok(end) => end,
            Err(StoreError::LeaseLost) => AttemptEnd::Lost,
            Err(error) => {
                // The lease runs out and the job is claimed again; every step that was saved stays saved.
                tracing::error!(generation.id = %id, %error, "could not book the job's end");
                AttemptEnd::Unbooked
            }
        }
    }

    async fn book(&self, outcome: Result<(), StepError>, elapsed_ms: u64) -> Result<AttemptEnd, StoreError> {
        let (store, lease, id) = (&self.store, &self.lease, self.lease.generation);
        match (outcome, self.stop.reason()) {
            (Ok(()), _) => {
                tracing::info!(generation.id = %id, elapsed_ms, "rendered");
                Ok(AttemptEnd::Completed)
            }
            (Err(StepError::LeaseLost), _) | (Err(StepError::Stopped), Some(StopReason::LostLease)) => {
                tracing::warn!(generation.id = %id, "lease lost; the job goes on elsewhere or is gone");
                Ok(AttemptEnd::Lost)
            }
            (Err(StepError::Stopped), Some(StopReason::User)) => {
                tracing::info!(generation.id = %id, elapsed_ms, "cancelled");
                store.cancelled(lease).await?;
                Ok(AttemptEnd::Cancelled)
            }
            (Err(StepError::Stopped), Some(StopReason::Shutdown)) => {
                tracing::info!(generation.id = %id, "handed back");
                store.release(lease).await?;
                Ok(AttemptEnd::HandedBack)
            }
            (Err(StepError::Stopped), None) => {
                tracing::error!(generation.id = %id, elapsed_ms, "stopped, and nobody wanted it");
                store.fail(lease, "The work stopped by itself. Please try again.", true).await?;
                Ok(AttemptEnd::Failed)
            }
            (Err(StepError::Failed { cause, reason, is_passing }), _) => {
                tracing::error!(generation.id = %id, elapsed_ms, error = cause, is_passing, "attempt failed");
                store.fail(lease, &reason, is_passing).await?;
                Ok(AttemptEnd::Failed)
            }
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.heart.abort();
    }
}

/// Keeps the lease, and turns the cancel flag, a lost lease and the process's end into a stop.
async fn beat(store: Store, lease: Lease, length: Duration, stop: Stop, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => {
                stop.stop(StopReason::Shutdown);
                return;
            }
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        match store.heartbeat(&lease, length).await {
            Ok(Heartbeat::Held) => {}
            Ok(Heartbeat::CancelRequested) => stop.stop(StopReason::User),
            Ok(Heartbeat::Lost) => stop.stop(StopReason::LostLease),
            Err(error) => tracing::warn!(generation.id = %lease.generation, %error, "heartbeat missed"),
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or(panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a message")
}
