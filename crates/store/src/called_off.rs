//! Operations that nobody waits for any more. Each is written down in the transaction that cancels or deletes
//! its video, and forgotten when its provider has been told: a process that ends in between, or a provider
//! that does not answer, loses none.

use std::time::Duration;

use admint_domain::GenerationId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    AssetKind, Store, StoreError,
    connection::later,
    entity::{asset, called_off_operation, job, scene},
    jobs::CANCELLED,
    ledger::{mark_called_off, settle_open},
    rows::{new_key, now},
};

/// A provider that was told so often and never answered is not told again.
const MAX_ATTEMPTS: i32 = 8;
/// Before the second attempt; each further one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// How many are told in one go.
const AT_ONCE: u64 = 20;

/// An operation whose provider is to be told that nobody wants its result any more.
#[derive(Clone, Debug, PartialEq)]
pub struct CalledOff {
    id: Uuid,
    pub(crate) attempts: i32,
    /// The provider's handle, as it was saved.
    pub operation: Value,
}

impl Store {
    /// Those whose time has come, the oldest first. Two processes may get the same: being told twice does no harm.
    pub async fn called_off(&self) -> Result<Vec<CalledOff>, StoreError> {
        let rows = called_off_operation::Entity::find()
            .filter(called_off_operation::Column::RunAt.lte(now()))
            .order_by_asc(called_off_operation::Column::RunAt)
            .limit(AT_ONCE)
            .all(self.reader())
            .await?;
        let called_off = |row: called_off_operation::Model| CalledOff {
            id: row.id,
            attempts: row.attempts,
            operation: row.operation,
        };
        Ok(rows.into_iter().map(called_off).collect())
    }

    /// Its provider knows.
    pub async fn provider_told(&self, called_off: &CalledOff) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        called_off_operation::Entity::delete_by_id(called_off.id).exec(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Its provider did not answer: it is told again later. `false` if it was the last time.
    pub async fn provider_not_told(&self, called_off: &CalledOff) -> Result<bool, StoreError> {
        let attempts = called_off.attempts + 1;
        if attempts >= MAX_ATTEMPTS {
            self.provider_told(called_off).await?;
            return Ok(false);
        }
        let wait = FIRST_WAIT.saturating_mul(1 << called_off.attempts);
        let transaction = self.begin().await?;
        called_off_operation::Entity::update_many()
            .col_expr(called_off_operation::Column::Attempts, Expr::value(attempts))
            .col_expr(called_off_operation::Column::RunAt, Expr::value(later(now(), wait)))
            .filter(called_off_operation::Column::Id.eq(called_off.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// An operation was started while its video was cancelled or deleted, so its handle found no place. Whoever
    /// has taken the video over since gets the same operation by the same key, and keeps it.
    pub async fn call_off_unless_taken_over(
        &self,
        generation: GenerationId,
        operation: &Value,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let wanted = job::Entity::find()
            .filter(job::Column::GenerationId.eq(generation.uuid()))
            .filter(job::Column::State.ne(CANCELLED))
            .one(&transaction)
            .await?;
        if wanted.is_some() {
            return Ok(transaction.rollback().await?);
        }
        insert(&transaction, operation.clone()).await?;
        transaction.commit().await?;
        self.wake_the_caller();
        Ok(())
    }
}

/// Writes down what the video's providers are still at, and books what they may still bill.
pub(crate) async fn call_off(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
) -> Result<(), StoreError> {
    let scenes = scene::Entity::find()
        .filter(scene::Column::GenerationId.eq(generation.uuid()))
        .filter(scene::Column::Operation.is_not_null())
        .all(transaction)
        .await?;
    let mut under_way = Vec::new();
    for row in scenes {
        let scene = row.id;
        if call_off_scene(transaction, row).await? {
            under_way.push(scene);
        }
    }
    mark_called_off(transaction, generation, &under_way).await?;
    settle_open(transaction, generation).await
}

/// Writes down what the scene's provider is still at; whether it is at anything.
pub(crate) async fn call_off_scene(
    transaction: &DatabaseTransaction,
    row: scene::Model,
) -> Result<bool, StoreError> {
    let kept = asset::Entity::find()
        .filter(asset::Column::SceneId.eq(row.id))
        .filter(asset::Column::Kind.eq(AssetKind::Clip.as_str()))
        .filter(asset::Column::UntilRevision.is_null())
        .one(transaction)
        .await?;
    let (None, Some(operation)) = (kept, row.operation) else { return Ok(false) };
    insert(transaction, operation).await?;
    // Tried again, the scene is another operation.
    scene::Entity::update_many()
        .col_expr(scene::Column::Operation, Expr::value(None::<Value>))
        .filter(scene::Column::Id.eq(row.id))
        .exec(transaction)
        .await?;
    Ok(true)
}

pub(crate) async fn insert(transaction: &DatabaseTransaction, operation: Value) -> Result<(), StoreError> {
    called_off_operation::Entity::insert(called_off_operation::ActiveModel {
        id: Set(new_key()),
        operation: Set(operation),
        attempts: Set(0),
        run_at: Set(now()),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}
