//! How fast a vendor is asked. Everybody in this process who uses the same account of the same vendor keeps one
//! pace: the vendor counts them together, and what it tells one of them it means for all.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::time::Instant;

/// As long as a vendor is left alone at most, whatever it says: a slip of its own must not stop us for days.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// How many requests are sent at most in any minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per_minute: u32,
    /// So many of them at once, before they are spread over the minute.
    pub burst: u32,
}

/// Which of a vendor's limits a request falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Purchase,
    Other,
}

/// See the module's description.
pub struct Pace {
    state: Mutex<State>,
}

struct State {
    purchases: Option<Bucket>,
    others: Option<Bucket>,
    paused_until: Option<Instant>,
}

/// The requests of one limit. It is full when `refilled` has passed.
struct Bucket {
    /// Between two requests that are spread.
    interval: Duration,
    /// As far ahead of that as a burst may get.
    ahead: Duration,
    refilled: Option<Instant>,
}

impl Pace {
    /// The pace of this account, which is `secret`'s: the same for everybody who asks. Rates are the first one's.
    pub fn of(
        vendor: &str,
        base: &str,
        secret: &str,
        purchases: Option<Rate>,
        others: Option<Rate>,
    ) -> Arc<Self> {
        static PACES: LazyLock<Mutex<HashMap<[u8; 32], Arc<Pace>>>> = LazyLock::new(Mutex::default);
        let mut account = Sha256::new();
        for part in [vendor, base, secret] {
            account.update((part.len() as u64).to_le_bytes());
            account.update(part);
        }
        let mut paces = PACES.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.entry(account.finalize().into());
        pace.or_insert_with(|| Arc::new(Self::new(purchases, others))).clone()
    }

    fn new(purchases: Option<Rate>, others: Option<Rate>) -> Self {
        let [purchases, others] = [purchases, others].map(|rate| rate.map(Bucket::new));
        Self { state: Mutex::new(State { purchases, others, paused_until: None }) }
    }

    /// Waits until a request may be sent. How long that would take, if it is not before the deadline; then it does
    /// not count as sent.
    pub async fn wait(&self, turn: Turn, deadline: Instant) -> Result<(), Duration> {
        let at = self.take(turn, Instant::now(), deadline)?;
        tokio::time::sleep_until(at).await;
        // Meanwhile somebody may have been asked for a pause.
        while let Some(until) = self.pause_left(Instant::now()) {
            if until > deadline {
                return Err(until.duration_since(Instant::now()));
            }
            tokio::time::sleep_until(until).await;
        }
        Ok(())
    }

    /// Nobody asks for so long.
    pub fn pause(&self, after: Duration) {
        let until = Instant::now() + after.min(LONGEST_PAUSE);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.paused_until = state.paused_until.max(Some(until));
    }

    fn pause_left(&self, now: Instant) -> Option<Instant> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.paused_until.filter(|until| *until > now)
    }

    /// When a request of now may be sent.
    fn take(&self, turn: Turn, now: Instant, deadline: Instant) -> Result<Instant, Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = state.paused_until.unwrap_or(now).max(now);
        let bucket = match turn {
            Turn::Purchase => &mut state.purchases,
            Turn::Other => &mut state.others,
        };
        let at = bucket.as_ref().map_or(earliest, |bucket| bucket.next(earliest));
        if at > deadline {
            return Err(at.duration_since(now));
        }
        if let Some(bucket) = bucket {
            bucket.spend(earliest);
        }
        Ok(at)
    }
}

impl Bucket {
    fn new(rate: Rate) -> Self {
        // A burst counts too: what is spread over a minute is the rest.
        let spread = rate.per_minute.saturating_sub(rate.burst).max(1);
        let interval = Duration::from_mins(1) / spread;
        Self { interval, ahead: interval * rate.burst.saturating_sub(1), refilled: None }
    }

    fn next(&self, now: Instant) -> Instant {
        let at = self.refilled.and_then(|refilled| refilled.checked_sub(self.ahead));
        at.unwrap_or(now).max(now)
    }

    fn spend(&mut self, now: Instant) {
        self.refilled = Some(self.refilled.unwrap_or(now).max(now) + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: Duration = Duration::from_secs(1 << 20);

    /// When each of `count` requests of the same moment is sent, in milliseconds after it.
    fn sent(pace: &Pace, turn: Turn, count: usize, now: Instant) -> Vec<u128> {
        let at = |_| pace.take(turn, now, now + FAR).unwrap().duration_since(now).as_millis();
        (0..count).map(at).collect()
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_is_spread_over_the_minute() {
        let now = Instant::now();
        let rate = Rate { per_minute: 9, burst: 3 };
        let pace = Pace::new(Some(rate), None);
        assert_eq!(sent(&pace, Turn::Purchase, 5, now), [0, 0, 0, 10_000, 20_000]);
        assert_eq!(sent(&pace, Turn::Other, 3, now), [0, 0, 0], "no limit was told for these");
        // In no minute there are more than the vendor takes.
        let pace = Pace::new(Some(rate), None);
        let sent = sent(&pace, Turn::Purchase, 100, now);
        for from in &sent {
            let minute = sent.iter().filter(|at| *at >= from && **at < from + 60_000).count();
            assert!(minute <= 9, "{minute} in the minute from {from} ms");
        }
    }

    #[test]
    fn who_rests_may_burst_again() {
        let now = Instant::now();
        let pace = Pace::new(Some(Rate { per_minute: 9, burst: 3 }), None);
        sent(&pace, Turn::Purchase, 5, now);
        assert_eq!(sent(&pace, Turn::Purchase, 3, now + Duration::from_mins(5)), [0, 0, 0]);
    }

    #[test]
    fn what_would_be_too_late_is_refused_and_takes_no_ones_turn() {
        let now = Instant::now();
        let pace = Pace::new(Some(Rate { per_minute: 2, burst: 1 }), None);
        assert_eq!(sent(&pace, Turn::Purchase, 1, now), [0]);
        for _ in 0..3 {
            let late = pace.take(Turn::Purchase, now, now + Duration::from_secs(1));
            assert_eq!(late, Err(Duration::from_mins(1)));
        }
        assert_eq!(sent(&pace, Turn::Purchase, 1, now), [60_000]);
    }

    #[test]
    fn a_pause_is_everybodys_and_has_an_end() {
        let ours = Pace::of("a vendor", "https://x", "k-1", None, None);
        let same = Pace::of("a vendor", "https://x", "k-1", None, None);
        let other = Pace::of("a vendor", "https://x", "k-2", None, None);
        ours.pause(Duration::from_secs(60));
        let now = Instant::now();
        let soon = now + Duration::from_secs(1);
        assert!(same.take(Turn::Other, now, soon).is_err() && other.take(Turn::Other, now, soon).is_ok());
        ours.pause(Duration::from_secs(1 << 40));
        assert!(same.take(Turn::Other, now, now + Duration::from_mins(16)).is_ok());
    }
}
