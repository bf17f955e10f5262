//! Response headers that keep browsers on the safe side.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::nonce::Nonce;

use crate::{api::docs, state::AppState};

const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// For what is no page: nothing may run or load, but a video or picture opened by itself may show.
const NO_PAGE: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// For the API's pages: their scripts are files, their style is partly inline.
const DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
                    form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// Adds the headers to every response; what a handler has set itself stays.
pub async fn secure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_docs = request.uri().path().starts_with(docs::PAGES);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        keep_or_set(headers, name, value);
    }
    if state.config.is_https() {
        let hsts = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    keep_or_set(headers, header::CONTENT_SECURITY_POLICY, if is_docs { DOCS } else { NO_PAGE });
    keep_or_set(headers, header::CACHE_CONTROL, "no-store");
    response
}

/// Chooses the nonce of a page: the renderer takes it from the request, the browser from the header.
///
/// Scripts of our own origin may load without it, as the bundle does that a page's own script imports. Nothing here
/// answers with a script that a user has written.
pub async fn page_policy(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let upgrade = if state.config.is_https() { "; upgrade-insecure-requests" } else { "" };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
         media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; object-src 'none'{upgrade}"
    );
    let policy = HeaderValue::from_str(&policy).expect("a nonce is base64url");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn keep_or_set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
