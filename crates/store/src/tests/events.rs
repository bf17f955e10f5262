use admint_domain::{GenerationStatus::*, Stage};

use super::*;
use crate::Completed;

both_databases!(a_story_is_told_in_order_and_again, followers_and_workers_are_woken);

async fn a_story_is_told_in_order_and_again(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    let clips = |percent| Stage::Clips { done: 0, total: 3, percent };
    for stage in [Stage::Plan, Stage::Plan, Stage::Scenes, clips(0), clips(1), clips(50), Stage::Plan] {
        store.record_progress(&lease, stage).await.unwrap();
    }
    store.complete(&lease, Completed { duration: Frames(1), left_out: Vec::new() }).await.unwrap();

    let events = store.events_after(ann, id, 0).await.unwrap().unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.status, event.progress)).collect();
    assert_eq!(
        told,
        [
            (Queued, 0),
            (Running, 0),
            (Running, 10),
            (Running, 20),
            (Running, 30),
            // 1 % of the clips is less than a whole percent of the ad: no news.
            (Running, 50),
            // The step is news, but progress never falls.
            (Running, 50),
            (Completed, 100),
        ]
    );
    assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq && pair[0].at <= pair[1].at));

    let middle = events[3].seq;
    assert_eq!(store.events_after(ann, id, middle).await.unwrap().unwrap(), events[4..]);
    let last = events.last().unwrap().seq;
    assert_eq!(store.events_after(ann, id, last).await.unwrap(), Some(Vec::new()));
}

async fn followers_and_workers_are_woken(store: Store) {
    let ann = user(&store, "ann").await;
    let mut notices = store.subscribe();
    let id = generation(&store, ann).await;
    assert_eq!(notices.recv().await.unwrap().generation, id);
    store.job_added().await;

    let lease = claim(&store).await;
    assert_eq!(notices.recv().await.unwrap().generation, id);
    store.record_progress(&lease, Stage::Plan).await.unwrap();
    assert_eq!(notices.recv().await.unwrap().generation, id);
    store.fail(&lease, "Broken.", false).await.unwrap();
    assert_eq!(notices.recv().await.unwrap().generation, id);
    let events = store.events_after(ann, id, 0).await.unwrap().unwrap();
    assert_eq!(events.last().unwrap().error.as_deref(), Some("Broken."));
}
