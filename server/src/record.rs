//! The page that shows whose work is in an ad.

use admint_domain::{AppError, GenerationId, Provenance, UserId};
use admint_store::AssetKind;
use app::provenance_page;
use axum::{
    Router,
    extract::{Path, Request, State},
    response::Response,
    routing::get,
};

use crate::{auth::caller::CurrentCaller, pages, state::AppState};

pub fn routes() -> Router<AppState> {
    Router::new().route("/videos/{id}/provenance", get(show))
}

async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let record = match id.parse() {
        Ok(id) => read(&state, caller.user.id, id).await,
        Err(_) => Err(AppError::not_found("video")),
    };
    let status = record.as_ref().err().map(pages::status_of);
    pages::render(&state, status, move |options| provenance_page(options, record.clone()), request).await
}

async fn read(state: &AppState, user: UserId, id: GenerationId) -> Result<Provenance, AppError> {
    // Tells what is not there from what is not finished.
    state.backend.generation(user, id).await?;
    let unreadable = |what: &str, error: &dyn std::fmt::Display| {
        tracing::error!(generation.id = %id, %error, what);
        AppError::unavailable("The record cannot be read at the moment. Please try again soon.")
    };
    let asset = state.store.asset_of(user, id, AssetKind::Provenance).await;
    let asset = asset.map_err(|error| unreadable("cannot find a record", &error))?.ok_or_else(|| {
        AppError::conflict("This ad is not finished, so there is nothing to tell of it yet.")
    })?;
    let json = state.assets.read(&asset.key).await;
    let json = json.map_err(|error| unreadable("cannot read a record", &error))?;
    serde_json::from_slice(&json).map_err(|error| unreadable("cannot understand a record", &error))
}
