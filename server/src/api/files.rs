//! Videos, thumbnails, captions and records: byte ranges, conditional requests, downloads.

use std::{ops::Range, time::Duration};

use admint_domain::{AppError, CaptionFormat, ErrorBody, ErrorCode, GenerationId, Provenance};
use admint_store::{AssetKind, AssetRecord, SavedAs};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{error::ApiError, generations::Generation, query::ApiQuery};
use crate::{
    auth::caller::CurrentCaller,
    conditional::{Precondition, precondition},
    ranges::{self, Asked},
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

impl FileQuery {
    fn is_download(&self) -> bool {
        self.download.as_deref().is_some_and(|download| download != "0")
    }
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
    let asset = found(id, state.store.asset_of(caller.user.id, id, kind).await)?;
    let AssetRecord { key, bytes, sha256, content_type, .. } = &asset;
    let disposition = disposition(name, query);
    if query.is_download() && *bytes >= LARGE {
        let saved_as = SavedAs { content_type, disposition: &disposition };
        let signed = state.assets.signed_url(key, saved_as, SIGNED_FOR).await.map_err(no_file)?;
        if let Some(url) = signed.and_then(|url| HeaderValue::from_str(&url).ok()) {
            // The address is the file, for as long as it holds: nobody may keep it.
            let headers = [(header::LOCATION, url), (header::CACHE_CONTROL, NO_STORE)];
            return Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response());
        }
    }
    let file = StoredFile { key, bytes: *bytes, sha256, content_type, what: "video" };
    let mut response = serve(state, &file, request).await?;
    present(&mut response, name, query);
    Ok(response)
}

/// The file, if it is there and the caller's.
pub fn found(
    id: GenerationId,
    asset: Result<Option<AssetRecord>, admint_store::StoreError>,
) -> Result<AssetRecord, AppError> {
    let asset = asset.map_err(|error| {
        tracing::error!(generation.id = %id, %error, "cannot find a file");
        AppError::unavailable("The database does not answer. Please try again in a moment.")
    })?;
    asset.ok_or_else(|| AppError::not_found("video"))
}

/// A download from this size on is the bucket's to give, where there is one. What is played comes through here:
/// the pages' policy lets a player load from nowhere else.
const LARGE: u64 = 8 << 20;
const SIGNED_FOR: Duration = Duration::from_secs(300);
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// To be shown or saved under `name`, as the query asks.
fn present(response: &mut Response, name: &str, query: &FileQuery) {
    let disposition = HeaderValue::from_str(&disposition(name, query)).expect("ASCII");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    // Kept by the browser, never by a proxy; checked each time, because a video can be made anew.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

fn disposition(name: &str, query: &FileQuery) -> String {
    format!("{}; filename=\"{name}\"", if query.is_download() { "attachment" } else { "inline" })
}

/// A published file, as far as an answer needs to know it.
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
    let range = match ranges::asked(request.method(), request.headers(), asset.bytes) {
        Asked::Whole => None,
        Asked::Part(range) => Some(range),
        Asked::Unsatisfiable => return Ok(unsatisfiable(asset.bytes)),
    };
    let length = range.as_ref().map_or(asset.bytes, |range| range.end - range.start);
    let found = match request.method() {
        &Method::HEAD => state.assets.exists(asset.key).await.map(|exists| exists.then(Body::empty)),
        _ => {
            let stream = state.assets.stream(asset.key, range.clone()).await;
            stream.map(|stream| stream.map(Body::from_stream))
        }
    };
    let Some(body) = found.map_err(no_file)? else {
        tracing::error!(key = asset.key, "an asset's file is not there");
        return Err(AppError::not_found(asset.what).into());
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, length.into());
    if let Ok(content_type) = HeaderValue::from_str(asset.content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    if let Some(Range { start, end }) = range {
        let part = format!("bytes {start}-{}/{}", end - 1, asset.bytes);
        headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).expect("ASCII"));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn no_file(error: admint_store::StoreError) -> ApiError {
    tracing::error!(%error, "the asset store does not answer");
    AppError::unavailable("The file cannot be read at the moment. Please try again soon.").into()
}

pub fn unsatisfiable(bytes: u64) -> Response {
    let error =
        AppError::new(ErrorCode::BadRequest, format!("This range is outside the file of {bytes} bytes."));
    let error = ApiError { status: StatusCode::RANGE_NOT_SATISFIABLE, error };
    ([(header::CONTENT_RANGE, format!("bytes */{bytes}"))], error).into_response()
}
