//! One mezzanine clip per scene.

use std::sync::Arc;

use admint_domain::{AdSpec, AssetId, Frames, Price, SceneId, ScenePlan, Stage, Usd};
use admint_media::{FrameJob, FrameProfile, encode_frames};
use admint_providers::{Operation, VideoOutput, VideoRequest};
use admint_store::{AssetKind, GenerationWork, LedgerEntry};

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
    pictures::artwork,
    progress::ProgressSender,
};

/// A scene with its clip.
pub(crate) struct SceneClip {
    pub scene: SceneId,
    pub asset: AssetId,
}

/// Makes the clips that are missing, one after the other: drawing already uses every core.
pub(crate) async fn make(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
    scenes: &[SceneId],
    progress: &ProgressSender,
) -> Result<Vec<SceneClip>, PipelineError> {
    let counter = Counter::new(plan, progress.clone());
    let mut clips = Vec::with_capacity(scenes.len());
    for (index, (&scene, request)) in scenes.iter().zip(requests(work, spec, plan)).enumerate() {
        if let Some(finished) = job.finished(&work.assets, AssetKind::Clip, Some(scene)).await {
            clips.push(SceneClip { scene, asset: finished.id });
            continue;
        }
        job.check_stop()?;
        // Said before the model is asked: it may take its time before there is a first frame.
        counter.report(index, Frames::ZERO);
        let stored = work.operations.get(index).cloned().flatten();
        let asset = make_one(job, &request, scene, stored, counter.clone()).await?;
        clips.push(SceneClip { scene, asset });
    }
    counter.report(scenes.len(), Frames::ZERO);
    Ok(clips)
}

/// What each scene of the plan asks of the video model.
pub(crate) fn requests(
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
) -> impl Iterator<Item = VideoRequest> {
    let options = &work.brief.options;
    let photo = artwork(&work.pictures, options.photo.as_ref().map(|photo| photo.id));
    let logo = artwork(&work.pictures, options.logo);
    let scene_count = plan.scenes().len() as u32;
    plan.scenes().iter().zip(0..).map(move |(scene, scene_index)| VideoRequest {
        spec: spec.clone(),
        scene: scene.clone(),
        scene_index,
        scene_count,
        aspect: work.brief.aspect,
        seed: work.brief.seed,
        photo: photo.clone(),
        logo: logo.clone(),
    })
}

async fn make_one(
    job: &Job,
    request: &VideoRequest,
    scene: SceneId,
    stored: Option<serde_json::Value>,
    counter: Counter,
) -> Result<AssetId, PipelineError> {
    let video = &job.providers().video;
    let store = &job.pipeline.store;
    // A handle from before a restart is collected, not bought again; its reservation stands.
    let handle = stored.and_then(|handle| serde_json::from_value::<Operation>(handle).ok());
    let operation = match handle {
        Some(operation) => operation,
        None => {
            let entry = LedgerEntry {
                scene: Some(scene),
                provider: video.name().into(),
                operation: format!("scene {}", request.scene_index + 1),
                price: video.price(request),
            };
            let booked = store.reserve(&job.lease, entry).await?;
            // Never dropped half-way: an operation whose handle got lost is one paid for nothing.
            let operation = match video.start(request).await {
                Ok(operation) => operation,
                Err(error) => {
                    store.settle(&job.lease, booked, Price::Known(Usd::ZERO)).await?;
                    return Err(error.into());
                }
            };
            let handle = serde_json::to_value(&operation).map_err(|error| {
                admint_providers::ProviderError::BadOutput {
                    provider: video.name(),
                    reason: error.to_string(),
                }
            })?;
            store.save_operation(&job.lease, scene, &handle).await?;
            store.settle(&job.lease, booked, video.price(request)).await?;
            operation
        }
    };

    let index = request.scene_index as usize;
    let VideoOutput::Frames(frames) = match job.unless_stopped(video.collect(&operation)).await {
        Ok(output) => output?,
        Err(stopped) => {
            if let Err(error) = video.cancel(&operation).await {
                tracing::warn!(generation.id = %job.lease.generation, %error, "the model was not told to stop");
            }
            return Err(stopped);
        }
    };
    let out = job.scratch(&format!("clip-{index}.mp4")).await?;
    let length = frames.length();
    let frame_job = FrameJob {
        resolution: frames.resolution(),
        length,
        profile: FrameProfile::Mezzanine,
        out: out.clone(),
    };
    encode_frames(
        job.ffmpeg()?,
        frame_job,
        Arc::new(move |at, rgba: &mut [u8]| frames.draw(at, rgba)),
        Arc::new(move |done| counter.report(index, done)),
        job.stop.token(),
    )
    .await?;
    let draft = AssetDraft {
        kind: AssetKind::Clip,
        scene: Some(scene),
        content_type: "video/mp4",
        frames: Some(length),
    };
    Ok(job.publish(&out, &format!("clip-{index}.mp4"), draft).await?.id)
}

/// Adds the scenes' frames up to one percentage.
#[derive(Clone)]
struct Counter {
    lengths: Arc<[Frames]>,
    progress: ProgressSender,
}

impl Counter {
    fn new(plan: &ScenePlan, progress: ProgressSender) -> Self {
        Self { lengths: plan.scenes().iter().map(|scene| scene.length).collect(), progress }
    }

    /// `finished` scenes are done, and `drawn` frames of the next.
    fn report(&self, finished: usize, drawn: Frames) {
        let all: Frames = self.lengths.iter().copied().sum();
        let done = self.lengths[..finished].iter().copied().sum::<Frames>() + drawn;
        self.progress.report(Stage::Clips {
            done: finished as u32,
            total: self.lengths.len() as u32,
            percent: (done.0 * 100 / all.0.max(1)).min(100),
        });
    }
}
