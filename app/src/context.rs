//! What the server puts into the Leptos context of every page and server function, and nothing
//! about how it got there.
//!
//! Besides the types below these are expected: `Arc<dyn Backend>`, `Arc<dyn Accounts>` and `Arc<dyn Sharing>`.

pub mod cookies;

use std::sync::Arc;

use admint_domain::{Accounts, AppError, Backend, Client, SessionId, Sharing, UserView};
use leptos::prelude::use_context;

/// Who asks, if the request carried a valid access token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurrentUser(pub Option<UserView>);

/// The session the request belongs to, if it is signed in; log-out ends this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CurrentSession(pub Option<SessionId>);

/// From where the caller asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallersClient(pub Client);

/// How the installation is reached from outside, if its operator says so: `https://ads.example.com`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicOrigin(pub Option<String>);

/// Whether cookies are for HTTPS only: then they are `Secure` and carry the `__Host-` prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookiePolicy {
    pub secure: bool,
}

pub(crate) fn backend() -> Result<Arc<dyn Backend>, AppError> {
    expect_context()
}

pub(crate) fn accounts() -> Result<Arc<dyn Accounts>, AppError> {
    expect_context()
}

pub(crate) fn sharing() -> Result<Arc<dyn Sharing>, AppError> {
    expect_context()
}

pub(crate) fn cookie_policy() -> Result<CookiePolicy, AppError> {
    expect_context()
}

pub(crate) fn public_origin() -> Option<String> {
    use_context::<PublicOrigin>().and_then(|origin| origin.0)
}

pub(crate) fn client() -> Client {
    use_context::<CallersClient>().unwrap_or_default().0
}

pub(crate) fn current_session() -> Option<SessionId> {
    use_context::<CurrentSession>().and_then(|session| session.0)
}

pub(crate) fn signed_in_user() -> Option<UserView> {
    use_context::<CurrentUser>().and_then(|user| user.0)
}

/// The user, or the error that sends a visitor to the log-in page.
pub(crate) fn current_user() -> Result<UserView, AppError> {
    signed_in_user().ok_or_else(AppError::unauthorized)
}

/// A missing context is a mistake in the server's wiring, so the user is told only that it is ours.
fn expect_context<T: Clone + 'static>() -> Result<T, AppError> {
    use_context::<T>().ok_or_else(AppError::internal)
}
