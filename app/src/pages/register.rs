//! Making an account. What is typed is checked by the rules the server applies.

use admint_domain::{EmailAddress, Password, Username};
use leptos::{either::Either, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    components::{A, Redirect},
    hooks::use_query_map,
};

use crate::{
    api::Register,
    components::{ErrorText, Field, PasswordField, TextField, form_value},
    session::{self, Session},
};

#[component]
pub fn RegisterPage() -> impl IntoView {
    let next = use_query_map().read_untracked().get("next");
    if expect_context::<Session>().user().is_some() {
        Either::Left(view! { <Redirect path=session::destination(next.as_deref())/> })
    } else {
        Either::Right(view! { <RegisterForm next/> })
    }
}

#[component]
fn RegisterForm(next: Option<String>) -> impl IntoView {
    let action = ServerAction::<Register>::new();
    let refusal = Signal::derive(move || action.value().get().and_then(Result::err));
    let username = Field::new("username", String::new(), |text| Username::parse(text).map(drop), refusal);
    let email = Field::new(
        "email",
        String::new(),
        |text| if text.trim().is_empty() { Ok(()) } else { EmailAddress::parse(text).map(drop) },
        refusal,
    );
    let password = Field::new("password", String::new(), |text| Password::parse(text).map(drop), refusal);
    let fields = [username, email, password];
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
        fields.iter().for_each(|field| field.visit());
        if fields.iter().all(|field| field.problem().is_none()) {
            fields.iter().for_each(|field| field.sent());
            action.dispatch(Register {
                username: form_value(&event, "username"),
                password: form_value(&event, "password"),
                email: Some(form_value(&event, "email")),
                next: sent_next.clone(),
            });
        }
    };
    let log_in_path = next.as_deref().map_or_else(|| "/login".into(), session::log_in_path);

    view! {
        <Title text="Sign up"/>
        <section class="page account">
            <h1>"Create your account"</h1>
            <form class="account-form" action=Register::url() method="post" prop:noValidate=true on:submit=submit>
                {move || {
                    refusal
                        .get()
                        .filter(|error| error.0.field.is_none())
                        .map(|error| view! { <ErrorText message=error.message()/> })
                }}
                <TextField
                    field=username
                    label="User name"
                    hint="3 to 50 letters, digits, dots, hyphens or underscores."
                    autocomplete="username"
                    required=true
                />
                <TextField
                    field=email
                    label="E-mail (optional)"
                    kind="email"
                    hint="Only for reaching you; nothing is sent."
                    autocomplete="email"
                />
                <PasswordField field=password hint="At least 8 characters." autocomplete="new-password"/>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <button
                    type="submit"
                    class="button primary large wide"
                    aria-busy=move || is_pending.get().then_some("true")
                >
                    {move || if is_pending.get() { "Creating your account…" } else { "Create account" }}
                </button>
            </form>
            <p class="account-other">
                "Have an account already? " <A href=log_in_path>"Log in"</A>
            </p>
        </section>
    }
}
