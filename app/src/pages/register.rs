//! Making an account.

use leptos::prelude::*;
use leptos_meta::Title;

use super::log_in::EntryPage;
use crate::{components::LinkPreview, document::document, islands::RegisterForm, session};

pub fn register_page(options: LeptosOptions, page: EntryPage) -> impl IntoView {
    let EntryPage { next, username, email, refusal, .. } = page;
    let log_in_path = next.as_deref().map_or_else(|| "/login".into(), session::log_in_path);
    document(options, move || {
        view! {
            <Title text="Sign up"/>
            <LinkPreview path="/register" title="Sign up to AdMint"/>
            <section class="page account">
                <h1>"Create your account"</h1>
                <RegisterForm next username email refusal/>
                <p class="account-other">
                    "Have an account already? " <a href=log_in_path>"Log in"</a>
                </p>
            </section>
        }
    })
}
