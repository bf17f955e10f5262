//! Where vendors call when they are done. A call wakes whoever waits; what it says is read and not believed.

use std::time::SystemTime;

use admint_domain::{AppError, ErrorCode};
use admint_pipeline::Call;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};

use super::error::{ApiError, not_found};
use crate::state::AppState;

/// A call tells a prediction's whole input, pictures included.
const MOST_BYTES: usize = 8 << 20;

/// Below it lies an address that only one prediction was given.
pub const REPLICATE: &str = "/api/webhooks/replicate/";

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/webhooks/replicate/{token}", post(replicate))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

async fn replicate(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let Some(webhooks) = &state.webhooks else { return Err(not_found().await) };
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let call = Call {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: &body,
    };
    if let Err(why) = webhooks.verify(call, SystemTime::now()) {
        tracing::warn!(%why, "a call that is not Replicate's");
        return Err(
            AppError::new(ErrorCode::Unauthorized, "This call is not signed as Replicate's are.").into()
        );
    }
    // Nobody waits any more, or another process does, which looks by itself: that is no fault of the call's.
    let woken = webhooks.wake(&token);
    tracing::debug!(call = call.id, woken, "Replicate called");
    Ok(StatusCode::NO_CONTENT)
}
