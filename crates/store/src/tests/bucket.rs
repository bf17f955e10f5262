//! Files in a bucket, over real HTTP; and what folder and bucket do alike.

use std::{fs, path::Path, time::Duration};

use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use super::s3::S3;
use crate::{AssetStore, BucketConfig, SavedAs, StoreError};

fn bucket(root: &Path, config: &BucketConfig) -> AssetStore {
    AssetStore::open_bucket(root, config).unwrap()
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

async fn put(store: &AssetStore, key: &str, bytes: &[u8]) -> String {
    store.publish_bytes(bytes.to_vec(), key).await.unwrap().sha256
}

async fn part(store: &AssetStore, key: &str, range: std::ops::Range<u64>) -> Vec<u8> {
    let stream = store.stream(key, Some(range)).await.unwrap().expect("it is there");
    stream.try_fold(Vec::new(), async |all, chunk| Ok([all, chunk.to_vec()].concat())).await.unwrap()
}

/// All that both places promise.
async fn check(store: &AssetStore, folder: &Path) {
    let draft = folder.join("draft");
    fs::write(&draft, "0123456789").unwrap();
    let published = store.publish(&draft, "generations/x/1-video.mp4").await.unwrap();
    assert_eq!((published.bytes, published.sha256.as_str()), (10, digest(b"0123456789").as_str()));
    assert!(!draft.exists(), "moved");
    put(store, "generations/x/2-clip.json", b"{}").await;
    put(store, "pictures/y.png", b"png").await;

    let key = "generations/x/1-video.mp4";
    assert!(store.exists(key).await.unwrap());
    assert_eq!(store.read(key).await.unwrap(), b"0123456789");
    assert_eq!(part(store, key, 2..5).await, b"234");
    assert_eq!(part(store, key, 9..10).await, b"9");
    assert_eq!(store.measure(key).await.unwrap(), Some(published.clone()));
    let local = store.local(key, &published.sha256).await.unwrap();
    assert_eq!(fs::read(local.path()).unwrap(), b"0123456789");
    let copy = store.stream(key, None).await.unwrap().unwrap();
    assert_eq!(store.publish_stream(copy, "restored/copy").await.unwrap(), published);
    store.check().await.unwrap();

    let keys = async || {
        let mut keys: Vec<_> =
            store.list().await.unwrap().into_iter().map(|file| (file.key, file.bytes)).collect();
        keys.sort();
        keys.into_iter().map(|(key, bytes)| format!("{key} {bytes}")).collect::<Vec<_>>()
    };
    assert_eq!(
        keys().await,
        [
            "generations/x/1-video.mp4 10",
            "generations/x/2-clip.json 2",
            "pictures/y.png 3",
            "restored/copy 10"
        ]
    );

    let gone = "generations/z/1-video.mp4";
    assert!(!store.exists(gone).await.unwrap());
    assert!(store.stream(gone, None).await.unwrap().is_none());
    assert_eq!(store.measure(gone).await.unwrap(), None);
    assert!(store.local(gone, "").await.is_err());
    assert!(store.read(gone).await.is_err());

    store.remove(&["pictures/y.png".into(), "restored/copy".into(), gone.into()]).await.unwrap();
    store.remove_folder("generations/x").await.unwrap();
    store.remove_folder("generations/x").await.unwrap();
    assert_eq!(keys().await, [""; 0]);
    assert!(store.local(key, &digest(b"0123456789")).await.is_err(), "gone from the cache too");
    assert_eq!(
        fs::read(local.path()).is_ok(),
        store.place().starts_with("s3://"),
        "a link outlives its name"
    );
}

#[tokio::test]
async fn a_folder_and_a_bucket_do_the_same() {
    let folder = tempfile::tempdir().unwrap();
    check(&AssetStore::open(&folder.path().join("data")).unwrap(), folder.path()).await;
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    check(&bucket(&folder.path().join("data"), &s3.config()), folder.path()).await;
    let rootless = BucketConfig { prefix: String::new(), ..s3.config() };
    check(&bucket(&folder.path().join("other"), &rootless), folder.path()).await;
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_comes_back_whole() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    let store = bucket(&here, &s3.config());
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|index| (index / 7 % 251) as u8).collect();
    let sha256 = put(&store, "video.mp4", &bytes).await;
    assert_eq!(sha256, digest(&bytes));
    assert_eq!(fs::metadata(s3.path("video.mp4")).unwrap().len(), 20_000_000);
    let fetched = s3.fetched();
    assert_eq!(fs::read(store.local("video.mp4", &sha256).await.unwrap().path()).unwrap(), bytes);
    assert_eq!(s3.fetched(), fetched, "who made it need not fetch it");

    // On another machine.
    let other = bucket(&there, &s3.config());
    assert_eq!(fs::read(other.local("video.mp4", &sha256).await.unwrap().path()).unwrap(), bytes);
    let fetched = s3.fetched();
    other.local("video.mp4", &sha256).await.unwrap();
    assert_eq!(s3.fetched(), fetched, "fetched once");
}

#[tokio::test]
async fn the_cache_keeps_what_was_used_lately_and_readers_keep_what_they_read() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let store = bucket(folder.path(), &BucketConfig { cache_bytes: 250, ..s3.config() });
    let mut hashes = Vec::new();
    for (index, key) in ["a", "b", "c"].into_iter().enumerate() {
        hashes.push(put(&store, key, &[index as u8; 100]).await);
    }
    let copies = || fs::read_dir(folder.path().join("cache/copies")).unwrap().count();
    assert_eq!(copies(), 2, "as many as there is room for");
    let reading = store.local("b", &hashes[1]).await.unwrap();
    let before = s3.fetched();
    store.local("a", &hashes[0]).await.unwrap();
    assert_eq!(s3.fetched(), before + 1, "the oldest had gone");
    store.remove(&["b".into()]).await.unwrap();
    assert_eq!(fs::read(reading.path()).unwrap(), [1; 100]);
    drop(reading);
    assert_eq!(fs::read_dir(folder.path().join("cache/links")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_not_what_its_row_says_is_refused() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let store = bucket(folder.path(), &s3.config());
    let sha256 = put(&store, "video.mp4", b"the video").await;
    fs::write(s3.path("video.mp4"), "another").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = bucket(elsewhere.path(), &s3.config());
    let refused = other.local("video.mp4", &sha256).await;
    assert!(matches!(refused, Err(StoreError::Changed(_))), "{refused:?}");
    assert_eq!(fs::read_dir(elsewhere.path().join("cache/copies")).unwrap().count(), 0, "no part stays");
}

#[tokio::test]
async fn a_service_that_stumbles_is_asked_again_and_one_that_stays_down_is_told() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let store = bucket(folder.path(), &s3.config());
    s3.fail_next(3);
    put(&store, "video.mp4", b"the video").await;
    s3.fail_next(2);
    assert_eq!(store.read("video.mp4").await.unwrap(), b"the video");

    s3.fail_next(u32::MAX);
    let draft = folder.path().join("draft");
    fs::write(&draft, "newer").unwrap();
    let failed = store.publish(&draft, "newer.mp4").await.unwrap_err();
    assert!(failed.is_unavailable(), "{failed}");
    assert!(draft.exists(), "kept for the next try");
    s3.fail_next(0);
    assert!(!store.exists("newer.mp4").await.unwrap());
    store.publish(&draft, "newer.mp4").await.unwrap();
}

/// Every answer of a slow service takes longer than its patience, and no silence in it does.
#[tokio::test]
async fn a_slow_service_is_waited_for_as_long_as_something_comes() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let config = BucketConfig { patience: Duration::from_millis(600), ..s3.config() };
    let store = bucket(folder.path(), &config);
    s3.slow_down(Duration::from_millis(120));
    let sha256 = put(&store, "video.mp4", &[7; 9_000_000]).await;
    let other = bucket(&folder.path().join("other"), &config);
    assert_eq!(fs::read(other.local("video.mp4", &sha256).await.unwrap().path()).unwrap(), [7; 9_000_000]);

    s3.slow_down(Duration::from_secs(60));
    let began = std::time::Instant::now();
    let failed = store.exists("video.mp4").await.unwrap_err();
    assert!(failed.is_unavailable() && began.elapsed() < Duration::from_secs(40), "{failed}");
}

#[tokio::test]
async fn a_signed_address_gives_one_file_as_it_is_to_be_saved() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let store = bucket(folder.path(), &s3.config());
    put(&store, "video.mp4", b"the video").await;
    put(&store, "other.mp4", b"another's").await;
    let saved_as = SavedAs { content_type: "video/mp4", disposition: "attachment; filename=\"ad_1.mp4\"" };
    let url = store.signed_url("video.mp4", saved_as, Duration::from_secs(60)).await.unwrap().unwrap();
    let answer = reqwest::get(&url).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"the video");
    let stolen = reqwest::get(url.replace("video.mp4?", "other.mp4?")).await.unwrap();
    assert_eq!(stolen.status(), 403);
    assert!(!format!("{:?}", s3.config()).contains("not a secret"));
    let asked = s3.asked();
    let local = AssetStore::open(&folder.path().join("local")).unwrap();
    assert_eq!(local.signed_url("video.mp4", saved_as, Duration::from_secs(60)).await.unwrap(), None);
    assert_eq!(s3.asked(), asked);
}
