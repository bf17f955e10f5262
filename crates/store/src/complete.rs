//! How a generation ends. Its row, the user's statistics, the last event and the job change in one
//! transaction, and only once: the job leaves `running` in it, and only a running job can end.

use admint_domain::{AttemptOutcome, Frames, GenerationId, GenerationStatus, Stage};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    Lease, Store, StoreError, attempts,
    called_off::call_off,
    entity::{generation, job, user},
    events,
    jobs::{CANCELLED, DONE, RUNNING, end_job},
    ledger::{settle_open, settled_cost},
    rows::{now, to_json},
};

/// What a finished video is told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The video's length.
    pub duration: Frames,
    /// What is missing from it, and why.
    pub left_out: Vec<String>,
}

impl Store {
    /// Books the video and counts it for its user; a change of one that was complete before is not counted again.
    /// The keys are of the files of revisions that nobody can go back to any more, to be removed then. Repeated by
    /// the same lease it changes nothing.
    pub async fn complete(&self, lease: &Lease, completed: Completed) -> Result<Vec<String>, StoreError> {
        let Some((transaction, job)) = self.begin_end(lease, &[DONE]).await? else { return Ok(Vec::new()) };
        attempts::end(&transaction, &job, AttemptOutcome::Done, None).await?;
        end_job(&transaction, &job, DONE, None).await?;
        let row = generation::Entity::find_by_id(job.generation_id).one(&transaction).await?;
        let row = row.ok_or(StoreError::LeaseLost)?;
        let is_first = row.completed_at.is_none();
        let gone = self.show_revision(&transaction, &row).await?;
        // A change takes less than an ad, and tells nothing of how long one takes.
        let worked = match is_first {
            true => Some(attempts::worked(&transaction, job.id).await?.as_secs_f64()),
            false => row.generation_time_seconds,
        };
        generation::Entity::update_many()
            .col_expr(generation::Column::FinalFrames, Expr::value(i32::try_from(completed.duration.0).ok()))
            .col_expr(generation::Column::GenerationTimeSeconds, Expr::value(worked))
            .col_expr(generation::Column::Progress, Expr::value(i32::from(Stage::Done.progress())))
            .col_expr(generation::Column::CurrentStep, Expr::value(Stage::Done.step()))
            .col_expr(
                generation::Column::LeftOut,
                Expr::value(to_json("what was left out", &completed.left_out)?),
            )
            .col_expr(generation::Column::CompletedAt, Expr::value(now()))
            .filter(generation::Column::Id.eq(job.generation_id))
            .exec(&transaction)
            .await?;
        user::Entity::update_many()
            .col_expr(
                user::Column::TotalGenerations,
                Expr::col(user::Column::TotalGenerations).add(i32::from(is_first)),
            )
            .filter(user::Column::Id.eq(job.user_id))
            .exec(&transaction)
            .await?;
        settle_open(&transaction, lease.generation).await?;
        end_generation(&transaction, &job, GenerationStatus::Completed, None).await?;
        self.commit_event(transaction, lease.user, lease.generation).await?;
        Ok(gone)
    }

    /// The work has stopped because the user wanted it to.
    pub async fn cancelled(&self, lease: &Lease) -> Result<(), StoreError> {
        let ends = [CANCELLED];
        let Some((transaction, job)) = self.begin_end(lease, &ends).await? else { return Ok(()) };
        end_cancelled(&transaction, &job).await?;
        self.commit_event(transaction, lease.user, lease.generation).await?;
        self.wake_the_caller();
        Ok(())
    }

    /// The job, locked; nothing if this very lease has already brought it into one of these states.
    pub(crate) async fn begin_end(
        &self,
        lease: &Lease,
        states: &[&str],
    ) -> Result<Option<(DatabaseTransaction, job::Model)>, StoreError> {
        let transaction = self.begin().await?;
        let job = job::Entity::find_by_id(lease.job.uuid())
            .filter(job::Column::Fence.eq(lease.fence))
            .lock_exclusive()
            .one(&transaction)
            .await?;
        match job {
            Some(job) if job.state == RUNNING => Ok(Some((transaction, job))),
            Some(job) if states.contains(&job.state.as_str()) => Ok(None),
            _ => Err(StoreError::LeaseLost),
        }
    }
}

/// The job and its generation are cancelled, and so is what their providers are still at.
pub(crate) async fn end_cancelled(
    transaction: &DatabaseTransaction,
    job: &job::Model,
) -> Result<(), StoreError> {
    attempts::end(transaction, job, AttemptOutcome::Cancelled, None).await?;
    end_job(transaction, job, CANCELLED, None).await?;
    call_off(transaction, GenerationId::from_uuid(job.generation_id)).await?;
    end_generation(transaction, job, GenerationStatus::Cancelled, None).await
}

/// Sets the status, books what was spent to the user, and tells of it. The caller ends the job.
pub(crate) async fn end_generation(
    transaction: &DatabaseTransaction,
    job: &job::Model,
    status: GenerationStatus,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let generation = GenerationId::from_uuid(job.generation_id);
    generation::Entity::update_many()
        .col_expr(generation::Column::Status, Expr::value(status.as_str()))
        .col_expr(generation::Column::ErrorMessage, Expr::value(error.map(str::to_owned)))
        .filter(generation::Column::Id.eq(job.generation_id))
        .exec(transaction)
        .await?;
    book_to_user(transaction, job).await?;
    events::append(transaction, generation).await
}

/// Brings what the generation has cost so far into its user's total. One that failed and is tried again ends
/// more than once; what was booked before is not booked again.
pub(crate) async fn book_to_user(
    transaction: &DatabaseTransaction,
    job: &job::Model,
) -> Result<(), StoreError> {
    let generation = GenerationId::from_uuid(job.generation_id);
    let cost = settled_cost(transaction, generation).await?.micros();
    let row = generation::Entity::find_by_id(job.generation_id).one(transaction).await?;
    let booked = row.ok_or(StoreError::LeaseLost)?.booked;
    user::Entity::update_many()
        .col_expr(user::Column::TotalCost, Expr::col(user::Column::TotalCost).add(cost - booked))
        .filter(user::Column::Id.eq(job.user_id))
        .exec(transaction)
        .await?;
    generation::Entity::update_many()
        .col_expr(generation::Column::Booked, Expr::value(cost))
        .filter(generation::Column::Id.eq(job.generation_id))
        .exec(transaction)
        .await?;
    Ok(())
}
