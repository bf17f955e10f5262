//! AdMint's pages, components and server functions, rendered on the server and hydrated in the
//! browser. Rules of the product live behind [`admint_domain::Backend`], never here.

#![recursion_limit = "256"]

// Both halves of a page must agree on it, or the browser cannot take over what the server wrote.
#[cfg(not(any(erase_components, doc, doctest)))]
compile_error!(
    "`--cfg erase_components` is missing: is RUSTFLAGS set? It replaces those of .cargo/config.toml"
);

pub mod api;
mod components;
#[cfg(feature = "ssr")]
pub mod context;
mod cost;
mod display;
mod document;
mod error;
mod json;
mod live;
mod money_fields;
mod pages;
mod plain;
mod profile;
mod queue;
mod record;
mod routes;
mod scenes;
mod session;
mod settings;
mod shared;
mod spending;
mod theme;

#[cfg(feature = "ssr")]
pub use cost::{cost_page, cost_path};
#[cfg(feature = "ssr")]
pub use document::shell;
pub use error::ApiError;
#[cfg(feature = "ssr")]
pub use profile::{PROFILE_PATH, profile_page};
#[cfg(feature = "ssr")]
pub use queue::{QUEUE_PATH, queue_page};
#[cfg(feature = "ssr")]
pub use record::{provenance_page, provenance_path};
pub use routes::App;
#[cfg(feature = "ssr")]
pub use scenes::{Agreement, ScenesPage, TypedScene, scenes_page, scenes_path};
#[cfg(feature = "ssr")]
pub use settings::{
    MODELS_PATH, ModelRow, SETTINGS_PATH, ServiceState, ServiceView, models_page, settings_page,
};
#[cfg(feature = "ssr")]
pub use shared::{SharedPage, not_shared_page, shared_page};
#[cfg(feature = "ssr")]
pub use spending::{SPENDING_PATH, spending_page};
