//! The form for making an account. What is typed is checked by the rules that the server applies.

use admint_domain::{EmailAddress, Password, Username};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    entry::{Entry, EntryForm},
    field::{Field, PasswordField, TextField, form_value},
};
use crate::{ApiError, api::Register};

#[island]
pub fn RegisterForm(
    next: Option<String>,
    username: String,
    email: String,
    refusal: Option<ApiError>,
) -> impl IntoView {
    let action = ServerAction::<Register>::new();
    let entry = Entry::new(action.value(), action.pending(), refusal);
    let refusal = entry.refusal;
    let username = Field::new("username", username, |text| Username::parse(text).map(drop), refusal);
    let email = Field::new(
        "email",
        email,
        |text| if text.trim().is_empty() { Ok(()) } else { EmailAddress::parse(text).map(drop) },
        refusal,
    );
    let password = Field::new("password", String::new(), |text| Password::parse(text).map(drop), refusal);
    let fields = [username, email, password];
    let own = Callback::new(move |()| (username.text().get_untracked(), email.text().get_untracked()));

    let sent_next = next.clone();
    let on_submit = move |event: SubmitEvent| {
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
    view! {
        <EntryForm
            entry
            action="/register"
            next
            submit_text="Create account"
            busy_text="Creating your account…"
            on_submit=Callback::new(on_submit)
        >
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
            <PasswordField
                field=password
                hint="At least 8 characters, and nothing that others would try first."
                autocomplete="new-password"
                own
            />
        </EntryForm>
    }
}
