//! Signing up, in and out.

#[cfg(feature = "ssr")]
use admint_domain::{LoginRequest, RegisterRequest, SignedIn};
use leptos::prelude::*;

use crate::ApiError;
#[cfg(feature = "ssr")]
use crate::{
    api::response::{refuse, send_on},
    context::{self, cookies},
    session::destination,
};

/// Makes an account and logs it in. Gives the path to go to.
#[server(output = crate::json::Answer, name = Register, prefix = "/fn", endpoint = "register")]
pub async fn register(
    username: String,
    password: String,
    #[server(default)] email: Option<String>,
    #[server(default)] next: Option<String>,
) -> Result<String, ApiError> {
    let request = RegisterRequest { username, password, email };
    let signed_in = context::accounts()?.register(request, &context::client()).await.map_err(refuse)?;
    enter(&signed_in, next)
}

/// Logs in. Gives the path to go to.
#[server(output = crate::json::Answer, name = LogIn, prefix = "/fn", endpoint = "login")]
pub async fn log_in(
    username: String,
    password: String,
    #[server(default)] next: Option<String>,
) -> Result<String, ApiError> {
    let request = LoginRequest { username, password };
    let signed_in = context::accounts()?.login(request, &context::client()).await.map_err(refuse)?;
    enter(&signed_in, next)
}

/// Ends the session. A browser that has none is logged out as well.
#[server(output = crate::json::Answer, name = LogOut, prefix = "/fn", endpoint = "logout")]
pub async fn log_out() -> Result<(), ApiError> {
    if let Some(session) = context::current_session() {
        context::accounts()?.logout(session).await.map_err(refuse)?;
    }
    write_cookies(cookies::signed_out(context::cookie_policy()?));
    send_on(crate::session::LOGGED_OUT_PATH);
    Ok(())
}

#[cfg(feature = "ssr")]
fn enter(signed_in: &SignedIn, next: Option<String>) -> Result<String, ApiError> {
    write_cookies(cookies::signed_in(context::cookie_policy()?, signed_in));
    let path = destination(next.as_deref());
    send_on(&path);
    Ok(path)
}

#[cfg(feature = "ssr")]
fn write_cookies(values: [String; 2]) {
    use axum::http::{HeaderValue, header};

    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    for value in values {
        // Tokens and names are ASCII, so this never fails; and a cookie that could not be written is
        // one more log-in, not a broken page.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.append_header(header::SET_COOKIE, value);
        }
    }
}
