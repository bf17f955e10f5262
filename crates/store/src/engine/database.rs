use std::{sync::Arc, time::Duration};

use admint_domain::{GenerationId, UserId};
use async_trait::async_trait;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Attempt, JobEngine, RunningJobs, StepError, Stop, StopReason, Work};
use crate::{CancelOutcome, Lease, Store, StoreError};

/// How often an idle worker looks for jobs that another process added, and for jobs left behind.
const IDLE_LOOK: Duration = Duration::from_secs(1);

/// The engine that needs nothing but the database: workers claim jobs in it and keep their leases by
/// heartbeats; who falls silent for longer than the lease loses its job to whoever looks next.
#[derive(Clone)]
pub struct DatabaseEngine {
    store: Store,
    lease: Duration,
    running: Arc<RunningJobs>,
}

impl DatabaseEngine {
    /// `lease`: how long a worker may be silent before another takes its job.
    pub fn new(store: Store, lease: Duration) -> Self {
        Self { store, lease, running: Arc::default() }
    }

    async fn run_worker(&self, worker: String, work: &dyn Work, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.store.claim_job(&worker, self.lease).await {
                Ok(Some(lease)) => self.see_through(lease, work, shutdown).await,
                Ok(None) => self.wait_for_work(shutdown).await,
                Err(error) => {
                    tracing::error!(%worker, %error, "cannot claim a job");
                    self.wait_for_work(shutdown).await;
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

    async fn see_through(&self, lease: Lease, work: &dyn Work, shutdown: &CancellationToken) {
        let stop = Stop::default();
        let _guard = self.running.enter(lease.generation, stop.clone());
        let attempt = Attempt::begin(&self.store, lease, self.lease, stop, shutdown);
        let steps = async {
            let mut after = None;
            loop {
                let step = attempt.perform_next(work, after).await?;
                if step.is_last() {
                    return Ok::<_, StepError>(());
                }
                after = Some(step);
            }
        };
        let outcome = steps.await;
        attempt.end(outcome).await;
    }
}

#[async_trait]
impl JobEngine for DatabaseEngine {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn run(&self, workers: usize, work: Arc<dyn Work>, shutdown: CancellationToken) {
        // Dropped with this future, the workers are gone as if they had been killed.
        let mut tasks = JoinSet::new();
        for index in 0..workers {
            let worker = format!("{}-{index}", std::process::id());
            let (engine, work, shutdown) = (self.clone(), work.clone(), shutdown.clone());
            tasks.spawn(async move { engine.run_worker(worker, work.as_ref(), &shutdown).await });
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(panic) = ended {
                tracing::error!(%panic, "a worker ended");
            }
        }
    }

    async fn cancel(&self, user: UserId, id: GenerationId) -> Result<CancelOutcome, StoreError> {
        let outcome = self.store.request_cancel(user, id).await?;
        if outcome == CancelOutcome::Requested {
            // Without waiting for the heartbeat, if it runs here.
            self.running.stop(id, StopReason::User);
        }
        Ok(outcome)
    }

    async fn ended(&self, id: GenerationId) {
        self.running.ended(id).await;
    }
}
