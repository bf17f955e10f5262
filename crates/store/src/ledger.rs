//! What operations cost: reserved before the call, settled after it. An unknown price is unknown;
//! it is never counted as zero.

use std::fmt;

use admint_domain::{GenerationId, Price, SceneId, Usd, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Lease, Store, StoreError,
    entity::{generation, ledger_entry},
    rows::{new_key, now},
};

/// One entry of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LedgerId(Uuid);

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What [`Store::reserve`] booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub id: LedgerId,
    /// When it was booked first, where this is not the first time: it may have been bought since.
    pub open_since: Option<DateTime<Utc>>,
}

/// An operation about to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    pub scene: Option<SceneId>,
    pub provider: String,
    /// What is bought, such as "scene 1": one thing of one scene has one name.
    pub operation: String,
    pub price: Price,
}

/// What one operation was expected to cost, and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    pub scene: Option<SceneId>,
    pub provider: String,
    pub operation: String,
    pub reserved: Price,
    /// None until it is settled.
    pub settled: Option<Price>,
}

impl Store {
    /// A generation's operations, the oldest first.
    pub async fn ledger_of(&self, user: UserId, id: GenerationId) -> Result<Vec<LedgerLine>, StoreError> {
        let rows = ledger_entry::Entity::find()
            .filter(ledger_entry::Column::UserId.eq(user.uuid()))
            .filter(ledger_entry::Column::GenerationId.eq(id.uuid()))
            .order_by_asc(ledger_entry::Column::Id)
            .all(self.reader())
            .await?;
        let price = |micros: Option<i64>| {
            micros.map_or(Price::Unknown, |micros| Price::Known(Usd::from_micros(micros)))
        };
        let line = |row: ledger_entry::Model| LedgerLine {
            scene: row.scene_id.map(SceneId::from_uuid),
            provider: row.provider,
            operation: row.operation,
            reserved: price(row.reserved),
            settled: row.settled_at.map(|_| price(row.settled)),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Books what an operation is expected to cost. The same operation reserved again before it is
    /// settled, after a crash between the two, is the same entry. One that would pass a limit is not booked:
    /// [`StoreError::OverBudget`].
    pub async fn reserve(&self, lease: &Lease, entry: LedgerEntry) -> Result<Reservation, StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let LedgerEntry { scene, provider, operation, price } = entry;
        let scene = scene.map(SceneId::uuid);
        let open = ledger_entry::Entity::find()
            .filter(ledger_entry::Column::GenerationId.eq(lease.generation.uuid()))
            .filter(match scene {
                Some(scene) => ledger_entry::Column::SceneId.eq(scene),
                None => ledger_entry::Column::SceneId.is_null(),
            })
            .filter(ledger_entry::Column::Provider.eq(provider.as_str()))
            .filter(ledger_entry::Column::Operation.eq(operation.as_str()))
            .filter(ledger_entry::Column::SettledAt.is_null())
            .one(&transaction)
            .await?;
        let open_since = open.as_ref().map(|open| open.created_at);
        if let Err(over) = self
            .require_budget(&transaction, lease, open.as_ref().map(|open| open.id), &operation, price)
            .await
        {
            // At once, and not when the connection is next used: other workers wait for the rows.
            transaction.rollback().await?;
            return Err(over);
        }
        let id = match open {
            Some(open) => {
                ledger_entry::Entity::update_many()
                    .col_expr(ledger_entry::Column::Reserved, Expr::value(micros(price)))
                    .filter(ledger_entry::Column::Id.eq(open.id))
                    .exec(&transaction)
                    .await?;
                open.id
            }
            None => {
                let id = new_key();
                ledger_entry::Entity::insert(ledger_entry::ActiveModel {
                    id: Set(id),
                    user_id: Set(lease.user.uuid()),
                    generation_id: Set(Some(lease.generation.uuid())),
                    scene_id: Set(scene),
                    provider: Set(provider),
                    operation: Set(operation),
                    reserved: Set(micros(price)),
                    settled: Set(None),
                    called_off: Set(false),
                    created_at: Set(now()),
                    settled_at: Set(None),
                })
                .exec_without_returning(&transaction)
                .await?;
                id
            }
        };
        book_cost(&transaction, lease.generation).await?;
        transaction.commit().await?;
        Ok(Reservation { id: LedgerId(id), open_since })
    }

    /// Books what was bought already, on the way to something that was reserved: a limit would come too late.
    pub async fn book(&self, lease: &Lease, entry: LedgerEntry) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let LedgerEntry { scene, provider, operation, price } = entry;
        let now = now();
        ledger_entry::Entity::insert(ledger_entry::ActiveModel {
            id: Set(new_key()),
            user_id: Set(lease.user.uuid()),
            generation_id: Set(Some(lease.generation.uuid())),
            scene_id: Set(scene.map(SceneId::uuid)),
            provider: Set(provider),
            operation: Set(operation),
            reserved: Set(micros(price)),
            settled: Set(micros(price)),
            called_off: Set(false),
            created_at: Set(now),
            settled_at: Set(Some(now)),
        })
        .exec_without_returning(&transaction)
        .await?;
        book_cost(&transaction, lease.generation).await?;
        Ok(transaction.commit().await?)
    }

    /// Books what the operation did cost; zero for one that never started. Settling again changes
    /// nothing: the first bill counts.
    pub async fn settle(&self, lease: &Lease, id: LedgerId, price: Price) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        ledger_entry::Entity::update_many()
            .col_expr(ledger_entry::Column::Settled, Expr::value(micros(price)))
            .col_expr(ledger_entry::Column::SettledAt, Expr::value(now()))
            .filter(ledger_entry::Column::Id.eq(id.0))
            .filter(ledger_entry::Column::GenerationId.eq(lease.generation.uuid()))
            .filter(ledger_entry::Column::SettledAt.is_null())
            .exec(&transaction)
            .await?;
        book_cost(&transaction, lease.generation).await?;
        Ok(transaction.commit().await?)
    }
}

/// What is settled and known. This much the user has certainly spent.
pub(crate) async fn settled_cost(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
) -> Result<Usd, StoreError> {
    Ok(entries(transaction, generation)
        .await?
        .iter()
        .filter_map(|entry| entry.settled)
        .map(Usd::from_micros)
        .sum())
}

/// Settles what was reserved and never settled at the price it was reserved for. For a video that is
/// complete: everything in it was delivered, so only a crash can have come between the two.
pub(crate) async fn settle_open(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
) -> Result<(), StoreError> {
    ledger_entry::Entity::update_many()
        .col_expr(ledger_entry::Column::Settled, Expr::col(ledger_entry::Column::Reserved))
        .col_expr(ledger_entry::Column::SettledAt, Expr::value(now()))
        .filter(ledger_entry::Column::GenerationId.eq(generation.uuid()))
        .filter(ledger_entry::Column::SettledAt.is_null())
        .exec(transaction)
        .await?;
    book_cost(transaction, generation).await
}

/// Marks the last purchase of a scene, which was under way when another take of it was asked for.
pub(crate) async fn mark_last_called_off(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
    scene: Uuid,
) -> Result<(), StoreError> {
    let last = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::GenerationId.eq(generation.uuid()))
        .filter(ledger_entry::Column::SceneId.eq(scene))
        .order_by_desc(ledger_entry::Column::Id)
        .one(transaction)
        .await?;
    let Some(last) = last else { return Ok(()) };
    ledger_entry::Entity::update_many()
        .col_expr(ledger_entry::Column::CalledOff, Expr::value(true))
        .filter(ledger_entry::Column::Id.eq(last.id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Marks what was under way when its video was cancelled or deleted: what is open, and the last purchase of each of
/// these scenes.
pub(crate) async fn mark_called_off(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
    scenes: &[Uuid],
) -> Result<(), StoreError> {
    let rows = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::GenerationId.eq(generation.uuid()))
        .order_by_desc(ledger_entry::Column::Id)
        .all(transaction)
        .await?;
    let last_of = |scene| rows.iter().find(|row| row.scene_id == Some(scene)).map(|row| row.id);
    let last: Vec<Uuid> = scenes.iter().copied().filter_map(last_of).collect();
    let open = rows.iter().filter(|row| row.settled_at.is_none()).map(|row| row.id);
    let marked: Vec<Uuid> = open.chain(last).collect();
    if marked.is_empty() {
        return Ok(());
    }
    ledger_entry::Entity::update_many()
        .col_expr(ledger_entry::Column::CalledOff, Expr::value(true))
        .filter(ledger_entry::Column::Id.is_in(marked))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Writes the sum the user sees into the generation's row: unknown as long as one price is.
async fn book_cost(transaction: &DatabaseTransaction, generation: GenerationId) -> Result<(), StoreError> {
    let entries = entries(transaction, generation).await?;
    let known = entries.iter().all(|entry| match entry.settled_at {
        Some(_) => entry.settled.is_some(),
        None => entry.reserved.is_some(),
    });
    let sum: i64 = entries.iter().filter_map(|entry| entry.settled).sum();
    generation::Entity::update_many()
        .col_expr(generation::Column::Cost, Expr::value(known.then_some(sum)))
        .filter(generation::Column::Id.eq(generation.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}

async fn entries(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
) -> Result<Vec<ledger_entry::Model>, StoreError> {
    Ok(ledger_entry::Entity::find()
        .filter(ledger_entry::Column::GenerationId.eq(generation.uuid()))
        .all(transaction)
        .await?)
}

fn micros(price: Price) -> Option<i64> {
    match price {
        Price::Known(amount) => Some(amount.micros()),
        Price::Unknown => None,
    }
}
