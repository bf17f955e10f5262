//! One suite for every adapter: what callers rely on, whoever stands behind the traits.

use admint_domain::{AdOptions, AspectRatio, Brief, Frames, Price, Prompt, TargetDuration};
use admint_providers::{
    Fault, MusicModel, MusicRequest, Operation, Planner, ProviderError, SAMPLE_RATE, Scripted, Studio,
    VideoModel, VideoOutput, VideoRequest,
};

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
            let spec = planner.write_spec(&brief).await.unwrap();
            assert!(spec.palette.is_readable(), "{prompt}");
            assert!(!spec.product.trim().is_empty() && !spec.framework_reason.trim().is_empty(), "{prompt}");
            let plan = planner.plan_scenes(&brief, &spec).await.unwrap();
            assert_eq!(plan.total(), brief.duration.frames(), "{prompt}, {seconds} s");
        }
    }
}

async fn check_video(model: &impl VideoModel, planner: &impl Planner) {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = planner.write_spec(&brief).await.unwrap();
    let plan = planner.plan_scenes(&brief, &spec).await.unwrap();
    let request = VideoRequest {
        spec,
        scene: plan.scenes()[0].clone(),
        scene_index: 0,
        scene_count: plan.scenes().len() as u32,
        aspect: brief.aspect,
        seed: brief.seed,
    };
    assert_ne!(model.price(&request), Price::Unknown);

    // The handle survives being stored, and collects the same frames twice.
    let operation = model.start(&request).await.unwrap();
    let stored = serde_json::to_string(&operation).unwrap();
    let restored: Operation = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, operation);
    let at = Frames(10);
    let mut pictures = Vec::new();
    for operation in [&operation, &restored] {
        let VideoOutput::Frames(frames) = model.collect(operation).await.unwrap();
        assert_eq!(frames.resolution(), brief.aspect.resolution());
        assert_eq!(frames.length(), request.scene.length);
        let mut rgba = vec![0; frames.resolution().rgba_len()];
        frames.draw(at, &mut rgba);
        assert!(rgba.chunks_exact(4).all(|pixel| pixel[3] == 255), "a clip has no holes");
        pictures.push(rgba);
    }
    assert_eq!(pictures[0], pictures[1]);

    // A foreign handle is refused, not guessed at.
    let foreign = Operation { provider: "somebody-else".into(), ..operation };
    assert!(matches!(model.collect(&foreign).await, Err(ProviderError::UnknownOperation { .. })));
    let broken = Operation { handle: serde_json::json!({ "scene": 1 }), ..restored.clone() };
    assert!(matches!(model.collect(&broken).await, Err(ProviderError::UnknownOperation { .. })));
    model.cancel(&restored).await.unwrap();
}

async fn check_music(model: &impl MusicModel, planner: &impl Planner) {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = planner.write_spec(&brief).await.unwrap();
    let length = brief.duration.frames();
    let request = MusicRequest { spec, length, cuts: vec![Frames::ZERO, Frames(72), Frames(140)], seed: 7 };
    assert_ne!(model.price(&request), Price::Unknown);
    let soundtrack = model.compose(&request).await.unwrap();
    assert_eq!(soundtrack.samples.len() as u32, length.0 * (SAMPLE_RATE / 24) * 2);
    assert!(soundtrack.samples.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
    let loudest = soundtrack.samples.iter().fold(0f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(loudest > 0.05, "music that can be heard");
    let last = &soundtrack.samples[soundtrack.samples.len() - 100..];
    assert!(last.iter().all(|sample| sample.abs() < 0.02), "it ends with the video");
}

#[tokio::test]
async fn studio_plans() {
    check_planner(&Studio).await;
}

#[tokio::test]
async fn studio_makes_clips() {
    check_video(&Studio, &Studio).await;
}

#[tokio::test]
async fn studio_makes_music() {
    check_music(&Studio, &Studio).await;
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
    let spec = scripted.write_spec(&brief).await.unwrap();
    let scene = scripted.plan_scenes(&brief, &spec).await.unwrap().scenes()[0].clone();
    let request =
        VideoRequest { spec, scene, scene_index: 0, scene_count: 3, aspect: brief.aspect, seed: brief.seed };
    assert!(matches!(scripted.start(&request).await, Err(ProviderError::Unsupported { .. })));
    let operation = scripted.start(&request).await.unwrap();
    assert!(matches!(scripted.collect(&operation).await, Err(ProviderError::BadOutput { .. })));
    assert!(scripted.collect(&operation).await.is_ok());
    assert_eq!(scripted.started(), 1);
}
