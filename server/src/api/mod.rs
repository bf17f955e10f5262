//! The REST API: what the pages do, for scripts. Thin handlers over [`admint_domain::Backend`] and
//! [`admint_domain::Accounts`].

pub mod accounts;
pub mod docs;
pub mod error;
pub mod events;
pub mod files;
pub mod generations;
pub mod health;
pub mod json;
pub mod money;
pub mod pictures;
pub mod query;
pub mod scenes;
pub mod share;
pub mod webhooks;

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// All routes under `/api`, and what they say of themselves.
pub fn routes() -> (Router<AppState>, OpenApi) {
    let (router, openapi) = OpenApiRouter::with_openapi(docs::description())
        .routes(routes!(health::health))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(accounts::register))
        .routes(routes!(accounts::login))
        .routes(routes!(accounts::refresh))
        .routes(routes!(accounts::logout))
        .routes(routes!(accounts::profile))
        .routes(routes!(generations::create, generations::list))
        .routes(routes!(generations::show, generations::rename, generations::delete))
        .routes(routes!(generations::cancel))
        .routes(routes!(generations::retry))
        .routes(routes!(generations::move_to))
        .routes(routes!(generations::queue))
        .routes(routes!(scenes::show))
        .routes(routes!(scenes::still))
        .routes(routes!(scenes::change))
        .routes(routes!(scenes::price))
        .routes(routes!(scenes::again))
        .routes(routes!(scenes::clips))
        .routes(routes!(scenes::undo))
        .routes(routes!(share::share, share::show, share::revoke))
        .routes(routes!(money::estimate))
        .routes(routes!(money::ledger))
        .routes(routes!(money::ledger_of))
        .routes(routes!(money::limit_ad))
        .routes(routes!(money::limit_month))
        .routes(routes!(pictures::add))
        .routes(routes!(pictures::show))
        .routes(routes!(events::stream))
        .routes(routes!(events::poll))
        .routes(routes!(files::video))
        .routes(routes!(files::thumbnail))
        .routes(routes!(files::provenance))
        .routes(routes!(files::captions_srt))
        .routes(routes!(files::captions_vtt))
        .split_for_parts();
    let router = router.merge(docs::pages(openapi.clone())).merge(webhooks::routes());
    (router.method_not_allowed_fallback(error::method_not_allowed), openapi)
}
