use admint_domain::{GenerationChange, GenerationStatus, Stage};
use chrono::Utc;

use super::*;

both_databases!(what_is_under_way_and_what_ended_is_told, somebody_elses_are_not_told, a_deletion_is_told);

async fn standings(store: &Store, user: UserId, also: &[GenerationId]) -> Vec<GenerationChange> {
    store.standings(user, also).await.unwrap()
}

async fn what_is_under_way_and_what_ended_is_told(store: Store) {
    let (ann, running, lease) = at_work(&store).await;
    let waiting = generation(&store, ann).await;
    store.record_progress(&lease, Stage::Scenes).await.unwrap();
    let told = standings(&store, ann, &[]).await;
    let briefly = |told: &[GenerationChange]| {
        told.iter().map(|one| (one.id, one.status, one.progress)).collect::<Vec<_>>()
    };
    assert_eq!(
        briefly(&told),
        [(running, GenerationStatus::Running, 20), (waiting, GenerationStatus::Queued, 0)]
    );
    store.fail(&lease, "Broken.", false).await.unwrap();
    let told = standings(&store, ann, &[running]).await;
    assert_eq!(told.len(), 2, "each of them once: {told:?}");
    assert_eq!((told[0].status, told[0].error.as_deref()), (GenerationStatus::Failed, Some("Broken.")));
}

async fn somebody_elses_are_not_told(store: Store) {
    let (_, id, _) = at_work(&store).await;
    let eve = user(&store, "eve").await;
    assert_eq!(standings(&store, eve, &[id]).await, []);
}

async fn a_deletion_is_told(store: Store) {
    let ann = user(&store, "ann").await;
    let id = generation(&store, ann).await;
    let mut news = store.news_of_all(ann);
    store.hide_generation(Utc::now(), ann, id).await.unwrap();
    assert_eq!(news.wait().await, Some(id));
    assert!(standings(&store, ann, &[id]).await[0].deleted);
    store.restore_generation(ann, id).await.unwrap();
    assert_eq!(news.wait().await, Some(id));
    assert!(!standings(&store, ann, &[id]).await[0].deleted);
}
