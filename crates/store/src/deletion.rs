//! Deleting videos. A deletion hides the video at once from every read that is for a user, and can be undone for a
//! while; then whatever process looks first removes it for good.
//!
//! ```text
//!          delete             10 s, and a little more         the next look
//! shown ----------> hidden ----------------------------> due --------------> gone
//!   ^                 |                                   |
//!   `---- restore ----'                    (too late to restore)
//! ```
//! What a deletion cancelled stays cancelled when the video is brought back.

use std::time::Duration;

use admint_domain::{GenerationId, UNDO_SECONDS, Undoable, UserId};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    called_off::call_off,
    complete::{book_to_user, end_cancelled},
    entity::{asset, generation, job},
    generations::find_owned,
    jobs::{QUEUED, RENDER, RUNNING},
    queue::own_job,
    rows::now,
};

/// A wish to undo that was under way when the time was over still counts.
const ON_ITS_WAY: Duration = Duration::from_secs(5);
/// As many are removed between two looks.
const AT_ONCE: u64 = 100;

impl Store {
    /// Hides the video from everybody, and has its worker told to stop. `false`, if it is not there. What is hidden at
    /// one and the same time was deleted together.
    pub async fn hide_generation(
        &self,
        now: DateTime<Utc>,
        user: UserId,
        id: GenerationId,
    ) -> Result<bool, StoreError> {
        let now = now.trunc_subsecs(6);
        let transaction = self.begin().await?;
        let job = own_job(&transaction, user, id).await?;
        if let Some(job) = job {
            let is_abandoned = job.lease_until.is_some_and(|until| until < now);
            if job.state == QUEUED || (job.state == RUNNING && is_abandoned) {
                end_cancelled(&transaction, &job).await?;
            } else if job.state == RUNNING {
                job::Entity::update_many()
                    .col_expr(job::Column::CancelRequested, Expr::value(true))
                    .filter(job::Column::Id.eq(job.id))
                    .exec(&transaction)
                    .await?;
            }
        }
        let hidden = generation::Entity::update_many()
            .col_expr(generation::Column::DeletedAt, Expr::value(now))
            .filter(generation::Column::Id.eq(id.uuid()))
            .filter(generation::Column::UserId.eq(user.uuid()))
            .filter(generation::Column::DeletedAt.is_null())
            .exec(&transaction)
            .await?;
        if hidden.rows_affected == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        self.commit_event(transaction, user, id).await?;
        self.wake_the_caller();
        Ok(true)
    }

    /// Undoes a deletion that is not long ago. `false`, if it is, or nothing of this user's is there; what is not
    /// deleted stays as it is.
    pub async fn restore_generation(&self, user: UserId, id: GenerationId) -> Result<bool, StoreError> {
        self.restore_generation_at(now(), user, id).await
    }

    pub(crate) async fn restore_generation_at(
        &self,
        now: DateTime<Utc>,
        user: UserId,
        id: GenerationId,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let restored = generation::Entity::update_many()
            .col_expr(generation::Column::DeletedAt, Expr::value(None::<DateTime<Utc>>))
            .filter(generation::Column::Id.eq(id.uuid()))
            .filter(generation::Column::UserId.eq(user.uuid()))
            .filter(generation::Column::DeletedAt.gt(since_when_it_can_be_undone(now)))
            .exec(&transaction)
            .await?;
        if restored.rows_affected == 1 {
            self.commit_event(transaction, user, id).await?;
            return Ok(true);
        }
        let is_there = find_owned(user, id).one(&transaction).await?.is_some();
        transaction.rollback().await?;
        Ok(is_there)
    }

    /// What the user deleted last, and together, if a deletion can still be undone at this time.
    pub async fn undoable(&self, now: DateTime<Utc>, user: UserId) -> Result<Option<Undoable>, StoreError> {
        let told = TimeDelta::seconds(i64::from(UNDO_SECONDS));
        let rows: Vec<(Uuid, Option<DateTime<Utc>>)> =
            deleted_since(user, now - told).into_tuple().all(self.reader()).await?;
        let Some(last) = rows.iter().filter_map(|&(_, deleted)| deleted).max() else { return Ok(None) };
        let together = rows.into_iter().filter(|&(_, deleted)| deleted == Some(last));
        let left = (last + told - now).num_milliseconds().max(0).unsigned_abs().div_ceil(1000);
        Ok(Some(Undoable {
            ids: together.map(|(id, _)| GenerationId::from_uuid(id)).collect(),
            seconds_left: u32::try_from(left).unwrap_or(UNDO_SECONDS).min(UNDO_SECONDS),
        }))
    }

    /// Deleted videos that nobody can bring back at this time any more, the oldest deletion first.
    pub async fn deleted_for_good(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<(UserId, GenerationId)>, StoreError> {
        let due: Vec<(Uuid, Uuid)> = generation::Entity::find()
            .select_only()
            .column(generation::Column::UserId)
            .column(generation::Column::Id)
            .filter(generation::Column::DeletedAt.lte(since_when_it_can_be_undone(now)))
            .order_by_asc(generation::Column::DeletedAt)
            .limit(AT_ONCE)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(due.into_iter().map(|(user, id)| (UserId::from_uuid(user), GenerationId::from_uuid(id))).collect())
    }

    /// Removes the generation, hidden or not, and all that hangs on it; the keys are of the files to be removed then.
    /// Nothing, if it is gone, whoever removed it. The user's statistics and the ledger stay: a deleted video was made
    /// and paid for. One under way loses its job, so its worker's next write is refused.
    pub async fn delete_generation(
        &self,
        user: UserId,
        id: GenerationId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        self.delete_where(user, id, Condition::all()).await
    }

    /// The same of one of [`deleted_for_good`](Self::deleted_for_good), unless it was brought back all the same: two
    /// processes' clocks are never quite the same.
    pub async fn purge_generation(
        &self,
        now: DateTime<Utc>,
        user: UserId,
        id: GenerationId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let is_due = generation::Column::DeletedAt.lte(since_when_it_can_be_undone(now));
        self.delete_where(user, id, Condition::all().add(is_due)).await
    }

    async fn delete_where(
        &self,
        user: UserId,
        id: GenerationId,
        condition: Condition,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let transaction = self.begin().await?;
        let Some(keys) = self.remove(&transaction, user, id, condition).await? else {
            transaction.rollback().await?;
            return Ok(None);
        };
        self.commit_event(transaction, user, id).await?;
        self.wake_the_caller();
        Ok(Some(keys))
    }

    async fn remove(
        &self,
        transaction: &DatabaseTransaction,
        user: UserId,
        id: GenerationId,
        condition: Condition,
    ) -> Result<Option<Vec<String>>, StoreError> {
        // Locked, whether the video is hidden or not.
        let job = job::Entity::find()
            .filter(job::Column::GenerationId.eq(id.uuid()))
            .filter(job::Column::UserId.eq(user.uuid()))
            .filter(job::Column::Kind.eq(RENDER))
            .lock_exclusive()
            .one(transaction)
            .await?;
        let row = generation::Entity::find_by_id(id.uuid())
            .filter(generation::Column::UserId.eq(user.uuid()))
            .filter(condition)
            // Nobody brings it back from here on.
            .lock_exclusive()
            .one(transaction)
            .await?;
        if row.is_none() {
            return Ok(None);
        }
        if let Some(job) = job {
            // Also of one that failed: its scenes may still be with their providers.
            call_off(transaction, id).await?;
            book_to_user(transaction, &job).await?;
        }
        let assets = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(id.uuid()))
            .order_by_asc(asset::Column::Id)
            .all(transaction)
            .await?;
        let gone = assets.iter().map(|asset| asset.bytes).sum();
        self.book_bytes(transaction, user.uuid(), 0, gone).await?;
        generation::Entity::delete_many()
            .filter(generation::Column::Id.eq(id.uuid()))
            .filter(generation::Column::UserId.eq(user.uuid()))
            .exec(transaction)
            .await?;
        Ok(Some(assets.into_iter().map(|asset| asset.key).collect()))
    }
}

/// Each with when it was deleted, in the order in which they were begun.
pub(crate) fn deleted_since(user: UserId, since: DateTime<Utc>) -> Select<generation::Entity> {
    generation::Entity::find()
        .select_only()
        .column(generation::Column::Id)
        .column(generation::Column::DeletedAt)
        .filter(generation::Column::DeletedAt.gt(since))
        .filter(generation::Column::UserId.eq(user.uuid()))
        .order_by_asc(generation::Column::Id)
}

/// What was deleted after this can be brought back.
fn since_when_it_can_be_undone(now: DateTime<Utc>) -> DateTime<Utc> {
    let undo =
        TimeDelta::seconds(i64::from(UNDO_SECONDS)) + TimeDelta::from_std(ON_ITS_WAY).unwrap_or_default();
    now.checked_sub_signed(undo).unwrap_or(DateTime::<Utc>::MIN_UTC)
}
