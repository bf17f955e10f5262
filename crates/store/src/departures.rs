//! Accounts on their way out. It begins with one transaction, after which nobody is logged in and the name is free;
//! what the user made goes bit by bit, files before the rows that name them; and it ends with the user's row. A process
//! that ends in between leaves the row, by which another finds what is left to do.
//!
//! What stays is what the installation paid each vendor in each month: whoever holds a vendor's bill against the ledger
//! needs it, and it is nobody's any more.

use std::collections::BTreeMap;

use admint_domain::{GenerationId, UserId};
use chrono::Datelike;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, LikeExpr, OnConflict},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    entity::{asset, departed_spending, generation, ledger_entry, login_failure, session, user},
    rows::now,
};

impl Store {
    /// Locks the user out of the account for good, and frees its name. Done again it changes nothing.
    pub async fn begin_departure(&self, id: UserId) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let staying = user::Entity::find_by_id(id.uuid())
            .filter(user::Column::LeavingSince.is_null())
            .lock_exclusive()
            .one(&transaction)
            .await?;
        let Some(row) = staying else { return Ok(transaction.rollback().await?) };
        user::Entity::update_many()
            .col_expr(user::Column::LeavingSince, Expr::value(now()))
            .col_expr(user::Column::Username, Expr::value(""))
            // No name has a space in it, and no password this hash.
            .col_expr(user::Column::UsernameKey, Expr::value(format!("leaving {id}")))
            .col_expr(user::Column::PasswordHash, Expr::value(""))
            .col_expr(user::Column::Email, Expr::value(None::<String>))
            .filter(user::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        session::Entity::delete_many().filter(session::Column::UserId.eq(row.id)).exec(&transaction).await?;
        let name = &row.username_key;
        // Of what names are made, LIKE does not take `_` for itself.
        let at_any_address = LikeExpr::new(format!("name:{}@%", name.replace('_', "\\_"))).escape('\\');
        let subject = || Expr::col(login_failure::Column::Subject);
        let named = subject().eq(format!("account:{name}")).or(subject().like(at_any_address));
        login_failure::Entity::delete_many().filter(named).exec(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Who is on the way out, the longest first.
    pub async fn departures(&self) -> Result<Vec<UserId>, StoreError> {
        let rows = user::Entity::find()
            .filter(user::Column::LeavingSince.is_not_null())
            .order_by_asc(user::Column::LeavingSince)
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(|row| UserId::from_uuid(row.id)).collect())
    }

    /// The user's ads that are not deleted, the oldest first.
    pub async fn generations_of(&self, id: UserId) -> Result<Vec<GenerationId>, StoreError> {
        let ids = ids_of(id).filter(generation::Column::DeletedAt.is_null()).into_tuple::<Uuid>();
        Ok(ids.all(self.reader()).await?.into_iter().map(GenerationId::from_uuid).collect())
    }

    /// The user's ads, whatever their state and deleted or not, with the keys of their files.
    pub async fn files_by_generation(
        &self,
        id: UserId,
    ) -> Result<Vec<(GenerationId, Vec<String>)>, StoreError> {
        let mut keys = BTreeMap::<Uuid, Vec<String>>::new();
        for id in ids_of(id).into_tuple::<Uuid>().all(self.reader()).await? {
            keys.insert(id, Vec::new());
        }
        let files = asset::Entity::find()
            .select_only()
            .column(asset::Column::GenerationId)
            .column(asset::Column::Key)
            .filter(asset::Column::GenerationId.in_subquery(ids_of(id).into_query()))
            .into_tuple::<(Uuid, String)>();
        for (id, key) in files.all(self.reader()).await? {
            keys.entry(id).or_default().push(key);
        }
        Ok(keys.into_iter().map(|(id, keys)| (GenerationId::from_uuid(id), keys)).collect())
    }

    /// Removes the row of a user on the way out, and with it every row that hangs on it. `false` if an ad has come up
    /// meanwhile, by a request that was under way when the departure began.
    pub async fn end_departure(&self, id: UserId) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let leaving = user::Entity::find_by_id(id.uuid())
            .filter(user::Column::LeavingSince.is_not_null())
            .lock_exclusive()
            .one(&transaction)
            .await?;
        if leaving.is_none() {
            transaction.rollback().await?;
            return Ok(true);
        }
        let ads = generation::Entity::find().filter(generation::Column::UserId.eq(id.uuid()));
        if ads.count(&transaction).await? > 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        keep_sums(&transaction, id).await?;
        user::Entity::delete_by_id(id.uuid()).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn ids_of(user: UserId) -> Select<generation::Entity> {
    generation::Entity::find()
        .filter(generation::Column::UserId.eq(user.uuid()))
        .select_only()
        .column(generation::Column::Id)
        .order_by_asc(generation::Column::Id)
}

/// Adds what the user's ledger holds to what stays of those who have gone.
async fn keep_sums(transaction: &DatabaseTransaction, id: UserId) -> Result<(), StoreError> {
    let entries = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::UserId.eq(id.uuid()))
        .all(transaction)
        .await?;
    let mut sums = BTreeMap::<(i32, i32, String), (i64, i64)>::new();
    for entry in entries {
        let month = i32::try_from(entry.created_at.month()).unwrap_or_default();
        let (settled, unknown) = sums.entry((entry.created_at.year(), month, entry.provider)).or_default();
        match entry.settled.or(entry.reserved) {
            Some(micros) => *settled += micros,
            None => *unknown += 1,
        }
    }
    for ((year, month, provider), (settled, unknown)) in sums {
        use departed_spending::{ActiveModel, Column, Entity};
        let none_yet = ActiveModel {
            year: Set(year),
            month: Set(month),
            provider: Set(provider.clone()),
            settled: Set(0),
            unknown: Set(0),
        };
        let mut unless_there = OnConflict::columns([Column::Year, Column::Month, Column::Provider]);
        Entity::insert(none_yet)
            .on_conflict(unless_there.do_nothing().to_owned())
            .exec_without_returning(transaction)
            .await?;
        Entity::update_many()
            .col_expr(Column::Settled, Expr::col(Column::Settled).add(settled))
            .col_expr(Column::Unknown, Expr::col(Column::Unknown).add(unknown))
            .filter(Column::Year.eq(year))
            .filter(Column::Month.eq(month))
            .filter(Column::Provider.eq(provider))
            .exec(transaction)
            .await?;
    }
    Ok(())
}
