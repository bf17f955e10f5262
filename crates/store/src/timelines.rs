//! An ad's document and its revisions.

use admint_domain::{GenerationId, TimelineId, UserId};
use admint_timeline::Timeline;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Lease, Store, StoreError,
    entity::{generation, timeline, timeline_revision},
    generations::find_owned,
    rows::{from_json, new_key, now, to_json},
};

impl Store {
    /// The document of the ad as its maker sees it, if the generation is this user's and has come so far.
    pub async fn timeline_of(&self, user: UserId, id: GenerationId) -> Result<Option<Timeline>, StoreError> {
        let db = self.reader();
        let Some(row) = find_owned(user, id).one(db).await? else { return Ok(None) };
        let found =
            timeline::Entity::find().filter(timeline::Column::GenerationId.eq(row.id)).one(db).await?;
        let Some(found) = found else { return Ok(None) };
        let shown = timeline_revision::Entity::find()
            .filter(timeline_revision::Column::TimelineId.eq(found.id))
            .filter(timeline_revision::Column::AdRevision.lte(row.shown_revision))
            .order_by_desc(timeline_revision::Column::Revision)
            .one(db)
            .await?;
        shown.map(|shown| from_json("a timeline", shown.document)).transpose()
    }

    /// Appends a revision and makes it the current one; the first makes the timeline. The document
    /// that is current already stays so without another revision.
    pub async fn save_timeline(&self, lease: &Lease, document: &Timeline) -> Result<TimelineId, StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let generation = lease.generation.uuid();
        let row = generation::Entity::find_by_id(generation).one(&transaction).await?;
        let ad_revision = row.ok_or(StoreError::LeaseLost)?.revision;
        let current = timeline::Entity::find()
            .filter(timeline::Column::GenerationId.eq(generation))
            .one(&transaction)
            .await?;
        let (id, revision) = match current {
            Some(current) => {
                let saved = revision_of(&transaction, &current).await?;
                if saved.is_some_and(|saved| saved.document == *document && saved.ad_revision == ad_revision)
                {
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
            ad_revision: Set(ad_revision),
        })
        .exec_without_returning(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(TimelineId::from_uuid(id))
    }
}

/// A document, and the ad's revision that it was laid out for.
pub(crate) struct Saved {
    pub document: Timeline,
    pub ad_revision: i32,
}

pub(crate) async fn current(
    db: &impl ConnectionTrait,
    generation: Uuid,
) -> Result<Option<Saved>, StoreError> {
    let found =
        timeline::Entity::find().filter(timeline::Column::GenerationId.eq(generation)).one(db).await?;
    match found {
        Some(found) => revision_of(db, &found).await,
        None => Ok(None),
    }
}

/// The number of the current revision; 0 where there is none.
pub(crate) async fn current_number(db: &impl ConnectionTrait, generation: Uuid) -> Result<i32, StoreError> {
    let found =
        timeline::Entity::find().filter(timeline::Column::GenerationId.eq(generation)).one(db).await?;
    Ok(found.map_or(0, |found| found.current_revision))
}

/// Makes an earlier revision the current one again; what came after it goes.
pub(crate) async fn go_back_to(
    transaction: &DatabaseTransaction,
    generation: Uuid,
    revision: i32,
) -> Result<(), StoreError> {
    let found = timeline::Entity::find().filter(timeline::Column::GenerationId.eq(generation));
    let Some(found) = found.one(transaction).await? else { return Ok(()) };
    timeline_revision::Entity::delete_many()
        .filter(timeline_revision::Column::TimelineId.eq(found.id))
        .filter(timeline_revision::Column::Revision.gt(revision))
        .exec(transaction)
        .await?;
    timeline::Entity::update_many()
        .col_expr(timeline::Column::CurrentRevision, Expr::value(revision))
        .filter(timeline::Column::Id.eq(found.id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The document of the current revision.
async fn revision_of(
    db: &impl ConnectionTrait,
    timeline: &timeline::Model,
) -> Result<Option<Saved>, StoreError> {
    let revision = timeline_revision::Entity::find()
        .filter(timeline_revision::Column::TimelineId.eq(timeline.id))
        .filter(timeline_revision::Column::Revision.eq(timeline.current_revision))
        .one(db)
        .await?;
    let Some(revision) = revision else { return Ok(None) };
    let document = from_json("a timeline", revision.document)?;
    Ok(Some(Saved { document, ad_revision: revision.ad_revision }))
}
