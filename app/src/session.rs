//! Who is signed in, and the ways into and out of the pages that need it.

#[cfg(feature = "ssr")]
use admint_domain::UserView;
#[cfg(feature = "ssr")]
use leptos::either::Either;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_router::{components::Redirect, hooks::use_location};

#[cfg(feature = "ssr")]
pub const HOME_PATH: &str = "/dashboard";
#[cfg(feature = "ssr")]
pub const LOGGED_OUT_PATH: &str = "/login?logged_out=1";

/// The signed-in user of this request.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub struct Session {
    user: StoredValue<Option<UserView>>,
}

#[cfg(feature = "ssr")]
impl Session {
    pub fn provide() {
        provide_context(Self { user: StoredValue::new(crate::context::signed_in_user()) });
    }

    pub fn user(self) -> Option<UserView> {
        self.user.get_value()
    }
}

/// Its children for a user; for a visitor, the log-in page and the way back.
#[cfg(feature = "ssr")]
#[component]
pub fn Protected(children: Children) -> impl IntoView {
    if expect_context::<Session>().user().is_some() {
        Either::Left(children())
    } else {
        let location = use_location();
        let here =
            format!("{}{}", location.pathname.get_untracked(), query_part(&location.search.get_untracked()));
        Either::Right(view! { <Redirect path=log_in_path(&here)/> })
    }
}

#[cfg(feature = "ssr")]
fn query_part(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

/// The log-in page that leads back to `next`.
pub fn log_in_path(next: &str) -> String {
    format!("/login?next={}", percent_encoded(next))
}

/// Where a log-in leads: to the page first asked for if that is one of ours, else home. It may come
/// decoded once too often, so what cannot stand in an address is encoded again.
#[cfg(feature = "ssr")]
pub fn destination(next: Option<&str>) -> String {
    next.filter(|next| is_local_path(next))
        .map_or_else(|| HOME_PATH.to_owned(), |next| encode_where(next, |byte| !byte.is_ascii_graphic()))
}

/// A path on this site. Browsers read `//host` and `/\host` as another site's address, and drop control
/// characters before they look, so those are none; neither are the pages of log-in itself, which would
/// lead in a circle.
#[cfg(feature = "ssr")]
fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|c: char| c.is_control() || c == '\\')
        && !["/login", "/register", "/fn/", "/api/"].iter().any(|own| path.starts_with(own))
}

/// For a value in a query; only slashes stay readable.
pub(crate) fn percent_encoded(text: &str) -> String {
    encode_where(text, |byte| !byte.is_ascii_alphanumeric() && !b"-_.~/".contains(&byte))
}

fn encode_where(text: &str, is_encoded: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_encoded(byte) {
            encoded.push_str(&format!("%{byte:02X}"));
        } else {
            encoded.push(char::from(byte));
        }
    }
    encoded
}

/// Loads `path` as a new document, so that nothing of the former user stays in memory.
pub fn load_document(path: &str) {
    // A failure here means the page is already being left.
    _ = window().location().assign(path);
}

/// This page's own address.
pub fn here() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// To the log-in page and back here: for an answer that says the session has ended.
pub fn log_in_again() {
    load_document(&format!("{}&expired=1", log_in_path(&here())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(next: &str, leads_to: &str) {
        assert_eq!(destination(Some(next)), leads_to);
    }

    #[test]
    fn log_in_leads_only_to_our_own_pages() {
        check("/gallery?status=failed&page=2", "/gallery?status=failed&page=2");
        check("/videos/0192", "/videos/0192");
        check("/gallery?search=cold brew", "/gallery?search=cold%20brew");
        check("/gallery?search=ü", "/gallery?search=%C3%BC");
        for elsewhere in [
            "",
            "gallery",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=1",
            "/login?next=/login",
            "/fn/logout",
        ] {
            check(elsewhere, HOME_PATH);
        }
        assert_eq!(destination(None), HOME_PATH);
    }

    #[test]
    fn the_way_back_survives_in_a_query() {
        assert_eq!(
            log_in_path("/gallery?search=a b&page=2"),
            "/login?next=/gallery%3Fsearch%3Da%20b%26page%3D2"
        );
    }
}
