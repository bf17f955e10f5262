//! Making an account.

use leptos::prelude::*;
use leptos_meta::Title;

use super::entry::unless_signed_in;
use crate::{islands::RegisterForm, session};

#[component]
pub fn RegisterPage() -> impl IntoView {
    unless_signed_in(|next| view! { <Register next/> }.into_any())
}

#[component]
fn Register(next: Option<String>) -> impl IntoView {
    let log_in_path = next.as_deref().map_or_else(|| "/login".into(), session::log_in_path);
    view! {
        <Title text="Sign up"/>
        <section class="page account">
            <h1>"Create your account"</h1>
            <RegisterForm next/>
            <p class="account-other">
                "Have an account already? " <a href=log_in_path>"Log in"</a>
            </p>
        </section>
    }
}
