//! What is particular to a ComfyUI of one's own: its queue, its history, its sockets, and whose work it is.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use admint_domain::{AspectRatio, Frames, Price, Usd};
use admint_providers::{
    Catalogue, ComfyAccess, ComfyPlace, ComfyUi, IdempotencyKey, Limits, Missing, Model, ProviderError,
    VideoModel,
};
use serde_json::{Value, json};

use crate::{
    OnePicture,
    comfy_fake::{ComfyFake, Sockets, comfy_model},
    fake::{Fate, Fault, On, limits},
    key,
    vendors::{buy, comfy_at, request, some_clip, unusable},
};

async fn comfyui() -> ComfyFake {
    ComfyFake::start(some_clip()).await
}

fn at(fake: &ComfyFake, model: Model) -> ComfyUi {
    ComfyUi::new(fake.place(), model, Arc::new(OnePicture), limits()).unwrap()
}

/// The inputs of the graph's node of this title.
fn inputs(graph: &Value, title: &str) -> Value {
    let nodes = graph.as_object().unwrap().values();
    let found = nodes.filter(|node| node["_meta"]["title"] == title).collect::<Vec<_>>();
    found.first().map_or(Value::Null, |node| node["inputs"].clone())
}

#[tokio::test]
async fn what_is_queued_is_the_workflow_with_the_shots_values() {
    let fake = comfyui().await;
    let model = at(&fake, comfy_model());
    let mut request = request(Some("pictures/red.png")).await;
    request.scene.length = Frames(100);
    request.aspect = AspectRatio::Portrait9x16;
    assert_eq!(model.price(&request), Price::Known(Usd::from_micros(10_000)));
    model.start(&request, &key("a scene")).await.unwrap();
    let graph = fake.prompts()[0].graph.clone();
    let shot = inputs(&graph, "Shot");
    assert_eq!((&shot["width"], &shot["height"], &shot["length"]), (&json!(704), &json!(1280), &json!(121)));
    assert_eq!(inputs(&graph, "Frames")["fps"], 24);
    let prompt = inputs(&graph, "Prompt")["text"].as_str().unwrap().to_owned();
    assert!(prompt.starts_with(request.scene.visual_prompt.trim_end_matches('.')), "{prompt}");
    assert!(inputs(&graph, "Negative prompt")["text"].as_str().unwrap().contains("watermark"));
    assert!(inputs(&graph, "Sampler")["seed"].as_u64().is_some_and(|seed| seed > 0));
    // The photo was sent, in full size, and the workflow loads it.
    let pictures = fake.pictures();
    let (name, size) = pictures.first_key_value().unwrap();
    assert_eq!(inputs(&graph, "First frame")["image"], name.as_str());
    assert!(name.starts_with("admint/") && *size > 1_000, "{name}: {size} bytes");
    assert!(shot["start_image"].is_array());
    assert_eq!(inputs(&graph, "LoRA"), Value::Null, "nobody asked for one");
    assert!(model.origins(&request).left_out.is_empty());
    assert_eq!(model.origins(&request).credits[0].licence, "Apache-2.0");
    // Longer than its longest: the ad says so.
    request.scene.length = Frames(160);
    assert!(model.origins(&request).left_out[0].contains("5 s at most"));
}

#[tokio::test]
async fn without_a_photo_nothing_loads_one_and_a_lora_is_there_where_the_catalogue_has_one() {
    let text = "lora = { name = \"gold.safetensors\", strength = 0.7 }\nlicence";
    let packaged = include_str!("../../models.toml");
    let from = packaged.find("id = \"comfy-wan-2.2-5b\"").unwrap();
    let (_, entry) = packaged.split_at(packaged[..from].rfind("[[model]]").unwrap());
    let entry = entry.replacen("licence", text, 1);
    let model = Catalogue::embedded().with(&entry).unwrap().model("comfy-wan-2.2-5b").unwrap().clone();
    let fake = comfyui().await;
    at(&fake, model).start(&request(None).await, &key("a scene")).await.unwrap();
    let graph = fake.prompts()[0].graph.clone();
    assert_eq!(inputs(&graph, "First frame"), Value::Null);
    assert_eq!(inputs(&graph, "Shot")["start_image"], Value::Null);
    let lora = inputs(&graph, "LoRA");
    assert_eq!((&lora["lora_name"], &lora["strength_model"]), (&json!("gold.safetensors"), &json!(0.7)));
    assert_eq!(inputs(&graph, "Shift")["model"], json!(["2", 0]));
}

#[tokio::test]
async fn a_model_that_starts_from_a_picture_wants_one() {
    let fake = comfyui().await;
    let model = Catalogue::embedded().model("comfy-wan-2.2-i2v").unwrap().clone();
    let error = at(&fake, model).start(&request(None).await, &key("a scene")).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unsupported { .. }), "{error:?}");
    assert_eq!(fake.queued(), 0);
}

#[tokio::test]
async fn what_was_queued_before_a_crash_is_found_by_its_key() {
    for is_old in [false, true] {
        let fake = comfyui().await;
        if is_old {
            fake.is_old();
        }
        let before = SystemTime::now();
        let model = comfy_at(&fake, limits());
        let first = model.start(&request(None).await, &key("a scene")).await.unwrap();
        let again = key("a scene").asked_since(before);
        assert_eq!(model.start(&request(None).await, &again).await.unwrap(), first, "in the queue");
        model.collect(&first).await.unwrap();
        assert_eq!(model.start(&request(None).await, &again).await.unwrap(), first, "in the history");
        assert_eq!(fake.queued(), 1, "old: {is_old}");
        // An answer that got lost is no reason to queue it twice, whoever chooses the id.
        fake.fault(On::Create, Fault::AnswerLost);
        buy(&model, &key("another scene")).await.unwrap();
        assert_eq!(fake.queued(), 2, "old: {is_old}");
    }
}

#[tokio::test]
async fn what_failed_before_a_crash_is_made_anew() {
    let fake = comfyui().await;
    fake.fate(Fate::Fails("a bad day"));
    let before = SystemTime::now();
    let model = comfy_at(&fake, limits());
    let first = model.start(&request(None).await, &key("a scene")).await.unwrap();
    assert!(model.collect(&first).await.is_err());
    let again = key("a scene").asked_since(before);
    let second = model.start(&request(None).await, &again).await.unwrap();
    assert!(second != first && model.collect(&second).await.is_ok());
    assert_eq!(model.start(&request(None).await, &again).await.unwrap(), second);
    assert_eq!(fake.queued(), 2);
}

#[tokio::test]
async fn a_restarted_server_has_forgotten_and_the_scene_may_be_made_again() {
    let fake = comfyui().await;
    let before = SystemTime::now();
    let model = comfy_at(&fake, limits());
    let operation = model.start(&request(None).await, &key("a scene")).await.unwrap();
    fake.restart();
    let error = model.collect(&operation).await.map(drop).unwrap_err();
    assert!(unusable(&error) && error.to_string().contains("restarted"), "{error:?}");
    // The same purchase, after a crash of ours too, has nobody to wait for.
    buy(&model, &key("a scene").asked_since(before)).await.unwrap();
    assert_eq!(fake.queued(), 2);
    model.cancel(&operation).await.unwrap();
}

#[tokio::test]
async fn only_what_is_ours_is_called_off() {
    // Another's work is on the card, ours waits.
    let fake = comfyui().await;
    fake.foreign_runs();
    let model = comfy_at(&fake, limits());
    let operation = model.start(&request(None).await, &key("a scene")).await.unwrap();
    model.cancel(&operation).await.unwrap();
    let left: Vec<String> = fake.prompts().into_iter().map(|prompt| prompt.id).collect();
    assert_eq!((left, fake.interrupted()), (vec!["foreign".to_owned()], Vec::new()));
    // Told once more, there is nothing to stop.
    model.cancel(&operation).await.unwrap();
    assert_eq!(fake.interrupted(), Vec::<String>::new());

    // Ours is on the card.
    let fake = comfyui().await;
    fake.fate(Fate::NeverEnds);
    let model = comfy_at(&fake, limits());
    let operation = model.start(&request(None).await, &key("a scene")).await.unwrap();
    let id = fake.prompts()[0].id.clone();
    while fake.interrupted().is_empty() {
        model.cancel(&operation).await.unwrap();
        // What has not begun is taken out of the queue instead.
        if fake.prompts().is_empty() {
            return;
        }
    }
    assert_eq!(fake.interrupted(), [id]);
}

#[tokio::test]
async fn what_never_gets_its_turn_is_taken_out_of_the_queue() {
    let fake = comfyui().await;
    fake.foreign_runs();
    let model = comfy_at(&fake, Limits { queue: Duration::from_millis(50), ..limits() });
    let error = buy(&model, &key("a scene")).await.unwrap_err();
    assert!(matches!(error, ProviderError::TimedOut { .. }), "{error:?}");
    assert!(error.to_string().contains("was not begun"), "{error}");
    assert_eq!((fake.prompts().len(), fake.interrupted().len()), (1, 0));
}

#[tokio::test]
async fn a_socket_is_a_help_and_no_need() {
    // Refused, cut after its first word, or mute: the clip comes all the same.
    for (sockets, opened) in
        [(Sockets::Tell, 1), (Sockets::Refused, 0), (Sockets::Cut, 1), (Sockets::Mute, 1)]
    {
        let fake = comfyui().await;
        fake.sockets(sockets);
        let bytes = buy(&comfy_at(&fake, limits()), &key("a scene")).await.unwrap();
        assert!(bytes == some_clip(), "{sockets:?}");
        assert_eq!((fake.asked(On::Socket), fake.queued()), (opened, 1), "{sockets:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_that_cannot_be_looked_for_stays_open_until_it_can() {
    let fake = comfyui().await;
    fake.fault(On::Create, Fault::AnswerLost);
    for _ in 0..200 {
        fake.fault(On::Get, Fault::Answer(503, Value::Null));
    }
    let before = SystemTime::now();
    let impatient = || Limits { tries: Duration::from_millis(50), ..limits() };
    let error = buy(&comfy_at(&fake, impatient()), &key("a scene")).await.unwrap_err();
    assert!(matches!(error, ProviderError::AnswerLost { .. }) && error.may_have_bought(), "{error:?}");
    let again: IdempotencyKey = key("a scene").asked_since(before);
    while fake.faults_left() > 0 {
        let _ = comfy_at(&fake, impatient()).start(&request(None).await, &again).await;
    }
    assert!(buy(&comfy_at(&fake, limits()), &again).await.unwrap() == some_clip());
    assert_eq!(fake.queued(), 1);
}

#[tokio::test]
async fn a_machine_says_what_it_is_and_what_it_lacks() {
    let fake = comfyui().await;
    let machine = ComfyUi::machine(&fake.place()).await.unwrap();
    assert_eq!((machine.version.as_str(), machine.devices.len()), ("0.3.64", 1));
    assert!(machine.devices[0].0.contains("4090") && machine.devices[0].1 > 23 << 30);
    let missing = ComfyUi::missing(&fake.place(), &comfy_model()).await.unwrap();
    let file = "wan2.2_ti2v_5B_fp16.safetensors".to_owned();
    assert_eq!(missing, [Missing::File("UNETLoader.unet_name".into(), file)]);

    fake.wants_token();
    let mut stranger = fake.place();
    stranger.access.token = None;
    let error = ComfyUi::machine(&stranger).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error:?}");
    assert!(!format!("{:?}", fake.place()).contains("token-of"));
}

#[tokio::test]
async fn a_token_goes_over_plain_http_to_this_machine_only() {
    let open = |base: &str, token: Option<&str>| {
        let access = ComfyAccess { base: base.into(), token: token.map(str::to_owned) };
        let place = ComfyPlace { access, workflows: None, per_second: Usd::ZERO };
        ComfyUi::new(place, comfy_model(), Arc::new(OnePicture), limits()).is_ok()
    };
    assert!(open("http://192.168.0.7:8188", None) && open("https://gpu.example.com", Some("k")));
    assert!(open("http://127.0.0.1:8188", Some("k")));
    assert!(!open("http://192.168.0.7:8188", Some("k")) && !open("ftp://gpu", None));
}
