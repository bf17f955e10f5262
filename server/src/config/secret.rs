//! Values that must not be shown: they have no `Display`, and their `Debug` tells nothing.

use std::fmt;

use serde::{Deserialize, de};

/// The key that signs access tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    const MIN_CHARS: usize = 32;

    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() < Self::MIN_CHARS {
            return Err(format!("expected at least {} characters, chosen at random", Self::MIN_CHARS));
        }
        Ok(Self(text.to_owned()))
    }

    /// 256 random bits.
    pub fn random() -> Self {
        Self(hex::encode(rand::random::<[u8; 32]>()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The value itself must not get into the message, as serde's own "invalid type" would put it.
        let text = String::deserialize(deserializer).map_err(|_| de::Error::custom("expected a text"))?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// What another service gave, to know this installation by.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(String);

impl Credential {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}

impl<'de> Deserialize<'de> for Credential {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer).map_err(|_| de::Error::custom("expected a text"))?;
        Ok(Self(text.trim().to_owned()))
    }
}

/// Where the database is; may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Self(text.to_owned()))
        } else {
            Err("expected an address that starts with sqlite: or postgres://".into())
        }
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The address without user, password and options.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.split('?').next().unwrap_or_default();
        match (shown.split_once("://"), shown.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => write!(f, "{scheme}://{host}"),
            _ => f.write_str(shown),
        }
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer).map_err(|_| de::Error::custom("expected a text"))?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_shown() {
        assert!(Secret::parse("short").is_err());
        let secret = Secret::random();
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(Secret::parse(secret.expose()).unwrap(), secret);
        assert_ne!(Secret::random(), secret);
    }

    #[track_caller]
    fn check(url: &str, shown: &str) {
        assert_eq!(format!("{:?}", DatabaseUrl::parse(url).unwrap()), shown);
    }

    #[test]
    fn database_passwords_are_never_shown() {
        check(
            "postgres://ann:pa@ss@db.example:5432/admint?sslmode=require",
            "postgres://db.example:5432/admint",
        );
        check("sqlite://data/admint.db?mode=rwc", "sqlite://data/admint.db");
        assert!(DatabaseUrl::parse("mysql://x").is_err());
    }
}
