//! Whole generations with real ffmpeg: what users get, and what they keep when something breaks.

use crate::support::{Desk, create};
use admint_domain::{
    AspectRatio, Backend, CreateGeneration, ErrorCode, Frames, GenerationId, GenerationQuery,
    GenerationStatus, Provenance, StatusFilter, Usd,
};
use admint_providers::{Fault, Scripted};
use admint_store::AssetKind;

#[tokio::test]
async fn a_prompt_becomes_a_video_of_the_length_asked_for() {
    let desk = Desk::open(Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;

    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(view.progress, 100);
    assert_eq!(view.duration_seconds, 9.0);
    assert_eq!(view.cost_usd, Some(Usd::ZERO));
    assert_eq!(view.num_scenes, 3);
    assert!(view.video_url.is_some() && view.thumbnail_url.is_some());

    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let probe = admint_media::probe(desk.ffmpeg(), &desk.path(&video.key)).await.unwrap();
    assert_eq!((probe.width, probe.height), (1080, 1920));
    assert_eq!(probe.frame_count, u64::from(Frames::from_seconds(9).0));
    assert_eq!(probe.video_codec, "h264");
    assert!(probe.audio.is_some() && probe.fast_start);
    assert!(!desk.scratch_exists(id), "scratch files go away");

    // What lists show.
    let preview = desk.asset(id, AssetKind::Preview).await.unwrap();
    let probe = admint_media::probe(desk.ffmpeg(), &desk.path(&preview.key)).await.unwrap();
    assert_eq!((probe.width, probe.height, probe.frame_count), (320, 568, 72));
    assert!(probe.audio.is_none() && probe.fast_start && probe.video_codec == "h264");
    assert!(preview.bytes < 300_000, "{} bytes", preview.bytes);
    let card = desk.asset(id, AssetKind::Card).await.unwrap();
    assert_eq!(jpeg_size(&desk.path(&card.key)), (360, 640));
    assert!(card.bytes < 60_000, "{} bytes", card.bytes);
    assert!(view.preview_url.is_some_and(|url| url.contains(&preview.sha256[..12])));
    assert!(view.card_url.is_some_and(|url| url.contains(&card.sha256[..12])));

    let record = desk.asset(id, AssetKind::Provenance).await.unwrap();
    let record: Provenance = serde_json::from_slice(&std::fs::read(desk.path(&record.key)).unwrap()).unwrap();
    assert_eq!((record.id, record.seed, record.duration_seconds), (id, 7, 9.0));
    assert_eq!(record.video_model, "scripted");
    assert!(record.credits.iter().any(|credit| credit.licence == "OFL-1.1"), "{:?}", record.credits);
    assert_eq!(view.left_out, record.left_out);

    let profile = desk.pipeline.profile(desk.user).await.unwrap();
    assert_eq!(profile.total_generations, 1);
}

/// Width and height, as the header of a baseline JPEG has them.
fn jpeg_size(file: &std::path::Path) -> (u16, u16) {
    let jpeg = std::fs::read(file).unwrap();
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    let side = |at: usize| u16::from_be_bytes([jpeg[frame + at], jpeg[frame + at + 1]]);
    (side(7), side(5))
}

#[tokio::test]
async fn scenes_have_their_pictures_before_there_is_a_film() {
    for desk in [Desk::studio().await, Desk::open(Scripted::default()).await] {
        let id = desk.create(create("A cold brew for busy developers")).await;
        let workers = desk.start_workers();
        desk.until(id, |event| event.scene_pictures.len() >= 2).await;
        assert!(desk.asset(id, AssetKind::Video).await.is_none());
        let view = desk.pipeline.generation(desk.user, id).await.unwrap();
        assert!(view.scenes[0].still_url.is_some(), "{:?}", view.scenes[0]);
        let sketch = desk.store.scene_picture_of(desk.user, id, 0).await.unwrap().unwrap();
        assert_eq!((sketch.kind, sketch.content_type.as_str()), (AssetKind::Sketch, "image/jpeg"));
        assert_eq!(jpeg_size(&desk.path(&sketch.key)), (320, 568), "of the ad's shape");
        workers.stop().await;
    }
}

#[tokio::test]
async fn a_voice_speaks_over_the_music() {
    let desk = Desk::open(Scripted::default()).await;
    let ad = CreateGeneration {
        voice: true,
        captions: true,
        aspect_ratio: Some(AspectRatio::Square),
        ..create("A cold brew for busy developers")
    };
    let id = desk.create(ad).await;
    desk.work().await;

    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert!(view.voice && view.left_out.is_empty(), "{:?}", view.left_out);
    let timeline = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();
    let voice = timeline.voice.as_ref().unwrap();
    let narration = desk.asset(id, AssetKind::Narration).await.unwrap();
    assert_eq!((voice.asset, voice.lines.len()), (narration.id, 3));
    let captions = timeline.captions();
    assert_eq!(captions[0].text, "A cold brew 1");
    assert_eq!(captions[0].from, voice.lines[0].from, "captions follow what is heard");
    let record = desk.asset(id, AssetKind::Provenance).await.unwrap();
    let record: Provenance = serde_json::from_slice(&std::fs::read(desk.path(&record.key)).unwrap()).unwrap();
    assert_eq!(record.voice_model.as_deref(), Some("scripted"));

    // The music alone is 220 Hz; the voice in the middle of each scene is 440 Hz.
    let video = desk.path(&desk.asset(id, AssetKind::Video).await.unwrap().key);
    let (said, unsaid) = (voice.lines[0].from.seconds(), voice.lines[0].to.seconds());
    let during = desk.level_of_band(&video, 440, said + 0.2, unsaid - 0.2);
    let before = desk.level_of_band(&video, 440, 0.1, said - 0.2);
    assert!(during > before + 20.0, "{before} dB before the line, {during} dB in it");
    let music_during = desk.level_of_band(&video, 220, said + 0.2, unsaid - 0.2);
    let music_before = desk.level_of_band(&video, 220, 0.1, said - 0.4);
    assert!(music_during < music_before - 6.0, "{music_before} dB before the line, {music_during} dB in it");

    // The same words stand on a plate at the head of the picture as long as they are heard: its upper rim.
    let rim = [120, 6, 480, 82];
    let plate = |second| desk.mean_color(&video, rim, second).into_iter().map(u32::from).sum::<u32>();
    let (without, with) = (plate(captions[0].from.seconds() - 0.2), plate(captions[0].from.seconds() + 0.2));
    assert!(without > with + 100, "a dark plate: {without} before, {with} with it");

    let other = desk.another_user("other").await;
    assert!(desk.store.timeline_of(other, id).await.unwrap().is_none());
}

#[tokio::test]
async fn what_cannot_be_spoken_is_an_ad_without_a_voice_that_says_so() {
    let desk = Desk::open(Scripted::default()).await;
    let id = desk.create(CreateGeneration { voice: true, ..create("Cold brew? For busy developers") }).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(view.left_out, ["The script has no question marks."]);
    let timeline = desk.store.timeline_of(desk.user, id).await.unwrap().unwrap();
    assert!(timeline.voice.is_none());
    assert_eq!(timeline.captions()[0].text, "Cold brew? For 1", "captions of what is read");
    assert!(desk.asset(id, AssetKind::Narration).await.is_none());
}

#[tokio::test]
async fn a_handed_back_video_neither_speaks_twice_nor_forgets_why_nobody_does() {
    let speaks = ("A cold brew for busy developers", 1_250_000, Vec::new());
    let refuses = ("Cold brew? For busy developers", 1_000_000, vec!["The script has no question marks."]);
    for (prompt, micros, left_out) in [speaks, refuses] {
        let desk = Desk::open(Scripted::default().with_price(Usd::from_micros(250_000))).await;
        let id = desk.create(CreateGeneration { voice: true, ..create(prompt) }).await;
        let workers = desk.start_workers();
        // The words are being drawn: who speaks is settled.
        desk.until(id, |event| event.progress > 80).await;
        workers.stop().await;
        let view = desk.pipeline.generation(desk.user, id).await.unwrap();
        assert!(!view.status.is_final(), "handed back, not ended: {:?}", view.status);

        desk.work().await;
        let view = desk.pipeline.generation(desk.user, id).await.unwrap();
        assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
        assert_eq!(view.left_out, left_out);
        // Three scenes, the music, and the voice once if it speaks, at a quarter each.
        assert_eq!(view.cost_usd, Some(Usd::from_micros(micros)), "{prompt}");
    }
}

/// Percent never falls, every promised number is met, and the last event is the end.
#[tokio::test]
async fn events_tell_the_whole_story_in_order() {
    let desk = Desk::open(Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;

    let events = desk.pipeline.events(desk.user, id, 0).await.unwrap();
    let seen: Vec<u8> = events.iter().map(|event| event.progress).collect();
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(seen.first(), Some(&0));
    assert_eq!(seen.last(), Some(&100));
    assert!(seen.contains(&90), "{seen:?}");
    assert!(seen.iter().any(|progress| (30..=70).contains(progress)), "{seen:?}");
    assert_eq!(events.last().unwrap().status, GenerationStatus::Completed);
    assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq));

    let later = desk.pipeline.events(desk.user, id, events[1].seq).await.unwrap();
    assert_eq!(later, events[2..], "replay goes on where the reader left off");
}

#[tokio::test]
async fn a_failed_scene_keeps_the_scenes_before_it_and_says_why() {
    let scripted = Scripted::default().with_fault(1, Fault::CollectFails);
    let desk = Desk::open(scripted.clone()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;

    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    assert!(view.error.unwrap().contains("the script says so"));
    assert!(desk.asset(id, AssetKind::Clip).await.is_some(), "the first scene's clip is kept");
    assert!(desk.asset(id, AssetKind::Video).await.is_none());
    assert_eq!(desk.pipeline.profile(desk.user).await.unwrap().total_generations, 0);

    // An operation that failed will never have a result: its scene is started anew, and only that.
    assert_eq!(scripted.started(), 2);
    desk.store.retry(desk.user, id).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(scripted.started(), 4);
}

#[tokio::test]
async fn a_panic_while_drawing_fails_one_video_and_not_the_worker() {
    let desk = Desk::open(Scripted::default().with_fault(0, Fault::DrawPanics)).await;
    let broken = desk.create(create("A cold brew that panics")).await;
    let sound = desk.create(create("A cold brew that does not")).await;
    desk.work().await;

    let view = async |id| desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view(broken).await.status, GenerationStatus::Failed);
    let sound = view(sound).await;
    assert_eq!(sound.status, GenerationStatus::Completed, "{:?}", sound.error);
}

#[tokio::test]
async fn cancelling_a_queued_video_ends_it_at_once() {
    let desk = Desk::open(Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.pipeline.cancel_generation(desk.user, id).await.unwrap();
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Cancelled);
    let again = desk.pipeline.cancel_generation(desk.user, id).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Conflict);
}

#[tokio::test]
async fn cancelling_a_running_video_stops_its_model_and_its_work() {
    let scripted = Scripted::default().with_fault(1, Fault::Hangs);
    let desk = Desk::open(scripted.clone()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    let workers = desk.start_workers();
    desk.until(id, |event| event.current_step.contains("scene 2 of 3")).await;

    desk.until_struck(&scripted).await;
    desk.pipeline.cancel_generation(desk.user, id).await.unwrap();
    desk.until(id, |event| event.status == GenerationStatus::Cancelled).await;
    workers.stop().await;
    assert_eq!(scripted.cancelled(), 1, "the model is told");
    assert!(!desk.scratch_exists(id));
}

/// Its scene is with the model and no worker has it: the model is told all the same, whoever ends the video.
#[tokio::test]
async fn a_waiting_video_that_is_cancelled_or_deleted_stops_its_model() {
    for is_deleted in [false, true] {
        let scripted = Scripted::default().with_fault(1, Fault::Hangs).with_price(Usd::from_micros(250_000));
        let desk = Desk::open(scripted.clone()).await;
        let id = desk.create(create("A cold brew for busy developers")).await;
        let workers = desk.start_workers();
        desk.until(id, |event| event.current_step.contains("scene 2 of 3")).await;
        desk.until_struck(&scripted).await;
        workers.stop().await;
        assert_eq!((scripted.started(), scripted.cancelled()), (2, 0));

        if is_deleted {
            desk.pipeline.delete_generation(desk.user, id).await.unwrap();
        } else {
            desk.pipeline.cancel_generation(desk.user, id).await.unwrap();
        }
        desk.start_workers().stop().await;
        let cancelled: Vec<_> =
            scripted.purchases().into_iter().filter(|purchase| purchase.is_cancelled).collect();
        assert_eq!(cancelled.iter().map(|purchase| purchase.what.as_str()).collect::<Vec<_>>(), ["scene 2"]);
        let profile = desk.pipeline.profile(desk.user).await.unwrap();
        assert_eq!(profile.total_cost_usd, Usd::from_micros(500_000), "what was bought is said");
        if !is_deleted {
            // Tried again, the scene is another operation; the first scene's clip is kept.
            desk.pipeline.retry_generation(desk.user, id).await.unwrap();
            desk.work().await;
            let view = desk.pipeline.generation(desk.user, id).await.unwrap();
            assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
            assert_eq!(scripted.started(), 4);
        }
    }
}

#[tokio::test]
async fn a_handed_back_video_goes_on_where_it_was_and_starts_nothing_twice() {
    let scripted = Scripted::default().with_fault(1, Fault::Hangs).with_price(Usd::from_micros(250_000));
    let desk = Desk::open(scripted.clone()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    let workers = desk.start_workers();
    desk.until(id, |event| event.current_step.contains("scene 2 of 3")).await;
    desk.until_struck(&scripted).await;
    workers.stop().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert!(!view.status.is_final(), "handed back, not ended: {:?}", view.status);

    assert_eq!(scripted.cancelled(), 0, "who only hands it over leaves the operation alone");
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(scripted.started(), 3, "one operation a scene, whatever happened between");
    // Three scenes and the music at a quarter each.
    assert_eq!(view.cost_usd, Some(Usd::from_micros(1_000_000)));
    let profile = desk.pipeline.profile(desk.user).await.unwrap();
    assert_eq!((profile.total_generations, profile.total_cost_usd), (1, Usd::from_micros(1_000_000)));
}

#[tokio::test]
async fn deleting_removes_files_and_rows_and_nothing_of_others() {
    let desk = Desk::open(Scripted::default()).await;
    let gone = desk.create(create("A cold brew to be deleted")).await;
    let kept = desk.create(create("A cold brew to be kept")).await;
    desk.work().await;
    let files = desk.files();

    desk.pipeline.delete_generation(desk.user, gone).await.unwrap();
    let missing = desk.pipeline.generation(desk.user, gone).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound);
    let twice = desk.pipeline.delete_generation(desk.user, gone).await.unwrap_err();
    assert_eq!(twice.code, ErrorCode::NotFound);
    assert_eq!(desk.files(), files, "it can still be brought back");

    desk.purge().await;
    desk.purge().await;
    let left = desk.files();
    assert!(!left.is_empty() && left.len() < files.len());
    assert!(left.iter().all(|file| file.contains(&kept.to_string())), "{left:?}");
    assert_eq!(desk.pipeline.profile(desk.user).await.unwrap().total_generations, 2, "made is made");
}

#[tokio::test]
async fn deleting_a_running_video_stops_it_first() {
    let desk = Desk::open(Scripted::default().with_fault(1, Fault::Hangs)).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    let workers = desk.start_workers();
    desk.until(id, |event| event.current_step.contains("scene 2 of 3")).await;
    desk.pipeline.delete_generation(desk.user, id).await.unwrap();
    desk.purge().await;
    workers.stop().await;
    assert_eq!(desk.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_video_that_was_deleted_while_it_was_made_can_be_brought_back_and_tried_again() {
    let scripted = Scripted::default().with_fault(1, Fault::Hangs);
    let desk = Desk::open(scripted.clone()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    let workers = desk.start_workers();
    desk.until(id, |event| event.current_step.contains("scene 2 of 3")).await;
    desk.until_struck(&scripted).await;
    let stranger = desk.another_user("other").await;
    let forged = GenerationId::from_uuid(uuid::Uuid::from_u128(7));
    let theirs = desk.pipeline.delete_generations(stranger, &[id, forged]).await.unwrap();
    assert_eq!((theirs.deleted, theirs.not_found), (vec![], vec![id, forged]));

    let own = desk.pipeline.delete_generations(desk.user, &[forged, id]).await.unwrap();
    assert_eq!((own.deleted, own.not_found), (vec![id], vec![forged]));
    let twice = desk.pipeline.delete_generations(desk.user, &[id]).await.unwrap();
    assert_eq!((twice.deleted, twice.not_found), (vec![], vec![id]), "another tab");
    let theirs = desk.pipeline.restore_generations(stranger, &[id]).await.unwrap();
    assert_eq!((theirs.restored, theirs.not_found), (vec![], vec![id]));
    workers.stop().await;

    let back = desk.pipeline.restore_generations(desk.user, &[id, forged]).await.unwrap();
    assert_eq!((back.restored, back.not_found), (vec![id], vec![forged]));
    desk.purge().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Cancelled);
    desk.pipeline.retry_generation(desk.user, id).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert!(view.preview_url.is_some() && view.card_url.is_some());
}

#[tokio::test]
async fn what_is_somebody_elses_looks_like_nothing() {
    let desk = Desk::open(Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    let stranger = desk.another_user("stranger").await;
    let pipeline = &desk.pipeline;
    let codes = [
        pipeline.generation(stranger, id).await.unwrap_err().code,
        pipeline.events(stranger, id, 0).await.unwrap_err().code,
        pipeline.cancel_generation(stranger, id).await.unwrap_err().code,
        pipeline.delete_generation(stranger, id).await.unwrap_err().code,
    ];
    assert_eq!(codes, [ErrorCode::NotFound; 4]);
    let theirs = pipeline.generations(stranger, GenerationQuery::default()).await.unwrap();
    assert_eq!(theirs.total, 0);
    let view = pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Queued, "the stranger's cancel did nothing");
}

#[tokio::test]
async fn without_ffmpeg_the_video_fails_with_the_reason_and_keeps_its_plan() {
    let desk = Desk::without_ffmpeg(Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    assert!(view.error.unwrap().contains("ffmpeg"));
    assert_eq!(view.scenes.len(), 3);
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let desk = Desk::open(Scripted::default()).await;
    let refused = |request| async { desk.pipeline.create_generation(desk.user, request).await.unwrap_err() };
    assert_eq!(refused(create("too short")).await.field.as_deref(), Some("prompt"));
    assert_eq!(refused(create(&"x".repeat(501))).await.field.as_deref(), Some("prompt"));
    let mut long = create("A cold brew for busy developers");
    long.duration_seconds = Some(31);
    assert_eq!(refused(long).await.field.as_deref(), Some("duration_seconds"));
}

#[tokio::test]
async fn one_user_cannot_fill_the_queue() {
    let desk = Desk::open(Scripted::default()).await;
    for _ in 0..20 {
        desk.create(create("A cold brew for busy developers")).await;
    }
    let refused = desk.pipeline.create_generation(desk.user, create("One cold brew too many")).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RateLimited);
    assert!(refused.retry_after.is_some());
    let waiting = GenerationQuery { status: Some(StatusFilter::Processing), ..GenerationQuery::default() };
    assert_eq!(desk.pipeline.generations(desk.user, waiting).await.unwrap().total, 20);
}

/// Five are under way at a time, one is drawn and encoded, and one sketched: what takes memory does not grow with the queue.
#[tokio::test]
async fn many_jobs_at_work_take_turns_at_the_encoder() {
    let scripted = Scripted::default();
    let desk = Desk::open(scripted.clone()).await;
    desk.store.set_jobs_per_user(5).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..5 {
        let mut request = create("A cold brew for busy developers");
        request.aspect_ratio = Some(AspectRatio::Square);
        ids.push(desk.create(request).await);
    }
    desk.work_by(5).await;
    for id in ids {
        let view = desk.pipeline.generation(desk.user, id).await.unwrap();
        assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    }
    // A film, and a picture of one scene.
    assert!(scripted.most_drawn_at_once() <= 2, "{} at once", scripted.most_drawn_at_once());
}

#[tokio::test]
async fn every_shape_is_rendered_at_its_own_size() {
    let desk = Desk::open(Scripted::default()).await;
    let mut ids = Vec::new();
    for aspect in [AspectRatio::Square, AspectRatio::Landscape16x9] {
        let mut request = create("A cold brew for busy developers");
        request.aspect_ratio = Some(aspect);
        ids.push((aspect, desk.create(request).await));
    }
    desk.work().await;
    for (aspect, id) in ids {
        let video = desk.asset(id, AssetKind::Video).await.unwrap();
        let probe = admint_media::probe(desk.ffmpeg(), &desk.path(&video.key)).await.unwrap();
        let expected = aspect.resolution();
        assert_eq!((probe.width, probe.height), (expected.width, expected.height));
        assert_eq!(probe.frame_count, u64::from(Frames::from_seconds(9).0));
    }
}
