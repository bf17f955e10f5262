use std::{fs, path::Path};

use crate::{AssetStore, StoreError};

fn store() -> (tempfile::TempDir, AssetStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = AssetStore::open(&folder.path().join("data")).unwrap();
    (folder, store)
}

fn generation() -> admint_domain::GenerationId {
    admint_domain::GenerationId::from_uuid(uuid::Uuid::now_v7())
}

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path.display().to_string()) }
    }
    found
}

/// Where a key's file is, in a folder.
fn path(folder: &tempfile::TempDir, key: &str) -> std::path::PathBuf {
    folder.path().join("data/files").join(key)
}

#[tokio::test]
async fn no_key_leads_out_of_the_folder() {
    let (_folder, store) = store();
    for good in ["a", "generations/01ab-cd/clip_0.mp4", "a.b.c/d"] {
        assert!(!store.exists(good).await.unwrap(), "{good}");
    }
    let long = "a/".repeat(300) + "a";
    for bad in [
        "",
        "/",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a/..",
        "./a",
        "a/./b",
        "a//b",
        "a/",
        ".hidden",
        "a.",
        "A",
        "a b",
        "a\\b",
        "a\0b",
        "ä",
        "a/%2e%2e/b",
        "c:",
        "~",
        long.as_str(),
    ] {
        assert!(matches!(store.exists(bad).await, Err(StoreError::BadKey(_))), "{bad:?}");
    }
}

#[tokio::test]
async fn publishing_moves_the_whole_file_or_nothing() {
    let (folder, store) = store();
    let scratch = store.scratch(generation(), 1).await.unwrap();
    let draft = scratch.join("draft.mp4");
    fs::write(&draft, "abc").unwrap();

    let published = store.publish(&draft, "generations/x/video.mp4").await.unwrap();
    assert_eq!(published.bytes, 3);
    // FIPS 180-2's example.
    assert_eq!(published.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let path = path(&folder, "generations/x/video.mp4");
    assert_eq!(fs::read_to_string(&path).unwrap(), "abc");
    assert!(!draft.exists());

    // A new version takes the place of the old one; one that is missing leaves it.
    fs::write(&draft, "newer").unwrap();
    store.publish(&draft, "generations/x/video.mp4").await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "newer");
    assert!(store.publish(&draft, "generations/x/video.mp4").await.is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "newer");
    assert!(store.publish(&scratch, "generations/x/video.mp4").await.is_err(), "a folder is no file");
    assert!(store.publish(&draft, "../video.mp4").await.is_err());
    assert_eq!(files(folder.path()), [path.display().to_string()]);
}

#[tokio::test]
async fn a_reader_keeps_the_file_it_opened() {
    use std::io::Read;
    let (folder, store) = store();
    let draft = folder.path().join("draft");
    fs::write(&draft, "old").unwrap();
    store.publish(&draft, "video.mp4").await.unwrap();
    let mut reader = fs::File::open(path(&folder, "video.mp4")).unwrap();
    fs::write(&draft, "new").unwrap();
    store.publish(&draft, "video.mp4").await.unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "old");
}

#[test]
fn the_way_across_filesystems_ends_the_same() {
    let (folder, _store) = store();
    let draft = folder.path().join("draft");
    let path = path(&folder, "big.bin");
    for byte in [7, 8] {
        fs::write(&draft, vec![byte; 1_000_000]).unwrap();
        let published = crate::files::copy_into_place(&draft, &path).unwrap();
        assert_eq!(published.bytes, 1_000_000);
        assert_eq!(fs::read(&path).unwrap(), vec![byte; 1_000_000]);
        assert_eq!(files(folder.path()), [path.display().to_string()], "neither draft nor part is left");
    }
    assert!(crate::files::copy_into_place(&draft, &path).is_err());
    assert_eq!(files(folder.path()), [path.display().to_string()], "the part of a failed copy goes");
}

#[tokio::test]
async fn removal_takes_the_named_files_and_empty_folders() {
    let (folder, store) = store();
    for key in ["generations/x/a", "generations/x/b", "generations/y/a"] {
        let draft = folder.path().join("draft");
        fs::write(&draft, key).unwrap();
        store.publish(&draft, key).await.unwrap();
    }
    store.remove(&["generations/x/a".into()]).await.unwrap();
    assert!(path(&folder, "generations/x/b").exists());
    store.remove(&["generations/x/a".into(), "generations/x/b".into()]).await.unwrap();
    assert!(!path(&folder, "generations/x").exists());
    assert!(path(&folder, "generations/y/a").exists());
    assert!(store.remove(&["../../etc/passwd".into()]).await.is_err());

    store.remove_folder("generations/y").await.unwrap();
    store.remove_folder("generations/y").await.unwrap();
    assert!(!path(&folder, "generations/y").exists());
    assert!(store.remove_folder("..").await.is_err());
}

#[tokio::test]
async fn scratch_folders_come_and_go() {
    let (_folder, store) = store();
    let (one, two) = (generation(), generation());
    let scratch = store.scratch(one, 1).await.unwrap();
    assert_eq!(store.scratch(one, 1).await.unwrap(), scratch);
    fs::write(scratch.join("draft"), "x").unwrap();
    let other = store.scratch(two, 1).await.unwrap();
    let next = store.scratch(one, 2).await.unwrap();
    let mut folders = store.scratch_folders().await.unwrap();
    folders.sort();
    assert_eq!(folders, [(one, 1), (one, 2), (two, 1)]);
    store.remove_scratch(one, 1).await.unwrap();
    store.remove_scratch(one, 1).await.unwrap();
    assert!(next.exists(), "the next attempt's own");
    let third = store.scratch(one, 10).await.unwrap();
    store.remove_older_scratch(one, 10).await.unwrap();
    assert!(!next.exists() && third.exists());
    store.remove_scratch(one, 10).await.unwrap();
    assert!(!third.parent().unwrap().exists());
    assert!(!scratch.exists() && other.exists());
}

#[tokio::test]
async fn the_check_leaves_nothing_behind() {
    let (folder, store) = store();
    store.check().await.unwrap();
    assert_eq!(files(folder.path()), [""; 0]);
    fs::remove_dir_all(folder.path().join("data")).unwrap();
    assert!(store.check().await.is_err());
}
