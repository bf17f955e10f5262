//! `GET /api/health` and its two halves for orchestrators.

use axum::{Json, extract::State, http::StatusCode};

use crate::{health::HealthView, state::AppState};

/// Whether AdMint runs and whether everything it needs is there. Always 200 while it runs.
#[utoipa::path(get, path = "/api/health", tag = "health", responses((status = OK, body = HealthView)))]
pub async fn health(State(state): State<AppState>) -> Json<HealthView> {
    Json(state.health.check().await)
}

/// 204 while the program runs.
#[utoipa::path(get, path = "/api/health/live", tag = "health", responses((status = NO_CONTENT)))]
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// 200 when everything AdMint needs is there, else 503.
#[utoipa::path(
    get,
    path = "/api/health/ready",
    tag = "health",
    responses((status = OK, body = HealthView), (status = SERVICE_UNAVAILABLE, body = HealthView))
)]
pub async fn ready(State(state): State<AppState>) -> (StatusCode, Json<HealthView>) {
    let health = state.health.check().await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}
