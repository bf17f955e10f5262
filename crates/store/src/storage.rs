//! How much of the disk, or of the bucket, each user's files take, and how much they may.
//!
//! The sum is a number in the user's row, changed in the transaction that changes the rows it is of. To add the rows
//! up would take longer with every video; and two workers that change one user's number do so one after the other,
//! so they cannot pass the limit together.

use admint_domain::{StorageView, UserId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{Store, StoreError, entity::user, rows::unsigned};

impl Store {
    /// The same database, in which no user's files may take more than this many bytes. What is more already stays.
    pub fn with_quota(mut self, bytes: Option<u64>) -> Self {
        self.quota = bytes;
        self
    }

    /// What is used and what may be.
    pub async fn storage(&self, user: UserId) -> Result<StorageView, StoreError> {
        self.storage_in(self.reader(), user.uuid()).await
    }

    /// Counts a file of `new` bytes in place of those of `gone`. Nothing grows beyond the quota:
    /// [`StoreError::OverQuota`].
    pub(crate) async fn book_bytes(
        &self,
        transaction: &DatabaseTransaction,
        user: Uuid,
        new: i64,
        gone: i64,
    ) -> Result<(), StoreError> {
        let stored = || Expr::col(user::Column::StoredBytes);
        let mut update = user::Entity::update_many()
            .col_expr(user::Column::StoredBytes, stored().add(new - gone))
            .filter(user::Column::Id.eq(user));
        if new > gone
            && let Some(quota) = self.quota
        {
            let quota = i64::try_from(quota).unwrap_or(i64::MAX);
            // Asked by the statement that changes it, which waits for whoever changes it at the moment.
            update = update.filter(stored().lte(quota - (new - gone)));
        }
        if update.exec(transaction).await?.rows_affected == 1 {
            return Ok(());
        }
        let storage = self.storage_in(transaction, user).await?;
        Err(StoreError::OverQuota { storage, wanted: unsigned("a file's size", new - gone)? })
    }

    async fn storage_in(&self, db: &impl ConnectionTrait, user: Uuid) -> Result<StorageView, StoreError> {
        let row = user::Entity::find_by_id(user).one(db).await?;
        Ok(self.storage_of(&row.ok_or_else(|| DbErr::RecordNotFound("the user".into()))?))
    }

    pub(crate) fn storage_of(&self, row: &user::Model) -> StorageView {
        StorageView { used_bytes: u64::try_from(row.stored_bytes).unwrap_or(0), allowed_bytes: self.quota }
    }
}
