//! Failed log-ins, and accounts asked for, counted by whatever the caller throttles: a name, a network address.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::{
    Store, StoreError,
    entity::login_failure,
    rows::{new_key, now},
};

/// Failures older than this are swept out; no window of throttling is longer.
const KEPT: TimeDelta = TimeDelta::hours(24);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginFailures {
    pub count: u32,
    /// The first one counted; it leaves the window first.
    pub oldest: Option<DateTime<Utc>>,
}

impl Store {
    pub async fn record_login_failure(&self, subject: &str) -> Result<(), StoreError> {
        let now = now();
        let transaction = self.begin().await?;
        login_failure::Entity::delete_many()
            .filter(login_failure::Column::At.lt(now - KEPT))
            .exec(&transaction)
            .await?;
        login_failure::Entity::insert(login_failure::ActiveModel {
            id: Set(new_key()),
            subject: Set(subject.to_owned()),
            at: Set(now),
        })
        .exec_without_returning(&transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Failures at `since` or later.
    pub async fn login_failures(
        &self,
        subject: &str,
        since: DateTime<Utc>,
    ) -> Result<LoginFailures, StoreError> {
        let failures = login_failure::Entity::find()
            .filter(login_failure::Column::Subject.eq(subject))
            .filter(login_failure::Column::At.gte(since));
        let oldest = failures.clone().order_by_asc(login_failure::Column::At).one(self.reader()).await?;
        let count = failures.count(self.reader()).await?;
        Ok(LoginFailures {
            count: u32::try_from(count).unwrap_or(u32::MAX),
            oldest: oldest.map(|failure| failure.at),
        })
    }

    pub async fn clear_login_failures(&self, subject: &str) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        login_failure::Entity::delete_many()
            .filter(login_failure::Column::Subject.eq(subject))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}
