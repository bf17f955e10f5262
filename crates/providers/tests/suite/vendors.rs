//! One table for every vendor whose clips are made elsewhere: fault, adapter, what comes of it, and how often
//! something was bought.

use std::{sync::Arc, time::Duration};

use admint_domain::AspectRatio;
use admint_providers::{
    Artwork, ComfyUi, IdempotencyKey, Limits, Planner, ProviderError, Replicate, VideoModel, VideoOutput,
    VideoRequest,
};
use async_trait::async_trait;
use futures::StreamExt;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::{
    OnePicture, brief, check_video,
    comfy_fake::{self, ComfyFake, Sockets, comfy_model},
    fake::{self, Fake, Fate, Fault, On, clip, limits, model},
    key, studio,
};

/// Bytes that nobody looks into.
pub fn some_clip() -> Vec<u8> {
    (0..100_000u32).map(|at| (at / 7) as u8).collect()
}

/// The first scene of an ad that is planned once.
pub async fn request(photo: Option<&str>) -> VideoRequest {
    static PLANNED: OnceCell<VideoRequest> = OnceCell::const_new();
    let plan = async {
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
            photo: None,
            logo: None,
        }
    };
    let planned = PLANNED.get_or_init(|| plan).await.clone();
    VideoRequest { photo: photo.map(|key| Artwork { key: key.into(), framed: false }), ..planned }
}

/// Everything that a worker does for one clip.
pub async fn buy(model: &dyn VideoModel, key: &IdempotencyKey) -> Result<Vec<u8>, ProviderError> {
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

/// A vendor whose day a script spoils.
#[async_trait]
pub trait Shop: Send + Sync {
    fn name(&self) -> &'static str;
    fn fault(&self, on: On, fault: Fault);
    fn fate(&self, fate: Fate);
    fn without_ranges(&self);
    fn bought(&self) -> usize;
    /// How many of what was bought were told to stop.
    fn called_off(&self) -> usize;
    fn secret(&self) -> &'static str;
    fn model(&self, limits: Limits) -> Box<dyn VideoModel>;
}

#[async_trait]
impl Shop for Fake {
    fn name(&self) -> &'static str {
        "replicate"
    }

    fn fault(&self, on: On, fault: Fault) {
        Self::fault(self, on, fault);
    }

    fn fate(&self, fate: Fate) {
        Self::fate(self, fate);
    }

    fn without_ranges(&self) {
        Self::without_ranges(self);
    }

    fn bought(&self) -> usize {
        self.sold().len()
    }

    fn called_off(&self) -> usize {
        self.sold().iter().filter(|sold| sold.is_cancelled).count()
    }

    fn secret(&self) -> &'static str {
        fake::TOKEN
    }

    fn model(&self, limits: Limits) -> Box<dyn VideoModel> {
        Box::new(Replicate::new(self.access(), model(true), Arc::new(OnePicture), limits).unwrap())
    }
}

#[async_trait]
impl Shop for ComfyFake {
    fn name(&self) -> &'static str {
        "comfyui"
    }

    fn fault(&self, on: On, fault: Fault) {
        Self::fault(self, on, fault);
    }

    fn fate(&self, fate: Fate) {
        Self::fate(self, fate);
    }

    fn without_ranges(&self) {
        Self::without_ranges(self);
    }

    fn bought(&self) -> usize {
        self.queued()
    }

    fn called_off(&self) -> usize {
        self.interrupted().len()
    }

    fn secret(&self) -> &'static str {
        comfy_fake::TOKEN
    }

    fn model(&self, limits: Limits) -> Box<dyn VideoModel> {
        Box::new(comfy_at(self, limits))
    }
}

pub fn comfy_at(fake: &ComfyFake, limits: Limits) -> ComfyUi {
    ComfyUi::new(fake.place(), comfy_model(), Arc::new(OnePicture), limits).unwrap()
}

/// What a fault leads to.
#[derive(Clone, Copy)]
pub enum Comes {
    /// To the clip, after all.
    Clip,
    To(fn(&ProviderError) -> bool, &'static str),
}

/// One row of the table.
pub async fn check(
    name: &str,
    shop: &dyn Shop,
    limits: Limits,
    script: impl FnOnce(&dyn Shop),
    comes: Comes,
    bought: usize,
) {
    script(shop);
    let got = buy(shop.model(limits).as_ref(), &key(name)).await;
    let adapter = shop.name();
    match (&comes, &got) {
        (Comes::Clip, Ok(bytes)) => {
            assert!(*bytes == some_clip(), "{name}, {adapter}: {} bytes", bytes.len());
        }
        (Comes::To(is_expected, says), Err(error)) => {
            assert!(is_expected(error), "{name}, {adapter}: {error:?}");
            let said = error.to_string();
            assert!(said.contains(says) && !said.contains(shop.secret()), "{name}, {adapter}: {said}");
        }
        _ => panic!("{name}, {adapter}: {:?}", got.map(|bytes| bytes.len())),
    }
    assert_eq!(shop.bought(), bought, "{name}, {adapter}: purchases");
    let outcome = got.map_or_else(|error| error.to_string(), |bytes| format!("{} bytes", bytes.len()));
    println!("{name:34} | {adapter:9} | {bought} | {outcome}");
}

async fn replicate() -> Fake {
    Fake::start(some_clip()).await
}

async fn comfyui() -> ComfyFake {
    let fake = ComfyFake::start(some_clip()).await;
    fake.wants_token();
    fake
}

/// The same row for both, each with another word for it.
async fn both(name: &str, script: fn(&dyn Shop), comes: [Comes; 2], bought: usize) {
    check(name, &replicate().await, limits(), script, comes[0], bought).await;
    check(name, &comfyui().await, limits(), script, comes[1], bought).await;
}

/// As [`both`], with the same word.
async fn alike(name: &str, script: fn(&dyn Shop), comes: Comes, bought: usize) {
    both(name, script, [comes, comes], bought).await;
}

pub fn unusable(error: &ProviderError) -> bool {
    matches!(error, ProviderError::BadOutput { .. }) && error.is_operations_end()
}

fn unsupported(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Unsupported { .. })
}

fn rejected(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Rejected { .. }) && !error.is_passing()
}

fn unauthorised(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Unauthorized { .. })
}

fn out_of_credit(error: &ProviderError) -> bool {
    matches!(error, ProviderError::OutOfCredit { .. })
}

fn busy(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Busy { .. }) && error.is_passing() && !error.may_have_bought()
}

fn unreachable(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Unreachable { .. }) && error.is_passing() && !error.is_operations_end()
}

fn throttled(after: Option<f64>) -> Fault {
    let mut body = json!({ "title": "Too many requests", "detail": "Request was throttled.", "status": 429 });
    if let Some(after) = after {
        body["retry_after"] = after.into();
    }
    Fault::Answer(429, body)
}

fn trouble() -> Fault {
    Fault::Answer(500, json!({ "detail": "Internal server error" }))
}

#[tokio::test]
async fn every_vendor_makes_clips() {
    let fake = Fake::start(clip(64, 64, 3.0)).await;
    check_video(fake.model(limits()).as_ref(), &studio()).await;
    assert_eq!(fake.bought(), 1);
    for sockets in [Sockets::Tell, Sockets::Refused, Sockets::Cut, Sockets::Mute] {
        let fake = ComfyFake::start(clip(64, 64, 3.0)).await;
        fake.sockets(sockets);
        check_video(fake.model(limits()).as_ref(), &studio()).await;
        assert_eq!(fake.bought(), 1, "{sockets:?}");
    }
}

#[tokio::test]
async fn what_is_refused_is_not_bought_and_said_in_the_vendors_own_words() {
    let to = |is, says| Comes::To(is, says);
    // Each repeats the secret that it was given, as some do.
    both(
        "401",
        |shop| {
            let detail = format!("The token {} is not valid", shop.secret());
            shop.fault(
                On::Create,
                Fault::Answer(401, json!({ "title": "Unauthenticated", "detail": detail, "error": detail })),
            );
        },
        [to(unauthorised, "is not valid"), to(unauthorised, "is not valid")],
        0,
    )
    .await;
    alike(
        "402",
        |shop| {
            let detail = "You have insufficient credit to run this model.";
            shop.fault(On::Create, Fault::Answer(402, json!({ "detail": detail, "error": detail })));
        },
        to(out_of_credit, "insufficient credit"),
        0,
    )
    .await;
    both(
        "404",
        |shop| {
            let detail = "The requested resource could not be found.";
            shop.fault(On::Create, Fault::Answer(404, json!({ "detail": detail, "error": detail })));
        },
        [to(unsupported, "could not be found"), to(rejected, "could not be found")],
        0,
    )
    .await;
    check(
        "422",
        &replicate().await,
        limits(),
        |shop| {
            let detail = "- input.duration: must be one of 3, 5\n";
            let body = json!({ "title": "Input validation failed", "detail": detail, "status": 422 });
            shop.fault(On::Create, Fault::Answer(422, body));
        },
        to(unsupported, "input.duration"),
        0,
    )
    .await;
    check(
        "400 with node_errors",
        &comfyui().await,
        limits(),
        |shop| {
            let errors = json!([{ "type": "value_not_in_list", "message": "Value not in list",
                "details": "unet_name: 'wan.safetensors' not in ['a.safetensors']" }]);
            let nodes = json!({ "1": { "class_type": "UNETLoader", "errors": errors } });
            let error = json!({ "type": "prompt_outputs_failed_validation", "message": "failed validation" });
            shop.fault(On::Create, Fault::Answer(400, json!({ "error": error, "node_errors": nodes })));
        },
        to(rejected, "UNETLoader (node 1): unet_name: 'wan.safetensors' is not there; put the file"),
        0,
    )
    .await;
    check(
        "400, a node that it does not have",
        &comfyui().await,
        limits(),
        |shop| {
            let message = "Cannot execute because node Wan22ImageToVideoLatent does not exist.";
            let error = json!({ "type": "invalid_prompt", "message": message });
            shop.fault(On::Create, Fault::Answer(400, json!({ "error": error, "node_errors": {} })));
        },
        to(rejected, "Wan22ImageToVideoLatent does not exist. Install"),
        0,
    )
    .await;
}

#[tokio::test]
async fn a_busy_vendor_is_asked_again_when_it_says_so() {
    alike("429 with retry_after", |shop| shop.fault(On::Create, throttled(Some(0.01))), Comes::Clip, 1).await;
    alike("429 without retry_after", |shop| shop.fault(On::Create, throttled(None)), Comes::Clip, 1).await;
    alike("429 while waiting", |shop| shop.fault(On::Get, throttled(Some(0.0))), Comes::Clip, 1).await;
    // Longer than anybody waits here: a later attempt is told so.
    both(
        "429 for an hour",
        |shop| shop.fault(On::Create, throttled(Some(3600.0))),
        [Comes::To(busy, "throttled"), Comes::To(busy, "429")],
        0,
    )
    .await;
    check(
        "queue full (503)",
        &comfyui().await,
        limits(),
        |shop| shop.fault(On::Create, Fault::Answer(503, json!({ "error": "the queue is full" }))),
        Comes::Clip,
        1,
    )
    .await;
}

#[tokio::test]
async fn a_vendor_in_trouble_is_asked_again_and_sells_once() {
    alike("500 at the purchase", |shop| shop.fault(On::Create, trouble()), Comes::Clip, 1).await;
    alike(
        "500 while waiting",
        |shop| {
            shop.fault(On::Get, trouble());
            shop.fault(On::Get, trouble());
        },
        Comes::Clip,
        1,
    )
    .await;
    alike("500 at the file", |shop| shop.fault(On::File, trouble()), Comes::Clip, 1).await;
    alike("slow headers while waiting", |shop| shop.fault(On::Get, Fault::Silence), Comes::Clip, 1).await;
    alike("slow headers of the file", |shop| shop.fault(On::File, Fault::Silence), Comes::Clip, 1).await;
    alike("slow body", |shop| shop.fault(On::File, Fault::Stalls), Comes::Clip, 1).await;
    alike("disconnect in the download", |shop| shop.fault(On::File, Fault::Breaks), Comes::Clip, 1).await;
    alike(
        "disconnect, and no ranges",
        |shop| {
            shop.without_ranges();
            shop.fault(On::File, Fault::Breaks);
        },
        Comes::To(unreachable, "broke off after 50000 bytes"),
        1,
    )
    .await;
    alike("answer to the purchase lost", |shop| shop.fault(On::Create, Fault::AnswerLost), Comes::Clip, 1)
        .await;
    alike("purchase never heard", |shop| shop.fault(On::Create, Fault::Silence), Comes::Clip, 1).await;
    let expired =
        |shop: &dyn Shop| shop.fault(On::File, Fault::Answer(404, json!({ "detail": "Not found" })));
    check("expired address", &replicate().await, limits(), expired, Comes::Clip, 1).await;
    // Files there do not expire: one that is gone was removed.
    check("removed file", &comfyui().await, limits(), expired, Comes::To(unusable, "is not there"), 1).await;
}

#[tokio::test]
async fn what_becomes_of_what_was_started() {
    alike(
        "fails",
        |shop| shop.fate(Fate::Fails("the model has no words for this")),
        Comes::To(unusable, "the model has no words for this"),
        1,
    )
    .await;
    let out_of_memory = |shop: &dyn Shop| shop.fate(Fate::Fails("Allocation on device, out of memory"));
    let says = "ran out of memory in KSampler (node 10); choose a smaller";
    check("out of memory", &comfyui().await, limits(), out_of_memory, Comes::To(unusable, says), 1).await;
    alike(
        "succeeds without output",
        |shop| shop.fate(Fate::NoOutput),
        Comes::To(unusable, "without a file"),
        1,
    )
    .await;
    alike(
        "corrupt clip, as long as promised",
        |shop| shop.fate(Fate::Makes(some_clip())),
        // What is in it is the pipeline's to find out.
        Comes::Clip,
        1,
    )
    .await;
    alike(
        "is too large",
        |shop| shop.fate(Fate::Makes(vec![0; (limits().most_bytes + 1) as usize])),
        Comes::To(unusable, "more than"),
        1,
    )
    .await;
    alike(
        "redirects elsewhere",
        |shop| shop.fault(On::File, Fault::RedirectsTo("http://127.0.0.2:1/a.mp4".into())),
        Comes::To(unusable, "a redirect to somewhere else"),
        1,
    )
    .await;
    check(
        "lies elsewhere",
        &replicate().await,
        limits(),
        |shop| shop.fate(Fate::OutputLiesAt("http://169.254.169.254/latest/meta-data".into())),
        Comes::To(unusable, "not its own"),
        1,
    )
    .await;
    check(
        "a picture where a clip is wanted",
        &comfyui().await,
        limits(),
        |shop| shop.fate(Fate::OutputLiesAt("frame.png".into())),
        Comes::To(unusable, "without a file of the kind"),
        1,
    )
    .await;
}

#[tokio::test]
async fn what_never_ends_is_called_off_at_the_deadline() {
    let limits = Limits { prediction: Duration::from_millis(100), ..limits() };
    let late: fn(&ProviderError) -> bool =
        |error| matches!(error, ProviderError::TimedOut { .. }) && error.is_operations_end();
    let never = |shop: &dyn Shop| shop.fate(Fate::NeverEnds);
    let shop = replicate().await;
    check("never ends", &shop, limits.clone(), never, Comes::To(late, "nothing within"), 1).await;
    assert_eq!(shop.called_off(), 1);
    let shop = comfyui().await;
    check("never ends", &shop, limits, never, Comes::To(late, "did not end within"), 1).await;
    assert_eq!(shop.called_off(), 1);
}
