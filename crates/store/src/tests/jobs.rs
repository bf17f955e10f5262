use std::collections::HashSet;

use admint_domain::{AttemptOutcome, GenerationStatus, Price, Stage};

use super::*;
use crate::{CancelOutcome, Completed, Heartbeat, LedgerEntry, StoreError, connection::later, rows::now};

both_databases!(
    jobs_are_claimed_in_turn,
    many_workers_get_each_job_once,
    a_silent_workers_job_goes_to_another,
    a_lost_lease_writes_nothing,
    a_lease_that_ran_out_unclaimed_is_renewed,
    a_job_that_kills_its_workers_is_given_up,
    a_job_is_taken_over_from_who_vanished_and_from_nobody_else,
    a_job_handed_back_goes_on,
    a_queued_job_is_cancelled_at_once,
    a_running_jobs_worker_hears_of_the_cancel,
    a_job_whose_worker_vanished_is_cancelled_at_once,
);

async fn status(store: &Store, lease: &Lease) -> GenerationStatus {
    store.generation_view(lease.user, lease.generation).await.unwrap().unwrap().status
}

async fn jobs_are_claimed_in_turn(store: Store) {
    let ann = user(&store, "ann").await;
    let ids = [generation(&store, ann).await, generation(&store, ann).await];
    for id in ids {
        let lease = claim(&store).await;
        assert_eq!((lease.generation, lease.user, lease.attempt), (id, ann, 1));
        assert_eq!(status(&store, &lease).await, GenerationStatus::Running);
    }
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None);
}

async fn many_workers_get_each_job_once(store: Store) {
    store.set_jobs_per_user(40).await.unwrap();
    let users = [user(&store, "ann").await, user(&store, "ben").await];
    let mut jobs = HashSet::new();
    for _ in 0..20 {
        for user in users {
            jobs.insert(generation(&store, user).await);
        }
    }
    let workers: Vec<_> = (0..20)
        .map(|worker| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(lease) = store.claim_job(&format!("worker {worker}"), LEASE).await.unwrap() {
                    taken.push(lease.generation);
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await.unwrap());
    }
    assert_eq!(taken.len(), 40, "none twice");
    assert_eq!(taken.into_iter().collect::<HashSet<_>>(), jobs, "none forgotten");
}

async fn a_silent_workers_job_goes_to_another(store: Store) {
    let (_, id, first) = at_work(&store).await;
    store.save_spec(&first, &spec()).await.unwrap();
    assert_eq!(store.claim_job("second", LEASE).await.unwrap(), None, "the lease still holds");

    let second = store.claim_job_at(later(now(), HOUR), "second", LEASE).await.unwrap().unwrap();
    assert_eq!((second.generation, second.attempt), (id, 2));
    assert!(second.fence > first.fence);
    assert_eq!(store.generation_work(&second).await.unwrap().spec, Some(spec()), "saved stages stay");
    assert_eq!(store.heartbeat(&first, LEASE).await.unwrap(), Heartbeat::Lost);
    assert_eq!(store.heartbeat(&second, LEASE).await.unwrap(), Heartbeat::Held);
}

async fn a_lost_lease_writes_nothing(store: Store) {
    let (ann, id, lost) = at_work(&store).await;
    let scenes = store.save_plan(&lost, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let entry =
        || LedgerEntry { scene: None, provider: "p".into(), operation: "o".into(), price: Price::Unknown };
    let booked = store.reserve(&lost, entry()).await.unwrap().id;
    let held = store.claim_job_at(later(now(), HOUR), "second", LEASE).await.unwrap().unwrap();
    let before = store.generation_work(&held).await.unwrap();
    let events = store.events_after(ann, id, 0).await.unwrap();

    #[track_caller]
    fn check<T: std::fmt::Debug>(result: Result<T, StoreError>) {
        assert!(matches!(result, Err(StoreError::LeaseLost)), "{result:?}");
    }
    check(store.generation_work(&lost).await);
    check(store.save_spec(&lost, &spec()).await);
    check(store.save_plan(&lost, &plan(&["a", "b", "c"])).await);
    check(store.save_operation(&lost, scenes[0], &serde_json::json!({"id": 1})).await);
    check(store.add_asset(&lost, file(AssetKind::Video, "v.mp4")).await);
    check(store.save_timeline(&lost, &timeline(1)).await);
    check(store.record_progress(&lost, Stage::Audio).await);
    check(store.reserve(&lost, entry()).await);
    check(store.settle(&lost, booked, Price::Unknown).await);
    check(store.complete(&lost, Completed { duration: Frames(1), left_out: Vec::new() }).await);
    check(store.fail(&lost, "late", true).await);
    check(store.cancelled(&lost).await);
    check(store.release(&lost).await);

    assert_eq!(store.generation_work(&held).await.unwrap(), before);
    assert_eq!(store.events_after(ann, id, 0).await.unwrap(), events);
    assert_eq!(store.profile(ann).await.unwrap().unwrap().total_generations, 0);
}

async fn a_lease_that_ran_out_unclaimed_is_renewed(store: Store) {
    let ann = user(&store, "ann").await;
    generation(&store, ann).await;
    let lease = store.claim_job("test", Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(store.heartbeat(&lease, LEASE * 3).await.unwrap(), Heartbeat::Held);
    assert_eq!(store.claim_job_at(later(now(), LEASE), "second", LEASE).await.unwrap(), None);
}

async fn a_job_that_kills_its_workers_is_given_up(store: Store) {
    let (_, _, first) = at_work(&store).await;
    let mut at = now();
    for attempt in 2..=5 {
        at = later(at, HOUR);
        let lease = store.claim_job_at(at, "next", LEASE).await.unwrap().unwrap();
        assert_eq!(lease.attempt, attempt);
    }
    assert_eq!(store.claim_job_at(later(at, HOUR), "next", LEASE).await.unwrap(), None);
    let view = store.generation_view(first.user, first.generation).await.unwrap().unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    assert!(view.error.is_some());
}

async fn a_job_is_taken_over_from_who_vanished_and_from_nobody_else(store: Store) {
    let (_, id, first) = at_work(&store).await;
    let second = store.take_over(&first, "second", LEASE).await.unwrap().expect("it runs under that lease");
    assert_eq!((second.generation, second.attempt), (id, 2));
    assert!(second.fence > first.fence);
    assert_eq!(store.heartbeat(&first, LEASE).await.unwrap(), Heartbeat::Lost);
    assert_eq!(store.take_over(&first, "third", LEASE).await.unwrap(), None, "the second has it");

    let mut last = second;
    for attempt in 3..=5 {
        last = store.take_over(&last, "next", LEASE).await.unwrap().expect("attempts are left");
        assert_eq!(last.attempt, attempt);
    }
    assert_eq!(store.take_over(&last, "sixth", LEASE).await.unwrap(), None);
    assert_eq!(status(&store, &last).await, GenerationStatus::Failed);
    let view = store.queue_of(last.user).await.unwrap().items.remove(0);
    assert_eq!(view.attempts.len(), 5);
    assert!(view.error.unwrap().contains("several times"));
    assert!(view.attempts.iter().all(|attempt| attempt.outcome == Some(AttemptOutcome::Vanished)));
}

async fn a_job_handed_back_goes_on(store: Store) {
    let (_, id, first) = at_work(&store).await;
    store.record_progress(&first, Stage::Scenes).await.unwrap();
    store.release(&first).await.unwrap();
    let view = store.generation_view(first.user, id).await.unwrap().unwrap();
    assert_eq!((view.status, view.progress), (GenerationStatus::Queued, 20));

    let second = claim(&store).await;
    assert_eq!((second.generation, second.attempt), (id, 1), "no attempt was wasted");
    assert!(second.fence > first.fence);

    store.request_cancel(second.user, id).await.unwrap();
    store.release(&second).await.unwrap();
    assert_eq!(status(&store, &second).await, GenerationStatus::Cancelled);
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None);
}

async fn a_queued_job_is_cancelled_at_once(store: Store) {
    let ann = user(&store, "ann").await;
    let id = generation(&store, ann).await;
    assert_eq!(store.request_cancel(ann, id).await.unwrap(), CancelOutcome::CancelledNow);
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None);
    assert_eq!(store.request_cancel(ann, id).await.unwrap(), CancelOutcome::AlreadyEnded);
    let events = store.events_after(ann, id, 0).await.unwrap().unwrap();
    assert_eq!(events.last().unwrap().status, GenerationStatus::Cancelled);
}

async fn a_running_jobs_worker_hears_of_the_cancel(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert_eq!(store.request_cancel(ann, id).await.unwrap(), CancelOutcome::Requested);
    assert_eq!(status(&store, &lease).await, GenerationStatus::Running);
    assert_eq!(store.heartbeat(&lease, LEASE).await.unwrap(), Heartbeat::CancelRequested);
    store.cancelled(&lease).await.unwrap();
    store.cancelled(&lease).await.unwrap();
    assert_eq!(status(&store, &lease).await, GenerationStatus::Cancelled);
    assert_eq!(store.heartbeat(&lease, LEASE).await.unwrap(), Heartbeat::Lost);
}

async fn a_job_whose_worker_vanished_is_cancelled_at_once(store: Store) {
    let ann = user(&store, "ann").await;
    let id = generation(&store, ann).await;
    let lease = store.claim_job("test", Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(store.request_cancel(ann, id).await.unwrap(), CancelOutcome::CancelledNow);
    assert!(matches!(store.save_spec(&lease, &spec()).await, Err(StoreError::LeaseLost)));
}
