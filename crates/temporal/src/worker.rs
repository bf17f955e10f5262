//! The SDK's worker, in a thread and a runtime of its own: its workflows cannot leave their thread, and when the
//! engine is dropped everything of it goes at once, its connections included.

use std::time::{Duration, Instant};

use temporalio_sdk::{
    Runtime, Worker, WorkerOptions,
    runtime::{
        RuntimeOptions, WorkflowErrorType,
        worker_tuner::{FixedSizeSlotSupplier, TunerHolder},
    },
};
use tokio::sync::oneshot;

use crate::{TemporalError, activity::Steps, connection::Place, outage::Outage, workflow::Generation};

/// Workflows do next to nothing; some may wait for the server's answer.
const WORKFLOW_TASKS: usize = 16;
/// A worker that ran for longer than this had found its server.
const WORKED: Duration = Duration::from_secs(60);
/// For the server to be told how the last steps ended.
const FAREWELL: Duration = Duration::from_secs(10);

/// Performs at most `count` steps at a time until the shutdown, or until the engine is dropped.
pub(crate) async fn serve(place: &Place, steps: Steps, count: usize) {
    let mut outage = Outage::default();
    while !steps.shutdown.is_cancelled() {
        let began = Instant::now();
        let (sender, ended) = oneshot::channel();
        let (place, at_work) = (place.clone(), steps.clone());
        let thread = std::thread::Builder::new().name("temporal".into());
        let spawned = thread.spawn(move || sender.send(in_this_thread(&place, at_work, count)).ok());
        let result = match spawned {
            Ok(_) => ended.await.unwrap_or_else(|_| Err(failed("stopped", "it panicked"))),
            Err(error) => Err(failed("has no thread", error)),
        };
        let result = result.and_then(|()| match steps.shutdown.is_cancelled() {
            true => Ok(()),
            false => Err(failed("ended", "nobody wanted it to")),
        });
        if let Err(error) = result {
            if began.elapsed() > WORKED {
                outage.is_over();
            }
            steps.shutdown.run_until_cancelled(outage.wait("no steps are taken from Temporal", &error)).await;
        }
    }
}

fn in_this_thread(place: &Place, steps: Steps, count: usize) -> Result<(), TemporalError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed("has no runtime", error))?;
    let killed = steps.killed.clone();
    let result = runtime.block_on(killed.run_until_cancelled(run(place, steps, count)));
    // What is left of it is not waited for.
    runtime.shutdown_background();
    result.unwrap_or(Ok(()))
}

async fn run(place: &Place, steps: Steps, count: usize) -> Result<(), TemporalError> {
    let shutdown = steps.shutdown.clone();
    let Some(client) = shutdown.run_until_cancelled(place.connect()).await.transpose()? else {
        return Ok(());
    };
    let runtime = Runtime::from_current_tokio(RuntimeOptions::default())
        .map_err(|error| failed("cannot begin", error))?;
    let slots = |count: usize| FixedSizeSlotSupplier::new(count);
    let tuner = TunerHolder::builder()
        .workflow_task_slot_supplier(slots(WORKFLOW_TASKS))
        .activity_task_slot_supplier(slots(count))
        .local_activity_task_slot_supplier(slots(1))
        .nexus_task_slot_supplier(slots(1))
        .build();
    let options = WorkerOptions::new(place.task_queue.clone())
        .register_workflow::<Generation>()
        .map_err(|error| failed("cannot begin", error))?
        .register_activities(steps.clone())
        .tuner(tuner)
        // A workflow's history is a dozen events: it is read anew, and none waits for a process that has gone.
        .max_cached_workflows(0_usize)
        .max_heartbeat_throttle_interval(steps.pulse)
        // One that was begun by another version's code ends, and the job is claimed again.
        .workflow_failure_errors([WorkflowErrorType::Nondeterminism].into())
        .build();
    let mut worker = Worker::new(&runtime, client, options).map_err(|error| failed("cannot begin", error))?;
    let end = worker.shutdown_handle();
    let orderly = async {
        shutdown.cancelled().await;
        end();
        // The steps hear of it themselves.
        steps.under_way.close();
        steps.under_way.wait().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        ended = worker.run() => ended.map_err(|error| failed("failed", error)),
        () = orderly => {
            tracing::warn!("Temporal could not be told that this process ends");
            Ok(())
        }
    }
}

fn failed(what: &'static str, why: impl std::fmt::Display) -> TemporalError {
    TemporalError::Worker { what, why: why.to_string() }
}
