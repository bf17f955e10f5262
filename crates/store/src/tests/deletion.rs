use admint_domain::{GenerationQuery, GenerationStatus, LedgerQuery, StatusFilter};
use chrono::{TimeDelta, Utc};

use super::*;
use crate::{CancelOutcome, Completed, Heartbeat, RetryOutcome};

both_databases!(
    a_deleted_video_is_hidden_from_every_read,
    a_deletion_can_be_undone_for_a_while,
    a_deletion_cancels_what_waits,
    a_deletion_tells_the_worker_to_stop,
    what_is_due_is_removed_once,
    what_was_brought_back_is_not_removed,
    a_deleted_video_still_counts,
    what_was_deleted_together_is_undone_together,
);

async fn finished(store: &Store) -> (UserId, GenerationId) {
    let (ann, id, lease) = at_work(store).await;
    store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    for kind in [AssetKind::Video, AssetKind::Thumbnail, AssetKind::Preview, AssetKind::Card] {
        store.add_asset(&lease, file(kind, kind.as_str())).await.unwrap();
    }
    store.save_timeline(&lease, &timeline(2)).await.unwrap();
    store.complete(&lease, Completed { duration: Frames(288), left_out: Vec::new() }).await.unwrap();
    (ann, id)
}

async fn a_deleted_video_is_hidden_from_every_read(store: Store) {
    let (ann, id) = finished(&store).await;
    let before = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!(before.preview_url, Some(format!("/api/generations/{id}/preview?v=abababababab")));
    assert_eq!(before.card_url, Some(format!("/api/generations/{id}/card?v=abababababab")));
    assert!(store.hide_generation(Utc::now(), ann, id).await.unwrap());

    for query in [
        GenerationQuery::default(),
        GenerationQuery { search: Some("coffee".into()), ..Default::default() },
        GenerationQuery { status: Some(StatusFilter::Completed), ..Default::default() },
    ] {
        let page = store.generations_page(ann, &query).await.unwrap();
        assert_eq!((page.items.len(), page.total), (0, 0), "{query:?}");
    }
    assert_eq!(store.generation_view(ann, id).await.unwrap(), None);
    assert_eq!(store.events_after(ann, id, 0).await.unwrap(), None);
    for kind in AssetKind::ALL {
        assert_eq!(store.asset_of(ann, id, kind).await.unwrap(), None, "{kind:?}");
        assert_eq!(store.scene_asset_of(ann, id, kind, 0).await.unwrap(), None, "{kind:?}");
    }
    assert_eq!(store.timeline_of(ann, id).await.unwrap(), None);
    assert_eq!(store.cost(ann, id).await.unwrap(), None);
    assert!(store.edited_ad(ann, id).await.unwrap().is_none());
    assert_eq!(store.request_cancel(ann, id).await.unwrap(), CancelOutcome::NotFound);
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::NotFound);
    assert!(!store.limit_ad(ann, id, None).await.unwrap());
    assert!(!store.hide_generation(Utc::now(), ann, id).await.unwrap(), "another tab was first");

    assert!(store.restore_generation(ann, id).await.unwrap());
    assert_eq!(store.generation_view(ann, id).await.unwrap(), Some(before));
    assert!(store.asset_of(ann, id, AssetKind::Video).await.unwrap().is_some());
}

async fn a_deletion_can_be_undone_for_a_while(store: Store) {
    let (ann, id) = finished(&store).await;
    let eve = user(&store, "eve").await;
    let deleted = Utc::now();
    let after = |seconds| deleted + TimeDelta::seconds(seconds);
    assert!(!store.hide_generation(Utc::now(), eve, id).await.unwrap(), "not hers");
    assert!(store.hide_generation(deleted, ann, id).await.unwrap());
    assert!(!store.restore_generation_at(after(1), eve, id).await.unwrap(), "nor hers to bring back");
    assert!(store.restore_generation_at(after(10), ann, id).await.unwrap());
    assert!(store.restore_generation_at(after(10), ann, id).await.unwrap(), "twice is no harm");

    assert!(store.hide_generation(deleted, ann, id).await.unwrap());
    assert!(!store.restore_generation_at(after(16), ann, id).await.unwrap(), "too late");
    assert_eq!(store.generation_view(ann, id).await.unwrap(), None);
}

async fn a_deletion_cancels_what_waits(store: Store) {
    let ann = user(&store, "ann").await;
    let id = generation(&store, ann).await;
    assert!(store.hide_generation(Utc::now(), ann, id).await.unwrap());
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None);
    assert!(store.queue_of(ann).await.unwrap().items.is_empty());

    assert!(store.restore_generation(ann, id).await.unwrap());
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None, "it stays cancelled");
    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!(view.status, GenerationStatus::Cancelled);
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::Queued);
    assert_eq!(claim(&store).await.generation, id);
}

async fn a_deletion_tells_the_worker_to_stop(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert!(store.hide_generation(Utc::now(), ann, id).await.unwrap());
    assert_eq!(store.heartbeat(&lease, LEASE).await.unwrap(), Heartbeat::CancelRequested);
    store.cancelled(&lease).await.unwrap();
    assert!(store.restore_generation(ann, id).await.unwrap());
    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!(view.status, GenerationStatus::Cancelled);

    // Removed while its worker has not heard of it yet.
    let ben = user(&store, "ben").await;
    let id = generation(&store, ben).await;
    let lease = claim(&store).await;
    let long_ago = Utc::now() - TimeDelta::minutes(1);
    assert!(store.hide_generation(long_ago, ben, id).await.unwrap());
    assert_eq!(store.purge_generation(Utc::now(), ben, id).await.unwrap(), Some(Vec::new()));
    assert_eq!(store.heartbeat(&lease, LEASE).await.unwrap(), Heartbeat::Lost);
}

async fn what_is_due_is_removed_once(store: Store) {
    let (ann, id) = finished(&store).await;
    let kept = generation(&store, ann).await;
    let deleted = Utc::now();
    assert!(store.hide_generation(deleted, ann, id).await.unwrap());
    let soon = deleted + TimeDelta::seconds(10);
    assert_eq!(store.deleted_for_good(soon).await.unwrap(), []);
    assert_eq!(store.purge_generation(soon, ann, id).await.unwrap(), None);
    let later = deleted + TimeDelta::seconds(15);
    assert_eq!(store.deleted_for_good(later).await.unwrap(), [(ann, id)]);
    // Two processes look at the same time.
    let (one, two) =
        tokio::join!(store.purge_generation(later, ann, id), store.purge_generation(later, ann, id));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.is_some() != two.is_some(), "{one:?} {two:?}");
    let keys = one.or(two).unwrap();
    assert_eq!(keys, ["video", "thumbnail", "preview", "card"]);
    assert_eq!(store.deleted_for_good(later).await.unwrap(), []);
    assert_eq!(store.storage(ann).await.unwrap().used_bytes, 0);
    assert!(store.generation_view(ann, kept).await.unwrap().is_some());
}

async fn what_was_brought_back_is_not_removed(store: Store) {
    let (ann, id) = finished(&store).await;
    let deleted = Utc::now();
    assert!(store.hide_generation(deleted, ann, id).await.unwrap());
    let later = deleted + TimeDelta::seconds(15);
    let due = store.deleted_for_good(later).await.unwrap();
    // By a process whose clock is behind.
    assert!(store.restore_generation_at(deleted, ann, id).await.unwrap());
    for (user, id) in due {
        assert_eq!(store.purge_generation(later, user, id).await.unwrap(), None);
    }
    assert!(store.generation_view(ann, id).await.unwrap().is_some());
}

async fn a_deleted_video_still_counts(store: Store) {
    let (ann, id) = finished(&store).await;
    assert!(store.hide_generation(Utc::now(), ann, id).await.unwrap());
    let profile = store.profile(ann).await.unwrap().unwrap();
    assert_eq!(profile.total_generations, 1);
    assert_eq!(store.storage(ann).await.unwrap().used_bytes, 20_000_000_000, "its files are still there");
    store.purchases(ann, LedgerQuery::default()).await.unwrap();
}

async fn what_was_deleted_together_is_undone_together(store: Store) {
    let (ann, eve) = (user(&store, "ann").await, user(&store, "eve").await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(generation(&store, ann).await);
    }
    let first = Utc::now();
    let second = first + TimeDelta::seconds(4);
    assert_eq!(store.undoable(first, ann).await.unwrap(), None);
    store.hide_generation(first, ann, ids[0]).await.unwrap();
    for &id in &ids[1..] {
        store.hide_generation(second, ann, id).await.unwrap();
    }
    let undoable = |seconds, user| {
        let (store, at) = (store.clone(), first + TimeDelta::seconds(seconds));
        async move {
            let found = store.undoable(at, user).await.unwrap();
            found.map(|undoable| (undoable.ids, undoable.seconds_left))
        }
    };
    assert_eq!(undoable(5, ann).await, Some((ids[1..].to_vec(), 9)));
    assert_eq!(undoable(12, ann).await, Some((ids[1..].to_vec(), 2)));
    assert_eq!(undoable(14, ann).await, None);
    assert_eq!(undoable(5, eve).await, None);
    for &id in &ids[1..] {
        store.restore_generation(ann, id).await.unwrap();
    }
    assert_eq!(undoable(5, ann).await, Some((ids[..1].to_vec(), 5)), "the one before");
}
