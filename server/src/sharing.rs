//! Links by which anybody may see one video: who makes and revokes them, and what they lead to.

use admint_domain::{AppError, GenerationId, ShareVideo, ShareView, Sharing, UserId};
use admint_store::{ShareLink, ShareOutcome, Store, StoreError};
use async_trait::async_trait;
use chrono::{TimeDelta, Utc};

use crate::{
    auth::share_tokens::ShareTokens,
    config::{PublicUrl, Secret},
};

pub struct ShareService {
    store: Store,
    tokens: ShareTokens,
    /// Before the paths of links, where it is known; else empty.
    origin: String,
}

impl ShareService {
    pub fn new(store: Store, secret: &Secret, public_url: Option<&PublicUrl>) -> Self {
        let origin = public_url.map(|url| url.origin().to_owned()).unwrap_or_default();
        Self { store, tokens: ShareTokens::new(secret), origin }
    }

    /// Whose which video the token shows now. A token that never was and one that is no more look alike.
    pub async fn find(&self, token: &str) -> Result<Option<(UserId, GenerationId)>, AppError> {
        let Some(link) = self.tokens.check(token) else { return Ok(None) };
        self.store.shared(link).await.map_err(|error| unavailable("follow a share link", &error))
    }

    fn view(&self, link: &ShareLink) -> ShareView {
        ShareView {
            url: format!("{}/s/{}", self.origin, self.tokens.token(link.id)),
            created_at: link.created_at,
            expires_at: link.expires_at,
            is_live: link.is_live(),
        }
    }
}

#[async_trait]
impl Sharing for ShareService {
    async fn share(
        &self,
        user: UserId,
        id: GenerationId,
        request: ShareVideo,
    ) -> Result<ShareView, AppError> {
        let days = request.validate()?;
        let expires_at = days.map(|days| Utc::now() + TimeDelta::days(i64::from(days)));
        let outcome = self.store.share(user, id, expires_at).await;
        match outcome.map_err(|error| unavailable("share a video", &error))? {
            ShareOutcome::NotFound => Err(AppError::not_found("video")),
            ShareOutcome::Unfinished => {
                Err(AppError::conflict("Only a finished video can be shared. Wait until this one is."))
            }
            ShareOutcome::Shared(link) => {
                tracing::info!(generation.id = %id, user.id = %user, expires_at = ?link.expires_at, "shared");
                Ok(self.view(&link))
            }
        }
    }

    async fn share_of(&self, user: UserId, id: GenerationId) -> Result<Option<ShareView>, AppError> {
        let found = self.store.share_of(user, id).await;
        let found = found.map_err(|error| unavailable("read a share link", &error))?;
        let link = found.ok_or_else(|| AppError::not_found("video"))?;
        Ok(link.map(|link| self.view(&link)))
    }

    async fn unshare(&self, user: UserId, id: GenerationId) -> Result<(), AppError> {
        let found = self.store.unshare(user, id).await;
        if !found.map_err(|error| unavailable("revoke a share link", &error))? {
            return Err(AppError::not_found("video"));
        }
        tracing::info!(generation.id = %id, user.id = %user, "no longer shared");
        Ok(())
    }
}

fn unavailable(operation: &str, error: &StoreError) -> AppError {
    tracing::error!(operation, %error, "the database does not answer");
    AppError::unavailable("The database does not answer. Please try again in a moment.")
}
