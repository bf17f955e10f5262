use serde_json::json;

use super::*;
use crate::{FailedModel, Handle, Route};

both_databases!(
    a_route_is_found_again_and_a_retry_begins_it_anew,
    a_scene_described_anew_is_so_in_the_plan_too,
    an_operation_that_is_given_up_is_called_off_or_forgotten,
    who_made_a_clip_is_kept_with_it,
    models_that_rest_are_listed_until_they_are_back,
);

fn route(asking: Option<&str>) -> Route {
    let failed = FailedModel {
        model: "one".into(),
        title: "One 2.0".into(),
        what: "refused the content".into(),
        passing: false,
    };
    Route { failed: vec![failed], asking: asking.map(str::to_owned), refused: None }
}

async fn a_route_is_found_again_and_a_retry_begins_it_anew(store: Store) {
    let (user, id, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    store.save_route(&lease, scenes[1], &route(Some("two")), Handle::Stays).await.unwrap();
    let saved = store.generation_work(&lease).await.unwrap().routes;
    assert_eq!(saved, [Route::default(), route(Some("two")), Route::default()]);

    // Waiting for another attempt, it goes on where it was; tried again by its user, it begins anew.
    store.release(&lease).await.unwrap();
    let lease = claim(&store).await;
    assert_eq!(store.generation_work(&lease).await.unwrap().routes[1], route(Some("two")));
    store.fail(&lease, "nobody made it", false).await.unwrap();
    store.retry(user, id).await.unwrap();
    let lease = claim(&store).await;
    let anew = Route { asking: Some("two".into()), ..Route::default() };
    assert_eq!(store.generation_work(&lease).await.unwrap().routes[1], anew, "it may be paid already");

    store.request_cancel(user, id).await.unwrap();
    store.cancelled(&lease).await.unwrap();
    store.retry(user, id).await.unwrap();
    let lease = claim(&store).await;
    assert_eq!(store.generation_work(&lease).await.unwrap().routes[1], Route::default());
}

async fn a_scene_described_anew_is_so_in_the_plan_too(store: Store) {
    let (user, id, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    store.save_operation(&lease, scenes[2], &json!({"provider": "one"})).await.unwrap();
    let route = Route { refused: Some("a duel".into()), ..Route::default() };
    store.describe_anew(&lease, scenes[2], "a cup in soft light", &route).await.unwrap();
    let work = store.generation_work(&lease).await.unwrap();
    let prompts: Vec<_> =
        work.plan.unwrap().scenes().iter().map(|scene| scene.visual_prompt.clone()).collect();
    let before = plan(&["Wake up", "Sip", "Go"]);
    assert_eq!(prompts[2], "a cup in soft light");
    assert_eq!(prompts[0], before.scenes()[0].visual_prompt);
    assert_eq!((&work.operations[2], &work.routes[2]), (&None, &route));
    assert_eq!(work.scenes, scenes, "they are the same scenes");
    let view = store.generation_view(user, id).await.unwrap().unwrap();
    assert_eq!(view.scenes[2].visual_prompt, "a cup in soft light");
    store.tell(&lease, "Scene 3 was refused").await.unwrap();
    let events = store.events_after(user, id, 0).await.unwrap().unwrap();
    assert_eq!(events.last().unwrap().current_step, "Scene 3 was refused");
}

async fn an_operation_that_is_given_up_is_called_off_or_forgotten(store: Store) {
    let (_, _, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    for (scene, handle) in [(0, Handle::Stays), (1, Handle::Forgotten), (2, Handle::CalledOff)] {
        store.save_operation(&lease, scenes[scene], &json!({ "scene": scene })).await.unwrap();
        store.save_route(&lease, scenes[scene], &route(None), handle).await.unwrap();
    }
    let operations = store.generation_work(&lease).await.unwrap().operations;
    assert_eq!(operations, [Some(json!({ "scene": 0 })), None, None]);
    let called_off: Vec<_> =
        store.called_off().await.unwrap().into_iter().map(|called_off| called_off.operation).collect();
    assert_eq!(called_off, [json!({ "scene": 2 })]);
}

async fn who_made_a_clip_is_kept_with_it(store: Store) {
    let (user, id, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let clip = NewAsset {
        scene: Some(scenes[1]),
        made_by: Some("two".into()),
        ..file(AssetKind::Clip, "clip-1.mp4")
    };
    store.add_asset(&lease, clip).await.unwrap();
    let view = store.generation_view(user, id).await.unwrap().unwrap();
    let makers: Vec<_> = view.scenes.iter().map(|scene| scene.made_by.as_deref()).collect();
    assert_eq!(makers, [None, Some("two"), None]);
    assert_eq!(store.generation_work(&lease).await.unwrap().assets[0].made_by.as_deref(), Some("two"));
}

async fn models_that_rest_are_listed_until_they_are_back(store: Store) {
    store.model_rests("one", HOUR, "is too busy at the moment").await.unwrap();
    store.model_rests("one", HOUR, "has no credit left").await.unwrap();
    store.model_rests("two", std::time::Duration::ZERO, "does not answer").await.unwrap();
    let resting = store.resting_models().await.unwrap();
    let [one] = &resting[..] else { panic!("{resting:?}") };
    assert_eq!((one.model.as_str(), one.reason.as_str()), ("one", "has no credit left"));
    store.model_is_back("one").await.unwrap();
    assert_eq!(store.resting_models().await.unwrap(), []);
}
