//! Access tokens (signed, short-lived, checked against the session) and refresh tokens (random,
//! stored as a hash only).

use admint_domain::{SessionId, UserId};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::config::Secret;

const ISSUER: &str = "admint";

/// Seconds an access token is good for.
pub const ACCESS_SECONDS: u32 = 15 * 60;

/// Days a refresh token is good for, counted anew from each rotation.
pub const REFRESH_DAYS: i64 = 30;

/// Seconds by which the clocks of two servers may differ.
const LEEWAY_SECONDS: u64 = 5;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
    iss: String,
}

/// Signs and checks access tokens.
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    pub fn new(secret: &Secret) -> Self {
        let key = secret.expose().as_bytes();
        // One algorithm only: the token's own header must not choose how it is checked.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY_SECONDS;
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), validation }
    }

    /// A token for `user` in `session`, issued at `now` (seconds since 1970).
    pub fn issue(&self, user: UserId, session: SessionId, now: i64) -> String {
        let claims = Claims {
            sub: user.uuid(),
            sid: session.uuid(),
            iat: now,
            exp: now + i64::from(ACCESS_SECONDS),
            iss: ISSUER.to_owned(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .expect("claims are plain JSON and the key is a byte string")
    }

    /// Whose token this is, if it is genuine and current.
    pub fn check(&self, token: &str) -> Option<(UserId, SessionId)> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        Some((UserId::from_uuid(claims.sub), SessionId::from_uuid(claims.sid)))
    }
}

/// A fresh refresh token and the hash that the database keeps: 256 random bits need no salt.
pub fn refresh_token() -> (String, String) {
    let token = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let hash = refresh_hash(&token);
    (token, hash)
}

pub fn refresh_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: fn() -> i64 = || chrono::Utc::now().timestamp();

    fn ids() -> (UserId, SessionId) {
        (UserId::from_uuid(Uuid::now_v7()), SessionId::from_uuid(Uuid::now_v7()))
    }

    fn tokens() -> AccessTokens {
        AccessTokens::new(&Secret::parse("0123456789abcdef0123456789abcdef").unwrap())
    }

    #[test]
    fn a_token_names_its_user_and_session() {
        let (user, session) = ids();
        assert_eq!(tokens().check(&tokens().issue(user, session, NOW())), Some((user, session)));
    }

    #[test]
    fn old_foreign_and_tampered_tokens_are_refused() {
        let (user, session) = ids();
        let good = tokens().issue(user, session, NOW());
        let [header, payload, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
        let forged = BASE64_URL_SAFE_NO_PAD.encode(
            String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap())
                .unwrap()
                .replace(&user.to_string(), &Uuid::now_v7().to_string()),
        );
        let unsigned = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let stronger = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"JWT"}"#);
        let expired = tokens().issue(user, session, NOW() - i64::from(ACCESS_SECONDS) - 60);
        let foreign = AccessTokens::new(&Secret::random()).issue(user, session, NOW());
        for bad in [
            "",
            "x",
            "a.b.c",
            &expired,
            &foreign,
            &format!("{header}.{forged}.{signature}"),
            &format!("{header}.{payload}."),
            &format!("{header}.{payload}"),
            &format!("{unsigned}.{payload}."),
            &format!("{stronger}.{payload}.{signature}"),
        ] {
            assert_eq!(tokens().check(bad), None, "{bad}");
        }
    }

    #[test]
    fn refresh_tokens_are_random_and_hashed() {
        let (token, hash) = refresh_token();
        assert_eq!(token.len(), 43);
        assert_eq!(refresh_hash(&token), hash);
        assert_ne!(refresh_token().0, token);
    }
}
