//! Share one video by a link, and revoke it.

use admint_domain::{AppError, ErrorBody, ErrorCode, GenerationId, ShareVideo, ShareView, Sharing};
use axum::{Json, extract::State, http::StatusCode};

use super::{error::ApiError, generations::Generation, json::ApiJson};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// Makes a link by which anybody may see the finished video, without an account. Where there is one already it stays
/// the same, and ends when this says.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/share",
    tag = "sharing",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = ShareVideo,
    responses(
        (status = OK, body = ShareView),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "it was never finished"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn share(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(request): ApiJson<ShareVideo>,
) -> Result<Json<ShareView>, ApiError> {
    Ok(Json(state.sharing.share(caller.user.id, id, request).await?))
}

/// The video's link, also one that has expired. 404 if it is not shared.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/share",
    tag = "sharing",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = OK, body = ShareView),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<Json<ShareView>, ApiError> {
    let found = state.sharing.share_of(caller.user.id, id).await?;
    let not_shared = || AppError::new(ErrorCode::NotFound, "This video is not shared.");
    Ok(Json(found.ok_or_else(not_shared)?))
}

/// Revokes the link, at once. That there is none is no error.
#[utoipa::path(
    delete,
    path = "/api/generations/{id}/share",
    tag = "sharing",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn revoke(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<StatusCode, ApiError> {
    state.sharing.unshare(caller.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
