//! Photos and logos: bring one along, look at it as an ad will show it.

use admint_domain::{AppError, ErrorBody, ErrorCode, MAX_PICTURE_BYTES, PictureId, PictureRole, PictureView};
use axum::{
    Json,
    body::to_bytes,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    error::ApiError,
    files::{StoredFile, serve},
    query::ApiQuery,
};
use crate::{auth::caller::CurrentCaller, state::AppState};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PictureQuery {
    /// `photo` of the product, whose background is taken away, or `logo`.
    role: PictureRole,
}

/// Keeps a picture for your next ads. The body is the file: JPEG, PNG or WebP, at most 20 MB.
///
/// Name the answer's `id` as `photo` or `logo` when you start an ad. A picture that no ad uses within a day
/// goes.
#[utoipa::path(
    post,
    path = "/api/pictures",
    tag = "pictures",
    security(("bearer" = [])),
    params(PictureQuery),
    request_body(content = Vec<u8>, content_type = "image/*"),
    responses(
        (status = CREATED, body = PictureView),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = PAYLOAD_TOO_LARGE, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = INSUFFICIENT_STORAGE, body = ErrorBody)
    )
)]
pub async fn add(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiQuery(PictureQuery { role }): ApiQuery<PictureQuery>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let too_large = || {
        let message = "This file has more than 20 MB. Save it smaller or at a lower quality.";
        let mut error = AppError::new(ErrorCode::PayloadTooLarge, message);
        error.field = Some(role.as_str().to_owned());
        error
    };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| length > MAX_PICTURE_BYTES)
    {
        return Err(too_large().into());
    }
    let bytes = to_bytes(request.into_body(), MAX_PICTURE_BYTES).await.map_err(|error| {
        if is_over_limit(&error) {
            too_large()
        } else {
            AppError::new(ErrorCode::BadRequest, "The upload broke off before it was complete. Try again.")
        }
    })?;
    let picture = state.backend.add_picture(caller.user.id, role, bytes.into()).await?;
    let location = picture.url.clone();
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(picture)))
}

/// The picture as an ad shows it (PNG).
#[utoipa::path(
    get,
    path = "/api/pictures/{id}",
    tag = "pictures",
    security(("bearer" = [])),
    params(("id" = PictureId, Path)),
    responses(
        (status = OK, content_type = "image/png", body = Vec<u8>),
        (status = NOT_MODIFIED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let not_found = || AppError::not_found("picture");
    let id: PictureId = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(not_found)?;
    let picture = state.store.picture(caller.user.id, id).await.map_err(|error| {
        tracing::error!(picture.id = %id, %error, "cannot find a picture");
        AppError::unavailable("The database does not answer. Please try again in a moment.")
    })?;
    let picture = picture.ok_or_else(not_found)?;
    let file = StoredFile {
        key: &picture.key,
        bytes: picture.bytes,
        sha256: &picture.sha256,
        content_type: "image/png",
        what: "picture",
    };
    let mut response = serve(&state, &file, request).await?;
    // Its bytes never change; another upload has another id.
    let forever = HeaderValue::from_static("private, max-age=86400, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, forever);
    Ok(response)
}

fn is_over_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}
