//! What is particular to Replicate: what is asked of it, how a purchase is found again, and whose account it is.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use admint_domain::{AspectRatio, Price, SceneRole, Usd};
use admint_providers::{
    Limits, Model, ProviderError, Replicate, ReplicateAccess, VideoModel, VideoOutput, Webhooks,
};
use serde_json::json;

use crate::{
    OnePicture, check_video,
    fake::{Fake, Fate, Fault, On, clip, limits, model},
    key, studio,
    vendors::{Comes, Shop, buy, check, request, some_clip},
};

fn adapter(fake: &Fake, with_seed: bool, limits: Limits) -> Replicate {
    Replicate::new(fake.access(), model(with_seed), Arc::new(OnePicture), limits).unwrap()
}

#[tokio::test]
async fn a_model_without_a_seed_makes_clips_too() {
    check_video(&adapter(&Fake::start(clip(64, 64, 3.0)).await, false, limits()), &studio()).await;
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
async fn a_lost_answer_is_looked_for_and_not_bought_again() {
    for with_seed in [true, false] {
        let fake = Fake::start(some_clip()).await;
        fake.fault(On::Create, Fault::AnswerLost);
        let bytes = buy(&adapter(&fake, with_seed, limits()), &key("a scene")).await.unwrap();
        assert!(bytes == some_clip());
        assert_eq!((fake.sold().len(), fake.asked(On::Create)), (1, 1));
    }
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

/// The fields of the photo that a scene of this role goes out with.
async fn check_photo(model: Model, role: SceneRole, fields: &[&str]) {
    let fake = Fake::start(some_clip()).await;
    let mut request = request(Some("pictures/red.png")).await;
    request.scene.role = role;
    let model = Replicate::new(fake.access(), model, Arc::new(OnePicture), limits()).unwrap();
    model.start(&request, &key("a scene")).await.unwrap();
    let input = fake.sold()[0].input.clone();
    for field in ["image", "end", "references"] {
        let picture = input[field].as_str().or_else(|| input[field][0].as_str());
        let is_there = picture.is_some_and(|picture| picture.starts_with("data:image/jpeg;base64,"));
        assert_eq!(is_there, fields.contains(&field), "{role:?}, {field}");
    }
    assert!(model.origins(&request).left_out.is_empty(), "{role:?}");
}

#[tokio::test]
async fn the_photo_is_the_first_frame_the_last_of_a_call_to_action_or_what_is_kept() {
    let mut framed = model(true);
    framed.input.last_frame = Some("end".into());
    check_photo(framed.clone(), SceneRole::Hook, &["image"]).await;
    check_photo(framed.clone(), SceneRole::CallToAction, &["image", "end"]).await;
    let mut referring = framed;
    referring.input.reference_images = Some("references".into());
    check_photo(referring, SceneRole::CallToAction, &["references"]).await;
}

#[tokio::test]
async fn a_pinned_version_is_the_one_that_is_asked() {
    let fake = Fake::start(some_clip()).await;
    let pinned = Model { version: Some("0123abcd".into()), ..model(true) };
    let pinned = Replicate::new(fake.access(), pinned, Arc::new(OnePicture), limits()).unwrap();
    let before = SystemTime::now();
    let bytes = buy(&pinned, &key("a scene")).await.unwrap();
    assert!(bytes == some_clip());
    // Found again by its version, and not bought twice.
    buy(&pinned, &key("a scene").asked_since(before)).await.unwrap();
    let sold = fake.sold();
    assert_eq!((sold.len(), sold[0].version.as_deref()), (1, Some("0123abcd")));
}

#[tokio::test]
async fn an_account_is_known_by_its_token() {
    let fake = Fake::start(Vec::new()).await;
    assert_eq!(Replicate::account(fake.access()).await.unwrap(), "acme");
    let stranger = ReplicateAccess { token: "r8_unknown".into(), ..fake.access() };
    let error = Replicate::account(stranger).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error:?}");
}

#[tokio::test]
async fn who_was_told_to_wait_tells_everybody_of_the_same_account() {
    let fake = Fake::start(some_clip()).await;
    let body =
        json!({ "title": "Too many requests", "detail": "Request was throttled.", "retry_after": 3600 });
    fake.fault(On::Create, Fault::Answer(429, body));
    let busy = |error: &ProviderError| matches!(error, ProviderError::Busy { .. }) && error.is_passing();
    let error = buy(&adapter(&fake, true, limits()), &key("a scene")).await.unwrap_err();
    assert!(busy(&error), "{error:?}");
    // Another model of the same account does not even ask.
    let asked = fake.asked(On::Create);
    let error = buy(&adapter(&fake, false, limits()), &key("another scene")).await.unwrap_err();
    assert!(busy(&error) && error.to_string().contains("left alone"), "{error:?}");
    assert_eq!(fake.asked(On::Create), asked);
    // Another account is none of its business.
    let stranger = ReplicateAccess { token: "r8_unknown".into(), ..fake.access() };
    let error = Replicate::account(stranger).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error:?}");
}

/// How the photo goes along, and how many files are kept there for it.
async fn check_picture(key_of_photo: &str, begins: &str, faults: &[Fault], uploads: usize) {
    let fake = Fake::start(some_clip()).await;
    for fault in faults {
        fake.fault(On::Upload, fault.clone());
    }
    let model = adapter(&fake, true, limits());
    model.start(&request(Some(key_of_photo)).await, &key("a scene")).await.unwrap();
    let sold = fake.sold();
    let image = sold[0].input["image"].as_str().unwrap().to_owned();
    assert!(image.starts_with(begins), "{key_of_photo}: {}", &image[..image.len().min(60)]);
    assert_eq!((fake.uploads().len(), sold.len()), (uploads, 1), "{key_of_photo}");
    assert!(fake.uploads().iter().all(|bytes| *bytes > 256 << 10), "{:?}", fake.uploads());
}

#[tokio::test]
async fn a_picture_goes_along_where_it_is_small_and_is_kept_there_where_it_is_not() {
    check_picture("pictures/red.png", "data:image/jpeg;base64,", &[], 0).await;
    check_picture("pictures/noise.png", "http://127.0.0.1:", &[], 1).await;
    let trouble = Fault::Answer(500, json!({ "detail": "Internal server error" }));
    check_picture("pictures/noise.png", "http://127.0.0.1:", &[trouble, Fault::AnswerLost], 3).await;
}

#[tokio::test]
async fn a_refusal_is_told_from_a_failure() {
    let refused = || Comes::To(|error| matches!(error, ProviderError::Refused { .. }), "sensitive");
    let flagged =
        "The input or output was flagged as sensitive. Please try again with different inputs. (E005)";
    let fake = || Fake::start(some_clip());
    let when_made = |shop: &dyn Shop| shop.fate(Fate::Fails(flagged));
    check("refused when made", &fake().await, limits(), when_made, refused(), 1).await;
    let when_asked = |shop: &dyn Shop| {
        shop.fault(On::Create, Fault::Answer(422, json!({ "detail": flagged, "status": 422 })));
    };
    check("refused when asked", &fake().await, limits(), when_asked, refused(), 0).await;
    let failed = Comes::To(|error| matches!(error, ProviderError::BadOutput { .. }), "out of memory");
    let out_of_memory = |shop: &dyn Shop| shop.fate(Fate::Fails("CUDA out of memory"));
    check("out of memory", &fake().await, limits(), out_of_memory, failed, 1).await;
}

/// Whether the lost purchase was made cannot be read from a list that nobody shows: it may have been.
#[tokio::test]
async fn a_list_that_is_not_shown_decides_nothing() {
    let script = |shop: &dyn Shop| {
        shop.fault(On::Create, Fault::AnswerLost);
        shop.fault(On::List, Fault::Answer(403, json!({ "detail": "not for you" })));
    };
    let lost = Comes::To(|error| error.may_have_bought() && error.is_passing(), "not for you");
    check("lost, and the list is closed", &Fake::start(some_clip()).await, limits(), script, lost, 1).await;
}

/// It is looked at once, and then not for an hour, unless Replicate calls.
#[tokio::test]
async fn a_call_wakes_whoever_waits_and_the_answer_is_read_from_the_api() {
    let hour = Duration::from_secs(3_600);
    let limits = Limits { poll_called: (hour, hour), prediction: hour * 3, ..limits() };
    let fake = Fake::start(some_clip()).await;
    let webhooks =
        Webhooks::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "https://ads.example.com").unwrap();
    let pictures = Arc::new(OnePicture);
    let models =
        Replicate::all(fake.access(), [model(true)], pictures, limits, Some(webhooks.clone())).unwrap();
    let operation = models[0].start(&request(None).await, &key("called")).await.unwrap();
    let sold = fake.sold().remove(0);
    assert_eq!(sold.webhook_events, json!(["completed"]));
    let address = sold.webhook.unwrap();
    let token = address.strip_prefix("https://ads.example.com/api/webhooks/replicate/").unwrap().to_owned();
    assert!(token.len() == 32 && !address.contains("called"), "{address}");

    let waiting = async {
        let VideoOutput::Download(download) = models[0].collect(&operation).await.unwrap() else {
            panic!("a vendor's clip is a file");
        };
        download.length
    };
    let calling = async {
        assert!(!webhooks.wake("another"), "it is nobody's");
        // Twice, before it is seen to have ended and after.
        for looks in 1..=2 {
            while fake.asked(On::Get) < looks {
                tokio::task::yield_now().await;
            }
            webhooks.wake(&token);
        }
    };
    let (length, ()) = tokio::join!(waiting, calling);
    assert_eq!(length, Some(some_clip().len() as u64));
    assert!(!webhooks.wake(&token), "nobody waits any more");
}
