//! What a share link leads to, for anybody: a page, and the three files that it shows. The link is looked up for each
//! request, before anything else is, so that one which was revoked answers nothing more.

use admint_domain::{AppError, CaptionFormat, ErrorCode, GenerationId, UserId};
use admint_store::{AssetKind, AssetRecord};
use app::{SharedPage, not_shared_page, shared_page};
use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use crate::{
    api::files::{StoredFile, serve},
    pages,
    state::AppState,
};

/// Where all of it lies.
pub const SHARED: &str = "/s/";

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The page runs nothing, sends nothing and is shown in no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; \
                      manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/s/{token}", get(page))
        .route("/s/{token}/{file}", get(file))
        .layer(middleware::from_fn(private))
}

/// No search engine keeps it, no other site is told its address, and whoever kept it asks before showing it again.
async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow, noarchive, noimageindex"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    response
}

async fn page(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let shown = match find(&state, &token).await {
        Ok((user, id)) => shown(&state, &token, user, id).await,
        Err(error) => Err(error),
    };
    match shown {
        Ok(page) => written(StatusCode::OK, shared_page(&state.bundle.pkg_dir, &page)),
        Err(error) => refused(&state, &pages::Place::of(&request), error),
    }
}

async fn file(
    State(state): State<AppState>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let place = pages::Place::of(&request);
    let served = match find(&state, &token).await {
        Ok((user, id)) => served(&state, user, id, &name, request).await,
        Err(error) => Err(error),
    };
    served.unwrap_or_else(|error| refused(&state, &place, error))
}

async fn find(state: &AppState, token: &str) -> Result<(UserId, GenerationId), AppError> {
    state.sharing.find(token).await?.ok_or_else(not_there)
}

fn not_there() -> AppError {
    AppError::not_found("video")
}

/// What the page says. Its maker's prompt and name are nobody's business.
async fn shown(
    state: &AppState,
    token: &str,
    user: UserId,
    id: GenerationId,
) -> Result<SharedPage, AppError> {
    let view = state.backend.generation(user, id).await?;
    let captions = state.backend.captions(user, id, CaptionFormat::WebVtt).await;
    let path = format!("{SHARED}{token}");
    Ok(SharedPage {
        title: view.title,
        aspect: view.aspect_ratio,
        length_seconds: view.duration_seconds,
        has_thumbnail: view.thumbnail_url.is_some(),
        // A file of captions always begins with its kind.
        has_captions: captions.is_ok_and(|captions| captions.contains("-->")),
        origin: state.config.public_url.as_ref().map(|url| url.origin().to_owned()),
        path,
    })
}

async fn served(
    state: &AppState,
    user: UserId,
    id: GenerationId,
    name: &str,
    request: Request,
) -> Result<Response, AppError> {
    let kind = match name {
        "video" => AssetKind::Video,
        "thumbnail" => AssetKind::Thumbnail,
        "captions.vtt" => {
            let text = state.backend.captions(user, id, CaptionFormat::WebVtt).await?;
            let content_type = HeaderValue::from_static(CaptionFormat::WebVtt.content_type());
            return Ok(([(header::CONTENT_TYPE, content_type)], text).into_response());
        }
        _ => return Err(not_there()),
    };
    let asset = state.store.asset_of(user, id, kind).await.map_err(|error| {
        tracing::error!(generation.id = %id, %error, "cannot find a shared file");
        AppError::unavailable("The database does not answer. Please try again in a moment.")
    })?;
    let AssetRecord { key, bytes, sha256, content_type, .. } = asset.ok_or_else(not_there)?;
    let file = StoredFile { key: &key, bytes, sha256: &sha256, content_type: &content_type, what: "video" };
    let mut response = match serve(state, &file, request).await {
        Ok(response) => response,
        Err(error) if error.error.code == ErrorCode::NotFound => return Err(error.error),
        Err(error) => error.into_response(),
    };
    // Asked for again each time, so that a revoked link shows nothing that a browser or a proxy has kept.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// One answer for every link that shows nothing, whatever it was.
fn refused(state: &AppState, place: &pages::Place, error: AppError) -> Response {
    match error.code {
        ErrorCode::NotFound => written(StatusCode::NOT_FOUND, not_shared_page(&state.bundle.pkg_dir)),
        _ => place.problem(error),
    }
}

fn written(status: StatusCode, page: String) -> Response {
    (status, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
}
