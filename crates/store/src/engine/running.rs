use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use admint_domain::GenerationId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Why a running job was told to stop; the first reason counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The user cancelled or deleted it.
    User,
    /// This process ends; another may go on.
    Shutdown,
    /// Another worker has it.
    LostLease,
}

/// A job's stop switch.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
    reason: Arc<OnceLock<StopReason>>,
}

impl Stop {
    pub fn stop(&self, reason: StopReason) {
        // The first reason stays; a second one changes nothing.
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    pub fn reason(&self) -> Option<StopReason> {
        self.reason.get().copied()
    }

    pub fn token(&self) -> &CancellationToken {
        &self.token
    }
}

/// The jobs that run in this process, so that a cancel here acts at once and need not wait for the
/// next heartbeat to read the flag in the database.
#[derive(Default)]
pub struct RunningJobs {
    jobs: Mutex<HashMap<GenerationId, (Stop, watch::Receiver<()>)>>,
}

impl RunningJobs {
    /// Registers a job until the guard is dropped.
    pub fn enter(&self, id: GenerationId, stop: Stop) -> RunningGuard<'_> {
        let (ended, receiver) = watch::channel(());
        self.lock().insert(id, (stop, receiver));
        RunningGuard { jobs: self, id, ended }
    }

    /// Tells the job to stop, if it runs here, and does not wait.
    pub fn stop(&self, id: GenerationId, reason: StopReason) {
        if let Some((stop, _)) = self.lock().get(&id) {
            stop.stop(reason);
        }
    }

    /// Waits until the job, if it runs here, has let go of its files.
    pub async fn ended(&self, id: GenerationId) {
        let found = self.lock().get(&id).map(|(_, ended)| ended.clone());
        if let Some(mut ended) = found {
            // Nothing is ever sent; the error is the sender dropped at the job's end.
            while ended.changed().await.is_ok() {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<GenerationId, (Stop, watch::Receiver<()>)>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`RunningJobs::enter`].
pub struct RunningGuard<'a> {
    jobs: &'a RunningJobs,
    id: GenerationId,
    ended: watch::Sender<()>,
}

impl Drop for RunningGuard<'_> {
    fn drop(&mut self) {
        let own = self.ended.subscribe();
        let mut jobs = self.jobs.lock();
        // A worker beside this one may have taken the job over.
        if jobs.get(&self.id).is_some_and(|(_, ended)| ended.same_channel(&own)) {
            jobs.remove(&self.id);
        }
    }
}
