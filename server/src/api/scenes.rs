//! Change an ad that exists: its scenes, and what a change of them costs.

use admint_domain::{AppError, ChangeAd, ErrorBody, GenerationId, Price, SceneChange, ScenesView, Usd};
use axum::{
    Json,
    extract::{FromRequestParts, Path, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{
    error::ApiError,
    files::{StoredFile, found, serve},
    generations::Generation,
    json::ApiJson,
    query::ApiQuery,
};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// The id and the scene's number in the path. What is neither names nothing.
pub struct Scene(GenerationId, u32);

impl<S: Send + Sync> FromRequestParts<S> for Scene {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let not_found = || ApiError::from(AppError::not_found("scene"));
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((id, number)) = path.map_err(|_| not_found())?;
        let (id, number) = (id.parse().map_err(|_| not_found())?, number.parse().map_err(|_| not_found())?);
        Ok(Self(id, number))
    }
}

/// The scenes of an ad as they can be changed, with what that costs.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/scenes",
    tag = "scenes",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = OK, body = ScenesView),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "they are not planned yet")
    )
)]
pub async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<Json<ScenesView>, ApiError> {
    Ok(Json(state.backend.scenes(caller.user.id, id).await?))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StillQuery {
    /// Changes nothing. A page that names the ad's revision is shown no other revision's picture by its browser.
    #[serde(default, rename = "revision")]
    _revision: Option<u32>,
}

/// A picture of a scene (JPEG), as soon as the scene is planned or drawn. Scenes count from 0.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/scenes/{n}/still",
    tag = "files",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), ("n" = u32, Path), StillQuery),
    responses(
        (status = OK, content_type = "image/jpeg", body = Vec<u8>),
        (status = NOT_MODIFIED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn still(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Scene(id, number): Scene,
    _query: ApiQuery<StillQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let asset = state.store.scene_picture_of(caller.user.id, id, number).await;
    let asset = found(id, asset)?;
    let file = StoredFile {
        key: &asset.key,
        bytes: asset.bytes,
        sha256: &asset.sha256,
        content_type: &asset.content_type,
        what: "picture",
    };
    let mut response = serve(&state, &file, request).await?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Changes an ad that is complete: words, prompts and lengths, scenes to be made again, real clips for an
/// animatic's. Until it is complete, too, the ad is seen as it was; follow it at `/api/generations/{id}/events`.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/changes",
    tag = "scenes",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = ChangeAd,
    responses(
        (status = ACCEPTED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "it was changed since, is being made, or never was"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody, description = "also where it costs more than agreed to"),
        (status = INSUFFICIENT_STORAGE, body = ErrorBody)
    )
)]
pub async fn change(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(request): ApiJson<ChangeAd>,
) -> Result<StatusCode, ApiError> {
    state.backend.change_ad(caller.user.id, id, request).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What a change costs.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ChangePrice {
    /// US dollars; `null` where nobody knows.
    #[schema(value_type = Option<f64>)]
    cost_usd: Option<Usd>,
}

/// What a change would cost. Nothing is changed.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/changes/price",
    tag = "scenes",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = ChangeAd,
    responses(
        (status = OK, body = ChangePrice),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "it was changed since"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn price(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(request): ApiJson<ChangeAd>,
) -> Result<Json<ChangePrice>, ApiError> {
    let price = state.backend.price_of_change(caller.user.id, id, request).await?;
    let cost_usd = match price {
        Price::Known(cost) => Some(cost),
        Price::Unknown => None,
    };
    Ok(Json(ChangePrice { cost_usd }))
}

/// What may be paid for a change, and of which revision it is.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// The revision that it is a change of, as the scenes were read.
    revision: u32,
    /// The most that it may cost, in US dollars.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    max_cost_usd: Option<Usd>,
    /// It is also to be done where nobody knows the price.
    #[serde(default)]
    any_cost: bool,
}

/// Makes one scene again, and keeps everything else. Scenes count from 0.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/scenes/{n}/again",
    tag = "scenes",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), ("n" = u32, Path)),
    request_body = Agreed,
    responses(
        (status = ACCEPTED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn again(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Scene(id, index): Scene,
    ApiJson(Agreed { revision, max_cost_usd, any_cost }): ApiJson<Agreed>,
) -> Result<StatusCode, ApiError> {
    let scenes = vec![SceneChange { index, again: true, ..SceneChange::default() }];
    let change = ChangeAd { revision, scenes, real_clips: None, max_cost_usd, any_cost };
    state.backend.change_ad(caller.user.id, id, change).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RealClips {
    /// Who is to make them: one of the scenes' `models`.
    model: String,
    /// The revision that it is a change of, as the scenes were read.
    revision: u32,
    /// The most that they may cost, in US dollars.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    max_cost_usd: Option<Usd>,
    /// They are also to be made where nobody knows the price.
    #[serde(default)]
    any_cost: bool,
}

/// Has a model make the real clips of an animatic. Words, lengths and music stay.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/clips",
    tag = "scenes",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = RealClips,
    responses(
        (status = ACCEPTED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn clips(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(RealClips { model, revision, max_cost_usd, any_cost }): ApiJson<RealClips>,
) -> Result<StatusCode, ApiError> {
    let change = ChangeAd { revision, scenes: Vec::new(), real_clips: Some(model), max_cost_usd, any_cost };
    state.backend.change_ad(caller.user.id, id, change).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// The ad's revision, as its scenes were read.
    revision: u32,
}

/// Makes an ad what it was before its last change; one whose change failed or was cancelled is kept as it was.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/undo",
    tag = "scenes",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = Undo,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "there is nothing to undo, or it was changed since")
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(Undo { revision }): ApiJson<Undo>,
) -> Result<StatusCode, ApiError> {
    state.backend.undo_change(caller.user.id, id, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
