//! Make, list, show, rename, cancel, retry, move and delete generations.

use admint_domain::{
    AppError, CreateGeneration, Created, ErrorBody, GenerationId, GenerationQuery, GenerationView, Page,
    QueueMove, QueueView, RenameAd, StatusFilter,
};
use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::IntoResponse,
};
use serde::Deserialize;

use super::{error::ApiError, json::ApiJson, query::ApiQuery};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// The id in the path. What is no id names nothing: 404, like an id that nobody has.
pub struct Generation(pub GenerationId);

impl<S: Send + Sync> FromRequestParts<S> for Generation {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let not_found = || ApiError::from(AppError::not_found("video"));
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| not_found())?;
        id.parse().map(Self).map_err(|_| not_found())
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Part of the prompt, in any case.
    search: Option<String>,
    /// `processing` means queued or running.
    status: Option<StatusFilter>,
    /// From 1.
    page: Option<u32>,
    /// 1-100; 20 if left out.
    per_page: Option<u32>,
}

/// Starts an ad. Follow it at `/api/generations/{id}/events`.
#[utoipa::path(
    post,
    path = "/api/generations",
    tag = "generations",
    security(("bearer" = [])),
    request_body = CreateGeneration,
    responses(
        (status = ACCEPTED, body = Created),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = PAYMENT_REQUIRED, body = ErrorBody, description = "more than may be spent; see `suggestion`"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = INSUFFICIENT_STORAGE, body = ErrorBody)
    )
)]
pub async fn create(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiJson(request): ApiJson<CreateGeneration>,
) -> Result<impl IntoResponse, ApiError> {
    let created = state.backend.create_generation(caller.user.id, request).await?;
    let location = format!("/api/generations/{}", created.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(created)))
}

/// Your generations, newest first.
#[utoipa::path(
    get,
    path = "/api/generations",
    tag = "generations",
    security(("bearer" = [])),
    params(ListQuery),
    responses(
        (status = OK, body = Page<GenerationView>),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn list(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiQuery(query): ApiQuery<ListQuery>,
) -> Result<Json<Page<GenerationView>>, ApiError> {
    let ListQuery { search, status, page, per_page } = query;
    let query = GenerationQuery { search, status, page, per_page };
    query.validate()?;
    Ok(Json(state.backend.generations(caller.user.id, query).await?))
}

/// One generation, with its scenes.
#[utoipa::path(
    get,
    path = "/api/generations/{id}",
    tag = "generations",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = OK, body = GenerationView),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<Json<GenerationView>, ApiError> {
    Ok(Json(state.backend.generation(caller.user.id, id).await?))
}

/// Calls an ad otherwise: by a title of your own, or, without one, by its prompt. It is found by either.
#[utoipa::path(
    patch,
    path = "/api/generations/{id}",
    tag = "generations",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = RenameAd,
    responses(
        (status = OK, body = GenerationView),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn rename(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(request): ApiJson<RenameAd>,
) -> Result<Json<GenerationView>, ApiError> {
    Ok(Json(state.backend.rename_ad(caller.user.id, id, request).await?))
}

/// Removes a generation with its video; one that still runs is cancelled first.
#[utoipa::path(
    delete,
    path = "/api/generations/{id}",
    tag = "generations",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn delete(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<StatusCode, ApiError> {
    state.backend.delete_generation(caller.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a generation to stop. Its last event says when it has.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/cancel",
    tag = "generations",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = ACCEPTED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "it has ended already")
    )
)]
pub async fn cancel(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<StatusCode, ApiError> {
    state.backend.cancel_generation(caller.user.id, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Makes a failed or cancelled generation after all, with everything kept that was finished. It waits at
/// the end of your queue.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/retry",
    tag = "queue",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = ACCEPTED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = PAYMENT_REQUIRED, body = ErrorBody, description = "what is missing is more than may be spent"),
        (status = CONFLICT, body = ErrorBody, description = "it has neither failed nor been cancelled"),
        (status = INSUFFICIENT_STORAGE, body = ErrorBody)
    )
)]
pub async fn retry(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<StatusCode, ApiError> {
    state.backend.retry_generation(caller.user.id, id).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveRequest {
    to: QueueMove,
}

/// Moves a generation that waits among your own.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/move",
    tag = "queue",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = MoveRequest,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody, description = "it does not wait"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn move_to(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(request): ApiJson<MoveRequest>,
) -> Result<StatusCode, ApiError> {
    state.backend.move_in_queue(caller.user.id, id, request.to).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What you have running, waiting and failed of late, with places and times.
#[utoipa::path(
    get,
    path = "/api/queue",
    tag = "queue",
    security(("bearer" = [])),
    responses((status = OK, body = QueueView), (status = UNAUTHORIZED, body = ErrorBody))
)]
pub async fn queue(
    State(state): State<AppState>,
    caller: CurrentCaller,
) -> Result<Json<QueueView>, ApiError> {
    Ok(Json(state.backend.queue(caller.user.id).await?))
}
