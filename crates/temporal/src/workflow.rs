//! A job as Temporal sees it: its steps, one after the other, until there is nothing more to be done under its
//! lease. This code is replayed: it asks nobody but Temporal, and what it does in which order is a promise to the
//! workflows under way.

use std::time::Duration;

use admint_store::{Lease, Step};
use serde::{Deserialize, Serialize};
use temporalio_client::{Client, WorkflowHandle};
use temporalio_common::RetryPolicy;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ActivityCancellationType, ActivityExecutionError, ActivityOptions, WorkflowCancellationToken,
    WorkflowContext, WorkflowResult,
};

use crate::activity::Steps;

/// Longer than any step.
const STEP: Duration = Duration::from_secs(24 * 3600);
/// Each try takes the job over, which it survives five times; what fails more often than this is not the work.
const TRIES: u32 = 50;

/// What a workflow begins with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Begin {
    pub lease: Lease,
    /// How long a step's worker may be silent before it counts as vanished, in milliseconds.
    pub silence_ms: u64,
}

/// What is asked of a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub lease: Lease,
    /// The step that was performed last under this lease.
    pub after: Option<Step>,
    /// The workflow was cancelled: find out what that means for the job, and begin nothing.
    pub is_cancelled: bool,
}

/// What a worker answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// This step is done, under a lease that may be newer than the one of the order.
    Next { lease: Lease, done: Step },
    /// Nothing more is to be done under the lease; the database says why.
    Ended,
}

/// One that was started.
pub type Workflow = WorkflowHandle<Client, generation::Run>;

#[workflow]
#[derive(Default)]
pub struct Generation;

#[workflow_methods]
impl Generation {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, begin: Begin) -> WorkflowResult<()> {
        let silence = Duration::from_millis(begin.silence_ms);
        let mut order = Order { lease: begin.lease, after: None, is_cancelled: false };
        loop {
            // Orders of a cancelled workflow would be cancelled before anybody has seen them.
            let token = order.is_cancelled.then(WorkflowCancellationToken::new);
            let summary = match order.after {
                None => "takes up".to_owned(),
                Some(step) => format!("after {}", step.as_str()),
            };
            let retry = RetryPolicy::builder()
                .initial_interval(Duration::from_millis(200))
                .maximum_interval(Duration::from_secs(10))
                .maximum_attempts(TRIES)
                .build();
            let options = ActivityOptions::with_start_to_close_timeout(STEP)
                .heartbeat_timeout(silence)
                .retry_policy(retry)
                .cancellation_type(ActivityCancellationType::WaitCancellationCompleted)
                .maybe_cancellation_token(token)
                .summary(summary)
                .build();
            match ctx.execute_activity(Steps::step, order.clone(), options).await {
                Ok(Outcome::Next { lease, done }) => {
                    order = Order { lease, after: Some(done), is_cancelled: order.is_cancelled };
                }
                Ok(Outcome::Ended) => return Ok(()),
                // Before anybody had begun it. Somebody has to write down what became of the job.
                Err(ActivityExecutionError::Cancelled(_)) if !order.is_cancelled => {
                    order.is_cancelled = true;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
