//! Which models a process does not ask for a while, for whoever looks from another one. Nothing is decided by it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{Store, StoreError, connection::later, entity::resting_model, rows::now};

/// A model that is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingModel {
    /// In the catalogue.
    pub model: String,
    pub until: DateTime<Utc>,
    /// What happened last, as the end of a sentence that begins with its name.
    pub reason: String,
}

impl Store {
    pub async fn model_rests(&self, model: &str, pause: Duration, reason: &str) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let row = resting_model::ActiveModel {
            model: Set(model.to_owned()),
            until: Set(later(now(), pause)),
            reason: Set(reason.to_owned()),
        };
        let replace = OnConflict::column(resting_model::Column::Model)
            .update_columns([resting_model::Column::Until, resting_model::Column::Reason])
            .to_owned();
        resting_model::Entity::insert(row).on_conflict(replace).exec_without_returning(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn model_is_back(&self, model: &str) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        resting_model::Entity::delete_by_id(model.to_owned()).exec(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Those whose pause is not over.
    pub async fn resting_models(&self) -> Result<Vec<RestingModel>, StoreError> {
        let rows = resting_model::Entity::find()
            .filter(resting_model::Column::Until.gt(now()))
            .order_by_asc(resting_model::Column::Model)
            .all(self.reader())
            .await?;
        let resting = |row: resting_model::Model| RestingModel {
            model: row.model,
            until: row.until,
            reason: row.reason,
        };
        Ok(rows.into_iter().map(resting).collect())
    }
}
