use serde_json::json;

use super::*;

both_databases!(
    what_is_saved_is_found_again,
    another_plan_replaces_the_scenes,
    a_file_made_again_keeps_its_id,
    every_change_of_a_timeline_is_a_revision,
);

async fn what_is_saved_is_found_again(store: Store) {
    let (_, _, lease) = at_work(&store).await;
    let fresh = store.generation_work(&lease).await.unwrap();
    assert_eq!(fresh.brief, brief("Fresh coffee for early birds"));
    assert_eq!((&fresh.spec, &fresh.plan, &fresh.timeline), (&None, &None, &None));
    assert!(fresh.scenes.is_empty() && fresh.operations.is_empty() && fresh.assets.is_empty());

    let plan = plan(&["Wake up", "Sip", "Go"]);
    let handle = json!({"provider": "studio", "handle": {"nested": ["ü", 1, null]}});
    store.save_spec(&lease, &spec()).await.unwrap();
    let scenes = store.save_plan(&lease, &plan).await.unwrap();
    store.save_operation(&lease, scenes[1], &handle).await.unwrap();
    let clip = NewAsset { scene: Some(scenes[1]), ..file(AssetKind::Clip, "clip-1.mp4") };
    let id = store.add_asset(&lease, clip.clone()).await.unwrap();
    store.save_timeline(&lease, &timeline(3)).await.unwrap();

    let work = store.generation_work(&lease).await.unwrap();
    assert_eq!((work.spec, work.plan), (Some(spec()), Some(plan)));
    assert_eq!((work.scenes, work.operations), (scenes, vec![None, Some(handle), None]));
    assert_eq!(work.timeline, Some(timeline(3)));
    let [asset] = &work.assets[..] else { panic!("{:?}", work.assets) };
    assert_eq!((asset.id, asset.scene, asset.kind), (id, clip.scene, AssetKind::Clip));
    assert_eq!((asset.bytes, asset.frames), (clip.bytes, clip.frames));
    assert_eq!(
        (&asset.key, &asset.sha256, &asset.content_type),
        (&clip.key, &clip.sha256, &clip.content_type)
    );
}

async fn another_plan_replaces_the_scenes(store: Store) {
    let (_, _, lease) = at_work(&store).await;
    let first = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    assert_eq!(store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap(), first);
    let second = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go", "Now"])).await.unwrap();
    assert!(second.len() == 4 && second.iter().all(|scene| !first.contains(scene)));
    assert_eq!(store.generation_work(&lease).await.unwrap().scenes, second);
}

async fn a_file_made_again_keeps_its_id(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let clip = |index: usize, key| NewAsset { scene: Some(scenes[index]), ..file(AssetKind::Clip, key) };
    let first = store.add_asset(&lease, clip(0, "one.mp4")).await.unwrap();
    let other = store.add_asset(&lease, clip(1, "other.mp4")).await.unwrap();
    let video = store.add_asset(&lease, file(AssetKind::Video, "video.mp4")).await.unwrap();
    assert_eq!(store.add_asset(&lease, clip(0, "two.mp4")).await.unwrap(), first);
    assert_eq!(store.add_asset(&lease, file(AssetKind::Video, "video.mp4")).await.unwrap(), video);
    assert!(first != other && other != video);

    let assets = store.generation_work(&lease).await.unwrap().assets;
    let mut keys: Vec<_> = assets.iter().map(|asset| asset.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["other.mp4", "two.mp4", "video.mp4"]);
    assert_eq!(store.asset_of(ann, id, AssetKind::Video).await.unwrap().unwrap().id, video);
    assert_eq!(store.asset_of(ann, id, AssetKind::Thumbnail).await.unwrap(), None);
}

async fn every_change_of_a_timeline_is_a_revision(store: Store) {
    let (_, _, lease) = at_work(&store).await;
    let id = store.save_timeline(&lease, &timeline(1)).await.unwrap();
    for clips in [1, 2, 2, 3] {
        assert_eq!(store.save_timeline(&lease, &timeline(clips)).await.unwrap(), id);
        assert_eq!(store.generation_work(&lease).await.unwrap().timeline, Some(timeline(clips)));
    }
    use sea_orm::{EntityTrait, QueryOrder};
    let revisions = crate::entity::timeline_revision::Entity::find()
        .order_by_asc(crate::entity::timeline_revision::Column::Revision)
        .all(store.reader())
        .await
        .unwrap();
    assert_eq!(revisions.iter().map(|row| row.revision).collect::<Vec<_>>(), [1, 2, 3]);
}
