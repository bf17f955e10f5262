//! How often a log-in may fail, and how many accounts one address may begin. The counts are in the database, so that
//! they hold over restarts and over several servers.

use std::net::{IpAddr, Ipv6Addr};

use admint_domain::AppError;
use admint_store::{LoginFailures, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Failures of one address with one name.
const PER_NAME: u32 = 5;

/// Failures of one address with any names.
const PER_ADDRESS: u32 = 20;

/// Failures of all addresses with one name. It holds for networks from which the name's owner has not logged in of
/// late: whoever guesses from everywhere cannot shut the owner out at home.
const PER_ACCOUNT: u32 = 30;

const REGISTRATION_WINDOW: TimeDelta = TimeDelta::hours(1);

/// Accounts that one address asks for, got or not: each costs a slow hash, and tells whether a name is taken.
const REGISTRATIONS_PER_ADDRESS: u32 = 20;

/// Counts the accounts that one address asks for. This machine itself may begin as many as it likes.
pub struct Registration {
    address: Option<String>,
}

impl Registration {
    pub fn new(client: &str) -> Self {
        let is_here = client.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        Self { address: (!is_here).then(|| format!("registration:{}", network_of(client))) }
    }

    /// Counts this one, or refuses it.
    pub async fn count(&self, store: &Store, now: DateTime<Utc>) -> Result<Result<(), AppError>, StoreError> {
        let Some(address) = &self.address else { return Ok(Ok(())) };
        let earlier = store.login_failures(address, now - REGISTRATION_WINDOW).await?;
        if earlier.count >= REGISTRATIONS_PER_ADDRESS {
            let what = "Too many accounts were asked for from your network.";
            return Ok(Err(too_many(what, seconds_left(&earlier, REGISTRATION_WINDOW, now))));
        }
        store.record_login_failure(address).await?;
        Ok(Ok(()))
    }
}

/// What is counted for one attempt.
pub struct Attempt {
    name: String,
    address: String,
    account: String,
}

impl Attempt {
    /// `username_key` is the name in the form that is unique; `client` the caller's address.
    pub fn new(username_key: &str, client: &str) -> Self {
        let client = network_of(client);
        Self {
            name: format!("name:{username_key}@{client}"),
            address: format!("address:{client}"),
            account: format!("account:{username_key}"),
        }
    }

    /// Refuses when too many attempts have failed of late. `is_at_home` where the name's owner has been before.
    pub async fn check(
        &self,
        store: &Store,
        now: DateTime<Utc>,
        is_at_home: bool,
    ) -> Result<Result<(), AppError>, StoreError> {
        let since = now - WINDOW;
        let everywhere = (!is_at_home).then_some((&self.account, PER_ACCOUNT));
        for (subject, most) in
            [(&self.name, PER_NAME), (&self.address, PER_ADDRESS)].into_iter().chain(everywhere)
        {
            let failures = store.login_failures(subject, since).await?;
            if failures.count >= most {
                let what = "Too many log-ins have failed.";
                return Ok(Err(too_many(what, seconds_left(&failures, WINDOW, now))));
            }
        }
        Ok(Ok(()))
    }

    pub async fn record_failure(&self, store: &Store) -> Result<(), StoreError> {
        store.record_login_failure(&self.name).await?;
        store.record_login_failure(&self.account).await?;
        store.record_login_failure(&self.address).await
    }

    /// Forgets the name's failures at this address. The address's stay: else one's own account would wipe the slate
    /// between guesses at others'. The account's stay, too: they are somebody else's.
    pub async fn record_success(&self, store: &Store) -> Result<(), StoreError> {
        store.clear_login_failures(&self.name).await
    }
}

/// Until the first that is counted leaves the window.
fn seconds_left(counted: &LoginFailures, window: TimeDelta, now: DateTime<Utc>) -> i64 {
    (counted.oldest.unwrap_or(now) + window - now).num_seconds()
}

fn too_many(what: &str, seconds: i64) -> AppError {
    let seconds = u32::try_from(seconds.max(1)).unwrap_or(1);
    let minutes = seconds.div_ceil(60);
    let plural = if minutes == 1 { "" } else { "s" };
    AppError::rate_limited(format!("{what} Please try again in {minutes} minute{plural}."), seconds)
}

/// A network as coarse as may be shown and kept: one knows it again, and it names nobody.
pub fn coarse_network_of(client: &str) -> String {
    match client.parse() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        Err(_) => String::new(),
    }
}

/// One subscriber has a whole IPv6 /64, so that is what counts as one address.
pub fn network_of(client: &str) -> String {
    match client.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        _ => client.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(client: &str, counted: &str, shown: &str) {
        assert_eq!((network_of(client).as_str(), coarse_network_of(client).as_str()), (counted, shown));
    }

    #[test]
    fn ipv6_neighbours_count_together() {
        check("203.0.113.7", "203.0.113.7", "203.0.113.0/24");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48");
        check("unknown", "unknown", "");
    }

    #[test]
    fn the_wait_is_told_in_words_and_seconds() {
        let error = too_many("Too many log-ins have failed.", 61);
        assert_eq!(error.retry_after, Some(61));
        assert!(error.message.contains("2 minutes"));
        assert_eq!(too_many("Too many.", -5).retry_after, Some(1));
    }
}
