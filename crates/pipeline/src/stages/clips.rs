//! One clip per scene: a house clip, or, where the model draws its frames whenever they are wanted, the handle
//! to have them drawn by.

use std::sync::Arc;

use admint_domain::{AdSpec, AssetId, Frames, Price, SceneId, ScenePlan, Stage, Usd};
use admint_media::{FrameJob, encode_frames};
use admint_providers::{FrameSource, IdempotencyKey, Operation, ProviderError, VideoOutput, VideoRequest};
use admint_store::{AssetKind, AssetRecord, GenerationWork, LedgerEntry, StoreError};

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

/// Every scene's clip, if none is missing.
pub(crate) async fn kept(job: &Job, work: &GenerationWork) -> Option<Vec<SceneClip>> {
    let mut clips = Vec::with_capacity(work.scenes.len());
    for &scene in &work.scenes {
        let asset = job.finished(&work.assets, AssetKind::Clip, Some(scene)).await?.id;
        clips.push(SceneClip { scene, asset });
    }
    Some(clips)
}

/// Makes the clips that are missing, one after the other: drawing already uses every core. While one
/// is drawn, the model is asked for the next.
pub(crate) async fn make(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
    progress: &ProgressSender,
) -> Result<(), PipelineError> {
    let drawn_anew = job.providers().video.capabilities().drawn_anew;
    let counter = Counter::new(plan, progress.clone());
    let mut missing = Vec::new();
    for (&scene, request) in work.scenes.iter().zip(requests(work, spec, plan)) {
        if job.finished(&work.assets, AssetKind::Clip, Some(scene)).await.is_none() {
            let operation = work.operations.get(request.scene_index as usize).cloned().flatten();
            missing.push(Missing { scene, request, operation });
        }
    }
    let mut missing = missing.into_iter();
    let mut next = missing.next();
    if let Some(next) = &next {
        // Said before the model is asked: it may take its time before there is a first frame.
        counter.report(next.request.scene_index as usize, Frames::ZERO);
    }
    let mut ready: Option<(Missing, Started)> = None;
    while next.is_some() || ready.is_some() {
        job.check_stop()?;
        // Both are seen to their end: a start that is dropped half-way may be paid for nothing.
        let (kept, asked) = tokio::join!(
            async {
                match ready {
                    None => {}
                    Some((missing, Started::Collected(frames))) => {
                        draw(job, &missing, frames, counter.clone()).await?;
                        // The next may still be a while with its model.
                        counter.report(missing.request.scene_index as usize + 1, Frames::ZERO);
                    }
                    Some((missing, Started::DrawnAnew(operation))) => keep(job, &missing, &operation).await?,
                }
                Ok::<_, PipelineError>(())
            },
            async {
                let Some(missing) = next else { return Ok(None) };
                let operation = start(job, &missing).await?;
                let started = match drawn_anew {
                    true => Started::DrawnAnew(operation),
                    false => Started::Collected(collect(job, missing.scene, &operation).await?),
                };
                Ok::<_, PipelineError>(Some((missing, started)))
            }
        );
        kept?;
        ready = asked?;
        next = missing.next();
    }
    if !drawn_anew {
        counter.report(work.scenes.len(), Frames::ZERO);
    }
    Ok(())
}

/// What the model has been asked for.
enum Started {
    Collected(Arc<dyn FrameSource>),
    /// Its frames are drawn when the film is.
    DrawnAnew(Operation),
}

/// A scene that has no clip yet.
struct Missing {
    scene: SceneId,
    request: VideoRequest,
    /// The handle of what was started before a restart.
    operation: Option<serde_json::Value>,
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
        captioned: options.captions,
        seed: work.brief.seed,
        photo: photo.clone(),
        logo: logo.clone(),
    })
}

/// Has the model make the scene, unless that was started before a restart.
async fn start(job: &Job, missing: &Missing) -> Result<Operation, PipelineError> {
    let &Missing { scene, ref request, ref operation } = missing;
    let video = &job.providers().video;
    let store = &job.pipeline.store;
    // A handle from before a restart is collected, not bought again; its reservation stands.
    let handle = operation.clone().and_then(|handle| serde_json::from_value::<Operation>(handle).ok());
    if let Some(operation) = handle {
        return Ok(operation);
    }
    let entry = LedgerEntry {
        scene: Some(scene),
        provider: video.name().into(),
        operation: format!("scene {}", request.scene_index + 1),
        price: video.price(request),
    };
    // The same entry as before, if a crash lost what was started for it; and so the same operation.
    let booked = store.reserve(&job.lease, entry).await?;
    // Never dropped half-way: an operation whose handle got lost waits for the next attempt.
    let operation = match video.start(request, &IdempotencyKey::new(booked)).await {
        Ok(operation) => operation,
        Err(error) => {
            store.settle(&job.lease, booked, Price::Known(Usd::ZERO)).await?;
            return Err(error.into());
        }
    };
    let handle = serde_json::to_value(&operation)
        .map_err(|error| ProviderError::BadOutput { provider: video.name(), reason: error.to_string() })?;
    tracing::debug!(generation.id = %job.lease.generation, "operation started");
    match store.save_operation(&job.lease, scene, &handle).await {
        Ok(()) => {}
        Err(StoreError::LeaseLost) => {
            store.call_off_unless_taken_over(job.lease.generation, &handle).await?;
            return Err(StoreError::LeaseLost.into());
        }
        Err(error) => return Err(error.into()),
    }
    tracing::debug!(generation.id = %job.lease.generation, "operation saved");
    store.settle(&job.lease, booked, video.price(request)).await?;
    Ok(operation)
}

/// The operation's frames. Whoever stops waiting for them leaves the operation alone: another worker collects it,
/// or it is called off with the video.
async fn collect(
    job: &Job,
    scene: SceneId,
    operation: &Operation,
) -> Result<Arc<dyn FrameSource>, PipelineError> {
    let video = &job.providers().video;
    match job.unless_stopped(video.collect(operation)).await? {
        Ok(VideoOutput::Frames(frames)) => Ok(frames),
        Err(error) => {
            if error.is_operations_end() {
                job.pipeline.store.forget_operation(&job.lease, scene).await?;
            }
            Err(error.into())
        }
    }
}

const HANDLE: &str = "application/json";

/// The clip is its operation's handle.
async fn keep(job: &Job, missing: &Missing, operation: &Operation) -> Result<(), PipelineError> {
    let name = format!("clip-{}.json", missing.request.scene_index);
    let out = job.scratch(&name).await?;
    let json = serde_json::to_vec(operation).expect("a handle is plain JSON");
    let failed = |source| PipelineError::Io { what: "writing a clip's handle", source };
    tokio::fs::write(&out, json).await.map_err(failed)?;
    let draft = AssetDraft {
        kind: AssetKind::Clip,
        scene: Some(missing.scene),
        content_type: HANDLE,
        frames: Some(missing.request.scene.length),
    };
    job.publish(&out, &name, draft).await?;
    Ok(())
}

/// The frames of a clip that is not a file of frames.
pub(crate) async fn redraw(
    job: &Job,
    clip: &AssetRecord,
) -> Result<Option<Arc<dyn FrameSource>>, PipelineError> {
    if clip.content_type != HANDLE {
        return Ok(None);
    }
    let json = job.pipeline.assets.read(&clip.key).await?;
    let video = &job.providers().video;
    let operation = serde_json::from_slice(&json)
        .map_err(|error| ProviderError::BadOutput { provider: video.name(), reason: error.to_string() })?;
    let VideoOutput::Frames(frames) = job.unless_stopped(video.collect(&operation)).await??;
    Ok(Some(frames))
}

async fn draw(
    job: &Job,
    missing: &Missing,
    frames: Arc<dyn FrameSource>,
    counter: Counter,
) -> Result<(), PipelineError> {
    let index = missing.request.scene_index as usize;
    let _turn = job.turn_to_encode().await?;
    let out = job.scratch(&format!("clip-{index}.mp4")).await?;
    let length = frames.length();
    let frame_job = FrameJob { resolution: frames.resolution(), length, out: out.clone() };
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
        scene: Some(missing.scene),
        content_type: "video/mp4",
        frames: Some(length),
    };
    job.publish(&out, &format!("clip-{index}.mp4"), draft).await?;
    Ok(())
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
