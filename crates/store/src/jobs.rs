//! The queue. A job is a row; having it is a lease with a fence.
//!
//! ```text
//!            claim                 complete
//! queued -------------> running -------------> done
//!   ^ ^                  |  |  \   fail for good, or too many attempts
//!   | | release, or      |  |   `------------> failed --+
//!   | | fail for a while |  |     cancelled              | retry
//!   | `------------------'  `----------------> cancelled-+
//!   |      lease runs out                                |
//!   `- (claimed again) <---------------------------------+
//! ```
//! Users take turns: a free worker serves the one who was served longest ago, with the first of that
//! user's own queue. See [`crate::queue`] for who may change that order.
//!
//! Every claim raises the fence. Who comes back with an older one finds its writes refused, however
//! long it was away. On PostgreSQL the job's row is locked first by everybody who writes anything of
//! its generation, which also keeps them from waiting for each other in a circle.

use std::time::Duration;

use admint_domain::{AttemptOutcome, GenerationId, GenerationStatus, JobId, Stage, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, LockBehavior, LockType, Query, SubQueryStatement},
};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError, attempts,
    complete::{end_cancelled, end_generation},
    connection::later,
    entity::{generation, job, queue_turn},
    events, queue,
    rows::{now, unsigned},
};

/// The one kind of work there is: making a video.
pub(crate) const RENDER: &str = "render";

pub(crate) const QUEUED: &str = "queued";
pub(crate) const RUNNING: &str = "running";
pub(crate) const DONE: &str = "done";
pub(crate) const FAILED: &str = "failed";
pub(crate) const CANCELLED: &str = "cancelled";

/// A job that failed or lost its worker this often is not tried again by itself.
pub(crate) const MAX_ATTEMPTS: i32 = 5;

/// Leases may be of different lengths; none is this much longer than another.
const MOST_LEASE: Duration = Duration::from_secs(300);

/// The right to work on a job, until it runs out or is renewed. It may travel to whoever does the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
            let Some(job) = next_job(&transaction, now, lease).await? else {
                // At once, and not when the connection is next used: others pass over what is still locked.
                transaction.rollback().await?;
                return Ok(None);
            };
            if let Some(lease) = self.take(transaction, &job, now, worker, lease).await? {
                // There may be more; one notice may have stood for several jobs.
                self.wake_a_worker();
                return Ok(Some(lease));
            }
        }
    }

    /// Goes on with a job whose worker is known to have vanished, before its lease has run out. Nothing, if the
    /// job does not run under this very lease any more: whoever has it now, it is not the one that vanished.
    pub async fn take_over(
        &self,
        vanished: &Lease,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let transaction = self.begin().await?;
        let Some(job) = held(vanished).lock_exclusive().one(&transaction).await? else {
            transaction.rollback().await?;
            return Ok(None);
        };
        self.take(transaction, &job, now(), worker, lease).await
    }

    /// Begins an attempt at a locked job that waits or was left behind. Nothing, if it was left behind too often:
    /// then it is dead.
    async fn take(
        &self,
        transaction: DatabaseTransaction,
        job: &job::Model,
        now: DateTime<Utc>,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let (generation, user) = (GenerationId::from_uuid(job.generation_id), UserId::from_uuid(job.user_id));
        if job.state == RUNNING {
            attempts::end(&transaction, job, AttemptOutcome::Vanished, None).await?;
        }
        if job.state == RUNNING && job.attempt >= MAX_ATTEMPTS {
            tracing::error!(generation.id = %generation, attempts = job.attempt, "given up");
            let reason = "Making this video stopped the program several times. Please try another prompt.";
            end_job(&transaction, job, FAILED, Some(reason)).await?;
            end_generation(&transaction, job, GenerationStatus::Failed, Some(reason)).await?;
            self.commit_event(transaction, user, generation).await?;
            return Ok(None);
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
        attempts::begin(&transaction, job.id, fence, worker, now).await?;
        generation::Entity::update_many()
            .col_expr(generation::Column::Status, Expr::value(GenerationStatus::Running.as_str()))
            .col_expr(
                generation::Column::CurrentStep,
                Expr::case(Expr::col(generation::Column::CompletedAt).is_null(), Stage::Plan.step())
                    .finally("Making your change")
                    .into(),
            )
            .col_expr(generation::Column::ErrorMessage, Expr::value(None::<String>))
            .filter(generation::Column::Id.eq(job.generation_id))
            .exec(&transaction)
            .await?;
        events::append(&transaction, generation).await?;
        self.commit_event(transaction, user, generation).await?;
        Ok(Some(Lease {
            job: JobId::from_uuid(job.id),
            generation,
            user,
            fence,
            attempt: unsigned("a job's attempts", attempt)?,
        }))
    }

    /// Renews the lease and reads the cancel flag. A lease that ran out is still held as long as
    /// nobody else claimed the job.
    pub async fn heartbeat(&self, lease: &Lease, length: Duration) -> Result<Heartbeat, StoreError> {
        let transaction = self.begin().await?;
        let Some(job) = held(lease).lock_exclusive().one(&transaction).await? else {
            transaction.rollback().await?;
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
            end_cancelled(&transaction, &job).await?;
            self.commit_event(transaction, lease.user, lease.generation).await?;
            self.wake_the_caller();
            return Ok(());
        }
        attempts::end(&transaction, &job, AttemptOutcome::HandedBack, None).await?;
        // Handing back in order is no failed attempt.
        let attempt = job.attempt - 1;
        queue_again(&transaction, &job, Again { attempt, run_at: now(), reason: None }).await?;
        events::append(&transaction, lease.generation).await?;
        self.commit_job(transaction, lease.user, lease.generation).await?;
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

/// How a job comes to wait once more.
pub(crate) struct Again<'a> {
    /// How many attempts count so far.
    pub attempt: i32,
    pub run_at: DateTime<Utc>,
    /// What went wrong, for the user.
    pub reason: Option<&'a str>,
}

/// Job and generation wait, in the place that they had. The caller tells of it.
pub(crate) async fn queue_again(
    transaction: &DatabaseTransaction,
    job: &job::Model,
    again: Again<'_>,
) -> Result<(), StoreError> {
    let Again { attempt, run_at, reason } = again;
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(QUEUED))
        .col_expr(job::Column::LeaseOwner, Expr::value(None::<String>))
        .col_expr(job::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(job::Column::RunAt, Expr::value(run_at))
        .col_expr(job::Column::Attempt, Expr::value(attempt))
        .col_expr(job::Column::CancelRequested, Expr::value(false))
        .col_expr(job::Column::LastError, Expr::value(reason.map(str::to_owned)))
        .col_expr(job::Column::EndedAt, Expr::value(None::<DateTime<Utc>>))
        .filter(job::Column::Id.eq(job.id))
        .exec(transaction)
        .await?;
    let step = if reason.is_some() {
        format!("Waiting to try again, after attempt {attempt} of {MAX_ATTEMPTS}")
    } else {
        Stage::Queued.step()
    };
    generation::Entity::update_many()
        .col_expr(generation::Column::Status, Expr::value(GenerationStatus::Queued.as_str()))
        .col_expr(generation::Column::CurrentStep, Expr::value(step))
        .col_expr(generation::Column::ErrorMessage, Expr::value(reason.map(str::to_owned)))
        .filter(generation::Column::Id.eq(job.generation_id))
        .exec(transaction)
        .await?;
    Ok(())
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

/// The job to be taken next, locked: one whose worker vanished, or the next of the user whose turn it
/// is. Rows that another worker is just taking are passed over on PostgreSQL; on SQLite there is no
/// other writer at this moment.
async fn next_job(
    transaction: &DatabaseTransaction,
    now: DateTime<Utc>,
    lease: Duration,
) -> Result<Option<job::Model>, StoreError> {
    let queue = queue::state(transaction).await?;
    if queue.paused_at.is_some() {
        return Ok(None);
    }
    // No living worker's lease reaches further than this: one that does was given before the clock was
    // set back, and nobody may be behind it any more.
    let impossible = later(later(now, lease), MOST_LEASE);
    let left_behind = job::Entity::find()
        .filter(job::Column::State.eq(RUNNING))
        .filter(job::Column::LeaseUntil.lt(now).or(job::Column::LeaseUntil.gt(impossible)))
        .order_by_asc(job::Column::LeaseUntil)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(transaction)
        .await?;
    if left_behind.is_some() {
        return Ok(left_behind);
    }
    let Some(turn) = next_turn(transaction, now, queue.per_user).await? else { return Ok(None) };
    let job = job::Entity::find()
        .filter(job::Column::UserId.eq(turn.user_id))
        .filter(due(now))
        .order_by_desc(job::Column::Priority)
        .order_by_asc(job::Column::Position)
        .order_by_asc(job::Column::Id)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(transaction)
        .await?;
    if job.is_some() {
        let last = Query::select()
            .expr(Expr::col(queue_turn::Column::Turn).max())
            .from(queue_turn::Entity)
            .to_owned();
        queue_turn::Entity::update_many()
            .col_expr(queue_turn::Column::Turn, Expr::from(SubQueryStatement::from(last)).add(1))
            .filter(queue_turn::Column::UserId.eq(turn.user_id))
            .exec(transaction)
            .await?;
    }
    Ok(job)
}

/// Who is served next, locked: of those who wait and may have another job run, the one with the most
/// urgent job, and among equals the one who was served longest ago.
async fn next_turn(
    transaction: &DatabaseTransaction,
    now: DateTime<Utc>,
    per_user: i32,
) -> Result<Option<queue_turn::Model>, StoreError> {
    let of_this_user = || {
        Query::select()
            .from(job::Entity)
            .and_where(
                Expr::col((job::Entity, job::Column::UserId))
                    .equals((queue_turn::Entity, queue_turn::Column::UserId)),
            )
            .to_owned()
    };
    let waits = of_this_user().expr(Expr::val(1)).cond_where(due(now)).to_owned();
    // There is a running job after as many as are allowed less one.
    let at_the_limit = of_this_user()
        .expr(Expr::val(1))
        .and_where(job::Column::State.eq(RUNNING))
        .limit(1)
        .offset(u64::try_from(Ord::max(per_user, 1) - 1).unwrap_or(0))
        .to_owned();
    let urgency = of_this_user().expr(Expr::col(job::Column::Priority).max()).cond_where(due(now)).to_owned();
    let turns = queue_turn::Entity::find()
        .filter(Expr::exists(waits))
        .filter(Expr::not_exists(at_the_limit))
        .order_by_desc(Expr::from(SubQueryStatement::from(urgency)))
        .order_by_asc(queue_turn::Column::Turn)
        .order_by_asc(queue_turn::Column::UserId)
        .limit(1);
    let passing = turns.clone().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    loop {
        let turn = match passing.clone().one(transaction).await? {
            Some(turn) => turn,
            // Everybody who waits is just being served by another worker: there may be more for this one.
            None => match turns.clone().lock_exclusive().one(transaction).await? {
                Some(turn) => turn,
                None => return Ok(None),
            },
        };
        // Whoever had the lock before may have taken the last job that this user may have run. What that
        // statement counted was of before it waited; this one counts what is.
        let still = turns.clone().filter(queue_turn::Column::UserId.eq(turn.user_id));
        if let Some(turn) = still.one(transaction).await? {
            return Ok(Some(turn));
        }
    }
}

/// Waits, and its time has come. One that is to wait longer than any back-off was put there before the
/// clock was set back.
fn due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(job::Column::State.eq(QUEUED))
        .add(job::Column::RunAt.lte(now).or(job::Column::RunAt.gt(later(now, attempts::LONGEST_WAIT * 2))))
}
