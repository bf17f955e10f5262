use admint_domain::{Price, Stage};

use super::*;
use crate::{Completed, LedgerEntry, StoreError};

both_databases!(a_dump_of_sqlite_loads_whole, a_dump_is_of_one_moment, an_inhabited_database_is_left_alone);

/// Something in as many tables as a test gets at.
async fn inhabit(store: &Store) -> (UserId, GenerationId) {
    let (ann, id, lease) = at_work(store).await;
    store.save_spec(&lease, &spec()).await.unwrap();
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let entry = LedgerEntry {
        scene: Some(scenes[0]),
        provider: "p".into(),
        operation: "o".into(),
        price: Price::Unknown,
    };
    store.reserve(&lease, entry).await.unwrap();
    store.save_operation(&lease, scenes[0], &serde_json::json!({ "id": "é\u{1f375}" })).await.unwrap();
    store.add_asset(&lease, file(AssetKind::Video, "generations/x/1-video.mp4")).await.unwrap();
    store.save_timeline(&lease, &timeline(2)).await.unwrap();
    store.record_progress(&lease, Stage::Audio).await.unwrap();
    let completed = Completed { duration: Frames(288), left_out: vec!["a".into()] };
    store.complete(&lease, completed).await.unwrap();
    generation(store, ann).await;
    (ann, id)
}

async fn a_dump_of_sqlite_loads_whole(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    on_sqlite(async |source: Store| {
        let (ann, id) = inhabit(&source).await;
        let dumped = source.dump(&first).await.unwrap();
        assert_eq!(
            dumped.files.iter().map(|file| file.key.as_str()).collect::<Vec<_>>(),
            ["generations/x/1-video.mp4"]
        );
        assert_eq!((dumped.rows["generation"], dumped.rows["scene"], dumped.rows["user"]), (2, 3, 1));

        let loaded = store.load(&first).await.unwrap();
        assert!(loaded.iter().all(|(table, count)| dumped.rows[table] == *count));
        assert_eq!(store.dump(&second).await.unwrap(), dumped);
        assert_eq!(std::fs::read_to_string(&first).unwrap(), std::fs::read_to_string(&second).unwrap());

        // It goes on from there: with the same video, the next job, and numbers that rise.
        let view = store.generation_view(ann, id).await.unwrap();
        assert_eq!(view, source.generation_view(ann, id).await.unwrap());
        let before = store.events_after(ann, id, 0).await.unwrap().unwrap();
        let lease = claim(&store).await;
        let after = store.events_after(ann, lease.generation, 0).await.unwrap().unwrap();
        assert!(after.last().unwrap().seq > before.last().unwrap().seq);
    })
    .await;
}

/// What is written while the dump is read is in it whole or not at all.
async fn a_dump_is_of_one_moment(store: Store) {
    let ann = user(&store, "ann").await;
    let folder = tempfile::tempdir().unwrap();
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..60 {
                generation(&store, ann).await;
            }
        })
    };
    let mut dumps = 0;
    while !writing.is_finished() || dumps == 0 {
        let dumped = store.dump(&folder.path().join("rows")).await.unwrap();
        let [generations, jobs, events] = ["generation", "job", "job_event"].map(|table| dumped.rows[table]);
        assert_eq!((generations, generations), (jobs, events), "each with its job and its first event");
        dumps += 1;
    }
    writing.await.unwrap();
}

async fn an_inhabited_database_is_left_alone(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("rows");
    store.dump(&rows).await.unwrap();
    let ann = user(&store, "ann").await;
    assert!(matches!(store.load(&rows).await, Err(StoreError::NotEmpty)));
    assert!(store.user(ann).await.unwrap().is_some());
    assert!(!store.is_empty().await.unwrap());
    claim_nothing(&store).await;
}

async fn claim_nothing(store: &Store) {
    assert_eq!(store.claim_job("test", LEASE).await.unwrap(), None, "the queue's own row is still there");
}
