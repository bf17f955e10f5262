//! The form for making an account. What is typed is checked by the rules that the server applies.

use admint_domain::{EmailAddress, Password, Username};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::{
    entry::{Entry, EntryForm},
    field::{Field, PasswordField, TextField, form_value},
};
use crate::api::Register;

#[island]
pub fn RegisterForm(next: Option<String>) -> impl IntoView {
    let action = ServerAction::<Register>::new();
    let entry = Entry::new(action.value(), action.pending());
    let refusal = entry.refusal;
    let username = Field::new("username", String::new(), |text| Username::parse(text).map(drop), refusal);
    let email = Field::new(
        "email",
        String::new(),
        |text| if text.trim().is_empty() { Ok(()) } else { EmailAddress::parse(text).map(drop) },
        refusal,
    );
    let password = Field::new("password", String::new(), |text| Password::parse(text).map(drop), refusal);
    let fields = [username, email, password];

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
            action=Register::url()
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
            <PasswordField field=password hint="At least 8 characters." autocomplete="new-password"/>
        </EntryForm>
    }
}
