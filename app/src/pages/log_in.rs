//! Logging in, and back to the page first asked for.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{components::A, hooks::use_query_map};

use super::entry::{Entry, EntryForm, unless_signed_in};
use crate::{
    api::LogIn,
    components::{Field, Notice, PasswordField, TextField, form_value},
    session,
};

#[component]
pub fn LogInPage() -> impl IntoView {
    unless_signed_in(|next| view! { <LogInForm next/> }.into_any())
}

#[component]
fn LogInForm(next: Option<String>) -> impl IntoView {
    let query = use_query_map();
    let is_logged_out = query.read_untracked().get("logged_out").is_some();
    let is_expired = query.read_untracked().get("expired").is_some();

    let action = ServerAction::<LogIn>::new();
    let entry = Entry::new(action.value(), action.pending());
    // Only presence is checked here: an account may be older than today's rules for new ones.
    let username = Field::new(
        "username",
        String::new(),
        |text| present(text, "username", "Enter your user name."),
        entry.refusal,
    );
    let password = Field::new(
        "password",
        String::new(),
        |text| present(text, "password", "Enter your password."),
        entry.refusal,
    );

    let sent_next = next.clone();
    let on_submit = move |event: SubmitEvent| {
        username.visit();
        password.visit();
        if username.problem().is_none() && password.problem().is_none() {
            username.sent();
            password.sent();
            action.dispatch(LogIn {
                username: form_value(&event, "username"),
                password: form_value(&event, "password"),
                next: sent_next.clone(),
            });
        }
    };
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
            <EntryForm
                entry
                action=LogIn::url()
                next
                submit_text="Log in"
                busy_text="Logging in…"
                on_submit=Callback::new(on_submit)
            >
                <TextField field=username label="User name" autocomplete="username" required=true/>
                <PasswordField field=password autocomplete="current-password"/>
            </EntryForm>
            <p class="account-other">
                "New here? " <A href=register_path>"Create an account"</A>
            </p>
        </section>
    }
}

fn present(text: &str, field: &str, message: &str) -> Result<(), admint_domain::AppError> {
    if text.is_empty() { Err(admint_domain::AppError::invalid(field, message)) } else { Ok(()) }
}
