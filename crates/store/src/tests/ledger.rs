use admint_domain::{Price, Usd};

use super::*;
use crate::{CancelOutcome, Completed, LedgerEntry};

both_databases!(
    what_costs_nothing_is_known_to,
    an_unknown_price_stays_unknown_until_it_is_settled,
    the_same_operation_is_reserved_once,
    a_completion_counts_once,
    a_completion_settles_what_a_crash_left_open,
    failure_and_cancel_book_what_was_spent,
);

fn entry(operation: &str, price: Price) -> LedgerEntry {
    LedgerEntry { scene: None, provider: "studio".into(), operation: operation.into(), price }
}

fn dollars(micros: i64) -> Price {
    Price::Known(Usd::from_micros(micros))
}

async fn cost(store: &Store, user: UserId, id: GenerationId) -> Option<i64> {
    store.generation_view(user, id).await.unwrap().unwrap().cost_usd.map(Usd::micros)
}

async fn total(store: &Store, user: UserId) -> (u32, i64) {
    let profile = store.profile(user).await.unwrap().unwrap();
    (profile.total_generations, profile.total_cost_usd.micros())
}

async fn what_costs_nothing_is_known_to(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert_eq!(cost(&store, ann, id).await, Some(0));
    let free = store.reserve(&lease, entry("scene 1", dollars(0))).await.unwrap().id;
    store.settle(&lease, free, dollars(0)).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, Some(0));
}

async fn an_unknown_price_stays_unknown_until_it_is_settled(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    let known = store.reserve(&lease, entry("scene 1", dollars(500_000))).await.unwrap().id;
    assert_eq!(cost(&store, ann, id).await, Some(0), "reserved is not spent");
    store.settle(&lease, known, dollars(400_000)).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, Some(400_000));

    let unknown = store.reserve(&lease, entry("scene 2", Price::Unknown)).await.unwrap().id;
    assert_eq!(cost(&store, ann, id).await, None);
    store.settle(&lease, unknown, dollars(12_500)).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, Some(412_500));
    store.settle(&lease, unknown, dollars(99)).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, Some(412_500), "the first bill counts");

    let never = store.reserve(&lease, entry("scene 3", Price::Unknown)).await.unwrap().id;
    store.settle(&lease, never, Price::Unknown).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, None);
    store.complete(&lease, Completed { duration: Frames(1), left_out: Vec::new() }).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, None);
    assert_eq!(total(&store, ann).await, (1, 412_500), "what is known was spent");
}

async fn the_same_operation_is_reserved_once(store: Store) {
    let (_, _, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let of = |scene| LedgerEntry { scene: Some(scene), ..entry("scene", dollars(1)) };
    let reserved = store.reserve(&lease, of(scenes[0])).await.unwrap();
    assert_eq!(reserved.open_since, None);
    let first = reserved.id;
    let again = store.reserve(&lease, of(scenes[0])).await.unwrap();
    assert!(again.open_since.is_some(), "it may have been bought since");
    assert_eq!(store.reserve(&lease, of(scenes[0])).await.unwrap().id, first);
    assert_ne!(store.reserve(&lease, of(scenes[1])).await.unwrap().id, first);
    store.settle(&lease, first, dollars(1)).await.unwrap();
    assert_ne!(store.reserve(&lease, of(scenes[0])).await.unwrap().id, first, "bought again");
}

async fn a_completion_counts_once(store: Store) {
    let (ann, _, lease) = at_work(&store).await;
    let paid = store.reserve(&lease, entry("scene 1", dollars(250_000))).await.unwrap().id;
    store.settle(&lease, paid, dollars(250_000)).await.unwrap();
    let completions = (0..4).map(|_| {
        let (store, lease) = (store.clone(), lease.clone());
        tokio::spawn(async move {
            store.complete(&lease, Completed { duration: Frames(1), left_out: Vec::new() }).await
        })
    });
    for completion in completions.collect::<Vec<_>>() {
        completion.await.unwrap().unwrap();
    }
    assert_eq!(total(&store, ann).await, (1, 250_000));
    assert!(store.fail(&lease, "too late", false).await.is_err());
    assert_eq!(store.request_cancel(ann, lease.generation).await.unwrap(), CancelOutcome::AlreadyEnded);
    assert_eq!(total(&store, ann).await, (1, 250_000));
}

async fn a_completion_settles_what_a_crash_left_open(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    store.reserve(&lease, entry("scene 1", dollars(70_000))).await.unwrap();
    let settled = store.reserve(&lease, entry("scene 2", dollars(70_000))).await.unwrap().id;
    store.settle(&lease, settled, dollars(60_000)).await.unwrap();
    store.complete(&lease, Completed { duration: Frames(1), left_out: Vec::new() }).await.unwrap();
    assert_eq!(cost(&store, ann, id).await, Some(130_000));
    assert_eq!(total(&store, ann).await, (1, 130_000));
}

async fn failure_and_cancel_book_what_was_spent(store: Store) {
    let ann = user(&store, "ann").await;
    for _ in 0..3 {
        generation(&store, ann).await;
    }
    let leases = [claim(&store).await, claim(&store).await, claim(&store).await];
    for lease in &leases {
        let paid = store.reserve(lease, entry("scene 1", dollars(1_000))).await.unwrap().id;
        store.settle(lease, paid, dollars(1_000)).await.unwrap();
        store.reserve(lease, entry("scene 2", dollars(7))).await.unwrap();
    }
    store.fail(&leases[0], "Broken.", false).await.unwrap();
    store.fail(&leases[0], "Broken.", false).await.unwrap();
    assert_eq!(total(&store, ann).await, (0, 1_000));
    // What was under way then may still be billed.
    store.cancelled(&leases[1]).await.unwrap();
    assert_eq!(total(&store, ann).await, (0, 2_007));
    // Deleted under way: the money is gone all the same.
    store.delete_generation(ann, leases[2].generation).await.unwrap().unwrap();
    assert_eq!(total(&store, ann).await, (0, 3_014));
    // Deleted after its end: nothing is booked a second time, and nobody tries the second scene again.
    store.delete_generation(ann, leases[0].generation).await.unwrap().unwrap();
    assert_eq!(total(&store, ann).await, (0, 3_021));
}
