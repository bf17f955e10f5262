//! Ads of a vendor's clips: the pipeline, the adapter and a fake vendor over real HTTP.

use std::time::Duration;

use admint_domain::{AspectRatio, Backend, Frames, GenerationStatus, Price, Usd};
use admint_providers::{Limits, Scripted};
use admint_store::{AssetKind, LedgerLine};

use crate::{
    comfy_fake::{ComfyFake, comfy_model},
    fake::{Fake, Fate, Fault, On, clip, limits, model, sound_only},
    support::{Desk, create},
};

async fn desk(fake: &Fake) -> Desk {
    desk_within(fake, limits()).await
}

/// A script for everything but the clips.
async fn desk_within(fake: &Fake, limits: Limits) -> Desk {
    Desk::scripted_with(Scripted::default(), |providers, assets| {
        providers
            .with_replicate(fake.access(), [model(true)], limits, assets, None)
            .unwrap()
            .asking(&["fake"])
            .unwrap()
    })
    .await
}

fn scenes(ledger: &[LedgerLine]) -> Vec<(Price, Option<Price>)> {
    let scenes = ledger.iter().filter(|line| line.operation.starts_with("scene"));
    scenes.map(|line| (line.reserved, line.settled)).collect()
}

/// What a scene of 5 s costs.
const CLIP: Price = Price::Known(Usd::from_micros(250_000));

#[tokio::test]
async fn an_ad_of_a_vendors_clips_survives_two_faults_and_is_paid_once() {
    // Landscape, for an ad that stands: each clip is cropped to the ad's shape.
    let fake = Fake::start(clip(640, 360, 5.0)).await;
    fake.without_ranges();
    fake.fault(On::Create, Fault::AnswerLost);
    fake.fault(On::File, Fault::Breaks);
    let desk = desk(&fake).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;

    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(fake.faults_left(), 0);
    let sold = fake.sold();
    assert_eq!(sold.len(), 3, "{sold:?}");
    assert!(sold.iter().all(|sold| !sold.is_cancelled));
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    assert_eq!(scenes(&ledger), [(CLIP, Some(CLIP)); 3]);
    assert_eq!(view.cost_usd, Some(Usd::from_micros(750_000)));

    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let probe = admint_media::probe(desk.ffmpeg(), &desk.path(&video.key)).await.unwrap();
    assert_eq!((probe.width, probe.height), (1080, 1920));
    assert_eq!(probe.frame_count, u64::from(Frames::from_seconds(9).0));
    // The vendor's blue fills the frame, from edge to edge.
    for left in [0, 1000] {
        let [red, green, blue] = desk.mean_color(&desk.path(&video.key), [80, 80, left, 1000], 1.0);
        assert!(blue > red + 60 && blue > green + 40, "{red} {green} {blue}");
    }
    assert!(!desk.scratch_exists(id), "scratch files go away");
}

/// The vendor ends nothing before it is asked for all five: whoever waited for one after the other would wait for ever.
#[tokio::test]
async fn five_scenes_are_made_side_by_side() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.together(5);
    let desk = desk(&fake).await;
    let mut request = create("A cold brew for busy developers");
    request.duration_seconds = Some(19);
    request.aspect_ratio = Some(AspectRatio::Square);
    let id = desk.create(request).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!((view.num_scenes, fake.sold().len()), (5, 5));
}

/// What the vendor makes one of at a time is bought one at a time.
#[tokio::test]
async fn no_more_is_asked_for_at_a_time_than_there_is_room_for() {
    let scripted = Scripted::default().made_elsewhere(1).with_fault(0, admint_providers::Fault::Hangs);
    let desk = Desk::open(scripted.clone()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    let workers = desk.start_workers();
    desk.until_struck(&scripted).await;
    assert_eq!(scripted.started(), 1);
    workers.stop().await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(scripted.started(), 3);
}

/// The first scene's clip is this; what the maker is told, and what a second try buys.
async fn check_unusable(name: &str, fate: Fate, limits: Limits, says: &str) {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate(fate);
    let desk = desk_within(&fake, limits).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed, "{name}");
    let error = view.error.unwrap_or_default();
    assert!(error.contains(says) && error.contains("are kept"), "{name}: {error}");
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    assert_eq!(scenes(&ledger), [(CLIP, Some(CLIP)); 3], "{name}");
    assert_eq!(fake.sold().len(), 3, "{name}: each scene once");
    let clips = desk.files().iter().filter(|file| file.contains("-clip-")).count();
    assert_eq!(clips, 2, "{name}: the others are seen to their end");
    println!("{name:24} 3 bought  {error}");

    // Trying again buys the one scene that came to nothing.
    desk.pipeline.retry_generation(desk.user, id).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{name}: {:?}", view.error);
    assert_eq!(fake.sold().len(), 4, "{name}");
    assert_eq!(view.cost_usd, Some(Usd::from_micros(1_000_000)), "{name}");
}

#[tokio::test]
async fn a_corrupt_clip_is_not_used_and_only_it_is_bought_again() {
    let mut corrupt = clip(64, 64, 5.0);
    corrupt.truncate(600);
    check_unusable("corrupt MP4", Fate::Makes(corrupt), limits(), "damaged").await;
}

#[tokio::test]
async fn other_clips_that_are_no_use() {
    let short = clip(64, 64, 0.5);
    check_unusable("wrong duration", Fate::Makes(short), limits(), "lasts 0.5 s").await;
    check_unusable("no picture", Fate::Makes(sound_only()), limits(), "no video").await;
}

#[tokio::test]
async fn a_prediction_that_hangs_is_given_up_and_bought_anew_when_asked() {
    let limits = Limits { prediction: Duration::from_millis(300), ..limits() };
    check_unusable("never ends", Fate::NeverEnds, limits, "bought anew").await;
}

async fn desk_at(fake: &ComfyFake) -> Desk {
    Desk::scripted_with(Scripted::default(), |providers, assets| {
        let known = providers.with_comfyui(&fake.place(), [comfy_model()], limits(), assets).unwrap();
        known.asking(&[comfy_model().id]).unwrap()
    })
    .await
}

/// What a scene costs whose clip lasts 4 s there.
const MADE: Price = Price::Known(Usd::from_micros(8_000));

#[tokio::test]
async fn an_ad_of_a_workflows_clips_survives_faults_and_is_queued_once() {
    let fake = ComfyFake::start(clip(640, 360, 4.0)).await;
    fake.without_ranges();
    fake.fault(On::Create, Fault::AnswerLost);
    fake.fault(On::File, Fault::Breaks);
    let desk = desk_at(&fake).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!((fake.faults_left(), fake.queued(), fake.interrupted().len()), (0, 3, 0));
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    assert_eq!(scenes(&ledger), [(MADE, Some(MADE)); 3]);
    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let probe = admint_media::probe(desk.ffmpeg(), &desk.path(&video.key)).await.unwrap();
    assert_eq!((probe.width, probe.height), (1080, 1920));
    assert_eq!(probe.frame_count, u64::from(Frames::from_seconds(9).0));
}

#[tokio::test]
async fn a_corrupt_clip_of_a_workflow_is_not_used_and_only_it_is_made_again() {
    let mut corrupt = clip(64, 64, 4.0);
    corrupt.truncate(600);
    let fake = ComfyFake::start(clip(64, 64, 4.0)).await;
    fake.fate(Fate::Makes(corrupt));
    let desk = desk_at(&fake).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    assert!(view.error.unwrap_or_default().contains("damaged"));
    assert_eq!(fake.queued(), 3);
    desk.pipeline.retry_generation(desk.user, id).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!((view.status, fake.queued()), (GenerationStatus::Completed, 4), "{:?}", view.error);
}
