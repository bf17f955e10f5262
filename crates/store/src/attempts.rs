//! What became of each time that a job was taken up, and when a failed one is tried again.

use std::time::Duration;

use admint_domain::{AttemptOutcome, AttemptView, GenerationStatus};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Lease, Store, StoreError,
    complete::end_generation,
    connection::later,
    entity::{job, job_attempt},
    events,
    jobs::{Again, FAILED, MAX_ATTEMPTS, QUEUED, end_job, queue_again},
    rows::{new_key, now},
};

/// Before the second attempt; each further one waits three times as long.
const FIRST_WAIT: Duration = Duration::from_secs(10);
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(600);

impl Store {
    /// The attempt went wrong. If that may pass by itself (`passing`) and there are attempts left, the job
    /// waits for a while and is tried again; otherwise it is dead until its user retries it. `reason` is
    /// shown to the user: what went wrong and what to do. Repeated by the same lease it changes nothing.
    pub async fn fail(&self, lease: &Lease, reason: &str, passing: bool) -> Result<(), StoreError> {
        let ends = [FAILED, QUEUED];
        let Some((transaction, job)) = self.begin_end(lease, &ends).await? else { return Ok(()) };
        if passing && job.attempt < MAX_ATTEMPTS && !job.cancel_requested {
            end(&transaction, &job, AttemptOutcome::Again, Some(reason)).await?;
            let run_at = later(now(), wait_after(job.attempt, job.id));
            let again = Again { attempt: job.attempt, run_at, reason: Some(reason) };
            queue_again(&transaction, &job, again).await?;
            events::append(&transaction, lease.generation).await?;
        } else {
            end(&transaction, &job, AttemptOutcome::Failed, Some(reason)).await?;
            end_job(&transaction, &job, FAILED, Some(reason)).await?;
            end_generation(&transaction, &job, GenerationStatus::Failed, Some(reason)).await?;
        }
        self.commit_event(transaction, lease.user, lease.generation).await
    }
}

/// How long a job waits after its `attempt`-th attempt failed. Up to a fifth more or less, by the job's
/// own id, so that jobs which failed together do not come back together.
fn wait_after(attempt: i32, job: Uuid) -> Duration {
    let times = 3_u32.saturating_pow(u32::try_from(attempt - 1).unwrap_or(0));
    let wait = FIRST_WAIT.saturating_mul(times).min(LONGEST_WAIT);
    let spread = 0.8 + 0.4 * f64::from(job.as_bytes()[15]) / 255.0;
    wait.mul_f64(spread)
}

pub(crate) async fn begin(
    transaction: &DatabaseTransaction,
    job: Uuid,
    fence: i64,
    worker: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    job_attempt::Entity::insert(job_attempt::ActiveModel {
        id: Set(new_key()),
        job_id: Set(job),
        fence: Set(fence),
        worker: Set(worker.to_owned()),
        started_at: Set(at),
        ended_at: Set(None),
        outcome: Set(None),
        reason: Set(None),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// Ends the attempt under the job's present fence.
pub(crate) async fn end(
    transaction: &DatabaseTransaction,
    job: &job::Model,
    outcome: AttemptOutcome,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    job_attempt::Entity::update_many()
        .col_expr(job_attempt::Column::EndedAt, Expr::value(now()))
        .col_expr(job_attempt::Column::Outcome, Expr::value(outcome.as_str()))
        .col_expr(job_attempt::Column::Reason, Expr::value(reason.map(str::to_owned)))
        .filter(job_attempt::Column::JobId.eq(job.id))
        .filter(job_attempt::Column::Fence.eq(job.fence))
        .filter(job_attempt::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

/// How long the job was worked on, over all attempts whose ends are known: when a worker that vanished stopped,
/// nobody can say.
pub(crate) async fn worked(transaction: &DatabaseTransaction, job: Uuid) -> Result<Duration, StoreError> {
    let attempts = job_attempt::Entity::find()
        .filter(job_attempt::Column::JobId.eq(job))
        .filter(job_attempt::Column::Outcome.ne(AttemptOutcome::Vanished.as_str()))
        .all(transaction)
        .await?;
    let lengths = attempts.iter().filter_map(|attempt| Some(attempt.ended_at? - attempt.started_at));
    // A clock set back in between counts as nothing.
    Ok(lengths.filter_map(|length| length.to_std().ok()).sum())
}

pub(crate) fn view(row: job_attempt::Model) -> Result<AttemptView, StoreError> {
    let outcome = row.outcome.as_deref().map(str::parse::<AttemptOutcome>).transpose();
    Ok(AttemptView {
        started_at: row.started_at,
        ended_at: row.ended_at,
        outcome: outcome.map_err(|error| StoreError::corrupt("an attempt's outcome", error))?,
        reason: row.reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let plain = Uuid::from_bytes([0x80; 16]);
        let waits: Vec<u64> = (1..=6).map(|attempt| wait_after(attempt, plain).as_secs()).collect();
        assert_eq!(waits, [10, 30, 90, 270, 600, 600]);
        assert!(wait_after(1, Uuid::from_bytes([0; 16])) < wait_after(1, Uuid::from_bytes([255; 16])));
        assert_eq!(wait_after(i32::MAX, plain).as_secs(), 600);
    }
}
