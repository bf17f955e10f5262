//! What becomes of an ad beside its making: what it is called, and who may see it.

use admint_domain::GenerationId;
#[cfg(feature = "ssr")]
use admint_domain::{RenameAd, ShareVideo};
use leptos::prelude::*;

use crate::ApiError;
#[cfg(feature = "ssr")]
use crate::{
    api::response::{refuse, send_on},
    context,
};

/// Calls an ad otherwise; an empty title is none.
#[server(output = crate::json::Answer, name = RenameVideo, prefix = "/fn", endpoint = "rename-video")]
pub async fn rename_video(id: GenerationId, #[server(default)] title: String) -> Result<(), ApiError> {
    let user = context::current_user().map_err(refuse)?;
    context::backend()?.rename_ad(user.id, id, RenameAd { title: Some(title) }).await.map_err(refuse)?;
    send_on(&format!("/videos/{id}"));
    Ok(())
}

/// Makes a link, or gives the one there is another end; an empty number of days is none.
#[server(output = crate::json::Answer, name = StartSharing, prefix = "/fn", endpoint = "share-video")]
pub async fn start_sharing(
    id: GenerationId,
    #[server(default)] expires_in_days: Option<String>,
) -> Result<(), ApiError> {
    let user = context::current_user().map_err(refuse)?;
    let days = expires_in_days.filter(|days| !days.trim().is_empty());
    let days = days.map(|days| days.trim().parse().unwrap_or_default());
    let request = ShareVideo { expires_in_days: days };
    context::sharing()?.share(user.id, id, request).await.map_err(refuse)?;
    send_on(&format!("/videos/{id}?open=share"));
    Ok(())
}

#[server(output = crate::json::Answer, name = StopSharing, prefix = "/fn", endpoint = "unshare-video")]
pub async fn stop_sharing(id: GenerationId) -> Result<(), ApiError> {
    let user = context::current_user().map_err(refuse)?;
    context::sharing()?.unshare(user.id, id).await.map_err(refuse)?;
    send_on(&format!("/videos/{id}?open=share"));
    Ok(())
}
