//! The server functions. Each does three things: who, call, return.

mod accounts;
mod generations;
mod videos;

pub use accounts::{LogIn, LogOut, Register};
#[cfg(feature = "ssr")]
pub use generations::generations;
pub use generations::{CancelVideo, CreateVideo, DeleteVideo, cancel_video, generation};
pub use videos::{RenameVideo, StartSharing, StopSharing};

#[cfg(feature = "ssr")]
mod response {
    use axum::http::{Method, StatusCode, header, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use crate::ApiError;

    /// Whether the browser posted a plain form, as it does while the page is not hydrated; it then
    /// wants to be sent on, not answered.
    pub fn is_plain_form() -> bool {
        use_context::<Parts>().is_some_and(|request| {
            request.method == Method::POST
                && request
                    .headers
                    .get(header::ACCEPT)
                    .and_then(|accept| accept.to_str().ok())
                    .is_some_and(|accept| accept.contains("text/html"))
        })
    }

    /// Sends a plain form on to `path`; the script of a hydrated page goes there by itself.
    pub fn send_on(path: &str) {
        if is_plain_form() {
            leptos_axum::redirect(path);
        }
    }

    /// Gives the response the error's own status. A plain form keeps its redirect, which carries the
    /// error back to the page.
    pub fn refuse(error: impl Into<ApiError>) -> ApiError {
        let error = error.into();
        if !is_plain_form()
            && let Some(response) = use_context::<ResponseOptions>()
            && let Ok(status) = StatusCode::from_u16(error.0.code.http_status())
        {
            response.set_status(status);
        }
        error
    }
}
