//! The tokens of share links: a link's id, and what only the installation's secret makes of it.
//!
//! ```text
//! id, 16 bytes | the first 16 bytes of its HMAC-SHA256 | as base64url
//! ```
//! The database keeps the id alone, so who reads it has no link that works; who guesses has 128 bits to guess. With
//! another secret all links end.

use admint_domain::ShareId;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::config::Secret;

/// No access token's signature can be taken for one of these: what those sign begins otherwise.
const PURPOSE: &[u8] = b"admint share link 1\n";
const MAC_BYTES: usize = 16;

pub struct ShareTokens(Hmac<Sha256>);

impl ShareTokens {
    pub fn new(secret: &Secret) -> Self {
        let mac = Hmac::new_from_slice(secret.expose().as_bytes()).expect("a key of any length");
        Self(mac.chain_update(PURPOSE))
    }

    pub fn token(&self, id: ShareId) -> String {
        let id = id.uuid().into_bytes();
        let mac = self.0.clone().chain_update(id).finalize().into_bytes();
        BASE64_URL_SAFE_NO_PAD.encode([&id[..], &mac[..MAC_BYTES]].concat())
    }

    /// The link's id, if the token is genuine.
    pub fn check(&self, token: &str) -> Option<ShareId> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let bytes: [u8; 16 + MAC_BYTES] = bytes.try_into().ok()?;
        let (id, mac) = bytes.split_at(16);
        // In constant time.
        self.0.clone().chain_update(id).verify_truncated_left(mac).ok()?;
        Uuid::from_slice(id).ok().map(ShareId::from_uuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(secret: &str) -> ShareTokens {
        ShareTokens::new(&Secret::parse(secret).unwrap())
    }

    #[test]
    fn a_token_names_its_link() {
        let tokens = tokens("0123456789abcdef0123456789abcdef");
        let id = ShareId::from_uuid(Uuid::now_v7());
        let token = tokens.token(id);
        assert_eq!(token.len(), 43);
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
        assert_eq!(tokens.check(&token), Some(id));
        assert_eq!(tokens.token(id), token, "it is seen again");
    }

    #[test]
    fn what_is_guessed_cut_or_of_another_installation_is_none() {
        let own = tokens("0123456789abcdef0123456789abcdef");
        let id = ShareId::from_uuid(Uuid::now_v7());
        let good = own.token(id);
        let changed = good.chars().rev().collect::<String>();
        let id_alone = BASE64_URL_SAFE_NO_PAD.encode(id.uuid().into_bytes());
        let no_mac = BASE64_URL_SAFE_NO_PAD.encode([&id.uuid().into_bytes()[..], &[0; MAC_BYTES]].concat());
        let foreign = tokens("fedcba9876543210fedcba9876543210").token(id);
        for bad in [
            "",
            "x",
            &changed,
            &id_alone,
            &no_mac,
            &foreign,
            &good[..42],
            &format!("{good}A"),
            &format!("{good}="),
        ] {
            assert_eq!(own.check(bad), None, "{bad}");
        }
    }
}
