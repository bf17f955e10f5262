//! An ad's document and its revisions.

use admint_domain::{GenerationId, TimelineId, UserId};
use admint_timeline::Timeline;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    Lease, Store, StoreError,
    entity::{timeline, timeline_revision},
    generations::owned,
    rows::{from_json, new_key, now, to_json},
};

impl Store {
    /// The newest revision, if the generation is this user's and has come so far.
    pub async fn timeline_of(&self, user: UserId, id: GenerationId) -> Result<Option<Timeline>, StoreError> {
        let db = self.reader();
        let found = timeline::Entity::find()
            .filter(timeline::Column::GenerationId.in_subquery(owned(user, id)))
            .one(db)
            .await?;
        match found {
            Some(found) => revision_of(db, &found).await,
            None => Ok(None),
        }
    }

    /// Appends a revision and makes it the current one; the first makes the timeline. The document
    /// that is current already stays so without another revision.
    pub async fn save_timeline(&self, lease: &Lease, document: &Timeline) -> Result<TimelineId, StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let generation = lease.generation.uuid();
        let current = timeline::Entity::find()
            .filter(timeline::Column::GenerationId.eq(generation))
            .one(&transaction)
            .await?;
        let (id, revision) = match current {
            Some(current) => {
                if revision_of(&transaction, &current).await?.as_ref() == Some(document) {
                    return Ok(TimelineId::from_uuid(current.id));
                }
                let revision = current.current_revision + 1;
                timeline::Entity::update_many()
                    .col_expr(timeline::Column::CurrentRevision, Expr::value(revision))
                    .filter(timeline::Column::Id.eq(current.id))
                    .exec(&transaction)
                    .await?;
                (current.id, revision)
            }
            None => {
                let id = new_key();
                timeline::Entity::insert(timeline::ActiveModel {
                    id: Set(id),
                    generation_id: Set(generation),
                    current_revision: Set(1),
                    created_at: Set(now()),
                })
                .exec_without_returning(&transaction)
                .await?;
                (id, 1)
            }
        };
        timeline_revision::Entity::insert(timeline_revision::ActiveModel {
            id: Set(new_key()),
            timeline_id: Set(id),
            revision: Set(revision),
            document: Set(to_json("a timeline", document)?),
            created_at: Set(now()),
        })
        .exec_without_returning(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(TimelineId::from_uuid(id))
    }
}

pub(crate) async fn current(
    db: &impl ConnectionTrait,
    generation: Uuid,
) -> Result<Option<Timeline>, StoreError> {
    let found =
        timeline::Entity::find().filter(timeline::Column::GenerationId.eq(generation)).one(db).await?;
    match found {
        Some(found) => revision_of(db, &found).await,
        None => Ok(None),
    }
}

/// The document of the current revision.
async fn revision_of(
    db: &impl ConnectionTrait,
    timeline: &timeline::Model,
) -> Result<Option<Timeline>, StoreError> {
    let revision = timeline_revision::Entity::find()
        .filter(timeline_revision::Column::TimelineId.eq(timeline.id))
        .filter(timeline_revision::Column::Revision.eq(timeline.current_revision))
        .one(db)
        .await?;
    revision.map(|revision| from_json("a timeline", revision.document)).transpose()
}
