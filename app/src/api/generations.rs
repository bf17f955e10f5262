//! Making, listing, cancelling and deleting ads.

// For the module: the browser's half of `#[server]` drops a function's own attributes.
#![allow(clippy::too_many_arguments, reason = "one for each field of the form")]

#[cfg(feature = "ssr")]
use admint_domain::{
    AppError, ArtDirection, AspectRatio, CreateGeneration, GenerationQuery, Page, PictureId,
};
use admint_domain::{GenerationId, GenerationView};
use leptos::prelude::*;

use crate::ApiError;
#[cfg(feature = "ssr")]
use crate::{
    api::response::{refuse, send_on},
    context,
};

/// Starts an ad. The fields are text, as a plain form sends them: an empty one is left out.
#[server(output = crate::json::Answer, name = CreateVideo, prefix = "/fn", endpoint = "create-video")]
pub async fn create_video(
    prompt: String,
    #[server(default)] aspect_ratio: Option<String>,
    #[server(default)] duration_seconds: Option<String>,
    #[server(default)] seed: Option<String>,
    #[server(default)] art_direction: Option<String>,
    #[server(default)] photo: Option<String>,
    #[server(default)] logo: Option<String>,
    #[server(default)] voice: Option<String>,
    #[server(default)] model: Option<String>,
    #[server(default)] animatic: Option<String>,
    #[server(default)] max_cost_usd: Option<String>,
) -> Result<GenerationId, ApiError> {
    let user = context::current_user().map_err(refuse)?;
    let voice = filled(voice);
    let request = CreateGeneration {
        prompt,
        aspect_ratio: filled(aspect_ratio)
            .map(|text| text.parse::<AspectRatio>())
            .transpose()
            .map_err(refuse)?,
        duration_seconds: number(
            duration_seconds,
            "duration_seconds",
            "Choose the length in whole seconds.",
        )?,
        seed: number(seed, "seed", "The seed is a whole number from 0 to 4294967295.")?,
        art_direction: filled(art_direction)
            .map(|text| text.parse::<ArtDirection>())
            .transpose()
            .map_err(refuse)?,
        photo: picture(photo, "photo")?,
        logo: picture(logo, "logo")?,
        voice: voice.is_some(),
        captions: voice.as_deref() == Some("captioned"),
        model: filled(model),
        animatic: filled(animatic).is_some(),
        max_cost_usd: filled(max_cost_usd)
            .map(|text| text.parse().map_err(|wrong: &str| refuse(AppError::invalid("max_cost_usd", wrong))))
            .transpose()?,
    };
    let created = context::backend()?.create_generation(user.id, request).await.map_err(refuse)?;
    send_on(&format!("/videos/{}", created.id));
    Ok(created.id)
}

/// A page of a user's ads, for pages alone.
#[cfg(feature = "ssr")]
pub async fn generations(query: GenerationQuery) -> Result<Page<GenerationView>, ApiError> {
    let user = context::current_user().map_err(refuse)?;
    query.validate().map_err(refuse)?;
    context::backend()?.generations(user.id, query).await.map_err(refuse)
}

#[server(output = crate::json::Answer, name = LoadGeneration, prefix = "/fn", endpoint = "generation")]
pub async fn generation(id: GenerationId) -> Result<GenerationView, ApiError> {
    let user = context::current_user().map_err(refuse)?;
    context::backend()?.generation(user.id, id).await.map_err(refuse)
}

#[server(output = crate::json::Answer, name = CancelVideo, prefix = "/fn", endpoint = "cancel-video")]
pub async fn cancel_video(id: GenerationId) -> Result<(), ApiError> {
    let user = context::current_user().map_err(refuse)?;
    context::backend()?.cancel_generation(user.id, id).await.map_err(refuse)?;
    send_on(&format!("/videos/{id}"));
    Ok(())
}

#[server(output = crate::json::Answer, name = DeleteVideo, prefix = "/fn", endpoint = "delete-video")]
pub async fn delete_video(id: GenerationId) -> Result<(), ApiError> {
    let user = context::current_user().map_err(refuse)?;
    context::backend()?.delete_generation(user.id, id).await.map_err(refuse)?;
    send_on("/gallery");
    Ok(())
}

#[cfg(feature = "ssr")]
fn picture(id: Option<String>, field: &str) -> Result<Option<PictureId>, ApiError> {
    let wrong = |_| {
        refuse(AppError::invalid(
            field,
            format!("This {field} is not here any more. Please choose it again."),
        ))
    };
    filled(id).map(|id| id.parse().map_err(wrong)).transpose()
}

#[cfg(feature = "ssr")]
fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(feature = "ssr")]
fn number(text: Option<String>, field: &str, message: &str) -> Result<Option<u32>, ApiError> {
    filled(text).map(|text| text.parse().map_err(|_| refuse(AppError::invalid(field, message)))).transpose()
}
