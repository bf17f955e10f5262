//! A password's field within a plain form, which any page may have.

use admint_domain::{AppError, Password};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::field::{Field, PasswordField};
use crate::ApiError;

/// What is asked for, and in which form: fields of one page have names of their own.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Secret {
    ForPassword,
    ForEmail,
    ForDeletion,
    /// One that is to be chosen.
    New,
}

impl Secret {
    const fn id(self) -> &'static str {
        match self {
            Self::ForPassword => "password-current",
            Self::ForEmail => "email-current",
            Self::ForDeletion => "deletion-current",
            Self::New => "new_password",
        }
    }
}

/// `refusal` is what the server said of it; `own` the name and address of its owner, for a new one.
#[island]
pub fn SecretField(secret: Secret, refusal: Option<String>, own: (String, String)) -> impl IntoView {
    let name = if secret == Secret::New { "new_password" } else { "current_password" };
    let refusal = refusal.map(|message| ApiError(AppError::invalid(name, message)));
    let refusal = Signal::stored(refusal);
    let own = StoredValue::new(own);
    match secret {
        Secret::New => {
            let field = Field::new(name, String::new(), |text| Password::parse(text).map(drop), refusal);
            let own = Callback::new(move |()| own.get_value());
            view! {
                <PasswordField
                    field=field.at(secret.id())
                    label="New password"
                    hint="At least 8 characters, and nothing that others would try first."
                    autocomplete="new-password"
                    own
                />
            }
        }
        _ => {
            let field = Field::new(name, String::new(), |_| Ok(()), refusal);
            view! {
                <PasswordField
                    field=field.at(secret.id())
                    label="Your present password"
                    autocomplete="current-password"
                />
            }
        }
    }
}
