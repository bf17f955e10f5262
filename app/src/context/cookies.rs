//! The two cookies a signed-in browser holds: their names, and the `Set-Cookie` values that write
//! and clear them. Pages never read them; the server does, before it fills the context.

use admint_domain::SignedIn;

use super::CookiePolicy;

/// How long a browser keeps a refresh token it does not use: 30 days, in seconds.
pub const REFRESH_MAX_AGE: u32 = 30 * 24 * 60 * 60;

impl CookiePolicy {
    /// The cookie with the access token.
    pub const fn access_name(self) -> &'static str {
        if self.secure { "__Host-admint_access" } else { "admint_access" }
    }

    /// The cookie with the refresh token.
    pub const fn refresh_name(self) -> &'static str {
        if self.secure { "__Host-admint_refresh" } else { "admint_refresh" }
    }
}

/// The `Set-Cookie` values after a log-in or a refresh.
pub fn signed_in(policy: CookiePolicy, signed_in: &SignedIn) -> [String; 2] {
    [
        set_cookie(policy, policy.access_name(), &signed_in.access_token, signed_in.expires_in),
        set_cookie(policy, policy.refresh_name(), &signed_in.refresh_token, REFRESH_MAX_AGE),
    ]
}

/// The `Set-Cookie` values that make the browser forget both tokens.
pub fn signed_out(policy: CookiePolicy) -> [String; 2] {
    [set_cookie(policy, policy.access_name(), "", 0), set_cookie(policy, policy.refresh_name(), "", 0)]
}

/// Tokens are made of base64url characters and dots, so the value needs no quoting.
fn set_cookie(policy: CookiePolicy, name: &str, value: &str, max_age: u32) -> String {
    let secure = if policy.secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(secure: bool, cleared: [&str; 2]) {
        assert_eq!(signed_out(CookiePolicy { secure }), cleared);
    }

    #[test]
    fn secure_cookies_carry_the_host_prefix() {
        check(
            false,
            [
                "admint_access=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
                "admint_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
            ],
        );
        check(
            true,
            [
                "__Host-admint_access=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
                "__Host-admint_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
            ],
        );
    }
}
