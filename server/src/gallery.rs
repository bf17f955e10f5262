//! What the gallery's forms do where there is no script: deleting several videos, and bringing them back.

use admint_domain::{AppError, ChosenGenerations};
use app::{DELETE_PATH, GALLERY_PATH, RESTORE_PATH};
use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;

use crate::{api::error::ApiError, auth::caller::CurrentCaller, state::AppState};

pub fn routes() -> Router<AppState> {
    Router::new().route(DELETE_PATH, post(delete)).route(RESTORE_PATH, post(restore))
}

#[derive(Deserialize)]
struct Back {
    /// The gallery as it was looked at.
    #[serde(default)]
    next: String,
}

impl Back {
    /// Back there, and nowhere else; `told` says what has become of the form.
    fn to(&self, told: Option<&str>) -> Response {
        let is_gallery = self.next == GALLERY_PATH || self.next.starts_with(&format!("{GALLERY_PATH}?"));
        let path = if is_gallery && self.next.is_ascii() { &self.next } else { GALLERY_PATH };
        let Some(told) = told else { return Redirect::to(path).into_response() };
        let sign = if path.contains('?') { '&' } else { '?' };
        Redirect::to(&format!("{path}{sign}told={told}")).into_response()
    }
}

async fn delete(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Query(back): Query<Back>,
    body: Bytes,
) -> Result<Response, ApiError> {
    // The page that follows says what was deleted, as long as it can be undone.
    if let Some(chosen) = chosen(&body)? {
        state.backend.delete_generations(caller.user.id, &chosen.validate()?).await?;
    }
    Ok(back.to(None))
}

async fn restore(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Query(back): Query<Back>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let Some(chosen) = chosen(&body)? else { return Ok(back.to(None)) };
    let done = state.backend.restore_generations(caller.user.id, &chosen.validate()?).await?;
    Ok(back.to(Some(if done.not_found.is_empty() { "restored" } else { "late" })))
}

/// The boxes that were ticked; nothing, if none was.
fn chosen(body: &[u8]) -> Result<Option<ChosenGenerations>, AppError> {
    let wrong = |_| AppError::invalid("ids", "Use the boxes of the page.");
    let ids = form_urlencoded::parse(body)
        .filter(|(name, _)| name == "ids")
        .map(|(_, id)| id.parse().map_err(wrong))
        .collect::<Result<Vec<_>, _>>()?;
    Ok((!ids.is_empty()).then_some(ChosenGenerations { ids }))
}
