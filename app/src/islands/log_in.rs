//! The form for logging in.

use admint_domain::AppError;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    entry::{Entry, EntryForm},
    field::{Field, PasswordField, TextField, form_value},
};
use crate::{ApiError, api::LogIn};

#[island]
pub fn LogInForm(next: Option<String>, username: String, refusal: Option<ApiError>) -> impl IntoView {
    let action = ServerAction::<LogIn>::new();
    let entry = Entry::new(action.value(), action.pending(), refusal);
    // Only presence is checked here: an account may be older than today's rules for new ones.
    let username = Field::new(
        "username",
        username,
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
    view! {
        <EntryForm
            entry
            action="/login"
            next
            submit_text="Log in"
            busy_text="Logging in…"
            on_submit=Callback::new(on_submit)
        >
            <TextField field=username label="User name" autocomplete="username" required=true/>
            <PasswordField field=password autocomplete="current-password"/>
        </EntryForm>
    }
}

fn present(text: &str, field: &str, message: &str) -> Result<(), AppError> {
    if text.is_empty() { Err(AppError::invalid(field, message)) } else { Ok(()) }
}
