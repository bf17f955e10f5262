//! Where a user's generations stand, for those who follow all of them at once. What is told is what is so now, not
//! what has happened: whoever comes, or comes back, is told all that matters, and to be told twice does no harm.

use admint_domain::{GenerationChange, GenerationId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    entity::{generation, job},
    jobs::{QUEUED, RUNNING},
    rows::unsigned,
};

/// As many of those that ended are told of: a page that was made a moment ago may still show them under way.
const ENDED: u64 = 20;

impl Store {
    /// Those under way, those that ended of late, and these, deleted ones among them; nobody else's.
    pub async fn standings(
        &self,
        user: UserId,
        also: &[GenerationId],
    ) -> Result<Vec<GenerationChange>, StoreError> {
        let keys = || {
            job::Entity::find()
                .select_only()
                .column(job::Column::GenerationId)
                .filter(job::Column::UserId.eq(user.uuid()))
        };
        let under_way: Vec<Uuid> = keys()
            .filter(job::Column::State.is_in([QUEUED, RUNNING]))
            .into_tuple()
            .all(self.reader())
            .await?;
        let ended: Vec<Uuid> = keys()
            .filter(job::Column::EndedAt.is_not_null())
            .order_by_desc(job::Column::EndedAt)
            .limit(ENDED)
            .into_tuple()
            .all(self.reader())
            .await?;
        let also = also.iter().map(|id| id.uuid());
        self.standing(user, under_way.into_iter().chain(ended).chain(also)).await
    }

    async fn standing(
        &self,
        user: UserId,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<Vec<GenerationChange>, StoreError> {
        let rows = generation::Entity::find()
            .filter(generation::Column::UserId.eq(user.uuid()))
            .filter(generation::Column::Id.is_in(ids))
            .order_by_asc(generation::Column::Id)
            .all(self.reader())
            .await?;
        rows.into_iter().map(standing).collect()
    }
}

fn standing(row: generation::Model) -> Result<GenerationChange, StoreError> {
    Ok(GenerationChange {
        id: GenerationId::from_uuid(row.id),
        status: row.status.parse().map_err(|error| StoreError::corrupt("a status", error))?,
        progress: unsigned("progress", row.progress)?,
        current_step: row.current_step,
        error: row.error_message,
        deleted: row.deleted_at.is_some(),
    })
}
