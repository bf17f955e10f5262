use admint_domain::{AttemptOutcome, GenerationStatus, Price, QueueItem, QueueMove, Usd};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::*;
use crate::{Completed, LedgerEntry, RetryOutcome, connection::later, entity::job_attempt, rows::now};

both_databases!(
    users_take_turns,
    no_user_has_more_at_work_than_may,
    not_even_when_many_workers_ask_at_once,
    the_most_urgent_job_goes_first,
    the_forecast_is_what_happens,
    an_ad_and_its_newest_event_tell_when_it_is_ready,
    ones_own_jobs_can_be_put_in_order,
    a_paused_queue_hands_nothing_out,
    a_passing_failure_is_tried_again_later,
    a_dead_job_is_retried_with_all_that_it_has,
    nothing_is_booked_twice_however_often_it_ends,
    a_clock_set_back_stops_nobody,
    the_queue_is_its_users_own,
);

async fn fill(store: &Store, jobs: &[(UserId, usize)]) -> Vec<GenerationId> {
    let mut ids = Vec::new();
    for &(user, count) in jobs {
        for _ in 0..count {
            ids.push(generation(store, user).await);
        }
    }
    ids
}

fn finished() -> Completed {
    Completed { duration: Frames(288), left_out: Vec::new() }
}

async fn item(store: &Store, user: UserId, id: GenerationId) -> QueueItem {
    let queue = store.queue_of(user).await.unwrap();
    queue.items.into_iter().find(|item| item.id == id).expect("it is in the queue")
}

/// Puts the beginning of the attempt so many seconds back.
async fn took_it_up(store: &Store, lease: &Lease, seconds: i64) {
    let transaction = store.begin().await.unwrap();
    job_attempt::Entity::update_many()
        .col_expr(job_attempt::Column::StartedAt, Expr::value(now() - chrono::TimeDelta::seconds(seconds)))
        .filter(job_attempt::Column::JobId.eq(lease.job.uuid()))
        .filter(job_attempt::Column::Fence.eq(lease.fence))
        .exec(&transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

async fn users_take_turns(store: Store) {
    let (ann, ben, eve) = (user(&store, "ann").await, user(&store, "ben").await, user(&store, "eve").await);
    fill(&store, &[(ann, 4), (ben, 2), (eve, 1)]).await;
    let mut served = Vec::new();
    while let Some(lease) = store.claim_job("test", LEASE).await.unwrap() {
        served.push(lease.user);
    }
    let mut first: Vec<UserId> = served[..3].to_vec();
    first.sort();
    let mut all = [ann, ben, eve];
    all.sort();
    assert_eq!(first, all, "everybody once before anybody twice");
    assert_eq!(served[3..].iter().filter(|user| **user == ben).count(), 1);
    assert_eq!(served.last(), Some(&ann));
}

async fn no_user_has_more_at_work_than_may(store: Store) {
    store.set_jobs_per_user(2).await.unwrap();
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    fill(&store, &[(ann, 3), (ben, 1)]).await;
    let leases = [claim(&store).await, claim(&store).await, claim(&store).await];
    assert_eq!(leases.iter().filter(|lease| lease.user == ann).count(), 2);
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None, "ann has two at work");
    let anns = leases.iter().find(|lease| lease.user == ann).unwrap();
    store.complete(anns, finished()).await.unwrap();
    assert_eq!(claim(&store).await.user, ann);
}

async fn not_even_when_many_workers_ask_at_once(store: Store) {
    store.set_jobs_per_user(2).await.unwrap();
    let ann = user(&store, "ann").await;
    fill(&store, &[(ann, 18)]).await;
    for round in 0..6 {
        let asking = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.claim_job("test", LEASE).await.unwrap() })
        });
        let mut leases = Vec::new();
        for asked in asking.collect::<Vec<_>>() {
            leases.extend(asked.await.unwrap());
        }
        assert_eq!(leases.len(), 2, "round {round}");
        for lease in &leases {
            store.complete(lease, finished()).await.unwrap();
        }
    }
}

async fn the_most_urgent_job_goes_first(store: Store) {
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    let ids = fill(&store, &[(ann, 2), (ben, 2)]).await;
    assert!(store.set_priority(ids[3], 5).await.unwrap());
    assert!(store.set_priority(ids[1], 9).await.unwrap());
    let first = [claim(&store).await.generation, claim(&store).await.generation];
    assert_eq!(first, [ids[1], ids[3]]);
}

async fn the_forecast_is_what_happens(store: Store) {
    let (ann, ben, eve) = (user(&store, "ann").await, user(&store, "ben").await, user(&store, "eve").await);
    // One that is finished says how long one takes: 24 s, whoever worked on it.
    generation(&store, eve).await;
    for seconds in [20, 4] {
        let lease = claim(&store).await;
        took_it_up(&store, &lease, seconds).await;
        if seconds == 20 {
            store.release(&lease).await.unwrap();
        } else {
            store.complete(&lease, finished()).await.unwrap();
        }
    }
    fill(&store, &[(ann, 3), (ben, 3), (eve, 2)]).await;

    let mut foreseen = Vec::new();
    for user in [ann, ben, eve] {
        let queue = store.queue_of(user).await.unwrap();
        assert_eq!((queue.waiting, queue.paused), (8, false));
        foreseen.extend(queue.items.into_iter().filter_map(|item| Some((item.position?, item))));
    }
    foreseen.sort_by_key(|(position, _)| *position);
    assert!((1..=8).eq(foreseen.iter().map(|(position, _)| *position)), "each place once");
    for (position, item) in foreseen {
        let (foreseen, expected) = (item.ready_in_seconds.unwrap(), 24.0 * f64::from(position));
        assert!((foreseen / expected - 1.0).abs() < 0.1, "{foreseen} s for {expected} s");
        let lease = claim(&store).await;
        assert_eq!(lease.generation, item.id, "place {position}");
        store.complete(&lease, finished()).await.unwrap();
    }
}

async fn an_ad_and_its_newest_event_tell_when_it_is_ready(store: Store) {
    let ann = user(&store, "ann").await;
    let ready = async |id| {
        let seen = store.generation_view(ann, id).await.unwrap().unwrap().ready_in_seconds;
        let mut events = store.events_after(ann, id, 0).await.unwrap().unwrap();
        let newest = events.pop().unwrap().ready_in_seconds;
        assert!(events.iter().all(|event| event.ready_in_seconds.is_none()), "what was is not foretold");
        assert_eq!(seen.is_some(), newest.is_some());
        seen
    };
    let first = generation(&store, ann).await;
    assert_eq!(ready(first).await, None, "nobody knows yet how long one takes");
    let lease = claim(&store).await;
    took_it_up(&store, &lease, 24).await;
    assert_eq!(ready(first).await, None);
    store.complete(&lease, finished()).await.unwrap();
    assert_eq!(ready(first).await, None, "it is");

    let [running, waiting] = fill(&store, &[(ann, 2)]).await[..] else { panic!() };
    let lease = claim(&store).await;
    took_it_up(&store, &lease, 6).await;
    for (id, expected) in [(running, 18.0), (waiting, 42.0)] {
        let found = ready(id).await.unwrap();
        assert!((found / expected - 1.0).abs() < 0.1, "{found} s for {expected} s");
    }
    store.pause_queue().await.unwrap();
    assert_eq!(ready(waiting).await, None, "nobody knows when the queue goes on");
    assert!(ready(running).await.is_some());
    store.request_cancel(ann, waiting).await.unwrap();
    assert_eq!(ready(waiting).await, None);
}

async fn ones_own_jobs_can_be_put_in_order(store: Store) {
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    let ids = fill(&store, &[(ann, 3)]).await;
    let bens = generation(&store, ben).await;
    assert!(store.move_in_queue(ann, ids[2], QueueMove::First).await.unwrap());
    assert!(store.move_in_queue(ann, ids[0], QueueMove::Later).await.unwrap());
    assert!(store.move_in_queue(ann, ids[0], QueueMove::Last).await.unwrap());
    assert!(!store.move_in_queue(ann, bens, QueueMove::First).await.unwrap(), "another user's");
    let order = |items: Vec<QueueItem>| items.into_iter().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(order(store.queue_of(ann).await.unwrap().items), [ids[2], ids[1], ids[0]]);
    assert!(store.move_in_queue(ann, ids[0], QueueMove::Earlier).await.unwrap());

    let mut served = Vec::new();
    while let Some(lease) = store.claim_job("test", LEASE).await.unwrap() {
        served.push(lease.generation);
    }
    served.retain(|id| *id != bens);
    assert_eq!(served, [ids[2], ids[0], ids[1]]);
    assert!(!store.move_in_queue(ann, ids[0], QueueMove::First).await.unwrap(), "it runs");
}

async fn a_paused_queue_hands_nothing_out(store: Store) {
    let ann = user(&store, "ann").await;
    generation(&store, ann).await;
    store.pause_queue().await.unwrap();
    assert!(store.queue_of(ann).await.unwrap().paused);
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None);
    store.resume_queue().await.unwrap();
    claim(&store).await;
}

async fn a_passing_failure_is_tried_again_later(store: Store) {
    let (ann, id, mut lease) = at_work(&store).await;
    let mut at = now();
    for attempt in 1..=4 {
        store.fail(&lease, "The encoder was killed.", true).await.unwrap();
        store.fail(&lease, "The encoder was killed.", true).await.unwrap();
        let item = item(&store, ann, id).await;
        assert_eq!(
            (item.status, item.error.as_deref()),
            (GenerationStatus::Queued, Some("The encoder was killed."))
        );
        assert!(item.retry_at.is_some_and(|at| at > now()), "{item:?}");
        assert_eq!(item.attempts.len(), attempt);
        assert_eq!(item.attempts[attempt - 1].outcome, Some(AttemptOutcome::Again));
        assert_eq!(
            store.claim_job_at(later(now(), Duration::from_secs(1)), "early", LEASE).await.unwrap(),
            None
        );
        at = later(at, Duration::from_secs(720));
        lease = store.claim_job_at(at, "test", LEASE).await.unwrap().unwrap();
        assert_eq!(lease.attempt as usize, attempt + 1);
    }
    store.fail(&lease, "The encoder was killed.", true).await.unwrap();
    let item = item(&store, ann, id).await;
    assert_eq!((item.status, item.position), (GenerationStatus::Failed, None));
    assert_eq!(item.attempts.last().unwrap().outcome, Some(AttemptOutcome::Failed));
    assert_eq!(store.claim_job_at(later(at, HOUR), "test", LEASE).await.unwrap(), None, "dead");
}

async fn a_dead_job_is_retried_with_all_that_it_has(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::NotDead);
    store.save_spec(&lease, &spec()).await.unwrap();
    store.fail(&lease, "The disk is full.", true).await.unwrap();
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::NotDead, "it waits by itself");
    let at = later(now(), HOUR);
    let lease = store.claim_job_at(at, "test", LEASE).await.unwrap().unwrap();
    store.fail(&lease, "The disk is full.", false).await.unwrap();

    let ben = user(&store, "ben").await;
    assert_eq!(store.retry(ben, id).await.unwrap(), RetryOutcome::NotFound);
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::Queued);
    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!((view.status, view.error), (GenerationStatus::Queued, None));
    let again = claim(&store).await;
    assert_eq!((again.generation, again.attempt), (id, 1), "all attempts anew");
    assert!(again.fence > lease.fence);
    assert_eq!(store.generation_work(&again).await.unwrap().spec, Some(spec()));

    store.request_cancel(ann, id).await.unwrap();
    store.cancelled(&again).await.unwrap();
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::Queued, "a cancelled one too");
    let lease = claim(&store).await;
    assert_eq!(
        store.heartbeat(&lease, LEASE).await.unwrap(),
        crate::Heartbeat::Held,
        "not cancelled any more"
    );
}

async fn nothing_is_booked_twice_however_often_it_ends(store: Store) {
    let (ann, id, mut lease) = at_work(&store).await;
    for spent in 1..=3 {
        let price = Price::Known(Usd::from_micros(1_000));
        let entry = LedgerEntry { scene: None, provider: "p".into(), operation: "o".into(), price };
        let booked = store.reserve(&lease, entry).await.unwrap().id;
        store.settle(&lease, booked, price).await.unwrap();
        store.fail(&lease, "Broken.", false).await.unwrap();
        let profile = store.profile(ann).await.unwrap().unwrap();
        assert_eq!((profile.total_cost_usd, profile.total_generations), (Usd::from_micros(spent * 1_000), 0));
        store.retry(ann, id).await.unwrap();
        lease = claim(&store).await;
    }
    store.complete(&lease, finished()).await.unwrap();
    let profile = store.profile(ann).await.unwrap().unwrap();
    assert_eq!((profile.total_cost_usd, profile.total_generations), (Usd::from_micros(3_000), 1));
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::NotDead, "done is done");
}

/// What was queued, put off or leased an hour ahead of the clock, as after it was set back by one.
async fn a_clock_set_back_stops_nobody(store: Store) {
    let ann = user(&store, "ann").await;
    fill(&store, &[(ann, 2)]).await;
    let before = later(now(), HOUR);
    let held = store.claim_job_at(before, "gone", LEASE).await.unwrap().unwrap();
    let now = now();
    let first = store.claim_job_at(now, "test", LEASE).await.unwrap().unwrap();
    assert_eq!(first.generation, held.generation, "its worker is behind no clock");
    let second = store.claim_job_at(now, "test", LEASE).await.unwrap().unwrap();
    assert_ne!(second.generation, held.generation);
    let past = now - chrono::TimeDelta::hours(1);
    let third = generation(&store, ann).await;
    // Queued in what is now the future, by an hour.
    store.complete(&second, finished()).await.unwrap();
    let lease = store.claim_job_at(past, "test", LEASE).await.unwrap().unwrap();
    assert!([third, first.generation].contains(&lease.generation));
}

async fn the_queue_is_its_users_own(store: Store) {
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    let anns = generation(&store, ann).await;
    generation(&store, ben).await;
    let queue = store.queue_of(ann).await.unwrap();
    assert_eq!(queue.items.iter().map(|item| item.id).collect::<Vec<_>>(), [anns]);
    assert_eq!(queue.waiting, 2, "how many wait is no secret");
    assert_eq!(queue.items[0].ready_in_seconds, None, "nothing was made here yet");
}
