//! What workers do for a job, whatever engine hands it to them, and what they do beside.

use std::{sync::Arc, time::Duration};

use admint_providers::Operation;
use admint_store::{CalledOff, Lease, Step, StepError, Stop, Work};
use async_trait::async_trait;
use chrono::Utc;
use tokio_util::sync::CancellationToken;

use crate::{Pipeline, PipelineError, Sweeper, Swept, job::Job, progress::ProgressWriter};

/// How often files that no row names are looked for.
const SWEEP: Duration = Duration::from_hours(1);
/// How often operations are looked for that other processes called off, or whose providers did not answer.
const CALLS: Duration = Duration::from_secs(1);
const LAST_CALLS: Duration = Duration::from_secs(5);
/// How often deleted videos are looked for that nobody can bring back any more.
const PURGE: Duration = Duration::from_secs(5);

impl Pipeline {
    /// Runs `count` workers until `shutdown`. A job under way is then handed back to the queue, with
    /// everything it finished kept, and the future resolves.
    pub async fn run_workers(self: Arc<Self>, count: usize, shutdown: CancellationToken) {
        let workers = self.engine.run(count, self.work(), shutdown.clone());
        tokio::join!(
            workers,
            self.sweep(&shutdown),
            self.call_off(&shutdown),
            self.finish_departures(&shutdown),
            self.purge_until(&shutdown)
        );
        // What the workers called off on their way out. Another process tells whom this one cannot reach.
        if tokio::time::timeout(LAST_CALLS, self.tell_providers()).await.is_err() {
            tracing::warn!("some models will be told later to stop");
        }
    }

    /// The steps of a video, for an engine.
    pub fn work(self: &Arc<Self>) -> Arc<dyn Work> {
        Arc::new(Steps(self.clone()))
    }

    /// Collects orphaned files until `shutdown`.
    async fn sweep(&self, shutdown: &CancellationToken) {
        let mut sweeper = Sweeper::default();
        while shutdown.run_until_cancelled(tokio::time::sleep(SWEEP)).await.is_some() {
            match sweeper.pass(&self.store, &self.assets).await {
                Ok(swept) if swept.is_empty() => {}
                Ok(Swept { files, scratch }) => {
                    tracing::info!(files = files.len(), scratch = scratch.len(), "removed what nobody needs");
                }
                Err(error) => tracing::warn!(%error, "cannot look for orphaned files"),
            }
        }
    }
}

impl Pipeline {
    /// Removes deleted videos until `shutdown`; what is due then is removed by whoever is started next.
    async fn purge_until(&self, shutdown: &CancellationToken) {
        loop {
            if let Err(error) = self.purge(Utc::now()).await {
                tracing::warn!(%error, "cannot remove deleted videos; trying again");
            }
            if shutdown.run_until_cancelled(tokio::time::sleep(PURGE)).await.is_none() {
                return;
            }
        }
    }

    /// Tells providers what nobody waits for any more, until `shutdown`.
    async fn call_off(&self, shutdown: &CancellationToken) {
        loop {
            self.tell_providers().await;
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.store.operation_called_off() => {}
                () = tokio::time::sleep(CALLS) => {}
            }
        }
    }

    async fn tell_providers(&self) {
        match self.store.called_off().await {
            Ok(called_off) => {
                for operation in called_off {
                    self.tell_provider(&operation).await;
                }
            }
            Err(error) => tracing::warn!(%error, "cannot look for operations that were called off"),
        }
    }

    async fn tell_provider(&self, called_off: &CalledOff) {
        let told = match serde_json::from_value::<Operation>(called_off.operation.clone()) {
            Ok(operation) => match self.providers.cancel(&operation).await {
                Err(error) if !error.is_operations_end() => {
                    tracing::warn!(provider = operation.provider, %error, "the model was not told to stop");
                    false
                }
                _ => true,
            },
            // No adapter could read it either.
            Err(error) => {
                tracing::error!(%error, "an operation that was called off cannot be read");
                true
            }
        };
        let booked = match told {
            true => self.store.provider_told(called_off).await,
            false => self.store.provider_not_told(called_off).await.map(|again| {
                if !again {
                    tracing::error!("a model was never told to stop; it may bill what nobody wants");
                }
            }),
        };
        if let Err(error) = booked {
            // It is told again, which does no harm.
            tracing::warn!(%error, "cannot take down who was told");
        }
    }
}

struct Steps(Arc<Pipeline>);

#[async_trait]
impl Work for Steps {
    async fn next(&self, lease: &Lease, after: Option<Step>) -> Result<Step, StepError> {
        Ok(self.job(lease, Stop::default()).next(after).await?)
    }

    async fn perform(&self, lease: &Lease, step: Step, stop: &Stop) -> Result<(), StepError> {
        let assets = &self.0.assets;
        // What a worker left that vanished; one that only slept finds its files gone with its lease.
        if let Err(error) = assets.remove_older_scratch(lease.generation, lease.fence).await {
            tracing::warn!(generation.id = %lease.generation, %error, "an older scratch folder stays behind");
        }
        Ok(self.make(lease, step, stop).await?)
    }

    async fn clean_up(&self, lease: &Lease) {
        if let Err(error) = self.0.assets.remove_scratch(lease.generation, lease.fence).await {
            tracing::warn!(generation.id = %lease.generation, %error, "scratch folder stays behind");
        }
    }
}

impl Steps {
    fn job(&self, lease: &Lease, stop: Stop) -> Job {
        Job { pipeline: self.0.clone(), lease: lease.clone(), stop }
    }

    async fn make(&self, lease: &Lease, step: Step, stop: &Stop) -> Result<(), PipelineError> {
        let job = self.job(lease, stop.clone());
        let writer = ProgressWriter::start(self.0.store.clone(), lease.clone());
        let made = job.perform(step, &writer.sender()).await;
        writer.finish().await;
        if let Some(completed) = made? {
            // The last stop that can still win; after this the video is the user's.
            job.check_stop()?;
            let gone = self.0.store.complete(lease, completed).await?;
            // No row names them any more: one that resists is the sweeper's.
            if let Err(error) = self.0.assets.remove(&gone).await {
                tracing::warn!(generation.id = %lease.generation, %error, "files of an earlier revision stay");
            }
        }
        Ok(())
    }
}

impl From<PipelineError> for StepError {
    fn from(error: PipelineError) -> Self {
        if error.is_lost_lease() {
            return Self::LeaseLost;
        }
        if error.is_stop() {
            return Self::Stopped;
        }
        Self::Failed {
            cause: error.to_string(),
            reason: error.user_message(),
            is_passing: error.is_passing(),
        }
    }
}
