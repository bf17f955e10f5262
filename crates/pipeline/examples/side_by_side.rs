//! How close an ad of a vendor's clips comes to its slowest clip: a vendor on this machine takes a while for each of
//! five clips, and none at all for another ad of the same length, which is what putting it together takes.
//!
//! ```text
//! cargo xtask bench clips
//! ```

#[allow(dead_code)]
#[path = "../../providers/tests/suite/fake.rs"]
mod fake;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use admint_domain::{
    AspectRatio, Backend, CreateGeneration, GenerationId, GenerationStatus, UserId, Username,
};
use admint_pipeline::{Ffmpeg, Limits, Pipeline, PipelineConfig, Providers};
use admint_providers::{Scripted, VideoModels};
use admint_store::{AssetStore, DatabaseEngine, Store};
use tokio_util::sync::CancellationToken;

use fake::{Fake, clip, model};

/// What the vendor takes for each scene, in seconds.
const LATENCIES: [u64; 5] = [12, 20, 16, 14, 18];
const TARGET: f64 = 1.2;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder of one's own");
    let fake = Fake::start(clip(720, 1280, 5.0)).await;
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("admint.db").display());
    let store = Store::connect(&url).await.expect("a database");
    store.migrate().await.expect("its schema");
    let assets = AssetStore::open(&folder.path().join("assets")).expect("a place for files");
    let scripted = Arc::new(Scripted::default());
    let providers = Providers {
        planner: scripted.clone(),
        video: VideoModels::new(scripted.clone()),
        music: scripted.clone(),
        voice: scripted,
    };
    let providers = providers
        .with_replicate(fake.access(), [model(true)], Limits::default(), &assets, None)
        .and_then(|providers| providers.asking(&["fake"]))
        .expect("a vendor on this machine");
    let user = store.create_user(&Username::parse("bench").expect("a name"), "!", None).await;
    let user = user.expect("a user").id;
    let pipeline = Pipeline::new(PipelineConfig {
        engine: Arc::new(DatabaseEngine::new(store.clone(), Duration::from_secs(30))),
        store,
        assets,
        ffmpeg: Ok(Ffmpeg::discover().expect("ffmpeg")),
        providers,
        encoders: 1,
    });
    let shutdown = CancellationToken::new();
    let working = tokio::spawn(pipeline.clone().run_workers(1, shutdown.clone()));

    let together = make(&pipeline, user).await;
    fake.latencies(LATENCIES.map(Duration::from_secs));
    let whole = make(&pipeline, user).await;
    shutdown.cancel();
    working.await.expect("the worker ends");

    let slowest = LATENCIES.into_iter().max().unwrap_or_default() as f64;
    let sum: u64 = LATENCIES.iter().sum();
    let ratio = (whole - together) / slowest;
    println!("five clips, their vendor takes {LATENCIES:?} s ({sum} s one after the other)");
    println!("the same ad, whose clips are there at once  {together:>6.1} s");
    println!("the ad                                      {whole:>6.1} s");
    println!("what the clips add, by the slowest of them  {ratio:>6.2}  (at most {TARGET})");
    if ratio <= TARGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Seconds from the wish to the video.
async fn make(pipeline: &Arc<Pipeline>, user: UserId) -> f64 {
    let ad = CreateGeneration {
        prompt: "A cold brew for busy developers".into(),
        duration_seconds: Some(19),
        aspect_ratio: Some(AspectRatio::Portrait9x16),
        seed: Some(7),
        ..CreateGeneration::default()
    };
    let begun = Instant::now();
    let id: GenerationId = pipeline.create_generation(user, ad).await.expect("an ad").id;
    loop {
        let view = pipeline.generation(user, id).await.expect("one's own ad");
        match view.status {
            GenerationStatus::Completed => return begun.elapsed().as_secs_f64(),
            status if status.is_final() => panic!("{status}: {:?}", view.error),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
