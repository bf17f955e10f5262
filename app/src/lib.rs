//! AdMint's pages, islands and server functions. Pages are rendered on the server alone; what moves on them are
//! islands, which the browser's bundle holds and takes over. Rules of the product live behind
//! [`admint_domain::Backend`], never here.

#![recursion_limit = "256"]

// Both halves of an island must agree on it, or the browser cannot take over what the server wrote.
#[cfg(not(any(erase_components, doc, doctest)))]
compile_error!(
    "`--cfg erase_components` is missing: is RUSTFLAGS set? It replaces those of .cargo/config.toml"
);

pub mod api;
mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
mod display;
#[cfg(feature = "ssr")]
mod document;
mod error;
pub mod islands;
mod json;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod routes;
mod session;

#[cfg(feature = "ssr")]
pub use document::shell;
pub use error::ApiError;
#[cfg(feature = "ssr")]
pub use pages::{
    Agreement, MODELS_PATH, ModelRow, PROFILE_PATH, QUEUE_PATH, SETTINGS_PATH, SPENDING_PATH, ScenesPage,
    ServiceState, ServiceView, SharedPage, TypedScene, cost_page, cost_path, models_page, not_shared_page,
    profile_page, provenance_page, provenance_path, queue_page, scenes_page, scenes_path, settings_page,
    shared_page, spending_page,
};
#[cfg(all(feature = "ssr", debug_assertions))]
pub use pages::{DESIGN_PATH, design_page};
#[cfg(feature = "ssr")]
pub use routes::{App, all as all_pages};
