//! Where a model makes nothing, the next is asked: whom, what that costs, and what is said of it.

use std::sync::Arc;

use admint_domain::{
    AdSpec, AspectRatio, Backend, Brief, CreateGeneration, GenerationStatus, Origins, Price, Provenance,
    ScenePlan, Usd,
};
use admint_pipeline::Providers;
use admint_providers::{Failure, IdempotencyKey, Planned, Planner, RefusedPicture, Scripted};
use admint_store::AssetKind;
use async_trait::async_trait;

use crate::{
    fake::{FAKE, Fake, Fate, Fault, On, SECOND, clip, limits, model, second_model},
    support::{Desk, create},
};

const CLIP: Price = Price::Known(Usd::from_micros(250_000));
const NOTHING: Price = Price::Known(Usd::ZERO);

/// Two models of one vendor, and Studio where it is named; a script for everything but the clips.
async fn desk(fake: &Fake, asked: &[&str]) -> Desk {
    Desk::scripted_with(Scripted::default(), |providers, assets| {
        let studio = Providers { video: Providers::studio(assets).video, ..providers };
        let models = [model(true), second_model()];
        studio.with_replicate(fake.access(), models, limits(), assets, None).unwrap().asking(asked).unwrap()
    })
    .await
}

fn ad() -> CreateGeneration {
    CreateGeneration { aspect_ratio: Some(AspectRatio::Square), ..create("A cold brew for busy developers") }
}

/// What was settled for the second scene, by the name of its entry.
async fn second_scene(desk: &Desk, id: admint_domain::GenerationId) -> Vec<(String, Option<Price>)> {
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    let second = ledger.into_iter().filter(|line| line.operation.starts_with("scene 2"));
    second.map(|line| (line.operation, line.settled)).collect()
}

#[tokio::test]
async fn a_scene_that_one_model_cannot_make_is_the_next_ones_and_it_is_said() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 2", Fate::NoOutput);
    let desk = desk(&fake, &["fake", "second"]).await;
    let id = desk.create(ad()).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    let makers: Vec<_> = view.scenes.iter().map(|scene| scene.made_by.as_deref()).collect();
    assert_eq!(makers, [Some("fake"), Some("second"), Some("fake")]);
    let story = "Scene 2: Fake gave an unusable answer; Second made it.";
    assert!(view.left_out.iter().any(|note| note == story), "{:?}", view.left_out);
    let events = desk.pipeline.events(desk.user, id, 0).await.unwrap();
    let steps: Vec<_> = events.iter().map(|event| event.current_step.as_str()).collect();
    assert!(steps.contains(&"Scene 2: Fake gave an unusable answer; Second is asked."), "{steps:?}");
    assert!(steps.contains(&story), "{steps:?}");

    // What failed may be billed by the vendor, and stays booked.
    let both = [("scene 2, fake".to_owned(), Some(CLIP)), ("scene 2, second".to_owned(), Some(CLIP))];
    assert_eq!(second_scene(&desk, id).await, both);
    assert_eq!(view.cost_usd, Some(Usd::from_micros(1_000_000)));
    let record = desk.asset(id, AssetKind::Provenance).await.unwrap();
    let record: Provenance = serde_json::from_slice(&std::fs::read(desk.path(&record.key)).unwrap()).unwrap();
    assert_eq!(record.video_model, "fake, second");
    assert!(record.credits.iter().any(|credit| credit.name == "Second"), "{:?}", record.credits);
}

#[tokio::test]
async fn who_has_no_credit_is_paid_nothing_and_studio_can_be_the_last() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.close(FAKE, 402);
    let desk = desk(&fake, &["fake", "studio"]).await;
    let id = desk.create(ad()).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert!(view.scenes.iter().all(|scene| scene.made_by.as_deref() == Some("studio")));
    assert!(view.left_out.iter().any(|note| note == "Scene 3: Fake has no credit left; Studio made it."));
    assert_eq!((view.cost_usd, fake.sold().len()), (Some(Usd::ZERO), 0));
    let none = [("scene 2, fake".to_owned(), Some(NOTHING)), ("scene 2, studio".to_owned(), Some(NOTHING))];
    assert_eq!(second_scene(&desk, id).await, none);
}

/// A refused picture, a clip that is none and an answer that gets lost in one ad; with `--no-capture` its ledger is
/// printed.
#[tokio::test]
async fn the_ledger_after_three_faults() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 1", Fate::Fails(NSFW));
    fake.fate_of(FAKE, "picture 2", Fate::NoOutput);
    fake.fault(On::Create, Fault::AnswerLost);
    let desk = desk(&fake, &["fake", "second"]).await;
    let id = desk.create(ad()).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(fake.faults_left(), 0);
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    for line in &ledger {
        println!("{:10} | {:18} | {:?} | {:?}", line.provider, line.operation, line.reserved, line.settled);
    }
    let scenes = ledger.iter().filter(|line| line.operation.starts_with("scene"));
    let mut bought: Vec<_> = scenes.map(|line| (line.operation.as_str(), line.settled)).collect();
    bought.sort_by_key(|line| line.0);
    let names = ["scene 1, fake", "scene 1, fake", "scene 2, fake", "scene 2, second", "scene 3, fake"];
    assert_eq!(bought, names.map(|name| (name, Some(CLIP))));
    // What was sold is what was booked, the purchase whose answer got lost among it.
    assert_eq!((fake.sold().len(), view.cost_usd), (5, Some(Usd::from_micros(1_250_000))));
}

/// The worker stops while the second model is at it: the first is not asked again, and the second not paid twice.
#[tokio::test]
async fn a_restart_goes_on_where_the_chain_was() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 2", Fate::NoOutput);
    fake.fate_of(SECOND, "picture 2", Fate::NeverEnds);
    let desk = desk(&fake, &["fake", "second"]).await;
    let id = desk.create(ad()).await;
    let workers = desk.start_workers();
    desk.until(id, |event| event.current_step.contains("Second is asked")).await;
    while fake.sold_by(SECOND) == 0 {
        tokio::task::yield_now().await;
    }
    workers.stop().await;
    fake.end_all();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!((fake.sold_by(FAKE), fake.sold_by(SECOND)), (3, 1));
    assert_eq!(view.scenes[1].made_by.as_deref(), Some("second"));
    assert!(view.left_out.iter().any(|note| note.contains("Second made it")), "{:?}", view.left_out);
}

#[tokio::test]
async fn when_nobody_makes_it_the_maker_hears_why_and_a_retry_begins_anew() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 2", Fate::NoOutput);
    fake.fate_of(SECOND, "picture 2", Fate::Fails("out of memory"));
    let desk = desk(&fake, &["fake", "second"]).await;
    // The wish comes first.
    let id = desk.create(CreateGeneration { model: Some("second".into()), ..ad() }).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    let error = view.error.unwrap_or_default();
    let story = "scene 2: Second gave an unusable answer; Fake gave an unusable answer";
    assert!(error.contains(story) && error.contains("are kept"), "{error}");
    assert_eq!((fake.sold_by(SECOND), fake.sold_by(FAKE)), (3, 1));

    desk.pipeline.retry_generation(desk.user, id).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!((fake.sold_by(SECOND), fake.sold_by(FAKE)), (4, 1));
    assert_eq!(
        view.left_out.iter().filter(|note| note.contains("made it")).count(),
        0,
        "{:?}",
        view.left_out
    );
}

/// Whether it was sold is not known: asking the next could buy twice, so the job waits.
#[tokio::test]
async fn a_lost_answer_is_never_left_to_others() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    for _ in 0..3 {
        fake.fault(On::Create, Fault::AnswerLost);
    }
    for _ in 0..3 {
        fake.fault(On::List, Fault::Answer(403, serde_json::json!({ "detail": "not now" })));
    }
    let desk = desk(&fake, &["fake", "second"]).await;
    let id = desk.create(ad()).await;
    let workers = desk.start_workers();
    desk.until(id, |event| event.status.is_final() || event.current_step.contains("try again")).await;
    workers.stop().await;
    assert_eq!(fake.sold_by(SECOND), 0);
}

const NSFW: &str = "NSFW content detected. Try running it again, or try a different prompt.";

#[tokio::test]
async fn a_refused_picture_is_described_otherwise_and_asked_for_once_more() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 2", Fate::Fails(NSFW));
    let desk = desk(&fake, &["fake", "second"]).await;
    let id = desk.create(ad()).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!((fake.sold_by(FAKE), fake.sold_by(SECOND)), (4, 0));
    let picture = &view.scenes[1].visual_prompt;
    assert!(picture.contains("on a plain surface"), "{picture}");
    assert_eq!(view.scenes[2].visual_prompt, "A cold brew, picture 3", "the others stay as they were");
    let story = format!("Scene 2 was refused; its picture is now described as: {picture}");
    let events = desk.pipeline.events(desk.user, id, 0).await.unwrap();
    assert!(events.iter().any(|event| event.current_step == story), "{events:?}");
    assert_eq!(view.left_out.iter().filter(|note| **note == story).count(), 1, "{:?}", view.left_out);
    let twice = [("scene 2, fake".to_owned(), Some(CLIP)), ("scene 2, fake".to_owned(), Some(CLIP))];
    assert_eq!(second_scene(&desk, id).await, twice);
}

#[tokio::test]
async fn what_is_refused_twice_is_the_next_ones() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 2", Fate::Fails(NSFW));
    fake.fate_of(FAKE, "plain surface", Fate::Fails(NSFW));
    let desk = desk(&fake, &["fake", "second"]).await;
    let id = desk.create(ad()).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!((fake.sold_by(FAKE), fake.sold_by(SECOND)), (4, 1));
    let story = "Scene 2: Fake refused the content; Second made it.";
    assert!(view.left_out.iter().any(|note| note == story), "{:?}", view.left_out);
}

/// Three scenes were turned down, so the next ad does not ask there at all.
#[tokio::test]
async fn who_fails_again_and_again_is_passed_over_for_a_while() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.close(FAKE, 402);
    let desk = desk(&fake, &["fake", "second"]).await;
    for (asked, says) in
        [(6, "Fake has no credit left"), (9, "Fake was passed over, as it has no credit left")]
    {
        let id = desk.create(ad()).await;
        desk.work().await;
        let view = desk.pipeline.generation(desk.user, id).await.unwrap();
        assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
        assert_eq!(fake.asked(On::Create), asked, "{says}");
        let story = format!("Scene 1: {says}; Second made it.");
        assert!(view.left_out.contains(&story), "{:?}", view.left_out);
    }
    let resting = desk.store.resting_models().await.unwrap();
    assert_eq!(resting.len(), 1, "{resting:?}");
    assert_eq!((resting[0].model.as_str(), resting[0].reason.as_str()), ("fake", "has no credit left"));
}

/// Plans as the script says, and sells other words for a picture.
struct Words(Scripted);

#[async_trait]
impl Planner for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    fn origins(&self, brief: &Brief) -> Origins {
        Planner::origins(&self.0, brief)
    }

    fn price(&self, _brief: &Brief) -> Price {
        Price::Known(Usd::from_micros(10_000))
    }

    async fn write_spec(&self, brief: &Brief, key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        self.0.write_spec(brief, key).await
    }

    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        self.0.plan_scenes(brief, spec, key).await
    }

    async fn rewrite_prompt(
        &self,
        _brief: &Brief,
        refused: RefusedPicture<'_>,
        _key: &IdempotencyKey,
    ) -> Result<Planned<String>, Failure> {
        assert_eq!((refused.scene.visual_prompt.as_str(), refused.reason), ("A cold brew, picture 2", NSFW));
        Ok(Planned::by("words", "A cup in soft light".into(), Price::Known(Usd::from_micros(4_000))))
    }
}

#[tokio::test]
async fn other_words_for_a_picture_are_paid_for_like_a_plan() {
    let fake = Fake::start(clip(64, 64, 5.0)).await;
    fake.fate_of(FAKE, "picture 2", Fate::Fails(NSFW));
    let desk = Desk::scripted_with(Scripted::default(), |providers, assets| {
        let providers = Providers { planner: Arc::new(Words(Scripted::default())), ..providers };
        let known = providers.with_replicate(fake.access(), [model(true)], limits(), assets, None).unwrap();
        known.asking(&["fake"]).unwrap()
    })
    .await;
    let id = desk.create(ad()).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    assert_eq!(view.scenes[1].visual_prompt, "A cup in soft light");
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    let line = ledger.iter().find(|line| line.operation == "picture of scene 2").unwrap();
    let paid = Price::Known(Usd::from_micros(4_000));
    assert_eq!((line.provider.as_str(), line.settled), ("words", Some(paid)));
    // Four clips and the words.
    assert_eq!(view.cost_usd, Some(Usd::from_micros(1_004_000)));
}
