//! The queue as its users and its operator see it, and what they may change of it.

use std::{cmp::Reverse, collections::HashMap};

use admint_domain::{GenerationId, GenerationStatus, QueueItem, QueueMove, QueueView, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Func},
};
use uuid::Uuid;

use crate::{
    Store, StoreError, attempts,
    connection::later,
    entity::{generation, job, job_attempt, queue_state, queue_turn},
    events,
    forecast::{Forecast, InHand, Waiting, forecast},
    jobs::{Again, CANCELLED, FAILED, QUEUED, RENDER, RUNNING, queue_again},
    routes,
    rows::{now, unsigned},
};

/// Finished videos that say how long one takes here.
const HISTORY: u64 = 50;
/// Failed and cancelled ones on the page; older ones are in the gallery.
const ENDED: u64 = 20;

/// What became of a wish to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryOutcome {
    /// Not there, or not this user's.
    NotFound,
    /// Waiting, running or completed; it stays so.
    NotDead,
    /// It waits, at the end of its user's queue.
    Queued,
}

/// The whole queue in figures, for its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSummary {
    pub paused_at: Option<DateTime<Utc>>,
    pub per_user: u32,
    pub waiting: u64,
    pub running: u64,
    pub failed: u64,
}

impl Store {
    /// One user's share of the queue: what runs, what waits in its order, and what failed of late.
    pub async fn queue_of(&self, user: UserId) -> Result<QueueView, StoreError> {
        let db = self.reader();
        let state = state(db).await?;
        let now = now();
        let jobs = job::Entity::find()
            .filter(job::Column::State.is_in([QUEUED, RUNNING]))
            .order_by_asc(job::Column::Id)
            .all(db)
            .await?;
        let forecast = self.forecast(&jobs, state.per_user, now).await?;

        let ended = job::Entity::find()
            .filter(job::Column::UserId.eq(user.uuid()))
            .filter(job::Column::State.is_in([FAILED, CANCELLED]))
            .order_by_desc(job::Column::EndedAt)
            .limit(ENDED)
            .all(db)
            .await?;
        let waiting = jobs.iter().filter(|job| job.state == QUEUED).count();
        let own = jobs.into_iter().filter(|job| job.user_id == user.uuid());
        let mut shown: Vec<job::Model> = own.chain(ended).collect();
        let place = |job: &job::Model| match job.state.as_str() {
            RUNNING => (0, 0),
            QUEUED => (1, forecast.get(&job.id).map_or(u32::MAX, |forecast| forecast.position)),
            _ => (2, 0),
        };
        // Stable: those that ended stay the newest first.
        shown.sort_by_key(place);

        let ids = || shown.iter().map(|job| job.generation_id);
        let rows = generation::Entity::find()
            .filter(generation::Column::Id.is_in(ids()))
            .filter(generation::Column::UserId.eq(user.uuid()))
            .all(db)
            .await?;
        let mut rows: HashMap<Uuid, generation::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
        let mut tries = HashMap::<Uuid, Vec<_>>::new();
        let attempts = job_attempt::Entity::find()
            .filter(job_attempt::Column::JobId.is_in(shown.iter().map(|job| job.id)))
            .order_by_asc(job_attempt::Column::Fence)
            .all(db)
            .await?;
        for attempt in attempts {
            tries.entry(attempt.job_id).or_default().push(attempts::view(attempt)?);
        }

        let mut items = Vec::with_capacity(shown.len());
        for job in shown {
            let Some(row) = rows.remove(&job.generation_id) else { continue };
            let foreseen = forecast.get(&job.id).copied();
            items.push(QueueItem {
                id: GenerationId::from_uuid(row.id),
                title: row.title,
                prompt: row.prompt,
                status: row
                    .status
                    .parse::<GenerationStatus>()
                    .map_err(|error| StoreError::corrupt("a status", error))?,
                progress: unsigned("progress", row.progress)?,
                current_step: row.current_step,
                error: row.error_message,
                position: foreseen.filter(|_| job.state == QUEUED).map(|foreseen| foreseen.position),
                ready_in_seconds: foreseen.and_then(|foreseen| foreseen.ready_in_seconds),
                retry_at: (job.state == QUEUED && job.run_at > now).then_some(job.run_at),
                attempts: tries.remove(&job.id).unwrap_or_default(),
                created_at: row.created_at,
            });
        }
        Ok(QueueView { items, waiting: waiting as u32, paused: state.paused_at.is_some() })
    }

    /// Has a failed or cancelled one made after all, with everything that was finished kept.
    pub async fn retry(&self, user: UserId, id: GenerationId) -> Result<RetryOutcome, StoreError> {
        let transaction = self.begin().await?;
        let found = own_job(&transaction, user, id).await?;
        let dead = found.as_ref().filter(|job| job.state == FAILED || job.state == CANCELLED);
        let Some(job) = dead else {
            // At once, and not when the connection is next used: a claim would pass the locked row over.
            transaction.rollback().await?;
            return Ok(if found.is_some() { RetryOutcome::NotDead } else { RetryOutcome::NotFound });
        };
        routes::begin_anew(&transaction, job).await?;
        queue_again(&transaction, job, Again { attempt: 0, run_at: now(), reason: None }).await?;
        let last = last_position(&transaction, user.uuid()).await?;
        set_position(&transaction, job.id, last + 1).await?;
        events::append(&transaction, id).await?;
        self.commit_job(transaction, id).await?;
        Ok(RetryOutcome::Queued)
    }

    /// Moves one that waits among its user's own. `false` if it does not wait, or is not this user's.
    pub async fn move_in_queue(
        &self,
        user: UserId,
        id: GenerationId,
        to: QueueMove,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        // All of them locked, in one order: two moves at a time follow one another.
        let mut waiting = job::Entity::find()
            .filter(job::Column::UserId.eq(user.uuid()))
            .filter(job::Column::State.eq(QUEUED))
            .order_by_asc(job::Column::Id)
            .lock_exclusive()
            .all(&transaction)
            .await?;
        waiting.sort_by_key(|job| (Reverse(job.priority), job.position, job.id));
        let Some(at) = waiting.iter().position(|job| job.generation_id == id.uuid()) else {
            transaction.rollback().await?;
            return Ok(false);
        };
        let job = waiting.remove(at);
        let to = match to {
            QueueMove::First => 0,
            QueueMove::Earlier => at.saturating_sub(1),
            QueueMove::Later => (at + 1).min(waiting.len()),
            QueueMove::Last => waiting.len(),
        };
        waiting.insert(to, job);
        for (position, job) in (1..).zip(&waiting) {
            if job.position != position {
                set_position(&transaction, job.id, position).await?;
            }
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// No job is taken up until [`resume_queue`](Self::resume_queue); those under way go on.
    pub async fn pause_queue(&self) -> Result<(), StoreError> {
        self.set_paused_at(Some(now())).await
    }

    pub async fn resume_queue(&self) -> Result<(), StoreError> {
        // Workers that are not told look for themselves before long.
        self.set_paused_at(None).await?;
        self.wake_a_worker();
        Ok(())
    }

    /// How many of one user's jobs may run at a time; at least one.
    pub async fn set_jobs_per_user(&self, most: u32) -> Result<(), StoreError> {
        let most = i32::try_from(most.max(1)).unwrap_or(i32::MAX);
        let transaction = self.begin().await?;
        queue_state::Entity::update_many()
            .col_expr(queue_state::Column::PerUser, Expr::value(most))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Higher goes first, whoever's turn it is. `false` if it does not wait.
    pub async fn set_priority(&self, id: GenerationId, priority: i32) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let changed = job::Entity::update_many()
            .col_expr(job::Column::Priority, Expr::value(priority))
            .filter(job::Column::GenerationId.eq(id.uuid()))
            .filter(job::Column::State.eq(QUEUED))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(changed.rows_affected > 0)
    }

    pub async fn queue_summary(&self) -> Result<QueueSummary, StoreError> {
        let db = self.reader();
        let state = state(db).await?;
        let count = |state: &'static str| job::Entity::find().filter(job::Column::State.eq(state)).count(db);
        Ok(QueueSummary {
            paused_at: state.paused_at,
            per_user: unsigned("the jobs of a user", state.per_user)?,
            waiting: count(QUEUED).await?,
            running: count(RUNNING).await?,
            failed: count(FAILED).await?,
        })
    }

    async fn set_paused_at(&self, at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        queue_state::Entity::update_many()
            .col_expr(queue_state::Column::PausedAt, Expr::value(at))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Seconds until one is done that waits or runs, as far as this installation's own past tells.
    pub(crate) async fn ready_in(&self, generation: Uuid) -> Result<Option<f64>, StoreError> {
        let db = self.reader();
        let found = job::Entity::find()
            .filter(job::Column::GenerationId.eq(generation))
            .filter(job::Column::Kind.eq(RENDER))
            .one(db)
            .await?;
        let Some(job) = found else { return Ok(None) };
        let state = state(db).await?;
        let among = match job.state.as_str() {
            RUNNING => vec![job.clone()],
            // Nobody knows when the operator resumes it.
            QUEUED if state.paused_at.is_none() => {
                let all = job::Entity::find().filter(job::Column::State.is_in([QUEUED, RUNNING]));
                all.order_by_asc(job::Column::Id).all(db).await?
            }
            _ => return Ok(None),
        };
        let foreseen = self.forecast(&among, state.per_user, now()).await?;
        Ok(foreseen.get(&job.id).and_then(|foreseen| foreseen.ready_in_seconds))
    }

    /// When each job that waits or runs will be done, as far as this installation's own past tells.
    async fn forecast(
        &self,
        jobs: &[job::Model],
        per_user: i32,
        now: DateTime<Utc>,
    ) -> Result<HashMap<Uuid, Forecast>, StoreError> {
        let db = self.reader();
        let pace = self.pace().await?;
        let turns = queue_turn::Entity::find().all(db).await?;
        let turns = turns.into_iter().map(|turn| (turn.user_id, turn.turn)).collect();
        let lengths: Vec<(Uuid, i32)> = generation::Entity::find()
            .select_only()
            .column(generation::Column::Id)
            .column(generation::Column::TargetSeconds)
            .filter(generation::Column::Id.is_in(jobs.iter().map(|job| job.generation_id)))
            .into_tuple()
            .all(db)
            .await?;
        let lengths: HashMap<Uuid, i32> = lengths.into_iter().collect();
        let work = |job: &job::Model| {
            let length = lengths.get(&job.generation_id).copied().unwrap_or_default();
            pace.map(|pace| pace * f64::from(length))
        };
        let seconds = |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).as_seconds_f64();
        let mut in_hand = Vec::new();
        let mut waiting = Vec::new();
        for job in jobs {
            if job.state == RUNNING {
                let started = job_attempt::Entity::find()
                    .filter(job_attempt::Column::JobId.eq(job.id))
                    .filter(job_attempt::Column::Fence.eq(job.fence))
                    .one(db)
                    .await?
                    .map_or(now, |attempt| attempt.started_at);
                let left = work(job).map(|work| (work - seconds(started, now)).max(1.0));
                in_hand.push(InHand { job: job.id, user: job.user_id, left });
            } else {
                waiting.push(Waiting {
                    job: job.id,
                    user: job.user_id,
                    priority: job.priority,
                    position: job.position,
                    not_before: seconds(now, job.run_at.min(later(now, attempts::LONGEST_WAIT))).max(0.0),
                    work: work(job),
                });
            }
        }
        Ok(forecast(&in_hand, waiting, turns, u32::try_from(per_user).unwrap_or(1)))
    }

    /// Seconds of work for a second of video: the middle one of the newest, if there are any.
    async fn pace(&self) -> Result<Option<f64>, StoreError> {
        let rows: Vec<(i32, Option<f64>)> = generation::Entity::find()
            .select_only()
            .column(generation::Column::TargetSeconds)
            .column(generation::Column::GenerationTimeSeconds)
            .filter(generation::Column::Status.eq(GenerationStatus::Completed.as_str()))
            .filter(generation::Column::GenerationTimeSeconds.is_not_null())
            .order_by_desc(generation::Column::CreatedAt)
            .limit(HISTORY)
            .into_tuple()
            .all(self.reader())
            .await?;
        let mut paces: Vec<f64> = rows
            .into_iter()
            .filter_map(|(length, seconds)| Some(seconds? / f64::from(length.max(1))))
            .collect();
        paces.sort_by(f64::total_cmp);
        Ok(paces.get(paces.len() / 2).copied())
    }
}

pub(crate) async fn state(db: &impl ConnectionTrait) -> Result<queue_state::Model, StoreError> {
    let row = queue_state::Entity::find().one(db).await?;
    row.ok_or_else(|| StoreError::corrupt("the queue's state", "its row is missing"))
}

/// The place behind all of this user's jobs.
pub(crate) async fn last_position(transaction: &DatabaseTransaction, user: Uuid) -> Result<i64, StoreError> {
    let last: Option<Option<i64>> = job::Entity::find()
        .select_only()
        .expr(Func::max(Expr::col(job::Column::Position)))
        .filter(job::Column::UserId.eq(user))
        .filter(job::Column::State.eq(QUEUED))
        .into_tuple()
        .one(transaction)
        .await?;
    Ok(last.flatten().unwrap_or(0))
}

pub(crate) async fn set_position(
    transaction: &DatabaseTransaction,
    job: Uuid,
    position: i64,
) -> Result<(), StoreError> {
    job::Entity::update_many()
        .col_expr(job::Column::Position, Expr::value(position))
        .filter(job::Column::Id.eq(job))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The job that makes this user's generation, locked.
pub(crate) async fn own_job(
    transaction: &DatabaseTransaction,
    user: UserId,
    id: GenerationId,
) -> Result<Option<job::Model>, StoreError> {
    Ok(job::Entity::find()
        .filter(job::Column::GenerationId.eq(id.uuid()))
        .filter(job::Column::UserId.eq(user.uuid()))
        .filter(job::Column::Kind.eq(RENDER))
        .lock_exclusive()
        .one(transaction)
        .await?)
}
