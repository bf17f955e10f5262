//! Changes of ads that exist: what is made anew for them, what is kept, and what is bought.

use std::sync::Arc;

use admint_domain::{
    AspectRatio, Backend, ChangeAd, CreateGeneration, ErrorCode, Frames, GenerationId, GenerationStatus,
    SceneChange, ScenesView, Usd,
};
use admint_pipeline::Providers;
use admint_providers::{Fault, Scripted, VideoModel, VideoModels};
use admint_store::{AssetKind, AssetRecord, EditedAd};

use crate::support::{Desk, create};

/// What anything of the script costs.
const PRICE: Usd = Usd::from_micros(250_000);

fn script() -> Scripted {
    Scripted::default().with_price(PRICE)
}

fn ad(voice: bool) -> CreateGeneration {
    CreateGeneration {
        aspect_ratio: Some(AspectRatio::Square),
        voice,
        ..create("A cold brew for busy developers")
    }
}

async fn finished(desk: &Desk, request: CreateGeneration) -> GenerationId {
    let id = desk.create(request).await;
    desk.work().await;
    assert_eq!(status(desk, id).await, GenerationStatus::Completed);
    id
}

async fn status(desk: &Desk, id: GenerationId) -> GenerationStatus {
    desk.pipeline.generation(desk.user, id).await.unwrap().status
}

async fn scenes(desk: &Desk, id: GenerationId) -> ScenesView {
    desk.pipeline.scenes(desk.user, id).await.unwrap()
}

async fn edited(desk: &Desk, id: GenerationId) -> EditedAd {
    desk.store.edited_ad(desk.user, id).await.unwrap().unwrap()
}

/// The clips, in the scenes' order.
async fn clips(desk: &Desk, id: GenerationId) -> Vec<AssetRecord> {
    let work = edited(desk, id).await.work;
    let clip = |scene| work.assets.iter().find(|a| a.kind == AssetKind::Clip && a.scene == Some(scene));
    work.scenes.iter().map(|&scene| clip(scene).cloned().expect("a clip")).collect()
}

async fn begin(desk: &Desk, id: GenerationId, scenes: Vec<SceneChange>, most: Usd) {
    let revision = self::scenes(desk, id).await.revision;
    let change = ChangeAd { revision, scenes, max_cost_usd: Some(most), ..ChangeAd::default() };
    desk.pipeline.change_ad(desk.user, id, change).await.unwrap();
}

fn again(index: u32) -> Vec<SceneChange> {
    vec![SceneChange { index, again: true, ..SceneChange::default() }]
}

fn sold(scripted: &Scripted) -> Vec<String> {
    scripted.purchases().into_iter().map(|purchase| purchase.what).collect()
}

#[tokio::test]
async fn one_scene_is_made_again_and_all_else_is_kept() {
    let script = script();
    let desk = Desk::open(script.clone()).await;
    let id = finished(&desk, ad(false)).await;
    let before = clips(&desk, id).await;
    let timeline = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();
    let music = desk.asset(id, AssetKind::Soundtrack).await.unwrap();
    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let bytes = std::fs::read(desk.path(&video.key)).unwrap();
    let bought = sold(&script).len();

    begin(&desk, id, again(1), PRICE).await;
    // Until it is done, the ad is what it was.
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!((view.status, view.video_url.is_some()), (GenerationStatus::Queued, true));
    assert_eq!(desk.asset(id, AssetKind::Video).await.as_ref(), Some(&video));
    desk.work().await;

    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script)[bought..], ["scene 2"], "exactly one purchase");
    let after = clips(&desk, id).await;
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
    assert_ne!(after[1].sha256, before[1].sha256, "another take is another clip");
    assert_eq!(desk.asset(id, AssetKind::Soundtrack).await.unwrap(), music);
    let next = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();
    assert_eq!(next, timeline.replace_clip(timeline.clips[1].scene, after[1].id).unwrap());
    let remade = desk.asset(id, AssetKind::Video).await.unwrap();
    assert_ne!(remade.sha256, video.sha256);
    assert_eq!(remade.frames, Some(Frames::from_seconds(9)));
    let profile = desk.pipeline.profile(desk.user).await.unwrap();
    assert_eq!(profile.total_generations, 1, "a change is no further ad");
    assert_eq!(profile.total_cost_usd, Usd::from_micros(5 * 250_000));
    let view = scenes(&desk, id).await;
    assert_eq!((view.scenes[1].take, view.scenes[0].take, view.can_undo), (1, 0, true));
    assert!(view.scenes.iter().all(|scene| scene.still_url.is_some()));

    // Undone, everything is as it was, and what the change made is gone.
    desk.pipeline.undo_change(desk.user, id, view.revision).await.unwrap();
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(clips(&desk, id).await, before);
    assert_eq!(desk.asset(id, AssetKind::Video).await.as_ref(), Some(&video));
    assert_eq!(std::fs::read(desk.path(&video.key)).unwrap(), bytes);
    assert_eq!(desk.store.timeline_of(desk.user, id).await.unwrap().unwrap(), timeline);
    assert!(!desk.path(&after[1].key).exists() && !desk.path(&remade.key).exists());
    let view = scenes(&desk, id).await;
    assert_eq!((view.scenes[1].take, view.can_undo, view.is_changing), (0, false, false));
    let stored = desk.pipeline.profile(desk.user).await.unwrap().storage.used_bytes;
    let named = desk.store.named_files().await.unwrap();
    assert_eq!(stored, named.iter().map(|file| file.bytes).sum::<u64>());
}

#[tokio::test]
async fn a_later_change_takes_the_place_of_what_could_be_undone() {
    let desk = Desk::open(Scripted::default()).await;
    let id = finished(&desk, ad(false)).await;
    let first = clips(&desk, id).await;
    begin(&desk, id, again(0), Usd::ZERO).await;
    desk.work().await;
    let second = clips(&desk, id).await;
    begin(&desk, id, again(0), Usd::ZERO).await;
    desk.work().await;
    let third = clips(&desk, id).await;
    assert!(!desk.path(&first[0].key).exists(), "two changes ago");
    assert!(desk.path(&second[0].key).exists() && desk.path(&third[0].key).exists());
    let revision = scenes(&desk, id).await.revision;
    desk.pipeline.undo_change(desk.user, id, revision).await.unwrap();
    assert_eq!(clips(&desk, id).await, second);
    let named = desk.store.named_files().await.unwrap();
    assert_eq!(named.iter().filter(|file| file.key.contains("clip-")).count(), 3);
}

#[tokio::test]
async fn other_words_are_spoken_anew_over_the_same_clips() {
    let script = script();
    let desk = Desk::open(script.clone()).await;
    let id = finished(&desk, ad(true)).await;
    let before = clips(&desk, id).await;
    let music = desk.asset(id, AssetKind::Soundtrack).await.unwrap();
    let voice = desk.asset(id, AssetKind::Narration).await.unwrap();
    let bought = sold(&script).len();

    let words = SceneChange { index: 1, texts: Some(vec!["Awake by nine".into()]), ..SceneChange::default() };
    begin(&desk, id, vec![words], PRICE).await;
    desk.work().await;

    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script)[bought..], ["voice"]);
    assert_eq!(clips(&desk, id).await, before);
    assert_eq!(desk.asset(id, AssetKind::Soundtrack).await.unwrap(), music);
    assert_ne!(desk.asset(id, AssetKind::Narration).await.unwrap().id, voice.id);
    let timeline = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();
    assert_eq!(timeline.overlays[1].text, "Awake by nine");
    assert_eq!(timeline.captions()[1].text, "Awake by nine");
}

#[tokio::test]
async fn a_shorter_scene_keeps_its_clip_and_a_longer_one_is_bought_when_agreed() {
    let script = script();
    let desk = Desk::open(script.clone()).await;
    let request = CreateGeneration { duration_seconds: Some(12), ..ad(false) };
    let id = finished(&desk, request).await;
    let before = clips(&desk, id).await;
    let music = desk.asset(id, AssetKind::Soundtrack).await.unwrap();
    let bought = sold(&script).len();
    let length = |index, seconds| {
        vec![SceneChange { index, duration_seconds: Some(seconds), ..SceneChange::default() }]
    };

    begin(&desk, id, length(0, 3.0), PRICE).await;
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script)[bought..], ["music"], "arranged for another length");
    assert_eq!(clips(&desk, id).await, before);
    assert_ne!(desk.asset(id, AssetKind::Soundtrack).await.unwrap().id, music.id);
    let cut = before[0].frames.unwrap() - Frames(72);
    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let probe = admint_media::probe(desk.ffmpeg(), &desk.path(&video.key)).await.unwrap();
    assert_eq!(probe.frame_count, u64::from(Frames::from_seconds(12).0 - cut.0), "to the frame");
    assert_eq!(desk.pipeline.generation(desk.user, id).await.unwrap().duration_seconds, {
        (Frames::from_seconds(12) - cut).seconds()
    });

    // Longer than its clip, the scene is another clip; that and the music have their price.
    let revision = scenes(&desk, id).await.revision;
    let change = ChangeAd { revision, scenes: length(1, 6.0), ..ChangeAd::default() };
    let error = desk.pipeline.change_ad(desk.user, id, change.clone()).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("max_cost_usd"), "{error}");
    assert!(error.message.contains("$0.50"), "{error}");
    let bought = sold(&script).len();
    let change = ChangeAd { max_cost_usd: Some(Usd::from_micros(500_000)), ..change };
    desk.pipeline.change_ad(desk.user, id, change).await.unwrap();
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script)[bought..], ["scene 2", "music"]);
    let after = clips(&desk, id).await;
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
    assert_eq!(after[1].frames, Some(Frames::from_seconds(6)));
}

#[tokio::test]
async fn real_clips_take_the_places_of_an_animatics() {
    let script = script();
    let vendor = script.clone();
    let desk = Desk::scripted_with(Scripted::default(), |providers, assets| {
        let studio = Providers::studio(assets).video.first().clone();
        Providers {
            video: VideoModels::new(studio).asking([Arc::new(vendor) as Arc<dyn VideoModel>]),
            ..providers
        }
    })
    .await;
    let id = finished(&desk, CreateGeneration { animatic: true, ..ad(false) }).await;
    assert_eq!(sold(&script), [] as [&str; 0], "an animatic is free");
    let view = scenes(&desk, id).await;
    assert!(view.is_drawn && view.scenes.iter().all(|scene| scene.made_by.as_deref() == Some("studio")));
    assert_eq!(view.models.len(), 1, "{:?}", view.models);
    assert_eq!(view.models[0].cost_usd, Some(Usd::from_micros(750_000)));
    assert!(view.scenes.iter().all(|scene| scene.again_cost_usd == Some(Usd::ZERO)));

    // Edited first, for nothing.
    let words = SceneChange {
        index: 0,
        texts: Some(vec!["Cold, and yours".into()]),
        duration_seconds: Some(3.5),
        ..SceneChange::default()
    };
    begin(&desk, id, vec![words], Usd::ZERO).await;
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script), [] as [&str; 0]);
    let music = desk.asset(id, AssetKind::Soundtrack).await.unwrap();
    let animatic = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();

    let real = ChangeAd {
        revision: scenes(&desk, id).await.revision,
        real_clips: Some("scripted".into()),
        max_cost_usd: Some(Usd::from_micros(750_000)),
        ..ChangeAd::default()
    };
    let too_little = ChangeAd { max_cost_usd: Some(Usd::from_micros(749_999)), ..real.clone() };
    let error = desk.pipeline.change_ad(desk.user, id, too_little).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("max_cost_usd"));
    desk.pipeline.change_ad(desk.user, id, real.clone()).await.unwrap();
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script), ["scene 1", "scene 2", "scene 3"]);
    assert_eq!(desk.asset(id, AssetKind::Soundtrack).await.unwrap(), music);
    let timeline = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();
    assert_eq!((&timeline.overlays, timeline.total()), (&animatic.overlays, animatic.total()));
    let view = scenes(&desk, id).await;
    assert!(!view.is_drawn && view.models.is_empty());
    assert!(view.scenes.iter().all(|scene| scene.made_by.as_deref() == Some("scripted")), "{view:?}");
    let twice = ChangeAd { revision: view.revision, ..real };
    let error = desk.pipeline.change_ad(desk.user, id, twice).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
}

#[tokio::test]
async fn a_change_that_fails_leaves_the_ad_as_it_was_and_is_tried_again_or_given_up() {
    let script = script();
    let desk = Desk::open(script.clone()).await;
    let id = finished(&desk, ad(false)).await;
    let before = clips(&desk, id).await;
    let shown = [AssetKind::Video, AssetKind::Thumbnail, AssetKind::Provenance];
    let mut files = Vec::new();
    for kind in shown {
        files.push(desk.asset(id, kind).await.unwrap());
    }
    let bought = sold(&script).len();

    let _ = script.clone().with_fault(2, Fault::StartFails);
    begin(&desk, id, [again(0), again(2)].concat(), PRICE + PRICE).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    assert!(view.error.is_some() && view.video_url.is_some() && view.thumbnail_url.is_some());
    for (kind, file) in shown.into_iter().zip(&files) {
        assert_eq!(desk.asset(id, kind).await.as_ref(), Some(file));
        assert!(desk.path(&file.key).exists());
    }
    assert_eq!(sold(&script)[bought..], ["scene 1"]);

    // Tried again, it goes on with what is missing.
    desk.pipeline.retry_generation(desk.user, id).await.unwrap();
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script)[bought..], ["scene 1", "scene 3"]);
    let after = clips(&desk, id).await;
    assert_eq!(after[1], before[1]);

    // Another one fails, and the ad is kept as it was.
    let _ = script.clone().with_fault(1, Fault::StartFails);
    begin(&desk, id, again(1), PRICE).await;
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Failed);
    let view = scenes(&desk, id).await;
    assert!(view.is_changing && !view.can_undo);
    desk.pipeline.undo_change(desk.user, id, view.revision).await.unwrap();
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(clips(&desk, id).await, after);
    // What could be undone before still can.
    let view = scenes(&desk, id).await;
    assert!(view.can_undo && !view.is_changing);
    desk.pipeline.undo_change(desk.user, id, view.revision).await.unwrap();
    assert_eq!(clips(&desk, id).await, before);
    assert_eq!(desk.asset(id, AssetKind::Video).await.as_ref(), Some(&files[0]));
}

#[tokio::test]
async fn a_change_that_failed_can_be_changed() {
    let script = script();
    let desk = Desk::open(script.clone()).await;
    let id = finished(&desk, ad(false)).await;
    let bought = sold(&script).len();
    let _ = script.clone().with_fault(1, Fault::StartFails);
    begin(&desk, id, [again(0), again(1)].concat(), PRICE + PRICE).await;
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Failed);

    let prompt =
        SceneChange { index: 1, visual_prompt: Some("A quiet desk".into()), ..SceneChange::default() };
    begin(&desk, id, vec![prompt], PRICE).await;
    desk.work().await;
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);
    assert_eq!(sold(&script)[bought..], ["scene 1", "scene 2"], "the first is not bought again");
    assert_eq!(scenes(&desk, id).await.scenes[1].visual_prompt, "A quiet desk");
}

#[tokio::test]
async fn a_cancelled_change_is_called_off_and_the_ad_stays() {
    let script = script();
    let desk = Desk::open(script.clone()).await;
    let id = finished(&desk, ad(false)).await;
    let before = clips(&desk, id).await;
    let _ = script.clone().with_fault(1, Fault::Hangs);
    begin(&desk, id, again(1), PRICE).await;
    let workers = desk.start_workers();
    desk.until_struck(&script).await;
    desk.pipeline.cancel_generation(desk.user, id).await.unwrap();
    desk.until(id, |event| event.status == GenerationStatus::Cancelled).await;
    workers.stop().await;
    assert_eq!(script.cancelled(), 1);
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!((view.status, view.video_url.is_some()), (GenerationStatus::Cancelled, true));
    let revision = scenes(&desk, id).await.revision;
    desk.pipeline.undo_change(desk.user, id, revision).await.unwrap();
    assert_eq!(clips(&desk, id).await, before);
    assert_eq!(status(&desk, id).await, GenerationStatus::Completed);

    // Deleted while it is changed, it is gone with all its files.
    let _ = script.clone().with_fault(1, Fault::Hangs);
    begin(&desk, id, again(1), PRICE).await;
    let workers = desk.start_workers();
    desk.until_struck(&script).await;
    desk.pipeline.delete_generation(desk.user, id).await.unwrap();
    workers.stop().await;
    desk.purge().await;
    assert_eq!(desk.files(), [] as [String; 0]);
    assert_eq!(script.cancelled(), 2);
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told() {
    let desk = Desk::open(Scripted::default()).await;
    let id = desk.create(ad(false)).await;
    let change = |revision| ChangeAd { revision, scenes: again(0), ..ChangeAd::default() };
    let user = desk.user;
    let error = desk.pipeline.change_ad(user, id, change(1)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict, "not planned yet");
    desk.work().await;

    desk.pipeline.change_ad(user, id, change(1)).await.unwrap();
    let error = desk.pipeline.change_ad(user, id, change(1)).await.unwrap_err();
    assert!(error.code == ErrorCode::Conflict && error.message.contains("another tab"), "{error}");
    let error = desk.pipeline.change_ad(user, id, change(2)).await.unwrap_err();
    assert!(error.code == ErrorCode::Conflict && error.message.contains("being made"), "{error}");
    let error = desk.pipeline.undo_change(user, id, 2).await.unwrap_err();
    assert!(error.code == ErrorCode::Conflict && error.message.contains("being made"), "{error}");
    let stranger = desk.another_user("stranger").await;
    for error in [
        desk.pipeline.change_ad(stranger, id, change(2)).await.unwrap_err(),
        desk.pipeline.undo_change(stranger, id, 2).await.unwrap_err(),
        desk.pipeline.scenes(stranger, id).await.unwrap_err(),
    ] {
        assert_eq!(error.code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn what_cannot_be_made_is_said_at_its_field() {
    let desk = Desk::open(Scripted::default()).await;
    let id = finished(&desk, ad(false)).await;
    let text = |text: &str| SceneChange { texts: Some(vec![text.into()]), ..SceneChange::default() };
    let length =
        |index, seconds| SceneChange { index, duration_seconds: Some(seconds), ..SceneChange::default() };
    let long = "one two three four five six seven eight nine ten eleven twelve thirteen";
    for (scenes, field, says) in [
        (vec![text("")], "scenes[0].texts[0]", "needs words"),
        (vec![text(long)], "scenes[0].texts[0]", "At most 46 characters"),
        (vec![text("a b c d e f g h i j k l m n o p")], "scenes[0].texts", "to read"),
        (vec![length(1, 2.9)], "scenes[1].duration_seconds", "3 to 7 s"),
        (vec![length(1, f64::NAN)], "scenes[1].duration_seconds", "3 to 7 s"),
        (vec![length(0, 3.0), length(1, 3.0), length(2, 3.0)], "duration_seconds", "9 to 30 s"),
        (vec![SceneChange { index: 3, ..SceneChange::default() }], "scenes", "3 scenes"),
        (
            vec![SceneChange { visual_prompt: Some(" ".into()), ..SceneChange::default() }],
            "scenes[0].visual_prompt",
            "camera",
        ),
        (vec![SceneChange::default()], "scenes", "Nothing is changed"),
    ] {
        let change = ChangeAd { revision: 1, scenes, ..ChangeAd::default() };
        let error = desk.pipeline.change_ad(desk.user, id, change).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
        assert!(error.message.contains(says), "{error}");
    }
    assert_eq!(scenes(&desk, id).await.revision, 1);
}
