//! AdMint's pages, components and server functions, rendered on the server and hydrated in the
//! browser. Rules of the product live behind [`admint_domain::Backend`], never here.

#[cfg(feature = "ssr")]
pub mod context;
mod shell;

pub use shell::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
