//! A back-up is whole or none, in a folder and in a bucket.

use std::{fs, path::Path};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

use super::s3::S3;
use crate::{Archive, AssetStore, BucketConfig, ByteStream, StoreError};

fn bytes(text: &str) -> ByteStream {
    let pieces: Vec<_> = text.as_bytes().chunks(3).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces).boxed()
}

async fn read(archive: &Archive, name: &str) -> Option<String> {
    let stream = archive.stream(name).await.unwrap()?;
    let bytes =
        stream.try_fold(Vec::new(), async |all, piece| Ok([all, piece.to_vec()].concat())).await.unwrap();
    Some(String::from_utf8(bytes).unwrap())
}

#[track_caller]
fn is_occupied<T: std::fmt::Debug>(begun: Result<T, StoreError>) {
    assert!(matches!(begun, Err(StoreError::Occupied(_))), "{begun:?}");
}

/// All that both places promise.
async fn check(archive: &Archive) {
    assert_eq!(archive.manifest().await.unwrap(), None);
    let draft = archive.begin().await.unwrap();
    draft.put(bytes("of a deleted video"), "files/old.mp4").await.unwrap();
    draft.put(bytes("the old rows"), "rows.jsonl").await.unwrap();
    drop(draft);
    assert_eq!(archive.manifest().await.unwrap(), None, "interrupted");

    let draft = archive.begin().await.unwrap();
    let put = draft.put(bytes("the rows"), "rows.jsonl").await.unwrap();
    // echo -n 'the rows' | sha256sum
    assert_eq!((put.bytes, &put.sha256[..8]), (8, "738bc7ab"));
    draft.put(bytes(""), "files/a/empty.json").await.unwrap();
    assert!(matches!(draft.put(bytes("x"), "../x").await, Err(StoreError::BadKey(_))));
    assert_eq!(archive.manifest().await.unwrap(), None, "not whole yet");
    draft.finish(b"{}".to_vec()).await.unwrap();

    assert_eq!(archive.manifest().await.unwrap().unwrap(), b"{}");
    assert_eq!(read(archive, "rows.jsonl").await.unwrap(), "the rows");
    assert_eq!(read(archive, "files/a/empty.json").await.unwrap(), "");
    assert_eq!(read(archive, "files/old.mp4").await, None, "the interrupted one's went");
    is_occupied(archive.begin().await);
}

fn at(s3: &S3, prefix: &str) -> BucketConfig {
    BucketConfig { prefix: prefix.into(), ..s3.config() }
}

#[tokio::test]
async fn a_back_up_is_whole_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::in_folder(&folder.path().join("today")).unwrap();
    check(&archive).await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no part stays");
    let s3 = S3::start().await;
    check(&Archive::in_bucket(&at(&s3, "some/where")).unwrap()).await;
    assert!(!s3.path("unfinished").exists());
}

#[tokio::test]
async fn nothing_of_others_is_touched() {
    let s3 = S3::start().await;
    let archive = Archive::in_bucket(&s3.config()).unwrap();
    for foreign in ["notes.txt", "files/theirs.mp4", "rows.jsonl"] {
        let path = s3.path(foreign);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "theirs").unwrap();
        is_occupied(archive.begin().await);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        fs::remove_file(&path).unwrap();
    }
    // Not even beside what an interrupted one left.
    drop(archive.begin().await.unwrap());
    fs::write(s3.path("notes.txt"), "theirs").unwrap();
    is_occupied(archive.begin().await);
}

#[tokio::test]
async fn two_that_write_to_one_place_do_not_both_end_well() {
    let s3 = S3::start().await;
    let archive = Archive::in_bucket(&s3.config()).unwrap();
    let first = archive.begin().await.unwrap();
    first.put(bytes("first"), "rows.jsonl").await.unwrap();
    let second = archive.begin().await.unwrap();
    second.put(bytes("other"), "rows.jsonl").await.unwrap();
    let failed = first.finish(b"{}".to_vec()).await;
    assert!(matches!(failed, Err(StoreError::Changed(_))), "{failed:?}");
    second.finish(b"{}".to_vec()).await.unwrap();
    assert_eq!(read(&archive, "rows.jsonl").await.unwrap(), "other");
}

#[tokio::test]
async fn what_was_lost_on_the_way_is_missed() {
    let s3 = S3::start().await;
    let archive = Archive::in_bucket(&s3.config()).unwrap();
    let draft = archive.begin().await.unwrap();
    draft.put(bytes("the rows"), "rows.jsonl").await.unwrap();
    fs::remove_file(s3.path("rows.jsonl")).unwrap();
    let failed = draft.finish(b"{}".to_vec()).await;
    assert!(matches!(failed, Err(StoreError::Changed(_))), "{failed:?}");
    assert_eq!(archive.manifest().await.unwrap(), None);
}

#[tokio::test]
async fn a_place_among_the_published_files_is_known() {
    let (s3, folder) = (S3::start().await, tempfile::tempdir().unwrap());
    let check = |assets: &str, archive: &str, held: bool| {
        let root = folder.path().join("data");
        let store = AssetStore::open_bucket(&root, &at(&s3, assets)).unwrap();
        let archive = Archive::in_bucket(&at(&s3, archive)).unwrap();
        assert_eq!(store.holds(&archive), held, "{archive:?}");
    };
    check("", "backups", true);
    check("ads", "ads", true);
    check("ads", "ads/backups/today", true);
    check("ads", "ads-backups", false);
    check("ads/files", "ads", false);
    let local = |path: &str| Archive::in_folder(&folder.path().join(Path::new(path))).unwrap();
    let store = AssetStore::open(&folder.path().join("data")).unwrap();
    assert!(store.holds(&local("data/files/x")) && !store.holds(&local("data/backup")));
    assert!(!store.holds(&Archive::in_bucket(&s3.config()).unwrap()));
}
