//! Workers take jobs from the store and see them through, whatever happens to them.

use std::{sync::Arc, time::Duration};

use admint_store::{Heartbeat, Lease};
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::{
    Pipeline, PipelineError, Sweeper, Swept,
    job::Job,
    running::{Stop, StopReason},
};

/// How often the lease is renewed and the cancel flag read; the user waits at most this long for a
/// cancel that comes through another process, plus the time ffmpeg takes to die.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often an idle worker looks for jobs that another process added.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// How often files that no row names are looked for.
const SWEEP: Duration = Duration::from_hours(1);

impl Pipeline {
    /// Runs `count` workers until `shutdown`. A job under way is then handed back to the queue, with
    /// everything it finished kept, and the future resolves.
    pub async fn run_workers(self: Arc<Self>, count: usize, shutdown: CancellationToken) {
        let workers = join_all((0..count).map(|index| {
            let worker = format!("{}-{index}", std::process::id());
            self.clone().run_worker(worker, shutdown.clone())
        }));
        tokio::join!(workers, self.sweep(&shutdown));
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

    async fn run_worker(self: Arc<Self>, worker: String, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.store.claim_job(&worker, self.lease).await {
                Ok(Some(lease)) => self.run_job(lease, &shutdown).await,
                Ok(None) => self.wait_for_work(&shutdown).await,
                Err(error) => {
                    tracing::error!(%worker, %error, "cannot claim a job");
                    self.wait_for_work(&shutdown).await;
                }
            }
        }
    }

    async fn wait_for_work(&self, shutdown: &CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.store.job_added() => {}
            () = tokio::time::sleep(IDLE_LOOK) => {}
        }
    }

    /// Sees one job through: runs it under a heartbeat, then books how it ended.
    pub(crate) async fn run_job(self: &Arc<Self>, lease: Lease, shutdown: &CancellationToken) {
        let stop = Stop::new();
        let guard = self.running.enter(lease.generation, stop.clone());
        let heart = tokio::spawn(beat(self.clone(), lease.clone(), stop.clone(), shutdown.clone()));

        // What a worker left that vanished; one that only slept finds its files gone with its lease.
        if let Err(error) = self.assets.remove_older_scratch(lease.generation, lease.fence).await {
            tracing::warn!(generation.id = %lease.generation, %error, "an older scratch folder stays behind");
        }
        let started = std::time::Instant::now();
        let job = Job::new(self.clone(), lease.clone(), stop.clone());
        // In a task of its own: a panic fails this generation and leaves the worker at work.
        let result = match tokio::spawn(job.run()).await {
            Ok(result) => result,
            Err(panic) => Err(PipelineError::Panicked(panic.to_string())),
        };
        heart.abort();

        let id = lease.generation;
        let elapsed_ms = started.elapsed().as_millis() as u64;
        let booked = match result {
            Ok(()) => {
                tracing::info!(generation.id = %id, elapsed_ms, "rendered");
                Ok(())
            }
            Err(error) if error.is_lost_lease() => {
                tracing::warn!(generation.id = %id, "lease lost; the job goes on elsewhere or is gone");
                Ok(())
            }
            Err(error) => match (error.is_stop(), stop.reason()) {
                (true, Some(StopReason::User)) => {
                    tracing::info!(generation.id = %id, elapsed_ms, "cancelled");
                    self.store.cancelled(&lease).await
                }
                (true, Some(StopReason::Shutdown)) => {
                    tracing::info!(generation.id = %id, "handed back");
                    self.store.release(&lease).await
                }
                (true, Some(StopReason::LostLease)) => Ok(()),
                _ => {
                    tracing::error!(generation.id = %id, elapsed_ms, %error, "generation failed");
                    self.store.fail(&lease, &error.user_message(), error.is_passing()).await
                }
            },
        };
        if let Err(error) = booked {
            // The lease runs out and the job is claimed again; every stage that was saved stays saved.
            tracing::error!(generation.id = %id, %error, "could not book the job's end");
        }
        if let Err(error) = self.assets.remove_scratch(id, lease.fence).await {
            tracing::warn!(generation.id = %id, %error, "scratch folder stays behind");
        }
        drop(guard);
    }
}

/// Keeps the lease, and turns the cancel flag, a lost lease and the process's end into a stop.
async fn beat(pipeline: Arc<Pipeline>, lease: Lease, stop: Stop, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => {
                stop.stop(StopReason::Shutdown);
                return;
            }
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        match pipeline.store.heartbeat(&lease, pipeline.lease).await {
            Ok(Heartbeat::Held) => {}
            Ok(Heartbeat::CancelRequested) => stop.stop(StopReason::User),
            Ok(Heartbeat::Lost) => stop.stop(StopReason::LostLease),
            Err(error) => tracing::warn!(generation.id = %lease.generation, %error, "heartbeat missed"),
        }
    }
}
