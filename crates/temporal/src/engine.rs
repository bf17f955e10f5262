use std::{sync::Arc, time::Duration};

use admint_domain::{GenerationId, UserId};
use admint_store::{
    CancelOutcome, Heartbeat, JobEngine, Lease, RunningJobs, StopReason, Store, StoreError, Work,
};
use async_trait::async_trait;
use temporalio_client::{
    Client, Priority, RpcOptions, WorkflowCancelOptions, WorkflowGetResultOptions, WorkflowIdConflictPolicy,
    WorkflowIdReusePolicy, WorkflowStartOptions,
    errors::{WorkflowGetResultError, WorkflowInteractionError},
};
use tokio::{
    runtime::Handle,
    sync::{OnceCell, OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    TemporalError,
    activity::Steps,
    connection::{CALL, Place, ask_whether_it_is_there},
    outage::Outage,
    worker,
    workflow::{Begin, Generation, Workflow},
};

/// How often an idle process looks for jobs that another one added, and for jobs left behind.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// How often the lease of a job is renewed that waits for a process to take its next step.
const RENEWAL: Duration = Duration::from_secs(1);

/// Where Temporal is, and what is ours there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporalConfig {
    /// The server's gRPC address, such as `http://127.0.0.1:7233`; with `https` the connection is encrypted.
    pub url: String,
    /// It has to exist.
    pub namespace: String,
    /// Processes that share it do one another's steps: they must share database and files too.
    pub task_queue: String,
}

/// See the [crate's page](crate).
#[derive(Clone)]
pub struct TemporalEngine {
    store: Store,
    lease: Duration,
    place: Place,
    /// Made when it is first needed: the program also starts while Temporal does not answer.
    client: Arc<OnceCell<Client>>,
    running: Arc<RunningJobs>,
}

impl TemporalEngine {
    /// `lease`: how long a worker may be silent before another takes its job. Temporal notices a silent one
    /// sooner: after two thirds of it.
    pub fn new(store: Store, lease: Duration, config: TemporalConfig) -> Result<Self, TemporalError> {
        let place = Place::parse(config)?;
        Ok(Self { store, lease, place, client: Arc::default(), running: Arc::default() })
    }

    async fn client(&self) -> Result<&Client, TemporalError> {
        self.client.get_or_try_init(|| self.place.connect()).await
    }

    /// Claims jobs and starts their workflows, at most `workers` at a time.
    async fn claim(&self, workers: usize, worker: &str, shutdown: &CancellationToken) {
        let seats = Arc::new(Semaphore::new(workers));
        // Dropped with this future: the workflows go on by themselves.
        let mut claimed = JoinSet::new();
        let mut outage = Outage::default();
        while let Some(seat) = shutdown.run_until_cancelled(seats.clone().acquire_owned()).await {
            let seat = seat.expect("nobody closes it");
            while claimed.try_join_next().is_some() {}
            match self.begin_next(worker, shutdown).await {
                Ok(begun) => {
                    outage.is_over();
                    match begun {
                        Some((lease, workflow)) => {
                            claimed.spawn(self.clone().see_through(lease, workflow, seat));
                        }
                        None => self.wait_for_work(shutdown).await,
                    }
                }
                Err(error) => {
                    let waiting = outage.wait("no jobs are taken up", &error);
                    shutdown.run_until_cancelled(waiting).await;
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

    async fn begin_next(
        &self,
        worker: &str,
        shutdown: &CancellationToken,
    ) -> Result<Option<(Lease, Workflow)>, TemporalError> {
        // First, so that jobs wait in the queue while Temporal does not answer, and lose no attempt.
        let there = async {
            let client = self.client().await?;
            ask_whether_it_is_there(client).await.map(|()| client)
        };
        let Some(client) = shutdown.run_until_cancelled(there).await.transpose()? else { return Ok(None) };
        let Some(lease) = self.store.claim_job(worker, self.lease).await? else { return Ok(None) };
        if shutdown.is_cancelled() {
            self.store.release(&lease).await?;
            return Ok(None);
        }
        let priority = Priority::builder().fairness_key(lease.user.to_string()).build();
        let options = WorkflowStartOptions::new(self.place.task_queue.clone(), workflow_id(lease.generation))
            .id_reuse_policy(WorkflowIdReusePolicy::AllowDuplicate)
            // The claim is the newest truth.
            .id_conflict_policy(WorkflowIdConflictPolicy::TerminateExisting)
            .task_timeout(Duration::from_secs(5))
            .priority(priority)
            .rpc_options(RpcOptions::builder().timeout(CALL).build())
            .build();
        let begin = Begin { lease: lease.clone(), silence_ms: self.silence().as_millis() as u64 };
        match client.start_workflow(Generation::run, begin, options).await {
            Ok(workflow) => Ok(Some((lease, workflow))),
            Err(error) => {
                // Should it have started after all, it finds its lease gone and ends.
                self.store.release(&lease).await?;
                Err(error.into())
            }
        }
    }

    /// Waits until the job's workflow has ended, and keeps the job for it while it waits for a process.
    async fn see_through(self, lease: Lease, workflow: Workflow, seat: OwnedSemaphorePermit) {
        let mut outage = Outage::default();
        let ended = async {
            loop {
                match workflow.get_result(WorkflowGetResultOptions::default()).await {
                    Err(WorkflowGetResultError::Rpc(error)) => {
                        outage.wait("a workflow's end cannot be heard of", &error).await;
                    }
                    Ok(()) => break,
                    Err(error) => {
                        tracing::warn!(generation.id = %lease.generation, %error, "its workflow ended early");
                        break;
                    }
                }
            }
        };
        tokio::select! {
            () = ended => {}
            () = self.renew(&lease) => unreachable!("it is renewed for ever"),
        }
        // It has been written down how the job ended, unless the workflow ended before.
        match self.store.release(&lease).await {
            Ok(()) => tracing::warn!(generation.id = %lease.generation, "handed back"),
            Err(StoreError::LeaseLost) => {}
            Err(error) => tracing::error!(generation.id = %lease.generation, %error, "cannot hand it back"),
        }
        drop(seat);
    }

    /// Keeps the lease while no step does: the next one waits for a free worker. Never resolves.
    async fn renew(&self, lease: &Lease) {
        loop {
            tokio::time::sleep(RENEWAL).await;
            match self.store.heartbeat(lease, self.lease).await {
                Ok(Heartbeat::Held | Heartbeat::CancelRequested) => {}
                // Another process has taken it over, or it has ended.
                Ok(Heartbeat::Lost) => return std::future::pending().await,
                Err(error) => {
                    tracing::warn!(generation.id = %lease.generation, %error, "heartbeat missed");
                }
            }
        }
    }

    /// Shorter than the lease: so long as Temporal works, nobody else finds a job left behind.
    fn silence(&self) -> Duration {
        self.lease * 2 / 3
    }
}

#[async_trait]
impl JobEngine for TemporalEngine {
    fn name(&self) -> &'static str {
        "temporal"
    }

    async fn run(&self, workers: usize, work: Arc<dyn Work>, shutdown: CancellationToken) {
        if workers == 0 {
            return;
        }
        let killed = CancellationToken::new();
        // Dropped with this future, all is gone as if the process had been killed.
        let _gone = killed.clone().drop_guard();
        let worker = format!("{}-temporal", std::process::id());
        let steps = Steps {
            store: self.store.clone(),
            work,
            lease: self.lease,
            pulse: self.silence() / 4,
            worker: worker.clone(),
            running: self.running.clone(),
            runtime: Handle::current(),
            under_way: TaskTracker::new(),
            shutdown: shutdown.clone(),
            killed,
        };
        tokio::join!(worker::serve(&self.place, steps, workers), self.claim(workers, &worker, &shutdown));
    }

    async fn cancel(&self, user: UserId, id: GenerationId) -> Result<CancelOutcome, StoreError> {
        let outcome = self.store.request_cancel(user, id).await?;
        if outcome == CancelOutcome::Requested {
            // Without waiting for the heartbeat, if it runs here.
            self.running.stop(id, StopReason::User);
            // And for a step that nobody has begun. Whoever begins it without this reads the flag.
            tokio::spawn(self.clone().cancel_workflow(id));
        }
        Ok(outcome)
    }

    async fn ended(&self, id: GenerationId) {
        self.running.ended(id).await;
    }
}

impl TemporalEngine {
    async fn cancel_workflow(self, id: GenerationId) {
        let cancelled = async {
            let workflow = self.client().await?.get_workflow_handle::<Generation>(workflow_id(id));
            let options = WorkflowCancelOptions::builder()
                .reason("its user's wish")
                .rpc_options(RpcOptions::builder().timeout(CALL).build())
                .build();
            Ok::<_, TemporalError>(workflow.cancel(options).await)
        };
        match cancelled.await {
            Ok(Ok(()) | Err(WorkflowInteractionError::NotFound(_))) => {}
            Ok(Err(error)) => tracing::warn!(generation.id = %id, %error, "cannot cancel its workflow"),
            Err(error) => tracing::warn!(generation.id = %id, %error, "cannot cancel its workflow"),
        }
    }
}

fn workflow_id(id: GenerationId) -> String {
    format!("generation-{id}")
}
