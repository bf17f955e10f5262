//! What keeps an account its owner's: where one is logged in, how good a password is, changes that want the present
//! password, and the way out.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppError, EmailAddress, Password, SessionId};

/// From where somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The network address, for throttling.
    pub address: String,
    /// What the program calls itself, as it came.
    pub agent: String,
}

/// One place where an account is logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    pub id: SessionId,
    /// "Firefox on Linux".
    pub device: String,
    /// The network it was begun from, such as `203.0.113.0/24`; never a whole address.
    pub network: String,
    #[serde(with = "crate::instant")]
    pub began_at: DateTime<Utc>,
    /// To within five minutes.
    #[serde(with = "crate::instant")]
    pub last_used_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_present: bool,
}

/// A password to be judged before it is anybody's.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StrengthRequest {
    pub password: String,
    /// A password that is one's own name is no good.
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
}

/// How soon a password would be guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordStrength {
    /// From 0, among the first that anyone tries, to 4, out of reach.
    pub score: u8,
    /// Why it would not be taken; null if it would.
    pub refusal: Option<String>,
    /// What is weak about it.
    pub warning: Option<String>,
    /// What would make it better.
    pub suggestions: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current_password: String,
    /// 8-200 characters, and none of the first that anyone tries.
    pub new_password: String,
}

impl ChangePassword {
    pub fn validate(&self) -> Result<Password, AppError> {
        present("current_password", &self.current_password)?;
        let password = Password::parse(&self.new_password).map_err(at("new_password"))?;
        if self.new_password == self.current_password {
            return Err(AppError::invalid(
                "new_password",
                "This is your password already. Choose another one.",
            ));
        }
        Ok(password)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// Null or empty to have none.
    #[serde(default)]
    pub email: Option<String>,
    pub current_password: String,
}

impl ChangeEmail {
    pub fn validate(&self) -> Result<Option<EmailAddress>, AppError> {
        let email = self.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let email = email.map(EmailAddress::parse).transpose()?;
        present("current_password", &self.current_password)?;
        Ok(email)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteAccount {
    pub current_password: String,
    /// One's own user name.
    pub confirmation: String,
}

impl DeleteAccount {
    /// Whether it is this user who wants to go, and means it.
    pub fn validate(&self, username: &str) -> Result<(), AppError> {
        if !self.confirmation.trim().eq_ignore_ascii_case(username) {
            let message = format!("Type your user name, {username}, to confirm.");
            return Err(AppError::invalid("confirmation", message));
        }
        present("current_password", &self.current_password)
    }
}

fn present(field: &str, password: &str) -> Result<(), AppError> {
    match password {
        "" => Err(AppError::invalid(field, "Enter your present password.")),
        _ => Ok(()),
    }
}

/// The same mistake at another field.
fn at(field: &'static str) -> impl Fn(AppError) -> AppError {
    move |error| AppError { field: Some(field.into()), ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T>(request: Result<T, AppError>, field: Option<&str>) {
        assert_eq!(request.err().map(|error| error.field.unwrap()).as_deref(), field);
    }

    #[test]
    fn a_new_password_is_another_one() {
        let change = |current: &str, new: &str| {
            ChangePassword { current_password: current.into(), new_password: new.into() }.validate()
        };
        check(change("old password", "new password"), None);
        check(change("", "new password"), Some("current_password"));
        check(change("old password", "short"), Some("new_password"));
        check(change("old password", "old password"), Some("new_password"));
    }

    #[test]
    fn an_address_may_be_taken_away() {
        let change = |email: Option<&str>, current: &str| {
            ChangeEmail { email: email.map(Into::into), current_password: current.into() }.validate()
        };
        assert_eq!(change(Some("  "), "x").unwrap(), None);
        assert_eq!(change(None, "x").unwrap(), None);
        check(change(Some("ann@example.com"), "x"), None);
        check(change(Some("ann@example.com"), ""), Some("current_password"));
        check(change(Some("ann"), "x"), Some("email"));
    }

    #[test]
    fn who_leaves_says_so() {
        let leave = |confirmation: &str, current: &str| {
            DeleteAccount { confirmation: confirmation.into(), current_password: current.into() }
                .validate("Ann")
        };
        check(leave(" ann ", "x"), None);
        check(leave("Anna", "x"), Some("confirmation"));
        check(leave("", "x"), Some("confirmation"));
        check(leave("Ann", ""), Some("current_password"));
    }
}
