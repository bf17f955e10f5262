//! Puts the parts of the server together: API, pages, files, and the layers around them.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{from_fn, from_fn_with_state},
    response::Response,
    routing::{any, get},
};
use tower::ServiceBuilder;
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    cors::{AllowOrigin, CorsLayer},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use tracing::{Span, field::Empty};

use crate::{api, assets, auth::caller, config::Config, guard, headers, pages, shared, state::AppState};

/// The most a JSON body may take, in bytes.
const MAX_BODY: usize = 64 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything AdMint answers.
pub fn build_router(state: AppState) -> Router {
    // A preflight has neither token nor cookie, so CORS answers before anything else looks.
    let api =
        api::routes().0.route("/api", any(api::error::not_found)).route("/api/", any(api::error::not_found));
    let api = api.route("/api/{*path}", any(api::error::not_found)).layer(
        ServiceBuilder::new()
            .layer(cors(&state.config))
            .layer(from_fn(guard::trust_bearer))
            .layer(guard::cross_site(&state.config))
            .layer(from_fn_with_state(state.clone(), caller::identify))
            .layer(DefaultBodyLimit::max(MAX_BODY)),
    );
    let functions = pages::functions(&state).layer(
        ServiceBuilder::new()
            .layer(guard::cross_site(&state.config))
            .layer(from_fn_with_state(state.clone(), caller::identify)),
    );
    let pages = pages::pages(&state).layer(
        ServiceBuilder::new()
            .layer(guard::cross_site(&state.config))
            .layer(from_fn_with_state(state.clone(), caller::identify)),
    );
    // Videos are compressed already and asked for by ranges; events must not wait for a full block.
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("video/"));
    let dynamic = Router::new().merge(api).merge(functions).merge(shared::routes()).merge(pages).layer(
        ServiceBuilder::new()
            .layer(
                TraceLayer::new_for_http()
                    .make_span_with(request_span)
                    .on_request(())
                    .on_response(log_response)
                    .on_failure(()),
            )
            .layer(from_fn(guard::answer))
            .layer(CompressionLayer::new().compress_when(compressible)),
    );
    dynamic
        .route("/pkg/{*path}", get(assets::bundle))
        .route("/assets/{*path}", get(assets::asset))
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(from_fn_with_state(state.clone(), headers::secure)),
        )
        .with_state(state)
}

fn cors(config: &Config) -> CorsLayer {
    let origins = config
        .allowed_origins
        .iter()
        .map(|url| HeaderValue::from_str(url.origin()).expect("a parsed origin"));
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            header::IF_RANGE,
            header::RANGE,
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([
            header::CONTENT_DISPOSITION,
            header::CONTENT_RANGE,
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            REQUEST_ID,
        ])
        .max_age(Duration::from_secs(600))
}

/// The path without its query, which may hold what nobody should read in a log.
fn request_span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = shown_path(request.uri().path()),
        status = Empty,
    )
}

/// Without what only one vendor's prediction knows, and without what lets anybody see a video.
fn shown_path(path: &str) -> &str {
    let kept = [api::webhooks::REPLICATE, shared::SHARED];
    kept.into_iter().find(|secret| path.starts_with(secret)).unwrap_or(path)
}

fn log_response(response: &Response, latency: Duration, span: &Span) {
    span.record("status", response.status().as_u16());
    let elapsed_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    if response.status().is_server_error() {
        tracing::error!(elapsed_ms, "answered");
    } else {
        tracing::info!(elapsed_ms, "answered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, shown: &str) {
        assert_eq!(shown_path(path), shown);
    }

    #[test]
    fn what_opens_a_door_is_not_logged() {
        check("/s/AbCd", "/s/");
        check("/s/AbCd/video", "/s/");
        check("/api/generations/0199/share", "/api/generations/0199/share");
        check("/settings", "/settings");
    }
}
