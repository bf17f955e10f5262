//! How good a password is, and whether it is taken: the same for every page and every program.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use admint_domain::{AppError, Password, PasswordStrength};
use tokio::sync::Semaphore;
use zxcvbn::{Entropy, Score, zxcvbn};

use super::throttle::network_of;

/// As much of a password as is looked at: what comes after that does not make a good one worse.
const LOOKED_AT: usize = 100;
/// How many may be judged for one address in a window. Whoever types asks twice a second at most.
const PER_ADDRESS: u32 = 180;
const WINDOW: Duration = Duration::from_secs(60);
/// As many addresses as are told apart at a time.
const ADDRESSES: usize = 10_000;
/// What everybody here would try.
const OF_THIS_SITE: [&str; 2] = ["admint", "advertisement"];

/// Judges passwords a few at a time, and for nobody without end.
pub struct StrengthMeter {
    turns: Arc<Semaphore>,
    asked: Mutex<Asked>,
}

struct Asked {
    since: Instant,
    by: HashMap<String, u32>,
}

impl StrengthMeter {
    pub fn new() -> Self {
        let asked = Asked { since: Instant::now(), by: HashMap::new() };
        Self { turns: Arc::new(Semaphore::new(2)), asked: Mutex::new(asked) }
    }

    /// For a form that is being filled in.
    pub async fn measure(
        &self,
        password: String,
        own: Vec<String>,
        address: &str,
    ) -> Result<PasswordStrength, AppError> {
        self.count(address, Instant::now())?;
        self.judge(password, own).await
    }

    /// Refuses a password that is among the first that anyone tries, at the form's `field`.
    pub async fn require(&self, password: &Password, own: Vec<String>, field: &str) -> Result<(), AppError> {
        let strength = self.judge(password.expose().to_owned(), own).await?;
        match strength.refusal {
            Some(refusal) => Err(AppError::invalid(field, refusal)),
            None => Ok(()),
        }
    }

    async fn judge(&self, password: String, own: Vec<String>) -> Result<PasswordStrength, AppError> {
        let _turn = self.turns.acquire().await.map_err(|_| AppError::internal())?;
        let judged = tokio::task::spawn_blocking(move || strength_of(&password, &own));
        judged.await.map_err(|error| {
            tracing::error!(%error, "judging a password ended");
            AppError::internal()
        })
    }

    fn count(&self, address: &str, now: Instant) -> Result<(), AppError> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(asked.since) >= WINDOW || asked.by.len() >= ADDRESSES {
            *asked = Asked { since: now, by: HashMap::new() };
        }
        let left = WINDOW.saturating_sub(now.duration_since(asked.since)).as_secs();
        let count = asked.by.entry(network_of(address)).or_default();
        if *count >= PER_ADDRESS {
            let seconds = u32::try_from(left).unwrap_or(60).max(1);
            return Err(AppError::rate_limited("Please wait a moment before you go on.", seconds));
        }
        *count += 1;
        Ok(())
    }
}

impl Default for StrengthMeter {
    fn default() -> Self {
        Self::new()
    }
}

/// `own` is what a guesser of this very password would try first: its owner's name and address.
fn strength_of(password: &str, own: &[String]) -> PasswordStrength {
    let looked_at: String = password.chars().take(LOOKED_AT).collect();
    let parts: Vec<&str> = own.iter().flat_map(|own| parts_of(own)).chain(OF_THIS_SITE).collect();
    let entropy = zxcvbn(&looked_at, &parts);
    let is_first = entropy.score() == Score::Zero || is_own(password, own);
    let (mut warning, suggestions) = advice(&entropy);
    if is_first && warning.is_none() {
        warning = Some("It is among the first that anyone would try.".into());
    }
    let refusal = Password::parse(password).err().map(|error| error.message).or_else(|| {
        let why = warning.as_deref().filter(|_| is_first)?;
        Some(format!("This password is guessed at once. {why} {}", suggestions.join(" ")).trim().to_owned())
    });
    let score = if is_first { Score::Zero } else { entropy.score() };
    PasswordStrength { score: u8::from(score), refusal, warning, suggestions }
}

/// An address is its owner's as a whole, before its `@` and behind it.
fn parts_of(own: &str) -> impl Iterator<Item = &str> {
    let halves = own.split_once('@').map(|(name, host)| [name, host]);
    std::iter::once(own).chain(halves.into_iter().flatten()).filter(|part| !part.is_empty())
}

/// Whether it is nothing but its owner's name or address, with a few signs more.
fn is_own(password: &str, own: &[String]) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let password = plain(password);
    own.iter().flat_map(|own| parts_of(own)).map(plain).any(|own| {
        own.chars().count() >= 3
            && password.contains(&own)
            && password.chars().count() <= own.chars().count() + 3
    })
}

fn advice(entropy: &Entropy) -> (Option<String>, Vec<String>) {
    let Some(feedback) = entropy.feedback() else { return (None, Vec::new()) };
    let sentence = |text: String| if text.ends_with('.') { text } else { format!("{text}.") };
    let warning = feedback.warning().map(|warning| sentence(warning.to_string()));
    let suggestions = feedback.suggestions().iter().map(|one| sentence(one.to_string())).collect();
    (warning, suggestions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(password: &str, is_taken: bool) {
        let own = ["Annabel".to_owned(), "ann.smith@northwind.example".to_owned()];
        let strength = strength_of(password, &own);
        assert_eq!(strength.refusal.is_none(), is_taken, "{password}: {strength:?}");
    }

    #[test]
    fn the_first_that_anyone_tries_are_refused() {
        for first in [
            "password",
            "12345678",
            "qwertyuiop",
            "11111111",
            "iloveyou",
            // Its owner's.
            "annabel1",
            "Annabel!",
            "ann.smith",
            "northwind.example",
            "ann.smith@northwind.example",
            // Too short, however odd.
            "x7#Qp!2",
        ] {
            check(first, false);
        }
        for taken in ["correct horse battery", "northwind cold brew", "gbWqL2zT", &"long ".repeat(40)] {
            check(taken, true);
        }
    }

    #[test]
    fn who_is_refused_is_told_what_would_do() {
        let strength = strength_of("password", &[]);
        assert_eq!(strength.score, 0);
        let refusal = strength.refusal.unwrap();
        assert!(refusal.contains("guessed at once") && refusal.contains("Add another word"), "{refusal}");
        assert!(!refusal.contains("password123"));
        // As one types and when it is sent, the same is said; whatever a dictionary thinks of an odd name.
        let own = strength_of("mwxobgvg-3075-301", &["mwxobgvg-3075-30".to_owned()]);
        assert_eq!(own.score, 0);
        assert!(own.warning.is_some() && own.refusal.is_some(), "{own:?}");
        let good = strength_of("correct horse battery staple", &[]);
        assert_eq!((good.score, good.refusal, good.warning), (4, None, None));
    }

    #[test]
    fn nobody_is_judged_without_end() {
        let meter = StrengthMeter::new();
        let start = Instant::now();
        for _ in 0..PER_ADDRESS {
            meter.count("203.0.113.7", start).unwrap();
        }
        let error = meter.count("203.0.113.7", start).unwrap_err();
        assert!(error.retry_after.is_some_and(|seconds| (1..=60).contains(&seconds)));
        meter.count("203.0.113.8", start).unwrap();
        meter.count("203.0.113.7", start + WINDOW).unwrap();
    }
}
