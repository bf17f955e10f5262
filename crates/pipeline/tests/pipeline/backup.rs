//! A whole installation leaves, is wiped, and comes back, by way of a bucket on a bad day.

use std::time::Duration;

use admint_domain::{Backend, GenerationId, PictureRole};
use admint_pipeline::{BackupError, Manifest, backup, restore, verify};
use admint_providers::Scripted;
use admint_store::{Archive, AssetKind, AssetStore, BucketConfig, Store, StoreError};

use crate::{
    s3::S3,
    support::{Desk, create, png},
};

fn nobody(_: usize, _: usize) {}

fn archive(s3: &S3, prefix: &str) -> Archive {
    Archive::in_bucket(&BucketConfig { prefix: prefix.into(), ..s3.config() }).unwrap()
}

async fn empty_database(folder: &std::path::Path) -> Store {
    let store =
        Store::connect(&format!("sqlite://{}?mode=rwc", folder.join("new.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn film_of(desk: &Desk, id: GenerationId) -> (String, Vec<u8>) {
    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let bytes = desk.assets().read(&video.key).await.unwrap();
    (video.key, bytes)
}

/// Wipes nothing but makes a new place, which is as empty; the old one is gone by then.
async fn comes_back(from: &Archive, manifest: &Manifest, assets: &AssetStore, film: &(String, Vec<u8>)) {
    let folder = tempfile::tempdir().unwrap();
    let store = empty_database(folder.path()).await;
    assert_eq!(restore(&store, assets, from, nobody).await.unwrap(), *manifest);
    let verified = verify(&store, assets, nobody).await.unwrap();
    assert!(verified.is_good() && verified.named == manifest.files.len(), "{verified:?}");
    assert_eq!(assets.read(&film.0).await.unwrap(), film.1);
    let again = restore(&store, assets, from, nobody).await;
    assert!(matches!(again, Err(BackupError::Store(StoreError::NotEmpty))), "{again:?}");
}

#[tokio::test]
async fn an_installation_moves_through_a_bucket_that_stumbles() {
    let s3 = S3::start().await;
    let desk = Desk::open(Scripted::default()).await;
    desk.pipeline.add_picture(desk.user, PictureRole::Logo, png()).await.unwrap();
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let film = film_of(&desk, id).await;

    let to = archive(&s3, "backups/today");
    s3.fail_next(3);
    let (manifest, gone) = backup(&desk.store, desk.assets(), &to, nobody).await.unwrap();
    assert_eq!(gone, [""; 0]);
    assert!(manifest.files.len() > 6 && manifest.rows["picture"] == 1, "{manifest:?}");
    let again = backup(&desk.store, desk.assets(), &to, nobody).await;
    assert!(matches!(again, Err(BackupError::Store(StoreError::Occupied(_)))), "{again:?}");
    drop(desk);

    let folder = tempfile::tempdir().unwrap();
    s3.fail_next(3);
    comes_back(&to, &manifest, &AssetStore::open(&folder.path().join("a")).unwrap(), &film).await;
    let bucket = BucketConfig { prefix: "elsewhere".into(), ..s3.config() };
    comes_back(&to, &manifest, &AssetStore::open_bucket(&folder.path().join("b"), &bucket).unwrap(), &film)
        .await;

    // What lies there with other content is not believed.
    let named = s3.file(&format!("backups/today/files/{}", film.0));
    std::fs::write(&named, "another").unwrap();
    let store = empty_database(folder.path()).await;
    let assets = AssetStore::open(&folder.path().join("c")).unwrap();
    let refused = restore(&store, &assets, &to, nobody).await;
    assert!(matches!(&refused, Err(BackupError::Changed(key)) if *key == film.0), "{refused:?}");
    assert!(store.is_empty().await.unwrap() && !assets.exists(&film.0).await.unwrap());
}

#[tokio::test]
async fn from_bucket_to_bucket_and_an_interrupted_one_is_none() {
    let s3 = S3::start().await;
    let desk = Desk::in_bucket(Scripted::default(), &s3.config()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let film = film_of(&desk, id).await;

    let inside = archive(&s3, "some/where/backups");
    let refused = backup(&desk.store, desk.assets(), &inside, nobody).await;
    assert!(matches!(refused, Err(BackupError::Inside(_))), "{refused:?}");

    let to = archive(&s3, "backups/today");
    s3.break_down(Some("backups/today/files/"));
    let broken = backup(&desk.store, desk.assets(), &to, nobody).await;
    assert!(matches!(&broken, Err(BackupError::Store(error)) if error.is_unavailable()), "{broken:?}");
    s3.break_down(None);
    let folder = tempfile::tempdir().unwrap();
    let (store, assets) =
        (empty_database(folder.path()).await, AssetStore::open(&folder.path().join("a")).unwrap());
    let none = restore(&store, &assets, &to, nobody).await;
    assert!(matches!(none, Err(BackupError::NoBackup { .. })), "{none:?}");

    s3.slow_down(Duration::from_millis(30));
    let (manifest, _) = backup(&desk.store, desk.assets(), &to, nobody).await.unwrap();
    comes_back(&to, &manifest, &assets, &film).await;
    s3.slow_down(Duration::ZERO);
    let verified = verify(&desk.store, desk.assets(), nobody).await.unwrap();
    assert!(verified.is_good(), "the installation itself is as it was: {verified:?}");
}
