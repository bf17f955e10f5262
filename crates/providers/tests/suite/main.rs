//! One suite for every adapter: what callers rely on, whoever stands behind the traits.

mod chat;
mod chat_server;
mod comfy_fake;
mod comfyui;
// The pipeline's tests use it too, and ask it more.
#[allow(dead_code)]
mod fake;
mod images;
mod replicate;
mod vendors;

use std::{sync::Arc, time::SystemTime};

use admint_domain::{AdOptions, AspectRatio, Brief, Frames, Price, Prompt, SceneRole, TargetDuration};
use admint_providers::{
    Artwork, Fault, IdempotencyKey, MusicModel, MusicRequest, Narration, Operation, Pictures, Planner,
    ProviderError, SAMPLE_RATE, Scripted, Studio, VideoModel, VideoOutput, VideoRequest, VoiceModel,
    VoiceRequest,
};

use async_trait::async_trait;
use futures::StreamExt;

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::new(name)
}

fn brief(prompt: &str, aspect: AspectRatio, seconds: u32) -> Brief {
    Brief {
        prompt: Prompt::parse(prompt).unwrap(),
        aspect,
        duration: TargetDuration::parse(seconds).unwrap(),
        seed: 7,
        options: AdOptions::default(),
    }
}

/// Whatever is asked, the plan is as long as asked, to the frame.
async fn check_planner(planner: &impl Planner) {
    let prompts = [
        "A cold brew coffee for busy developers",
        "☕ Kaffee für Frühaufsteher 🚀",
        "قهوة عربية طازجة كل صباح",
        "<script>alert('x')</script>:';[]%{}\\",
    ];
    for prompt in prompts {
        for seconds in [TargetDuration::MIN, 15, TargetDuration::MAX] {
            let brief = brief(prompt, AspectRatio::Portrait9x16, seconds);
            let spec = planner.write_spec(&brief, &key("a plan")).await.unwrap().result;
            assert!(spec.palette.is_readable(), "{prompt}");
            assert!(!spec.product.trim().is_empty() && !spec.framework_reason.trim().is_empty(), "{prompt}");
            let plan = planner.plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result;
            assert_eq!(plan.total(), brief.duration.frames(), "{prompt}, {seconds} s");
        }
    }
}

async fn check_video(model: &dyn VideoModel, planner: &impl Planner) {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = planner.write_spec(&brief, &key("a plan")).await.unwrap().result;
    let plan = planner.plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result;
    let request = VideoRequest {
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
    };
    assert_ne!(model.price(&request), Price::Unknown);

    // The handle survives being stored, and collects the same clip twice.
    let before = SystemTime::now();
    let operation = model.start(&request, &key("a scene")).await.unwrap();
    // Asked again, as after an answer that got lost with a process, it is the same one.
    let again = key("a scene").asked_since(before);
    assert_eq!(model.start(&request, &again).await.unwrap(), operation);
    let stored = serde_json::to_string(&operation).unwrap();
    let restored: Operation = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, operation);
    let at = Frames(10);
    let mut pictures = Vec::new();
    for operation in [&operation, &restored] {
        pictures.push(match model.collect(operation).await.unwrap() {
            VideoOutput::Frames(frames) => {
                assert_eq!(frames.resolution(), brief.aspect.resolution());
                assert_eq!(frames.length(), request.scene.length);
                let mut rgba = vec![0; frames.resolution().rgba_len()];
                frames.draw(at, &mut rgba);
                assert!(rgba.chunks_exact(4).all(|pixel| pixel[3] == 255), "a clip has no holes");
                rgba
            }
            VideoOutput::Download(mut download) => {
                let mut file = Vec::new();
                while let Some(chunk) = download.bytes.next().await {
                    file.extend_from_slice(&chunk.unwrap());
                }
                assert!(download.length.is_none_or(|length| length == file.len() as u64));
                assert_eq!(&file[4..8], b"ftyp", "an MP4 begins with its type");
                file
            }
        });
    }
    assert_eq!(pictures[0], pictures[1]);

    // A foreign handle is refused, not guessed at.
    let foreign = Operation { provider: "somebody-else".into(), ..operation };
    assert!(matches!(model.collect(&foreign).await, Err(ProviderError::UnknownOperation { .. })));
    let broken = Operation { handle: serde_json::json!({ "scene": 1 }), ..restored.clone() };
    assert!(matches!(model.collect(&broken).await, Err(ProviderError::UnknownOperation { .. })));
    model.cancel(&restored).await.unwrap();
    model.cancel(&restored).await.unwrap();
}

async fn check_music(model: &impl MusicModel, planner: &impl Planner) {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = planner.write_spec(&brief, &key("a plan")).await.unwrap().result;
    let length = brief.duration.frames();
    let request = MusicRequest { spec, length, cuts: vec![Frames::ZERO, Frames(72), Frames(140)], seed: 7 };
    assert_ne!(model.price(&request), Price::Unknown);
    let soundtrack = model.compose(&request, &key("music")).await.unwrap();
    assert_eq!(soundtrack.samples.len() as u32, length.0 * (SAMPLE_RATE / 24) * 2);
    assert!(soundtrack.samples.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
    let loudest = soundtrack.samples.iter().fold(0f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(loudest > 0.05, "music that can be heard");
    let last = &soundtrack.samples[soundtrack.samples.len() - 100..];
    assert!(last.iter().all(|sample| sample.abs() < 0.02), "it ends with the video");
}

async fn check_voice(model: &impl VoiceModel, planner: &impl Planner) {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 15);
    let spec = planner.write_spec(&brief, &key("a plan")).await.unwrap().result;
    let plan = planner.plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result;
    let request = VoiceRequest { spec, plan };
    assert_ne!(model.price(&request), Price::Unknown);
    let Narration::Spoken { samples, lines } = model.narrate(&request, &key("a voice")).await.unwrap() else {
        panic!("an English ad can be spoken");
    };
    let per_frame = (SAMPLE_RATE / 24) as usize;
    assert_eq!(samples.len(), request.plan.total().0 as usize * per_frame);
    assert!(samples.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
    let mut before = Frames::ZERO;
    for line in &lines {
        assert!(line.from >= before && line.from < line.to && line.to <= request.plan.total(), "{line:?}");
        let part = &samples[line.from.0 as usize * per_frame..line.to.0 as usize * per_frame];
        assert!(part.iter().any(|sample| sample.abs() > 0.05), "{line:?} can be heard");
        let scene = &request.plan.scenes()[line.scene];
        let shown: Vec<&str> = scene.overlays.iter().map(|overlay| overlay.text.as_str()).collect();
        assert!(!line.words.is_empty(), "{shown:?}");
        before = line.to;
    }
    assert!(lines.len() * 2 > request.plan.scenes().len(), "most scenes are spoken");
}

/// Knows a picture that is easily kept, a red square, and one that is not: noise.
struct OnePicture;

#[async_trait]
impl Pictures for OnePicture {
    async fn read(&self, key: &str) -> Result<Vec<u8>, ProviderError> {
        let noise = || {
            let mut state = 7_u32;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            (0..120_000).map(|_| next()).collect()
        };
        let pixels: Vec<u8> = match key {
            "pictures/red.png" => [230, 0, 20].repeat(40_000),
            "pictures/noise.png" => noise(),
            _ => {
                return Err(ProviderError::MissingPicture { key: key.into(), reason: "no such file".into() });
            }
        };
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 200, 200);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        Ok(bytes)
    }
}

fn studio() -> Studio {
    Studio::new(Arc::new(OnePicture))
}

/// How many of a frame's pixels are the red of [`OnePicture`]'s square.
async fn red_pixels(photo: Option<&str>) -> Result<usize, ProviderError> {
    let studio = studio();
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = studio.write_spec(&brief, &key("a plan")).await?.result;
    let scenes = studio.plan_scenes(&brief, &spec, &key("scenes")).await?.result;
    let (index, scene) =
        scenes.scenes().iter().enumerate().find(|(_, scene)| scene.role == SceneRole::Reveal).unwrap();
    let request = VideoRequest {
        spec,
        scene: scene.clone(),
        scene_index: index as u32,
        scene_count: scenes.scenes().len() as u32,
        aspect: brief.aspect,
        captioned: false,
        seed: brief.seed,
        take: 0,
        photo: photo.map(|key| Artwork { key: key.into(), framed: false }),
        logo: None,
    };
    let collected = studio.collect(&studio.start(&request, &key("a scene")).await?).await?;
    let VideoOutput::Frames(frames) = collected else { panic!("Studio draws") };
    let mut rgba = vec![0; frames.resolution().rgba_len()];
    frames.draw(Frames(30), &mut rgba);
    Ok(rgba.chunks_exact(4).filter(|p| p[0] > 200 && p[1] < 40 && p[2] < 60).count())
}

#[tokio::test]
async fn studio_stages_the_makers_photo() {
    let (without, with) =
        (red_pixels(None).await.unwrap(), red_pixels(Some("pictures/red.png")).await.unwrap());
    assert!(with > without + 10_000, "{without} red pixels without the photo, {with} with it");
    let missing = red_pixels(Some("pictures/gone.png")).await;
    assert!(matches!(missing, Err(ProviderError::MissingPicture { .. })));
}

#[tokio::test]
async fn studio_plans() {
    check_planner(&studio()).await;
}

#[tokio::test]
async fn studio_makes_clips() {
    check_video(&studio(), &studio()).await;
}

#[tokio::test]
async fn studio_makes_music() {
    check_music(&studio(), &studio()).await;
}

#[tokio::test]
async fn studio_speaks() {
    check_voice(&studio(), &studio()).await;
}

#[tokio::test]
async fn studio_says_why_it_does_not_speak() {
    let brief = brief("☕ Kaffee für Frühaufsteher, jeden Morgen frisch geröstet", AspectRatio::Square, 9);
    let spec = studio().write_spec(&brief, &key("a plan")).await.unwrap().result;
    let plan = studio().plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result;
    let Narration::Unspoken { reason } =
        studio().narrate(&VoiceRequest { spec, plan }, &key("a voice")).await.unwrap()
    else {
        panic!("the voice has no German");
    };
    assert!(
        reason.starts_with("The packaged voice speaks English only") && reason.ends_with('.'),
        "{reason}"
    );
}

#[tokio::test]
async fn scripted_speaks() {
    check_voice(&Scripted::default(), &Scripted::default()).await;
}

#[tokio::test]
async fn scripted_plans() {
    check_planner(&Scripted::default()).await;
}

#[tokio::test]
async fn scripted_makes_clips() {
    check_video(&Scripted::default(), &Scripted::default()).await;
}

#[tokio::test]
async fn scripted_makes_music() {
    check_music(&Scripted::default(), &Scripted::default()).await;
}

#[tokio::test]
async fn scripted_faults_strike_once() {
    let scripted = Scripted::default().with_fault(0, Fault::StartFails).with_fault(0, Fault::CollectFails);
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = scripted.write_spec(&brief, &key("a plan")).await.unwrap().result;
    let scene = scripted.plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result.scenes()[0].clone();
    let request = VideoRequest {
        spec,
        scene,
        scene_index: 0,
        scene_count: 3,
        aspect: brief.aspect,
        captioned: false,
        seed: brief.seed,
        take: 0,
        photo: None,
        logo: None,
    };
    assert!(matches!(
        scripted.start(&request, &key("a scene")).await,
        Err(ProviderError::Unsupported { .. })
    ));
    let operation = scripted.start(&request, &key("a scene")).await.unwrap();
    assert!(matches!(scripted.collect(&operation).await, Err(ProviderError::BadOutput { .. })));
    assert!(scripted.collect(&operation).await.is_ok());
    assert_eq!(scripted.started(), 1);

    // What was called off has no result, whoever asks, and another key is another purchase.
    scripted.cancel(&operation).await.unwrap();
    assert!(matches!(scripted.collect(&operation).await, Err(ProviderError::BadOutput { .. })));
    let another = scripted.start(&request, &key("another scene")).await.unwrap();
    assert!(scripted.collect(&another).await.is_ok());
    assert_eq!((scripted.started(), scripted.cancelled()), (2, 1));
}
