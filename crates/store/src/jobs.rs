//! The queue. A job is a row; having it is a lease with a fence.
//!
//! ```text
//!            claim                 complete
//! queued -------------> running -------------> done
//!   ^ ^                  |  |  \   fail, or too many attempts
//!   | |     release      |  |   `------------> failed
//!   | `------------------'  |     cancelled
//!   |      lease runs out   `----------------> cancelled
//!   `- (claimed again)
//! ```
//! Every claim raises the fence. Who comes back with an older one finds its writes refused, however
//! long it was away. On PostgreSQL the job's row is locked first by everybody who writes anything of
//! its generation, which also keeps them from waiting for each other in a circle.

use std::time::Duration;

use admint_domain::{GenerationId, GenerationStatus, JobId, Stage, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, LockBehavior, LockType},
};

use crate::{
    Store, StoreError,
    complete::end_generation,
    connection::later,
    entity::{generation, job},
    events,
    rows::{now, unsigned},
};

/// The one kind of work there is: making a video.
pub(crate) const RENDER: &str = "render";

pub(crate) const QUEUED: &str = "queued";
pub(crate) const RUNNING: &str = "running";
pub(crate) const DONE: &str = "done";
pub(crate) const FAILED: &str = "failed";
pub(crate) const CANCELLED: &str = "cancelled";

/// A job whose worker vanished this often takes workers with it, and is not tried again.
const MAX_ATTEMPTS: i32 = 5;

/// The right to work on a job, until it runs out or is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub job: JobId,
    pub generation: GenerationId,
    pub user: UserId,
    /// Which claim this is; a later claim has a higher one.
    pub fence: i64,
    /// From 1.
    pub attempt: u32,
}

/// What a worker hears when it renews its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    Held,
    /// Held, and the user wants it to stop.
    CancelRequested,
    /// Another worker has the job, or it is gone.
    Lost,
}

impl Store {
    /// Takes the next job, for at least `lease`: first one whose worker vanished, then the queue in
    /// its order. Two workers never get the same job.
    pub async fn claim_job(&self, worker: &str, lease: Duration) -> Result<Option<Lease>, StoreError> {
        self.claim_job_at(now(), worker, lease).await
    }

    pub(crate) async fn claim_job_at(
        &self,
        now: DateTime<Utc>,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        loop {
            let transaction = self.begin().await?;
            let Some(job) = next_job(&transaction, now).await? else { return Ok(None) };
            let generation = GenerationId::from_uuid(job.generation_id);
            if job.state == RUNNING && job.attempt >= MAX_ATTEMPTS {
                tracing::error!(generation.id = %generation, attempts = job.attempt, "given up");
                end_job(&transaction, &job, FAILED, Some("the worker vanished at every attempt")).await?;
                let reason =
                    "Making this video stopped the program several times. Please try another prompt.";
                end_generation(&transaction, &job, GenerationStatus::Failed, Some(reason)).await?;
                self.commit_event(transaction, generation).await?;
                continue;
            }
            let (fence, attempt) = (job.fence + 1, job.attempt + 1);
            job::Entity::update_many()
                .col_expr(job::Column::State, Expr::value(RUNNING))
                .col_expr(job::Column::LeaseOwner, Expr::value(worker))
                .col_expr(job::Column::LeaseUntil, Expr::value(later(now, lease)))
                .col_expr(job::Column::Fence, Expr::value(fence))
                .col_expr(job::Column::Attempt, Expr::value(attempt))
                .filter(job::Column::Id.eq(job.id))
                .exec(&transaction)
                .await?;
            generation::Entity::update_many()
                .col_expr(generation::Column::Status, Expr::value(GenerationStatus::Running.as_str()))
                .col_expr(generation::Column::CurrentStep, Expr::value(Stage::Plan.step()))
                .filter(generation::Column::Id.eq(job.generation_id))
                .exec(&transaction)
                .await?;
            events::append(&transaction, generation).await?;
            self.commit_event(transaction, generation).await?;
            // There may be more; one notice may have stood for several jobs.
            self.wake_a_worker();
            return Ok(Some(Lease {
                job: JobId::from_uuid(job.id),
                generation,
                user: UserId::from_uuid(job.user_id),
                fence,
                attempt: unsigned("a job's attempts", attempt)?,
            }));
        }
    }

    /// Renews the lease and reads the cancel flag. A lease that ran out is still held as long as
    /// nobody else claimed the job.
    pub async fn heartbeat(&self, lease: &Lease, length: Duration) -> Result<Heartbeat, StoreError> {
        let transaction = self.begin().await?;
        let Some(job) = held(lease).lock_exclusive().one(&transaction).await? else {
            return Ok(Heartbeat::Lost);
        };
        job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(later(now(), length)))
            .filter(job::Column::Id.eq(job.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(if job.cancel_requested { Heartbeat::CancelRequested } else { Heartbeat::Held })
    }

    /// Hands the job back, for another worker to go on with what is saved. One that was to be
    /// cancelled is cancelled.
    pub async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let (transaction, job) = self.begin_fenced_with_job(lease).await?;
        if job.cancel_requested {
            end_job(&transaction, &job, CANCELLED, None).await?;
            end_generation(&transaction, &job, GenerationStatus::Cancelled, None).await?;
            return self.commit_event(transaction, lease.generation).await;
        }
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(QUEUED))
            .col_expr(job::Column::LeaseOwner, Expr::value(None::<String>))
            .col_expr(job::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
            .col_expr(job::Column::RunAt, Expr::value(now()))
            // Handing back in order is no failed attempt.
            .col_expr(job::Column::Attempt, Expr::value(job.attempt - 1))
            .filter(job::Column::Id.eq(job.id))
            .exec(&transaction)
            .await?;
        generation::Entity::update_many()
            .col_expr(generation::Column::Status, Expr::value(GenerationStatus::Queued.as_str()))
            .col_expr(generation::Column::CurrentStep, Expr::value(Stage::Queued.step()))
            .filter(generation::Column::Id.eq(job.generation_id))
            .exec(&transaction)
            .await?;
        events::append(&transaction, lease.generation).await?;
        self.commit_event(transaction, lease.generation).await?;
        self.wake_a_worker();
        Ok(())
    }

    /// A write transaction that holds the job, or [`StoreError::LeaseLost`].
    pub(crate) async fn begin_fenced(&self, lease: &Lease) -> Result<DatabaseTransaction, StoreError> {
        Ok(self.begin_fenced_with_job(lease).await?.0)
    }

    pub(crate) async fn begin_fenced_with_job(
        &self,
        lease: &Lease,
    ) -> Result<(DatabaseTransaction, job::Model), StoreError> {
        let transaction = self.begin().await?;
        let job = held(lease).lock_exclusive().one(&transaction).await?;
        Ok((transaction, job.ok_or(StoreError::LeaseLost)?))
    }
}

/// The job, if this lease is the one it runs under.
pub(crate) fn held(lease: &Lease) -> Select<job::Entity> {
    job::Entity::find_by_id(lease.job.uuid())
        .filter(job::Column::Fence.eq(lease.fence))
        .filter(job::Column::State.eq(RUNNING))
}

pub(crate) async fn end_job(
    transaction: &DatabaseTransaction,
    job: &job::Model,
    state: &'static str,
    error: Option<&str>,
) -> Result<(), StoreError> {
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state))
        .col_expr(job::Column::LeaseOwner, Expr::value(None::<String>))
        .col_expr(job::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(job::Column::LastError, Expr::value(error.map(str::to_owned)))
        .col_expr(job::Column::EndedAt, Expr::value(now()))
        .filter(job::Column::Id.eq(job.id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The job to be taken next, locked. Rows that another worker is just taking are passed over on
/// PostgreSQL; on SQLite there is no other writer at this moment.
async fn next_job(
    transaction: &DatabaseTransaction,
    now: DateTime<Utc>,
) -> Result<Option<job::Model>, StoreError> {
    let left_behind = job::Entity::find()
        .filter(job::Column::State.eq(RUNNING))
        .filter(job::Column::LeaseUntil.lt(now))
        .order_by_asc(job::Column::LeaseUntil)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(transaction)
        .await?;
    if left_behind.is_some() {
        return Ok(left_behind);
    }
    Ok(job::Entity::find()
        .filter(job::Column::State.eq(QUEUED))
        .filter(job::Column::RunAt.lte(now))
        .order_by_desc(job::Column::Priority)
        .order_by_asc(job::Column::RunAt)
        .order_by_asc(job::Column::Id)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(transaction)
        .await?)
}
