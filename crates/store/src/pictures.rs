//! Photos and logos: whose they are, where they lie, which ads use them.

use std::time::Duration;

use admint_domain::{AdOptions, PictureId, PictureRole, Rgb, UserId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    entity::{generation_picture, picture},
    rows::{from_json, now, to_json, unsigned},
};

/// A picture with its file.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRecord {
    pub id: PictureId,
    pub role: PictureRole,
    /// Of its PNG.
    pub key: String,
    pub bytes: u64,
    pub sha256: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    pub framed: bool,
    pub note: String,
    pub colors: Vec<Rgb>,
}

impl Store {
    /// Books a published file, unless its user has no room for it: [`StoreError::OverQuota`].
    pub async fn add_picture(&self, user: UserId, new: &PictureRecord) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let number =
            |pixels: u32| i32::try_from(pixels).map_err(|error| StoreError::corrupt("a side", error));
        let bytes = i64::try_from(new.bytes).map_err(|error| StoreError::corrupt("a size", error))?;
        self.book_bytes(&transaction, user.uuid(), bytes, 0).await?;
        picture::Entity::insert(picture::ActiveModel {
            id: Set(new.id.uuid()),
            user_id: Set(user.uuid()),
            role: Set(new.role.as_str().to_owned()),
            key: Set(new.key.clone()),
            bytes: Set(bytes),
            sha256: Set(new.sha256.clone()),
            width: Set(number(new.width)?),
            height: Set(number(new.height)?),
            framed: Set(new.framed),
            note: Set(new.note.clone()),
            colors: Set(to_json("colours", &new.colors)?),
            created_at: Set(now()),
        })
        .exec_without_returning(&transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The picture, if it is this user's.
    pub async fn picture(&self, user: UserId, id: PictureId) -> Result<Option<PictureRecord>, StoreError> {
        let found = picture::Entity::find_by_id(id.uuid())
            .filter(picture::Column::UserId.eq(user.uuid()))
            .one(self.reader())
            .await?;
        found.map(record).transpose()
    }

    /// All of the user's pictures, the oldest first.
    pub async fn pictures_of(&self, user: UserId) -> Result<Vec<PictureRecord>, StoreError> {
        let rows = picture::Entity::find()
            .filter(picture::Column::UserId.eq(user.uuid()))
            .order_by_asc(picture::Column::Id)
            .all(self.reader())
            .await?;
        rows.into_iter().map(record).collect()
    }

    /// How many of the user's pictures no ad uses.
    pub async fn count_unused_pictures(&self, user: UserId) -> Result<u64, StoreError> {
        Ok(unused(user).count(self.reader()).await?)
    }

    /// Forgets the user's pictures that no ad uses and that are older than `age`; the keys are of the files
    /// to be removed then.
    pub async fn forget_unused_pictures(
        &self,
        user: UserId,
        age: Duration,
    ) -> Result<Vec<String>, StoreError> {
        let transaction = self.begin().await?;
        let rows = unused(user)
            .filter(picture::Column::CreatedAt.lt(now() - age))
            .order_by_asc(picture::Column::Id)
            .all(&transaction)
            .await?;
        // One at a time: another process may be at the same, and what it took is its to count.
        let mut gone = Vec::with_capacity(rows.len());
        let mut bytes = 0;
        for row in rows {
            let deleted = picture::Entity::delete_by_id(row.id).exec(&transaction).await?;
            if deleted.rows_affected == 1 {
                bytes += row.bytes;
                gone.push(row.key);
            }
        }
        self.book_bytes(&transaction, user.uuid(), 0, bytes).await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

/// The keys of the pictures that an ad's options name.
pub(crate) fn named_in(options: &AdOptions) -> impl Iterator<Item = Uuid> {
    let photo = options.photo.as_ref().map(|photo| photo.id);
    // One picture may be both; an ad holds it once.
    let logo = options.logo.filter(|logo| Some(*logo) != photo);
    photo.into_iter().chain(logo).map(PictureId::uuid)
}

/// The pictures that a generation uses.
pub(crate) async fn of_generation(
    db: &impl sea_orm::ConnectionTrait,
    generation: Uuid,
) -> Result<Vec<PictureRecord>, StoreError> {
    let used: SelectStatement = Query::select()
        .column(generation_picture::Column::PictureId)
        .from(generation_picture::Entity)
        .and_where(generation_picture::Column::GenerationId.eq(generation))
        .to_owned();
    let rows = picture::Entity::find()
        .filter(picture::Column::Id.in_subquery(used))
        .order_by_asc(picture::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(record).collect()
}

fn unused(user: UserId) -> sea_orm::Select<picture::Entity> {
    let used: SelectStatement = Query::select()
        .column(generation_picture::Column::PictureId)
        .from(generation_picture::Entity)
        .to_owned();
    picture::Entity::find()
        .filter(picture::Column::UserId.eq(user.uuid()))
        .filter(picture::Column::Id.not_in_subquery(used))
}

fn record(row: picture::Model) -> Result<PictureRecord, StoreError> {
    Ok(PictureRecord {
        id: PictureId::from_uuid(row.id),
        role: row.role.parse().map_err(|error| StoreError::corrupt("a picture's role", error))?,
        key: row.key,
        bytes: unsigned("a picture's size", row.bytes)?,
        sha256: row.sha256,
        width: unsigned("a picture's width", row.width)?,
        height: unsigned("a picture's height", row.height)?,
        framed: row.framed,
        note: row.note,
        colors: from_json("a picture's colours", row.colors)?,
    })
}
