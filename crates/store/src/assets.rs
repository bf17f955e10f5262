//! What a generation's files are; the files themselves are in [`AssetStore`](crate::AssetStore).

use std::str::FromStr;

use admint_domain::{AssetId, Frames, GenerationId, SceneId, UserId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    entity::{asset, scene},
    generations::{find_owned, owned},
    rows::unsigned,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssetKind {
    /// Who planned, and what has to be said of it.
    Planning,
    /// One scene's mezzanine clip.
    Clip,
    Soundtrack,
    /// The voice alone.
    Narration,
    /// What the voice says, or why there is none.
    Script,
    /// The whole picture without sound.
    Stitched,
    /// The finished ad.
    Video,
    Thumbnail,
    /// Where the ad comes from.
    Provenance,
    /// One scene's picture, words and all.
    Still,
    /// The same before there is a film to take it from.
    Sketch,
}

impl AssetKind {
    pub const ALL: [Self; 11] = [
        Self::Planning,
        Self::Clip,
        Self::Soundtrack,
        Self::Narration,
        Self::Script,
        Self::Stitched,
        Self::Video,
        Self::Thumbnail,
        Self::Provenance,
        Self::Still,
        Self::Sketch,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planning => "planning",
            Self::Clip => "clip",
            Self::Soundtrack => "soundtrack",
            Self::Narration => "narration",
            Self::Script => "script",
            Self::Stitched => "stitched",
            Self::Video => "video",
            Self::Thumbnail => "thumbnail",
            Self::Provenance => "provenance",
            Self::Still => "still",
            Self::Sketch => "sketch",
        }
    }
}

impl FromStr for AssetKind {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| StoreError::corrupt("an asset's kind", text))
    }
}

/// A file that has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRecord {
    pub id: AssetId,
    pub scene: Option<SceneId>,
    pub kind: AssetKind,
    pub key: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
    pub content_type: String,
    /// Its length, if it has one.
    pub frames: Option<Frames>,
    /// The model that made a clip, by its name in the catalogue; none for other files, and for clips from before
    /// that was kept.
    pub made_by: Option<String>,
}

/// A published file to be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsset {
    pub scene: Option<SceneId>,
    pub kind: AssetKind,
    pub key: String,
    pub bytes: u64,
    pub sha256: String,
    pub content_type: String,
    pub frames: Option<Frames>,
    /// The model that made a clip, by its name in the catalogue; none for other files, and for clips from before
    /// that was kept.
    pub made_by: Option<String>,
}

impl Store {
    /// The asset of this kind of the ad as its maker sees it, if the generation is this user's.
    pub async fn asset_of(
        &self,
        user: UserId,
        id: GenerationId,
        kind: AssetKind,
    ) -> Result<Option<AssetRecord>, StoreError> {
        self.shown_asset(user, id, kind, None).await
    }

    /// The same of one of its scenes, counted from 0.
    pub async fn scene_asset_of(
        &self,
        user: UserId,
        id: GenerationId,
        kind: AssetKind,
        position: u32,
    ) -> Result<Option<AssetRecord>, StoreError> {
        let position = i32::try_from(position).unwrap_or(i32::MAX);
        let found = scene::Entity::find()
            .filter(scene::Column::GenerationId.in_subquery(owned(user, id)))
            .filter(scene::Column::Position.eq(position))
            .one(self.reader())
            .await?;
        match found {
            Some(found) => self.shown_asset(user, id, kind, Some(found.id)).await,
            None => Ok(None),
        }
    }

    /// A picture of one of its scenes, counted from 0: of the film, or from before there is one.
    pub async fn scene_picture_of(
        &self,
        user: UserId,
        id: GenerationId,
        position: u32,
    ) -> Result<Option<AssetRecord>, StoreError> {
        match self.scene_asset_of(user, id, AssetKind::Still, position).await? {
            Some(still) => Ok(Some(still)),
            None => self.scene_asset_of(user, id, AssetKind::Sketch, position).await,
        }
    }

    async fn shown_asset(
        &self,
        user: UserId,
        id: GenerationId,
        kind: AssetKind,
        scene: Option<Uuid>,
    ) -> Result<Option<AssetRecord>, StoreError> {
        let Some(row) = find_owned(user, id).one(self.reader()).await? else { return Ok(None) };
        let found = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(row.id))
            .filter(asset::Column::Kind.eq(kind.as_str()))
            .filter(at(row.shown_revision));
        let found = match scene {
            Some(scene) => found.filter(asset::Column::SceneId.eq(scene)),
            None => found,
        };
        found.order_by_desc(asset::Column::Id).one(self.reader()).await?.map(record).transpose()
    }
}

/// Belongs to this revision of its ad.
///
/// ```text
/// revision      1    2    3
/// clip 1      |--------------    from 1
/// clip 2      |----|             from 1, until 2: made again
/// clip 2           |---------    from 2
/// ```
pub(crate) fn at(revision: i32) -> Condition {
    let until = asset::Column::UntilRevision;
    Condition::all()
        .add(asset::Column::Revision.lte(revision))
        .add(Condition::any().add(until.is_null()).add(until.gt(revision)))
}

/// [`at`], of a row that was read.
pub(crate) fn belongs_to(row: &asset::Model, revision: i32) -> bool {
    row.revision <= revision && row.until_revision.is_none_or(|until| until > revision)
}

pub(crate) fn record(row: asset::Model) -> Result<AssetRecord, StoreError> {
    Ok(AssetRecord {
        id: AssetId::from_uuid(row.id),
        scene: row.scene_id.map(SceneId::from_uuid),
        kind: row.kind.parse()?,
        key: row.key,
        bytes: unsigned("an asset's size", row.bytes)?,
        sha256: row.sha256,
        content_type: row.content_type,
        frames: row.frames.map(|frames| unsigned("an asset's length", frames)).transpose()?.map(Frames),
        made_by: row.made_by,
    })
}
