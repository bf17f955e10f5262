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
mod display;
mod document;
mod error;
mod json;
mod live;
mod pages;
mod queue;
mod routes;
mod scenes;
mod session;
mod theme;

#[cfg(feature = "ssr")]
pub use document::shell;
pub use error::ApiError;
#[cfg(feature = "ssr")]
pub use queue::{QUEUE_PATH, queue_page};
pub use routes::App;
#[cfg(feature = "ssr")]
pub use scenes::{Agreement, ScenesPage, TypedScene, scenes_page, scenes_path};
