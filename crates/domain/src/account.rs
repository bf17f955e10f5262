//! Who uses AdMint: names, passwords, and what log-in gives back.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppError, SessionId, Usd, UserId};

/// Names that nobody can take, whatever stands between their letters and whatever number follows.
const RESERVED: [&str; 16] = [
    "admin",
    "administrator",
    "admint",
    "admintteam",
    "everyone",
    "help",
    "moderator",
    "nobody",
    "noreply",
    "official",
    "operator",
    "postmaster",
    "root",
    "security",
    "support",
    "system",
];

/// 3-50 letters, digits, `.`, `_` or `-`, starting with a letter or digit. Case is kept for display
/// and ignored for comparison, so that nobody can pose as somebody else by a capital letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

impl Username {
    /// ASCII only: look-alike letters of other scripts would make two names read as one, and letters without width
    /// would make them look the same. White space around the name is not part of it.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let refuse = |message: &str| Err(AppError::invalid("username", message));
        let text = text.trim();
        if !(3..=50).contains(&text.chars().count()) {
            return refuse("Choose a user name of 3 to 50 characters.");
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
            return refuse("Use only letters a-z, digits, dots, hyphens and underscores in the user name.");
        }
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return refuse("Start the user name with a letter or a digit.");
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody of this name could pass for the installation itself.
    pub fn is_reserved(&self) -> bool {
        let plain: String = self.key().chars().filter(char::is_ascii_alphanumeric).collect();
        RESERVED.contains(&plain.trim_end_matches(|c: char| c.is_ascii_digit()))
    }

    /// The form that must be unique.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Username {
    type Error = AppError;
    fn try_from(text: String) -> Result<Self, AppError> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// A password in clear, on its way to the hash. Never shown, never serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// 8-200 characters; the upper bound keeps hashing affordable.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        match text.chars().count() {
            0..8 => Err(AppError::invalid("password", "Choose a password of at least 8 characters.")),
            8..=200 => Ok(Self(text.to_owned())),
            _ => Err(AppError::invalid("password", "Choose a password of at most 200 characters.")),
        }
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Something before one `@`, a dot after it, no white space, at most 254 characters. Only a mail
    /// that arrives proves more.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let text = text.trim();
        let well_formed = text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && !domain.contains('@')
                    && domain.split('.').count() >= 2
                    && domain.split('.').all(|label| !label.is_empty())
            });
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(AppError::invalid(
                "email",
                "Enter an e-mail address like name@example.com, or leave it empty.",
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// 3-50 letters, digits, dots, hyphens and underscores.
    pub username: String,
    /// 8-200 characters.
    pub password: String,
    #[serde(default)]
    pub email: Option<String>,
}

impl RegisterRequest {
    pub fn validate(&self) -> Result<(Username, Password, Option<EmailAddress>), AppError> {
        let email = self.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let username = Username::parse(&self.username)?;
        if username.is_reserved() {
            // Not a rule of the name's form: whoever has one from before may still log in.
            return Err(AppError::invalid(
                "username",
                "This user name is reserved. Please choose another one.",
            ));
        }
        Ok((username, Password::parse(&self.password)?, email.map(EmailAddress::parse).transpose()?))
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    pub username: String,
    pub password: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    pub refresh_token: String,
}

/// The answer to a log-in or a refresh.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    pub access_token: String,
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u32,
    pub user: UserView,
    #[serde(skip)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub session: Option<SessionId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    pub id: UserId,
    pub username: String,
    pub email: Option<String>,
    #[serde(with = "crate::instant")]
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileView {
    pub user: UserView,
    /// Videos completed, including those deleted since.
    pub total_generations: u32,
    /// US dollars spent on completed and failed generations.
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub total_cost_usd: Usd,
    /// The log-in before the present one counts as "last" only after it; this is the newest.
    #[serde(default, with = "crate::instant::option")]
    pub last_login: Option<DateTime<Utc>>,
    pub storage: StorageView,
}

/// How much a user's videos and pictures take, and how much they may. As text: "1.2 GiB of 5 GiB".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorageView {
    pub used_bytes: u64,
    /// Null where there is no limit.
    pub allowed_bytes: Option<u64>,
}

impl StorageView {
    /// Whether nothing more can be kept.
    pub fn is_full(&self) -> bool {
        self.allowed_bytes.is_some_and(|allowed| self.used_bytes >= allowed)
    }

    /// What to do when something does not fit.
    pub fn advice(&self) -> String {
        format!(
            "Your storage is full: {self} are used. Delete videos that you no longer need (their room is free half a \
             minute later), or ask this server's operator for more room, and try again."
        )
    }
}

impl fmt::Display for StorageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_bytes(f, self.used_bytes)?;
        if let Some(allowed) = self.allowed_bytes {
            f.write_str(" of ")?;
            write_bytes(f, allowed)?;
        }
        Ok(())
    }
}

/// To a tenth, and whole numbers without one.
fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: u64) -> fmt::Result {
    let (shift, unit) = if bytes >> 30 == 0 { (20, "MiB") } else { (30, "GiB") };
    let tenths = (u128::from(bytes) * 10) >> shift;
    write!(f, "{}", tenths / 10)?;
    if tenths % 10 > 0 {
        write!(f, ".{}", tenths % 10)?;
    }
    write!(f, " {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_as_text() {
        let check = |used_bytes, allowed_bytes, text: &str| {
            assert_eq!(StorageView { used_bytes, allowed_bytes }.to_string(), text);
        };
        check(0, None, "0 MiB");
        check(0, Some(5 << 30), "0 MiB of 5 GiB");
        check(1_500_000, Some(1 << 30), "1.4 MiB of 1 GiB");
        check((5 << 30) - 1, Some(5 << 30), "4.9 GiB of 5 GiB");
        check(u64::MAX, None, "17179869183.9 GiB");
        let is_full = |used_bytes, allowed_bytes| StorageView { used_bytes, allowed_bytes }.is_full();
        assert!(is_full(7, Some(7)) && !is_full(6, Some(7)) && !is_full(u64::MAX, None));
    }

    #[test]
    fn user_names() {
        for good in ["ann", "Ann.Smith", "a-b_c", &"x".repeat(50), "  trimmed  "] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ab",
            &"x".repeat(51),
            "a b c",
            ".dot",
            "a<b>",
            "a\0b",
            // Letters that look like others: Cyrillic, Greek, full-width, mathematical, Turkish, a ligature.
            "\u{430}nn",
            "\u{3b1}nn",
            "\u{ff41}\u{ff4e}\u{ff4e}",
            "\u{1d41a}nn",
            "ann\u{131}",
            "\u{fb01}nn",
            // What does not show: zero width, soft hyphen, direction, an accent that combines, a hard space.
            "a\u{200b}nn",
            "ann\u{200d}",
            "\u{feff}ann",
            "a\u{ad}nn",
            "\u{202e}nna",
            "an\u{301}n",
            "a\u{a0}nn",
        ] {
            assert_eq!(Username::parse(bad).unwrap_err().field.as_deref(), Some("username"), "{bad}");
        }
        assert_eq!(Username::parse("Ann").unwrap().key(), Username::parse("aNN").unwrap().key());
        assert_eq!(Username::parse("\u{3000}ann\u{a0}\t").unwrap().as_str(), "ann");
    }

    #[test]
    fn nobody_poses_as_the_installation() {
        let register = |username: &str| RegisterRequest {
            username: username.into(),
            password: "correct horse".into(),
            email: None,
        };
        for reserved in ["admin", "Ad.Min", "ADMIN-1", "r_o_o_t", "support24", "AdMint"] {
            let refused = register(reserved).validate().unwrap_err();
            assert_eq!(refused.field.as_deref(), Some("username"), "{reserved}");
        }
        for free in ["administer", "rooty", "ann.admin", "helpful"] {
            assert!(register(free).validate().is_ok(), "{free}");
        }
    }

    #[test]
    fn passwords_are_bounded_and_never_shown() {
        assert!(Password::parse("1234567").is_err());
        assert!(Password::parse(&"x".repeat(201)).is_err());
        let password = Password::parse("hunter2hunter2").unwrap();
        assert!(!format!("{password:?}").contains("hunter2"));
    }

    #[test]
    fn email_addresses() {
        for good in ["a@b.co", "first.last+tag@sub.example.com"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["a", "@b.co", "a@b", "a@b..co", "a b@c.de", "a@b@c.de"] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
