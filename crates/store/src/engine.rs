//! Who sees that jobs get done, whatever happens to those who do them.
//!
//! The rows of a job are the same for every engine: its place in the queue, its turn, its limits, its back-off
//! and its fence are the database's (see [`crate::jobs`]). An engine decides who works on it and for how long,
//! and notices who does not any more. [`DatabaseEngine`] needs nothing but the database. All engines pass one
//! suite, `engine/suite.rs`.

mod attempt;
mod database;
mod running;
#[cfg(any(test, feature = "conformance"))]
pub mod suite;

use std::sync::Arc;

use admint_domain::{GenerationId, UserId};
use async_trait::async_trait;
pub use attempt::{Attempt, AttemptEnd};
pub use database::DatabaseEngine;
pub use running::{RunningGuard, RunningJobs, Stop, StopReason};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{CancelOutcome, Lease, StoreError};

#[async_trait]
pub trait JobEngine: Send + Sync {
    /// For logs and the operator.
    fn name(&self) -> &'static str;

    /// Does jobs, at most `workers` at a time, until `shutdown`. What is under way then is handed back, with
    /// everything that was saved kept, and the future resolves.
    async fn run(&self, workers: usize, work: Arc<dyn Work>, shutdown: CancellationToken);

    /// Has this user's job end, wherever it is. Resolves when that is written down, not when it has ended.
    async fn cancel(&self, user: UserId, id: GenerationId) -> Result<CancelOutcome, StoreError>;

    /// Resolves when nobody in this process works on the job any more.
    async fn ended(&self, id: GenerationId);
}

/// What is to be done for a job, step by step. Each step's result is saved under the lease before the next
/// begins, so that anybody, anywhere, can go on with the first that is missing.
#[async_trait]
pub trait Work: Send + Sync {
    /// The first step whose result is missing. Up to `after`, which was performed under this very lease, all is
    /// there. Changes nothing.
    async fn next(&self, lease: &Lease, after: Option<Step>) -> Result<Step, StepError>;

    /// Makes the step's result and saves it; the [last](Step::is_last) completes the job.
    async fn perform(&self, lease: &Lease, step: Step, stop: &Stop) -> Result<(), StepError>;

    /// Called after every step, however it ended: what this attempt did not save goes.
    async fn clean_up(&self, lease: &Lease);
}

/// The steps of a video, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Spec,
    Plan,
    Clips,
    /// Music and voice, and with them the timeline.
    Sound,
    /// The timeline's picture, its sound, both together, and a picture that stands for them.
    Film,
    /// The record of where it all came from, and the end.
    Finish,
}

impl Step {
    pub const ALL: [Self; 6] = [Self::Spec, Self::Plan, Self::Clips, Self::Sound, Self::Film, Self::Finish];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::Plan => "plan",
            Self::Clips => "clips",
            Self::Sound => "sound",
            Self::Film => "film",
            Self::Finish => "finish",
        }
    }

    pub fn is_last(self) -> bool {
        self == Self::Finish
    }
}

/// Why a step has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// It was told to; [`Stop::reason`] says why.
    #[error("stopped")]
    Stopped,
    /// Another worker has the job, or it is gone: nothing more may be written.
    #[error("the lease is lost")]
    LeaseLost,
    #[error("{cause}")]
    Failed {
        /// For the log.
        cause: String,
        /// For the user: what happened, what is kept, what to do.
        reason: String,
        /// The same step may well succeed a little later, with nothing changed by anybody.
        is_passing: bool,
    },
}
