//! What a generation's files are; the files themselves are in [`AssetStore`](crate::AssetStore).

use std::str::FromStr;

use admint_domain::{AssetId, Frames, GenerationId, SceneId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{Store, StoreError, entity::asset, generations::owned, rows::unsigned};

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
}

impl AssetKind {
    pub const ALL: [Self; 9] = [
        Self::Planning,
        Self::Clip,
        Self::Soundtrack,
        Self::Narration,
        Self::Script,
        Self::Stitched,
        Self::Video,
        Self::Thumbnail,
        Self::Provenance,
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
    /// The newest asset of this kind, if the generation is this user's.
    pub async fn asset_of(
        &self,
        user: UserId,
        id: GenerationId,
        kind: AssetKind,
    ) -> Result<Option<AssetRecord>, StoreError> {
        let found = asset::Entity::find()
            .filter(asset::Column::GenerationId.in_subquery(owned(user, id)))
            .filter(asset::Column::Kind.eq(kind.as_str()))
            .order_by_desc(asset::Column::Id)
            .one(self.reader())
            .await?;
        found.map(record).transpose()
    }
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
