//! What keeps one bad request from becoming more than one bad answer: panics are caught, answers
//! that do not come are given up, and requests from other sites are refused.

use std::{panic::AssertUnwindSafe, time::Duration};

use admint_domain::{AppError, ErrorCode};
use axum::{
    extract::Request,
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{api::error::ApiError, auth::caller::bearer, config::Config, pages};

/// How long a handler may take to begin its answer. Streams and files begin at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// Turns a panic, or an answer that does not come, into an error the caller can read.
pub async fn answer(request: Request, next: Next) -> Response {
    let place = pages::Place::of(&request);
    match tokio::time::timeout(PATIENCE, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            let what = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            tracing::error!(panic = what, "a handler panicked");
            place.problem(AppError::internal())
        }
        Err(_) => {
            tracing::error!("a handler took too long");
            place.problem(AppError::unavailable("This took too long. Please try again in a moment."))
        }
    }
}

/// Refuses what browsers send on behalf of other sites. The configured origins may.
pub fn cross_site(config: &Config) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let mut layer = CsrfLayer::new();
    for url in config.public_url.iter().chain(&config.allowed_origins) {
        layer = layer.add_trusted_origin(url.origin()).expect("a parsed origin");
    }
    layer.with_rejection_response(|_: ProtectionError| {
        ApiError::from(AppError::new(
            ErrorCode::Forbidden,
            "This request came from another site and was refused. Open AdMint itself and try again.",
        ))
        .into_response()
    })
}

/// A Bearer token is never sent by a browser on its own, so such a request cannot be forged by
/// another site, whatever its origin: [`cross_site`] need not look at it.
pub async fn trust_bearer(mut request: Request, next: Next) -> Response {
    if bearer(request.headers()).is_some() {
        request.headers_mut().remove(header::ORIGIN);
        request.headers_mut().remove("sec-fetch-site");
    }
    next.run(request).await
}
