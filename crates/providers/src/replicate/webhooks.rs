//! Replicate's calls when a prediction has ended. A call only wakes whoever waits for that prediction, who then asks
//! the API: nothing that a call says is believed, so a forged one could at most cost a question too many.
//!
//! How calls are signed: <https://replicate.com/docs/topics/webhooks/verify-webhook>.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tokio::sync::watch;

use crate::IdempotencyKey;

/// A call that was signed earlier, or will be later, than this is somebody's who has listened.
const AGE: Duration = Duration::from_mins(5);

/// Where calls come in, how they are signed, and who waits for them.
pub struct Webhooks {
    secret: Vec<u8>,
    origin: String,
    waiting: Mutex<HashMap<String, watch::Sender<()>>>,
}

/// What a call brings along.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub id: &'a str,
    /// Seconds since 1970.
    pub timestamp: &'a str,
    /// One or more, with spaces between them.
    pub signature: &'a str,
    pub body: &'a [u8],
}

/// Why a call is not believed to be Replicate's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    #[error("it does not say when it was signed")]
    NoTime,
    #[error("it was not signed within five minutes of now")]
    WrongTime,
    #[error("none of its signatures is ours")]
    WrongSignature,
}

/// Somebody who waits for a prediction's end.
pub(super) struct Waiting {
    webhooks: Arc<Webhooks>,
    token: String,
    called: watch::Receiver<()>,
}

impl Webhooks {
    const PREFIX: &str = "whsec_";

    /// `secret` is the account's signing secret as Replicate gives it, `origin` this server's public address. The
    /// error says what is wrong with either.
    pub fn new(secret: &str, origin: &str) -> Result<Arc<Self>, String> {
        let wrong = || format!("expected Replicate's signing secret, which begins with {}", Self::PREFIX);
        let encoded = secret.trim().strip_prefix(Self::PREFIX).ok_or_else(wrong)?;
        let secret = BASE64_STANDARD.decode(encoded).map_err(|_| wrong())?;
        if secret.len() < 16 {
            return Err(wrong());
        }
        let origin = origin.trim_end_matches('/').to_owned();
        Ok(Arc::new(Self { secret, origin, waiting: Mutex::default() }))
    }

    /// Whether the call is Replicate's, and of now.
    pub fn verify(&self, call: Call<'_>, now: SystemTime) -> Result<(), Forged> {
        let Call { id, timestamp, signature, body } = call;
        let seconds: u64 = timestamp.parse().map_err(|_| Forged::NoTime)?;
        let signed =
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).ok_or(Forged::NoTime)?;
        let apart = now.duration_since(signed).unwrap_or_else(|later| later.duration());
        if apart > AGE {
            return Err(Forged::WrongTime);
        }
        let given = signature.split_whitespace().filter_map(|one| one.strip_prefix("v1,"));
        let is_ours = |given: &str| {
            let Ok(given) = BASE64_STANDARD.decode(given) else { return false };
            let mut mac = self.mac();
            for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
                mac.update(part);
            }
            // Takes as long however many bytes agree.
            mac.verify_slice(&given).is_ok()
        };
        if given.take(8).any(is_ours) { Ok(()) } else { Err(Forged::WrongSignature) }
    }

    /// Wakes whoever waits for the prediction that was given this address. `false` if nobody does here: it may be
    /// told already, or be another process's.
    pub fn wake(&self, token: &str) -> bool {
        self.lock().get(token).is_some_and(|called| called.send(()).is_ok())
    }

    /// What the purchase's calls are told apart by; nobody else can guess it.
    pub(super) fn token(&self, key: &IdempotencyKey) -> String {
        let mut mac = self.mac();
        mac.update(b"operation ");
        mac.update(key.as_str().as_bytes());
        let bytes = mac.finalize().into_bytes();
        bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Where calls about it go.
    pub(super) fn address(&self, token: &str) -> String {
        format!("{}/api/webhooks/replicate/{token}", self.origin)
    }

    /// From now on no call about it is missed.
    pub(super) fn waiting(self: &Arc<Self>, token: &str) -> Waiting {
        let called = self.lock().entry(token.to_owned()).or_insert_with(|| watch::channel(()).0).subscribe();
        Waiting { webhooks: self.clone(), token: token.to_owned(), called }
    }

    fn mac(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.secret).expect("a key of any length will do")
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Waiting {
    /// Until there is a call since the last one.
    pub async fn called(&mut self) {
        if self.called.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiting = self.webhooks.lock();
        // This one still counts.
        if waiting.get(&self.token).is_some_and(|called| called.receiver_count() <= 1) {
            waiting.remove(&self.token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn signature(webhooks: &Webhooks, id: &str, timestamp: &str, body: &str) -> String {
        let mut mac = webhooks.mac();
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn what_is_signed_as_the_specification_says_is_believed() {
        // The specification's own example: https://docs.svix.com/receiving/verifying-payloads/how-manual
        let webhooks =
            Webhooks::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "https://ads.example.com").unwrap();
        let call = Call {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: "1614265330",
            signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            body: br#"{"test": 2432232314}"#,
        };
        assert_eq!(webhooks.verify(call, at(1_614_265_330)), Ok(()));
        assert_eq!(webhooks.verify(call, at(1_614_265_330 + 299)), Ok(()));
        assert_eq!(webhooks.verify(call, at(1_614_265_330 + 301)), Err(Forged::WrongTime));
        assert_eq!(webhooks.verify(call, at(1_614_265_330 - 301)), Err(Forged::WrongTime));
    }

    #[test]
    fn one_of_several_signatures_is_enough_and_a_changed_call_has_none() {
        let webhooks = Webhooks::new(SECRET, "https://ads.example.com").unwrap();
        let genuine = signature(&webhooks, "msg_1", "1000", "{}");
        let check = |id: &str, timestamp: &str, signature: &str, body: &str, expected: Result<(), Forged>| {
            let call = Call { id, timestamp, signature, body: body.as_bytes() };
            assert_eq!(webhooks.verify(call, at(1000)), expected, "{id} {timestamp} {signature} {body}");
        };
        check("msg_1", "1000", &genuine, "{}", Ok(()));
        check("msg_1", "1000", &format!("v1,AAAA v2,xx {genuine}"), "{}", Ok(()));
        check("msg_1", "1000", &genuine, "{ }", Err(Forged::WrongSignature));
        check("msg_2", "1000", &genuine, "{}", Err(Forged::WrongSignature));
        check("msg_1", "1001", &genuine, "{}", Err(Forged::WrongSignature));
        check("msg_1", "1000", "", "{}", Err(Forged::WrongSignature));
        check("msg_1", "1000", "v1,", "{}", Err(Forged::WrongSignature));
        check("msg_1", "soon", &genuine, "{}", Err(Forged::NoTime));
        check("msg_1", "18446744073709551615", &genuine, "{}", Err(Forged::NoTime));
    }

    #[test]
    fn what_is_no_secret_is_said_without_showing_it() {
        for wrong in ["hunter2hunter2", "whsec_", "whsec_!", "whsec_aHVudGVy"] {
            let error = Webhooks::new(wrong, "https://ads.example.com").unwrap_err();
            assert!(error.contains("begins with whsec_") && !error.contains("hunter"), "{error}");
        }
        let webhooks = Webhooks::new(SECRET, "https://ads.example.com/").unwrap();
        assert!(!format!("{webhooks:?}").contains("C2FV"));
        let (one, other) =
            (webhooks.token(&IdempotencyKey::new("one")), webhooks.token(&IdempotencyKey::new("other")));
        assert!(one != other && one.len() == 32, "{one} {other}");
        assert_eq!(webhooks.address("x"), "https://ads.example.com/api/webhooks/replicate/x");
    }

    #[tokio::test]
    async fn a_call_before_the_wait_is_not_missed_and_nobody_is_kept() {
        let webhooks = Webhooks::new(SECRET, "https://ads.example.com").unwrap();
        assert!(!webhooks.wake("a"), "nobody waits");
        let mut waiting = webhooks.waiting("a");
        let mut other = webhooks.waiting("a");
        assert!(webhooks.wake("a") && webhooks.wake("a"), "twice is once");
        waiting.called().await;
        other.called().await;
        drop(waiting);
        assert!(webhooks.wake("a"), "another one still waits");
        drop(other);
        assert!(!webhooks.wake("a"));
        assert!(webhooks.lock().is_empty());
    }
}
