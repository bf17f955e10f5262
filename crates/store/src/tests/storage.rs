//! What is counted is what the rows say, and nobody gets more than the quota.

use admint_domain::{PictureRole, StorageView};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{pictures::picture, *};
use crate::{PictureRecord, StoreError};

both_databases!(
    every_file_counts_until_it_goes,
    the_step_counts_what_is_there,
    nothing_is_booked_beyond_the_quota,
    many_workers_do_not_pass_the_quota_together,
);

const NOW: Duration = Duration::ZERO;

fn sized(asset: NewAsset, bytes: u64) -> NewAsset {
    NewAsset { bytes, ..asset }
}

async fn used(store: &Store, user: UserId) -> u64 {
    store.storage(user).await.unwrap().used_bytes
}

/// A clip of 10, a video of 5, a photo that it uses of 3 and one that nobody does of 4.
async fn filled(store: &Store, user: UserId) -> (GenerationId, Lease) {
    let photo = PictureRecord { bytes: 3, ..picture(PictureRole::Photo) };
    store.add_picture(user, &photo).await.unwrap();
    store.add_picture(user, &PictureRecord { bytes: 4, ..picture(PictureRole::Logo) }).await.unwrap();
    let mut brief = brief("Fresh coffee for early birds");
    brief.options.logo = Some(photo.id);
    let id = store.create_generation(user, &brief).await.unwrap();
    let lease = claim(store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let clip = NewAsset { scene: Some(scenes[0]), ..file(AssetKind::Clip, "clip-0.mp4") };
    store.add_asset(&lease, sized(clip, 10)).await.unwrap();
    store.add_asset(&lease, sized(file(AssetKind::Video, "video.mp4"), 5)).await.unwrap();
    (id, lease)
}

async fn every_file_counts_until_it_goes(store: Store) {
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    let (id, lease) = filled(&store, ann).await;
    assert_eq!(used(&store, ann).await, 22);

    store.add_asset(&lease, sized(file(AssetKind::Video, "video.mp4"), 7)).await.unwrap();
    assert_eq!(used(&store, ann).await, 24, "the new one instead of the old one");
    store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go", "Now"])).await.unwrap();
    assert_eq!(used(&store, ann).await, 14, "a clip goes with its scene");
    assert_eq!(store.forget_unused_pictures(ann, NOW).await.unwrap().len(), 1);
    assert_eq!(used(&store, ann).await, 10);
    assert_eq!(store.delete_generation(ben, id).await.unwrap(), None);
    store.delete_generation(ann, id).await.unwrap().unwrap();
    assert_eq!(used(&store, ann).await, 3, "the photo waits for another ad");
    assert_eq!(store.forget_unused_pictures(ann, NOW).await.unwrap().len(), 1);
    assert_eq!((used(&store, ann).await, used(&store, ben).await), (0, 0));
    assert!(matches!(store.add_asset(&lease, file(AssetKind::Video, "v")).await, Err(StoreError::LeaseLost)));
    assert_eq!(used(&store, ann).await, 0, "what is refused does not count");
}

async fn the_step_counts_what_is_there(store: Store) {
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    filled(&store, ann).await;
    let steps = Migrator::migrations();
    let step = steps.iter().position(|step| step.name().ends_with("_storage")).unwrap();
    let transaction = store.begin().await.unwrap();
    Migrator::down(&transaction, Some((steps.len() - step) as u32)).await.unwrap();
    transaction.commit().await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!((used(&store, ann).await, used(&store, ben).await), (22, 0));
}

async fn nothing_is_booked_beyond_the_quota(store: Store) {
    let store = store.with_quota(Some(20));
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    generation(&store, ann).await;
    let lease = claim(&store).await;
    let video = |bytes| sized(file(AssetKind::Video, "video.mp4"), bytes);
    store.add_asset(&lease, video(15)).await.unwrap();
    let more = sized(file(AssetKind::Stitched, "stitched.mp4"), 6);
    let refused = store.add_asset(&lease, more.clone()).await;
    let storage = StorageView { used_bytes: 15, allowed_bytes: Some(20) };
    assert!(
        matches!(refused, Err(StoreError::OverQuota { storage: told, wanted: 6 }) if told == storage),
        "{refused:?}"
    );
    assert_eq!(store.generation_work(&lease).await.unwrap().assets.len(), 1);
    let photo = PictureRecord { bytes: 6, ..picture(PictureRole::Photo) };
    let refused = store.add_picture(ann, &photo).await;
    assert!(matches!(refused, Err(StoreError::OverQuota { .. })), "{refused:?}");
    assert_eq!(store.picture(ann, photo.id).await.unwrap(), None);
    store.add_picture(ben, &photo).await.unwrap();

    store.add_asset(&lease, video(20)).await.unwrap();
    assert!(store.storage(ann).await.unwrap().is_full());
    // A limit that was lowered: what is there stays, and may only shrink.
    let store = store.with_quota(Some(10));
    assert_eq!(store.profile(ann).await.unwrap().unwrap().storage.to_string(), "0 MiB of 0 MiB");
    store.add_asset(&lease, video(19)).await.unwrap();
    assert!(store.add_asset(&lease, video(20)).await.is_err());
    let store = store.with_quota(None);
    store.add_asset(&lease, more).await.unwrap();
    assert_eq!(used(&store, ann).await, 25);
}

async fn many_workers_do_not_pass_the_quota_together(store: Store) {
    let store = store.with_quota(Some(100));
    let ann = user(&store, "ann").await;
    store.set_jobs_per_user(8).await.unwrap();
    let mut working = Vec::new();
    for _ in 0..8 {
        generation(&store, ann).await;
        let (store, lease) = (store.clone(), claim(&store).await);
        working.push(tokio::spawn(async move {
            let mut booked = 0;
            for kind in [AssetKind::Soundtrack, AssetKind::Stitched, AssetKind::Video] {
                match store.add_asset(&lease, sized(file(kind, "a"), 9)).await {
                    Ok(_) => booked += 1,
                    Err(error) => assert!(matches!(error, StoreError::OverQuota { .. }), "{error}"),
                }
            }
            booked
        }));
    }
    let mut booked = 0;
    for worker in working {
        booked += worker.await.unwrap();
    }
    assert_eq!((booked, used(&store, ann).await), (11, 99));
    assert_eq!(sum(&store).await, 99);
}

/// What the rows themselves say.
async fn sum(store: &Store) -> i64 {
    let sql = "SELECT CAST(SUM(bytes) AS BIGINT) AS sum FROM assets";
    let backend: DbBackend = store.reader().get_database_backend();
    let row = store.reader().query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
    row.try_get("", "sum").unwrap()
}
