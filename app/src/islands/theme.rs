//! Light or dark. The system decides until the user does; the choice is a cookie, so that the very
//! first byte of a page already has it and nothing flashes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::swap;
use crate::components::{Icon, icons};

const COOKIE: &str = "admint_theme";

/// The themes, and the page's ground in each (`--paper`), in which a browser may draw its own bars.
pub const THEMES: [(&str, &str); 2] = [("light", "#f4f6f3"), ("dark", "#0f1311")];

/// The user's choice, from the request's cookies; `None` follows the system.
#[cfg(feature = "ssr")]
pub fn chosen() -> Option<&'static str> {
    use axum::http::{header, request::Parts};

    let request = use_context::<Parts>()?;
    let cookies = request.headers.get_all(header::COOKIE);
    let value = cookies
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    THEMES.into_iter().map(|(theme, _)| theme).find(|theme| *theme == value)
}

#[island]
pub fn ThemeButton() -> impl IntoView {
    view! {
        <button
            type="button"
            class="button quiet square needs-script"
            aria-label="Switch between light and dark"
            title="Switch between light and dark"
            on:click=move |_| switch()
        >
            <Icon name=icons::Theme/>
        </button>
    }
}

fn switch() {
    let Some(root) = document().document_element() else { return };
    let is_dark = match root.get_attribute("data-theme") {
        Some(theme) => theme == "dark",
        None => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|media| media.matches()),
    };
    let wanted = if is_dark { "light" } else { "dark" };
    let Some((theme, ground)) = THEMES.into_iter().find(|(theme, _)| *theme == wanted) else { return };
    _ = root.set_attribute("data-theme", theme);
    for bars in swap::found(&root, "meta[name='theme-color']") {
        _ = bars.set_attribute("content", ground);
    }
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        _ = document.set_cookie(&format!("{COOKIE}={theme}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}
