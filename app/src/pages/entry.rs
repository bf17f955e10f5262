//! What the pages for logging in and signing up share.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

use crate::session::{self, Session};

/// `page`, told where to go afterwards; who is signed in goes there at once.
pub fn unless_signed_in(page: fn(Option<String>) -> AnyView) -> AnyView {
    let next = use_query_map().read_untracked().get("next");
    if expect_context::<Session>().user().is_some() {
        view! { <Redirect path=session::destination(next.as_deref())/> }.into_any()
    } else {
        page(next)
    }
}
