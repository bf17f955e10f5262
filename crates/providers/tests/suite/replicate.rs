//! Replicate on good days and on bad ones: for each, what comes of it and how often something was bought.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use admint_domain::{AspectRatio, Price, Usd};
use admint_providers::{
    Artwork, IdempotencyKey, Limits, Planner, ProviderError, Replicate, ReplicateAccess, VideoModel,
    VideoOutput, VideoRequest,
};
use futures::StreamExt;
use serde_json::json;

use crate::{
    OnePicture, brief, check_video,
    fake::{Fake, Fate, Fault, On, TOKEN, clip, limits, model},
    key, studio,
};

/// Bytes that nobody looks into.
fn some_clip() -> Vec<u8> {
    (0..100_000u32).map(|at| (at / 7) as u8).collect()
}

fn adapter(fake: &Fake, with_seed: bool, limits: Limits) -> Replicate {
    Replicate::new(fake.access(), model(with_seed), Arc::new(OnePicture), limits).unwrap()
}

async fn request(photo: Option<&str>) -> VideoRequest {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = studio().write_spec(&brief, &key("a plan")).await.unwrap().result;
    let plan = studio().plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result;
    VideoRequest {
        spec,
        scene: plan.scenes()[0].clone(),
        scene_index: 0,
        scene_count: plan.scenes().len() as u32,
        aspect: brief.aspect,
        captioned: false,
        seed: brief.seed,
        take: 0,
        photo: photo.map(|key| Artwork { key: key.into(), framed: false }),
        logo: None,
    }
}

/// Everything that a worker does for one clip.
async fn buy(model: &Replicate, key: &IdempotencyKey) -> Result<Vec<u8>, ProviderError> {
    let operation = model.start(&request(None).await, key).await?;
    let VideoOutput::Download(mut download) = model.collect(&operation).await? else {
        panic!("a vendor's clip is a file");
    };
    let mut bytes = Vec::new();
    while let Some(chunk) = download.bytes.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    assert!(download.length.is_none_or(|length| length == bytes.len() as u64));
    Ok(bytes)
}

/// What a fault leads to.
enum Comes {
    /// To the clip, after all.
    Clip,
    To(fn(&ProviderError) -> bool, &'static str),
}

async fn check(name: &str, script: impl FnOnce(&Fake), comes: Comes, bought: usize) {
    check_within(name, limits(), script, comes, bought).await;
}

async fn check_within(name: &str, limits: Limits, script: impl FnOnce(&Fake), comes: Comes, bought: usize) {
    let fake = Fake::start(some_clip()).await;
    script(&fake);
    let got = buy(&adapter(&fake, true, limits), &key(name)).await;
    match (&comes, &got) {
        (Comes::Clip, Ok(bytes)) => assert!(*bytes == some_clip(), "{name}: {} bytes", bytes.len()),
        (Comes::To(is_expected, says), Err(error)) => {
            assert!(is_expected(error), "{name}: {error:?}");
            let said = error.to_string();
            assert!(said.contains(says) && !said.contains(TOKEN), "{name}: {said}");
        }
        _ => panic!("{name}: {:?}", got.map(|bytes| bytes.len())),
    }
    assert_eq!(fake.sold().len(), bought, "{name}: purchases");
    let outcome = got.map_or_else(|error| error.to_string(), |bytes| format!("{} bytes", bytes.len()));
    println!("{name:40} {bought} bought  {outcome}");
}

fn refused(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Unsupported { .. })
}

fn unusable(error: &ProviderError) -> bool {
    matches!(error, ProviderError::BadOutput { .. }) && error.is_operations_end()
}

fn unreachable(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Unreachable { .. }) && error.is_passing() && !error.is_operations_end()
}

#[tokio::test]
async fn replicate_makes_clips() {
    let fake = Fake::start(clip(64, 64, 3.0)).await;
    check_video(&adapter(&fake, true, limits()), &studio()).await;
    assert_eq!(fake.sold().len(), 1);
    check_video(&adapter(&Fake::start(clip(64, 64, 3.0)).await, false, limits()), &studio()).await;
}

#[tokio::test]
async fn what_the_vendor_refuses_is_not_bought_and_said_in_its_own_words() {
    let body = |title: &str, detail: &str, status: u16| json!({ "title": title, "detail": detail, "status": status });
    let answer = |status, body| move |fake: &Fake| fake.fault(On::Create, Fault::Answer(status, body));
    let to = |is, says| Comes::To(is, says);
    let unauthorised: fn(&ProviderError) -> bool =
        |error| matches!(error, ProviderError::Unauthorized { .. });
    let detail = format!("The token {TOKEN} is not valid");
    check("401", answer(401, body("Unauthenticated", &detail, 401)), to(unauthorised, "is not valid"), 0)
        .await;
    check(
        "402",
        answer(402, body("Insufficient credit", "You have insufficient credit to run this model.", 402)),
        to(|error| matches!(error, ProviderError::OutOfCredit { .. }), "insufficient credit"),
        0,
    )
    .await;
    let gone = body("Not found", "The requested resource could not be found.", 404);
    check("404", answer(404, gone), to(refused, "could not be found"), 0).await;
    let invalid = body("Input validation failed", "- input.duration: must be one of 3, 5\n", 422);
    check("422", answer(422, invalid), to(refused, "input.duration"), 0).await;
}

#[tokio::test]
async fn a_busy_vendor_is_asked_again_when_it_says_so() {
    let throttled = |after: Option<f64>| {
        let mut body =
            json!({ "title": "Too many requests", "detail": "Request was throttled.", "status": 429 });
        if let Some(after) = after {
            body["retry_after"] = after.into();
        }
        Fault::Answer(429, body)
    };
    check("429 with retry_after", |fake| fake.fault(On::Create, throttled(Some(0.01))), Comes::Clip, 1).await;
    check("429 without retry_after", |fake| fake.fault(On::Create, throttled(None)), Comes::Clip, 1).await;
    check("429 while waiting", |fake| fake.fault(On::Get, throttled(Some(0.0))), Comes::Clip, 1).await;
    let busy: fn(&ProviderError) -> bool =
        |error| matches!(error, ProviderError::Busy { .. }) && error.is_passing() && !error.may_have_bought();
    // Longer than anybody waits here: a later attempt is told so.
    check(
        "429 for an hour",
        |fake| fake.fault(On::Create, throttled(Some(3600.0))),
        Comes::To(busy, "throttled"),
        0,
    )
    .await;
}

#[tokio::test]
async fn a_vendor_in_trouble_is_asked_again_and_sells_once() {
    let trouble = || Fault::Answer(500, json!({ "detail": "Internal server error" }));
    check("500 at the purchase", |fake| fake.fault(On::Create, trouble()), Comes::Clip, 1).await;
    check(
        "500 while waiting",
        |fake| {
            fake.fault(On::Get, trouble());
            fake.fault(On::Get, trouble());
        },
        Comes::Clip,
        1,
    )
    .await;
    check("500 at the file", |fake| fake.fault(On::File, trouble()), Comes::Clip, 1).await;
    check("slow headers while waiting", |fake| fake.fault(On::Get, Fault::Silence), Comes::Clip, 1).await;
    check("slow headers of the file", |fake| fake.fault(On::File, Fault::Silence), Comes::Clip, 1).await;
    check("slow body", |fake| fake.fault(On::File, Fault::Stalls), Comes::Clip, 1).await;
    check("disconnect in the download", |fake| fake.fault(On::File, Fault::Breaks), Comes::Clip, 1).await;
    let expired = || Fault::Answer(404, json!({ "detail": "Not found" }));
    check("expired address", |fake| fake.fault(On::File, expired()), Comes::Clip, 1).await;
    check(
        "disconnect, and no ranges",
        |fake| {
            fake.without_ranges();
            fake.fault(On::File, Fault::Breaks);
        },
        Comes::To(unreachable, "broke off after 50000 bytes"),
        1,
    )
    .await;
}

#[tokio::test]
async fn a_download_goes_on_at_the_byte_where_it_broke_off() {
    let fake = Fake::start(some_clip()).await;
    fake.fault(On::File, Fault::Breaks);
    let bytes = buy(&adapter(&fake, true, limits()), &key("a scene")).await.unwrap();
    assert!(bytes == some_clip());
    assert_eq!((fake.asked(On::File), fake.sold().len()), (2, 1));
}

#[tokio::test]
async fn what_a_prediction_comes_to() {
    let fate = |fate| move |fake: &Fake| fake.fate(fate);
    let nsfw = "The input or output was flagged as sensitive.";
    check("fails", fate(Fate::Fails(nsfw)), Comes::To(unusable, nsfw), 1).await;
    check("succeeds without output", fate(Fate::NoOutput), Comes::To(unusable, "without a clip"), 1).await;
    let elsewhere = "http://169.254.169.254/latest/meta-data";
    check(
        "lies elsewhere",
        fate(Fate::OutputLiesAt(elsewhere.into())),
        Comes::To(unusable, "not its own"),
        1,
    )
    .await;
    check(
        "redirects elsewhere",
        |fake| fake.fault(On::File, Fault::RedirectsTo("http://127.0.0.2:1/a.mp4".into())),
        Comes::To(unusable, "a redirect to somewhere else"),
        1,
    )
    .await;
    let large = vec![0; (limits().most_bytes + 1) as usize];
    check("is too large", fate(Fate::Makes(large)), Comes::To(unusable, "more than"), 1).await;
}

#[tokio::test]
async fn a_prediction_that_never_ends_is_called_off_at_the_deadline() {
    let fake = Fake::start(some_clip()).await;
    fake.fate(Fate::NeverEnds);
    let limits = Limits { prediction: Duration::from_millis(100), ..limits() };
    let error = buy(&adapter(&fake, true, limits), &key("a scene")).await.unwrap_err();
    assert!(matches!(error, ProviderError::TimedOut { .. }) && error.is_operations_end(), "{error:?}");
    let sold = fake.sold();
    assert!(sold.len() == 1 && sold[0].is_cancelled, "{sold:?}");
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_not_bought_again() {
    for with_seed in [true, false] {
        let fake = Fake::start(some_clip()).await;
        fake.fault(On::Create, Fault::AnswerLost);
        let bytes = buy(&adapter(&fake, with_seed, limits()), &key("a scene")).await.unwrap();
        assert!(bytes == some_clip());
        assert_eq!((fake.sold().len(), fake.asked(On::Create)), (1, 1));
    }
    // It was lost on its way there: the listing does not have it, and it is bought.
    check("purchase never heard", |fake| fake.fault(On::Create, Fault::Silence), Comes::Clip, 1).await;
}

#[tokio::test]
async fn a_lost_answer_that_cannot_be_looked_for_stays_open_until_it_can() {
    let fake = Fake::start(some_clip()).await;
    fake.fault(On::Create, Fault::AnswerLost);
    for _ in 0..200 {
        fake.fault(On::List, Fault::Answer(503, json!({ "detail": "Service unavailable" })));
    }
    let impatient = Limits { tries: Duration::from_millis(50), ..limits() };
    let before = SystemTime::now();
    let error = buy(&adapter(&fake, true, impatient), &key("a scene")).await.unwrap_err();
    assert!(matches!(error, ProviderError::AnswerLost { .. }), "{error:?}");
    assert!(error.is_passing() && error.may_have_bought());

    // Another process, later, under the same key.
    let restarted = Fake::clone(&fake);
    while restarted.faults_left() > 0 {
        let drained = adapter(&restarted, true, Limits { tries: Duration::from_millis(50), ..limits() });
        let _ = drained.start(&request(None).await, &key("a scene").asked_since(before)).await;
    }
    let bytes = buy(&adapter(&fake, true, limits()), &key("a scene").asked_since(before)).await.unwrap();
    assert!(bytes == some_clip());
    assert_eq!(fake.sold().len(), 1);
    // Another purchase of the same scene is another one.
    buy(&adapter(&fake, true, limits()), &key("a retry")).await.unwrap();
    assert_eq!(fake.sold().len(), 2);
}

#[tokio::test]
async fn where_it_cannot_be_told_nothing_more_is_bought() {
    let before = SystemTime::now();
    // Two purchases of the same input, of a model without a seed.
    let fake = Fake::start(some_clip()).await;
    let model = adapter(&fake, false, limits());
    for name in ["one", "two"] {
        buy(&model, &key(name)).await.unwrap();
    }
    let undecided = |error: &ProviderError| {
        matches!(error, ProviderError::Undecided { .. }) && error.may_have_bought() && !error.is_passing()
    };
    let error = buy(&model, &key("three").asked_since(before)).await.unwrap_err();
    assert!(undecided(&error), "{error:?}");
    // Replicate deletes inputs after an hour: what is left could be anything.
    fake.change_sold(|sold| sold.is_removed = true);
    let error = buy(&model, &key("three").asked_since(before)).await.unwrap_err();
    assert!(undecided(&error), "{error:?}");
    assert_eq!(fake.sold().len(), 2);
    // With a seed the first kind of doubt does not arise.
    let fake = Fake::start(some_clip()).await;
    let model = adapter(&fake, true, limits());
    for name in ["one", "two"] {
        buy(&model, &key(name)).await.unwrap();
    }
    buy(&model, &key("two").asked_since(before)).await.unwrap();
    assert_eq!(fake.sold().len(), 2);
    buy(&model, &key("three").asked_since(before)).await.unwrap();
    assert_eq!(fake.sold().len(), 3);
}

#[tokio::test]
async fn what_is_asked_is_what_the_catalogue_maps() {
    let fake = Fake::start(some_clip()).await;
    let model = adapter(&fake, true, limits());
    let mut request = request(Some("pictures/red.png")).await;
    request.scene.length = admint_domain::Frames(100);
    request.aspect = AspectRatio::Portrait4x5;
    assert_eq!(model.price(&request), Price::Known(Usd::from_micros(250_000)));
    model.start(&request, &key("a scene")).await.unwrap();
    let sold = fake.sold();
    let input = &sold[0].input;
    assert_eq!((sold[0].model.as_str(), &input["duration"]), ("somebody/fake-video", &json!(5)));
    assert_eq!(input["aspect_ratio"], "1:1");
    assert!(input["prompt"].as_str().unwrap().starts_with(request.scene.visual_prompt.trim_end_matches('.')));
    assert!(input["seed"].as_u64().is_some_and(|seed| seed < 1 << 31), "{input}");
    assert!(input["image"].as_str().unwrap().starts_with("data:image/jpeg;base64,"), "{input}");
    assert!(model.origins(&request).left_out.is_empty());
    // Longer than its longest: the ad says so.
    request.scene.length = admint_domain::Frames(160);
    assert!(model.origins(&request).left_out[0].contains("5 s at most"));
}

#[tokio::test]
async fn an_account_is_known_by_its_token() {
    let fake = Fake::start(Vec::new()).await;
    assert_eq!(Replicate::account(fake.access()).await.unwrap(), "acme");
    let stranger = ReplicateAccess { token: "r8_unknown".into(), ..fake.access() };
    let error = Replicate::account(stranger).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error:?}");
}
