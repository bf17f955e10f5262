//! One clip per scene: a house clip, or, where the model draws its frames whenever they are wanted, the handle
//! to have them drawn by.

use std::{path::Path, path::PathBuf, sync::Arc};

use admint_domain::{AdSpec, AssetId, Frames, Price, SceneId, ScenePlan, Stage, Usd};
use admint_media::{FrameJob, MediaError, encode_frames, ingest, probe};
use admint_providers::{
    Download, FrameSource, IdempotencyKey, Operation, ProviderError, VideoCapabilities, VideoModel,
    VideoOutput, VideoRequest,
};
use admint_store::{AssetKind, AssetRecord, GenerationWork, LedgerEntry, Reservation, StoreError};
use futures::StreamExt;
use tokio::io::AsyncWriteExt;

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
    let video = &job.providers().video_for(&work.brief.options)[0];
    let VideoCapabilities { drawn_anew, made_elsewhere, .. } = video.capabilities();
    let counter = Counter::new(plan, progress.clone());
    let mut missing = Vec::new();
    for (&scene, request) in work.scenes.iter().zip(requests(work, spec, plan)) {
        if job.finished(&work.assets, AssetKind::Clip, Some(scene)).await.is_none() {
            let operation = work.operations.get(request.scene_index as usize).cloned().flatten();
            missing.push(Missing { scene, video: video.clone(), request, operation });
        }
    }
    if let Some(first) = missing.first() {
        // Said before the model is asked: it may take its time before there is a first frame.
        counter.report(first.request.scene_index as usize, Frames::ZERO);
    }
    if made_elsewhere {
        for missing in &mut missing {
            job.check_stop()?;
            let operation = start(job, missing).await?;
            missing.operation = serde_json::to_value(operation).ok();
        }
    }
    let mut missing = missing.into_iter();
    let mut next = missing.next();
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
                    Some((missing, Started::Fetched(file))) => {
                        adopt(job, &missing, &file).await?;
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
                    false => collect(job, &missing, &operation).await?,
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
    /// The model's own file, in the scratch folder, looked at.
    Fetched(PathBuf),
    /// Its frames are drawn when the film is.
    DrawnAnew(Operation),
}

/// A scene that has no clip yet.
struct Missing {
    scene: SceneId,
    /// Who is to make it.
    video: Arc<dyn VideoModel>,
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
        take: work.takes.get(scene_index as usize).copied().unwrap_or_default(),
        photo: photo.clone(),
        logo: logo.clone(),
    })
}

/// Has the model make the scene, unless that was started before a restart.
async fn start(job: &Job, missing: &Missing) -> Result<Operation, PipelineError> {
    let &Missing { scene, ref video, ref request, ref operation } = missing;
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
    let Reservation { id: booked, open_since } = store.reserve(&job.lease, entry).await?;
    let key = IdempotencyKey::new(booked).asked_since(open_since.map(Into::into));
    // Never dropped half-way: an operation whose handle got lost waits for the next attempt.
    let operation = match video.start(request, &key).await {
        Ok(operation) => operation,
        // The entry stays open: the next attempt asks under the same key.
        Err(error) if error.may_have_bought() => return Err(error.into()),
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

/// How often a file that breaks off is asked for by the same worker.
const FETCHES: u32 = 3;

/// The operation's frames or file. Whoever stops waiting for them leaves the operation alone: another worker collects
/// it, or it is called off with the video. One that can only fail again is forgotten.
async fn collect(job: &Job, missing: &Missing, operation: &Operation) -> Result<Started, PipelineError> {
    let mut fetches = 0;
    loop {
        let collected = match job.unless_stopped(job.providers().collect(operation)).await? {
            Ok(VideoOutput::Frames(frames)) => Ok(Started::Collected(frames)),
            Ok(VideoOutput::Download(download)) => fetch(job, missing, download).await.map(Started::Fetched),
            Err(error) => Err(error.into()),
        };
        fetches += 1;
        match collected {
            Err(PipelineError::Provider(error)) if error.is_passing() && fetches < FETCHES => {
                tracing::warn!(generation.id = %job.lease.generation, %error, "a clip is asked for again");
            }
            Err(error) => {
                if matches!(&error, PipelineError::Provider(error) if error.is_operations_end()) {
                    job.pipeline.store.forget_operation(&job.lease, missing.scene).await?;
                }
                return Err(error);
            }
            collected => return collected,
        }
    }
}

/// Writes what comes to the scratch folder, and looks at it before anybody relies on it.
async fn fetch(job: &Job, missing: &Missing, download: Download) -> Result<PathBuf, PipelineError> {
    let file = job.scratch(&format!("fetched-{}", missing.request.scene_index)).await?;
    let Download { length, seconds, mut bytes, .. } = download;
    let failed = |source| PipelineError::Io { what: "writing a model's clip", source };
    let mut out = tokio::fs::File::create(&file).await.map_err(failed)?;
    let mut written = 0;
    while let Some(chunk) = job.unless_stopped(bytes.next()).await? {
        let chunk = chunk?;
        out.write_all(&chunk).await.map_err(failed)?;
        written += chunk.len() as u64;
    }
    out.flush().await.map_err(failed)?;
    let bad = |reason: String| ProviderError::BadOutput { provider: missing.video.name(), reason };
    if let Some(length) = length.filter(|length| *length != written) {
        return Err(bad(format!("its clip has {written} bytes of {length}")).into());
    }
    let probed = probe(job.ffmpeg()?, &file).await.map_err(|error| unusable(job, missing, error))?;
    if probed.frame_count == 0 {
        return Err(bad("its clip holds no pictures".into()).into());
    }
    let lasts = probed.video_duration_seconds.unwrap_or(probed.duration_seconds);
    let wanted = missing.request.scene.length.seconds();
    let asked = seconds.map_or(wanted, f64::from);
    // A little less is held, more is cut; far from it is something else than was asked for.
    if lasts < asked.min(wanted) * 0.75 || lasts > asked.max(wanted) * 2.0 + 1.0 {
        return Err(bad(format!("its clip lasts {lasts:.1} s, where {asked:.1} s were asked for")).into());
    }
    Ok(file)
}

/// A file that ffmpeg finds fault with is the model's fault, as long as ffmpeg itself is well.
fn unusable(job: &Job, missing: &Missing, error: MediaError) -> PipelineError {
    let is_the_files = matches!(error, MediaError::BadMedia { .. } | MediaError::Failed { .. })
        && !error.is_passing()
        && !error.is_disk_full();
    if !is_the_files {
        return error.into();
    }
    tracing::warn!(generation.id = %job.lease.generation, %error, "a model's clip cannot be used");
    let reason = "its clip is damaged, or no video".to_owned();
    ProviderError::BadOutput { provider: missing.video.name(), reason }.into()
}

/// Makes a house clip of a model's file: the ad's shape, the scene's length.
async fn adopt(job: &Job, missing: &Missing, file: &Path) -> Result<(), PipelineError> {
    let Missing { scene, request, .. } = missing;
    let name = format!("clip-{}.mp4", request.scene_index);
    let out = job.scratch(&name).await?;
    let (shape, length) = (request.aspect.resolution(), request.scene.length);
    let turn = job.turn_to_encode().await?;
    let made = ingest(job.ffmpeg()?, file, shape, Some(length), &out, job.stop.token()).await;
    drop(turn);
    if let Err(error) = made.map_err(|error| unusable(job, missing, error)) {
        if matches!(&error, PipelineError::Provider(_)) {
            job.pipeline.store.forget_operation(&job.lease, *scene).await?;
        }
        return Err(error);
    }
    let draft = AssetDraft {
        kind: AssetKind::Clip,
        scene: Some(*scene),
        content_type: "video/mp4",
        frames: Some(length),
    };
    job.publish(&out, &name, draft).await?;
    if let Err(error) = tokio::fs::remove_file(file).await {
        tracing::debug!(%error, "a fetched clip goes with the scratch folder");
    }
    Ok(())
}

const HANDLE: &str = "application/json";

/// Its frames are drawn with the film.
pub(crate) fn is_drawn(clip: &AssetRecord) -> bool {
    clip.content_type == HANDLE
}

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
    if !is_drawn(clip) {
        return Ok(None);
    }
    let json = job.pipeline.assets.read(&clip.key).await?;
    let bad = |reason: String| ProviderError::BadOutput { provider: "this installation", reason };
    let operation = serde_json::from_slice(&json).map_err(|error| bad(error.to_string()))?;
    match job.unless_stopped(job.providers().collect(&operation)).await?? {
        VideoOutput::Frames(frames) => Ok(Some(frames)),
        VideoOutput::Download(_) => Err(bad("its clip was to be drawn, and is a file".into()).into()),
    }
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
