//! A step as an activity. The step itself runs in the runtime of the rest of the program, where the database's
//! connections live; the activity waits for it and tells Temporal that it is alive.

use std::{sync::Arc, time::Duration};

use admint_store::{
    Attempt, Heartbeat, Lease, RunningJobs, StepError, Stop, StopReason, Store, StoreError, Work,
};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use tokio::{
    runtime::Handle,
    sync::watch,
    task::AbortHandle,
    time::{Instant, MissedTickBehavior},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::workflow::{Order, Outcome};

/// What one process's workers need for their steps.
#[derive(Clone)]
pub struct Steps {
    pub(crate) store: Store,
    pub(crate) work: Arc<dyn Work>,
    /// How long the database's leases are.
    pub(crate) lease: Duration,
    /// How often Temporal hears that a step is alive.
    pub(crate) pulse: Duration,
    pub(crate) worker: String,
    pub(crate) running: Arc<RunningJobs>,
    pub(crate) runtime: Handle,
    /// The steps under way here.
    pub(crate) under_way: TaskTracker,
    pub(crate) shutdown: CancellationToken,
    /// The process is as good as dead: nothing more is done, and nobody is told.
    pub(crate) killed: CancellationToken,
}

#[activities]
impl Steps {
    #[activity]
    pub async fn step(self: Arc<Self>, ctx: ActivityContext, order: Order) -> Result<Outcome, ActivityError> {
        // The last heartbeat of a try that vanished says under which lease it was.
        let vanished = (ctx.info().attempt > 1)
            .then(|| ctx.heartbeat_details().deserialize::<Lease>())
            .transpose()?
            .map(|lease| lease.unwrap_or_else(|| order.lease.clone()));
        let (held, mut current) = watch::channel(order.lease.clone());
        let cancelled = CancellationToken::new();
        let step = self.clone().perform(order, vanished, held, cancelled.clone());
        let (killed, this) = (self.killed.clone(), self.under_way.clone());
        let mut step =
            self.runtime.spawn(this.track_future(async move { killed.run_until_cancelled(step).await }));
        let _abort = AbortOnDrop(step.abort_handle());

        // The first as soon as it is known under which lease.
        let mut pulse = tokio::time::interval_at(Instant::now() + self.pulse, self.pulse);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                outcome = &mut step => match outcome {
                    Ok(Some(outcome)) => return Ok(outcome?),
                    // Killed: Temporal hears nothing more of it.
                    Ok(None) => std::future::pending().await,
                    Err(panic) => return Err(panic.into()),
                },
                () = ctx.cancelled(), if !cancelled.is_cancelled() => cancelled.cancel(),
                Ok(()) = current.changed() => ctx.record_heartbeat(lease_of(&mut current)).await?,
                _ = pulse.tick() => ctx.record_heartbeat(lease_of(&mut current)).await?,
            }
        }
    }
}

impl Steps {
    async fn perform(
        self: Arc<Self>,
        order: Order,
        vanished: Option<Lease>,
        held: watch::Sender<Lease>,
        cancelled: CancellationToken,
    ) -> Result<Outcome, StoreError> {
        let lease = match vanished {
            None => order.lease,
            Some(vanished) => match self.store.take_over(&vanished, &self.worker, self.lease).await? {
                Some(lease) => {
                    tracing::warn!(generation.id = %lease.generation, "its worker vanished; it goes on here");
                    lease
                }
                None => return Ok(Outcome::Ended),
            },
        };
        held.send_replace(lease.clone());
        let stop = Stop::default();
        let _running = self.running.enter(lease.generation, stop.clone());
        // It may have waited for a free worker for long.
        match self.store.heartbeat(&lease, self.lease).await {
            Ok(Heartbeat::Held) => {}
            Ok(Heartbeat::CancelRequested) => stop.stop(StopReason::User),
            Ok(Heartbeat::Lost) => return Ok(Outcome::Ended),
            Err(error) => tracing::warn!(generation.id = %lease.generation, %error, "heartbeat missed"),
        }
        if order.is_cancelled || self.shutdown.is_cancelled() {
            stop.stop(StopReason::Shutdown);
        }
        let attempt = Attempt::begin(&self.store, lease.clone(), self.lease, stop.clone(), &self.shutdown);
        if stop.reason().is_some() {
            attempt.end(Err(StepError::Stopped)).await;
            return Ok(Outcome::Ended);
        }
        let step = tokio::select! {
            step = attempt.perform_next(self.work.as_ref(), order.after) => step,
            () = self.stop_when(&cancelled, &lease, &stop) => unreachable!("it only stops the step"),
        };
        match step {
            Ok(done) if done.is_last() => attempt.end(Ok(())).await,
            Ok(done) if !self.shutdown.is_cancelled() => return Ok(Outcome::Next { lease, done }),
            // Nobody here would go on with it.
            Ok(_) => {
                stop.stop(StopReason::Shutdown);
                attempt.end(Err(StepError::Stopped)).await
            }
            Err(error) => attempt.end(Err(error)).await,
        };
        Ok(Outcome::Ended)
    }

    /// Temporal's cancel says only that this step is not wanted here; the database says why. Never resolves.
    async fn stop_when(&self, cancelled: &CancellationToken, lease: &Lease, stop: &Stop) {
        cancelled.cancelled().await;
        match self.store.heartbeat(lease, self.lease).await {
            Ok(Heartbeat::CancelRequested) => stop.stop(StopReason::User),
            Ok(Heartbeat::Lost) => stop.stop(StopReason::LostLease),
            // Its workflow is gone, or Temporal had not heard of us for too long: whoever claims it goes on.
            Ok(Heartbeat::Held) => stop.stop(StopReason::Shutdown),
            Err(error) => {
                tracing::warn!(generation.id = %lease.generation, %error, "cannot ask why it was cancelled");
                stop.stop(StopReason::Shutdown);
            }
        }
        std::future::pending().await
    }
}

fn lease_of(current: &mut watch::Receiver<Lease>) -> Lease {
    current.borrow_and_update().clone()
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
