use admint_domain::{AdOptions, GenerationStatus};
use serde_json::json;

use super::*;
use crate::{BackOutcome, ChangeOutcome, ClipChange, Completed, NewRevision, RetryOutcome};

both_databases!(
    a_change_keeps_what_it_does_not_make_anew_and_shows_the_ad_as_it_was,
    what_nobody_can_go_back_to_is_removed_and_no_longer_counted,
    going_back_restores_rows_files_and_document,
    a_change_that_came_to_nothing_is_changed_or_given_up,
    only_a_complete_ad_at_rest_is_changed_and_only_by_its_user,
    a_revision_in_a_back_up_comes_back,
);

const HEADLINES: [&str; 3] = ["Wake up", "Sip", "Go"];

/// A complete ad: two clips of a kilobyte each and a third, a video and a document.
async fn complete_ad(store: &Store) -> (UserId, GenerationId) {
    let (user, id, lease) = at_work(store).await;
    store.save_spec(&lease, &spec()).await.unwrap();
    let scenes = store.save_plan(&lease, &plan(&HEADLINES)).await.unwrap();
    for (index, scene) in scenes.iter().enumerate() {
        store.save_operation(&lease, *scene, &json!(format!("operation {index}"))).await.unwrap();
        let clip = NewAsset { scene: Some(*scene), ..small(AssetKind::Clip, &format!("1-clip-{index}")) };
        store.add_asset(&lease, clip).await.unwrap();
    }
    finish(store, &lease, 1).await;
    (user, id)
}

fn small(kind: AssetKind, key: &str) -> NewAsset {
    NewAsset { bytes: 1000, ..file(kind, key) }
}

/// The last steps of an attempt, with files of its own.
async fn finish(store: &Store, lease: &Lease, number: u32) -> Vec<String> {
    store.save_timeline(lease, &timeline(number)).await.unwrap();
    store.add_asset(lease, small(AssetKind::Video, &format!("{number}-video"))).await.unwrap();
    let completed = Completed { duration: Frames(288), left_out: vec![format!("left out of {number}")] };
    store.complete(lease, completed).await.unwrap()
}

/// The second scene again, in other words.
async fn again(store: &Store, user: UserId, id: GenerationId, headline: &str) -> NewRevision {
    let ad = store.edited_ad(user, id).await.unwrap().unwrap();
    NewRevision {
        of: ad.revision,
        plan: plan(&[HEADLINES[0], headline, HEADLINES[2]]),
        options: AdOptions { model: Some(headline.into()), ..ad.work.brief.options },
        clips: vec![ClipChange::Kept, ClipChange::Again, ClipChange::Kept],
        anew: vec![AssetKind::Video],
    }
}

async fn queue(store: &Store, user: UserId, id: GenerationId, headline: &str) {
    let change = again(store, user, id, headline).await;
    assert_eq!(store.change(user, id, &change).await.unwrap(), ChangeOutcome::Queued);
}

/// Makes what the change left to be made.
async fn make(store: &Store, number: u32) -> Vec<String> {
    let lease = claim(store).await;
    let work = store.generation_work(&lease).await.unwrap();
    let clip =
        NewAsset { scene: Some(work.scenes[1]), ..small(AssetKind::Clip, &format!("{number}-clip-1")) };
    store.add_asset(&lease, clip).await.unwrap();
    finish(store, &lease, number).await
}

async fn shown_video(store: &Store, user: UserId, id: GenerationId) -> String {
    store.asset_of(user, id, AssetKind::Video).await.unwrap().unwrap().key
}

async fn keys(store: &Store) -> Vec<String> {
    store.named_files().await.unwrap().into_iter().map(|file| file.key).collect()
}

async fn stored(store: &Store, user: UserId) -> u64 {
    store.storage(user).await.unwrap().used_bytes
}

async fn a_change_keeps_what_it_does_not_make_anew_and_shows_the_ad_as_it_was(store: Store) {
    let (user, id) = complete_ad(&store).await;
    let before = store.edited_ad(user, id).await.unwrap().unwrap();
    assert!(before.is_complete && !before.is_changing && !before.can_undo);
    queue(&store, user, id, "Sip slowly").await;

    let view = store.generation_view(user, id).await.unwrap().unwrap();
    assert_eq!((view.status, view.progress), (GenerationStatus::Queued, 0));
    assert!(view.video_url.is_some(), "the ad is seen as it was");
    assert_eq!(shown_video(&store, user, id).await, "1-video");
    let lease = claim(&store).await;
    assert_eq!(store.generation_view(user, id).await.unwrap().unwrap().current_step, "Making your change");
    let work = store.generation_work(&lease).await.unwrap();
    assert_eq!(work.takes, [0, 1, 0]);
    assert_eq!(work.operations, [Some(json!("operation 0")), None, Some(json!("operation 2"))]);
    assert_eq!((work.timeline, work.earlier), (None, Some(timeline(1))));
    assert_eq!(work.brief.options.model.as_deref(), Some("Sip slowly"));
    let kept: Vec<_> = work.assets.iter().map(|asset| asset.key.as_str()).collect();
    assert_eq!(kept, ["1-clip-0", "1-clip-2"]);
    // What is made now is not seen yet.
    store.save_timeline(&lease, &timeline(2)).await.unwrap();
    store.add_asset(&lease, small(AssetKind::Video, "2-video")).await.unwrap();
    assert_eq!(shown_video(&store, user, id).await, "1-video");
    assert_eq!(store.timeline_of(user, id).await.unwrap(), Some(timeline(1)));
    store.complete(&lease, Completed { duration: Frames(300), left_out: Vec::new() }).await.unwrap();
    assert_eq!(shown_video(&store, user, id).await, "2-video");
    assert_eq!(store.timeline_of(user, id).await.unwrap(), Some(timeline(2)));
    let profile = store.profile(user).await.unwrap().unwrap();
    assert_eq!(profile.total_generations, 1);
}

async fn what_nobody_can_go_back_to_is_removed_and_no_longer_counted(store: Store) {
    let (user, id) = complete_ad(&store).await;
    assert_eq!(stored(&store, user).await, 4000);
    queue(&store, user, id, "Sip slowly").await;
    assert_eq!(make(&store, 2).await, [] as [String; 0], "the former one is kept");
    assert_eq!(stored(&store, user).await, 6000);
    queue(&store, user, id, "Sip again").await;
    let mut gone = make(&store, 3).await;
    gone.sort();
    assert_eq!(gone, ["1-clip-1", "1-video"]);
    assert_eq!(stored(&store, user).await, 6000);
    assert_eq!(keys(&store).await, ["1-clip-0", "1-clip-2", "2-clip-1", "2-video", "3-clip-1", "3-video"]);
    let gone = store.delete_generation(user, id).await.unwrap().unwrap();
    assert_eq!((gone.len(), stored(&store, user).await), (6, 0));
}

async fn going_back_restores_rows_files_and_document(store: Store) {
    let (user, id) = complete_ad(&store).await;
    let before = store.edited_ad(user, id).await.unwrap().unwrap();
    let shown = store.generation_view(user, id).await.unwrap().unwrap();
    queue(&store, user, id, "Sip slowly").await;
    make(&store, 2).await;
    let changed = store.edited_ad(user, id).await.unwrap().unwrap();
    assert!(changed.can_undo);
    assert_eq!(store.go_back(user, id, before.revision).await.unwrap(), BackOutcome::Stale);
    let BackOutcome::Done(mut gone) = store.go_back(user, id, changed.revision).await.unwrap() else {
        panic!("nothing to undo")
    };
    gone.sort();
    assert_eq!(gone, ["2-clip-1", "2-video"]);
    assert_eq!(stored(&store, user).await, 4000);

    let after = store.edited_ad(user, id).await.unwrap().unwrap();
    assert!(after.revision > changed.revision, "a form of the undone revision is known as such");
    assert!(!after.can_undo && !after.is_changing);
    let mut work = after.work.clone();
    // Its document is the earlier one's, and of the earlier number.
    assert_eq!((work.timeline.take(), work.earlier.take()), (None, Some(timeline(1))));
    work.timeline = Some(timeline(1));
    assert_eq!(work, before.work);
    assert_eq!(store.generation_view(user, id).await.unwrap().unwrap(), shown);
    assert_eq!(store.timeline_of(user, id).await.unwrap(), Some(timeline(1)));
    assert_eq!(store.go_back(user, id, after.revision).await.unwrap(), BackOutcome::Nothing);
    // And it can be changed again.
    queue(&store, user, id, "Sip twice").await;
    make(&store, 5).await;
    assert_eq!(shown_video(&store, user, id).await, "5-video");
    assert_eq!(store.timeline_of(user, id).await.unwrap(), Some(timeline(5)));
}

async fn a_change_that_came_to_nothing_is_changed_or_given_up(store: Store) {
    let (user, id) = complete_ad(&store).await;
    let before = store.edited_ad(user, id).await.unwrap().unwrap();
    queue(&store, user, id, "Sip slowly").await;
    let lease = claim(&store).await;
    let work = store.generation_work(&lease).await.unwrap();
    store.save_operation(&lease, work.scenes[1], &json!("bought")).await.unwrap();
    store.fail(&lease, "No.", false).await.unwrap();
    let failed = store.edited_ad(user, id).await.unwrap().unwrap();
    assert_eq!((failed.status, failed.is_changing), (GenerationStatus::Failed, true));
    assert_eq!(failed.error.as_deref(), Some("No."));
    assert_eq!(shown_video(&store, user, id).await, "1-video");

    // Another change of that scene calls off what the first began.
    queue(&store, user, id, "Sip again").await;
    let called_off = store.called_off().await.unwrap();
    assert_eq!(called_off.iter().map(|off| &off.operation).collect::<Vec<_>>(), [&json!("bought")]);
    let lease = claim(&store).await;
    let work = store.generation_work(&lease).await.unwrap();
    assert_eq!((work.takes, work.operations[1].clone()), (vec![0, 2, 0], None));
    let clip = NewAsset { scene: Some(work.scenes[1]), ..small(AssetKind::Clip, "3-clip-1") };
    store.add_asset(&lease, clip).await.unwrap();
    store.fail(&lease, "No.", false).await.unwrap();
    assert_eq!(store.retry(user, id).await.unwrap(), RetryOutcome::Queued);
    store.request_cancel(user, id).await.unwrap();

    let cancelled = store.edited_ad(user, id).await.unwrap().unwrap();
    assert_eq!((cancelled.status, cancelled.is_changing), (GenerationStatus::Cancelled, true));
    let back = store.go_back(user, id, cancelled.revision).await.unwrap();
    assert_eq!(back, BackOutcome::Done(vec!["3-clip-1".into()]));
    let kept = store.edited_ad(user, id).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.is_changing), (GenerationStatus::Completed, false));
    assert_eq!(kept.work.assets, before.work.assets);
    assert_eq!(kept.work.plan, before.work.plan);
    assert_eq!(stored(&store, user).await, 4000);
}

async fn only_a_complete_ad_at_rest_is_changed_and_only_by_its_user(store: Store) {
    let (user, id) = complete_ad(&store).await;
    let ben = super::user(&store, "ben").await;
    let change = again(&store, user, id, "Sip slowly").await;
    assert_eq!(store.edited_ad(ben, id).await.unwrap(), None);
    assert_eq!(store.change(ben, id, &change).await.unwrap(), ChangeOutcome::NotFound);
    assert_eq!(store.go_back(ben, id, 1).await.unwrap(), BackOutcome::NotFound);
    assert!(store.scene_asset_of(ben, id, AssetKind::Clip, 0).await.unwrap().is_none());
    assert!(store.scene_asset_of(user, id, AssetKind::Clip, 0).await.unwrap().is_some());
    assert!(store.scene_asset_of(user, id, AssetKind::Clip, 3).await.unwrap().is_none());

    assert_eq!(store.change(user, id, &change).await.unwrap(), ChangeOutcome::Queued);
    assert_eq!(store.change(user, id, &change).await.unwrap(), ChangeOutcome::Stale, "the other tab");
    let change = NewRevision { of: 2, ..change };
    assert_eq!(store.change(user, id, &change).await.unwrap(), ChangeOutcome::Busy);
    assert_eq!(store.go_back(user, id, 2).await.unwrap(), BackOutcome::Busy);
    make(&store, 2).await;
    let other = plan(&["Wake up", "Sip", "Go", "Come back"]);
    assert!(store.change(user, id, &NewRevision { plan: other, ..change.clone() }).await.is_err());

    let unfinished = generation(&store, user).await;
    let change = NewRevision { of: 1, ..change };
    assert_eq!(store.change(user, unfinished, &change).await.unwrap(), ChangeOutcome::Busy);
    store.request_cancel(user, unfinished).await.unwrap();
    assert_eq!(store.change(user, unfinished, &change).await.unwrap(), ChangeOutcome::Unfinished);
}

async fn a_revision_in_a_back_up_comes_back(store: Store) {
    let (user, id) = complete_ad(&store).await;
    queue(&store, user, id, "Sip slowly").await;
    make(&store, 2).await;
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("rows");
    let snapshot = store.dump(&dump).await.unwrap();
    assert_eq!(snapshot.rows["revision"], 1);
    store.rollback_all().await.unwrap();
    store.migrate().await.unwrap();
    store.load(&dump).await.unwrap();
    let ad = store.edited_ad(user, id).await.unwrap().unwrap();
    assert!(matches!(store.go_back(user, id, ad.revision).await.unwrap(), BackOutcome::Done(_)));
    assert_eq!(shown_video(&store, user, id).await, "1-video");
}
