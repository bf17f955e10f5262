//! Photos and logos that users bring along.

use std::time::Duration;

use admint_domain::{AdOptions, AppError, PictureId, PictureRole, PictureView, ProductPhoto, UserId};
use admint_providers::{Artwork, Pictures, ProviderError};
use admint_store::{AssetStore, PictureRecord, Published};
use admint_vision::{Photo, PhotoError, Staged, stage_logo, stage_photo};
use async_trait::async_trait;
use uuid::Uuid;

use crate::{Pipeline, error::refuse};

/// How long an upload waits for an ad to use it.
const WAITS: Duration = Duration::from_hours(24);
/// How many of one user's uploads may wait at a time.
const MOST_WAITING: u64 = 40;

impl Pipeline {
    pub(crate) async fn stage_picture(
        &self,
        user: UserId,
        role: PictureRole,
        bytes: Vec<u8>,
    ) -> Result<PictureView, AppError> {
        self.forget_unused(user).await?;
        self.require_room(user).await?;
        let waiting = self.store.count_unused_pictures(user).await;
        if waiting.map_err(|error| refuse("count pictures", error))? >= MOST_WAITING {
            let message = format!(
                "{MOST_WAITING} of your pictures wait for an ad already. Use some of them, or come back tomorrow."
            );
            return Err(AppError::rate_limited(message, 3600));
        }
        // Decoding may take hundreds of megabytes: one at a time. The turn goes with the work, which runs on
        // when whoever asked for it has gone.
        let turn = self.decoding.clone().acquire_owned().await.map_err(|_| AppError::internal())?;
        let staged = {
            let work = move || {
                let _turn = turn;
                Photo::read(&bytes).map(|photo| match role {
                    PictureRole::Photo => stage_photo(&photo),
                    PictureRole::Logo => stage_logo(&photo),
                })
            };
            tokio::task::spawn_blocking(work).await.map_err(|panic| {
                tracing::error!(%panic, "an upload could not be read");
                AppError::internal()
            })?
        };
        let staged = staged.map_err(|error| unusable(role, &error))?;
        let record = self.keep(user, role, &staged).await?;
        tracing::info!(picture.id = %record.id, user.id = %user, %role, framed = staged.framed, "picture kept");
        Ok(view(&record))
    }

    /// Checks that the options' pictures are this user's, and fills in what the planner wants to know.
    pub(crate) async fn resolve_pictures(
        &self,
        user: UserId,
        options: &mut AdOptions,
    ) -> Result<(), AppError> {
        if let Some(ProductPhoto { id, .. }) = options.photo {
            let colors = self.own_picture(user, id, PictureRole::Photo).await?.colors;
            options.photo = Some(ProductPhoto { id, colors });
        }
        if let Some(id) = options.logo {
            self.own_picture(user, id, PictureRole::Logo).await?;
        }
        Ok(())
    }

    async fn own_picture(
        &self,
        user: UserId,
        id: PictureId,
        role: PictureRole,
    ) -> Result<PictureRecord, AppError> {
        let found = self.store.picture(user, id).await.map_err(|error| refuse("find picture", error))?;
        found.filter(|picture| picture.role == role).ok_or_else(|| {
            AppError::invalid(
                role.as_str(),
                format!("This {role} is not here any more. Please choose it again."),
            )
        })
    }

    async fn keep(
        &self,
        user: UserId,
        role: PictureRole,
        staged: &Staged,
    ) -> Result<PictureRecord, AppError> {
        let id = PictureId::from_uuid(Uuid::now_v7());
        let key = format!("{}/{id}.png", folder_of(user));
        let png = staged.picture.to_png();
        let failed = |error| refuse("keep picture", error);
        let Published { bytes, sha256 } = self.assets.publish_bytes(png, &key).await.map_err(failed)?;
        let record = PictureRecord {
            id,
            role,
            key,
            bytes,
            sha256,
            width: staged.picture.width(),
            height: staged.picture.height(),
            framed: staged.framed,
            note: staged.note.clone(),
            colors: staged.colors.clone(),
        };
        if let Err(error) = self.store.add_picture(user, &record).await {
            self.remove_files(&[record.key]).await;
            return Err(failed(error));
        }
        Ok(record)
    }

    async fn forget_unused(&self, user: UserId) -> Result<(), AppError> {
        let keys = self.store.forget_unused_pictures(user, WAITS).await;
        self.remove_files(&keys.map_err(|error| refuse("forget pictures", error))?).await;
        Ok(())
    }

    // No row names them any more, so for the user they are gone.
    async fn remove_files(&self, keys: &[String]) {
        if let Err(error) = self.assets.remove(keys).await {
            tracing::error!(%error, "files of forgotten pictures stay behind");
        }
    }
}

/// Where a user's pictures lie.
pub(crate) fn folder_of(user: UserId) -> String {
    format!("pictures/{user}")
}

/// Where Studio finds the pictures that its handles name.
pub(crate) struct StoredPictures(pub AssetStore);

#[async_trait]
impl Pictures for StoredPictures {
    async fn read(&self, key: &str) -> Result<Vec<u8>, ProviderError> {
        self.0.read(key).await.map_err(|error| {
            let (key, reason) = (key.to_owned(), error.to_string());
            if error.is_unavailable() {
                ProviderError::PictureUnavailable { key, reason }
            } else {
                ProviderError::MissingPicture { key, reason }
            }
        })
    }
}

/// The picture of this role among a generation's, as its scenes show it.
pub(crate) fn artwork(pictures: &[PictureRecord], id: Option<PictureId>) -> Option<Artwork> {
    let record = pictures.iter().find(|picture| Some(picture.id) == id)?;
    Some(Artwork { key: record.key.clone(), framed: record.framed })
}

fn view(record: &PictureRecord) -> PictureView {
    PictureView {
        id: record.id,
        role: record.role,
        width: record.width,
        height: record.height,
        url: format!("/api/pictures/{}", record.id),
        framed: record.framed,
        note: record.note.clone(),
    }
}

fn unusable(role: PictureRole, error: &PhotoError) -> AppError {
    if let PhotoError::Damaged { detail } | PhotoError::RareKind { detail } = error {
        tracing::info!(detail, "an upload cannot be read");
    }
    AppError::invalid(role.as_str(), error.to_string())
}
