//! Logging in, and back to the page first asked for.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::entry::unless_signed_in;
use crate::{components::Notice, islands::LogInForm, session};

#[component]
pub fn LogInPage() -> impl IntoView {
    unless_signed_in(|next| view! { <LogIn next/> }.into_any())
}

#[component]
fn LogIn(next: Option<String>) -> impl IntoView {
    let query = use_query_map().read_untracked();
    let is_logged_out = query.get("logged_out").is_some();
    let is_expired = query.get("expired").is_some();
    let register_path = match &next {
        Some(next) => session::log_in_path(next).replacen("/login", "/register", 1),
        None => "/register".into(),
    };
    view! {
        <Title text="Log in"/>
        <section class="page account">
            <h1>"Welcome back"</h1>
            {is_logged_out.then(|| view! { <Notice>"You have been logged out"</Notice> })}
            {is_expired.then(|| view! { <Notice>"Your session has ended. Log in to go on where you were."</Notice> })}
            <LogInForm next/>
            <p class="account-other">
                "New here? " <a href=register_path>"Create an account"</a>
            </p>
        </section>
    }
}
