//! Links by which anybody may see one video. A row is half of a link: the other half takes the installation's
//! secret, so who reads the database has no link that works.

use admint_domain::{GenerationId, ShareId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    Store, StoreError,
    entity::share_link,
    generations::{find_owned, find_shown, owned},
    queue::own_job,
    rows::{new_key, now},
};

/// A link that its maker has not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareLink {
    pub id: ShareId,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl ShareLink {
    pub fn is_live(&self) -> bool {
        self.expires_at.is_none_or(|end| end > now())
    }
}

/// What became of a wish for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareOutcome {
    /// Not there, or not this user's.
    NotFound,
    /// It has never been finished, so there is nothing to see.
    Unfinished,
    Shared(ShareLink),
}

impl Store {
    /// The video's link; one that works already is kept, with its end as wished for. One that has expired stays so,
    /// and another takes its place: who has it was told that it ends.
    pub async fn share(
        &self,
        user: UserId,
        id: GenerationId,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<ShareOutcome, StoreError> {
        let transaction = self.begin().await?;
        // Under the job's lock, so that two tabs make one link.
        own_job(&transaction, user, id).await?;
        let found = find_owned(user, id).one(&transaction).await?;
        let outcome = match &found {
            None => Some(ShareOutcome::NotFound),
            Some(row) if row.completed_at.is_none() => Some(ShareOutcome::Unfinished),
            Some(_) => None,
        };
        if let Some(outcome) = outcome {
            transaction.rollback().await?;
            return Ok(outcome);
        }
        let of_it = share_link::Column::GenerationId.eq(id.uuid());
        let before = share_link::Entity::find().filter(of_it.clone()).one(&transaction).await?.map(link);
        let link = match before.filter(ShareLink::is_live) {
            Some(live) => {
                share_link::Entity::update_many()
                    .col_expr(share_link::Column::ExpiresAt, Expr::value(expires_at))
                    .filter(of_it)
                    .exec(&transaction)
                    .await?;
                ShareLink { expires_at, ..live }
            }
            None => {
                share_link::Entity::delete_many().filter(of_it).exec(&transaction).await?;
                let new = ShareLink { id: ShareId::from_uuid(new_key()), created_at: now(), expires_at };
                share_link::Entity::insert(share_link::ActiveModel {
                    id: Set(new.id.uuid()),
                    generation_id: Set(id.uuid()),
                    created_at: Set(new.created_at),
                    expires_at: Set(new.expires_at),
                })
                .exec_without_returning(&transaction)
                .await?;
                new
            }
        };
        transaction.commit().await?;
        Ok(ShareOutcome::Shared(link))
    }

    /// The link of this user's video, also one that has expired. The outer `None`: no such video.
    pub async fn share_of(
        &self,
        user: UserId,
        id: GenerationId,
    ) -> Result<Option<Option<ShareLink>>, StoreError> {
        if find_owned(user, id).one(self.reader()).await?.is_none() {
            return Ok(None);
        }
        let found = share_link::Entity::find()
            .filter(share_link::Column::GenerationId.in_subquery(owned(user, id)))
            .one(self.reader())
            .await?;
        Ok(Some(found.map(link)))
    }

    /// From now on nobody but its maker sees the video. `false` if it is not this user's.
    pub async fn unshare(&self, user: UserId, id: GenerationId) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let found = find_owned(user, id).one(&transaction).await?.is_some();
        share_link::Entity::delete_many()
            .filter(share_link::Column::GenerationId.in_subquery(owned(user, id)))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(found)
    }

    /// Whose which video a link shows, if it works now.
    pub async fn shared(&self, link: ShareId) -> Result<Option<(UserId, GenerationId)>, StoreError> {
        let expires_at = share_link::Column::ExpiresAt;
        let found = share_link::Entity::find_by_id(link.uuid())
            .filter(Condition::any().add(expires_at.is_null()).add(expires_at.gt(now())))
            .one(self.reader())
            .await?;
        let Some(found) = found else { return Ok(None) };
        let id = GenerationId::from_uuid(found.generation_id);
        // What its maker does not see, nobody sees.
        let seen = find_shown(id).one(self.reader()).await?;
        Ok(seen.filter(|row| row.completed_at.is_some()).map(|row| (UserId::from_uuid(row.user_id), id)))
    }
}

fn link(row: share_link::Model) -> ShareLink {
    let share_link::Model { id, created_at, expires_at, .. } = row;
    ShareLink { id: ShareId::from_uuid(id), created_at, expires_at }
}
