//! The queue played forward: who is served when, if nobody comes or goes. The rules are those of the
//! claim in [`crate::jobs`], and a test holds the two together.

use std::{cmp::Reverse, collections::HashMap};

use uuid::Uuid;

/// A job under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InHand {
    pub job: Uuid,
    pub user: Uuid,
    /// Seconds to its end, if that can be told.
    pub left: Option<f64>,
}

/// A job in the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub job: Uuid,
    pub user: Uuid,
    pub priority: i32,
    pub position: i64,
    /// Seconds until it may be taken up.
    pub not_before: f64,
    /// Seconds of work, if that can be told.
    pub work: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forecast {
    /// From 1, among all that wait; 0 for one under way.
    pub position: u32,
    pub ready_in_seconds: Option<f64>,
}

/// What an unknown length counts as: only the order matters then, and is right if all are alike.
const SOME: f64 = 60.0;

/// `turns` as the database has them: the user with the lowest was served longest ago. As many jobs run
/// at a time as run now, and one at least.
pub(crate) fn forecast(
    in_hand: &[InHand],
    mut waiting: Vec<Waiting>,
    mut turns: HashMap<Uuid, i64>,
    per_user: u32,
) -> HashMap<Uuid, Forecast> {
    waiting.sort_by_key(|job| (Reverse(job.priority), job.position, job.job));
    let is_known =
        waiting.iter().all(|job| job.work.is_some()) && in_hand.iter().all(|job| job.left.is_some());
    let mut foreseen: HashMap<Uuid, Forecast> =
        in_hand.iter().map(|job| (job.job, Forecast { position: 0, ready_in_seconds: job.left })).collect();
    // Ends of what runs, with whose it is.
    let mut running: Vec<(f64, Uuid)> =
        in_hand.iter().map(|job| (job.left.unwrap_or(SOME), job.user)).collect();
    let workers = running.len().max(1);
    let mut clock = 0.0_f64;
    let mut position = 0;
    while !waiting.is_empty() {
        let runs = |user: Uuid| running.iter().filter(|(_, of)| *of == user).count() as u32;
        let next = if running.len() < workers {
            let first_of_each = waiting
                .iter()
                .enumerate()
                .filter(|(_, job)| job.not_before <= clock && runs(job.user) < per_user.max(1));
            first_of_each
                .min_by_key(|(index, job)| {
                    (Reverse(job.priority), turns.get(&job.user).copied().unwrap_or(0), job.user, *index)
                })
                .map(|(index, _)| index)
        } else {
            None
        };
        if let Some(index) = next {
            let job = waiting.remove(index);
            let last = turns.values().copied().max().unwrap_or(0);
            turns.insert(job.user, last + 1);
            position += 1;
            let end = clock + job.work.unwrap_or(SOME);
            running.push((end, job.user));
            let ready_in_seconds = is_known.then_some(end);
            foreseen.insert(job.job, Forecast { position, ready_in_seconds });
            continue;
        }
        // Nothing can be taken up now: on to the next end, or to the next that may begin.
        let ends = running.iter().map(|(end, _)| *end);
        let begins = waiting.iter().map(|job| job.not_before).filter(|at| *at > clock);
        let Some(next) = ends.chain(begins).min_by(f64::total_cmp) else { break };
        clock = clock.max(next);
        running.retain(|(end, _)| *end > clock);
    }
    foreseen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Uuid {
        Uuid::from_bytes([number; 16])
    }

    fn waiting(job: u8, user: u8, position: i64) -> Waiting {
        Waiting { job: id(job), user: id(user), priority: 0, position, not_before: 0.0, work: Some(10.0) }
    }

    /// Jobs by number, in the order in which they are served.
    #[track_caller]
    fn check(in_hand: &[InHand], jobs: Vec<Waiting>, per_user: u32, order: &[(u8, f64)]) {
        let foreseen = forecast(in_hand, jobs, HashMap::new(), per_user);
        let mut found: Vec<_> = foreseen
            .into_iter()
            .filter(|(_, forecast)| forecast.position > 0)
            .map(|(job, forecast)| {
                (forecast.position, job.as_bytes()[0], forecast.ready_in_seconds.unwrap_or(-1.0))
            })
            .collect();
        found.sort_by_key(|(position, ..)| *position);
        let found: Vec<_> = found.into_iter().map(|(_, job, ready)| (job, ready)).collect();
        assert_eq!(found, order);
    }

    #[test]
    fn users_take_turns_whatever_they_queued_first() {
        let jobs =
            vec![waiting(1, 1, 1), waiting(2, 1, 2), waiting(3, 1, 3), waiting(4, 2, 1), waiting(5, 2, 2)];
        check(&[], jobs, 4, &[(1, 10.0), (4, 20.0), (2, 30.0), (5, 40.0), (3, 50.0)]);
    }

    #[test]
    fn what_is_urgent_goes_first_and_what_must_wait_waits() {
        let urgent = Waiting { priority: 5, ..waiting(2, 1, 9) };
        let later = Waiting { not_before: 100.0, ..waiting(3, 2, 1) };
        check(&[], vec![waiting(1, 1, 1), later, urgent], 4, &[(2, 10.0), (1, 20.0), (3, 110.0)]);
    }

    #[test]
    fn as_many_run_as_run_now_and_no_more_of_one_user_than_may() {
        let in_hand = [
            InHand { job: id(8), user: id(1), left: Some(4.0) },
            InHand { job: id(9), user: id(2), left: Some(6.0) },
        ];
        let jobs = || vec![waiting(1, 1, 1), waiting(2, 1, 2), waiting(3, 1, 3)];
        check(&in_hand, jobs(), 4, &[(1, 14.0), (2, 16.0), (3, 24.0)]);
        check(&in_hand, jobs(), 1, &[(1, 14.0), (2, 24.0), (3, 34.0)]);
    }

    #[test]
    fn without_a_past_there_is_an_order_and_no_time() {
        let unknown = |job| Waiting { work: None, ..waiting(job, 1, i64::from(job)) };
        check(&[], vec![unknown(2), unknown(1)], 4, &[(1, -1.0), (2, -1.0)]);
    }
}
