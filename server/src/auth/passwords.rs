//! Hashes and checks passwords with argon2id, away from the async threads and only a few at a time:
//! each takes 19 MiB and tens of milliseconds of a core.

use std::sync::Arc;

use admint_domain::{AppError, Password};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Callers that may wait for a turn; more are told to come back.
const MAX_WAITING: usize = 64;

pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Semaphore,
    /// A hash of nobody's password: checking it costs what checking a real one costs.
    nobodys: String,
}

/// Leave to hash one password now.
pub struct Turn(OwnedSemaphorePermit);

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            turns: Arc::new(Semaphore::new(cores.clamp(1, 4))),
            waiting: Semaphore::new(MAX_WAITING),
            nobodys: hash("nobody's password"),
        }
    }

    /// Waits for a turn, in order of arrival.
    pub async fn turn(&self) -> Result<Turn, AppError> {
        let _waiting = self.waiting.try_acquire().map_err(|_| AppError {
            retry_after: Some(2),
            ..AppError::unavailable(
                "Very many people are logging in right now. Please try again in a moment.",
            )
        })?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| AppError::internal())?;
        Ok(Turn(turn))
    }

    pub async fn hash(&self, turn: Turn, password: Password) -> Result<String, AppError> {
        off_the_async_threads(turn, move || hash(password.expose())).await
    }

    /// Whether `password` is the one behind `stored`; with nothing stored it is not, after as long.
    pub async fn verify(
        &self,
        turn: Turn,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, AppError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobodys.clone());
        off_the_async_threads(turn, move || verify(&password, &stored) && known).await
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// The turn travels along, so that it ends with the work even when nobody waits for the result.
async fn off_the_async_threads<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    let work = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(turn.0);
        result
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "password hashing ended");
        AppError::internal()
    })
}

fn hash(password: &str) -> String {
    Argon2::default()
        .hash_password(password.as_bytes())
        .expect("default parameters, a bounded password and a random salt")
        .to_string()
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passwords_are_checked_against_their_hash() {
        let passwords = Passwords::new();
        let password = Password::parse("correct horse").unwrap();
        let stored = passwords.hash(passwords.turn().await.unwrap(), password).await.unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        for (tried, stored, expected) in [
            ("correct horse", Some(stored.clone()), true),
            ("wrong horse", Some(stored), false),
            ("nobody's password", None, false),
            ("correct horse", Some("damaged".to_owned()), false),
        ] {
            let turn = passwords.turn().await.unwrap();
            assert_eq!(passwords.verify(turn, tried.to_owned(), stored).await.unwrap(), expected, "{tried}");
        }
    }

    #[tokio::test]
    async fn a_crowd_is_told_to_come_back() {
        let passwords = Passwords::new();
        let mut turns = Vec::new();
        while let Ok(turn) = passwords.turns.clone().try_acquire_owned() {
            turns.push(turn);
        }
        let _crowd = passwords.waiting.acquire_many(MAX_WAITING as u32).await.unwrap();
        let error = passwords.turn().await.err().unwrap();
        assert_eq!(error.retry_after, Some(2));
    }
}
