//! Videos, thumbnails, captions and records: byte ranges, conditional requests, downloads.

use admint_domain::{AppError, CaptionFormat, ErrorBody, ErrorCode, GenerationId, Provenance};
use admint_store::{AssetKind, AssetRecord};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::{error::ApiError, generations::Generation, query::ApiQuery};
use crate::{
    auth::caller::CurrentCaller,
    conditional::{Precondition, precondition},
    state::AppState,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// With any value but 0: to be saved as `ad_{id}.mp4` instead of played.
    #[serde(default)]
    download: Option<String>,
}

/// The finished video (MP4).
#[utoipa::path(
    get,
    path = "/api/generations/{id}/video",
    tag = "files",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), FileQuery, ("Range" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "video/mp4", body = Vec<u8>),
        (status = PARTIAL_CONTENT, content_type = "video/mp4", body = Vec<u8>),
        (status = NOT_MODIFIED),
        (status = RANGE_NOT_SATISFIABLE, body = ErrorBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn video(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<FileQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let name = format!("ad_{id}.mp4");
    send(&state, &caller, id, AssetKind::Video, &name, &query, request).await
}

/// The video's thumbnail (JPEG).
#[utoipa::path(
    get,
    path = "/api/generations/{id}/thumbnail",
    tag = "files",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), FileQuery),
    responses(
        (status = OK, content_type = "image/jpeg", body = Vec<u8>),
        (status = NOT_MODIFIED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn thumbnail(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<FileQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let name = format!("ad_{id}.jpg");
    send(&state, &caller, id, AssetKind::Thumbnail, &name, &query, request).await
}

/// Where the ad comes from: who made its parts, whose work is in it, what was left out.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/provenance",
    tag = "files",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), FileQuery),
    responses(
        (status = OK, body = Provenance),
        (status = NOT_MODIFIED),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn provenance(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<FileQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let name = format!("ad_{id}.json");
    send(&state, &caller, id, AssetKind::Provenance, &name, &query, request).await
}

/// The ad's words in time, as SubRip: what the voice says, or without a voice what is read.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/captions.srt",
    tag = "files",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), FileQuery),
    responses(
        (status = OK, content_type = "application/x-subrip", body = String),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn captions_srt(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<FileQuery>,
) -> Result<Response, ApiError> {
    captions(&state, &caller, id, CaptionFormat::Srt, &query).await
}

/// The same as WebVTT, for players in pages.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/captions.vtt",
    tag = "files",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), FileQuery),
    responses(
        (status = OK, content_type = "text/vtt", body = String),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn captions_vtt(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<FileQuery>,
) -> Result<Response, ApiError> {
    captions(&state, &caller, id, CaptionFormat::WebVtt, &query).await
}

async fn captions(
    state: &AppState,
    caller: &CurrentCaller,
    id: GenerationId,
    format: CaptionFormat,
    query: &FileQuery,
) -> Result<Response, ApiError> {
    let text = state.backend.captions(caller.user.id, id, format).await?;
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    present(&mut response, &format!("ad_{id}.{}", format.extension()), query);
    Ok(response)
}

async fn send(
    state: &AppState,
    caller: &CurrentCaller,
    id: GenerationId,
    kind: AssetKind,
    name: &str,
    query: &FileQuery,
    request: Request,
) -> Result<Response, ApiError> {
    let asset = state.store.asset_of(caller.user.id, id, kind).await.map_err(|error| {
        tracing::error!(generation.id = %id, %error, "cannot find a file");
        AppError::unavailable("The database does not answer. Please try again in a moment.")
    })?;
    let asset = asset.ok_or_else(|| AppError::not_found("video"))?;
    let AssetRecord { key, bytes, sha256, content_type, .. } = &asset;
    let file = StoredFile { key, bytes: *bytes, sha256, content_type, what: "video" };
    let mut response = serve(state, &file, request).await?;
    present(&mut response, name, query);
    Ok(response)
}

/// To be shown or saved under `name`, as the query asks.
fn present(response: &mut Response, name: &str, query: &FileQuery) {
    let attachment = query.download.as_deref().is_some_and(|download| download != "0");
    let disposition = format!("{}; filename=\"{name}\"", if attachment { "attachment" } else { "inline" });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).expect("ASCII"));
    // Kept by the browser, never by a proxy; checked each time, because a video can be made anew.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

/// A file of the asset folder, as far as an answer needs to know it.
pub struct StoredFile<'a> {
    pub key: &'a str,
    pub bytes: u64,
    pub sha256: &'a str,
    pub content_type: &'a str,
    /// What the user calls it, should it be gone.
    pub what: &'a str,
}

/// Whole, in part or not at all, as the request's conditions and ranges ask.
pub async fn serve(
    state: &AppState,
    asset: &StoredFile<'_>,
    mut request: Request,
) -> Result<Response, ApiError> {
    let etag = HeaderValue::from_str(&format!("\"{}\"", asset.sha256)).expect("hexadecimal digits");
    match precondition(request.headers(), etag.as_bytes()) {
        Precondition::NotModified => {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
        }
        Precondition::Failed => {
            return Err(ApiError {
                status: StatusCode::PRECONDITION_FAILED,
                error: AppError::new(ErrorCode::BadRequest, "The file has changed since."),
            });
        }
        Precondition::Whole => {
            request.headers_mut().remove(header::RANGE);
        }
        Precondition::AsAsked => {}
    }
    // Answered above, by content; the file service knows only the file's date.
    for name in [
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::IF_RANGE,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
    ] {
        request.headers_mut().remove(name);
    }
    let path = state.assets.path(asset.key).map_err(|error| {
        tracing::error!(key = asset.key, %error, "an asset's key is no path");
        AppError::internal()
    })?;
    let file = ServeFile::new(path).ignore_multi_range_requests(true);
    let response = file.oneshot(request).await.unwrap_or_else(|never| match never {});
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(unsatisfiable(asset.bytes)),
        status => {
            tracing::error!(key = asset.key, %status, "an asset's file cannot be read");
            return Err(AppError::not_found(asset.what).into());
        }
    }
    let mut response = response.map(Body::new);
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.remove(header::LAST_MODIFIED);
    if let Ok(content_type) = HeaderValue::from_str(asset.content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    Ok(response)
}

fn unsatisfiable(bytes: u64) -> Response {
    let error =
        AppError::new(ErrorCode::BadRequest, format!("This range is outside the file of {bytes} bytes."));
    let error = ApiError { status: StatusCode::RANGE_NOT_SATISFIABLE, error };
    ([(header::CONTENT_RANGE, format!("bytes */{bytes}"))], error).into_response()
}
