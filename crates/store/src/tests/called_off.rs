use serde_json::json;

use super::*;
use crate::RetryOutcome;

both_databases!(
    what_nobody_waits_for_is_told_to_its_provider,
    a_provider_that_does_not_answer_is_told_again_and_in_the_end_given_up,
    a_handle_that_found_no_place_is_called_off_unless_its_video_goes_on,
);

/// The handles that are to be told now.
async fn handles(store: &Store) -> Vec<serde_json::Value> {
    store.called_off().await.unwrap().into_iter().map(|called_off| called_off.operation).collect()
}

async fn what_nobody_waits_for_is_told_to_its_provider(store: Store) {
    for is_deleted in [false, true] {
        let ann = user(&store, if is_deleted { "ben" } else { "ann" }).await;
        let id = generation(&store, ann).await;
        let lease = claim(&store).await;
        let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
        for (scene, name) in scenes.iter().zip(["kept", "open"]) {
            store.save_operation(&lease, *scene, &json!(name)).await.unwrap();
        }
        let clip = NewAsset { scene: Some(scenes[0]), ..file(AssetKind::Clip, "clip-0.mp4") };
        store.add_asset(&lease, clip).await.unwrap();
        store.release(&lease).await.unwrap();
        assert_eq!(handles(&store).await, Vec::<serde_json::Value>::new());

        if is_deleted {
            store.delete_generation(ann, id).await.unwrap().unwrap();
        } else {
            store.request_cancel(ann, id).await.unwrap();
            assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::Queued);
            let lease = claim(&store).await;
            let operations = store.generation_work(&lease).await.unwrap().operations;
            assert_eq!(operations, [Some(json!("kept")), None, None], "what is kept is kept");
        }
        let called_off = store.called_off().await.unwrap();
        let [open] = &called_off[..] else { panic!("{called_off:?}") };
        assert_eq!(open.operation, json!("open"));
        store.provider_told(open).await.unwrap();
        assert_eq!(handles(&store).await, Vec::<serde_json::Value>::new());
    }
}

async fn a_provider_that_does_not_answer_is_told_again_and_in_the_end_given_up(store: Store) {
    let (_, id, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    store.save_operation(&lease, scenes[0], &json!("open")).await.unwrap();
    store.cancelled(&lease).await.unwrap();
    let mut open = store.called_off().await.unwrap().remove(0);
    assert!(store.provider_not_told(&open).await.unwrap());
    assert_eq!(handles(&store).await, Vec::<serde_json::Value>::new(), "{id}: not at once");
    let mut told = 1;
    open.attempts += 1;
    while store.provider_not_told(&open).await.unwrap() {
        told += 1;
        open.attempts += 1;
    }
    assert_eq!(told, 7);
}

async fn a_handle_that_found_no_place_is_called_off_unless_its_video_goes_on(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    store.call_off_unless_taken_over(id, &json!("taken over")).await.unwrap();
    assert_eq!(handles(&store).await, Vec::<serde_json::Value>::new());
    store.cancelled(&lease).await.unwrap();
    store.call_off_unless_taken_over(id, &json!("cancelled")).await.unwrap();
    store.delete_generation(ann, id).await.unwrap().unwrap();
    store.call_off_unless_taken_over(id, &json!("deleted")).await.unwrap();
    assert_eq!(handles(&store).await, [json!("cancelled"), json!("deleted")]);
}
