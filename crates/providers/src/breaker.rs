//! Who is not asked for a while, because they failed several times in a row. For all jobs of this process.
//!
//! ```text
//! closed --3 failures in a row--> open --its pause is over--> half open: one may try
//!    ^                             ^                              |        |
//!    |                             `---- failed, twice the pause -'        |
//!    `----------------------------- it did -------------------------------'
//! ```

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::ProviderError;

/// So many failures in a row, and nobody is sent there for a while.
const FAILURES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// The breakers of all models, by their names in the catalogue.
#[derive(Default)]
pub struct Breakers {
    models: Mutex<HashMap<String, Breaker>>,
}

#[derive(Default)]
struct Breaker {
    failures: u32,
    last: Option<ProviderError>,
    /// When it last opened and how long for.
    open: Option<(Instant, Duration)>,
    /// Somebody tries whether it goes again.
    tried: bool,
}

/// How a model has done lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    Closed {
        /// In a row.
        failures: u32,
    },
    Open(Resting),
    /// Its pause is over; one may try.
    HalfOpen,
}

/// A model that is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resting {
    /// From now.
    pub pause: Duration,
    /// What it said last.
    pub last: ProviderError,
}

/// What a failure or a success means for those who come after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Opened(Resting),
    Closed,
}

/// Leave to ask a model. Whoever goes without telling how it went gives another the chance.
#[must_use]
pub struct Admission<'a> {
    breakers: &'a Breakers,
    model: Option<String>,
}

impl Breakers {
    /// Leave to ask the model, or why there is none.
    pub fn admit(&self, model: &str) -> Result<Admission<'_>, Resting> {
        let mut models = self.lock();
        let Some(breaker) = models.get_mut(model) else {
            return Ok(Admission { breakers: self, model: None });
        };
        match breaker.health() {
            Health::Closed { .. } => Ok(Admission { breakers: self, model: None }),
            Health::HalfOpen => {
                breaker.tried = true;
                Ok(Admission { breakers: self, model: Some(model.to_owned()) })
            }
            Health::Open(resting) => Err(resting),
        }
    }

    /// Tells how asking the model went. The change, if this opens or closes it.
    pub fn record(&self, model: &str, outcome: Result<(), &ProviderError>) -> Option<Change> {
        let mut models = self.lock();
        let breaker = models.entry(model.to_owned()).or_default();
        match outcome {
            Err(error) if counts(error) => {
                breaker.last = Some(error.clone());
                // What was under way when it opened says nothing new.
                if let Health::Open(_) = breaker.health()
                    && !breaker.tried
                {
                    return None;
                }
                breaker.failures += 1;
                breaker.tried = false;
                if breaker.failures < FAILURES {
                    return None;
                }
                let pause = breaker.open.map_or(FIRST_PAUSE, |(_, pause)| (pause * 2).min(LONGEST_PAUSE));
                breaker.open = Some((Instant::now(), pause));
                Some(Change::Opened(Resting { pause, last: error.clone() }))
            }
            // Whether it was heard is not known, or nobody asked it.
            Err(error) if error.may_have_bought() || error.is_nobodys() => None,
            // Who refuses, or makes something else than was asked for, is well.
            _ => {
                let was_open = breaker.open.is_some();
                models.remove(model);
                was_open.then_some(Change::Closed)
            }
        }
    }

    pub fn health(&self, model: &str) -> Health {
        self.lock().get(model).map_or(Health::Closed { failures: 0 }, Breaker::health)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Breaker>> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Breaker {
    fn health(&self) -> Health {
        let (Some((opened, pause)), Some(last)) = (self.open, &self.last) else {
            return Health::Closed { failures: self.failures };
        };
        let left = pause.saturating_sub(opened.elapsed());
        match (left, self.tried) {
            (Duration::ZERO, false) => Health::HalfOpen,
            // Whoever tries it may be a while.
            (left, _) => Health::Open(Resting { pause: left, last: last.clone() }),
        }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        if let Some(model) = &self.model
            && let Some(breaker) = self.breakers.lock().get_mut(model)
        {
            breaker.tried = false;
        }
    }
}

/// What the next who asks would meet as well.
fn counts(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Busy { .. }
            | ProviderError::Unreachable { .. }
            | ProviderError::TimedOut { .. }
            | ProviderError::Unauthorized { .. }
            | ProviderError::OutOfCredit { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> ProviderError {
        ProviderError::Busy { provider: "vendor", reason: "too many".into() }
    }

    fn fail(breakers: &Breakers, times: u32) -> Option<Change> {
        (0..times).filter_map(|_| breakers.record("a", Err(&busy()))).last()
    }

    #[tokio::test(start_paused = true)]
    async fn three_failures_in_a_row_open_it_and_one_may_try_when_the_pause_is_over() {
        let breakers = Breakers::default();
        assert_eq!(fail(&breakers, 2), None);
        assert_eq!(breakers.health("a"), Health::Closed { failures: 2 });
        breakers.record("a", Ok(()));
        assert_eq!(fail(&breakers, 2), None, "not in a row");
        let resting = Resting { pause: FIRST_PAUSE, last: busy() };
        assert_eq!(fail(&breakers, 1), Some(Change::Opened(resting.clone())));
        assert_eq!(breakers.admit("a").err(), Some(resting));
        assert!(breakers.admit("b").is_ok(), "it is nobody else's");

        tokio::time::advance(FIRST_PAUSE).await;
        assert_eq!(breakers.health("a"), Health::HalfOpen);
        let one = breakers.admit("a").unwrap();
        assert!(breakers.admit("a").is_err(), "one tries");
        drop(one);
        let one = breakers.admit("a").unwrap();
        assert_eq!(breakers.record("a", Ok(())), Some(Change::Closed));
        drop(one);
        assert_eq!(breakers.health("a"), Health::Closed { failures: 0 });
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_doubles_up_to_ten_minutes() {
        let breakers = Breakers::default();
        fail(&breakers, 3);
        assert_eq!(fail(&breakers, 5), None, "what was under way then changes nothing");
        let mut pauses = Vec::new();
        for _ in 0..6 {
            tokio::time::advance(LONGEST_PAUSE).await;
            let admission = breakers.admit("a").unwrap();
            let Some(Change::Opened(resting)) = fail(&breakers, 1) else { panic!("it stays open") };
            pauses.push(resting.pause.as_secs());
            drop(admission);
        }
        assert_eq!(pauses, [60, 120, 240, 480, 600, 600]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_refuses_is_well_and_who_has_not_answered_says_nothing() {
        let breakers = Breakers::default();
        let (provider, reason) = ("vendor", || "so".to_owned());
        fail(&breakers, 2);
        breakers.record("a", Err(&ProviderError::AnswerLost { provider, reason: reason() }));
        assert_eq!(breakers.health("a"), Health::Closed { failures: 2 });
        breakers.record("a", Err(&ProviderError::Refused { provider, reason: reason() }));
        assert_eq!(breakers.health("a"), Health::Closed { failures: 0 });
        for _ in 0..2 {
            breakers.record("a", Err(&ProviderError::OutOfCredit { provider, reason: reason() }));
        }
        breakers.record("a", Err(&ProviderError::TimedOut { provider, reason: reason() }));
        assert!(matches!(breakers.health("a"), Health::Open(_)));
    }
}
