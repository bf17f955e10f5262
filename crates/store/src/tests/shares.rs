use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{Completed, ShareLink, ShareOutcome, rows::now};

both_databases!(
    a_finished_video_is_shared_until_it_is_not,
    a_link_ends_when_it_was_said_to,
    two_tabs_make_one_link,
    somebody_elses_video_is_not_shared,
    a_deleted_video_is_shared_no_more,
);

fn in_days(days: i64) -> Option<DateTime<Utc>> {
    Some(now() + TimeDelta::days(days))
}

async fn finished(store: &Store) -> (UserId, GenerationId) {
    let (ann, id, lease) = at_work(store).await;
    store.complete(&lease, Completed { duration: Frames(288), left_out: Vec::new() }).await.unwrap();
    (ann, id)
}

async fn shared(store: &Store, user: UserId, id: GenerationId, end: Option<DateTime<Utc>>) -> ShareLink {
    match store.share(user, id, end).await.unwrap() {
        ShareOutcome::Shared(link) => link,
        other => panic!("{other:?}"),
    }
}

async fn a_finished_video_is_shared_until_it_is_not(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert_eq!(store.share(ann, id, None).await.unwrap(), ShareOutcome::Unfinished);
    store.complete(&lease, Completed { duration: Frames(288), left_out: Vec::new() }).await.unwrap();
    assert_eq!(store.share_of(ann, id).await.unwrap(), Some(None), "off by default");

    let link = shared(&store, ann, id, None).await;
    assert_eq!(store.share_of(ann, id).await.unwrap(), Some(Some(link)));
    assert_eq!(store.shared(link.id).await.unwrap(), Some((ann, id)));
    let kept = shared(&store, ann, id, in_days(7)).await;
    assert_eq!((kept.id, kept.created_at), (link.id, link.created_at), "whoever has it keeps it");

    assert!(store.unshare(ann, id).await.unwrap());
    assert_eq!(store.shared(link.id).await.unwrap(), None);
    assert_eq!(store.share_of(ann, id).await.unwrap(), Some(None));
    assert!(store.unshare(ann, id).await.unwrap(), "twice is no error");
    let anew = shared(&store, ann, id, None).await;
    assert_ne!(anew.id, link.id, "a revoked link stays so");
    assert_eq!(store.shared(link.id).await.unwrap(), None);
}

async fn a_link_ends_when_it_was_said_to(store: Store) {
    let (ann, id) = finished(&store).await;
    let link = shared(&store, ann, id, in_days(-1)).await;
    assert!(!link.is_live());
    assert_eq!(store.shared(link.id).await.unwrap(), None);
    assert_eq!(store.share_of(ann, id).await.unwrap(), Some(Some(link)), "its maker is told of it");
    let anew = shared(&store, ann, id, in_days(1)).await;
    assert!(anew.is_live() && anew.id != link.id);
    assert_eq!(store.shared(link.id).await.unwrap(), None);
    assert_eq!(store.shared(anew.id).await.unwrap(), Some((ann, id)));
}

async fn two_tabs_make_one_link(store: Store) {
    let (ann, id) = finished(&store).await;
    let tabs = [(); 2].map(|()| {
        let store = store.clone();
        tokio::spawn(async move { shared(&store, ann, id, None).await.id })
    });
    let [one, two] = tabs;
    assert_eq!(one.await.unwrap(), two.await.unwrap());
}

async fn somebody_elses_video_is_not_shared(store: Store) {
    let (ann, id) = finished(&store).await;
    let eve = user(&store, "eve").await;
    let link = shared(&store, ann, id, None).await;
    assert_eq!(store.share(eve, id, None).await.unwrap(), ShareOutcome::NotFound);
    assert_eq!(store.share_of(eve, id).await.unwrap(), None);
    assert!(!store.unshare(eve, id).await.unwrap());
    assert_eq!(store.shared(link.id).await.unwrap(), Some((ann, id)));
}

async fn a_deleted_video_is_shared_no_more(store: Store) {
    let (ann, id) = finished(&store).await;
    let link = shared(&store, ann, id, None).await;
    store.delete_generation(ann, id).await.unwrap();
    assert_eq!(store.shared(link.id).await.unwrap(), None);
    assert_eq!(store.share_of(ann, id).await.unwrap(), None);
}
