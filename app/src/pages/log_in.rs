//! Logging in, and back to the page first asked for.

use leptos::{either::Either, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    components::{A, Redirect},
    hooks::use_query_map,
};

use crate::{
    api::LogIn,
    components::{ErrorText, Field, Notice, PasswordField, TextField, form_value},
    session::{self, Session},
};

#[component]
pub fn LogInPage() -> impl IntoView {
    let next = use_query_map().read_untracked().get("next");
    if expect_context::<Session>().user().is_some() {
        Either::Left(view! { <Redirect path=session::destination(next.as_deref())/> })
    } else {
        Either::Right(view! { <LogInForm next/> })
    }
}

#[component]
fn LogInForm(next: Option<String>) -> impl IntoView {
    let query = use_query_map();
    let is_logged_out = query.read_untracked().get("logged_out").is_some();
    let is_expired = query.read_untracked().get("expired").is_some();

    let action = ServerAction::<LogIn>::new();
    let refusal = Signal::derive(move || action.value().get().and_then(Result::err));
    // Only presence is checked here: an account may be older than today's rules for new ones.
    let username = Field::new(
        "username",
        String::new(),
        |text| present(text, "username", "Enter your user name."),
        refusal,
    );
    let password = Field::new(
        "password",
        String::new(),
        |text| present(text, "password", "Enter your password."),
        refusal,
    );
    // True from the first click until the next page is there.
    let is_leaving = RwSignal::new(false);
    let is_pending = Signal::derive(move || action.pending().get() || is_leaving.get());
    Effect::new(move |_| {
        if let Some(Ok(path)) = action.value().get() {
            is_leaving.set(true);
            session::load_document(&path);
        }
    });

    let sent_next = next.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_pending.get_untracked() {
            return;
        }
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
            <form class="account-form" action=LogIn::url() method="post" prop:noValidate=true on:submit=submit>
                {move || {
                    refusal
                        .get()
                        .filter(|error| error.0.field.is_none())
                        .map(|error| view! { <ErrorText message=error.message()/> })
                }}
                <TextField field=username label="User name" autocomplete="username" required=true/>
                <PasswordField field=password autocomplete="current-password"/>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <button
                    type="submit"
                    class="button primary large wide"
                    aria-busy=move || is_pending.get().then_some("true")
                >
                    {move || if is_pending.get() { "Logging in…" } else { "Log in" }}
                </button>
            </form>
            <p class="account-other">
                "New here? " <A href=register_path>"Create an account"</A>
            </p>
        </section>
    }
}

fn present(text: &str, field: &str, message: &str) -> Result<(), admint_domain::AppError> {
    if text.is_empty() { Err(admint_domain::AppError::invalid(field, message)) } else { Ok(()) }
}
